"""Rules `inertia-obstruction` and `negative-eigenvalue`.

Let F = 1/2 |Theta_L ... Theta_1 - Phi|_F^2, Theta_j = I at the start, and W_t the product after t steps.

`inertia-obstruction`. Let L be even, P = P^T with P^2 = r I, r > 0, and P Phi symmetric. For every method that moves
the layers j and L + 1 - j by linear combinations of gradients and positions with the same scalars, P W_t is symmetric
and has at most as many positive, and at most as many negative eigenvalues as P. So with p = n_+(P), n = n_-(P), if
  (1) at least p + k eigenvalues of P Phi are >= x_k for k = 1, ..., K, where x_1 >= ... >= x_K > 0,
  (2) at least n + k eigenvalues of P Phi are <= y_k for k = 1, ..., M, where y_1 <= ... <= y_M < 0,
  (3) (sum x_k^2 + sum y_k^2) / (2 r) >= l,
then F >= l for ever. With P a multiple of a signed permutation also for sign methods, RMSProp and Adam. For symmetric
Phi with an eigenvalue <= b < 0: P = I, l = b^2 / 2.

`negative-eigenvalue`. Let L >= 2, Phi symmetric, a < 0. For gradient descent with steps 0 < eta_t <= eta and
(kappa_t/2) sum |Theta_j - I|_F^2 added, 0 <= kappa_t <= kappa, if
  (1) eta (1 - a) <= 1 and kappa eta <= 1,
  (2) at least k eigenvalues of Phi are in [a, y_k] for k = 1, ..., M, where y_1 <= ... <= y_M < 0,
  (3) sum y_k^2 / 2 >= l,
then F >= l for ever.

Eigenvalues are counted exactly: the characteristic polynomial of a symmetric matrix has real roots only, so that it has
as many positive ones as its coefficients change sign (Descartes). Proofs: docs/LINEAR.md.

Source: for symmetric Phi, P = I: Bartlett, Helmbold & Long 2018 (abstract read). The rest was derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from verify.checker.core.clock import look
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.losses.deep_linear_network import as_fraction, exact, identity
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.linear_targets import Layers, NegativeTargets, OneTarget
from verify.checker.statements.stays_above import ObstructionWitness, StaysAbove

INERTIA, NEGATIVE = "inertia-obstruction", "negative-eigenvalue"


class Above(Conclusion):
    """The conclusion of the theorems above."""

    __slots__ = ()


_fact = maker(Above)


def stays_above(task: Task[StaysAbove, ObstructionWitness]) -> Above:
    """Prove the hypotheses of the theorem for the statement's method."""
    statement = task.statement
    descent = statement.method.step is not None
    loss = _negative(task) if descent else _inertia(task)
    if loss < statement.loss:
        raise Refuted(f"the loss is proved to stay above {at_least(loss)} only")
    task.record(NEGATIVE if descent else INERTIA, "the loss stays above", f">= {at_least(loss, 12)}")
    return _fact(statement)


def _inertia(task: Task[StaysAbove, ObstructionWitness]) -> Fraction:
    """The bound of the first theorem."""
    layers, targets, method = task.statement.landscape.layers, task.statement.landscape.targets, task.statement.method
    if not _only_even(layers):
        raise Refuted("an odd number of layers is among those claimed")
    task.record(INERTIA, "L is even", layers.describe())
    if isinstance(targets, NegativeTargets):
        return targets.eigenvalue[1] ** 2 / 2
    given = task.witness.reflection
    if not isinstance(targets, OneTarget) or given is None:
        raise Refuted("no reflection is given")
    P, Phi = exact(given), exact(targets.matrix)
    square, product = P * P, P * Phi
    order, r = P.nrows(), square[0, 0]
    if P.transpose() != P or square != r * identity(order) or r <= 0:
        raise Refuted("P is not symmetric with P^2 = r I, r > 0")
    if product != product.transpose():
        raise Refuted("P Phi is not symmetric")
    task.record(INERTIA, "P is symmetric, P^2 = r I and P Phi is symmetric", "in exact arithmetic")
    if method.name == "signs":
        if any(sum(entry != 0 for entry in row) != 1 for row in P.tolist()):
            raise Refuted("P is no multiple of a signed permutation")
        task.record(INERTIA, "P is a multiple of a signed permutation", "in exact arithmetic")
    total = fmpq(0)
    for sign in (1, -1):
        look()
        bounds = sorted((sign * rational(x) for x in task.witness.eigenvalues if sign * x > 0), reverse=True)
        # Eigenvalues of P are the roots of r, so that those >= 0 are those of this sign.
        allowed = _count_at_least(sign * P, fmpq(0))
        _prove_counts(sign * product, bounds, allowed)
        total += sum((x * x for x in bounds), fmpq(0))
    counted = len(task.witness.eigenvalues)
    task.record(INERTIA, "P Phi has more eigenvalues of a sign than P", f"{counted} beyond their bounds")
    return as_fraction(total / (2 * r))


def _negative(task: Task[StaysAbove, ObstructionWitness]) -> Fraction:
    """The bound of the second theorem."""
    layers, targets, method = task.statement.landscape.layers, task.statement.landscape.targets, task.statement.method
    if layers.at_least < 2:
        raise Refuted("one layer is among the numbers claimed: gradient descent converges")
    least, bounds = task.witness.least, task.witness.eigenvalues
    if isinstance(targets, NegativeTargets):
        least, bounds = targets.eigenvalue[0], targets.eigenvalue[1:]
    elif not isinstance(targets, OneTarget) or least is None or max(bounds) >= 0:
        raise Refuted("no negative eigenvalues are given")
    else:
        Phi = exact(targets.matrix)
        if Phi != Phi.transpose():
            raise Refuted("Phi is not symmetric")
        below = Phi.nrows() - _count_at_least(Phi, rational(least))
        _prove_counts(-Phi, sorted((-rational(y) for y in bounds), reverse=True), below)
    task.record(NEGATIVE, "Phi is symmetric, with eigenvalues between a and bounds < 0", f"{len(bounds)} of them")
    eta, kappa = method.step or Fraction(0), method.regularization or Fraction(0)
    if eta * (1 - least) > 1 or kappa * eta > 1:
        raise Refuted("the step is too large: eta (1 - a) or kappa eta is more than 1")
    task.record(NEGATIVE, "eta (1 - a) <= 1 and kappa eta <= 1", "in exact arithmetic")
    return sum((y * y for y in bounds), Fraction(0)) / 2


def _only_even(layers: Layers) -> bool:
    return layers.parity == "even" or (layers.at_least == layers.at_most and layers.at_least % 2 == 0)


def _prove_counts(matrix: fmpq_mat, bounds: Sequence[fmpq], allowed: int) -> None:
    """At least `allowed` + k eigenvalues are at least the k-th of the bounds, which do not grow."""
    for k, x in enumerate(bounds, start=1):
        found = _count_at_least(matrix, x)
        if found < allowed + k:
            raise Refuted(f"only {found} eigenvalues are beyond {at_least(as_fraction(x))} in size")


def _count_at_least(matrix: fmpq_mat, x: fmpq) -> int:
    """How many eigenvalues of a symmetric matrix are >= x: roots >= 0 of the characteristic polynomial at x + t."""
    order = matrix.nrows()
    coefficients = (matrix - x * identity(order)).charpoly().coeffs()
    zero = next(place for place in range(order + 1) if coefficients[place] != 0)
    signs = [entry > 0 for entry in coefficients if entry != 0]
    changes: int = sum(one != other for one, other in zip(signs, signs[1:], strict=False))
    return zero + changes
