"""What the second checker prints of a number is the number, or on the side where the sentence stays true."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from verify.independent.words import at_least, at_most, between, brief

numbers = some.fractions() | some.builds(
    lambda m, e: m * Fraction(2) ** e, some.integers(-(2**90), 2**90), some.integers(-4000, 4000)
)


@given(numbers)
def test_bounds_are_printed_to_their_side(x: Fraction) -> None:
    low, high = Fraction(at_least(x)), Fraction(at_most(x))
    assert low <= x <= high
    assert high - low <= abs(x) / 10**11
    assert between((x, x)) == f"[{at_least(x)}, {at_most(x)}]"
    assert max(map(len, (at_least(x), at_most(x), brief(x)))) <= 40


@given(numbers)
def test_what_is_no_bound_is_the_number_or_its_first_digits(x: Fraction) -> None:
    digits, cut, exponent = brief(x).partition("...")
    nearest = Fraction(digits + exponent)
    assert nearest == x if not cut else abs(nearest) < abs(x) < abs(nearest) * (1 + Fraction(1, 10**11))


def test_short_numbers_are_exact_and_long_ones_end() -> None:
    assert [brief(Fraction(1, 3)), at_least(Fraction(-1, 3)), at_most(Fraction(0))] == ["1/3", "-1/3", "0"]
    third = Fraction(10**60, 3 * 10**60 + 1)  # below 1/3
    assert [brief(third), brief(-third)] == ["0.333333333333...", "-0.333333333333..."]
    assert between((-third, third)) == "[-0.333333333334, 0.333333333334]"
    assert brief(third / 2**4000) == "2.52869290115...e-1205"
