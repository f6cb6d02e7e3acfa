"""`--jobs`: the same verdicts, whoever reaches them, and none from a process that died."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children
from pathlib import Path

import pytest

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS
from verify.checker import Undecided, Verified
from verify.checker.front import parallel
from verify.checker.front.session import Session, files_under

FOLDERS = [str(CORPUS / name) for name in ("valid", "invalid", "malformed")]
ROOT = Path(__file__).parents[2]
SMALL = "global-minimum-k1.json"


def run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "verify.checker", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=campaign)])
def test_several_processes_say_what_one_says(every: int, tmp_path: Path) -> None:
    folders = FOLDERS
    if every > 1:
        folders = [str(tmp_path / Path(folder).name) for folder in FOLDERS]
        for folder, some in zip(FOLDERS, folders, strict=True):
            Path(some).mkdir()
            for path in sorted(Path(folder).glob("*.json"))[::every]:
                shutil.copy(path, some)
    alone, together = (run("-v", "--jobs", jobs, *folders) for jobs in ("1", "2"))
    seconds = re.compile(r"\d+\.\d+ s\b")
    assert seconds.sub("", together.stdout) == seconds.sub("", alone.stdout)
    assert together.returncode == alone.returncode


def test_parts_of_a_manifest_are_checked_side_by_side_and_the_manifest_judged_by_them() -> None:
    for folder in ("valid", "invalid"):
        for path in sorted((CORPUS / folder).glob("manifest*.json")):
            (found, _), *_ = parallel.check_all(Session(), [(path, True)], jobs=2)
            assert found == Session().check(path)


def test_the_seconds_of_a_part_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own line, or in the manifest's where it has none: the last line adds them up."""
    answer = parallel._answer
    monkeypatch.setattr(
        parallel, "_answer", lambda *asked: (answer(*asked)[0], 100.0 * (answer(*asked)[0] is not None))
    )
    manifest = CORPUS / "valid" / "manifest-strict.json"
    parts = Session().parts(manifest)
    assert parts
    alone = [*parallel.check_all(Session(), [(manifest, False)], jobs=2)]
    beside = [*parallel.check_all(Session(), [(manifest, False), *((part, False) for part in parts)], jobs=2)]
    assert sum(seconds for _, seconds in alone) // 100 == len(parts)
    assert sum(seconds for _, seconds in beside) // 100 == len(parts)
    assert beside[0][1] < 100


def test_a_process_that_dies_verifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_start", die)
    files = list(files_under(CORPUS / "valid"))
    verdicts = [verdict for verdict, _ in parallel.check_all(Session(), files, jobs=2)]
    assert len(verdicts) == len(files)
    for verdict in verdicts:
        assert isinstance(verdict, Undecided)
        assert "died" in verdict.reason


def test_a_file_that_a_broken_pool_has_forgotten_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python 3.11 does to what is begun while it notices the death: nothing ever ends that future."""

    class Forgetful(ThreadPoolExecutor):
        def submit(self, *arguments: object) -> Future[object]:  # type: ignore[override]
            raise BrokenProcessPool

    monkeypatch.setattr(parallel, "_SECONDS_BETWEEN_LOOKS", 0.01)
    with Forgetful() as pool:
        verdict, seconds = parallel._answer(pool, Future())
    assert isinstance(verdict, Undecided)
    assert "died" in verdict.reason
    assert seconds == 0


def test_a_file_that_takes_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_SECONDS_BETWEEN_LOOKS", 0.01)
    with ThreadPoolExecutor(2) as pool:
        assert parallel._answer(pool, pool.submit(lambda: time.sleep(0.1) or ("found", 0.1))) == ("found", 0.1)


def die(*arguments: object) -> None:
    os._exit(1)


def test_who_stops_listening_leaves_no_process_at_work() -> None:
    """SIGTERM may come while a verdict is printed: then the answers are closed, and nobody waits for those to come."""
    slow = sorted((ROOT / "certificates" / "symmetric-minima").glob("type-i-*.json"))  # each takes seconds
    answers = parallel.check_all(Session(), [(path, False) for path in (CORPUS / "valid" / SMALL, *slow)], 2)
    others = set(active_children())
    assert isinstance(next(answers)[0], Verified)
    working = set(active_children()) - others
    answers.close()
    assert {process.exitcode for process in working} == {-signal.SIGTERM}


def test_nothing_is_imported_from_the_folder_of_a_stranger(tmp_path: Path) -> None:
    """As installed: a command is a file elsewhere, so Python itself does not import from the current folder."""
    command = tmp_path / "bin" / "verify-check"
    command.parent.mkdir()
    command.write_text(
        "import sys\nfrom verify.checker.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())"
    )
    folder = tmp_path / "stranger"
    folder.mkdir()
    for name in ("multiprocessing", "json", "flint", "concurrent", "verify"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'a').write({name!r})")
    arguments = [sys.executable, str(command), "--jobs", "2", str(CORPUS / "valid" / "type-ii-k6.json")]
    result = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    assert not (tmp_path / "executed").exists()
    assert "1 verified" in result.stdout, result.stderr


@pytest.mark.parametrize("jobs", ["0", "-1", "1.5", "many", "1000000", "²"])
def test_a_number_of_processes_is_asked_for(jobs: str) -> None:
    result = run("--jobs", jobs, *FOLDERS)
    assert result.returncode == 2
    assert "is not a number of processes from 1 to 256" in result.stderr
