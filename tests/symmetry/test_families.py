"""The named branches: what they reach, and that the dense rule agrees at sizes up to 40."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.campaigns import campaign
from verify.checker import Verified
from verify.checker.front.session import prove, read
from verify.checker.statements.symmetric import SymmetricPoint, SymmetricPoints
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.prover import certify
from verify.producer.symmetry import SymmetricStudent
from verify.producer.symmetry.families import MIXED, TYPE_I, TYPE_II, follow, type_a
from verify.producer.symmetry.reduced import loss
from verify.producer.symmetry.wider import SPLIT_ONE, SPLIT_TWO

CERTIFICATES = Path(__file__).parents[2] / "certificates"


def test_type_a() -> None:
    values = [float(value) for value in type_a(10**6).values]
    np.testing.assert_allclose(values, [-1 + 2e-6, 2e-6], atol=1e-9)


@pytest.mark.parametrize(("branch", "least"), [(TYPE_II, 1), (TYPE_I, 3), (MIXED, 3)])
def test_follow_goes_from_type_to_type_until_the_branch_is_lost(branch, least: int) -> None:
    found = list(follow(branch, [16]))
    reached = sorted(groups[-1] for groups, student in found if student is not None)
    assert reached == list(range(reached[0], reached[-1] + 1))
    assert least in reached
    assert sum(student is None for _, student in found) <= 1
    losses = [loss(student) for _, student in found if student is not None]
    assert all(0 < value < 0.2 for value in losses)


def test_the_branches_of_wider_students() -> None:
    assert set(SPLIT_ONE.in_k(5, 9)) == {6, 7, 8, 9}
    assert all(student.symmetry.rows == k + 2 for k, student in SPLIT_TWO.in_k(13, 15).items())


FILES = ("symmetric-minima/type-ii-k006-k040.json", "symmetric-minima/wider-split-1.json", "arjevani-field/type-i.json")


def sample(count: int, least: int, most: int, seed: int = 2021) -> list[SymmetricPoint]:
    """Points with least <= k <= most."""
    points: list[SymmetricPoint] = []
    for name in FILES:
        statement = read(CERTIFICATES / name).statement
        assert isinstance(statement, SymmetricPoints)
        points += [point for point in statement.points if least <= point.symmetry.columns <= most]
    chosen = np.random.default_rng(seed).choice(len(points), size=count, replace=False)
    return [points[index] for index in chosen]


@pytest.mark.parametrize(("count", "least", "most"), [(5, 6, 12), pytest.param(4, 13, 40, marks=campaign)])
def test_a_random_sample_agrees_with_the_dense_rule(count: int, least: int, most: int) -> None:
    """Beyond 22 in verified floating point."""
    for point in sample(count, least, most):
        student = SymmetricStudent(point.symmetry, point.values)
        dense = certify(ReLUTeacherStudent.orthonormal(point.symmetry.columns), student.dense())
        assert isinstance(prove(dense.read()), Verified)
        statement = dense.statement
        assert statement.property == point.property
        assert statement.every_dimension
        assert statement.value[0] <= point.loss[1]
        assert statement.value[1] >= point.loss[0]
