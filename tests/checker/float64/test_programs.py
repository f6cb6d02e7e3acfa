"""Semidefinite programs in float64: no claim of a matrix, or of a distance, that exact arithmetic says is false."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.interval_matrix import Form
from verify.checker.float64 import programs
from verify.checker.float64.programs import distance, is_definite

ZERO = arb(0)


@pytest.fixture(autouse=True)
def _many_bits() -> object:
    with ctx.workprec(256):
        yield None


def triangle(rows: list[list[Fraction]]) -> list[list[fmpq]]:
    return [[fmpq(e.numerator, e.denominator) for e in row[: i + 1]] for i, row in enumerate(rows)]


def graded(seed: int, size: int, spread: int, rank: int) -> list[list[Fraction]]:
    """D B B^T D with integers B and powers of 2 in D: semidefinite of at most that rank, however ill-scaled."""
    chance = random.Random(seed)
    factor = [[chance.randint(-3, 3) for _ in range(rank)] for _ in range(size)]
    scale = [Fraction(2) ** chance.randint(-spread, spread) for _ in range(size)]
    return [
        [scale[i] * scale[j] * sum(a * b for a, b in zip(factor[i], factor[j], strict=True)) for j in range(size)]
        for i in range(size)
    ]


def is_positive_definite(rows: list[list[Fraction]]) -> bool:
    """By exact arithmetic."""
    exact = triangle(rows)
    whole = fmpq_mat([[exact[max(i, j)][min(i, j)] for j in range(len(rows))] for i in range(len(rows))])
    return negative_direction(exact) is None and whole.rank() == len(rows)


@pytest.mark.parametrize("seed", range(4))
def test_never_of_a_matrix_that_is_not_definite(seed: int) -> None:
    claimed = refused = 0
    chance = random.Random(seed)
    for index in range(150):
        size = chance.randint(1, 6)
        rows = graded(1000 * seed + index, size, chance.choice([0, 5, 60]), size + 1 if index % 2 else max(1, size - 1))
        if index % 3 == 0:  # an ulp, or far less, off the border
            place = chance.randrange(size)
            rows[place][place] -= abs(rows[place][place]) * Fraction(2) ** -chance.choice([20, 52, 53, 90, 150])
        proved = is_definite(triangle(rows), ZERO)
        claimed, refused = claimed + proved, refused + (not proved)
        assert not proved or is_positive_definite(rows), rows
    assert claimed > 30 and refused > 30, "a test that never passes, or always, proves nothing"


@pytest.mark.parametrize("seed", range(2))
def test_never_of_a_margin_that_an_eigenvalue_does_not_exceed(seed: int) -> None:
    chance, claimed = random.Random(seed), 0
    for index in range(100):
        rows = graded(7000 + 1000 * seed + index, 4, 2, 6)
        margin = Fraction(chance.randint(1, 2**40), 2 ** chance.randint(30, 45))
        proved = is_definite(triangle(rows), arb(0).union(arb(fmpq(margin.numerator, margin.denominator))))
        moved = [[entry - (margin if i == j else 0) for j, entry in enumerate(row)] for i, row in enumerate(rows)]
        claimed += proved
        assert not proved or is_positive_definite(moved)
    assert claimed > 5


def test_a_condition_beyond_float64_is_for_inverse_factors() -> None:
    """[[1, 1 - e], [1 - e, 1]] is definite for e > 0, singular for 0, indefinite for e < 0."""
    for power in (20, 60, 90):
        e = Fraction(1, 2**power)
        assert is_definite(triangle([[Fraction(1), 1 - e], [1 - e, Fraction(1)]]), ZERO)
        assert not is_definite(triangle([[Fraction(1), 1 + e], [1 + e, Fraction(1)]]), ZERO)
        assert not is_definite(triangle([[Fraction(1), 1 - e], [1 - e, Fraction(1)]]), arb(0).union(arb(2) ** -power))
    assert not is_definite(triangle([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]]), ZERO)


def test_a_factor_that_lies_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = triangle([[Fraction(1), 1 + Fraction(1, 2**60)], [1 + Fraction(1, 2**60), Fraction(1)]])
    for lie in (np.eye(2), np.zeros((2, 2)), np.array([[1.0, 0.0], [1.0, 0.0]]), 1e300 * np.eye(2)):
        monkeypatch.setattr(programs, "_inverse_factor", lambda matrix, lie=lie: lie)
        assert not is_definite(rows, ZERO)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[fmpq(0)]],
        [[fmpq(-1)]],
        [[fmpq(2) ** 2000]],
        [[fmpq(1)], [fmpq(2) ** 400, fmpq(1)]],
        [[fmpq(1)], [fmpq(0)]],
    ],
)
def test_what_is_not_fit_for_float64_is_refused(rows: list[list[fmpq]]) -> None:
    assert not is_definite(rows, ZERO)


@pytest.mark.parametrize("margin", [arb("nan"), arb("inf"), arb(0, float("inf"))])
def test_a_margin_that_is_not_finite_proves_nothing(margin: arb) -> None:
    assert not is_definite([[fmpq(1)]], margin)


# Distances


def forms(rows: list[list[Fraction]]) -> list[Form]:
    """Of symmetric matrices given by their entries in a row: the first counts once, the others twice."""
    return [{j: (entry, 1 if j == 0 else 2) for j, entry in enumerate(row) if entry} for row in rows]


@pytest.mark.parametrize("seed", range(3))
def test_a_solution_lies_within_the_distance(seed: int) -> None:
    """Exactly: |z' - z|^2 = r^T G^-1 r for the nearest."""
    chance, found = random.Random(seed), 0
    for _ in range(60):
        size = chance.randint(1, 4)
        rows = [
            [Fraction(chance.randint(-3, 3)) * Fraction(10) ** chance.randint(-3, 3) for _ in range(6)]
            for _ in range(size)
        ]
        defect = [Fraction(chance.randint(-9, 9), chance.randint(1, 9)) * Fraction(2) ** -90 for _ in range(size)]
        if not all(any(row) for row in rows):
            continue
        weight = [1, 2, 2, 2, 2, 2]
        products = [[sum(w * a * b for w, a, b in zip(weight, r, s, strict=True)) for s in rows] for r in rows]
        gram = fmpq_mat([[fmpq(e.numerator, e.denominator) for e in row] for row in products])
        exact = [fmpq(e.numerator, e.denominator) for e in defect]
        bound = distance(forms(rows), exact)
        if gram.rank() < size:
            assert bound is None
            continue
        if bound is None:
            continue
        found += 1
        solution = gram.solve(fmpq_mat([[e] for e in exact]))
        square = sum((e * solution[i, 0] for i, e in enumerate(exact)), fmpq(0))
        assert not arb(square) > bound.upper() ** 2
    assert found > 20


def test_dependent_forms_have_no_distance() -> None:
    rows = [[Fraction(1), Fraction(2)], [Fraction(1), Fraction(2)]]
    assert distance(forms(rows), [fmpq(0), fmpq(1)]) is None
    rows[1][1] += Fraction(1, 2**60)
    assert distance(forms(rows), [fmpq(0), fmpq(1)]) is None


@pytest.mark.parametrize("entry", [Fraction(2) ** 400, Fraction(2) ** -400, Fraction(2) ** 3000, Fraction(2) ** -3000])
def test_numbers_too_large_or_too_small_have_none(entry: Fraction) -> None:
    assert distance([{0: (entry, 1)}], [fmpq(1)]) is None


def test_an_empty_form_has_none() -> None:
    assert distance([], []) is None
    assert distance([{0: (Fraction(1), 1)}, {}], [fmpq(0), fmpq(0)]) is None


def test_many_forms_that_share_places() -> None:
    """Both ways of adding up the Gram matrix: identity plus a matrix of ones has the least eigenvalue 1."""
    size = 20
    rows: list[Form] = [{-1: (Fraction(1), 1), i: (Fraction(1), 1)} for i in range(size)]
    bound = distance(rows, [fmpq(1), *[fmpq(0)] * (size - 1)])
    # |z' - z|^2 = e_1^T (I + 1 1^T)^-1 e_1 = 1 - 1 / (size + 1)
    assert bound is not None and bound.upper() ** 2 > 1 - 1 / (size + 1)
