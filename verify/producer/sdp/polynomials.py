"""Exact sums of squares: a Gram matrix from Newton's method, rounded so that the identity holds exactly.

p = z^T G z with monomials z fixes linear equations of G. Newton's method looks for the G that is as definite as they
allow. Where it is singular, p's own zeros usually force that: the kernel is rounded to rational vectors, and
G = V Q V^T is sought with the columns of V orthogonal to them, and Q definite (facial reduction, by guessing).
Q is rounded, and projected back onto the equations in exact arithmetic.
Source: Peyrl & Parrilo 2008.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flint import ctx, fmpq, fmpq_mat
from scipy.optimize import minimize

from verify.checker.evaluators import rational
from verify.checker.public import (
    Block,
    Entries,
    Reason,
    SemidefiniteProgram,
    Verified,
    at_most,
    negative_direction,
)
from verify.checker.statements.polynomial import (
    Exponents,
    GlobalMinimum,
    GramWitness,
    Polynomial,
    SumOfSquares,
)
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.central_path import NoCenter, Vector, follow
from verify.producer.sdp.exact_barrier import ExactBarrier
from verify.producer.sdp.float_barrier import FloatBarrier, is_definite
from verify.producer.sdp.indeterminates import read_polynomial
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.newton_polytope import Terms, newton_basis, unreachable
from verify.producer.sdp.phase_one import phase_one
from verify.producer.sdp.rational import DENOMINATOR, complement, solutions
from verify.producer.sdp.solver import ask
from verify.producer.sdp.witness import to_fraction
from verify.producer.trust import verdict_on

if TYPE_CHECKING:
    import sympy

PRECISION = 256
REDUCTIONS = 4
SINGULAR = 1e-5
"""An eigenvalue of the approximate Gram matrix below this, relatively, is taken for 0."""
ROUNDINGS = (8, 16, 24, 32, 48, 80)
"""Bits of the Gram matrix, tried in this order."""
COARSE, CLOSE, FINE = 1e-10, 1e-6, 1e-16
"""How near a center, relatively, Q is sought in float64; when that does not decide; and then."""
STEPS = 100


@dataclass(frozen=True, slots=True)
class _Reduced:
    """Gram matrices G = V Q V^T whose polynomial is the wanted one: rows . (lower triangle of Q) = wanted."""

    frame: fmpq_mat
    """V, (n, r)."""
    rows: fmpq_mat
    """One per monomial, (equations, r (r + 1) / 2); entries off the diagonal count twice."""
    wanted: list[fmpq]


def sum_of_squares(polynomial: sympy.Expr | sympy.Poly) -> Certificate:
    """A certificate, verified by the checker, that a SymPy polynomial over Q is a sum of squares.

    Its symbols stand for all real numbers: ValueError where one has another assumption (positive=True), and for
    coefficients other than rational numbers.
    Raises NotCertified where no Gram matrix was found: that there is none is proved only where the reason says
    `not a sum of squares`, by a point where p < 0 or a monomial that no squares can give.
    """
    names, terms = read_polynomial(polynomial)
    try:
        basis, gram = exact_gram(terms)
    except NotCertified:
        point = _minimiser(terms, len(names), reach=10.0)
        value = evaluate(terms, point)
        if value >= 0:
            raise
        where = ", ".join(f"{name} = {entry}" for name, entry in zip(names, point, strict=True))
        reason = f"not a sum of squares: the polynomial is at most {at_most(value)}, below 0, at {where}"
        raise NotCertified(reason, {}, Reason.HYPOTHESIS_FALSE) from None
    return _certificate(SumOfSquares(_polynomial(names, terms), "sum-of-squares"), basis, gram)


def global_minimum(polynomial: sympy.Expr | sympy.Poly, gap: float = 1e-8) -> Certificate:
    """A certificate that the infimum of a SymPy polynomial over Q is in [l, u], and a point where p <= u.

    Over all real values of the symbols, with the ValueErrors of `sum_of_squares`.
    l is where p - l is a sum of squares, u - l at most `gap` (1 + |u|). Raises NotCertified.
    """
    names, terms = read_polynomial(polynomial)
    constant = (0,) * len(names)
    basis = newton_basis({**terms, constant: Fraction(1)})
    low = _largest_shift(terms, basis, constant)
    point = _minimiser(terms, len(names))
    high = evaluate(terms, point)
    size = 1 + abs(float(high))
    bounds = [on_grid(min(low, float(high)) - share * gap * size, 60) for share in (0.01, 0.1, 0.5, 0.9)]
    if max(entry.denominator for entry in point) <= DENOMINATOR:
        bounds.insert(0, high)  # it may be the infimum itself
    for bound in bounds:
        try:
            gram = exact_gram({**terms, constant: terms.get(constant, Fraction(0)) - bound}, basis)[1]
        except NotCertified:
            continue
        if high - bound <= gap * size:
            landscape = _polynomial(names, terms)
            return _certificate(GlobalMinimum(landscape, "global-minimum", (bound, high), tuple(point)), basis, gram)
    raise NotCertified(
        "no lower bound by a sum of squares that was tried is within the gap of the smallest value found",
        {"lower_bound": low, "smallest_value": float(high)},
        Reason.NO_CANDIDATE,
    )


def exact_gram(terms: Terms, basis: Sequence[Exponents] | None = None) -> tuple[list[Exponents], list[list[Fraction]]]:
    """Monomials z and the lower triangle of a rational G, semidefinite, with p = z^T G z. Raises NotCertified."""
    basis = newton_basis(terms) if basis is None else list(basis)
    if (odd := unreachable(terms, basis)) is not None:
        raise NotCertified(f"not a sum of squares: {odd}", {}, Reason.HYPOTHESIS_FALSE)
    frame = fmpq_mat([[int(i == j) for j in range(len(basis))] for i in range(len(basis))])
    least = -np.inf
    for _ in range(REDUCTIONS):
        reduced = _reduce(terms, basis, frame)
        near = _most_definite(reduced)
        values, vectors = np.linalg.eigh(near.astype(np.float64))
        least = float(values[0])
        limit = SINGULAR * max(1.0, float(values[-1]))
        if least > 0:
            try:
                gram = _round(reduced, near)
            except NotCertified:
                if least > limit:
                    raise  # else it may be singular, and positive by the rounding of float64 alone
            else:
                if least > limit or _is_semidefinite(gram):
                    return list(basis), gram
        kernel = vectors[:, values <= limit]
        if least < -limit or kernel.shape[1] == len(near):
            break
        frame = frame * complement(kernel)
    raise NotCertified(
        "no Gram matrix was found that is semidefinite", {"largest_least_eigenvalue": least}, Reason.NO_CANDIDATE
    )


def _is_semidefinite(gram: list[list[Fraction]]) -> bool:
    """Whether a lower triangle is proved to be semidefinite, in exact arithmetic."""
    try:
        return negative_direction([[rational(entry) for entry in row] for row in gram]) is None
    except OverflowError:
        return False


def _reduce(terms: Terms, basis: Sequence[Exponents], frame: fmpq_mat) -> _Reduced:
    """The equations for Q: the coefficient of each monomial in (V^T z)^T Q (V^T z)."""
    columns = list(zip(*frame.tolist(), strict=True))
    pairs = [(a, b) for a in range(len(columns)) for b in range(a + 1)]
    place: dict[Exponents, int] = {}
    entries: list[dict[int, fmpq]] = []
    for position, (a, b) in enumerate(pairs):
        for p, left in zip(basis, columns[a], strict=True):
            for q, right in zip(basis, columns[b], strict=True):
                if left and right:
                    index = place.setdefault(tuple(x + y for x, y in zip(p, q, strict=True)), len(place))
                    if index == len(entries):
                        entries.append({})
                    entries[index][position] = entries[index].get(position, fmpq(0)) + (1 + (a != b)) * left * right
    for powers in terms:
        if powers not in place:
            place[powers] = len(entries)
            entries.append({})
    rows = fmpq_mat([[row.get(position, fmpq(0)) for position in range(len(pairs))] for row in entries])
    wanted = [rational(terms.get(powers, Fraction(0))) for powers in place]
    return _Reduced(frame, rows, wanted)


def _most_definite(reduced: _Reduced) -> Vector:
    """The Q on the equations whose least eigenvalue is about as large as can be. Raises NotCertified."""
    size = reduced.frame.ncols()
    pairs = [(a, b) for a in range(size) for b in range(a + 1)]
    solution, kernel = solutions(reduced.rows, reduced.wanted)
    if solution is None:
        raise NotCertified(
            "no rational Gram matrix was found: none has the kernel that was guessed for it", {}, Reason.NO_CANDIDATE
        )

    def entries(vector: Sequence[fmpq], sign: int = 1) -> dict[int, Entries]:
        return {0: {pair: sign * to_fraction(entry) for pair, entry in zip(pairs, vector, strict=True) if entry}}

    matrices = (entries(solution, -1), *map(entries, kernel))
    objective = tuple(Fraction(0) for _ in kernel)
    gram = Instance("Gram matrix", b"", SemidefiniteProgram(objective, (Block(size, diagonal=False),), matrices))
    phase, start = phase_one(gram, None)
    with ctx.workprec(PRECISION):
        center = _center(FloatBarrier(phase), start, COARSE * gram.scale)
        if abs(float(center[-1])) < CLOSE * gram.scale:
            center = _center(ExactBarrier(phase), center, FINE * gram.scale)
        found = ExactBarrier(gram).combination(center[:-1], -1)[0]
    return np.array(found.tolist(), dtype=object)


def _center(barrier: FloatBarrier | ExactBarrier, start: Vector, goal: float) -> Vector:
    """As near to a center as Newton's method comes: it is a guess, so that any point may be returned."""
    try:
        return follow(barrier, start, goal, STEPS)[0]
    except NoCenter as error:
        return error.point


def _round(reduced: _Reduced, near: Vector) -> list[list[Fraction]]:
    """G = V Q V^T with Q near the approximate one, on the equations exactly, and definite. Raises NotCertified."""
    size = len(near)
    pairs = [(a, b) for a in range(size) for b in range(a + 1)]
    normal = reduced.rows * reduced.rows.transpose()
    for bits in ROUNDINGS:
        rounded = fmpq_mat([[rational(on_grid(to_fraction(near[a, b]), bits))] for a, b in pairs])
        defect = fmpq_mat([[entry] for entry in reduced.wanted]) - reduced.rows * rounded
        weights, _ = solutions(normal, defect.entries())
        if weights is None:
            break
        exact = (rounded + reduced.rows.transpose() * fmpq_mat([[weight] for weight in weights])).entries()
        gram = [[fmpq(0)] * size for _ in range(size)]
        for (a, b), entry in zip(pairs, exact, strict=True):
            gram[a][b] = gram[b][a] = entry
        if is_definite(np.array([[float(entry.p) / float(entry.q) for entry in row] for row in gram])):
            whole = (reduced.frame * fmpq_mat(gram) * reduced.frame.transpose()).tolist()
            return [[to_fraction(entry) for entry in row[: i + 1]] for i, row in enumerate(whole)]
    raise NotCertified("rounding the Gram matrix to rational numbers did not succeed", {}, Reason.NO_CANDIDATE)


def _largest_shift(terms: Terms, basis: Sequence[Exponents], constant: Exponents) -> float:
    """About the largest l for which p - l is a sum of squares. Raises NotCertified."""
    import cvxpy as cp

    size = len(basis)
    gram, shift = cp.Variable((size, size), PSD=True), cp.Variable()
    sums: dict[Exponents, list[object]] = {}
    for (a, p), (b, q) in itertools.product(enumerate(basis), repeat=2):
        sums.setdefault(tuple(x + y for x, y in zip(p, q, strict=True)), []).append(gram[a, b])
    if (odd := unreachable(terms, basis)) is not None:
        raise NotCertified(f"no shift of the polynomial is a sum of squares: {odd}", {}, Reason.HYPOTHESIS_FALSE)
    terms = {powers: value for powers, value in terms.items() if value}
    constraints = [
        cp.sum(cp.hstack(entries)) == float(terms.get(powers, 0)) - (shift if powers == constant else 0)
        for powers, entries in sums.items()
    ]
    try:
        ask(cp.Problem(cp.Maximize(shift), constraints), cp.CLARABEL)
    except cp.error.SolverError as error:
        raise NotCertified(f"the solver failed: {error}", {}, Reason.NOT_CONVERGED) from None
    if shift.value is None:
        raise NotCertified(
            "the solver found no shift of the polynomial that is a sum of squares", {}, Reason.NO_CANDIDATE
        )
    return float(shift.value)


def _minimiser(terms: Terms, count: int, reach: float | None = None) -> list[Fraction]:
    """The best of the local minima from a fixed set of starts, or a point of few digits that is as good.

    reach: how large an entry may be, where the polynomial may be unbounded below.
    """
    powers = np.array(list(terms), dtype=float)
    values = np.array([float(value) for value in terms.values()])

    def function(x: Array) -> float:
        return float(values @ np.prod(np.power(x, powers), axis=1))

    random = np.random.default_rng(0)
    starts = [np.zeros(count), *random.normal(scale=2, size=(20, count))]
    how: dict[str, object] = {"method": "BFGS", "options": {"gtol": 1e-10}}
    if reach is not None:
        how = {"method": "L-BFGS-B", "bounds": [(-reach, reach)] * count}
    found = [minimize(function, start, **how) for start in starts]
    best = min((result for result in found if np.isfinite(result.fun)), key=lambda result: float(result.fun))
    near = [on_grid(float(entry), 40) for entry in best.x]
    value = evaluate(terms, near)
    for denominator in (1, 2, 10, DENOMINATOR):
        simple = [entry.limit_denominator(denominator) for entry in near]
        if evaluate(terms, simple) <= value:
            return simple
    return near


def evaluate(terms: Terms, point: Sequence[Fraction]) -> Fraction:
    """p at a point, exactly."""
    total = Fraction(0)
    for powers, coefficient in terms.items():
        for entry, power in zip(point, powers, strict=True):
            coefficient *= entry**power
        total += coefficient
    return total


def _polynomial(names: Sequence[str], terms: Terms) -> Polynomial:
    return Polynomial(tuple(names), tuple(terms.items()))


def _certificate(statement: SumOfSquares, basis: Sequence[Exponents], gram: list[list[Fraction]]) -> Certificate:
    """The certificate, if the checker verifies it. Raises NotCertified."""
    witness = GramWitness(PRECISION, tuple(basis), tuple(map(tuple, gram)))
    certificate = Certificate.of("polynomial", statement, witness, {"program": "verify.producer.sdp"})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        raise NotCertified(
            f"the checker does not verify the certificate tried: {getattr(verdict, 'reason', '')}",
            {},
            getattr(verdict, "code", Reason.NOT_PROVED),
        )
    return certificate
