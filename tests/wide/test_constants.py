"""Constants of the theorems about random starts and Gram matrices: on both sides of each, with an example beyond it.

Those of `basin-of-attraction`, `shadowing`, `polyak-lojasiewicz` and interpolation: checker/test_basin_of_attraction.py
and checker/test_thresholds.py. Chernoff, step and rate at 99.9 %: test_gram.py.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from tests.corpus.forge import CORPUS, forged, load
from tests.wide import gram_oracle
from tests.wide.campaign import is_verified
from verify.checker import Rejected, Verified
from verify.checker.core.reader import Field
from verify.checker.front.certificate import Certificate
from verify.checker.public import prove
from verify.checker.statements.limiting_gram_matrix import EIGENVALUE, KIND, SeriesWitness, SmallestEigenvalue
from verify.checker.theorems.random_initialisation import derivative_bounds
from verify.producer.wide.gram import limiting_gram_matrix


def reach(h: mpmath.mpf) -> mpmath.mpf:
    """L rho / s at the solution that Newton's flow finds, by h_K = L eta / s_0."""
    root = mpmath.sqrt(1 - 2 * h)
    return (1 - root) / root


def test_the_three_constants_are_rounded_to_the_safe_side() -> None:
    with mpmath.workdps(40):
        limit = 1 / (1 + 2 * mpmath.sqrt(2))
        exact = (6 * mpmath.sqrt(2) - 7) / 8
        assert abs(reach(exact) - limit) < mpmath.mpf(10) ** -30
        assert reach(mpmath.mpf("0.1856")) < limit < reach(mpmath.mpf("0.1857"))
        assert 29 < 1 / (exact**2) < mpmath.mpf("29.02")
        least = mpmath.sqrt(2) / (1 + 2 * mpmath.sqrt(2))
        assert mpmath.mpf("0.369") < least < mpmath.mpf("0.37")
        assert mpmath.mpf("0.0857") < (1 - 1 / mpmath.sqrt(2)) ** 2 < mpmath.mpf("0.0858")


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("tanh", lambda z: mpmath.sech(z) ** 2),
        ("sigmoid", lambda z: mpmath.sech(z / 2) ** 2 / 4),
        ("softplus", lambda z: 1 / (1 + mpmath.exp(-z))),
        ("arctan", lambda z: 1 / (1 + z * z)),
        ("erf", lambda z: 2 * mpmath.exp(-z * z) / mpmath.sqrt(mpmath.pi)),
    ],
)
def test_the_bounds_of_derivatives_hold_and_are_reached(name: str, slope: Callable[[mpmath.mpf], mpmath.mpf]) -> None:
    """At z = -8, ..., 8 in steps of 1/32, up to a thousandth; no bound is known of relu."""
    bounds = derivative_bounds(name)
    assert bounds is not None and derivative_bounds("relu") is None
    points = [mpmath.mpf(k) / 32 for k in range(-256, 257)]
    first = max(map(slope, points))
    second = max(abs(mpmath.diff(slope, z, h=mpmath.mpf(10) ** -6)) for z in points)
    for found, bound in zip((first, second), bounds, strict=True):
        assert 0.999 * float(bound.mid()) <= found <= float(bound.mid()) * (1 + 1e-6)


def widened(constant: str) -> object:
    """The verdict on the width that this constant in the place of 64 / (6 sqrt 2 - 7)^2 gives, where it decides."""
    energy, least, square, epsilon = 400, Fraction(23, 100), Fraction(8, 5), Fraction(1, 4)
    second = Fraction(16, 27)  # s2^2 = (4 / (3 sqrt 3))^2
    exact = Fraction(constant) * second * square * energy / ((1 - epsilon) ** 2 * least)
    changes = {
        "witness.energy": str(energy),
        "statement.width": 2 * -(-exact.numerator // (2 * exact.denominator)),
        "statement.rate": "1/1000",
    }
    document = forged(load(CORPUS / "valid" / "gram-random-tanh.json"), changes)
    return prove(Certificate.read(Field("", document)))


def test_the_width_needs_its_constant() -> None:
    assert isinstance(widened("29.02"), Verified)
    assert isinstance(widened("29.0115"), Verified)
    for constant in ("29", "29.0105"):
        refused = widened(constant)
        assert isinstance(refused, Rejected)
        assert "m l (1 - e)^2 (6 sqrt 2 - 7)^2 >= 64 s2^2 X2 Q" in refused.reason


@pytest.mark.parametrize(("rate", "kind"), [("857", Verified), ("858", Rejected)])
def test_the_rate_needs_its_constant(rate: str, kind: type) -> None:
    exact = Fraction(int(rate), 10_000) * Fraction(3, 4) * Fraction(23, 100)
    document = forged(load(CORPUS / "valid" / "gram-random-tanh.json"), {"statement.rate": str(exact)})
    assert isinstance(prove(Certificate.read(Field("", document))), kind)


@pytest.mark.parametrize("name", ["softplus", "sigmoid", "tanh", "arctan"])
def test_what_a_series_leaves_is_no_bound_by_its_diagonal(name: str) -> None:
    """x and -x: cut off after one term the matrix is singular or nearly, and the eigenvalue is more than that and c.

    K = a G + (the rest), whose diagonal is c. In floats, for softplus: a G has the eigenvalue 0, K has more than c.
    """
    of = limiting_gram_matrix([[1, 2], [-1, -2], [2, -1]], activation=name)
    matrix = gram_oracle.gram(of)
    found = float(np.linalg.eigvalsh(matrix)[0])
    if found < 1e-9:  # odd activations: K is singular
        assert not is_verified(
            KIND, SmallestEigenvalue(of, EIGENVALUE, Fraction(1, 10**6), None), SeriesWitness(96, 64)
        )
        return
    low = Fraction(found) / 10**6
    for terms in (1, 2, 3, 5, 9, 17, 33):
        below = SmallestEigenvalue(of, EIGENVALUE, low, Fraction(found) * Fraction(999, 1000))
        assert not is_verified(KIND, below, SeriesWitness(96, terms)), terms
    above = SmallestEigenvalue(of, EIGENVALUE, low, Fraction(found) * Fraction(1001, 1000))
    assert is_verified(KIND, above, SeriesWitness(96, 33))


def test_the_diagonal_alone_is_too_little() -> None:
    """The example itself: of x and -x, with the terms 1 of G kept, the eigenvalue is 2 c, and not c or less."""
    G = np.array([[1.0, -1.0], [-1.0, 1.0]])
    kept, c = 0.7, 0.1
    K = kept * G + c * G**2
    least = np.linalg.eigvalsh(K)[0]
    assert least == pytest.approx(2 * c)
    assert least > np.linalg.eigvalsh(kept * G)[0] + c
    assert least <= np.linalg.eigvalsh(kept * G)[0] + c * np.linalg.eigvalsh(G)[-1] + 1e-12


def test_steps_that_add_up_to_little_do_not_reach_a_loss_of_0() -> None:
    """w <- w - h_t (w - 1), h_t = 2^-t h: the product of 1 - h_t stays above 0. The format's step is constant."""
    w, h = Fraction(0), Fraction(1, 2)
    for _ in range(60):
        w -= h * (w - 1)
        h /= 2
    assert 1 - w > Fraction(1, 4)


def test_rounded_descent_stops_above_a_loss_of_0() -> None:
    """To multiples of 1/8, towards 1/3: exact descent converges, the rounded one ends where a step is rounded away."""
    exact, rounded = Fraction(0), Fraction(0)
    for _ in range(200):
        exact -= (exact - Fraction(1, 3)) / 4
        rounded = Fraction(round(8 * (rounded - (rounded - Fraction(1, 3)) / 4)), 8)
    assert abs(exact - Fraction(1, 3)) < Fraction(1, 10**20)
    assert abs(rounded - Fraction(1, 3)) > Fraction(1, 50)


def test_without_a_bias_the_outputs_have_one_sign() -> None:
    """Sigmoid, y = (1, -1): every loss is at least 1/2, and the certificate that says otherwise is rejected."""
    random = np.random.default_rng(0)
    for _ in range(200):
        w, b, v = random.normal(size=(2, 1)) * 3, random.normal(size=2), random.normal() * 5
        first = 1 / (1 + np.exp(-(np.array([[0.0], [1.0]]) @ w.T + b)))
        outputs = v / (1 + np.exp(-first @ random.normal(size=2)))
        assert ((outputs - np.array([1.0, -1.0])) ** 2).sum() >= 1
    document = load(CORPUS / "invalid" / "rejected-wide-no-bias-to-attain.json")
    assert isinstance(prove(Certificate.read(Field("", document))), Rejected)
