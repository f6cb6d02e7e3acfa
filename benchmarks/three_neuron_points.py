"""Critical points of three ReLU neurons and an orthonormal teacher that a search meets; all of it floating point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

import numpy as np
from scipy.optimize import least_squares
from taylor_models import Array
from three_neuron_tests import Boxes, on_faces

CORE = 1 / 128
"""Distance of a direction from one of a critical point, within which a box is left to `known`."""
SHARED, OWN = 0.65945230, -0.31817566
"""The saddle with M > 0 is (SHARED, SHARED, OWN) and its cyclic shifts; refined in `cores`."""
SMALLEST_NORM = 1e-3
CONVERGED = 1e-11
STEP = 1e-5
PARALLEL = 1e-6


def gradient(students: Array) -> Array:
    """Of F at students of shape (3, d), d >= 3; 2 pi times it."""
    size = np.linalg.norm(students, axis=1)
    units = students / size[:, None]
    result = np.pi * students
    for i, unit in enumerate(units):
        others = [(size[j], units[j], 1.0) for j in range(3) if j != i]
        for norm, other, sign in others + [(1.0, row, -1.0) for row in np.eye(students.shape[1])[:3]]:
            t = angle(unit, other)
            result[i] += sign * norm * (np.sin(t) * unit + (np.pi - t) * other)
    return np.asarray(result)


def angle(one: Array, other: Array) -> float:
    """Of unit vectors."""
    return float(2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other)))


def loss(students: Array) -> float:
    """F."""
    rows = [*students, *np.eye(students.shape[1])[:3]]
    signs = [1.0] * 3 + [-1.0] * 3
    total = 0.0
    for one, first in zip(rows, signs, strict=True):
        for other, second in zip(rows, signs, strict=True):
            sizes = np.linalg.norm(one), np.linalg.norm(other)
            t = angle(one / sizes[0], other / sizes[1])
            total += first * second * sizes[0] * sizes[1] * (np.sin(t) + (np.pi - t) * np.cos(t))
    return total / (4 * np.pi)


def hessian(students: Array) -> Array:
    """By differences of the gradient."""
    flat, columns = students.ravel(), []
    for move in np.eye(students.size) * STEP:
        ends = [gradient((flat + sign * move).reshape(students.shape)).ravel() for sign in (1, -1)]
        columns.append((ends[0] - ends[1]) / (4 * np.pi * STEP))
    return np.asarray((np.array(columns) + np.array(columns).T) / 2)


def smallest_of_m(students: Array) -> float:
    """The smallest eigenvalue of M."""
    size = np.linalg.norm(students, axis=1)
    units = students / size[:, None]
    matrix = np.eye(3) / 2
    for i in range(3):
        for j in range(3):
            if i != j:
                t = angle(units[i], units[j])
                matrix[i, j] = (np.pi - t) / (2 * np.pi)
                matrix[i, i] += size[j] * np.sin(t) / (2 * np.pi * size[i])
        matrix[i, i] -= sum(np.sin(angle(units[i], v)) for v in np.eye(students.shape[1])[:3]) / (2 * np.pi * size[i])
    return float(np.linalg.eigvalsh(matrix)[0])


def critical_points(dimension: int, starts: int, seed: int) -> Iterator[str]:
    """A row for each that is met, by its loss, without zero neurons; of continua one for each loss."""
    random, met, found = np.random.default_rng(seed), Counter[float](), {}
    for _ in range(starts):
        start = random.normal(size=3 * dimension) * random.choice([0.4, 1.0])
        end = least_squares(
            lambda x: gradient(x.reshape(3, dimension)).ravel(), start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=150
        )
        students = end.x.reshape(3, dimension)
        if np.abs(end.fun).max() < CONVERGED and np.linalg.norm(students, axis=1).min() > SMALLEST_NORM:
            key = round(loss(students), 7) + 0.0
            met[key] += 1
            found.setdefault(key, students)
    for value, students in sorted(found.items()):
        size = np.linalg.norm(students, axis=1)
        order = np.argsort(-size)
        units = (students / size[:, None])[order]
        angles = [angle(units[i], units[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
        out = np.abs(students[:, 3:]).max(initial=0)
        note = ", parallel" if min(angles) < PARALLEL else ", out of the span" if out > PARALLEL else ""
        eigenvalues = np.linalg.eigvalsh(hessian(students))[:2]
        yield (
            f"| {value:.7f}{note} | {_row(size[order], 4)} | {_row(np.degrees(angles), 1)} | {_row(eigenvalues, 4)} "
            f"| {smallest_of_m(students):.4f} | {met[value]} |"
        )


def _row(numbers: Array, digits: int) -> str:
    return ", ".join(f"{number:.{digits}f}" for number in numbers)


def cores() -> list[Array]:
    """Directions (3, 3) of the critical points in the span with M >= 0 that the search meets: teacher and saddle."""
    start = np.full((3, 3), SHARED) + np.fliplr(np.eye(3)) * (OWN - SHARED)
    saddle = least_squares(
        lambda x: gradient(x.reshape(3, 3)).ravel(), start.ravel(), xtol=1e-15, gtol=1e-15
    ).x.reshape(3, 3)
    return [np.eye(3), saddle / np.linalg.norm(saddle, axis=1)[:, None]]


CORES = cores()


def furthest_from_cores(boxes: Boxes) -> Array:
    """For each box the largest distance of a direction from the nearest critical point's, in units of `CORE`."""
    point, _, length = on_faces(boxes)
    direction = point * length[:, None]
    best = np.full(len(boxes), np.inf)
    for core in CORES:
        for order in permutations(range(3)):
            away = np.abs(direction.center - core[list(order)][..., None]) + direction.spread
            best = np.minimum(best, np.sqrt((away**2).sum(axis=1)).max(axis=0))
    return np.asarray(best / CORE)
