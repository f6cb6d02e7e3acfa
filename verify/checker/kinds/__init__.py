"""The kinds of statements that the checker knows: how each is read, and how it is proved.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md; about an
empirical risk there are several, by the property. A kind is imported when a file is of it:
most processes check one small file.
"""

from __future__ import annotations

from collections.abc import Callable

from verify.checker.core.reader import Field
from verify.checker.kinds.kind import Kind


def _critical_point() -> Kind:
    from verify.checker.kinds.critical_point import CRITICAL_POINT

    return CRITICAL_POINT


def _symmetric() -> Kind:
    from verify.checker.kinds.symmetric import SYMMETRIC

    return SYMMETRIC


def _family() -> Kind:
    from verify.checker.kinds.family import FAMILY

    return FAMILY


def _nearly_orthonormal_teachers() -> Kind:
    from verify.checker.kinds.nearly_orthonormal_teachers import NEARLY_ORTHONORMAL_TEACHERS

    return NEARLY_ORTHONORMAL_TEACHERS


def _empirical_risk() -> dict[str, Kind]:
    from verify.checker.kinds.empirical_risk import EMPIRICAL_RISK

    return EMPIRICAL_RISK


def _semidefinite_program() -> Kind:
    from verify.checker.kinds.semidefinite_program import SEMIDEFINITE_PROGRAM

    return SEMIDEFINITE_PROGRAM


def _matrix() -> Kind:
    from verify.checker.kinds.semidefinite_program import MATRIX

    return MATRIX


def _polynomial() -> Kind:
    from verify.checker.kinds.semidefinite_program import POLYNOMIAL

    return POLYNOMIAL


def _quadratic_network() -> Kind:
    from verify.checker.kinds.quadratic_network import QUADRATIC_NETWORK

    return QUADRATIC_NETWORK


def _deep_linear_networks() -> dict[str, Kind]:
    from verify.checker.kinds.deep_linear_networks import DEEP_LINEAR_NETWORKS

    return DEEP_LINEAR_NETWORKS


def _deep_linear_network() -> dict[str, Kind]:
    from verify.checker.kinds.deep_linear_network import DEEP_LINEAR_NETWORK

    return DEEP_LINEAR_NETWORK


KINDS: dict[str, Callable[[], Kind | dict[str, Kind]]] = {
    "population-teacher-student": _critical_point,
    "symmetric-teacher-student": _symmetric,
    "population-teacher-student-family": _family,
    "nearly-orthonormal-teachers": _nearly_orthonormal_teachers,
    "empirical-risk": _empirical_risk,
    "semidefinite-program": _semidefinite_program,
    "matrix": _matrix,
    "polynomial": _polynomial,
    "quadratic-network": _quadratic_network,
    "deep-linear-networks": _deep_linear_networks,
    "deep-linear-network": _deep_linear_network,
}
"""What imports a kind, by `landscape.kind`, and by `property` where there are several."""


_NEWER = "; a newer checker may know it"


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`. One that is not known is malformed: docs/FORMAT_POLICY.md."""
    found = KINDS[statement.member("landscape").member("kind").text(*KINDS, unknown=_NEWER)]()
    return found if isinstance(found, Kind) else found[statement.member("property").text(*found, unknown=_NEWER)]
