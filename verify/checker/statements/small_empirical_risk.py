"""Statements about all critical points, or all local minima, of an empirical risk in a box of few parameters."""

from __future__ import annotations

import builtins
from collections import Counter
from dataclasses import dataclass, replace

from verify.checker.core.exact import reach, written
from verify.checker.core.limits import MAX_COVER_ZEROS
from verify.checker.core.schema import Constant, Known, ListOf, Unless, exactly, vector, where
from verify.checker.core.statement import Statement, statement_of
from verify.checker.core.subdivision import MAX_SIDES, Box
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import witness_of
from verify.checker.statements.cover_witness import CoverWitness, FoundPoint, cover, found_points
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape

COMPLETE, COUNT, NO_SPURIOUS = "critical-points-complete", "exact-count-of-minima", "no-spurious-minimum-in-box"
ATTRACTION = "basin-of-attraction"
PROPERTIES = (COMPLETE, COUNT, NO_SPURIOUS, ATTRACTION)
MINIMUM, NEGATIVE = "strict-local-minimum", "negative-curvature"
WORDS = {
    MINIMUM: ("a strict local minimum", "strict local minima"),
    NEGATIVE: ("one with a negative eigenvalue of the Hessian", "with a negative eigenvalue of the Hessian"),
}


@dataclass(frozen=True, slots=True)
class InBox(Statement):
    """All critical points, or all local minima, in a box; both are meant of the loss on all parameters."""

    landscape: EmpiricalRiskLandscape
    property: str
    box: Box
    points: tuple[FoundPoint, ...]
    """The center of each is a row of all trained parameters."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"a box of {self.landscape.scope(every_dimension=False)}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        subject = self.landscape.subject(every_dimension=False)
        sides = " x ".join(f"[{written(low)}, {written(high)}]" for low, high in self.box)
        return f"{subject} has, in the box {sides}, {self.in_words()}."

    def in_words(self) -> str:
        """What is in the box."""
        count = len(self.points)
        what = "local minim" + ("um" if count == 1 else "a") if self.property != COMPLETE else "critical point"
        listed = f"exactly {count or 'no'} {what}{'s' * (self.property == COMPLETE and count != 1)}"
        if not count:
            return listed.removeprefix("exactly ")
        near = (
            f"near the given one{'s' * (count != 1)}, within {reach(max(p.radius for p in self.points))} in each entry"
        )
        if self.property == ATTRACTION:
            return (
                f"exactly 1 critical point x, a strict local minimum {near}, and <grad F(w), w - x> > 0 at every other "
                f"point w of it: gradient flow from every point of a closed ball around x within the box converges to x"
            )
        if self.property == COMPLETE:
            counts = Counter(point.what for point in self.points)
            kinds = (WORDS[w][0] if counts[w] == 1 else f"{counts[w]} {WORDS[w][1]}" for w in WORDS if counts[w])
            return f"{listed}, {near}: {', '.join(kinds)}"
        if self.property == NO_SPURIOUS:
            return f"{listed}, {near}, and no smaller loss anywhere in it"
        return f"{listed}, {'strict, ' if count == 1 else 'all strict, '}{near}"


def _trained(known: Known) -> int:
    found = known["landscape"] if "landscape" in known else known["statement"].landscape
    trained: int = found.trained
    return trained


def _too_many(landscape: EmpiricalRiskLandscape, known: Known) -> str | None:
    trained = landscape.trained
    return f"{trained} trained parameters are more than {MAX_SIDES}" if trained > MAX_SIDES else None


SIDE = where(vector(2), lambda ends: ends[0] < ends[1], "the lower end is not below the upper end")
SMALL = Unless(
    replace(EMPIRICAL_RISK, rows=(Row("kind", Constant("small-empirical-risk")), *EMPIRICAL_RISK.rows[1:])), _too_many
)


def _statement(name: str, least: int, most: int, *what: str) -> Table[InBox]:
    points = Row("points", found_points(lambda known: known["landscape"].shape, least, most, *what))
    return statement_of(InBox, SMALL, name, Row("box", exactly(_trained, SIDE)), points)


STATEMENT = Variants(
    "property",
    {
        COMPLETE: _statement(COMPLETE, 0, MAX_COVER_ZEROS, *WORDS),
        COUNT: _statement(COUNT, 0, MAX_COVER_ZEROS, MINIMUM),
        NO_SPURIOUS: _statement(NO_SPURIOUS, 1, 1, MINIMUM),
        ATTRACTION: _statement(ATTRACTION, 1, 1, MINIMUM),
    },
)


def _covers(known: Known) -> int:
    """One of the critical points or local minima; for `NO_SPURIOUS` also one of the least points of the box."""
    return 2 if known["statement"].property == NO_SPURIOUS else 1


WITNESS = witness_of(CoverWitness, Row("covers", ListOf(cover(_trained), _covers, _covers)))
