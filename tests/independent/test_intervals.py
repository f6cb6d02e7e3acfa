"""The second checker's arithmetic: the exact value lies within, and the enclosure is narrow."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.independent.intervals import Interval, _arctan_series, direction, ends_of_product, norm, pi
from verify.independent.kernels import angle
from verify.independent.outcomes import Open

BITS = st.sampled_from((4, 30, 64, 200, 700))
NUMBERS = st.fractions(-50, 50, max_denominator=10**12)
RADII = st.sampled_from((Fraction(0), Fraction(1, 10**9), Fraction(1, 3), Fraction(4)))


def contains(interval: Interval, value: Fraction | mpmath.mpf) -> bool:
    """Whether an exact number, or one of 1,000 bits, lies within; a number of 1,000 bits may miss by its own error."""
    if isinstance(value, Fraction):
        return interval.lo <= value * 2**interval.bits <= interval.hi
    scaled = mpmath.ldexp(value, interval.bits)
    error = abs(scaled) * mpmath.mpf(2) ** -900
    return bool(interval.lo <= scaled + error and scaled - error <= interval.hi)


def real(value: Fraction) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


@pytest.fixture(autouse=True)
def _high_precision() -> object:
    with mpmath.workprec(1_000):
        yield


def test_the_ends_of_a_product_are_attained_for_all_signs() -> None:
    intervals = [Interval(low, high, 4) for low, high in combinations_with_replacement(range(-3, 4), 2)]
    for x, y in product(intervals, repeat=2):
        products = [a * b for a in (x.lo, x.hi) for b in (y.lo, y.hi)]
        assert ends_of_product(x, y) == (min(products), max(products)), (x, y)


@given(NUMBERS, NUMBERS, RADII, RADII, st.fractions(-1, 1), st.fractions(-1, 1), BITS)
def test_field_operations(
    x: Fraction, y: Fraction, r: Fraction, s: Fraction, at: Fraction, to: Fraction, bits: int
) -> None:
    a, b = Interval.of(x, bits, r), Interval.of(y, bits, s)
    u, v = x + at * r, y + to * s
    for enclosure, exact in (
        (a, u),
        (a + b, u + v),
        (a - b, u - v),
        (-a, -u),
        (a * b, u * v),
        (a.square(), u * u),
        (abs(a), abs(u)),
        (3 + a, 3 + u),
        (-7 * a, -7 * u),
        (a.at(bits + 9), u),
        (a.at(bits - 3), u),
    ):
        assert contains(enclosure, exact)
        assert enclosure.lo <= enclosure.hi
    if abs(y) > s + Fraction(1, 2**bits):
        assert contains(a / b, u / v)
    if r == s == 0:
        assert (a * b).hi - (a * b).lo <= (abs(x) + abs(y)) + 3


@given(NUMBERS, RADII, BITS)
def test_a_divisor_that_holds_zero_is_open(x: Fraction, r: Fraction, bits: int) -> None:
    interval = Interval.of(x, bits, abs(x) + r)
    with pytest.raises(Open):
        Interval.of(1, bits) / interval


@given(NUMBERS, RADII, NUMBERS, RADII, BITS)
def test_comparisons_are_proofs(x: Fraction, r: Fraction, y: Fraction, s: Fraction, bits: int) -> None:
    a, b = Interval.of(x, bits, r), Interval.of(y, bits, s)
    if a < b:
        assert x + r < y - s
    if a <= b:
        assert x + r <= y - s
    assert not a < a
    assert (a <= a) == (a.lo == a.hi)


FUNCTIONS = {
    "sqrt": (mpmath.sqrt, lambda x: x >= 0),
    "arctan": (mpmath.atan, lambda x: True),
    "exp": (mpmath.exp, lambda x: True),
    "log": (mpmath.log, lambda x: x > 0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=NUMBERS, digits=st.integers(0, 40), bits=BITS)
def test_functions(name: str, x: Fraction, digits: int, bits: int) -> None:
    function, defined = FUNCTIONS[name]
    point = Interval.of(x / 10**digits, bits)
    for end in (point.lo, point.hi):
        exact = Fraction(end, 2**bits)
        if not defined(exact):
            continue
        value = getattr(Interval(end, end, bits), name)()
        assert contains(value, function(real(exact)))
        size = 1 + abs(function(real(exact)))
        assert value.hi - value.lo <= 4 * size
        wide = getattr(Interval(end, end + 5, bits), name)()
        assert contains(wide, function(real(exact)))
        assert contains(wide, function(real(exact + Fraction(5, 2**bits))))


@given(st.integers(1, 500), st.data())
def test_the_series_of_the_arctangent_is_as_near_as_it_says(bits: int, data: st.DataObject) -> None:
    z = data.draw(st.integers(0, 2 ** (bits - 1)))
    value, error = _arctan_series(z, bits)
    exact = mpmath.ldexp(mpmath.atan(mpmath.ldexp(z, -bits)), bits)
    assert abs(exact - value) <= error
    assert error <= 3 * bits + 2


@given(NUMBERS, NUMBERS, BITS)
def test_direction_is_the_angle_of_a_vector(x: Fraction, y: Fraction, bits: int) -> None:
    a, b = Interval.of(x, bits).lo, abs(Interval.of(y, bits).lo)
    if a or b:
        value = direction(a, b, bits)
        assert contains(value, mpmath.atan2(b, a))
        assert value.hi - value.lo <= 4


@given(NUMBERS, NUMBERS, RADII, RADII, st.fractions(-1, 1), st.fractions(-1, 1), BITS)
def test_angle_of_a_box(
    x: Fraction, y: Fraction, r: Fraction, s: Fraction, at: Fraction, to: Fraction, bits: int
) -> None:
    box = angle(Interval.of(x, bits, r), abs(Interval.of(y, bits, s)))
    u, v = x + at * r, abs(y + to * s)
    if u or v:
        assert contains(box, mpmath.atan2(real(v), real(u)))
    if r == s == 0 and x * x + y * y > 1:
        assert box.hi - box.lo <= 12


@pytest.mark.parametrize("bits", [1, 2, 10, 64, 900])
def test_pi(bits: int) -> None:
    assert contains(pi(bits), +mpmath.pi)
    assert pi(bits).hi - pi(bits).lo <= 2


@given(st.lists(NUMBERS, min_size=1, max_size=5), BITS)
def test_norm(vector: list[Fraction], bits: int) -> None:
    value = norm([Interval.of(x, bits) for x in vector])
    assert contains(value, mpmath.sqrt(sum(real(x) ** 2 for x in vector)))
    assert value.hi - value.lo <= 2 * len(vector) + 2


@pytest.mark.parametrize("name", ["sqrt", "log"])
def test_functions_outside_of_their_domain_are_open(name: str) -> None:
    with pytest.raises(Open):
        getattr(Interval(-1, 1, 10), name)()


def test_an_exponential_that_does_not_fit_is_open() -> None:
    with pytest.raises(Open):
        Interval.of(10**9, 10).exp()


def test_disjoint_enclosures_of_one_number_are_an_error_of_the_program() -> None:
    with pytest.raises(RuntimeError):
        Interval(0, 1, 3).meet(Interval(2, 3, 3))
