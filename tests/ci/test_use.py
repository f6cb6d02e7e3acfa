"""The action, the hook and the image's build, as their users run them: in new environments, with what pip installs.

Needs a package index, once for each; without one these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.campaigns import campaign
from tests.ci.files import ACTION, ROOT, content, filled_in
from tests.ci.test_files import DOCKERFILE
from tests.corpus.forge import CORPUS

pytestmark = campaign
GOOD, BAD = CORPUS / "valid" / "global-minimum-k2.json", CORPUS / "invalid" / "rejected-minimum-bound-too-large.json"
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "verify", "proofs", "rocq", ".pre-commit-hooks.yaml", "action.yml")


def called(*command: object, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, check=False, env={**inherited, **variables}
    )


@pytest.fixture(scope="module", autouse=True)
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("index")
    done = called(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", place, "hatchling", folder=place)
    if done.returncode:
        pytest.skip("the package index cannot be reached, so nothing is installed")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what the wheel is made of, committed."""
    place = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        options = {"ignore": shutil.ignore_patterns("__pycache__")} if (ROOT / name).is_dir() else {}
        copy(ROOT / name, place / name, **options)  # type: ignore[operator]
    committed(place)
    return place


def committed(place: Path) -> None:
    identity = ["-c", "user.name=Tests", "-c", "user.email=tests@localhost"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "All"]):
        done = called("git", *arguments, folder=place)
        assert done.returncode == 0, done.stderr


class Action:
    """The action's steps, in a shell, as a runner calls them."""

    def __init__(self, source: Path, place: Path) -> None:
        self.workspace, self._runner = place / "workspace", place / "runner"
        self._variables = {"GITHUB_ACTION_PATH": str(source), "RUNNER_TEMP": str(self._runner)}
        shutil.copytree(source, place / "action", ignore=shutil.ignore_patterns(".git"))
        (self.workspace / "certificates").mkdir(parents=True)
        self._runner.mkdir()
        self._action = content(ACTION)
        self.run("Install the checker")

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        (step,) = (step for step in self._action["runs"]["steps"] if step.get("name") == name)
        given = {word: inputs.get(word, about["default"]) for word, about in self._action["inputs"].items()}
        values = {f"inputs.{word}": value for word, value in given.items()}
        variables = {word: filled_in(value, values) for word, value in step["env"].items()}
        script = self._runner / "step.sh"
        script.write_text(filled_in(step["run"], values), encoding="utf-8")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", script]
        return called(*shell, folder=self.workspace, **self._variables, **variables, PATH=path)


@pytest.fixture(scope="module")
def action(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Action:
    return Action(source, tmp_path_factory.mktemp("action"))


def test_the_action_passes_what_is_verified_and_fails_what_is_not(action: Action) -> None:
    shutil.copy(GOOD, action.workspace / "certificates")
    done = action.run("Check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 file: 1 verified" in done.stdout
    shutil.copy(BAD, action.workspace / "a name with spaces.json")
    done = action.run("Check", paths="certificates\na name with spaces.json\n", jobs="1")
    assert done.returncode == 1
    assert "2 files: 1 verified, 1 rejected" in done.stdout
    assert action.run("Check", paths="nowhere").returncode == 2
    assert action.run("Check", paths="$(touch harm)").returncode == 2
    assert not (action.workspace / "harm").exists()


def test_the_action_expects_a_manifest_and_writes_a_report(action: Action) -> None:
    manifest = CORPUS / "valid" / "manifest-strict.json"
    parts = [str(CORPUS / "valid" / name) for name in ("global-minimum-k2.json", "type-ii-k6.json")]
    assert action.run("Check", paths="\n".join(parts), expect=str(manifest)).returncode == 0
    assert action.run("Check", paths=parts[0], expect=str(manifest)).returncode == 1
    done = action.run("Check", paths=parts[0], junit="report.xml")
    assert (done.returncode, "the report is report.xml" in done.stdout) == (0, True)
    assert ElementTree.parse(action.workspace / "report.xml").getroot().get("tests") == "1"  # noqa: S314


def test_the_action_writes_what_code_scanning_reads(action: Action) -> None:
    done = action.run("Check", paths=f"{GOOD}\n{BAD}", sarif="report.sarif")
    assert (done.returncode, "the report is report.sarif" in done.stdout) == (1, True)
    (run,) = json.loads((action.workspace / "report.sarif").read_text(encoding="utf-8"))["runs"]
    (found,) = [result for result in run["results"] if result["level"] == "error"]
    assert BAD.name in found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    both = action.run("Check", paths=str(GOOD), sarif="report.sarif", junit="report.xml")
    assert (both.returncode, "a run writes one report" in both.stderr) == (2, True)


def test_the_action_takes_another_tier(action: Action) -> None:
    assert "(independent, " in action.run("Check", paths=str(GOOD), trust="independent").stdout


def test_the_hook_checks_changed_certificates(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pip install pre-commit")
    revision = called("git", "rev-parse", "HEAD", folder=source).stdout.strip()
    repository = tmp_path / "repository"
    (repository / "certificates").mkdir(parents=True)
    settings = {"repos": [{"repo": str(source), "rev": revision, "hooks": [{"id": "verify-check"}]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    shutil.copy(GOOD, repository / "certificates")
    (repository / "other.json").write_text("null")
    committed(repository)
    home = {"PRE_COMMIT_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"]
    done = called(*command, folder=repository, **home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 file: 1 verified" in done.stdout
    shutil.copy(BAD, repository / "certificates")
    called("git", "add", "-A", folder=repository)
    done = called(*command[:-2], "--verbose", folder=repository, **home)
    assert done.returncode == 1
    assert "1 file: 0 verified, 1 rejected" in done.stdout


def test_the_image_s_wheel_is_built_from_what_is_copied(tmp_path: Path) -> None:
    """Without Docker: the files that the Dockerfile copies are enough, and what it installs checks."""
    copies = [line.split()[1:] for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line]
    for *names, target in copies:
        for name in names:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, tmp_path / name)
    wheels, environment = tmp_path / "wheels", tmp_path / "environment"
    pip = ["-m", "pip", "-q", "--disable-pip-version-check"]
    done = called(sys.executable, *pip, "wheel", "--wheel-dir", wheels, ".[float64]", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    called(sys.executable, "-m", "venv", environment, folder=tmp_path)
    install = [*pip, "install", "--no-index", "--find-links", wheels, "landscape-verify[float64]"]
    done = called(environment / "bin" / "python", *install, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "certificates").mkdir()
    shutil.copy(GOOD, tmp_path / "certificates")
    done = called(environment / "bin" / "verify", "check", ".", folder=tmp_path / "certificates")
    assert (done.returncode, "1 file: 1 verified" in done.stdout) == (0, True)
