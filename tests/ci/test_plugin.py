"""`pytest --certificates PATH`: each certificate is a test, and only a verified one passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.corpus.forge import CORPUS

ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "verify.producer.pytest_plugin",
        "-p",
        "no:cacheprovider",
        *arguments,
    ]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a test of its own and four files, one for each verdict."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "certificates" / "build").mkdir(parents=True)  # a name that pytest passes over
    for name, copy in {
        "valid/global-minimum-k2": "certificates/build/minimum",
        "valid/saddle-antiparallel-k2": "certificates/saddle",
        "invalid/rejected-minimum-bound-too-large": "certificates/refused",
        "malformed/raw-null": "certificates/null",
    }.items():
        shutil.copy(CORPUS / f"{name}.json", folder / f"{copy}.json")
    (folder / "test_own.py").write_text("def test_own():\n    pass\n")
    return folder


def test_each_certificate_is_a_test_and_only_the_verified_pass(project: Path) -> None:
    done = run(project, "--certificates", "certificates", "-rA")
    assert "4 items" in done.stdout
    assert "2 failed, 2 passed" in done.stdout
    assert "PASSED certificates/build/minimum.json::strict-local-minimum" in done.stdout
    assert "PASSED certificates/saddle.json::saddle" in done.stdout
    assert "FAILED certificates/null.json::malformed" in done.stdout
    assert "Malformed (unreadable): " in done.stdout
    assert "Rejected (hypothesis-false): " in done.stdout
    assert "Traceback" not in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("words", ["saddle", "minimum and strict and build"])
def test_chosen_by_file_and_property(project: Path, words: str) -> None:
    done = run(project, "--certificates", "certificates", "-k", words)
    assert "1 passed, 3 deselected" in done.stdout
    assert done.returncode == 0


def test_beside_the_project_s_own_tests_if_these_are_named(project: Path) -> None:
    assert "2 passed" in run(project, "test_own.py", "--certificates", "certificates/saddle.json").stdout
    assert "1 passed" in run(project).stdout


def test_a_report_says_what_was_proved(project: Path) -> None:
    done = run(project, "--certificates", "certificates/saddle.json", "--junit-xml", "report.xml", "-v")
    assert "\ncertificates/saddle.json::saddle PASSED" in done.stdout
    (case,) = ElementTree.parse(project / "report.xml").iter("testcase")  # noqa: S314
    said = {entry.get("name"): entry.get("value") for entry in case.iter("property")}
    assert said["trust"] == "arb"
    assert said["digest"].startswith("sha256:")  # type: ignore[union-attr]
    assert "saddle" in said["sentence"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--certificates", "nowhere.json"], "FAILED nowhere.json::malformed"),
        (["--certificates", "certificates/build/.."], "4 items"),
        (["--certificates", "."], "4 items"),
        (["--certificates", "certificates", "--certificates-trust", "mine"], "the trust 'mine' is not known"),
    ],
)
def test_paths_that_need_care(project: Path, arguments: list[str], message: str) -> None:
    done = run(project, *arguments, "-rf")
    assert message in done.stdout + done.stderr
    assert done.returncode != 0


def test_nothing_is_imported_unless_asked_for(project: Path) -> None:
    (project / "test_modules.py").write_text(
        "import sys\ndef test_modules():\n    assert not [x for x in sys.modules if x.startswith('verify.checker')]\n"
    )
    assert run(project, "test_modules.py").returncode == 0
