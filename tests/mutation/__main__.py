"""Mutation testing of the checker: python -m tests.mutation [--sample N | --only MODULE ...] [--folder build/mutation]

Changes verify/checker in one place at a time, in a copy, and runs the tests of the checker until one fails.
What is known is kept in the folder: an interrupted run goes on where it was, and after a change only what
the change concerns is tried again. At the end docs/MUTATION.md is written.

A sample is drawn by the digests of the mutants, which know nothing of the tests: it is the same each time for the
same checker, and a larger one holds the smaller. It is tried in the order in which it is drawn, so that of an
interrupted run, too, what has been tried is a random sample.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter, defaultdict
from dataclasses import asdict
from itertools import accumulate, pairwise
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.report import Record, is_equivalent, write_report
from tests.mutation.sandbox import NOT_OF_THE_CHECKER, SUITE, Baseline, Outcome, Sandbox

ROOT = Path(__file__).parents[2]
LAST = ("output.py", "__main__.py", "__init__.py")
"""What only prints comes after what decides."""
BATCHES = (12, 100)
"""So many tests are tried before the next so many, and these before all others, are even collected."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="*", default=[], metavar="MODULE", help="paths below the root")
    which.add_argument("--sample", type=int, metavar="N", help="so many mutants, drawn from those of all modules")
    parser.add_argument("--report", action="store_true", help="run nothing; write the report of what is known")
    options = parser.parse_args()
    kept = options.folder / "mutants"
    kept.mkdir(parents=True, exist_ok=True)
    modules = sorted(ROOT.glob("verify/checker/**/*.py"), key=lambda path: (path.name in LAST, path))
    every = [mutant for module in modules for mutant in mutants(ROOT, module, kept)]
    print(f"{len(every)} mutants of {len(modules)} modules", flush=True)
    if options.sample is not None:
        chosen = drawn(every, options.sample)
    else:
        chosen = [mutant for mutant in every if not options.only or mutant.module in options.only]
    known = Known(options.folder)
    if not options.report:
        print(f"trying {len(chosen)}", flush=True)
        run(chosen, known, options.folder.resolve())
    sample = [known.record(mutant) for mutant in chosen] if options.sample is not None else None
    records: dict[str, list[Record | None]] = defaultdict(list)
    for mutant in every:
        records[mutant.module].append(known.record(mutant))
    write_report(ROOT, records, sample)


def drawn(every: list[Mutant], size: int) -> list[Mutant]:
    """A simple random sample: those with the smallest digests, in their order."""
    return sorted(every, key=_key)[:size]


def run(chosen: list[Mutant], known: Known, folder: Path) -> None:
    """Try each mutant whose outcome is open on the tests that may notice it."""
    todo = sorted(filter(known.is_open, chosen), key=known.is_new)
    if not todo:
        return
    sandbox = Sandbox(ROOT, folder)
    baseline = known.baseline(sandbox)
    tests = sorted(baseline.seconds, key=lambda test: baseline.seconds[test])
    print(f"without a mutant {len(tests)} tests pass", flush=True)
    kills, near = known.kills(), {module: baseline.of(module) for module in {mutant.module for mutant in todo}}
    start = time.perf_counter()
    for index, mutant in enumerate(todo):
        began = time.perf_counter()
        reaching = baseline.reaching(mutant.module, mutant.lines)
        # New tests first, then those that killed in this module, those that reach it, and the quickest.
        order = sorted(
            (test for test in tests if test in reaching and known.is_to_face(mutant, test)),
            key=lambda test: (
                known.has_met(mutant, test),
                -kills[mutant.module][test],
                test not in near[mutant.module],
            ),
        )
        outcome = attempt(sandbox, order, mutant)
        if not outcome.passed:
            kills[mutant.module][outcome.by] += 1
        else:
            print(f"SURVIVED {mutant.module}:{mutant.line} {mutant.before}  ->  {mutant.after}", flush=True)
        known.add(mutant, outcome, time.perf_counter() - began)
        if index % 50 == 49:
            print(f"{index + 1} of {len(todo)} in {time.perf_counter() - start:.0f} s", flush=True)


def attempt(sandbox: Sandbox, order: list[str], mutant: Mutant) -> Outcome:
    """Run the tests until one fails."""
    outcome = Outcome(True)
    ends = [0, *accumulate(BATCHES), len(order)]
    with sandbox.changed(mutant.module, mutant.source):
        for batch in (order[low:high] for low, high in pairwise(ends)):
            if batch and outcome.passed:
                outcome = sandbox.run(batch)
    return outcome


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
        """It was never tried."""
        return self.record(mutant) is None

    def is_open(self, mutant: Mutant) -> bool:
        """There are tests that it has not met."""
        record = self.record(mutant)
        return not record or not (record["by"] or is_equivalent(record) or not self._changed_since(record["suite_met"]))

    def is_to_face(self, mutant: Mutant, test: str) -> bool:
        """This test is one of them, or may be."""
        record = self.record(mutant)
        return not record or test.split("::")[0] in self._changed_since(record["suite_met"])

    def has_met(self, mutant: Mutant, test: str) -> bool:
        """The test was there, as it is, when this mutant was tried."""
        record = self.record(mutant)
        return record is not None and test.split("::")[0] not in self._new_since(record["suite_met"])

    def baseline(self, sandbox: Sandbox) -> Baseline:
        """What the tests do without a mutant: those that have changed are run, twice, in two orders."""
        tests = {name for name in self._suites[self._suite] if Path(name).name.startswith("test_")} - NOT_OF_THE_CHECKER
        sources = [path.read_bytes() for path in sorted(ROOT.glob("verify/**/*.py"))]
        checker = hashlib.sha256(b"".join(sources)).hexdigest()
        kept = json.loads(self._baseline.read_text(encoding="utf-8")) if self._baseline.exists() else {}
        new, before = tests, Baseline()
        if kept and kept["checker"] == checker and self._changed_since(kept["suite"]) < set(self._suites[self._suite]):
            new = tests & self._new_since(kept["suite"])
            before = Baseline(**kept["baseline"]).only(tests - new)
        whole = before
        if new:
            found = sandbox.baseline(new)
            control = sandbox.run(sorted(found.seconds, key=lambda test: found.seconds[test]))
            assert control.passed, f"without a mutant, in another order: {control.by}"
            whole = before.joined(found)
        kept = {"suite": self._suite, "checker": checker, "baseline": asdict(whole)}
        self._baseline.write_text(json.dumps(kept), encoding="utf-8")
        return whole

    def _new_since(self, suite: str) -> set[str]:
        """The files that are not what they were in a suite."""
        if suite not in self._new:
            then, now = self._suites[suite], self._suites[self._suite]
            self._new[suite] = {name for name in now if then.get(name) != now[name]}
        return self._new[suite]

    def _changed_since(self, suite: str) -> set[str]:
        """Those that a survivor has to meet again: all of them where it is something that tests share."""
        new = self._new_since(suite)
        return new if all(Path(name).name.startswith("test_") for name in new) else set(self._suites[self._suite])

    def add(self, mutant: Mutant, outcome: Outcome, seconds: float) -> None:
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


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _key(mutant: Mutant) -> str:
    return hashlib.sha256(f"{mutant.module}\n{mutant.source}".encode()).hexdigest()


if __name__ == "__main__":
    main()
