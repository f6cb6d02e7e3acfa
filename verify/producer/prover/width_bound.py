"""Certificates of a lower bound of the risk for every number of hidden neurons: rule `width-bound` of docs/WIDE.md."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verify.checker.public import Reason
from verify.checker.statements.width_bound import PROPERTY, BoundOfEveryWidth, BoundOfEveryWidthWitness
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import floor, on_grid
from verify.producer.search.active_set import descend

Array = NDArray[np.float64]
PRECISION, BITS = 64, 60
DIRECTIONS, STEPS = 4_000, 60
SLACK = (1e-3, 1e-2)
"""By how much the multipliers are less than what sampled directions allow: the less, the more boxes to prove it."""


def certify_width_bound(risk: EmpiricalRisk, theta: ArrayLike) -> Certificate:
    """What no network of this form, of any width, can be better than; tight where `theta` is a global minimum.

    `theta`: (trained,) or (1, trained). One hidden layer of a positively homogeneous activation, decay of weights and
    biases, at most four weights and biases a neuron, one output. Raises NotCertified.
    """
    exact = risk.exact
    rates = float(exact.weight_decay), float(exact.bias_decay)
    layers = exact.network.layers
    if len(layers) != 2 or layers[1].width != 1 or not rates[0] or (layers[0].bias and not rates[1]):
        raise NotCertified("needs one hidden layer, one output and weight decay", {}, Reason.NOT_MODELLED)
    slopes = _slopes(risk, theta)
    if layers[1].bias and not rates[1]:
        slopes = slopes - slopes.mean()
    kappa = rates[0] if not layers[0].bias else float(np.sqrt(rates[0] * min(rates)))
    largest = _largest_gain(risk, slopes)
    failure = NotCertified("no multipliers were tried", {})
    for slack in SLACK:
        scale = min(1.0, (1 - slack) * kappa / max(largest, 1e-300))
        q = _rounded(slopes * scale, bool(layers[1].bias and not rates[1]))
        value = _dual(risk, floats.vector(q))
        if not value > 0:
            raise NotCertified("the bound is not positive", {"bound": value}, Reason.NO_CANDIDATE)
        bound = floor(value * (1 - 1e-12), 40)
        try:
            return written(risk, BoundOfEveryWidth(exact, PROPERTY, bound), BoundOfEveryWidthWitness(PRECISION, q))
        except NotCertified as error:
            failure = error
    raise failure


def _slopes(risk: EmpiricalRisk, theta: ArrayLike) -> Array:
    """The derivatives of the samples' losses in the outputs; where losses have kinks, those at a minimum."""
    last = len(risk.exact.network.layers)
    if not risk.has_kinks(last):
        return risk.output_slopes(theta)[:, 0]
    found = descend(risk, theta)
    slopes = risk.output_slopes(found.theta)[:, 0]
    for (layer, sample, _), slope in found.slopes.items():
        if layer == last:
            slopes[sample] = slope * float(risk.exact.factors[sample])
    return slopes


def _rounded(q: Array, sums_to_0: bool) -> tuple[Fraction, ...]:
    found = [on_grid(float(entry), BITS) for entry in q]
    if sums_to_0:
        found[-1] -= sum(found, Fraction(0))
    return tuple(found)


def _largest_gain(risk: EmpiricalRisk, q: Array) -> float:
    """About the largest |sum_n q_n h(u . x~_n)| over unit vectors u: sampled, and improved by fixed-point steps."""
    low, high = map(float, risk.exact.network.layers[0].activation.parameters)
    rows = floats.matrix(risk.exact.inputs)
    if risk.exact.network.layers[0].bias:
        rows = np.column_stack([rows, np.ones(len(rows))])
    u = np.random.default_rng(0).normal(size=(DIRECTIONS, rows.shape[1]))
    best = 0.0
    for _ in range(STEPS):
        u /= np.maximum(np.linalg.norm(u, axis=1, keepdims=True), 1e-300)
        t = u @ rows.T
        pieces = np.where(t > 0, high, low) * q
        gains = (pieces * t).sum(1)
        best = max(best, float(np.abs(gains).max()))
        u = u + np.sign(gains)[:, None] * (pieces @ rows) / max(best, 1e-300)
    return best


def _dual(risk: EmpiricalRisk, q: Array) -> float:
    """-sum l*_n - D, in floating point."""
    exact = risk.exact
    c, y = floats.vector(exact.factors), floats.matrix(exact.targets)[:, 0]
    with np.errstate(all="ignore"):
        slope = np.where(c > 0, q / c, 0.0)
        share = np.clip(-slope / np.where(y == 0, 1.0, y), 1e-300, 1 - 1e-16)
        entropy = share * np.log(share) + (1 - share) * np.log1p(-share)
        each = {
            "squares": slope * y + slope**2 / 4,
            "huber": slope * y + slope**2 / 2,
            "logistic": np.where(y == 0, -np.log(2), entropy),
        }.get(exact.loss, slope * y)
    missed = q.sum() ** 2 / (2 * float(exact.bias_decay)) if exact.network.layers[1].bias and exact.bias_decay else 0.0
    return float(-(c * each).sum() - missed)
