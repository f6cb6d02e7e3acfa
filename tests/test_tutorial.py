"""The tutorial's commands, word for word, print what it says; the examples and the notebook run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.campaigns import campaign
from tests.corpus.forge import CORPUS

ROOT = Path(__file__).parents[1]
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "examples"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "COLUMNS"},  # which would wrap lines
    "PYTHONPATH": str(ROOT),
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "NO_COLOR": "1",
}


class Block(NamedTuple):
    """Commands, the lines that the tutorial shows, and how the last command ends."""

    commands: list[str]
    shown: list[str]
    code: int


def blocks(text: str) -> list[Block]:
    found = []
    for comment, body in re.findall(r"(?:<!-- ends with (\d+) -->\n)?```console\n(.*?)```", text, flags=re.S):
        lines = body.splitlines()
        commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        found.append(Block(commands, [line for line in lines if not line.startswith("$ ")], int(comment or 0)))
    return found


def is_printed(shown: list[str], output: str) -> bool:
    """Whether the lines shown are those printed; `...` stands for what is left out, within a line or of lines."""
    parts = [".*" if part == "..." else re.escape(part) for part in re.split(r"(\.\.\.)", "\n".join(shown))]
    lines = "\n".join(line.rstrip() for line in output.splitlines())
    return re.fullmatch("".join(parts), lines, flags=re.S) is not None


def test_the_tutorial_is_as_it_says(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "verify"  # of this tree, wherever another one may be installed
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m verify "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    environment = {**ENVIRONMENT, "PATH": f"{program.parent}{os.pathsep}{ENVIRONMENT['PATH']}"}
    assert len(blocks(TUTORIAL)) == 6
    for commands, shown, code in blocks(TUTORIAL):
        done = subprocess.run(
            ["sh", "-c", "\n".join(commands)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (commands, done.stderr)
        assert is_printed(shown, done.stdout), (commands, done.stdout)


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        (["a", "...", "b ... c"], "a\nx\ny\nb 7 s c\n", True),
        (["a", "b"], "a  \nb\n", True),
        (["a", "b"], "a\nx\nb\n", False),
        (["a ... b"], "a", False),
    ],
)
def test_what_counts_as_printed(shown: list[str], output: str, same: bool) -> None:
    assert is_printed(shown, output) is same


@pytest.mark.parametrize(
    ("name", "arguments", "printed"),
    [
        ("prove_a_minimum", [], "has a strict local minimum that is not global"),
        ("audit_a_network", [], "has a strict local minimum, within"),
        pytest.param("audit_a_torch_module", [], "by PyTorch, 0.0894425123 here", marks=campaign),
        pytest.param("refine_a_torch_network", [], "There: The empirical risk (cross-entropy,", marks=campaign),
        ("wide_enough", [], "11-4-2: For the network of 11 tanh units"),
        pytest.param("wide_enough_torch", [], "96 features, as trained: proved, one point", marks=campaign),
        ("check_in_python", [CORPUS / "valid" / "global-minimum-k2.json"], "(in the tier arb)"),
    ],
)
def test_an_example_runs(name: str, arguments: list[Path], printed: str, tmp_path: Path) -> None:
    if "torch" in name:
        pytest.importorskip("torch")
        pytest.importorskip("sklearn")
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if not line.startswith("step ")]  # how far a search is
    assert (done.returncode, told) == (0, [])
    assert printed in done.stdout


@campaign
@pytest.mark.parametrize("name", ["audit_a_torch_module", "refine_a_torch_network"])
def test_what_an_example_refines_is_audited_and_checked(name: str, tmp_path: Path) -> None:
    """As a user goes on: a page to hand in, and the checker alone for whoever doubts it."""
    for module in ("torch", "sklearn"):
        pytest.importorskip(module)
    audit = [sys.executable, "-m", "verify", "audit", "claims.toml"]
    commands = {
        "example": [sys.executable, str(EXAMPLES / f"{name}.py")],
        "text": audit,
        "markdown": [*audit, "--format", "markdown"],
        "html": [*audit, "--format", "html"],
        "checker": [sys.executable, "-P", "-m", "verify.checker", "claims-certificates"],
    }
    told = {}
    for key, command in commands.items():
        done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        told[key] = done.stdout
    assert "1 claim: 1 proved, 0 refuted, 0 undecided." in told["text"]
    assert max(map(len, told["text"].splitlines()[:-1])) <= 100
    assert (
        "| trained | proved | a local minimum, strict or not, lies within 1/1000 of the given point |"
        in told["markdown"]
    )
    assert "<!DOCTYPE html>" in told["html"]
    assert "1 file: 1 verified, 0 rejected, 0 undecided, 0 malformed" in told["checker"]


def test_every_example_is_run() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == [
        "audit_a_network",
        "audit_a_torch_module",
        "check_in_python",
        "prove_a_minimum",
        "refine_a_torch_network",
        "wide_enough",
        "wide_enough_torch",
    ]


def test_the_example_of_verdicts_tells_what_is_not_proved() -> None:
    bad = [CORPUS / "invalid" / "rejected-minimum-bound-too-large.json", CORPUS / "malformed" / "raw-null.json"]
    command = [sys.executable, str(EXAMPLES / "check_in_python.py"), *map(str, bad)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "this file proves nothing" in done.stdout


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(EXAMPLES / "first_certificate.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is committed without what it prints"
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(each.get("text", "") for cell in notebook.cells for each in cell.get("outputs", []))
    assert "has a strict local minimum that is not global" in printed
    assert "a verdict has no truth value" in printed
