"""The square, sigma(z) = z^2."""

from __future__ import annotations

from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import derivation
from verify.producer.symbolic.moments import by_moments


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks."""
    return derivation(by_moments("square", z**2))
