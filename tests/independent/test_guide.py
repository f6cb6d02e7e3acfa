"""docs/INDEPENDENT.md names functions that exist, and all of the rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verify.independent import check
from verify.independent.check import CriticalPoint, Family, SymmetricPoint

GUIDE = (Path(__file__).parents[2] / "docs" / "INDEPENDENT.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`check\.py:([A-Za-z_.]+)`", GUIDE)))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_named_exists(name: str) -> None:
    found: object = check
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


@pytest.mark.parametrize(
    ("rules", "some"),
    [
        (CriticalPoint, {"_smooth", "_minimum", "_saddle"}),
        (SymmetricPoint, {"_smooth", "_minimum", "_saddle", "_split"}),
        (Family, {"_cover", "_box", "_critical"}),
    ],
)
def test_each_step_of_the_rules_is_in_the_guide(rules: type, some: set[str]) -> None:
    steps = {name for name in vars(rules) if name.startswith("_") and not name.startswith("__")}
    assert steps >= some
    others = {"Family._all", "Family._one", "Family._claims", "SymmetricPoint._loss"}  # they choose what is looked at
    assert {f"{rules.__name__}.{step}" for step in steps} - others <= set(NAMES)
