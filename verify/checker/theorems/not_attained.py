"""Rule `not-attained`: a network that separates its classes has no global minimum.

Theorem. Let (1) the loss be logistic, or cross-entropy with at least 2 outputs and one target of each sample other
than 0, without weight decay; (2) the last layer be linear, not residual, and all its weights and biases be trained;
and (3) each sample be classified right at theta: y_o f_o > 0 for each output o, or f_c > f_o for each o other than
the class c. Then F > 0 everywhere, inf F = 0, so F has no global minimum; and theta is no local minimum.
Proof. log(1 + exp(-y f)) and log(sum_o exp f_o) - f_c are positive. Multiplying the weights and biases of the last
layer by t > 0 multiplies all outputs by t, and the margins in (3) with them, so F falls strictly with t and tends to
0. QED

With weight decay on the last layer it is false. Nothing is asked of the other layers: units may be on kinks.
Source: standard; see also Soudry et al. 2018 on where descent goes then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Further, maker, require
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import lower, upper
from verify.checker.losses.curve_risk import CurveRisk
from verify.checker.losses.mixed_series import in_ball, total
from verify.checker.losses.own_parameters import require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.theorems.given_point import GivenPointTask, LossAtPoint

RULE = "not-attained"


class NotAttained(Further):
    """That the infimum 0 is not attained, besides the loss at a point."""

    __slots__ = ()
    FROM = MappingProxyType({"no-global-minimum": "value"})


_fact = maker(NotAttained)


def not_attained(task: GivenPointTask, at: LossAtPoint) -> NotAttained:
    """Prove hypotheses (1) to (3) of the theorem above."""
    require(at, replace(task.statement, property="value"))
    landscape = task.statement.landscape
    _prove_form(landscape)
    task.record(RULE, "the loss is positive, and falls with each margin", f"{landscape.loss}, without weight decay")
    risk = CurveRisk(landscape, task.statement.point)
    least: arb | None = None
    for sample, (outputs, target) in enumerate(zip(risk.outputs, landscape.targets, strict=True)):
        for margin in _margins(landscape.loss, [series[0] for series in outputs], target):
            found = f"a margin on sample {sample} is in [{lower(margin)}, {upper(margin)}], not positive by proof"
            decide(margin > 0, margin <= 0, found)
            least = margin if least is None else least.min(margin)
    if least is None:
        raise Refuted("there are no margins")
    task.record(RULE, "each sample is classified right", f"by margins >= {lower(least)}")
    return _fact(at)


def _prove_form(landscape: EmpiricalRiskLandscape) -> None:
    """Hypotheses (1) and (2)."""
    require_own_parameters(landscape)
    last, network = landscape.network.layers[-1], landscape.network
    if landscape.weight_decay or landscape.bias_decay:
        raise Open("this rule needs a loss without weight decay", Reason.NOT_MODELLED)
    if landscape.loss == "cross-entropy":
        if last.width < 2 or any(sum(map(bool, row)) != 1 for row in landscape.targets):
            raise Open("cross-entropy needs two outputs at least, and one target of each sample other than 0")
    elif landscape.loss != "logistic":
        raise Open("this rule needs the logistic loss or cross-entropy", Reason.NOT_MODELLED)
    if last.residual or not last.activation.is_piecewise_linear or last.activation.has_kink:
        raise Open("this rule needs a last layer that is linear and not residual", Reason.NOT_MODELLED)
    if any(index >= network.parameters - last.parameters for index, _ in landscape.fixed):
        raise Open("this rule needs all weights and biases of the last layer trained", Reason.NOT_MODELLED)


def _margins(loss: str, outputs: Sequence[Fraction | arb], target: Sequence[Fraction]) -> list[arb]:
    if loss == "logistic":
        return [ball(y) * in_ball(f) for f, y in zip(outputs, target, strict=True)]
    (own,) = (o for o, y in enumerate(target) if y)
    return [in_ball(total([outputs[own], -other])) for o, other in enumerate(outputs) if o != own]
