"""Limiting Gram matrices: coefficients and matrices against quadrature, each inequality at its threshold."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, ctx

from tests.campaigns import campaign, sampled
from tests.corpus.forge import CORPUS, Document, forged, load
from tests.wide import gram_oracle
from tests.wide.campaign import is_verified
from tests.wide.gram_campaign import RULES, random_network
from verify.checker import Rejected, Undecided, Verified
from verify.checker.core.reader import Field
from verify.checker.evaluators import HERMITE_GROWTH as GROWTH
from verify.checker.evaluators import HermiteGrowth as Growth
from verify.checker.evaluators import activation_derivatives as derivatives
from verify.checker.evaluators import gram_matrix
from verify.checker.evaluators import hermite_expansion as expand
from verify.checker.front.certificate import Certificate
from verify.checker.losses.hermite import _nodes
from verify.checker.losses.limit_kernels import _over_powers
from verify.checker.public import prove
from verify.checker.statements.limiting_gram_matrix import (
    EIGENVALUE,
    FULLY_CONNECTED,
    KIND,
    RESIDUAL,
    SERIES,
    SeriesWitness,
    SmallestEigenvalue,
)
from verify.checker.statements.network import LayerActivation
from verify.producer.prover import NotCertified
from verify.producer.wide.gram import (
    certify_positive_definite,
    certify_random_initialisation,
    certify_smallest_eigenvalue,
    limiting_gram_matrix,
    smallest_eigenvalue,
)

SIGMA: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "tanh": (mpmath.tanh, lambda z: mpmath.sech(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + mpmath.exp(-z)), lambda z: 1 / (2 + mpmath.exp(z) + mpmath.exp(-z))),
    "softplus": (lambda z: mpmath.log1p(mpmath.exp(z)), lambda z: 1 / (1 + mpmath.exp(-z))),
    "arctan": (mpmath.atan, lambda z: 1 / (1 + z * z)),
}
X = [[2, 1, 0], [0, 1, -1], [1, -1, 3]]


def verdict_on(document: Document) -> object:
    return prove(Certificate.read(Field("", document)))


# Coefficients


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("scale", sampled(("1", "1/3", "7/4"), every=3))
@pytest.mark.parametrize("name", SERIES)
def test_coefficients_are_those_of_quadrature(name: str, scale: str, which: int) -> None:
    strip, slope, at_zero = GROWTH[name]
    sigma, s = LayerActivation(name), Fraction(scale)
    growth = (Growth(at_zero, slope, strip), Growth(slope, Fraction(0), strip))[which]
    with ctx.workprec(96):
        found = expand(lambda z: derivatives(sigma, z)[which], growth, [arb(s.numerator) / s.denominator], 24)
    f, n = SIGMA[name][which], Random(f"{name} {scale} {which}").randint(1, 23)

    def mean(power: int, order: int) -> arb:
        """E f(s z)^power h_order(z)."""

        def integrand(z: Any) -> Any:
            density = mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi * mpmath.factorial(order))
            return f(mpmath.mpf(s.numerator) / s.denominator * z) ** power * _hermite(order, z) * density

        with mpmath.workdps(20):
            return arb(str(mpmath.quad(integrand, [-12, -6, -3, 0, 3, 6, 12], method="gauss-legendre", maxdegree=5)))

    for enclosed, wanted in (
        (found.coefficients[0][0], mean(1, 0)),
        (found.coefficients[0][n], mean(1, n)),
        (found.squares[0], mean(2, 0)),
    ):
        assert abs(enclosed - wanted) < 1e-11
        assert enclosed.rad() < 1e-25


def _hermite(n: int, z: Any) -> Any:
    """Of leading coefficient 1."""
    last, found = mpmath.mpf(0), mpmath.mpf(1)
    for k in range(n):
        last, found = found, z * found - k * last
    return found


@pytest.mark.parametrize("name", SERIES)
def test_nodes_and_precision_do_not_matter(name: str) -> None:
    """Every enclosure holds the same numbers: those with few bits hold those with many."""
    strip, slope, at_zero = GROWTH[name]
    sigma, growth = LayerActivation(name), Growth(at_zero, slope, strip)
    rows = []
    for bits in (40, 64, 160):
        with ctx.workprec(bits):
            rows.append(expand(lambda z: derivatives(sigma, z).value, growth, [arb(1)], 12).coefficients[0])
    for coarse, fine in pairwise(rows):
        assert all(x.overlaps(y) and y.rad() < x.rad() for x, y in zip(coarse, fine, strict=True))


@pytest.mark.parametrize("n", [0, 1, 3])
def test_the_error_of_a_coefficient_is_that_of_the_theorem(n: int) -> None:
    """Of a function that is 0 all values are exact, so that the radius is the bound and nothing else."""
    a, reach, size = 31 / 16, 3 + 2 * 0.5, 3 + 2 * 0.5 * (1 + 31 / 16)  # of |g| <= 3 + 2 |w| for |Im w| <= 1, s = 1/2
    with ctx.workprec(64):
        found = expand(lambda z: arb(0), Growth(Fraction(3), Fraction(2), Fraction(1)), [arb(1) / 2], 4)
        nodes = _nodes(Fraction(31, 16), 4, ctx.prec)
    alias, beyond = float(nodes.alias), float(nodes.beyond)
    factor = 2 * math.exp(a**2 / 2 + a * math.sqrt(n)) / alias
    expected = factor * size + reach * math.sqrt(beyond * (1 + factor * math.exp(a * math.sqrt(n))))
    assert float(found.coefficients[0][n].rad()) == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize("name", SERIES)
def test_the_bounds_in_the_strip_hold(name: str) -> None:
    """|sigma'| is at most what is said, up to the strip's border."""
    strip, slope, at_zero = GROWTH[name]
    random = Random(name)
    for _ in range(300):
        w = mpmath.mpc(random.uniform(-6, 6), random.choice((1, random.uniform(-1, 1))) * float(strip))
        assert abs(SIGMA[name][1](w)) <= float(slope)
    assert abs(SIGMA[name][0](mpmath.mpf(0))) <= float(at_zero)


def test_of_a_constant_the_mean_alone_is_left() -> None:
    """s = 0: a_0, unless the sum begins after it."""
    assert _over_powers([arb(3), arb(5), arb(7)], arb(0), 0) == [arb(3), arb(0), arb(0)]
    assert _over_powers([arb(3), arb(5), arb(7)], arb(0), 1) == [arb(0)] * 3
    assert _over_powers([arb(3), arb(5), arb(8)], arb(2), 1) == [arb(0), arb(5) / 2, arb(2)]


# Matrices


@pytest.mark.parametrize("number", range(12))
def test_the_matrix_is_that_of_quadrature(number: int) -> None:
    """Enclosed, it holds the recursion's as the paper has it; cut off, it is below it in Loewner's order."""
    random = Random(number)
    of = random_network(random, ("relu", "erf", "tanh", "sigmoid", "softplus", "arctan")[number % 6])
    with ctx.workprec(96):
        enclosed, less = gram_matrix(of, 64, enclosed=True), gram_matrix(of, 5, enclosed=False)
    wanted = gram_oracle.gram(of)
    off = 1e-4 if of.activation == "arctan" else 1e-7
    for i, row in enumerate(enclosed.tolist()):
        for j, entry in enumerate(row):
            assert abs(float(entry) - wanted[i, j]) <= float(entry.rad()) + off * abs(wanted).max()
    lower = np.array([[float(entry) for entry in row] for row in less.tolist()])
    assert np.linalg.eigvalsh(wanted - lower)[0] >= -off * abs(wanted).max()


def test_more_coefficients_prove_more() -> None:
    of = limiting_gram_matrix(X, activation="tanh")
    found = [float(gram_matrix(of, terms, enclosed=False)[0, 0]) for terms in (1, 3, 9, 27)]
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_the_matrix_as_printed_is_another_one() -> None:
    """Two orthogonal samples, ReLU, H = 2: 1 - 1/(2 pi) with the covariance of the layer before."""
    of = limiting_gram_matrix([[1, 0], [0, 1]], FULLY_CONNECTED, "relu", depth=2)
    found, _ = smallest_eigenvalue(of)
    angle = np.arccos(1 / np.pi)
    assert found == pytest.approx(1 - (np.pi - angle) / (2 * np.pi) * 2 / np.pi, rel=1e-12)
    assert found < 0.809 < 0.84 < 1 - 1 / (2 * np.pi)


def test_antipodal_samples_are_harmful_for_odd_activations_only() -> None:
    both = [[1, 2], [-1, -2]]
    assert smallest_eigenvalue(limiting_gram_matrix(both))[0] == pytest.approx(0.5)
    assert smallest_eigenvalue(limiting_gram_matrix(both, activation="softplus"))[0] > 0.01
    for name in ("tanh", "sigmoid", "arctan", "erf"):
        with pytest.raises(NotCertified):
            certify_smallest_eigenvalue(limiting_gram_matrix(both, activation=name))


@pytest.mark.parametrize("name", ["erf", "tanh", "sigmoid", "softplus", "arctan"])
def test_a_sample_given_twice_has_no_width(name: str) -> None:
    """Whatever rounding makes of a singular matrix."""
    for rows in ([[2, -3], [-3, 1], [2, -6], [2, -6]], [[1, 2], [1, 2]], [[3, 1], [1, 1], [6, 2]]):
        with pytest.raises(NotCertified):
            certify_random_initialisation(limiting_gram_matrix(rows, activation=name), [1] * len(rows))


def test_what_the_prover_writes_is_verified() -> None:
    residual = limiting_gram_matrix(X, RESIDUAL, "softplus", depth=4, residual_scale="1/2")
    statement = certify_smallest_eigenvalue(residual, above=True).read().statement
    assert statement.at_least < statement.at_most < statement.at_least * Fraction(102, 100)
    found = certify_random_initialisation(limiting_gram_matrix(X, activation="erf"), [1, -1, 0]).read().statement
    assert found.width % 2 == 0
    with pytest.raises(NotCertified, match="no bounded second derivative"):
        certify_random_initialisation(limiting_gram_matrix(X), [1, -1, 0])
    with pytest.raises(NotCertified, match="is a polynomial"):
        certify_positive_definite(RESIDUAL, "square")


def test_samples_with_long_denominators_are_enclosed() -> None:
    """Products by integers would have a common denominator of more than 20,000 bits."""
    small = [[f"1/{10**500 + 7 * (i * 20 + j)}" if i != j else "1" for j in range(20)] for i in range(3)]
    original = load(CORPUS / "valid" / "gram-relu-two-layers.json")
    land = "statement.landscape."
    divided = {f"{land}samples": "divided-by-their-norms", f"{land}inputs": small, "statement.at_least": "4/5"}
    del original["statement"]["at_most"]
    assert isinstance(verdict_on(forged(original, divided)), Verified)
    assert isinstance(verdict_on(forged(original, {**divided, "statement.at_least": "9/10"})), Rejected)
    refused = verdict_on(forged(original, {f"{land}inputs": small, f"{land}samples": "of-norm-1"}))
    assert isinstance(refused, Undecided)
    assert "sample 0 has a common denominator of more than 16384 bits" in refused.reason


# Thresholds

RANDOM = "gram-random-tanh"
NUMBERS = {"least": 0.23, "X2": 1.6, "Q": 4.5, "e": 0.25, "m": 2400, "N": 3, "delta": 0.01}
S2 = 4 / (3 * 3**0.5)


def thresholds() -> dict[str, tuple[str, float, bool]]:
    """For each inequality the member, where it fails, and whether it is true above that."""
    least, X2, Q, e, m, N, delta = NUMBERS.values()
    phi = e + (1 - e) * np.log(1 - e)
    norm = float(np.sqrt(1 + 1 + 0.25))
    return {
        "Chernoff, width": ("statement.width", 2 * X2 * np.log(N / delta) / (least * phi), True),
        "Chernoff, delta": ("statement.failure_probability", N * np.exp(-m * least * phi / (2 * X2)), True),
        "Kantorovich": (
            "witness.loss_of_eigenvalue",
            1 - 8 * S2 * np.sqrt(X2 * Q / (m * least)) / (6 * 2**0.5 - 7),
            False,
        ),
        "step": ("statement.step", 1 / (X2 + S2 * np.sqrt(X2 / m) * norm), False),
        "rate": ("statement.rate", (1 - 0.5**0.5) ** 2 * (1 - e) * least, False),
    }


@pytest.mark.parametrize("name", thresholds())
def test_each_inequality_at_its_threshold(name: str) -> None:
    member, value, above = thresholds()[name]
    for side in (-1, 1):
        number: object = str(Fraction(value) * (1 + side * Fraction(1, 1000)))
        if member == "statement.width":
            number = 2 * int(value / 2 * (1 + side / 1000) + (side > 0))
        easier = {} if name == "rate" else {"statement.rate": "1/1000"}
        changed = forged(load(CORPUS / "valid" / f"{RANDOM}.json"), {member: number, **easier})
        assert isinstance(verdict_on(changed), Verified if (side > 0) == above else Rejected), (name, side)


def test_the_bound_of_the_energy_is_needed() -> None:
    """y^T H^-1 y = 4.307...: proved at 4.32, not at 4.30."""
    for energy, kind in (("432/100", Verified), ("430/100", Undecided)):
        changed = forged(load(CORPUS / "valid" / f"{RANDOM}.json"), {"witness.energy": energy})
        assert isinstance(verdict_on(changed), kind)


# Random instances


@pytest.mark.parametrize("count", [12, pytest.param(500, marks=campaign)])
@pytest.mark.parametrize("rule", RULES)
def test_nothing_false_is_verified(rule: str, count: int) -> None:
    verified = sum(RULES[rule](Random(f"{rule} {number}")) for number in range(count))
    assert verified >= count / 20, "hardly anything was verified"


# Forgeries: claims that are false by little, or true and tiny


@pytest.mark.parametrize(
    ("name", "rows", "least", "most", "terms", "precision", "verified"),
    [
        ("relu", [[1, 2], [2, 4]], Fraction(1, 2**80), None, 1, 96, False),  # parallel
        ("relu", [[1, 0], [2**4000, 1]], Fraction(1, 2**60), None, 1, 96, False),  # nearly
        ("erf", [[1, 2], [-1, -2]], Fraction(1, 2**100), None, 1, 96, False),  # antiparallel
        ("tanh", [[1, 2], [1, 2]], Fraction(1, 2**1000), None, 64, 96, False),
        ("tanh", [[3]], Fraction(4643, 10_000), Fraction(4645, 10_000), 64, 96, True),  # E sech(z)^4 = 0.46440...
        ("tanh", [[3]], Fraction(4645, 10_000), None, 128, 96, False),
        ("tanh", [[3]], Fraction(4, 10), Fraction(4643, 10_000), 128, 96, False),
        ("tanh", [[3]], Fraction(3, 10), Fraction(4643, 10_000), 1, 96, False),
        ("tanh", [[3]], Fraction(46, 100), None, 64, 53, True),
        ("tanh", [[3]], Fraction(465, 1000), None, 64, 53, False),
        ("tanh", [[3]], Fraction(46, 100), None, 512, 2048, False),  # too many values: undecided
    ],
)
def test_only_what_is_true_is_verified(
    name: str, rows: list[list[int]], least: Fraction, most: Fraction | None, terms: int, precision: int, verified: bool
) -> None:
    of = limiting_gram_matrix(rows, activation=name)
    statement = SmallestEigenvalue(of, EIGENVALUE, least, most)
    assert is_verified(KIND, statement, SeriesWitness(precision, terms)) == verified


def test_samples_of_one_norm_and_only_the_mean_are_undecided_without_a_bug() -> None:
    """What remains of the series is the zero polynomial, which counts as false."""
    document = forged(load("valid/gram-sigmoid.json"), {"witness.terms": 1})
    verdict = prove(Certificate.read(Field("", document)))
    assert isinstance(verdict, Undecided)
    assert "with 1 Hermite coefficients" in verdict.reason
