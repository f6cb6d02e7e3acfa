"""Statement: neurons that share one weight vector are a local minimum, for every width from some width on."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from functools import partial

from verify.checker.core.exact import Matrix, reach, within
from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.schema import FLAG, Count, Known, Unless, matrix
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Row
from verify.checker.core.witness import Witness, witness_of
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape, is_suboptimal
from verify.checker.statements.landscape import VALUE, region
from verify.checker.statements.network import SHORTHANDS

PROPERTY = "degenerate-local-minimum-of-every-width"


@dataclass(frozen=True, slots=True)
class EveryWidth(CriticalPoint):
    """Near the center, a point (w, V) of the network with one neuron that gives minima of all wider networks."""

    landscape: EmpiricalRiskLandscape
    """Of the network with one hidden neuron; a point is w, its bias, V, the output's bias."""
    widths_from: int
    suboptimal: bool

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return f"every width from {self.widths_from} on, {len(self.landscape.inputs)} given samples"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return f"{self.landscape.definition}, here with one hidden neuron"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        not_global = " that is not global" if self.suboptimal else ""
        hidden, output = self.landscape.network.layers
        shared = "w and one bias" if hidden.bias else "w"
        point = f"(w, {'its bias, ' * hidden.bias}V{', the bias of the output' * output.bias})"
        return (
            f"For every width m >= {self.widths_from} of the hidden layer, the empirical risk "
            f"({self.landscape.terms()}) of a network of {hidden.activation.describe()} neurons "
            f"{'with' if hidden.bias else 'without'} biases and an output {'with' if output.bias else 'without'} one, "
            f"with {hidden.inputs} inputs, on {len(self.landscape.inputs)} samples has a local minimum{not_global}: "
            f"all neurons share one {shared}, and v_1, ..., v_m are any numbers of the sign of V with sum V, none 0, "
            f"where the entries of {point} are within {reach(self.radius)} of the given ones; "
            f"the loss is in {within(self.value, 8)}."
        )

    def wide(self) -> EmpiricalRiskLandscape:
        """The same risk of the network with the least width."""
        return self.landscape.with_hidden_widths(self.widths_from)


@dataclass(frozen=True, slots=True)
class EveryWidthWitness(Witness):
    """A point of smaller loss, of the network with the least widths claimed; None where none is needed."""

    better_point: Matrix | None


def refused(landscape: EmpiricalRiskLandscape) -> str | None:
    """Why a landscape is not one hidden layer and a linear output, all trained without weight decay, if it is not."""
    layers = landscape.network.layers
    if len(layers) != 2 or layers[1].width != 1 or any(layer.residual for layer in layers):
        return "must have one hidden layer, one output and no residual connection"
    if (layers[1].activation.name, layers[1].activation.parameters) != SHORTHANDS["identity"]:
        return "must have the identity as the activation of the output"
    if landscape.fixed or landscape.parameter_map or landscape.weight_decay or landscape.bias_decay:
        return "must have no fixed parameter and no weight decay"
    return None


def _landscape_refused(landscape: EmpiricalRiskLandscape, known: Known) -> str | None:
    if (reason := refused(landscape)) is not None or landscape.network.layers[0].width == 1:
        return reason
    return "the hidden layer must have one neuron: the statement is about every width"


def _widest(known: Known) -> int:
    inputs: int = known["landscape"].network.inputs
    return MAX_UNKNOWNS // (inputs + 2)


STATEMENT = statement_of(
    partial(EveryWidth, every_dimension=False),
    Unless(EMPIRICAL_RISK, _landscape_refused),
    PROPERTY,
    region("box"),
    VALUE,
    Row("widths_from", Count(1, _widest)),
    Row("suboptimal", FLAG),
)
BETTER_POINT = matrix(lambda known: known["statement"].wide().shape)
WITNESS = witness_of(EveryWidthWitness, Row("better_point", BETTER_POINT, needed=is_suboptimal))
