"""The version is one everywhere, and the promises name what is there."""

from __future__ import annotations

import re
from pathlib import Path

import verify

ROOT = Path(__file__).parents[1]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_citation_has_the_version() -> None:
    assert re.findall(r"^version: (.*)$", read("CITATION.cff"), flags=re.M) == [verify.__version__]


def test_the_changelog_begins_with_the_version_in_the_same_sections_as_the_others() -> None:
    assert re.findall(r"^## ([\d.]+)", read("CHANGELOG.md"), flags=re.M)[0] == verify.__version__
    assert {line.split(":")[0] for line in re.findall(r"^### (.*)$", read("CHANGELOG.md"), flags=re.M)} <= {
        "Added",
        "Changed",
        "Mended",
    }


def test_documents_name_the_version() -> None:
    for name in ("README.md", "docs/CI.md"):
        found = re.findall(r"landscape-verify@v([\d.]+)|rev: v([\d.]+)", read(name))
        assert found
        assert {"".join(pair) for pair in found} == {verify.__version__}


def test_the_names_that_stay_are_those_that_are_public() -> None:
    (named,) = re.findall(r"<!-- names -->\n(.*?)<!-- end -->", read("docs/STABILITY.md"), flags=re.S)
    assert re.findall(r"`(\w+)`", named) == sorted(verify.__all__)
