"""Statements about the training loss of a network with quadratic activation and output weights 1."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, reach, written
from verify.checker.core.limits import MAX_NEURONS, MAX_PARTS, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement

PROPERTIES = ("global-minimum", "negative-curvature", "spurious-local-minimum")


@dataclass(frozen=True, slots=True)
class QuadraticNetwork:
    """L(W) = 1/(2n) sum_i (sum_j (w_j.x_i)^2 - y_i)^2 + (decay/2) |W|^2 + <C, W^T W>, W: (k, d), rows are neurons."""

    inputs: Matrix
    """(n, d), rows are the x_i."""
    targets: tuple[Fraction, ...]
    """y, (n,)."""
    width: int
    """k."""
    decay: Fraction
    perturbation: Matrix
    """C, (d, d): the lower triangle."""

    @classmethod
    def read(cls, field: Field) -> QuadraticNetwork:
        """Read `statement.landscape`."""
        parts = field.fields(["kind", "inputs", "targets", "width", "weight_decay"], ["perturbation"])
        parts["kind"].text("quadratic-network")
        rows = parts["inputs"].items(1, MAX_UNKNOWNS)
        dimension = len(rows[0].items(1, MAX_NEURONS))
        width = parts["width"].count(1, MAX_NEURONS)
        if max(width, len(rows)) * dimension > MAX_UNKNOWNS:
            parts["inputs"].fail(f"more than {MAX_UNKNOWNS} entries of the inputs or of W")
        decay = parts["weight_decay"].number()
        if decay < 0:
            parts["weight_decay"].fail("must not be negative")
        zero = tuple((Fraction(0),) * (i + 1) for i in range(dimension))
        return cls(
            parts["inputs"].matrix(len(rows), dimension),
            parts["targets"].vector(len(rows)),
            width,
            decay,
            parts["perturbation"].triangle(dimension) if "perturbation" in parts else zero,
        )

    @builtins.property
    def dimension(self) -> int:
        """d."""
        return len(self.inputs[0])

    def describe(self) -> str:
        """Sizes and the terms beside the squares in words."""
        perturbation = ", a perturbation C" if any(map(any, self.perturbation)) else ""
        decay = f", weight decay {written(self.decay)}" if self.decay else ""
        return f"n = {len(self.inputs)} points in d = {self.dimension} dimensions, width k = {self.width}" + (
            f"{decay}{perturbation}"
        )


@dataclass(frozen=True, slots=True)
class QuadraticStatement(Statement):
    """What is claimed of such a loss."""

    landscape: QuadraticNetwork
    property: str

    @builtins.property
    def scope(self) -> str:
        """What the proof covers: one data set and width."""
        return f"one instance: {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return (
            "the loss is L(W) = 1/(2n) sum_i (sum_j (w_j.x_i)^2 - y_i)^2 + (decay/2) |W|^2 + <C, W^T W> over the W in "
            f"R^(k x d) with rows w_j, for the given x_i, y_i and C, and decay = {written(self.landscape.decay)}"
        )

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return f"For the quadratic network with {self.landscape.describe()}: {self._claim()}."

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        return f"{self.property}: {self._claim()}"

    def _claim(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class GlobalMinima(QuadraticStatement):
    """L >= l at every W, of every width; and L <= u at each of the points."""

    value: tuple[Fraction, Fraction]
    points: tuple[Matrix, ...]
    """Each (k, d)."""

    def _claim(self) -> str:
        low, high = at_least(self.value[0], 12), at_most(self.value[1], 12)
        count = len(self.points)
        where = "the given point" if count == 1 else f"each of the {count} given points"
        return (
            f"the loss is at least {low} everywhere, for every width, and at most {high} at {where}, "
            f"so that its infimum is in [{low}, {high}] for every width >= {self.landscape.width}"
        )


@dataclass(frozen=True, slots=True)
class NegativeCurvature(QuadraticStatement):
    """|grad L(W)| <= g and D^T (Hessian at W) D <= a |D|^2 for some D other than 0."""

    point: Matrix
    gradient_bound: Fraction
    curvature: Fraction
    """a < 0."""

    def _claim(self) -> str:
        curvature = f"curvature of at most {at_most(self.curvature)} in some direction"
        if not self.gradient_bound:
            return f"the given point is critical, with {curvature}: a strict saddle or a maximum, no local minimum"
        return f"at the given point the gradient is at most {at_most(self.gradient_bound)} in norm, with {curvature}"


@dataclass(frozen=True, slots=True)
class SpuriousMinimum(QuadraticStatement):
    """A strict local minimum within r of c, with loss in [l, u], which is not global."""

    center: Matrix
    radius: Fraction
    value: tuple[Fraction, Fraction]
    hessian_lower_bound: Fraction

    def _claim(self) -> str:
        low, high = at_least(self.value[0], 8), at_most(self.value[1], 8)
        return (
            f"there is a strict local minimum that is not global, within {reach(self.radius)} of the given point, "
            f"with loss in [{low}, {high}] and Hessian eigenvalues >= {at_least(self.hessian_lower_bound)}"
        )


def read_statement(field: Field) -> QuadraticStatement:
    """Read a certificate's `statement`."""
    name = field.member("property").text(*PROPERTIES)
    own = {
        "global-minimum": ["value", "points"],
        "negative-curvature": ["point", "gradient_bound", "negative_curvature"],
        "spurious-local-minimum": ["region", "value", "hessian_lower_bound"],
    }
    parts = field.fields(["landscape", "property", *own[name]])
    landscape = QuadraticNetwork.read(parts["landscape"])
    shape = landscape.width, landscape.dimension
    if name == "negative-curvature":
        bound, curvature = (parts[member].number() for member in ("gradient_bound", "negative_curvature"))
        if bound < 0:
            parts["gradient_bound"].fail("must not be negative")
        if curvature >= 0:
            parts["negative_curvature"].fail("must be negative")
        return NegativeCurvature(landscape, name, parts["point"].matrix(*shape), bound, curvature)
    low, high = parts["value"].vector(2)
    if low > high:
        parts["value"].fail("the lower bound is above the upper bound")
    if name == "global-minimum":
        points = tuple(entry.matrix(*shape) for entry in parts["points"].items(1, MAX_PARTS))
        return GlobalMinima(landscape, name, (low, high), points)
    region = parts["region"].fields(["shape", "center", "radius"])
    region["shape"].text("ball")
    radius, least = region["radius"].number(), parts["hessian_lower_bound"].number()
    for member, value in ((region["radius"], radius), (parts["hessian_lower_bound"], least)):
        if value <= 0:
            member.fail("must be positive")
    return SpuriousMinimum(landscape, name, region["center"].matrix(*shape), radius, (low, high), least)
