"""The kind deep-linear-network: exact gradient descent from a given start, followed in intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from ..claims import Claim
from ..fields import MIN_PRECISION, Field, interval, not_negative
from ..intervals import Interval, Matrix, total
from ..outcomes import Clock, Open, Refuted, decide
from ..rational import Rationals
from ..signs import Symmetric, is_positive_definite
from ..words import between
from .network import Network, read_network

MAX_STEPS, MAX_PRECISION = 1_000_000, 16_384
WORK = 2**28
"""Steps x layers x width^3 x bits that this checker takes on."""
REACHES, CONVERGES = "gradient-descent-reaches", "gradient-descent-converges"


def times(A: Matrix, B: Matrix) -> Matrix:
    """The product; an empty matrix is the identity."""
    if not A or not B:
        return A or B
    bits, columns = A[0][0].bits, list(zip(*B, strict=True))
    return [[total((x * y for x, y in zip(row, column, strict=True)), bits) for column in columns] for row in A]


def flipped(A: Matrix) -> Matrix:
    """The transpose."""
    return [list(row) for row in zip(*A, strict=True)]


@dataclass(frozen=True)
class Trajectory:
    """The loss after T steps, and convergence from there."""

    claimed: str
    network: Network
    start: list[Rationals]
    step: Fraction
    momentum: Fraction
    steps: int
    value: tuple[Fraction, Fraction]
    precision: int
    rate: Fraction | None
    distance: Fraction
    least: list[Fraction]
    most: list[Fraction]

    def sentence(self) -> str:
        """The statement, in words."""
        then = "" if self.rate is None else f"; then the loss is multiplied by at most {self.rate} in a step, to 0"
        return (
            f"{self.claimed} ({self.network.described()}): exact gradient descent, step {self.step}, momentum "
            f"{self.momentum}, {self.steps} steps from the start in the file, loss in {between(self.value)}{then}"
        )

    def prove(self, clock: Clock) -> None:
        """The run, then the terminal theorem."""
        layers, E = self._run(clock)
        square = total((x.square() for row in E for x in row), self.precision)
        half = Interval(square.lo >> 1, -(-square.hi >> 1), self.precision)
        low, high = (Interval.of(x, self.precision) for x in self.value)
        inside = low <= half and half <= high
        exact = not any(self.value) and half.hi == half.lo == 0
        decide(inside or exact, half < low or high < half, "the loss after the steps is within its bounds")
        if self.rate is not None:
            self._terminal(layers, square.sqrt(), clock)

    def _run(self, clock: Clock) -> tuple[list[Matrix], Matrix]:
        """The layers and W - Phi after the steps."""
        if self.network.target is None:
            raise Open("trajectories are followed with a target only")
        if self.steps * len(self.start) * max(self.network.widths) ** 3 * self.precision > WORK:
            raise Open("more steps than this checker takes on")
        bits = self.precision
        Phi = [[Interval.of(x, bits) for x in row] for row in self.network.target]
        layers = [[[Interval.of(x, bits) for x in row] for row in W] for W in self.start]
        before = layers
        for _ in range(self.steps):
            clock.tick()
            E = self._error(layers, Phi)
            below: list[Matrix] = [[]]
            for W in layers[:-1]:
                below.append(times(W, below[-1]))
            slope, moved = E, []  # A_j^T E
            for W, B, old in zip(layers[::-1], below[::-1], before[::-1], strict=True):
                G = times(slope, flipped(B)) if B else slope
                moved.append([[*map(self._moved, *rows)] for rows in zip(W, G, old, strict=True)])
                slope = times(flipped(W), slope)
            before, layers = layers, moved[::-1]
            if any(x.hi - x.lo > 1 << bits for W in layers for row in W for x in row):
                raise Open("the layers are not enclosed: more bits are needed")
        return layers, self._error(layers, Phi)

    def _moved(self, w: Interval, slope: Interval, old: Interval) -> Interval:
        """An entry after a step."""
        moved = w - Interval.of(self.step, self.precision) * slope
        return moved + Interval.of(self.momentum, self.precision) * (w - old) if self.momentum else moved

    @staticmethod
    def _error(layers: list[Matrix], Phi: Matrix) -> Matrix:
        """W - Phi."""
        W: Matrix = []
        for layer in layers:
            W = times(layer, W)
        return [[w - phi for w, phi in zip(*rows, strict=True)] for rows in zip(W, Phi, strict=True)]

    def _terminal(self, layers: list[Matrix], e: Interval, clock: Clock) -> None:
        """The four hypotheses, and that q^2 is at most the rate."""
        if self.momentum or len(set(self.network.widths)) > 1:
            raise Refuted("no momentum, and square layers")
        bits, tau = self.precision, self.distance
        for W, s, S in zip(layers, self.least, self.most, strict=True):
            M = Symmetric.enclosing(times(flipped(W), W))
            above = is_positive_definite(M.bound(-1, -Interval.of((s + tau) ** 2, bits).hi), bits, clock)
            negated = Symmetric([[-x for x in row] for row in M.mid], M.spread, bits)
            below = tau <= S and is_positive_definite(
                negated.bound(-1, Interval.of((S - tau) ** 2, bits).lo), bits, clock
            )
            decide(above and below, False, "the singular values of a layer are within their bounds, by tau")
        eta = self.step

        def others(bounds: list[Fraction]) -> list[Fraction]:
            return [prod([*bounds[:j], *bounds[j + 1 :]], start=Fraction(1)) for j in range(len(bounds))]

        decide(eta * sum(x * x for x in others(self.most)) <= 1, True, "eta Lambda <= 1")

        def with_error(error: Fraction) -> tuple[Fraction, Fraction]:
            """q, and the longest way of a layer less (1 - q) tau; both grow with the error."""
            moves = [eta * error * x for x in others(self.most)]
            linear = sum((m * x for m, x in zip(moves, others(self.most), strict=True)), Fraction(0))
            whole = prod((S + m for S, m in zip(self.most, moves, strict=True)), start=Fraction(1))
            higher = (whole - prod(self.most, start=Fraction(1)) - linear) / error if error else Fraction(0)
            q = 1 - eta * sum(x * x for x in others(self.least)) + higher
            return q, max(moves) - (1 - q) * tau

        (q, far), (least, near) = (with_error(Fraction(max(0, end), 1 << bits)) for end in (e.hi, e.lo))
        decide(q < 1, least >= 1, "q < 1")
        decide(far <= 0, near > 0, "the layers move by at most tau")
        rate = Fraction(0) if self.rate is None else self.rate
        decide(
            max(q, Fraction(0)) ** 2 <= rate, max(least, Fraction(0)) ** 2 > rate, "the loss falls at the rate claimed"
        )


def read_trajectory(name: str, statement: Field, witness: Field) -> Claim:
    """A statement about a run."""
    more = ("rate",) if name == CONVERGES else ()
    fields = statement.members(
        "landscape", "property", "arithmetic", "start", "step", "steps", "value", *more, optional=("momentum",)
    )
    network = read_network(fields["landscape"])
    fields["arithmetic"].word("exact")
    start = network.read_layers(fields["start"])
    step, T = fields["step"].signed(1), fields["steps"].integer(0, MAX_STEPS)
    momentum = not_negative(fields["momentum"]) if "momentum" in fields else Fraction(0)
    value, rate = interval(fields["value"]), None
    if name == CONVERGES:
        rate = not_negative(fields["rate"])
        if rate >= 1:
            fields["rate"].fail("must be less than 1")
    given = witness.members("precision", *(("distance", "least", "most") if name == CONVERGES else ()))
    precision = given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    distance, least, most = Fraction(1), [], []
    if name == CONVERGES:
        distance, H = given["distance"].signed(1), len(start)
        least, most = ([not_negative(x) for x in given[bound].entries(H, H)] for bound in ("least", "most"))
    return Trajectory(name, network, start, step, momentum, T, value, precision, rate, distance, least, most)
