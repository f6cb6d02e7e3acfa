"""Descent from the identity: each inequality that is printed is the one that is decided, on both sides of equality."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from random import Random

import mpmath
import pytest

from verify.checker.statements.linear_targets import (
    NegativeDefiniteTargets,
    NormalOffAxis,
    NormalTargets,
    PositiveTargets,
    SymmetricTargets,
    Targets,
)
from verify.checker.theorems.identity_start import _hypotheses, _is_at_most_one

Numbers = dict[str, mpmath.mpf]


def number(random: Random, low: float, high: float) -> Fraction:
    return Fraction(random.randint(int(64 * low) + 1, int(64 * high)), 64)


def symmetric(random: Random) -> tuple[Targets, Numbers]:
    a, b = sorted((number(random, 0, 3), number(random, 0, 3)))
    return SymmetricTargets("symmetric", (a, b)), {"m": min(1, f(a)), "M": max(1, f(b))}


def normal(random: Random) -> tuple[Targets, Numbers]:
    x, R = number(random, 0.5, 2), number(random, 2, 4)
    return NormalTargets("normal", x, R), {"m": (2 * f(x) - 1) / (2 * f(R)), "M": 2 * f(R)}


def off_axis(random: Random) -> tuple[Targets, Numbers]:
    s, r, R = number(random, 0, 0.9), number(random, 0, 3), number(random, 0.5, 3)
    known = {"s": f(s), "r": f(r), "R": f(R), "e": 1 + f(R), "m": f(s) / 2, "M": max(1, f(R)) + f(s) / 2}
    return NormalOffAxis("normal-off-axis", s, r, R), known


def positive(random: Random) -> tuple[Targets, Numbers]:
    g, N, e = number(random, 0, 2), number(random, 0.25, 3), number(random, 0, 2)
    known = {"e": f(e), "z": f(e) / f(N + e), "m": min(1, f(g)), "M": max(1, f(N + e))}
    return PositiveTargets("positive", g, N, e), known


def f(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator


def sides(text: str, known: Numbers) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Of an inequality in the notation of the docs: a space is a product, ^ a power."""
    python = text.replace(" + ", "+").replace(" - ", "-").replace("^", "**")
    left, right = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", python).split(" <= ")
    left, right = (re.sub(r"(\d+)/(\d+)", r"mpf(\1)/\2", side) for side in (left, right))
    return tuple(eval(side, {"mpf": mpmath.mpf}, dict(known)) for side in (left, right))  # type: ignore[return-value]


@pytest.mark.parametrize("most", [2, 3, 7, None])
@pytest.mark.parametrize("make", [symmetric, normal, off_axis, positive])
def test_what_is_printed_is_what_is_decided(
    make: Callable[[Random], tuple[Targets, Numbers]], most: int | None
) -> None:
    """L is the largest number of layers; without one, exponents are at their limits."""
    random, seen = Random(3), set()
    for _ in range(12):
        with mpmath.workdps(40):
            targets, known = make(random)
            known["L"] = mpmath.mpf(most) if most else mpmath.inf
            for name in _hypotheses(targets, Fraction(1), Fraction(1), most):
                left, right = sides(name, known | {"c": mpmath.mpf(1), "k": mpmath.mpf(1)})
                for share in (Fraction(999, 1000), Fraction(1001, 1000)):
                    # All are linear in c or in k, or have neither.
                    scale = Fraction(str(mpmath.nstr(right / left, 30))) * share
                    decided = _is_at_most_one(_hypotheses(targets, scale, scale, most)[name])
                    has_number = name[:4].startswith(("c ", "k ", "4 c"))
                    assert decided is ((share < 1) if has_number else bool(left <= right)), name
                    seen.add((name, decided))
    assert {decided for _, decided in seen} == {True, False}


def test_without_a_largest_number_of_layers_the_conditions_are_the_strongest() -> None:
    """They imply those of 1000 layers; c and k are at most 1, as m <= 1 <= M."""
    random = Random(8)
    for make in (symmetric, normal, off_axis, positive):
        for _ in range(40):
            targets, _ = make(random)
            c, k = number(random, 0, 1) ** 3, number(random, 0, 1) ** 3
            finite, forever = (_hypotheses(targets, c, k, most).values() for most in (1000, None))
            for one, other in zip(finite, forever, strict=True):
                assert _is_at_most_one(one) or not _is_at_most_one(other)


@pytest.mark.parametrize("L", [3, 5])
def test_negative_definite_targets(L: int) -> None:
    """g(x) = eta (1 + x) - 1 with eta = c / L, for random numbers, exactly."""
    random, seen = Random(1), set()
    for _ in range(300):
        a, b = sorted((number(random, 0, 3), number(random, 0, 3)))
        c, k = L * number(random, 0.25, 2), number(random, 0, 1) ** 2
        first, last = c / L * (1 + a) - 1, c / L * (1 + b) - 1
        if first <= 0:
            continue
        found = _hypotheses(NegativeDefiniteTargets("negative-definite", (-b, -a)), c, k, L)
        decided = [_is_at_most_one(powers) for powers in found.values()]
        power = 2 * L - 2
        exact = [first**L <= a, last**L <= b, c**L * b**power <= 1, k <= first**power, k * c * (1 + b) <= 1]
        assert decided == exact
        seen |= set(enumerate(exact))
    assert len(seen) == 10
