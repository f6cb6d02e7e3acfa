"""Certificates of saddles that symmetries move: rule `flat-saddle` of docs/BASIN.md."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import ctx
from numpy.typing import ArrayLike, NDArray

from verify.checker.evaluators import EmpiricalRisk as BallEmpiricalRisk
from verify.checker.evaluators import FlowField, Symmetries, frozen_off_kinks
from verify.checker.public import Matrix, Open, Reason, Refuted, box, ends, point
from verify.checker.statements.flat_saddle import PROPERTY, FlatSaddle, FlatSaddleWitness
from verify.checker.statements.symmetries import Symmetry
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.candidates import symmetry_candidates
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor, on_grid

Array = NDArray[np.float64]

STEPS, PRECISION, BITS = 40, 128, 30
SINGULAR = 1e-8
"""Relative to the largest eigenvalue, one that is taken for 0."""
INDEPENDENT = 1e-6
RADII = tuple(Fraction(1, 10**power) for power in range(5, 11))


@np.errstate(all="ignore")
def certify_flat_saddle(risk: EmpiricalRisk, theta: ArrayLike) -> Certificate:
    """A certificate, accepted by the checker, of a saddle near a point, on a surface along which symmetries move it.

    `theta`: (trained,) or (1, trained). Raises NotCertified.
    """
    found = np.array(theta, dtype=np.float64).ravel()
    for _ in range(STEPS):
        values, vectors = _eigen(risk, found)
        kept = np.abs(values) > SINGULAR * np.abs(values).max()
        step = vectors[:, kept] @ ((vectors[:, kept].T @ risk.gradient(found)[0].ravel()) / values[kept])
        if not np.isfinite(step).all():
            break
        found = found - step
    values, vectors = _eigen(risk, found)
    flat = int((np.abs(values) <= SINGULAR * np.abs(values).max()).sum())
    if not (flat and values[0] < 0 < values[-1] and flat < len(values)):
        raise NotCertified("no saddle with flat directions was found", {"flat": float(flat)}, Reason.NO_CANDIDATE)
    center = (tuple(Fraction(float(entry)) for entry in found),)
    symmetries = _symmetries(risk, center)
    if len(symmetries) != flat:
        measured = {"flat_directions": float(flat), "symmetries": float(len(symmetries))}
        raise NotCertified("the flat directions are not those of symmetries", measured, Reason.FLAT_DIRECTION)
    down, up = ((tuple(on_grid(float(x), BITS) for x in vectors[:, index]),) for index in (0, -1))
    curvatures = floor(values[0] / 2, 20) or Fraction(-1, 2**60), floor(values[-1] / 2, 20)
    failure = NotCertified("", {})
    for radius in RADII:
        bounds = _bounds(risk, center, radius)
        statement = FlatSaddle(risk.exact, PROPERTY, center, radius, bounds, *curvatures, flat)
        try:
            return written(risk, statement, FlatSaddleWitness(PRECISION, down, up, symmetries))
        except NotCertified as error:
            failure = error
    raise failure


def _eigen(risk: EmpiricalRisk, theta: Array) -> tuple[Array, Array]:
    hessian = risk.hessian(theta)
    if not np.isfinite(hessian).all():
        raise NotCertified("the Hessian is not finite", {}, Reason.NOT_CONVERGED)
    return np.linalg.eigh(hessian)


def _bounds(risk: EmpiricalRisk, center: Matrix, radius: Fraction) -> tuple[Fraction, Fraction]:
    """Of the loss in the box, from its gradient and the Hessian's balls."""
    with ctx.workprec(PRECISION):
        at, over = BallEmpiricalRisk(risk.exact, point(center)), BallEmpiricalRisk(risk.exact, box(center, radius))
        slopes = sum(float(abs(entry).upper()) for entry in at.gradient()[0])
        bends = sum(float(abs(entry).upper()) for entry in over.hessian().entries())
        low, high = ends(at.value())
    spread = Fraction(2 * float(radius) * (slopes + float(radius) * bends) + 1e-15)
    return floor(low - spread, 64), ceil(high + spread, 64)


def _symmetries(risk: EmpiricalRisk, center: Matrix) -> tuple[Symmetry, ...]:
    """Independent ones among those whose conditions hold."""
    landscape, size = risk.exact, max(float(abs(entry)) for entry in center[0])
    with ctx.workprec(PRECISION):
        frozen = frozen_off_kinks(BallEmpiricalRisk(landscape, box(center, RADII[-1])))
        known, kept, basis = Symmetries(landscape, frozen), list[Symmetry](), np.zeros((landscape.trained, 0))
        for symmetry in symmetry_candidates(landscape, frozen):
            try:
                moved: FlowField = known.field(symmetry)
            except (Refuted, Open):
                continue
            column = np.array([float(entry) for entry in moved.at(point(center)[0])])
            rest = column - basis @ (basis.T @ column)
            rest -= basis @ (basis.T @ rest)
            if (length := float(np.linalg.norm(rest))) > INDEPENDENT * max(float(np.linalg.norm(column)), size):
                basis = np.column_stack([basis, rest / length])
                kept.append(symmetry)
    return tuple(kept)
