"""`verify new-proof NAME` makes a package whose proof runs."""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from verify.producer.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_it_proves_what_it_claims_and_lists_what_it_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made"
    assert run("new-proof", "author-2026", "-o", folder).exit_code == 0
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = [EntryPoint(*pair, "verify.proofs") for pair in project["entry-points"]["verify.proofs"].items()]
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr("verify.producer.proof.entry_points", lambda group: EntryPoints(entries).select(group=group))
    monkeypatch.delitem(sys.modules, "author_2026", raising=False)
    certificates = tmp_path / "certificates" / "author-2026"
    done = run("prove", "author-2026", "--output", certificates)
    assert done.exit_code == 0, done.output
    assert "1 verified" in done.output
    listed = run("list", "author-2026", "--check", "--certificates", certificates.parent)
    assert "proved" in listed.output
    assert "a rule for all samples at once" in " ".join(listed.output.split())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Author 2026", "is no name of a proof"),
        ("../author", "is no name of a proof"),
        ("a--b", "is no name of a proof"),
        ("safran-shamir-2018", "there is a proof safran-shamir-2018 already"),
    ],
)
def test_names_that_are_refused(name: str, message: str, tmp_path: Path) -> None:
    done = run("new-proof", name, "-o", tmp_path / "made")
    assert (done.exit_code, message in done.output) == (2, True)
    assert not (tmp_path / "made").exists()


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    done = run("new-proof", "author-2026", "-o", tmp_path)
    assert (done.exit_code, "exists" in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
