"""Methods from the identity that stay above a loss for ever."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, interval, not_negative
from ..outcomes import Clock, Open, decide
from ..rational import EXACT_BITS, Rationals
from ..words import at_least
from .targets import MAX_TARGET_ORDER, Layers, multiplied, read_layers, square, transpose


def eigenvalues_beyond(A: Rationals, x: Fraction, clock: Clock) -> int:
    """How many eigenvalues of a symmetric A are >= x: the inertia of A - x I, by symmetric elimination.

    A pivot counts by its sign. Where the diagonal is 0 and A_ij is not, adding the row and the column j to i makes
    the diagonal entry 2 A_ij: that is a congruence (Sylvester). What is left of zeros has eigenvalues 0.
    """
    A = [[entry - (x if i == j else 0) for j, entry in enumerate(row)] for i, row in enumerate(A)]
    negative, order = 0, len(A)
    while A:
        clock.tick()
        p = next((i for i in range(len(A)) if A[i][i]), None)
        if p is None:
            pair = next(((i, j) for i in range(len(A)) for j in range(i) if A[i][j]), None)
            if pair is None:
                break
            p, j = pair
            A[p] = [a + b for a, b in zip(A[p], A[j], strict=True)]
            for row in A:
                row[p] += row[j]
        line = A.pop(p)
        pivot = line.pop(p)
        negative += pivot < 0
        factors = [row.pop(p) / pivot for row in A]
        A = [[a - f * b for a, b in zip(row, line, strict=True)] for f, row in zip(factors, A, strict=True)]
        if any(entry.denominator.bit_length() > EXACT_BITS for row in A for entry in row):
            raise Open(f"an exact number has more than {EXACT_BITS} bits")
    return order - negative


@dataclass(frozen=True)
class Obstruction:
    """F >= l for ever, from the identity."""

    claimed: str
    layers: Layers
    Phi: Rationals
    """Empty, if the statement is about all targets with an eigenvalue in an interval."""
    eigenvalue: tuple[Fraction, Fraction] | None
    method: str
    step: Fraction
    regularization: Fraction
    loss: Fraction
    P: Rationals
    least: Fraction
    bounds: list[Fraction]

    def sentence(self) -> str:
        """The statement, in words."""
        targets = (
            "the matrix of the file" if self.Phi else "all symmetric Phi with an eigenvalue in the interval of the file"
        )
        steps = f", steps <= {self.step}, kappa_t <= {self.regularization}" if self.method == "gradient-descent" else ""
        return (
            f"{self.claimed} {at_least(self.loss)} ({self.layers.described()}; {targets}): {self.method} methods from "
            f"the identity in exact arithmetic{steps}"
        )

    def prove(self, clock: Clock) -> None:
        """The bound that the theorem gives is at least l."""
        found = self._descent(clock) if self.method == "gradient-descent" else self._inertia(clock)
        decide(found >= self.loss, True, "the bound is as large as claimed")

    def _inertia(self, clock: Clock) -> Fraction:
        """Even L: eigenvalues of P Phi beyond the inertia of P."""
        decide(self.layers.only_even(), True, "the number of layers is even")
        if self.eigenvalue is not None:
            return self.eigenvalue[1] ** 2 / 2
        P, product = self.P, multiplied(self.P, self.Phi)
        r = multiplied(P, P)[0][0]
        scalar = [[r if i == j else Fraction(0) for j in range(len(P))] for i in range(len(P))]
        decide(transpose(P) == P and multiplied(P, P) == scalar and r > 0, True, "P is a multiple of a reflection")
        decide(product == transpose(product), True, "P Phi is symmetric")
        if self.method == "signs":
            alone = all(sum(map(bool, row)) == 1 for row in P)
            decide(alone, True, "P is a multiple of a signed permutation")
        for sign in (1, -1):
            allowed = eigenvalues_beyond([[sign * x for x in row] for row in P], Fraction(0), clock)
            self._count([[sign * x for x in row] for row in product], sign, allowed, clock)
        return sum((x * x for x in self.bounds), Fraction(0)) / (2 * r)

    def _count(self, A: Rationals, sign: int, allowed: int, clock: Clock) -> None:
        """The k-th largest eigenvalue beyond those allowed is at least the k-th largest bound."""
        for k, x in enumerate(sorted((sign * x for x in self.bounds if sign * x > 0), reverse=True)):
            decide(eigenvalues_beyond(A, x, clock) > allowed + k, True, "as many eigenvalues are beyond the bounds")

    def _descent(self, clock: Clock) -> Fraction:
        """Small steps: negative eigenvalues of a symmetric Phi."""
        decide(self.layers.least >= 2, True, "there are two layers at least")
        if self.eigenvalue is not None:
            least, bounds = self.eigenvalue[0], [self.eigenvalue[1]]
        else:
            least, bounds = self.least, self.bounds
            decide(self.Phi == transpose(self.Phi), True, "Phi is symmetric")
            decide(max(bounds) < 0, True, "the eigenvalues that are counted are negative")
            below = len(self.Phi) - eigenvalues_beyond(self.Phi, least, clock)
            self._count([[-x for x in row] for row in self.Phi], -1, below, clock)
        decide(self.step * (1 - least) <= 1, True, "eta (1 - a) <= 1")
        decide(self.step * self.regularization <= 1, True, "kappa eta <= 1")
        return sum((y * y for y in bounds), Fraction(0)) / 2


def read_obstruction(name: str, statement: Field, witness: Field) -> Claim:
    """That methods from the identity stay above a loss."""
    fields = statement.members("landscape", "property", "start", "arithmetic", "method", "loss")
    land = fields["landscape"].members("kind", "layers", "targets")
    layers = read_layers(land["layers"])
    Phi: Rationals = []
    eigenvalue = None
    if land["targets"].member("set").word("negative", "one-matrix") == "one-matrix":
        Phi = square(land["targets"].members("set", "matrix")["matrix"])
    else:
        place = land["targets"].members("set", "eigenvalue")["eigenvalue"]
        eigenvalue = interval(place)
        if eigenvalue[1] >= 0:
            place.fail("must be negative")
    fields["start"].word("identity")
    fields["arithmetic"].word("exact")
    method = fields["method"].member("name").word("first-order", "signs", "gradient-descent")
    step = kappa = Fraction(0)
    if method == "gradient-descent":
        parts = fields["method"].members("name", "step", "regularization")
        step, kappa = parts["step"].signed(1), not_negative(parts["regularization"])
    else:
        fields["method"].members("name")
    loss = fields["loss"].signed(1)
    hint = "least" if method == "gradient-descent" else "reflection"
    given = witness.members("precision", *((hint, "eigenvalues") if Phi else ()))
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    P: Rationals = []
    least, bounds = Fraction(0), []
    if Phi:
        if hint == "reflection":
            P = given[hint].matrix(len(Phi), len(Phi))
        else:
            least = given[hint].signed(-1)
        for entry in given["eigenvalues"].entries(1, MAX_TARGET_ORDER):
            bounds.append(entry.number())
            if not bounds[-1]:
                entry.fail("must not be 0")
    return Obstruction(name, layers, Phi, eigenvalue, method, step, kappa, loss, P, least, bounds)
