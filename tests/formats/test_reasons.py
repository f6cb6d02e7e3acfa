"""Every reason's code has a paragraph: what it means, what to do; the page and the code are one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verify.checker.core.codes import Reason
from verify.formats import reasons
from verify.formats.reasons import HELP, address, advice, link

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "REASONS.md").read_text(encoding="utf-8")


def test_every_code_has_its_words_and_its_anchor() -> None:
    assert set(HELP) == set(Reason)
    assert re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE) == [reason.value for reason in HELP]
    for help_ in HELP.values():
        assert help_.means.endswith(".")
        assert help_.do.endswith((".", ")"))
    assert len({help_.do for help_ in HELP.values()}) == len(HELP)  # what to do depends on the code


def test_the_page_is_as_made() -> None:
    assert reasons.page() == PAGE


def test_commands_and_documents_named_exist() -> None:
    for help_ in HELP.values():
        for file in re.findall(r"docs/\w+\.md", help_.do + help_.means):
            assert (ROOT / file).is_file()
        for heading in re.findall(r'docs/AUDIT.md[^"]*"([^"]+)"', help_.do):
            assert f"## {heading}\n" in (ROOT / "docs" / "AUDIT.md").read_text(encoding="utf-8")


def test_the_address_is_the_users_or_that_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VERIFY_DOCS", raising=False)
    assert address("kink") == (ROOT / "docs" / "REASONS.md").as_uri() + "#kink"
    monkeypatch.setenv("VERIFY_DOCS", "https://example.org/docs/")
    assert address("kink") == "https://example.org/docs/REASONS.md#kink"
    assert link("kink") == "docs/REASONS.md#kink"


def test_advice_is_said_once_for_each_code() -> None:
    said = [*advice(["kink", "time-limit", "kink"])]
    assert [line.split(":")[0] for line in said] == ["time-limit (1)", "kink (2)"]
    assert not [*advice([])]
