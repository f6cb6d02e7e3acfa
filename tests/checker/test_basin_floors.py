"""How long checking takes: minima of networks 8-16-1 with ReLU on 200 rows, in CPU seconds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.campaigns import campaign
from verify.checker.public import Certificate, Verified, parse, prove

FOLDER = Path(__file__).parents[2] / "certificates" / "trained-networks"


@campaign
@pytest.mark.parametrize(("tier", "most"), [("arb", 15.0), ("float64", 1.0)])
@pytest.mark.parametrize("name", ["regression-without-decay", "regression-decay", "regression-strong-decay"])
def test_a_trained_minimum_is_checked_in_time(name: str, tier: str, most: float) -> None:
    certificate = Certificate.read(parse((FOLDER / f"{name}.json").read_bytes()))
    start = time.process_time()
    assert isinstance(prove(certificate, trust=tier), Verified)
    assert time.process_time() - start <= most
