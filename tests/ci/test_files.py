"""Workflows, action and hook are what GitHub and pre-commit read, and the commands that they name are there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.campaigns import campaign
from tests.ci.files import ACTION, HOOKS, ROOT, WORKFLOWS, commands, content
from verify.producer.cli import main

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EVERY = [line for path in WORKFLOWS for line in commands(path)]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.github-actions", [ACTION])],
    ids=["workflows", "action"],
)
def test_github_s_schema_is_satisfied(schema: str, paths: list[Path]) -> None:
    pytest.importorskip("check_jsonschema", reason="pip install check-jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_workflows_are_there() -> None:
    assert [path.stem for path in WORKFLOWS] == ["ci", "nightly", "release"]
    assert len(EVERY) > 20


def test_ci_runs_what_a_submission_runs_on_every_python_and_two_systems() -> None:
    matrix = content(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"][0] == PROJECT["requires-python"].removeprefix(">=")
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos"}
    assert "bash .ci/run" in commands(ROOT / ".github" / "workflows" / "ci.yml")


def test_every_module_that_is_run_exists() -> None:
    named = {found for line in EVERY for found in re.findall(r"python3? -m ([\w.]+)", line)}
    assert named >= {"pytest", "tests.fuzz", "tests.guard", "tests.mutation", "tests.independent", "pip", "build"}
    assert [name for name in sorted(named) if find_spec(name) is None] == []


def test_every_script_that_is_run_exists_and_may_be() -> None:
    named = {found for line in EVERY for found in re.findall(r"(?:^|\s)(\.ci/[\w-]+|rocq/[\w.]+)", line)}
    assert named == {".ci/run", ".ci/from-the-wheel", "rocq/ci.sh"}
    assert all(os.access(ROOT / name, os.X_OK) for name in named)


def test_every_command_of_verify_exists() -> None:
    named = {found for line in EVERY for found in re.findall(r"(?:^|/)verify ([a-z]+)", line)}
    assert named
    assert named <= {*main.commands}


@campaign
@pytest.mark.parametrize("line", sorted({line for line in EVERY if line.startswith(("python -m tests", "verify"))}))
def test_every_option_that_is_named_exists(line: str) -> None:
    if "tests.mutation" in line:
        pytest.importorskip("cosmic_ray", reason="pip install -e .[mutation]")
    words = shlex.split(line)
    module = ["-m", *words[2:3]] if words[0] == "python" else ["-m", "verify", words[1]]
    done = subprocess.run([sys.executable, *module, "--help"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert [word for word in words if word.startswith("--") and word not in done.stdout] == []


def test_the_extras_that_are_installed_exist() -> None:
    named = {found for line in EVERY for found in re.findall(r"\[([\w-]+)\]'?", line) if "pip" in line}
    assert named
    assert named <= {*PROJECT["optional-dependencies"]}


def test_the_hook_runs_a_command_of_this_package_on_certificates_only() -> None:
    (hook,) = content(HOOKS)
    program, *arguments = hook["entry"].split()
    assert program in PROJECT["scripts"]
    assert arguments == ["check"]
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/**/*.json") if ".venv" not in path.parts]
    chosen = [name for name in files if re.search(hook["files"], name)]
    assert chosen == [name for name in files if name.startswith("certificates/")]


def test_the_image_is_made_of_files_that_are_there_and_let_in() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, flags=re.M) for name in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert sorted(let_in) == sorted(copied)
    assert 'ENTRYPOINT ["verify", "check"]' in DOCKERFILE


def test_the_plug_in_is_an_entry_point() -> None:
    assert PROJECT["entry-points"]["pytest11"] == {"landscape-verify": "verify.producer.pytest_plugin"}
