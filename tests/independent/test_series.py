"""The second checker's series: the function lies in the enclosure at each s of the domain, whatever the numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.independent.test_intervals import contains, real
from verify.independent.intervals import Interval
from verify.independent.outcomes import Open
from verify.independent.series import Domain, Series

BITS = 120
END = Fraction(1, 5)
TERMS = 6
DOMAIN = Domain(Interval.of(END, BITS), TERMS)
SIZES = st.fractions(-3, 3, max_denominator=64)
PIECES = ((Fraction(0), END), (Fraction(1, 50), Fraction(1, 40)), (Fraction(1, 7), END))
Function = Callable[[mpmath.mpf], mpmath.mpf]
Case = tuple[Series, Function]


@pytest.fixture(autouse=True)
def _high_precision() -> object:
    with mpmath.workprec(1_000):
        yield


@st.composite
def cases(draw: st.DrawFn, low: int | None = None) -> Case:
    """A series whose intervals are wide, and a function that it stands for: members of them, another one for each s."""
    power = draw(st.integers(-3, 3)) if low is None else low
    radius = draw(st.sampled_from((Fraction(0), Fraction(1, 2**30), Fraction(1, 100))))
    centers = draw(st.lists(SIZES, min_size=1, max_size=TERMS + 2))
    remainder = draw(st.sampled_from((None, Fraction(1), Fraction(-7, 3))))
    shifts = draw(st.lists(st.fractions(-1, 1, max_denominator=8), min_size=len(centers), max_size=len(centers)))
    rest = Interval.of(0, BITS) if remainder is None else Interval.of(remainder, BITS, 1)
    if remainder is None:
        radius = Fraction(0)
        series = DOMAIN.series(centers, power)
    else:
        centers, shifts = centers[:TERMS], shifts[:TERMS]
        series = Series(DOMAIN, power, [Interval.of(center, BITS, radius) for center in centers], rest)

    def value(s: mpmath.mpf) -> mpmath.mpf:
        terms = [real(c + radius * t) * s**j for j, (c, t) in enumerate(zip(centers, shifts, strict=True))]
        last = 0 if remainder is None else (real(remainder) + mpmath.cos(100 * s)) * s ** len(centers)
        return s**power * (mpmath.fsum(terms) + last)

    return series, value


def agrees(series: Series, function: Function, exact: bool = False) -> None:
    """At points of each piece, by the ranges and by the numbers themselves."""
    for first, last in PIECES:
        if first == 0 and series.low < 0 and not series.zero:
            with pytest.raises(Open):
                series.over((first, last))
            first = Fraction(1, 1000)
        enclosure = series.over((first, last))
        for part in (Fraction(0), Fraction(1, 3), Fraction(1)):
            s = real(first + part * (last - first)) or mpmath.mpf(10) ** -9
            assert contains(enclosure, function(s)), (series.low, s)
            unit = function(s) / s**series.low
            assert contains(series.tail(0), unit)


@settings(max_examples=examples(30), deadline=None)
@given(cases(), cases(), st.integers(-9, 9))
def test_field_operations(first: Case, second: Case, exact: int) -> None:
    (f, x), (g, y) = first, second
    agrees(f, x)
    agrees(-f, lambda s: -x(s))
    agrees(f + g, lambda s: x(s) + y(s))
    agrees(f - g, lambda s: x(s) - y(s))
    agrees(f * g, lambda s: x(s) * y(s))
    agrees(f.square(), lambda s: x(s) ** 2)
    agrees(exact + f, lambda s: exact + x(s))
    agrees(exact * f, lambda s: exact * x(s))


@settings(max_examples=examples(50), deadline=None)
@given(cases(), cases(low=1), st.sampled_from((-7, -2, 3, 8)), st.integers(-2, 2))
def test_quotients(first: Case, second: Case, constant: int, power: int) -> None:
    (f, x), (g, y) = first, second
    divisor = (constant + g).times_power(power)
    whole = constant + g.tail(0) * DOMAIN.span
    if whole.lo <= 0 <= whole.hi:
        return
    agrees(f / divisor, lambda s: x(s) / (constant + y(s)) / s**power)


@settings(max_examples=examples(50), deadline=None)
@given(cases(low=1), st.integers(1, 4), st.integers(-2, 2))
def test_square_roots(case: Case, constant: int, half: int) -> None:
    f, x = case
    shifted = (constant * constant + f) * DOMAIN.series([1], 2 * half)
    try:
        root = shifted.sqrt()
    except Open:
        return
    assert root.low == half
    agrees(root, lambda s: s**half * mpmath.sqrt(constant * constant + x(s)))


def test_a_root_of_an_odd_power_or_of_what_may_be_negative_is_open() -> None:
    for f in (DOMAIN.series([1], 1), DOMAIN.series([-1]), DOMAIN.series([1, -100]), DOMAIN.series([0, 0, 0, 1])):
        with pytest.raises(Open):
            f.sqrt()


@settings(max_examples=examples(50), deadline=None)
@given(cases(low=1), st.integers(0, 2))
def test_arc_tangents(case: Case, power: int) -> None:
    f, x = case
    if not f.zero:
        agrees(f.times_power(power).arctan(), lambda s: mpmath.atan(s**power * x(s)))


@pytest.mark.parametrize("constant", [Fraction(1, 2), Fraction(-3, 4), Fraction(5, 4)])
def test_arc_tangents_of_numbers_have_the_remainder(constant: Fraction) -> None:
    """The series is cut off where it is far from its limit, so that what follows counts."""
    agrees(DOMAIN.constant(constant).arctan(), lambda s: mpmath.atan(real(constant)))
    agrees(DOMAIN.series([constant, 1]).arctan(), lambda s: mpmath.atan(real(constant) + s))


@settings(max_examples=examples(50), deadline=None)
@given(cases(low=1), st.sampled_from((-2, -1, 1, 2)), st.booleans())
def test_turns(case: Case, constant: int, upright: bool) -> None:
    """pi - t for the angle t of (q, A), where one of the two tends to 0."""
    f, x = case
    c = abs(constant)
    q, area = (f, DOMAIN.constant(c)) if upright else (DOMAIN.constant(constant), f)
    if not area.c or area.tail(0).lo <= 0:
        with pytest.raises(Open):
            q.turn(area)
        return
    turns, rest = q.turn(area)
    assert turns == (1 if upright else 2 if constant > 0 else 0)

    def left(s: mpmath.mpf) -> mpmath.mpf:
        t = mpmath.atan2(c, x(s)) if upright else mpmath.atan2(x(s), constant)
        return mpmath.pi - t - turns * mpmath.pi / 2

    agrees(rest, left)


@settings(max_examples=examples(30), deadline=None)
@given(cases(low=1), cases(low=1), st.sampled_from((-3, -2, 1, 3)), st.integers(-1, 1))
def test_turns_of_a_limit_between(first: Case, second: Case, constant: int, power: int) -> None:
    """Where q and A begin with the same power of s, the angle has any limit."""
    (f, x), (g, y) = first, second
    q, area = (constant + f).times_power(power), (2 + g).times_power(power)
    try:
        turns, rest = q.turn(area)
    except Open:
        return
    assert turns == 1
    agrees(rest, lambda s: mpmath.atan((constant + x(s)) / (2 + y(s))))


def test_turns_of_simple_limits_are_proved() -> None:
    s = DOMAIN.series([1], 1)
    for limit in (-1, 1):
        _, rest = (limit + s).turn(1 + s)
        agrees(rest, lambda s, limit=limit: mpmath.atan((limit + s) / (1 + s)))  # type: ignore[misc]


def test_an_area_that_may_be_negative_is_open() -> None:
    for area in (DOMAIN.series([0, -1]), DOMAIN.series([1, -6]), DOMAIN.series([])):
        with pytest.raises(Open):
            DOMAIN.constant(1).turn(area)


def test_terms_that_cancel_are_exact_zeros() -> None:
    one, s = DOMAIN.constant(1), DOMAIN.series([1], 1)
    difference = (one + s * s) * (one + s * s) - one - 2 * (s * s)
    assert (difference.low, difference.exact) == (4, True)
    root = (one + 2 * s + s * s).sqrt() - one - s
    assert root.low >= TERMS or root.zero
    assert (one / (one + s) - one).low == 1


def test_a_quotient_by_what_may_vanish_is_open() -> None:
    for f in (
        DOMAIN.series([]),
        DOMAIN.series([1, -6]),
        Series(DOMAIN, 0, [Interval.of(0, BITS, 1)], Interval.of(0, BITS)),
    ):
        with pytest.raises(Open):
            f.reciprocal()


def test_a_polynomial_of_many_terms_is_cut_off() -> None:
    f = DOMAIN.series([1] * 40)
    assert len(f.c) == TERMS
    assert not f.exact
    agrees(f, lambda s: mpmath.fsum(s**j for j in range(40)))
