"""Points near a claim's own, and points of smaller loss: candidates, of which nothing is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from weakref import WeakKeyDictionary

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from verify.checker.evaluators import ExactRisk, TooLarge, is_exact
from verify.checker.public import Reason
from verify.checker.statements.network import SHORTHANDS
from verify.producer.audit.evidence import square_distance
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.refine import NotCertified

Vector = Sequence[Fraction]
Array = NDArray[np.float64]

STARTS = 40
"""Random points from which a better point, or another minimum, is looked for."""
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 64, 100, 1000)
MAX_SEARCHED = 200
"""Trained parameters of a risk whose critical points are looked for from farther away than Newton's method goes."""
MAX_SOLVED = 64
"""Unknowns and equations of the last layer that are solved in rational numbers."""


def floats(point: Vector) -> list[float]:
    """The nearest float64 numbers."""
    return [float(entry) for entry in point]


# Points of smaller loss


_ENDS: WeakKeyDictionary[EmpiricalRisk, list[tuple[float, Array]]] = WeakKeyDictionary()


def descents(risk: EmpiricalRisk, starts: int = STARTS) -> list[tuple[float, Array]]:
    """Where descent from random points ends, always the same: loss and point, the finite ones."""
    from scipy.optimize import minimize

    if risk in _ENDS and starts == STARTS:
        return _ENDS[risk]
    random = np.random.default_rng(0)
    found: list[tuple[float, Array]] = []
    for scale in np.repeat([0.5, 1.0, 3.0, 10.0], max(1, starts // 4)):
        start = random.normal(size=risk.trained) * scale
        with np.errstate(all="ignore"):
            result = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="BFGS")
        if np.isfinite(result.fun) and np.isfinite(result.x).all():
            found.append((float(result.fun), result.x))
    if starts == STARTS:
        _ENDS[risk] = found
    return found


def search_better(risk: EmpiricalRisk, than: float, starts: int = STARTS) -> Array | None:
    """A point with a smaller loss, by descent from random points."""
    best, found = than - 1e-6 * max(1.0, abs(than)), None
    for value, point in descents(risk, starts):
        if value < best:
            best, found = value, point
    return found


def better_than(risk: EmpiricalRisk, point: Vector, given: tuple[Fraction, ...] | None) -> tuple[Fraction, ...]:
    """The better point of a claim, or one that is found. Raises NotCertified."""
    if given is not None:
        return given
    found = search_better(risk, risk.value(floats(point)))
    if found is None:
        raise NotCertified("no point of smaller loss was found by descent from random points", {}, Reason.NO_CANDIDATE)
    return tuple(Fraction(float(entry)) for entry in found)


# Critical points


def critical_points(risk: EmpiricalRisk, point: Vector, reach: Fraction) -> Iterator[Vector]:
    """Starts for Newton's method: the point, and within reach the ends of descent of the loss, and of its gradient."""
    from scipy.optimize import least_squares, minimize

    yield point
    start = np.array(floats(point))
    if not reach or risk.trained > MAX_SEARCHED:
        return
    with np.errstate(all="ignore"):
        try:
            lowest = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="BFGS").x
            flattest = least_squares(lambda t: risk.gradient(t)[0], start, risk.hessian).x
        except (ValueError, np.linalg.LinAlgError):  # numbers that are not finite
            return
    for end in (lowest, flattest):
        if np.isfinite(end).all() and float(np.linalg.norm(end - start)) < float(reach):
            yield tuple(Fraction(float(entry)) for entry in end)


# Exact points


def simple_points(risk: EmpiricalRisk, point: Vector, reach: Fraction) -> Iterator[tuple[Fraction, ...]]:
    """The point, and for networks that are evaluated exactly the points within reach with short fractions for entries.

    A minimum on a kink, or a flat one, is met by exact points only.
    """
    yield tuple(point)
    seen = {tuple(point)}
    for denominator in DENOMINATORS if reach and is_exact(risk.exact) else ():
        candidate = tuple(entry.limit_denominator(denominator) for entry in point)
        if candidate not in seen and square_distance(candidate, point) <= reach**2:
            seen.add(candidate)
            yield candidate


def points_of_loss_0(risk: EmpiricalRisk, point: Vector, reach: Fraction) -> Iterator[tuple[Fraction, ...]]:
    """Points within reach at which the loss may be 0: simple ones, and those with the last layer's equations solved."""
    for candidate in simple_points(risk, point, reach):
        yield candidate
        solved = _with_last_layer_solved(risk, candidate) if reach and is_exact(risk.exact) else None
        if solved is not None and square_distance(solved, point) <= reach**2:
            yield solved


def _with_last_layer_solved(risk: EmpiricalRisk, point: Vector) -> tuple[Fraction, ...] | None:
    """The nearest point that differs in the last layer only and fits all targets, if the outputs are linear there."""
    landscape = risk.exact
    if landscape.parameter_map is not None:
        return None
    last = landscape.network.layers[-1]
    first = landscape.network.parameters - last.parameters
    places = [place for place, index in enumerate(landscape.trained_indices()) if index >= first]
    equations = len(landscape.inputs) * last.width
    if (last.activation.name, last.activation.parameters) != SHORTHANDS["identity"]:
        return None
    if not places or len(places) > MAX_SOLVED or equations > MAX_SOLVED:
        return None
    try:
        here = _outputs(risk, point)
        columns = []
        for place in places:
            moved = [entry + (index == place) for index, entry in enumerate(point)]
            columns.append([b - a for a, b in zip(here, _outputs(risk, moved), strict=True)])
    except TooLarge:
        return None
    wanted = [y - f for y, f in zip((y for row in landscape.targets for y in row), here, strict=True)]
    A = fmpq_mat([[_fmpq(column[row]) for column in columns] for row in range(equations)])
    normal = A * A.transpose()
    augmented = fmpq_mat([[*row, _fmpq(w)] for row, w in zip(normal.tolist(), wanted, strict=True)])
    reduced, rank = augmented.rref()
    y = [fmpq(0)] * equations
    for row in range(rank):
        pivot = next(column for column in range(equations + 1) if reduced[row, column] != 0)
        if pivot == equations:
            return None  # no solution
        y[pivot] = reduced[row, equations]
    step = A.transpose() * fmpq_mat([[entry] for entry in y])
    result = list(point)
    for index, place in enumerate(places):
        result[place] += Fraction(int(step[index, 0].p), int(step[index, 0].q))
    return tuple(result)


def _outputs(risk: EmpiricalRisk, point: Vector) -> list[Fraction]:
    return [series[0] for row in ExactRisk(risk.exact, (tuple(point),)).outputs for series in row]


def _fmpq(entry: Fraction) -> fmpq:
    return fmpq(entry.numerator, entry.denominator)
