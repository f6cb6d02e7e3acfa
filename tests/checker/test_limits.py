"""What the checker takes on: time, precision, memory, sizes. Beyond it the answer is Undecided, never Verified."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.corpus.forge import CORPUS, Document, forged, load, text
from verify.checker import Malformed, Undecided, Verdict, Verified, check
from verify.checker.core import limits
from verify.checker.core.limits import ARB_UNKNOWNS
from verify.checker.front import session as sessions
from verify.checker.front.session import Session
from verify.checker.kinds import KINDS, critical_point, empirical_risk, quadratic_network, semidefinite_program
from verify.checker.kinds.critical_point import CRITICAL_POINT
from verify.checker.losses import one_hidden_layer
from verify.checker.theorems.semidefinite_program import program_of

Check = Callable[[Document], Verdict]
BOTH = pytest.mark.parametrize("name", ["type-ii-k6", "saddle-type-ii-k5"])


def undecided(verdict: Verdict) -> str:
    assert isinstance(verdict, Undecided), verdict
    return verdict.reason


# Time


@BOTH
def test_time_is_up(name: str) -> None:
    path = CORPUS / "valid" / f"{name}.json"
    assert undecided(check(path, time_limit=1e-9)) == "the time limit passed; raise --time-limit"
    assert isinstance(check(path, time_limit=None), Verified)


@BOTH
def test_a_limit_counts_from_the_start_and_is_looked_at_between_steps(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock that moves on by a second whenever it is looked at."""
    path, looks = CORPUS / "valid" / f"{name}.json", 0

    def clock() -> float:
        nonlocal looks
        looks += 1
        return 1_000.0 + looks

    monkeypatch.setattr(time, "monotonic", clock)
    assert isinstance(check(path, time_limit=None), Verified)
    steps = looks - 1
    assert steps > 10
    for limit in range(1, steps + 2):
        assert isinstance(check(path, time_limit=limit), Verified if limit >= steps else Undecided), limit


LOOKS = {
    "better-point-with-a-zero-neuron": 82,
    "family-type-a": 28,
    "global-minimum-of-a-polynomial": 17,
    "matrix-rank-one": 5,
    "quadratic-global": 5,
    "quadratic-saddle": 2,
    "quadratic-spurious": 12,
    "risk-bad-saddle": 237,
    "risk-constant-outputs": 2,
    "risk-count": 10,
    "risk-deep-residual": 35,
    "risk-descent-smooth": 4,
    "risk-every-width": 18,
    "risk-kinks": 32,
    "risk-kinks-multipliers": 21,
    "risk-neuron-spurious": 10,
    "risk-no-critical-point": 4,
    "risk-saddle": 20,
    "risk-worse": 26,
    "saddle-type-ii-k5": 33,
    "sdp-lower-corrected": 9,
    "sdp-no-x": 4,
    "sdp-upper-equality": 5,
    "symmetric-global-minimum": 17,
    "symmetric-two-groups": 19,
}
"""How often the proof of a small file looks at the clock, at the least: between any two steps that can be long."""


@pytest.mark.parametrize("name", LOOKS)
def test_every_rule_looks_at_the_clock(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: looks.append(0.0) or 1_000.0)
    assert isinstance(check(CORPUS / "valid" / f"{name}.json", time_limit=None), Verified)
    assert len(looks) - 1 >= LOOKS[name]


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_time_limit_is_positive(limit: float) -> None:
    with pytest.raises(ValueError, match="a time limit of .* seconds is not positive"):
        check(CORPUS / "valid" / "type-ii-k6.json", time_limit=limit)


def test_a_large_certificate_does_not_run_far_beyond_its_time(tmp_path: Path) -> None:
    """400 neurons, the most that the format allows: the kernels alone take half a minute."""
    changes = {
        "statement.landscape.teacher.rows": [[str(1 + i * i)] for i in range(200)],
        "statement.landscape.neurons": 200,
        "statement.region.center": [[str(2 + i * i)] for i in range(200)],
        "statement.region.radius": "1*2^-90",
        "witness.better_point": [["1"]] * 200,
        "witness.precision": 2_048,
    }
    path = tmp_path / "large.json"
    path.write_text(text(forged(load("valid/one-dimension-copy.json"), changes)), encoding="utf-8")
    start = time.monotonic()
    assert undecided(check(path, time_limit=0.1)) == "the time limit passed; raise --time-limit"
    assert time.monotonic() - start < 10


# Precision


@pytest.mark.parametrize("bits", [53, 100, 500, 2_048])
@BOTH
def test_precision_is_a_hint(name: str, bits: int, verdict_on: Check) -> None:
    """A claim with room is proved at any precision."""
    room = {
        "statement.value": ["1/100", "1/10"],
        "statement.region.radius": "1*2^-26",
        "witness.precision": bits,
    }
    assert isinstance(verdict_on(forged(load(f"valid/{name}.json"), room)), Verified)


# Sizes


@pytest.mark.parametrize(("d", "taken"), [(32, True), (33, False)])
def test_more_unknowns_than_the_balls_take_on(d: int, taken: bool, tmp_path: Path) -> None:
    """32 * 32 = 1024. The point is not critical: whether it is looked at is what counts."""
    eye = [[str(int(i == j)) for j in range(d)] for i in range(d)]
    changes = {
        "statement.landscape.teacher": {"orthonormal": d},
        "statement.landscape.neurons": d,
        "statement.input_dimension": d,
        "statement.region.center": eye,
        "statement.region.radius": "2",
    }
    path = tmp_path / "certificate.json"
    path.write_text(text(forged(load("valid/global-minimum-k2.json"), changes)), encoding="utf-8")
    for trust in ("auto", "float64"):
        assert "vanishes within the radius" in getattr(check(path, trust=trust), "reason", "")
    reason = getattr(check(path, trust="arb"), "reason", "")
    assert ("vanishes within the radius" in reason) is taken
    assert (reason == f"{d * d} unknowns are more than this checker's {ARB_UNKNOWNS}") is not taken


@pytest.mark.parametrize(
    ("module", "limit", "name", "size", "words"),
    [
        (critical_point, "ARB_UNKNOWNS", "type-ii-k6", 36, "36 unknowns are more than"),
        (empirical_risk, "ARB_UNKNOWNS", "risk-logistic-fixed", 7, "7 trained parameters are more than"),
        (empirical_risk, "ARB_PARAMETERS", "risk-logistic-fixed", 9, "9 parameters are more than"),
        # 4 samples, and 2 + 2 + 2 units.
        (empirical_risk, "ARB_BLOCKS", "risk-deep-residual", 4 * 6**2, "samples x units^2 = 144 is more than"),
        # 4 samples, 1 + 1 units, and the widths from 4 on.
        (empirical_risk, "ARB_BLOCKS", "risk-every-width", 4 * 4, "samples x widths_from = 16 is more than"),
        (one_hidden_layer, "ARB_UNKNOWNS", "descent-all-layers", 3, "3 samples are more than"),
        (quadratic_network, "ARB_UNKNOWNS", "quadratic-spurious", 3, "3 unknowns are more than"),
        (semidefinite_program, "ARB_ORDER", "matrix-rank-one", 3, "a matrix of order 3 is larger than"),
        (semidefinite_program, "ARB_ORDER", "sdp-lower-exact", 2, "a matrix of order 2 is larger than"),
    ],
)
def test_a_size_is_taken_on_up_to_its_limit(
    module: ModuleType, limit: str, name: str, size: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = CORPUS / "valid" / f"{name}.json"
    monkeypatch.setattr(module, limit, size)
    assert isinstance(check(path, trust="arb"), Verified)
    monkeypatch.setattr(module, limit, size - 1)
    assert undecided(check(path, trust="arb")) == f"{words} this checker's {size - 1}"


STATEMENTS, RULES = (f"verify.checker.{part}." for part in ("statements", "theorems"))


@pytest.mark.parametrize(
    ("module", "limit", "name", "size"),
    [
        (STATEMENTS + "teacher_student", "MAX_NEURONS", "type-ii-k6", 6 + 6),
        (STATEMENTS + "teacher_student", "MAX_UNKNOWNS", "type-ii-k6", 6 * 6),
        (STATEMENTS + "symmetric", "MAX_INPUT_DIMENSION", "symmetric-two-groups", 6 + 2),
        (STATEMENTS + "empirical_risk", "MAX_DATA", "risk-deep-residual", 4 * 2),
        (STATEMENTS + "network", "MAX_UNKNOWNS", "risk-deep-residual", 6 + 6 + 6),
        (STATEMENTS + "quadratic_network", "MAX_UNKNOWNS", "quadratic-spurious", 10 * 3),
        (STATEMENTS + "semidefinite_program", "MAX_TOTAL_ORDER", "sdp-lower-exact", 2 + 2),
        ("verify.checker.core.sdpa", "MAX_TOTAL_ORDER", "sdp-lower-exact", 2 + 2),
        (STATEMENTS + "count_of_minima", "MAX_UNKNOWNS", "risk-count", 5 + 5),
        (RULES + "linearised_minimum", "MAX_OPEN_KINKS", "risk-kinks-bend-down", 1),
        (RULES + "semidefinite_program", "ARB_CONSTRAINTS", "sdp-lower-corrected", 2),
        (RULES + "positive_semidefinite", "EXACT_ORDER", "matrix-rank-one", 3),
    ],
)
def test_a_limit_is_the_last_that_is_taken(
    module: str, limit: str, name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = CORPUS / "valid" / f"{name}.json"
    monkeypatch.setattr(import_module(module), limit, size)
    assert isinstance(check(path), Verified)
    monkeypatch.setattr(import_module(module), limit, size - 1)
    program_of.cache_clear()
    verdict = check(path)
    assert isinstance(verdict, Undecided if module.startswith(RULES) else Malformed), verdict
    named = size if limit == "ARB_CONSTRAINTS" else size - 1
    written = getattr(limits, limit)  # by a table, which wrote its words when it was made
    assert str(named) in verdict.reason or str(written) in verdict.reason or limit == "EXACT_ORDER"


def test_diagonal_blocks_are_not_factorised(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data has one dense block of order 2, and one diagonal block of order 3."""
    monkeypatch.setattr(semidefinite_program, "ARB_ORDER", 2)
    assert isinstance(check(CORPUS / "valid" / "sdp-no-x.json"), Verified)
    monkeypatch.setattr(semidefinite_program, "ARB_ORDER", 0)
    assert isinstance(check(CORPUS / "valid" / "sdp-no-y.json"), Verified), "diagonal blocks alone"


# Memory, and bugs

KIND = "population-teacher-student"


def test_out_of_memory_is_undecided(monkeypatch: pytest.MonkeyPatch, verdict_on: Check) -> None:
    def exhaust(task: object) -> None:
        raise MemoryError

    monkeypatch.setitem(KINDS, KIND, lambda: replace(CRITICAL_POINT, prove=exhaust))
    assert undecided(verdict_on(load("valid/type-ii-k6.json"))) == "out of memory"


def exhausted(path: Path, **options: object) -> object:
    raise MemoryError


def test_out_of_memory_while_reading_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "read", exhausted)
    assert undecided(check(CORPUS / "valid" / "type-ii-k6.json")) == "out of memory while reading"


def test_out_of_memory_while_reading_a_part_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = CORPUS / "valid" / "manifest-strict.json"
    content = sessions.read(manifest)
    monkeypatch.setattr(
        sessions, "read", lambda path, **options: content if path == manifest else exhausted(path, **options)
    )
    assert "out of memory" in undecided(Session().check(manifest))


def test_a_bug_in_a_rule_is_undecided_and_says_so(monkeypatch: pytest.MonkeyPatch, verdict_on: Check) -> None:
    def broken(task: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setitem(KINDS, KIND, lambda: replace(CRITICAL_POINT, prove=broken))
    reason = undecided(verdict_on(load("valid/type-ii-k6.json")))
    place = "oops (test_limits.py:"
    assert reason.startswith(f"internal error of the checker, please report it: ZeroDivisionError: {place}")


def test_no_bound_is_given_twice() -> None:
    """The second would silently replace the first."""
    lines = (Path(sessions.__file__).parents[1] / "core" / "limits.py").read_text().splitlines()
    names = [line.split(" = ")[0] for line in lines if " = " in line and line[0].isupper()]
    assert len(names) > 30
    assert len(set(names)) == len(names)
