"""Rule `sum-of-squares`.

Theorem. Let z be monomials and G a symmetric matrix with rational entries. If
  (1) p - l = z^T G z, coefficient by coefficient (l = 0 unless a lower bound is claimed),
  (2) G has no negative eigenvalue,
then p - l is a sum of squares of polynomials with real coefficients, so p >= l on R^v.
Proof. G = B^T B with a real B, so p - l = |B z|^2. QED

Source: Powers & Woermann 1998; exact Gram matrices by rounding, Peyrl & Parrilo 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Fact, maker
from verify.checker.core.limits import ARB_ORDER
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.polynomial import Exponents, GlobalMinimum, GramWitness, Polynomial, SumOfSquares
from verify.checker.theorems.positive_semidefinite import prove_no_negative_eigenvalue

RULE = "sum-of-squares"


@dataclass(frozen=True, slots=True)
class IsSumOfSquares(Fact):
    """p - l is a sum of squares of polynomials."""

    polynomial: Polynomial
    lower_bound: Fraction
    """l."""

    def proves(self, statement: Statement) -> bool:
        """Where l = 0, that p itself is one."""
        return self.lower_bound == 0 and statement == SumOfSquares(self.polynomial, "sum-of-squares")


_fact = maker(IsSumOfSquares)


def sum_of_squares(task: Task[SumOfSquares, GramWitness]) -> IsSumOfSquares:
    """Prove hypotheses (1) and (2) of the theorem above."""
    polynomial, witness = task.statement.landscape, task.witness
    if len(witness.basis) > ARB_ORDER:
        raise Open(
            f"a Gram matrix of order {len(witness.basis)} is larger than this checker's {ARB_ORDER}", Reason.TOO_LARGE
        )
    difference: dict[Exponents, Fraction] = dict(polynomial.terms)
    least = Fraction(0)
    if isinstance(task.statement, GlobalMinimum):
        least = task.statement.value[0]
        constant = (0,) * len(polynomial.indeterminates)
        difference[constant] = difference.get(constant, Fraction(0)) - least
    for i, row in enumerate(witness.gram):
        look()
        for j, entry in enumerate(row):
            if entry:
                monomial = tuple(a + b for a, b in zip(witness.basis[i], witness.basis[j], strict=True))
                difference[monomial] = difference.get(monomial, Fraction(0)) - (entry if i == j else 2 * entry)
    wrong = next((exponents for exponents, rest in difference.items() if rest), None)
    if wrong is not None:
        raise Refuted(f"the identity fails in the coefficient of the monomial with the exponents {list(wrong)}")
    task.record(RULE, "the identity with z^T G z holds", f"{len(difference)} coefficients agree exactly")
    rows = [[rational(entry) for entry in row] for row in witness.gram]
    how = prove_no_negative_eigenvalue("the Gram matrix", rows)
    task.record(RULE, "the Gram matrix has no negative eigenvalue", how)
    return _fact(polynomial, least)
