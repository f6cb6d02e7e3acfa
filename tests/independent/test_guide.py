"""docs/INDEPENDENT.md names functions that exist, and all of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verify.independent import check
from verify.independent.check import CriticalPoint

GUIDE = (Path(__file__).parents[2] / "docs" / "INDEPENDENT.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`check\.py:([A-Za-z_.]+)`", GUIDE)))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_named_exists(name: str) -> None:
    found: object = check
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


def test_each_step_of_the_rules_is_in_the_guide() -> None:
    steps = {name for name in vars(CriticalPoint) if name.startswith("_") and not name.startswith("__")}
    assert steps >= {"_smooth", "_minimum", "_saddle"}
    assert {f"CriticalPoint.{step}" for step in steps} <= set(NAMES)
