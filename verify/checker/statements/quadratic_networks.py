"""Statements about all networks with quadratic activation of some sizes: Du & Lee 2018, and what fails without C."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from verify.checker.core.exact import written
from verify.checker.core.limits import MAX_QUADRATIC_SIZE
from verify.checker.core.schema import FLAG, NOT_NEGATIVE, NUMBER, POSITIVE, Constant, Count, Word, text
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row, Table, Variants
from verify.checker.core.witness import PRECISION_ALONE, Witness, witness_of
from verify.checker.statements.landscape import AboutLandscape
from verify.checker.statements.words import with_numbers

KIND = "quadratic-networks"
GLOBAL, NOT_GLOBAL = "every-local-minimum-global", "local-minimum-not-global"
LOSS = "the output of a network with quadratic activation is |W x|^2 = sum_j (w_j.x)^2, W in R^(k x d) with rows w_j"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of samples n and widths k, in every input dimension d."""

    sizes: str

    words: ClassVar[str]
    """With the members' names in the places of their numbers."""

    def describe(self) -> str:
        """In words."""
        return with_numbers(self.words, self)


@dataclass(frozen=True, slots=True)
class SquaredWidths(Sizes):
    """All n and k with k^2 >= c n."""

    words = "every number of samples n >= 1 and every width k with k^2 >= {per_sample} n"

    per_sample: Fraction
    """c."""


@dataclass(frozen=True, slots=True)
class WidthsFrom(Sizes):
    """All n up to one number and all k from another."""

    words = "every number of samples n <= {samples} and every width k >= {width}"

    width: int
    samples: int


@dataclass(frozen=True, slots=True)
class AsWideAsInputs(Sizes):
    """All k >= d."""

    words = "every number of samples n >= 1 and every width k >= d"


@dataclass(frozen=True, slots=True)
class EveryLocalMinimumGlobal(AboutLandscape[Sizes]):
    """For almost every C, or every C."""

    every_perturbation: bool

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        which = "every" if self.every_perturbation else "almost every"
        return f"all data sets, all convex losses, {which} C, all sizes: {self.landscape.describe()}"

    definition = (
        f"{LOSS}; the loss is L(W) = 1/n sum_i l_i(|W x_i|^2) + (decay/2) |W|^2 + <C, W^T W>, C symmetric; almost "
        "every C: all symmetric C but a set of measure zero, which depends on the x_i, the decay and k only"
    )
    """What the words stand for."""

    def sentence(self) -> str:
        """The statement in words."""
        which = "every symmetric C" if self.every_perturbation else "almost every symmetric C"
        return (
            f"For every d, {self.landscape.describe()}, all x_1, ..., x_n in R^d, every real decay and {which}: for "
            "all convex and continuously differentiable l_1, ..., l_n, every local minimum of the loss L of a network "
            "with quadratic activation is global."
        )


@dataclass(frozen=True, slots=True)
class SignedPairs:
    """The samples e_j + a e_d and e_j - a e_d with label y, j = 1, ..., k, and m times e_d with label y', d = k + 1."""

    offset: Fraction
    """a."""
    label: Fraction
    """y."""
    copies: int
    """m."""
    last_label: Fraction
    """y'."""
    decay: Fraction
    width: int
    every_larger: bool
    """And for every larger width."""

    def describe(self) -> str:
        """In words."""
        many = f"every width k >= {self.width}" if self.every_larger else f"the width k = {self.width}"
        last = f", and {self.copies} times e_d with label {written(self.last_label)}" if self.copies else ""
        return (
            f"{many}, with d = k + 1 and the n = 2k + {self.copies} samples e_j + a e_d, e_j - a e_d (j = 1, ..., k), "
            f"a = {written(self.offset)}, with label {written(self.label)}{last}"
        )


@dataclass(frozen=True, slots=True)
class LocalMinimumNotGlobal(AboutLandscape[SignedPairs]):
    """W_0 = (s I, 0) is a local minimum that is not global."""

    scale: Fraction
    """s."""
    per_sample: Fraction
    """c: k^2 >= c n."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"one data set for each k: {self.landscape.describe()}"

    @builtins.property
    def definition(self) -> str:
        """What the words stand for."""
        return (
            f"{LOSS}; the loss is L(W) = 1/(2n) sum_i (|W x_i|^2 - y_i)^2 + (decay/2) |W|^2 with decay = "
            f"{written(self.landscape.decay)}; e_1, ..., e_d are the unit vectors"
        )

    def sentence(self) -> str:
        """The statement in words."""
        decay = f"decay {written(self.landscape.decay)}" if self.landscape.decay else "no decay"
        return (
            f"For {self.landscape.describe()}, {decay} and no C: k^2 >= {written(self.per_sample)} n, and W = (s I, 0) "
            f"with s = {written(self.scale)} is a local minimum of the loss L, not strict if k >= 2, and not global."
        )


@dataclass(frozen=True, slots=True)
class BetterSquare(Witness):
    """Of a better W: one row, c e_d, the others 0."""

    square: Fraction
    """q = c^2."""


def _sizes(make: type[Sizes], name: str, *rows: Row) -> Table[Sizes]:
    return Table.of(make, Row("kind", Constant(KIND)), Row("sizes", text(name)), *rows)


SIZE = Count(1, MAX_QUADRATIC_SIZE)
SIZES = {
    "squared": _sizes(SquaredWidths, "squared", Row("per_sample", POSITIVE)),
    "from": _sizes(WidthsFrom, "from", Row("width", SIZE), Row("samples", SIZE)),
    "dimension": _sizes(AsWideAsInputs, "dimension"),
}
PERTURBATIONS = {"almost-every": False, "every": True}
PAIRS = Table.of(
    SignedPairs,
    Row("kind", Constant(KIND)),
    Row("samples", Constant("signed-pairs")),
    Row("offset", POSITIVE),
    Row("label", NUMBER),
    Row("copies", Count(0, MAX_QUADRATIC_SIZE)),
    Row("last_label", NUMBER),
    Row("decay", NOT_NEGATIVE),
    Row("width", SIZE),
    Row("every_larger", FLAG),
)
GLOBAL_STATEMENT = statement_of(
    EveryLocalMinimumGlobal,
    Variants("sizes", SIZES),
    GLOBAL,
    Row("perturbation", Word(PERTURBATIONS), into="every_perturbation"),
)
NOT_GLOBAL_STATEMENT = statement_of(
    LocalMinimumNotGlobal, PAIRS, NOT_GLOBAL, Row("scale", POSITIVE), Row("per_sample", POSITIVE)
)
GLOBAL_WITNESS = PRECISION_ALONE
NOT_GLOBAL_WITNESS = witness_of(BetterSquare, Row("square", POSITIVE))
