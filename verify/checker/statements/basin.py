"""Statement: an empirical risk has a local minimum near a given point, on kinks or with flat directions too."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from verify.checker.core.exact import Matrix
from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.schema import NOT_NEGATIVE, NUMBER, POSITIVE, Count, Known, ListOf, text
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Derived, Listed, Refusal, Row, Table, Variants
from verify.checker.core.witness import PRECISION, Witness
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import VALUE, AboutLandscape, region
from verify.checker.statements.network import Layer
from verify.checker.statements.words import near, surface

PROPERTY, STRICT = "local-minimum-within", "strict-local-minimum-within"


@dataclass(frozen=True, slots=True)
class MinimumWithin(AboutLandscape[EmpiricalRiskLandscape]):
    """A local minimum within a Euclidean distance of the center."""

    center: Matrix
    """(1, trained parameters)"""
    radius: Fraction
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the minimum."""

    def place(self) -> str:
        """Where it lies, and with what loss, in words."""
        return near(self.radius, self.value)


@dataclass(frozen=True, slots=True)
class LocalMinimumWithin(MinimumWithin):
    """One that is not claimed to be strict."""

    flat_directions: int
    """The dimension of a surface through the minimum on which the loss is constant; 0 where none is claimed."""

    def claim(self) -> str:
        """What is said of it."""
        return f"has a local minimum, {self.strictness()}, {self.place()}"

    def strictness(self) -> str:
        """Of the minimum, in words."""
        if not self.flat_directions:
            return "not necessarily strict"
        return f"not strict (the loss is constant on {surface(self.flat_directions)} through it)"


@dataclass(frozen=True, slots=True)
class StrictMinimumWithin(MinimumWithin):
    """One that is strict, and the only point within that distance at which the loss is as small."""

    def claim(self) -> str:
        """What is said of it."""
        return f"has a strict local minimum, the only point of least loss that near, {self.place()}"


@dataclass(frozen=True, slots=True, order=True)
class Kink:
    """A unit that may meet its kink on a sample within the radius, and what takes its activation's place there."""

    layer: int
    """The one after the last is the loss, whose units are the residuals of the outputs."""
    sample: int
    unit: int
    slope: Fraction
    """Of the line in the activation's place: between the slopes of its half-lines."""
    weight: Fraction
    """nu >= 0: how much of the loss's rise across the kink the minorant keeps."""


class Entry(NamedTuple):
    """An entry of a matrix that is not 0."""

    row: int
    column: int
    entry: Fraction


@dataclass(frozen=True, slots=True)
class Symmetry:
    """A flow of the parameters that does not change the loss: a name, a layer, and what the name asks for."""

    name: str
    layer: int
    unit: int | None = None
    source: int | None = None
    """An input of the units of a layer; the last one, after the weights', stands for the bias."""
    vector: tuple[Fraction, ...] = ()
    """For `null`: a change of the unit's weights, and of its bias if there is one. For `exchange`: the change of the
    next unit's bias."""
    matrix: tuple[Entry, ...] = ()
    """For `linear`: the entries of E that are not 0. For `scaling`: layers, units and their rates. For `exchange`:
    units, sources and changes."""


@dataclass(frozen=True, slots=True)
class Split:
    """Two sets of units of one layer that are parts of one: in each parameter of theirs, in the ratio of the shares."""

    layer: int
    first: tuple[int, ...]
    second: tuple[int, ...]
    shares: tuple[Fraction, Fraction]
    """Their squares add up to 1."""


@dataclass(frozen=True, slots=True)
class BasinWitness(Witness):
    """What makes a local minimum within a radius checkable."""

    curvature: Fraction
    """mu > 0: a lower bound of the minorant's Hessian across the flat directions."""
    kinks: tuple[Kink, ...]
    symmetries: tuple[Symmetry, ...] = ()
    splits: tuple[Split, ...] = ()
    """Curvature, kinks and symmetries are those of the network in which the second set of each is left out."""


def _landscape(known: Known) -> EmpiricalRiskLandscape:
    landscape: EmpiricalRiskLandscape = known["statement"].landscape
    return landscape


def _last_layer(known: Known) -> int:
    return len(_landscape(known).network.layers) - 1


def _last_place(known: Known) -> int:
    """Of a kink: the last layer, or after it the loss, if that has kinks like those of a layer."""
    return _last_layer(known) + (_landscape(known).residual_slopes(Fraction(1)) is not None)


def _last_unit_there(known: Known) -> int:
    layers, depth = _landscape(known).network.layers, int(known["layer"])
    return layers[min(depth, len(layers) - 1)].width - 1


def _layer(known: Known) -> Layer:
    return _landscape(known).network.layers[known["layer"]]


def _last_unit(known: Known) -> int:
    return _layer(known).width - 1


def _sources(known: Known) -> int:
    return _layer(known).inputs + _layer(known).bias


def _kinks_refused(known: Known) -> str | None:
    places = [(kink.layer, kink.sample, kink.unit) for kink in known["kinks"]]
    return None if places == sorted(set(places)) else "must be in growing order of layer, sample, unit; each once"


STATEMENT = statement_of(
    LocalMinimumWithin,
    EMPIRICAL_RISK,
    PROPERTY,
    region("ball"),
    VALUE,
    Row("flat_directions", Count(0, lambda known: known["landscape"].trained)),
)
STRICT_STATEMENT = statement_of(StrictMinimumWithin, EMPIRICAL_RISK, STRICT, region("ball"), VALUE)
_LAYER = Row("layer", Count(0, _last_layer))
_UNIT = Row("unit", Count(0, _last_unit))
_KINK = Listed.of(
    Kink,
    Row("layer", Count(0, _last_place)),
    Row("sample", Count(0, lambda known: len(_landscape(known).inputs) - 1)),
    Row("unit", Count(0, _last_unit_there)),
    Row("slope", NUMBER),
    Row("weight", NOT_NEGATIVE),
)
_ENTRY = Listed.of(Entry, Row("row", Count(0, _last_unit)), Row("column", Count(0, _last_unit)), Row("entry", NUMBER))
_CHANGE = Listed.of(
    Entry,
    Row("unit", Count(0, _last_unit), into="row"),
    Row("source", Count(0, lambda known: _sources(known) - 1), into="column"),
    Row("change", NUMBER, into="entry"),
)
_SYMMETRIES = {
    "scale": (_UNIT,),
    "shift": (_UNIT,),
    "null": (_UNIT, Row("vector", ListOf(NUMBER, _sources, _sources))),
    "outgoing": (_UNIT, Row("source", Count(0, MAX_UNKNOWNS))),
    "exchange": (
        Row("changes", ListOf(_CHANGE, 1, MAX_UNKNOWNS), into="matrix"),
        Row("bias", ListOf(NUMBER, 1, 1), into="vector"),
    ),
    "linear": (Row("matrix", ListOf(_ENTRY, 1, MAX_UNKNOWNS)),),
    "softmax": (Row("source", Count(0, lambda known: _sources(known) - 1)),),
}
_RATE = Listed.of(
    Entry,
    Row("layer", Count(0, _last_layer), into="row"),
    Row("unit", Count(0, lambda known: _landscape(known).network.layers[known["row"]].width - 1), into="column"),
    Row("rate", NUMBER, into="entry"),
)
_SCALING = Table.of(
    Symmetry,
    Row("name", text("scaling")),
    Row("rates", ListOf(_RATE, 1, MAX_UNKNOWNS), into="matrix"),
    Derived("layer", lambda known: min(rate.row for rate in known["matrix"])),
)
SYMMETRY = Variants(
    "name",
    {name: Table.of(Symmetry, Row("name", text(name)), _LAYER, *rows) for name, rows in _SYMMETRIES.items()}
    | {"scaling": _SCALING},
)
_UNITS = ListOf(Count(0, _last_unit), 1, MAX_UNKNOWNS)
_SPLIT = Table.of(Split, _LAYER, Row("first", _UNITS), Row("second", _UNITS), Row("shares", ListOf(POSITIVE, 2, 2)))
_MINORANT = (
    PRECISION,
    Row("curvature", POSITIVE),
    Row("kinks", ListOf(_KINK, 0, MAX_UNKNOWNS)),
    Refusal("kinks", _kinks_refused),
)
STRICT_WITNESS = Table(BasinWitness, _MINORANT)
WITNESS = Table.of(
    BasinWitness,
    *_MINORANT,
    Row("symmetries", ListOf(SYMMETRY, 0, lambda known: _landscape(known).trained)),
    Row("splits", ListOf(_SPLIT, 1, lambda known: _landscape(known).trained), optional=True, absent=()),
)
