"""Where each inequality stops to hold: at the same number for both checkers, up to the width of enclosures.

A rule that compares with a wrong number, or not at all, moves its border.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.campaigns import sampled
from tests.fuzz.engine import get, repair, write
from tests.independent.differential import CORPUS, compare
from verify import checker
from verify.checker.core.exact import parse
from verify.independent.checking import check as second_check
from verify.independent.documents import read
from verify.independent.intervals import Interval
from verify.independent.kinds.population_teacher_student import CriticalPoint
from verify.independent.outcomes import Clock
from verify.independent.population import Loss

STEPS = 20
MOVED = {"linear": Fraction(1, 20), "best-of-three-in-the-plane": Fraction(1, 2**34), "erf-saddle": Fraction(1, 2**34)}
"""How far the center is moved from the critical point, so that the gradient matters."""

Place = tuple[str | int, ...]
R, LOW, HIGH, M = ("region", "radius"), ("value", 0), ("value", 1), ("hessian_lower_bound",)
DOWN, UP = ("negative_curvature",), ("positive_curvature",)

# What stops to hold: the certificate, where the number is, a value that is verified, and one that is not.
BORDERS: dict[str, tuple[str, Place, str, str]] = {
    "|g| < m r": ("best-of-three-in-the-plane", R, "1*2^-24", "1*2^-44"),
    "H >= m": ("better-point-generic", M, "1/1000", "1"),
    "H and M >= m for erf": ("erf-fewer-neurons", M, "1/1000", "1/10"),
    "l <= F of a minimum": ("erf-fewer-neurons", LOW, "-1", "1"),
    "F <= u of a minimum": ("fewer-neurons-k3", HIGH, "1", "-1"),
    "F(W') < l": ("better-point-generic", LOW, "998/1000", "0"),
    "n >= k and l > 0": ("type-ii-k6", LOW, "1/1000", "-1/1000"),
    "Newton step": ("erf-saddle", R, "1*2^-24", "1*2^-44"),
    "negative curvature": ("saddle-fewer-neurons-k3", DOWN, "-1/1000", "-1/10"),
    "positive curvature": ("saddle-antiparallel-k2", UP, "1/10", "5"),
    "l <= F - |g|^2 / (2 m), far from the minimum": ("linear", LOW, "-1/1000", "1/1000"),
    "l <= F of a saddle": ("erf-saddle", LOW, "-1/10", "1/10"),
    "F <= u of a saddle": ("saddle-one-neuron-k3", HIGH, "2", "1"),
}


@pytest.mark.parametrize("name", sampled(BORDERS, every=4))
def test_border(name: str, tmp_path: Path) -> None:
    certificate, place, good, bad = BORDERS[name]
    document = json.loads((CORPUS / "valid" / f"{certificate}.json").read_bytes())
    corner = document["statement"]["region"]["center"][0]
    corner[0] = str(parse(corner[0]) + MOVED.get(certificate, 0))
    document["statement"]["value"][1] = "100"
    if place in (R, HIGH) or name == "H and M >= m for erf":
        document["statement"]["value"] = ["-100", "100"]
    path = tmp_path / "certificate.json"

    def verified(check: Callable[[Path], str], number: Fraction) -> bool:
        get(document["statement"], place[:-1])[place[-1]] = str(number)
        repair(document)
        path.write_text(json.dumps(document), encoding="utf-8")
        return check(path) == "Verified"

    first, second = (
        border(lambda number, check=check: verified(check, number), parse(good), parse(bad))
        for check in (lambda path: checker.check(path).name, lambda path: second_check(str(path)).verdict)
    )
    assert abs(first - second) <= abs(first) / 50


def border(verified: Callable[[Fraction], bool], good: Fraction, bad: Fraction) -> Fraction:
    assert verified(good)
    assert not verified(bad)
    for _ in range(STEPS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if verified(middle) else (good, middle)
    return good


@pytest.mark.parametrize("place", [LOW, HIGH])
def test_the_loss_may_change_between_the_center_and_the_critical_point(place: Place, tmp_path: Path) -> None:
    """A bound that the loss at the center meets by less than it may change within the box is not proved."""
    document = json.loads((CORPUS / "valid" / "saddle-one-neuron-k3.json").read_bytes())
    claim = read(write(document)).claim
    assert isinstance(claim, CriticalPoint)
    center = [[Interval.of(entry, 200) for entry in row] for row in claim.center]
    value = Fraction(Loss(claim.land, center, 200, 1, Clock(9)).value().lo, 2**200)
    document["statement"]["value"] = ["-100", "100"]
    for margin, verdict in ((Fraction(1, 2**60), "Undecided"), (Fraction(1, 2**20), "Verified")):
        document["statement"]["value"][place[1]] = str(value + (margin if place == HIGH else -margin))
        repair(document)
        path = tmp_path / "certificate.json"
        path.write_bytes(write(document))
        assert compare(path) == (verdict, verdict)
