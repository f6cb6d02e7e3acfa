"""Quadratic forms put together from linear functionals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flint import arb, arb_mat

Functional = list[arb]
"""A linear functional, by its coefficients."""


class Form(NamedTuple):
    """A block of the Hessian: the quadratic form of some unknowns, and the square of the change that they stand for."""

    hessian: arb_mat
    norm: arb_mat


def unit(index: int, size: int) -> Functional:
    """One unknown."""
    functional = [arb(0)] * size
    functional[index] = arb(1)
    return functional


def combination(*terms: tuple[arb | int, Functional]) -> Functional:
    """A linear combination of functionals."""
    total = [arb(0)] * len(terms[0][1])
    for weight, functional in terms:
        total = [entry + weight * x for entry, x in zip(total, functional, strict=True)]
    return total


class QuadraticForm:
    """The sum of some weight f(x) g(x)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._left: list[Functional] = []
        self._right: list[Functional] = []

    def add(self, weight: arb | int, terms: Iterable[tuple[arb, Functional, Functional]]) -> None:
        """Add weight times the sum of w f(x) g(x) over the terms (w, f, g)."""
        for inner, f, g in terms:
            scale = weight * inner
            self._left.append([scale * x for x in f])
            self._right.append(g)

    def matrix(self) -> arb_mat:
        """The symmetric matrix of the form."""
        product = arb_mat(self._left).transpose() * arb_mat(self._right)
        return (product + product.transpose()) / 2
