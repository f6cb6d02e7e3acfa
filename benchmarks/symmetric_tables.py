"""docs/SYMMETRY_TABLES.md and its pictures, from certificates that this program checks first.

    python benchmarks/symmetric_tables.py

Run from the repository's root. Nothing enters a table that the checker did not verify now,
except the column that is marked as floating point.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from verify.proofs.symmetric_minima import PUBLISHED

from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.checker.statements.symmetric import SymmetricPoint, SymmetricPoints, runs
from verify.producer.report import figures
from verify.producer.symmetry.reduced import SymmetricStudent
from verify.producer.symmetry.tables import diagram, sizes

TYPES, FAMILIES = Path("certificates/symmetric-minima"), Path("certificates/arjevani-field")
DOCS = Path("docs")
HEAD = """# What was proved of symmetric critical points

Made by `python benchmarks/symmetric_tables.py` from the certificates under
`certificates/symmetric-minima` and `certificates/arjevani-field`, each checked while it was made.
The theorems are in [SYMMETRY.md](SYMMETRY.md), the branches in `verify/producer/symmetry/families.py` and
`verify/producer/symmetry/wider.py`. ReLU, orthonormal teacher, every input dimension d >= k. At a type that
is not listed the branch was not found: nothing is claimed there, nor that there are no other
critical points at any type.
"""


def main() -> None:
    """Check, then write."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    branches = {name: _load(TYPES, f"{name}-k*.json") for name in ("type-ii", "type-i", "mixed")}
    wider = {name: _load(TYPES, f"wider-{name}.json") for name in ("split-1", "split-2", "against", "towards")}
    families = {name: _load(FAMILIES, f"{name}.json") for name in ("type-ii", "type-a", "type-i")}
    for name in ("type-ii", "type-i"):
        _write(f"symmetric-types-{name}.png", branches[name])
    for name, points in families.items():
        _write(f"symmetric-{name}.png", points)
    _write("symmetric-split-1.png", wider["split-1"])
    _write("symmetric-split-2.png", wider["split-2"])
    text = [HEAD, *_square(branches), *_wider(wider)]
    (DOCS / "SYMMETRY_TABLES.md").write_text("\n".join(text), encoding="utf-8")


def _load(folder: Path, pattern: str) -> list[SymmetricPoint]:
    points: list[SymmetricPoint] = []
    for path in sorted(folder.glob(pattern)):
        verdict = Session().check(path)
        if not (isinstance(verdict, Verified) and isinstance(verdict.statement, SymmetricPoints)):
            sys.exit(f"{path} is {verdict.name}")
        points += verdict.statement.points
        print(f"{path}: {len(verdict.statement.points)} points", file=sys.stderr)
    return points


def _write(name: str, points: Sequence[SymmetricPoint]) -> None:
    from verify.checker.statements.teacher_student import RELU

    figures.save(figures.draw(SymmetricPoints(RELU, tuple(points)), figures.PROVED), DOCS / name)  # they are: `_proved`


def _square(branches: dict[str, list[SymmetricPoint]]) -> list[str]:
    total = sum(map(len, branches.values()))
    minima = sum(point.is_minimum for points in branches.values() for point in points)
    text = [
        "## n = k, type by type",
        "",
        f"{total} points for k = 6..100: {minima} spurious minima and {total - minima} saddles.",
        "",
        f"At {_split(branches)} of the {minima} minima some neuron is proved to split into a saddle.",
        f"The largest sum of |w_i| less k at a minimum is {_excess(branches):.2g} (floating point), so the",
        "hypothesis of Safran, Yehudai & Shamir's Theorem 14 holds at each, as far as floating point tells.",
        "",
        "Type II:",
        "",
        *_pictures("types-type-ii"),
        "Type I:",
        "",
        *_pictures("types-type-i"),
        "",
        "The sizes q of the last group, flipped, at which the branch's point is a minimum (m) or a saddle (s):",
        "",
        "| k | type II (p, q): m | s | type I (p, q): m | s | mixed (p, 1, q): m | s |",
        "|---|---|---|---|---|---|---|",
    ]
    for k in range(6, 101):
        cells = []
        for points in branches.values():
            here = [point for point in points if point.symmetry.columns == k]
            for wanted in (True, False):
                cells.append(runs(p.symmetry.groups[-1] for p in here if p.is_minimum == wanted) or "-")
        text.append(f"| {k} | {' | '.join(cells)} |")
    return [*text, "", *_pictures("type-ii", "type-a", "type-i"), ""]


def _pictures(*names: str) -> list[str]:
    return [line for name in names for line in (f"![{name}](symmetric-{name}.png)", "")]


def _excess(branches: dict[str, list[SymmetricPoint]]) -> float:
    """The largest sum of the neurons' lengths less k, over the minima."""
    excess = [
        np.linalg.norm(SymmetricStudent(point.symmetry, point.values).dense(), axis=1).sum() - point.symmetry.columns
        for points in branches.values()
        for point in points
        if point.is_minimum
    ]
    return float(max(excess))


def _split(branches: dict[str, list[SymmetricPoint]]) -> int:
    return sum(bool(point.splits) for points in branches.values() for point in points)


def _wider(wider: dict[str, list[SymmetricPoint]]) -> list[str]:
    pairs = {
        point.pair
        for points in wider.values()
        for point in points
        if point.property == "spurious-local-minimum" and point.symmetry.extra_rows == 1
    }
    new = sorted(k for k, n in pairs - PUBLISHED)
    text = [
        "## n = k + 1",
        "",
        f"Pairs (k, k + 1) with a certified spurious minimum: k = {runs(k for k, _ in pairs)}. Safran & Shamir's "
        f"Theorem 1 has (8, 9), (10, 11), ..., (19, 20); k = {runs(new)} are not in that list, the one compared with.",
        "",
        "| branch | groups | minimum for k | saddle for k |",
        "|---|---|---|---|",
    ]
    rows: list[tuple[str, str, Callable[[SymmetricPoint], bool]]] = [
        ("split-1", "(k - 1, 1)", lambda point: True),
        ("against", "(k - 2, 2)", lambda point: point.symmetry.groups[-1] == 2),
        ("towards", "(k - 4, 4)", lambda point: point.symmetry.groups[-1] == 4),
    ]
    for name, groups, wanted in rows:
        points = [point for point in wider[name] if wanted(point)]
        text.append(f"| {name} | {groups} | {sizes(points, minimum=True)} | {sizes(points, minimum=False)} |")
    text += ["", *_pictures("split-1")]
    for name in ("against", "towards"):
        text += [f"The branch *{name}* by type, q = 1, 2, ... from the left:", "", "```text"]
        text += [*diagram(wider[name], 6, 40), "```", ""]
    points = wider["split-2"]
    text += [
        "## n = k + 2",
        "",
        "The branch *split 2*, groups (k - 2, 1, 1): two flipped neurons, each split in two. It is a spurious",
        f"minimum for k = {sizes(points, minimum=True)} and a saddle for k = {sizes(points, minimum=False)}.",
        "",
        *_pictures("split-2"),
    ]
    return text


if __name__ == "__main__":
    main()
