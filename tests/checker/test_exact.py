"""Exact numbers: three notations and no other; decimals that are shown are rounded so that they stay true."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from verify.checker.core.exact import at_least, at_most, parse, recognised, shown, written
from verify.checker.core.limits import MAX_EXPONENT, MAX_NUMBER_LENGTH
from verify.producer.tables import number

FRACTIONS = st.fractions()
DYADICS = st.builds(lambda m, e: m * Fraction(2) ** e, st.integers(), st.integers(-300, 300))


# Reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("-12", Fraction(-12)),
        ("13/3", Fraction(13, 3)),
        ("-4/6", Fraction(-2, 3)),
        ("0/7", Fraction(0)),
        ("5*2^-7", Fraction(5, 128)),
        ("-3*2^4", Fraction(-48)),
        ("1*2^0", Fraction(1)),
    ],
)
def test_the_three_notations(text: str, value: Fraction) -> None:
    assert parse(text) == value


@given(FRACTIONS | DYADICS)
@example(Fraction(0))
def test_what_is_written_is_read_back(value: Fraction) -> None:
    assert parse(number(value)) == value
    assert parse(f"{value.numerator}/{value.denominator}") == value


@given(st.text(alphabet="0123456789-+/*^_. e", max_size=12))
def test_whatever_is_read_is_in_one_of_the_notations(text: str) -> None:
    try:
        value = parse(text)
    except ValueError:
        return
    if "*" in text:
        mantissa, exponent = text.split("*2^")
        assert value == int(mantissa) * Fraction(2) ** int(exponent)
    else:
        assert value == Fraction(text)
    assert all(re.fullmatch("0|[1-9][0-9]*", digits) for digits in re.split(r"\*2\^-?|/", text.lstrip("-")))


@given(st.text(max_size=20))
def test_other_text_is_refused_with_a_printable_reason(text: str) -> None:
    if not re.fullmatch(r"[-0-9/*^]+", text, re.ASCII):
        with pytest.raises(ValueError, match="is not an integer, p/q or m") as caught:
            parse(text)
        assert str(caught.value).isprintable()


# Bounds, each with its last value inside and its first outside


def test_length() -> None:
    assert parse("1" * MAX_NUMBER_LENGTH) == (10**MAX_NUMBER_LENGTH - 1) // 9
    with pytest.raises(ValueError, match="number of 641 characters, more than 640"):
        parse("1" * (MAX_NUMBER_LENGTH + 1))


@pytest.mark.parametrize("sign", ["", "-"])
def test_exponent(sign: str) -> None:
    assert parse(f"1*2^{sign}{MAX_EXPONENT}") == Fraction(2) ** int(f"{sign}{MAX_EXPONENT}")
    with pytest.raises(ValueError, match=f"exponent {sign}4097 is beyond 4096"):
        parse(f"1*2^{sign}{MAX_EXPONENT + 1}")


# Showing


@given(FRACTIONS | DYADICS, st.integers(1, 12))
@example(Fraction(1, 3), 6)
@example(Fraction(-1, 3), 6)
@example(Fraction(999_999_999, 10**9), 6)
@example(Fraction(1, 10**200), 3)
@example(Fraction(2) ** 4096, 6)
def test_shown_bounds_are_outward_and_close(value: Fraction, digits: int) -> None:
    below, above = (Fraction(Decimal(show(value, digits))) for show in (at_least, at_most))
    assert below <= value <= above
    assert above - below <= abs(value) * Fraction(10, 10**digits)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3))
def test_a_short_decimal_is_shown_as_it_is(value: Decimal) -> None:
    exact = Fraction(value)
    assert Fraction(Decimal(at_least(exact, 12))) == exact == Fraction(Decimal(at_most(exact, 12)))


@given(FRACTIONS)
def test_bounds_mirror_each_other(value: Fraction) -> None:
    assert Decimal(at_least(value)) == -Decimal(at_most(-value))


@pytest.mark.parametrize("number", [Fraction(5, 3**20_000), Fraction(3**20_000, 2), -Fraction(1, 2**50_000)])
def test_a_number_with_more_digits_than_python_writes_is_given_by_bounds(number: Fraction) -> None:
    for text in (written(number), shown(number)):
        low, high = re.fullmatch(r"in \[(.*), (.*)\]", text).groups()  # type: ignore[union-attr]
        assert Fraction(Decimal(low)) <= number <= Fraction(Decimal(high))


# Decimals that became floats


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(0.01), "5764607523034235*2^-59 (0.01 to 15 digits)"),
        (Fraction(-0.3), "-5404319552844595*2^-54 (-0.3 to 15 digits)"),
        (Fraction(1e-5), "5902958103587057*2^-69 (0.00001 to 15 digits)"),
        (Fraction(1 / 3), "6004799503160661*2^-54"),
        (Fraction(1, 100), "1/100"),
        (Fraction(3, 4), "3/4"),
        (Fraction(1, 2**1074), "1*2^-1074"),
        (Fraction(0), "0"),
    ],
)
def test_a_float_that_was_a_short_decimal_says_so(number: Fraction, text: str) -> None:
    assert recognised(number) == text


@given(st.decimals(-1000, 1000, places=12))
@example(Decimal("0.01"))
def test_what_is_said_beside_a_number_is_the_number_rounded(value: Decimal) -> None:
    number = Fraction(float(value))
    text, _, beside = recognised(number).partition(" (")
    assert text == written(number)
    if beside:
        decimal = Decimal(beside.removesuffix(" to 15 digits)"))
        assert decimal == value and abs(Fraction(decimal) - number) <= abs(number) / 10**15


@pytest.mark.parametrize("value", [Fraction(10**4_000, 3**8_200), Fraction(7**9_000, 2), Fraction(1, 10**4_200 - 1)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_long_number_is_rounded_to_the_side_that_a_short_one_is(value: Fraction, sign: int) -> None:
    value *= sign
    low, high = Fraction(at_least(value)), Fraction(at_most(value))
    assert low < value < high
    assert high - low <= abs(value) * 2 / 10**5


def test_a_number_of_half_a_million_digits_is_shown_at_once() -> None:
    """A value of a polynomial of degree 128 at a point of a file: dividing decimals would take a minute."""
    digits = 500_000
    value = Fraction((1 << (digits * 10 // 3)) + 1, (1 << (digits * 10 // 3)) - 1)
    start = time.process_time()
    assert (at_least(value), at_most(value)) == ("1", "1.00001")
    assert time.process_time() - start < 2
