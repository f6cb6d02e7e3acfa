"""The second checker's test of the signs of eigenvalues."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import campaign
from verify.independent.critical_points import prove_critical, prove_inertia
from verify.independent.intervals import Interval
from verify.independent.outcomes import Clock, Open, Refuted
from verify.independent.signs import Symmetric, has_negative, inertia, prove_bounded_below

BITS = 100
CLOCK = Clock(float("inf"))


def scaled(matrix: list[list[Fraction | int]]) -> list[list[int]]:
    return [[int(Fraction(entry) * 2**BITS) for entry in row] for row in matrix]


def enclosed(matrix: list[list[Fraction]], radius: Fraction = Fraction(0)) -> list[list[Interval]]:
    return [[Interval.of(entry, BITS, radius) for entry in row] for row in matrix]


@pytest.mark.parametrize(
    ("matrix", "signs"),
    [
        ([[1]], (0, 1)),
        ([[-1]], (1, 0)),
        ([[0, 1], [1, 0]], (1, 1)),
        ([[0, 0, 1], [0, 5, 0], [1, 0, 0]], (1, 2)),
        ([[2, 1], [1, 2]], (0, 2)),
        ([[1, 2], [2, 1]], (1, 1)),
        ([[-1, 3, 0], [3, 0, 1], [0, 1, -2]], (2, 1)),
        ([[0]], None),
        ([[0, 0], [0, 1]], None),
        ([[1, 1], [1, 1]], None),
        ([[1, 2, 3], [2, 4, 6], [3, 6, 9]], None),
    ],
)
def test_inertia(matrix: list[list[int]], signs: tuple[int, int] | None) -> None:
    assert inertia(scaled(matrix), BITS, CLOCK) == signs


@settings(deadline=None)
@given(
    st.lists(st.sampled_from((-3, -1, Fraction(-1, 1000), Fraction(1, 1000), 1, 5)), min_size=1, max_size=7),
    st.data(),
)
def test_inertia_is_kept_by_a_congruence(diagonal: list[Fraction], data: st.DataObject) -> None:
    """T D T^T with a unit triangular T of small integers: Sylvester's law, with exact numbers."""
    size = range(len(diagonal))
    T = [[data.draw(st.integers(-3, 3)) if j < i else int(i == j) for j in size] for i in size]
    A = [[sum(T[i][a] * diagonal[a] * T[j][a] for a in size) for j in size] for i in size]
    negative = sum(entry < 0 for entry in diagonal)
    assert inertia([[int(entry * 1000) << BITS for entry in row] for row in A], BITS, CLOCK) in (
        (negative, len(diagonal) - negative),
        None,
    )
    if len(diagonal) <= 4:
        assert inertia([[int(entry * 1000) << BITS for entry in row] for row in A], BITS, CLOCK) is not None


def test_a_matrix_that_a_published_enclosure_got_wrong() -> None:
    """It has the eigenvalues 1 and about -1e-17 or +1e-17; neither sign may be claimed against the determinant's."""
    a, b, d = (Fraction(x) for x in (0.975295247577486, -0.15522379853056187, 0.02470475242251419))
    found = inertia(scaled([[a, b], [b, d]]), BITS, CLOCK)
    assert found == ((0, 2) if a * d - b * b > 0 else (1, 1))


def test_bounded_below() -> None:
    A = [[Fraction(2), Fraction(1)], [Fraction(1), Fraction(2)]]

    def prove(m: str, radius: str = "0") -> None:
        prove_bounded_below("A", enclosed(A, Fraction(radius)), lambda: enclosed(A), Fraction(m), CLOCK)

    prove("99/100")
    prove("9/10", "4/100")
    with pytest.raises(Refuted):
        prove("101/100")
    for m, radius in (("1", "0"), ("99/100", "1/10")):
        with pytest.raises(Open):
            prove(m, radius)


def test_the_spread_counts() -> None:
    """The identity within 1/2 in each entry holds the singular matrix 1/2 J of size 2."""
    M = Symmetric.enclosing(enclosed([[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]], Fraction(1, 2)))
    assert M.spread == [2**BITS] * 2
    assert inertia(M.bound(-1), BITS, CLOCK) is None
    assert not has_negative(Symmetric([[-1 << BITS]], [2 << BITS], BITS), CLOCK)
    assert has_negative(Symmetric([[-3 << BITS]], [2 << BITS], BITS), CLOCK)


@given(
    st.lists(st.integers(-9, 9), min_size=9, max_size=9), st.lists(st.integers(0, 9), min_size=9, max_size=9), st.data()
)
def test_each_matrix_is_between_its_bounds(entries: list[int], radii: list[int], data: st.DataObject) -> None:
    """In the order of symmetric matrices: the differences have no negative eigenvalue, by their principal minors."""
    size = range(3)
    at = {(a, b): 3 * min(a, b) + max(a, b) for a in size for b in size}
    H = [
        [Interval(entries[at[a, b]] - radii[at[a, b]], entries[at[a, b]] + radii[at[a, b]], 0) for b in size]
        for a in size
    ]
    inside = {x: data.draw(st.integers(-radii[x], radii[x])) for x in set(at.values())}
    M = Symmetric.enclosing(H)
    for sign in (1, -1):
        bound = M.bound(sign)
        D = [[sign * (bound[a][b] - entries[at[a, b]] - inside[at[a, b]]) for b in size] for a in size]
        for chosen in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
            assert determinant([[D[a][b] for b in chosen] for a in chosen]) >= 0


def determinant(A: list[list[int]]) -> int:
    if not A:
        return 1
    first = enumerate(A[0])
    return sum((-1) ** j * x * determinant([row[:j] + row[j + 1 :] for row in A[1:]]) for j, x in first)


def test_rows_of_zeros_and_of_small_numbers_prove_nothing() -> None:
    assert inertia([[0, 0], [0, 0]], BITS, CLOCK) is None
    assert inertia([[1, 0], [0, 1]], BITS, CLOCK) is None, "pivots of one unit in the last place"


def exact_signs(A: list[list[int]]) -> tuple[int, int]:
    """Descartes' rule, which is exact for the characteristic polynomial of a symmetric matrix (Faddeev, LeVerrier)."""
    size = range(len(A))
    coefficients, M = [Fraction(1)], [[Fraction(0)] * len(A) for _ in size]
    for step in size:
        M = [[sum(A[i][k] * M[k][j] for k in size) + coefficients[-1] * (i == j) for j in size] for i in size]
        trace = sum(A[i][k] * M[k][i] for i in size for k in size)
        coefficients.append(Fraction(-trace, step + 1))
    at_minus = [entry * (-1) ** place for place, entry in enumerate(coefficients)]
    return _changes(at_minus), _changes(coefficients)


def _changes(coefficients: list[Fraction]) -> int:
    signs = [entry > 0 for entry in coefficients if entry]
    return sum(a != b for a, b in zip(signs, signs[1:], strict=False))


@st.composite
def symmetric(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(2, 6))
    lower = [[draw(st.integers(-9, 9)) for _ in range(row + 1)] for row in range(size)]
    return [[lower[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]


def signs_are_right_or_not_given(A: list[list[int]], bits: int) -> None:
    found = inertia([[entry << bits for entry in row] for row in A], bits, CLOCK)
    assert found in (None, exact_signs(A))


@settings(deadline=None, max_examples=400)
@given(symmetric(), st.integers(2, 9))
def test_signs_are_right_or_not_given_when_elimination_is_rounded_to_few_bits(A: list[list[int]], bits: int) -> None:
    signs_are_right_or_not_given(A, bits)


@campaign
@settings(deadline=None, max_examples=4_000)
@given(symmetric(), st.integers(2, 9))
def test_signs_of_thousands_of_matrices(A: list[list[int]], bits: int) -> None:
    signs_are_right_or_not_given(A, bits)


def test_the_contraction_counts() -> None:
    """With no gradient the center is critical, but a Hessian that may be singular proves no unique critical point."""
    zero = [Interval(0, 0, BITS)] * 2
    unit = [[1 << BITS, 0], [0, -1 << BITS]]
    prove_critical(Symmetric(unit, [(1 << BITS) - 9] * 2, BITS), zero, Fraction(1), CLOCK)
    for spread in (1 << BITS, 3 << BITS):
        with pytest.raises(Open):
            prove_critical(Symmetric(unit, [spread] * 2, BITS), zero, Fraction(1), CLOCK)


def test_newton_step_and_contraction_add_up() -> None:
    """|Y g| + R r < r is proved, |Y g| > (1 + R) r refuted; here Y = I, r = 1, R = 1/2."""
    M = Symmetric([[1 << BITS]], [1 << (BITS - 1)], BITS)
    for eighths, outcome in ((3, None), (-3, None), (4, Open), (5, Open), (-11, Open), (13, Refuted), (-13, Refuted)):
        gradient = [Interval.of(Fraction(eighths, 8), BITS)]
        if outcome is None:
            prove_critical(M, gradient, Fraction(1), CLOCK)
        else:
            with pytest.raises(outcome):
                prove_critical(M, gradient, Fraction(1), CLOCK)


def test_the_inertia_is_that_of_each_matrix() -> None:
    unit = [[1 << BITS, 0], [0, -1 << BITS]]
    near, far = (Symmetric(unit, [spread] * 2, BITS) for spread in ((1 << BITS) - (1 << 80), 1 << BITS))
    prove_inertia("it", near, (1, 1), CLOCK)
    for claimed in ((1, 1), (2, 0), (0, 2)):
        with pytest.raises(Open):
            prove_inertia("it", far, claimed, CLOCK)
    for claimed in ((2, 0), (0, 2)):
        with pytest.raises(Refuted):
            prove_inertia("it", near, claimed, CLOCK)
