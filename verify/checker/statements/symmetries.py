"""Flows of the parameters that do not change an empirical risk: what a witness says of them (docs/BASIN.md)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.schema import NUMBER, Count, Known, ListOf, text
from verify.checker.core.table import Derived, Listed, Row, Table, Variants
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer


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


def landscape_of(known: Known) -> EmpiricalRiskLandscape:
    """That of the statement that a witness is for."""
    landscape: EmpiricalRiskLandscape = known["statement"].landscape
    return landscape


def last_layer(known: Known) -> int:
    """The number of its last layer."""
    return len(landscape_of(known).network.layers) - 1


def _layer(known: Known) -> Layer:
    return landscape_of(known).network.layers[known["layer"]]


def last_unit(known: Known) -> int:
    """The number of the last unit of the layer that was read before."""
    return _layer(known).width - 1


def _sources(known: Known) -> int:
    return _layer(known).inputs + _layer(known).bias


LAYER = Row("layer", Count(0, last_layer))
_UNIT = Row("unit", Count(0, last_unit))
_ENTRY = Listed.of(Entry, Row("row", Count(0, last_unit)), Row("column", Count(0, last_unit)), Row("entry", NUMBER))
_CHANGE = Listed.of(
    Entry,
    Row("unit", Count(0, last_unit), into="row"),
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
    Row("layer", Count(0, last_layer), into="row"),
    Row("unit", Count(0, lambda known: landscape_of(known).network.layers[known["row"]].width - 1), into="column"),
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
    {name: Table.of(Symmetry, Row("name", text(name)), LAYER, *rows) for name, rows in _SYMMETRIES.items()}
    | {"scaling": _SCALING},
)
