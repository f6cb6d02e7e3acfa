"""The phase diagram of two teachers: certificates of many pieces, how long they take to check, and a picture.

`python benchmarks/teachers.py FOLDER` writes one certificate for each rectangle of norms' ratios and angles, and a
manifest that binds those of the ratios from 9/50 on; what is there already and checks is kept, so that it goes on
where it was interrupted. `--jobs` and `--executor` are those of `verify prove`. Then the checker checks the folder in
a process of its own; its time and memory are printed, and with `--write` put into docs/BENCHMARKS.md and the picture
of what was verified into docs/two_neuron_teachers.png. The certificates are not committed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from fractions import Fraction
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from sections import put_section

from verify.checker.public import MANIFEST_FORMAT, Certificate, Statement, Verified, prove, read
from verify.checker.statements.cover_witness import CoverWitness
from verify.checker.statements.two_neuron_teachers import StatementOfTeachers, TwoNeuronTeachers
from verify.producer.executors import workers
from verify.producer.files import write_whole
from verify.producer.parts import Part, write_parts
from verify.producer.prover.certificate import pretty, seal
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
RIGHT = Fraction(11, 7)
LEAST_DRAWN = 0.01
"""The ratio at which the picture ends; what is proved goes on below."""
MANIFEST = "manifest.json"
MOST_SECONDS, MOST_KILOBYTES = 1_800, 500_000


def regions() -> dict[str, TwoNeuronTeachers]:
    """By the names of files; those of the manifest begin with `part`."""
    found = {}
    for tenth in (SMALL, *range(FIRST, LAST)):
        angles = Fraction(tenth, 10), Fraction(tenth + 1, 10)
        least = next(Fraction(ratio) for end, ratio in LEAST if tenth < end)
        for name, low, high in (("low", least, BOUND), ("part", BOUND, MIDDLE), ("part", MIDDLE, Fraction(1))):
            if low < high and (tenth != SMALL or name == "low"):
                file = f"{name}-{tenth:02}-{high.numerator}-{high.denominator}.json"
                found[file] = TwoNeuronTeachers((low, high), angles)
    return found


def made(folder: Path, jobs: int, executor: str | None) -> None:
    """Write what is missing, and the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [
        Part(name, partial(certify_every_teacher, region.ratios, region.angles), partial(_settles, region))
        for name, region in regions().items()
    ]
    with workers(jobs, executor) as pool:
        digests = write_parts(parts, folder, _told, pool)
    some = json.loads((folder / parts[-1].file).read_text())["statement"]
    sides = {"ratios": [str(BOUND), "1"], "angles": [str(Fraction(FIRST, 10)), str(Fraction(LAST, 10))]}
    statement = {**some, "landscape": {**some["landscape"], **sides}}
    named = [{"file": file, "digest": digest} for file, digest in sorted(digests.items()) if file.startswith("part")]
    write_whole(folder / MANIFEST, pretty(seal(MANIFEST_FORMAT, statement, {"parts": named}, {})) + "\n")


def _settles(region: TwoNeuronTeachers, statement: Statement) -> bool:
    return isinstance(statement, StatementOfTeachers) and statement.landscape == region


def _told(what: str, done: int, count: int) -> None:
    print(f"\r{done} of {count}: {what}   ", end="", file=sys.stderr, flush=True)


def checked(folder: Path, jobs: int) -> list[str]:
    """Rows of what one run of the checker takes. Raises SystemExit where not all is verified, or beyond the floors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "verify.checker", str(folder), "--jobs", str(jobs), "--time-limit", "1800"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode:
        raise SystemExit(ended.stdout[-2_000:] + ended.stderr)
    contents = [read(folder / name) for name in regions()]
    leaves = sum(
        cover.tree.leaves
        for content in contents
        if isinstance(content, Certificate) and isinstance(content.witness, CoverWitness)
        for cover in content.witness.covers
    )
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    size = sum((folder / name).stat().st_size for name in regions())
    if max(spent / MOST_SECONDS * 1_000_000 / leaves, after.ru_maxrss / MOST_KILOBYTES) > 1:
        raise SystemExit(f"{spent:.0f} CPU s and {after.ru_maxrss} kB for {leaves} pieces are beyond the floors")
    megabytes = after.ru_maxrss / 1_000
    return [
        "| rectangles of teachers | pieces | bytes | CPU s to check | wall s, jobs | largest process, MB |",
        "|---|---|---|---|---|---|",
        f"| {len(contents)} | {leaves:,} | {size:,} | {spent:.0f} | {wall:.0f}, {jobs} | {megabytes:.0f} |",
    ]


def drawn() -> Figure:
    """The rectangles; call it after they have been checked."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot(xlabel="angle between the teachers, radians", ylabel="ratio of their norms, log scale")
    for region in regions().values():
        (low, high), (start, end) = region.ratios, region.angles
        place = (float(start), float(low)), float(end - start), float(high - low)
        axes.add_patch(Rectangle(*place, facecolor="#9ecae1", edgecolor="white", linewidth=0.5))
    for file, colour, words in (
        ("spurious-minima.json", "#fdae6b", "a spurious minimum, down to the ratio 0"),
        ("one-spurious-minimum.json", "#d94801", "exactly one spurious minimum"),
    ):
        certificate = read(ROOT / "certificates" / "two-neurons" / file)
        if not isinstance(certificate, Certificate) or not isinstance(prove(certificate), Verified):
            raise SystemExit(f"{file} is not verified")
        low, high = (max(float(end), LEAST_DRAWN) for end in certificate.statement.landscape.ratios)
        axes.plot([float(RIGHT)] * 2, [low, high], color=colour, linewidth=3)
        axes.annotate(words, (float(RIGHT) + 0.05, (low * (low + high) / 2) ** 0.5), va="center")
    axes.annotate("no spurious minimum", (1.3, 0.45))
    axes.set(xlim=(0, 3.1416), ylim=(LEAST_DRAWN, 1), yscale="log")
    axes.set_title("Two ReLU students and two teachers: proved, for every d")
    return figure


def main() -> None:
    """Make, check, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--executor", default=None)
    parser.add_argument("--write", action="store_true", help="put the table and the picture into docs/")
    options = parser.parse_args()
    made(options.folder, options.jobs, options.executor)
    text = "\n".join(checked(options.folder, options.jobs))
    print(text)
    if options.write:
        put_section(ROOT / "docs" / "BENCHMARKS.md", "Two teachers", text)
        save(drawn(), ROOT / "docs" / "two_neuron_teachers.png")


if __name__ == "__main__":
    sys.exit(main())
