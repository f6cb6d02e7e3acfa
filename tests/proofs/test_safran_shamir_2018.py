"""The committed certificates of Safran & Shamir's Theorem 1 prove exactly the claim, and fresh ones can be made."""

from pathlib import Path

import pytest

from tests.campaigns import campaign
from verify.checker.core.verdict import Rejected, Verified
from verify.checker.front.session import Session
from verify.producer.proof import installed, status
from verify.proofs import safran_shamir_2018 as paper

FOLDER = Path(__file__).parents[2] / "certificates" / "safran-shamir-2018"


def test_the_pairs_are_those_of_the_paper() -> None:
    equal = {(k, k) for k in range(6, 21)}
    one_more = {(8, 9)} | {(k, k + 1) for k in range(10, 20)}
    assert set(paper.PAIRS) == equal | one_more
    assert len(paper.PAIRS) == 26


@campaign
def test_the_committed_manifest_proves_the_claim() -> None:
    proof = installed()["safran-shamir-2018"]
    found = status(proof, proof.claims[0], FOLDER, Session())
    assert found.word == "proved"
    assert isinstance(found.verdict, Verified)
    assert found.verdict.statement == paper.THEOREM


def test_a_manifest_of_another_theorem_does_not_settle_the_claim(tmp_path: Path) -> None:
    for file in FOLDER.glob("k06*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    small = paper.Theorem(paper.RELU, "spurious-local-minimum", True, ((6, 6),))
    verdict = Session().check(tmp_path / "k06-n06.json")
    assert isinstance(verdict, Verified)
    paper.write_whole(
        tmp_path / paper.MANIFEST,
        paper.pretty(
            paper.seal(
                paper.MANIFEST_FORMAT,
                {
                    "landscape": {"kind": "population-teacher-student", "activation": "relu", "teacher": "orthonormal"},
                    "property": "spurious-local-minimum",
                    "input_dimension": "at_least_k",
                    "pairs": [[6, 6]],
                },
                {"parts": [{"file": "k06-n06.json", "digest": verdict.digest}]},
                {},
            )
        ),
    )
    weaker = Session().check(tmp_path / paper.MANIFEST)
    assert isinstance(weaker, Verified)
    assert weaker.statement == small
    found = status(paper.PROOF, paper.PROOF.claims[0], tmp_path, Session())
    assert found.word == "undecided"
    assert isinstance(found.verdict, Rejected)


@pytest.mark.parametrize(("k", "n"), [(6, 6), pytest.param(8, 9, marks=campaign)])
def test_a_pair_is_proved_from_nothing(k: int, n: int) -> None:
    certificate = paper.prove_pair(k, n)
    assert paper.settles(certificate.statement, (k, n))


def test_certificates_that_check_are_kept_and_others_are_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "PAIRS", ((6, 6), (7, 7)))
    steps: list[str] = []
    paper.write(tmp_path, lambda what, finished, total: steps.append(what))
    assert steps[-2:] == ["k06-n06.json", "k07-n07.json"]
    kept, damaged = tmp_path / "k06-n06.json", tmp_path / "k07-n07.json"
    before = kept.stat().st_mtime_ns
    damaged.write_text(damaged.read_text().replace('"at_least": 7', '"at_least": 8'))
    paper.write(tmp_path, lambda what, finished, total: None)
    assert kept.stat().st_mtime_ns == before
    assert isinstance(Session().check(damaged), Verified)
    assert isinstance(Session().check(tmp_path / paper.MANIFEST), Verified)
