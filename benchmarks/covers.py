"""Covers: pieces, bytes and CPU seconds of the committed certificates, and plain Krawczyk bisection beside them.

`python benchmarks/covers.py` prints a table; `--write` puts it into docs/BENCHMARKS.md. The floors are those of the
task: one core, balls of 64 bits. Plain bisection is what a general solver of equations does: a piece is left out if an
equation has no zero in it by interval evaluation or by a Newton step, and kept if Krawczyk's test proves one zero; no
symmetry, no inequality, no divided difference, no curvature. It is this project's own, not IntervalRootFinding.jl.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from flint import arb, ctx
from sections import put_section

from verify.checker.core.balls import ball
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.subdivision import Box
from verify.checker.losses.conditions import Conditions
from verify.checker.losses.two_neurons import TwoNeurons
from verify.checker.public import Verified, prove, read
from verify.checker.statements.cover_witness import Zero
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape, identity
from verify.checker.theorems.cover import prove_one_zero, tests_of
from verify.checker.theorems.two_neurons import teachers

ROOT = Path(__file__).parents[1]
FLOORS = {  # nodes, seconds of CPU, bytes
    "tian-2017/one-neuron": (50, 0.1, None),
    "two-neurons/no-spurious-minimum": (2_000, 2.0, 10_000),
    "two-neurons/critical-points-1": (2_000, 2.0, 10_000),
    "wu-luo-lee-2018/critical-points": (4_000, 2.0, None),
    "two-neurons/critical-points-2": (10_000, 10.0, None),
    "two-neurons/critical-points-8": (10_000, 10.0, None),
    "two-neurons/critical-points-16": (20_000, None, None),
}
MOST = 40_000
"""Pieces after which plain bisection is given up."""
AWAY = ("1/4", "1/16", "1/64")
"""Angles of the two students below which plain bisection does not look."""


@dataclass(frozen=True)
class Plain:
    """Equations alone."""

    system: TwoNeurons

    def conditions(self, unknowns):  # type: ignore[no-untyped-def]
        """Without inequalities."""
        return Conditions(self.system.conditions(unknowns).zeros, [])

    def within_domain(self, piece):  # type: ignore[no-untyped-def]
        """All of it."""
        return piece

    def images(self, piece):  # type: ignore[no-untyped-def]
        """Itself."""
        return [piece]

    def excludes(self, piece) -> bool:  # type: ignore[no-untyped-def]
        """No test of its own."""
        return False


def bisection(system: Plain, box: Box) -> tuple[int, int, bool]:
    """Pieces looked at, those with one zero, and whether it ended before `MOST`."""
    sign, _, newton, _, _ = tests_of(system, ())
    waiting, pieces, zeros = [box], 0, 0
    while waiting and pieces < MOST:
        piece = waiting.pop()
        pieces += 1
        balls = [ball(low).union(ball(high)) for low, high in piece]
        if sign(balls) or newton(balls):
            continue
        if _has_one_zero(system, piece):
            zeros += 1
            continue
        side = max(range(len(piece)), key=lambda i: piece[i][1] - piece[i][0])
        low, high = piece[side]
        for half in ((low, (low + high) / 2), ((low + high) / 2, high)):
            waiting.append((*piece[:side], half, *piece[side + 1 :]))
    return pieces, zeros, not waiting


def _has_one_zero(system: Plain, piece: Box) -> bool:
    """Krawczyk's test on the cube around the piece."""
    center = tuple((low + high) / 2 for low, high in piece)
    try:
        prove_one_zero(system, Zero(center, max((high - low) / 2 for low, high in piece)))
    except (Open, Refuted):
        return False
    return True


def committed() -> list[str]:
    """A row for each certificate with a floor. Raises SystemExit where one is not met."""
    rows = ["| certificate | nodes | CPU s to check | bytes | floor |", "|---|---|---|---|---|"]
    for name, (nodes, seconds, size) in FLOORS.items():
        path = ROOT / "certificates" / f"{name}.json"
        certificate = read(path)
        found = sum(2 * cover.tree.leaves - 1 for cover in certificate.witness.covers)  # type: ignore[union-attr]
        spent = min(_seconds(certificate) for _ in range(3))
        length = path.stat().st_size
        limits = [(found, nodes, "nodes"), (spent, seconds, "s"), (length, size, "bytes")]
        floor = ", ".join(f"{limit:,} {unit}" for _, limit, unit in limits if limit is not None)
        if any(limit is not None and value > limit for value, limit, _ in limits):
            raise SystemExit(f"{name}: {found} nodes, {spent:.2f} s, {length} bytes are beyond {floor}")
        rows.append(f"| {name} | {found:,} | {spent:.2f} | {length:,} | {floor} |")
    return rows


def _seconds(certificate) -> float:  # type: ignore[no-untyped-def]
    start = time.process_time()
    if not isinstance(prove(certificate), Verified):
        raise SystemExit("a committed certificate is not verified")
    return time.process_time() - start


def plain() -> list[str]:
    """Rows of plain bisection on the same equations, away from parallel students."""
    rows = ["| plain bisection, angles from | pieces | with one zero | ended | CPU s |", "|---|---|---|---|---|"]
    landscape = TeacherStudentLandscape(RELU, identity(2), True, 2)
    for least in AWAY:
        box = ((Fraction(-22, 7), Fraction(22, 7)), (Fraction(least), Fraction(22, 7)))
        start = time.process_time()
        with ctx.workprec(64):
            pieces, zeros, ended = bisection(Plain(TwoNeurons(teachers(landscape), arb.pi())), box)
        spent = time.process_time() - start
        rows.append(f"| {least} | {pieces:,} | {zeros} | {'yes' if ended else 'no'} | {spent:.1f} |")
    return rows


def main() -> None:
    """Print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/BENCHMARKS.md")
    options = parser.parse_args()
    text = "\n".join([*committed(), "", *plain()])
    print(text)
    if options.write:
        put_section(ROOT / "docs" / "BENCHMARKS.md", "Covers", text)


if __name__ == "__main__":
    sys.exit(main())
