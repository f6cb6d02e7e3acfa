"""Exact gradient descent from all starts near a trained network: the ball from which it converges to loss 0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np
from flint import ctx
from numpy.typing import ArrayLike, NDArray

from verify.checker.evaluators import OutputMap, spectral_norm
from verify.checker.public import Open, Reason, box, ends, point
from verify.checker.statements.descent_nearby import PROPERTY, ConvergesNearby, NearbyWitness
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.gradient_descent import Point
from verify.producer.prover.interpolation import MARGIN, PRECISION, fitted
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor

Array = NDArray[np.float64]

RADII = [Fraction(part, 2**halved) for halved in range(40) for part in (4, 3)]
"""Of the ball, W."""
SLACK = 1e-6
"""Relatively, of what is claimed."""


@dataclass(frozen=True, slots=True)
class _Ball:
    """The numbers of the theorem, in float64, for one W."""

    within: Fraction
    start: float
    """rho."""
    step: float
    """h."""
    decrease: float
    """k s'^2."""


@np.errstate(all="ignore")
def certify_convergence_nearby(
    risk: EmpiricalRisk, theta: ArrayLike, step: Number | None = None, *, start: Point | None = None
) -> Certificate:
    """That descent from all starts in a ball converges to loss 0, with all constant steps up to `step`.

    theta: (trained,), such as where training ended: Newton's method for the outputs leads from there to the center.
    step: on the risk; None for about the one with which the loss falls fastest. start: a point that the ball must
    contain. The ball is the largest that was found. Raises NotCertified.
    """
    center, smallest = fitted(risk, theta)
    s = floor((1 - float(MARGIN) / 16) * smallest, 30)
    eta = None if step is None else exact_number(step)
    h = None if eta is None else 2 * float(eta * risk.exact.factor)
    where = (tuple(Fraction(float(entry)) for entry in center),)
    found: _Ball | None = None
    with ctx.workprec(PRECISION):
        at = OutputMap(risk.exact, point(where))
        error, norm = float(at.distance().upper()), sqrt(float(spectral_norm(at.gram()).upper()))
        zero = ceil(max(error * 1.1 / float(s), 2.0**-60), 20)
        for within in RADII:
            tried = _ball(risk, where, within, float(s), float(zero), norm, error, h)
            if tried is not None and (found is None or tried.start > found.start):
                found = tried
            elif found is not None:
                break
    if found is None:
        told = "no ball was found from which descent converges: the Jacobian turns too fast, or the step is too long"
        raise NotCertified(told, {"smallest_singular_value": smallest}, Reason.NOT_PROVED)
    radius = floor(found.start * (1 - SLACK), 30)
    if start is not None:
        apart = [exact_number(x) - y for x, y in zip(np.asarray(start, dtype=object).ravel(), where[0], strict=True)]
        if sum((x * x for x in apart), Fraction(0)) > radius * radius:
            measured = {"radius": float(radius), "distance": sqrt(float(sum(x * x for x in apart)))}
            raise NotCertified("the start is outside of the ball from which descent converges", measured)
    eta = eta or floor(found.step / (2 * float(risk.exact.factor)), 12)
    decrease = floor(2 * float(risk.exact.factor) * found.decrease * (1 - SLACK), 30)
    statement = ConvergesNearby(risk.exact, PROPERTY, where, radius, eta, found.within, decrease)
    return written(risk, statement, NearbyWitness(PRECISION, s, zero))


def _ball(
    risk: EmpiricalRisk,
    where: tuple[tuple[Fraction, ...]],
    within: Fraction,
    s: float,
    zero: float,
    norm: float,
    error: float,
    h: float | None,
) -> _Ball | None:
    """The largest starts that the theorem allows for a W; None for none."""
    region = OutputMap(risk.exact, box(where, within))
    if region.near_a_kink() is not None:
        return None
    try:
        L, W = float(ends(region.turning())[1]), float(within)
    except (Open, OverflowError):
        return None
    rest, B = s - L * W, norm + L * W
    if not rest > 0 or not 2 * zero < W:
        return None
    rho = W
    for _ in range(20):  # k falls with the error of the starts
        E = error + B * rho
        step = h if h is not None else 1 / (B * B + L * E)
        k = 2 - step * (B * B + L * E)
        if not k > 0:
            rho /= 2
            continue
        bend = 2 / k * L / ((2 - step * B * B) * rest)  # rho + r = a with a + bend a^2 = W - r
        room = (W - zero) * (1 - SLACK)
        rho = min(rho, 2 * room / (1 + sqrt(1 + 4 * bend * room)) - zero)
        if rho <= 0:
            return None
    return _Ball(within, rho, step, k * rest * rest) if k > 0 else None
