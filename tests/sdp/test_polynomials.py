"""Exact sums of squares and global minima."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.checker import Verified, check
from verify.producer.prover import NotCertified
from verify.producer.sdp import global_minimum, positive_semidefinite, sum_of_squares
from verify.producer.sdp.newton_polytope import newton_basis
from verify.producer.sdp.polynomials import read_polynomial

x, y, z = sympy.symbols("x y z")
MOTZKIN = x**4 * y**2 + x**2 * y**4 + z**6 - 3 * x**2 * y**2 * z**2


def test_motzkins_polynomial_is_undecided() -> None:
    with pytest.raises(NotCertified, match="no Gram matrix was found that is semidefinite"):
        sum_of_squares(MOTZKIN)


def test_its_multiple_is_a_sum_of_squares(tmp_path: Path) -> None:
    """Its Gram matrix is singular: the polynomial has zeros."""
    product = sympy.expand(MOTZKIN * (x**2 + y**2 + z**2))
    certificate = sum_of_squares(product)
    certificate.save(tmp_path / "motzkin.json")
    verdict = check(tmp_path / "motzkin.json")
    assert isinstance(verdict, Verified)
    stated = verdict.statement.landscape
    terms = sum(
        c.numerator * sympy.prod(s**e for s, e in zip(sympy.symbols(stated.indeterminates), powers, strict=True))
        for powers, c in stated.terms
    )
    assert sympy.expand(terms - product) == 0


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(st.lists(st.integers(-3, 3), min_size=6, max_size=6), min_size=1, max_size=3))
def test_sums_of_squares_are_found(factors: list[list[int]]) -> None:
    monomials = (1, x, y, x * y, x**2, y**2)
    parts = [sum(c * m for c, m in zip(factor, monomials, strict=True)) for factor in factors]
    polynomial = sympy.Poly(sympy.expand(sum(part**2 for part in parts) + 1 + x**4 + y**4), x, y)
    certificate = sum_of_squares(polynomial)
    assert certificate.read().statement.property == "sum-of-squares"


@pytest.mark.parametrize("polynomial", [x**3 + 1, x, -(x**2), x**2 - 2 * y**2, x**2 * y**2 - 1, x**4 - x**2])
def test_what_is_negative_somewhere_is_not_certified(polynomial: sympy.Expr) -> None:
    with pytest.raises(NotCertified):
        sum_of_squares(polynomial)


def test_squares_with_zeros_are_certified() -> None:
    for square in ((x - y) ** 2, (3 * x - sympy.Rational(7, 5) * y) ** 2, (x**2 - 2 * y) ** 2 + (x - 1) ** 2):
        assert sum_of_squares(sympy.expand(square)).read().statement.property == "sum-of-squares"


@pytest.mark.parametrize(
    ("polynomial", "minimum"),
    [
        (x**2 + 1, 1),
        (x**4 - 2 * x**2, -1),
        ((x - 1) ** 2 * (x + 2) ** 2 + y**2, 0),
        (x**4 + y**4 - 4 * x * y, -2),
    ],
)
def test_a_global_minimum_is_enclosed(polynomial: sympy.Expr, minimum: int) -> None:
    statement = global_minimum(sympy.expand(polynomial)).read().statement
    low, high = statement.value
    assert low <= minimum <= high
    assert high - low <= Fraction(1, 10**7)


def test_a_minimum_without_a_sum_of_squares_is_not_certified() -> None:
    with pytest.raises(NotCertified, match="the solver found no shift of the polynomial that is a sum of squares"):
        global_minimum(MOTZKIN.subs(z, 1))


a = sympy.Symbol("a")
NOT_OVER_Q = {
    "a function": sympy.sin(x),
    "an irrational coefficient": sympy.sqrt(2) * x**2,
    "a negative exponent": 1 / x,
    "an absolute value": sympy.Abs(x) ** 2,
    "a conjugate": x * sympy.conjugate(x),
    "an unevaluated derivative": sympy.Derivative(x**3, x),
    "a parameter": sympy.Poly(a * x**2 + 1, x),
    "a complex coefficient": sympy.I * x**2 + 1,
    "Gaussian integers": sympy.Poly(x**2 + 1, x, domain=sympy.ZZ_I),
    "algebraic numbers": sympy.Poly(x**2 + 1, x, domain=sympy.QQ.algebraic_field(sympy.sqrt(2))),
    "numbers modulo 5": sympy.Poly(x**2 + 4, x, modulus=5),
    "no symbol": sympy.Integer(5),
    "a symbol that does not commute": sympy.Symbol("n", commutative=False) ** 2,
    "infinity": sympy.oo * x**2,
}


@pytest.mark.parametrize("name", NOT_OVER_Q)
@pytest.mark.parametrize("ask", [sum_of_squares, global_minimum])
def test_what_is_no_polynomial_over_the_rationals_is_refused(name: str, ask: object) -> None:
    with pytest.raises(ValueError, match="is not a polynomial with rational coefficients"):
        ask(NOT_OVER_Q[name])  # type: ignore[operator]


@pytest.mark.parametrize("wrong", [0.5 * x**2, x**2.0, sympy.Poly(x**2 + 1, x, domain="RR"), x**2 + sympy.Float(1)])
def test_floats_are_refused(wrong: sympy.Expr) -> None:
    with pytest.raises(ValueError, match="has floats as coefficients"):
        read_polynomial(wrong)


@pytest.mark.parametrize("wrong", ["x**2", 3, sympy.Eq(x, 1), x > 0, sympy.Matrix([x]), None])
def test_what_is_no_expression_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="is not a polynomial of SymPy"):
        read_polynomial(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "assumption", ["positive", "negative", "nonnegative", "nonpositive", "nonzero", "integer", "rational", "even",
                   "odd", "prime", "imaginary", "irrational", "algebraic", "transcendental", "infinite"]
)  # fmt: skip
def test_a_symbol_that_does_not_stand_for_every_real_number_is_refused(assumption: str) -> None:
    """For a positive s, s^3 + 1 has the infimum 1; a certificate would speak of all real s, where it has none."""
    s = sympy.Symbol("s", **{assumption: True})
    with pytest.raises(ValueError, match=rf"assumes the symbol s to be .*\b{assumption}\b"):
        sum_of_squares(s**2 + 1)


@pytest.mark.parametrize("assumption", ["commutative", "real", "extended_real", "finite", "complex", "hermitian"])
def test_a_symbol_of_which_no_more_than_that_it_is_real_is_assumed_is_taken(assumption: str) -> None:
    s = sympy.Symbol("s", **{assumption: True})
    assert read_polynomial(s**2 + 1) == (["s"], {(2,): 1, (0,): 1})


def test_symbols_of_one_name_are_refused() -> None:
    other = sympy.Symbol("x", real=True)
    with pytest.raises(ValueError, match="two of the indeterminates x, x have the same name"):
        read_polynomial(x**2 + other**2)
    with pytest.raises(ValueError, match=r"the symbol x_\{1\} must be called"):
        read_polynomial(sympy.Symbol("x_{1}") ** 2)


def test_the_generators_of_a_poly_give_the_indeterminates_in_their_order() -> None:
    poly = sympy.Poly(x**2 + 3 * y, z, y, x)
    assert read_polynomial(poly) == (["z", "y", "x"], {(0, 0, 2): 1, (0, 1, 0): 3})


def test_the_newton_polytope_leaves_out_what_cannot_occur() -> None:
    _, terms = read_polynomial(sympy.expand(MOTZKIN.subs(z, 1)))
    assert set(newton_basis(terms)) == {(0, 0), (1, 1), (2, 1), (1, 2)}


def test_matrices() -> None:
    assert positive_semidefinite([[1, 1], [1, 1]]).read().statement.property == "positive-semidefinite"
    with pytest.raises(NotCertified, match="A has a negative eigenvalue"):
        positive_semidefinite([[1, 1], [1, 1 - Fraction(1, 10**30)]])
    with pytest.raises(ValueError, match="not square and symmetric"):
        positive_semidefinite([[1, 2], [1, 1]])


# What a reason says is proved, or says what was tried


def reason(polynomial: sympy.Expr) -> str:
    with pytest.raises(NotCertified) as caught:
        sum_of_squares(sympy.expand(polynomial))
    return caught.value.reason


def test_a_monomial_that_no_squares_give_is_named() -> None:
    """Choi and Lam's: nonnegative, and its Newton polytope has even vertices only."""
    said = reason(1 + x**2 * y**2 + y**2 * z**2 + z**2 * x**2 - 4 * x * y * z)
    assert said == (
        "not a sum of squares: the monomial with the exponents [1, 1, 1] is no product of two monomials whose doubles "
        "lie in the Newton polytope"
    )


@pytest.mark.parametrize(
    ("polynomial", "words"),
    [
        (x**2 - 5 * x + 6, "at most -0.25, below 0, at x = 5/2"),
        (x**4 + x**2 * y - y**2, "below 0"),
        (-(x**2), "below 0"),
        (x**3 + 1, "below 0"),
    ],
)
def test_what_is_negative_somewhere_is_refuted_by_a_point(polynomial: sympy.Expr, words: str) -> None:
    said = reason(polynomial)
    assert said.startswith("not a sum of squares: the polynomial is at most -")
    assert words in said
    where = {sympy.Symbol(name): sympy.Rational(value) for name, value in re.findall(r"(\w) = (-?[\d/]+)", said)}
    assert polynomial.subs(where) < 0


def test_a_sum_of_squares_over_the_reals_alone_is_not_denied_to_be_one() -> None:
    """Scheiderer's, with z for his x_0, has a Gram matrix over Q(2^(1/3)) and none over Q."""
    polynomial = x**4 + x * y**3 + y**4 - 3 * x**2 * y * z - 4 * x * y**2 * z
    polynomial += 2 * x**2 * z**2 + x * z**3 + y * z**3 + z**4
    said = reason(polynomial)
    assert "not a sum of squares" not in said
    assert "found" in said


@pytest.mark.parametrize("square", [x**4 - 4 * x + 3, (x + 2) ** 2 * (x**2 + 3), (x - 1) ** 4 + (x * y - y) ** 2])
def test_multiple_zeros_are_no_obstacle(square: sympy.Expr) -> None:
    assert sum_of_squares(sympy.expand(square)).read().statement.property == "sum-of-squares"


def test_an_infimum_at_a_simple_point_is_exact() -> None:
    statement = global_minimum(sympy.expand((3 - x) ** 2 + 40 * (y - x**2) ** 2)).read().statement
    assert statement.value == (0, 0)
    assert statement.point == (3, 9)


@settings(max_examples=examples(15), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5, unique=True))
def test_no_monomial_is_left_out_of_the_newton_basis(corners: list[tuple[int, int]]) -> None:
    """All means of two doubled corners have their halves in it; whatever is in it is near the polytope."""
    doubled = [(2 * a, 2 * b) for a, b in corners]
    basis = set(newton_basis({corner: Fraction(1) for corner in doubled}))
    for first in corners:
        for second in corners:
            middle = [Fraction(a + b, 2) for a, b in zip(first, second, strict=True)]
            if all(entry.denominator == 1 for entry in middle):
                assert tuple(map(int, middle)) in basis
    for a, b in basis:
        assert min(p for p, _ in corners) <= a <= max(p for p, _ in corners)
        assert min(q for _, q in corners) <= b <= max(q for _, q in corners)
