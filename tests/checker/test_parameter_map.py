"""Networks whose parameters are affine functions of trained ones: evaluation, kinks that are one, symmetries.

The oracle is the same network with each parameter by itself: F(A phi + c), its derivatives by the chain rule, and exact
values along fields.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, arb_mat, ctx

from tests.checker.test_basin_forgeries import (
    any_landscape,
    keep_the_loss_if_taken,
    may_meet_kinks,
    of,
    short,
    somewhere,
    value,
)
from tests.corpus.forge import load
from verify.checker.core.balls import ball, box, point
from verify.checker.core.outcome import Open, Refuted
from verify.checker.evaluators import (
    DirectionalRisk,
    EmpiricalRisk,
    ExactRisk,
    FrozenRisk,
    SameFunctions,
    is_exact,
    minorant,
)
from verify.checker.public import Field, NotACertificate
from verify.checker.statements.basin import Kink
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.network import Layer, LayerActivation, Network
from verify.checker.statements.parameter_map import ParameterMap, Term
from verify.producer.landscapes.empirical_risk import EmpiricalRisk as FloatRisk
from verify.producer.tables import write

RELU = LayerActivation("piecewise-linear", (Fraction(0), Fraction(1)))
IDENTITY = LayerActivation("piecewise-linear", (Fraction(1), Fraction(1)))
ABSOLUTE = LayerActivation("piecewise-linear", (Fraction(-1), Fraction(1)))
DOUBLED = LayerActivation("piecewise-linear", (Fraction(0), Fraction(2)))
ZERO, ONE = Fraction(0), Fraction(1)


def any_map(generator: random.Random, parameters: int) -> ParameterMap:
    """Mostly copies of a few numbers, as in a convolution; some fixed, some sums of several."""
    if generator.random() < 0.4:  # most by themselves
        own = [number for number in range(parameters) if generator.random() < 0.9] or [0]
        copies = [Term(number, generator.randrange(len(own)), ONE) for number in range(parameters) if number not in own]
        terms = [Term(number, index, generator.choice([ONE, ONE, -ONE])) for index, number in enumerate(own)]
        return ParameterMap(parameters, len(own), tuple(sorted(terms + copies[: generator.randint(0, 1)])), ())
    trained = generator.randint(1, max(1, parameters // generator.choice([1, 2, 3])))
    terms, constants = [], []
    for number in range(parameters):
        count = generator.choice([0, 1, 1, 1, 1, 2])
        for index in sorted(generator.sample(range(trained), min(count, trained))):
            terms.append(Term(number, index, generator.choice([ONE, ONE, ONE, -ONE, Fraction(1, 4)])))
        if generator.random() < (0.7 if not count else 0.1) and (constant := short(generator)):
            constants.append((number, constant))
    return ParameterMap(parameters, trained, tuple(terms) or (Term(0, 0, ONE),), tuple(constants))


def mapped(generator: random.Random, depth: int) -> tuple[EmpiricalRiskLandscape, list[Fraction]]:
    """A small risk of any kind with a map, and a point."""
    landscape, _ = any_landscape(generator, depth)
    made = any_map(generator, landscape.network.parameters)
    landscape = replace(landscape, fixed=(), parameter_map=made)
    return landscape, [short(generator) + Fraction(1, 97) for _ in range(made.trained)]


def without_map(landscape: EmpiricalRiskLandscape) -> EmpiricalRiskLandscape:
    """The network with each of its parameters by itself, without decay."""
    return replace(landscape, parameter_map=None, weight_decay=ZERO, bias_decay=ZERO)


def matrix(made: ParameterMap) -> arb_mat:
    rows = [[arb(0)] * made.trained for _ in range(made.parameters)]
    for parameter, index, coefficient in made.entries:
        rows[parameter][index] += ball(coefficient)
    return arb_mat(rows)


@pytest.mark.parametrize("seed", range(40))
def test_derivatives_are_those_of_the_network_by_the_chain_rule(seed: int) -> None:
    """Value, gradient and Hessian, in balls and in float64, of risks of every kind."""
    ctx.prec = 120
    generator = random.Random(seed)
    landscape, center = mapped(generator, generator.randint(1, 4))
    made, whole = landscape.parameter_map, without_map(landscape)
    assert made is not None
    theta = (tuple(landscape.complete(center, Fraction)),)
    here, there = EmpiricalRisk(landscape, point((tuple(center),))), EmpiricalRisk(whole, point(theta))
    if there.near_a_kink() is not None:
        return
    across, rates = matrix(made), landscape.decays()
    decay = sum((rate * phi**2 / 2 for rate, phi in zip(rates, center, strict=True)), ZERO)
    assert here.value().overlaps(there.value() + ball(decay))
    gradient = (arb_mat(there.gradient()) * across).tolist()[0]
    wanted = [g + ball(rate * phi) for g, rate, phi in zip(gradient, rates, center, strict=True)]
    assert all(x.overlaps(y) for x, y in zip(here.gradient()[0], wanted, strict=True))
    hessian = (across.transpose() * there.hessian() * across).tolist()
    found = here.hessian().tolist()
    for i, row in enumerate(hessian):
        row[i] += ball(rates[i])
        assert all(x.overlaps(y) and y.rad() < 1e-9 for x, y in zip(found[i], row, strict=True))
    floating = FloatRisk.of(landscape)
    at = [float(entry) for entry in center]
    assert floating.value(at) == pytest.approx(float(here.value()), rel=1e-9)
    np.testing.assert_allclose(floating.gradient(at)[0], [float(x) for x in wanted], rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(floating.hessian(at), [[float(x) for x in row] for row in hessian], rtol=1e-8, atol=1e-8)
    if is_exact(landscape):
        direction = tuple(short(generator) for _ in center)
        moved = tuple(landscape.complete(direction, Fraction, shift=False))
        plain = replace(landscape, weight_decay=ZERO, bias_decay=ZERO)
        exact = ExactRisk(plain, (tuple(center),), (direction,), 2).value()
        assert exact == ExactRisk(whole, theta, (moved,), 2).value()
        slope = DirectionalRisk(plain, point((tuple(center),)), direction).slope()
        assert slope.overlaps(ball(exact[1]))


def test_a_box_of_trained_parameters_holds_all_of_their_networks() -> None:
    """Value and Hessian over a box enclose those at points of it."""
    ctx.prec = 80
    for seed in range(40):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.randint(1, 3))
        radius = Fraction(1, 10**4)
        over = EmpiricalRisk(landscape, box((tuple(center),), radius))
        if over.near_a_kink() is not None:
            continue
        at = EmpiricalRisk(landscape, [somewhere(generator, center, radius)])
        assert over.value().contains(at.value().mid())
        pairs = zip(over.hessian().entries(), at.hessian().entries(), strict=True)
        assert all(wide.overlaps(narrow) for wide, narrow in pairs)


def test_a_bound_of_a_unit_s_second_derivative_counts_how_often_a_parameter_is_used() -> None:
    """One number for all weights of a layer of two: the second derivative is that of the sum, not of one."""
    ctx.prec = 100
    for seed in range(60):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.randint(2, 3))
        layers = landscape.network.layers
        slopes = [
            [[short(generator) for _ in range(layer.width)] for _ in landscape.inputs]
            if layer.activation.is_piecewise_linear else None
            for layer in layers
        ]  # fmt: skip
        place = (len(layers) - 1, generator.randrange(len(landscape.inputs)), generator.randrange(layers[-1].width))
        bound = FrozenRisk(landscape, point((tuple(center),)), slopes).curvature_of_unit(*place)
        direction = [short(generator) for _ in center]
        step = Fraction(1, 10**8)

        ahead, here, behind = (
            FrozenRisk(landscape, [[ball(x + t * d) for x, d in zip(center, direction, strict=True)]], slopes)
            .unit(*place)
            .value
            for t in (step, ZERO, -step)
        )
        second = abs(ahead + behind - 2 * here) / ball(step**2)
        assert not second > bound * ball(sum((d * d for d in direction), ZERO)) + arb(10) ** -6


def convolution(size: int, kernel: int, bias: bool) -> tuple[Network, ParameterMap]:
    """A filter of one dimension on `size` inputs, ReLU, and one output with a weight for each position."""
    positions = size - kernel + 1
    network = Network(size, (Layer(size, positions, RELU, bias, False), Layer(positions, 1, IDENTITY, False, False)))
    terms = []
    for position in range(positions):
        for offset in range(kernel):
            terms.append(Term(network.number(0, position, position + offset), offset, ONE))
        if bias:
            terms.append(Term(network.number(0, position, size), kernel, ONE))
        terms.append(Term(network.number(1, 0, position), kernel + bias + position, ONE))
    trained = kernel + bias + positions
    return network, ParameterMap(network.parameters, trained, tuple(sorted(terms)), ())


def test_equal_patches_are_one_function_and_empty_ones_are_zero() -> None:
    """And a filter's difference on two patches is 0 where they are equal."""
    network, made = convolution(5, 2, bias=False)
    data = ((ZERO, ZERO, ONE, ZERO, ONE), (ONE, ZERO, ONE, ONE, ONE))
    landscape = EmpiricalRiskLandscape(network, "squares", ONE, ZERO, ZERO, data, ((ONE,), (ONE,)), (), made)
    functions = SameFunctions(landscape, made)
    assert not functions.given(0, 0, 0)
    assert functions.given(0, 0, 1) == functions.given(0, 0, 3) == functions.given(0, 1, 1)
    assert functions.given(0, 0, 1) != functions.given(0, 0, 2)
    assert functions.given(0, 1, 2) == functions.given(0, 1, 3)
    assert functions.given(1, 0, 0) != functions.given(1, 1, 0)


def two_layers_given_the_same(second: LayerActivation, weight: int) -> EmpiricalRiskLandscape:
    """second(p) + weight * relu(p), of target 1: a unit of each layer is given p; residuals carry x = 1 on."""
    network = Network(
        3, (Layer(3, 3, RELU, False, True), Layer(3, 3, second, False, True), Layer(3, 1, IDENTITY, False, False))
    )
    terms = (Term(network.number(0, 2, 1), 0, ONE), Term(network.number(1, 0, 1), 0, ONE))
    outside = Fraction(-1 - weight)  # takes away the x that both units put out too
    constants = tuple((network.number(2, 0, unit), Fraction(c)) for unit, c in enumerate((1, outside, weight)) if c)
    made = ParameterMap(network.parameters, 1, terms, constants)
    return EmpiricalRiskLandscape(network, "squares", Fraction(1, 2), ZERO, ZERO, ((ONE,) * 3,), ((ONE,),), (), made)


@pytest.mark.parametrize("second", [RELU, ABSOLUTE, DOUBLED, IDENTITY])
def test_what_two_activations_make_of_the_same_is_not_the_same(second: LayerActivation) -> None:
    """Their difference is given to the last layer: 0 at all parameters if they are one activation, and only then."""
    landscape = two_layers_given_the_same(second, -1)
    assert landscape.parameter_map is not None
    functions = SameFunctions(landscape, landscape.parameter_map)
    assert functions.given(0, 0, 2) == functions.given(1, 0, 0) != frozenset()
    levels = [[rows for _, rows in EmpiricalRisk(landscape, point(((p,),))).before_activation()] for p in (ONE, -ONE)]
    assert all(rows[0][0][2] == rows[1][0][0] == p for rows, p in zip(levels, (1, -1), strict=True))
    zero = not any(abs(rows[2][0][0]) > arb(10) ** -9 for rows in levels)
    assert zero == (second == RELU) == (functions.given(2, 0, 0) == frozenset())


def test_kinks_of_two_activations_that_are_given_the_same_are_not_one() -> None:
    """(|p| - 2 relu(p) - 1)^2 / 2 is below the frozen (p/2 + 1)^2 / 2 at p < 0, though the sum of the slopes is 1.
    With relu(p) in the place of |p| the two kinks are one, and the sum is what counts.
    """
    kinks = (Kink(0, 0, 2, Fraction(1, 2), ZERO), Kink(1, 0, 0, Fraction(1, 2), ZERO))
    region, where = box(((ZERO,),), Fraction(1, 10)), [[ball(Fraction(-1, 20))]]
    unlike, alike = (two_layers_given_the_same(second, -2) for second in (ABSOLUTE, RELU))
    with pytest.raises(Refuted, match="the loss's slope in the output of unit 0 of layer 1 on sample 0 is in"):
        minorant(of(unlike, kinks), region)
    below = minorant(of(alike, kinks), region)
    frozen = FrozenRisk(alike, where, below.frozen.slopes)
    least = below.value_and_gradient(frozen)[0]
    assert EmpiricalRisk(unlike, where).value() < least < EmpiricalRisk(alike, where).value()


def form_of(landscape: Any, functions: SameFunctions, place: Any) -> Any:
    """What a pair is given, as far as that is compared: losses, which come after the last layer, are not."""
    return functions.given(*place) if place[0] < len(landscape.network.layers) else place


def test_functions_that_are_said_to_be_equal_are() -> None:
    """At random points of networks of every kind; and what is said to be 0 is."""
    ctx.prec = 100
    seen: Counter[str] = Counter()
    for seed in range(500):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.randint(1, 4))
        assert landscape.parameter_map is not None
        functions = SameFunctions(landscape, landscape.parameter_map)
        levels = [rows for _, rows in EmpiricalRisk(landscape, point((tuple(center),))).before_activation()]
        known: dict[Any, arb] = {}
        for layer, rows in enumerate(levels):
            for sample, row in enumerate(rows):
                for unit, z in enumerate(row):
                    form = functions.given(layer, sample, unit)
                    seen["zero"] += not form
                    seen["same"] += form in known
                    assert form or abs(z) < arb(10) ** -20
                    assert known.setdefault(form, z).overlaps(z)
    assert min(seen["zero"], seen["same"]) > 15


def test_a_minorant_of_pairs_that_are_one_lies_below_the_loss() -> None:
    """Wrong slopes and weights included: what the rule takes is true, also where only the sum of the rises is >= 0."""
    ctx.prec = 120
    taken, as_one = 0, 0
    for seed in range(1000):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.choice([1, 2, 3, 3]))
        center = [Fraction(round(entry), 2) for entry in center]
        radius = Fraction(1, 10 ** generator.randint(1, 5))
        if generator.random() < 0.7:  # equal samples make pairs that are one, and of different targets
            landscape = replace(landscape, inputs=(landscape.inputs[0],) * len(landscape.inputs))
        assert landscape.parameter_map is not None
        functions = SameFunctions(landscape, landscape.parameter_map)
        places = [place for place in may_meet_kinks(landscape, center, radius) if form_of(landscape, functions, place)]
        if not 0 < len(places) < 8:
            continue
        slopes: dict[Any, Fraction] = {}
        for rise in (ONE, Fraction(1, 8), ZERO):
            kinks = []
            for place in places:
                low, high = sorted(landscape.half_lines(*place)[:2])
                slope = low + (high - low) * Fraction(generator.randint(0, 8), 8)
                slope = (
                    slopes.setdefault(form_of(landscape, functions, place), slope)
                    if generator.random() < 0.9
                    else slope
                )
                room = abs(min(high - slope, slope - low))
                kinks.append(Kink(*place, slope, Fraction(generator.choice([0, 1, 4, 8]), 8) * rise * room))
            task = of(landscape, tuple(kinks))
            try:
                below = minorant(task, box((tuple(center),), radius))
            except (Refuted, Open):
                continue
            taken += 1
            as_one += len({(form_of(landscape, functions, (k.layer, k.sample, k.unit)), k.slope) for k in kinks}) < len(
                kinks
            )
            for _ in range(6):
                at = somewhere(generator, center, radius)
                phi, _ = below.value_and_gradient(FrozenRisk(landscape, [at], below.frozen.slopes))
                assert not phi > value(landscape, at)
            break
    assert taken > 30
    assert as_one > 10


def test_symmetries_that_are_taken_keep_the_loss() -> None:
    """True and false ones, on tied, fixed, scaled and decayed parameters."""
    ctx.prec = 200
    seen: Counter[tuple[str, bool]] = Counter()
    for seed in range(1500):
        generator = random.Random(seed)
        landscape, center = mapped(generator, generator.randint(1, 3))
        radius = Fraction(1, 10**3)
        assert landscape.parameter_map is not None
        functions = SameFunctions(landscape, landscape.parameter_map)
        places = [place for place in may_meet_kinks(landscape, center, radius) if form_of(landscape, functions, place)]
        keep_the_loss_if_taken(generator, landscape, (center, radius), places, 2, seen)
    assert not seen.pop(("exchange", True), 0)  # which is for parameters that are trained by themselves
    assert all(seen[name, taken] > 5 for name, _ in seen for taken in {name != "exchange", False}), seen


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"entries": []}, "entries"),
        ({"entries": [[0, 0, "1"], [0, 0, "1"]]}, "each once"),
        ({"entries": [[1, 0, "1"], [0, 0, "1"]]}, "growing order"),
        ({"entries": [[99, 0, "1"]]}, "between 0 and 9"),
        ({"entries": [[0, 9, "1"]]}, "between 0 and 4"),
        ({"entries": [[-1, 0, "1"]]}, "between 0 and 9"),
        ({"entries": [[0, 0, "0"]]}, "an entry is 0"),
        ({"constants": [[0, "0"]]}, "an entry is 0"),
        ({"constants": [[1, "1"], [1, "2"]]}, "each once"),
        ({"constants": [[99, "1"]]}, "between 0 and 9"),
        ({"trained": 0}, "trained"),
        ({"trained": 10**6}, "trained"),
        ({"more": 1}, "more"),
    ],
)
def test_a_map_that_is_none_is_malformed(change: dict[str, Any], reason: str) -> None:
    network, made = convolution(3, 2, bias=True)
    landscape = EmpiricalRiskLandscape(network, "squares", ONE, ZERO, ZERO, ((ONE,) * 3,), ((ONE,),), (), made)
    document = write(EMPIRICAL_RISK, landscape)
    assert EMPIRICAL_RISK.read(Field("landscape", document), {}) == landscape
    with pytest.raises(NotACertificate, match=reason):
        EMPIRICAL_RISK.read(Field("landscape", {**document, "map": {**document["map"], **change}}), {})
    with pytest.raises(NotACertificate, match="fixed"):
        EMPIRICAL_RISK.read(Field("landscape", {**document, "fixed": [[0, "1"]]}), {})


def test_the_bending_of_a_kink_in_the_second_layer_is_what_is_missing() -> None:
    """The forged file's risk falls on all of [-1, 1], though its minorant without the bending curves up there."""
    ctx.prec = 120
    document = load("invalid/undecided-map-bending-left-out.json")
    landscape = EMPIRICAL_RISK.read(Field("landscape", document["statement"]["landscape"]), {})
    values = [ExactRisk(landscape, ((Fraction(i, 50),),)).value()[0] for i in range(-50, 51)]
    assert all(after < before for before, after in zip(values, values[1:], strict=False))
    layer, sample, unit, slope, weight = document["witness"]["kinks"][0]
    kink = Kink(layer, sample, unit, Fraction(slope), Fraction(weight))
    below = minorant(of(landscape, (kink,)), box(((ZERO,),), ONE))
    for i in range(-10, 11):
        at = FrozenRisk(landscape, point(((Fraction(i, 10),),)), below.frozen.slopes)
        # |z| = |t - t^2| <= 2 on the region; the checker's own bound is larger, and takes less of the kink.
        assert replace(below, over=at, terms=((kink, ball(kink.weight) / 2),)).hessian(at.hessian())[0, 0] > 4
    assert below.bend > 1
