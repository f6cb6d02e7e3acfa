"""Series in s with a remainder: the exact value at a random s, for numbers in the balls, lies in the enclosure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath.ctx_mp import MPContext

from tests.campaigns import examples
from verify.checker.core.dual import Dual, leading, order, sign
from verify.checker.core.series import Domain, Series

mp = MPContext()
mp.dps = 60
mpf = mp.mpf

END = Fraction(1, 8)
PLACES = st.integers(1, 10**6).map(lambda count: END * count / 10**6)
FRACTIONS = st.integers(-64, 64).map(lambda count: Fraction(count, 32))
RADII = st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 1000), Fraction(1, 20)])
SHARES = st.lists(st.integers(-8, 8).map(lambda count: Fraction(count, 8)), min_size=6, max_size=6)


def exact(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def real(number: Fraction) -> object:
    return mpf(number.numerator) / number.denominator


def as_ball(number: object) -> arb:
    """A ball around a number that is right to 40 digits, or to 40 places."""
    middle = arb(mp.nstr(number, 50, strip_zeros=False))
    return middle + arb(0, 1e-40) * (1 + abs(middle))


@dataclass(frozen=True)
class Both:
    """A series, and the exact function of s that it is to enclose."""

    series: Series
    truth: Callable[[object], object]


@st.composite
def leaves(draw: st.DrawFn, terms: int, least: int = -2) -> Both:
    """s^low times a polynomial whose coefficients are balls; the truth takes a number of each ball."""
    domain = Domain(exact(END), terms)
    count = draw(st.integers(1, 6))
    middles = draw(st.lists(FRACTIONS, min_size=count, max_size=count))
    radii = draw(st.lists(RADII, min_size=count, max_size=count))
    shares, low = draw(SHARES), draw(st.integers(least, 3))
    balls = [exact(x - r).union(exact(x + r)) if r else exact(x) for x, r in zip(middles, radii, strict=True)]
    numbers = [real(x + r * share) for x, r, share in zip(middles, radii, shares, strict=False)]

    def truth(s: object) -> object:
        return s**low * mp.fsum(number * s**power for power, number in enumerate(numbers))

    return Both(domain.series(balls, low), truth)


def trees(terms: int) -> st.SearchStrategy[Both]:
    """Expressions of all operations."""

    def grow(children: st.SearchStrategy[Both]) -> st.SearchStrategy[Both]:
        pairs = st.tuples(children, children)
        return st.one_of(
            pairs.map(lambda p: Both(p[0].series + p[1].series, lambda s: p[0].truth(s) + p[1].truth(s))),
            pairs.map(lambda p: Both(p[0].series - p[1].series, lambda s: p[0].truth(s) - p[1].truth(s))),
            pairs.map(lambda p: Both(p[0].series * p[1].series, lambda s: p[0].truth(s) * p[1].truth(s))),
            pairs.map(lambda p: Both(p[0].series / p[1].series, lambda s: p[0].truth(s) / p[1].truth(s))),
            children.map(lambda x: Both(x.series.sqrt(), lambda s: mp.sqrt(x.truth(s)))),
            children.map(lambda x: Both(x.series.asin(), lambda s: mp.asin(x.truth(s)))),
            children.map(lambda x: Both(x.series.shifted(-1), lambda s: x.truth(s) / s)),
            children.map(lambda x: Both(1 - x.series, lambda s: 1 - x.truth(s))),
            children.map(lambda x: Both(exact(Fraction(1, 3)) * x.series, lambda s: x.truth(s) / 3)),
        )

    return st.recursive(leaves(terms), grow, max_leaves=6)


def encloses(series: Series, s: Fraction, value: object) -> bool:
    return bool(series.over(exact(s)).overlaps(as_ball(value)))


@settings(max_examples=examples(50), deadline=None)
@given(st.sampled_from([2, 5, 12, 20]).flatmap(trees), PLACES)
def test_every_expression_encloses_its_exact_value(both: Both, s: Fraction) -> None:
    with ctx.workprec(200):
        enclosure = both.series.over(exact(s))
        assume(enclosure.is_finite())
        try:
            value = both.truth(real(s))
        except ZeroDivisionError:
            pytest.fail("a finite enclosure of what is not defined")
        assert mp.isfinite(value)
        assert mp.im(value) == 0, "a finite enclosure of what is not real"
        assert encloses(both.series, s, mp.re(value))


@settings(max_examples=examples(30), deadline=None)
@given(trees(8), PLACES, st.integers(0, 50).map(lambda count: Fraction(count, 50)))
def test_a_piece_encloses_each_of_its_points(both: Both, s: Fraction, share: Fraction) -> None:
    with ctx.workprec(200):
        low, high = s * share, min(END, s * (2 - share))
        enclosure = both.series.over(exact(low).union(exact(high)))
        assume(enclosure.is_finite())
        assert enclosure.overlaps(as_ball(mp.re(both.truth(real(s)))))


@settings(max_examples=examples(30), deadline=None)
@given(trees(8), PLACES)
def test_a_sign_that_is_proved_is_right(both: Both, s: Fraction) -> None:
    with ctx.workprec(200):
        if found := sign(both.series):
            assert mp.re(both.truth(real(s))) * found > 0


@settings(max_examples=examples(30), deadline=None)
@given(trees(12), PLACES)
def test_a_power_taken_out_leaves_a_bounded_function(both: Both, s: Fraction) -> None:
    """f / s^low is within the range claimed on all of (0, end], however small s is."""
    with ctx.workprec(200):
        factor = both.series.leading_factor()
        assume(factor.is_finite() and not both.series.is_zero)
        for place in (s, s / 10**3):
            value = mp.re(both.truth(real(place))) / real(place) ** both.series.low
            assert factor.overlaps(as_ball(value))


DOMAIN = Domain(arb(0.125), 12)


def test_what_cancels_exactly_is_taken_out() -> None:
    x = DOMAIN.series([1, 0, arb(3, 0.1)])
    difference = x.sqrt() - x.inverse()  # 1 + 3/2 s^2 - (1 - 3 s^2) + ...
    assert difference.low == 2
    assert (difference[2] - 4.5).contains(0)
    assert (x - 1).low == 2
    assert (x - x).low == 2, "the numbers in a ball need not be the same: this is no exact zero"
    thin = DOMAIN.series([1, 0, arb(3)])
    assert (thin - thin).is_zero


def test_enclosures_are_narrow_where_the_data_are() -> None:
    s = arb(0.1)
    x = Domain(arb(0.125), 24).series([0, 0, 2, 1])
    for series, value in (
        (x.asin(), (2 * s**2 + s**3).asin()),
        ((1 - x * x).sqrt(), (1 - (2 * s**2 + s**3) ** 2).sqrt()),
    ):
        assert series.over(s).overlaps(value)
        assert series.over(s).rad() < 1e-14


def test_nothing_is_divided_by_what_may_vanish() -> None:
    assert DOMAIN.series([arb(0, 1), 1]).inverse().over(arb(0.1)).is_nan()
    assert DOMAIN.series([1, -10]).inverse().over(arb(0.1)).is_nan(), "1 - 10 s vanishes in the domain"
    assert DOMAIN.series([]).inverse().over(arb(0.1)).is_nan()
    assert DOMAIN.series([1, 1], -1).over(arb(0).union(arb(0.1))).is_nan(), "a pole at 0"
    assert DOMAIN.series([0, 1]).sqrt().over(arb(0.1)).is_nan(), "the root of an odd power is no series in s"
    assert DOMAIN.series([-1]).sqrt().over(arb(0.1)).is_nan()
    assert DOMAIN.series([1, -10]).sqrt().over(arb(0.1)).is_nan()
    assert DOMAIN.series([1], -1).asin().over(arb(0.1)).is_nan()
    assert DOMAIN.series([0, 9]).asin().over(arb(0.1)).is_nan(), "9 s is above 1 in the domain"


def test_nan_is_never_an_exact_zero() -> None:
    nan = DOMAIN.series([arb.nan()])
    assert not nan.is_zero
    assert not (nan - nan).over(arb(0.1)).is_finite()
    assert sign(nan) == 0
    remainder = Series(DOMAIN, DOMAIN.series([1]).polynomial, 0, 3, arb.nan())
    assert not remainder.over(arb(0.1)).is_finite()
    assert not (remainder * DOMAIN.series([0, 1])).over(arb(0.1)).is_finite()


def test_a_remainder_alone_has_no_coefficients() -> None:
    remainder = Series(DOMAIN, DOMAIN.series([]).polynomial, 0, 3, arb(0, 1))
    assert (remainder.low, remainder.length) == (3, 0)
    assert remainder[3].is_nan()
    assert remainder[2] == 0
    total = remainder + DOMAIN.series([0, 0, 0, 0, 1])
    assert total.low == 3
    assert total.over(arb(0.125)).contains(arb(0.125) ** 3 + arb(0.125) ** 4)
    assert not remainder.inverse().over(arb(0.1)).is_finite()


@settings(max_examples=examples(15), deadline=None)
@given(leaves(12, least=0), leaves(12, least=0), PLACES)
def test_derivatives_are_those_of_the_exact_function(x: Both, y: Both, s: Fraction) -> None:
    """f(u, v) = asin(sqrt(1 + u^2 / 9) v / (4 + u v)) at numbers of size <= 1, by mpmath's differences."""
    with ctx.workprec(200):
        zero, one = x.series.domain.series([]), x.series.domain.series([1])

        def function(u: object, v: object, root: object, arc: object) -> object:
            return arc(root(1 + u * u / 9) * v / (4 + u * v))  # type: ignore[operator]

        duals = Dual(x.series / 8, (one, zero)), Dual(y.series / 8, (zero, one))
        found = function(*duals, root=lambda n: n.sqrt(), arc=lambda n: n.asin())
        assert isinstance(found, Dual)
        point = tuple(both.truth(real(s)) / 8 for both in (x, y))
        assume(all(abs(number) < 1 for number in point))
        assume(found.value.over(exact(s)).is_finite())

        def plain(a: object, b: object) -> object:
            return function(a, b, mp.sqrt, mp.asin)

        assert encloses(found.value, s, plain(*point))
        for index, partial in enumerate(found.partials):
            slope = mp.diff(plain, point, tuple(int(i == index) for i in range(2)))
            assert partial.over(exact(s)).overlaps(arb(mp.nstr(slope, 25)) + arb(0, 1e-20))


def test_hints_are_of_the_value() -> None:
    x = DOMAIN.series([0, 0, 2])
    assert order(Dual(x, (x,))) == order(x) == 2
    assert order(arb(1)) == order(7) == 0
    assert leading(1 - x) == leading(Dual(1 - x, ())) == 1.0
    assert leading(x) == 0.0
    assert (sign(x), sign(-x), sign(arb(0, 1)), sign(-3), sign(Dual(arb(2), ()))) == (1, -1, 0, -1, 1)
