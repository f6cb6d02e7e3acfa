"""What a manifest of regions claims: a property of all teachers in a region, which the regions of its parts cover."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import written
from verify.checker.core.statement import Statement
from verify.checker.core.table import Table
from verify.checker.statements.two_neuron_teachers import STATEMENT, StatementOfTeachers, TwoNeuronTeachers

Side = tuple[Fraction, Fraction]
Gap = tuple[Side, Fraction]
"""Ratios, and an angle above which no region has them."""


@dataclass(frozen=True, slots=True)
class TheoremOfTeachers(StatementOfTeachers):
    """As in a certificate, of a region that may be larger than those of the parts."""

    SORT = "about a region of teachers"

    def is_a_part(self, statement: Statement) -> bool:
        """Whether a statement is of the sort of which this one is put together."""
        return isinstance(statement, StatementOfTeachers) and not isinstance(statement, TheoremOfTeachers)

    def settled_by(self, statement: Statement) -> TwoNeuronTeachers | None:
        """The region that a proved statement settles, if a part of it is claimed."""
        if not isinstance(statement, StatementOfTeachers) or statement.property != self.property:
            return None
        sides = zip(_sides(statement.landscape), _sides(self.landscape), strict=True)
        meets = all(low <= most and least <= high for (low, high), (least, most) in sides)
        return statement.landscape if meets else None

    def missing(self, settled: Collection[TwoNeuronTeachers]) -> str | None:
        """What no part proves, in words; None if the regions cover the one claimed."""
        gap = first_gap(self.landscape, settled)
        if gap is None:
            return None
        (low, high), angle = gap
        return f"no part proves the ratios in [{written(low)}, {written(high)}] with angles next to {written(angle)}"

    def name_of(self, settled: TwoNeuronTeachers) -> str:
        """What a part settles, in words."""
        (a, b), (c, e) = _sides(settled)
        return f"the ratios in [{written(a)}, {written(b)}] with angles in [{written(c)}, {written(e)}]"


def first_gap(whole: TwoNeuronTeachers, regions: Collection[TwoNeuronTeachers]) -> Gap | None:
    """A place of a rectangle that closed rectangles do not cover, None if they do; all numbers are exact.

    Between two neighbours among all ends of ratios each rectangle has all ratios or none, but for the two ends
    themselves, and those it has too if it has what is between: so the angles of those that have it must cover.
    """
    (a, b), (c, e) = _sides(whole)
    ends = sorted({a, b, *(end for region in regions for end in region.ratios if a < end < b)})
    for low, high in zip(ends, ends[1:] or ends, strict=False):
        reach = _reach(
            c, e, [region.angles for region in regions if region.ratios[0] <= low <= high <= region.ratios[1]]
        )
        if reach is not None:
            return (low, high), reach
    return None


def _reach(start: Fraction, end: Fraction, intervals: list[Side]) -> Fraction | None:
    """How far from `start` closed intervals cover, None if to the end."""
    reach, covered = start, False
    for low, high in sorted(intervals):
        if low > reach:
            break
        covered |= high >= reach
        reach = max(reach, high)
    return None if covered and reach >= end else reach


def _sides(region: TwoNeuronTeachers) -> tuple[Side, Side]:
    return region.ratios, region.angles


THEOREMS = {name: Table.of(TheoremOfTeachers, *table.rows) for name, table in STATEMENT.tables.items()}
