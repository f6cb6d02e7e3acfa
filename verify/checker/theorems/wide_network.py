"""Rules `every-critical-point-global` and `every-full-rank-local-minimum-global`: wide networks.

Layers 1 to L with outputs F_L, F_k the features of layer k on N samples (F_0 the inputs), U_l the matrix of layer l as
a map. S: the parameters with a rank N of F_k (of [F_k, 1], where so claimed) and U_l onto for l = k + 2, ..., L. If
  (1) layer k + 1 is given layer k, and each layer after it the one before, to which a sum may add layers up to k alone;
      layer k + 1 is fully connected, with biases where the column of ones is used; the last layer is linear,
  (2) rule `feature-rank` holds for layer k and the rank N, and each U_l, l >= k + 2, is onto for some weights, and
for `every-critical-point-global`
  (3) there is no max-pooling above layer k, and the activations of layers k + 1 to L - 1 have derivatives other than
      0,
  (4) where it is claimed that loss 0 is attained: the layers k + 1 to L are fully connected, those from k + 2 on have
      biases, and the activations of layers k + 1 to L - 1 are strictly monotone,
then a critical point in S, where no unit above layer k is on a kink, has the outputs Y, for every loss whose gradient
in the outputs is 0 at Y alone; almost all parameters (of the extent) are in S; and some of them have the outputs Y.
For `every-full-rank-local-minimum-global`
  (3) max-pooling above layer k is over disjoint groups, and the activations of layers k + 1 to L - 1, and of those
      poolings, are continuous and strictly monotone,
then a local minimum in S of any convex function of the outputs is a global minimum of that function.

Proof. docs/WIDE.md. Critical points: the gradient in layer k + 1 is F_k^T D, and D is 0 as the rows of F_k are
independent; D is carried back by maps that are injective. Local minima: the outputs are an open map of U_(k+1). What is
added by sums does not depend on U_(k+1). (If a sum adds a layer above k, both conclusions can fail.) QED

Source: Nguyen & Hein 2018, Theorems 4.5 and 3.5, whose hypothesis "strictly monotone and differentiable" is not enough
for critical points; openness as in Nouiehed & Razaviyayn 2018 (recalled); the rest derived here.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.clock import look
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.matrix_rank import rank_at_least
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.task import Task
from verify.checker.losses.feature_numbers import Integers
from verify.checker.losses.features import weighted_sums
from verify.checker.statements.feature_layers import (
    AveragePool,
    Convolution,
    FeatureLayer,
    FullyConnected,
    MaxPool,
    Parameters,
    Sum,
)
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.network_features import CRITICAL, WideNetwork, WideWitness
from verify.checker.theorems.feature_rank import prove_rank


class GlobalByFeatures(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(GlobalByFeatures)


def wide_network(task: Task[WideNetwork, WideWitness]) -> GlobalByFeatures:
    """Prove the hypotheses in their order."""
    statement, landscape = task.statement, task.statement.landscape
    rule, k, constant = statement.property, statement.layer, statement.constant
    *_, last = landscape.layers
    first, above = landscape.layers[k], landscape.layers[k + 1 :]
    _prove_chain(task, rule, k)
    if not isinstance(first, FullyConnected):
        raise Refuted(f"layer {k + 1} is not fully connected ({first.describe()})")
    if constant and not first.bias_count:
        raise Refuted(f"layer {k + 1} has no biases, so that a column of ones is of no use")
    linear = not isinstance(last, MaxPool) and _is_identity(last.activation)
    decide(linear, True, f"the last layer is not linear ({last.describe()})")
    task.record(rule, f"layer {k + 1} is fully connected, the last layer linear", last.describe())
    prove_rank(task, landscape, k, (landscape.count, constant), statement.within)
    _prove_onto(task, rule, k, above)
    hidden = landscape.layers[k:-1]
    for place, layer in enumerate(hidden, start=k + 1):
        if rule == CRITICAL:
            if isinstance(layer, MaxPool):
                raise Refuted(f"layer {place}, above layer {k}, is a max-pooling")
            what = f"the derivative of layer {place}'s activation, {_name(layer)}, may be 0"
            flat = _never_flat(layer.activation)
            decide(flat is True, flat is False, what)
            continue
        if isinstance(layer, MaxPool) and not layer.is_disjoint:
            raise Refuted(f"the groups of layer {place} overlap")
        _prove_monotone(layer, f"layer {place}'s activation, {_name(layer)}, is not strictly monotone")
    what = "have derivatives other than 0" if rule == CRITICAL else "are strictly monotone"
    task.record(rule, f"the activations above layer {k} {what}", ", ".join(map(_name, hidden)) or "none")
    if statement.attained:
        _prove_attained(task, rule, k, hidden, above)
    return _fact(WideNetwork(landscape, rule, k, constant, statement.attained, statement.within))


def _prove_chain(task: Task[WideNetwork, WideWitness], rule: str, k: int) -> None:
    """That what is above layer k depends on layer k + 1 along one path, beside which only layers up to k are added."""
    for place, layer in enumerate(task.statement.landscape.layers[k:], start=k + 1):
        read = layer.sources(place)
        if place - 1 not in read:
            raise Refuted(f"layer {place} is not given layer {place - 1}")
        if late := [source for source in read if k < source < place - 1]:
            raise Refuted(f"layer {place} adds layer {late[0]}, which is above layer {k}: no theorem for that is known")
    layers = task.statement.landscape.layers
    if any(layer.sources(place) != (place - 1,) for place, layer in enumerate(layers, start=1)):
        added = f"each layer above layer {k} is given the one before, and no other above is added"
        task.record(rule, added, f"layers {k + 1} to {len(layers)}")


def _prove_onto(task: Task[WideNetwork, WideWitness], rule: str, k: int, above: tuple[FeatureLayer, ...]) -> None:
    """That the matrix of each layer is onto for some weights: then it is for almost all."""
    given = iter(task.witness.later)
    for place, layer in enumerate(above, start=k + 2):
        if isinstance(layer, MaxPool | Sum):
            continue
        if isinstance(layer, AveragePool):
            if not (layer.is_disjoint and layer.reads_in_each):
                raise Refuted(f"the groups of layer {place} overlap, or one is outside of what it is given")
            task.record(rule, f"the matrix of layer {place} is onto", "means of disjoint groups")
            continue
        if layer.units > layer.inputs:
            raise Refuted(f"layer {place} has more units than it is given ({layer.units} > {layer.inputs})")
        if isinstance(layer, Convolution):
            look()
            found = _rank(layer, next(given))
            decide(found == layer.units, False, f"the matrix of layer {place} was proved to have rank {found} only")
        task.record(rule, f"the matrix of layer {place} is onto for some weights", f"{layer.units} <= {layer.inputs}")


def _rank(layer: Convolution, filters: Parameters) -> int:
    """A lower bound of the rank of the matrix of a convolution: of its outputs, without biases, on unit vectors."""
    size = layer.inputs
    unit = tuple(tuple(Fraction(i == j) for j in range(size)) for i in range(size))
    numbers = Integers()
    bare = Convolution(layer.kind, layer.activation, layer.given, layer.filters, layer.patches, "none")
    return rank_at_least(weighted_sums(numbers, bare, numbers.start(unit), filters).rows)


def _prove_attained(
    task: Task[WideNetwork, WideWitness],
    rule: str,
    k: int,
    hidden: tuple[FeatureLayer, ...],
    above: tuple[FeatureLayer, ...],
) -> None:
    for place, layer in enumerate(above, start=k + 2):
        if not isinstance(layer, FullyConnected) or not layer.bias_count:
            raise Refuted(f"that the loss 0 is attained needs layer {place} to be fully connected, with biases")
    for place, layer in enumerate(hidden, start=k + 1):
        needed = (
            f"that the loss 0 is attained needs layer {place}'s activation, {_name(layer)}, to be strictly monotone"
        )
        _prove_monotone(layer, needed)
    task.record(rule, "the loss 0 is attained: fully connected, with biases", f"layers {k + 1} to {k + 1 + len(above)}")


def _prove_monotone(layer: FeatureLayer, otherwise: str) -> None:
    monotone = _is_strictly_monotone(layer.activation)
    decide(monotone is True, monotone is False, otherwise)


def _coefficients(activation: LayerActivation) -> list[Fraction]:
    """Of a polynomial, from the constant on, without those of degrees that it has not."""
    found = list(activation.parameters)
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def _is_identity(activation: LayerActivation) -> bool:
    """Whether it is."""
    if activation.name == "polynomial":
        return _coefficients(activation) == [0, 1]
    return activation.name == "piecewise-linear" and all(slope == 1 for slope in activation.parameters)


def _never_flat(activation: LayerActivation) -> bool | None:
    """True only if the derivative is other than 0 wherever there is one, False only if it is 0 somewhere."""
    if activation.name in ("elu", "piecewise-linear"):
        return all(activation.parameters)
    if activation.name == "polynomial":
        _, *slopes = [k * c for k, c in enumerate(_coefficients(activation))]
        if len(slopes) == 1:
            return True
        return False if not slopes or not slopes[0] or len(slopes) % 2 == 0 else None  # an odd degree has a zero
    return activation.name in ("sigmoid", "tanh", "arctan", "softplus")


def _is_strictly_monotone(activation: LayerActivation) -> bool | None:
    """True only if it is, and continuous; False only if it is not."""
    if activation.name == "elu":
        scale, alpha = activation.parameters
        return scale != 0 and alpha > 0
    if activation.name == "piecewise-linear":
        return activation.parameters[0] * activation.parameters[1] > 0
    if activation.name == "polynomial":
        degree = len(_coefficients(activation)) - 1
        return True if degree == 1 else False if degree % 2 == 0 else None
    return activation.name in ("sigmoid", "tanh", "arctan", "softplus")


def _name(layer: FeatureLayer) -> str:
    return layer.activation.describe()
