"""The kinds of landscapes, one module each."""

from __future__ import annotations

from collections.abc import Callable

from ..claims import Claim
from ..fields import Field
from .deep_linear_network import read_deep_linear_network
from .deep_linear_networks import read_deep_linear_networks
from .empirical_risk import read_empirical_risk
from .limiting_gram_matrix import read_limiting_gram_matrix
from .matrix import read_matrix
from .matrix_products import read_matrix_products
from .nearly_orthonormal_teachers import read_nearly_orthonormal_teachers
from .network_features import read_network_features
from .networks_of_every_size import read_networks_of_every_size
from .polynomial import read_polynomial
from .population_teacher_student import read_critical_point
from .population_teacher_student_family import read_family
from .quadratic_network import read_quadratic
from .quadratic_networks import read_quadratic_networks
from .residual_linear_network import read_residual_linear_network
from .residual_linear_networks import read_residual_linear_networks
from .semidefinite_program import read_program
from .symmetric_teacher_student import read_symmetric_points

# Kinds of landscapes of this edition of the specification, with what reads a certificate of each; and those that this
# program leaves out (docs/CERTIFICATE.md, "Versions").
KINDS: dict[str, Callable[[Field, Field], Claim]] = {
    "population-teacher-student": read_critical_point,
    "population-teacher-student-family": read_family,
    "symmetric-teacher-student": read_symmetric_points,
    "nearly-orthonormal-teachers": read_nearly_orthonormal_teachers,
    "empirical-risk": read_empirical_risk,
    "semidefinite-program": read_program,
    "matrix": read_matrix,
    "polynomial": read_polynomial,
    "quadratic-network": read_quadratic,
    "deep-linear-networks": read_deep_linear_networks,
    "deep-linear-network": read_deep_linear_network,
    "matrix-products": read_matrix_products,
    "residual-linear-networks": read_residual_linear_networks,
    "residual-linear-network": read_residual_linear_network,
    "network-features": read_network_features,
    "networks-of-every-size": read_networks_of_every_size,
    "quadratic-networks": read_quadratic_networks,
    "limiting-gram-matrix": read_limiting_gram_matrix,
}
LEFT_OUT: frozenset[str] = frozenset({"small-empirical-risk", "small-teacher-student", "two-neuron-teachers"})
