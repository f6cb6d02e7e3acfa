"""Many processes: results as they are finished, a lost worker, a real local cluster, and refusals in one line."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.in_workers import copy, copy_or_die, fail, square, whose
from verify.checker import Verified, check
from verify.checker.front import parallel
from verify.producer import parts
from verify.producer.cli import main
from verify.producer.executors import ExecutorError, completed, workers
from verify.producer.parts import Part, write_parts
from verify.producer.proof import installed
from verify.producer.prover import NotCertified
from verify.proofs import NAMES, other_activations


def test_one_job_works_in_this_process_and_in_order() -> None:
    with workers(1) as executor:
        assert executor is None
        assert list(completed(executor, [partial(square, i) for i in range(4)])) == [(0, 0), (1, 1), (2, 4), (3, 9)]


def test_several_jobs_bring_every_result_once() -> None:
    with workers(2) as executor:
        assert sorted(completed(executor, [partial(square, i) for i in range(8)])) == [(i, i * i) for i in range(8)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_call_raises_arrives_whole(jobs: int) -> None:
    with workers(jobs) as executor, pytest.raises(NotCertified, match="no proof; gradient norm 7") as caught:
        list(completed(executor, [partial(fail, 7)]))
    assert caught.value.reason == "no proof"
    assert caught.value.measured == {"gradient_norm": 7}


def test_a_call_that_a_broken_pool_forgot_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 can lose what is submitted while it notices that a process has died."""

    class Forgetful(ThreadPoolExecutor):
        forgotten: Future[object] | None = None

        def submit(self, *arguments: object) -> Future[object]:  # type: ignore[override]
            if self.forgotten is not None:
                raise BrokenProcessPool
            self.forgotten = Future()
            return self.forgotten

    monkeypatch.setattr(parallel, "_SECONDS_BETWEEN_LOOKS", 0.01)
    with Forgetful() as pool, pytest.raises(ExecutorError, match="died"):
        list(completed(pool, [partial(square, 2)]))


def test_a_call_that_takes_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_SECONDS_BETWEEN_LOOKS", 0.01)
    with ThreadPoolExecutor(2) as pool:
        assert list(completed(pool, [partial(slowly, 0.1)])) == [(0, 0.1)]


def slowly(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_a_lost_worker_loses_no_finished_certificate_and_the_next_run_goes_on(tmp_path: Path) -> None:
    source, marker = Path(__file__).parent / "corpus" / "valid" / "type-ii-k6.json", tmp_path / "marker"
    folder = tmp_path / "out"

    first = Part("first.json", partial(copy, source), lambda statement: True)
    second = Part("second.json", partial(copy_or_die, source, marker), lambda statement: True)
    with workers(2) as executor:
        write_parts([first], folder, lambda *given: None, executor)
    written = (folder / "first.json").stat().st_mtime_ns
    marker.touch()
    lost = "died.*1 of 2 certificates are in .*run the command again"
    with pytest.raises(ExecutorError, match=lost), workers(2) as executor:
        write_parts([first, second], folder, lambda *given: None, executor)
    assert [path.name for path in folder.iterdir()] == ["first.json"]
    marker.unlink()
    with workers(2) as executor:
        digests = write_parts([first, second], folder, lambda *given: None, executor)
    assert sorted(digests) == ["first.json", "second.json"]
    assert (folder / "first.json").stat().st_mtime_ns == written
    assert isinstance(check(folder / "second.json"), Verified)


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.campaign), 2])
def test_what_is_there_is_checked_again_by_the_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """What no longer checks, or proves something else, is made again; the rest is kept."""
    source = Path(__file__).parent / "corpus" / "valid" / "type-ii-k6.json"
    parts = [
        Part(f"{name}.json", partial(copy, source), lambda statement, name=name: name != "other")
        for name in ("good", "other", "bad")
    ]
    for part in parts:
        copy(source).save(tmp_path / part.file)
    (tmp_path / "bad.json").write_text("{}")
    before = {part.file: (tmp_path / part.file).stat().st_mtime_ns for part in parts}
    with workers(jobs) as executor:
        write_parts(parts, tmp_path, lambda *given: None, executor)
    changed = [part.file for part in parts if (tmp_path / part.file).stat().st_mtime_ns != before[part.file]]
    assert changed == ["other.json", "bad.json"]
    monkeypatch.setattr("verify.producer.parts._checked", whose)
    with workers(jobs) as executor:
        write_parts(parts, tmp_path, lambda *given: None, executor)
    again = [part.file for part in parts if (tmp_path / part.file).stat().st_mtime_ns != before[part.file]]
    assert len(again) == (3 if jobs == 2 else 2)  # with one job nothing is asked of another process


def test_certify_prints_and_writes_the_same_with_several_jobs(tmp_path: Path) -> None:
    points = np.array([np.eye(2), [[0.0, 1], [1, 0]], [[1, 1], [1, 1]], [[0, 0], [1, 0]]])
    np.save(tmp_path / "points.npy", points)
    outputs = []
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        command = ["certify", str(tmp_path / "points.npy"), "--output", str(folder), "--jobs", str(jobs)]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 3
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        outputs.append((result.stdout.replace(str(folder), "FOLDER"), files))
    assert outputs[0] == outputs[1]
    assert "point 1: the same as point 0" in outputs[0][0]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A Dask scheduler and one worker, each a process of its own."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as running:
        yield running.scheduler_address.replace("tcp://", "dask://")


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_proves_what_one_process_does(cluster: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    command = ["prove", "other-activations", "--executor", cluster, "--output", str(folder)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    for name in other_activations.LANDSCAPES:
        verdict = check(folder / name)
        assert isinstance(verdict, Verified)
        assert other_activations.settles(name, verdict.statement)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mpi://host:1", "known: dask://HOST:PORT"),
        ("dask://127.0.0.1:9", "no Dask scheduler answers at dask://127.0.0.1:9"),
    ],
)
def test_an_executor_that_cannot_be_had_is_one_line(
    address: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verify.producer.executors.CONNECT_SECONDS", 1)
    result = CliRunner().invoke(main, ["prove", "other-activations", "--executor", address, "--output", str(tmp_path)])
    assert result.exit_code == 74
    assert reason in result.output
    assert len(result.output.strip().splitlines()) <= 3
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_bundled_proof_works_in_as_many_processes_as_asked_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AskedError(Exception):
        pass

    def asked(executor: object, calls: object) -> object:
        pickle.dumps(calls)  # as it would be sent there
        raise AskedError(executor)

    monkeypatch.setattr(parts, "completed", asked)
    with ThreadPoolExecutor(1) as executor, pytest.raises(AskedError) as raised:
        installed()[name].write(tmp_path, lambda what, done, of: None, executor)
    assert raised.value.args == (executor,)
