"""Rules `limiting-gram-matrix` and `positive-gram-matrices`: the Gram matrix of a network of infinite width.

Theorem `limiting-gram-matrix` (the matrices of Du, Lee, Li, Wang & Zhai 2019, with the covariance of layer H - 1 in
E sigma' sigma', as their proof has it; the cut-off series derived here). If
  (1) each sample has norm 1, or is not 0 and is divided by its norm,
  (2) every eigenvalue of T, the matrix with its Hermite series cut off, is at least l, and, where u is claimed,
  (3) an enclosure of the matrix itself, rests of the series included, has an eigenvalue below u,
then its smallest eigenvalue lies in [l, u]. Proof. The matrix is at least T in Loewner's order: docs/WIDE.md. QED

Theorem `positive-gram-matrices` (for ReLU Du, Zhai, Poczos & Singh 2019; for analytic activations Du et al. 2019). If
  (1) the activation sigma, piecewise analytic with sigma and sigma' bounded by exponentials, is no polynomial,
then the matrix is positive definite for every data set of norm 1 without parallel samples, at every depth; where it is
convolved, for every one whose patches at each position are not 0, no two of them parallel.
Proof. docs/WIDE.md: sigma' has infinitely many Hermite coefficients b_n other than 0, the matrix is at least the sum of
D_n R^(n + 1) D_n, powers entry by entry of the correlations, whose entries off the diagonal tend to 0. QED
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, at_most, common_denominator, within
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_DENOMINATOR_BITS
from verify.checker.core.outcome import Open, decide
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.losses.gram_matrix import gram_matrix
from verify.checker.statements.every_data_set import PositiveDefiniteForEveryDataSet
from verify.checker.statements.limiting_gram_matrix import CLOSED, GramMatrix, SeriesWitness, SmallestEigenvalue
from verify.checker.statements.network import LayerActivation

RULE, POSITIVE = "limiting-gram-matrix", "positive-gram-matrices"
BEYOND = 1 + Fraction(1, 1024)
"""An upper bound is refuted where the eigenvalue is at least so many times it."""


class AboutGramMatrix(Conclusion):
    """The conclusion of one of the theorems above."""

    __slots__ = ()


_fact = maker(AboutGramMatrix)


def prove_norms(of: GramMatrix) -> str:
    """Prove hypothesis (1) of the first theorem; what was found."""
    for index, row in enumerate(of.inputs):
        if of.divided:
            decide(any(row), True, f"sample {index} is 0 and cannot be divided by its norm")
            continue
        scale = common_denominator(row)
        if scale is None:
            what = f"sample {index} has a common denominator of more than {EXACT_DENOMINATOR_BITS} bits"
            raise Open(what, Reason.TOO_LARGE)
        square = Fraction(sum((x.numerator * (scale // x.denominator)) ** 2 for x in row), scale**2)
        decide(square == 1, True, f"sample {index} has |x|^2 in {within((square, square))}, not 1")
    return "no sample is 0" if of.divided else "|x|^2 = 1 for each sample, exactly"


def smallest_eigenvalue(task: Task[SmallestEigenvalue, SeriesWitness]) -> AboutGramMatrix:
    """Prove the hypotheses of the first theorem."""
    statement, terms = task.statement, task.witness.terms
    of, least, most = statement.landscape, statement.at_least, statement.at_most
    task.record(RULE, "the samples have norm 1", prove_norms(of))

    def has_less_than(bound: Fraction) -> bool:
        return task.arithmetic.matrix(gram_matrix(of, terms, enclosed=True)).has_eigenvalue_below(bound)

    proved = task.arithmetic.matrix(gram_matrix(of, terms, enclosed=False)).is_at_least(least)
    how = "in closed form" if of.activation in CLOSED else f"with {terms} Hermite coefficients"
    decide(
        proved,
        not proved and has_less_than(least),
        f"the smallest eigenvalue was not proved to be at least {at_least(least)} {how}",
    )
    task.record(RULE, f"no eigenvalue is below {at_least(least)}", how)
    if most is not None:
        proved = has_less_than(most)
        more = not proved and task.arithmetic.matrix(gram_matrix(of, terms, enclosed=False)).is_at_least(most * BEYOND)
        decide(proved, more, f"no eigenvalue was proved to be below {at_most(most)} {how}")
        task.record(RULE, f"some eigenvalue is below {at_most(most)}", how)
    return _fact(SmallestEigenvalue(of, statement.property, least, most))


def positive_definite(task: Task[PositiveDefiniteForEveryDataSet, Witness]) -> AboutGramMatrix:
    """Prove hypothesis (1) of the second theorem."""
    networks = task.statement.landscape
    what = networks.activation.describe()
    polynomial = _is_polynomial(networks.activation)
    decide(not polynomial, True, f"{what} is a polynomial: the rank of its matrices does not grow with the samples")
    task.record(POSITIVE, "sigma is no polynomial", what)
    return _fact(PositiveDefiniteForEveryDataSet(networks, task.statement.property))


def _is_polynomial(sigma: LayerActivation) -> bool:
    """Of the format's activations: one slope on both sides, a polynomial, or 0 times ELU."""
    if sigma.name == "elu":
        return sigma.parameters[0] == 0
    return sigma.name == "polynomial" or (sigma.is_piecewise_linear and not sigma.has_kink)
