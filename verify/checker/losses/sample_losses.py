"""The loss of one sample as a function of the network's outputs, in balls: value, gradient, Hessian.

Where the residuals of a box may meet a bend of the loss, the gradient and the Hessian enclose those on all sides that
it may have there: of `huber` the second derivative 0 or 1; `absolute` and `hinge` have no Hessian there (NaN).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball
from verify.checker.losses.layer_activations import sigmoid, softplus
from verify.checker.losses.layer_pass import diagonal
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape


class SampleLoss(NamedTuple):
    """l(f, y) at all outputs f of a box."""

    value: arb
    gradient: list[arb]
    """(outputs,)"""
    hessian: arb_mat
    """(outputs, outputs)"""


def sample_loss(landscape: EmpiricalRiskLandscape, sample: int, outputs: list[arb]) -> SampleLoss:
    """Of a sample, without its factor; `verify.checker.statements.empirical_risk` says what the losses are."""
    target = landscape.targets[sample]
    if landscape.loss == "huber":
        delta = ball(landscape.delta or Fraction(0))
        return of_each([_huber(f - ball(y), delta) for f, y in zip(outputs, target, strict=True)])
    if (lines := [landscape.residual_slopes(y) for y in target])[0] is not None:
        return of_each([_lines(f - ball(y), *(pair or ())) for f, y, pair in zip(outputs, target, lines, strict=True)])
    smooth = {"squares": _squares, "logistic": _logistic, "cross-entropy": _cross_entropy}
    return smooth[landscape.loss](outputs, [ball(entry) for entry in target])


def may_bend(landscape: EmpiricalRiskLandscape, sample: int, outputs: list[arb]) -> int | None:
    """An output on which a loss that bends somewhere may do so; None only if proved."""
    for output, (f, y) in enumerate(zip(outputs, landscape.targets[sample], strict=True)):
        residual = f - ball(y)
        if landscape.loss == "huber":
            residual = abs(residual) - ball(landscape.delta or Fraction(0))
        elif landscape.residual_slopes(y) is None:
            return None
        if not abs(residual) > 0:
            return output
    return None


def on_line(residual: arb, slope: Fraction) -> tuple[arb, arb, arb]:
    """Of a line through 0 in the residual: value, derivative, second derivative."""
    return ball(slope) * residual, ball(slope), arb(0)


def _lines(residual: arb, low: Fraction, high: Fraction) -> tuple[arb, arb, arb]:
    if abs(residual) > 0:
        return on_line(residual, high if residual > 0 else low)
    either = ball(low).union(ball(high))
    return either * residual, either, arb.nan()


def _huber(residual: arb, delta: arb) -> tuple[arb, arb, arb]:
    inner = residual * residual / 2, residual, arb(1)
    if abs(residual) < delta:
        return inner
    size = abs(residual)
    side = arb(1) if residual > 0 else arb(-1) if residual < 0 else arb(-1).union(arb(1))
    outer = delta * (size - delta / 2), delta * side, arb(0)
    if size > delta:
        return outer
    value, slope, bend = (x.union(y) for x, y in zip(inner, outer, strict=True))
    return value, slope, bend


def of_each(parts: list[tuple[arb, arb, arb]]) -> SampleLoss:
    """A sum over the outputs."""
    values, slopes, bends = zip(*parts, strict=True)
    return SampleLoss(sum(values, arb(0)), [*slopes], diagonal(bends))


def _squares(outputs: list[arb], target: list[arb]) -> SampleLoss:
    residual = [f - y for f, y in zip(outputs, target, strict=True)]
    # A product, for arb's power of a ball around 0 is NaN.
    return SampleLoss(
        sum((r * r for r in residual), arb(0)), [2 * r for r in residual], diagonal([arb(2)] * len(residual))
    )


def _logistic(outputs: list[arb], target: list[arb]) -> SampleLoss:
    value, gradient, curvature = arb(0), [], []
    for f, y in zip(outputs, target, strict=True):
        wrong = sigmoid(-y * f)
        value += softplus(-y * f)
        gradient.append(-y * wrong)
        curvature.append(y * y * wrong * sigmoid(y * f))
    return SampleLoss(value, gradient, diagonal(curvature))


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
    return SampleLoss(value, gradient, arb_mat(hessian))
