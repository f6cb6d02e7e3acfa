"""The counting functions of `benchmarks/house.py`, on modules small enough to count by hand."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
HOUSE: dict[str, Any] = runpy.run_path(str(ROOT / "benchmarks" / "house.py"))
code_lines, executed, sizes, reaches_inside, disk_bytes, markdown = (
    HOUSE[name] for name in ("code_lines", "executed", "sizes", "reaches_inside", "disk_bytes", "markdown")
)

MODULE = '''\
"""A docstring
of two lines."""

import os
from sys import (
    path,
)

# a comment
LIMIT = 3  # with a comment


def twice(x: int) -> int:
    """A docstring."""
    text = """no
    docstring"""
    import json

    return (
        x
        + x
    ) if text else 0


class Empty:
    "Another kind of docstring."
'''


def test_lines_of_code() -> None:
    assert code_lines(MODULE) == {10, 13, 15, 19, 20, 21, 22, 25}
    assert code_lines("") == code_lines('"""Only a docstring."""\n# and a comment\n') == set()
    assert code_lines("x = 1; import os\n") == set(), "an import drops its whole line"


def test_what_is_generated_is_counted_apart() -> None:
    checker = ROOT / "verify" / "checker"
    generated = {path.relative_to(checker) for path in checker.rglob("*.py") if HOUSE["is_generated"](path)}
    kernels = checker / "losses" / "kernels"
    assert generated == {path.relative_to(checker) for path in kernels.glob("*.py") if path.stem != "__init__"}


def test_sizes_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "b.py").write_text(MODULE)
    (tmp_path / "a.py").write_text("x = 1\n\n\ny = 2\n")
    (tmp_path / "notes.txt").write_text("x = 1\n")
    assert sizes(tmp_path) == {"a.py": (2, 4), "inner/b.py": (8, len(MODULE.splitlines()))}


def test_what_some_modules_import(tmp_path: Path) -> None:
    package = tmp_path / "package"
    modules = {
        "__init__": "from package.front import start",
        "front/__init__": "",
        "front/start": "import os\nfrom package.core import exact\n",
        "core/__init__": "",
        "core/exact": "def f():\n    from package.core.balls import ball",
        "core/balls": "from package_of_others.core import unused",
        "core/unused": "",
        "kinds/empirical_risk": "from package.core import unused",
        "kinds/small": "from package.kinds.empirical_risk import kinds",
    }
    for name, text in modules.items():
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    exact = {"core/exact.py", "core/balls.py"}
    assert HOUSE["closure"](["core.exact"], package) == exact
    assert HOUSE["closure"](["front"], package) == exact | {"front/__init__.py", "front/start.py"}
    assert HOUSE["closure"](["kinds.small"], package) == {"kinds/small.py", "kinds/empirical_risk.py"}, "the long list"


def test_the_first_design_is_a_part_of_the_checker() -> None:
    first = HOUSE["closure"](["__main__", "front", *HOUSE["FIRST_DESIGN"]])
    every = set(sizes(HOUSE["CHECKER"]))
    assert first < every
    assert {f"{name.replace('.', '/')}.py" for name in HOUSE["FIRST_DESIGN"]} < first
    assert not {"theorems/basin.py", "theorems/trajectory.py", "kinds/network_features.py"} & first


def test_lines_by_room() -> None:
    assert HOUSE["by_room"]({"a/b.py": (2, 9), "a/c.py": (3, 9), "d.py": (1_000, 9)}) == "a 5, beside 1,000"


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        ("from verify.checker.theorems.saddle import saddle", True),
        ("from verify.checker.theorems import saddle", True),
        ("from verify.checker import theorems", True),
        ("from verify.checker.losses.relu import value", True),
        ("import verify.checker.losses.relu", True),
        ("from verify.checker.front.session import _tier", True),
        ("from verify.checker._hidden import tier", True),
        ("def f():\n    from verify.checker.core.reader import _integer", True),
        ("from verify.checker import check", False),
        ("from verify.checker.__main__ import main", False),
        ("from verify.checker.front.session import Session", False),
        ("from verify.producer.landscapes.landscape import Landscape", False),
        ("from verify.checker_of_others import _name", False),
        ("from verify.producer.prover.rounding import _round", False),
        ("import verify.checker.front.session", False),
        ("from .theorems import x", False),
    ],
)
def test_what_reaches_inside(line: str, inside: bool) -> None:
    assert reaches_inside(line) is inside


def test_lines_executed_by_a_check() -> None:
    ran = executed(HOUSE["THEOREM_1"])
    every = {name: code for name, (code, _) in sizes(HOUSE["CHECKER"]).items()}
    assert set(ran) <= set(every)
    assert all(within <= lines <= every[name] for name, (lines, within) in ran.items())
    assert ran["theorems/strict_local_minimum.py"][1] > 10, "the rule that proves it"
    assert "theorems/saddle.py" not in ran or ran["theorems/saddle.py"][1] == 0, "no rule that does not"
    assert not any(name.startswith("float64/") for name in ran)


def test_a_certificate_that_is_not_verified_is_no_measure() -> None:
    with pytest.raises(ValueError, match="is Malformed"):
        executed(ROOT / "tests" / "corpus" / "malformed" / "format-unknown.json")


def test_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a").write_bytes(b"x" * 1_000)
    (tmp_path / "b").write_bytes(b"y" * 24)
    assert disk_bytes(tmp_path) == 1_024
    os.link(tmp_path / "b", tmp_path / "c")
    assert disk_bytes(tmp_path) == 1_024, "another name of the same file"


def test_times_are_of_commands_that_succeed() -> None:
    times = HOUSE["seconds"]({"nothing": [sys.executable, "-c", "pass"]}, 3)
    assert 0 < times["nothing"] < 60
    with pytest.raises(RuntimeError, match="ended with 3"):
        HOUSE["seconds"]({"fails": [sys.executable, "-c", "raise SystemExit(3)"]}, 1)


def test_the_table() -> None:
    assert markdown([("files", "2")]) == "| measure | now |\n|---|---|\n| files | 2 |"
