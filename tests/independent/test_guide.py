"""docs/INDEPENDENT.md names functions that exist, and all of the rules."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.independent import kinds
from tests.independent.package import MODULES, SOURCES
from verify.checker.kinds import KINDS as FIRST_KINDS
from verify.independent.claims import Claim, NotSupported
from verify.independent.critical_points import EnclosedPoint
from verify.independent.kinds import KINDS, LEFT_OUT

GUIDE = (Path(__file__).parents[2] / "docs" / "INDEPENDENT.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`([a-z_/]+)\.py:([A-Za-z_.]+)`", GUIDE)))


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_what_is_named_exists(module: str, name: str) -> None:
    here = "" if module.startswith("tests/") else "verify.independent."
    found: object = import_module(f"{here}{module.replace('/', '.')}")
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


CLAIMS = [
    found
    for name, module in MODULES.items()
    for found in vars(module).values()
    if isinstance(found, type) and found.__module__ == module.__name__
    if (hasattr(found, "prove") or found is EnclosedPoint) and found not in (Claim, NotSupported)
]


def test_the_claims_are_found() -> None:
    assert len(CLAIMS) >= 16


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_each_step_of_the_rules_is_in_the_guide(claim: type) -> None:
    """The private methods of a claim are its steps; one without any proves all in `prove`."""
    others = {"Family._all", "Family._one", "Family._claims", "SymmetricPoint._loss"}  # they choose what is looked at
    methods = (name for name, found in vars(claim).items() if callable(found) or isinstance(found, staticmethod))
    steps = {name for name in methods if name.startswith("_") and not name.startswith("__")} or {"prove"}
    assert {f"{claim.__name__}.{step}" for step in steps} - others <= {name for _, name in NAMES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_each_file_is_short_enough_to_be_read(source: Path) -> None:
    assert len(source.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_table_of_kinds_is_that_of_the_code_and_of_the_first_checker() -> None:
    """As `python -m tests.independent.kinds` writes it; and it knows every kind but three."""
    assert GUIDE.split(kinds.START)[1].split(kinds.END)[0] == kinds.table()
    assert {*KINDS, *LEFT_OUT} == set(FIRST_KINDS)
    assert {"small-empirical-risk", "small-teacher-student", "two-neuron-teachers"} == LEFT_OUT


def test_a_kind_that_is_left_out_would_be_shown_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {kind: read for kind, read in KINDS.items() if kind != "matrix"}
    monkeypatch.setattr(kinds, "KINDS", without)
    monkeypatch.setattr(kinds, "LEFT_OUT", frozenset({"matrix"}))
    assert "| `matrix` | no |" in kinds.table()


def test_what_a_kind_needs_is_counted() -> None:
    found = {path.name for path in kinds.closure(kinds.FOLDER / "kinds" / "matrix.py")}
    assert found == {"matrix.py", "rational.py", "signs.py", "intervals.py"}


def test_the_files_named_exist() -> None:
    named = set(re.findall(r"`((?:kinds|symmetric|networks)/[a-z_]+|[a-z_]+)\.py`", GUIDE))
    assert len(named) > 20
    assert {name for name in named if not name.startswith("test_")} <= set(MODULES)
