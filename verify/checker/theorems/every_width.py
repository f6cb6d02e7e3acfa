"""Rule `every-width`: neurons that share one weight vector.

Theorem. Let G(w, b, V, c) be the empirical risk of one hidden neuron, f(x) = V sigma(w.x + b) + c (with or
without b, c), with a loss l(f, y) that is convex in f and no weight decay. Let X be a box. If
  (1) G is C^2 on X,
  (2) G has a critical point (w, b, V, c) in X,
  (3) V != 0 on X, with sign s, and
  (4) s Q is positive definite on X, where Q = sum_n r_n sigma''(w.x_n + b) x~_n x~_n^T, with r_n the
      derivative of the loss in f(x_n) and x~_n = (x_n, 1), or x_n without b,
then for every m >= 1 and all v_1, ..., v_m of sign s with sum V, none 0, the point with m neurons
(w, b, v_j) and c is a local minimum of the risk of the network of width m, with the same loss. If moreover
  (5) F(center) +- the variation over X is within [l, u], the loss is within [l, u], and if
  (6) the network of width m_0 has a point with a loss below l, none of these minima is global for m >= m_0.

Proof. At the critical point, psi(w', b') = sum_n r_n sigma(w'.x_n + b') has the value 0 (G's derivative in V),
the gradient 0 (its derivative in w and b, and V != 0) and the Hessian Q. So s psi >= 0 near (w, b). Let theta
be near the point of width m. By convexity F(theta) - F >= sum_n r_n (f_theta(x_n) - f(x_n))
= sum_j v'_j psi(w'_j, b'_j) + (c' - c) sum_n r_n, the last term 0 (G's derivative in c), and v'_j has the sign
s nearby. (6): further neurons with output weight 0 change nothing. QED

Source: the mechanism of Ding, Li & Sun 2019; this form and proof derived here, docs/AUDIT.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from verify.checker.core.balls import box
from verify.checker.core.exact import Matrix
from verify.checker.core.facts import Fact, Interval, encloses, maker
from verify.checker.core.statement import Statement
from verify.checker.core.task import lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import PROPERTY, EveryWidth, EveryWidthWitness
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.equal_units import enclosed, prove_loss
from verify.checker.theorems.inertia import prove_positive_definite

RULE = "every-width"


@dataclass(frozen=True, slots=True)
class SharedWeights(Fact):
    """The conclusion of the theorem above."""

    landscape: EmpiricalRiskLandscape
    """Of the network with one hidden neuron."""
    center: Matrix
    radius: Fraction
    value: Interval
    """Encloses the loss."""
    not_global_from: int | None
    """From this width on, where that is proved."""

    def proves(self, statement: Statement) -> bool:
        """The same, from the statement's width on."""
        if not isinstance(statement, EveryWidth):
            return False
        value, width, suboptimal = statement.value, statement.widths_from, statement.suboptimal
        same = EveryWidth(self.landscape, PROPERTY, False, self.center, self.radius, value, width, suboptimal)
        not_global = self.not_global_from is not None and width >= self.not_global_from
        return statement == same and encloses(value, self.value) and (not_global or not suboptimal)


_fact = maker(SharedWeights)


class EveryWidthTask(CriticalPointTask[EveryWidth, EveryWidthWitness]):
    """A statement about networks of every width, to be proved for the one with one hidden neuron."""

    @cached_property
    def region(self) -> EmpiricalRisk:
        """The loss over a box that contains the statement's region."""
        return EmpiricalRisk(self.statement.landscape, box(self.statement.center, self.statement.radius))


def every_width(task: EveryWidthTask) -> SharedWeights:
    """Prove hypotheses (1) to (6) of the theorem above."""
    statement = task.statement
    sign, loss = enclosed(task, RULE, statement.landscape.network.layers[0].parameters)
    curvature = sign * task.region.neuron_curvature(0)
    prove_positive_definite(
        curvature,
        "the linearised risk of a neuron has a direction of negative curvature",
        "the curvature of the linearised risk of a neuron was not proved positive definite",
    )
    trace = curvature.trace()
    task.record(
        RULE, "the curvature of a neuron's linearised risk is definite", f"trace in [{lower(trace)}, {upper(trace)}]"
    )
    value = prove_loss(task, RULE, loss, statement.wide)
    not_global_from = None if task.witness.better_point is None else statement.widths_from
    return _fact(statement.landscape, statement.center, statement.radius, value, not_global_from)
