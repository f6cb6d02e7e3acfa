"""Rule `random-initialisation`: gradient descent converges from nearly every Gaussian start, from an explicit width on.

Theorem. f(x) = sum_r a_r sigma(w_r . x), a_r = +-1/sqrt(m), the first layer trained, |sigma'| <= s1, |sigma''| <= s2,
|x_i| = 1, H_ij = x_i . x_j E sigma'(w . x_i) sigma'(w . x_j), w ~ N(0, I), phi = e + (1 - e) log(1 - e). If m is even,
  (1) the samples have norm 1, and sigma has these bounds,
  (2) H >= l > 0,
  (3) y^T H^-1 y <= Q,
  (4) |X|^2 <= X2, for the spectral norm,
  (5) m l phi >= 2 s1^2 X2 log(N / delta),
  (6) m l (1 - e)^2 (6 sqrt 2 - 7)^2 >= 64 s2^2 X2 Q,
  (7) h (s1^2 X2 + s2 sqrt(X2 / m) |y|) <= 1,
  (8) r <= (1 - 1 / sqrt 2)^2 (1 - e) l,
then with probability >= 1 - delta over w_1 = w_(1 + m/2), ..., gradient descent with a constant step in (0, h]
converges to loss 0, and after t steps of size h' the loss is at most (1 - r h')^t times that at the start; and so for
every larger even m.
Proof. docs/WIDE.md, "Random initialisation": Tropp's lower bound for sums of random positive semidefinite matrices
gives H(0) >= (1 - e) H; then a solution lies near (Newton's flow), and gradient descent stays near it. QED

Source: derived here, after Du, Zhai, Poczos & Singh 2019; Tropp 2012 for the probability.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import ball, euclidean_norm
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import decide
from verify.checker.core.task import Task, lower, upper
from verify.checker.losses.gram_matrix import gram_matrix, inner_products
from verify.checker.statements.limiting_gram_matrix import name_of
from verify.checker.statements.random_initialisation import ConvergesFromRandomInitialisation, WidthWitness
from verify.checker.theorems.limiting_gram_matrix import prove_norms

RULE = "random-initialisation"
SLACK = Fraction(1, 2**30)
"""Matrices are proved positive semidefinite by eigenvalues above this part of a bound that is at hand."""


class Converges(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Converges)


def random_initialisation(task: Task[ConvergesFromRandomInitialisation, WidthWitness]) -> Converges:
    """Prove the hypotheses."""
    statement, witness = task.statement, task.witness
    of, width = statement.landscape, statement.width
    task.record(RULE, "the samples have norm 1", prove_norms(of))
    bounds = derivative_bounds(of.activation)
    decide(bounds is not None, True, f"{name_of(of.activation)} has no bounded second derivative")
    first, second = bounds or (arb.nan(), arb.nan())
    task.record(RULE, "|sigma'| and |sigma''| are bounded", f"by {upper(first)} and {upper(second)}")
    least, X2, Q, e = witness.least_eigenvalue, witness.largest_square, witness.energy, witness.loss_of_eigenvalue
    H = gram_matrix(of, witness.terms, enclosed=False)
    matrix = task.arithmetic.matrix
    decide(matrix(H).is_at_least(least), False, f"the matrix H was not proved to be at least {at_least(least)}")
    task.record(RULE, "H >= l", f"l = {at_least(least)}, with {witness.terms} Hermite coefficients")
    y = [ball(target) for target in statement.targets]
    outer = arb_mat([[a * b / ball(Q) for b in y] for a in y])
    decide(matrix(H - outer).is_at_least(least * SLACK), False, f"y^T H^-1 y was not proved to be at most {at_most(Q)}")
    task.record(RULE, "y^T H^-1 y <= Q", f"Q = {at_most(Q)}")
    inner = inner_products(of)
    rest = -inner
    for index in range(len(y)):
        rest[index, index] += ball(X2)
    most = matrix(rest)
    below = matrix(rest).has_eigenvalue_below(Fraction(0))
    decide(most.is_at_least(X2 * SLACK), below, f"|X|^2 was not proved to be at most {at_most(X2)}")
    task.record(RULE, "|X|^2 <= X2", f"X2 = {at_most(X2)}")
    m, kept = arb(width), 1 - ball(e)
    phi = ball(e) + kept * kept.log()
    _compare(
        task, "m l phi >= 2 s1^2 X2 log(N / delta)",
        m * ball(least) * phi,
        2 * first * first * ball(X2) * (len(y) / ball(statement.failure_probability)).log(),
    )  # fmt: skip
    _compare(
        task, "m l (1 - e)^2 (6 sqrt 2 - 7)^2 >= 64 s2^2 X2 Q",
        m * ball(least) * kept**2 * (6 * arb(2).sqrt() - 7) ** 2,
        64 * second * second * ball(X2) * ball(Q),
    )  # fmt: skip
    curvature = first * first * ball(X2) + second * (ball(X2) / m).sqrt() * euclidean_norm(y)
    _compare(task, "1 >= h (s1^2 X2 + s2 sqrt(X2 / m) |y|)", arb(1), ball(statement.step) * curvature)
    _compare(
        task, "(1 - 1 / sqrt 2)^2 (1 - e) l >= r",
        (1 - 1 / arb(2).sqrt()) ** 2 * kept * ball(least),
        ball(statement.rate),
    )  # fmt: skip
    numbers = (statement.targets, width, statement.failure_probability, statement.step, statement.rate)
    return _fact(ConvergesFromRandomInitialisation(of, statement.property, *numbers))


def _compare(task: Task[ConvergesFromRandomInitialisation, WidthWitness], what: str, larger: arb, smaller: arb) -> None:
    """Prove an inequality between two balls."""
    decide(
        larger >= smaller, larger < smaller, lambda: f"{what}: {upper(larger)} is not above {lower(smaller)} by proof"
    )
    task.record(RULE, what, f"{lower(larger)} >= {upper(smaller)}")


def derivative_bounds(activation: str) -> tuple[arb, arb] | None:
    """sup |sigma'| and sup |sigma''|; None where there is none. docs/WIDE.md, "Bounds of derivatives"."""
    three = arb(3).sqrt()
    match activation:
        case "tanh":
            return arb(1), 4 / (3 * three)
        case "sigmoid":
            return arb(1) / 4, 1 / (6 * three)
        case "softplus":
            return arb(1), arb(1) / 4
        case "arctan":
            return arb(1), 3 * three / 8
        case "erf":
            steepest = 2 / arb.pi().sqrt()
            return steepest, steepest * (2 * arb(-1).exp()).sqrt()
    return None
