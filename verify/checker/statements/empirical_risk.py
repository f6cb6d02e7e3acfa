"""The empirical risk of a fully connected network on exact data, as a certificate describes it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from verify.checker.core.exact import Matrix, written
from verify.checker.core.limits import MAX_DATA, MAX_SAMPLES, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import NUMBER, POSITIVE, Constant, Count, Known, ListOf, Unless, any_matrix, text
from verify.checker.core.table import Listed, Refusal, Row, Table
from verify.checker.statements.network import LAYERS, Network

T = TypeVar("T")

FORMULAS = {
    "squares": "sum_o (f_o - y_o)^2",
    "logistic": "sum_o log(1 + exp(-y_o f_o))",
    "cross-entropy": "sum_o y_o (log(sum_p exp f_p) - f_o)",
}
"""The loss of one sample with outputs f and target y; convex in f (for `cross-entropy`, y_o >= 0)."""
LOSSES = tuple(FORMULAS)


@dataclass(frozen=True, slots=True)
class EmpiricalRiskLandscape:
    """F(theta) = factor sum_n l(f_theta(x_n), y_n) + sum_i decay_i theta_i^2 / 2 over the trained parameters theta."""

    network: Network
    loss: str
    """One of LOSSES."""
    factor: Fraction
    weight_decay: Fraction
    bias_decay: Fraction
    inputs: Matrix
    """(samples, inputs)"""
    targets: Matrix
    """(samples, outputs)"""
    fixed: tuple[tuple[int, Fraction], ...]
    """Parameters that are not trained, and their values, in order."""

    @builtins.property
    def trained(self) -> int:
        """How many parameters are trained."""
        return self.network.parameters - len(self.fixed)

    @builtins.property
    def shape(self) -> tuple[int, int]:
        """Of a point: one row with the trained parameters in order."""
        return 1, self.trained

    def with_hidden_width(self, width: int) -> EmpiricalRiskLandscape:
        """The same risk of a network whose one hidden layer has another width."""
        hidden, output = self.network.layers
        layers = (replace(hidden, width=width), replace(output, inputs=width))
        return replace(self, network=replace(self.network, layers=layers))

    def decays(self) -> list[Fraction]:
        """The weight decay of each trained parameter."""
        frozen = dict(self.fixed)
        return [
            self.bias_decay if is_bias else self.weight_decay
            for index, is_bias in enumerate(self.network.is_bias())
            if index not in frozen
        ]

    def trained_indices(self) -> list[int]:
        """The numbers of the trained parameters."""
        frozen = dict(self.fixed)
        return [index for index in range(self.network.parameters) if index not in frozen]

    def complete(self, trained: Sequence[T], fixed: Sequence[T]) -> Iterator[T]:
        """All parameters in order, from the trained ones and the values of the fixed ones."""
        frozen = {index: value for (index, _), value in zip(self.fixed, fixed, strict=True)}
        given = iter(trained)
        for index in range(self.network.parameters):
            yield frozen[index] if index in frozen else next(given)

    @builtins.property
    def definition(self) -> str:
        """The loss as a formula."""
        decay = ""
        if self.weight_decay or self.bias_decay:
            decay = f" + ({written(self.weight_decay)})/2 |trained weights|^2"
            decay += f" + ({written(self.bias_decay)})/2 |trained biases|^2"
        return (
            f"the empirical risk is F(theta) = {written(self.factor)} times the sum over the samples (x, y) of "
            f"{FORMULAS[self.loss]}{decay}, f = f_theta(x) the output of a {self.network.describe()}"
        )

    @builtins.property
    def symbol(self) -> str:
        """Of the parameters together."""
        return "theta"

    @builtins.property
    def parts(self) -> str:
        """What gradient descent moves at once."""
        return "trained parameters"

    def start_in_words(self, start: Matrix) -> str:
        """A start of gradient descent."""
        return "the given start"

    def subject(self, *, every_dimension: bool = False) -> str:
        """The beginning of a sentence about it."""
        return f"The {self.describe()}"

    def setting(self, *, every_dimension: bool = False) -> str:
        """How large it is, in short."""
        fixed = f" and {len(self.fixed)} fixed at given values" if self.fixed else ""
        parameters = f"{self.trained} trained parameter{'s' * (self.trained != 1)}{fixed}"
        return f"{parameters}, {len(self.inputs)} sample{'s' * (len(self.inputs) != 1)}"

    def scope(self, *, every_dimension: bool = False) -> str:
        """What a proof about it covers."""
        return f"one instance: a {self.network.describe()}, {self.setting()}"

    def describe(self) -> str:
        """Network, loss and sizes in words."""
        return f"empirical risk ({self.terms()}) of a {self.network.describe()} with {self.setting()}"

    def terms(self) -> str:
        """Loss, factor and weight decay, which together with the network and the data make the risk."""
        decay = ""
        if self.weight_decay or self.bias_decay:
            decay = f", weight decay {written(self.weight_decay)}, of biases {written(self.bias_decay)}"
        return f"{self.loss}, factor {written(self.factor)}{decay}"


def _samples_refused(rows: Matrix, known: Known) -> str | None:
    entries = len(rows) * len(rows[0])
    return f"{len(rows)} x {len(rows[0])} entries are more than {MAX_DATA}" if entries > MAX_DATA else None


def _targets_refused(targets: Matrix, known: Known) -> str | None:
    samples, outputs = len(known["inputs"]), known["network"].widths[-1]
    if len(targets) != samples:
        return f"has {len(targets)} samples, the inputs have {samples}"
    if len(targets[0]) != outputs:
        return f"has {len(targets[0])} columns, the last layer has {outputs} outputs"
    if known["loss"] == "cross-entropy" and any(entry < 0 for row in targets for entry in row):
        return "must not be negative for cross-entropy"
    return None


def _decay_refused(known: Known) -> str | None:
    return "must not be negative" if min(known["weight_decay"], known["bias_decay"]) < 0 else None


def _last_parameter(known: Known) -> int:
    parameters: int = known["network"].parameters
    return parameters - 1


SAMPLES = Unless(any_matrix(MAX_SAMPLES, MAX_UNKNOWNS), _samples_refused)
FIXED = Listed(
    lambda index, value: (index, value),
    (
        Row("index", Count(lambda known: known["before"][-1][0] + 1 if known["before"] else 0, _last_parameter)),
        Row("value", NUMBER),
    ),
)
EMPIRICAL_RISK = Table(
    EmpiricalRiskLandscape,
    (
        Row("kind", Constant("empirical-risk")),
        Row("layers", LAYERS, into="network"),
        Row("loss", Table(None, (Row("kind", text(*LOSSES), into="loss"), Row("factor", POSITIVE)))),
        Row(
            "weight_decay",
            Table(None, (Row("weights", NUMBER, into="weight_decay"), Row("biases", NUMBER, into="bias_decay"))),
        ),
        Refusal("weight_decay", _decay_refused),
        Row("inputs", SAMPLES),
        Row("targets", Unless(SAMPLES, _targets_refused)),
        Row("fixed", ListOf(FIXED, 1, _last_parameter), optional=True, absent=()),
    ),
    read_first="inputs",
)
LANDSCAPE = Row("landscape", EMPIRICAL_RISK)


def is_suboptimal(known: Known, witness: Field) -> bool:
    """Whether the statement also claims that its minimum is not global, so that its witness has a better point."""
    return bool(known["statement"].suboptimal)
