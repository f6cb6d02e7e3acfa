"""The documentation site is built without a warning, and its status page has every claim."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaigns import campaign
from verify.producer.proof import installed

ROOT = Path(__file__).parents[1]
pytestmark = campaign


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("material", reason="pip install -e '.[docs]'")
    pytest.importorskip("mkdocstrings", reason="pip install -e '.[docs]'")
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return place


def text(page: Path) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())


def test_every_claim_is_on_the_status_page(site: Path) -> None:
    shown = text(site / "status.html")
    claims = [claim for proof in installed().values() for claim in proof.claims]
    assert len(claims) > 30
    assert [claim.name for claim in claims if " ".join(claim.name.split()) not in shown] == []


def test_public_names_and_schemas_are_in_the_reference(site: Path) -> None:
    import verify

    shown = (site / "reference" / "python.html").read_text(encoding="utf-8")
    assert [name for name in verify.__all__ if f'id="verify.{name}"' not in shown] == []
    for name in re.findall(r'href="\.\./(schemas/[\w.-]+)"', (site / "reference" / "schemas.html").read_text()):
        assert json.loads((site / name).read_text(encoding="utf-8"))


def test_formulas_are_shown_without_a_script(site: Path) -> None:
    assert (site / "THEOREMS.html").read_text(encoding="utf-8").count("<math ") > 300
    for page in site.rglob("*.html"):
        content = page.read_text(encoding="utf-8")
        assert "arithmatex" not in content, page.name
        prose = re.sub(r"<(code|pre|math|script|style)\b.*?</\1>", "", content, flags=re.DOTALL)
        assert re.findall(r"\$|\\(?:frac|sum|lvert|le|mathbb)\b", prose) == [], page.name


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text(encoding="utf-8"))
        assert loaded == [], page.name
