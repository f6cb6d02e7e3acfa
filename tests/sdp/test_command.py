"""`verify sdp`: its output, its exit codes, and its bad input."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.corpus.make_valid_sdp import DATA
from verify.producer.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["sdp", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("two-blocks.dat-s", "dependent.dat-s"):
        (data / name).write_text(DATA[name])
    return data


def test_bound_prints_what_is_proved_and_writes_it(folder: Path, tmp_path: Path) -> None:
    result = run("bound", folder / "two-blocks.dat-s", "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "that is not proved" in result.output
    assert "for every feasible x." in result.output
    assert "some feasible x has c.x <= 2.0000" in result.output
    checked = CliRunner().invoke(main, ["check", str(tmp_path / "out")])
    assert checked.exit_code == 0
    assert "2 verified" in checked.output


def test_bound_in_json(folder: Path, tmp_path: Path) -> None:
    result = run("bound", folder / "two-blocks.dat-s", "--format", "json", "--output", tmp_path / "out")
    record = json.loads(result.stdout)
    keys = {"solver_value", "lower", "upper", "relative_gap", "seconds_solve", "seconds_bound", "infeasible"}
    assert keys <= set(record)
    assert Fraction(record["lower"]) <= 2 <= Fraction(record["upper"])
    assert record["infeasible"] is None
    assert all(Path(path).is_file() for path in record["certificates"])


def test_table(folder: Path, tmp_path: Path) -> None:
    result = run("table", folder, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "two-blocks.dat-s" in result.output
    assert "dependent.dat-s" in result.output
    records = json.loads(run("table", folder, "--output", tmp_path / "out", "--format", "json").stdout)["results"]
    assert [record["file"] for record in records] == ["dependent.dat-s", "two-blocks.dat-s"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("2\n2\n2 -2\n1 1\n0 1 1 3 -1\n", "line 5: the index is 3, not between 1 and 2"),
        ("2\n2\n2\n1 1\n", "line 3: 2 orders of blocks are needed"),
    ],
)
def test_a_bad_file_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.dat-s"
    path.write_text(content)
    result = run("bound", path)
    assert result.exit_code == 2
    assert f"Error: {path}: {message}" in result.output
    assert "Traceback" not in result.output


def test_bad_options_are_one_line(folder: Path, tmp_path: Path) -> None:
    path = folder / "two-blocks.dat-s"
    result = run("bound", path, "--solver", "NONESUCH")
    assert result.exit_code == 2 and "the solver 'NONESUCH' is not installed; installed: " in result.output
    for box in ("x", "-1", "0.5"):
        assert run("bound", path, "--box", box).exit_code == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "there is no .dat-s file in this folder" in run("table", empty).output
    assert run("bound", tmp_path / "absent.dat-s").exit_code == 2


@pytest.mark.parametrize("command", ["bound", "table"])
def test_the_commands_teach(command: str) -> None:
    assert "Example:" in run(command, "--help").output


UNBOUNDED = "2\n1\n2\n-1 0\n0 1 1 2 -1\n1 1 1 1 1\n2 1 2 2 1\n"
"""inf -x_1 with [[x_1, 1], [1, x_2]] semidefinite: no lower bound but that of a box, -B."""


def bound_in_box(tmp_path: Path, box: str) -> tuple[str, dict[str, object]]:
    path = tmp_path / "unbounded.dat-s"
    path.write_text(UNBOUNDED)
    arguments = ("bound", path, "--box", box, "--output", tmp_path / "out")
    return run(*arguments).output, json.loads(run(*arguments, "--format", "json").stdout)


def test_a_box_that_excludes_every_minimiser_gives_no_value(tmp_path: Path) -> None:
    output, record = bound_in_box(tmp_path, "2")
    assert "for every feasible x among those with |x_i| <= 2 for every i." in output
    assert "So the box excludes every minimiser" in output
    assert "value is in" not in output
    assert record["box"] == "|x_i| <= 2"
    assert record["box_excludes_minimisers"] is True
    assert record["lower"] is record["relative_gap"] is None


def test_a_bound_in_a_box_is_called_one(tmp_path: Path) -> None:
    """The point of the upper bound is in the larger box."""
    output, record = bound_in_box(tmp_path, "1000000000000")
    assert "So the value among |x_i| <= 1000000000000 is in [" in output or "So, if a minimiser is among" in output
    assert record["box_excludes_minimisers"] is False
    assert record["lower"] <= record["upper"]  # type: ignore[operator]


def test_without_need_a_box_is_not_used(folder: Path, tmp_path: Path) -> None:
    result = run("bound", folder / "two-blocks.dat-s", "--box", "4", "--output", tmp_path / "out")
    assert "So the value is in [" in result.output
    assert "among" not in result.output
