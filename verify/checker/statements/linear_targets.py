"""Sets of targets of deep linear networks, and how deep these are.

The loss is F(Theta) = 1/2 |Theta_L ... Theta_1 - Phi|_F^2, with L real d x d matrices Theta_j. A statement is about
every L of a range and every target Phi of a set: one matrix, or all those of every size d that have a property.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_LINEAR_LAYERS, MAX_TARGET_ORDER
from verify.checker.core.schema import (
    BOUNDS,
    NOT_NEGATIVE,
    POSITIVE,
    Constant,
    Count,
    Known,
    ListOf,
    text,
    vector,
    where,
)
from verify.checker.core.table import Refusal, Row, Table, Variants
from verify.checker.statements.words import with_numbers


@dataclass(frozen=True, slots=True)
class Targets:
    """Matrices Phi."""

    set: str

    words: ClassVar[str]
    """After "every d >= 1, every", with the members' names in the places of their numbers."""

    def describe(self) -> str:
        """In words, with exact numbers: they say which matrices are meant."""
        return f"every d >= 1, every {with_numbers(self.words, self)}"


@dataclass(frozen=True, slots=True)
class OneTarget(Targets):
    """One matrix."""

    matrix: Matrix
    """Phi, (d, d)."""

    def describe(self) -> str:
        """Its size: the certificate has the numbers."""
        return f"the given {len(self.matrix)} x {len(self.matrix)} matrix Phi"


@dataclass(frozen=True, slots=True)
class SymmetricTargets(Targets):
    """Symmetric, with all eigenvalues from a > 0 to b."""

    words = "symmetric d x d matrix Phi with all eigenvalues in {eigenvalues}"

    eigenvalues: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class NegativeTargets(Targets):
    """Symmetric, with an eigenvalue in [a, b], b < 0; the others are any."""

    words = "symmetric d x d matrix Phi with an eigenvalue in {eigenvalue}"

    eigenvalue: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class NormalTargets(Targets):
    """Phi Phi^T = Phi^T Phi, (Phi + Phi^T)/2 >= x I with x > 1/2, |Phi| <= R in the spectral norm."""

    words = "normal d x d matrix Phi with all eigenvalues z in Re z >= {real_part}, |z| <= {norm}"

    real_part: Fraction
    norm: Fraction


@dataclass(frozen=True, slots=True)
class NormalOffAxis(Targets):
    """Phi Phi^T = Phi^T Phi, Re z + r ((Im z)^2 - s^2) >= s for all eigenvalues, 0 < s < 1, |Phi| <= R.

    So none is in a parabola around the negative axis and 0; every other number is in such a set.
    """

    words = (
        "normal d x d matrix Phi with all eigenvalues z in Re z + r ((Im z)^2 - s^2) >= s with r = {curvature} and "
        "s = {distance}, |z| <= {norm}"
    )

    distance: Fraction
    """s."""
    curvature: Fraction
    """r."""
    norm: Fraction


@dataclass(frozen=True, slots=True)
class NegativeDefiniteTargets(Targets):
    """Symmetric, with all eigenvalues from a to b < 0."""

    words = SymmetricTargets.words

    eigenvalues: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class NearIdentity(Targets):
    """|Phi - I|_F <= r."""

    words = "d x d matrix Phi with |Phi - I|_F <= {distance}"

    distance: Fraction


@dataclass(frozen=True, slots=True)
class PositiveTargets(Targets):
    """(Phi + Phi^T)/2 >= g I with g > 0, |Phi| <= N in the spectral norm, |Phi - I|_F <= e."""

    words = (
        "d x d matrix Phi with (Phi + Phi^T)/2 >= {real_part} I, spectral norm at most {norm} and "
        "|Phi - I|_F <= {distance}"
    )

    real_part: Fraction
    norm: Fraction
    distance: Fraction


@dataclass(frozen=True, slots=True)
class Layers:
    """The numbers of layers L: from `at_least` on, up to `at_most` where there is one."""

    at_least: int
    at_most: int | None
    parity: str | None = None
    """even, odd, or both."""

    def describe(self, L: str = "L") -> str:
        """As a condition, on a number with this name."""
        every = f"every {self.parity} {L}" if self.parity else f"every {L}"
        if self.at_most is None:
            return f"{every} >= {self.at_least}"
        one = self.at_least == self.at_most
        return f"{L} = {self.at_least}" if one else f"{every} in {self.at_least}..{self.at_most}"


@dataclass(frozen=True, slots=True)
class DeepLinearNetworks:
    """F(Theta) = 1/2 |Theta_L ... Theta_1 - Phi|_F^2, for these L and these Phi."""

    layers: Layers
    targets: Targets

    definition = (
        "F(Theta) = 1/2 |Theta_L ... Theta_1 - Phi|_F^2 over the real d x d matrices Theta_1, ..., Theta_L; "
        "W_t is the product Theta_L ... Theta_1 after t steps"
    )
    """The loss as a formula."""

    def scope(self) -> str:
        """What a proof about them covers."""
        return f"{self.layers.describe()}; {self.targets.describe()}"


SQUARE = ListOf(vector(lambda known: known["length"]), 1, MAX_TARGET_ORDER)


def _no_layers(known: Known) -> str | None:
    least, most, parity = known["at_least"], known["at_most"], known["parity"]
    fits = parity is None or most is None or most > least or least % 2 == (parity == "odd")
    return None if fits else f"there is no {parity} number among them"


NUMBER_OF_LAYERS = (
    Row("at_least", Count(1, MAX_LINEAR_LAYERS)),
    Row("at_most", Count(lambda known: known["at_least"], MAX_LINEAR_LAYERS), optional=True),
)
LAYERS = Table.of(
    Layers, *NUMBER_OF_LAYERS, Row("parity", text("even", "odd"), optional=True), Refusal("parity", _no_layers)
)
EIGENVALUES = where(BOUNDS, lambda ends: ends[0] > 0, "must be positive")
ABOVE_HALF = where(POSITIVE, lambda number: number > Fraction(1, 2), "must be more than 1/2")


def _empty(known: Known) -> str | None:
    return "is below real_part: there is no such matrix" if known["norm"] < known["real_part"] else None


NORM = Row("norm", POSITIVE), Refusal("norm", _empty)


def _all_inside(known: Known) -> str | None:
    """Re z + r (Im z)^2 is at most R on |z| <= R, or r R^2 + 1/(4 r) where 2 r R >= 1."""
    s, r, R = known["distance"], known["curvature"], known["norm"]
    largest = r * R**2 + 1 / (4 * r) if 2 * r * R >= 1 else R
    return "the parabola leaves out all of |z| <= R: there is no such matrix" if largest < s + r * s * s else None


BELOW_ONE = where(POSITIVE, lambda number: number < 1, "must be less than 1")
NEGATIVE_BOUNDS = where(BOUNDS, lambda ends: ends[1] < 0, "must be negative")


def _set(make: type[Targets], name: str, *rows: Row | Refusal) -> Table[Targets]:
    return Table.of(make, Row("set", text(name)), *rows)


SETS = {
    "symmetric": _set(SymmetricTargets, "symmetric", Row("eigenvalues", EIGENVALUES)),
    "normal": _set(NormalTargets, "normal", Row("real_part", ABOVE_HALF), *NORM),
    "normal-off-axis": _set(
        NormalOffAxis,
        "normal-off-axis",
        Row("distance", BELOW_ONE),
        Row("curvature", NOT_NEGATIVE),
        Row("norm", POSITIVE),
        Refusal("norm", _all_inside),
    ),
    "negative-definite": _set(NegativeDefiniteTargets, "negative-definite", Row("eigenvalues", NEGATIVE_BOUNDS)),
    "near-identity": _set(NearIdentity, "near-identity", Row("distance", POSITIVE)),
    "positive": _set(PositiveTargets, "positive", Row("real_part", POSITIVE), *NORM, Row("distance", NOT_NEGATIVE)),
}
"""To all of which gradient descent converges, to the negative definite ones with some large steps."""
NEGATIVE = {"negative": _set(NegativeTargets, "negative", Row("eigenvalue", NEGATIVE_BOUNDS))}
"""To none of which it does."""
ONE = {"one-matrix": _set(OneTarget, "one-matrix", Row("matrix", SQUARE))}


def deep_linear_networks(sets: Mapping[str, Table[Targets]]) -> Table[DeepLinearNetworks]:
    """The landscape, with targets in one of these sets, or one matrix."""
    kind, targets = Constant("deep-linear-networks"), Variants("set", {**sets, **ONE})
    return Table.of(DeepLinearNetworks, Row("kind", kind), Row("layers", LAYERS), Row("targets", targets))
