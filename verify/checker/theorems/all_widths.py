"""Rule `all-widths`: equal units in each of several layers, for all widths and for all data near the given ones.

Theorem. Let G(p, V, c) be the empirical risk with squares of a chain, f(x) = V a_H(x; p) + c (with or without c), of
which each of the H hidden layers has one unit, p = (w_1, b_1, ..., w_H, b_H) their weights and biases. Let r_n be the
derivative of the loss in f(x_n), psi(p) = sum_n r_n a_H(x_n; p) with the r_n held fixed, x~ = (a_(l-1), 1). If
  (1) G is C^2 on a box X, and every matrix in an enclosure of its Hessian there is invertible,
  (2) G has a critical point (p, V, c) in X,
  (3) V != 0 on X, with sign s,
  (4) s Hess psi is positive definite on X, and
  (5) s Q_l is, for each l < H, where Q_l = sum_n r_n (d a_H / d a_l) sigma_l''(z_l) x~ x~^T,
then for all widths m_1, ..., m_H >= 1 and all shares alpha_l,i > 0 with sum_i alpha_l,i = 1 the network with the
weights w_l alpha_(l-1),i in each unit of layer l >= 2, w_1, the biases b_l, and any output weights of sign s with sum
V, none 0, is a local minimum of the same loss; and the same is true for all data in a neighbourhood of the given ones.
If moreover
  (6) G(center) +- the variation over X is within [l, u], the loss is within [l, u], and if
  (7) the network of widths m_0 has a point with a loss below l, none of these minima is global for m >= m_0, nor are
      those for the data nearby.

Proof. By convexity F(theta) - F >= sum_n r_n (f_theta(x_n) - f(x_n)) = sum_j v'_j psi_j + (c' - c) sum_n r_n with
psi_j = sum_n r_n a_(H,j)(x_n); the last term is 0 (G's derivative in c), and v'_j has the sign s nearby. Let q be the
sum of the weights of a unit after the first layer, and tau its weights divided by q; by (5) no w_l with l >= 2 is 0.
Let u be all the first layer's weights, all biases and all q. At the given u all units of a layer are equal whatever
tau is: psi_j = psi(p) = 0 (G's derivative in V), and the gradient of psi_j in u is 0, as that of psi is (G's in p, and
V != 0). For tau = alpha, a change of u moves the share-mean of a layer to first order as in the chain, and a unit from
that mean by its own d_l,i, the change of its (w, b) less the share-mean of these. To second order the share-mean has
the further term sigma_l'' sum_i alpha_l,i (d_l,i . x~)^2 / 2. So the Hessian of psi_j in u is Hess psi at the
share-means (of layer H: unit j's own), plus sum_(l < H) sum_i alpha_l,i d_l,i^T Q_l d_l,i: s times it is positive
definite by (4) and (5), and near alpha and u too. So s psi_j >= 0 there. Data nearby: by (1) the critical point moves
continuously with them, and (3) to (5) and (7) are open conditions, which have nothing to do with the widths. (7):
further units with output weights 0 change nothing. QED

Source: the mechanism of Ding, Li & Sun 2019, whose theorems were not at hand; derived here, docs/WIDE.md. With H = 1
it is `every-width`, and for the data nearby.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import ge

from flint import arb_mat

from verify.checker.core.balls import box
from verify.checker.core.exact import Matrix
from verify.checker.core.facts import Fact, Interval, encloses, maker
from verify.checker.core.statement import Statement
from verify.checker.core.task import lower, upper
from verify.checker.losses.chain import Chain
from verify.checker.statements.all_widths import PROPERTY, AllWidths
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import EveryWidthWitness
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.equal_units import enclosed, prove_loss
from verify.checker.theorems.inertia import prove_positive_definite

RULE = "all-widths"


@dataclass(frozen=True, slots=True)
class EqualUnits(Fact):
    """The conclusion of the theorem above."""

    landscape: EmpiricalRiskLandscape
    """Of the chain."""
    center: Matrix
    radius: Fraction
    value: Interval
    """Encloses the loss."""
    not_global_from: tuple[int, ...] | None
    """From these widths on, where that is proved."""

    def proves(self, statement: Statement) -> bool:
        """The same, from the statement's widths on."""
        if not isinstance(statement, AllWidths):
            return False
        value, widths, suboptimal = statement.value, statement.widths_from, statement.suboptimal
        same = AllWidths(self.landscape, PROPERTY, False, self.center, self.radius, value, widths, suboptimal)
        if statement != same or len(widths) != len(self.landscape.network.layers) - 1:
            return False
        least = self.not_global_from
        not_global = least is not None and len(least) == len(widths) and all(map(ge, widths, least))
        return encloses(value, self.value) and (not_global or not suboptimal)


_fact = maker(EqualUnits)


class AllWidthsTask(CriticalPointTask[AllWidths, EveryWidthWitness]):
    """A statement about networks of all widths, to be proved for the chain."""

    @cached_property
    def region(self) -> Chain:
        """The loss over a box that contains the statement's region."""
        return Chain(self.statement.landscape, box(self.statement.center, self.statement.radius))


def all_widths(task: AllWidthsTask) -> EqualUnits:
    """Prove hypotheses (1) to (7) of the theorem above."""
    statement = task.statement
    *hidden, _ = statement.landscape.network.layers
    sign, loss = enclosed(task, RULE, sum(layer.parameters for layer in hidden))
    _prove_definite(task, sign * task.region.curvature(), "the linearised risk of the chain")
    for level, spread in enumerate(task.region.spreads(), start=1):
        _prove_definite(task, sign * spread, f"the linearised risk in the differences of units of layer {level}")
    value = prove_loss(task, RULE, loss, statement.wide)
    not_global_from = None if task.witness.better_point is None else statement.widths_from
    return _fact(statement.landscape, statement.center, statement.radius, value, not_global_from)


def _prove_definite(task: AllWidthsTask, curvature: arb_mat, what: str) -> None:
    prove_positive_definite(
        curvature,
        f"{what} has a direction of the wrong curvature",
        f"{what} was not proved to have curvature of one sign",
    )
    trace = curvature.trace()
    task.record(RULE, f"{what} is definite", f"trace in [{lower(trace)}, {upper(trace)}]")
