"""A smooth function below an empirical risk that touches it where units sit on their kinks.

Setting. A set K of pairs of a unit and a sample; every other unit with a kink is on one side of it on each sample,
everywhere on B. In the frozen network a unit of K puts out a z, with a slope a between those of its half-lines, and
the other units with kinks are linear as on B; F_a is its risk. For a pair k of K: z_k what the frozen network gives
it, g_k = grad z_k, s- < s+ the slopes of its half-lines, u_k = min(s+ - a_k, a_k - s-), d_k the derivative of F_a in
the pair's output; C_kl the derivative of z_k in the output of a pair l of an earlier layer, on the same sample. A loss
that is linear on each side of the residual f - y of an output is a last layer, whose outputs the risk adds up.

Theorem. Let
  (1) s- <= a_k <= s+, and from the first layer with a pair of K on all layers be piecewise linear,
  (2) every unit outside K be off its kink on every sample, everywhere on B,
  (3) 0 <= m_k <= d_k everywhere on B,
  (4) nu_k >= 0, 0 where u_k = 0, and nu_l / u_l + sum_k nu_k |C_kl| <= m_l everywhere on B, for each l of K, and
  (5) Z_k > 0 and |z_k| <= Z_k everywhere on B, where nu_k > 0.
Then Phi = F_a + sum_k (nu_k / Z_k) z_k^2 <= F on B, and there
    Hess Phi >= Hess F_a + sum_k (2 nu_k / Z_k) g_k g_k^T - (sum_k 2 nu_k |Hess z_k|) I.
Pairs of one activation and one slope that are given the same function of the parameters may be taken as one in (3) and
(4): m for the sum of their d_k, and the sum of their nu_l / u_l + sum_k nu_k |C_kl| at most m. A pair that is given 0
at all parameters needs no place in K, and may have any slope between s- and s+. With (4) for nu_k + |lambda_k| in the
place of nu_k, lambda_k any numbers (those of later pairs of a group 0), also Phi + sum_k lambda_k z_k <= F on B.
Proof. A unit of K puts out h(t_k) = a_k t_k + e_k, t_k what the network gives it, and
e_k = (s+ - a_k) max(t_k, 0) + (a_k - s-) max(-t_k, 0) >= u_k |t_k|. With the other layers linear by (1) and (2), the
outputs of the network are affine in e at fixed parameters, so the risk G(e) is convex in e, the losses of samples
being convex in the outputs; G(0) = F_a and G(e) = F. Hence F >= F_a + sum_k d_k e_k >= F_a + sum_k m_k e_k by (3).
Also z_k = t_k - sum_l C_kl e_l, so by (4) sum_k nu_k |z_k| <= sum_l e_l (nu_l / u_l + sum_k nu_k |C_kl|) <=
sum_l m_l e_l, a pair with u_l = 0 having nu_l = 0; and z_k^2 / Z_k <= |z_k| by (5), lambda_k z_k <= |lambda_k| |z_k|.
The Hessian of z_k^2 is 2 g_k g_k^T + 2 z_k Hess z_k. Pairs that are one have one e, so that only the sum of their d_k
enters, and of their parts in (4); a pair that is given 0 has t = 0 and e = 0, and is linear as it is. QED

Where the parameters are, the pairs of K need not be on their kinks, and no independence of the g_k is asked for.
Source: derived here; docs/BASIN.md. In the spirit of Griewank & Walther 2016 (abs-normal form).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, written
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, ends, lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.frozen_risk import FrozenRisk, Slopes
from verify.checker.losses.same_functions import Form, SameFunctions
from verify.checker.statements.basin import BasinWitness, Kink, LocalMinimumWithin, MinimumWithin
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import LayerActivation

RULE = "minorant"
MinimumT = TypeVar("MinimumT", bound=MinimumWithin)
_NONE = Fraction(0)
Place = tuple[int, int, int]
"""Layer, sample, unit."""
Table = list[list[Fraction]] | None
"""Of the slopes of a layer: (samples, width)."""
Group = tuple[LayerActivation, Form, Fraction] | Place
"""Of pairs that are one: the activation, the function that it is given, and the slope; or the one pair."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The network's units, and the losses of its outputs, as they are on the whole region."""

    slopes: Slopes
    kinked: frozenset[Place]
    """K, and the pairs that are given 0."""

    def fixed_slope(self, landscape: EmpiricalRiskLandscape, layer: int, sample: int, unit: int) -> Fraction | None:
        """The slope of a unit that is linear on a sample near the whole region, None if that is not known of it."""
        if (layer, sample, unit) in self.kinked:
            return None
        if (rows := self.slopes[layer]) is not None:
            return rows[sample][unit]
        activation = landscape.network.layers[layer].activation
        return activation.parameters[0] if activation.is_piecewise_linear else None


@dataclass(frozen=True, slots=True)
class Minorant:
    """Phi on the region."""

    over: FrozenRisk
    """F_a there."""
    frozen: Frozen
    terms: tuple[tuple[Kink, arb], ...]
    """The pairs with nu > 0, and nu / Z."""
    bend: Fraction
    """At least sum_k (2 nu_k + spare_k) |Hess z_k|."""
    representatives: tuple[Kink, ...]
    """One of each group of pairs that are one, the first: those with spare_k > 0, if there are any."""

    def hessian(self, matrix: arb_mat) -> arb_mat:
        """Hess F_a + sum_k (2 nu_k / Z_k) g_k g_k^T, given Hess F_a on the region."""
        if not self.terms:
            return matrix
        units = [self.over.unit(kink.layer, kink.sample, kink.unit).gradient for kink, _ in self.terms]
        scaled = [[2 * factor * entry for entry in row] for row, (_, factor) in zip(units, self.terms, strict=True)]
        return matrix + arb_mat(units).transpose() * arb_mat(scaled)

    def value_and_gradient(self, at: FrozenRisk) -> tuple[arb, list[arb]]:
        """Phi and its gradient at a point of the region."""
        value, gradient = at.value(), at.gradient()[0]
        for kink, factor in self.terms:
            unit = at.unit(kink.layer, kink.sample, kink.unit)
            value += factor * unit.value * unit.value
            gradient = [g + 2 * factor * unit.value * z for g, z in zip(gradient, unit.gradient, strict=True)]
        return value, gradient


class MinimumTask(Task[MinimumT, BasinWitness]):
    """A local minimum near a point, to be proved."""

    @cached_property
    def functions(self) -> SameFunctions | None:
        """What is given to the units of a network whose parameters are made from others; None for other networks."""
        landscape = self.statement.landscape
        made = landscape.parameter_map
        return None if made is None else SameFunctions(landscape, made)


BasinTask = MinimumTask[LocalMinimumWithin]


def minorant(task: MinimumTask[MinimumT], region: Balls, spare: Fraction = _NONE) -> Minorant:
    """Prove hypotheses (1) to (5) of the theorem above on a box; (4) with nu_k + spare in the place of nu_k.

    The spare is kept of one pair of each group of pairs that are one, for what a rule may do with it besides.
    """
    landscape, kinks = task.statement.landscape, task.witness.kinks
    _prove_slopes(landscape, kinks, spare)
    frozen = _freeze(task, EmpiricalRisk(landscape, region))
    over = FrozenRisk(landscape, region, frozen.slopes)
    groups: dict[Group, list[Kink]] = defaultdict(list)
    for kink in kinks:
        groups[_group(task, kink)].append(kink)
    rises = {}
    for group, members in groups.items():
        slopes = [over.loss_in_output(kink.layer, kink.sample, kink.unit) for kink in members]
        rise = sum(slopes[1:], slopes[0])
        found = f"the loss's slope in the output of {_name(members[0])} is in [{lower(rise)}, {upper(rise)}]"
        decide(rise >= 0, rise < 0, f"{found}, not proved >= 0")
        rises[group] = rise.lower()
    if kinks:
        least = min(ends(rise)[0] for rise in rises.values())
        measured = f"{len(kinks)} kinks, slopes >= {at_least(least, 5)}"
        task.record(RULE, "the loss does not fall with the kinks' rise", measured)
    return _with_squares(task, over, frozen, groups, rises, spare)


def _group(task: MinimumTask[MinimumT], kink: Kink) -> Group:
    """The pairs that a pair is one with, as far as that is seen."""
    place = (kink.layer, kink.sample, kink.unit)
    layers = task.statement.landscape.network.layers
    if task.functions is None or kink.layer == len(layers):
        return place
    activation = layers[kink.layer].activation
    return activation, task.functions.given(*place), kink.slope


def _name(kink: Kink) -> str:
    return f"unit {kink.unit} of layer {kink.layer} on sample {kink.sample}"


def _prove_slopes(landscape: EmpiricalRiskLandscape, kinks: tuple[Kink, ...], spare: Fraction) -> None:
    """Hypothesis (1)."""
    layers = landscape.network.layers
    first = min((kink.layer for kink in kinks), default=len(layers))
    if not all(layer.activation.is_piecewise_linear for layer in layers[first:]):
        raise Open("after a layer with kinks all layers must be piecewise linear", Reason.NOT_MODELLED)
    for kink in kinks:
        low, high = landscape.half_lines(kink.layer, kink.sample, kink.unit)
        if not low < high:
            raise Refuted(f"{_name(kink)} has no kink that bends upwards: slopes {written(low)} and {written(high)}")
        if not low <= kink.slope <= high:
            raise Refuted(f"the slope of {_name(kink)} is not between {written(low)} and {written(high)}")
        if kink.weight and kink.slope in (low, high):
            raise Refuted(f"the slope of {_name(kink)} is that of a half-line, so that its weight must be 0")
        if spare and kink.slope in (low, high):
            raise Open(f"the slope of {_name(kink)} is that of a half-line, where the loss need not rise")


def freeze(risk: EmpiricalRisk, chosen: Mapping[Place, Fraction]) -> tuple[list[Table], list[Place]]:
    """For each layer the slopes of its units, chosen or of their sides; and the pairs that may be on their kinks."""
    tables: list[Table] = []
    near: list[Place] = []
    for depth, (layer, before) in enumerate(risk.before_activation()):
        activation = layer.activation
        if not activation.has_kink:
            tables.append(None)
            continue
        rows: list[list[Fraction]] = []
        for sample, row in enumerate(before):
            places = [(depth, sample, unit) for unit in range(len(row))]
            rows.append([chosen.get(p, activation.parameters[z > 0]) for p, z in zip(places, row, strict=True)])
            near += [place for place, z in zip(places, row, strict=True) if not abs(z) > 0]
        tables.append(rows if activation.is_piecewise_linear else None)
    return tables, near


def _freeze(task: MinimumTask[MinimumT], risk: EmpiricalRisk) -> Frozen:
    """Hypothesis (2), and the slopes of all units with kinks."""
    chosen = {(kink.layer, kink.sample, kink.unit): kink.slope for kink in task.witness.kinks}
    slopes, near = freeze(risk, chosen)
    zero: set[Place] = set()
    for place in near:
        where = "unit {2} of layer {0} on sample {1}".format(*place)
        if task.functions is not None and not task.functions.given(*place):
            if place in chosen:
                raise Refuted(f"{where} is given 0 at all parameters")
            zero.add(place)
        elif place not in chosen:
            raise Open(f"{where} may meet its kink within the radius, and is not listed", Reason.KINK)
    slopes.append(_freeze_losses(task.statement.landscape, risk, chosen))
    task.record(RULE, "every unit that is not listed is off its kink on the region", f"{len(chosen)} are listed")
    return Frozen(slopes, frozenset(chosen) | zero)


def _freeze_losses(landscape: EmpiricalRiskLandscape, risk: EmpiricalRisk, chosen: Mapping[Place, Fraction]) -> Table:
    """Hypothesis (2) for a loss that is linear on each side of the residual 0: its slopes."""
    depth = len(landscape.network.layers)
    rows: list[list[Fraction]] = []
    for sample, residuals in enumerate(risk.residuals()):
        rows.append([])
        for output, residual in enumerate(residuals):
            place = depth, sample, output
            slopes = landscape.half_lines(*place)
            if not slopes:
                return None
            if (slope := chosen.get(place)) is None:
                if not abs(residual) > 0:
                    where = f"the loss of output {output} on sample {sample}"
                    raise Open(f"{where} may meet its kink within the radius, and is not listed", Reason.KINK)
                slope = slopes[residual > 0]
            rows[-1].append(slope)
    return rows


def _with_squares(
    task: MinimumTask[MinimumT],
    over: FrozenRisk,
    frozen: Frozen,
    groups: dict[Group, list[Kink]],
    rises: dict[Group, arb],
    spare: Fraction,
) -> Minorant:
    """Hypotheses (4) and (5)."""
    used: dict[Group, arb] = defaultdict(lambda: arb(0))
    kinks = task.witness.kinks
    of = {kink: group for group, members in groups.items() for kink in members}
    first = {members[0] for members in groups.values()}
    bend, terms = arb(0), []
    earlier = defaultdict(list)
    for kink in kinks:
        earlier[kink.sample].append(kink)
    for kink in kinks:
        kept = spare if kink in first else _NONE
        if not kink.weight + kept:
            continue
        look()
        place, nu, taken = (kink.layer, kink.sample, kink.unit), ball(kink.weight), ball(kink.weight + kept)
        low, high = task.statement.landscape.half_lines(*place)
        used[of[kink]] += taken / ball(min(high - kink.slope, kink.slope - low))
        unit = over.unit(*place)
        for other in earlier[kink.sample]:
            if other.layer < kink.layer:
                through = unit.in_outputs[other.layer][other.unit]
                used[of[other]] += taken * abs(through)
        size = abs(unit.value).upper()
        if kink.weight and not size.is_zero():
            terms.append((kink, nu / size))
        bend += (nu + taken) * over.curvature_of_unit(*place)
    for group, rise in rises.items():
        spent = used[group]
        found = f"the weights at {_name(groups[group][0])} take {upper(spent)} of a rise of {lower(rise)}"
        decide(spent <= rise, spent > rise, f"{found}, not proved to be no more")
    if not bend.is_finite():
        raise Open("the second derivatives of the units on kinks were not bounded")
    return Minorant(over, frozen, tuple(terms), ends(bend)[1], tuple(sorted(first)))
