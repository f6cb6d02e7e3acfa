"""Rules `one-hidden-layer` and `orthogonal-residuals`: local minima, strict or not, on kinks or off them.

Both prove that the linearised risk L has a local minimum, by the following theorem.

Theorem (linearisation). Let F(theta) = factor sum_n l(f_theta(x_n), y_n) without weight decay, l convex and
differentiable in f, theta_0 a point, r_n the derivative of factor l in f at f_theta_0(x_n), which is
2 factor (f_theta_0(x_n) - y_n) for squares, and L(theta) = sum_n r_n . f_theta(x_n).
Then F(theta) - F(theta_0) >= L(theta) - L(theta_0) for every theta, so that F has a local
minimum at theta_0 if L has one.
Proof. A convex function lies above its tangents. QED

`one-hidden-layer`. Let f(x) = sum_j v_j h(w_j.x + b_j) + c with one output and
h(t) = s- t for t <= 0, s+ t for t >= 0. Write z_nj = w_j.x_n + b_j at theta_0 and a_n for the
vector (x_n, 1) restricted to the trained ones among the weights and the bias of neuron j. If
  (1) the loss is squares without weight decay, and the network is of that form,
  (2) sum_n r_n = 0, if c is trained,
  (3) sum_n r_n h(z_nj) = 0 for each j whose v_j is trained, and
  (4) for each j and each sign s that it needs, D_js(u) = sum_{z_nj != 0} s r_n h'(z_nj) a_n.u +
      sum_{z_nj = 0} s r_n h(a_n.u) is >= 0 for all u; neuron j needs the sign of v_j, or both if
      v_j = 0 is trained, or none if v_j = 0 is fixed,
then F has a local minimum at theta_0.
Proof. L(theta) = sum_j v_j psi_j(w_j, b_j) + c sum_n r_n with psi_j = sum_n r_n h(z_nj). Near
theta_0, psi_j is exactly psi_j at theta_0 plus D_j+(u), u the change of the trained ones among w_j
and b_j. With v_j fixed, v_j (psi_j - psi_j(theta_0)) = |v_j| D_js(u) >= 0. With v_j trained,
psi_j(theta_0) = 0 by (3); if v_j != 0 it keeps its sign s nearby and v_j psi_j = |v_j| D_js(u) >= 0; if
v_j = 0 then D_j+ = -D_j- is 0 by (4), so psi_j is 0 nearby. So L >= L(theta_0) nearby. QED

(4) is proved by multipliers. h(t) = s- t + (s+ - s-) max(t, 0), so D_js(u) = g.u + sum_n c_n max(a_n.u, 0)
over the kinks n of neuron j with c_n = s r_n (s+ - s-); those with c_n = 0 are left out. It is enough that for
every set T of kinks with c_n < 0 there are numbers l_n in [0, 1] for the kinks with c_n > 0 and
m_n >= 0 for those with c_n < 0 such that
    g + sum_{n in T} c_n a_n + sum_{c_n > 0} l_n c_n a_n = sum_{n in T} m_n a_n - sum_{c_n < 0, n not in T} m_n a_n.
Proof. Given u, let T be the n with c_n < 0 and a_n.u > 0. Then D_js(u) >= the left side times u, because
max(t, 0) >= l t for l in [0, 1], and the right side times u is >= 0. QED
(By Farkas' lemma such multipliers exist whenever (4) holds.)

`orthogonal-residuals`. A network of any depth, any number of outputs, any subset trained. If
  (1) the loss is of that form,
  (2) on each sample with r_n != 0 every unit is piecewise linear and off its kink, or an ELU on its linear side, and
  (3) for each set of samples with r_n != 0 on which the same units are on the same side of their kinks, and each output
      o, sum_n r_no (x_n, 1)^T over the set is 0 (without the 1 if no layer has a bias); where on these samples all
      units of a layer before the last, which is not residual, have the slope 0, it is enough that sum_n r_no is 0;
      where the unit o of the last layer has the slope 0, and that layer is not residual, nothing is asked for,
then F has a local minimum at theta_0.
Proof. Near theta_0 the sides do not change, so f_theta(x_n) = A_theta (x_n, 1) with one matrix A_theta for
each set. Its row o does not depend on x_n in the second case, and is 0 in the third. So L is the sum over sets and
outputs of the inner product of that row and (3), which is 0. QED
That r_n is 0, or orthogonal to the inputs, is proved in rational numbers: `losses/curve_risk.py` computes r_n for
squares, and for the other losses where the outputs are 0, or all the same.

Source: derived here; docs/AUDIT.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Further, maker, require
from verify.checker.core.limits import MAX_OPEN_KINKS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.curve_risk import CurveRisk
from verify.checker.losses.exact_risk import total
from verify.checker.losses.own_parameters import require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Network, Vector
from verify.checker.theorems.given_point import GivenPointTask, LossAtPoint

ONE_HIDDEN_LAYER, ORTHOGONAL = "one-hidden-layer", "orthogonal-residuals"
LINEAR = (Fraction(1), Fraction(1))


class _Kink(NamedTuple):
    """A kink of D_js: max(a.u, 0) with a coefficient that is not 0."""

    coefficient: Fraction
    direction: Vector


class LocalMinimum(Further):
    """That a point is a local minimum."""

    __slots__ = ()
    FROM = MappingProxyType({"local-minimum": "value"})


_fact = maker(LocalMinimum)


def linearised_minimum(task: GivenPointTask, at: LossAtPoint) -> LocalMinimum:
    """Apply the rule that the witness names."""
    require(at, replace(task.statement, property="value"))
    (one_hidden_layer if task.witness.method == ONE_HIDDEN_LAYER else orthogonal_residuals)(task)
    return _fact(at)


def one_hidden_layer(task: GivenPointTask) -> None:
    """Prove hypotheses (1) to (4) of the theorem above."""
    landscape = task.statement.landscape
    layers = landscape.network.layers
    _prove_form(task, ONE_HIDDEN_LAYER)
    if len(layers) != 2 or layers[1].width != 1 or any(layer.residual for layer in layers):
        raise Open("this rule needs one hidden layer, one output and no residual connection", Reason.NOT_MODELLED)
    hidden, output = layers
    if output.activation.parameters != LINEAR:
        raise Open("this rule needs the identity as the activation of the output", Reason.NOT_MODELLED)
    residuals = [row[0] for row in _residuals(task)]
    before = [[z[0] for z in row] for row in task.exactly.before_activation[0]]
    require_own_parameters(landscape)
    trained = set(landscape.trained_indices())
    if output.bias and landscape.network.parameters - 1 in trained and total(residuals):
        raise Refuted("the residuals do not add up to 0, so the loss has a slope in the output's bias")
    low, high = hidden.activation.parameters
    if len(task.witness.multipliers) != hidden.width:
        raise Refuted(f"there are multipliers for {len(task.witness.multipliers)} of {hidden.width} neurons")
    point = list(landscape.complete(task.statement.point[0], Fraction))
    kinks = 0
    for j in range(hidden.width):
        look()
        place = hidden.parameters + j
        weight, is_trained = point[place], place in trained
        z = [row[j] for row in before]
        terms = (r * (high if t > 0 else low) * t for r, t in zip(residuals, z, strict=True))
        if is_trained and total(terms):
            raise Refuted(f"the loss has a slope in the output weight of neuron {j}")
        signs = [1 if weight > 0 else -1] if weight else ([1, -1] if is_trained else [])
        given = task.witness.multipliers[j]
        if len(given) != len(signs):
            raise Refuted(f"neuron {j} needs multipliers for {len(signs)} signs, not {len(given)}")
        directions = _directions(landscape, j, trained)
        for sign, multipliers in zip(signs, given, strict=True):
            slope, bends = _slope_and_kinks([sign * r for r in residuals], z, directions, (low, high))
            kinks += len(bends)
            _prove_nonnegative(slope, bends, multipliers, f"neuron {j}")
    measured = f"by multipliers that are checked exactly, {kinks} kinks in all"
    task.record(ONE_HIDDEN_LAYER, "the linearised risk has a local minimum, neuron by neuron", measured)


def orthogonal_residuals(task: GivenPointTask) -> None:
    """Prove hypotheses (1) to (3) of the theorem above."""
    landscape = task.statement.landscape
    network = landscape.network
    if landscape.weight_decay or landscape.bias_decay:
        raise Open("this rule needs a loss without weight decay", Reason.NOT_MODELLED)
    if not all(layer.activation.is_piecewise_linear or layer.activation.name == "elu" for layer in network.layers):
        raise Open("this rule needs piecewise linear activations", Reason.NOT_MODELLED)
    task.record(ORTHOGONAL, "the loss is convex in the network's outputs", f"{landscape.loss}, without weight decay")
    with_one = (Fraction(1),) if any(layer.bias for layer in network.layers) else ()
    sums: dict[tuple[bool, ...], dict[tuple[int, int], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    at = CurveRisk(landscape, task.statement.point)
    for n in range(len(landscape.inputs)):
        look()
        residual = [slope for slope in at.output_slopes(n) if isinstance(slope, Fraction)]
        if len(residual) < network.widths[-1]:
            raise Open(f"the loss's slope in the outputs on sample {n} is not evaluated in rational numbers")
        if not any(residual):
            continue
        sides = _sides(network, at, n)
        together = sums[tuple(side for row in sides for side in row)]
        for o, r in enumerate(residual):
            for i, x in enumerate(_seen(network, sides, o, (*landscape.inputs[n], *with_one))):
                together[o, i] = total([together[o, i], r * x])
    if any(entry for together in sums.values() for entry in together.values()):
        raise Open("the residuals are not orthogonal to the inputs")
    measured = f"exactly, on {len(sums)} sets of samples"
    task.record(ORTHOGONAL, "the residuals are orthogonal to the inputs, so the linearised risk is constant", measured)


def _seen(network: Network, sides: list[list[bool]], output: int, sample: Vector) -> Vector:
    """What an output may depend on near the point: (x, 1), the number 1, or nothing."""
    off = []
    for layer, row in zip(network.layers, sides, strict=True):
        slopes = (
            [layer.activation.parameters[side] for side in row]
            if layer.activation.is_piecewise_linear
            else [1] * len(row)
        )
        off.append([not slope and not layer.residual for slope in slopes])
    if network.layers[-1].activation.has_kink and off[-1][output]:
        return ()
    return (Fraction(1),) if any(row and all(row) for row in off[:-1]) else sample


def _sides(network: Network, at: CurveRisk, sample: int) -> list[list[bool]]:
    """Of each unit with a kink, by layer. Raises Open where one is not on a side on which it is linear."""
    sides: list[list[bool]] = []
    for layer, samples in zip(network.layers, at.before_activation, strict=True):
        sides.append([])
        for z in samples[sample] if layer.activation.has_kink else []:
            if not (z[0] > 0 or z[0] < 0):
                raise Open(f"a unit is on its kink on sample {sample}, where the residual is not 0", Reason.KINK)
            if not layer.activation.is_piecewise_linear and not z[0] > 0:
                raise Open(f"a unit is on its curved side on sample {sample}, where the residual is not 0")
            sides[-1].append(bool(z[0] > 0))
    return sides


def _prove_form(task: GivenPointTask, rule: str) -> None:
    landscape = task.statement.landscape
    if landscape.loss != "squares" or landscape.weight_decay or landscape.bias_decay:
        raise Open("this rule needs the loss of squares without weight decay", Reason.NOT_MODELLED)
    if not landscape.network.is_piecewise_linear:
        raise Open("this rule needs piecewise linear activations", Reason.NOT_MODELLED)
    task.record(rule, "the loss is convex in the network's outputs", "squares, without weight decay")


def _residuals(task: GivenPointTask) -> list[Vector]:
    """r: (samples, outputs)."""
    landscape = task.statement.landscape
    return [
        tuple(2 * landscape.factor * (f[0] - y) for f, y in zip(outputs, target, strict=True))
        for outputs, target in zip(task.exactly.outputs, landscape.targets, strict=True)
    ]


def _directions(landscape: EmpiricalRiskLandscape, j: int, trained: set[int]) -> list[Vector]:
    """a_n for each sample."""
    hidden = landscape.network.layers[0]
    kept = [i for i in range(hidden.inputs) if j * hidden.inputs + i in trained]
    one = (Fraction(1),) if hidden.bias and hidden.width * hidden.inputs + j in trained else ()
    return [(*(row[i] for i in kept), *one) for row in landscape.inputs]


def _slope_and_kinks(
    residuals: list[Fraction], z: list[Fraction], directions: list[Vector], slopes: tuple[Fraction, Fraction]
) -> tuple[list[Fraction], list[_Kink]]:
    """g, and the kinks in the order of the samples."""
    low, high = slopes
    slope = [Fraction(0)] * len(directions[0])
    kinks: list[_Kink] = []
    for r, t, direction in zip(residuals, z, directions, strict=True):
        _add(slope, r * (high if t > 0 else low), direction)
        if t == 0 and r * (high - low):
            kinks.append(_Kink(r * (high - low), direction))
    return slope, kinks


def _prove_nonnegative(slope: list[Fraction], kinks: list[_Kink], given: Sequence[Vector], name: str) -> None:
    """Prove that g.u + sum_n c_n max(a_n.u, 0) >= 0 for all u; `given`: a vector for each T, from none to all."""
    opening = [index for index, kink in enumerate(kinks) if kink.coefficient < 0]
    if len(opening) > MAX_OPEN_KINKS:
        raise Open(f"{name} has {len(opening)} kinks that bend down, more than {MAX_OPEN_KINKS}", Reason.TOO_LARGE)
    patterns = list(product((False, True), repeat=len(opening)))
    if len(given) != len(patterns):
        raise Refuted(f"{name} needs multipliers for {len(patterns)} patterns, not {len(given)}")
    for pattern, multipliers in zip(patterns, given, strict=True):
        if len(multipliers) != len(kinks):
            raise Refuted(f"{name} has {len(kinks)} kinks, but {len(multipliers)} multipliers")
        is_in = dict(zip(opening, pattern, strict=True))
        rest = list(slope)
        for index, (kink, multiplier) in enumerate(zip(kinks, multipliers, strict=True)):
            if multiplier < 0 or (kink.coefficient > 0 and multiplier > 1):
                raise Refuted(f"{name} has a multiplier out of its range")
            if kink.coefficient > 0:
                _add(rest, multiplier * kink.coefficient, kink.direction)
            elif is_in[index]:
                _add(rest, kink.coefficient - multiplier, kink.direction)
            else:
                _add(rest, multiplier, kink.direction)
        if any(rest):
            raise Refuted(f"the multipliers of {name} do not prove that the linearised risk does not fall")


def _add(sums: list[Fraction], factor: Fraction, direction: Vector) -> None:
    for index, entry in enumerate(direction):
        sums[index] = total([sums[index], factor * entry])
