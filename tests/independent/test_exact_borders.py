"""Where each inequality about risks, programs, matrices, polynomials and quadratic networks stops to hold.

At the same number for both checkers: exactly where both are exact, else up to the width of enclosures.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from tests.campaigns import sampled
from tests.fuzz.engine import get, repair
from tests.independent.differential import CORPUS
from tests.independent.test_borders import border
from verify import checker
from verify.checker.core.exact import parse
from verify.independent.checking import check as second_check

Place = tuple[str | int, ...]
LOW, HIGH, M = ("statement", "value", 0), ("statement", "value", 1), ("statement", "hessian_lower_bound")
R, BOUND = ("statement", "region", "radius"), ("statement", "bound")
CENTER = ("statement", "region", "center", 0, 0)

# What stops to hold: the certificate, changes to it, where the number is, and one that is not verified.
BORDERS: dict[str, tuple[str, dict[Place, Any], Place, str]] = {
    "l <= F of a value": ("risk-value", {}, LOW, "5"),
    "F <= u of a value": ("risk-value", {}, HIGH, "-5"),
    "l <= F of an exact value": ("risk-value-exact", {HIGH: "100"}, LOW, "99"),
    "F <= u of an exact value": ("risk-value-exact", {LOW: "0"}, HIGH, "1"),
    "F(better) < l": ("risk-worse", {}, LOW, "-1"),
    "H >= m of a risk": ("risk-tanh", {}, M, "10"),
    "H >= m of logistic": ("risk-logistic-fixed", {}, M, "10"),
    "H >= m of cross-entropy": ("risk-deep-residual", {}, M, "10"),
    "|g| < m r of a risk": ("risk-tanh", {R: "1*2^-20", CENTER: "move 1*2^-30", LOW: "0", HIGH: "9"}, R, "1*2^-60"),
    "l <= F of a risk": ("risk-tanh", {HIGH: "9"}, LOW, "9"),
    "F <= u of a risk": ("risk-tanh", {LOW: "0"}, HIGH, "0"),
    "F(better) < l of a spurious minimum": ("risk-neuron-spurious", {}, LOW, "0"),
    "negative curvature of a risk": ("risk-saddle", {}, ("statement", "negative_curvature"), "-100"),
    "positive curvature of a risk": ("risk-saddle", {}, ("statement", "positive_curvature"), "100"),
    "Newton step of a risk": ("risk-saddle", {CENTER: "move 1*2^-40", LOW: "-9", HIGH: "9"}, R, "1*2^-90"),
    "F <= u of a saddle of a risk": ("risk-saddle", {}, HIGH, "0"),
    "the loss of every width": ("risk-every-width", {}, HIGH, "6"),
    "F_i'(a) < 0": ("risk-count", {}, ("witness", "intervals", 0, 0, 0), "b"),
    "F_i'(b) > 0": ("risk-count", {}, ("witness", "intervals", 1, 0, 1), "a"),
    "the loss after the steps of descent, from below": ("descent-hidden-layer", {HIGH: "9"}, LOW, "9"),
    "the loss after the steps of descent, from above": ("descent-hidden-layer", {LOW: "0"}, HIGH, "0"),
    "the end point of descent": ("descent-hidden-layer", {}, ("statement", "end", "distance"), "0"),
    "the Jacobian's least singular value": ("descent-hidden-layer", {}, ("witness", "singular_value"), "9"),
    "M of constant outputs": ("risk-constant-outputs", {}, ("statement", "pre_activations", 0), "2"),
    "the multiplier of a kink": ("risk-kinks-bend-down", {}, ("witness", "multipliers", 0, 0, 0, 0), "-3"),
    "<F_0, Y'> >= l": ("sdp-lower-corrected", {}, BOUND, "4"),
    "<F_0, Y> >= l": ("sdp-lower-exact", {}, BOUND, "4"),
    "<F_0, Y> and a box": ("sdp-lower-in-a-box", {}, BOUND, "4"),
    "the box": ("sdp-lower-in-a-box", {}, ("statement", "box", 1, 0), "-4000"),
    "Y' >= 0": ("sdp-lower-corrected", {BOUND: "-100"}, ("witness", "dual", 0, 1, 1), "-2"),
    "Y >= 0": ("sdp-lower-in-a-box", {BOUND: "-100"}, ("witness", "dual", 0, 1, 1), "-2"),
    "c.x <= u": ("sdp-upper-inside", {}, BOUND, "0"),
    "c.x' <= u": ("sdp-upper-equality", {}, BOUND, "0"),
    "X >= 0": ("sdp-upper-inside", {BOUND: "9"}, ("witness", "point", 1), "0"),
    "a matrix": ("matrix-definite", {}, ("statement", "landscape", "lower_triangle", 1, 0), "9"),
    "p(a) <= u": ("global-minimum-of-a-polynomial", {HIGH: "9"}, HIGH, "0"),
    "the dual value": ("quadratic-global-decay", {LOW: "-9"}, LOW, "2"),
    "L <= u": ("quadratic-global-decay", {}, HIGH, "-1"),
    "the multipliers": ("quadratic-global-decay", {LOW: "-99"}, ("witness", "multipliers", 0), "-9"),
    "negative curvature of L": ("quadratic-saddle", {}, ("statement", "negative_curvature"), "-99"),
    "H >= m of L": ("quadratic-spurious", {R: "1*2^-18"}, M, "10"),
    "l <= L": ("quadratic-spurious", {HIGH: "9"}, LOW, "9"),
    "L <= u at a minimum": ("quadratic-spurious", {}, HIGH, "0"),
    "L(W') < l": ("quadratic-spurious", {}, LOW, "-9"),
}


@pytest.mark.parametrize("name", sampled(BORDERS, every=6))
def test_border(name: str, tmp_path: Path) -> None:
    certificate, changes, place, bad = BORDERS[name]
    for data in (CORPUS / "valid").glob("*.dat-s"):
        copy(data, tmp_path)
    document = json.loads((CORPUS / "valid" / f"{certificate}.json").read_bytes())
    for at, new in changes.items():
        old = get(document, at)
        if str(new).startswith("move "):
            new = str(parse(old) + parse(new[5:]))
        get(document, at[:-1])[at[-1]] = new
    other = {"a": 0, "b": 1}.get(bad)
    worst = parse(bad if other is None else get(document, (*place[:-1], other)))
    good = parse(get(document, place))
    path = tmp_path / "certificate.json"

    def verified(check: Callable[[Path], str], number: Fraction) -> bool:
        get(document, place[:-1])[place[-1]] = str(number)
        repair(document)
        path.write_text(json.dumps(document), encoding="utf-8")
        return check(path) == "Verified"

    first, second = (
        border(lambda number, check=check: verified(check, number), good, worst)
        for check in (lambda path: checker.check(path).name, lambda path: second_check(str(path)).verdict)
    )
    assert abs(first - second) <= abs(first) / 100
