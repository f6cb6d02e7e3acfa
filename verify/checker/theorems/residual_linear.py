"""Rules `residual-gradient`, `residual-critical-points`, `residual-optima`, `residual-optimum`, `residual-determinant`.

f(A) = E |W x - R x - xi|^2 for W = (I + A_l) ... (I + A_1), S = E x x^T, noise xi of mean 0 independent of x with
C = E |xi|^2. With E = W - R, f = tr(E S E^T) + C, and the gradient for A_i is 2 P_i^T E S Q_i^T, where P_i and Q_i are
the products above and below. Let s be the least eigenvalue of S >= 0. Theorems, with proofs in docs/LINEAR.md:

`residual-gradient`. |grad f|_F^2 >= c l (1 - tau)^(k (l - 1)) s^p (f - C) at all A with |A_i| <= tau, for all R,
  S >= 0, d and 0 <= tau <= 1 (with 0^0 = 1), if and only if (1) p = 1, (2) c <= 4, (3) k >= 2 or only l = 1 is claimed.
  There is equality somewhere for each l, d, S and tau if (4) moreover c = 4, and k = 2 or only l = 1 is claimed.
  For one S > 0 and one A it fails if (1) S - s' I is positive semidefinite, s' > 0, and so are (2) all
  tau^2 I - A_i^T A_i, 0 <= tau <= 1, and (3) |grad f|_F^2 < c l (1 - tau)^(k (l - 1)) s'^p (f - C).
`residual-critical-points`. If all I + A_i are invertible and grad f = 0, then f = C; so too if (1) all |A_i| < r <= 1.
`residual-optima`. If det R > 0, g = max |log sigma(R)|, l >= k g, (1) a >= pi, (2) b >= k (exp(1/k) - 1), there is an A
  with f = C and all |A_i| <= (a + b g)/l.
`residual-optimum`. With N_0 = I and N_l = R, if (1) tau < 1 and (2) all tau^2 N_(j-1)^T N_(j-1) - D_j^T D_j are
  positive semidefinite, D_j = N_j - N_(j-1), there is an A with f = C and all |A_i| <= tau.
`residual-determinant`. If (1) det R <= 0 and (2) R^T R - e I is positive semidefinite, then f - C >= e s for all A with
  all |A_i| < 1, and f > C if s > 0.

Source: Hardt & Ma 2016 for the second and, with another constant, the first and the third; the constants, the
converses and the fourth were derived here. The determinant: a later version of the paper.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq, fmpq_mat

from verify.checker.core.balls import ball
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, at_most, written
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, upper
from verify.checker.core.witness import Witness
from verify.checker.losses.deep_linear_network import (
    as_fraction,
    exact,
    gradients,
    identity,
    products,
    require_short,
    squared_norm,
)
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.residual_linear import (
    CriticalPointsGlobal,
    Depths,
    FactorsWitness,
    GradientInequality,
    InequalityFails,
    LeastEigenvalueWitness,
    NoOptimumNearIdentity,
    OptimaNearIdentity,
    OptimumNearIdentity,
)
from verify.checker.theorems.positive_semidefinite import prove_semidefinite

GRADIENT, CRITICAL, OPTIMA = "residual-gradient", "residual-critical-points", "residual-optima"
OPTIMUM, DETERMINANT = "residual-optimum", "residual-determinant"


class AboutResidualNetworks(Conclusion):
    """The conclusion of one of the theorems above."""

    __slots__ = ()


_fact = maker(AboutResidualNetworks)


def gradient_inequality(task: Task[GradientInequality, Witness]) -> AboutResidualNetworks:
    """The inequality with these constants, for all networks of these depths."""
    statement, given = task.statement, task.statement.inequality
    one_layer = _only_one_layer(statement.landscape.depths)
    if given.power != 1:
        raise Refuted("p must be 1: with S multiplied by a number, the two sides grow by different powers of it")
    if given.factor > 4:
        raise Refuted("c must be at most 4: the inequality is false with tau = 0, A = 0 and S = I")
    if given.shrinking < 2 and not one_layer:
        raise Refuted("k must be at least 2: the inequality is false for tau near 1")
    task.record(GRADIENT, "c <= 4, k >= 2 and p = 1", given.right())
    if statement.attained:
        if given.factor != 4 or (given.shrinking != 2 and not one_layer):
            raise Refuted("equality needs c = 4 and k = 2")
        task.record(GRADIENT, "c = 4 and k = 2", "equality at A_i = -tau I")
    return _fact(statement)


def inequality_fails(task: Task[InequalityFails, LeastEigenvalueWitness]) -> AboutResidualNetworks:
    """The inequality is false at a point."""
    statement, given, least = task.statement, task.statement.inequality, task.witness.least
    tau, order = statement.norm, len(statement.landscape.target)
    if tau > 1:
        raise Refuted("the inequality is about tau <= 1")
    rows = [[rational(x) for x in row] for row in statement.covariance]
    S = fmpq_mat([[rows[max(i, j)][min(i, j)] for j in range(order)] for i in range(order)])
    one = identity(order)
    _semidefinite(GRADIENT, "S - s' I", S - rational(least) * one, task)
    layers = []
    for A in map(exact, statement.point):
        _semidefinite(GRADIENT, "tau^2 I - A_i^T A_i", rational(tau) ** 2 * one - A.transpose() * A, task)
        layers.append(one + A)
    E = products(layers)[2] - exact(statement.landscape.target)
    require_short(E)
    ES = E * S
    excess = sum((x * y for x, y in zip(ES.entries(), E.entries(), strict=True)), fmpq(0))
    square = 4 * sum((squared_norm(slope) for slope in gradients(layers, ES)), fmpq(0))
    steps = len(layers) - 1
    bound = (
        given.factor * len(layers) * (1 - tau) ** (given.shrinking * steps) * least**given.power * as_fraction(excess)
    )
    found = as_fraction(square)
    if not found < bound:
        raise Refuted(f"|grad f|_F^2 is {at_least(found, 8)} or more, and the right side with s' no more")
    task.record(GRADIENT, "|grad f|_F^2 is less than the right side", f"{at_most(found, 8)} < {at_least(bound, 8)}")
    return _fact(statement)


def critical_points_global(task: Task[CriticalPointsGlobal, Witness]) -> AboutResidualNetworks:
    """All critical points with small A_i are global."""
    statement = task.statement
    if statement.norm > 1:
        if _only_one_layer(statement.landscape.depths):
            raise Open("the rule is about r <= 1", Reason.NOT_MODELLED)
        raise Refuted("r must be at most 1: A_i = -I is critical if l >= 2, and f > C there if R S != 0")
    task.record(CRITICAL, "r <= 1", f"r = {written(statement.norm)}")
    return _fact(statement)


def optima_near_identity(task: Task[OptimaNearIdentity, Witness]) -> AboutResidualNetworks:
    """Global minima near 0 for all R with a positive determinant."""
    statement, (a, b) = task.statement, (ball(x) for x in task.statement.bound)
    k = ball(statement.ratio)
    decide(a >= arb.pi(), False, "a was not proved to be at least pi")
    least = k * (1 / k).expm1()
    decide(b >= least, False, f"b was not proved to be at least k (exp(1/k) - 1), which is at most {upper(least)}")
    task.record(OPTIMA, "a >= pi and b >= k (exp(1/k) - 1)", f"b >= {upper(least)}")
    return _fact(statement)


def optimum_near_identity(task: Task[OptimumNearIdentity, FactorsWitness]) -> AboutResidualNetworks:
    """A global minimum near 0 for one R, from its factors."""
    statement, tau = task.statement, task.statement.norm
    if tau >= 1:
        raise Open("the rule is about tau < 1", Reason.NOT_MODELLED)
    target = exact(statement.landscape.target)
    before, square = identity(target.nrows()), rational(tau) ** 2
    for after in [*map(exact, task.witness.factors), target]:
        D = after - before
        grown = square * before.transpose() * before - D.transpose() * D
        _prove_semidefinite("tau^2 N^T N - D^T D", grown, task)
        before = after
    count = len(task.witness.factors) + 1
    task.record(OPTIMUM, "all tau^2 N^T N - D^T D are positive semidefinite", f"{count} matrices, L D L^T")
    return _fact(statement)


def no_optimum_near_identity(task: Task[NoOptimumNearIdentity, Witness]) -> AboutResidualNetworks:
    """No global minimum near 0 for an R whose determinant is not positive."""
    statement = task.statement
    R = exact(statement.landscape.target)
    if R.det() > 0:
        raise Refuted("det R is positive: for l large enough there is a global minimum with all |A_i| < 1")
    task.record(DETERMINANT, "det R <= 0", "in exact arithmetic")
    excess = rational(statement.excess) * identity(R.nrows())
    _semidefinite(DETERMINANT, "R^T R - e I", R.transpose() * R - excess, task)
    return _fact(statement)


def _only_one_layer(depths: Depths) -> bool:
    return depths.at_most == 1


def _semidefinite(rule: str, name: str, matrix: fmpq_mat, task: Task[Any, Any]) -> None:
    """Prove that a symmetric matrix is positive semidefinite, and note it. Raises Refuted or Open."""
    task.record(rule, f"{name} is positive semidefinite", _prove_semidefinite(name, matrix, task))


def _prove_semidefinite(name: str, matrix: fmpq_mat, task: Task[Any, Any]) -> str:
    """Tells how. Raises Refuted or Open."""
    require_short(matrix)
    return prove_semidefinite(name, matrix)
