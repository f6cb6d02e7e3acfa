"""The loss of one sample as a function of the network's outputs, in balls: value, gradient, Hessian."""

from __future__ import annotations

from typing import NamedTuple

from flint import arb

from verify.checker.losses.layer_activations import sigmoid, softplus


class SampleLoss(NamedTuple):
    """l(f, y) at all outputs f of a box."""

    value: arb
    gradient: list[arb]
    """(outputs,)"""
    hessian: list[list[arb]]
    """(outputs, outputs)"""


def sample_loss(kind: str, outputs: list[arb], target: list[arb]) -> SampleLoss:
    """`kind`: a key of `verify.checker.statements.empirical_risk.FORMULAS`, which says what it means."""
    return {"squares": _squares, "logistic": _logistic, "cross-entropy": _cross_entropy}[kind](outputs, target)


def _squares(outputs: list[arb], target: list[arb]) -> SampleLoss:
    residual = [f - y for f, y in zip(outputs, target, strict=True)]
    # A product, for arb's power of a ball around 0 is NaN.
    return SampleLoss(
        sum((r * r for r in residual), arb(0)), [2 * r for r in residual], _diagonal([arb(2) for _ in residual])
    )


def _logistic(outputs: list[arb], target: list[arb]) -> SampleLoss:
    value, gradient, curvature = arb(0), [], []
    for f, y in zip(outputs, target, strict=True):
        wrong = sigmoid(-y * f)
        value += softplus(-y * f)
        gradient.append(-y * wrong)
        curvature.append(y * y * wrong * sigmoid(y * f))
    return SampleLoss(value, gradient, _diagonal(curvature))


def _cross_entropy(outputs: list[arb], target: list[arb]) -> SampleLoss:
    total = sum(target, arb(0))
    # Only differences of outputs enter, so that nothing large is subtracted from something large.
    differences = [[other - f for other in outputs] for f in outputs]
    shares = [
        1 / sum((d.exp() if i != o else arb(1) for i, d in enumerate(row)), arb(0)) for o, row in enumerate(differences)
    ]
    value = sum((-y * p.log() for y, p in zip(target, shares, strict=True) if not y.is_zero()), arb(0))
    gradient = [total * p - y for p, y in zip(shares, target, strict=True)]
    hessian = [
        [total * (p * (1 - p) if i == j else -p * q) for j, q in enumerate(shares)] for i, p in enumerate(shares)
    ]
    return SampleLoss(value, gradient, hessian)


def _diagonal(entries: list[arb]) -> list[list[arb]]:
    return [[entry if i == j else arb(0) for j in range(len(entries))] for i, entry in enumerate(entries)]
