"""The kinds of statements that the checker knows: how each is read, and how it is proved.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md; about an
empirical risk there are several, by the property. A kind is imported when a file is of it:
most processes check one small file.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from verify.checker.core.reader import Field
from verify.checker.kinds.kind import Kind


def _of(module: str, name: str) -> Callable[[], Any]:
    """What imports a kind, or the kinds by property, from a module of this package."""
    return lambda: getattr(import_module(f"{__name__}.{module}"), name)


KINDS: dict[str, Callable[[], Kind | dict[str, Kind]]] = {
    "population-teacher-student": _of("critical_point", "CRITICAL_POINT"),
    "symmetric-teacher-student": _of("symmetric", "SYMMETRIC"),
    "population-teacher-student-family": _of("family", "FAMILY"),
    "nearly-orthonormal-teachers": _of("nearly_orthonormal_teachers", "NEARLY_ORTHONORMAL_TEACHERS"),
    "empirical-risk": _of("empirical_risk", "EMPIRICAL_RISK"),
    "semidefinite-program": _of("semidefinite_program", "SEMIDEFINITE_PROGRAM"),
    "matrix": _of("semidefinite_program", "MATRIX"),
    "polynomial": _of("semidefinite_program", "POLYNOMIAL"),
    "quadratic-network": _of("quadratic_network", "QUADRATIC_NETWORK"),
    "deep-linear-networks": _of("deep_linear_networks", "DEEP_LINEAR_NETWORKS"),
    "deep-linear-network": _of("deep_linear_network", "DEEP_LINEAR_NETWORK"),
    "matrix-products": _of("matrix_products", "MATRIX_PRODUCTS"),
    "residual-linear-networks": _of("residual_linear", "RESIDUAL_LINEAR_NETWORKS"),
    "residual-linear-network": _of("residual_linear", "RESIDUAL_LINEAR_NETWORK"),
    "network-features": _of("network_features", "NETWORK_FEATURES"),
    "networks-of-every-size": _of("networks_of_every_size", "NETWORKS_OF_EVERY_SIZE"),
    "quadratic-networks": _of("quadratic_networks", "QUADRATIC_NETWORKS"),
    "limiting-gram-matrix": _of("limiting_gram_matrix", "LIMITING_GRAM_MATRIX"),
    "small-teacher-student": _of("small_teacher_student", "SMALL_TEACHER_STUDENT"),
    "small-empirical-risk": _of("small_empirical_risk", "SMALL_EMPIRICAL_RISK"),
    "two-neuron-teachers": _of("two_neuron_teachers", "TWO_NEURON_TEACHERS"),
}
"""What imports a kind, by `landscape.kind`, and by `property` where there are several."""


_NEWER = "; a newer checker may know it"


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`. One that is not known is malformed: docs/FORMAT_POLICY.md."""
    found = KINDS[statement.member("landscape").member("kind").text(*KINDS, unknown=_NEWER)]()
    return found if isinstance(found, Kind) else found[statement.member("property").text(*found, unknown=_NEWER)]
