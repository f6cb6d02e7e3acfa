"""Between floats, balls and the exact dyadic numbers of a certificate."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

ExactMatrix = list[list[Fraction]]


def on_grid(value: Fraction | float, bits: int) -> Fraction:
    """The nearest multiple of 2^-bits; bits may be negative."""
    unit = Fraction(2) ** -bits
    return round(Fraction(value) / unit) * unit


def matrix_on_grid(values: NDArray[np.float64], bits: int) -> ExactMatrix:
    """Each entry of a matrix, rounded to the nearest multiple of 2^-bits."""
    return [[on_grid(float(entry), bits) for entry in row] for row in values]


def floor(value: Fraction | float, digits: int) -> Fraction:
    """A number <= value with at most `digits` significant bits."""
    return -ceil(-Fraction(value), digits)


def ceil(value: Fraction | float, digits: int) -> Fraction:
    """A number >= value with at most `digits` significant bits."""
    exact = Fraction(value)
    if exact == 0:
        return exact
    # 2^(exponent - 1) <= |exact| < 2^(exponent + 1), so the scaled number has digits or digits + 1 bits.
    exponent = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
    unit = Fraction(2) ** (exponent + 1 - digits)
    return math.ceil(exact / unit) * unit
