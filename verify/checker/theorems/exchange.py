"""Exchanges: changes of several units' weights that cancel in the one unit of the next layer.

Theorem. Let the next layer have one unit, neither it nor the layer itself be residual, and each of the network's
parameters be trained by itself or fixed. Let u_j be changes of the weights and biases of units j, k a number, and let
  (1) on each sample sum_j s_j (u_j . (a, 1)) + k = 0, s_j the slope of unit j and a what the layer is given, with
      u_j . (a, 1) = 0 for units whose slope is not known, and
  (2) what moves be trained and not decay, and the weights v_j that leave units with u_j != 0 not vanish on the region.
Then the risk is constant along the flow of sum_j (u_j / v_j) d/d(w_j, b_j) + k d/dc, c the next unit's bias, near every
point of the region.
Proof. The v_j stay, and so does a: the flow is a translation. Units whose slope is not known are given what they were.
The others are on the same side as before, near by, and put out s_j u_j . (a, 1) t / v_j more. So the next unit is given
sum_j s_j (u_j . (a, 1)) t + k t = 0 more. QED

In the first layer a is an input, and (1) a sum of rational numbers. In later ones it is asked for each entry of (a, 1).
Source: derived here; docs/BASIN.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.outcome import Open, Refuted
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.symmetries import Symmetry
from verify.checker.theorems.minorant import Frozen

Changes = dict[int, list[Fraction]]


@dataclass(frozen=True, slots=True)
class ExchangeField:
    """The field of the theorem, on the trained parameters."""

    landscape: EmpiricalRiskLandscape
    rates: tuple[tuple[int, Fraction, int | None], ...]
    """The number of a parameter that moves, its rate, and that of the parameter by which the rate is divided."""

    def at(self, trained: Sequence[arb]) -> list[arb]:
        """(trained parameters,), at a point or over a box. Raises Open where a divisor may be 0."""
        everything = list(self.landscape.complete(trained, ball))
        place = {number: index for index, number in enumerate(self.landscape.trained_indices())}
        field = [arb(0)] * len(place)
        for number, rate, divisor in self.rates:
            if divisor is not None and not abs(everything[divisor]) > 0:
                raise Open("the symmetry `exchange`: a weight by which it divides may be 0")
            field[place[number]] = ball(rate) if divisor is None else ball(rate) / everything[divisor]
        return field


def exchange(symmetry: Symmetry, landscape: EmpiricalRiskLandscape, frozen: Frozen) -> ExchangeField:
    """Prove the conditions of the theorem above."""
    network, here, after = landscape.network, symmetry.layer, symmetry.layer + 1
    name, layers = f"the symmetry `exchange` of layer {here}", network.layers
    if landscape.parameter_map is not None:
        raise Open(f"{name}: it is not known where parameters are made from others", Reason.NOT_MODELLED)
    if after == len(layers) or layers[after].width != 1:
        raise Refuted(f"{name}: the next layer must have one unit")
    if layers[here].residual or layers[after].residual:
        raise Refuted(f"{name}: its layer or the next one is residual")
    sources, (k,) = layers[here].inputs + layers[here].bias, symmetry.vector
    changes: Changes = {}
    for unit, source, entry in symmetry.matrix:
        changes.setdefault(unit, [Fraction(0)] * sources)[source] += entry
    rates = [
        (network.number(here, unit, source), entry, network.number(after, 0, unit))
        for unit, change in changes.items()
        for source, entry in enumerate(change)
        if entry
    ]
    if k and not layers[after].bias:
        raise Refuted(f"{name}: the next unit has no bias")
    moved = [*rates, *([(network.number(after, 0, layers[after].inputs), k, None)] if k else [])]
    decays = dict(zip(landscape.trained_indices(), landscape.decays(), strict=True))
    for number, _, _ in moved:
        if decays.get(number, Fraction(1)):
            raise Refuted(f"{name}: parameter {number} decays or is not trained")
    for sample in range(len(landscape.inputs)):
        for row, constant in _rows(landscape, here, sample):
            look()
            _prove_cancels(landscape, frozen, name, (here, sample), changes, row, k * constant)
    return ExchangeField(landscape, tuple(moved))


def _rows(landscape: EmpiricalRiskLandscape, layer: int, sample: int) -> Iterator[tuple[Sequence[Fraction], int]]:
    """What (a, 1) is multiplied with, and whether k counts: the sample, or each entry by itself."""
    inputs, bias = landscape.network.layers[layer].inputs, landscape.network.layers[layer].bias
    if layer == 0:
        yield [*landscape.inputs[sample], Fraction(1)][: inputs + bias], 1
        return
    for source in range(inputs + 1):
        yield [Fraction(int(source == other)) for other in range(inputs + bias)], int(source == inputs)


def _prove_cancels(
    landscape: EmpiricalRiskLandscape,
    frozen: Frozen,
    name: str,
    where: tuple[int, int],
    changes: Changes,
    row: Sequence[Fraction],
    constant: Fraction,
) -> None:
    """Hypothesis (1) on a sample."""
    (layer, sample), total = where, constant
    for unit, change in changes.items():
        given = sum((u * x for u, x in zip(change, row, strict=True)), Fraction(0))
        if not given:
            continue
        slope = frozen.fixed_slope(landscape, layer, sample, unit)
        if slope is None:
            raise Open(f"{name}: unit {unit} may meet its kink on sample {sample}, and is given more", Reason.KINK)
        total += slope * given
    if total:
        raise Refuted(f"{name}: the changes do not cancel on sample {sample}")
