"""What the evaluators need beyond the Python array API standard."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from array_api_compat import array_namespace, device, is_jax_namespace
from numpy.typing import NDArray

Array: TypeAlias = Any
"""A float64 array of a library that follows the Python array API standard: NumPy, JAX, PyTorch, ..."""

DEGREE = 18


def constant(values: NDArray[np.float64], like: Array) -> Array:
    """A copy of a NumPy array as an array of the same library, and on the same device, as `like`."""
    return array_namespace(like).asarray(values.copy(), device=device(like))


def arccos(x: Array) -> Array:
    """The arc cosine.

    JAX's own goes by way of atan2 and is three times as slow on a CPU as what follows: arcsin(s) = s P(s^2) for
    s <= 1/2, with P a power series, and arccos(x) = 2 arcsin(sqrt((1 - x) / 2)) for x > 1/2.
    """
    xp = array_namespace(x)
    if not is_jax_namespace(xp):
        return xp.acos(x)
    size = xp.abs(x)
    small = size <= 0.5
    square = xp.where(small, size * size, (1 - size) / 2)
    t = 8 * square - 1
    series = _ARCSINE[-1]
    for coefficient in _ARCSINE[-2::-1]:
        series = series * t + coefficient
    arcsine = xp.where(small, size, xp.sqrt(square)) * series
    near_zero = math.pi / 2 - xp.sign(x) * arcsine
    return xp.where(small, near_zero, xp.where(x > 0, 2 * arcsine, math.pi - 2 * arcsine))


def _arcsine_series() -> list[float]:
    """The Taylor coefficients of P((t + 1) / 8) in t, with arcsin(s) = s P(s^2); the constant first.

    P has the coefficients c_k = binomial(2k, k) / (4^k (2k + 1)) at 0, which is moved to 1/8. All terms are positive;
    at |t| = 1 what is left out is of the order of 7^-DEGREE, as P is singular at 1 only.
    """
    terms = 3 * DEGREE
    at_zero = [math.comb(2 * k, k) / 4**k / (2 * k + 1) for k in range(terms)]
    return [sum(math.comb(k, j) * at_zero[k] / 8**k for k in range(j, terms)) for j in range(DEGREE + 1)]


_ARCSINE = _arcsine_series()
