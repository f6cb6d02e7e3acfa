"""Rule basin against forged witnesses on networks of every kind: what it takes is true.

Slopes, weights and symmetries are drawn at random, also false ones, for networks with any mixture of activations
(slopes of either sign, kinks that bend down, kinks at the output), of residual connections, missing biases, fixed
parameters and losses. What is refused is not looked at; what is taken is compared with the loss at random points.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from flint import arb, arb_mat, ctx

from verify.checker.core.balls import ball, box, point
from verify.checker.core.outcome import Open, Refuted
from verify.checker.evaluators import (
    DirectionalRisk,
    EmpiricalRisk,
    Frozen,
    FrozenRisk,
    Minorant,
    SameFunctions,
    minorant,
    prove_symmetry,
    sample_loss,
)
from verify.checker.statements.basin import Kink
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer, LayerActivation, Network
from verify.checker.statements.sample_loss import EACH_LOSS
from verify.checker.statements.symmetries import Entry, Symmetry

Point = list[arb]
ZERO, ONE = Fraction(0), Fraction(1)
SLOPES = [(0, 1), (0, 1), (0, 1), (Fraction(1, 10), 1), (-1, 1), (-1, 3), (1, 0), (-2, -1), (0, 0), (1, 1)]
ACTIVATIONS = [LayerActivation("piecewise-linear", (Fraction(low), Fraction(high))) for low, high in SLOPES]
SMOOTH = [
    LayerActivation("tanh"),
    LayerActivation("elu", (ONE, Fraction(1, 2))),
    LayerActivation("polynomial", (ZERO, ONE, Fraction(-1, 2))),
]
NAMES = ("scale", "shift", "null", "outgoing", "linear", "softmax", "exchange")


def short(generator: random.Random) -> Fraction:
    return Fraction(generator.randint(-8, 8), 4)


def any_landscape(generator: random.Random, depth: int) -> tuple[EmpiricalRiskLandscape, list[Fraction]]:
    """A small one of any kind, and a point."""
    loss = generator.choice([*EACH_LOSS])
    inputs, samples, layers = generator.randint(1, 2), generator.randint(1, 3), []
    before = inputs
    for level in range(depth):
        width = before if generator.random() < 0.4 else generator.randint(1, 3)
        linear = level == depth - 1 and generator.random() < 0.7
        usual = ACTIVATIONS if generator.random() < 0.85 else SMOOTH
        activation = ACTIVATIONS[-1] if linear else generator.choice(usual)
        residual = width == before and generator.random() < 0.25
        layers.append(Layer(before, width, activation, generator.random() < 0.8, residual))
        before = width
    network = Network(inputs, tuple(layers))
    values = [short(generator) if generator.random() < 0.9 else ZERO for _ in range(network.parameters)]
    fixed = {index for index in range(network.parameters) if generator.random() < generator.choice([0, 0, 0.1, 0.5])}
    fixed.discard(generator.randrange(network.parameters))
    decay = generator.choice([ZERO, ZERO, Fraction(1, 10)])
    weights = [abs(short(generator)) if generator.random() < 0.8 else ZERO for _ in range(samples)]

    def target() -> Fraction:
        return Fraction(generator.choice([1, -1])) if loss == "hinge" else abs(short(generator)) * 3

    landscape = EmpiricalRiskLandscape(
        network, loss, Fraction(1, 2), decay, generator.choice([ZERO, decay]),
        tuple(tuple(short(generator) for _ in range(inputs)) for _ in range(samples)),
        tuple(tuple(target() for _ in range(before)) for _ in range(samples)),
        tuple((index, values[index]) for index in sorted(fixed)),
        sample_weights=tuple(weights) if any(weights) and generator.random() < 0.4 else None,
        delta=Fraction(generator.randint(1, 8), 4) if loss == "huber" else None,
    )  # fmt: skip
    center = [value for index, value in enumerate(values) if index not in fixed]
    if loss == "absolute" and generator.random() < 0.7:  # samples that are fitted, up to rounding
        errors = EmpiricalRisk(landscape, point((tuple(center),))).residuals()
        targets = [
            tuple(y + Fraction(float(error)) for y, error in zip(row, rest, strict=True))
            for row, rest in zip(landscape.targets, errors, strict=True)
        ]
        landscape = replace(landscape, targets=tuple(targets))
    return landscape, center


def value(landscape: EmpiricalRiskLandscape, at: Point) -> arb:
    found = EmpiricalRisk(landscape, [at]).value()
    assert found.is_finite()
    return found


def somewhere(generator: random.Random, center: list[Fraction], radius: Fraction) -> Point:
    return [ball(entry + radius * Fraction(generator.randint(-60, 60), 64)) for entry in center]


def may_meet_kinks(landscape: EmpiricalRiskLandscape, center: list[Fraction], radius: Fraction) -> list[Any]:
    risk = EmpiricalRisk(landscape, box((tuple(center),), radius))
    levels = [(layer.activation.has_kink, rows) for layer, rows in risk.before_activation()]
    levels.append((landscape.residual_slopes(ONE) is not None, risk.residuals()))
    return [
        (depth, sample, unit)
        for depth, (has_kink, rows) in enumerate(levels)
        if has_kink
        for sample, row in enumerate(rows)
        for unit, z in enumerate(row)
        if not abs(z) > 0
    ]


def forged(generator: random.Random, landscape: EmpiricalRiskLandscape, place: Any, rise: Fraction) -> Kink:
    """Any slope, at times none between those of the half-lines, and any weight."""
    low, high = sorted(landscape.half_lines(*place))
    slope = low + (high - low) * Fraction(generator.randint(-1, 9), 8)
    share = Fraction(generator.choice([0, 1, 4, 7, 9]), 8)
    return Kink(*place, slope, share * rise * abs(min(high - slope, slope - low)))


def of(landscape: EmpiricalRiskLandscape, kinks: tuple[Kink, ...]) -> Any:
    """What `minorant` asks of a task."""
    made = landscape.parameter_map
    return SimpleNamespace(
        statement=SimpleNamespace(landscape=landscape), witness=SimpleNamespace(kinks=kinks),
        record=lambda *_: None,
        functions=None if made is None else SameFunctions(landscape, made),
    )  # fmt: skip


def forged_minorants(
    seeds: range, spare: Fraction = ZERO
) -> Iterator[tuple[random.Random, EmpiricalRiskLandscape, Any, Fraction, Minorant]]:
    """What the rule takes of them."""
    for seed in seeds:
        generator = random.Random(seed)
        landscape, center = any_landscape(generator, generator.choice([1, 2, 3, 3]))
        radius = Fraction(1, 10 ** generator.randint(1, 5))
        places = may_meet_kinks(landscape, center, radius)
        if not 0 < len(places) < 8:
            continue
        if generator.random() < 0.1:
            places.pop()
        for rise in (4, 1, Fraction(1, 4), Fraction(1, 32), ZERO):
            kinks = tuple(forged(generator, landscape, place, Fraction(rise)) for place in places)
            try:
                yield (
                    generator,
                    landscape,
                    center,
                    radius,
                    minorant(of(landscape, kinks), box((tuple(center),), radius), spare),
                )
            except (Refuted, Open):
                continue


def test_forged_minorants_that_are_taken_lie_below_the_loss() -> None:
    """And their Hessians, less what kinks of later layers may bend, are bounds of second differences."""
    ctx.prec = 200
    seen: Counter[str] = Counter()
    for generator, landscape, center, radius, below in forged_minorants(range(900)):

        def phi(at: Point, below: Minorant = below, landscape: EmpiricalRiskLandscape = landscape) -> arb:
            found, _ = below.value_and_gradient(FrozenRisk(landscape, [at], below.frozen.slopes))
            assert found.is_finite()
            return found

        seen["taken"] += 1
        seen["of a later layer"] += any(kink.layer for kink, _ in below.terms)
        seen["bent"] += below.bend > 0
        seen[landscape.loss] += any(kink.layer == len(landscape.network.layers) for kink, _ in below.terms)
        seen["weighted"] += landscape.sample_weights is not None
        for _ in range(4):
            at = somewhere(generator, center, radius)
            assert not phi(at) > value(landscape, at)
        if below.terms:
            step, direction = ball(radius) / 10**9, [ball(short(generator)) for _ in center]
            ahead, behind = ([x + sign * step * d for x, d in zip(at, direction, strict=True)] for sign in (1, -1))
            second = (phi(ahead) + phi(behind) - 2 * phi(at)) / step**2
            row = arb_mat([direction])
            least = (row * below.hessian(below.over.hessian()) * row.transpose())[0, 0] - ball(below.bend) * (
                row * row.transpose()
            )[0, 0]
            assert not second + arb(10) ** -6 < least
    assert seen["taken"] > 50
    assert seen["of a later layer"] > 3
    assert seen["bent"] > 3
    assert min(seen["absolute"], seen["hinge"], seen["weighted"]) > 3


def test_what_is_spared_of_the_rise_may_be_added_to_forged_minorants() -> None:
    """Phi + sum of lambda_k z_k, with any signs of the lambda_k, lies below the loss: so it may take its gradient."""
    ctx.prec = 200
    seen: Counter[str] = Counter()
    for spare in (Fraction(1, 100), Fraction(1, 4)):
        for generator, landscape, center, radius, below in forged_minorants(range(250), spare):
            seen["taken"] += 1
            seen["of a later layer"] += any(kink.layer for kink in below.representatives)
            for _ in range(6):
                at = somewhere(generator, center, radius)
                frozen = FrozenRisk(landscape, [at], below.frozen.slopes)
                psi, _ = below.value_and_gradient(frozen)
                for kink in below.representatives:
                    z = frozen.unit(kink.layer, kink.sample, kink.unit).value
                    psi += generator.choice([-1, 1]) * ball(spare) * z
                assert psi.is_finite()
                assert not psi > value(landscape, at)
    assert seen["taken"] > 20
    assert seen["of a later layer"] > 3


def of_two_kinks(*, center: tuple[int, int]) -> tuple[EmpiricalRiskLandscape, list[Fraction]]:
    """relu(relu(t) + s) - 3/8 relu(t) on one sample, and a loss that is nearly linear in it; t and s are trained."""
    relu, identity = ACTIVATIONS[0], ACTIVATIONS[-1]
    layers = Layer(1, 1, relu, True, False), Layer(1, 2, relu, True, False), Layer(2, 1, identity, True, False)
    given = [(0, ZERO), (2, ONE), (3, ONE), (5, ONE), (6, ONE), (7, Fraction(-3, 8)), (8, Fraction(3, 8))]
    landscape = EmpiricalRiskLandscape(
        Network(1, layers), "squares", Fraction(1, 2), ZERO, ZERO, ((ONE,),), ((Fraction(-1000),),), tuple(given)
    )
    return landscape, list(map(Fraction, center))


@pytest.mark.parametrize(("weight", "taken"), [("120", True), ("490", False)])
def test_a_later_kink_takes_from_the_rise_of_the_earlier_ones(weight: str, taken: bool) -> None:
    """Of its own rise of 1000 half may be kept; but what comes before it rises by 125 alone, and moves it.

    With the larger weight the "minorant" would be above the loss at t = -s = r.
    """
    ctx.prec = 200
    landscape, center = of_two_kinks(center=(0, 0))
    kinks = Kink(0, 0, 0, Fraction(1, 2), ZERO), Kink(1, 0, 0, Fraction(1, 2), Fraction(weight))
    region = box((tuple(center),), radius := Fraction(1, 1000))
    if taken:
        assert minorant(of(landscape, kinks), region).terms
    else:
        with pytest.raises(Refuted, match=r"the weights at unit 0 of layer 0 on sample 0 take"):
            minorant(of(landscape, kinks), region)
    slopes = minorant(of(landscape, tuple(replace(kink, weight=ZERO) for kink in kinks)), region).frozen.slopes
    at = [ball(radius), ball(-radius)]
    frozen = FrozenRisk(landscape, [at], slopes)
    z, largest = frozen.unit(1, 0, 0).value, abs(FrozenRisk(landscape, region, slopes).unit(1, 0, 0).value).upper()
    below = frozen.value() + ball(Fraction(weight)) / largest * z * z < value(landscape, at)
    assert below is taken


def test_the_bending_of_a_later_kink_is_needed() -> None:
    """z = q (p + 1): where z is not 0, z^2 curves down along (1, -1), by less than what is taken off for it."""
    ctx.prec = 200
    relu, identity = ACTIVATIONS[0], ACTIVATIONS[-1]
    layers = Layer(1, 1, identity, True, False), Layer(1, 1, relu, False, False)
    landscape = EmpiricalRiskLandscape(
        Network(1, layers), "squares", Fraction(1, 2), ZERO, ZERO, ((ONE,),), ((Fraction(-1000),),), ((0, ZERO),)
    )
    center, radius = (Fraction(1, 2), ZERO), Fraction(1, 4)
    kink = Kink(1, 0, 0, Fraction(1, 2), Fraction(100))
    below = minorant(of(landscape, (kink,)), box((center,), radius))

    def phi(step: Fraction) -> arb:
        at = [ball(Fraction(3, 4) + step), ball(Fraction(1, 4) - 7 * step)]
        return below.value_and_gradient(FrozenRisk(landscape, [at], below.frozen.slopes))[0]

    step, row = Fraction(1, 10**12), arb_mat([[arb(1), arb(-7)]])
    at = FrozenRisk(landscape, [[ball(Fraction(3, 4)), ball(Fraction(1, 4))]], below.frozen.slopes)
    second = (phi(step) + phi(-step) - 2 * phi(ZERO)) / ball(step * step)
    form = (row * replace(below, over=at).hessian(at.hessian()) * row.transpose())[0, 0]
    assert second < form - 1
    assert second > form - 50 * ball(below.bend)


def any_symmetry(generator: random.Random, landscape: EmpiricalRiskLandscape, name: str) -> Symmetry:
    """True or false."""
    depth = generator.randrange(len(landscape.network.layers))
    layer = landscape.network.layers[depth]
    unit, other = generator.randrange(layer.width), generator.randrange(layer.width)
    sources = layer.inputs + layer.bias
    match name:
        case "null":
            kept = generator.randrange(sources)
            vector = tuple(Fraction(source == kept) for source in range(sources))
            return Symmetry(name, depth, unit, vector=vector)
        case "outgoing":
            return Symmetry(name, depth, unit, generator.randrange(3))
        case "softmax":
            return Symmetry(name, depth, source=generator.randrange(sources))
        case "exchange":
            source, size = generator.randrange(sources), generator.choice([ONE, -ONE])
            matrix = (Entry(unit, source, ONE),) + ((Entry(other, source, size),) if unit != other else ())
            return Symmetry(name, depth, matrix=matrix, vector=(generator.choice([ZERO, ZERO, ONE, -ONE]),))
        case "linear":
            matrix = (Entry(unit, other, ONE),)
            if unit != other and generator.random() < 0.7:
                matrix += (Entry(other, unit, -ONE),)
            return Symmetry(name, depth, matrix=matrix)
    return Symmetry(name, depth, unit)


def keep_the_loss_if_taken(
    generator: random.Random,
    landscape: EmpiricalRiskLandscape,
    region: tuple[list[Fraction], Fraction],
    places: list[Any],
    times: int,
    seen: Counter[tuple[str, bool]],
) -> None:
    """Forged symmetries, by difference quotients along their fields at random points; counted: refused or taken."""
    center, radius = region
    kinks = tuple(Kink(*place, ZERO, ZERO) for place in places)
    try:
        frozen = minorant(of(landscape, kinks), box((tuple(center),), radius)).frozen
    except (Refuted, Open):
        return
    for name in NAMES * times:
        symmetry = any_symmetry(generator, landscape, name)
        try:
            field = prove_symmetry(symmetry, landscape, frozen)
        except (Open, Refuted):
            seen[name, False] += 1
            continue
        seen[name, bool(field.rates)] += 1
        at, step = somewhere(generator, center, radius), arb(10) ** -25
        moved = [x + step * t for x, t in zip(at, field.at(at), strict=True)]
        assert abs(value(landscape, moved) - value(landscape, at)) / step < arb(10) ** -12, symmetry


def test_forged_symmetries_that_are_taken_keep_the_loss() -> None:
    ctx.prec = 200
    seen: Counter[tuple[str, bool]] = Counter()
    for seed in range(400):
        generator = random.Random(seed)
        landscape, center = any_landscape(generator, generator.randint(1, 3))
        center = [entry + Fraction(1, 97) for entry in center]
        radius = Fraction(1, 10**3)
        keep_the_loss_if_taken(
            generator, landscape, (center, radius), may_meet_kinks(landscape, center, radius), 3, seen
        )
    assert all(seen[name, taken] > 5 for name in NAMES for taken in (False, True)), seen


def test_slopes_along_directions_are_enclosed_for_networks_of_every_kind() -> None:
    """Difference quotients inside of boxes that may hold any kinks."""
    ctx.prec = 200
    found = kinked = 0
    for seed in range(300):
        generator = random.Random(seed)
        landscape, center = any_landscape(generator, generator.randint(1, 3))
        radius = Fraction(1, 10 ** generator.randint(1, 5))
        direction = [short(generator) for _ in center]
        slope = DirectionalRisk(landscape, box((tuple(center),), radius), direction).slope()
        if not slope.is_finite():
            continue
        found += 1
        kinked += bool(may_meet_kinks(landscape, center, radius))
        for _ in range(3):
            at = somewhere(generator, center, radius * Fraction(1, 2))
            step = ball(radius) / generator.choice([8, 10**6])
            moved = [x + step * ball(d) for x, d in zip(at, direction, strict=True)]
            quotient = (value(landscape, moved) - value(landscape, at)) / step
            assert slope.overlaps(quotient)
    assert found > 150
    assert kinked > 30


@pytest.mark.parametrize("prec", [53, 128])
def test_a_sample_that_is_fitted_up_to_rounding_has_a_loss(prec: int) -> None:
    """A power of a ball whose midpoint is 0 is NaN in FLINT; a product is not."""
    with ctx.workprec(prec):
        third = ball(Fraction(1, 3))
        landscape, _ = of_two_kinks(center=(0, 0))
        found = sample_loss(replace(landscape, targets=((Fraction(1, 3),),)), 0, [third])
        assert found.value.is_finite()
        assert abs(found.value) < arb(2) ** -90
        assert point(((ONE,),))[0][0] ** 2 == 1


def exchanging(*, bias: bool) -> tuple[EmpiricalRiskLandscape, Symmetry]:
    """Three linear layers, 1-2-1-1, and the first unit's bias exchanged for that of the unit of the second layer."""
    identity = ACTIVATIONS[-1]
    layers = tuple(Layer(*sizes, identity, with_bias, False) for sizes, with_bias in (((1, 2), True), ((2, 1), bias)))
    network = Network(1, (*layers, Layer(1, 1, identity, True, False)))
    landscape = EmpiricalRiskLandscape(network, "squares", ONE, ZERO, ZERO, ((ONE,),), ((ONE,),), ())
    return landscape, Symmetry("exchange", 0, matrix=(Entry(0, 1, ONE),), vector=(-ONE,))


def test_a_bias_that_is_not_there_takes_nothing_back() -> None:
    """In its place among the parameters stands a weight of the last layer."""
    frozen = Frozen((None, None, None), frozenset())
    landscape, symmetry = exchanging(bias=True)
    field = prove_symmetry(symmetry, landscape, frozen)
    moved = field.at([arb(2)] * landscape.trained)
    assert [index for index, rate in enumerate(moved) if not rate.is_zero()] == [2, 6]
    with pytest.raises(Open, match="a weight by which it divides may be 0"):
        field.at([arb(0, 1)] * landscape.trained)
    landscape, symmetry = exchanging(bias=False)
    with pytest.raises(Refuted, match="the next unit has no bias"):
        prove_symmetry(symmetry, landscape, frozen)


def test_a_scaled_unit_is_homogeneous_and_not_added_to_one_that_is_not_scaled() -> None:
    """One unit between one input and one output: of tanh(w x) v nothing stays when w grows as v shrinks."""
    identity, tanh = ACTIVATIONS[-1], LayerActivation("tanh")
    symmetry = Symmetry("scaling", 0, matrix=(Entry(0, 0, ONE),))
    frozen = Frozen((None, None), frozenset())

    def field(activation: LayerActivation, *, residual: bool) -> Any:
        layers = Layer(1, 1, activation, False, residual), Layer(1, 1, identity, False, False)
        landscape = EmpiricalRiskLandscape(Network(1, layers), "squares", ONE, ZERO, ZERO, ((ONE,),), ((ONE,),), ())
        return prove_symmetry(symmetry, landscape, frozen)

    assert [float(rate) for rate in field(identity, residual=False).at([arb(3), arb(5)])] == [3, -5]
    with pytest.raises(Refuted, match="the activation of layer 0 is not piecewise linear"):
        field(tanh, residual=False)
    with pytest.raises(Refuted, match="scaled otherwise than what is added to it"):
        field(identity, residual=True)
