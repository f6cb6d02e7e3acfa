"""The committed certificates of the papers about finite data settle their claims, each with its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns import campaigns_only
from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.producer.proof import installed, status

CERTIFICATES = Path(__file__).parents[2] / "certificates"
PAPERS = {
    "auer-1995": {"proved": 4},
    "descent-from-initialisation": {"proved": 4},
    "digits-network": {"proved": 1, "undecided": 1},
    "ding-2019": {"proved": 14, "refuted": 1, "undecided": 2},
    "du-2019": {"proved": 12, "refuted": 2, "undecided": 3},
    "bartlett-2018": {"proved": 9, "refuted": 8},
    "hardt-ma-2016": {"proved": 4, "refuted": 5},
    "kawaguchi-2016": {"proved": 6},
    "trained-networks": {"proved": 8},
    "nguyen-hein-2017": {"proved": 2, "refuted": 2, "undecided": 1},
    "nguyen-hein-2018": {"proved": 5, "refuted": 3, "undecided": 2},
    "swirszcz-2016": {"proved": 4, "refuted": 2},
    "xor-plateau": {"proved": 10},
    "yun-2019": {"proved": 12, "refuted": 1},
}
SESSION = Session()
"""It keeps the verdicts, which both tests ask for."""
SLOW = ("trained-networks", "digits-network", "bartlett-2018", "descent-from-initialisation")


@pytest.mark.parametrize("name", campaigns_only(PAPERS, unless=lambda name: name not in SLOW))
def test_each_claim_has_its_verdict(name: str) -> None:
    proof, session = installed()[name], SESSION
    words = [status(proof, claim, CERTIFICATES / name, session).word for claim in proof.claims]
    assert {word: words.count(word) for word in set(words)} == PAPERS[name]


@pytest.mark.parametrize(
    "name", campaigns_only(sorted(set(PAPERS) - {"digits-network"}), unless=lambda name: name not in SLOW)
)
def test_a_certificate_settles_only_its_own_claim(name: str) -> None:
    """Exchange the files: none settles a claim that is not its own."""
    proof, session = installed()[name], SESSION
    statements = {}
    for claim in proof.claims:
        if claim.file:
            verdict = session.check(CERTIFICATES / name / claim.file)
            assert isinstance(verdict, Verified)
            statements[claim.file] = verdict.statement
    for claim in proof.claims:
        for file, statement in statements.items():
            assert claim.settled_by(statement) == (file == claim.file)
