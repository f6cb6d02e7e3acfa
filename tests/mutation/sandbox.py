"""A copy of the repository in which mutants are put and tests are run, each time in a process of its own.

The processes are forked from one that has imported the libraries, and nothing of this repository.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutation.mutants import Mutant

SUITE = ["tests/checker", "tests/test_docs.py"]
NOT_OF_THE_CHECKER = {"tests/checker/test_oracle.py"}
OF_THE_SOURCE = "tests/checker/test_rests_on.py::test_some_files_run_what_the_table_has"
"""Left out: it counts the lines that run, and so might notice a mutant that decides and says the same."""
PATIENCE = 25.0
"""Seconds of computing after which a test that has not ended counts as failed; without mutants none takes 10."""
MOST = 1200
"""Seconds of computing after which the system ends a process that nobody waits for any more."""
SLOW = 1.0
"""Seconds. A test that takes longer, or starts a process, may fail because the machine is busy."""
ASLEEP = 300
"""So many seconds without computing, and it does too."""
STEP = 2
"""Seconds from one look at a running test to the next."""
MEMORY = 8 * 2**30
COPIED = [
    *("verify", "tests", "docs", "proofs", "benchmarks", "examples", "rocq", "certificates"),
    *("pyproject.toml", "README.md"),
]
"""What the tests of the checker read, or link to."""
LIBRARIES = ["flint", "hypothesis.strategies", "mpmath", "numpy", "scipy.linalg", "scipy.optimize", "pytest"]


@dataclass
class Outcome:
    """How a run of tests ended."""

    passed: bool
    by: str = ""
    """The test that failed, or what else ended the run."""
    timeout: bool = False


@dataclass
class Baseline:
    """What the tests do without a mutant."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By test, in the order in which pytest runs them."""
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By module and line: the tests that reach it in this process."""
    watched: list[str] = field(default_factory=list)
    """The tests that start another process or read the checker's source: they may notice anything."""

    def reaching(self, module: str, lines: tuple[int, ...]) -> set[str]:
        """The tests that may notice a change in these lines: all tests, if importing the modules reaches them."""
        reached = {test for line in lines for test in self.lines.get(module, {}).get(str(line), [])}
        return set(self.seconds) if "" in reached else reached | set(self.watched)

    def doubtful(self) -> set[str]:
        """The tests whose failure is believed if they fail again."""
        return {*self.watched, *(test for test, seconds in self.seconds.items() if seconds > SLOW)}

    def only(self, files: set[str]) -> Baseline:
        """What the tests of these files do."""

        def kept(tests: Iterable[str]) -> list[str]:
            return [test for test in tests if not test or test.split("::")[0] in files]

        lines = {
            module: {line: kept(tests) for line, tests in of_module.items()} for module, of_module in self.lines.items()
        }
        seconds = {test: self.seconds[test] for test in kept(self.seconds)}
        return Baseline(seconds, lines, kept(self.watched))

    def joined(self, other: Baseline) -> Baseline:
        """What the tests of both do."""
        lines = {
            module: {
                line: sorted({*self.lines.get(module, {}).get(line, []), *other.lines.get(module, {}).get(line, [])})
                for line in {**self.lines.get(module, {}), **other.lines.get(module, {})}
            }
            for module in {**self.lines, **other.lines}
        }
        return Baseline(self.seconds | other.seconds, lines, [*self.watched, *other.watched])

    def of(self, module: str) -> set[str]:
        """The tests that reach any line of a module."""
        return {test for tests in self.lines.get(module, {}).values() for test in tests}

    def packed(self) -> dict[str, Any]:
        """For a file: lines that the same tests reach stand together, and tests are numbers."""
        number = {test: index for index, test in enumerate(["", *self.seconds])}
        groups: dict[str, dict[tuple[int, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
        for module, of_module in self.lines.items():
            for line, tests in of_module.items():
                groups[module][tuple(sorted(number[test] for test in tests if test in number))].append(line)
        lines = {module: [[found, list(tests)] for tests, found in group.items()] for module, group in groups.items()}
        return {"seconds": self.seconds, "watched": self.watched, "lines": lines}

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> Baseline:
        """The inverse."""
        tests = ["", *packed["seconds"]]
        lines: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for module, groups in packed["lines"].items():
            for found, numbers in groups:
                lines[module] |= dict.fromkeys(found, [tests[number] for number in numbers])
        return cls(packed["seconds"], lines, packed["watched"])


class Sandbox:
    """The copy. At most one module of it is changed at a time."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.tree = folder / "tree"
        shutil.rmtree(self.tree, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis", "mutation")
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, self.tree / name, ignore=ignored)
            else:
                self.tree.mkdir(parents=True, exist_ok=True)
                shutil.copy(root / name, self.tree / name)
        self._root = root.resolve()
        self._clock = 0
        for name in LIBRARIES:
            importlib.import_module(name)

    @contextlib.contextmanager
    def changed(self, mutant: Mutant | None) -> Iterator[None]:
        """The tree with the source of a mutant, or as it is."""
        if mutant is None:
            yield
            return
        path = self.tree / mutant.module
        original, status = path.read_bytes(), path.stat()
        path.write_text(mutant.source, encoding="utf-8")
        self._clock += 10  # compiled files are told apart by size and whole seconds
        os.utime(path, (status.st_atime, status.st_mtime + self._clock))
        try:
            yield
        finally:
            path.write_bytes(original)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def baseline(self, files: Iterable[str]) -> Baseline:
        """Run all tests of some files, watching which lines each of them reaches."""
        path = self.tree / "baseline.json"

        def work(report: Callable[[str], None]) -> int:
            watch = _Watch(self.tree, report)
            code = int(pytest.main([*sorted(files)], plugins=[watch]))
            path.write_text(json.dumps(watch.finish().packed()), encoding="utf-8")
            return 0 if code == pytest.ExitCode.TESTS_FAILED else code  # those that fail are left out

        outcome = self._forked(work, compile_files=True)
        assert outcome.passed, f"without a mutant the tests end early: {outcome.by}"
        return Baseline.unpacked(json.loads(path.read_text(encoding="utf-8")))

    def run(self, tests: list[str]) -> Outcome:
        """Run these tests in this order, up to the first failure."""
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        return self._forked(lambda report: int(pytest.main(["-x", *files], plugins=[_Selection(tests, report)])))

    def _forked(self, work: Callable[[Callable[[str], None]], int], compile_files: bool = False) -> Outcome:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            code = 99
            try:
                self._enter(compile_files)
                code = work(lambda text: void(os.write(writing, f"{text}\n".encode())))
            finally:
                os._exit(code)
        os.close(writing)
        heard, timeout, asleep, before, now = b"", False, 0, 0.0, 0.0
        while not timeout:
            ready, _, _ = select.select([reading], [], [], STEP)
            last, now = now, _seconds_computed(child)
            if ready:
                if not (piece := os.read(reading, 65536)):
                    break
                heard += piece
                asleep, before = 0, now
            elif not compile_files:
                # The clock on the wall is not asked: this machine may be busy, or this process have been stopped.
                asleep = asleep + STEP if now == last else 0
                timeout = now - before > PATIENCE or asleep > ASLEEP
        os.close(reading)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        failed = [line[5:] for line in heard.decode(errors="replace").splitlines() if line.startswith("FAIL ")]
        began = [line[6:] for line in heard.decode(errors="replace").splitlines() if line.startswith("BEGIN ")]
        if timeout:
            return Outcome(False, began[-1] if began else "collection", timeout=True)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            return Outcome(True)
        return Outcome(False, failed[0] if failed else (began[-1] if began else "collection"))

    def _enter(self, compile_files: bool) -> None:
        """In the new process: forget the repository, and import it from the copy."""
        os.setsid()
        os.chdir(self.tree)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST, MOST))
        for name in list(sys.modules):
            if name.split(".")[0] in ("tests", "verify", "proofs"):
                del sys.modules[name]
        sys.path[:] = [str(self.tree), *(x for x in sys.path if x and Path(x).resolve() != self._root)]
        sys.dont_write_bytecode = not compile_files
        os.environ |= {"PYTHONPATH": str(self.tree), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}
        if not compile_files:
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        _quick_failures()


def _seconds_computed(process: int) -> float:
    """By a process and by those that it started and has waited for."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def void(_: object) -> None:
    """Nothing, for a lambda that is to return nothing."""


def _quick_failures() -> None:
    """A Hypothesis test that fails has done its work: do not look for a smaller example. One that is slow may be."""
    from hypothesis import HealthCheck, Phase, settings

    phases, slow = [Phase.explicit, Phase.generate], [HealthCheck.too_slow]
    settings.register_profile("mutants", database=None, phases=phases, suppress_health_check=slow)
    settings.load_profile("mutants")


class _Selection:
    """A pytest plugin that runs some tests, in their order, and reports."""

    def __init__(self, tests: list[str], report: Callable[[str], None]) -> None:
        self._order = {test: index for index, test in enumerate(tests)}
        self._report = report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # A mutant may rename a test whose parameters come from the checker; then the test is left out.
        items[:] = sorted((item for item in items if item.nodeid in self._order), key=lambda x: self._order[x.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._report(f"BEGIN {nodeid}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._report(f"FAIL {report.nodeid}")


class _Watch:
    """A pytest plugin that notes how long each test takes, what it reaches, and which ones are watched for."""

    def __init__(self, tree: Path, report: Callable[[str], None]) -> None:
        self._tree, self._test, self._report = tree, "", report
        self._seconds: dict[str, float] = {}
        self._watched: list[str] = []
        self._failed: set[str] = {OF_THE_SOURCE}
        self._coverage = coverage.Coverage(data_file=None, include=[f"{tree}/verify/checker/*"], config_file=False)
        self._coverage.start()
        for module in sorted(tree.glob("verify/checker/**/*.py")):  # before any test, whichever would be the first
            importlib.import_module(".".join(module.relative_to(tree).with_suffix("").parts).removesuffix(".__init__"))
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[object, ...]) -> None:
        path = str(arguments[0]) if event == "open" and self._test else ""
        if event in ("subprocess.Popen", "os.fork") or (path.endswith(".py") and "verify/checker/" in path):
            self._watch()

    def _watch(self) -> None:
        if self._test and self._test not in self._watched[-1:]:
            self._watched.append(self._test)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._report(f"FAIL {report.nodeid}")
            self._failed.add(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self._report(f"BEGIN {item.nodeid}")
        self._test = item.nodeid
        self._coverage.switch_context(item.nodeid)
        start, children = time.process_time(), _seconds_of_children()
        result = yield
        if others := _seconds_of_children() - children:  # however they were started
            self._watch()
        self._seconds[item.nodeid] = round(time.process_time() - start + others, 4)
        self._coverage.switch_context("")
        self._test = ""
        return result

    def finish(self) -> Baseline:
        self._coverage.stop()
        data = self._coverage.get_data()
        lines: dict[str, dict[str, list[str]]] = defaultdict(dict)
        for file in data.measured_files():
            module = Path(file).relative_to(self._tree).as_posix()
            lines[module] = {str(line): tests for line, tests in data.contexts_by_lineno(file).items()}
        seconds = {test: seconds for test, seconds in self._seconds.items() if test not in self._failed}
        return Baseline(seconds, lines, [test for test in self._watched if test in seconds])


def _seconds_of_children() -> float:
    """Of computing, by the processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
