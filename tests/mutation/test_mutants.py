"""The changes that mutation testing tries are the ones that it says, and leave alone what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="pip install -e .[mutation]")

from cosmic_ray.mutating import mutate_code  # noqa: E402

from tests.mutation.mutants import ChangeString, DeleteStatement, ForgetNaN, mutants  # noqa: E402

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


@pytest.mark.parametrize("operator", [ChangeString, DeleteStatement, ForgetNaN])
def test_our_operators_do_what_their_examples_say(operator: type) -> None:
    for example in operator.examples():
        changed = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
        assert changed.split() == example.post_mutation_code.split()


def test_what_is_changed_and_what_is_left_alone(tmp_path: Path) -> None:
    module, kept = tmp_path / "module.py", tmp_path / "kept"
    kept.mkdir()
    module.write_text(SOURCE, encoding="utf-8")
    found = mutants(tmp_path, module, kept)
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
    assert mutants(tmp_path, module, kept) == found, "kept, and read again"
    [second] = [mutant for mutant in found if mutant.after == "thing['radiusXX'] += 1"]
    assert second.lines == (14,)
