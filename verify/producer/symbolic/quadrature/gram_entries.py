"""The Gram entries at which a kernel is evaluated: rational, and of two vectors."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

Rational = int | Fraction


def exact(value: Rational) -> fmpq:
    """The number for FLINT."""
    return fmpq(value.numerator, value.denominator)


def require_vectors(p: Rational, q: Rational, s: Rational) -> None:
    """Raises ValueError if there are no w, v != 0 with |w|^2 = p, w.v = q, |v|^2 = s."""
    if not (p > 0 and s > 0 and q * q <= p * s):
        raise ValueError(f"no two vectors have the Gram entries p = {p}, q = {q}, s = {s}")
