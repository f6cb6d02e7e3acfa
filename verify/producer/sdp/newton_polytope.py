"""Which monomials squares can have: those whose doubles lie in the Newton polytope, and are needed there; exactly.

If p = sum q_k^2, the monomials of the q_k have their doubles in p's Newton polytope (Reznick 1978). If the double of
one of them is the product of no other two, p's coefficient there is the sum of the squares of the q_k's; so where it is
0 none of the q_k has that monomial, and where it is negative p is no sum of squares (as for Motzkin's polynomial).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from verify.checker.public import Reason
from verify.checker.statements.polynomial import Exponents
from verify.producer.prover import NotCertified
from verify.producer.sdp.terms import Terms

MOST_CANDIDATES = 2_000


def newton_basis(terms: Terms) -> list[Exponents]:
    """The monomials whose doubles lie in p's Newton polytope: no others can occur in the squares (Reznick 1978).

    One is left out only if a hyperplane separates it from the polytope in exact arithmetic, so that none is missing.
    Raises NotCertified where there are too many to look at.
    """
    corners = [powers for powers, value in terms.items() if value]
    if not corners:
        return [(0,) * len(next(iter(terms)))]
    ranges = [range(-(-min(column) // 2), max(column) // 2 + 1) for column in zip(*corners, strict=True)]
    totals = [sum(powers) for powers in corners]
    within = _between(ranges, -(-min(totals) // 2), max(totals) // 2)
    candidates = list(itertools.islice(within, MOST_CANDIDATES + 1))
    if len(candidates) > MOST_CANDIDATES:
        raise NotCertified(
            f"squares may have more than the {MOST_CANDIDATES} monomials that are tried", {}, Reason.TOO_LARGE
        )
    return [powers for powers in candidates if not _is_outside(tuple(2 * e for e in powers), corners)]


def _between(ranges: Sequence[range], low: int, high: int) -> Iterator[Exponents]:
    """Exponents in the ranges whose sum is in [low, high], without a walk through all others."""
    if not ranges:
        yield ()
        return
    rest_low, rest_high = sum(each[0] for each in ranges[1:]), sum(each[-1] for each in ranges[1:])
    for first in ranges[0]:
        if first + rest_low <= high and first + rest_high >= low:
            for others in _between(ranges[1:], low - first, high - first):
                yield (first, *others)


def needed(
    terms: Terms, basis: Sequence[Exponents], free: Exponents | None = None
) -> tuple[list[Exponents], str | None]:
    """Of a basis from `newton_basis`: those that squares can have, or a proof that p is no sum of squares.

    free: a monomial whose coefficient is not known.
    """
    kept = list(basis)
    while True:
        which = "whose doubles lie in the Newton polytope" if len(kept) == len(basis) else "that squares can have"
        if (odd := unreachable(terms, kept, which)) is not None:
            return kept, odd
        mixed = {tuple(a + b for a, b in zip(p, q, strict=True)) for p, q in itertools.combinations(kept, 2)}
        dropped = set()
        for powers in kept:
            double = tuple(2 * e for e in powers)
            if double in mixed or double == free:
                continue
            value = terms.get(double, Fraction(0))
            if value < 0:
                return kept, (
                    f"the coefficient {value} of the monomial with the exponents {list(double)} is negative, and it is "
                    f"the product of no two monomials that squares can have but {list(powers)} with itself"
                )
            if not value:
                dropped.add(powers)
        if not dropped or dropped == set(kept):  # of the zero polynomial one is left
            return kept[:1] if dropped else kept, None
        kept = [powers for powers in kept if powers not in dropped]


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


def unreachable(terms: Terms, basis: Sequence[Exponents], which: str) -> str | None:
    """Of a basis that squares can have, a proof that p is no sum of squares: a monomial that no squares can give.

    which: what the monomials of the basis are.
    """
    products = {tuple(a + b for a, b in zip(p, q, strict=True)) for p in basis for q in basis}
    for powers, value in terms.items():
        if value and powers not in products:
            return f"the monomial with the exponents {list(powers)} is no product of two monomials {which}"
    return None
