"""The empirical risk of a network on exact data, as a certificate describes it."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix, recognised, written
from verify.checker.core.limits import MAX_DATA, MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.outcome import Open
from verify.checker.core.reader import Field
from verify.checker.core.schema import NUMBER, Constant, Count, Known, ListOf, Unless, any_matrix
from verify.checker.core.table import Given, Listed, Refusal, Row, Table, values
from verify.checker.statements.network import LAYERS, Network
from verify.checker.statements.parameter_map import PARAMETER_MAP, ParameterMap, identity
from verify.checker.statements.sample_loss import EACH_LOSS, LOSS, slopes_beside_0, targets_refused
from verify.checker.statements.words import plural

NumberT = TypeVar("NumberT")
"""Rational numbers, balls, or power series of such."""


@dataclass(frozen=True, slots=True)
class EmpiricalRiskLandscape:
    """F(theta) = factor sum_n w_n l(f_theta(x_n), y_n) + sum_i decay_i theta_i^2 / 2, theta the trained parameters."""

    network: Network
    loss: str
    """One of EACH_LOSS."""
    scale: Fraction
    """The factor."""
    weight_decay: Fraction
    bias_decay: Fraction
    inputs: Matrix
    """(samples, inputs)"""
    targets: Matrix
    """(samples, outputs)"""
    fixed: tuple[tuple[int, Fraction], ...]
    """Parameters that are not trained, and their values, in order."""
    parameter_map: ParameterMap | None = None
    """How the network's parameters are made from the trained ones; None where each is trained by itself, or fixed."""
    sample_weights: tuple[Fraction, ...] | None = None
    """w, one for each sample, none negative; None where all are 1."""
    delta: Fraction | None = None
    """Of `huber`: where the loss becomes linear."""

    @builtins.property
    def factor(self) -> Fraction:
        """Of the loss of every sample alike. Raises Open where samples have weights of their own."""
        if self.sample_weights is not None:
            raise Open("this rule needs a risk whose samples all count alike", Reason.NOT_MODELLED)
        return self.scale

    @builtins.property
    def factors(self) -> list[Fraction]:
        """For each sample, what its loss is multiplied by."""
        return [self.scale * weight for weight in self.sample_weights or [Fraction(1)] * len(self.inputs)]

    def residual_slopes(self, target: Fraction) -> tuple[Fraction, Fraction] | None:
        """The slopes of a loss that is linear on each side of the residual 0, where it is 0; None for others."""
        return slopes_beside_0(self.loss, target)

    def half_lines(self, layer: int, sample: int, unit: int) -> tuple[Fraction, ...]:
        """The slopes on both sides of a kink; in the place after the last layer, those of the loss of an output."""
        if layer < len(self.network.layers):
            return self.network.layers[layer].activation.parameters
        return self.residual_slopes(self.targets[sample][unit]) or ()

    @builtins.property
    def trained(self) -> int:
        """How many parameters are trained."""
        if self.parameter_map is not None:
            return self.parameter_map.trained
        return self.network.parameters - len(self.fixed)

    @builtins.property
    def shape(self) -> tuple[int, int]:
        """Of a point: one row with the trained parameters in order."""
        return 1, self.trained

    def with_hidden_widths(self, *widths: int) -> EmpiricalRiskLandscape:
        """The same risk of a network with other widths of the hidden layers."""
        sizes = (self.network.inputs, *widths, self.network.layers[-1].width)
        layers = tuple(
            replace(layer, inputs=before, width=after)
            for layer, before, after in zip(self.network.layers, sizes[:-1], sizes[1:], strict=True)
        )
        return replace(self, network=replace(self.network, layers=layers))

    def decays(self) -> list[Fraction]:
        """The weight decay of each trained parameter. One that enters biases, and nothing else, is a bias."""
        if self.parameter_map is not None:
            biases = self.parameter_map.are_biases(self.network.is_bias())
            return [self.bias_decay if is_bias else self.weight_decay for is_bias in biases]
        frozen = dict(self.fixed)
        return [
            self.bias_decay if is_bias else self.weight_decay
            for index, is_bias in enumerate(self.network.is_bias())
            if index not in frozen
        ]

    def trained_indices(self) -> list[int]:
        """The numbers of the trained parameters, where each is one of the network's."""
        if self.parameter_map is not None:
            raise ValueError("the network's parameters are made from the trained ones")
        frozen = dict(self.fixed)
        return [index for index in range(self.network.parameters) if index not in frozen]

    def complete(
        self, trained: Sequence[NumberT], number: Callable[[Fraction], NumberT], *, shift: bool = True
    ) -> Iterator[NumberT]:
        """All parameters of the network in order; `number` makes exact numbers ones of the trained ones' sort.

        Without the `shift`: the change of all parameters that comes from one of the trained ones.
        """
        if self.parameter_map is not None:
            yield from self.parameter_map.apply(trained, number, shift=shift)
            return
        frozen, given = dict(self.fixed), iter(trained)
        for index in range(self.network.parameters):
            if index in frozen:
                yield number(frozen[index] if shift else Fraction(0))
            else:
                yield next(given)

    def pull_back(self, everything: Sequence[NumberT], number: Callable[[Fraction], NumberT]) -> list[NumberT]:
        """The derivatives in the trained parameters, from those in all of the network's."""
        if self.parameter_map is not None:
            return self.parameter_map.pull_back(everything, number)
        return [everything[index] for index in self.trained_indices()]

    def as_map(self) -> ParameterMap:
        """How the network's parameters are made from the trained ones."""
        return self.parameter_map or identity(self.network.parameters, self.fixed)

    def architecture(self) -> str:
        """The network in words."""
        if self.parameter_map is None:
            return self.network.describe()
        return f"{self.network.describe('network')} whose weights and biases are affine functions of the trained ones"

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        decay = ""
        if self.weight_decay or self.bias_decay:
            decay = f" + ({written(self.weight_decay)})/2 |trained weights|^2"
            decay += f" + ({written(self.bias_decay)})/2 |trained biases|^2"
        weight = "" if self.sample_weights is None else "w times "
        weights = "" if self.sample_weights is None else f" and w the sample's weight, {self._span_of_weights()}"
        return (
            f"the empirical risk is F(theta) = {written(self.scale)} times the sum over the samples (x, y) of {weight}"
            f"{self._of_one_sample()}{decay}, f = f_theta(x) the output of a {self.architecture()}{weights}"
        )

    def _of_one_sample(self) -> str:
        delta = "" if self.delta is None else written(self.delta)
        formula = EACH_LOSS[self.loss].format(delta=delta)
        return formula if self.sample_weights is None else f"({formula})"

    def _span_of_weights(self) -> str:
        weights = self.sample_weights or ()
        return f"from {written(min(weights))} to {written(max(weights))}"

    symbol = "theta"
    """Of the parameters together."""

    parts = "trained parameters"
    """What gradient descent moves at once."""

    def start_in_words(self, start: Matrix) -> str:
        """A start of gradient descent."""
        return "the given start"

    def subject(self, *, every_dimension: bool = False) -> str:
        """The beginning of a sentence about it."""
        return f"The {self.describe()}"

    def setting(self, *, every_dimension: bool = False) -> str:
        """How large it is, in short."""
        fixed = f" and {len(self.fixed)} fixed at given values" if self.fixed else ""
        return f"{plural(self.trained, 'trained parameter')}{fixed}, {plural(len(self.inputs), 'sample')}"

    def scope(self, *, every_dimension: bool = False) -> str:
        """What a proof about it covers."""
        return f"one instance: a {self.architecture()}, {self.setting()}"

    def describe(self) -> str:
        """Network, loss and sizes in words."""
        return f"empirical risk ({self.terms()}) of a {self.architecture()} with {self.setting()}"

    def terms(self) -> str:
        """Loss, factor and weight decay, which together with the network and the data make the risk."""
        decay = ""
        if self.weight_decay or self.bias_decay:
            decay = f", weight decay {recognised(self.weight_decay)}, of biases {recognised(self.bias_decay)}"
        delta = "" if self.delta is None else f" with delta {recognised(self.delta)}"
        weights = "" if self.sample_weights is None else f", samples weighted {self._span_of_weights()}"
        return f"{self.loss}{delta}, factor {recognised(self.scale)}{weights}{decay}"


def _samples_refused(rows: Matrix, known: Known) -> str | None:
    entries = len(rows) * len(rows[0])
    return f"{len(rows)} x {len(rows[0])} entries are more than {MAX_DATA}" if entries > MAX_DATA else None


def _targets_refused(targets: Matrix, known: Known) -> str | None:
    samples, outputs = len(known["inputs"]), known["network"].widths[-1]
    if len(targets) != samples:
        return f"has {len(targets)} samples, the inputs have {samples}"
    if len(targets[0]) != outputs:
        return f"has {len(targets[0])} columns, the last layer has {outputs} outputs"
    return targets_refused(known["loss"], targets)


def _weights_refused(weights: tuple[Fraction, ...], known: Known) -> str | None:
    if len(weights) != len(known["inputs"]):
        return f"has {len(weights)} entries, there are {len(known['inputs'])} samples"
    if min(weights) < 0:
        return "must not be negative"
    return None if any(weights) else "must not all be 0"


def _decay_refused(known: Known) -> str | None:
    return "must not be negative" if min(known["weight_decay"], known["bias_decay"]) < 0 else None


def _map_refused(known: Known) -> str | None:
    is_both = known["parameter_map"] is not None and known["fixed"]
    return "says which parameters are fixed: there must be no `fixed` beside it" if is_both else None


def _last_parameter(known: Known) -> int:
    parameters: int = known["network"].parameters
    return parameters - 1


SAMPLES = Unless(any_matrix(MAX_SAMPLES, MAX_UNKNOWNS), _samples_refused)
FIXED = Listed.of(
    lambda index, value: (index, value),
    Row("index", Count(lambda known: known["before"][-1][0] + 1 if known["before"] else 0, _last_parameter)),
    Row("value", NUMBER),
)
EMPIRICAL_RISK = Table.of(
    EmpiricalRiskLandscape,
    Row("kind", Constant("empirical-risk")),
    Given("is_mapped", "map"),
    Row("layers", LAYERS, into="network"),
    LOSS,
    Row(
        "weight_decay",
        Table.of(values, Row("weights", NUMBER, into="weight_decay"), Row("biases", NUMBER, into="bias_decay")),
    ),
    Refusal("weight_decay", _decay_refused),
    Row("inputs", SAMPLES),
    Row("targets", Unless(SAMPLES, _targets_refused)),
    Row(
        "sample_weights",
        Unless(ListOf(NUMBER, 1, MAX_SAMPLES), _weights_refused),
        optional=True,
        absent=None,
    ),
    Row("fixed", ListOf(FIXED, 1, _last_parameter), optional=True, absent=()),
    Row("map", PARAMETER_MAP, into="parameter_map", optional=True, absent=None),
    Refusal("map", _map_refused),
    read_first="inputs",
)


def is_suboptimal(known: Known, witness: Field) -> bool:
    """Whether the statement also claims that its minimum is not global, so that its witness has a better point."""
    return bool(known["statement"].suboptimal)
