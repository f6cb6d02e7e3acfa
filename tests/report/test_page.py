"""The page to hand in: whole in one file, escaped, readable by all, and never more than was proved."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.campaigns import campaign
from tests.report.conftest import CLAIMS, FILES, run
from verify import EmpiricalRisk, ReLUTeacherStudent, certify, check
from verify.producer.report import page as pages

HOSTILE = "<img src=x onerror=alert(1)>\"'&<script>alert(2)<"


class Page(HTMLParser):
    """The elements of a page, and what is wrong with how they nest."""

    VOID = ("meta", "link", "img", "br", "hr", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("style", "title"):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def is_sound(text: str) -> Page:
    """The page, if it stands alone: no script, no address of anything else, each link within it, each name once."""
    page = Page(text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "iframe", "object", "embed", "form", "base"}
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert max(ids.values()) == 1
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "xlink:href"):
            target = attributes.get(name, "data:,")
            assert target.startswith(("#", "data:")), target
            if target.startswith("#"):
                assert ids[target[1:]], target
        for value in attributes.values():
            assert all(ids[name] for name in re.findall(r"url\(#([^)]+)\)", value))
        for name in ("aria-labelledby",):
            assert attributes.get(name, "claims") in ids
    assert "@import" not in text
    return page


def test_the_page_stands_alone_and_every_link_resolves(report: Path, audited: Path) -> None:
    for path in (report, audited):
        page = is_sound(path.read_text(encoding="utf-8"))
        assert [attributes["lang"] for attributes in page.all("html")] == ["en"]
        assert len(page.all("h1")) == len(page.all("main")) == 1
        headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in zip(headings, headings[1:], strict=False))
        assert all(cell.get("scope") for cell in page.all("th"))
        assert len(page.all("caption")) == len(page.all("table"))
        for picture in page.all("svg"):
            assert (picture["role"], len(picture["aria-label"]) > 20) == ("img", True)


def test_every_verdict_is_said_as_it_is(report: Path) -> None:
    page = is_sound(report.read_text(encoding="utf-8"))
    assert "8 certificates: 5 verified, 1 rejected, 1 undecided, 1 malformed." in page.text
    shown = re.findall(r"<h3 id=\"[^\"]*\"><span class=\"verdict (\w+)\">(\w+)</span> (\S+)</h3>", report.read_text())
    assert {Path(path).name: word for _, word, path in shown} == {
        file.name: check(file).name for file in FILES if "manifest" not in file.name
    } | {"manifest-strict.json": "Verified"}
    assert all(style == word for style, word, _ in shown)
    assert page.text.count("Proved:") == 5
    assert page.text.count("Claimed, not proved:") == 2


def test_a_claim_stands_there_with_all_that_it_rests_on(report: Path) -> None:
    text = " ".join(is_sound(report.read_text(encoding="utf-8")).text.split())
    found = json.loads(run("check", FILES[0], "--format", "json").stdout)["results"][0]
    for name in ("sentence", "scope", "definition", "digest", "property"):
        assert found[name] in text
    for met in found["hypotheses"]:
        assert met["hypothesis"] in text
        assert met["measured"] in text
    assert all(line in text for line in found["assumptions"])
    assert found["rests_on"]["digest"] in text
    assert re.search(r"verify check \S*type-ii-k6\.json", text)
    assert "docs/THEOREMS.md#spurious-local-minimum" in text


def test_what_is_not_proved_explains_its_reason_on_the_page(report: Path) -> None:
    page = is_sound(report.read_text(encoding="utf-8"))
    anchors = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert {f"reason-{code}" for code in ("unreadable", "hypothesis-false", "not-proved")} <= anchors
    assert "reason-kink" not in anchors


def test_pictures_say_proved_only_of_what_is_verified(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    articles = re.findall(r"<article.*?</article>", text, flags=re.DOTALL)
    words = {}
    for article in articles:
        name = re.search(r"</span> (\S+)</h3>", article)
        picture = re.search(r"<svg.*</svg>", article, flags=re.DOTALL)
        if name and picture:
            words[Path(name[1]).name] = {word for word in ("proved:", "claimed:") if word in picture[0]}
    assert words == {
        "type-ii-k6.json": {"proved:"},
        "risk-tanh.json": {"proved:"},
        "symmetric-type-ii.json": {"proved:"},
        "global-minimum-k2.json": {"proved:"},
        "rejected-minimum-bound-too-large.json": {"claimed:"},
        "undecided-minimum-ball-too-large.json": {"claimed:"},
    }


def test_an_audits_page_has_each_claim_with_its_certificates(audited: Path) -> None:
    page = is_sound(audited.read_text(encoding="utf-8"))
    text = " ".join(page.text.split())
    assert "2 claims: 1 proved, 1 refuted, 0 undecided." in text
    assert "Proved, which refutes the claim:" in text
    assert "line 7 of" in text
    assert len(re.findall(r"Verified \S+\.json", text)) == 2


# Strangers


def test_a_hostile_name_is_text(tmp_path: Path) -> None:
    path = tmp_path / HOSTILE
    path.write_bytes(FILES[4].read_bytes())
    (tmp_path / "bad.json").write_text(json.dumps({"format": HOSTILE}))
    result = run("check", "--format", "html", path, tmp_path / "bad.json", tmp_path / f"{HOSTILE}\x1b[2J\u202e")
    assert result.exit_code == 2
    page = is_sound(result.stdout)
    assert page.text.count(HOSTILE) >= 3
    assert all(character.isprintable() or character in "\n" for character in page.text)


def test_a_hostile_claims_file_is_text(tmp_path: Path) -> None:
    folder = tmp_path / HOSTILE
    folder.mkdir()
    (folder / "claims.toml").write_text(CLAIMS)
    page = is_sound(run("audit", folder / "claims.toml", "--format", "html").stdout)
    assert page.text.count(HOSTILE) >= 2


def test_text_within_a_picture_is_text() -> None:
    from matplotlib.figure import Figure

    from verify.producer.report.figures import inline

    figure = Figure()
    figure.subplots().set(title='<script>alert(1)</script> & "quotes"')
    text = inline(figure, "a", HOSTILE)
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.elements}
    assert page.all("svg")[0]["aria-label"] == HOSTILE
    assert "<script>alert(1)" in page.text


@campaign
def test_a_run_that_is_stopped_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = import_module("verify.producer.cli.report")
    original = report.check_files

    def stop(*arguments: Any) -> Iterator[Any]:
        yield next(original(*arguments))
        raise KeyboardInterrupt

    shutil.copy(FILES[4], tmp_path / "a.json")
    shutil.copy(FILES[4], tmp_path / "b.json")
    monkeypatch.setattr(report, "check_files", stop)
    assert run("report", tmp_path, "-o", tmp_path / "page.html").exit_code == 130
    page = is_sound((tmp_path / "page.html").read_text())
    assert "The run was stopped: not everything was looked at." in page.text
    assert "1 certificate: 1 verified" in page.text


def test_thousands_of_hypotheses_are_not_all_shown(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SHOWN", 2)
    text = run("check", "--format", "html", FILES[0]).stdout
    assert re.search(r"and \d+ more: <code>verify check -v</code> prints all of them", text)


# Notebooks


def test_notebooks_show_what_is_proved_and_what_is_not(tmp_path: Path) -> None:
    good, wrong = (check(file)._repr_html_() for file in (FILES[4], FILES[5]))
    assert "<strong>Verified</strong>" in good
    assert "<dt>Proved</dt>" in good
    assert "<dt>Claimed, not proved</dt>" in wrong
    assert "<dt>Proved</dt>" not in wrong
    (tmp_path / "bad.json").write_text(json.dumps({"format": HOSTILE}))
    bad = check(tmp_path / "bad.json")._repr_html_()
    assert "<img" not in bad
    assert {tag for tag, _ in Page(bad).elements} == {"strong", "dl", "dt", "dd"}
    landscape = ReLUTeacherStudent.orthonormal(2)
    assert "Claims, not checked here" in certify(landscape, np.eye(2))._repr_html_()
    for each in (landscape, EmpiricalRisk([1, 2], [1, 2], [1], "identity")):
        assert "<dt>Loss</dt>" in each._repr_html_()


def test_without_what_draws_one_line_says_what_to_install(tmp_path: Path) -> None:
    """In a process of its own: here the pictures' modules are loaded."""
    code = "import sys; sys.modules['matplotlib'] = None; from verify.producer.cli import main; main(['report', '.'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Error: a page needs matplotlib: pip install 'landscape-verify[report]'" in done.stderr
