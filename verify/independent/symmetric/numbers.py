"""Sums and products of intervals, series and exact integers; neurons by blocks of coordinates."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

OWN = -1  # the entry of a neuron at its own coordinate
Number = Any  # an Interval, a Series, or an exact integer: what `product` and `add` take
Neuron = dict[int, Number]  # its entry in each block of coordinates, and its own one; what is not there is 0
Cells = list[tuple[Number, int, int]]
Direction = dict[tuple[int, int], int]  # a change of a student: by class of rows and block, or OWN
Moves = list[tuple[Number, tuple[int, int], Number, Number]]  # count, place and entries of the changes of two neurons
Exact = Callable[[Fraction | int], Number]


def product(*factors: Number) -> Number:
    """The product of numbers; the integer 0 if that is one of them."""
    exact, rest = 1, None
    for factor in factors:
        if isinstance(factor, int):
            exact *= factor
        else:
            rest = factor if rest is None else rest * factor
    return exact if rest is None or exact == 0 else rest if exact == 1 else exact * rest


def add(*terms: Number) -> Number:
    """The sum of numbers."""
    exact, rest = 0, None
    for term in terms:
        if isinstance(term, int):
            exact += term
        else:
            rest = term if rest is None else rest + term
    return exact if rest is None else rest if exact == 0 else exact + rest


def is_zero(number: Number) -> bool:
    """Whether it is the integer 0: nothing is there."""
    return isinstance(number, int) and number == 0


def inner(cells: Cells, x: Neuron, y: Neuron) -> Number:
    """The inner product of two neurons, or of changes of them."""
    return add(*[product(count, x[a], y[b]) for count, a, b in cells if a in x and b in y])
