"""What makes statements about all nearly orthonormal teachers checkable: two bounds at the center."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.critical_point import read_sign
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers


@dataclass(frozen=True, slots=True)
class NearbyWitness(Witness):
    """Bounds for the orthonormal teacher, at the center; both are proved."""

    eigenvalue: Fraction
    """lambda: every eigenvalue of the Hessian is at least this."""
    response: Fraction
    """c: to first order the minimum moves by at most c |D|_F when the teacher moves by a symmetric D."""


def read_witness(field: Field, statement: NearlyOrthonormalTeachers) -> NearbyWitness:  # noqa: ARG001 - one signature
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", "eigenvalue", "response"])
    return NearbyWitness(
        read_precision(parts["precision"]), read_sign(parts["eigenvalue"]), read_sign(parts["response"])
    )
