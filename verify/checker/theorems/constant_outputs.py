"""Rule `constant-outputs` (Yun, Sra & Jadbabaie 2019, the local minimum of Theorem 2).

Theorem. Let f(x) = sum_j u_j h(w_j.x) be trained on the samples (1, 0), (0, 1), (1/2, 1/2) with targets 0, 0, 1 and
F = factor sum_n (f(x_n) - y_n)^2. Let w_j = (v_j, v_j) and
  (1) h be C^2 near each v_j,
  (2) sum_j u_j h(v_j) = 1/3, and
  (3) M = diag(u_j h''(v_j)) / 3 + g g^T be positive definite, where g_j = u_j h'(v_j).
Then (w, u) is a local minimum, and not a strict one, of loss (2/3) factor. If moreover
  (4) F is below that at some point, the minimum is not global.

Proof. A nearby point has w_j = (a_j + d_j, a_j - d_j) with d_j near 0 and some u'_j. Let C = f(1/2, 1/2),
q = f(1, 0) + f(0, 1) - 2 C and e = (f(1, 0) - f(0, 1)) / 2. Expanding, F / (2 factor) - 1/3 =
(3/2)(C - 1/3)^2 + C q + q^2 / 4 + e^2 >= C q + e^2. By Taylor's theorem with h in C^2,
q = sum_j u'_j h''(.) d_j^2 and e = sum_j u'_j h'(.) d_j with arguments near v_j, and C is near 1/3. So C q + e^2 =
d^T M' d with M' as near to M as we like: >= 0. It is not strict because d = 0 with any a, u' of C = 1/3 has
the same loss. QED
(For two neurons, M > 0 says that both p_j = (u_j h'_j)^2 + u_j h''_j / 3 are > 0, and (u_1 h'_1 u_2 h'_2)^2 < p_1 p_2.)

(1) holds where h has no kink at v_j. (2) is met by u_n = (1/3 - sum of the others) / h(v_n), if h(v_n) != 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import ball, point
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_activations import derivatives
from verify.checker.statements.constant_outputs import PROPERTY, ConstantOutputs, ConstantOutputsWitness
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Vector
from verify.checker.theorems.inertia import prove_positive_definite
from verify.checker.theorems.value import prove_better

RULE = "constant-outputs"


@dataclass(frozen=True, slots=True)
class ConstantOutputsMinimum(Fact):
    """The conclusion of the theorem above."""

    landscape: EmpiricalRiskLandscape
    pre_activations: Vector
    output_weights: Vector
    """All but the last."""
    not_global: bool

    def proves(self, statement: Statement) -> bool:
        """The same point; it is called suboptimal only where it is proved not global."""
        if not isinstance(statement, ConstantOutputs):
            return False
        suboptimal = statement.suboptimal
        same = ConstantOutputs(self.landscape, PROPERTY, self.pre_activations, self.output_weights, suboptimal)
        return statement == same and (self.not_global or not suboptimal)


_fact = maker(ConstantOutputsMinimum)


def constant_outputs(task: Task[ConstantOutputs, ConstantOutputsWitness]) -> ConstantOutputsMinimum:
    """Prove hypotheses (1) to (4) of the theorem above."""
    statement = task.statement
    activation = statement.landscape.network.layers[0].activation
    for index, v in enumerate(statement.pre_activations):
        if activation.has_kink and v == 0:
            raise Refuted(f"neuron {index} is on its kink, where its activation is not C^2")
    task.record(RULE, "the activation is C^2 near each pre-activation", "no kink there")
    jets = [derivatives(activation, ball(v)) for v in statement.pre_activations]
    weights = [ball(u) for u in statement.output_weights]
    rest = ball(Fraction(1, 3)) - sum((u * jet.value for u, jet in zip(weights, jets[:-1], strict=True)), arb(0))
    if not abs(jets[-1].value) > 0:
        raise Open("the activation of the last neuron was not proved other than 0, so its weight is not enclosed")
    weights.append(rest / jets[-1].value)
    task.record(RULE, "the last output weight makes the output 1/3", f"[{lower(weights[-1])}, {upper(weights[-1])}]")
    slopes = [u * jet.first for u, jet in zip(weights, jets, strict=True)]
    form = arb_mat(
        [
            [p * q + (u * jet.second / 3 if i == j else 0) for j, q in enumerate(slopes)]
            for i, (p, u, jet) in enumerate(zip(slopes, weights, jets, strict=True))
        ]
    )
    false = "the quadratic form has a direction of negative curvature"
    prove_positive_definite(form, false, "the quadratic form was not proved positive definite")
    trace = form.trace()
    task.record(RULE, "the quadratic form is positive definite", f"trace in [{lower(trace)}, {upper(trace)}]")
    if task.witness.better_point is not None:
        better = EmpiricalRisk(statement.landscape, point(task.witness.better_point))
        prove_better(task, RULE, better.value(), statement.value)
    not_global = task.witness.better_point is not None
    return _fact(statement.landscape, statement.pre_activations, statement.output_weights, not_global)
