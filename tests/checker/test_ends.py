"""The ends of a ball as rationals: never inside the ball, and never of a size that a few bytes of input can blow up."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.forge import changed, load, seal
from verify.checker import Undecided, Verified, check
from verify.checker.core.outcome import Open
from verify.checker.core.task import LARGEST_EXPONENT, TINY, ends, lower, upper

WEIGHT = "statement.point.0.0"


@given(st.integers(-(2**70), 2**70), st.integers(0, 2**40), st.integers(-2 * LARGEST_EXPONENT, LARGEST_EXPONENT // 2))
def test_the_ends_enclose_the_ball(middle: int, radius: int, exponent: int) -> None:
    scale = arb(2) ** exponent
    low, high = ends(arb(middle, radius) * scale)
    exact = Fraction(2) ** exponent
    assert low <= (middle - radius) * exact <= (middle + radius) * exact <= high


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_too_small_to_be_written_is_rounded_outwards(sign: int) -> None:
    assert set(ends(sign * arb(-(10**9)).exp())) == {Fraction(0), sign * TINY}


HUGE = arb(10**9).exp()


@pytest.mark.parametrize("number", [HUGE, -HUGE, HUGE * arb(0, 1), arb("nan"), arb("inf")])
def test_what_is_not_enclosed_or_too_large_has_no_ends(number: arb) -> None:
    with pytest.raises(Open):
        ends(number)
    assert (lower(number), upper(number)) == ("unbounded", "unbounded")


@pytest.mark.parametrize(
    ("weight", "claimed", "verdict"),
    [
        ("1000000000", ["0", "1*2^-4096"], Verified),
        ("-1000000000", ["999999999", "1000000001"], Verified),
        ("1000000000", ["0", "0"], Undecided),
    ],
)
def test_a_logistic_loss_of_a_billion_digits(
    tmp_path: Path, weight: str, claimed: list[str], verdict: type[Verified | Undecided]
) -> None:
    layer = {"width": 1, "activation": "identity", "bias": False, "residual": False}
    changes = {
        "statement.landscape.layers": [layer],
        "statement.landscape.loss": {"kind": "logistic", "factor": "1"},
        "statement.landscape.inputs": [["1"]],
        "statement.landscape.targets": [["1"]],
        "statement.point": [[weight]],
        "statement.value": claimed,
    }
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(seal(changed(load("valid/risk-value.json"), changes))))
    assert isinstance(check(path), verdict)
