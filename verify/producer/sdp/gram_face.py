"""The Gram matrices of a polynomial in a frame: p = v^T Q v for v = V^T z, by exact equations, one a monomial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq, fmpq_mat

from verify.checker.evaluators import rational
from verify.checker.public import Block, Entries, SemidefiniteProgram, negative_direction
from verify.checker.statements.polynomial import Exponents
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.rational import pivots
from verify.producer.sdp.terms import Terms
from verify.producer.sdp.witness import to_fraction

MOST_NUMBERS = 3_000_000
"""Of the equations' coefficients."""

Gram = list[list[Fraction]]
"""A lower triangle."""


@dataclass
class Face:
    """The Q of one frame: rows . (lower triangle of Q) = wanted, with entries off the diagonal counted twice."""

    frame: fmpq_mat | None
    """V, columns of length about 1; None for the identity."""
    lattice: list[int]
    """k: the combinations of columns 2^k_j V_j with integers are integral in the unscaled variables."""
    order: int
    monomials: list[Exponents]
    entries: list[dict[tuple[int, int], fmpq]]
    """Of each monomial's symmetric matrix, the lower triangle."""
    wanted: list[fmpq]
    _solve: fmpq_mat | None = field(default=None, repr=False)

    def program(self) -> FloatProgram:
        """inf L(p) subject to L's moment matrix >= 0 with trace 1: its dual has the Q, and t as the multiplier."""
        matrices: list[dict[int, Entries]] = [{1: {(0, 0): Fraction(1)}}]
        for each in self.entries:
            trace = sum((value for (a, b), value in each.items() if a == b), fmpq(0))
            parts: dict[int, Entries] = {0: {place: to_fraction(value) for place, value in each.items()}}
            matrices.append({**parts, 1: {(0, 0): to_fraction(trace)}} if trace else parts)
        blocks = (Block(self.order, diagonal=False), Block(1, diagonal=True))
        costs = tuple(map(to_fraction, self.wanted))
        exact = SemidefiniteProgram(costs, blocks, tuple(matrices))
        return FloatProgram.of(Instance("Gram matrix", b"", exact, frozenset({1})))

    def moved(self, near: Sequence[Fraction]) -> list[list[fmpq]] | None:
        """Q nearest to a rounded lower triangle, row by row, that satisfies the equations exactly."""
        pairs = [(a, b) for a in range(self.order) for b in range(a + 1)]
        values = {pair: rational(entry) for pair, entry in zip(pairs, near, strict=True)}
        missing = []
        for each, wanted in zip(self.entries, self.wanted, strict=True):
            found = sum((value * values[p] * (1 if p[0] == p[1] else 2) for p, value in each.items()), fmpq(0))
            missing.append(wanted - found)
        weights = self._weights(missing)
        if weights is None:
            return None
        for each, weight in zip(self.entries, weights, strict=True):
            for pair, value in each.items():
                values[pair] += weight * value
        return [[values[a, b] for b in range(a + 1)] for a in range(self.order)]

    def _weights(self, missing: list[fmpq]) -> list[fmpq] | None:
        """w with sum_j <F_i, F_j> w_j = missing_i."""
        if self.frame is None:  # each pair belongs to one monomial
            sizes = [sum((1 if a == b else 2) * v * v for (a, b), v in each.items()) for each in self.entries]
            return [entry / size for entry, size in zip(missing, sizes, strict=True)]
        if self._solve is None:
            count = len(self.entries)
            self._solve = fmpq_mat(count, count)
            for i, left in enumerate(self.entries):
                for j in range(i + 1):
                    right = self.entries[j]
                    shared = left.keys() & right.keys() if len(left) < len(right) else right.keys() & left.keys()
                    total = sum(((1 if a == b else 2) * left[a, b] * right[a, b] for a, b in shared), fmpq(0))
                    self._solve[i, j] = self._solve[j, i] = total
        try:
            weights: list[fmpq] = self._solve.solve(fmpq_mat([[entry] for entry in missing])).entries()
        except ZeroDivisionError:
            return None
        return weights


def face_of(terms: Terms, basis: Sequence[Exponents], frame: fmpq_mat | None, lattice: list[int]) -> Face | None:
    """The equations for Q, independent ones; None if they contradict each other."""
    order = len(basis) if frame is None else frame.ncols()
    if frame is None:
        columns: list[list[tuple[Exponents, fmpq]]] = [[(powers, fmpq(1))] for powers in basis]
    else:
        columns = [
            [(powers, value) for powers, value in zip(basis, column, strict=True) if value]
            for column in zip(*frame.tolist(), strict=True)
        ]
    entries: dict[Exponents, dict[tuple[int, int], fmpq]] = {}
    for a in range(order):
        for b in range(a + 1):
            for p, left in columns[a]:
                for q, right in columns[b]:
                    each = entries.setdefault(tuple(x + y for x, y in zip(p, q, strict=True)), {})
                    each[a, b] = each.get((a, b), fmpq(0)) + left * right
    if frame is not None:
        entries = {
            monomial: kept for monomial, each in entries.items() if (kept := {at: v for at, v in each.items() if v})
        }
    if any(value and monomial not in entries for monomial, value in terms.items()):
        return None
    found = Face(
        frame,
        lattice,
        order,
        list(entries),
        list(entries.values()),
        [rational(terms.get(monomial, Fraction(0))) for monomial in entries],
    )
    return found if frame is None else _independent(found)


def _independent(face: Face) -> Face | None:
    """The same Q by equations of which none follows from others; None if there is no Q."""
    places = {at: index for index, at in enumerate(sorted({at for each in face.entries for at in each}))}
    if len(places) * len(face.entries) > MOST_NUMBERS:
        return None
    joined = fmpq_mat(len(places) + 1, len(face.entries))
    for column, (each, wanted) in enumerate(zip(face.entries, face.wanted, strict=True)):
        for at, value in each.items():
            joined[places[at], column] = value if at[0] == at[1] else 2 * value
        joined[len(places), column] = wanted
    whole = pivots(joined)
    rows = fmpq_mat(joined.tolist()[:-1])
    chosen = pivots(rows)
    if len(chosen) < len(whole):
        return None
    return Face(
        face.frame,
        face.lattice,
        face.order,
        [face.monomials[index] for index in chosen],
        [face.entries[index] for index in chosen],
        [face.wanted[index] for index in chosen],
    )


def whole(triangle: list[list[fmpq]], frame: fmpq_mat | None) -> Gram:
    """V Q V^T, the lower triangle."""
    if frame is None:
        return [[to_fraction(entry) for entry in row] for row in triangle]
    n = len(triangle)
    full = fmpq_mat([[triangle[max(a, b)][min(a, b)] for b in range(n)] for a in range(n)])
    rows = (frame * full * frame.transpose()).tolist()
    return [[to_fraction(entry) for entry in row[: i + 1]] for i, row in enumerate(rows)]


def is_semidefinite(triangle: list[list[fmpq]]) -> bool:
    """Whether a lower triangle is proved to be semidefinite, in exact arithmetic."""
    if any(row[-1] < 0 for row in triangle):
        return False
    try:
        return negative_direction(triangle) is None
    except OverflowError:
        return False
