"""Leaky ReLU, sigma(z) = max(z, 0) + alpha min(z, 0) with any real slope alpha: ReLU's kernel and a linear term."""

from __future__ import annotations

from sympy import pi, symbols

from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import derivation, q
from verify.producer.symbolic.homogeneous import A, by_polar_coordinates, t

alpha = symbols("alpha", real=True)


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks, in the slope alpha."""
    relu = (A + (pi - t) * q) / (2 * pi)
    form = (1 - alpha) ** 2 * relu + alpha * q
    return derivation(by_polar_coordinates("leaky-relu", degree=1, positive=z, negative=alpha * z, form=form))
