"""The phase diagram of two teachers: certificates of many pieces, how long they take to check, and a picture.

`python benchmarks/teachers.py` makes what is missing of `benchmarks/certificates/two-neurons/`: a certificate for each
rectangle of norms' ratios and angles without a spurious minimum, and a manifest that binds those of the ratios from
9/50 on; for each range of ratios with exactly one, at right angles, and a manifest of all of them; and for narrow
ranges of angles that have one at least down to the ratio 0. What is there already and checks is kept, so that it goes
on where it was interrupted. `--jobs` and `--executor` are those of `verify prove`. Then the checker checks the folder
in a process of its own; its time, with that of its workers, and its memory are printed, and with `--write` put into
docs/BENCHMARKS.md and the picture of what was verified into docs/two_neuron_teachers.png. `--check` makes nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from sections import put_section
from verify.proofs.two_neurons import EVERY

from verify.checker.public import MANIFEST_FORMAT, Certificate, Statement, read
from verify.checker.statements.two_neuron_teachers import (
    NO_SPURIOUS,
    ONE_SPURIOUS,
    SPURIOUS,
    Range,
    StatementOfTeachers,
    TwoNeuronTeachers,
)
from verify.producer.executors import workers
from verify.producer.files import write_whole
from verify.producer.parts import Part, write_parts
from verify.producer.prover.certificate import Certificate as Made
from verify.producer.prover.certificate import pretty, seal
from verify.producer.prover.covers.one_spurious_minimum import certify_one_spurious_minimum
from verify.producer.prover.covers.spurious_minima import certify_spurious_minima
from verify.producer.prover.covers.two_neurons import certify_every_teacher
from verify.producer.report.figures import save

ROOT = Path(__file__).parents[1]
LEAST = (
    (7, "1/8"),
    (15, "3/25"),
    (17, "1/8"),
    (19, "13/100"),
    (21, "27/200"),
    (23, "7/50"),
    (25, "3/20"),
    (27, "33/200"),
)
"""Up to which angle, in tenths, the smallest ratio is this one: some 5 % above where spurious minima begin."""
FIRST, LAST = 7, 26
SMALL = 5
"""An angle for which there is one rectangle more, the heaviest."""
BOUND = Fraction(9, 50)
MIDDLE = Fraction(1, 2)
LEAST_DRAWN = 0.01
"""The ratio at which the picture ends; what is proved goes on below."""
MANIFEST = "manifest.json"
MOST_SECONDS, MOST_KILOBYTES = 1_800, 500_000
"""For a million pieces of covers, and for each process."""
FOLDER = ROOT / "benchmarks" / "certificates" / "two-neurons"
ONE_FROM = tuple(Fraction(1, n) for n in (64, 50, 40, 32, 25, 20, 16))
"""Ends of ranges of ratios with exactly one spurious minimum each."""
EXISTENCE = {tenth: Fraction(1, 12) for tenth in (8, 10, 12, 14, 18, 20)} | {22: Fraction(1, 16), 24: Fraction(1, 16)}
"""Angles in tenths at which there is one at least, for every ratio up to this."""
NARROW = Fraction(1, 10_000)
"""How far from these angles."""

Make = Callable[[Range, Range], Made]


class Family(NamedTuple):
    """Certificates of one property; those whose names begin with `part` are parts of a manifest of all of `whole`."""

    property: str
    make: Make
    regions: dict[str, TwoNeuronTeachers]
    whole: TwoNeuronTeachers | None


def families() -> tuple[Family, ...]:
    """What is proved."""
    rights = EVERY[1]
    slices = {
        f"part-{high.denominator}-{low.denominator}.json": TwoNeuronTeachers((low, high), rights)
        for low, high in pairwise(ONE_FROM)
    }
    strips = {
        f"angle-{tenth:02}.json": TwoNeuronTeachers(
            (Fraction(0), most), (Fraction(tenth, 10) - NARROW, Fraction(tenth, 10) + NARROW)
        )
        for tenth, most in EXISTENCE.items()
    }
    none = TwoNeuronTeachers((BOUND, Fraction(1)), (Fraction(FIRST, 10), Fraction(LAST, 10)))
    one = TwoNeuronTeachers((ONE_FROM[0], ONE_FROM[-1]), rights)
    return (
        Family(NO_SPURIOUS, certify_every_teacher, regions(), none),
        Family(ONE_SPURIOUS, certify_one_spurious_minimum, slices, one),
        Family(SPURIOUS, certify_spurious_minima, strips, None),
    )


def regions() -> dict[str, TwoNeuronTeachers]:
    """Without a spurious minimum, by the names of files; those of the manifest begin with `part`."""
    found = {}
    for tenth in (SMALL, *range(FIRST, LAST)):
        angles = Fraction(tenth, 10), Fraction(tenth + 1, 10)
        least = next(Fraction(ratio) for end, ratio in LEAST if tenth < end)
        for name, low, high in (("low", least, BOUND), ("part", BOUND, MIDDLE), ("part", MIDDLE, Fraction(1))):
            if low < high and (tenth != SMALL or name == "low"):
                file = f"{name}-{tenth:02}-{high.numerator}-{high.denominator}.json"
                found[file] = TwoNeuronTeachers((low, high), angles)
    return found


def made(family: Family, folder: Path, jobs: int, executor: str | None) -> None:
    """Write what is missing of a family, and its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        Part(name, partial(family.make, region.ratios, region.angles), partial(_settles, region, family.property))
        for name, region in family.regions.items()
    ]
    with workers(jobs, executor) as pool:
        digests = write_parts(parts, folder, _told, pool)
    if family.whole is not None:
        bind(family.whole, folder, digests)


def bind(whole: TwoNeuronTeachers, folder: Path, digests: dict[str, str]) -> None:
    """Write the manifest of the files that begin with `part`."""
    some = json.loads((folder / next(iter(digests))).read_text())["statement"]
    (a, b), (c, e) = whole.ratios, whole.angles
    sides = {"ratios": [str(a), str(b)], "angles": [str(c), str(e)]}
    statement = {**some, "landscape": {**some["landscape"], **sides}}
    named = [{"file": file, "digest": digest} for file, digest in sorted(digests.items()) if file.startswith("part")]
    write_whole(folder / MANIFEST, pretty(seal(MANIFEST_FORMAT, statement, {"parts": named}, {})) + "\n")


def _settles(region: TwoNeuronTeachers, name: str, statement: Statement) -> bool:
    return statement == StatementOfTeachers(region, name)


def _told(what: str, done: int, count: int) -> None:
    print(f"\r{done} of {count}: {what}   ", end="", file=sys.stderr, flush=True)


def checked(folder: Path, jobs: int) -> list[str]:
    """Rows of what one run of the checker takes for each family. Raises SystemExit beyond the floors."""
    rows = [
        "| property | certificates | pieces | bytes | CPU s to check | largest process, MB |",
        "|---|---|---|---|---|---|",
    ]
    for family in families():
        part = folder / family.property
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "verify.checker", str(part), "--jobs", str(jobs), "--time-limit", "1800"]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)  # with the workers, which the checker waits for
        if ended.returncode:
            raise SystemExit(ended.stdout[-2_000:] + ended.stderr)
        leaves = sum(_leaves(read(part / name)) for name in family.regions)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        size = sum(path.stat().st_size for path in part.iterdir())
        too_slow = family.property != SPURIOUS and spent / MOST_SECONDS * 1_000_000 > leaves  # cells are no pieces
        if too_slow or after.ru_maxrss > MOST_KILOBYTES:
            raise SystemExit(f"{spent:.0f} CPU s and {after.ru_maxrss} kB for {leaves} pieces are beyond the floors")
        cells = [len(family.regions), f"{leaves:,}", f"{size:,}", f"{spent:.0f}", f"{after.ru_maxrss / 1_000:.0f}"]
        rows.append(f"| `{family.property}` | " + " | ".join(map(str, cells)) + " |")
    return rows


def _leaves(content: object) -> int:
    """Of a certificate's covers and cells."""
    if not isinstance(content, Certificate):
        return 0
    covers = [cover.tree.leaves for cover in getattr(content.witness, "covers", ())]
    cells = getattr(content.witness, "cells", None)
    return sum(covers) + (cells.leaves if cells is not None else 0)


def drawn() -> Figure:
    """The rectangles; call it after they have been checked."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot(xlabel="angle between the teachers, radians", ylabel="ratio of their norms, log scale")
    for region in regions().values():
        (low, high), (start, end) = region.ratios, region.angles
        place = (float(start), float(low)), float(end - start), float(high - low)
        axes.add_patch(Rectangle(*place, facecolor="#9ecae1", edgecolor="white", linewidth=0.5))
    _, one, some = families()
    for ends, angle, colour, words in (
        *((region.ratios, region.angles, "#fdae6b", "") for region in some.regions.values()),
        (EVERY[0], EVERY[1], "#fdae6b", "a spurious minimum, down to the ratio 0"),
        (one.whole.ratios, EVERY[1], "#d94801", "exactly one spurious minimum"),  # type: ignore[union-attr]
    ):
        (low, high), at = (max(float(end), LEAST_DRAWN) for end in ends), float(sum(angle)) / 2
        axes.plot([at] * 2, [low, high], color=colour, linewidth=3, label=words or None)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    axes.annotate("no spurious minimum", (1.3, 0.45))
    axes.set(xlim=(0, 3.1416), ylim=(LEAST_DRAWN, 1), yscale="log")
    axes.set_title("Two ReLU students and two teachers: proved, for every d")
    return figure


def main() -> None:
    """Make, check, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--executor", default=None)
    parser.add_argument("--check", action="store_true", help="make nothing")
    parser.add_argument("--write", action="store_true", help="put the table and the picture into docs/")
    options = parser.parse_args()
    if not options.check:
        for family in families():
            made(family, options.folder / family.property, options.jobs, options.executor)
    text = "\n".join(checked(options.folder, options.jobs))
    print(text)
    if options.write:
        put_section(ROOT / "docs" / "BENCHMARKS.md", "Two teachers", text)
        save(drawn(), ROOT / "docs" / "two_neuron_teachers.png")


if __name__ == "__main__":
    sys.exit(main())
