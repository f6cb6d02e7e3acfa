"""Statement: equal units in each layer are a local minimum, for all widths of all layers and an open set of data."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from functools import partial

from verify.checker.core.exact import reach, within
from verify.checker.core.limits import MAX_UNKNOWNS
from verify.checker.core.schema import FLAG, Count, Known, Unless, exactly
from verify.checker.core.statement import statement_of
from verify.checker.core.table import Refusal, Row
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.every_width import WITNESS as OF_EVERY_WIDTH
from verify.checker.statements.landscape import VALUE, region
from verify.checker.statements.network import SHORTHANDS
from verify.checker.statements.words import plural

PROPERTY = "degenerate-local-minimum-of-all-widths"


@dataclass(frozen=True, slots=True)
class AllWidths(CriticalPoint):
    """Near the center, a critical point of the chain that gives minima of all wider networks, on all data nearby."""

    landscape: EmpiricalRiskLandscape
    """Of the chain: each hidden layer has one unit."""
    widths_from: tuple[int, ...]
    """Of each hidden layer."""
    suboptimal: bool

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return (
            f"{self._widths()}; all data sets of {len(self.landscape.inputs)} samples in a neighbourhood of the given "
            "one, the same for all widths"
        )

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return f"{self.landscape.definition}, here with one unit in each hidden layer"

    def _widths(self) -> str:
        bounds = ", ".join(f"m_{number} >= {width}" for number, width in enumerate(self.widths_from, start=1))
        return f"all widths {bounds} of the hidden layer{'s' * (len(self.widths_from) > 1)}"

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        *hidden, output = self.landscape.network.layers
        names = [layer.activation.describe() for layer in hidden]
        last = len(hidden)
        entries = ", ".join(f"w_{level}, b_{level}" for level in range(1, last + 1))
        shares = (
            "; in each hidden layer but the last unit i has a share alpha_i, any positive numbers with sum 1, and each "
            "unit of the next layer l has the weights w_l alpha_i"
        )
        output_bias = "with" if output.bias else "without"
        return (
            f"For {self._widths()}, and for all inputs and targets in a neighbourhood of the given ones that does not "
            f"depend on the widths, the empirical risk ({self.landscape.terms()}) of a network with "
            f"{'/'.join(names if len(set(names)) > 1 else names[:1])} units and biases in "
            f"{plural(last, 'hidden layer')}, an output {output_bias} one, and {plural(hidden[0].inputs, 'input')}, "
            f"on {len(self.landscape.inputs)} samples has a local minimum"
            f"{' that is not global' if self.suboptimal else ''}: all units of the first layer have the weights w_1, "
            f"and those of layer l the bias b_l{shares if last > 1 else ''}; the output weights are any numbers of one "
            f"sign with sum V, none 0. For the given data the entries of ({entries}, V{', c' * output.bias}) are "
            f"within {reach(self.radius)} of the given ones; the loss is in {within(self.value, 8)}."
        )

    def wide(self) -> EmpiricalRiskLandscape:
        """The same risk of the network with the least widths."""
        return self.landscape.with_hidden_widths(*self.widths_from)


def refused(landscape: EmpiricalRiskLandscape) -> str | None:
    """Why a landscape is not a chain with biases, a linear output and squares, all trained, if it is not."""
    *hidden, output = landscape.network.layers
    if not hidden or any(layer.width != 1 for layer in landscape.network.layers):
        return "must have hidden layers of one unit each, and one output: the statement is about all widths"
    if any(layer.residual for layer in landscape.network.layers) or not all(layer.bias for layer in hidden):
        return "must have biases in its hidden layers, and no residual connection"
    if (output.activation.name, output.activation.parameters) != SHORTHANDS["identity"]:
        return "must have the identity as the activation of the output"
    if landscape.loss != "squares":
        return "must have squares as its loss: the targets move, too"
    if landscape.fixed or landscape.parameter_map or landscape.weight_decay or landscape.bias_decay:
        return "must have no fixed parameter and no weight decay"
    return None


def _hidden(known: Known) -> int:
    return len(known["landscape"].network.layers) - 1


def _widths_refused(known: Known) -> str | None:
    parameters = known["landscape"].with_hidden_widths(*known["widths_from"]).network.parameters
    return f"{parameters} parameters are more than {MAX_UNKNOWNS}" if parameters > MAX_UNKNOWNS else None


STATEMENT = statement_of(
    partial(AllWidths, every_dimension=False),
    Unless(EMPIRICAL_RISK, lambda landscape, known: refused(landscape)),
    PROPERTY,
    region("box"),
    VALUE,
    Row("widths_from", exactly(_hidden, Count(1, MAX_UNKNOWNS))),
    Refusal("widths_from", _widths_refused),
    Row("suboptimal", FLAG),
)
WITNESS = OF_EVERY_WIDTH
