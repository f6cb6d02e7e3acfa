"""Traces, combinations and corrections of block-diagonal matrices, against whole matrices in rational numbers."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.checker.core.outcome import Open
from verify.checker.core.sdpa import Block, SemidefiniteProgram
from verify.checker.losses import semidefinite_program as matrices
from verify.checker.theorems.sdp_frame import reduced
from verify.checker.theorems.semidefinite_program import corrected_dual, corrected_point, solve_constraints

BLOCKS = (Block(3, diagonal=False), Block(2, diagonal=True), Block(1, diagonal=False))
PLACES = [(0, (i, j)) for i in range(3) for j in range(i + 1)] + [(1, (0, 0)), (1, (1, 1)), (2, (0, 0))]
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=3)
sparse = st.dictionaries(st.sampled_from(PLACES), numbers.filter(bool))
whole = st.tuples(*[numbers] * len(PLACES))
Place = tuple[int, tuple[int, int]]


def program(objective: tuple[Fraction, ...], entries: list[dict[Place, Fraction]]) -> SemidefiniteProgram:
    """F_0, F_1, ... by their entries."""
    found = tuple(
        {
            number: {place: value for (block, place), value in matrix.items() if block == number}
            for number in {block for block, _ in matrix}
        }
        for matrix in entries
    )
    return SemidefiniteProgram(objective, BLOCKS, found)


def triangles(values: tuple[Fraction, ...]) -> tuple[tuple[tuple[Fraction, ...], ...], ...]:
    """A block-diagonal matrix as a witness writes it."""
    a, b, c, d, e, f, g, h, i = values
    return ((a,), (b, c), (d, e, f)), ((g, h),), ((i,),)


def dense(entries: dict[Place, Any]) -> np.ndarray[Any, Any]:
    """The whole symmetric matrix of order 6, of exact numbers."""
    result = np.full((6, 6), fmpq(0))
    for (block, (i, j)), value in entries.items():
        start = (0, 3, 5)[block]
        exact = matrices.rational(value) if isinstance(value, Fraction) else value
        result[start + i, start + j] = result[start + j, start + i] = exact
    return result


def of_blocks(blocks: matrices.Blocks) -> dict[Place, Any]:
    return {(b, (i, j)): blocks[b][0 if BLOCKS[b].diagonal else i][j] for b, (i, j) in PLACES}


def inner(left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> fmpq:
    return sum((left * right).ravel(), fmpq(0))


@settings(max_examples=examples(15))
@given(sparse, sparse, sparse, whole, numbers, numbers)
def test_traces_combinations_and_products(
    F0: dict[Place, Fraction], F1: dict[Place, Fraction], F2: dict[Place, Fraction], Y: Any, x: Fraction, y: Fraction
) -> None:
    sdp = program((x, y), [F0, F1, F2])
    blocks = matrices.given(triangles(Y))
    whole_Y = dense(dict(zip(PLACES, Y, strict=True)))
    assert (dense(of_blocks(blocks)) == whole_Y).all()
    for index, entries in enumerate((F0, F1, F2)):
        assert matrices.trace(sdp, index, blocks) == inner(dense(entries), whole_Y)
    weights = [fmpq(2), matrices.rational(x), matrices.rational(y)]
    combined = matrices.combination(sdp, blocks, weights, first=0)
    by_hand = weights[1] * dense(F1) + weights[2] * dense(F2)
    assert (dense(of_blocks(combined)) == whole_Y + 2 * dense(F0) + by_hand).all()
    assert (dense(of_blocks(matrices.combination(sdp, matrices.zero(sdp), weights[1:]))) == by_hand).all()
    products = [[inner(dense(left), dense(right)) for right in (F1, F2)] for left in (F1, F2)]
    assert matrices.Traces(sdp).gram() == products


def task(sdp: SemidefiniteProgram, zeros: frozenset[int] = frozenset()) -> Any:
    stated = SimpleNamespace(landscape=SimpleNamespace(equalities=zeros))
    done = {"record": lambda *words: None}
    return SimpleNamespace(program=sdp, statement=stated, **done)


def is_about(found: Any, exact: Fraction) -> bool:
    """It is the number, or a narrow ball that contains it."""
    enclosure = arb(found)
    return bool(enclosure.contains(matrices.rational(exact))) and float(enclosure.rad()) < 1e-9


@settings(max_examples=examples(15))
@given(sparse, sparse, whole, numbers, numbers)
def test_a_corrected_dual_matrix_solves_its_equations(
    F1: dict[Place, Fraction], F2: dict[Place, Fraction], Y: Any, x: Fraction, y: Fraction
) -> None:
    """<F_i, Y'> = c_i, with entries off the diagonal; and where Y solves them, Y' is Y."""
    sdp = program((x, y), [{}, F1, F2])
    (a, b), (_, d) = matrices.Traces(sdp).gram()
    assume(a * d - b * b != 0)
    objective = [matrices.rational(x), matrices.rational(y)]
    corrected = corrected_dual(task(sdp), "rule", triangles(Y), objective, sdp)
    for index, wanted in enumerate((x, y), start=1):
        assert is_about(matrices.trace(sdp, index, corrected), wanted)
    blocks = matrices.given(triangles(Y))
    solved = [matrices.trace(sdp, index, blocks) for index in (1, 2)]
    assert corrected_dual(task(sdp), "rule", triangles(Y), solved, sdp) == blocks


@settings(max_examples=examples(15))
@given(sparse, sparse, sparse, numbers, numbers, st.sampled_from([-1, 0]))
def test_a_corrected_point_makes_the_zero_blocks_zero(
    F0: dict[Place, Fraction],
    F1: dict[Place, Fraction],
    F2: dict[Place, Fraction],
    x: Fraction,
    y: Fraction,
    constant: int,
) -> None:
    """In the diagonal block of order 2, sum x_i F_i + constant F_0 = 0."""
    sdp = program((x, y), [F0, F1, F2])
    columns = [[entries.get((1, (i, i)), Fraction(0)) for i in range(2)] for entries in (F1, F2)]
    assume(columns[0][0] * columns[1][1] != columns[0][1] * columns[1][0])
    point, result = corrected_point(task(sdp, frozenset({1})), "rule", (x, y), constant)
    for i in range(2):
        assert is_about(result[1][0][i], Fraction(0))
        left = sum(
            (entry * matrices.rational(column[i]) for entry, column in zip(point, columns, strict=True)), fmpq(0)
        )
        assert is_about(left, -constant * F0.get((1, (i, i)), Fraction(0)))
    again = matrices.combination(sdp, matrices.zero(sdp), [fmpq(constant), *point], first=0)
    for (place, found), expected in zip(of_blocks(result).items(), of_blocks(again).values(), strict=True):
        assert arb(found).overlaps(arb(expected)), place


@settings(max_examples=40)
@given(sparse, st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), min_size=6, max_size=6), whole)
def test_a_frame_takes_traces_over(F: dict[Place, Fraction], numbers_of_v: list[list[int]], z: Any) -> None:
    """<F, V Z V^T> = <V^T F V, Z>, for V with as many columns as it has rows, or fewer."""
    sdp = program((Fraction(0),), [{}, F])
    order = sdp.blocks[0].order
    for columns in (1, 2):
        V = [[Fraction(entry) for entry in row[:columns]] for row in numbers_of_v[:order]]
        frame = (tuple(map(tuple, V)), *((),) * (len(sdp.blocks) - 1))
        small = reduced(sdp, frame)
        Z = [[Fraction(1 + a + b, 3) for b in range(columns)] for a in range(columns)]
        Y = [
            [sum(V[i][a] * Z[a][b] * V[j][b] for a in range(columns) for b in range(columns)) for j in range(order)]
            for i in range(order)
        ]
        rest = matrices.zero(sdp)[1:]
        whole_y = [[[matrices.rational(Y[i][j]) for j in range(i + 1)] for i in range(order)], *rest]
        whole_z = [[[matrices.rational(Z[a][b]) for b in range(a + 1)] for a in range(columns)], *rest]
        left = matrices.trace(sdp, 1, whole_y)
        assert left == matrices.trace(small, 1, whole_z)


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(sparse, min_size=4, max_size=4), whole)
def test_traces_and_products_are_the_same_at_once_and_place_by_place(
    entries: list[dict[Place, Fraction]], Y: Any
) -> None:
    """And those of the definition: entries off the diagonal count twice."""
    given_program = program((Fraction(0),) * 3, entries)
    blocks = matrices.given(triangles(Y))
    traces = [matrices.trace(given_program, index, blocks) for index in (1, 2, 3)]

    def inner(left: dict[Place, Fraction], right: dict[Place, Fraction]) -> Fraction:
        pairs = ((at, value * right.get(at, Fraction(0))) for at, value in left.items())
        return sum((value if at[1][0] == at[1][1] else 2 * value for at, value in pairs), Fraction(0))

    expected = [[inner(left, right) for right in entries[1:]] for left in entries[1:]]
    with pytest.MonkeyPatch.context() as patch:
        for most in (matrices.DENSE, -1):
            patch.setattr(matrices, "DENSE", most)
            found = matrices.Traces(given_program).gram()
            assert matrices.Traces(given_program).of(blocks) == traces
            assert [[Fraction(int(e.p), int(e.q)) for e in row] for row in found] == expected


@given(st.lists(st.lists(st.integers(-5, 5), min_size=4, max_size=4), min_size=3, max_size=3), st.integers(1, 10**6))
def test_the_enclosed_solution_contains_the_exact_one(rows: list[list[int]], scale: int) -> None:
    E = fmpq_mat(rows)
    normal = E * E.transpose()
    defect = [fmpq(k + 1, scale) for k in range(3)]
    if normal.det() == 0:
        with pytest.raises(Open, match="not proved independent"):
            solve_constraints(normal.tolist, defect)
        assert solve_constraints(normal.tolist, [fmpq(0)] * 3) == [fmpq(0)] * 3
        return
    exact = normal.solve(fmpq_mat([[entry] for entry in defect])).entries()
    found = solve_constraints(normal.tolist, defect)
    assert all(enclosure.contains(entry) for enclosure, entry in zip(found, exact, strict=True))
