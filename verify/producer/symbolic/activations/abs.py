"""The absolute value, sigma(z) = |z|."""

from __future__ import annotations

from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import derivation
from verify.producer.symbolic.homogeneous import by_polar_coordinates


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks."""
    return derivation(by_polar_coordinates("abs", degree=1, positive=z, negative=-z))
