"""`verify search` and the experiment, run as a user would."""

import json
import sys
from fractions import Fraction
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from verify import Verified, check
from verify.producer.cli import main
from verify.producer.cli.ranges import pairs
from verify.producer.search import SearchResult
from verify.producer.search.descent import PAPER
from verify.proofs import safran_shamir_2018_experiment as experiment


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        ("8", "9", [(8, 9)]),
        ("6:8", "k", [(6, 6), (7, 7), (8, 8)]),
        ("6:7", "k,k+1", [(6, 6), (7, 7), (6, 7), (7, 8)]),
        ("5", "k-1", [(5, 4)]),
        ("2,4:5", "3", [(2, 3), (4, 3), (5, 3)]),
        ("2", "2:3,k", [(2, 2), (2, 3)]),
    ],
)
def test_pairs_are_read_as_written(k: str, n: str, expected: list[tuple[int, int]]) -> None:
    assert pairs(k, n) == expected


@pytest.mark.parametrize(
    ("k", "n"),
    [("", "8"), ("8", "x"), ("k", "8"), ("8", "k*2"), ("9:6", "k"), ("0", "1"), ("100", "k+1"), ("1", "k:5"),
     ("8", "1:1000"), ("1", "k-1")],
)  # fmt: skip
def test_what_is_no_range_is_refused_by_option(k: str, n: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        pairs(k, n)
    assert caught.value.param_hint in ("--k", "--n")
    result = run("search", "--k", k, "--n", n)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_range_gives_one_file_a_pair_and_finished_ones_are_kept(folder: Path) -> None:
    options = ["search", "--k", "3:4", "--n", "k", "--runs", 4, "--output", folder / "found"]
    assert run(*options).exit_code == 0
    files = sorted(folder.glob("found/*"))
    assert [path.name for path in files] == ["search-3-3.npz", "search-4-4.npz"]
    before = [path.stat().st_mtime_ns for path in files]
    assert run(*options).exit_code == 0
    assert [path.stat().st_mtime_ns for path in files] == before
    assert run(*options, "--seed", 1).exit_code == 0
    assert SearchResult.load(files[0]).seed == 1


def test_out_of_time_it_goes_on_when_run_again(folder: Path) -> None:
    options = ["search", "--k", 9, "--n", 9, "--runs", 20, "--no-directed", "--batch", 5]
    result = run(*options, "--time-limit", 0)
    assert result.exit_code == 0
    assert "Time is up" in result.output
    assert (folder / "search-9-9.checkpoint.npz").exists()
    assert SearchResult.load("search-9-9.npz").under_way == 5
    result = run(*options)
    assert "Time is up" not in result.output
    assert [path.name for path in folder.iterdir()] == ["search-9-9.npz"]
    found = SearchResult.load("search-9-9.npz")
    assert (found.runs, found.under_way) == (20, 0)


def test_certify_proves_what_was_found(folder: Path) -> None:
    result = run("search", "--k", 6, "--n", 6, "--runs", 0, "--certify")
    found = SearchResult.load("search-6-6.npz")
    assert result.exit_code == 0
    assert result.output.count("point-") == len(found.candidates) > 0
    assert run("check", "search-6-6-certificates").exit_code == 0


def test_a_damaged_checkpoint_or_result_is_refused_and_left_alone(folder: Path) -> None:
    for name in ("search-5-5.checkpoint.npz", "search-5-5.npz"):
        (folder / name).write_text("damaged")
        result = run("search", "--k", 5, "--n", 5, "--runs", 1)
        assert result.exit_code == 2
        assert result.output.strip().count("\n") == 0
        assert f"{name} is not an .npz file" in result.output
        assert (folder / name).read_text() == "damaged"


def test_a_backend_that_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    result = run("search", "--k", 5, "--n", 5, "--backend", "jax")
    assert result.exit_code == 2
    assert result.output == "Error: JAX is not installed: pip install 'landscape-verify[jax]'\n"


def test_a_device_that_is_not_there_is_one_line() -> None:
    result = run("search", "--k", 5, "--n", 5, "--device", "cuda")
    assert result.exit_code == 2
    assert "NumPy computes on the CPU only" in result.output


def test_the_experiment_in_small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped at once, then finished, then reported again from its files, the same to the byte."""
    series = experiment.Series("paper", "By the paper's protocol", PAPER, 12, ((8, 8), (6, 7)))
    monkeypatch.setattr(experiment, "SERIES", (series,))
    command = ["prove", "safran-shamir-2018", "--experiment", "--output", folder / "made"]
    result = run(*command, "--time-limit", 0)
    assert result.exit_code == 3, result.output
    assert "Not made yet: (8, 8), (6, 7)" in (folder / "made" / "EXPERIMENT.md").read_text()
    assert run(*command).exit_code == 0
    report = (folder / "made" / "EXPERIMENT.md").read_text()
    assert "all 1 published percentages agree" in report
    (row,) = [line for line in report.splitlines() if line.startswith("| 8 | 8 ")]
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[3] == "12"
    assert float(cells[4]) > 0
    assert cells[6] == "12.6"
    assert run("check", folder / "made" / "paper").exit_code == 0
    picture = (folder / "made" / "experiment.svg").read_bytes()
    assert run(*command).exit_code == 0
    assert (folder / "made" / "EXPERIMENT.md").read_text() == report
    assert (folder / "made" / "experiment.svg").read_bytes() == picture


def test_an_end_point_whose_certificate_is_of_another_point_does_not_count(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = experiment.Series("paper", "By the paper's protocol", PAPER, 12, ((8, 8),))
    monkeypatch.setattr(experiment, "SERIES", (series,))
    command = ["prove", "safran-shamir-2018", "--experiment", "--output", folder]
    assert run(*command).exit_code == 0
    assert run("search", "--k", 6, "--n", 6, "--runs", 0, "--certify").exit_code == 0
    (own,) = folder.glob("paper/*.json")
    own.write_bytes(next(iter(sorted(folder.glob("search-6-6-certificates/*.json")))).read_bytes())
    assert run(*command).exit_code == 0
    report = (folder / "EXPERIMENT.md").read_text()
    assert "| 8 | 8 | 12 | 0.0 |" in report
    assert "Runs at points that are not certified: (8, 8)" in report


def test_a_proof_without_an_experiment_says_so() -> None:
    result = run("prove", "other-activations", "--experiment")
    assert result.exit_code == 2
    assert "has no experiment" in result.output


TEACHER = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, 0.25]])


def test_another_teacher_is_read_from_a_file_and_its_points_are_proved(folder: Path) -> None:
    np.save("oblique.npy", TEACHER)
    result = run("search", "--teacher", "oblique.npy", "--n", "1,k", "--runs", 8, "--certify", "--format", "json")
    document = json.loads(result.stdout)
    assert [(each["teacher"], each["k"], each["n"]) for each in document["results"]] == [
        ("oblique.npy", 2, 1),
        ("oblique.npy", 2, 2),
    ]
    found = SearchResult.load(folder / "search-oblique-1.npz")
    assert found.landscape.teacher.tolist() == TEACHER.tolist()
    assert found.students.shape[1:] == (1, 3)
    (path,) = (folder / "search-oblique-1-certificates").glob("*.json")
    verdict = check(path)
    assert isinstance(verdict, Verified)
    assert verdict.statement.landscape.teacher == tuple(tuple(map(Fraction, row)) for row in TEACHER.tolist())


def test_the_result_of_another_teacher_is_not_taken_for_this_ones(folder: Path) -> None:
    """Both are of the same size, and their file has the same name."""
    np.save("teacher.npy", TEACHER)
    assert run("search", "--teacher", "teacher.npy", "--n", 1, "--runs", 2).exit_code == 0
    np.save("teacher.npy", TEACHER + 1)
    assert run("search", "--teacher", "teacher.npy", "--n", 1, "--runs", 2).exit_code == 0
    assert SearchResult.load(folder / "search-teacher-1.npz").landscape.teacher.tolist() == (TEACHER + 1).tolist()


def test_a_teacher_may_have_its_neurons_in_columns(folder: Path) -> None:
    np.save("teacher.npy", TEACHER.T)
    assert run("search", "--teacher", "teacher.npy", "--neurons", "columns", "--n", 1, "--runs", 1).exit_code == 0
    assert SearchResult.load(folder / "search-teacher-1.npz").landscape.teacher.tolist() == TEACHER.tolist()


def test_files_that_are_no_teacher_are_refused_in_one_line(folder: Path) -> None:
    np.save("stack.npy", np.ones((2, 2, 2)))
    np.save("zero.npy", np.zeros((2, 2)))
    np.save("many.npy", np.ones((101, 2)))
    np.save("good.npy", TEACHER)
    for options, message in (
        (["--teacher", "stack.npy"], "holds 2 matrices; one is needed"),
        (["--teacher", "zero.npy"], "teacher has a zero row"),
        (["--teacher", "many.npy"], "101 neurons are more than 100"),
        (["--teacher", "good.npy", "--k", 2], "either --k, for the orthonormal teacher, or --teacher"),
        ([], "either --k, for the orthonormal teacher, or --teacher"),
    ):
        result = run("search", *options, "--n", 1)
        assert (result.exit_code, "Traceback" in result.output) == (2, False)
        assert message in " ".join(result.output.split())
