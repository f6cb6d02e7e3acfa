"""Statement: an empirical risk has at least so many strict local minima."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.schema import ListOf, Unless, exactly, vector, where, whole
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import AboutLandscape

PROPERTY = "count-of-strict-local-minima"

Interval = tuple[Fraction, Fraction]
"""Its lower and its upper end."""


@dataclass(frozen=True, slots=True)
class CountOfMinima(AboutLandscape[EmpiricalRiskLandscape]):
    """A number of pairwise distinct strict local minima.

    The risk is one of one layer with one output and no bias, each sample with at most one input other than 0.
    """

    at_least: int

    def claim(self) -> str:
        """What is said of it."""
        return f"has at least {self.at_least} pairwise distinct strict local minima"


@dataclass(frozen=True, slots=True)
class CountWitness(Witness):
    """For each weight, intervals in growing order, each with one minimum of the risk in that weight alone."""

    intervals: tuple[tuple[Interval, ...], ...]


def refused(landscape: EmpiricalRiskLandscape) -> str | None:
    """Why a landscape is not a sum over single weights, if it is not."""
    layers = landscape.network.layers
    is_more = layers[0].bias or layers[0].residual or landscape.fixed or landscape.parameter_map
    if len(layers) != 1 or layers[0].width != 1 or is_more:
        return "must be one layer with one output, no bias, no residual connection, all trained"
    for index, row in enumerate(landscape.inputs):
        if sum(entry != 0 for entry in row) > 1:
            return f"sample {index} has more than one input that is not 0"
    return None


STATEMENT = statement_of(
    CountOfMinima,
    Unless(EMPIRICAL_RISK, lambda landscape, known: refused(landscape)),
    PROPERTY,
    Row("at_least", whole(1, "must be a positive integer, as a string")),
)
INTERVAL = where(vector(2), lambda ends: ends[0] < ends[1], "the lower end is not below the upper end")
INTERVALS = where(
    exactly(lambda known: known["statement"].landscape.trained, ListOf(INTERVAL, 1, MAX_UNKNOWNS)),
    lambda intervals: sum(map(len, intervals)) <= MAX_UNKNOWNS,
    f"has more than {MAX_UNKNOWNS} intervals",
)
WITNESS = witness_of(CountWitness, Row("intervals", INTERVALS))
