"""The landscape on students of one symmetry: Newton's method, and the Hessian's blocks in float64.

The evaluators are the checker's own, at the middle of its balls: what is found here is only
a guess, which the checker proves or refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy.linalg
from flint import arb, arb_mat, ctx
from numpy.typing import NDArray

from verify.checker.evaluators import SymmetricTeacherStudent, kernel_of
from verify.checker.public import Reason, Symmetry, ball, ends, maximum
from verify.checker.statements.teacher_student import RELU, Activation
from verify.producer.prover.refine import NotCertified

Array = NDArray[np.float64]
Number = float | Fraction

NEWTON_STEPS = 60


@dataclass(frozen=True)
class SymmetricStudent:
    """A student with a value for each orbit of its symmetry, in the order of `Symmetry.orbits`."""

    symmetry: Symmetry
    values: tuple[Fraction, ...]
    activation: Activation = RELU

    def landscape(self, radius: Fraction = Fraction(0)) -> SymmetricTeacherStudent:
        """The ball evaluator at all students whose values are this close, for the working precision."""
        values = [ball(value - radius).union(ball(value + radius)) for value in self.values]
        return SymmetricTeacherStudent(kernel_of(self.activation), self.symmetry, values)

    @property
    def bits(self) -> int:
        """The values are multiples of 2^-bits."""
        return precision_for(self.symmetry.columns) // 2

    @property
    def precision(self) -> int:
        """Of the arithmetic with them."""
        return precision_for(self.symmetry.columns)

    def dense(self) -> Array:
        """(n, k), rows are neurons."""
        symmetry = self.symmetry
        W = np.zeros((symmetry.rows, symmetry.columns))
        columns = np.split(np.arange(symmetry.columns), np.cumsum(symmetry.groups)[:-1])
        rows = [*columns, *np.arange(symmetry.columns, symmetry.rows)[:, None]]
        for orbit, value in reversed(list(zip(symmetry.orbits, self.values, strict=True))):
            if orbit.diagonal:
                W[rows[orbit.row], rows[orbit.row]] = float(value)
            else:
                W[np.ix_(rows[orbit.row], columns[orbit.column])] = float(value)
        return W


def critical_point(symmetry: Symmetry, start: Sequence[Number], activation: Activation = RELU) -> SymmetricStudent:
    """The critical point that Newton's method reaches from values for each orbit.

    Raises NotCertified where it does not converge.
    """
    student = SymmetricStudent(symmetry, tuple(Fraction(value) for value in start), activation)
    converged = Fraction(256, 2**student.bits)
    with ctx.workprec(student.precision):
        for _ in range(NEWTON_STEPS):
            step = _newton_step(student.landscape())
            moved = zip(student.values, step, strict=True)
            values = tuple(_on_grid(ball(value) - change, student.bits) for value, change in moved)
            student = SymmetricStudent(symmetry, values, activation)
            size = maximum(map(abs, step))
            if not size < 2**20:
                raise NotCertified("Newton's method ran away from the start", {}, Reason.NOT_CONVERGED)
            if ends(size)[1] < converged:
                return student
    raise NotCertified("Newton's method did not converge", {"last_step": float(size)}, Reason.NOT_CONVERGED)


def _newton_step(landscape: SymmetricTeacherStudent) -> list[arb]:
    gradient = arb_mat([[entry.mid()] for entry in landscape.gradient()])
    try:
        solution = landscape.jacobian().mid().solve(gradient).mid()
    except ZeroDivisionError:
        raise NotCertified(
            "the derivative of the reduced gradient is singular to working precision", {}, Reason.NOT_CONVERGED
        ) from None
    return [row[0] for row in solution.tolist()]


def precision_for(columns: int) -> int:
    """Bits of the arithmetic: sums over k terms that cancel lose 2 log2(k), and the values have half of the bits."""
    return 144 + 6 * columns.bit_length()


def _on_grid(value: arb, bits: int) -> Fraction:
    scaled = (value * arb(2) ** bits).mid().floor()
    if not scaled.is_finite():
        raise NotCertified("Newton's method met a number that is not finite", {}, Reason.NOT_CONVERGED)
    return Fraction(int(scaled.unique_fmpz()), 2**bits)


def spectrum(student: SymmetricStudent) -> dict[str, Array]:
    """The eigenvalues of each block of the Hessian, by component, ascending."""
    with ctx.workprec(student.precision):
        return {block.name: _eigenvalues(block.form, block.norm) for block in student.landscape().blocks}


def row_spectrum(student: SymmetricStudent) -> dict[str, Array]:
    """The eigenvalues of each block of M, the matrix of a new input coordinate."""
    with ctx.workprec(student.precision):
        return {
            block.name: _eigenvalues(block.form, block.norm) for block in student.landscape().input_dimension_blocks
        }


def loss(student: SymmetricStudent) -> float:
    """F, rounded."""
    with ctx.workprec(student.precision):
        return float(student.landscape().value().mid())


def _eigenvalues(form: arb_mat, norm: arb_mat) -> Array:
    """Of the pencil, in float64 after scaling to unit norms: the growing entries cost digits otherwise."""
    norms = np.sqrt(np.diag(_floats(norm)))
    scale = np.outer(norms, norms)
    if not np.isfinite(_floats(form)).all():
        raise NotCertified("a block of the Hessian is not finite", {}, Reason.NOT_CONVERGED)
    values: Array = scipy.linalg.eigh(_floats(form) / scale, _floats(norm) / scale, eigvals_only=True)
    return values


def _floats(matrix: arb_mat) -> Array:
    return np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])
