"""Statement: an empirical risk has at least so many strict local minima."""

from __future__ import annotations

import builtins
from dataclasses import dataclass

from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

PROPERTY = "count-of-strict-local-minima"


@dataclass(frozen=True, slots=True)
class CountOfMinima(Statement):
    """A number of pairwise distinct strict local minima."""

    landscape: EmpiricalRiskLandscape
    """Of one layer with one output and no bias, each sample with at most one input other than 0."""
    property: str
    at_least: int

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return self.landscape.scope(every_dimension=False)

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return self.landscape.definition

    def sentence(self) -> str:
        """The statement in words."""
        subject = self.landscape.subject(every_dimension=False)
        return f"{subject} has at least {self.at_least} pairwise distinct strict local minima."

    def summary(self) -> str:
        """The property and the numbers, for a table."""
        return f"{self.property} >= {self.at_least} ({self.landscape.setting(every_dimension=False)})"


def read_statement(field: Field, landscape: EmpiricalRiskLandscape) -> CountOfMinima:
    """Read a certificate's `statement`."""
    parts = field.fields(["landscape", "property", "at_least"])
    layers = landscape.network.layers
    if len(layers) != 1 or layers[0].width != 1 or layers[0].bias or layers[0].residual or landscape.fixed:
        parts["landscape"].fail("must be one layer with one output, no bias, no residual connection, all trained")
    for index, row in enumerate(landscape.inputs):
        if sum(entry != 0 for entry in row) > 1:
            parts["landscape"].fail(f"sample {index} has more than one input that is not 0")
    count = parts["at_least"].number()
    if count < 1 or count.denominator != 1:
        parts["at_least"].fail("must be a positive integer, as a string")
    return CountOfMinima(landscape, parts["property"].text(PROPERTY), int(count))
