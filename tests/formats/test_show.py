"""`verify show`: a claim to be read by programs or pasted, which never reads as if it had been checked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.forge import CORPUS
from verify.command_line import main
from verify.formats.cite import in_latex, in_markdown

GOOD = CORPUS / "valid" / "type-ii-k6.json"
MANIFEST = CORPUS / "valid" / "manifest-strict.json"
SPECIAL = set("\\{}$&#%_~^")


def shown(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["show", *map(str, arguments)]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "markdown", "latex"])
def test_every_form_has_the_claim_and_says_that_it_is_not_checked(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = shown(capsys, GOOD, "--format", form)
    assert "strict local minimum that is not global" in out
    assert "5bc9b852922878d039820c1b4903c84e330c433f31f5c31c2ee2e13b8c3e8ae0" in out
    assert re.search(r'NOT checked|not checked here|"checked": false', out)
    assert not re.search(r"Verified|is proved", out)


def test_columns_is_honoured_and_no_word_is_lost(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    whole = shown(capsys, GOOD)
    monkeypatch.setenv("COLUMNS", "50")
    narrow = shown(capsys, GOOD)
    assert narrow.split() == whole.split()
    sentence = narrow.partition("NOT checked:")[2].partition("Digest")[0]
    assert max(map(len, sentence.splitlines())) <= 50 < max(map(len, whole.splitlines()))


def test_a_manifest_names_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(shown(capsys, MANIFEST, "--format", "json"))
    assert (document["kind"], document["parts"]) == ("manifest", ["global-minimum-k2.json", "type-ii-k6.json"])


def test_the_theorem_is_an_environment_with_its_citation(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, GOOD, "--format", "latex")
    assert re.search(
        r"\\begin\{theorem\}\[spurious local minimum, as claimed by a certificate\]\n.*\n\\end\{theorem\}", out
    )
    assert r"d \ensuremath{\geq} 6" in out
    assert r"\texttt{verify check type-ii-k6.json}" in out
    assert out.count("{") == out.count("}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
def test_latex_takes_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    head = r"\documentclass{article}\newtheorem{theorem}{Theorem}\usepackage[T1]{fontenc}\newcommand\seqsplit[1]{#1}"
    body = shown(capsys, GOOD, "--format", "latex")
    (tmp_path / "a.tex").write_text(f"{head}\\begin{{document}}\n{body}\n\\end{{document}}\n")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


@given(st.text())
def test_nothing_in_a_text_is_a_command_of_latex(text: str) -> None:
    escaped = in_latex(text)
    assert all(character.isprintable() for character in escaped)
    known = r"\\(textbackslash\{\}|textasciitilde\{\}|textasciicircum\{\}|textbar\{\}|textquotedbl\{\}|[{}$&#%_])"
    left = re.sub(known + r"|\\ensuremath\{(<|>|\\geq|\\leq)\}", "", escaped)
    assert not set(left) & SPECIAL


@given(st.text())
def test_nothing_in_a_text_is_markup_of_markdown(text: str) -> None:
    escaped = in_markdown(text)
    assert "\n" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|&]", escaped)


def test_a_file_that_is_malformed_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    bad = CORPUS / "malformed" / "raw-empty.json"
    for form in ("text", "latex", "markdown", "json"):
        assert main(["show", str(bad), "--format", form]) == 2
        out, err = capsys.readouterr()
        assert "Malformed" in err
        assert (json.loads(out)["schema"] if form == "json" else out) in ("", "landscape-verify-error/1")
