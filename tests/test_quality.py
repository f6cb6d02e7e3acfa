"""The tools that read the code: they pass, or their output is shown."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import campaigns_only

ROOT = Path(__file__).parent.parent

TOOLS = {
    "ruff": [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
    "mypy": [sys.executable, "-m", "mypy"],
    "import-linter": [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
}
MODULES = {"ruff": "ruff", "mypy": "mypy", "import-linter": "importlinter"}


@pytest.mark.parametrize("name", campaigns_only(TOOLS, unless=lambda name: name != "mypy"))
def test_tool_finds_nothing(name: str) -> None:
    assert importlib.util.find_spec(MODULES[name]), f"install it: pip install -e .[test] ({name})"
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run(TOOLS[name], capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert done.returncode == 0, f"{name}:\n{done.stdout}{done.stderr}"
