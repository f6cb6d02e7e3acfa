"""Gradient descent from the identity: what is certified against runs, and each constant at and beyond its threshold."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from tests.fuzz.truth_linear import falsehood_about_linear_networks
from tests.linear.campaign import identity_instance
from verify.checker import Rejected, Verified
from verify.checker.front.session import prove
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.linear_targets import NormalOffAxis
from verify.checker.theorems.normal_in_boxes import _is_outside
from verify.producer.linear.from_identity import (
    certify_from_identity,
    certify_in_boxes,
    near_identity,
    negative_definite,
    normal,
    normal_around,
    normal_off_axis,
    plan,
    positive,
    rate_of_runs,
    steps,
    symmetric,
)
from verify.producer.prover import NotCertified


def followed(eigenvalue: float, L: int, step: float, error: float, most: int = 10**6) -> int:
    """How many steps of theta <- theta - eta theta^(L-1) (theta^L - lambda) make |theta^L - lambda| <= error."""
    theta, t = 1.0, 0
    while abs(theta**L - eigenvalue) > error:
        theta -= step / L * theta ** (L - 1) * (theta**L - eigenvalue)
        t += 1
        assert t <= most
    return t


@pytest.mark.parametrize(
    ("least", "most", "L", "counted"), [("1/10", 10, 2, 1365), ("1/10", 10, 3, 6357), ("1/10", 1, 2, 131)]
)
def test_the_steps_counted_are_at_most_135_percent_of_the_true_number(
    least: str, most: int, L: int, counted: int
) -> None:
    """The numbers counted are those of a computation by hand: ceil(log((1 - a) / error) / -log(1 - c m^(2 - 2/L)))."""
    targets, error = symmetric(least, most), Fraction(1, 10**6)
    chosen = plan(targets, L)
    found = steps(targets, chosen, error)
    assert found == counted
    true = max(followed(float(x), L, float(chosen.step), float(error)) for x in targets.eigenvalues)
    assert true <= found <= 1.35 * true
    statement = certify_from_identity(targets, (L, L), error=error).read().statement
    assert isinstance(statement, ConvergesFromIdentity)
    assert statement.accuracy is not None
    assert statement.accuracy.steps == counted


def test_a_step_beyond_the_limit_need_not_converge() -> None:
    """The limit for the eigenvalue 4 and L = 2 is c = 1/4; at c = 1/2 the error x of theta becomes -x + O(x^2)."""
    theta = 1.0
    for _ in range(10_000):
        theta -= 0.27 * theta * (theta**2 - 4)
    assert abs(theta**2 - 4) > 0.1
    with pytest.raises(NotCertified, match="false that c M"):
        certify_from_identity(symmetric(1, 4), (2, 2), step=Fraction(1, 2))


def test_random_instances_against_runs() -> None:
    """A sample of `python -m tests.linear.campaign`."""
    random, verified = Random(20_181), 0
    for _ in range(16):
        certificate = identity_instance(random)
        verdict = prove(certificate)
        if isinstance(verdict, Verified):
            verified += 1
            assert isinstance(verdict.statement, ConvergesFromIdentity)
            assert falsehood_about_linear_networks(verdict.statement) is None
        else:
            assert isinstance(verdict, Rejected)
    assert 4 < verified < 14


@pytest.mark.parametrize(
    ("targets", "L"),
    [
        (symmetric("1/2", 3), 5),
        (normal("4/5", "3/2"), 4),
        (normal_off_axis("1/5", 2, 2), 4),
        (near_identity("1/5"), 7),
        (positive("1/2", 2, "1/2"), 3),
    ],
)
def test_more_than_the_largest_step_or_the_best_rate_is_rejected(targets: object, L: int) -> None:
    from dataclasses import replace

    certificate = certify_from_identity(targets, (2, L)).read()  # type: ignore[arg-type]
    for member in ("step", "rate"):
        more = getattr(certificate.statement, member) * Fraction(1001, 1000)
        assert isinstance(
            prove(replace(certificate, statement=replace(certificate.statement, **{member: more}))), Rejected
        )


def test_one_certificate_is_for_every_depth() -> None:
    statement = certify_from_identity(symmetric("1/10", 10)).read().statement
    assert "for every L >= 1, every d >= 1" in statement.sentence()
    assert "In exact arithmetic" in statement.sentence()


@pytest.mark.parametrize("degrees", [30, 100, 150, 170])
def test_every_rotation_but_the_half_turn_is_learned_at_every_depth(degrees: int) -> None:
    """By the half angle's tangent t: cos = (1 - t^2)/(1 + t^2), sin = 2 t/(1 + t^2), both rational."""
    t = Fraction(np.tan(np.radians(degrees) / 2)).limit_denominator(50)
    c, s = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    Phi = [[str(c), str(-s)], [str(s), str(c)]]
    statement = certify_from_identity(normal_around(Phi), (2, None), matrix=Phi).read().statement
    assert isinstance(statement, ConvergesFromIdentity)
    assert statement.landscape.layers.at_most is None
    assert falsehood_about_linear_networks(statement) is None


def test_a_half_turn_is_in_no_region() -> None:
    with pytest.raises(NotCertified, match="0 or negative"):
        normal_around([[-1, 0], [0, -1]])


@pytest.mark.parametrize(("s", "r", "R"), [(0.1, 3.0, 2.0), (0.2, 0.0, 2.0), (0.05, 50.0, 1.0), (0.5, 0.1, 3.0)])
def test_segments_from_1_into_the_region_stay_away_from_0(s: float, r: float, R: float) -> None:
    """Whenever condition (4) holds, on random points of the region."""
    assert r * s * s * (1 + R) ** 2 <= (1 - s) ** 2 * (R + s + r * s * s)
    random = np.random.default_rng(2)
    z = R * np.sqrt(random.uniform(0, 1, 20_000)) * np.exp(1j * random.uniform(-np.pi, np.pi, 20_000))
    z = z[z.real + r * (z.imag**2 - s * s) >= s]
    along = 1 + np.linspace(0, 1, 200)[:, None] * (z - 1)
    assert len(z) > 1000
    assert abs(along).min() >= s


def test_followed_boxes_hold_the_runs_of_all_their_eigenvalues() -> None:
    """A step larger than the theorem's; a rate that the slowest run on the border does not have is not proved."""
    targets = normal_off_axis("2/5", 1, "3/2")
    assert plan(targets, 3).step < Fraction(1, 10)
    statement = certify_in_boxes(targets, 3, "1/10", rate="1/20").read().statement
    assert isinstance(statement, ConvergesFromIdentity)
    assert falsehood_about_linear_networks(statement) is None
    with pytest.raises(NotCertified, match="not proved for eigenvalues near"):
        certify_in_boxes(targets, 3, "1/10", rate="2/5")
    assert Fraction(1, 20) < rate_of_runs(targets, 3, 0.1) < Fraction(1, 5)


def test_no_box_with_an_eigenvalue_of_the_region_is_left_out() -> None:
    """Boxes that begin at a number, away from 0: where it is in the region they are kept, with R below 1 and above."""
    random, kept = Random(12), 0
    for _ in range(400):
        s, r = Fraction(random.randint(1, 9), 10), Fraction(random.randint(0, 40), 4)
        R = Fraction(random.randint(2, 12), 8)
        x, y = R * Fraction(random.randint(-16, 16), 16), R * Fraction(random.randint(0, 16), 16)
        ends = sorted([x, x + Fraction(random.randint(1, 9), 64) * (1 if x > 0 else -1)])
        box = (ends[0], ends[1], y, y + Fraction(random.randint(1, 9), 64))
        outside = _is_outside(box, NormalOffAxis("normal-off-axis", s, r, R))
        if x + r * (y**2 - s**2) >= s and x**2 + y**2 <= R**2:
            kept += 1
            assert not outside
        if x**2 + y**2 > R**2 or ends[1] + r * (box[3] ** 2 - s**2) < s:
            assert outside
    assert kept > 40


def test_the_radius_of_a_step_is_no_smaller_than_what_the_step_does() -> None:
    """theta+ for pairs within a distance, with the Lipschitz constant of docs/LINEAR.md."""
    random = np.random.default_rng(9)
    for _ in range(2_000):
        L, c = int(random.integers(2, 9)), random.uniform(0, 0.5)
        theta = random.uniform(0.7, 1.1) * np.exp(1j * random.uniform(-2, 2) / L)
        other = theta + random.uniform(0, 0.05) * np.exp(1j * random.uniform(0, 7))
        z = random.uniform(0, 1.5) * np.exp(1j * random.uniform(0, 3))
        far = z + random.uniform(0, 0.05) * np.exp(1j * random.uniform(0, 7))
        least, most = abs(theta) - abs(other - theta), abs(theta) + abs(other - theta)
        error = abs(theta**L - z) + L * most ** (L - 1) * abs(other - theta) + abs(far - z)
        if c * most ** (2 * L - 2) > 1:
            continue
        bound = 1 - c * least ** (2 * L - 2) + c * (1 - 1 / L) * most ** (L - 2) * error
        bound = bound * abs(other - theta) + c / L * abs(theta) ** (L - 1) * abs(far - z)
        one, two = (t - c / L * np.conj(t) ** (L - 1) * (t**L - w) for t, w in ((theta, z), (other, far)))
        assert abs(one - two) <= bound * (1 + 1e-9) + 1e-15


def test_negative_eigenvalues_are_learned_by_one_odd_depth_with_a_large_step() -> None:
    """theta <- theta - eta theta^2 (theta^3 + 9/20), eta = 5/6: below 0 after a step, and then to -(9/20)^(1/3)."""
    statement = certify_from_identity(negative_definite("-1/2", "-2/5"), (3, 3)).read().statement
    assert isinstance(statement, ConvergesFromIdentity)
    assert "and the step eta = c/L" in statement.sentence()
    theta, eta = 1.0, float(statement.step) / 3
    for _ in range(3000):
        theta -= eta * theta**2 * (theta**3 + 0.45)
    assert theta**3 == pytest.approx(-0.45, abs=1e-9)
    for layers in ((4, 4), (3, 5)):
        with pytest.raises(NotCertified, match="needs one odd L >= 3"):
            certify_from_identity(negative_definite("-1/2", "-2/5"), layers)


def test_the_lemma_of_normal_targets() -> None:
    """|E_+| <= |E| (1 - c |W|^p / 2) where c |W|^(1 - 2/L) |E| <= 1/2 and c |W|^p <= 1, on random complex numbers."""
    random = np.random.default_rng(5)
    for _ in range(2_000):
        L = int(random.integers(2, 30))
        theta = random.uniform(0.5, 1.5) * np.exp(1j * random.uniform(-3, 3) / L)
        W = theta**L
        lam = W + random.uniform(0, 3) * np.exp(1j * random.uniform(0, 7))
        size, E = abs(W), W - lam
        c = random.uniform(0, 1) * min(1 / size ** (2 - 2 / L), 1 / (2 * size ** (1 - 2 / L) * abs(E) + 1e-300))
        after = (theta - c / L * np.conj(theta) ** (L - 1) * E) ** L - lam
        assert abs(after) <= abs(E) * (1 - c * size ** (2 - 2 / L) / 2) * (1 + 1e-9)
