"""Certificates of non-strict minima of every width, of Yun et al.'s kind, and of many minima at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from verify.checker.public import ARB_UNKNOWNS, Matrix, Reason
from verify.checker.statements.all_widths import PROPERTY as ALL_WIDTHS
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.constant_outputs import ConstantOutputs, ConstantOutputsWitness
from verify.checker.statements.count_of_minima import CountOfMinima, CountWitness, Interval
from verify.checker.statements.every_width import EveryWidth, EveryWidthWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, exact_number
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import PRECISION, written
from verify.producer.prover.refine import NotCertified, refine
from verify.producer.prover.rounding import ceil, floor

Array = NDArray[np.float64]

BITS = 64
RADII = (Fraction(1, 2**40), Fraction(1, 2**20), Fraction(1, 2**52))
SCAN = np.concatenate([-np.geomspace(1e4, 1e-4, 1600), [0.0], np.geomspace(1e-4, 1e4, 1600)])
"""Weights at which the slope of the risk in one weight is looked at for changes of sign."""


def certify_every_width(
    risk: EmpiricalRisk, start: Sequence[float], widths_from: int, better_point: Sequence[Fraction] | None = None
) -> Certificate:
    """Neurons that share one weight vector, a local minimum of every width from `widths_from` on.

    `risk`: of the network with one hidden neuron; `start`: (w, b, V, c) near the critical point.
    `better_point`: of the network of width `widths_from`; None if "not global" is not claimed.
    """

    def claim(center: Matrix, radius: Fraction, value: Interval) -> EveryWidth:
        name, suboptimal = "degenerate-local-minimum-of-every-width", better_point is not None
        return EveryWidth(risk.exact, name, False, center, radius, value, widths_from, suboptimal)

    return _near(risk, start, claim, better_point)


def certify_all_widths(
    risk: EmpiricalRisk,
    start: Sequence[float],
    widths_from: Sequence[int],
    better_point: Sequence[Fraction] | None = None,
) -> Certificate:
    """Equal units in each hidden layer, a local minimum for all widths from `widths_from` on and all data nearby.

    `risk`: of the chain, with one unit in each hidden layer; `start`: all its parameters near the critical point.
    `better_point`: of the network with the widths `widths_from`; None if "not global" is not claimed.
    """

    def claim(center: Matrix, radius: Fraction, value: Interval) -> AllWidths:
        suboptimal = better_point is not None
        return AllWidths(risk.exact, ALL_WIDTHS, False, center, radius, value, tuple(widths_from), suboptimal)

    return _near(risk, start, claim, better_point)


@np.errstate(all="ignore")  # what overflows is looked for
def _near(
    risk: EmpiricalRisk,
    start: Sequence[float],
    claim: Callable[[Matrix, Fraction, Interval], EveryWidth | AllWidths],
    better_point: Sequence[Fraction] | None,
) -> Certificate:
    """The statement about the critical point that Newton's method finds, with the first radius that does."""
    found = refine(risk, np.array(start, dtype=np.float64).reshape(1, -1), BITS)
    value = risk.value(floats.vector(found.student[0]))
    if not np.isfinite(value):
        raise NotCertified("the loss is not finite in floating point", {}, Reason.TOO_LARGE)
    failure = NotCertified("no radius was tried", {})
    for radius in RADII:
        room = max(abs(value), 1.0) * max(1e-9, float(radius) * 1e3)
        bounds = floor(value - room, 40), ceil(value + room, 40)
        statement = claim(tuple(map(tuple, found.student)), radius, bounds)
        try:
            return written(risk, statement, EveryWidthWitness(PRECISION, _row(better_point)))
        except NotCertified as error:
            failure = error
    raise failure


def certify_constant_outputs(
    risk: EmpiricalRisk,
    pre_activations: Sequence[Fraction],
    output_weights: Sequence[Fraction],
    better_point: Sequence[Fraction] | None = None,
) -> Certificate:
    """The local minimum of Yun et al.'s Theorem 2, for the pre-activations v and all output weights but the last."""
    statement = ConstantOutputs(
        landscape=risk.exact,
        property="degenerate-local-minimum",
        pre_activations=tuple(map(exact_number, pre_activations)),
        output_weights=tuple(map(exact_number, output_weights)),
        suboptimal=better_point is not None,
    )
    return written(risk, statement, ConstantOutputsWitness(PRECISION, _row(better_point)))


@np.errstate(all="ignore")  # a slope that is no number changes no sign
def certify_count(risk: EmpiricalRisk, at_least: int) -> Certificate:
    """At least so many strict local minima of one neuron, each sample of which has one input."""
    layers = risk.exact.network.layers
    if len(layers) != 1 or layers[0].width != 1:
        raise NotCertified("the network is not one layer with one output", {}, Reason.NOT_MODELLED)
    if risk.trained > ARB_UNKNOWNS:
        raise NotCertified(f"{risk.trained} weights are more than {ARB_UNKNOWNS}", {}, Reason.TOO_LARGE)
    intervals = tuple(_intervals(risk, weight) for weight in range(risk.trained))
    found = prod(map(len, intervals))
    if found < at_least:
        scan = f"a scan of each weight from {SCAN[0]:g} to {SCAN[-1]:g} for changes of the slope's sign"
        reason = f"{scan} found {found} of the {at_least} minima; there may be more"
        raise NotCertified(reason, {}, Reason.NO_CANDIDATE)
    statement = CountOfMinima(risk.exact, "count-of-strict-local-minima", at_least)
    return written(risk, statement, CountWitness(PRECISION, intervals))


def _row(point: Sequence[Fraction] | None) -> Matrix | None:
    return None if point is None else (tuple(point),)


def _intervals(risk: EmpiricalRisk, weight: int) -> tuple[Interval, ...]:
    """Small intervals around the minima of the risk in one weight alone."""
    from scipy.optimize import brentq

    def slope(w: float) -> float:
        theta = np.zeros(risk.trained)
        theta[weight] = w
        return float(risk.gradient(theta)[0, weight])

    slopes = [slope(w) for w in SCAN]
    found = []
    for left, right, before, after in zip(SCAN, SCAN[1:], slopes, slopes[1:], strict=False):
        if before < 0 < after:
            w = brentq(slope, left, right, xtol=1e-13 * max(1.0, abs(left)))
            half = 1e-4 * abs(right - left)
            found.append((Fraction(float(w - half)), Fraction(float(w + half))))
    return tuple(found)
