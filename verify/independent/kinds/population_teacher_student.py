"""The kind population-teacher-student: one critical point of a population loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from ..critical_points import MAX_UNKNOWNS_HERE, EnclosedPoint, read_enclosed
from ..fields import MAX_NEURONS, MAX_UNKNOWNS, PROPERTIES, Field, read_activation
from ..intervals import Interval, Matrix, norm, smallness
from ..kernels import LeakyReLU
from ..outcomes import Clock, Open, decide
from ..population import Landscape, Loss
from ..signs import prove_bounded_below
from ..words import at_most, between


@dataclass(frozen=True)
class CriticalPoint(EnclosedPoint):
    """What a certificate of the kind `population-teacher-student` claims, and its witness."""

    land: Landscape
    lifted: bool

    def sentence(self) -> str:
        """What was proved; the numbers are those of the file."""
        return (
            f"{self.claimed} (k = {self.land.k}, n = {self.land.n}, d {'>=' if self.lifted else '='} {self.land.d}; "
            f"{'an orthonormal' if self.land.orthonormal else 'the given'} teacher, {self.land.activation.name}) "
            f"within {at_most(self.radius)} of the center{' in each entry' * bool(self.directions)}, "
            f"loss in {between(self.value)}, {self.curvatures()}"
        )

    def loss(self, W: Matrix, order: int, clock: Clock) -> Loss:
        """The loss on a box."""
        return Loss(self.land, W, W[0][0].bits, order, clock)

    def prove(self, clock: Clock) -> None:
        """Return only if every hypothesis is proved (docs/INDEPENDENT.md has the list, with the lines below)."""
        if self.land.n * self.land.d > MAX_UNKNOWNS_HERE:
            raise Open(f"{self.land.n * self.land.d} unknowns are more than this checker's {MAX_UNKNOWNS_HERE}")
        rows = self.center + self.land.teacher + (self.better or [])
        small = 4 * max(smallness(max(map(abs, row))) for row in rows)
        if isinstance(self.land.activation, LeakyReLU):
            self._smooth(small)
        at, around = self.loss(self.middle(small), 1, clock), self.loss(self.region(small), 2, clock)
        if self.claimed == "saddle":
            self._saddle(at, around)
            return
        self._minimum(at, around)
        if self.lifted:
            self._lift(around, clock)
        if self.claimed == "spurious-local-minimum":
            self._spurious(at.bits, clock)

    def _smooth(self, small: int) -> None:
        """1: |c_i| > r for a ball; max_j |c_ij| > r for a box, which is decided exactly. Not needed for erf."""
        for i, (row, exact) in enumerate(zip(self.middle(small), self.center, strict=True)):
            radius = Interval.of(self.radius, row[0].bits)
            kept, lost = radius < norm(row), norm(row) <= radius
            if self.claimed == "saddle":
                kept = max(map(abs, exact)) > self.radius
                lost = not kept
            decide(kept, lost, f"student neuron {i} does not vanish within the radius")

    def _lift(self, around: Loss, clock: Clock) -> None:
        """5 of a minimum that is claimed for every input dimension."""
        W = [[Interval.of(x, around.bits) for x in row] for row in self.center]
        M, what = around.new_coordinate(), "the Hessian's block of each new input coordinate"
        prove_bounded_below(what, M, lambda: self.loss(W, 2, clock).new_coordinate(), self.bounds[0], clock)

    def _spurious(self, bits: int, clock: Clock) -> None:
        """6 of a spurious minimum: a better point, or a teacher that can be copied and a positive loss."""
        low = Interval.of(self.value[0], bits)
        if self.better is None:
            copied, positive = self.land.n >= self.land.k, self.value[0] > 0
            decide(copied and positive, True, "n >= k, and the loss is at least a positive number")
            return
        rows = [[Interval.of(x, bits) for x in row] for row in self.better if any(row)]
        better = Loss(self.land, rows, bits, 1, clock).value()
        decide(better < low, low <= better, "the loss at the better point is below the lower bound")


def read_landscape(field: Field) -> Landscape:
    """`statement.landscape` of the kind population-teacher-student."""
    fields = field.members("kind", "activation", "teacher", "neurons")
    activation = read_activation(fields["activation"])
    n = fields["neurons"].integer(1, MAX_UNKNOWNS)
    teacher = fields["teacher"]
    orthonormal = isinstance(teacher.value, dict) and "orthonormal" in teacher.value
    if orthonormal:
        count = teacher.members("orthonormal")["orthonormal"]
        k = d = count.integer(1, math.isqrt(MAX_UNKNOWNS))
    else:
        rows = teacher.members("rows")["rows"].entries(1, MAX_UNKNOWNS)
        k, d = len(rows), len(rows[0].entries(1, MAX_UNKNOWNS))
    if max(n, k) * d > MAX_UNKNOWNS:
        field.fail(f"more unknowns than {MAX_UNKNOWNS}")
    if n + k > MAX_NEURONS:
        field.fail(f"more neurons than {MAX_NEURONS}")
    if orthonormal:
        V = [[Fraction(i == j) for j in range(k)] for i in range(k)]
    else:
        V = teacher.members("rows")["rows"].matrix(k, d)
        if not all(map(any, V)):
            teacher.fail("a teacher neuron is zero")
    return Landscape(activation, V, orthonormal, n)


def read_critical_point(statement: Field, witness: Field) -> CriticalPoint:
    """A statement of the kind population-teacher-student with its witness."""
    name = statement.member("property").word(*PROPERTIES)
    saddle = name == "saddle"
    bounds = ("negative_curvature", "positive_curvature") if saddle else ("hessian_lower_bound",)
    always = ("landscape", "property", "input_dimension", "region", "value")
    fields = statement.members(*always, *bounds, optional=("inertia",) if saddle else ())
    land, dimension = read_landscape(fields["landscape"]), fields["input_dimension"]
    lifted = isinstance(dimension.value, dict)
    (dimension.members("at_least")["at_least"] if lifted else dimension).integer(land.d, land.d)
    directions = ("negative_direction", "positive_direction") if saddle else ()
    optional = ("better_point",) if name == "spurious-local-minimum" else ()
    given = witness.members("precision", *directions, optional=optional)
    return CriticalPoint(**read_enclosed(name, fields, given, land.n, land.d), land=land, lifted=lifted)
