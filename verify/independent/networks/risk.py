"""The empirical risk of a network on samples, and how a file gives it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from ..fields import MAX_UNKNOWNS, Field, matrix, not_negative, numbers, truth
from ..rational import Rationals
from ..words import brief
from .activations import IDENTITY, Activation


@dataclass(frozen=True)
class Layer:
    """Units that map a to sigma(W a + b), plus a if `residual`."""

    inputs: int
    width: int
    activation: Activation
    bias: bool
    residual: bool

    @property
    def parameters(self) -> int:
        """Their number."""
        return self.width * (self.inputs + self.bias)

    @property
    def kink(self) -> bool:
        """The loss may not be smooth where a pre-activation is 0."""
        return self.activation.kink


Item = TypeVar("Item")


@dataclass(frozen=True)
class Risk:
    """The loss of a network on samples; `fixed` are the parameters that are not trained, `decay` is for weights and
    for biases."""

    layers: list[Layer]
    loss: str
    factor: Fraction
    decay: tuple[Fraction, Fraction]
    inputs: Rationals
    targets: Rationals
    fixed: dict[int, Fraction]
    made_of: int | None = None
    """How many trained parameters the network's are made from by a map, of which this program has no rule."""
    weighted: bool = False
    """Samples have weights of their own, of which this program has no rule."""

    @property
    def beyond(self) -> bool:
        """No rule of this program is written for it."""
        return self.made_of is not None or self.weighted or self.loss in BENDING

    @cached_property
    def places(self) -> list[tuple[int, int, int]]:
        """Layer, unit and input of each parameter, in order; a bias has the number of inputs as its input."""
        weights = [
            [(level, i, j) for i in range(a.width) for j in range(a.inputs)] for level, a in enumerate(self.layers)
        ]
        biases = [[(level, i, a.inputs) for i in range(a.width) if a.bias] for level, a in enumerate(self.layers)]
        return [place for pair in zip(weights, biases, strict=True) for part in pair for place in part]

    @cached_property
    def trained(self) -> list[int]:
        """The numbers of the parameters that are trained."""
        if self.made_of is not None:
            return list(range(self.made_of))
        return [number for number in range(sum(a.parameters for a in self.layers)) if number not in self.fixed]

    @cached_property
    def decays(self) -> list[Fraction]:
        """The decay of each trained parameter."""
        places = self.places
        return [self.decay[places[p][2] == self.layers[places[p][0]].inputs] for p in self.trained]

    def layered(
        self, point: Sequence[Item], lift: Callable[[Fraction], Item]
    ) -> list[tuple[list[list[Item]], list[Item]]]:
        """The weights of each unit and the biases of each layer, if there are any, from the trained parameters."""
        given = iter(point)
        flat = iter([lift(self.fixed[p]) if p in self.fixed else next(given) for p in range(len(self.places))])
        return [
            (
                [[next(flat) for _ in range(layer.inputs)] for _ in range(layer.width)],
                [next(flat) for _ in range(layer.width * layer.bias)],
            )
            for layer in self.layers
        ]

    @property
    def rational(self) -> bool:
        """Rational parameters give a rational loss."""
        return self.loss == "squares" and all(a.activation.rational for a in self.layers)


BENDING = ("absolute", "hinge", "huber")
MAX_LAYERS, MAX_DEGREE, MAX_SAMPLES, MAX_DATA = 64, 16, 16_384, 131_072


def wide(risk: Risk, width: int) -> Risk:
    """The network with so many neurons in its hidden layer."""
    hidden, last = risk.layers
    return replace(risk, layers=[replace(hidden, width=width), replace(last, inputs=width)])


def described(risk: Risk) -> str:
    """The landscape in a few words."""
    shape = "-".join(map(str, [risk.layers[0].inputs, *(layer.width for layer in risk.layers)]))
    decay = f", weight decay {brief(risk.decay[0])}, of biases {brief(risk.decay[1])}" if any(risk.decay) else ""
    fixed = f", {len(risk.fixed)} of its parameters fixed" if risk.fixed else ""
    return (
        f"the empirical risk ({risk.loss}, factor {brief(risk.factor)}{decay}) of the {shape} network of the file "
        f"({sum(layer.bias for layer in risk.layers)} layers with biases{fixed}) on {len(risk.inputs)} samples"
    )


def read_layer_activation(field: Field) -> Activation:
    """The activation of a layer."""
    zero, one = Fraction(0), Fraction(1)
    if not isinstance(field.value, dict):
        name = field.word("identity", "relu", "square", "sigmoid", "tanh", "arctan", "softplus", "gelu")
        known = {"identity": IDENTITY, "relu": Activation("lines", (zero, one))}
        return known.get(name) or (
            Activation("polynomial", (zero, zero, one)) if name == "square" else Activation(name)
        )
    kinds = ("leaky-relu", "piecewise-linear", "elu", "polynomial")
    name = next((name for name in kinds if name in field.value), kinds[0])
    content = field.members(name)[name]
    if name == "leaky-relu":
        return Activation("lines", (content.number(), one))
    low, high = (1, MAX_DEGREE + 1) if name == "polynomial" else (2, 2)
    return Activation("lines" if name == "piecewise-linear" else name, tuple(numbers(content, low, high)))


def read_risk(field: Field) -> Risk:
    """`statement.landscape` of the kind empirical-risk."""
    always = ("kind", "layers", "loss", "weight_decay", "inputs", "targets")
    fields = field.members(*always, optional=("fixed", "map", "sample_weights"))
    most = MAX_DATA if "map" in fields else MAX_UNKNOWNS
    inputs = matrix(fields["inputs"], MAX_SAMPLES, MAX_DATA, MAX_DATA)
    layers: list[Layer] = []
    for entry in fields["layers"].entries(1, MAX_LAYERS):
        given = entry.members("width", "activation", "bias", "residual")
        before = layers[-1].width if layers else len(inputs[0])
        width, activation = given["width"].integer(1, MAX_UNKNOWNS), read_layer_activation(given["activation"])
        layers.append(Layer(before, width, activation, truth(given["bias"]), truth(given["residual"])))
        if layers[-1].residual and before != width:
            entry.fail("a residual connection needs as many outputs as inputs")
    parameters = sum(layer.parameters for layer in layers)
    if parameters > most:
        field.fail(f"more parameters than {most}")
    is_huber = fields["loss"].member("kind").value == "huber"
    loss = fields["loss"].members("kind", "factor", *(["delta"] if is_huber else []))
    kind = loss["kind"].word("squares", "logistic", "cross-entropy", *BENDING)
    if is_huber:
        loss["delta"].signed(1)
    if len(inputs) * layers[-1].width > MAX_DATA:
        fields["targets"].fail(f"more entries than {MAX_DATA}")
    targets = fields["targets"].matrix(len(inputs), layers[-1].width)
    if kind == "cross-entropy" and any(x < 0 for row in targets for x in row):
        fields["targets"].fail("must not be negative")
    if kind == "hinge" and any(abs(x) != 1 for row in targets for x in row):
        fields["targets"].fail("must be 1 or -1")
    if "sample_weights" in fields:
        weights = numbers(fields["sample_weights"], len(inputs), len(inputs))
        if min(weights) < 0 or not any(weights):
            fields["sample_weights"].fail("must not be negative, nor all 0")
    decay = fields["weight_decay"].members("weights", "biases")
    fixed: dict[int, Fraction] = {}
    for entry in fields["fixed"].entries(1, parameters - 1) if "fixed" in fields else ():
        number, value = entry.entries(2, 2)
        fixed[number.integer(max(fixed, default=-1) + 1, parameters - 1)] = value.number()
    rates = not_negative(decay["weights"]), not_negative(decay["biases"])
    made_of = _read_map(fields["map"], parameters) if "map" in fields else None
    if made_of is not None and fixed:
        fields["map"].fail("there must be no fixed parameters beside it")
    return Risk(
        layers, kind, loss["factor"].signed(1), rates, inputs, targets, fixed, made_of, "sample_weights" in fields
    )


def _read_map(field: Field, parameters: int) -> int:
    """How many trained parameters a map takes; its entries are read and not used."""
    parts = field.members("trained", "entries", "constants")
    trained, last = parts["trained"].integer(1, MAX_UNKNOWNS), (-1, -1)
    for entry in parts["entries"].entries(1, MAX_DATA):
        parameter, index, coefficient = entry.entries(3, 3)
        place = parameter.integer(0, parameters - 1), index.integer(0, trained - 1)
        if place <= last or not coefficient.number():
            entry.fail("must be after the one before it, and not 0")
        last = place
    before = -1
    for entry in parts["constants"].entries(0, MAX_DATA):
        parameter, value = entry.entries(2, 2)
        if parameter.integer(0, parameters - 1) <= before or not value.number():
            entry.fail("must be after the one before it, and not 0")
        before = parameter.integer(0, parameters - 1)
    return trained
