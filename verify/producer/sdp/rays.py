"""What a side without a feasible point, or without interior, has: rays, and points and matrices with simple entries.

A solver's certificates that a side is infeasible are rounded: first as they stand, then to small denominators, then
onto the face that their kernel suggests. All of this guesses; the checker decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import mul

import numpy as np

from verify.checker.public import Matrix
from verify.producer.sdp.certified import (
    Bounds,
    certify_exact_dual,
    certify_exact_point,
    certify_exact_rows,
    onto_equations,
)
from verify.producer.sdp.faces import MOST_UNKNOWNS, exact_point
from verify.producer.sdp.instance import Array
from verify.producer.sdp.interior import certify_refined
from verify.producer.sdp.refinement import Dual, Refinement, in_own_metric
from verify.producer.sdp.schur import Iterate

DENOMINATORS = (1, 4, 64, 4_096, 1_000_000)
SINGULAR = (1e-3, 1e-5, 1e-7, 1e-9)
"""Eigenvalues below these, relative to the largest, are taken for 0."""
LIFT = 1e-9
"""Of a ray's eigenvalues, relative to the largest."""


def prove_no_x(bounds: Bounds, refinement: Refinement, ray: Sequence[Array]) -> bool:
    """Whether a Y near the given one proves that no x is feasible."""
    size = max(float(np.abs(block).max()) for block in ray)
    if not (np.isfinite(size) and size > 0):
        return False
    near = [block / size for block in ray]
    if _by_interior(bounds, refinement, near) or _by_faces(bounds, "sdp-infeasible", near):
        bounds.infeasible = "inequality"
        bounds.lower = bounds.upper = None
        bounds.reasons = {"sdp-upper-bound": "no x is feasible", "sdp-lower-bound": "no x is feasible"}
        return True
    return False


def prove_no_y(bounds: Bounds, ray: Array) -> bool:
    """Whether an x near the given one proves that no Y is feasible."""
    size = float(np.abs(ray).max(initial=0.0))
    if not (np.isfinite(size) and size > 0):
        return False
    costs = bounds.instance.program.objective
    before = dict(bounds.reasons)
    for x in _roundings(ray / size):
        exact = onto_equations(bounds.instance, x, 0) if bounds.instance.zero_blocks else x
        if sum(map(mul, costs, exact), Fraction(0)) < 0 and certify_exact_point(bounds, "sdp-infeasible", exact):
            bounds.infeasible = "equality"
            bounds.reasons = {"sdp-lower-bound": "no Y is feasible"}
            return True
    bounds.reasons = before
    return False


def prove_by_unused_variable(bounds: Bounds) -> bool:
    """Whether a variable in no constraint, with a cost, proves that no Y is feasible."""
    program = bounds.instance.program
    for index, (cost, matrix) in enumerate(zip(program.objective, program.matrices[1:], strict=True)):
        if cost and not matrix:
            ray = [Fraction(0)] * program.variables
            ray[index] = Fraction(-1 if cost > 0 else 1)
            if certify_exact_point(bounds, "sdp-infeasible", ray):
                bounds.infeasible = "equality"
                bounds.reasons["sdp-lower-bound"] = "no Y is feasible"
                return True
    return False


def zero_dual(bounds: Bounds) -> bool:
    """Whether Y = 0 gives the lower bound 0: it does where c = 0."""
    program = bounds.instance.program
    if any(program.objective):
        return False
    rows: list[Matrix] = []
    for block in program.blocks:
        lengths = [block.order] if block.diagonal else range(1, block.order + 1)
        rows.append(tuple((Fraction(0),) * length for length in lengths))
    return certify_exact_rows(bounds, "sdp-lower-bound", rows)


def lower_on_a_face(bounds: Bounds, near: Sequence[Array]) -> bool:
    """Whether an exact Y on the face that one near it suggests gives a lower bound, a better one than there is."""
    return _by_faces(bounds, "sdp-lower-bound", near)


def upper_by_rounding(bounds: Bounds, near: Array) -> bool:
    """Whether x rounded to a small denominator, or onto a face, is feasible, and better than what there is."""
    costs = bounds.instance.program.objective
    best = bounds.upper
    before = dict(bounds.reasons)
    faced = exact_point(bounds.instance, near) if len(near) <= MOST_UNKNOWNS else None
    for x in (*([] if faced is None else [faced]), *_roundings(near)):
        exact = onto_equations(bounds.instance, x, 1) if bounds.instance.zero_blocks else x
        value = sum(map(mul, costs, exact), Fraction(0))
        if (best is None or value < best) and certify_exact_point(bounds, "sdp-upper-bound", exact):
            return True
    bounds.reasons = before
    return False


def _roundings(x: Array) -> Iterator[list[Fraction]]:
    yield [Fraction(entry) for entry in x.tolist()]
    for denominator in DENOMINATORS:
        yield [_rounded(entry, denominator) for entry in x.tolist()]


def _rounded(entry: float, denominator: int) -> Fraction:
    if abs(entry) >= 2.0**53:  # an integer, whose product may be beyond float64
        return Fraction(entry)
    return Fraction(round(entry * denominator), denominator)


def _by_interior(bounds: Bounds, refinement: Refinement, ray: Sequence[Array]) -> bool:
    """By a definite Y."""
    program = refinement.program
    stacks, y, w = program.split(list(ray))
    Y = []
    for block in stacks:
        values, vectors = np.linalg.eigh((block + block.swapaxes(-1, -2)) / 2)
        Y.append((vectors * np.maximum(values, LIFT)[:, None, :]) @ vectors.swapaxes(-1, -2))
    y = np.maximum(y, LIFT)
    inverses = [np.linalg.inv(block) for block in Y]
    at = Iterate(np.zeros(program.variables), [(X + X.swapaxes(-1, -2)) / 2 for X in inverses], Y, 1 / y, y, w)
    dual = Dual.of(at)
    try:
        there = refinement.refined(dual, in_own_metric(program, at), zero=True)
    except (np.linalg.LinAlgError, ValueError):
        return False
    positive = program.value(dual.high[:-2], dual.high[-2], dual.high[-1]) > 0
    return there and positive and certify_refined(bounds, "sdp-infeasible", program, dual)


def _by_faces(bounds: Bounds, name: str, near: Sequence[Array]) -> bool:
    """By a Y that vanishes on a rational kernel."""
    program = bounds.instance.program
    costs = program.objective if name == "sdp-lower-bound" else (Fraction(0),) * program.variables
    return any(certify_exact_dual(bounds, name, near, costs, singular) for singular in SINGULAR)
