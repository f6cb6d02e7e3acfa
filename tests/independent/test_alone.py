"""The second checker shares nothing: it runs from a copy of its one file, with the standard library alone."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from tests.independent.differential import CORPUS
from verify.independent import check

SOURCE = Path(check.__file__)


def test_it_imports_the_standard_library_only() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert all(node.level == 0 for node in nodes if isinstance(node, ast.ImportFrom))


def test_it_uses_no_float_but_for_the_clock() -> None:
    """Floats are the seconds of the time limit and what `repr` shows: nothing that a verdict depends on."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert [node.value for node in constants] == [check.TIME_LIMIT, 0.0]
    calls = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call for call in calls if call.startswith("float(")] == ["float(text)"]
    divisions = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)]
    assert not [ast.unparse(node) for node in divisions if "len(" in ast.unparse(node)]
    forbidden = {"eval", "exec", "compile", "__import__", "pickle", "getattr(sys"}
    assert not [call for call in calls if call.split("(")[0] in forbidden]


def test_a_copy_runs_without_anything_else(tmp_path: Path) -> None:
    """Python without site-packages (-S), the folder of the project or variables of the environment (-I)."""
    copy = Path(shutil.copy(SOURCE, tmp_path / "check.py"))
    for name, code in (
        ("valid/type-ii-k6", 0),
        ("valid/symmetric-type-ii", 0),
        ("invalid/rejected-saddle-inertia", 1),
        ("malformed/raw-null", 2),
    ):
        command = [sys.executable, "-I", "-S", str(copy), str(CORPUS / f"{name}.json")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == code, done
        assert done.stderr == ""
