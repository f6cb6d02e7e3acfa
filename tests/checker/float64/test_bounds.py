"""Upper bounds: never below the exact value, and close to it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from verify.checker.float64.bounds import MOST_TERMS, TINY, UNIT, Bound, exactly, frobenius, gamma, row_norms, size_of
from verify.checker.float64.conversion import at_most, midpoints_and_radii, upper_bounds

SPECIAL = [0.0, TINY, 3 * TINY, 2.0**-1022, 1 / 3, 0.1, 2.0**-540]
NUMBERS = st.floats(0, 2.0**500, allow_subnormal=True) | st.sampled_from(SPECIAL)
ANY = st.floats(-(2.0**300), 2.0**300) | st.sampled_from([0.0, -TINY, TINY, 2.0**-540, -(2.0**-540), 1 / 3])


def exact(value: object) -> Fraction:
    return Fraction(float(value))  # type: ignore[arg-type]


@given(NUMBERS, NUMBERS)
def test_one_operation(x: float, y: float) -> None:
    a, b = exactly(x), exactly(y)
    assert exact((a + b).value()) >= exact(x) + exact(y)
    assert exact((a * b).value()) >= exact(x) * exact(y)
    assert exact(a.sqrt().value()) ** 2 >= exact(x)
    assert exact(a.twice().value()) == 2 * exact(x)


@given(arrays(np.float64, st.integers(1, 40), elements=NUMBERS))
def test_sums(values: np.ndarray) -> None:
    whole = sum(map(exact, values))
    bound = exact(exactly(values).sum().value())
    assert whole <= bound <= whole * (1 + Fraction(1, 2**40)) + exact(TINY)
    assert exactly(values).max().value() == max(values)


@given(st.integers(1, 20), st.data())
def test_products_of_matrices(size: int, data: st.DataObject) -> None:
    left = data.draw(arrays(np.float64, (2, size), elements=NUMBERS))
    right = data.draw(arrays(np.float64, (size, 3), elements=NUMBERS))
    with np.errstate(all="ignore"):
        product = (exactly(left) @ exactly(right)).at_most
    for i in range(2):
        for j in range(3):
            right_value = sum(exact(left[i, m]) * exact(right[m, j]) for m in range(size))
            assert not np.isfinite(product[i, j]) or exact(product[i, j]) >= right_value


@given(st.integers(1, 30), st.integers(1, 10), st.data())
def test_norms(rows: int, columns: int, data: st.DataObject) -> None:
    matrix = data.draw(arrays(np.float64, (rows, columns), elements=ANY))
    norms = row_norms(matrix).at_most
    for row, norm in zip(matrix, norms, strict=True):
        assert exact(norm) ** 2 >= sum(exact(x) ** 2 for x in row)
    assert exact(frobenius(matrix).value()) ** 2 >= sum(exact(x) ** 2 for x in matrix.ravel())
    assert (size_of(matrix).at_most == np.abs(matrix)).all()


@pytest.mark.parametrize("roundings", [0, 1, 2, 53, 10_001, MOST_TERMS])
def test_gamma(roundings: int) -> None:
    part = roundings * Fraction(UNIT)
    assert exact(gamma(roundings).value()) >= part / (1 - part)
    assert exact(gamma(roundings).value()) <= part / (1 - part) * (1 + Fraction(1, 2**50)) + exact(TINY)


@pytest.mark.parametrize("roundings", [-1, MOST_TERMS + 1])
def test_gamma_beyond_its_range(roundings: int) -> None:
    with pytest.raises(ValueError, match="roundings are more than"):
        gamma(roundings)


def test_overflow_and_nan_are_kept() -> None:
    with np.errstate(all="ignore"):
        assert (exactly(2.0**1000) * exactly(2.0**1000)).value() == np.inf
        assert np.isnan((exactly(np.inf) * exactly(0.0)).value())
        assert np.isnan(exactly([1.0, np.nan]).max().value())
        assert np.isnan(exactly([1.0, np.nan]).sum().value())


FRACTIONS = st.fractions(-1000, 1000) | st.sampled_from([Fraction(1, 3), Fraction(2) ** -1100, -(Fraction(2) ** -1076)])


@given(FRACTIONS, st.sampled_from([0.0, 2.0**-1060, 1e-300, 1e-17, 1 / 3, 1e5]), st.sampled_from([-1, 0, 1]))
def test_a_ball_rounded_outward_contains_its_points(middle: Fraction, radius: float, side: int) -> None:
    with ctx.workprec(200):
        around = arb(middle.numerator) / middle.denominator + arb(0, radius)
        inside = middle + side * exact(radius)
        [float_middle], float_radius = midpoints_and_radii([around])
        assert abs(inside - exact(float_middle)) <= exact(float_radius.at_most[0])
        assert exact(upper_bounds([around]).at_most[0]) >= abs(inside)


@pytest.mark.parametrize("ball", [arb("nan"), arb("inf"), arb(0, float("inf")), arb(2) ** 5000])
def test_what_is_not_finite_stays_so(ball: arb) -> None:
    _, radius = midpoints_and_radii([ball])
    assert not np.isfinite(radius.at_most).any()
    assert not np.isfinite(upper_bounds([ball]).at_most).any()


def test_a_bound_as_a_ball() -> None:
    ball = at_most(exactly(0.1))
    assert ball.contains(0)
    assert ball.contains(arb(0.1))
    assert not at_most(exactly(np.inf)).is_finite()
    assert at_most(exactly(np.nan)).is_nan()


def test_bounds_do_not_compare_by_identity_of_value() -> None:
    """A bound has no order and no truth of its own: one has to ask for the number."""
    with pytest.raises(TypeError):
        assert Bound(1.0) < Bound(2.0)  # type: ignore[operator]


def test_a_product_counts_its_roundings_and_its_underflow() -> None:
    size = 1_000
    ones = exactly(np.ones((1, size))) @ exactly(np.ones((size, 1)))
    assert exact(ones.at_most[0, 0]) >= size * (1 + size * Fraction(UNIT))
    vanishing = np.full((1, 10), 0.7 * 2.0**-537)  # squares of 0.49 TINY are rounded to zero
    product = exactly(vanishing) @ exactly(vanishing.T)
    assert exact(product.at_most[0, 0]) >= 10 * exact(vanishing[0, 0]) ** 2
