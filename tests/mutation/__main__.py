"""Mutation testing of the checker: python -m tests.mutation [--sample N | --only MODULE ...] [--workers 2]

Changes verify/checker in one place at a time, in a copy, and runs the tests of the checker until one fails.
What is known is kept in the folder: an interrupted run goes on where it was, and after a change only what
the change concerns is tried again. At the end docs/MUTATION.md is written.

A mutant is *killed* if a test of `sandbox.SUITE` (tests/checker, tests/test_docs.py and the tests of generated kernels,
wide and linear networks and semidefinite programs) that passes without it fails with it, does not end within 25
seconds of computing, or cannot be collected. Only tests that the README's command runs count: none with
the mark `campaign`, and not the one that counts lines of source. A test that is slow or starts another process
has to fail twice in a row, since a busy machine may make it fail once. At the end all tests that killed are run
without a mutant, and have to pass.

A mutant *survives* if it has met every test that reaches a changed line in its own process, or stands in a file with
such a test (for a line that runs when a module is imported: every test), and every test that starts another process
or reads the checker's source, and all pass.

A sample is drawn by the digests of the places where a module may be changed, which know nothing of the tests; only
those drawn are made into mutants. It is the same each time for the same checker, and a larger one holds the smaller.
Places at which a change gives no Python, or what another place gives, are passed over, so each mutant has the same
chance. It is tried in the order in which it is drawn, and so of an interrupted run, too, what has been tried is a
random sample.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import accumulate, islice
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from tests.mutation.mutants import Module, Mutant, Place
from tests.mutation.report import Record, is_equivalent, write_report
from tests.mutation.sandbox import BESIDE, NOT_OF_THE_CHECKER, SUITE, Baseline, Outcome, Sandbox

ROOT = Path(__file__).parents[2]
LAST = ("output.py", "__main__.py", "__init__.py")
"""What only prints comes after what decides."""
FEW = 20
"""So many tests are tried before any others are even collected."""
SECONDS = 6.0
"""Tests that take so long together are met by all mutants first, the others, and those that start
another process, by the mutants that are still alive then."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="*", default=[], metavar="MODULE", help="paths below the root")
    which.add_argument("--sample", type=int, metavar="N", help="so many mutants, drawn from those of all modules")
    parser.add_argument("--report", action="store_true", help="run nothing; write the report of what is known")
    parser.add_argument("--workers", type=int, default=1, help="processes, each with a copy of the repository")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(ROOT.glob("verify/checker/**/*.py"), key=lambda path: (path.name in LAST, path))
    modules = [Module(ROOT, path) for path in paths]
    places = sum(len(module.places) for module in modules)
    print(f"{places} places in {len(modules)} modules", flush=True)
    every = [] if options.sample is not None else [mutant for module in modules for mutant in module.mutants()]
    chosen = [mutant for mutant in every if not options.only or mutant.module in options.only]
    if options.sample is not None:
        chosen = drawn(modules, options.sample)
    known = Known(options.folder)
    if not options.report:
        print(f"trying {len(chosen)}", flush=True)
        run(chosen, known, options.folder.resolve(), options.workers)
    if options.sample is not None:
        write_report(ROOT, [known.record(mutant) for mutant in chosen], places, sample=True)
    else:
        write_report(ROOT, [known.record(mutant) for mutant in every], places, sample=False)


def drawn(modules: Sequence[Module], size: int) -> list[Mutant]:
    """A simple random sample of all mutants: those at the places with the smallest digests, in their order."""

    def key(module: Module, place: Place) -> str:
        text = f"{place.operator}\n{place.occurrence}\n{module.name}\n{module.source}"
        return hashlib.sha256(text.encode()).hexdigest()

    keys = sorted((key(module, place), index, place) for index, module in enumerate(modules) for place in module.places)
    found = (modules[index].mutant(place) for _, index, place in keys)
    return list(islice(filter(None, found), size))


def run(chosen: list[Mutant], known: Known, folder: Path, workers: int) -> None:
    """Try each mutant whose outcome is open on the tests that may notice it."""
    todo = [mutant for mutant in chosen if known.is_open(mutant)]
    if not todo:
        return
    context = get_context("fork")
    numbers = context.SimpleQueue()
    for number in range(workers):
        numbers.put(number)
    with ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(folder, numbers)) as executor:
        baseline = known.baseline(executor, workers)
        print(f"without a mutant {len(baseline.seconds)} tests pass", flush=True)
        queue = Queue(baseline, known, workers)
        alive = queue.empty(executor, todo, "alive so far")
        alive.sort(key=queue.seconds_left)  # an interrupted run has met all tests with as many as it could
        queue.empty(executor, alive, "SURVIVED", rest=True)
        killers = [test for test in queue.tests if any(test in of_module for of_module in queue.kills.values())]
        control = executor.submit(attempt, killers, set(killers), None).result()
        assert control.passed, f"without a mutant, in another order: {control.by}"


@dataclass
class Queue:
    """In which order the tests meet a mutant."""

    baseline: Baseline
    known: Known
    workers: int

    def __post_init__(self) -> None:
        seconds = self.baseline.seconds
        self.tests = sorted(seconds, key=lambda test: seconds[test])
        self.doubtful, self._watched = self.baseline.doubtful(), set(self.baseline.watched)
        self.kills = self.known.kills()
        self._met: dict[Mutant, set[str]] = {}
        ranks = Counter[str]()
        self._rank: dict[str, int] = {}
        """How many quicker ones of the same function there are: for variety, the first of each comes first."""
        for test in self.tests:
            function = test.split("[")[0]
            self._rank[test] = ranks[function]
            ranks[function] += 1

    def empty(
        self, executor: ProcessPoolExecutor, todo: list[Mutant], alive: str, *, rest: bool = False
    ) -> list[Mutant]:
        """Let all mutants meet the first of the tests that may notice them, or the rest; those that are left."""
        running: dict[Future[Outcome], tuple[Mutant, float]] = {}
        survivors, start, left = [], time.perf_counter(), iter(todo)
        for done in range(1, len(todo) + 1):
            while len(running) < self.workers and (mutant := next(left, None)):
                future = executor.submit(attempt, self.order(mutant, rest), self.doubtful, mutant)
                running[future] = mutant, time.perf_counter()
            future = next(iter(wait(running, return_when=FIRST_COMPLETED).done))
            mutant, began = running.pop(future)
            outcome = future.result()
            if outcome.passed:
                survivors.append(mutant)
                said = f"{alive} {mutant.before}  ->  {mutant.after}"
            else:
                self.kills[mutant.module][outcome.by] += 1
                said = f"killed by {outcome.by}"
            progress = f"{done} of {len(todo)}, {time.perf_counter() - start:.0f} s"
            print(f"{progress}: {mutant.module}:{mutant.line} {said}", flush=True)
            met_all = rest or not outcome.passed
            self.known.add(mutant, outcome, time.perf_counter() - began, met_all=met_all)
        return survivors

    def seconds_left(self, mutant: Mutant) -> float:
        """Of the tests that a mutant has still to meet, when the first have let it live."""
        return sum(self.baseline.seconds[test] for test in self.order(mutant, rest=True))

    def order(self, mutant: Mutant, rest: bool) -> list[str]:
        """New tests first, then those that killed in this module, those that reach it, and the quickest."""
        reaching, near = self.baseline.reaching(mutant.module, mutant.lines), self.baseline.of(mutant.module)
        order = sorted(
            (test for test in self.tests if test in reaching and self.known.is_to_face(mutant, test)),
            key=lambda test: (
                self.known.has_met(mutant, test),
                -self.kills[mutant.module][test],
                test not in near,
                self._rank[test],
            ),
        )
        if rest:
            return [test for test in order if test not in self._met[mutant]]
        order = [test for test in order if test not in self._watched or self.kills[mutant.module][test]]
        first = sum(total <= SECONDS for total in accumulate(self.baseline.seconds[test] for test in order))
        self._met[mutant] = set(order[:first])
        return order[:first]


SANDBOX: list[Sandbox] = []
"""In a worker: its own."""


def start_worker(folder: Path, numbers: SimpleQueue[int]) -> None:
    """Copy the repository."""
    SANDBOX.append(Sandbox(ROOT, folder / f"copy-{numbers.get()}"))


def reached(files: list[str]) -> Baseline:
    """In a worker: what the tests of these files reach."""
    return SANDBOX[0].baseline(files)


def attempt(order: list[str], doubtful: set[str], mutant: Mutant | None) -> Outcome:
    """In a worker: run the tests until one fails, and if it is a doubtful one, fails again."""
    [sandbox] = SANDBOX
    with sandbox.changed(mutant):
        for batch in (order[:FEW], order[FEW:]):
            while batch:
                outcome = sandbox.run(batch)
                if outcome.passed:
                    break
                if outcome.timeout or outcome.by not in doubtful or not sandbox.run([outcome.by]).passed:
                    return outcome
                batch = batch[batch.index(outcome.by) + 1 :]
    return Outcome(True)


class Known:
    """The outcomes so far, in a file of one JSON object a line.

    That a mutant is killed stays true when tests are added. One that survived has to face the files of tests
    that have changed since, or all tests where something changed that tests share. If one of these kills it, it was
    killed late: the test may have been written for it, and so says nothing about mutants that were not tried.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "results.jsonl"
        self._baseline = folder / "baseline.json"
        self._records: dict[str, Record] = {}
        self._suites: dict[str, dict[str, str]] = {}
        self._new: dict[str, set[str]] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                if "suite" in record:
                    self._suites[record["suite"]] = record["files"]
                else:
                    self._records[record["key"]] = record
        files = {path.relative_to(ROOT).as_posix(): _digest(path) for path in _suite()}
        self._suite = hashlib.sha256(json.dumps(files).encode()).hexdigest()
        if self._suite not in self._suites:
            self._suites[self._suite] = files
            self._append({"suite": self._suite, "files": files})

    def record(self, mutant: Mutant) -> Record | None:
        """The outcome of a mutant, in whatever suite."""
        return self._records.get(_key(mutant))

    def is_new(self, mutant: Mutant) -> bool:
        """It was never tried, or not on all tests."""
        record = self.record(mutant)
        return record is None or not record["met_all"]

    def is_open(self, mutant: Mutant) -> bool:
        """There are tests that it has not met."""
        record = self.record(mutant)
        return (
            self.is_new(mutant)
            or not record
            or not (record["by"] or is_equivalent(record) or not self._changed_since(record["suite_met"]))
        )

    def is_to_face(self, mutant: Mutant, test: str) -> bool:
        """This test is one of them, or may be."""
        record = self.record(mutant)
        return self.is_new(mutant) or not record or test.split("::")[0] in self._changed_since(record["suite_met"])

    def has_met(self, mutant: Mutant, test: str) -> bool:
        """The test was there, as it is, when this mutant was tried."""
        record = self.record(mutant)
        return (
            not self.is_new(mutant)
            and record is not None
            and test.split("::")[0] not in self._new_since(record["suite_met"])
        )

    def baseline(self, executor: ProcessPoolExecutor, workers: int) -> Baseline:
        """What the tests do without a mutant: those that have changed are run, each file in one process."""
        tests = set(filter(_is_test, self._suites[self._suite])) - NOT_OF_THE_CHECKER
        sources = [path.read_bytes() for path in sorted(ROOT.glob("verify/**/*.py"))]
        checker = hashlib.sha256(b"".join(sources)).hexdigest()
        kept = json.loads(self._baseline.read_text(encoding="utf-8")) if self._baseline.exists() else {}
        new, before = tests, Baseline()
        if kept and kept["checker"] == checker and self._changed_since(kept["suite"]) < set(self._suites[self._suite]):
            new = tests & self._new_since(kept["suite"])
            before = Baseline.unpacked(kept["baseline"]).only(tests - new)
        groups = [group for worker in range(workers) if (group := sorted(new)[worker::workers])]
        for found in executor.map(reached, groups):
            before = before.joined(found)
        kept = {"suite": self._suite, "checker": checker, "baseline": before.packed()}
        self._baseline.write_text(json.dumps(kept), encoding="utf-8")
        return before

    def _new_since(self, suite: str) -> set[str]:
        """The files that are not what they were in a suite."""
        if suite not in self._new:
            then, now = self._suites[suite], self._suites[self._suite]
            new = {name for name in now if then.get(name) != now[name]}
            helpers = {name for name in new if not _is_test(name) and name.startswith(tuple(BESIDE))}
            folders = tuple(f"{Path(name).parent}/" for name in helpers)
            self._new[suite] = new - helpers | {name for name in now if _is_test(name) and name.startswith(folders)}
        return self._new[suite]

    def _changed_since(self, suite: str) -> set[str]:
        """Those that a survivor has to meet again: all of them where it is something that tests share."""
        new = self._new_since(suite)
        return new if all(map(_is_test, new)) else set(self._suites[self._suite])

    def add(self, mutant: Mutant, outcome: Outcome, seconds: float, *, met_all: bool) -> None:
        """Note an outcome, on disk at once."""
        before = self.record(mutant)
        first = before["suite_first"] if before else self._suite
        record = {
            "key": _key(mutant),
            "module": mutant.module,
            "line": mutant.line,
            "before": mutant.before,
            "after": mutant.after,
            "by": "" if outcome.passed else outcome.by,
            "timeout": outcome.timeout,
            "seconds": round(seconds, 2),
            "suite_first": first,
            "suite_met": self._suite,
            "met_all": met_all,
            "late": not outcome.passed and outcome.by.split("::")[0] in self._new_since(first),
        }
        self._records[_key(mutant)] = record
        self._append(record)

    def _append(self, record: Record) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def kills(self) -> dict[str, Counter[str]]:
        """How many mutants of each module each test killed."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for record in self._records.values():
            if record["by"]:
                counts[record["module"]][record["by"]] += 1
        return counts


def _suite() -> list[Path]:
    """The tests, and what they share."""
    files: list[Path] = []
    for name in [*SUITE, "tests/corpus", "docs/CERTIFICATE.md", "docs/kinds"]:
        path = ROOT / name
        files += (
            [file for file in path.rglob("*") if file.suffix in (".py", ".json", ".md")] if path.is_dir() else [path]
        )
    return sorted(files)


def _is_test(name: str) -> bool:
    return Path(name).name.startswith("test_")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _key(mutant: Mutant) -> str:
    return hashlib.sha256(f"{mutant.module}\n{mutant.source}".encode()).hexdigest()


if __name__ == "__main__":
    main()
