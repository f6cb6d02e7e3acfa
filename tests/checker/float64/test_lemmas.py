"""The lemmas of docs/FLOAT64.md on a machine that does the worst that is assumed of it, in exact arithmetic.

Sums are added in random trees, products are rounded or fused with an addition, quotients are rounded or are products
with a rounded reciprocal, and all sizes occur, down to the subnormal numbers. `float(Fraction)` is correctly rounded.
"""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

import pytest

from verify.checker.float64.bounds import TINY, gamma

Leaf = tuple[Fraction, Fraction] | Fraction
"""A product not yet rounded, or a number."""
ETA = Fraction(TINY)


def fl(exact: Fraction) -> Fraction:
    """The nearest double, ties to even."""
    return Fraction(float(exact))


def exact_value(leaf: Leaf) -> Fraction:
    return leaf[0] * leaf[1] if isinstance(leaf, tuple) else leaf


def summed(leaves: list[Leaf], random: Random) -> Fraction:
    """In a random tree; a product that is added may be fused."""
    terms = list(leaves)
    while len(terms) > 1:
        first = terms.pop(random.randrange(len(terms)))
        second = terms.pop(random.randrange(len(terms)))
        fused = isinstance(first, tuple) and random.random() < 0.5
        left = exact_value(first) if fused else fl(exact_value(first))
        terms.append(fl(left + fl(exact_value(second))))
    return fl(exact_value(terms[0]))


def double(random: Random, lowest: int, highest: int) -> Fraction:
    mantissa = random.choice([random.getrandbits(53), 2**52 + 1, 2**53 - 1, random.getrandbits(3)])
    return fl(random.choice([-1, 1]) * Fraction(mantissa) * Fraction(2) ** (random.randint(lowest, highest) - 52))


@pytest.mark.parametrize(("lowest", "highest"), [(0, 0), (-40, 40), (-545, -530), (-1074, -1000), (-800, -250)])
def test_sums_of_products(lowest: int, highest: int) -> None:
    random, rounded, underflown = Random(lowest), 0, 0
    for _ in range(400):
        size = random.randint(1, 9)
        products: list[Leaf] = [(double(random, lowest, highest), double(random, lowest, highest)) for _ in range(size)]
        error = abs(summed(products, random) - sum(map(exact_value, products)))
        sizes = sum(abs(exact_value(product)) for product in products)
        assert error <= Fraction(gamma(size).value()) * sizes + size * ETA
        rounded += error > 0
        underflown += error > Fraction(gamma(size).value()) * sizes
    assert rounded > 100
    assert (underflown > 0) is (lowest < -500)


def test_a_fused_sum_may_underflow() -> None:
    """eta + (eta / 4) is no multiple of eta: so the error by underflow of a fused operation has to be counted."""
    quarter = ETA / 4
    assert fl(quarter) == 0
    assert fl(ETA + quarter) == ETA
    assert abs(fl(ETA + quarter) - (ETA + quarter)) > Fraction(gamma(1).value()) * (ETA + quarter)


def cholesky(matrix: list[list[Fraction]], random: Random) -> list[list[Fraction]] | None:
    """A factor as assumed: sums in any order, reciprocals or quotients; None if a pivot is not positive."""
    factor: list[list[Fraction]] = []
    for i in range(len(matrix)):
        row: list[Fraction] = []
        for j in range(i + 1):
            other = row if i == j else factor[j]
            leaves: list[Leaf] = [matrix[i][j], *((-row[k], other[k]) for k in range(j))]
            s = summed(leaves, random)
            if i == j:
                if s <= 0:
                    return None
                row.append(Fraction(math.sqrt(s)))
            elif random.random() < 0.5:
                row.append(fl(s / factor[j][j]))
            else:
                row.append(fl(s * fl(1 / factor[j][j])))
        factor.append(row)
    return factor


@pytest.mark.parametrize(("lowest", "highest"), [(0, 0), (-20, 20), (-537, -520), (200, 240)])
def test_entries_of_a_cholesky_factor(lowest: int, highest: int) -> None:
    random, succeeded, rounded = Random(1 + lowest), 0, 0
    for _ in range(300):
        size = random.randint(1, 5)
        half = [[double(random, lowest, highest) for _ in range(size)] for _ in range(size)]
        matrix = [[fl(sum(map(Fraction.__mul__, a, b), Fraction(0))) for b in half] for a in half]
        for i in range(size):
            matrix[i][i] = fl(matrix[i][i] * random.choice([1, 1, 2]))
        factor = cholesky(matrix, random)
        if factor is None:
            continue
        succeeded += 1
        underflow = 2 * (size + 2 + max(matrix[i][i] for i in range(size))) * ETA
        for i in range(size):
            for j in range(i + 1):
                terms = [factor[i][k] * factor[j][k] for k in range(j + 1)]
                error = abs(matrix[i][j] - sum(terms))
                assert error <= Fraction(gamma(size + 1).value()) * sum(map(abs, terms)) + underflow
                rounded += error > 0
    assert succeeded > 100
    assert rounded > 100


def test_inverses_of_diagonal_blocks_break_the_lemma() -> None:
    """Rows solved with a unit triangle of three rows: by its inverse, the error is beyond every bound of the lemma."""
    c = Fraction(2**30)
    triangle = [[Fraction(1), Fraction(0), Fraction(0)], [c, Fraction(1), Fraction(0)], [Fraction(0), c, Fraction(1)]]
    solution = [Fraction(1), Fraction(3), Fraction(5)]
    right = [sum((row[k] * solution[k] for k in range(3)), Fraction(0)) for row in triangle]
    assert right == list(map(fl, right))
    inverse = [[Fraction(1), Fraction(0), Fraction(0)], [-c, Fraction(1), Fraction(0)], [c * c, -c, Fraction(1)]]
    assert inverse == [list(map(fl, row)) for row in inverse], "the inverse itself has no error"
    random, broken = Random(0), 0
    for _ in range(40):
        found = [summed([(row[k], right[k]) for k in range(3)], random) for row in inverse]
        for i, row in enumerate(triangle):
            terms = [row[k] * found[k] for k in range(3)]
            broken += abs(right[i] - sum(terms)) > Fraction(gamma(4).value()) * sum(map(abs, terms)) + 100 * ETA
    assert broken > 0
