"""The committed certificates for other activations prove exactly their claims."""

from pathlib import Path

import pytest

from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.producer.proof import status
from verify.proofs import other_activations as proof

FOLDER = Path(__file__).parents[2] / "certificates" / "other-activations"


@pytest.mark.parametrize("claim", proof.PROOF.claims, ids=lambda claim: claim.name)
def test_the_committed_certificate_proves_the_claim(claim: proof.Claim) -> None:
    found = status(proof.PROOF, claim, FOLDER, Session())
    assert found.word == "proved"
    assert isinstance(found.verdict, Verified)


def test_a_certificate_of_another_activation_does_not_settle_a_claim() -> None:
    names = list(proof.LANDSCAPES)
    for name, other in (names, reversed(names)):
        verdict = Session().check(FOLDER / other)
        assert isinstance(verdict, Verified)
        assert proof.settles(other, verdict.statement)
        assert not proof.settles(name, verdict.statement)


def test_the_erf_minimum_is_proved_from_nothing() -> None:
    assert proof.settles("erf-k04-n04.json", proof.prove("erf-k04-n04.json").statement)
