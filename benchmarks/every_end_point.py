"""Decide every end point of 1,000 random runs for n = k in 6..20 and n = k + 1: minimum, saddle, or why not.

    python benchmarks/every_end_point.py --output docs/END_POINTS.md [--runs 1000] [--certificates FOLDER]

Prints a Markdown table. Each point counted as decided has a certificate that the checker
verified in this run; with --certificates the files are kept, and finished pairs are not
done again.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from pathlib import Path

from verify import NotCertified, ReLUTeacherStudent, certify
from verify.files import write_whole
from verify.search import search
from verify.search.descent import PAPER

HEADER = """\
# Every end point, decided

What `verify search` finds from random starts alone (the paper's initialisation, seed 0), and what
each distinct end point (up to the order of neurons and of coordinates) was proved to be: a spurious strict
local minimum for every d >= k, a saddle for every d >= k, or not certified, with the reason below. "Global"
counts the runs that were stopped at a loss below 1e-3; nothing is proved about those.

Made by `python benchmarks/every_end_point.py --runs {runs} --output docs/END_POINTS.md`
({machine}; the search's threads: one).

| k | n | runs | global | unfinished | end points | spurious minima | saddles | not certified | \
smallest Hessian bound | seconds |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--certificates", type=Path)
    options = parser.parse_args()
    rows, reasons = [], []
    for k, n in [(k, k) for k in range(6, 21)] + [(k, k + 1) for k in range(6, 21)]:
        record = decide(k, n, options.runs, options.certificates)
        rows.append("| " + " | ".join(str(record[name]) for name in COLUMNS) + " |\n")
        reasons += [f"- k = {k}, n = {n}: {reason}\n" for reason in record["reasons"]]
        machine = f"Python {platform.python_version()}, {platform.machine()}"
        notes = "\nNot certified:\n\n" + "".join(reasons) if reasons else "\nEvery end point was decided.\n"
        write_whole(options.output, HEADER.format(runs=options.runs, machine=machine) + "".join(rows) + notes)
        print(rows[-1], end="", flush=True)


COLUMNS = ("k", "n", "runs", "global", "unfinished", "points", "minima", "saddles", "open", "bound", "seconds")


def decide(k: int, n: int, runs: int, folder: Path | None) -> dict[str, object]:
    """Search, certify every candidate, and count."""
    kept = folder / f"k{k:02}-n{n:02}.record" if folder else None
    if kept and kept.is_file():
        return json.loads(kept.read_text())
    start = time.perf_counter()
    landscape = ReLUTeacherStudent.orthonormal(k)
    found = search(landscape, n, runs=runs, seed=0, directed=False, protocol=PAPER)
    counts: Counter[str] = Counter()
    bounds, reasons = [], []
    for index, candidate in enumerate(found.candidates):
        try:
            certificate = certify(landscape, candidate.student)
        except NotCertified as error:
            counts["open"] += 1
            reasons.append(f"loss {candidate.loss:.8f}, reached by {candidate.count} runs: {error}")
            continue
        statement = certificate.statement
        counts[statement.property if statement.every_dimension else "one dimension"] += 1
        if hasattr(statement, "hessian_lower_bound"):
            bounds.append(float(statement.hessian_lower_bound))
        if folder:
            certificate.save(folder / f"k{k:02}-n{n:02}-{index:03}.json")
    record = {
        "k": k,
        "n": n,
        "runs": runs,
        "global": found.global_runs,
        "unfinished": found.unfinished,
        "points": len(found.candidates),
        "minima": counts["spurious-local-minimum"],
        "saddles": counts["saddle"],
        "open": counts["open"] + counts["one dimension"],
        "bound": f"{min(bounds):.2g}" if bounds else "-",
        "seconds": round(time.perf_counter() - start),
        "reasons": reasons,
    }
    if kept:
        write_whole(kept, json.dumps(record))
    return record


if __name__ == "__main__":
    main()
