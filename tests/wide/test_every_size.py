"""Networks of every size: the certificates, their thresholds, and small instances of what they say."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest

from tests.wide.oracles import rank
from verify.checker.public import Rejected, Verified, prove
from verify.checker.statements.quadratic_networks import NOT_GLOBAL, BetterSquare, LocalMinimumNotGlobal, SignedPairs
from verify.producer.prover import NotCertified
from verify.producer.prover.certificate import Certificate
from verify.producer.wide import layers as builders
from verify.producer.wide.every_size import (
    certify_bad_minimum_of_every_size,
    certify_convolution_never_onto,
    certify_every_local_minimum_global,
    certify_local_minimum_not_global,
    certify_singular_upper_hessian,
    signed_pairs,
    squared_widths,
    widths_from,
)

GRID = ((0, 2), (0, 3), (1, 2), (1, 3))


def test_quadratic_networks_up_to_the_threshold() -> None:
    certify_every_local_minimum_global(squared_widths(2))
    certify_every_local_minimum_global(widths_from(6, 20))
    with pytest.raises(NotCertified, match=r"k \(k \+ 1\) / 2 = 21 is not above n = 21"):
        certify_every_local_minimum_global(widths_from(6, 21))
    with pytest.raises(NotCertified, match="does not give"):
        certify_every_local_minimum_global(squared_widths("1999/1000"))


def test_without_a_perturbation_from_width_5_on() -> None:
    sentence = certify_local_minimum_not_global(signed_pairs(5, every_larger=True), 2).read().statement.sentence()
    assert sentence.startswith("For every width k >= 5, with d = k + 1 and the n = 2k + 1 samples")
    with pytest.raises(NotCertified, match="k\\^2 = 16 is below c n = 18"):
        certify_local_minimum_not_global(signed_pairs(4, every_larger=True), 2)
    certify_local_minimum_not_global(signed_pairs(21, every_larger=True), 10)


def test_with_decay_at_width_4() -> None:
    data = signed_pairs(4, every_larger=False, offset="3/5", label=2, copies=0, last_label=0, decay="1/2")
    certify_local_minimum_not_global(data, 2)


def twice_n_times_the_loss(data: SignedPairs, rows: list[list[Fraction]], square: Fraction) -> Fraction:
    """By the definition, exactly; `square`: c^2 of one more row, c e_d."""
    k, n = data.width, 2 * data.width + data.copies
    samples = [
        ([int(i == j) for i in range(k)] + [side * data.offset], data.label) for j in range(k) for side in (1, -1)
    ]
    samples += [([0] * k + [1], data.last_label)] * data.copies
    total = n * data.decay * (sum(x * x for row in rows for x in row) + square)
    for x, target in samples:
        output = sum((sum(w * e for w, e in zip(row, x, strict=True)) ** 2 for row in rows), square * x[-1] ** 2)
        total += (output - target) ** 2
    return total


def test_what_is_checked_of_signed_pairs_is_what_the_loss_by_its_definition_does() -> None:
    """At (s I, 0), where b e_d is added to its first row, and at one row c e_d."""
    random, seen = Random(11), set()
    for _ in range(150):
        k, m, a = random.randint(1, 4), random.randint(0, 3), Fraction(random.randint(1, 6), 3)
        s, y, last = Fraction(random.randint(1, 6), 3), Fraction(random.randint(1, 9), 3), random.randint(-2, 4)
        decay, q = 4 * (y - s * s) / (2 * k + m), Fraction(random.randint(1, 9), 3)
        if decay < 0:
            continue
        data = SignedPairs(a, y, m, Fraction(last), decay, k, every_larger=False)
        rows = [[s * (i == j) for j in range(k)] + [Fraction(0)] for i in range(k)]
        there = twice_n_times_the_loss(data, rows, Fraction(0))
        one, two = (
            twice_n_times_the_loss(data, [[*rows[0][:-1], Fraction(b)], *rows[1:]], Fraction(0)) - there for b in (1, 2)
        )
        is_minimum = 16 * one - two > 0  # of a polynomial in b^2 of degree 2, without a constant
        true = is_minimum and twice_n_times_the_loss(data, [], q) < there
        statement = LocalMinimumNotGlobal(data, NOT_GLOBAL, s, Fraction(1, 100))
        verdict = prove(Certificate.of("quadratic-networks", statement, BetterSquare(128, q), {}).read())
        assert isinstance(verdict, Verified) == true
        seen.add((is_minimum, true))
    assert seen == {(True, True), (True, False), (False, False)}


def test_every_larger_width_has_no_decay() -> None:
    for decay, label, kind in (("0", "1", Verified), ("1/55", "21/20", Rejected)):
        data = SignedPairs(Fraction(1), Fraction(label), 1, Fraction(1), Fraction(decay), 5, every_larger=True)
        statement = LocalMinimumNotGlobal(data, NOT_GLOBAL, Fraction(1), Fraction(2))
        witness = BetterSquare(128, Fraction(label))
        assert isinstance(prove(Certificate.of("quadratic-networks", statement, witness, {}).read()), kind)


def test_the_upper_hessian_maps_a_direction_to_0() -> None:
    """By differences: the gradient above layer k does not change along e u^T with F_k u = 0, but for n_k = N."""
    random = np.random.default_rng(0)
    N, n, X = 4, 5, random.normal(size=(4, 3))
    F = np.tanh(X @ random.normal(size=(3, n)))
    u = np.linalg.svd(F)[2][-1]
    W, V, Y = random.normal(size=(n, 2)), random.normal(size=(2, 2)), random.normal(size=(N, 2))

    def gradient(W: np.ndarray) -> np.ndarray:
        hidden = np.tanh(F @ W)
        residual = hidden @ V - Y
        return np.concatenate([(F.T @ ((residual @ V.T) * (1 - hidden**2))).ravel(), (hidden.T @ residual).ravel()])

    moved = W + np.outer(u, [0.3, -0.7])
    assert np.abs(gradient(moved) - gradient(W)).max() < 1e-12
    assert np.abs(gradient(W + 0.1) - gradient(W)).max() > 1e-2
    certify_singular_upper_hessian(1, biases=False)
    certify_singular_upper_hessian(0, biases=True)
    with pytest.raises(NotCertified, match="no more columns than rows"):
        certify_singular_upper_hessian(0, biases=False)


@pytest.mark.parametrize("filters", [1, 2, 3])
def test_patches_that_are_dependent_for_all_filters(filters: int) -> None:
    assert "a rank of at most 3 T" in certify_convolution_never_onto(GRID).read().statement.sentence()
    random = Random(filters)
    for _ in range(5):
        weights = [[Fraction(random.randint(-9, 9)) for _ in range(2)] for _ in range(filters)]
        matrix = [[sum(w[i] for i in range(2) if patch[i] == q) for q in range(4)] for patch in GRID for w in weights]
        assert rank([[Fraction(x) for x in row] for row in matrix]) <= 3 * filters
    with pytest.raises(NotCertified, match="the patches are independent"):
        certify_convolution_never_onto(GRID[:3])


@pytest.mark.parametrize("sigma", ["sigmoid", "tanh", "arctan", "softplus", "gelu", "square"])
def test_bad_minima_of_every_size(sigma: str) -> None:
    assert sigma in certify_bad_minimum_of_every_size(sigma).read().statement.sentence()


def test_activations_without_such_minima() -> None:
    for sigma in ("relu", "identity", builders.leaky_relu("1/2")):
        with pytest.raises(NotCertified, match="derivative 2 of"):
            certify_bad_minimum_of_every_size(sigma)
    certify_bad_minimum_of_every_size("sigmoid", ["relu", "tanh"])
