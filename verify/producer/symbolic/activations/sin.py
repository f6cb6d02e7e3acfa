"""The sine, sigma(z) = sin(z)."""

from __future__ import annotations

from sympy import sin

from verify.producer.symbolic.characteristic import by_characteristic_function
from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import derivation


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks, for any norms of w and v."""
    return derivation(by_characteristic_function("sin", sin(z)))
