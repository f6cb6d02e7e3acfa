"""How fast the Hessian changes with the student: the constants of docs/TEACHERS.md as numbers by hand, in 40 digits.

Random students and teachers (test_nearby_teachers) leave a bound of a factor of 3 room to be wrong in.
"""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, arb_mat, ctx

from verify.checker.evaluators import NearbyTeachers
from verify.checker.losses.nearby_teachers import own_norms

pi, sqrt = mpmath.pi, mpmath.sqrt


@pytest.fixture(autouse=True)
def precision() -> None:
    ctx.prec = 160


def near(center: list[list[int]], radius: str, change: str) -> NearbyTeachers:
    return NearbyTeachers([[arb(entry) for entry in row] for row in center], arb(radius), arb(change))


def is_near(found: arb, exact: object) -> bool:
    return bool(abs(found - arb(str(exact))) < arb("1e-30"))


def test_the_third_derivative_in_one_neuron() -> None:
    """c = (3, 0, 4) and (0, 6, 8), so that omega = 4 and 9, with R = 1, eta = 1/2 and |A| = 1/2 and 2 at the center."""
    bounds = near([[3, 0, 4], [0, 6, 8]], "1", "0.5")
    with mpmath.workdps(40):
        moves = sqrt(2) + sqrt(3) / 2
        a = mpmath.mpf(1) / 2 + 3 * sqrt(3) / (4 * pi * 16) * (10 + 3 + moves) + moves / (4 * pi)
        along = mpmath.mpf(32) / 5 + mpmath.mpf(10) / 4 + mpmath.mpf(7) / 5 + sqrt(3) / 4 + moves
        assert is_near(bounds._own_third(0, arb("0.5")), along / (16 * pi) + 2 / sqrt(3) * a / 4)
        a = 2 + 3 * sqrt(3) / (4 * pi * 81) * (5 + 3 + moves) + moves / (9 * pi)
        along = mpmath.mpf(32) / 10 + mpmath.mpf(5) / 9 + mpmath.mpf(14) / 10 + sqrt(3) / 9 + moves
        assert is_near(bounds._own_third(1, arb(2)), along / (81 * pi) + 2 / sqrt(3) * a / 9)


@pytest.mark.parametrize("special", [0, 1, 2])
@pytest.mark.parametrize("own", [1, 20])
def test_the_change_along_a_direction(special: int, own: int) -> None:
    """At shares alpha of the special row: the maximum in the theorem, term by term; what is negative counts as 0."""
    bounds = near([[3, 0, 4], [0, 6, 8], [0, 2, 0]], "1", "0.5")
    norms = [arb(own), arb(own), arb(own)]
    rate = bounds._rate(norms, special)
    with mpmath.workdps(50):
        g = [3 / (pi * omega) for omega in (4, 9, 1)]
        t = [mpmath.mpf(bounds._own_third(i, norms[i]).mid().str(45, radius=False)) for i in range(3)]
        others = [i for i in range(3) if i != special]
        g_rest = max(g[i] for i in others)
        for alpha in (mpmath.mpf(0), mpmath.mpf("0.375"), mpmath.mpf(1)):
            exact = (alpha + sqrt(2 * (1 - alpha**2))) * (g_rest + max(0, g[special] - g_rest) * alpha**2)
            exact += max(0, t[special] - g[special]) * alpha**3
            exact += max(max(0, t[i] - g[i]) for i in others) * (1 - alpha**2) ** mpmath.mpf("1.5")
            x = arb(str(alpha))
            assert is_near(rate(x, x), exact)
    # On a piece it is no less than anywhere on it.
    assert rate(arb("0.25"), arb("0.5")) >= rate(arb("0.375"), arb("0.375"))


def test_the_slope_is_that_of_the_worst_direction() -> None:
    """It is no less than at any share, and at most what it is on pieces of 1/128."""
    bounds, norms = near([[3, 0, 4], [0, 6, 8], [0, 2, 0]], "1", "0.5"), [arb(1), arb(2), arb(3)]
    rate, slope = bounds._rate(norms, 2), bounds.student_slope(norms)
    everywhere = [rate(x, x) for x in (arb(j) / 512 for j in range(513))]
    assert all(slope >= there for there in everywhere)
    assert any(slope <= there * arb("1.02") for there in everywhere)
    assert bounds.student_slope([arb(0), arb(0), arb(0)]) < slope


def test_at_both_ends_of_the_shares_the_slope_is_enough() -> None:
    """One row alone has the share 1, and rows with much larger own parts than the special one the share 0."""
    alone = near([[3, 0, 4], [0, 1, 0]], "0.5", "0.5")
    for norms in ([arb(10**6), arb(0)], [arb(0), arb(10**6)]):
        rate = alone._rate(norms, 1)
        assert alone.student_slope(norms) >= max((rate(arb(0), arb(0)), rate(arb(1), arb(1))), key=float)


def test_blocks_are_taken_from_the_diagonal_less_half_of_the_identity() -> None:
    hessian = arb_mat([[0] * 4 for _ in range(4)])
    for index, entry in enumerate((arb("3.5"), arb("0.5"), arb("0.5"), arb("-6.5"))):
        hessian[index, index] = entry
    hessian[0, 2] = hessian[2, 0] = arb(100)
    first, second = own_norms(hessian, 2)
    assert 3 <= first < arb("3.1")
    assert 7 <= second < arb("7.2")
