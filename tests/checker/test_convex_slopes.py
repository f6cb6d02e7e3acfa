"""Rules `convex` and `convex-point`: what is said where a slope is not 0 by proof."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from flint import arb

from tests.corpus.forge import CORPUS
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.checker.public import Rejected, Undecided, Verified, prove
from verify.checker.theorems import convex_risk


@pytest.mark.parametrize(
    ("slope", "verdict"),
    [
        (Fraction(0), Verified),
        (arb(0), Verified),
        (Fraction(1, 10**9), Rejected),
        (Fraction(-1, 10**9), Rejected),
        (arb("0.5 +/- 0.1"), Rejected),
        (arb("-0.5 +/- 0.1"), Rejected),
        (arb("0 +/- 1e-20"), Undecided),
        (arb("0.5 +/- 0.6"), Undecided),
        (arb("-0.5 +/- 0.6"), Undecided),
        (arb("nan"), Undecided),
    ],
)
def test_a_slope_that_may_be_0_rejects_nothing(
    monkeypatch: pytest.MonkeyPatch, slope: Fraction | arb, verdict: type
) -> None:
    def slopes(*_: object) -> Sequence[Fraction | arb]:
        return [Fraction(0), slope]

    monkeypatch.setattr(convex_risk, "slopes", slopes)
    certificate = read(CORPUS / "valid" / "convex-point.json")
    assert isinstance(certificate, Certificate)
    found = prove(certificate)
    assert isinstance(found, verdict)
    if not isinstance(found, Verified):
        assert "slope in trained parameter 1 is not 0 by proof" in found.reason  # type: ignore[attr-defined]
