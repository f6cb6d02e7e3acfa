"""Matrices of polynomials in t."""

from __future__ import annotations

from ..outcomes import Clock, Open
from ..rational import EXACT_BITS, Rationals
from .targets import multiplied

Series = list[Rationals]
"""Coefficients of t^0, t^1, ..."""


def times(left: Series, right: Series, clock: Clock, order: int | None = None) -> Series:
    """The product, up to t^order where that is given. Open where its numbers are too long."""
    size = len(left) + len(right) - 1
    terms: list[Rationals | None] = [None] * (size if order is None else min(order + 1, size))
    for i, A in enumerate(left):
        for j, B in enumerate(right[: max(0, len(terms) - i)]):
            clock.tick()
            C, old = multiplied(A, B), terms[i + j]
            terms[i + j] = (
                [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(C, old, strict=True)] if old else C
            )
    result = [term for term in terms if term is not None]
    if any(x.denominator.bit_length() > EXACT_BITS for term in result for row in term for x in row):
        raise Open(f"an exact number has more than {EXACT_BITS} bits")
    return result
