"""The theorem of a certificate, as text for Rocq, and what Rocq must print about it.

Only integers that were parsed reach the text: no name, no path and no string of the certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from verify.checker.core.exact import Matrix
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape

MAX_BITS = 14_000  # of an integer: 4,215 decimal digits, which Python writes
MAX_UNKNOWNS = 4_096  # rocq/Checker.v refuses more: its dot products of machine integers could wrap

TWO_PI = Fraction(710, 113)  # only to choose two numbers; Rocq proves with its own pi what it needs of them
SHIFT, TOLERANCE = Fraction(79, 78), Fraction(1, 80)


class NotModelledError(Exception):
    """The library has no theorem for such a statement."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """What goes to Rocq. All numbers are exact."""

    neurons: int
    teachers: int
    dimension: int
    teacher: Matrix | None
    """None for the orthonormal one."""
    center: Matrix
    radius: Fraction
    low: Fraction
    high: Fraction
    curvature: Fraction
    """A lower bound of the Hessian's eigenvalues on the ball."""
    spurious: bool
    precision: int
    """Bits for the loss and the gradient at the centre."""

    @property
    def statement(self) -> str:
        """The theorem's statement, as Rocq prints it."""
        n, k, d = self.neurons, self.teachers, self.dimension
        teacher = "identity" if self.teacher is None else f"(entries {_denominator(self.teacher)} teacher)"
        numbers = " ".join(map(_real, (self.radius, self.low, self.high, self.curvature)))
        near = f"minimum_near {n} {k} {d} {teacher} (entries {_denominator(self.center)} center) {numbers} W"
        more = f" /\\ spurious_in_every_dimension {n} {k} {d} {teacher} W" if self.spurious else ""
        return f"exists W : matrix, {near}{more}"

    def data(self) -> str:
        """The definitions of the certificate's matrices as integers, to be divided by their common denominator."""
        definitions = [("center", self.center)] + ([("teacher", self.teacher)] if self.teacher is not None else [])
        return "".join(
            f"Definition {name} : list (list Z) := {_integers(matrix, lines=True)}.\n" for name, matrix in definitions
        )

    def proof(self, *, assumptions: bool = True) -> str:
        """The file with the matrices and the theorem; `assumptions`: whether Rocq prints what it assumes (3 s)."""
        n, k, d = self.neurons, self.teachers, self.dimension
        bits = f"{self._box_precision()} {self.precision}"
        if self.teacher is None:
            computes_teacher, name, holes = f"(Checker.unit_rows {k}) 1", "minimum_orthonormal", 18
        else:
            computes_teacher, name, holes = f"teacher {_denominator(self.teacher)}", "minimum", 21
        if self.spurious:
            name = f"spurious_{name}"
        shift = _rounded(self.curvature * TWO_PI * SHIFT)
        tolerance = _rounded(self.curvature * TWO_PI * TOLERANCE)
        pairs = (self.radius, self.low, self.high, self.curvature, shift, tolerance)
        numbers = " ".join(f"({number.numerator}) {number.denominator}" for number in pairs)
        computes = f"{bits} {n} {k} {d} {computes_teacher} center {_denominator(self.center)}\n    {numbers}"
        conditions = " eq_refl eq_refl eq_refl" if self.spurious else ""
        prints = "Print center." if self.teacher is None else "Print center. Print teacher."
        conclusion = "Check main.\nPrint Assumptions main.\n" if assumptions else "Check main.\n"
        return f"""(* The theorem of a certificate. Checker.computes is the library's checker. vm_cast_no_check leaves
   a cast in the proof; at Qed the kernel computes it in its virtual machine. *)
From Coq Require Import Reals ZArith List.
From Landscape Require Checker.
From Landscape Require Import Statement.
Import ListNotations.
{self.data()}Set Printing Depth 1000000.
Open Scope Z_scope.
{prints}
Close Scope Z_scope.

Lemma computed : Checker.computes {computes} = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Local Open Scope R_scope.
Theorem main : {self.statement}.
Proof. exact (Checker.{name} {"_ " * holes}computed{conditions}). Qed.

{conclusion}"""

    def printed(self) -> str:
        """What Rocq prints before the assumptions, with single spaces."""
        definitions = [("center", self.center)] + ([("teacher", self.teacher)] if self.teacher is not None else [])
        shown = [f"{name} = {_integers(matrix, lines=False)} : list (list Z)" for name, matrix in definitions]
        return " ".join([*shown, f"main : {self.statement}"])

    def _box_precision(self) -> int:
        """Bits for the Hessian over the ball: enough that the rounding is far below the box's own width."""
        scale = self.radius.denominator.bit_length() - self.radius.numerator.bit_length()  # -log2 of the radius, about
        return max(56, scale + 28)


def theorem_of(statement: Statement, precision: int) -> Theorem:
    """The theorem of a certificate's statement. Raises NotModelledError."""
    if not isinstance(statement, Minimum) or not isinstance(statement.landscape, TeacherStudentLandscape):
        raise NotModelledError("the library knows strict local minima of teacher-student landscapes only")
    landscape = statement.landscape
    if landscape.activation != RELU:
        raise NotModelledError("the library knows the activation ReLU only")
    spurious = statement.property == "spurious-local-minimum"
    n, k, d = landscape.neurons, len(landscape.teacher), landscape.input_dimension
    if spurious and (n < k or statement.value[0] <= 0):
        raise NotModelledError("the library knows no other reason not to be global than n >= k and a positive loss")
    if n * d > MAX_UNKNOWNS:
        raise NotModelledError(f"{n * d} unknowns are more than the library's {MAX_UNKNOWNS}")
    numbers = (statement.radius, *statement.value, statement.hessian_lower_bound)
    sizes = [_bits(((number,),)) for number in numbers] + [_bits(statement.center), _bits(landscape.teacher)]
    if max(sizes) > MAX_BITS:
        raise NotModelledError(f"over a common denominator a number has more than {MAX_BITS} bits")
    return Theorem(
        neurons=n,
        teachers=k,
        dimension=d,
        teacher=None if landscape.orthonormal else landscape.teacher,
        center=statement.center,
        radius=statement.radius,
        low=statement.value[0],
        high=statement.value[1],
        curvature=statement.hessian_lower_bound,
        spurious=spurious,
        precision=min(max(precision, 128), 1024),
    )


def pairs_theorem(theorems: Sequence[Theorem]) -> str:
    """The file with the theorem over a list of pairs (k, n), from the files Theorem1, Theorem2, ... of this order."""
    numbers = range(1, len(theorems) + 1)
    steps = "\n".join(
        f"  apply Forall_cons; [exact (Certified.pair_of_certificate {'_ ' * 7}Theorem{number}.main)|]."
        for number in numbers
    )
    return f"""(* Safran & Shamir 2018, Theorem 1, from one certificate for each pair (k, n). *)
From Coq Require Import Reals ZArith List.
From Landscape Require Certified.
From Landscape Require Import Statement.
From Certificate Require {" ".join(f"Theorem{number}" for number in numbers)}.
Import ListNotations.

Theorem pairs : {_pairs_statement(theorems)}.
Proof.
{steps}
  exact (Forall_nil _).
Qed.
Check pairs.
Print Assumptions pairs.
"""


def pairs_printed(theorems: Sequence[Theorem]) -> str:
    """What Rocq prints of the theorem over the pairs before the assumptions, with single spaces."""
    return f"pairs : {_pairs_statement(theorems)}"


def _pairs_statement(theorems: Sequence[Theorem]) -> str:
    pairs = "; ".join(f"({theorem.teachers}, {theorem.neurons})" for theorem in theorems)
    return f"Forall theorem_1_for [{pairs}]"


def _denominator(matrix: Matrix) -> int:
    """The common denominator of a matrix's entries."""
    return lcm(*(entry.denominator for row in matrix for entry in row))


def _bits(matrix: Matrix) -> int:
    """The length of the longest integer with which a matrix is written."""
    common = _denominator(matrix)
    return max(common.bit_length(), *(int(entry * common).bit_length() for row in matrix for entry in row))


def _integers(matrix: Matrix, *, lines: bool) -> str:
    """The entries times their common denominator, as a list of lists of integers."""
    common = _denominator(matrix)
    rows = ["[" + "; ".join(str(int(entry * common)) for entry in row) + "]" for row in matrix]
    return "[" + (";\n " if lines else "; ").join(rows) + "]" + ("%Z" if lines else "")


def _real(number: Fraction) -> str:
    return f"({number.numerator} / {number.denominator})"


def _rounded(number: Fraction) -> Fraction:
    """About the same number, with 64 significant bits."""
    digits = 64 - number.numerator.bit_length() + number.denominator.bit_length()
    return Fraction(int(number * 2**digits), 2**digits) if digits > 0 else Fraction(int(number))
