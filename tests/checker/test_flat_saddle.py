"""Rule `flat-saddle`: what symmetries move is found across them, and only where they do move it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.corpus.forge import load, seal
from tests.corpus.make_flat_saddle import LINEAR, SOFTMAX
from verify.checker.public import Certificate, Undecided, Verified, parse, prove
from verify.checker.theorems import flat_saddle
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import NotCertified
from verify.producer.prover.flat_saddle import certify_flat_saddle


def test_a_flow_must_move_all_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """(w v + 1)^2 / 2 has one critical point near 0, a saddle there, which the scale flow (w, -v) does not move.

    All other hypotheses hold about (1/1000, 1/1000), so that without this one a curve of saddles would be verified.
    """
    risk = EmpiricalRisk([1], [-1], [1, 1], "identity", biases=False)
    statement = {
        "landscape": risk.document,
        "property": "saddle-on-a-surface",
        "region": {"shape": "box", "center": [["1/1000", "1/1000"]], "radius": "1/100"},
        "value": ["0", "1"],
        "negative_curvature": "-1/2",
        "positive_curvature": "1/2",
        "flat_directions": 1,
    }
    witness = {
        "precision": 128,
        "negative_direction": [["1", "-1"]],
        "positive_direction": [["1", "1"]],
        "symmetries": [{"name": "scale", "layer": 0, "unit": 0}],
    }
    document = {**load(f"valid/{LINEAR}.json"), "statement": statement, "witness": witness}
    certificate = Certificate.read(parse(json.dumps(seal(document)).encode()))
    verdict = prove(certificate)
    assert isinstance(verdict, Undecided)
    assert "were not proved independent on the region" in verdict.reason
    monkeypatch.setattr(flat_saddle, "prove_transversal", lambda *_: None)
    monkeypatch.setattr(flat_saddle, "fields_at", _longer)
    assert isinstance(prove(certificate), Verified)


def _longer(fields: Any, trained: Any) -> Any:
    """The fields a thousand times as long, so that the system without the hypothesis is well scaled."""
    from verify.checker.theorems.symmetries import fields_at

    return fields_at(fields, trained) * 1000


@pytest.mark.parametrize("name", [LINEAR, SOFTMAX])
def test_the_loss_falls_and_rises_from_it_and_stays_along_flows(name: str) -> None:
    certificate = Certificate.read(parse(json.dumps(load(f"valid/{name}.json")).encode()))
    statement, witness = certificate.statement, certificate.witness
    risk = EmpiricalRisk.of(statement.landscape)
    center = np.array([float(entry) for entry in statement.center[0]])
    assert np.abs(risk.gradient(center)[0]).max() < 1e-9
    low, high = statement.value
    for direction, sign in ((witness.negative_direction, -1), (witness.positive_direction, 1)):
        u = np.array([float(entry) for entry in direction[0]])
        u /= np.linalg.norm(u)
        curvature = u @ risk.hessian(center) @ u
        assert sign * curvature > 0
        moved = center + 1e-2 * u
        assert risk.value(moved) < float(low) if sign < 0 else risk.value(moved) > float(high)
    values = np.linalg.eigvalsh(risk.hessian(center))
    assert (np.abs(values) < 1e-9).sum() == statement.flat_directions


def test_a_flat_direction_without_a_symmetry_is_told() -> None:
    """All weights of two tanh layers at 0: the hidden biases move nothing there, but change what is near."""
    risk = EmpiricalRisk([1, 2], [1, -1], [2, 1], "tanh")
    with pytest.raises(NotCertified, match="the flat directions are not those of symmetries"):
        certify_flat_saddle(risk, [Fraction(0)] * risk.trained)
