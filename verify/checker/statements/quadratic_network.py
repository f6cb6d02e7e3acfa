"""Statements about the training loss of a network with quadratic activation and output weights 1."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, written
from verify.checker.core.limits import MAX_NEURONS, MAX_PARTS, MAX_UNKNOWNS
from verify.checker.core.schema import (
    NEGATIVE,
    NOT_NEGATIVE,
    POSITIVE,
    Choice,
    Constant,
    Count,
    Known,
    ListOf,
    any_matrix,
    matrix,
    triangle,
    vector,
)
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row, Table, Variants
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.landscape import DIRECTION, POINT, VALUE, AboutLandscape, region, shape
from verify.checker.statements.words import near

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
    given_perturbation: Matrix | None
    """C, (d, d), where it is given: the lower triangle."""

    @builtins.property
    def perturbation(self) -> Matrix:
        """C, (d, d): the lower triangle; zero where none is given."""
        if self.given_perturbation is not None:
            return self.given_perturbation
        return tuple((Fraction(0),) * (i + 1) for i in range(self.dimension))

    @builtins.property
    def dimension(self) -> int:
        """d."""
        return len(self.inputs[0])

    @builtins.property
    def shape(self) -> tuple[int, int]:
        """Of W."""
        return self.width, self.dimension

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        return (
            "the loss is L(W) = 1/(2n) sum_i (sum_j (w_j.x_i)^2 - y_i)^2 + (decay/2) |W|^2 + <C, W^T W> over the W in "
            f"R^(k x d) with rows w_j, for the given x_i, y_i and C, and decay = {written(self.decay)}"
        )

    def subject(self) -> str:
        """The beginning of a sentence about it."""
        return f"For the quadratic network with {self.describe()}:"

    def scope(self) -> str:
        """What a proof about it covers: one data set and width."""
        return f"one instance: {self.describe()}"

    def describe(self) -> str:
        """Sizes and the terms beside the squares in words."""
        perturbation = ", a perturbation C" if any(map(any, self.perturbation)) else ""
        decay = f", weight decay {written(self.decay)}" if self.decay else ""
        sizes = f"n = {len(self.inputs)} points in d = {self.dimension} dimensions, width k = {self.width}"
        return f"{sizes}{decay}{perturbation}"


@dataclass(frozen=True, slots=True)
class QuadraticStatement(AboutLandscape[QuadraticNetwork]):
    """What is claimed of such a loss."""


@dataclass(frozen=True, slots=True)
class GlobalMinima(QuadraticStatement):
    """L >= l at every W, of every width; and L <= u at each of the points."""

    value: tuple[Fraction, Fraction]
    points: tuple[Matrix, ...]
    """Each (k, d)."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
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

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
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

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        eigenvalues = f"Hessian eigenvalues >= {at_least(self.hessian_lower_bound)}"
        return f"there is a strict local minimum that is not global, {near(self.radius, self.value)} and {eigenvalues}"


@dataclass(frozen=True, slots=True)
class MultiplierWitness(Witness):
    """For a global minimum."""

    multipliers: tuple[Fraction, ...]
    """u, (n,): about the residuals at the minimum."""


@dataclass(frozen=True, slots=True)
class DirectionWitness(Witness):
    """For negative curvature."""

    direction: Matrix
    """D, (k, d), not zero."""


@dataclass(frozen=True, slots=True)
class BetterPointWitness(Witness):
    """For a local minimum that is not global."""

    better_point: Matrix
    """(k, d), of smaller loss."""


def _too_many(known: Known) -> str | None:
    inputs: Matrix = known["inputs"]
    fits = max(known["width"], len(inputs)) * len(inputs[0]) <= MAX_UNKNOWNS
    return None if fits else f"more than {MAX_UNKNOWNS} entries of the inputs or of W"


QUADRATIC_NETWORK = Table.of(
    QuadraticNetwork,
    Row("kind", Constant("quadratic-network")),
    Row("inputs", any_matrix(MAX_UNKNOWNS, MAX_NEURONS)),
    Row("targets", vector(lambda known: len(known["inputs"]))),
    Row("width", Count(1, MAX_NEURONS)),
    Refusal("inputs", _too_many),
    Row("weight_decay", NOT_NEGATIVE, into="decay"),
    Row("perturbation", triangle(lambda known: len(known["inputs"][0])), into="given_perturbation", optional=True),
)


CLAIMS = (
    statement_of(
        GlobalMinima, QUADRATIC_NETWORK, "global-minimum", VALUE, Row("points", ListOf(matrix(shape), 1, MAX_PARTS))
    ),
    statement_of(
        NegativeCurvature,
        QUADRATIC_NETWORK,
        "negative-curvature",
        Row("point", matrix(shape)),
        Row("gradient_bound", NOT_NEGATIVE),
        Row("negative_curvature", NEGATIVE, into="curvature"),
    ),
    statement_of(
        SpuriousMinimum,
        QUADRATIC_NETWORK,
        "spurious-local-minimum",
        region("ball"),
        VALUE,
        Row("hessian_lower_bound", POSITIVE),
    ),
)
STATEMENT = Variants("property", dict(zip(PROPERTIES, CLAIMS, strict=True)))
MULTIPLIERS = vector(lambda known: len(known["statement"].landscape.targets))
WITNESS: Choice[type, Witness] = Choice(
    {
        GlobalMinima: witness_of(MultiplierWitness, Row("multipliers", MULTIPLIERS)),
        NegativeCurvature: witness_of(DirectionWitness, Row("direction", DIRECTION)),
        SpuriousMinimum: witness_of(BetterPointWitness, Row("better_point", POINT)),
    },
    lambda field, known: type(known["statement"]),
)
