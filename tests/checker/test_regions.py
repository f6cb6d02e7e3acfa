"""Statements about every teacher in a region: determinants, tubes and rectangles, against other ways of computing them.

The corpus (`tests/corpus/make_small.py`) has the certificates that must not be verified.
"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from flint import arb

from tests.corpus.forge import CORPUS
from verify.checker import Verified, check
from verify.checker.core.dual import Dual
from verify.checker.core.outcome import Open
from verify.checker.evaluators import (
    CenteredTube,
    EveryTeacher,
    MinimaOfTwoNeurons,
    are_regular,
    derivative,
    is_alone,
    prove_tube,
)
from verify.checker.front.regions import first_gap
from verify.checker.statements.two_neuron_teachers import Tube, TwoNeuronTeachers
from verify.independent.checking import check as check_independently

SPURIOUS, SADDLE = (-1.0243261, 0.0476927), (-0.2717, 0.0742)
"""Directions (x, y) near zeros for the norms 1 and 1/16 at right angles."""
TEACHER = Fraction(1, 16), Fraction(15708, 10000)
LANDSCAPE = TwoNeuronTeachers((TEACHER[0], TEACHER[0]), (TEACHER[1], TEACHER[1]))


def kappa(angle: float) -> float:
    t = abs(math.remainder(angle, 2 * math.pi))
    return (math.sin(t) + (math.pi - t) * math.cos(t)) / (2 * math.pi)


def reduced(x: float, y: float, ratio: float, psi: float) -> float:
    """The loss at the norms at which its derivatives in them vanish, by a linear system."""
    b = np.array([kappa(angle) + ratio * kappa(angle - psi) for angle in (x, y)])
    A = np.array([[0.5, kappa(y - x)], [kappa(y - x), 0.5]])
    return float(-b @ np.linalg.solve(A, b) / 2)


def zero_near(start: tuple[float, float], ratio: float, psi: float) -> tuple[float, float]:
    """By Newton's method on the equations."""
    z, p = np.array(start), [arb(ratio), arb(psi)]
    for _ in range(30):
        values = EveryTeacher((), arb.pi()).equations(
            [*(Dual(arb(float(c)), ()) for c in z), *(Dual(s, ()) for s in p)]
        )
        slopes = derivative(EveryTeacher((), arb.pi()), [arb(float(c)) for c in z], p)
        matrix = np.array([[float(s.mid()) for s in row] for row in slopes])
        z = z - np.linalg.solve(matrix, np.array([float(f.value.mid()) for f in values]))
    return float(z[0]), float(z[1])


@pytest.mark.parametrize(("start", "sign"), [(SPURIOUS, -1), (SADDLE, 1), ((0.0, 1.5708), -1), ((-2.32, 0.033), 1)])
@pytest.mark.parametrize(("ratio", "psi"), [(1 / 16, 1.5708), (1 / 18, 1.5708)])
def test_the_determinant_tells_minima_from_saddles(
    start: tuple[float, float], sign: int, ratio: float, psi: float
) -> None:
    """det h'' = -r_1 r_2 det G' / 2 (1 - 2 kappa(d)) and h_yy, by differences of the loss at its best norms."""
    x, y = zero_near(start, ratio, psi)
    h = 1e-4
    at = {(i, j): reduced(x + i * h, y + j * h, ratio, psi) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    h_xx, h_yy = ((at[e] - 2 * at[0, 0] + at[-e[0], -e[1]]) / h**2 for e in ((1, 0), (0, 1)))
    h_xy = (at[1, 1] - at[1, -1] - at[-1, 1] + at[-1, -1]) / (4 * h**2)
    slopes = derivative(EveryTeacher((), arb.pi()), [arb(x), arb(y)], [arb(ratio), arb(psi)])
    (a, b), (c, e) = ([float(s.mid()) for s in row] for row in slopes)
    system = MinimaOfTwoNeurons(((1, 0), (arb(ratio), arb(psi))), arb.pi())
    norms = [float(r.mid()) for r in system.norms(arb(x), arb(y - x))]
    less = 1 - 2 * kappa(y - x)
    size = max(abs(h_xx), abs(h_yy))
    assert h_xx * h_yy - h_xy**2 == pytest.approx(-norms[0] * norms[1] * (a * e - b * c) / (2 * less), abs=1e-6 * size)
    assert h_yy == pytest.approx(norms[1] / 2 * (e / less + b), abs=1e-5)
    assert math.copysign(1, a * e - b * c) == sign


def test_the_blocks_are_those_of_the_matrix_for_further_inputs() -> None:
    """2 pi r_i M_ii = a_i, (2 pi)^2 r_1 r_2 det M = a_1 a_2 - (pi - d)^2 r_1 r_2, by the formula of docs/COVERS.md."""
    random = Random(3)
    for _ in range(40):
        x, d = random.uniform(-3, 3), random.uniform(0.2, 3)
        ratio, psi = random.uniform(0.1, 1), random.uniform(0.3, 2.8)
        system = MinimaOfTwoNeurons(((1, 0), (arb(ratio), arb(psi))), arb.pi())
        r = [float(norm.mid()) for norm in system.norms(arb(x), arb(d))]
        angles = [[abs(math.remainder(angle - other, 2 * math.pi)) for other in (0, psi)] for angle in (x, x + d)]
        sines = [math.sin(one) + ratio * math.sin(other) for one, other in angles]
        M = [0.5 + (r[1 - i] * math.sin(d) - sines[i]) / (2 * math.pi * r[i]) for i in range(2)]
        first, second, product = (float(part.mid()) for part in system.blocks(arb(x), arb(d)))
        assert first == pytest.approx(2 * math.pi * r[0] * M[0])
        assert second == pytest.approx(2 * math.pi * r[1] * M[1])
        determinant = M[0] * M[1] - ((math.pi - d) / (2 * math.pi)) ** 2
        assert first * second - product == pytest.approx((2 * math.pi) ** 2 * r[0] * r[1] * determinant, abs=1e-9)


def test_regular_matrices_are_regular() -> None:
    """Random intervals: where it says so, random matrices and all corners of the intervals are regular, of one sign."""
    random, found = Random(5), 0
    for _ in range(3000):
        middle, radius = [random.uniform(-1, 1) for _ in range(4)], [random.uniform(0, 0.4) for _ in range(4)]
        if not are_regular(*(arb(m, r) for m, r in zip(middle, radius, strict=True))):
            continue
        found += 1
        signs = set()
        for corner in range(16):
            a, b, c, e = (
                m + r * (1 if corner >> i & 1 else -1) for i, (m, r) in enumerate(zip(middle, radius, strict=True))
            )
            signs.add(a * e - b * c > 0)
        assert len(signs) == 1
    assert found > 300


def tube(place: tuple[float, float], *radii: Fraction) -> CenteredTube:
    center = tuple(((Fraction(c),),) for c in place)
    return CenteredTube.of(Tube(center, (radii[0], radii[1])), LANDSCAPE)


def test_a_tube_is_proved_around_the_spurious_minimum_and_nowhere_else() -> None:
    """Not around a saddle, nor around the teacher, nor where there is no zero, nor in a tube that is too wide."""
    point = ((TEACHER[0],) * 2, (TEACHER[1],) * 2)
    small = Fraction(1, 2**14), Fraction(1, 2**17)
    ratio, psi = map(float, TEACHER)
    prove_tube(tube(zero_near(SPURIOUS, ratio, psi), *small), point, "")
    for place, reason in (
        (zero_near(SADDLE, ratio, psi), "not proved to be a strict local minimum"),
        (zero_near((-2.32, 0.033), ratio, psi), "not proved to be a strict local minimum"),
        ((0.0, psi), "not proved not to be the teacher"),
        ((-1.02, 0.0476927), "no zero was proved"),
    ):
        with pytest.raises(Open, match=reason):
            prove_tube(tube(place, *small), point, "")
    with pytest.raises(Open, match="no zero was proved"):
        prove_tube(tube(zero_near(SPURIOUS, ratio, psi), Fraction(1, 8), Fraction(1, 8)), point, "")


def test_a_tube_is_within_the_angles_that_the_equations_are_for() -> None:
    """The spurious minimum turned around once is proved nowhere beyond 7; nor is a zero of what is no kappa any more.

    The formula of kappa folds angles up to 5 pi. Beyond it grows, and near the angle 22 its equations have a zero that
    passes for a strict minimum, of a teacher that has no spurious one (also in the corpus, with a whole cover).
    """
    small, turn = (Fraction(1, 2**14), Fraction(1, 2**17)), 2 * math.pi
    point = ((TEACHER[0],) * 2, (TEACHER[1],) * 2)
    x, y = zero_near(SPURIOUS, *map(float, TEACHER))
    prove_tube(tube((x + turn, y + turn), *small), point, "")
    for turns in (-2, 2, 3):
        with pytest.raises(Open, match="directions beyond 7 are not needed"):
            prove_tube(tube((x + turns * turn, y + turns * turn), *small), point, "")
    ratio, psi = Fraction(17, 32), Fraction(63, 40)
    false = Fraction(3062075634579, 2**37), Fraction(3080092040893, 2**37)
    assert kappa(float(false[0])) < 1 / 2 < abs(EveryTeacher((), arb.pi()).kappa(arb(float(false[0]))).value)
    fake = CenteredTube(Tube(tuple(((c,),) for c in false), (Fraction(1, 2**30),) * 2), (ratio, psi))
    with pytest.raises(Open, match="directions beyond 7 are not needed"):
        prove_tube(fake, ((ratio, ratio), (psi, psi)), "")


def test_a_piece_with_another_zero_is_not_alone() -> None:
    """The teacher and the saddles are told from the zero in the tube, however small the piece is."""
    ratio, psi = map(float, TEACHER)
    around = tube(zero_near(SPURIOUS, ratio, psi), Fraction(1, 2**11), Fraction(1, 2**13))
    for start in ((0.0, 1.5708), SADDLE, (-2.32, 0.033)):
        x, y = zero_near(start, ratio, psi)
        for radius in (1e-3, 1e-9):
            assert not is_alone(around, [arb(x, radius), arb(y - x, radius), arb(ratio), arb(psi)])
    x, y = zero_near(SPURIOUS, ratio, psi)
    assert is_alone(around, [arb(x, 1e-4), arb(y - x, 1e-5), arb(ratio), arb(psi)])


def test_gaps_are_found_where_there_are_some() -> None:
    """Random rectangles on a coarse grid, against all cells of the grid, borders and corners among them."""
    random, gaps = Random(8), 0
    for _ in range(400):

        def side() -> tuple[Fraction, Fraction]:
            low = random.randrange(4)
            return Fraction(low), Fraction(random.randrange(low, 5))

        whole = TwoNeuronTeachers(side(), side())
        regions = [TwoNeuronTeachers(side(), side()) for _ in range(random.randrange(6))]
        halves = [Fraction(i, 2) for i in range(9)]
        points = [
            (r, a)
            for r in halves
            for a in halves
            if whole.ratios[0] <= r <= whole.ratios[1] and whole.angles[0] <= a <= whole.angles[1]
        ]
        bare = [
            (r, a)
            for r, a in points
            if not any(
                region.ratios[0] <= r <= region.ratios[1] and region.angles[0] <= a <= region.angles[1]
                for region in regions
            )
        ]
        gaps += bool(bare)
        assert (first_gap(whole, regions) is not None) == bool(bare), (whole, regions)
    assert 50 < gaps < 350


@pytest.mark.parametrize("name", ["manifest-teachers", "small-one-spurious-minimum", "small-out-of-span"])
def test_the_second_checker_says_that_it_does_not_know_the_rule(name: str) -> None:
    """Of a manifest of regions too, which is not malformed to it."""
    found = check_independently(str(CORPUS / "valid" / f"{name}.json"))
    assert (found.verdict, found.reason) == ("Undecided", "rule not supported")


def test_the_largest_angle_of_a_region_is_the_one_that_is_said_to_be_less_than_pi() -> None:
    verdict = check(CORPUS / "valid" / "small-every-teacher.json")
    assert isinstance(verdict, Verified)
    least, most = verdict.statement.landscape.angles  # type: ignore[attr-defined]
    assert least < most
    assert f"0 < angle <= {most} < pi" in [met.measured for met in verdict.hypotheses]
