"""What a certificate states, as types; and the sentence that says it.

The sentence is made from the structured statement here, never read from the file.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.exact import at_least, at_most
from verify.checker.limits import MAX_NEURONS, MAX_UNKNOWNS
from verify.checker.reader import Field

Matrix = tuple[tuple[Fraction, ...], ...]

MINIMA = ("strict-local-minimum", "spurious-local-minimum")
PROPERTIES = (*MINIMA, "saddle")
KINDS = {
    "strict-local-minimum": "a strict local minimum",
    "spurious-local-minimum": "a strict local minimum that is not global",
    "saddle": "a saddle",
}
IMPLIES = {
    "spurious-local-minimum": {"spurious-local-minimum", "strict-local-minimum"},
    "strict-local-minimum": {"strict-local-minimum"},
    "saddle": {"saddle"},
}


@dataclass(frozen=True, slots=True)
class Activation:
    """sigma: "erf", or "leaky-relu" with its slope on the negative half-line; ReLU has slope 0."""

    name: str
    slope: Fraction = Fraction(0)

    @classmethod
    def read(cls, field: Field) -> Activation:
        """Read an `activation`: "relu", "erf" or {"leaky-relu": slope}."""
        if isinstance(field.content, dict):
            return cls("leaky-relu", field.fields(["leaky-relu"])["leaky-relu"].number())
        name = field.text()
        if name not in ("relu", "erf"):
            field.fail(f'{name[:40]!r} is not known; known: "relu", "erf", {{"leaky-relu": SLOPE}}')
        return cls("erf") if name == "erf" else RELU

    @builtins.property
    def is_smooth(self) -> bool:
        """sigma is smooth, so that the loss is too, at zero neurons as well."""
        return self.name == "erf"

    def describe(self) -> str:
        """Its name in a sentence."""
        if self.name == "erf":
            return "erf"
        if not self.slope:
            return "ReLU"
        if max(abs(self.slope.numerator), self.slope.denominator) < 10**9:
            return f"leaky ReLU (slope {self.slope})"
        return f"leaky ReLU (slope in [{at_least(self.slope)}, {at_most(self.slope)}])"


RELU = Activation("leaky-relu")
LOSS = (
    "the population loss is F(w_1, ..., w_n) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2 for x ~ N(0, I_d), "
    "students w_i and teachers v_j in R^d, sigma = {}"
)


@dataclass(frozen=True, slots=True)
class TeacherStudentLandscape:
    """F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2, x ~ N(0, I), over students W of `neurons` rows."""

    activation: Activation
    teacher: Matrix
    """(k, d), rows are the teacher's neurons."""
    orthonormal: bool
    """The teacher is e_1, ..., e_k, given as such."""
    neurons: int

    @builtins.property
    def input_dimension(self) -> int:
        """Columns of the teacher and of the student as written in the certificate."""
        return len(self.teacher[0])

    @classmethod
    def read(cls, field: Field) -> TeacherStudentLandscape:
        """Read `statement.landscape`."""
        parts = field.fields(["kind", "activation", "teacher", "neurons"])
        parts["kind"].text("population-teacher-student")
        activation = Activation.read(parts["activation"])
        neurons = parts["neurons"].count(1, MAX_UNKNOWNS)
        shape = parts["teacher"]
        if isinstance(shape.content, dict) and "rows" in shape.content:
            shape = shape.fields(["rows"])["rows"]
            rows = shape.items(1, MAX_UNKNOWNS)
            dimension = len(rows[0].items(1, MAX_UNKNOWNS))
            _bound(shape, len(rows), dimension)
            teacher = shape.matrix(len(rows), dimension)
            for index, row in enumerate(teacher):
                if not any(row):
                    rows[index].fail("a teacher neuron is zero")
            orthonormal = False
        else:
            count = shape.fields(["orthonormal"])["orthonormal"]
            dimension = count.count(1, MAX_UNKNOWNS)
            _bound(count, dimension, dimension)
            teacher = tuple(tuple(Fraction(int(i == j)) for j in range(dimension)) for i in range(dimension))
            orthonormal = True
        _bound(parts["neurons"], neurons, dimension)
        if neurons + len(teacher) > MAX_NEURONS:
            parts["neurons"].fail(f"{neurons} student and {len(teacher)} teacher neurons are more than {MAX_NEURONS}")
        return cls(activation, teacher, orthonormal, neurons)

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return LOSS.format(self.activation.describe())

    def describe(self) -> str:
        """Teacher and student in words, without the input dimension."""
        teacher = ("orthonormal" if self.orthonormal else "given") + " neuron" + "s" * (len(self.teacher) != 1)
        student = f"{self.neurons} {self.activation.describe()} student neuron{'s' * (self.neurons != 1)}"
        return f"{student} and a teacher of {len(self.teacher)} {teacher}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A critical point of a landscape near a given point; the subclasses say what it is."""

    landscape: TeacherStudentLandscape
    property: str
    """The strongest property claimed: one of PROPERTIES."""
    every_dimension: bool
    """The claim holds in every input dimension from the given one on (rows padded with zeros)."""
    center: Matrix
    """(n, d), rows are student neurons."""
    radius: Fraction
    """How far the critical point may be: see the subclasses for the norm."""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the critical point."""

    @builtins.property
    def input_dimension(self) -> int | dict[str, int]:
        """The one input dimension d, or {"at_least": d}."""
        dimension = self.landscape.input_dimension
        return {"at_least": dimension} if self.every_dimension else dimension

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one landscape, in one or in every input dimension."""
        landscape, d = self.landscape, self.landscape.input_dimension
        pair = f"one instance: k = {len(landscape.teacher)}, n = {landscape.neurons}"
        return f"{pair}, every input dimension d >= {d}" if self.every_dimension else f"{pair}, d = {d}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        dimension = f"every d >= {self.landscape.input_dimension}"
        if not self.every_dimension:
            dimension = f"d = {self.landscape.input_dimension}"
        low, high = at_least(self.value[0], 8), at_most(self.value[1], 8)
        return (
            f"For {dimension}, the population loss of {self.landscape.describe()} has {KINDS[self.property]}, "
            f"{self._where()}, with loss in [{low}, {high}] and {self._curvature()}."
        )

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        low, high = at_least(self.value[0]), at_most(self.value[1])
        dimension = f"{'d >=' if self.every_dimension else 'd ='} {self.landscape.input_dimension}"
        return f"{self.property} ({dimension}), loss in [{low}, {high}], {self._curvature()}"

    def _where(self) -> str:
        raise NotImplementedError

    def _curvature(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Minimum(Statement):
    """A strict local minimum; the radius is a Euclidean distance in R^(n d)."""

    hessian_lower_bound: Fraction
    """Every eigenvalue of the Hessian is at least this, everywhere within the radius.

    In a higher input dimension: at the points of that ball, padded with zeros.
    """

    def _where(self) -> str:
        return f"within {at_most(self.radius, 3)} of the given point"

    def _curvature(self) -> str:
        return f"Hessian eigenvalues >= {at_least(self.hessian_lower_bound)}"


@dataclass(frozen=True, slots=True)
class Saddle(Statement):
    """A saddle; the radius is the largest difference of an entry."""

    negative_curvature: Fraction
    """The smallest eigenvalue of the Hessian at the critical point is at most this."""
    positive_curvature: Fraction
    """The largest eigenvalue of the Hessian at the critical point is at least this."""
    inertia: tuple[int, int] | None
    """Where decided: how many eigenvalues are negative and how many positive, in the given input dimension."""

    def _where(self) -> str:
        return f"with every entry within {at_most(self.radius, 3)} of the given point's"

    def _curvature(self) -> str:
        bounds = f"Hessian eigenvalues <= {at_most(self.negative_curvature)} and >= {at_least(self.positive_curvature)}"
        if self.inertia is None:
            return bounds
        negative, positive = self.inertia
        return f"{bounds} ({negative} negative, {positive} positive for d = {self.landscape.input_dimension})"


def read_statement(field: Field) -> Minimum | Saddle:
    """Read a certificate's `statement`."""
    name = field.member("property").text(*PROPERTIES)
    is_minimum = name in MINIMA
    own = ["hessian_lower_bound"] if is_minimum else ["negative_curvature", "positive_curvature"]
    parts = field.fields(
        ["landscape", "property", "input_dimension", "region", "value", *own], [] if is_minimum else ["inertia"]
    )
    landscape = TeacherStudentLandscape.read(parts["landscape"])
    region = parts["region"].fields(["shape", "center", "radius"])
    region["shape"].text("ball" if is_minimum else "box")
    lower, upper = (bound.number() for bound in parts["value"].items(2, 2))
    if lower > upper:
        parts["value"].fail("the lower bound is above the upper bound")
    common = (
        landscape,
        name,
        _read_every_dimension(parts["input_dimension"], landscape.input_dimension),
        region["center"].matrix(landscape.neurons, landscape.input_dimension),
        _signed(region["radius"]),
        (lower, upper),
    )
    if is_minimum:
        return Minimum(*common, hessian_lower_bound=_signed(parts["hessian_lower_bound"]))
    inertia = None
    if "inertia" in parts:
        unknowns = landscape.neurons * landscape.input_dimension
        negative, positive = (number.count(1, unknowns) for number in parts["inertia"].items(2, 2))
        if negative + positive != unknowns:
            parts["inertia"].fail(f"does not add up to the {unknowns} unknowns")
        inertia = negative, positive
    return Saddle(
        *common,
        negative_curvature=_signed(parts["negative_curvature"], negative=True),
        positive_curvature=_signed(parts["positive_curvature"]),
        inertia=inertia,
    )


def _read_every_dimension(field: Field, dimension: int) -> bool:
    every = isinstance(field.content, dict)
    count = field.fields(["at_least"])["at_least"] if every else field
    count.count(dimension, dimension)
    return every


def _signed(field: Field, *, negative: bool = False) -> Fraction:
    number = field.number()
    if number == 0 or (number < 0) != negative:
        field.fail(f"must be {'negative' if negative else 'positive'}")
    return number


def _bound(field: Field, rows: int, columns: int) -> None:
    if rows * columns > MAX_UNKNOWNS:
        field.fail(f"{rows} x {columns} unknowns are more than {MAX_UNKNOWNS}")
