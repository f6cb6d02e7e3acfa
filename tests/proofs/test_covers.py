"""The complete lists of critical points, against a search that knows nothing of them.

Newton's method from random students in the whole space, in d = 2 and d = 3, on the gradient of the loss in floating
point: no angles, no lemma, no symmetry. Every critical point that it meets, without zero neuron, must be one of the
list, or have a negative eigenvalue of the Hessian.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.campaigns import campaign
from verify import TeacherStudent
from verify.checker.public import Verified, prove, read
from verify.checker.statements.two_neurons import NEGATIVE, CriticalPointsComplete

Array = NDArray[np.float64]
FOLDER = Path(__file__).parents[2] / "certificates"
RUNS = 40


def listed(name: str) -> CriticalPointsComplete:
    verdict = prove(read(FOLDER / name))  # type: ignore[arg-type]
    assert isinstance(verdict, Verified)
    assert isinstance(verdict.statement, CriticalPointsComplete)
    return verdict.statement


def critical_points(landscape: TeacherStudent, shape: tuple[int, int], random: np.random.Generator) -> Iterator[Array]:
    """Where damped Newton steps on the gradient end, from random students."""
    for _ in range(RUNS):
        yield from critical_points_from(landscape, random.normal(size=shape) * random.uniform(0.2, 1.2))


def critical_points_from(landscape: TeacherStudent, W: Array) -> Iterator[Array]:
    """The one where the steps end, if they do away from zero neurons."""
    for _ in range(200):
        gradient = np.asarray(landscape.gradient(W)).ravel()
        if np.abs(gradient).max() < 1e-12:
            break
        step = np.linalg.lstsq(np.asarray(landscape.hessian(W)), gradient, rcond=1e-9)[0]
        W = W - (step * min(1.0, 0.3 / max(float(np.linalg.norm(step)), 1e-300))).reshape(W.shape)
        if np.linalg.norm(W, axis=1).min() < 1e-3:
            break
    if np.abs(np.asarray(landscape.gradient(W))).max() < 1e-10 and np.linalg.norm(W, axis=1).min() > 1e-2:
        yield W


@pytest.mark.parametrize("name", ["critical-points-1", "critical-points-2", "critical-points-8", "critical-points-16"])
@pytest.mark.parametrize("d", [2, pytest.param(3, marks=campaign)])
def test_every_critical_point_met_is_listed_or_curves_down(name: str, d: int) -> None:
    statement = listed(f"two-neurons/{name}.json")
    teacher = np.array([[float(x) for x in row] for row in statement.landscape.teacher])
    landscape = TeacherStudent("relu", np.hstack([teacher, np.zeros((2, d - 2))]))
    points = [np.array([[float(x) for x in row] for row in point.center]) for point in statement.points]
    met, random = set(), np.random.default_rng(d)
    for W in critical_points(landscape, (2, d), random):
        smallest = np.linalg.eigvalsh(np.asarray(landscape.hessian(W)))[0]
        near = [
            index
            for index, point in enumerate(points)
            for order in permutations(range(2))
            if np.abs(W[list(order)] - np.hstack([point, np.zeros((2, d - 2))])).max() < 1e-6
        ]
        if near:
            met.add(near[0])
            assert (smallest < 0) == (statement.points[near[0]].what == NEGATIVE)
        else:
            assert smallest < -1e-9, W
    if d == 2:
        minima = {index for index, point in enumerate(statement.points) if point.what != NEGATIVE}
        assert minima <= met, "the search misses a minimum of the list"


def minima_met(ratio: float, angle: float, d: int, random: np.random.Generator) -> list[Array]:
    """The students, in the order of their norms, at which the search finds no negative eigenvalue; one of each."""
    teacher = np.zeros((2, d))
    teacher[0, 0], teacher[1, :2] = 1, (ratio * np.cos(angle), ratio * np.sin(angle))
    landscape = TeacherStudent("relu", teacher)
    found: list[Array] = []
    starts = [teacher, np.array([[1.004, 0.048, *[0.0] * (d - 2)], [0.0133, -0.0218, *[0.0] * (d - 2)]])]
    for W in (*starts, *critical_points(landscape, (2, d), random)):
        (point,) = [*critical_points_from(landscape, W)] or [None]
        if point is None or np.linalg.eigvalsh(np.asarray(landscape.hessian(point)))[0] < -1e-7:
            continue
        ordered = point[np.argsort(-np.linalg.norm(point, axis=1))]
        if not any(np.abs(ordered - other).max() < 1e-6 for other in found):
            found.append(ordered)
    return found


@pytest.mark.parametrize("d", [2, 3])
def test_teachers_of_a_region_have_the_minima_that_are_proved(d: int) -> None:
    """Random teachers: within ratios [1/20, 1/16] at right angles two minima are met, in the region none but one."""
    random = np.random.default_rng(10 + d)
    for _ in range(2):
        assert len(minima_met(random.uniform(1 / 20, 1 / 16), 1.5708, d, random)) == 2
        assert len(minima_met(random.uniform(1 / 2, 1), random.uniform(1, 2), d, random)) == 1
