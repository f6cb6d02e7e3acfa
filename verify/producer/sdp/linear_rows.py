"""Linear constraints without those that follow exactly from the others: they take the interior from a program.

Every step keeps the set of feasible points: an inequality without variables that holds is left out; of two for the
same half-space's direction the stronger is kept; two opposite ones that meet are an equation; the value of a variable
that an equation fixes is put into the inequalities; and an equation that is a combination of others is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from flint import fmpq_mat

from verify.checker.evaluators import rational

MOST_EQUATIONS = 300
"""More are not searched for combinations."""

Row = tuple[dict[int, Fraction], Fraction]
"""a . x + b: the coefficients other than 0, and b."""


def without_redundant(equations: Sequence[Row], inequalities: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Equations a . x + b = 0 and inequalities a . x + b >= 0 with the same solutions as the given ones."""
    equal, unequal = list(equations), list(inequalities)
    while True:
        fixed = {next(iter(a)): -b / next(iter(a.values())) for a, b in equal if len(a) == 1}
        found, unequal = _without_dominated([_with_values(row, fixed) for row in unequal])
        equal += found
        if not found:
            return _without_combinations(equal), unequal


def _with_values(row: Row, fixed: dict[int, Fraction]) -> Row:
    coefficients, constant = row
    known = sum((value * fixed[index] for index, value in coefficients.items() if index in fixed), Fraction(0))
    return {index: value for index, value in coefficients.items() if index not in fixed}, constant + known


def _without_dominated(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Equations that were found, and the inequalities that are left; each as it was given."""
    strongest: dict[tuple[tuple[int, Fraction], ...], tuple[Fraction, Row]] = {}
    for row in rows:
        coefficients, constant = row
        if not coefficients and constant >= 0:
            continue
        lead = abs(coefficients[min(coefficients)]) if coefficients else Fraction(1)
        direction = tuple((index, coefficients[index] / lead) for index in sorted(coefficients))
        known = strongest.get(direction)
        if known is None or constant / lead < known[0]:
            strongest[direction] = constant / lead, row
    met = set()
    for direction, (constant, _) in strongest.items():
        opposite = strongest.get(tuple((index, -value) for index, value in direction))
        if direction and opposite is not None and opposite[0] == -constant:
            met.add(direction)
    equations = [row for d, (_, row) in strongest.items() if d in met and d[0][1] > 0]
    return equations, [row for d, (_, row) in strongest.items() if d not in met]


def with_finite_decimals(row: Row) -> Row:
    """A positive multiple of a row whose numbers are finite decimals."""
    coefficients, constant = row
    whole = lcm(*(number.denominator for number in (constant, *coefficients.values())))
    for prime in (2, 5):
        while whole % prime == 0:
            whole //= prime
    return {index: value * whole for index, value in coefficients.items()}, constant * whole


def _without_combinations(rows: list[Row]) -> list[Row]:
    """The first equations that span all, if they can be satisfied at once; else all of them."""
    if not rows or len(rows) > MOST_EQUATIONS:
        return rows
    columns = {index: place for place, index in enumerate(sorted({index for a, _ in rows for index in a}))}
    entries = [[Fraction(0)] * len(rows) for _ in range(len(columns) + 1)]
    for number, (coefficients, constant) in enumerate(rows):
        for index, value in coefficients.items():
            entries[columns[index]][number] = value
        entries[-1][number] = constant
    exact = [[rational(entry) for entry in row] for row in entries]
    _, rank = fmpq_mat(exact[:-1]).rref() if columns else (None, 0)
    echelon, whole = fmpq_mat(exact).rref()
    if whole > rank:
        return rows
    pivots = [next(place for place, entry in enumerate(row) if entry) for row in echelon.tolist()[:whole]]
    return [rows[pivot] for pivot in pivots]
