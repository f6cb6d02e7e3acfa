"""The committed certificates for nearly all teachers prove their claims, and hold for teachers drawn at random."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from verify.proofs.safran_shamir_2018 import PAIRS

from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session, read
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.proof import installed, status
from verify.producer.prover import NotCertified
from verify.producer.prover.nearby_teachers import Center, certify_nearly_orthonormal_teachers, least_dimension
from verify.proofs import nearly_all_teachers as proof

FOLDER = Path(__file__).parents[2] / "certificates" / "nearly-all-teachers"
CHECKED = ((6, 6), (8, 8), (8, 9), (11, 12))

Array = np.ndarray


def statement_of(pair: tuple[int, int]) -> NearlyOrthonormalTeachers:
    statement = read(FOLDER / proof.name(pair)).statement
    assert isinstance(statement, NearlyOrthonormalTeachers)
    return statement


def floats(statement: NearlyOrthonormalTeachers) -> Array:
    return np.array([[float(entry) for entry in row] for row in statement.center])


def test_there_is_a_certificate_for_each_pair_of_theorem_1() -> None:
    assert {proof.name(pair) for pair in PAIRS} == {path.name for path in FOLDER.iterdir()}
    for pair in PAIRS:  # claimed, not checked here
        assert proof.settles(pair, statement_of(pair))
    assert not proof.settles((6, 6), statement_of((7, 7)))


@pytest.mark.parametrize("pair", CHECKED)
def test_a_committed_certificate_proves_its_claim(pair: tuple[int, int]) -> None:
    claim = next(claim for claim in installed()["nearly-all-teachers"].claims if claim.file == proof.name(pair))
    found = status(proof.PROOF, claim, FOLDER, Session())
    assert found.word == "proved"
    assert isinstance(found.verdict, Verified)


def test_a_pair_is_proved_from_nothing() -> None:
    assert proof.settles((7, 7), proof.prove((7, 7)).read().statement)


def test_distances_are_not_smaller_than_they_were() -> None:
    """1e-4 for each pair, 2e-3 for n = k >= 8; in the entries of the Gram matrix plain evaluation gives 1e-8."""
    assert min(statement_of(pair).distance for pair in PAIRS) > Fraction(1, 10_000)
    assert min(statement_of((k, k)).distance for k in range(8, 21)) > Fraction(2, 1000)


@pytest.mark.parametrize("pair", CHECKED)
def test_the_sentence_is_true_as_printed(pair: tuple[int, int]) -> None:
    """What is promised is rounded down, what is admitted is rounded up, and neither by much."""
    statement = statement_of(pair)
    printed = (
        r"\|_F <= (\S+), .* within (\S+) of .* loss >= (\S+) and Hessian eigenvalues >= (\S+)\. For every d >= (\S+), "
    )
    promised, admitted, loss, eigenvalue, dimension = (
        Fraction(found)
        for found in re.search(printed, statement.sentence()).groups()  # type: ignore[union-attr]
    )
    fraction = Fraction(re.findall(r"probability at most (\S+)\.", statement.sentence())[0])
    near = statement.random_teachers[0]
    for stated, exact in (
        (promised, statement.distance),
        (loss, statement.loss_lower_bound),
        (eigenvalue, statement.hessian_lower_bound),
        (-admitted, -statement.radius),
        (-dimension, -near.input_dimension),
        (-fraction, -near.fraction),
    ):
        assert exact - abs(exact) / 50 <= stated <= exact


def teacher(random: np.random.Generator, k: int, d: int, distance: float) -> tuple[Array, Array]:
    """Unit vectors in R^d with |G - I|_F equal to the distance, and coordinates in which they are G^(1/2)."""
    change = random.normal(size=(k, k))
    if random.random() < 0.3:
        change = np.ones((k, k))  # all angles alike: G - I has one large eigenvalue
    change = change + change.T
    np.fill_diagonal(change, 0)
    gram = np.eye(k) + random.choice([-1, 1]) * distance * change / np.linalg.norm(change)
    values, vectors = np.linalg.eigh(gram)
    frame = np.linalg.qr(random.normal(size=(d, d)))[0][:k]
    return vectors * np.sqrt(values) @ vectors.T @ frame, frame


@pytest.mark.parametrize("pair", [*CHECKED, (20, 20)])
def test_descent_ends_at_the_minimum_that_was_claimed(pair: tuple[int, int]) -> None:
    """For random teachers at the border of the region, in a larger input dimension."""
    statement, random = statement_of(pair), np.random.default_rng(sum(pair))
    k, radius = pair[0], float(statement.radius)
    for _ in range(3):
        V, frame = teacher(random, k, k + 2, float(statement.distance))
        assert np.allclose(np.linalg.norm(V, axis=1), 1)
        landscape, start = ReLUTeacherStudent(V), floats(statement) @ frame
        W = start
        for _ in range(300):  # each step is small, so that no other minimum is met by a leap
            W = W - landscape.gradient(W) / k
        assert np.linalg.norm(W - start) <= radius
        for _ in range(5):
            W = W - np.linalg.solve(landscape.hessian(W), landscape.gradient(W).ravel()).reshape(W.shape)
        assert np.abs(landscape.gradient(W)).max() < 1e-12
        assert np.linalg.norm(W - start) <= radius
        assert np.linalg.eigvalsh(landscape.hessian(W))[0] >= float(statement.hessian_lower_bound)
        assert landscape.value(W) >= float(statement.loss_lower_bound)


def test_the_probability_is_no_underestimate() -> None:
    """Drawn at random in small dimensions, where the bound is far from its limit."""
    random = np.random.default_rng(0)
    for k, distance, fraction in ((2, 0.6, 0.2), (3, 0.9, 0.1), (5, 0.9, 0.3)):
        d = max(k, least_dimension(k, Fraction(distance), Fraction(fraction)))
        draws = random.normal(size=(4000, k, d))
        draws /= np.linalg.norm(draws, axis=2, keepdims=True)
        off = np.linalg.norm(draws @ draws.transpose(0, 2, 1) - np.eye(k), axis=(1, 2))
        assert np.mean(off > distance) <= fraction
        assert d < 1000


def test_the_dimension_found_is_the_least() -> None:
    for fraction in (Fraction(1, 2), Fraction(1, 100), Fraction(1, 10**40)):
        d = least_dimension(6, Fraction(1, 1000), fraction)
        x = d * 1e-6 / (2 * 1.001 * 15)
        assert 7.5 * (x - 1 - math.log(x)) >= -math.log(fraction)
        x *= 1 - 1e-5
        assert 7.5 * (x - 1 - math.log(x)) < -math.log(fraction)


def test_no_distance_is_found_at_a_saddle_or_where_it_is_too_large() -> None:
    center = Center.at(floats(statement_of((6, 6))))
    with pytest.raises(NotCertified, match="not positive definite"):
        Center.at(np.array([[0.6, 0.6], [0.1, 0.1]]))
    with pytest.raises(NotCertified, match="no radius was found"):
        certify_nearly_orthonormal_teachers(center, Fraction(1, 10))
