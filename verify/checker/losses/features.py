"""The outputs of layers on samples: exact, as integers over one common denominator, or in balls.

Both evaluate layer by layer: gather what a filter reads, one product of matrices a position, then the activation, entry
by entry. Where an activation has a kink, or a maximum is taken, they say whether the point is off all kinks and ties.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import Any, NamedTuple

from flint import arb, arb_mat, fmpz, fmpz_mat

from verify.checker.core.balls import ball
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import EXACT_DENOMINATOR_BITS, FEATURE_PRODUCTS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.layer_activations import value
from verify.checker.statements.feature_layers import (
    Convolution,
    FeatureLayer,
    FullyConnected,
    MaxPool,
    Parameters,
    Point,
)
from verify.checker.statements.network import LayerActivation, Vector

Tick = Callable[[], None]
Rows = list[list[Any]]
ON_A_KINK = "a unit of layer {} is on its kink on sample {}, or not proved off it"
TIE = "a maximum of layer {} is attained twice on sample {}, or not proved to be attained once"


def is_exact(layers: Sequence[FeatureLayer]) -> bool:
    """Whether all activations are piecewise linear or polynomials, so that rational points have rational features."""
    return all(layer.activation.name in ("piecewise-linear", "polynomial") for layer in layers)


class Integers:
    """Exact numbers with one denominator."""

    NOT_TOLD = Refuted

    def __init__(self, tick: Tick) -> None:
        self.denominator = 1
        self._bits = 0
        """No number has more."""
        self._tick = tick

    def start(self, inputs: Matrix) -> Rows:
        """The samples."""
        self.denominator = _denominator(inputs)
        rows = _scaled(inputs, self.denominator)
        self._bits = _bits(rows)
        return rows

    def linear(self, rows: Rows, weights: Matrix, biases: Sequence[Vector], gathers: Sequence[Sequence[int]]) -> Rows:
        """For each gather (columns of the rows) and each weight vector, their product plus a bias, side by side.

        The denominator grows by that of the weights and biases.
        """
        scale = lcm(_denominator(weights), _denominator(biases))
        scaled = _scaled(weights, scale)
        transposed = fmpz_mat(scaled).transpose()
        added = [[b * self.denominator for b in row] for row in _scaled(biases, scale)]
        limbs = (1 + _bits(scaled) // 64) * (1 + self._bits // 64)
        products = len(rows) * len(gathers) * len(weights) * len(weights[0]) * limbs
        if limbs > 1 and products > FEATURE_PRODUCTS:
            raise Open(f"products of long numbers, {products} of single ones, are more than {FEATURE_PRODUCTS}")
        self._bits = max(_bits(scaled) + self._bits + len(weights[0]).bit_length(), _bits(added)) + 1
        self.denominator *= scale
        self._limit()
        return _side_by_side(rows, gathers, lambda part: (fmpz_mat(part) * transposed).tolist(), added, self._tick)

    def activate(self, activation: LayerActivation, rows: Rows) -> Rows:
        """Piecewise linear or a polynomial."""
        parameters = activation.parameters
        scale = lcm(*(p.denominator for p in parameters))
        factors = [fmpz(int(p * scale)) for p in parameters]
        longest = max(int(factor).bit_length() for factor in factors)
        if activation.name == "piecewise-linear":
            self.denominator *= scale
            self._bits += longest
            negative, positive = factors
            if (negative, positive) == (0, 1):
                zero = fmpz(0)
                return [[z if z > 0 else zero for z in row] for row in rows]
            if negative == positive == 1:
                return rows
            return [[positive * z if z > 0 else negative * z for z in row] for row in rows]
        degree, D = len(factors) - 1, fmpz(self.denominator)
        self._bits = max(self._bits, self.denominator.bit_length()) * degree + longest + len(factors)
        self.denominator = scale * self.denominator**degree
        self._limit()

        def at(z: fmpz) -> fmpz:
            total, power = fmpz(0), fmpz(1)  # sum of c_i z^i D^(degree - i): Horner, and the powers of D
            for factor in reversed(factors):
                total, power = total * z + factor * power, power * D
            return total

        return [[at(z) for z in row] for row in rows]

    def largest(self, values: list[fmpz]) -> tuple[fmpz, bool]:
        """And whether it is attained once."""
        found = max(values)
        return found, values.count(found) == 1

    def off_kink(self, z: fmpz) -> bool:
        """Whether z is not 0."""
        return bool(z != 0)

    def _limit(self) -> None:
        if self.denominator.bit_length() > EXACT_DENOMINATOR_BITS:
            raise Open(f"the features have a common denominator of more than {EXACT_DENOMINATOR_BITS} bits")
        if self._bits > 4 * EXACT_DENOMINATOR_BITS:
            raise Open(f"the features have numerators of more than {4 * EXACT_DENOMINATOR_BITS} bits")


class Enclosures:
    """Balls."""

    NOT_TOLD = Open

    def __init__(self, tick: Tick) -> None:
        self._tick = tick

    def start(self, inputs: Matrix) -> Rows:
        """The samples."""
        return [[ball(entry) for entry in row] for row in inputs]

    def linear(self, rows: Rows, weights: Matrix, biases: Sequence[Vector], gathers: Sequence[Sequence[int]]) -> Rows:
        """As `Integers.linear`."""
        transposed = arb_mat([[ball(w) for w in row] for row in weights]).transpose()
        added = [[ball(b) for b in row] for row in biases]
        return _side_by_side(rows, gathers, lambda part: (arb_mat(part) * transposed).tolist(), added, self._tick)

    def activate(self, activation: LayerActivation, rows: Rows) -> Rows:
        """Any."""
        found = []
        for row in rows:
            self._tick()
            found.append([value(activation, z) for z in row])
        return found

    def largest(self, values: list[arb]) -> tuple[arb, bool]:
        """And whether it is proved to be attained once."""
        if any(value.is_nan() for value in values):
            return arb.nan(), False
        place = max(range(len(values)), key=lambda i: values[i].mid())
        once = all(values[place] > value for i, value in enumerate(values) if i != place)
        return reduce(lambda x, y: x.max(y), values), once

    def off_kink(self, z: arb) -> bool:
        """Whether 0 is proved not to be in the ball."""
        return bool(z > 0 or z < 0)


class Outputs(NamedTuple):
    """Of layers on samples."""

    rows: Rows
    """(samples, units)"""
    before: Rows
    """(samples, units): what the last layer's activation is given."""


def outputs(
    numbers: Integers | Enclosures, layers: Sequence[FeatureLayer], inputs: Matrix, point: Point, *, branches: bool
) -> Outputs:
    """The features of the last of the layers, which are applied one after another.

    `branches`: raise where a unit is on its kink, or a maximum is attained twice; Refuted where that is certain.
    """
    rows = before = numbers.start(inputs)
    given = iter(point)
    for place, layer in enumerate(layers, start=1):
        if isinstance(layer, MaxPool):
            before = _largest(numbers, layer, rows, place, branches)
        else:
            before = weighted_sums(numbers, layer, rows, next(given))
        if branches and layer.activation.has_kink:
            for sample, row in enumerate(before):
                if not all(map(numbers.off_kink, row)):
                    raise numbers.NOT_TOLD(ON_A_KINK.format(place, sample))
        rows = numbers.activate(layer.activation, before)
    return Outputs(rows, before)


def weighted_sums(numbers: Integers | Enclosures, layer: FeatureLayer, rows: Rows, parameters: Parameters) -> Rows:
    """What the activation of a layer with weights is given."""
    if isinstance(layer, FullyConnected):
        biases = [parameters.biases] if layer.bias_count else []
        return numbers.linear(rows, parameters.weights, biases, [range(layer.inputs)])
    if not isinstance(layer, Convolution):
        raise TypeError(f"a {layer.kind} layer has no weights")
    _, channels = layer.given
    gathers = [[p * channels + c for p in patch for c in range(channels)] for patch in layer.patches]
    T = layer.filters
    each = {
        "none": [],
        "shared": [parameters.biases] * len(gathers),
        "per-unit": [parameters.biases[p * T : (p + 1) * T] for p in range(len(gathers))],
    }
    return numbers.linear(rows, parameters.weights, each[layer.biases], gathers)


def _side_by_side(
    rows: Rows,
    gathers: Sequence[Sequence[int]],
    product: Callable[[Rows], Rows],
    biases: Sequence[Sequence[Any]],
    tick: Tick,
) -> Rows:
    found: Rows = [[] for _ in rows]
    for position, gather in enumerate(gathers):
        tick()
        whole = len(gather) == len(rows[0]) and isinstance(gather, range)
        part = product(rows if whole else [[row[i] for i in gather] for row in rows])
        added = biases[position] if biases else None
        for row, sums in zip(found, part, strict=True):
            row += sums if added is None else [z + b for z, b in zip(sums, added, strict=True)]
    return found


def _largest(numbers: Integers | Enclosures, layer: MaxPool, rows: Rows, place: int, branches: bool) -> Rows:
    channels = layer.given[1]
    groups = [[p * channels + c for p in group] for group in layer.groups for c in range(channels)]
    found = []
    for sample, row in enumerate(rows):
        maxima = [numbers.largest([row[i] for i in group]) for group in groups]
        if branches and not all(once for _, once in maxima):
            raise numbers.NOT_TOLD(TIE.format(place, sample))
        found.append([largest for largest, _ in maxima])
    return found


def _bits(rows: Rows) -> int:
    """Of the longest number."""
    return max((int(abs(entry)).bit_length() for row in rows for entry in row), default=0)


def _denominator(rows: Sequence[Sequence[Fraction]]) -> int:
    return lcm(*{entry.denominator for row in rows for entry in row})


def _scaled(rows: Sequence[Sequence[Fraction]], scale: int) -> list[list[fmpz]]:
    return [[fmpz(entry.numerator * (scale // entry.denominator)) for entry in row] for row in rows]
