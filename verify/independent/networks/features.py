"""What layers in positions and channels give on samples: exactly, or in intervals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..intervals import Interval, Matrix, Vector, total
from ..outcomes import Clock, Open, Refuted
from ..rational import EXACT_BITS, Rationals
from .activations import Activation, activate
from .feature_layers import FeatureLayer, Parameters

PRODUCTS_HERE, ENCLOSED_PRODUCTS_HERE = 20_000_000, 2_000_000
ZERO = Fraction(0)


def sums(layer: FeatureLayer, row: Sequence[Fraction], parameters: Parameters) -> list[Fraction]:
    """What the activations of a layer with weights are given, on one sample."""
    found: list[Fraction] = []
    for position in range(len(layer.reads)):
        read = [row[column] if column >= 0 else ZERO for column in layer.columns(position)]
        for channel, weights in enumerate(parameters.weights):
            total = sum((w * x for w, x in zip(weights, read, strict=True) if w and x), Fraction(0))
            if layer.biases != "none":
                total += parameters.biases[channel + (position * layer.shape[1] if layer.biases == "per-unit" else 0)]
            if total.denominator.bit_length() > EXACT_BITS:
                raise Open(f"an exact number has more than {EXACT_BITS} bits")
            found.append(total)
    return found


def is_rational(layers: Sequence[FeatureLayer]) -> bool:
    """Rational points have rational features."""
    return all(layer.activation.rational for layer in layers)


def _limit(layers: Sequence[FeatureLayer], inputs: Rationals, most: int) -> None:
    work = sum(len(inputs) * len(layer.reads) * layer.weights[0] * layer.weights[1] for layer in layers)
    if work > most:
        raise Open("more samples and weights than this checker takes on")


def outputs(
    layers: Sequence[FeatureLayer], inputs: Rationals, point: Sequence[Parameters], clock: Clock, *, strict: bool
) -> tuple[Rationals, Rationals]:
    """What the last of rational layers gives, and what its activations are given. `strict`: refuted on a kink or at a
    tie."""
    _limit(layers, inputs, PRODUCTS_HERE)
    found, before = [], []
    for row in inputs:
        parameters, z, rows = iter(point), row, [row]
        for layer in layers:
            clock.tick()
            given = rows[layer.sources[0]]
            if layer.kind == "sum":
                z = [sum(entries, ZERO) for entries in zip(*(rows[source] for source in layer.sources), strict=True)]
            elif layer.kind == "average-pool":
                z = [sum(group, ZERO) / size for group, size in zip(layer.pooled(given), layer.sizes, strict=True)]
            elif layer.kind == "max-pool":
                groups = layer.pooled(given)
                z = [max(group) for group in groups]
                if strict and any(group.count(top) > 1 for group, top in zip(groups, z, strict=True)):
                    raise Refuted("each maximum is attained once")
            else:
                z = sums(layer, given, next(parameters))
            if any(x.denominator.bit_length() > EXACT_BITS for x in z):
                raise Open(f"an exact number has more than {EXACT_BITS} bits")
            if strict and layer.activation.kink and not all(z):
                raise Refuted("no unit is on its kink")
            rows.append([value(layer.activation, x) for x in z])
        found.append(rows[-1])
        before.append(z)
    return found, before


def value(activation: Activation, z: Fraction) -> Fraction:
    """sigma(z), of a rational activation."""
    if activation.name == "lines":
        return activation.numbers[0 if z <= 0 else 1] * z
    total = Fraction(0)
    for coefficient in reversed(activation.numbers):
        total = total * z + coefficient
    return total


def enclosures(
    layers: Sequence[FeatureLayer],
    inputs: Rationals,
    point: Sequence[Parameters],
    bits: int,
    clock: Clock,
    *,
    strict: bool,
) -> tuple[Matrix, Matrix]:
    """As `outputs`, of any layers. `strict`: open where a unit may be on its kink, or a maximum attained twice."""
    _limit(layers, inputs, ENCLOSED_PRODUCTS_HERE)
    weights = [[[Interval.of(w, bits) for w in row] for row in each.weights] for each in point]
    biases = [[Interval.of(b, bits) for b in each.biases] for each in point]
    found, before = [], []
    for sample in inputs:
        parameters = iter(zip(weights, biases, strict=True))
        z = [Interval.of(x, bits) for x in sample]
        rows = [z]
        for layer in layers:
            clock.tick()
            given = rows[layer.sources[0]]
            if layer.kind == "sum":
                z = [total(entries, bits) for entries in zip(*(rows[source] for source in layer.sources), strict=True)]
            elif layer.kind == "average-pool":
                z = [
                    total(group, bits) / Interval.of(size, bits)
                    for group, size in zip(layer.pooled(given), layer.sizes, strict=True)
                ]
            elif layer.kind == "max-pool":
                z = _largest(layer, given, strict)
            else:
                z = _enclosed_sums(layer, given, *next(parameters))
            if strict and layer.activation.kink and any(x.lo <= 0 <= x.hi for x in z):
                raise Open("a unit is not proved to be off its kink")
            rows.append([activate(layer.activation, x)[0] for x in z])
        found.append(rows[-1])
        before.append(z)
    return found, before


def _largest(layer: FeatureLayer, row: Vector, strict: bool) -> Vector:
    """The maximum of each group, which is the larger of the ends; one is above all others if its low end is."""
    found = []
    for entries in layer.pooled(row):
        low, high = max(x.lo for x in entries), max(x.hi for x in entries)
        if strict and sum(x.hi >= low for x in entries) > 1:
            raise Open("a maximum is not proved to be attained once")
        found.append(Interval(low, high, entries[0].bits))
    return found


def _enclosed_sums(layer: FeatureLayer, row: Vector, weights: Matrix, biases: Vector) -> Vector:
    """As `sums`."""
    bits, found = row[0].bits, []
    for position in range(len(layer.reads)):
        read = [row[column] if column >= 0 else Interval.of(0, bits) for column in layer.columns(position)]
        for channel, each in enumerate(weights):
            sum_ = total((w * x for w, x in zip(each, read, strict=True)), bits)
            if layer.biases != "none":
                sum_ += biases[channel + (position * layer.shape[1] if layer.biases == "per-unit" else 0)]
            found.append(sum_)
    return found
