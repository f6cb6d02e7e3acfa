"""What makes a number of minima checkable."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.witness import Witness, read_precision
from verify.checker.statements.count_of_minima import CountOfMinima

Interval = tuple[Fraction, Fraction]
"""Its lower and its upper end."""


@dataclass(frozen=True, slots=True)
class CountWitness(Witness):
    """For each weight, intervals in growing order, each with one minimum of the risk in that weight alone."""

    intervals: tuple[tuple[Interval, ...], ...]


def read_witness(field: Field, statement: CountOfMinima) -> CountWitness:
    """Read a certificate's `witness`."""
    parts = field.fields(["precision", "intervals"])
    weights = statement.landscape.trained
    found = tuple(
        tuple(_read_interval(interval) for interval in weight.items(1, MAX_UNKNOWNS))
        for weight in parts["intervals"].items(weights, weights)
    )
    if sum(map(len, found)) > MAX_UNKNOWNS:
        parts["intervals"].fail(f"has more than {MAX_UNKNOWNS} intervals")
    return CountWitness(read_precision(parts["precision"]), found)


def _read_interval(field: Field) -> Interval:
    lower, upper = (end.number() for end in field.items(2, 2))
    if lower >= upper:
        field.fail("the lower end is not below the upper end")
    return lower, upper
