"""docs/FORMAT_POLICY.md: limits are looked at before anything is allocated, and what is not known is malformed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests import second
from tests.campaigns import campaign
from tests.checker.oversized import documents, oversized
from tests.corpus.forge import Document, forged, load, text
from verify.checker import Malformed, Undecided, Verdict, Verified, check
from verify.checker.core.codes import Reason
from verify.checker.core.verdict import exit_code
from verify.checker.kinds import KINDS

Check = Callable[[Document], Verdict]
ROOT = Path(__file__).parents[2]
POLICY = (ROOT / "docs" / "FORMAT_POLICY.md").read_text(encoding="utf-8")
MEBIBYTES, SECONDS = 100, 2.0
PROPERTIES = {f"empirical-risk/{name}" for name in KINDS["empirical-risk"]()}  # type: ignore[attr-defined]


SAMPLES = pytest.mark.parametrize("every", [6, pytest.param(1, marks=campaign)])
"""Every so many-th of all that can be too large is tried."""


@cache
def outcomes(every: int) -> list[tuple[str, str, str, float]]:
    """Kind, what was made too large, how reading ended, and the seconds of computing."""
    command = [sys.executable, "-m", "tests.checker.oversized", str(MEBIBYTES), str(every)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process by way of Linux")


@SAMPLES
def test_every_kind_and_property_is_there(every: int) -> None:
    kinds = set(documents())
    assert {kind.split("/")[0] for kind in kinds} == {*KINDS, "manifest"}
    assert kinds >= PROPERTIES
    assert {kind.split("/")[0] for kind, *_ in outcomes(every)} == {*KINDS, "manifest"}


@SAMPLES
def test_what_is_too_large_is_refused_in_little_memory(every: int) -> None:
    found = outcomes(every)
    assert len(found) > 500 / every
    others = [row for row in found if not (row[2] == "read" or row[2].startswith("Malformed: "))]
    assert others == []


@SAMPLES
def test_it_is_refused_at_once(every: int) -> None:
    assert [row for row in outcomes(every) if row[3] > SECONDS] == []


@SAMPLES
def test_the_field_is_named(every: int) -> None:
    for kind, what, outcome, _ in outcomes(every):
        assert outcome == "read" or outcome.split(": ")[1].startswith(("statement", "witness")), (kind, what, outcome)


@SAMPLES
def test_no_size_may_be_as_large_as_it_can_be_written_but_one(every: int) -> None:
    """k of an instance of a family is a parameter of formulas, as is k of a symmetric point; nothing has that size."""
    taken = {(kind.split("/")[0], what) for kind, what, outcome, _ in outcomes(every) if outcome == "read"}
    found = {row for row in taken if row[1].endswith("integer")}
    known = {("population-teacher-student-family", "witness.instances.#.k integer")}
    assert found == known if every == 1 else found <= known


def test_what_is_made_is_larger_and_well_sealed() -> None:
    document = load("valid/type-ii-k6.json")
    made = {label: make() for label, make in oversized(document)}
    assert made["statement.landscape.neurons integer"]["statement"]["landscape"]["neurons"] == 999_999_999
    assert all(larger["digest"] != document["digest"] for larger in made.values())


# What is not known


@pytest.mark.parametrize("name", sorted(documents().keys() - {"manifest"}))
def test_a_kind_of_landscape_that_is_not_known(name: str, tmp_path: Path) -> None:
    """By both checkers, whatever else the file says."""
    path = tmp_path / "newer.json"
    newer = forged(documents()[name], {"statement.landscape.kind": "recurrent-network"})
    path.write_text(text(newer), encoding="utf-8")
    verdict = check(path)
    assert verdict == Malformed(
        f"statement.landscape.kind: 'recurrent-network' is not known; known: {', '.join(KINDS)}; "
        "a newer checker may know it"
    )
    assert exit_code([verdict]) == 2
    other = second.check(str(path))
    assert other.verdict == "Malformed"
    assert "landscape.kind" in other.reason
    assert "is not known" in other.reason


def test_a_property_of_empirical_risks_that_is_not_known(verdict_on: Check) -> None:
    verdict = verdict_on(forged(documents()["empirical-risk/value"], {"statement.property": "flat-valley"}))
    assert isinstance(verdict, Malformed)
    assert verdict.reason.startswith("statement.property: 'flat-valley' is not known; known: strict-local-minimum, ")
    assert verdict.reason.endswith("; a newer checker may know it")


def test_another_format_and_a_member_that_is_not_known(verdict_on: Check) -> None:
    document = load("valid/type-ii-k6.json")
    assert isinstance(verdict_on(document), Verified)
    for change, words in (
        (
            {"format": "landscape-verify-certificate/2"},
            "format: 'landscape-verify-certificate/2' is not known; known: ",
        ),
        ({"statement.added_later": True}, "statement.added_later: unknown field"),
        ({"statement.landscape.activation": "mish"}, "statement.landscape.activation: 'mish' is not known; known: "),
    ):
        verdict = verdict_on(forged(document, change))
        assert isinstance(verdict, Malformed)
        assert verdict.reason.startswith(words)


def test_the_policy_says_what_the_checker_says() -> None:
    assert POLICY.count("is not known; known: ...; a newer checker may know it") == 2
    assert f"in a process that may take {MEBIBYTES} MiB more than it has" in POLICY
    assert "within two seconds" in POLICY


def test_what_a_checker_does_not_take_on_has_its_code(tmp_path: Path) -> None:
    """33 * 33 unknowns are more than the 1,024 of the tier arb; the point is not critical, and is not looked at."""
    eye = [[str(int(i == j)) for j in range(33)] for i in range(33)]
    changes = {
        "statement.landscape.teacher": {"orthonormal": 33},
        "statement.landscape.neurons": 33,
        "statement.input_dimension": 33,
        "statement.region.center": eye,
        "statement.region.radius": "2",
    }
    path = tmp_path / "large.json"
    path.write_text(text(forged(documents()["population-teacher-student/strict-local-minimum"], changes)))
    verdict = check(path, trust="arb")
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.TOO_LARGE
    assert verdict.reason == "1089 unknowns are more than this checker's 1024"
