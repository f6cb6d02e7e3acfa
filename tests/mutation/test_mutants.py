"""The changes that mutation testing tries are the ones that it says; so are the tests, the sample and the numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="pip install -e .[mutation]")

from cosmic_ray.mutating import mutate_code  # noqa: E402

from tests.mutation.__main__ import drawn  # noqa: E402
from tests.mutation.mutants import OPERATORS, ChangeString, DeleteStatement, ForgetNaN, LetThrough, Module  # noqa: E402
from tests.mutation.report import Record, write_report  # noqa: E402
from tests.mutation.sandbox import Baseline  # noqa: E402

SOURCE = '''\
"""The docstring's 1."""
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thing:
    size: "int | None" = None


def check(thing: int | None, *, limit: int = 7) -> "float | None":
    """Another 2."""
    if not thing < limit:
        raise ValueError("message with 3 words")
    thing["radius"] += 1
    return thing
'''


def module_of(folder: Path, source: str) -> Module:
    path = folder / "module.py"
    path.write_text(source, encoding="utf-8")
    return Module(folder, path)


@pytest.mark.parametrize("operator", [ChangeString, DeleteStatement, ForgetNaN, LetThrough])
def test_our_operators_do_what_their_examples_say(operator: type) -> None:
    for example in operator.examples():
        changed = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
        assert changed.split() == example.post_mutation_code.split()


def test_what_is_changed_and_what_is_left_alone(tmp_path: Path) -> None:
    found = module_of(tmp_path, SOURCE).mutants()
    afters = {mutant.after for mutant in found}
    assert {
        "@dataclass(frozen=False, slots=True)",
        "if thing >= limit:",
        "if not thing <= limit:",
        "if  thing < limit:",
        "thing['radiusXX'] += 1",
        'thing["radius"] += 2',
        "pass",
    } <= afters
    changed = " ".join(afters)
    assert not any(part in changed for part in ("slots=False", "message with", "docstring", "Another", "&", "^"))
    assert all(mutant.source != SOURCE for mutant in found)
    assert len({mutant.source for mutant in found}) == len(found)
    [second] = [mutant for mutant in found if mutant.after == "thing['radiusXX'] += 1"]
    assert second.lines == (14,)


def test_a_larger_sample_holds_the_smaller(tmp_path: Path) -> None:
    module = module_of(tmp_path, SOURCE)
    every = module.mutants()
    whole = drawn([module], len(every) + 9)
    assert sorted(whole, key=every.index) == every, "each mutant once"
    assert whole != every, "not in the order of the lines"
    for size in range(len(every)):
        assert drawn([module], size) == whole[:size]


def test_what_is_no_python_or_given_by_two_places_is_tried_once_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OPERATORS, "Again", ForgetNaN)
    module = module_of(tmp_path, "x = {**y, 1: 2} if not a < b else z\n")
    none = [place.operator for place in module.places if not module.mutant(place)]
    assert none == ["ReplaceBinaryOperator_Pow_Mul", "ReplaceBinaryOperator_Pow_Add", "Again"]
    assert "x = {**y, 1: 2} if a >= b else z\n" in [mutant.source for mutant in drawn([module], 99)]


def test_the_tests_that_may_notice_a_change() -> None:
    seconds = {"a.py::one": 1.0, "a.py::two": 2.0, "b.py::three": 3.0, "b.py::process": 4.0}
    lines = {"m.py": {"1": [""], "2": ["a.py::one"], "3": ["a.py::one", "b.py::three"], "4": ["", "a.py::two"]}}
    baseline = Baseline(seconds, lines, ["b.py::process"])
    assert baseline.reaching("m.py", (2,)) == {"a.py::one", "b.py::process"}
    assert baseline.reaching("m.py", (2, 3)) == {"a.py::one", "b.py::three", "b.py::process"}
    assert baseline.reaching("m.py", (1,)) == baseline.reaching("m.py", (3, 4)) == set(seconds), "at import"
    assert baseline.reaching("m.py", (9,)) == {"b.py::process"}, "in another process, or never"
    joined = baseline.only({"a.py"}).joined(baseline.only({"b.py"}))
    assert joined.reaching("m.py", (3,)) == baseline.reaching("m.py", (3,))
    assert (joined.seconds, joined.watched) == (seconds, ["b.py::process"])
    assert baseline.only({"a.py"}).reaching("m.py", (3,)) == {"a.py::one"}
    assert Baseline.unpacked(json.loads(json.dumps(baseline.packed()))) == baseline
    assert baseline.doubtful() == {"a.py::two", "b.py::three", "b.py::process"}, "more than a second, or a process"


def record(by: str, suite: str, late: bool = False) -> Record:
    entry = {"module": "verify/checker/m.py", "before": f"{by}{suite}", "after": "x", "by": by, "timeout": False}
    return entry | {"suite_first": suite, "late": late}


def test_a_sample_is_judged_by_what_was_killed_at_first_sight(tmp_path: Path) -> None:
    """Of 50 in the first state 40 were killed at first sight, 8 later; of 50 in the second 49."""
    first = [*[record("t", "1")] * 40, *[record("t", "1", late=True)] * 8, *[record("", "1")] * 2]
    second = [*[record("t", "2")] * 49, record("", "2")]
    sample = [*first, *second, None, record("", "2")]
    (tmp_path / "docs").mkdir()
    write_report(tmp_path, sample, 1000, sample=True)
    page = (tmp_path / "docs" / "MUTATION.md").read_text(encoding="utf-8")
    assert "A sample: 100 mutants, drawn from all those at 1000 places" in page, "up to the first that was not tried"
    assert "97 of 100 were killed, **97.0 %**" in page
    assert "| state 1 | 50 | 40 (80.0 %) | 66.3 % to 90.0 % | 80.0 % | 48 (96.0 %) |" in page
    assert "| state 2 | 50 | 49 (98.0 %) | 89.4 % to 99.9 % | 98.0 % | 49 (98.0 %) |" in page
    assert "| m.py | 100 | 97 | 0 | 3 |" in page
    assert "Not explained yet: 3" in page
    write_report(tmp_path, sample, 1000, sample=False)
    page = (tmp_path / "docs" / "MUTATION.md").read_text(encoding="utf-8")
    assert "97 of 101 were killed" in page
    assert "**Not finished: 1 mutants were not tried yet.**" in page
    assert "A sample" not in page
