"""Covers: the parts that everything rests on, against other ways of computing them; each hypothesis violated once.

The corpus (`tests/corpus/make_small.py`, `make_small_risk.py`) has the certificates that must not be verified.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from flint import arb, ctx

from tests.corpus.forge import Document, forged, load
from verify.checker import Undecided, Verdict
from verify.checker.core.codes import Reason
from verify.checker.core.dual import Dual
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.reader import Field, NotACertificate
from verify.checker.core.subdivision import MAX_SIDES, pack, read_tree, subdivision
from verify.checker.core.task import ends
from verify.checker.losses.one_neuron import OneNeuron
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.losses.two_neurons import Circle, EveryTeacher, TwoNeurons
from verify.checker.losses.two_on_spheres import OutOfPlane
from verify.checker.statements.cover_witness import Cover, Zero
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape
from verify.checker.theorems.cover import lies_within, prove_cover, prove_one_zero
from verify.checker.theorems.two_neurons import points_anywhere, prove_contains_torus, teachers
from verify.checker.theorems.two_on_spheres import hessian_along_spheres, prove_contains_rest

LEAF = MAX_SIDES
TEACHER = ((Fraction(3, 5), Fraction(1, 5)), (Fraction(-1, 3), Fraction(5, 4)))
LANDSCAPE = TeacherStudentLandscape(RELU, TEACHER, False, 2)


def kappa(angle: float) -> float:
    t = abs(math.remainder(angle, 2 * math.pi))
    return (math.sin(t) + (math.pi - t) * math.cos(t)) / (2 * math.pi)


def system() -> TwoNeurons:
    return TwoNeurons(teachers(LANDSCAPE), arb.pi())


def ball_of(middle: float, radius: float) -> arb:
    return arb(middle, radius)


# Trees


def random_tree(random: Random, sides: int, depth: int) -> list[int]:
    if depth == 0 or random.random() < 0.3:
        return [LEAF + random.randrange(5)]
    return [random.randrange(sides), *random_tree(random, sides, depth - 1), *random_tree(random, sides, depth - 1)]


@pytest.mark.parametrize("sides", [1, 2, 3, 4])
def test_the_pieces_of_a_tree_tile_the_box(sides: int) -> None:
    """Their volumes add up, and every rational point is in one of them."""
    random = Random(sides)
    box = tuple((Fraction(-i, 3), Fraction(i + 1, 7)) for i in range(1, sides + 1))
    for _ in range(30):
        codes = random_tree(random, sides, 6)
        tree = subdivision(pack(codes), sides, 5)
        pieces = [piece for piece, _ in tree.pieces(box)]
        assert len(pieces) == tree.leaves == sum(code >= LEAF for code in codes)
        volume = sum(math.prod(high - low for low, high in piece) for piece in pieces)
        assert volume == math.prod(high - low for low, high in box)
        point = [low + (high - low) * Fraction(random.randrange(65), 64) for low, high in box]
        assert any(all(low <= x <= high for x, (low, high) in zip(point, piece, strict=True)) for piece in pieces)


def test_no_other_bytes_are_a_tree() -> None:
    """A node taken out, put in or changed to one that is not known."""
    random, found = Random(7), 0
    for _ in range(200):
        codes = random_tree(random, 2, 5)
        place = random.randrange(len(codes))
        for other in ([*codes[:place], *codes[place + 1 :]], [*codes[:place], LEAF, *codes[place:]]):
            with pytest.raises(ValueError, match=r"last leaf|not known"):
                subdivision(pack(other), 2, 5)
        codes[place] = random.choice([2, 3, 9, 15])
        with pytest.raises(ValueError, match="not known"):
            subdivision(pack(codes), 2, 5)
        found += 1
    assert found == 200


def test_limits_are_looked_at_before_anything_is_decoded_or_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes before base 64 is, depth before a piece is, and leaves before the first test."""
    text = base64.b64encode(pack([0, LEAF, LEAF])).decode()
    with monkeypatch.context() as patch:
        patch.setattr("verify.checker.core.subdivision.MAX_COVER_BYTES", len(text) - 1)
        patch.setattr("verify.checker.core.subdivision.base64.b64decode", None)
        with pytest.raises(NotACertificate, match="has 4 characters, more than 3"):
            read_tree(Field("tree", text), 2, 5)
    with monkeypatch.context() as patch:
        patch.setattr("verify.checker.core.subdivision.MAX_COVER_DEPTH", 1)
        with pytest.raises(ValueError, match="more than 1 cuts deep"):
            subdivision(pack([0, 0, LEAF, LEAF, LEAF]), 2, 5)
    monkeypatch.setattr("verify.checker.theorems.cover.ARB_LEAVES", 1)
    monkeypatch.setattr("verify.checker.theorems.cover.WORDS", ())
    box = ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1)))
    with pytest.raises(Open, match="2 pieces are more than this checker's 1") as failure:
        prove_cover(system(), cover_of([0, LEAF, LEAF], box))
    assert failure.value.code is Reason.TOO_LARGE


# The equations


def test_kappa_on_the_circle_encloses_values_and_derivatives_everywhere() -> None:
    """At random points of random intervals, at kinks of the third derivative too, by differences of the function."""
    random, circle = Random(3), Circle((), arb.pi())
    for _ in range(400):
        middle = random.choice([0.0, math.pi, -math.pi, 2 * math.pi, random.uniform(-9, 9)])
        radius = random.choice([0.0, 0.01, 0.3, 2.0])
        at = circle.kappa(ball_of(middle, radius))
        x, h = middle + radius * random.uniform(-1, 1), 1e-4
        assert at.value.overlaps(ball_of(kappa(x), 1e-12))
        assert at.first.overlaps(ball_of((kappa(x + h) - kappa(x - h)) / (2 * h), 1e-7))
        assert at.second.overlaps(ball_of((kappa(x + h) - 2 * kappa(x) + kappa(x - h)) / h**2, 1e-4))


def test_the_equations_vanish_where_the_gradient_does() -> None:
    """With the norms put in, G_1 and G_2 are the gradient of the loss in the angles, by the loss of TeacherStudent."""
    random, equations = Random(4), system()
    for _ in range(60):
        x, d = random.uniform(-3, 3), random.uniform(0.2, 3)
        norms = equations.norms(arb(x), arb(d))
        if not (norms[0] > 0 and norms[1] > 0):
            continue
        W = [[r * f(arb(angle)) for f in (arb.cos, arb.sin)] for r, angle in zip(norms, (x, x + d), strict=True)]
        gradient = TeacherStudent(LANDSCAPE, W).gradient()
        radial = [sum((g * w for g, w in zip(*rows, strict=True)), arb(0)) for rows in zip(gradient, W, strict=True)]
        assert all(abs(part) < 1e-10 for part in radial)  # the norms are critical
        turned = [g[1] * w[0] - g[0] * w[1] for g, w in zip(gradient, W, strict=True)]  # dF/dx and dF/dy
        zeros = equations.conditions([Dual(arb(x), ()), Dual(arb(d), ())]).zeros
        first, second = (part / norm for part, norm in zip(turned, norms, strict=True))
        less = 1 - 2 * equations.kappa(arb(d)).value
        assert abs(zeros[0].value - (second - first)) < 1e-10
        assert abs(zeros[1].value - less * (first + second)) < 1e-10


def test_derivatives_of_the_equations_are_those_of_their_values() -> None:
    random = Random(5)
    for make, size in ((system(), 2), (EveryTeacher((), arb.pi()), 4), (OutOfPlane(arb.pi()), 3)):
        for _ in range(20):
            point = [random.uniform(0.4, 1.2) for _ in range(size)]
            if size == 3:
                point = [random.uniform(1.9, 2.1), random.uniform(1.9, 2.1), random.uniform(1.0, 1.2)]
            units = [tuple(arb(int(i == j)) for j in range(size)) for i in range(size)]
            found = make.conditions([Dual(arb(x), unit) for x, unit in zip(point, units, strict=True)])
            for i, h in product(range(size), (1e-5,)):
                moved = [[x + s * h * (i == j) for j, x in enumerate(point)] for s in (1, -1)]
                ends = [make.conditions([Dual(arb(x), ()) for x in where]) for where in moved]
                for f, high, low in zip(found.zeros, ends[0].zeros, ends[1].zeros, strict=True):
                    assert abs(f.partials[i] - (high.value - low.value) / (2 * h)) < 1e-6


def test_no_critical_point_is_missed_by_inequalities() -> None:
    """At the critical points that a search meets, all inequalities hold, in every image within the domain."""
    with ctx.workprec(80):
        equations = system()
        zero = Zero((Fraction(1), Fraction(1)), Fraction(1, 4))
        (_, first), (_, second) = equations.teachers
        at = equations.conditions([Dual(first, ()), Dual(second - first, ())])
        assert all(f.value.contains(0) for f in at.zeros)
        assert all(not g.value < 0 for g in at.not_negative)
        assert not lies_within([first, second - first + 1], zero)


def test_the_hessian_along_the_spheres_is_that_of_the_loss() -> None:
    """By second differences of kappa of the angles, along great circles."""
    rng = np.random.default_rng(6)
    for _ in range(10):
        w = rng.normal(size=(2, 3))
        w /= np.linalg.norm(w, axis=1)[:, None]
        z = rng.normal(size=(2, 3))
        xi = z - (z * w).sum(1)[:, None] * w

        def loss(s: float, w: np.ndarray = w, xi: np.ndarray = xi) -> float:
            moved = w + s * xi
            moved /= np.linalg.norm(moved, axis=1)[:, None]
            angle = lambda a, b: math.acos(max(-1.0, min(1.0, float(a @ b))))  # noqa: E731
            return kappa(angle(*moved)) - sum(kappa(angle(a, e)) for a in moved for e in np.eye(3)[:2])

        hessian = hessian_along_spheres(*([arb(float(x)) for x in row] for row in w))
        form = sum(float((hessian[i, j]).mid()) * z.ravel()[i] * z.ravel()[j] for i in range(6) for j in range(6))
        h = 1e-3
        assert form == pytest.approx((loss(h) - 2 * loss(0) + loss(-h)) / h**2, abs=1e-4)


def test_of_an_interval_that_may_end_at_pi_nothing_is_said(verdict_on: Callable[[Document], Verdict]) -> None:
    """A rational number that the arithmetic cannot tell from pi; the interval misses nothing at its other end."""
    with ctx.workprec(1000):
        near_pi = str(ends(arb.pi())[0])
    verdict = verdict_on(forged(load("valid/small-one-neuron.json"), {"witness.covers.0.box.0": ["-1/2", near_pi]}))
    assert isinstance(verdict, Undecided)
    assert "misses a part of [0, pi]" in verdict.reason


def test_the_inequality_of_one_neuron_is_that_of_the_gradient() -> None:
    random, one = Random(8), TeacherStudentLandscape(RELU, ((Fraction(1), Fraction(0)),), False, 1)
    for _ in range(50):
        r, t = random.uniform(0.1, 3), random.uniform(0.01, 3.1)
        W = [[arb(r) * arb(t).cos(), arb(r) * arb(t).sin()]]
        (gradient,) = TeacherStudent(one, W).gradient()
        product_ = gradient[0] * (W[0][0] - 1) + gradient[1] * W[0][1]
        (b, _, _), (c, _, _) = OneNeuron(arb.pi())._parts(arb(t))
        assert abs(product_ - (arb(r) ** 2 / 2 - r * b + c)) < 1e-12
        assert product_ > 0


# The rule


def cover_of(codes: list[int], box: tuple[tuple[Fraction, Fraction], ...], *zeros: Zero) -> Cover:
    return Cover(box, zeros, subdivision(pack(codes), len(box), 5))


def test_a_piece_whose_test_does_not_pass_is_named() -> None:
    box = ((Fraction(-22, 7), Fraction(22, 7)), (Fraction(0), Fraction(22, 7)))
    for word, name in enumerate(("sign", "mean-value", "newton", "own", "known")):
        with pytest.raises(Open, match=f"piece 0 of the cover, .*: the test `{name}` does not prove it"):
            prove_cover(system(), cover_of([LEAF + word], box))


@pytest.mark.parametrize(
    "side", [((-21, 22), (0, 22)), ((-22, 21), (0, 22)), ((-22, 22), (1, 22)), ((-22, 22), (0, 21))]
)
def test_a_box_that_misses_an_angle_is_refused(side: tuple[tuple[int, int], tuple[int, int]]) -> None:
    (a, b), (c, e) = side
    box = ((Fraction(a, 7), Fraction(b, 7)), (Fraction(c, 7), Fraction(e, 7)))
    with pytest.raises(Refuted, match="misses a part of all angles"):
        prove_contains_torus(cover_of([LEAF], box))


@pytest.mark.parametrize(
    ("side", "missed"),
    [
        ((0, 0, 22, 22, 7, 28), False),
        ((1, 0, 22, 22, 7, 28), True),
        ((0, 1, 22, 22, 7, 28), True),
        ((0, 0, 21, 22, 7, 28), True),
        ((0, 0, 22, 21, 7, 28), True),
        ((0, 0, 22, 22, 8, 28), True),
        ((0, 0, 22, 22, 7, 27), True),
    ],
)
def test_a_box_out_of_the_plane_has_all_angles_and_quotients(side: tuple[int, ...], missed: bool) -> None:
    """[0, pi] x [0, pi] x [1, 4], in sevenths."""
    a, b, to_a, to_b, least, most = (Fraction(n, 7) for n in side)
    cover = cover_of([LEAF], ((a, to_a), (b, to_b), (least, most)))
    if missed:
        with pytest.raises(Refuted, match="misses a part of"):
            prove_contains_rest(cover)
    else:
        prove_contains_rest(cover)


def test_one_zero_is_not_proved_at_parallel_students() -> None:
    """There every point solves the equations: they are those of different directions."""
    for radius in (Fraction(1, 10**6), Fraction(1, 100)):
        with pytest.raises((Open, Refuted)):
            prove_one_zero(system(), Zero((Fraction(1, 2), Fraction(0)), radius))


def test_two_zeros_in_one_box_are_not_one() -> None:
    landscape = TeacherStudentLandscape(RELU, ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))), True, 2)
    box = ((Fraction(-22, 7), Fraction(22, 7)), (Fraction(0), Fraction(22, 7)))
    zero = Zero((Fraction(0), Fraction(11, 7)), Fraction(1, 64))
    again = Zero((Fraction(1, 500), Fraction(11, 7)), Fraction(1, 64))
    with pytest.raises(Open, match="are not proved different"):
        points_anywhere(TwoNeurons(teachers(landscape), arb.pi()), landscape, cover_of([LEAF], box, zero, again))


def test_every_teacher_is_not_excluded_where_it_is_not_alone() -> None:
    """A piece with the spurious minimum of ratio 1/16 in it is not left out."""
    x, d, ratio, angle = -1.02435, 1.07202, 1 / 16, math.pi / 2
    for radius in (1e-3, 1e-6):
        piece = [ball_of(middle, radius) for middle in (x, d, ratio, angle)]
        assert not EveryTeacher((), arb.pi()).excludes(piece)
