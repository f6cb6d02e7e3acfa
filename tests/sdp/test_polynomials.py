"""Exact sums of squares and global minima."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.checker import Verified, check
from verify.producer.prover import NotCertified
from verify.producer.sdp import global_minimum, positive_semidefinite, sum_of_squares
from verify.producer.sdp.gram import exact_gram
from verify.producer.sdp.indeterminates import read_polynomial
from verify.producer.sdp.newton_polytope import needed, newton_basis
from verify.producer.sdp.rational import integer_relations, simplest

x, y, z = sympy.symbols("x y z")
MOTZKIN = x**4 * y**2 + x**2 * y**4 + z**6 - 3 * x**2 * y**2 * z**2


def test_motzkins_polynomial_is_proved_to_be_no_sum_of_squares() -> None:
    """It is nonnegative; of its squares' monomials only that of xyz gives x^2 y^2 z^2."""
    said = reason(MOTZKIN)
    assert said.startswith("not a sum of squares: the coefficient -3 of the monomial with the exponents [2, 2, 2]")
    assert "but [1, 1, 1] with itself" in said


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
    with pytest.raises(NotCertified, match="no shift of the polynomial is a sum of squares: the coefficient -3"):
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
        sum_of_squares(polynomial if isinstance(polynomial, sympy.Poly) else sympy.expand(polynomial))
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


# Faces: p has zeros, so that every Gram matrix is singular


FACES = {
    "irrational zeros": (x**2 - 2) ** 2,
    "a zero of degree 3, where the real Gram matrices have more rank than the rational": (x**3 - 2) ** 2,
    "zeros of degree 4": (x**4 - x - 1) ** 2 * (x**2 + 1),
    "a curve of zeros": (y**2 - x**3 + x) ** 2,
    "a rational zero and irrational ones": (2 * x**2 - x * y - 3) ** 2 + (y**2 - 4 * x * y + 3) ** 2,
    "a zero far away": (x - 1000) ** 2 * (x**2 + 1),
    "zeros of very different sizes": (x - 1000) ** 2 + (y - sympy.Rational(1, 1000)) ** 4,
    "a zero of large denominators": (sympy.Rational(17, 113) * x - sympy.Rational(22, 7) * y) ** 2 + (x * y - x) ** 4,
    "badly scaled": (10**6 * x - 1) ** 2 + (sympy.Rational(1, 10**6) * y**2 - 3) ** 2,
    "badly scaled, at one zero": 10**12 * (x * y - y) ** 2 + sympy.Rational(1, 10**12) * (x - 1) ** 4,
    "nearly on the face": (x - 1) ** 2 * (x + 2) ** 2 + sympy.Rational(1, 10**15),
    "nearly on a face of irrational zeros": (x**2 - 2) ** 2 + sympy.Rational(1, 10**20),
    "Robinson's and more": sympy.expand((x**2 - 1) ** 2 * x**2 + (y**2 - 1) ** 2 * y**2),
    "degree 8": (x**4 - y**4 + 1) ** 2 + (x * y - 1) ** 2 * x**2,
    "the means of three": x**6 + y**6 + z**6 - 3 * x**2 * y**2 * z**2,
}


@pytest.mark.parametrize("name", FACES)
def test_squares_on_a_face_are_certified(name: str) -> None:
    assert sum_of_squares(sympy.expand(FACES[name])).read().statement.property == "sum-of-squares"


@pytest.mark.parametrize("seed", range(examples(12)))
def test_random_squares_that_vanish_at_a_rational_point_are_certified(seed: int) -> None:
    random = Random(seed)
    symbols = [x, y, z][: random.choice([1, 2, 3])]
    degree = random.choice([1, 2, 3]) if len(symbols) < 3 else random.choice([1, 2])
    zero = {symbol: sympy.Rational(random.randint(-3, 3), random.choice([1, 2, 3])) for symbol in symbols}
    total = sympy.Integer(0)
    for _ in range(random.randint(1, 3)):
        monomials = [sympy.prod(random.choices([1, *symbols], k=degree)) for _ in range(4)]
        square = sum(random.randint(-3, 3) * monomial for monomial in monomials)
        total += random.choice([1, 2, sympy.Rational(1, 3)]) * (square - sympy.sympify(square).subs(zero)) ** 2
    polynomial = sympy.Poly(sympy.expand(total), *symbols)
    assert sum_of_squares(polynomial).read().statement.property == "sum-of-squares"
    below = polynomial - sympy.Rational(1, 10 ** random.randint(1, 25))
    assert reason(below).startswith("not a sum of squares: the polynomial is at most -")


@pytest.mark.parametrize("polynomial", [sympy.Poly(0, x), sympy.Poly(0, x, y), sympy.Poly(5, x), sympy.Poly(x**2, x)])
def test_constants_and_single_squares(polynomial: sympy.Poly) -> None:
    assert sum_of_squares(polynomial).read().statement.property == "sum-of-squares"
    low, high = global_minimum(polynomial).read().statement.value
    assert low == high == polynomial.subs({x: 0, y: 0})


def test_a_negative_constant_is_refuted() -> None:
    assert reason(sympy.Poly(-5, x)) == "not a sum of squares: the polynomial is at most -5, below 0, at x = 0"


@pytest.mark.parametrize(
    "polynomial",
    [
        (x - 1000) ** 2 - 1,
        (x - 12345) ** 2 + (y + 777) ** 2 - sympy.Rational(1, 100),
        (x - 7) ** 2 * (x - sympy.Rational(71, 10)) ** 2 - sympy.Rational(1, 10**8),
        (x**2 - 2) ** 2 - sympy.Rational(1, 10**24),
        (x**2 - 2) ** 2 + (x * y - 1) ** 2 - sympy.Rational(1, 10**20),
        x**4 - 10**6 * x**2 * y**2 + y**4,
        x**2 * y + y**2 + 5,
        x**4 + y**4 - sympy.Rational(201, 100) * x**2 * y**2,
    ],
)
def test_far_or_narrow_negative_values_are_found(polynomial: sympy.Expr) -> None:
    said = reason(sympy.expand(polynomial))
    where = {sympy.Symbol(name): sympy.Rational(value) for name, value in re.findall(r"(\w) = (-?[\d/]+)", said)}
    assert polynomial.subs(where) < 0


ROBINSON = x**6 + y**6 + z**6 - (
    x**4 * y**2 + x**2 * y**4 + x**4 * z**2 + x**2 * z**4 + y**4 * z**2 + y**2 * z**4
) + 3 * x**2 * y**2 * z**2  # fmt: skip


@pytest.mark.parametrize(
    "polynomial",
    [
        ROBINSON,
        MOTZKIN.subs(z, 1) + sympy.Rational(1, 1000) * (x**6 + y**6),
        x**4 * y**2 + y**4 * z**2 + z**4 * x**2 - 3 * x**2 * y**2 * z**2,
    ],
)
def test_nonnegative_polynomials_that_are_no_sums_of_squares(polynomial: sympy.Expr) -> None:
    """Robinson's; one near Motzkin's; Choi and Lam's."""
    assert re.match("not a sum of squares: (a linear functional|the coefficient)", reason(polynomial))


def test_a_functional_that_refutes_is_checked_exactly() -> None:
    """Its moment matrix is semidefinite and it is negative on p: so of a sum of squares none is found."""
    _, terms = read_polynomial(ROBINSON)
    basis, wrong = needed(terms, newton_basis(terms))
    assert wrong is None
    found = exact_gram(terms, basis)
    assert found.refuted and found.gram is None
    _, terms = read_polynomial(sympy.expand(ROBINSON + 2 * (x**3 - y**3) ** 2 + 8 * (x**6 + y**6 + z**6)))
    found = exact_gram(terms, newton_basis(terms))
    assert not found.refuted and found.gram is not None


@pytest.mark.parametrize("polynomial", [x, x**3, x**2 - y**2, x**2 * y + x, x**4 * y**2 - x**2 - y, x**2 * y**2 - x])
def test_a_polynomial_that_falls_for_ever_has_no_minimum(polynomial: sympy.Expr) -> None:
    """And the way given is one."""
    with pytest.raises(NotCertified, match="unbounded below: it falls for ever at ") as caught:
        global_minimum(polynomial)
    t = sympy.Symbol("t")
    ways = dict(each.split(" = ") for each in re.findall(r"(\w = [^,]*?)(?:,| as)", caught.value.reason))
    way = {
        sympy.Symbol(name): sympy.sympify(value.replace(" t", "*t").replace("^", "**")) for name, value in ways.items()
    }
    assert sympy.limit(polynomial.subs(way), t, sympy.oo) == -sympy.oo


@pytest.mark.parametrize(
    ("polynomial", "minimum"),
    [
        ((x - 1000) ** 2 + (y - x) ** 2 + 5, 5),
        (10**8 * x**4 - 3 * 10**5 * x**2 + y**2 - y, sympy.Rational(-901, 4)),
        (sympy.Rational(1, 10**8) * (x - 3) ** 4 + sympy.Rational(1, 10**8), sympy.Rational(1, 10**8)),
        ((x**4 - 2 * x - 1) ** 2 + y**2 * (x - y) ** 2, 0),
        ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2, 0),
        (sum((q**2 - q - 1) ** 2 for q in (x, y)) + 3, 3),
    ],
)
def test_minima_far_away_and_badly_scaled(polynomial: sympy.Expr, minimum: sympy.Rational) -> None:
    low, high = global_minimum(sympy.expand(polynomial)).read().statement.value
    assert low <= Fraction(minimum.p if hasattr(minimum, "p") else minimum, getattr(minimum, "q", 1)) <= high
    assert high - low <= Fraction(101, 10**10) * (1 + abs(high))


def test_what_is_beyond_the_limits_is_said() -> None:
    assert reason(x**200 + 1) == "the polynomial has 200 as its degree; at most 128 are checked"
    many = sympy.symbols("a0:14")
    assert "at most 100 are tried" in reason(sympy.expand(sum(s**4 for s in many) + sum(many) ** 2 + 1))
    assert "more than the 2000 monomials" in reason(sum(s**8 for s in many) + 1)
    assert sum_of_squares(sympy.expand(sum((a - b) ** 2 for a, b in pairwise(many)))).read()


# Relations between numbers


def test_integer_relations_of_a_root() -> None:
    root = Fraction(int(sympy.floor(sympy.root(2, 3) * 10**60)), 10**60)
    kernel = [[Fraction(1)], [root], [root**2], [root**3]]
    found = integer_relations(kernel, 1, 40, [0, 0, 0, 0])
    assert found is not None
    assert [abs(int(entry)) for entry in found[1].entries()] == [2, 0, 0, 1]


@given(st.fractions(max_denominator=50), st.fractions(Fraction(1, 10**6), 1))
def test_the_simplest_number_of_an_interval(middle: Fraction, width: Fraction) -> None:
    low, high = middle - width, middle + width
    found = simplest(low, high)
    assert low <= found <= high
    assert all(-(-low.numerator * q // low.denominator) > high * q for q in range(1, found.denominator))
