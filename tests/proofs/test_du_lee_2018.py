"""The committed certificates of instances of Du & Lee's theorem settle the claims, and fresh ones can be made."""

from dataclasses import replace
from pathlib import Path

import pytest

from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.producer.proof import installed, status
from verify.proofs import du_lee_2018 as paper

FOLDER = Path(__file__).parents[2] / "certificates" / "du-lee-2018"


def test_the_widths_are_those_of_the_paper() -> None:
    assert all(k * k >= 2 * n and k < d for n, d, k in paper.SIZES)
    n, _, k = paper.NARROW
    assert k * k < 2 * n


def test_every_claim_is_settled_by_its_committed_file() -> None:
    proof = installed()["du-lee-2018"]
    found = [status(proof, claim, FOLDER, Session()).word for claim in proof.claims]
    assert found == ["proved", "refuted", "refuted", *["proved"] * (len(proof.claims) - 3)]
    assert len(proof.claims) == len(paper.FILES)


@pytest.mark.parametrize("name", [*paper.OF_EVERY_SIZE, "global-n08-k04-seed0.json", "saddle.json", "spurious.json"])
def test_a_certificate_is_proved_from_nothing(name: str) -> None:
    assert paper.settles(name, paper.prove(name).read().statement)


def test_another_data_set_or_a_wider_gap_does_not_settle() -> None:
    names = list(paper.NAMES)
    verdict = Session().check(FOLDER / names[0])
    assert isinstance(verdict, Verified)
    assert paper.settles(names[0], verdict.statement)
    assert not paper.settles(names[1], verdict.statement)
    assert not paper.settles("saddle.json", verdict.statement)
    low, high = verdict.statement.value  # type: ignore[attr-defined]
    wider = replace(verdict.statement, value=(low - 1, high))  # type: ignore[type-var]
    assert not paper.settles(names[0], wider)
