"""Which monomials squares can have: those whose doubles lie in the Newton polytope (Reznick 1978), exactly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from verify.checker.statements.polynomial import Exponents

Terms = dict[Exponents, Fraction]


def newton_basis(terms: Terms) -> list[Exponents]:
    """The monomials whose doubles lie in p's Newton polytope: no others can occur in the squares (Reznick 1978).

    One is left out only if a hyperplane separates it from the polytope in exact arithmetic, so that none is missing.
    """
    corners = [powers for powers, value in terms.items() if value]
    if not corners:
        return [(0,) * len(next(iter(terms)))]
    ranges = [range(-(-min(column) // 2), max(column) // 2 + 1) for column in zip(*corners, strict=True)]
    totals = [sum(powers) for powers in corners]
    return [
        powers
        for powers in itertools.product(*ranges)
        if min(totals) <= 2 * sum(powers) <= max(totals) and not _is_outside(tuple(2 * e for e in powers), corners)
    ]


def _is_outside(powers: Exponents, corners: Sequence[Exponents]) -> bool:
    """Whether some w with w.powers > w.corner for every corner was found; True only if that is exact."""
    if powers in corners:
        return False
    differences = np.array(corners, dtype=float) - np.array(powers, dtype=float)  # small integers
    count = len(powers)
    objective = np.append(np.zeros(count), 1.0)  # the least t with w.(corner - powers) <= t
    rows = np.hstack([differences, -np.ones((len(corners), 1))])
    bounds = [(-1, 1)] * count + [(None, None)]
    found = linprog(objective, A_ub=rows, b_ub=np.zeros(len(corners)), bounds=bounds)
    if found.x is None:
        return False
    normal = [Fraction(float(entry)) for entry in found.x[:-1]]
    height = sum((w * entry for w, entry in zip(normal, powers, strict=True)), Fraction(0))
    return all(sum((w * e for w, e in zip(normal, corner, strict=True)), Fraction(0)) < height for corner in corners)


def unreachable(terms: Terms, basis: Sequence[Exponents]) -> str | None:
    """Of a basis from `newton_basis`, a proof that p is no sum of squares: a monomial that no squares can give."""
    products = {tuple(a + b for a, b in zip(p, q, strict=True)) for p in basis for q in basis}
    for powers, value in terms.items():
        if value and powers not in products:
            return (
                f"the monomial with the exponents {list(powers)} is no product of two monomials whose doubles lie in "
                "the Newton polytope"
            )
    return None
