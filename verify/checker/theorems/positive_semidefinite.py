"""Rule `positive-semidefinite`.

Theorem. Let A be symmetric. If either
  (1) (a) the pivots of L D L^T = A, enclosed in balls, are all positive, or
  (1) (b) the exact L D L^T with diagonal pivoting ends without a negative pivot, and leaves 0,
then A has no negative eigenvalue.
Proof. (a) A = L D L^T with D > 0: A is positive definite. (b) The theorem of exact_definiteness.py. QED

Source: standard (Sylvester's law of inertia).
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, fmpq, fmpq_mat

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.definiteness import first_pivot_not_positive
from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_ORDER
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task, lower, upper
from verify.checker.core.witness import Witness
from verify.checker.losses.semidefinite_program import Number, as_balls, rational
from verify.checker.statements.matrix import MatrixStatement

RULE = "positive-semidefinite"


class NoNegativeEigenvalue(Conclusion):
    """A matrix has no negative eigenvalue."""

    __slots__ = ()


_fact = maker(NoNegativeEigenvalue)


def positive_semidefinite(task: Task[MatrixStatement, Witness]) -> NoNegativeEigenvalue:
    """Prove hypothesis (1) of the theorem above."""
    rows = [[rational(entry) for entry in row] for row in task.statement.landscape.rows]
    how = prove_no_negative_eigenvalue("A", rows)
    task.record(RULE, "A has no negative eigenvalue", how)
    return _fact(MatrixStatement(task.statement.landscape, RULE))


def prove_no_negative_eigenvalue(name: str, rows: Sequence[Sequence[Number]]) -> str:
    """Prove it of the matrix with this lower triangle, or of each within the balls; tells how. Raises Refuted, Open."""
    look()
    if (found := first_pivot_not_positive(as_balls(rows))) is None:
        return "all pivots of L D L^T are positive"
    index, pivot = found
    if pivot < 0:
        raise Refuted(f"{name} has a negative eigenvalue: pivot {index + 1} of L D L^T is at most {upper(pivot)}")
    if len(rows) > EXACT_ORDER or not all(isinstance(entry, fmpq) for row in rows for entry in row):
        raise Open(f"{name} was not proved positive semidefinite: pivot {index + 1} of L D L^T is in {shown(pivot)}")
    try:
        direction = negative_direction(rows)
    except OverflowError as error:
        raise Open(f"{name} was not proved positive semidefinite: it has {error}", Reason.TOO_LARGE) from None
    if direction is not None:
        i, j = sorted(direction)
        raise Refuted(f"{name} has a negative eigenvalue, as L D L^T shows at the rows {i + 1} and {j + 1}")
    return "L D L^T in exact arithmetic has no negative pivot, and leaves 0"


def prove_semidefinite(name: str, matrix: fmpq_mat) -> str:
    """The same of a symmetric matrix."""
    rows: list[list[fmpq]] = matrix.tolist()
    return prove_no_negative_eigenvalue(name, [row[: i + 1] for i, row in enumerate(rows)])


def shown(number: Number) -> str:
    """A ball's ends, or an exact number rounded outwards, for messages."""
    number = arb(number)
    return f"[{lower(number)}, {upper(number)}]"
