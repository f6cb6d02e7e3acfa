"""Residual linear networks: the sharp constant, the judge of random statements, and factors of random targets."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from tests.fuzz.truth_residual import exact_sides, falsehood_about_residual_networks
from tests.linear.campaign import run
from verify.checker.statements.residual_linear import (
    Depths,
    GradientInequality,
    Inequality,
    OptimaNearIdentity,
    OptimumNearIdentity,
    ResidualNetworks,
)
from verify.producer.linear.residual import (
    certify_gradient_inequality,
    certify_inequality_fails,
    certify_no_optimum,
    certify_optima,
    certify_optimum,
    sharp,
)
from verify.producer.prover import NotCertified

ALL = ResidualNetworks(Depths(1, None))


def test_the_corrected_inequality_is_an_equality_somewhere() -> None:
    """d = 1, A_i = -tau, R = (1 - tau)^l - 1: E = 1, exactly, for some l, tau and S."""
    for layers in (1, 2, 5):
        for tau in (Fraction(0), Fraction(1, 3), Fraction(9, 10)):
            R = (1 - tau) ** layers - 1
            left, right = exact_sides(R, Fraction(7, 2), [-tau] * layers, Fraction(4), tau)
            assert left == right > 0


def test_the_corrected_inequality_on_random_points() -> None:
    random = Random(16)
    for _ in range(300):
        A = [Fraction(random.randrange(-9, 10), 10) for _ in range(random.randrange(1, 6))]
        left, right = exact_sides(
            Fraction(random.randrange(-9, 10)), Fraction(random.randrange(1, 9), 3), A, Fraction(4), max(map(abs, A))
        )
        assert left >= right


@pytest.mark.parametrize(
    "wrong", [Inequality(Fraction(401, 100), 2, 1), Inequality(Fraction(4), 1, 1), Inequality(Fraction(4), 2, 2)]
)
def test_the_judge_finds_what_is_false_and_the_prover_does_not_certify_it(wrong: Inequality) -> None:
    assert falsehood_about_residual_networks(GradientInequality(ALL, "gradient-inequality", wrong, attained=False), 3)
    with pytest.raises(NotCertified):
        certify_gradient_inequality(wrong)
    good = certify_gradient_inequality(sharp(), attained=True).read().statement
    assert falsehood_about_residual_networks(good, 3) is None  # type: ignore[arg-type]


def test_a_true_inequality_is_not_refuted_at_a_point() -> None:
    with pytest.raises(NotCertified, match="or more, and the right side"):
        certify_inequality_fails(sharp(), [[2]], [[1]], [[["-1/2"]], [["-1/2"]]], "1/2")


def test_factors_of_half_a_turn_are_nearly_the_best() -> None:
    """R = -I_2 needs at least sin(pi/l); the factors have 2 sin(pi/(2 l))."""
    for layers in (4, 9, 30):
        statement = certify_optimum([[-1, 0], [0, -1]], layers).read().statement
        assert isinstance(statement, OptimumNearIdentity)
        assert np.sin(np.pi / layers) <= float(statement.norm) <= 2 * np.sin(np.pi / (2 * layers)) + 1e-8


def test_one_statement_for_all_targets_is_below_the_printed_bound() -> None:
    statement = certify_optima().read().statement
    assert isinstance(statement, OptimaNearIdentity)
    a, b = map(float, statement.bound)
    for g in (0.0, 0.1, 1.0, 5.0, 100.0):
        assert a + b * g <= 0.51 * 2 * (np.sqrt(np.pi) + np.sqrt(3 * g)) ** 2


def test_a_determinant_that_is_not_positive() -> None:
    assert "f - C >= 1 s" in certify_no_optimum([[0, 1], [1, 0]]).read().statement.sentence()
    with pytest.raises(NotCertified, match="det R is positive"):
        certify_no_optimum([[0, -1], [1, 0]])
    with pytest.raises(ValueError, match="det R is not positive"):
        certify_optimum([[0, 1], [1, 0]], 20)


def test_random_instances() -> None:
    """A sample of `python -m tests.linear.campaign`."""
    tally = run("residual", 30, 5)
    assert tally["Verified"] > 8
    assert tally["Rejected"] + tally["Undecided"] > 8
