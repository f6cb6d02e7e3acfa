"""From floats and balls to the exact numbers of a witness."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import arb, fmpq
from numpy.typing import NDArray

from verify.checker.public import Block as Kind
from verify.checker.public import Matrix
from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.central_path import Vector
from verify.producer.sdp.exact_barrier import Block
from verify.producer.sdp.instance import Array

DIGITS = 100
"""Bits of an entry of a witness, after the first that counts."""


def exact_vector(point: Vector) -> list[Fraction]:
    """The vector with DIGITS bits after its largest entry's first."""
    entries = [to_fraction(arb(entry)) for entry in point]
    return [on_grid(entry, DIGITS - exponent(max(map(abs, entries)))) for entry in entries]


def exact_diagonal(block: Block) -> Matrix:
    """One row; an entry has DIGITS bits after its first."""
    entries = map(to_fraction, block)
    return (tuple(on_grid(entry, DIGITS - exponent(entry)) for entry in entries),)


def exact_triangle(block: Block) -> Matrix:
    """The lower triangle; an entry has DIGITS bits after (Y_ii Y_jj)^(1/2)."""
    rows = [[to_fraction(entry) for entry in row[: i + 1]] for i, row in enumerate(block.tolist())]
    sizes = [exponent(row[-1]) for row in rows]
    return tuple(
        tuple(on_grid(entry, DIGITS - (sizes[i] + sizes[j]) // 2) for j, entry in enumerate(row))
        for i, row in enumerate(rows)
    )


def exact_pairs(kinds: Sequence[Kind], high: Sequence[Array], low: Sequence[Array]) -> list[Matrix]:
    """As witnesses have it: high + low, (n, n) or (n,) per block, with DIGITS bits after (Y_ii Y_jj)^(1/2)."""
    result: list[Matrix] = []
    for kind, upper, lower in zip(kinds, high, low, strict=True):
        if kind.diagonal:
            sizes = _exponents(np.abs(upper))
            result.append((tuple(_on_grids(upper, lower, sizes)),))
            continue
        sizes = _exponents(upper.diagonal())
        rows = range(kind.order)
        result.append(
            tuple(
                tuple(_on_grids(upper[i, : i + 1], lower[i, : i + 1], (sizes[i] + sizes[: i + 1]) // 2)) for i in rows
            )
        )
    return result


def _exponents(values: Array) -> NDArray[np.int64]:
    """About log2; 0 for what is not positive."""
    return np.where(values > 0, np.frexp(values)[1], 0).astype(np.int64)


def _on_grids(high: Array, low: Array, sizes: NDArray[np.int64]) -> list[Fraction]:
    """high + low, rounded to multiples of 2^(size - DIGITS)."""
    half = DIGITS // 2
    if not (np.isfinite(high).all() and np.isfinite(low).all()):
        raise ValueError("a number is not finite")
    first = np.rint(np.ldexp(high, half - sizes))  # an integer of at most about 50 bits, or too large and so exact
    rest = (high - np.ldexp(first, sizes - half)) + low
    second = np.rint(np.ldexp(rest, DIGITS - sizes))
    result = []
    for upper, lower, size in zip(first.tolist(), second.tolist(), sizes.tolist(), strict=True):
        mantissa, power = (int(upper) << (DIGITS - half)) + int(lower), size - DIGITS
        result.append(Fraction(mantissa << power) if power >= 0 else Fraction(mantissa, 1 << -power))
    return result


def floats(point: Vector) -> Array:
    """A vector of any arithmetic in float64."""
    return np.array([float(entry) for entry in point])


def exponent(value: Fraction) -> int:
    """About log2 |value|; 0 for 0."""
    return abs(value.numerator).bit_length() - value.denominator.bit_length() if value else 0


def to_fraction(value: arb | fmpq) -> Fraction:
    """An exact number, or a ball's midpoint."""
    if isinstance(value, fmpq):
        return Fraction(int(value.p), int(value.q))
    mantissa, power = value.mid().man_exp()
    return int(mantissa) * Fraction(2) ** int(power)
