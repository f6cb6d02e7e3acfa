"""How long the work of those who wait takes, over what it took at an earlier commit: ratios of CPU seconds.

    python benchmarks/speed.py --before 9d79f36 --output docs/BENCHMARKS.md

Run from the repository's root. Both versions run in turn, each piece of work in a process of its own, on the same
files: the committed certificates as they are now, those that the earlier version has too. CPU seconds, of user and
system together, so that other users of the machine disturb little; the least of some rounds counts. The published
points of Safran & Shamir are proved and checked where their files are at hand (`--points FOLDER`), by both in the tier
arb, which is all that the earlier version's prover asks, and here in float64 too.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sections import put_section

HEADING = "Speed, before and after"
CERTIFICATES = Path("certificates")
CHECKED = {
    "a small certificate": ["safran-shamir-2018/k06-n06.json"],
    "k = n = 20, in arb": ["safran-shamir-2018/k20-n20.json"],
    "the 26 pairs of Safran & Shamir": ["safran-shamir-2018"],
    "a table of symmetric points (type I, k = 61 to 75)": ["symmetric-minima/type-i-k061-k075.json"],
    "a table with more neurons than targets": ["symmetric-minima/wider-towards.json"],
    "splittings of all types": ["safran-yehudai-shamir-2021/splitting-types.json"],
    "every k, one neuron more": ["spurious-minima-for-every-k/one-neuron-more.json"],
    "nearly all teachers, k = n = 20": ["nearly-all-teachers/k20-n20.json"],
    "k = n = 50, in float64": ["large-minima/k050-n050.json"],
}
PROVE = """
import json, sys, time
from pathlib import Path
import numpy as np
from scipy.io import loadmat
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.prover import certify
folder, output, trust = sys.argv[1:]
options = {"trust": trust} if trust else {}
seconds, count = 0.0, 0
for path in sorted(Path(folder).glob("newExp-*.mat")):
    points = loadmat(path, variable_names=["WbadNew"])["WbadNew"]
    for point in np.moveaxis(points.reshape(*points.shape[:2], -1), -1, 0).swapaxes(1, 2):
        start = time.process_time()
        found = certify(TeacherStudent("relu", np.eye(point.shape[1])), point, **options)
        seconds += time.process_time() - start
        found.save(Path(output) / f"{count:03}.json")
        count += 1
print(json.dumps([count, seconds]))
"""


def main() -> None:
    """Measure, and put the section into the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--before", metavar="COMMIT", default="9d79f36", help="what to compare with (default: %(default)s)"
    )
    parser.add_argument("--points", type=Path, metavar="FOLDER", help="of the published points, newExp-*.mat")
    parser.add_argument("--all", action="store_true", help="check all committed certificates too")
    parser.add_argument("--rounds", type=int, default=3, help="of each piece of work (default: %(default)s)")
    parser.add_argument("--output", type=Path, help="the report to put the section into; else it is printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        subprocess.run(
            ["git", "worktree", "add", "--detach", "-f", before, options.before], check=True, capture_output=True
        )
        try:
            rows = []
            for row in measured(before, options, Path(folder)):
                print(line(*row), file=sys.stderr, flush=True)
                rows.append(row)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", before], check=True)
    text = report(options.before, rows)
    if options.output:
        put_section(options.output, HEADING, text)
    else:
        print(text)


def measured(before: Path, options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, float | None, float]]:
    """What was done, and the CPU seconds before, where it could be done, and now."""
    here = Path.cwd()
    for name, files in CHECKED.items():
        paths = [str(here / CERTIFICATES / file) for file in files]
        yield compared(f"check: {name}", ["-m", "verify.checker", "-q", *paths], before, here, options.rounds)
    if options.all:
        every = sorted(str(path) for path in (before / CERTIFICATES).rglob("*.json"))
        yield compared("check: all certificates of before", ["-m", "verify.checker", "-q", *every], before, here, 1)
    yield (
        "definiteness at N = 400 in float64, by dpotrf (ratios, no seconds)",
        *(to_dpotrf(tree) for tree in (before, here)),
    )
    if options.points:
        made = {tier: folder / f"made-{tier or 'before'}" for tier in ("", "arb", "float64")}
        for path in made.values():
            path.mkdir()
        arguments = {tier: ["-c", PROVE, str(options.points.resolve()), str(path), tier] for tier, path in made.items()}
        count, first = proved(arguments[""], before)
        yield f"prove: {count} published points, in arb", first, proved(arguments["arb"], here)[1]
        yield f"prove: {count} published points, in float64 (before: arb)", first, proved(arguments["float64"], here)[1]
        check = ["-m", "verify.checker", "-q", "--trust", "float64", str(made["float64"])]
        yield compared(f"check: {count} published points, in float64", check, before, here, options.rounds)


def compared(name: str, arguments: list[str], before: Path, here: Path, rounds: int) -> tuple[str, float | None, float]:
    """The least CPU seconds of a process, before and now, in turn."""
    seconds: dict[Path, list[float]] = {before: [], here: []}
    for _ in range(rounds):
        for tree, found in seconds.items():
            start = spent()
            run(arguments, tree)
            found.append(spent() - start)
    return name, min(seconds[before]), min(seconds[here])


def proved(arguments: list[str], tree: Path) -> tuple[int, float]:
    """How many points, and the CPU seconds that their proofs took in one process, without its start."""
    count, seconds = json.loads(run(arguments, tree))
    return count, seconds


def to_dpotrf(tree: Path) -> float:
    """How many times longer the tier float64 takes to prove a matrix definite than LAPACK to factorise it, in turn."""
    here = str(Path(__file__).parent)
    measure = f"import sys; sys.path.insert(0, {here!r}); import definiteness; print(definiteness.both(20)[0])"
    return float(run(["-c", measure], tree))


def run(arguments: list[str], tree: Path) -> str:
    """A program of the version in this folder; its output. All must be verified."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def spent() -> float:
    """CPU seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def line(name: str, first: float | None, second: float) -> str:
    """A row of the table."""
    return (
        f"| {name} | {first:.2f} | {second:.2f} | {second / first:.2f} |" if first else f"| {name} | | {second:.2f} | |"
    )


def report(before: str, rows: list[tuple[str, float | None, float]]) -> str:
    """The section."""
    lines = [
        f"Made by `python benchmarks/speed.py {' '.join(sys.argv[1:])}`: Python "
        f"{platform.python_version()}, {platform.machine()}; before: commit {before}. "
        "CPU seconds, both versions in turn.\n",
        "| what | before (s) | now (s) | now / before |",
        "|---|---|---|---|",
    ]
    lines += [line(*row) for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
