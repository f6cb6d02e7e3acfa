"""Infima that are not attained, and squares written about another point or in other units."""

from __future__ import annotations

from fractions import Fraction
from itertools import count

import numpy as np
import pytest
import sympy
from sympy.abc import x, y, z

from tests.campaigns import campaign
from verify.producer.prover import NotCertified
from verify.producer.sdp import global_minimum, sum_of_squares
from verify.producer.sdp.far_points import further_out
from verify.producer.sdp.indeterminates import read_polynomial
from verify.producer.sdp.own_variables import own_variables
from verify.producer.sdp.terms import evaluate

NOT_ATTAINED = {
    "along a hyperbola": ((x * y - 1) ** 2 + x**2, 0),
    "with an infimum other than 0": (3 * (x * y - 1) ** 2 + 3 * x**2 + sympy.Rational(1, 3), sympy.Rational(1, 3)),
    "along a curve of other weights": ((x**2 * y - 1) ** 2 + x**2 + 7, 7),
    "with a variable that stays": ((x * y - 1) ** 2 + x**2 + (z - 3) ** 2, 0),
}


@pytest.mark.parametrize("name", NOT_ATTAINED)
def test_an_infimum_that_is_not_attained_is_found_and_its_lower_bound_is_exact(name: str) -> None:
    polynomial, infimum = NOT_ATTAINED[name]
    statement = global_minimum(sympy.expand(polynomial)).read().statement
    low, high = statement.value
    assert low == Fraction(infimum.p, infimum.q) if isinstance(infimum, sympy.Rational) else low == infimum
    assert low < high <= low + Fraction(1, 10**8) * (1 + abs(high))
    assert "attain" not in statement.sentence()


def test_far_points_are_no_better_where_there_is_a_minimum() -> None:
    _, terms = read_polynomial(sympy.expand((x - 3) ** 2 + (x * y - 1) ** 2))
    minimum = [Fraction(3), Fraction(1, 3)]
    assert evaluate(terms, further_out(terms, minimum, Fraction(1, 10**9))) == 0
    assert further_out(terms, minimum, Fraction(1, 10**9)) == minimum


def squares_elsewhere(seed: int) -> sympy.Expr:
    """One to three squares of degree 8, some with a common zero, about another point and in other units."""
    random = np.random.default_rng(seed)
    places = [(i, j) for i in range(5) for j in range(5 - i)]
    total = sympy.Integer(0)
    for _ in range(random.integers(1, 4)):
        form = sum(int(random.integers(-2, 4)) * x**i * y**j for i, j in places)
        total += (form - form.subs({x: 1, y: -2})) ** 2
    a, b = sympy.Rational(1, 10) * int(random.integers(1, 30)), sympy.Rational(1, 3) * int(random.integers(1, 9))
    s, t = int(random.integers(-60, 60)), sympy.Rational(int(random.integers(-90, 90)), 2)
    return sympy.expand(total.subs({x: a * (x - s), y: b * (y - t)}, simultaneous=True))


@pytest.mark.parametrize("seed", [0, 2])
def test_squares_of_degree_8_elsewhere_are_certified(seed: int) -> None:
    assert sum_of_squares(squares_elsewhere(seed)).read().statement.property == "sum-of-squares"


@campaign
def test_most_of_them_are_and_none_is_denied() -> None:
    found = 0
    for seed in range(20):
        try:
            found += sum_of_squares(squares_elsewhere(seed)).read().statement.property == "sum-of-squares"
        except NotCertified as error:
            assert str(error).startswith(("undecided", "no certificate was written"))
    assert found >= 15


def test_own_variables_undo_units_and_a_shift() -> None:
    """p(t + s x') has small integers again, and about the same middle."""
    form = (x**4 - 2 * x * y + 3) ** 2 + (y**4 + x - 1) ** 2
    elsewhere = form.subs({x: (x - 45) * 15, y: (y + 77) / 7}, simultaneous=True)
    _, terms = read_polynomial(sympy.expand(elsewhere / 1001))
    own = own_variables(terms)
    assert abs(own.middle[0] - 45) < 1 and abs(own.middle[1] + 77) < 7
    inside = own.inside(terms)
    assert all(value.denominator == 1 for value in inside.values())
    assert max(abs(value).numerator for value in inside.values()) < 10**9
    point = [Fraction(3, 7), Fraction(-5)]
    assert evaluate(inside, own.point(point)) == own.factor * evaluate(terms, point)
    _, given = read_polynomial(sympy.expand(form))
    assert own_variables(given).are_given


def test_numbers_too_long_to_be_written_are_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1)
    monkeypatch.setattr(
        "verify.producer.sdp.polynomials.squares",
        lambda *given: ([(0,), (1,)], type("Found", (), {"gram": [[Fraction(1, 10**700 + next(numbers))] * 2] * 2})),
    )
    with pytest.raises(NotCertified, match="no certificate was written: witness.gram"):
        sum_of_squares(x**2 + 1)
