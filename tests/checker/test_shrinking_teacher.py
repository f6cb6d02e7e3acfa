"""Two teachers of which one shrinks to 0: the equations against the loss, and enclosures against points in them.

The corpus (`tests/corpus/make_spurious.py`) has the certificates that must not be verified.
"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from flint import arb

from tests.corpus.forge import CORPUS
from verify import TeacherStudent
from verify.checker import Verified, check
from verify.checker.core.dual import Dual
from verify.checker.evaluators import CenteredTube, ShrinkingTeacher, arctangent_over, derivative
from verify.checker.public import prove, read
from verify.checker.statements.two_neuron_teachers import TubeWitness

POINT = (0.06, 0.77, 0.21, -0.35)


def drawn(random: Random) -> list[float]:
    """A point (a, b, r, psi) at which the conditions hold."""
    while True:
        psi, r = random.uniform(0.3, 2.8), random.uniform(0.01, 0.4)
        point = [random.uniform(-1, 1), random.uniform(0.1, 1), random.uniform(-1, 1), -random.uniform(0.1, 1), r, psi]
        if ShrinkingTeacher().inside([arb(x) for x in point]):
            return point


def students(point: list[float]) -> tuple[TeacherStudent, np.ndarray]:
    a1, a2, b1, b2, r, psi = point
    teacher = np.array([[1, 0], [r * math.cos(psi), r * math.sin(psi)]])
    return TeacherStudent("relu", teacher), np.array([[1 + r * a1, r * a2], [r * b1, r * b2]])


def values(point: list[float]) -> np.ndarray:
    return np.array([float(f.value.mid()) for f in ShrinkingTeacher().equations([Dual(arb(x), ()) for x in point])])


def test_the_equations_are_the_gradient_and_their_derivative_the_hessian() -> None:
    """2 pi G r is 2 pi times the gradient, and G' the Hessian, by the loss of the producer."""
    random = Random(1)
    for _ in range(60):
        point = drawn(random)
        landscape, W = students(point)
        gradient = np.asarray(landscape.gradient(W)).ravel()
        assert values(point) * point[4] == pytest.approx(2 * math.pi * gradient, abs=1e-12)
        slopes = derivative(ShrinkingTeacher(), [arb(x) for x in point[:4]], [arb(x) for x in point[4:]])
        hessian = np.array([[float(s.mid()) for s in row] for row in slopes])
        assert hessian == pytest.approx(2 * math.pi * np.asarray(landscape.hessian(W)), abs=1e-10)


def test_derivatives_in_the_ratio_and_the_angle_are_those_of_the_values_down_to_the_ratio_0() -> None:
    random, h = Random(2), 1e-6
    for ratio in (0.0, 1e-9, None):
        for _ in range(10):
            point = drawn(random)
            point[4] = point[4] if ratio is None else ratio
            unknowns = [Dual(arb(x), tuple(arb(int(i == j)) for j in (4, 5))) for i, x in enumerate(point)]
            found = np.array([[float(s.mid()) for s in f.partials] for f in ShrinkingTeacher().equations(unknowns)])
            for column, place in enumerate((4, 5)):
                ends = [values([x + s * h * (i == place) for i, x in enumerate(point)]) for s in (1, -1)]
                assert found[:, column] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-6)


def test_enclosures_have_the_points_in_them() -> None:
    """Of boxes with the ratio 0 at a side, too."""
    random = Random(3)
    for _ in range(60):
        middle, radius = drawn(random), random.choice([1e-6, 1e-3, 0.03])
        middle[4] = random.choice([0.0, middle[4]])
        box = [arb(x, radius) for x in middle]
        if not ShrinkingTeacher().inside(box):
            continue
        on = ShrinkingTeacher().equations([Dual(side, ()) for side in box])
        slopes = derivative(ShrinkingTeacher(), box[:4], box[4:])
        point = [x + radius * random.uniform(-1, 1) for x in middle]
        point[4] = abs(point[4])
        at = [Dual(arb(x), ()) for x in point]
        assert all(f.value.overlaps(g.value) for f, g in zip(on, ShrinkingTeacher().equations(at), strict=True))
        exact = derivative(ShrinkingTeacher(), [x.value for x in at[:4]], [x.value for x in at[4:]])
        assert all(
            s.overlaps(t) for row, other in zip(slopes, exact, strict=True) for s, t in zip(row, other, strict=True)
        )


def test_the_arc_tangent_over_its_argument_is_enclosed_with_its_derivative() -> None:
    random = Random(4)
    for _ in range(200):
        middle, radius = random.uniform(-0.4, 0.4), random.choice([0, 1e-9, 0.05, 0.1])
        found = arctangent_over(Dual(arb(middle, radius), (arb(1),)))
        z = middle + radius * random.uniform(-1, 1)
        value, slope = math.atan(z) / z, (1 / (1 + z * z) - math.atan(z) / z) / z
        assert found.value.overlaps(arb(value, 1e-14))
        assert found.partials[0].overlaps(arb(slope, 1e-13 / abs(z)))
        if radius == 0:
            assert found.value.rad() < 1e-9
    beyond = arctangent_over(Dual(arb(0.49, 0.02), (arb(1),)))
    assert beyond.value.is_nan()
    assert beyond.partials[0].is_nan()


@pytest.mark.parametrize("change", [(1, -0.01), (1, -0.8), (3, 0.36), (5, -1.6), (5, 1.0), (0, -20.0)])
def test_where_a_condition_fails_the_students_are_not_inside(change: tuple[int, float]) -> None:
    """A neuron on another side of the teachers, or an angle that is none between them; and balls that meet a border."""
    place, by = change
    point = [*POINT, 1 / 16, math.pi / 2]
    assert ShrinkingTeacher().inside([arb(x) for x in point])
    moved = [x + by * (i == place) for i, x in enumerate(point)]
    if change == (1, -0.01):
        moved, place = point, 1
        assert not ShrinkingTeacher().inside([arb(x, 0.771 * (i == place)) for i, x in enumerate(moved)])
        return
    assert not ShrinkingTeacher().inside([arb(x) for x in moved])


def test_the_tube_of_every_ratio_has_the_minima_that_descent_from_the_loss_finds() -> None:
    """Newton's method on the loss itself, from students near the tube, for ratios down to 1/1000."""
    content = read(CORPUS.parents[1] / "certificates" / "two-neurons" / "spurious-minima.json")
    assert isinstance(prove(content), Verified)
    assert isinstance(content.witness, TubeWitness)
    tube = CenteredTube.of(content.witness.tube, content.statement.landscape)
    for r in (1 / 16, 1 / 20, 1 / 40, 1 / 150, 1 / 1000):
        point = [float(c.value.mid()) for c in tube.center(Dual(arb(r), ()), Dual(arb.pi() / 2, ()))]
        landscape, W = students([*point, r, math.pi / 2])
        start = W
        for _ in range(20):
            step = np.linalg.solve(np.asarray(landscape.hessian(W)), np.asarray(landscape.gradient(W)).ravel())
            W = W - step.reshape(2, 2)
        assert np.abs(W - start).max() < r * float(max(content.witness.tube.radii))
        assert np.linalg.eigvalsh(np.asarray(landscape.hessian(W)))[0] > 0.01
        assert float(landscape.value(W)) > 1e-2 * r**2


def test_a_ratio_of_0_is_left_out_in_the_words() -> None:
    verdict = check(CORPUS / "valid" / "small-spurious-minima.json")
    assert isinstance(verdict, Verified)
    assert "a ratio of their norms in (0, 1/128]" in verdict.statement.sentence()
    assert verdict.statement.sentence().endswith("has a strict local minimum that is not global.")
    assert verdict.statement.scope.startswith("a region of teachers, every input dimension d >= 2")
    more = check(CORPUS / "valid" / "small-spurious-minima-more.json")
    assert isinstance(more, Verified)
    assert "in [1/128, 1/96]" in more.statement.sentence()
    assert verdict.statement.landscape.ratios[0] == Fraction(0)
