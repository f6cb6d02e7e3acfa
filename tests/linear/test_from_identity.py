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
from verify.producer.linear.from_identity import (
    certify_from_identity,
    near_identity,
    normal,
    plan,
    positive,
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
    [(symmetric("1/2", 3), 5), (normal("4/5", "3/2"), 4), (near_identity("1/5"), 7), (positive("1/2", 2, "1/2"), 3)],
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
