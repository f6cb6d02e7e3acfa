"""Statement: a point at which a network's output is the same on three samples is a local minimum (Yun et al. 2019)."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.exact import Matrix, shown, written
from verify.checker.core.schema import FLAG, Known, Unless, vector
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape, is_suboptimal
from verify.checker.statements.every_width import refused
from verify.checker.statements.landscape import POINT, AboutLandscape
from verify.checker.statements.network import Vector

PROPERTY = "degenerate-local-minimum"
LISTED = 8
"""Neurons whose numbers are printed."""
HALF = Fraction(1, 2)
INPUTS = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)), (HALF, HALF))
TARGETS = ((Fraction(0),), (Fraction(0),), (Fraction(1),))


@dataclass(frozen=True, slots=True)
class ConstantOutputs(AboutLandscape[EmpiricalRiskLandscape]):
    """Neuron j has the weights (v_j, v_j), so that its pre-activation is v_j on each of the three samples.

    The output weights are u_1, ..., u_(n-1) as given, and the u_n that makes the output 1/3.
    """

    pre_activations: Vector
    """v_1, ..., v_n"""
    output_weights: Vector
    """u_1, ..., u_(n-1)"""
    suboptimal: bool

    @builtins.property
    def value(self) -> Fraction:
        """The loss at the point: factor (1/9 + 1/9 + 4/9)."""
        return self.landscape.factor * Fraction(2, 3)

    def claim(self) -> str:
        """What is said of it."""
        not_global = " that is not global" if self.suboptimal else ""
        count = len(self.pre_activations)
        given, weights = f"the {count} numbers given", f"u_1, ..., u_{count}, all but the last given"
        if count <= LISTED:
            given = ", ".join(map(written, self.pre_activations))
            weights = ", ".join([*map(written, self.output_weights), f"u_{count}"])
        return (
            f"has a local minimum{not_global}, not strict, of loss "
            f"{shown(self.value)} where the neurons have the weights (v, v) for v = {given} and the output weights "
            f"{weights}, the last of which makes the output 1/3"
        )


@dataclass(frozen=True, slots=True)
class ConstantOutputsWitness(Witness):
    """A point of smaller loss; None where none is needed."""

    better_point: Matrix | None


def _landscape_refused(landscape: EmpiricalRiskLandscape, known: Known) -> str | None:
    if (reason := refused(landscape)) is not None:
        return reason
    if any(layer.bias for layer in landscape.network.layers):
        return "must have no biases"
    data = landscape.inputs, landscape.targets, landscape.loss, landscape.sample_weights
    if data != (INPUTS, TARGETS, "squares", None):
        return "must have the samples (1, 0), (0, 1), (1/2, 1/2) with targets 0, 0, 1 and squares"
    return None


def _neurons(known: Known) -> int:
    width: int = known["landscape"].network.layers[0].width
    return width


STATEMENT = statement_of(
    ConstantOutputs,
    Unless(EMPIRICAL_RISK, _landscape_refused),
    PROPERTY,
    Row("pre_activations", vector(_neurons)),
    Row("output_weights", vector(lambda known: _neurons(known) - 1)),
    Row("suboptimal", FLAG),
)
WITNESS = witness_of(ConstantOutputsWitness, Row("better_point", POINT, needed=is_suboptimal))
