"""Three ReLU neurons and an orthonormal teacher: an attempt at "every local minimum is global", in floating point.

    python benchmarks/three_neurons.py --sample 3000 --times 8      how many pieces a cover has, by sampling
    python benchmarks/three_neurons.py --whole FOLDER --seconds 600  the cover itself; run again, it goes on
    python benchmarks/three_neurons.py --points                      critical points that a search meets

The pieces are boxes of directions, six unknowns; the tests are those of `three_neuron_tests.py`. Truncation errors are
bounded, rounding is not: so a cover that ends here is no proof, and no certificate is written. With `--write` the
tables go into docs/BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sections import put_section
from taylor_models import Array
from three_neuron_points import critical_points, furthest_from_cores
from three_neuron_tests import KNOWN, TESTS, Boxes, judged

ROOT = Path(__file__).parents[1]
CHUNK = 512
"""Boxes that are judged together: their arrays fit into the cache."""
DEPTH = 100
"""Cuts after which a box is undecided."""
SAVED_EVERY = 60.0
NEARLY_LONGEST = 0.99
SEED = 20261130


def roots() -> Boxes:
    """Triples of faces of the cube, one for each orbit under permutations of the students and of the coordinates."""
    orbits = {
        min(tuple(sorted(2 * order[f // 2] + f % 2 for f in faces)) for order in itertools.permutations(range(3)))
        for faces in itertools.combinations_with_replacement(range(6), 3)
    }
    faces = np.array(sorted(orbits)).T
    return Boxes(faces, np.zeros((6, faces.shape[1])), np.ones((6, faces.shape[1])))


def looked_at(boxes: Boxes) -> tuple[np.ndarray, Boxes]:
    """The tests that leave the boxes out, or -1; and the halves of the others."""
    codes, shares = judged(boxes)
    codes[(codes < 0) & (furthest_from_cores(boxes) <= 1)] = KNOWN
    left = boxes[codes < 0]
    longest = left.half >= NEARLY_LONGEST * left.half.max(axis=0, initial=0)
    return codes, left.halved(np.where(longest, shares[:, codes < 0], -1.0).argmax(axis=0))


def in_chunks(boxes: Boxes) -> tuple[np.ndarray, Boxes]:
    """The same for many boxes."""
    parts = [looked_at(boxes[start : start + CHUNK]) for start in range(0, len(boxes), CHUNK)]
    return np.concatenate([codes for codes, _ in parts]), joined([halves for _, halves in parts])


def joined(parts: list[Boxes]) -> Boxes:
    """One after the other."""
    return Boxes(
        *(np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("faces", "middle", "half"))
    )


def sampled(most: int, seed: int) -> Array:
    """Estimates, without bias, of how many boxes of each depth are left out by each test, and left: (depths, 8)."""
    random, boxes, weight = np.random.default_rng(seed), roots(), 1.0
    table = np.zeros((DEPTH + 1, len(TESTS) + 1))
    for depth in range(DEPTH + 1):
        codes, boxes = in_chunks(boxes)
        table[depth] = [weight * np.sum(codes == code) for code in (*range(len(TESTS)), -1)]
        if not len(boxes):
            break
        if len(boxes) > most:
            weight *= len(boxes) / most
            boxes = boxes[random.choice(len(boxes), most, replace=False)]
    return table


class Cover:
    """A cover, depth first; all of its state is one file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.npz"
        self.boxes, self.depths = roots(), np.zeros(len(roots()), dtype=int)
        self.table, self.seconds = np.zeros((DEPTH + 1, len(TESTS) + 1)), 0.0
        self.undecided = self.boxes[:0]
        if self.path.exists():
            with np.load(self.path) as state:
                self.boxes, self.undecided = (
                    Boxes(*(state[f"{name}-{part}"] for part in ("faces", "middle", "half")))
                    for name in ("boxes", "undecided")
                )
                self.depths, self.table, self.seconds = state["depths"], state["table"], float(state["seconds"])

    def save(self) -> None:
        """Whole or not at all."""
        parts = {
            f"{name}-{part}": getattr(boxes, part)
            for name, boxes in (("boxes", self.boxes), ("undecided", self.undecided))
            for part in ("faces", "middle", "half")
        }
        new = self.path.with_name("new.npz")
        np.savez(new, depths=self.depths, table=self.table, seconds=self.seconds, **parts)
        new.replace(self.path)

    def go_on(self, seconds: float) -> None:
        """Until it ends, or CPU seconds are spent."""
        start, before, saved = time.process_time(), self.seconds, time.monotonic()
        while len(self.boxes) and time.process_time() - start < seconds:
            self.step()
            self.seconds = before + time.process_time() - start
            if time.monotonic() - saved > SAVED_EVERY:
                saved = time.monotonic()
                self.save()
                print(self.progress(), file=sys.stderr, flush=True)
        self.save()

    def step(self) -> None:
        """The last boxes of those that wait."""
        now, depths = self.boxes[-CHUNK:], self.depths[-CHUNK:]
        codes, halves = looked_at(now)
        np.add.at(self.table, (depths, np.where(codes < 0, len(TESTS), codes)), 1)
        children = np.concatenate([depths[codes < 0] + 1] * 2)
        deep = children > DEPTH
        self.undecided = joined([self.undecided, halves[deep]])
        self.boxes = joined([self.boxes[:-CHUNK], halves[~deep]])
        self.depths = np.concatenate([self.depths[:-CHUNK], children[~deep]])

    def progress(self) -> str:
        """What has been done, by volume."""
        waiting = float(np.prod(self.boxes.half, axis=0).sum()) / len(roots())
        return f"{self.table.sum():,.0f} boxes, {self.seconds:.0f} s of CPU, {1 - waiting:.4%} of the volume done"


def rows(table: Array, errors: Array | None = None, every: int = 2) -> Iterator[str]:
    """A table by depth, and its last line: leaves by test."""
    yield f"| cuts | boxes | {' | '.join(TESTS)} | left |"
    yield "|---" * (len(TESTS) + 3) + "|"
    depths = np.flatnonzero(table.sum(axis=1))
    for first in range(0, depths[-1] + 1, every):
        group = table[first : first + every].sum(axis=0)
        left = table[min(first + every - 1, depths[-1]), -1]
        yield _row(f"{first}-{first + every - 1}", group.sum(), *group[:-1], left)
    total = table.sum(axis=0)
    yield _row("all", total.sum(), *total[:-1], table[depths[-1], -1])
    yield ""
    leaves = f"{_short(total[:-1].sum())} leaves"
    if errors is not None:
        leaves += f", standard error {_short(errors[:, :-1].sum(axis=1).std(ddof=1) / np.sqrt(len(errors)))}"
    yield leaves


def _row(name: str, *numbers: float) -> str:
    return f"| {name} | {' | '.join(map(_short, numbers))} |"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number < 1e5 else f"{number:.3g}"


def estimated(most: int, times: int) -> str:
    """The report of the samples."""
    start = time.process_time()
    tables = np.array([sampled(most, SEED + number) for number in range(times)])
    spent = time.process_time() - start
    return "\n".join(
        [
            f"{times} samples of {most:,} boxes of each depth at most, {spent:.0f} s of CPU:",
            "",
            *rows(tables.mean(axis=0), tables.sum(axis=1)),
        ]
    )


def covered(folder: Path, seconds: float) -> str:
    """The report of the cover, as far as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    cover = Cover(folder)
    cover.go_on(seconds)
    ended = "it ends" if not len(cover.boxes) else f"not ended, {len(cover.boxes):,} boxes wait"
    lines = [f"{cover.progress()}; {ended}; {len(cover.undecided):,} undecided after {DEPTH} cuts", ""]
    return "\n".join([*lines, *rows(cover.table, every=4)])


def listed() -> str:
    """The report of the search for critical points."""
    lines = ["| F | norms | angles of students | smallest eigenvalues | of M | met |", "|---|---|---|---|---|---|"]
    for dimension, starts in ((3, 600), (4, 300)):
        lines.append(f"| d = {dimension}, {starts} starts | | | | | |")
        lines += critical_points(dimension, starts, SEED)
    return "\n".join(lines)


def main() -> None:
    """Print one of the reports, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="BOXES", help="boxes of each depth that are kept")
    parser.add_argument("--times", type=int, default=8, help="how often it is sampled")
    parser.add_argument("--whole", type=Path, metavar="FOLDER", help="where the state of the cover is kept")
    parser.add_argument("--seconds", type=float, default=600, help="CPU seconds for this run")
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the table into docs/BENCHMARKS.md")
    options = parser.parse_args()
    reports = {}
    if options.sample:
        reports["Three neurons, sampled"] = estimated(options.sample, options.times)
    if options.whole:
        reports["Three neurons, the cover"] = covered(options.whole, options.seconds)
    if options.points:
        reports["Three neurons, critical points"] = listed()
    for heading, text in reports.items():
        print(text)
        if options.write:
            put_section(ROOT / "docs" / "BENCHMARKS.md", heading, text)


if __name__ == "__main__":
    main()
