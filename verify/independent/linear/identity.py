"""Gradient descent from the identity converges, for all targets of a set."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ..claims import Claim
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, truth
from ..intervals import Interval
from ..outcomes import Clock, Open, Refuted, decide
from ..rational import Rationals, prove_semidefinite
from .targets import NUMBERS, Layers, read_layers, read_set, square

MAX_STEPS = 10**9 - 1
POWER_BITS = 4_194_304
LOG_BITS = 256
Factor = tuple[Fraction, int]


def product_at_most_one(what: str, factors: list[Factor]) -> None:
    """prod x^n <= 1 for positive or zero x, in integers."""
    if any(x == 0 for x, _ in factors):
        return
    if sum(abs(n) * (x.numerator.bit_length() + x.denominator.bit_length()) for x, n in factors) > POWER_BITS:
        raise Open(f"a product of powers has more than {POWER_BITS} bits")
    above = below = 1
    for x, n in factors:
        p, q = (x.numerator, x.denominator) if n >= 0 else (x.denominator, x.numerator)
        above, below = above * p ** abs(n), below * q ** abs(n)
    decide(above <= below, True, what)


def less_after(start: Fraction, shrinks: Fraction, steps: int, error: Fraction) -> None:
    """start q^steps <= error for q = 1 - shrinks, by logarithms."""
    q = 1 - shrinks
    if start <= 0 or start <= error or (q == 0 and steps):
        return
    if q == 0:
        raise Refuted("the error is as small as claimed after no step")
    lost = steps * -Interval.of(q, LOG_BITS).log() if q < 1 else Interval(0, 0, LOG_BITS)
    wanted = Interval.of(start, LOG_BITS).log() - Interval.of(error, LOG_BITS).log()
    decide(wanted <= lost, lost < wanted, f"the error is as small as claimed after {steps} steps")


@dataclass(frozen=True)
class FromIdentity:
    """|W_t - Phi|_F <= (1 - kappa eta L)^t |I - Phi|_F for every eta <= c/L."""

    claimed: str
    layers: Layers
    matrix: Rationals | None
    within: tuple[str, list[Fraction]]
    projected: bool
    c: Fraction
    kappa: Fraction
    accuracy: tuple[int, Fraction] | None
    one_step: bool
    in_boxes: bool

    def sentence(self) -> str:
        """The statement, in words."""
        name, numbers = self.within
        targets = (
            "the matrix of the file"
            if self.matrix
            else f"all targets of the set {name} ({', '.join(map(str, numbers))})"
        )
        how = "projected " * self.projected + "gradient descent in exact arithmetic"
        every = "the step" if self.one_step else "every step <="
        after = f"; |W_t - Phi| <= {self.accuracy[1]} for t >= {self.accuracy[0]}" if self.accuracy else ""
        return (
            f"{self.claimed} ({self.layers.described()}; {targets}): {how} from the identity with {every} "
            f"{self.c}/L, at the rate 1 - {self.kappa} eta L{after}"
        )

    def prove(self, clock: Clock) -> None:
        """The hypotheses, then the accuracy."""
        name, numbers = self.within
        if self.matrix is not None:
            self._member(self.matrix, clock)
        decide(self.projected == (name == "positive"), True, f"the algorithm is that of the targets {name}")
        if self.in_boxes:
            decide(name == "normal-off-axis", True, "the targets are normal, off the negative axis")
            raise Open("gradient descent is not followed for boxes of eigenvalues here")
        errors = self._rate(name, numbers)
        if self.accuracy is not None:
            for start, rate in errors:
                less_after(start, rate * self.c, *self.accuracy)

    def _rate(self, name: str, numbers: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
        """The conditions on c and kappa; and parts of the error, each with its own kappa."""
        if name == "near-identity":
            for what, x, most in (
                ("|Phi - I|_F", numbers[0], 3),
                ("c", self.c, 1),
                ("kappa", self.kappa, Fraction(147, 100)),
            ):
                decide(10 * x <= most, True, f"{what} is at most {most}/10")
            return [(numbers[0], self.kappa)]
        L = self.layers.most
        if name == "negative-definite":
            return self._jumping(-numbers[1], -numbers[0])
        first, p, triple = (L, 2 * L - 2, 3 * L - 4) if L else (1, 2, 3)
        if name == "symmetric":
            (a, b), factor = numbers, Fraction(1)
            m, M, errors = min(a, Fraction(1)), max(b, Fraction(1)), [(1 - a, self.kappa), (b - 1, Fraction(1))]
        else:
            decide(self.layers.least >= 2, True, "there are two layers at least")
            factor = Fraction(1, 2)
            if name == "normal":
                x, R = numbers
                m, M, errors = (2 * x - 1) / (2 * R), 2 * R, [(R, self.kappa)]
            elif name == "normal-off-axis":
                s, r, R = numbers
                factor, m, M, e = Fraction(2, 3), s / 2, max(R, Fraction(1)) + s / 2, R + 1
                errors = [(e, self.kappa)]
                inside = r * s**2 * e**2 <= (1 - s) ** 2 * (R + s + r * s**2)
                decide(inside, True, "the segments from 1 to the eigenvalues stay s away from 0")
                turned = Fraction(4, 5) * self.c * e * (2 * e / s + 1)
                product_at_most_one("the error turns little", [(turned, first), (M, L - 2 if L else 1)])
            else:
                g, N, e = numbers
                m, M, errors = min(g, Fraction(1)), max(N + e, Fraction(1)), [(e, self.kappa)]
                z = e / (N + e)
                higher = self.c * e * (1 + z + z**2)
                product_at_most_one("terms of higher order are small", [(higher, first), (M, triple), (m, -p)])
        product_at_most_one("the step is small", [(self.c, first), (M, p)])
        product_at_most_one("the rate is small", [(self.kappa / factor, first), (m, -p)])
        return errors

    def _jumping(self, a: Fraction, b: Fraction) -> list[tuple[Fraction, Fraction]]:
        """Eigenvalues in [-b, -a], L odd: one step beyond 0, then as for positive eigenvalues."""
        L = self.layers.least
        decide(self.layers.most == L and L % 2 == 1 and L >= 3, True, "there is one odd L >= 3")
        decide(self.one_step, True, "one step is claimed")
        start, far = (self.c / L * (1 + x) - 1 for x in (a, b))
        decide(start > 0, True, "the first step jumps over 0")
        product_at_most_one("it does not jump too far for a", [(start, L), (a, -1)])
        product_at_most_one("it does not jump too far for b", [(far, L), (b, -1)])
        product_at_most_one("the step is small", [(self.c, L), (b, 2 * L - 2)])
        product_at_most_one("the rate is small", [(self.kappa, 1), (start, 2 - 2 * L)])
        decide(self.kappa * self.c * (1 + b) <= 1, True, "the first step falls at the rate")
        return [(1 + b, self.kappa)]

    def _member(self, Phi: Rationals, clock: Clock) -> None:
        """The matrix is in the set."""
        name, numbers = self.within
        size = range(len(Phi))

        def gram(A: Rationals) -> Rationals:
            return [[sum((x * y for x, y in zip(r, s, strict=True)), Fraction(0)) for s in A] for r in A]

        def shifted(A: Rationals, x: Fraction, sign: int) -> Rationals:
            return [[sign * A[i][j] + (x if i == j else 0) for j in size] for i in size]

        transposed = [list(row) for row in zip(*Phi, strict=True)]
        twice = [[Phi[i][j] + Phi[j][i] for j in size] for i in size]
        if name in ("symmetric", "negative-definite"):
            decide(transposed == Phi, True, "Phi is symmetric")
            prove_semidefinite("Phi - a I", shifted(Phi, -numbers[0], 1), clock)
            prove_semidefinite("b I - Phi", shifted(Phi, numbers[1], -1), clock)
            return
        if name in ("normal", "normal-off-axis"):
            decide(gram(Phi) == gram(transposed), True, "Phi is normal")
        if name in ("normal", "positive"):
            prove_semidefinite("the symmetric part of Phi, less its bound,", shifted(twice, -2 * numbers[0], 1), clock)
            prove_semidefinite("N^2 I - Phi^T Phi", shifted(gram(transposed), numbers[1] ** 2, -1), clock)
        if name == "normal-off-axis":
            s, r, R = numbers
            half = [[(Phi[i][j] - Phi[j][i]) / 2 for j in size] for i in size]
            bent = [[twice[i][j] / 2 + r * x for j, x in enumerate(row)] for i, row in enumerate(gram(half))]
            prove_semidefinite("A + r B B^T, less its bound,", shifted(bent, -s - r * s**2, 1), clock)
            prove_semidefinite("R^2 I - Phi^T Phi", shifted(gram(transposed), R**2, -1), clock)
        if name in ("near-identity", "positive"):
            far = sum(((Phi[i][j] - (i == j)) ** 2 for i in size for j in size), Fraction(0))
            decide(far <= numbers[-1] ** 2, True, "|Phi - I|_F is at most as given")


def read_from_identity(name: str, statement: Field, witness: Field) -> Claim:
    """That gradient descent from the identity converges."""
    fields = statement.members(
        "landscape",
        "property",
        "start",
        "arithmetic",
        "algorithm",
        "step",
        "rate",
        optional=("accuracy", "this_step_alone"),
    )
    land = fields["landscape"].members("kind", "layers", "targets")
    layers = read_layers(land["layers"])
    fields["start"].word("identity")
    fields["arithmetic"].word("exact")
    projected = fields["algorithm"].word("gradient-descent", "projected-gradient-descent").startswith("projected")
    c, kappa = fields["step"].signed(1), fields["rate"].signed(1)
    accuracy = None
    if "accuracy" in fields:
        parts = fields["accuracy"].members("steps", "error")
        accuracy = parts["steps"].integer(0, MAX_STEPS), parts["error"].signed(1)
    matrix = None
    if land["targets"].member("set").word(*NUMBERS, "one-matrix") == "one-matrix":
        matrix = square(land["targets"].members("set", "matrix")["matrix"])
        given = witness.members("precision", "within", optional=("in_boxes",))
        within = read_set(given["within"])
    else:
        within, given = read_set(land["targets"]), witness.members("precision", optional=("in_boxes",))
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    one_step = "this_step_alone" in fields and truth(fields["this_step_alone"])
    in_boxes = "in_boxes" in given and truth(given["in_boxes"])
    return FromIdentity(name, layers, matrix, within, projected, c, kappa, accuracy, one_step, in_boxes)
