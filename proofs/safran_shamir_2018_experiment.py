"""The experiment of Safran & Shamir 2018, made again, with every end point certified.

1,000 runs of gradient descent a pair, from entries N(0, 1/d), by the paper's protocol (`search.descent.PAPER`;
a run whose loss is below 1e-3 is stopped: the loss decreases). And the follow-up's (Safran, Yehudai & Shamir 2021)
n = k, 500 runs each, by the fast protocol.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.checker.statements.critical_point import CriticalPoint, Minimum, Saddle
from verify.producer.files import write_whole
from verify.producer.landscapes.exact import to_exact
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.proof import Progress
from verify.producer.prover import NotCertified, certify
from verify.producer.report.experiment import Published, Row, plot, table
from verify.producer.search import SearchResult, search
from verify.producer.search.backends import Backend
from verify.producer.search.descent import FAST, PAPER, Protocol
from verify.producer.search.merge import find_permutation
from verify.producer.trust import session as new_session

SEED = 0

PUBLISHED = {
    (6, 6): Published(0.3, 0.0047, 0.0251),
    (8, 8): Published(12.6, 0.0213, 0.0215),
    (10, 10): Published(34.6, 0.0304, 0.0203),
    (12, 12): Published(58.5, 0.0351, 0.0213),
    (14, 14): Published(73.6, 0.0375, 0.0231),
    (16, 16): Published(85.1, 0.0378, 0.0267),
    (18, 18): Published(90.0, 0.0387, 0.0288),
    (20, 20): Published(94.0, 0.0383, 0.0326),
    (8, 9): Published(0.1),
    (12, 13): Published(0.3),
    (16, 17): Published(18.0),
    (19, 20): Published(49.1),
}
"""The numbers of the paper's tables that we have."""


@dataclass(frozen=True, slots=True)
class Series:
    """Pairs to search with one protocol."""

    name: str
    title: str
    protocol: Protocol
    runs: int
    pairs: tuple[tuple[int, int], ...]


SERIES = (
    Series(
        "paper",
        "By the paper's protocol",
        PAPER,
        1000,
        (
            *((k, k) for k in range(6, 21)),
            *((k, k + 1) for k in range(6, 20)),
            *((k, k + 2) for k in range(6, 19)),
        ),
    ),
    Series("fast", "n = k by the fast protocol", FAST, 500, tuple((k, k) for k in range(6, 31))),
)

INTRODUCTION = """\
# The experiment of Safran & Shamir 2018, certified

Gradient descent from random starts (seed {seed}), and what its end points were proved to be. A run counts as at a
certified spurious minimum only if the checker verified, in this run of the command, the certificate of the point where
it ended (up to the order of neurons and of coordinates): a spurious strict local minimum for every d >= k. Of the
runs whose loss fell below 1e-3, and were stopped there, nothing is proved. The means are over the runs at such minima,
of float64 numbers.

Made by `verify prove safran-shamir-2018 --experiment` ({backends}).
"""


def run(folder: Path, progress: Progress, backend: Backend, seconds: float | None) -> bool:
    """Search and certify pair after pair, for so many seconds, and write EXPERIMENT.md; whether all is done.

    Searches go on where they stopped. Certificates that are there are checked again and kept.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    session = new_session()
    rows: dict[str, list[Row]] = {series.name: [] for series in SERIES}
    backends: set[str] = set()
    for series in SERIES:
        for k, n in series.pairs:
            left = None if deadline is None else deadline - time.monotonic()
            found = _found(folder / series.name, series, k, n, progress, backend, left)
            if found is None:
                _write(folder, rows, backends)
                return False
            backends.add(found.backend)
            rows[series.name].append(_certified(folder / series.name, found, progress, session))
    _write(folder, rows, backends)
    return True


def _found(
    folder: Path, series: Series, k: int, n: int, progress: Progress, backend: Backend, seconds: float | None
) -> SearchResult | None:
    """The pair's end points, found now or before; None where time is up."""
    path = folder / f"k{k:02}-n{n:02}.npz"
    if path.is_file():
        return SearchResult.load(path)
    if seconds is not None and seconds <= 0:
        return None
    checkpoint = path.with_suffix(".checkpoint.npz")
    found = search(
        ReLUTeacherStudent.orthonormal(k), n, series.runs, SEED, directed=False, progress=progress,
        protocol=series.protocol, backend=backend, checkpoint=checkpoint, seconds=seconds,
    )  # fmt: skip
    if found.under_way or found.runs < series.runs:
        return None
    found.save(path)
    checkpoint.unlink(missing_ok=True)
    return found


def _certified(folder: Path, found: SearchResult, progress: Progress, session: Session) -> Row:
    """Certify each end point, or check the certificate that is there, and count."""
    k, n = len(found.landscape.teacher), found.neurons
    counts = {"minima": 0, "saddles": 0}
    bad = []
    open_runs = 0
    for index, candidate in enumerate(found.candidates):
        progress(f"({k}, {n}) certifying", index, len(found.candidates))
        statement = _statement(folder / f"k{k:02}-n{n:02}-{index:03}.json", found, index, session)
        if isinstance(statement, Minimum) and statement.property == "spurious-local-minimum":
            counts["minima"] += 1
            bad.append(candidate)
        elif isinstance(statement, Saddle):
            counts["saddles"] += 1
        else:
            open_runs += candidate.count
    weights = [candidate.count for candidate in bad]
    return Row(
        k=k,
        n=n,
        runs=found.runs,
        bad=sum(weights),
        eigenvalue=float(np.average([c.smallest_eigenvalue for c in bad], weights=weights)) if bad else None,
        loss=float(np.average([c.loss for c in bad], weights=weights)) if bad else None,
        open_points=len(found.candidates) - sum(counts.values()),
        open_runs=open_runs,
        unfinished=found.unfinished,
        **counts,
    )


def _statement(path: Path, found: SearchResult, index: int, session: Session) -> CriticalPoint | None:
    """What is proved, for every d >= k, of the end point near a candidate; the certificate is kept in the file."""
    student = found.candidates[index].student
    if not path.is_file():
        try:
            certify(found.landscape, student, provenance={"protocol": found.protocol, "seed": SEED}).save(path)
        except NotCertified:
            return None
    verdict = session.check(path)
    if not isinstance(verdict, Verified) or not isinstance(verdict.statement, CriticalPoint):
        return None
    statement = verdict.statement
    center = np.array(statement.center, dtype=np.float64)
    is_ours = statement.landscape == to_exact(found.landscape, len(student)) and statement.every_dimension
    if not is_ours or find_permutation(center, student, permute_coordinates=True) is None:
        return None
    return statement


def _write(folder: Path, rows: dict[str, list[Row]], backends: set[str]) -> None:
    """The report and its picture, of what is finished."""
    parts = [INTRODUCTION.format(seed=SEED, backends=", ".join(sorted(backends)) or "nothing yet")]
    for series in SERIES:
        done = rows[series.name]
        parts.append(f"\n## {series.title}, {series.runs} runs a pair\n\n")
        if done and series.protocol is PAPER:
            parts.append("![percent of runs at a spurious minimum](experiment.svg)\n\n")
        parts.append(table(done, PUBLISHED if series.protocol is PAPER else {}) if done else "")
        parts += list(_missing(series, done))
    try:
        if rows["paper"]:
            plot(rows["paper"], PUBLISHED, folder / "experiment.svg")
    except ImportError:
        parts.append("\nNo picture was drawn: that needs matplotlib, pip install 'landscape-verify[plot]'.\n")
    write_whole(folder / "EXPERIMENT.md", "".join(parts))


def _missing(series: Series, done: list[Row]) -> Iterator[str]:
    pairs = series.pairs[len(done) :]
    if pairs:
        yield f"\nNot made yet: {', '.join(f'({k}, {n})' for k, n in pairs)}.\n"
    open_runs = [f"({row.k}, {row.n}): {row.open_runs}" for row in done if row.open_runs]
    if open_runs:
        yield f"\nRuns at points that are not certified: {', '.join(open_runs)}.\n"
