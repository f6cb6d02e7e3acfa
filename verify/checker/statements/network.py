"""A network of full matrices with exact data, as a certificate describes it: layers, activations and parameters."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from verify.checker.core.exact import recognised
from verify.checker.core.limits import MAX_DATA, MAX_DEGREE, MAX_LAYERS, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import FLAG, NUMBER, Converted, Count, Known, Leaf, ListOf, Type, Unless, vector
from verify.checker.core.table import Derived, Refusal, Row, Table

Vector = tuple[Fraction, ...]

SMOOTH = ("sigmoid", "tanh", "arctan", "softplus", "gelu")
"""Activations without parameters; smooth, and strictly between polynomials in nothing."""
SHORTHANDS: dict[str, tuple[str, Vector]] = {
    "identity": ("piecewise-linear", (Fraction(1), Fraction(1))),
    "relu": ("piecewise-linear", (Fraction(0), Fraction(1))),
    "square": ("polynomial", (Fraction(0), Fraction(0), Fraction(1))),
}


@dataclass(frozen=True, slots=True)
class LayerActivation:
    """An activation function of one variable.

    `piecewise-linear` (s-, s+): s- z for z <= 0, s+ z for z >= 0; `elu` (scale, alpha): scale z for z >= 0,
    scale alpha (e^z - 1) for z <= 0; `polynomial` (c_0, ..., c_p): sum of c_i z^i; the others have no parameters.
    """

    name: str
    parameters: Vector = ()

    @builtins.property
    def has_kink(self) -> bool:
        """Whether the second derivative may fail to exist at 0. (It exists everywhere else.)"""
        return self.name == "elu" or (self.name == "piecewise-linear" and self.parameters[0] != self.parameters[1])

    @builtins.property
    def is_piecewise_linear(self) -> bool:
        """Linear on each of the half-lines z <= 0 and z >= 0, and 0 at 0."""
        return self.name == "piecewise-linear"

    def describe(self) -> str:
        """Its name in a sentence, with its parameters: they say which function it is, so they are exact."""
        for name, (kind, parameters) in SHORTHANDS.items():
            if (self.name, self.parameters) == (kind, parameters):
                return "ReLU" if name == "relu" else name
        if not self.parameters:
            return self.name
        return f"{self.name} ({', '.join(map(recognised, self.parameters))})"


@dataclass(frozen=True, slots=True)
class Layer:
    """a -> sigma(W a + b) + [residual] a, with W: (width, inputs) and b: (width,) or none."""

    inputs: int
    width: int
    activation: LayerActivation
    bias: bool
    residual: bool

    @builtins.property
    def parameters(self) -> int:
        """How many weights and biases it has."""
        return self.width * (self.inputs + self.bias)

    def place(self, unit: int, source: int) -> int:
        """Where among them the weight of a source is; the source after the inputs stands for the bias."""
        return unit * self.inputs + source if source < self.inputs else self.width * self.inputs + unit


@dataclass(frozen=True, slots=True)
class Network:
    """Layers one after another. Parameters are numbered layer by layer: W row by row, then b."""

    inputs: int
    layers: tuple[Layer, ...]

    @builtins.property
    def parameters(self) -> int:
        """How many weights and biases there are, trained or not."""
        return sum(layer.parameters for layer in self.layers)

    @builtins.property
    def starts(self) -> tuple[int, ...]:
        """The number of each layer's first parameter."""
        return tuple(accumulate((layer.parameters for layer in self.layers[:-1]), initial=0))

    def number(self, layer: int, unit: int, source: int) -> int:
        """Of the parameter that is a unit's weight of a source; the source after the inputs stands for the bias."""
        return self.starts[layer] + self.layers[layer].place(unit, source)

    @builtins.property
    def widths(self) -> tuple[int, ...]:
        """Of the input and of each layer."""
        return (self.inputs, *(layer.width for layer in self.layers))

    @builtins.property
    def is_piecewise_linear(self) -> bool:
        """Every activation is."""
        return all(layer.activation.is_piecewise_linear for layer in self.layers)

    def is_bias(self) -> Iterator[bool]:
        """For each parameter in order, whether it is a bias."""
        for layer in self.layers:
            yield from [False] * (layer.width * layer.inputs)
            yield from [True] * (layer.width if layer.bias else 0)

    def describe(self, kind: str = "fully connected network") -> str:
        """Widths, activations, biases and residual connections in words."""
        *hidden, last = [layer.activation.describe() for layer in self.layers]
        about = ["/".join(hidden if len(set(hidden)) > 1 else hidden[:1])] if hidden else []
        if last != "identity" or not hidden:
            about.append(f"output {last}")
        about.append(_in_layers("biases", [layer.bias for layer in self.layers]) or "no biases")
        if residual := _in_layers("residual connections", [layer.residual for layer in self.layers]):
            about.append(residual)
        return f"{kind} {'-'.join(map(str, self.widths))} ({', '.join(about)})"


def _in_layers(what: str, where: list[bool]) -> str:
    """Which layers, counted from 1, have something; empty if none has."""
    if all(where):
        return what
    numbers = [str(number) for number, here in enumerate(where, start=1) if here]
    return f"{what} in layer{'s' * (len(numbers) > 1)} {', '.join(numbers)} alone" if numbers else ""


WITH_PARAMETERS: dict[str, Type[Fraction | tuple[Fraction, ...]]] = {
    "leaky-relu": NUMBER,
    "piecewise-linear": vector(2),
    "elu": vector(2),
    "polynomial": ListOf(NUMBER, 1, MAX_DEGREE + 1),
}


def read_activation(field: Field, known: Known) -> LayerActivation:
    """A name, or an object with one member, the name, and its parameters."""
    if not isinstance(field.content, dict):
        name = field.text(*SMOOTH, *SHORTHANDS)
        return LayerActivation(*SHORTHANDS[name]) if name in SHORTHANDS else LayerActivation(name)
    (name,) = field.content if len(field.content) == 1 else field.fail("must have one member, the name")
    if name not in WITH_PARAMETERS:
        field.fail(f"{str(name)[:40]!r} is not known; known: {', '.join(WITH_PARAMETERS)}")
    parameters = WITH_PARAMETERS[name].read(field.member(name), known)
    if isinstance(parameters, Fraction):  # the slope of leaky-relu
        return LayerActivation("piecewise-linear", (parameters, Fraction(1)))
    return LayerActivation(name, parameters)


LAYER_ACTIVATION = Leaf("activation of a layer", read_activation)


def _residual_refused(known: Known) -> str | None:
    if not known["residual"] or known["width"] == known["inputs"]:
        return None
    return f"needs as many outputs as inputs, not {known['width']} and {known['inputs']}"


def _layer_refused(layer: Layer, known: Known) -> str | None:
    total = sum(before.parameters for before in known["before"]) + layer.parameters
    most = MAX_DATA if known.get("is_mapped") else MAX_UNKNOWNS
    return f"{total} parameters are more than {most}" if total > most else None


LAYER = Table.of(
    Layer,
    Row("width", Count(1, MAX_UNKNOWNS)),
    Row("activation", LAYER_ACTIVATION),
    Row("bias", FLAG),
    Row("residual", FLAG),
    Derived("inputs", lambda known: known["before"][-1].width if known["before"] else len(known["inputs"][0])),
    Refusal("residual", _residual_refused),
)
LAYERS = Converted(
    ListOf(Unless(LAYER, _layer_refused), 1, MAX_LAYERS),
    lambda layers: Network(layers[0].inputs, layers),
)
"""Read when the `inputs`, one row a sample, are known."""
