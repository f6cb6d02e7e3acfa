"""The Hermite polynomial He_1(z) = z."""

from __future__ import annotations

from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import derivation
from verify.producer.symbolic.moments import by_moments


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks, for any norms of w and v."""
    return derivation(by_moments("hermite-1", z))
