"""The second checker's exact matrices, verified solutions, data files, programs and quadratic networks."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
import sympy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.corpus.make_valid_sdp import DATA
from tests.independent.test_intervals import contains
from verify.checker.core.reader import NotACertificate
from verify.checker.core.sdpa import read_sdpa as first_read_sdpa
from verify.independent.intervals import Interval
from verify.independent.kinds.quadratic_network import Quadratic, QuadraticLoss
from verify.independent.outcomes import Clock, MalformedError, Open, Refuted
from verify.independent.rational import exact_sum, is_semidefinite, prove_nonnegative, prove_semidefinite, solve
from verify.independent.sdpa import read_sdpa

CLOCK = Clock(float("inf"))
SMALL = st.integers(-3, 3)


def symmetric(entries: list[int], n: int) -> list[list[int]]:
    given_ = iter(entries)
    A = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            A[i][j] = A[j][i] = next(given_)
    return A


def has_no_negative_minor(A: list[list[int]]) -> bool:
    """All principal minors are >= 0: by definition, in exact arithmetic."""
    n = len(A)
    subsets = (s for k in range(1, n + 1) for s in combinations(range(n), k))
    return all(sympy.Matrix([[A[i][j] for j in s] for i in s]).det() >= 0 for s in subsets)


@st.composite
def matrices(draw: st.DrawFn) -> list[list[int]]:
    """Indefinite, and singular and semidefinite ones: B^T B with few rows, perhaps with one entry changed."""
    n = draw(st.integers(1, 4))
    if draw(st.booleans()):
        return symmetric([draw(SMALL) for _ in range(n * (n + 1) // 2)], n)
    B = [[draw(SMALL) for _ in range(n)] for _ in range(draw(st.integers(1, n)))]
    A = [[sum(row[i] * row[j] for row in B) for j in range(n)] for i in range(n)]
    A[0][0] += draw(st.sampled_from((0, 0, -1)))
    return A


@settings(max_examples=examples(150), deadline=None)
@given(matrices())
@example([[0, 1], [1, 0]])
@example([[0, 0], [0, 0]])
@example([[0, 1], [1, 5]])
def test_semidefinite_or_not(A: list[list[int]]) -> None:
    expected = has_no_negative_minor(A)
    assert is_semidefinite([row[:] for row in A], CLOCK) is expected
    tiny = [[Fraction(x, 3**80) for x in row] for row in A]
    if expected:
        prove_semidefinite("A", tiny, CLOCK)
    else:
        with pytest.raises(Refuted):
            prove_semidefinite("A", tiny, CLOCK)


@settings(max_examples=examples(50), deadline=None)
@given(matrices(), st.sampled_from((Fraction(0), Fraction(1, 100), Fraction(3))))
def test_a_box_of_matrices_is_never_misjudged(A: list[list[int]], radius: Fraction) -> None:
    expected = has_no_negative_minor(A)
    H = [[Interval.of(x, 100, radius) for x in row] for row in A]
    try:
        prove_nonnegative("A", H, CLOCK)
    except Refuted:
        assert not expected
    except Open:
        pass
    else:
        assert expected


@settings(max_examples=examples(50), deadline=None)
@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_solutions_are_enclosed(n: int, random: Random) -> None:
    A = [[Fraction(random.randint(-9, 9), random.randint(1, 9)) for _ in range(n)] for _ in range(n)]
    A = [[A[i][j] + A[j][i] for j in range(n)] for i in range(n)]
    t = [Fraction(random.randint(-9, 9), 7) for _ in range(n)]
    b = [sum((x * y for x, y in zip(row, t, strict=True)), Fraction(0)) for row in A]
    singular = sympy.Matrix(n, n, lambda i, j: sympy.Rational(A[i][j].numerator, A[i][j].denominator)).det() == 0
    try:
        found = solve(A, b, 300, CLOCK)
    except Open:
        assert singular
        return
    assert not singular
    assert all(contains(x, exact) for x, exact in zip(found, t, strict=True))
    assert all(x.hi - x.lo < 1 << 200 for x in found)


def test_huge_sums_are_open() -> None:
    with pytest.raises(Open, match="bits"):
        exact_sum((Fraction(1, 3**k + 2) for k in range(2_000)), CLOCK)


# Data files

PIECES = [
    "0",
    "1",
    "2",
    "-1",
    "+1",
    "1.",
    ".5",
    ".",
    "+",
    "e5",
    "1e5",
    "1D-3",
    "1e0001",
    "1e1101",
    "1e999999999",
    "nan",
]
PIECES += ["\n", "\r", "\f", "\x1c", "\u2028", "\xa0", " ", ",", "{", ")", '"', "*", "x", "9" * 10, "9" * 801, "\ufeff"]


def both_read(content: bytes, variables: int, blocks: list[int]) -> None:
    """The same numbers, or both refuse."""
    try:
        program = first_read_sdpa(content)
        if program.variables != variables or [-b.order if b.diagonal else b.order for b in program.blocks] != blocks:
            raise NotACertificate("another program")
    except NotACertificate:
        with pytest.raises(MalformedError):
            read_sdpa(content, variables, blocks)
        return
    found = read_sdpa(content, variables, blocks)
    assert found.c == list(program.objective)
    for mine, other in zip(found.F, program.matrices, strict=True):
        listed = {(block, j, i): x for block, entries in other.items() for (i, j), x in entries.items()}
        assert {place: x for place, x in mine.items() if x} == listed


SHAPES = {"two-blocks.dat-s": (2, [2, -2]), "equality.dat-s": (2, [2, -1]), "no-x.dat-s": (2, [2, -3])}


@pytest.mark.parametrize("name", SHAPES)
@given(st.data())
@settings(max_examples=examples(75), deadline=None)
def test_both_checkers_read_data_files_alike(name: str, data: st.DataObject) -> None:
    text = DATA[name]
    both_read(text.encode(), *SHAPES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 2)) :]
    both_read(text.encode(), *SHAPES[name])


@pytest.mark.parametrize(
    "text",
    [
        "2 .\n2\n2 -2\n1 1\n",
        "2 1e99999\n2\n2 -2\n1 1\n",
        "2 " + "9" * 900 + "\n2\n2 -2\n1 1\n",
        "2\n2\n2 -2 1\n1 1\n",
        "2\n2\n2 -2 1.5\n1 1\n",
        "2\n2\n2 -2\n1\n1\n",
        "2\n2\n2 -2\n1 1e00000005\n",
        "\n*\n2\n2\n2 -2\n1 1\n",
        '"\n*\n2\n2\n2 -2\n1 1\n1 1 1 2 1\n1 1 2 1 1\n',
        "2\r\n2\r\n2 -2\r\n1 1\r\n",
        "2\n2\n2 -2\n1\u20281\n",
    ],
)
def test_texts_of_data_files(text: str) -> None:
    both_read(text.encode(), 2, [2, -2])


# Quadratic networks


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(1, 3), st.integers(1, 2), st.integers(1, 2), st.randoms(use_true_random=False))
def test_quadratic_loss(n: int, d: int, k: int, random: Random) -> None:
    """L is a polynomial of degree 4, so its derivatives are combinations of its values at few points."""

    def rows(count: int, width: int) -> list[list[Fraction]]:
        return [[Fraction(random.randint(-8, 8), 4) for _ in range(width)] for _ in range(count)]

    base = rows(d, d)
    base = [[base[a][b] + base[b][a] for b in range(d)] for a in range(d)]
    land, W = Quadratic(rows(n, d), rows(1, n)[0], k, base), rows(k, d)

    def value(*steps: tuple[int, int]) -> Fraction:
        moved = [row[:] for row in W]
        for seat, step in steps:
            moved[seat // d][seat % d] += step
        r = [
            sum(sum(a * b for a, b in zip(w, x, strict=True)) ** 2 for w in moved) - y
            for x, y in zip(land.inputs, land.targets, strict=True)
        ]
        decay = sum(base[a][b] * w[a] * w[b] for w in moved for a in range(d) for b in range(d))
        return sum(x * x for x in r) / Fraction(2 * n) + decay

    loss = QuadraticLoss(land, [[Interval.of(x, 120) for x in row] for row in W], CLOCK)
    assert land.value(W, CLOCK) == value()
    assert contains(loss.value(), value())
    gradient, H = loss.gradient(), loss.hessian()
    for p in range(k * d):
        f = {t: value((p, t)) for t in (-2, -1, 1, 2)}
        assert contains(gradient[p], (f[-2] - 8 * f[-1] + 8 * f[1] - f[2]) / 12)
        assert contains(H[p][p], (-f[-2] + 16 * f[-1] - 30 * value() + 16 * f[1] - f[2]) / 12)
        for q in range(p):
            mixed = {t: [value((p, s * t), (q, u * t)) * s * u for s in (1, -1) for u in (1, -1)] for t in (1, 2)}
            assert contains(H[p][q], (16 * sum(mixed[1]) - sum(mixed[2])) / Fraction(48))
            assert H[q][p] is H[p][q]
