"""The kind quadratic-network: global minima, negative curvature, spurious minima."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from ..claims import Claim
from ..critical_points import MAX_UNKNOWNS_HERE, EnclosedPoint, read_enclosed
from ..fields import (
    MAX_NEURONS,
    MAX_PARTS,
    MAX_PRECISION,
    MAX_UNKNOWNS,
    MIN_PRECISION,
    Field,
    interval,
    matrix,
    not_negative,
    numbers,
    triangle,
)
from ..intervals import Interval, Matrix, Vector, dot, total
from ..networks.sampled import Column
from ..outcomes import Clock, Open, decide
from ..rational import Rationals, exact_dot, exact_sum, prove_semidefinite, symmetric
from ..words import at_least, at_most, between


@dataclass(frozen=True)
class Quadratic:
    """The loss 1/(2n) sum r_i^2 + <decay/2 I + C, W^T W>, r_i = sum_j (w_j.x_i)^2 - y_i; `base` is decay/2 I + C."""

    inputs: Rationals
    targets: list[Fraction]
    width: int
    base: Rationals

    def described(self) -> str:
        """The landscape in a few words; its decay and perturbation are those of the file."""
        return f"the quadratic network of the file (n = {len(self.inputs)}, d = {self.d}, k = {self.width})"

    @property
    def d(self) -> int:
        """The number of inputs."""
        return len(self.base)

    @property
    def share(self) -> Fraction:
        """1/n."""
        return Fraction(1, len(self.inputs))

    def S(self, u: list[Fraction], clock: Clock) -> Rationals:  # noqa: N802 - the theorem's letter
        """S_u."""
        columns = list(zip(*self.inputs, strict=True))
        rows = [
            [exact_dot(map(mul, u, columns[a]), columns[b], clock) * self.share + self.base[a][b] for b in range(a + 1)]
            for a in range(self.d)
        ]
        return symmetric(rows)

    def residuals(self, W: Rationals, clock: Clock) -> list[Fraction]:
        """r."""
        outputs = ([exact_dot(w, x, clock) for w in W] for x in self.inputs)
        return [exact_sum([z * z for z in row] + [-y], clock) for row, y in zip(outputs, self.targets, strict=True)]

    def value(self, W: Rationals, clock: Clock) -> Fraction:
        """L(W)."""
        r = self.residuals(W, clock)
        decay = exact_sum((exact_dot(w, [exact_dot(row, w, clock) for row in self.base], clock) for w in W), clock)
        return exact_dot(r, r, clock) / 2 * self.share + decay


class QuadraticLoss:
    """L at all W of a box, by its formulas."""

    def __init__(self, land: Quadratic, W: Matrix, clock: Clock) -> None:
        self.land, self.W, self.bits, self.clock = land, W, W[0][0].bits, clock
        self.share = Interval.of(land.share, self.bits)
        self.inputs = [[Interval.of(x, self.bits) for x in row] for row in land.inputs]
        self.base = [[Interval.of(x, self.bits) for x in row] for row in land.base]
        self.z = [[dot(w, x) for w in W] for x in self.inputs]
        squares = [total((z.square() for z in row), self.bits) for row in self.z]
        self.r = [square - Interval.of(y, self.bits) for square, y in zip(squares, land.targets, strict=True)]

    def value(self) -> Interval:
        """L."""
        double = self.share * total((r.square() for r in self.r), self.bits)
        decay = total((dot(w, [dot(row, w) for row in self.base]) for w in self.W), self.bits)
        return Interval(double.lo >> 1, -(-double.hi >> 1), self.bits) + decay

    def S(self) -> Matrix:  # noqa: N802 - the theorem's letter
        """S_r."""
        columns = [Column([*column]) for column in zip(*self.inputs, strict=True)]
        weighted = [
            Column([r * x for r, x in zip(self.r, column, strict=True)]) for column in zip(*self.inputs, strict=True)
        ]
        return [
            [self.share * columns[a].dot(weighted[b]) + self.base[a][b] for b in range(len(columns))]
            for a in range(len(columns))
        ]

    def gradient(self) -> Vector:
        """2 W S, row by row."""
        S = self.S()
        return [2 * dot(w, row) for w in self.W for row in S]

    def hessian(self) -> Matrix:
        """For w_j and w_l: 2 S if j = l, and 4/n sum_i (w_j.x_i)(w_l.x_i) x_i x_i^T."""
        S, d = self.S(), self.land.d
        columns = list(zip(*self.inputs, strict=True))
        weighted = [
            [Column([row[j] * x for row, x in zip(self.z, column, strict=True)]) for column in columns]
            for j in range(len(self.W))
        ]
        at = [(j, a) for j in range(len(self.W)) for a in range(d)]
        H = [[Interval(0, 0, self.bits)] * len(at) for _ in at]
        for p, (j, a) in enumerate(at):
            self.clock.tick()
            for q, (level, b) in enumerate(at[: p + 1]):
                entry = 4 * self.share * weighted[j][a].dot(weighted[level][b])
                H[p][q] = H[q][p] = entry + 2 * S[a][b] if j == level else entry
        return H


@dataclass(frozen=True)
class QuadraticGlobal:
    """A lower bound of L by multipliers, which points attain up to the upper one."""

    claimed: str
    land: Quadratic
    value: tuple[Fraction, Fraction]
    points: list[Rationals]
    u: list[Fraction]

    def sentence(self) -> str:
        """What was proved."""
        where = f"the {len(self.points)} points of the file, and the infimum over all widths,"
        return f"{self.claimed} of {self.land.described()}: the loss at {where} lies in {between(self.value)}"

    def prove(self, clock: Clock) -> None:
        """1 to 3."""
        prove_semidefinite("S_u", self.land.S(self.u, clock), clock)
        terms = (u * u / 2 + u * y for u, y in zip(self.u, self.land.targets, strict=True))
        dual = -exact_sum(terms, clock) * self.land.share
        decide(dual >= self.value[0], dual < self.value[0], "the dual value is at least the lower bound")
        for number, W in enumerate(self.points):
            here = self.land.value(W, clock)
            decide(
                here <= self.value[1],
                here > self.value[1],
                f"the loss at the point {number} is at most the upper bound",
            )


@dataclass(frozen=True)
class QuadraticSaddle:
    """A point with a small gradient and a direction of negative curvature."""

    claimed: str
    land: Quadratic
    W: Rationals
    gradient: Fraction
    curvature: Fraction
    D: Rationals

    def sentence(self) -> str:
        """What was proved."""
        where = (
            "a critical point" if not self.gradient else f"a point with a gradient of norm <= {at_most(self.gradient)}"
        )
        return f"{self.claimed} <= {at_most(self.curvature)} of {self.land.described()} at {where}"

    def prove(self, clock: Clock) -> None:
        """1 and 2."""
        S = self.land.S(self.land.residuals(self.W, clock), clock)
        g = [2 * exact_dot(w, row, clock) for w in self.W for row in S]
        small = exact_dot(g, g, clock) <= self.gradient**2
        decide(small, not small, "the gradient is as small as claimed")
        bent = exact_sum((exact_dot(d, [exact_dot(row, d, clock) for row in S], clock) for d in self.D), clock)
        pairs = list(zip(self.W, self.D, strict=True))
        rates = [
            exact_sum((exact_dot(w, x, clock) * exact_dot(d, x, clock) for w, d in pairs), clock)
            for x in self.land.inputs
        ]
        curvature = 2 * bent + 4 * exact_dot(rates, rates, clock) * self.land.share
        most = self.curvature * exact_sum((x * x for d in self.D for x in d), clock)
        decide(curvature <= most, curvature > most, "the curvature is as negative as claimed")


@dataclass(frozen=True)
class QuadraticPoint(EnclosedPoint):
    """A strict local minimum that is not global."""

    land: Quadratic

    def sentence(self) -> str:
        """What was proved."""
        where = f"within {at_most(self.radius)} of the center, loss in {between(self.value)}"
        return f"{self.claimed} of {self.land.described()} {where}, Hessian >= {at_least(self.bounds[0])}"

    def loss(self, W: Matrix, order: int, clock: Clock) -> QuadraticLoss:
        """L on a box."""
        return QuadraticLoss(self.land, W, clock)

    def prove(self, clock: Clock) -> None:
        """1 to 4."""
        if self.land.width * self.land.d > MAX_UNKNOWNS_HERE:
            raise Open(f"{self.land.width * self.land.d} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        self._minimum(self.loss(self.middle(0), 1, clock), self.loss(self.region(0), 2, clock))
        better = self.land.value(self.better or self.center, clock)
        decide(better < self.value[0], better >= self.value[0], "the loss at the better point is below the lower bound")


def read_quadratic(statement: Field, witness: Field) -> Claim:
    """A statement of the kind quadratic-network with its witness."""
    name = statement.member("property").word("global-minimum", "negative-curvature", "spurious-local-minimum")
    members, hint = {
        "global-minimum": (("value", "points"), "multipliers"),
        "negative-curvature": (("point", "gradient_bound", "negative_curvature"), "direction"),
        "spurious-local-minimum": (("region", "value", "hessian_lower_bound"), "better_point"),
    }[name]
    fields = statement.members("landscape", "property", *members)
    always = ("kind", "inputs", "targets", "width", "weight_decay")
    land = fields["landscape"].members(*always, optional=("perturbation",))
    inputs = matrix(land["inputs"], MAX_UNKNOWNS, MAX_NEURONS, MAX_UNKNOWNS)
    n, d, k = len(inputs), len(inputs[0]), land["width"].integer(1, MAX_NEURONS)
    if k * d > MAX_UNKNOWNS:
        fields["landscape"].fail(f"more unknowns than {MAX_UNKNOWNS}")
    half = not_negative(land["weight_decay"]) / 2
    C = (
        symmetric(triangle(land["perturbation"], d))
        if "perturbation" in land
        else [[Fraction(0)] * d for _ in range(d)]
    )
    base = [[x + half * (a == b) for b, x in enumerate(row)] for a, row in enumerate(C)]
    landscape = Quadratic(inputs, numbers(land["targets"], n, n), k, base)
    given = witness.members("precision", hint)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    if name == "global-minimum":
        points = [field.matrix(k, d) for field in fields["points"].entries(1, MAX_PARTS)]
        return QuadraticGlobal(name, landscape, interval(fields["value"]), points, numbers(given[hint], n, n))
    if name == "negative-curvature":
        D = given[hint].matrix(k, d)
        given[hint].direction(k, d)
        bounds = not_negative(fields["gradient_bound"]), fields["negative_curvature"].signed(-1)
        return QuadraticSaddle(name, landscape, fields["point"].matrix(k, d), *bounds, D)
    return QuadraticPoint(**read_enclosed(name, fields, given, k, d), land=landscape)
