"""The tier in which the producer asks the checker: `trust=` and `--trust`, here and in other processes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from verify.proofs.large_minima import start

from verify import Certificate, ReLUTeacherStudent, certify
from verify.checker.public import Session, Verified
from verify.producer import trust
from verify.producer.cli import main
from verify.producer.executors import completed, workers

LANDSCAPE = ReLUTeacherStudent.orthonormal(6)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tiers that the checker is asked in, one for each draft."""
    tiers: list[str] = []
    right = trust.prove

    def recorded(certificate, seconds=float("inf"), trust="auto", data=b""):  # type: ignore[no-untyped-def]
        tiers.append(trust)
        return right(certificate, seconds, trust, data)

    monkeypatch.setattr(trust, "prove", recorded)
    return tiers


def test_certify_asks_the_tier_that_it_is_given(asked: list[str], tmp_path: Path) -> None:
    found: dict[str, Certificate] = {}
    for tier in ("auto", "arb", "float64"):
        found[tier] = certify(LANDSCAPE, start(6), trust=tier)
        assert set(asked) == {tier}
        asked.clear()
    assert len({certificate.digest for certificate in found.values()}) == 1  # who reads it chooses again
    found["float64"].save(tmp_path / "point.json")
    verdict = Session(trust="arb").check(tmp_path / "point.json")
    assert isinstance(verdict, Verified)
    assert verdict.trust == "arb"
    with pytest.raises(ValueError, match="the trust 'exact' is not known; known: auto, arb, float64"):
        certify(LANDSCAPE, start(6), trust="exact")


def test_a_tier_is_asked_meanwhile_only() -> None:
    with trust.asking("float64"):
        assert trust.asked() == "float64"
        with pytest.raises(KeyError), trust.asking("arb"):
            assert trust.asked() == "arb"
            raise KeyError
        assert trust.asked() == "float64"
    assert trust.asked() == "auto"


def test_other_processes_ask_it_too() -> None:
    with trust.asking("float64"), workers(2) as pool:
        assert sorted(completed(pool, [trust.asked] * 3)) == [(0, "float64"), (1, "float64"), (2, "float64")]
    assert list(completed(None, [trust.asked])) == [(0, "auto")]


def test_the_command_certify(asked: list[str], tmp_path: Path) -> None:
    np.save(tmp_path / "points.npy", start(6))
    arguments = ["certify", str(tmp_path / "points.npy"), "--output", str(tmp_path / "out"), "--format", "json"]
    result = CliRunner().invoke(main, [*arguments, "--trust", "float64"])
    assert result.exit_code == 0, result.output
    assert set(asked) == {"float64"}
    assert [item["outcome"] for item in json.loads(result.stdout)["results"]] == ["certified"]
    assert CliRunner().invoke(main, [*arguments, "--trust", "rocq"]).exit_code == 2
