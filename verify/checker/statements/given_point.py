"""Statements about one exact point of an empirical risk: the point itself, not one near it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, shown, within
from verify.checker.core.limits import MAX_OPEN_KINKS, MAX_ORDER, MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import FLAG, NUMBER, Count, Known, ListOf, matrix, text
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row, Table
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.landscape import DIRECTION, POINT, VALUE, AboutLandscape, shape
from verify.checker.statements.network import Vector

SAYS = {
    "value": "has the loss {bounds} at the given point",
    "local-minimum": "has a local minimum (not necessarily strict) at the given point, with loss {bounds}",
    "suboptimal-local-minimum": (
        "has a local minimum (not necessarily strict) that is not global at the given point, with loss {bounds}"
    ),
    "global-minimum": "has a global minimum at the given point, with loss 0",
    "convex-global-minimum": "is convex and has a global minimum at the given point, with loss {bounds}",
    "no-global-minimum": (
        "has no global minimum: its infimum is 0 and is not attained; it has no local minimum at the given point, "
        "where the loss is {bounds}"
    ),
    "not-a-local-minimum": (
        "has no local minimum at the given point, where the loss is {bounds}: arbitrarily near, it is smaller"
    ),
    "not-a-global-minimum": "has no global minimum at the given point, where the loss is {bounds}",
    "degenerate-saddle": (
        "has a critical point at the given point, neither a local minimum nor a local maximum, with loss {bounds}"
    ),
}
MINIMA = ("local-minimum", "suboptimal-local-minimum")
METHODS = ("one-hidden-layer", "orthogonal-residuals")

Multipliers = tuple[tuple[tuple[Vector, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class GivenPoint(AboutLandscape[EmpiricalRiskLandscape]):
    """What an empirical risk does at one exact point."""

    point: Matrix
    """(1, trained parameters)"""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the point; both 0 for a global minimum."""

    def claim(self) -> str:
        """What is said of it; every printed bound is rounded so that it stays true."""
        return SAYS[self.property].format(bounds=self.bounds(8))

    def bounds(self, digits: int) -> str:
        """The loss, in words."""
        low, high = self.value
        return shown(low, digits) if low == high else f"in {within(self.value, digits)}"


@dataclass(frozen=True, slots=True)
class Line:
    """A direction, and the order in t at which the loss first changes along it; with `bends`, a curve."""

    direction: Matrix
    """(1, trained parameters), not zero"""
    order: int
    bends: tuple[Matrix, ...] | None = None
    """Of a curve: its coefficients of t^2, t^3, ..., each (1, trained parameters); None for rule `descent`."""
    both_sides: bool = False
    """Of a curve: whether the changes of the loss along it, for t and for -t, are added."""

    def curve(self, sign: int = 1) -> tuple[Matrix, ...]:
        """The coefficients of t, t^2, ...; of the curve that is gone through in the other direction, for -1."""
        given = enumerate((self.direction, *(self.bends or ())), start=1)
        return tuple(tuple(tuple(sign**power * x for x in row) for row in matrix) for power, matrix in given)


@dataclass(frozen=True, slots=True)
class GivenPointWitness(Witness):
    """What the rules of the property need; the rest is None."""

    better_point: Matrix | None = None
    method: str | None = None
    multipliers: Multipliers = ()
    """For each neuron, each sign and each pattern of open kinks: the multipliers of its kinks."""
    descent: Line | None = None
    ascent: Line | None = None


def _value_refused(known: Known) -> str | None:
    is_wrong = known["property"] == "global-minimum" and any(known["value"])
    return "must be 0 and 0 for a global minimum" if is_wrong else None


STATEMENT = statement_of(
    GivenPoint, EMPIRICAL_RISK, SAYS, Row("point", matrix(shape)), VALUE, Refusal("value", _value_refused)
)


def _sides_refused(known: Known) -> str | None:
    return "is for a curve, which has `bends`" if known["both_sides"] and known["bends"] is None else None


def _needed(*properties: str) -> Callable[[Known, Field], bool]:
    return lambda known, witness: known["statement"].property in properties


def _has_multipliers(known: Known, witness: Field) -> bool:
    return known["statement"].property in MINIMA and METHOD.read(witness.member("method"), known) == METHODS[0]


METHOD = text(*METHODS)
LINE = Table.of(
    Line,
    Row("direction", DIRECTION),
    Row("order", Count(1, MAX_ORDER)),
    Row("bends", ListOf(POINT, 0, MAX_ORDER), optional=True),
    Row("both_sides", FLAG, optional=True, absent=False),
    Refusal("both_sides", _sides_refused),
)
_OF_PATTERN = ListOf(NUMBER, 0, MAX_SAMPLES)
_OF_SIGN = ListOf(_OF_PATTERN, 1, 2**MAX_OPEN_KINKS)
_OF_NEURON = ListOf(_OF_SIGN, 0, 2)
WITNESS = witness_of(
    GivenPointWitness,
    Row("descent", LINE, needed=_needed("not-a-local-minimum", "degenerate-saddle")),
    Row("ascent", LINE, needed=_needed("degenerate-saddle")),
    Row("better_point", POINT, needed=_needed("suboptimal-local-minimum", "not-a-global-minimum")),
    Row("method", METHOD, needed=_needed(*MINIMA)),
    Row("multipliers", ListOf(_OF_NEURON, 1, MAX_UNKNOWNS), absent=(), needed=_has_multipliers),
)
