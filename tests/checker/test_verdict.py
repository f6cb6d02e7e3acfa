"""Verdicts: typed, frozen, without a truth value; and the exit code of many of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError, is_dataclass
from itertools import product

import pytest

from tests.corpus.forge import CORPUS
from verify import checker
from verify.checker import Malformed, Rejected, Undecided, Verdict, Verified, check
from verify.checker.core.task import Task
from verify.checker.core.verdict import exit_code

PROVED = check(CORPUS / "valid" / "global-minimum-k1.json")
V, R, U, M = PROVED, Rejected("r"), Undecided("u"), Malformed("m")
ALL = [V, R, U, M]


@pytest.mark.parametrize("verdict", ALL, ids=lambda verdict: verdict.name)
@pytest.mark.parametrize(
    "use",
    [bool, lambda verdict: not verdict, lambda verdict: verdict and 1, lambda verdict: 1 if verdict else 0],
    ids=["bool", "not", "and", "if"],
)
def test_no_verdict_has_a_truth_value(verdict: Verdict, use: Callable[[Verdict], object]) -> None:
    with pytest.raises(TypeError, match="a verdict has no truth value; compare its class"):
        use(verdict)


def test_all_of_many_verdicts_cannot_be_taken_by_mistake() -> None:
    with pytest.raises(TypeError):
        all(ALL)


def test_each_verdict_is_of_one_class() -> None:
    assert isinstance(V, Verified)
    for verdict in ALL:
        assert sum(isinstance(verdict, kind) for kind in (Verified, Rejected, Undecided, Malformed)) == 1
    assert [verdict.name for verdict in ALL] == ["Verified", "Rejected", "Undecided", "Malformed"]


def test_a_verdict_cannot_be_changed() -> None:
    for name in ("reason", "statement", "digest"):
        with pytest.raises(FrozenInstanceError):
            setattr(R, name, None)
    with pytest.raises((AttributeError, TypeError)):
        R.note = "slots"  # type: ignore[attr-defined]


def test_nothing_that_was_read_or_proved_can_be_changed() -> None:
    """Only a task is filled in while the rules are at work."""
    names = [module.name for module in pkgutil.walk_packages(checker.__path__, "verify.checker.")]
    found = [thing for name in names for thing in vars(importlib.import_module(name)).values()]
    classes = {thing for thing in found if isinstance(thing, type) and is_dataclass(thing)}
    mutable = {thing for thing in classes if not thing.__dataclass_params__.frozen}  # type: ignore[union-attr]
    assert len(classes) > 15
    assert Task in mutable
    assert all(issubclass(thing, Task) for thing in mutable)  # type: ignore[arg-type]


def test_the_package_offers_what_it_says() -> None:
    assert set(checker.__all__) == {"check"} | {kind.__name__ for kind in (Verdict, *map(type, ALL))}
    assert all(hasattr(checker, name) for name in checker.__all__)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [([V], 0), ([R], 1), ([M], 2), ([U], 3), ([V, V], 0), ([V, U], 3), ([U, R], 1), ([R, M], 2), ([U, M, V, R], 2)],
    ids=lambda value: "".join(verdict.name[0] for verdict in value) if isinstance(value, list) else "",
)
def test_exit_codes(verdicts: list[Verdict], code: int) -> None:
    assert exit_code(verdicts) == code


def test_exit_code_is_the_first_that_applies_whatever_the_order() -> None:
    for verdicts in product(ALL, repeat=3):
        names = {verdict.name for verdict in verdicts}
        first = next((c for n, c in (("Malformed", 2), ("Rejected", 1), ("Undecided", 3)) if n in names), 0)
        assert exit_code(list(verdicts)) == first


def test_nothing_checked_is_no_success() -> None:
    assert exit_code([]) == 2
