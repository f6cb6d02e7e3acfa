"""The second checker shares nothing: it runs from a copy of its folder, with the standard library alone."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.independent.differential import CORPUS
from tests.independent.package import FOLDER, SOURCES
from verify.independent.checking import TIME_LIMIT

TREES = {
    str(source.relative_to(FOLDER).with_suffix("")): ast.parse(source.read_text(encoding="utf-8")) for source in SOURCES
}


@pytest.mark.parametrize("name", TREES)
def test_it_imports_the_standard_library_and_its_own_folder_only(name: str) -> None:
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            depth = name.count("/") + 1
            within = 1 <= node.level <= depth
            assert within or (node.level == 0 and str(node.module).split(".")[0] in sys.stdlib_module_names)


def test_it_uses_no_float_but_for_the_clock() -> None:
    """Floats are the seconds of the time limit and what `repr` shows: nothing that a verdict depends on."""
    nodes = [node for tree in TREES.values() for node in ast.walk(tree)]
    constants = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert constants == [TIME_LIMIT, 0.0]
    calls = [ast.unparse(node) for node in nodes if isinstance(node, ast.Call)]
    assert [call for call in calls if call.startswith("float(")] == ["float(text)"]
    divisions = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    assert not [ast.unparse(node) for node in divisions if "len(" in ast.unparse(node)]
    forbidden = {"eval", "exec", "compile", "__import__", "pickle", "getattr(sys"}
    assert not [call for call in calls if call.split("(")[0] in forbidden]


def test_a_copy_runs_without_anything_else(tmp_path: Path) -> None:
    """Python without site-packages (-S), the folder of the project or variables of the environment (-E)."""
    shutil.copytree(FOLDER, tmp_path / "second", ignore=shutil.ignore_patterns("__pycache__"))
    for name, code in (
        ("valid/type-ii-k6", 0),
        ("valid/symmetric-type-ii", 0),
        ("invalid/rejected-saddle-inertia", 1),
        ("malformed/raw-null", 2),
    ):
        command = [sys.executable, "-E", "-S", "-m", "second", str(CORPUS / f"{name}.json")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == code, done
        assert done.stderr == ""
