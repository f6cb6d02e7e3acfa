"""The files that other systems read: workflows, the action, the hook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def content(path: Path) -> Any:
    """A file of YAML. YAML 1.1 takes the key `on` for true."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def filled_in(text: str, values: dict[str, str]) -> str:
    """A text with its expressions evaluated, as GitHub does for plain names. Raises KeyError for an unknown one."""
    return _EXPRESSION.sub(lambda found: values[found[1]], text)


def commands(path: Path) -> Iterator[str]:
    """Each line of shell that a workflow runs, for each entry of a job's matrix."""
    for job in content(path)["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        names = {"env.SEED": "7", "github.token": "", **{f"matrix.{name}": str(v[0]) for name, v in matrix.items()}}
        for entry in matrix.get("include", [{}]):
            values = {**names, **{f"matrix.{name}": value for name, value in entry.items()}}
            for step in job["steps"]:
                yield from filled_in(step.get("run", ""), values).splitlines()
