"""Statements about one exact point of an empirical risk: the point itself, not one near it."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, at_least, at_most, shown
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import read_bounds
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

SAYS = {
    "value": "has the loss {bounds} at the given point",
    "local-minimum": "has a local minimum (not necessarily strict) at the given point, with loss {bounds}",
    "suboptimal-local-minimum": (
        "has a local minimum (not necessarily strict) that is not global at the given point, with loss {bounds}"
    ),
    "global-minimum": "has a global minimum at the given point, with loss 0",
    "not-a-local-minimum": (
        "has no local minimum at the given point, where the loss is {bounds}: arbitrarily near, it is smaller"
    ),
    "not-a-global-minimum": "has no global minimum at the given point, where the loss is {bounds}",
    "degenerate-saddle": (
        "has a critical point at the given point, neither a local minimum nor a local maximum, with loss {bounds}"
    ),
}
MINIMA = ("local-minimum", "suboptimal-local-minimum")


@dataclass(frozen=True, slots=True)
class GivenPoint(Statement):
    """What an empirical risk does at one exact point."""

    landscape: EmpiricalRiskLandscape
    property: str
    """A key of SAYS."""
    point: Matrix
    """(1, trained parameters)"""
    value: tuple[Fraction, Fraction]
    """Encloses the loss at the point; both 0 for a global minimum."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return self.landscape.scope(every_dimension=False)

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        says = SAYS[self.property].format(bounds=self._bounds(8))
        return f"{self.landscape.subject(every_dimension=False)} {says}."

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        return f"{self.property} ({self.landscape.setting(every_dimension=False)}), loss {self._bounds(6)}"

    def _bounds(self, digits: int) -> str:
        low, high = self.value
        if low == high:
            return shown(low, digits)
        return f"in [{at_least(low, digits)}, {at_most(high, digits)}]"


def read_statement(field: Field, landscape: EmpiricalRiskLandscape) -> GivenPoint:
    """Read a certificate's `statement`."""
    parts = field.fields(["landscape", "property", "point", "value"])
    name = parts["property"].text(*SAYS)
    value = read_bounds(parts["value"])
    if name == "global-minimum" and any(value):
        parts["value"].fail("must be 0 and 0 for a global minimum")
    return GivenPoint(landscape, name, parts["point"].matrix(*landscape.shape), value)
