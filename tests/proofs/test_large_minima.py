"""The committed certificates of large minima prove their claims; the largest are checked by `verify check` only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from verify.checker.core.verdict import Undecided, Verified
from verify.checker.front.session import Session, read
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.proof import installed, status
from verify.proofs import large_minima as proof

FOLDER = Path(__file__).parents[2] / "certificates" / "large-minima"
TIERS = {21: "arb", 23: "float64", 32: "float64", 50: "float64"}


def test_there_is_a_certificate_for_each_claim() -> None:
    assert len(proof.SIZES) >= 20
    assert {proof.name(k) for k in proof.SIZES} == {path.name for path in FOLDER.iterdir()}
    for k in proof.SIZES:  # claimed, not checked here
        assert proof.settles(read(FOLDER / proof.name(k)).statement, k)


@pytest.mark.parametrize("k", TIERS)
def test_a_committed_certificate_proves_its_claim(k: int) -> None:
    claim = next(claim for claim in installed()["large-minima"].claims if claim.file == proof.name(k))
    found = status(proof.PROOF, claim, FOLDER, Session())
    assert found.word == "proved"
    assert isinstance(found.verdict, Verified)
    assert found.verdict.trust == TIERS[k]


def test_balls_do_not_take_on_the_larger_ones() -> None:
    verdict = Session(trust="arb").check(FOLDER / proof.name(50))
    assert isinstance(verdict, Undecided)
    assert verdict.reason == "2500 unknowns are more than this checker's 1024"


@pytest.mark.parametrize("k", [21, 60, 100])
def test_the_start_is_critical(k: int) -> None:
    landscape, W = ReLUTeacherStudent.orthonormal(k), proof.start(k)
    assert np.abs(landscape.gradient(W)).max() < 1e-12
    assert landscape.value(W) > 0.001


@pytest.mark.parametrize("k", [7, 25])
def test_a_size_is_proved_from_nothing(k: int) -> None:
    """25 * 25 unknowns go the way of the large ones."""
    assert proof.settles(proof.prove(k).statement, k)


def test_another_size_does_not_settle_a_claim() -> None:
    statement = read(FOLDER / proof.name(21)).statement
    assert proof.settles(statement, 21)
    assert not proof.settles(statement, 22)


def test_certificates_that_check_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "SIZES", (7, 8))
    proof.write(tmp_path, lambda what, finished, total: None)
    kept, damaged = tmp_path / proof.name(7), tmp_path / proof.name(8)
    before = kept.stat().st_mtime_ns
    damaged.write_text(damaged.read_text().replace('"at_least": 8', '"at_least": 9'))
    proof.write(tmp_path, lambda what, finished, total: None)
    assert kept.stat().st_mtime_ns == before
    assert isinstance(Session().check(damaged), Verified)
