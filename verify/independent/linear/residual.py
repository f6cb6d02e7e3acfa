"""Residual linear networks, f(A) = E |(I + A_l) ... (I + A_1) x - R x - xi|^2, with S = E x x^T and C = inf f."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, not_negative, triangle, truth
from ..intervals import Interval, pi
from ..outcomes import Clock, Open, Refuted, decide
from ..rational import Rationals, prove_semidefinite, symmetric
from ..words import at_least, brief
from .targets import MAX_LINEAR_LAYERS, multiplied, square, transpose

ALL = ("gradient-inequality", "critical-points-are-global", "optima-near-identity")
ONE = ("optimum-near-identity", "no-optimum-near-identity", "gradient-inequality-fails")
MAX_LAYERS, MAX_POWER, MAX_ENTRIES = 64, 8, 1024


def identity(order: int) -> Rationals:
    """I."""
    return [[Fraction(int(i == j)) for j in range(order)] for i in range(order)]


def combined(a: Fraction, A: Rationals, b: Fraction, B: Rationals) -> Rationals:
    """a A + b B."""
    return [[a * x + b * y for x, y in zip(*rows, strict=True)] for rows in zip(A, B, strict=True)]


def gram(A: Rationals) -> Rationals:
    """A^T A."""
    return multiplied(transpose(A), A)


def square_norm(A: Rationals) -> Fraction:
    """The sum of the squares of the entries."""
    return sum((x * x for row in A for x in row), Fraction(0))


def sign_of_determinant(A: Rationals, clock: Clock) -> int:
    """Of a square matrix, by elimination."""
    A, sign = [list(row) for row in A], 1
    while A:
        clock.tick()
        p = next((i for i, row in enumerate(A) if row[0]), None)
        if p is None:
            return 0
        line = A.pop(p)
        sign *= (-1) ** p * (1 if line[0] > 0 else -1)
        A = [[x - row[0] / line[0] * y for x, y in zip(row[1:], line[1:], strict=True)] for row in A]
    return sign


@dataclass(frozen=True)
class Residual:
    """A statement, and what proves it."""

    claimed: str
    about: str
    proof: Callable[[Clock], None]

    def sentence(self) -> str:
        """The statement, in words."""
        return f"{self.claimed} ({self.about})"

    def prove(self, clock: Clock) -> None:
        """By the theorem of its property."""
        self.proof(clock)


def read_residual(name: str, statement: Field, witness: Field) -> Claim:
    """A statement about residual linear networks."""
    read = {
        ALL[0]: _inequality,
        ALL[1]: _critical_points,
        ALL[2]: _optima,
        ONE[0]: _optimum,
        ONE[1]: _no_optimum,
        ONE[2]: _fails,
    }[name]
    return read(name, statement, witness)


def _depths(land: Field, *more: str) -> tuple[dict[str, Field], int, int | None]:
    """The members of the landscape, and the least and the largest number of layers."""
    members = land.members("kind", "layers", *more)
    parts = members["layers"].members("at_least", optional=("at_most",))
    least = parts["at_least"].integer(1, MAX_LINEAR_LAYERS)
    most = parts["at_most"].integer(least, MAX_LINEAR_LAYERS) if "at_most" in parts else None
    return members, least, most


def _one_depth(land: Field) -> tuple[Rationals, int]:
    """R and l."""
    members, least, most = _depths(land, "matrix")
    R = square(members["matrix"])
    if most != least:
        land.fail("layers: one number of layers must be given")
    if least > MAX_LAYERS:
        land.fail(f"more than {MAX_LAYERS} layers")
    return R, least


def _given(witness: Field, *names: str) -> dict[str, Field]:
    given = witness.members("precision", *names)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    return given


def _constants(field: Field) -> tuple[Fraction, int, int]:
    """c, k and p of |grad f|^2 >= c l (1 - tau)^(k (l - 1)) s^p (f - C)."""
    parts = field.members("factor", "shrinking", "power")
    return parts["factor"].signed(1), parts["shrinking"].integer(0, MAX_POWER), parts["power"].integer(0, MAX_POWER)


def _prove_inequality(most: int | None, c: Fraction, k: int, p: int, attained: bool, clock: Clock) -> None:
    decide(p == 1 and c <= 4 and (k >= 2 or most == 1), True, "the constants are those of the theorem, or weaker")
    if attained:
        decide(c == 4 and (k == 2 or most == 1), True, "there is equality")


def _inequality(name: str, statement: Field, witness: Field) -> Claim:
    """For all R, S, d and tau: c <= 4, k >= 2, p = 1; with equality somewhere for c = 4, k = 2."""
    fields = statement.members("landscape", "property", "inequality", "attained")
    _, least, most = _depths(fields["landscape"])
    c, k, p = _constants(fields["inequality"])
    attained = truth(fields["attained"])
    _given(witness)

    about = f"l = {least}, ..., {most or ''}; {brief(c)} l (1 - tau)^({k} (l - 1)) s^{p}{', attained' * attained}"
    return Residual(name, about, partial(_prove_inequality, most, c, k, p, attained))


def _prove_critical_points(norm: Fraction, most: int | None, clock: Clock) -> None:
    decide(norm <= 1, most != 1, "r <= 1")


def _critical_points(name: str, statement: Field, witness: Field) -> Claim:
    """Those with all |A_i| < r <= 1."""
    fields = statement.members("landscape", "property", "norm")
    _, least, most = _depths(fields["landscape"])
    norm = fields["norm"].signed(1)
    _given(witness)

    return Residual(
        name, f"l = {least}, ..., {most or ''}; |A_i| < {brief(norm)}", partial(_prove_critical_points, norm, most)
    )


def _prove_optima(k: Fraction, a: Fraction, b: Fraction, clock: Clock) -> None:
    bits = 256
    if k < Fraction(1, 64):
        raise Open("k is very small")
    decide(pi(bits) <= Interval.of(a, bits), False, "a >= pi")
    growth = Interval.of(k, bits) * (Interval.of(1 / k, bits).exp() - Interval.of(1, bits))
    decide(growth <= Interval.of(b, bits), False, "b >= k (exp(1/k) - 1)")


def _optima(name: str, statement: Field, witness: Field) -> Claim:
    """For all R with det R > 0: a >= pi, b >= k (exp(1/k) - 1)."""
    fields = statement.members("landscape", "property", "ratio", "bound")
    _, least, most = _depths(fields["landscape"])
    k = fields["ratio"].signed(1)
    a, b = (entry.signed(1) for entry in fields["bound"].entries(2, 2))
    _given(witness)

    about = f"l = {least}, ..., {most or ''}; det R > 0, l >= {brief(k)} g: |A_i| <= ({brief(a)} + {brief(b)} g)/l"
    return Residual(name, about, partial(_prove_optima, k, a, b))


def _prove_optimum(R: Rationals, tau: Fraction, factors: list[Rationals], clock: Clock) -> None:
    order = len(R)
    if tau >= 1:
        raise Open("the rule is about tau < 1")
    before = identity(order)
    for after in (*factors, R):
        D = combined(Fraction(1), after, Fraction(-1), before)
        prove_semidefinite("tau^2 N^T N - D^T D", combined(tau**2, gram(before), Fraction(-1), gram(D)), clock)
        before = after


def _optimum(name: str, statement: Field, witness: Field) -> Claim:
    """With I + A_j = N_j N_(j-1)^(-1): |A_j| <= tau < 1."""
    fields = statement.members("landscape", "property", "norm")
    R, layers = _one_depth(fields["landscape"])
    tau, order = not_negative(fields["norm"]), len(R)
    entries = _given(witness, "factors")["factors"].entries(layers - 1, layers - 1)
    factors = [entry.matrix(order, order) for entry in entries]

    return Residual(
        name,
        f"l = {layers}, the {order} x {order} matrix of the file, |A_i| <= {brief(tau)}",
        partial(_prove_optimum, R, tau, factors),
    )


def _prove_no_optimum(R: Rationals, excess: Fraction, clock: Clock) -> None:
    decide(sign_of_determinant(R, clock) <= 0, True, "det R <= 0")
    prove_semidefinite("R^T R - e I", combined(Fraction(1), gram(R), -excess, identity(len(R))), clock)


def _no_optimum(name: str, statement: Field, witness: Field) -> Claim:
    """For det R <= 0: f - C >= e s where all |A_i| < 1."""
    fields = statement.members("landscape", "property", "excess")
    members, least, most = _depths(fields["landscape"], "matrix")
    R, excess = square(members["matrix"]), not_negative(fields["excess"])
    _given(witness)

    return Residual(
        name,
        f"l = {least}, ..., {most or ''}; the matrix of the file, f - C >= {at_least(excess)} s",
        partial(_prove_no_optimum, R, excess),
    )


def _prove_fails(
    R: Rationals,
    S: Rationals,
    point: list[Rationals],
    tau: Fraction,
    least: Fraction,
    c: Fraction,
    k: int,
    p: int,
    clock: Clock,
) -> None:
    layers, order = len(point), len(R)
    if layers * order**2 > MAX_ENTRIES:
        raise Open("more entries than this checker takes on")
    if tau > 1:
        raise Refuted("tau <= 1")
    one = identity(order)
    prove_semidefinite("S - s' I", combined(Fraction(1), S, -least, one), clock)
    for A in point:
        prove_semidefinite("tau^2 I - A^T A", combined(tau**2, one, Fraction(-1), gram(A)), clock)
    below = [one]
    for A in point:
        clock.tick()
        below.append(multiplied(combined(Fraction(1), one, Fraction(1), A), below[-1]))
    E = combined(Fraction(1), below[-1], Fraction(-1), R)
    slope = multiplied(E, S)
    excess = sum((x * y for r, q in zip(slope, E, strict=True) for x, y in zip(r, q, strict=True)), Fraction(0))
    gradient = Fraction(0)
    for A, B in zip(point[::-1], below[-2::-1], strict=True):  # slope: P^T E S
        clock.tick()
        gradient += 4 * square_norm(multiplied(slope, transpose(B)))
        slope = multiplied(transpose(combined(Fraction(1), one, Fraction(1), A)), slope)
    bound = c * layers * (1 - tau) ** (k * (layers - 1)) * least**p * excess
    decide(gradient < bound, True, "the gradient is smaller than the inequality has it")


def _fails(name: str, statement: Field, witness: Field) -> Claim:
    """The inequality is false at a point."""
    fields = statement.members("landscape", "property", "inequality", "covariance", "point", "norm")
    R, layers = _one_depth(fields["landscape"])
    (c, k, p), order = _constants(fields["inequality"]), len(R)
    S = symmetric(triangle(fields["covariance"], order))
    point = [entry.matrix(order, order) for entry in fields["point"].entries(layers, layers)]
    tau = not_negative(fields["norm"])
    least = _given(witness, "least")["least"].signed(1)

    return Residual(
        name,
        f"l = {layers}, R, S and A of the file, tau = {brief(tau)}",
        partial(_prove_fails, R, S, point, tau, least, c, k, p),
    )
