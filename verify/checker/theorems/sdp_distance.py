"""How far from a witness a solution of its equations is: a bound in the place of the solution, for large programs.

Theorem. Let A be a linear map from a Euclidean space to R^p with rows F_1, ..., F_p, G_ij = <F_i, F_j>, D diagonal and
positive, z a point and r = b - A z. If
  (1) D G D - s^2 I is positive semidefinite for some s > 0,
  (2) |D r| <= d,
then some z' has A z' = b and |z' - z| <= d / s.
Proof. B = D A has B B^T = D G D >= s^2 I, which is invertible; z' = z + B^T (B B^T)^-1 D r has B z' = B z + D r = D b,
and |z' - z|^2 = (D r)^T (B B^T)^-1 D r <= |D r|^2 / s^2. QED

Corollary. For Y' with <F_i, Y'> = c_i and |Y' - Y|_F <= e: every block of Y' is at least that of Y minus e I, since the
spectral norm is at most the Frobenius norm, and <F_0, Y'> is within |F_0|_F e of <F_0, Y>. For x' with |x' - x| <= e: a
block of sum (x'_i - x_i) F_i has a norm of at most e (sum_i |F_i|_F^2)^(1/2), by Cauchy and Schwarz, and c.x' is within
|c| e of c.x.

In the tier arb the solution itself is enclosed, by the lemma of theorems/semidefinite_program.py.
Source: standard (the pseudoinverse's norm).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flint import arb, fmpq

from verify.checker.core.interval_matrix import BALLS, Arithmetic, Form
from verify.checker.core.limits import ARB_CONSTRAINTS
from verify.checker.core.sdpa import Entries, SemidefiniteProgram
from verify.checker.losses.semidefinite_program import rational

FAR = 2.0**-40
"""A distance above it, relative to the witness, is worth the solution itself."""
FEW = 64
"""Equations that are solved."""


def is_asked(arithmetic: Arithmetic, equations: int) -> bool:
    """Whether the distance of a solution is looked for, and not the solution itself at once."""
    return arithmetic is not BALLS and equations > FEW


def within(arithmetic: Arithmetic, rows: Sequence[Form], defect: list[fmpq], size: fmpq) -> arb | None:
    """A ball [0, e] with the theorem's e = d / s for some s and D; None where (1) is not proved.

    `size`: of the witness; also None where e is not far below it, and the solution itself can be enclosed instead.
    """
    found = arithmetic.distance(rows, defect)
    if found is None or not found.is_finite():
        return None
    if len(defect) <= ARB_CONSTRAINTS and not found.upper() <= arb(size) * FAR:
        return None
    return arb(0).union(found.upper())


def largest(numbers: Iterable[fmpq]) -> fmpq:
    """In absolute value; 0 if there is none."""
    return max(map(abs, numbers), default=fmpq(0))


def dual_rows(program: SemidefiniteProgram) -> list[Form]:
    """The linear forms Y -> <F_i, Y>, i = 1, ..., m."""
    return [
        {
            (number, i, j): (value, 1 if i == j else 2)
            for number, entries in matrix.items()
            for (i, j), value in entries.items()
        }
        for matrix in program.matrices[1:]
    ]


def frobenius(matrices: Iterable[Mapping[int, Entries]], block: int | None = None) -> arb:
    """The root of the sum of the squares of the matrices' entries, of one block or of all."""
    total = arb(0)
    for matrix in matrices:
        for number, entries in matrix.items():
            if block is None or number == block:
                for (i, j), value in entries.items():
                    total += arb(rational(value)) ** 2 * (1 if i == j else 2)
    return total.sqrt()


def around(radius: arb) -> arb:
    """[-e, e] for a ball [0, e]."""
    end = radius.upper()
    return end.union(-end)
