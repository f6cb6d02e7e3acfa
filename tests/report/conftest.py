"""The pages that the tests look at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.corpus.forge import CORPUS
from verify.producer.cli import main

VALID = CORPUS / "valid"
FILES = [
    VALID / "type-ii-k6.json",
    VALID / "symmetric-type-ii.json",
    VALID / "risk-tanh.json",
    VALID / "manifest-strict.json",
    VALID / "global-minimum-k2.json",
    CORPUS / "invalid" / "rejected-minimum-bound-too-large.json",
    CORPUS / "invalid" / "undecided-minimum-ball-too-large.json",
    CORPUS / "malformed" / "family-exponent.json",
]
CLAIMS = """
[landscapes.line]
inputs = [1, 2]
targets = [1, 2]
widths = [1]
activation = "identity"
[[claims]]
id = "yes"
landscape = "line"
property = "local-minimum"
point = [1, 0]
[[claims]]
id = "no"
landscape = "line"
property = "local-minimum"
point = [3, 0]
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page about good and bad certificates."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "c").mkdir()
    for file in FILES:
        shutil.copy(file, folder / "c")
    result = run("report", folder / "c", "-o", folder / "page.html", "-q", "--format", "json")
    assert result.exit_code == 2
    assert len(json.loads(result.stdout)["results"]) == len(FILES)
    return folder / "page.html"


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    (folder / "claims.toml").write_text(CLAIMS)
    result = run("audit", folder / "claims.toml", "--format", "html")
    assert result.exit_code == 1
    (folder / "page.html").write_text(result.stdout)
    return folder / "page.html"
