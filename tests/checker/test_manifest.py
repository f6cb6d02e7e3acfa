"""Manifests and their folder: parts that are no files, and files that several manifests name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from tests.corpus.forge import CORPUS, forged, load, text
from verify.checker import Malformed, Rejected, Undecided, Verified, check
from verify.checker.front import session as sessions
from verify.checker.front.manifest import Theorem
from verify.checker.front.session import Session
from verify.producer.report.summaries import summary

PART = "global-minimum-k2.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manifest of two parts, and the parts."""
    for name in ("manifest-strict.json", PART, "type-ii-k6.json"):
        shutil.copy(CORPUS / "valid" / name, tmp_path / name)
    return tmp_path


def rejected(folder: Path) -> str:
    verdict = check(folder / "manifest-strict.json")
    assert isinstance(verdict, Rejected), verdict
    return verdict.reason


def test_complete(folder: Path) -> None:
    verdict = check(folder / "manifest-strict.json")
    assert isinstance(verdict, Verified)
    assert verdict.statement.sentence() == (
        "For every input dimension d >= k, the population loss of n ReLU student neurons and a teacher of k "
        "orthonormal neurons has a strict local minimum, for each of the 2 pairs (k, n) = (2, 2), (6, 6)."
    )
    assert [(met.rule, met.hypothesis, met.measured) for met in verdict.hypotheses] == [
        ("manifest", "the pair (k, n) = (2, 2)", "global-minimum-k2.json"),
        ("manifest", "the pair (k, n) = (6, 6)", "type-ii-k6.json"),
    ]


def test_the_theorem_says_in_which_dimensions(folder: Path) -> None:
    theorem = sessions.read(folder / "manifest-strict.json").statement
    assert isinstance(theorem, Theorem)
    at_least = "every input dimension d >= k"
    assert theorem.scope == f"2 pairs (k, n), {at_least}"
    assert summary(theorem) == f"strict-local-minimum, {theorem.scope}"
    assert theorem.definition.endswith("sigma = ReLU")
    weaker = replace(theorem, every_dimension=False, pairs=((6, 6),))
    assert weaker.scope == "1 pairs (k, n), d = k"
    assert weaker.sentence().startswith("For input dimension d = k, the population loss of n ReLU student neurons and ")


def test_a_long_list_in_a_reason_is_cut(folder: Path) -> None:
    pairs = [[k, k] for k in range(2, 200)]
    document = forged(load("valid/manifest-strict.json"), {"statement.pairs": pairs})
    (folder / "manifest-strict.json").write_text(text(document))
    assert rejected(folder).startswith("no part proves the pairs (k, n) = (3, 3), (4, 4), ")
    assert len(rejected(folder)) < 200


def test_the_manifest_is_read_where_it_lies_not_where_the_user_is(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert isinstance(check(folder / "manifest-strict.json"), Verified)
    monkeypatch.chdir(folder)
    assert isinstance(check("manifest-strict.json"), Verified)


def test_missing_part(folder: Path) -> None:
    (folder / PART).unlink()
    assert rejected(folder) == f"the part {PART} is missing"


def test_symbolic_link_as_a_part(folder: Path) -> None:
    (folder / PART).rename(folder / "elsewhere.json")
    (folder / PART).symlink_to("elsewhere.json")
    assert rejected(folder) == f"the part {PART} is malformed: is a symbolic link; name the file itself"


def test_dangling_symbolic_link_as_a_part(folder: Path) -> None:
    (folder / PART).unlink()
    (folder / PART).symlink_to("nowhere.json")
    assert "is a symbolic link" in rejected(folder)


def test_symbolic_link_as_a_part_after_it_was_checked_by_name(folder: Path) -> None:
    (folder / PART).rename(folder / "elsewhere.json")
    (folder / PART).symlink_to("elsewhere.json")
    session = Session()
    assert isinstance(session.check(folder / PART), Verified)
    assert isinstance(session.check(folder / "manifest-strict.json"), Rejected)


def test_fifo_as_a_part(folder: Path, five_seconds: None) -> None:
    (folder / PART).unlink()
    os.mkfifo(folder / PART)
    assert rejected(folder) == f"the part {PART} is malformed: is not a regular file"


def test_folder_as_a_part(folder: Path) -> None:
    (folder / PART).unlink()
    (folder / PART).mkdir()
    assert rejected(folder) == f"the part {PART} is malformed: is not a regular file"


def test_weaker_part_swapped_in(folder: Path) -> None:
    shutil.copy(CORPUS / "valid" / "type-ii-k6-one-dimension.json", folder / "type-ii-k6.json")
    assert rejected(folder).startswith("the part type-ii-k6.json is another certificate than the one named")


def test_provenance_of_a_part_is_free(folder: Path) -> None:
    """The digest binds what is proved, not what is told about it."""
    changed = {**load("valid/type-ii-k6.json"), "provenance": "rewritten"}
    (folder / "type-ii-k6.json").write_text(text(changed))
    assert isinstance(check(folder / "manifest-strict.json"), Verified)


def test_time_limit_holds_for_each_part(folder: Path) -> None:
    verdict = check(folder / "manifest-strict.json", time_limit=1e-9)
    assert isinstance(verdict, Undecided)
    assert verdict.reason.startswith(f"undecided parts: {PART}: the time limit passed")


def test_a_manifest_that_names_itself_ends(folder: Path) -> None:
    document = load("valid/manifest-strict.json")
    parts = [{"file": "manifest-strict.json", "digest": document["digest"]}]
    (folder / "manifest-strict.json").write_text(text(forged(document, {"witness.parts": parts})))
    assert "a manifest cannot be a part of a manifest" in rejected(folder)


def test_two_manifests_that_name_each_other_end(folder: Path) -> None:
    document = load("valid/manifest-strict.json")
    for own, other in (("a.json", "b.json"), ("b.json", "a.json")):
        parts = [{"file": other, "digest": document["digest"]}]
        (folder / own).write_text(text(forged(document, {"witness.parts": parts})))
    session = Session()
    for name in ("a.json", "b.json", "a.json"):
        assert isinstance(session.check(folder / name), Rejected)


def test_a_manifest_keeps_its_own_verdict_when_another_one_names_it(folder: Path) -> None:
    document = load("valid/manifest-strict.json")
    parts = [{"file": "manifest-strict.json", "digest": document["digest"]}]
    (folder / "outer.json").write_text(text(forged(document, {"witness.parts": parts})))
    orders = (["outer.json", "manifest-strict.json"], ["manifest-strict.json", "outer.json"])
    for order, follow in product(orders, (True, False)):
        session = Session()
        verdicts = {name: session.check(folder / name, follow_links=follow) for name in order}
        outer = verdicts["outer.json"]
        assert isinstance(outer, Rejected)
        assert "a manifest cannot be a part of a manifest" in outer.reason
        assert isinstance(verdicts["manifest-strict.json"], Verified)


def test_a_part_of_two_manifests_is_checked_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proved: list[object] = []
    prove: Callable[..., object] = sessions.prove
    monkeypatch.setattr(sessions, "prove", lambda *given: proved.append(given) or prove(*given))
    shutil.copy(folder / "manifest-strict.json", folder / "again.json")
    session = Session()
    for name in ("manifest-strict.json", "again.json", "manifest-strict.json"):
        assert isinstance(session.check(folder / name), Verified)
    assert len(proved) == 2


def test_a_malformed_manifest_opens_no_part(folder: Path) -> None:
    (folder / "manifest-strict.json").write_text(text({**load("valid/manifest-strict.json"), "digest": "none"}))
    (folder / PART).unlink()
    assert isinstance(check(folder / "manifest-strict.json"), Malformed)
