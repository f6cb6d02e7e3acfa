"""The kinds of statements that the checker knows: how each is read, and which rules prove it.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md; about an
empirical risk there are several, by the property.
"""

from __future__ import annotations

from verify.checker.kinds.critical_point import CRITICAL_POINT
from verify.checker.kinds.empirical_risk import EMPIRICAL_RISK
from verify.checker.kinds.family import FAMILY
from verify.checker.kinds.kind import Kind
from verify.checker.kinds.nearly_orthonormal_teachers import NEARLY_ORTHONORMAL_TEACHERS
from verify.checker.kinds.quadratic_network import QUADRATIC_NETWORK
from verify.checker.kinds.semidefinite_program import MATRIX, POLYNOMIAL, SEMIDEFINITE_PROGRAM
from verify.checker.kinds.symmetric import SYMMETRIC
from verify.checker.reader import Field
from verify.checker.statements import family, nearly_orthonormal_teachers, symmetric

KINDS: dict[str, Kind | dict[str, Kind]] = {
    "population-teacher-student": CRITICAL_POINT,
    symmetric.KIND: SYMMETRIC,
    family.KIND: FAMILY,
    nearly_orthonormal_teachers.KIND: NEARLY_ORTHONORMAL_TEACHERS,
    "empirical-risk": EMPIRICAL_RISK,
    "semidefinite-program": SEMIDEFINITE_PROGRAM,
    "matrix": MATRIX,
    "polynomial": POLYNOMIAL,
    "quadratic-network": QUADRATIC_NETWORK,
}
"""By `landscape.kind`, and by `property` where there are several."""


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`."""
    found = KINDS[statement.member("landscape").member("kind").text(*KINDS)]
    return found if isinstance(found, Kind) else found[statement.member("property").text(*found)]
