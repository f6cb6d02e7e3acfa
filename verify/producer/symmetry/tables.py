"""Tables of certified symmetric points, for docs and the terminal; what they say was proved by the checker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verify.checker.statements.symmetric import SymmetricPoint, runs

MARKS = {"spurious-local-minimum": "m", "strict-local-minimum": "m", "saddle": "s"}


def diagram(points: Iterable[SymmetricPoint], least: int, most: int) -> list[str]:
    """A line for each k: a mark for each size of the last group, m(inimum), s(addle), or . where there is no point."""
    marks = {(point.symmetry.columns, point.symmetry.groups[-1]): MARKS[point.property] for point in points}
    return [f"{k:4}  {''.join(marks.get((k, q), '.') for q in range(1, k))}" for k in range(least, most + 1)]


def sizes(points: Sequence[SymmetricPoint], *, minimum: bool) -> str:
    """The k at which some point is a spurious minimum, or at which some point is a saddle."""
    name = "spurious-local-minimum" if minimum else "saddle"
    return runs(point.symmetry.columns for point in points if point.property == name) or "none"
