"""Flows of the parameters of a network that do not change its empirical risk.

Each is the flow of an affine vector field on all parameters of the network, along which the sum of losses does not
change; by `flows`, such a field is one on the trained parameters, which may enter several of the network's, where
shared ones move together, fixed ones do not move, and the decay stays. "Slope" is that of a unit that is linear on a
sample near the whole region (on one side of its kink there, or without one); a unit that may be on its kink has none.
w and b are a unit's weights and bias, v_p the weight of unit p of the next layer for it, c_p that unit's bias.

Theorem. The sum of losses is constant along the flow, near every point of the region, of
  scale    (w, b) d/d(w, b) - v d/dv, if the unit's activation is piecewise linear: h(e^t z) = e^t h(z). Neither its
           layer nor the next is residual.
  scaling  sum of (r_u - r_s) w d/dw over all weights w of a unit u for a source s, r the rates of units, 0 those of
           inputs, biases (as sources) and outputs; units of a rate that is not 0 have piecewise linear activations; in
           a residual layer a unit has the rate of what is added to it. A unit that is given one number and puts out 0
           is left alone. By induction over the layers each unit's output is multiplied by e^(r_u t).
  shift    d/db - s sum_p v_p d/dc_p, if the unit has the same slope s on all samples, and the next units have biases:
           the unit's output grows by s t, and each c_p takes it back. The next layer is not residual.
  null     a constant change u of a unit's weights and bias: for a unit of the first layer with u.(x, 1) = 0 on each
           sample on which its slope is not known to be 0; for one of a later layer if its slope is 0 on all samples.
           Its outputs stay as they are.
  outgoing d/dv_p, if the unit has slope 0 on all samples and its layer is not residual, so that it puts out 0.
  linear   dW = E W, db = E b, dV = -V E, for a matrix E over units of one layer that have one slope on each sample
           in common: V h(z) = s V z there. If E is skew-symmetric, |W|, |b| and |V| stay, and so does their decay.
           Neither this layer nor the next is residual.
  exchange as in `exchange`: several units' weights, in the layer before a single unit.
  softmax  d/dV_1j + ... + d/dV_oj for all outputs, or the same with their biases, if the loss is the cross-entropy,
           and the last layer is linear: all outputs grow alike, and only differences of outputs enter.
Proof. As said at each; a slope or a sign that holds on the closed region holds near it. QED

Source: standard; the conditions on slopes, decay and residual connections are spelled out in docs/BASIN.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NoReturn

from flint import arb, arb_mat

from verify.checker.core.balls import approximate_inverse, row_sum_norm
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.definiteness import shifted
from verify.checker.core.outcome import Open, Refuted
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.parameter_map import ParameterMap
from verify.checker.statements.symmetries import Symmetry
from verify.checker.theorems.exchange import ExchangeField, exchange
from verify.checker.theorems.flows import Entry, Field, PullBack, Refused, Unresolved
from verify.checker.theorems.minorant import Frozen

AnyField = Field | ExchangeField


class Symmetries:
    """The symmetries of one landscape on one region."""

    def __init__(self, landscape: EmpiricalRiskLandscape, frozen: Frozen) -> None:
        self._landscape, self._frozen = landscape, frozen
        self._pull_back = PullBack(landscape)

    def field(self, symmetry: Symmetry) -> AnyField:
        """Prove the conditions of the theorems for one symmetry; returns its field on the trained parameters."""
        if symmetry.name == "exchange":
            return exchange(symmetry, self._landscape, self._frozen)
        at = _Unit(symmetry, self._landscape, self._frozen, self._pull_back.made)
        try:
            return self._pull_back.field(_RULES[symmetry.name](at), at.decayed)
        except Refused as error:
            at.refuse(str(error))
        except Unresolved as error:
            raise Open(f"{at.name}: {error}", Reason.NOT_MODELLED) from None


def prove_symmetry(symmetry: Symmetry, landscape: EmpiricalRiskLandscape, frozen: Frozen) -> AnyField:
    """Prove the conditions of the theorems for one symmetry; returns its field on the trained parameters."""
    return Symmetries(landscape, frozen).field(symmetry)


class _Unit:
    """A symmetry, and what its conditions ask about."""

    def __init__(
        self, symmetry: Symmetry, landscape: EmpiricalRiskLandscape, frozen: Frozen, made: ParameterMap
    ) -> None:
        self.symmetry, self.landscape, self.frozen, self.made = symmetry, landscape, frozen, made
        self.layers = landscape.network.layers
        self.layer = self.layers[symmetry.layer]
        self.unit = -1 if symmetry.unit is None else symmetry.unit
        self.name = f"the symmetry `{symmetry.name}` of layer {symmetry.layer}"

    def refuse(self, reason: str) -> NoReturn:
        """A condition is false."""
        raise Refuted(f"{self.name}: {reason}")

    def same(self, slopes: Sequence[Fraction | None], reason: str) -> None:
        """Require slopes to be equal; one that is not known, of a unit that may meet its kink, leaves it open."""
        if len({slope for slope in slopes if slope is not None}) > 1:
            self.refuse(reason)
        if None in slopes:
            raise Open(f"{self.name}: a unit that may meet its kink has no known slope", Reason.KINK)

    def into(self, unit: int) -> list[int]:
        """The weights and the bias of a unit."""
        network, here = self.landscape.network, self.symmetry.layer
        return [network.number(here, unit, source) for source in range(self.layer.inputs + self.layer.bias)]

    def out_of(self, unit: int) -> list[int]:
        """The weights of the next layer for a unit."""
        network, after = self.landscape.network, self.symmetry.layer + 1
        return [network.number(after, other, unit) for other in range(self.layers[after].width)]

    def decayed(self, number: int) -> str:
        """What to say of a parameter whose decay the flow changes."""
        if self.symmetry.name == "linear":
            return "there is decay, and E is not skew-symmetric"
        return f"parameter {number} decays"

    def not_residual(self, *layers: int) -> None:
        """Require it of layers."""
        for layer in layers:
            if self.layers[layer].residual:
                self.refuse(f"layer {layer} is residual")

    def hidden(self) -> int:
        """Require that there is a next layer; its number."""
        after = self.symmetry.layer + 1
        if after == len(self.layers):
            self.refuse("there is no next layer")
        return after

    def slopes(self, unit: int) -> list[Fraction | None]:
        """For each sample the unit's slope, where it is linear near the whole region."""
        look()
        here = self.symmetry.layer
        samples = range(len(self.landscape.inputs))
        return [self.frozen.fixed_slope(self.landscape, here, sample, unit) for sample in samples]

    def puts_out_0(self, depth: int, unit: int) -> bool:
        """Whether a unit is given one number at all parameters, for which a piecewise linear activation is 0."""
        layer = self.layers[depth]
        start = self.landscape.network.starts[depth]
        rows = [self.made.rows[start + layer.place(unit, source)] for source in range(layer.inputs + layer.bias)]
        if not layer.activation.is_piecewise_linear or any(row.terms for row in rows):
            return False
        if any(row.constant for row in rows[: layer.inputs]):
            return False
        given = rows[-1].constant if layer.bias else Fraction(0)
        return layer.activation.parameters[given > 0] * given == 0

    def is_off(self) -> None:
        """Require that the unit's slope is 0 on all samples."""
        self.same([Fraction(0), *self.slopes(self.unit)], f"unit {self.unit} is not off on all samples")


def _scale(at: _Unit) -> list[Entry]:
    at.not_residual(at.symmetry.layer, at.hidden())
    if not at.layer.activation.is_piecewise_linear:
        at.refuse("its activation is not piecewise linear")
    entries = [Entry(number, Fraction(1), number) for number in at.into(at.unit)]
    return entries + [Entry(number, Fraction(-1), number) for number in at.out_of(at.unit)]


def _scaling(at: _Unit) -> list[Entry]:
    rates = {(layer, unit): rate for layer, unit, rate in at.symmetry.matrix}
    if len(rates) < len(at.symmetry.matrix):
        at.refuse("a unit stands twice")
    network, entries = at.landscape.network, []
    for depth, layer in enumerate(at.layers):
        for unit in range(layer.width):
            rate = rates.get((depth, unit), Fraction(0))
            if rate and depth == len(at.layers) - 1:
                at.refuse("an output is not scaled")
            if layer.residual and rate != rates.get((depth - 1, unit), Fraction(0)):
                at.refuse(f"layer {depth} is residual, and unit {unit} is scaled otherwise than what is added to it")
            if at.puts_out_0(depth, unit):
                continue
            if rate and not layer.activation.is_piecewise_linear:
                at.refuse(f"the activation of layer {depth} is not piecewise linear")
            for source in range(layer.inputs + layer.bias):
                before = rates.get((depth - 1, source), Fraction(0)) if source < layer.inputs else Fraction(0)
                if rate != before:
                    number = network.number(depth, unit, source)
                    entries.append(Entry(number, rate - before, number))
    return entries


def _shift(at: _Unit) -> list[Entry]:
    after = at.hidden()
    at.not_residual(after)
    slope, *_ = slopes = at.slopes(at.unit)
    at.same(slopes, f"unit {at.unit} does not have one slope on all samples")
    if not (at.layer.bias and at.layers[after].bias):
        at.refuse("it needs biases in its layer and in the next")
    network = at.landscape.network
    entries = [Entry(network.number(at.symmetry.layer, at.unit, at.layer.inputs), Fraction(1))]
    for other, weight in enumerate(at.out_of(at.unit)):
        entries.append(Entry(network.number(after, other, at.layers[after].inputs), -(slope or Fraction(0)), weight))
    return entries


def _null(at: _Unit) -> list[Entry]:
    change = at.symmetry.vector
    if at.symmetry.layer:
        at.is_off()
    else:
        for sample, slope in enumerate(at.slopes(at.unit)):
            inputs = (*at.landscape.inputs[sample], Fraction(1))
            if sum((u * x for u, x in zip(change, inputs, strict=False)), Fraction(0)):
                reason = f"the vector changes what unit {at.unit} is given on sample {sample}"
                at.same([Fraction(0), slope], reason)
    return [Entry(number, u) for number, u in zip(at.into(at.unit), change, strict=True) if u]


def _outgoing(at: _Unit) -> list[Entry]:
    after = at.hidden()
    at.not_residual(at.symmetry.layer)
    at.is_off()
    target = at.symmetry.source or 0
    if target >= at.layers[after].width:
        at.refuse(f"the next layer has no unit {target}")
    return [Entry(at.landscape.network.number(after, target, at.unit), Fraction(1))]


def _linear(at: _Unit) -> list[Entry]:
    after = at.hidden()
    at.not_residual(at.symmetry.layer, after)
    matrix = {(row, column): entry for row, column, entry in at.symmetry.matrix if entry}
    if len(matrix) != len(at.symmetry.matrix):
        at.refuse("an entry of E is 0, or stands twice")
    units = sorted({unit for place in matrix for unit in place})
    for slopes in zip(*map(at.slopes, units), strict=True):
        at.same(slopes, "its units do not have one slope in common on each sample")
    entries = []
    for (row, column), entry in matrix.items():
        entries += [Entry(to, entry, of) for to, of in zip(at.into(row), at.into(column), strict=True)]
        entries += [Entry(to, -entry, of) for to, of in zip(at.out_of(column), at.out_of(row), strict=True)]
    return entries


def _softmax(at: _Unit) -> list[Entry]:
    last = len(at.layers) - 1
    activation = at.layer.activation
    if at.landscape.loss != "cross-entropy" or at.symmetry.layer != last:
        at.refuse("it needs the cross-entropy, and the last layer")
    if not activation.is_piecewise_linear or activation.has_kink:
        at.refuse("the last layer is not linear")
    source, network = at.symmetry.source or 0, at.landscape.network
    return [Entry(network.number(last, o, source), Fraction(1)) for o in range(at.layer.width)]


_RULES = {
    "scale": _scale,
    "scaling": _scaling,
    "shift": _shift,
    "null": _null,
    "outgoing": _outgoing,
    "linear": _linear,
    "softmax": _softmax,
}


def fields_at(fields: Sequence[AnyField], trained: Sequence[arb]) -> arb_mat:
    """(trained parameters, fields)."""
    return arb_mat([field.at(trained) for field in fields]).transpose()


def prove_transversal(at_center: arb_mat, over_region: arb_mat) -> None:
    """Prove that T0^T T(x) is nonsingular for all x of the region: T0 exact, T over the region; both (N, fields)."""
    product = at_center.transpose() * over_region
    inverse = approximate_inverse(product)
    if inverse is None or not row_sum_norm(shifted(inverse * product, arb(1))) < 1:
        raise Open("the symmetries' directions were not proved independent on the region")
