"""Rule `basin` and its parts in exact arithmetic: minorants lie below, fields keep the loss, slopes are enclosed."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from flint import arb, arb_mat, ctx

from tests.corpus.forge import load, seal
from verify.checker.core.balls import box, point
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.directional import DirectionalRisk
from verify.checker.losses.exact_risk import ExactRisk
from verify.checker.losses.frozen_risk import FrozenRisk
from verify.checker.public import Certificate, Rejected, Undecided, Verified, ends, parse, prove
from verify.checker.statements.basin import Entry, Kink, Symmetry
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.checker.statements.network import Layer, LayerActivation, Network
from verify.checker.theorems import basin
from verify.checker.theorems.minorant import Frozen, minorant
from verify.checker.theorems.symmetries import prove_symmetry, prove_transversal
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.tables import write

RELU = LayerActivation("piecewise-linear", (Fraction(0), Fraction(1)))
LEAKY = LayerActivation("piecewise-linear", (Fraction(-1, 3), Fraction(2)))
IDENTITY = LayerActivation("piecewise-linear", (Fraction(1), Fraction(1)))
Point = list[Fraction]


def short(generator: random.Random) -> Fraction:
    return Fraction(generator.randint(-8, 8), 4)


def network(generator: random.Random, widths: list[int], activation: LayerActivation, **decay: Any) -> Any:
    """A network of these widths, the first of the input, on a few samples."""
    layers = [
        Layer(before, width, IDENTITY if index == len(widths) - 2 else activation, True, False)
        for index, (before, width) in enumerate(zip(widths, widths[1:], strict=False))
    ]
    inputs = tuple(tuple(short(generator) for _ in range(widths[0])) for _ in range(3))
    targets = tuple((short(generator) * 5,) for _ in range(3))
    rates = {"weight_decay": Fraction(0), "bias_decay": Fraction(0), **decay}
    return EmpiricalRiskLandscape(
        Network(widths[0], tuple(layers)), "squares", Fraction(1, 2), inputs=inputs, targets=targets, fixed=(), **rates
    )


def value(landscape: EmpiricalRiskLandscape, at: Point) -> Fraction:
    return ExactRisk(landscape, (tuple(at),)).value()[0]


def on_kinks(generator: random.Random, landscape: EmpiricalRiskLandscape) -> tuple[Point, list[tuple[int, int, int]]]:
    """A point at which some units are exactly on their kinks on some samples, and which."""
    at = [short(generator) + Fraction(1, 97) for _ in range(landscape.trained)]
    start, wanted = 0, []
    for depth, layer in enumerate(landscape.network.layers[:-1]):
        sample, unit = generator.randrange(3), generator.randrange(layer.width)
        z = ExactRisk(landscape, (tuple(at),)).before_activation[depth][sample][unit][0]
        at[start + layer.width * layer.inputs + unit] -= z
        wanted.append((depth, sample, unit))
        start += layer.parameters
    before = ExactRisk(landscape, (tuple(at),)).before_activation
    found = [
        (depth, sample, unit)
        for depth, samples in enumerate(before[:-1])
        for sample, row in enumerate(samples)
        for unit, z in enumerate(row)
        if not z[0]
    ]
    assert set(wanted) <= set(found)
    return at, found


def task_for(landscape: EmpiricalRiskLandscape, kinks: list[Kink]) -> Any:
    return SimpleNamespace(
        statement=SimpleNamespace(landscape=landscape),
        witness=SimpleNamespace(kinks=tuple(kinks)),
        record=lambda *_: None,
        functions=None,
    )


def minorants(widths: list[int], activation: LayerActivation, seeds: range) -> Iterator[Any]:
    """Minorants on small boxes, by any slopes and weights that the rule takes."""
    radius = Fraction(1, 1000)
    for seed in seeds:
        generator = random.Random(seed)
        landscape = network(generator, widths, activation)
        at, places = on_kinks(generator, landscape)
        low, high = activation.parameters
        slopes = {place: low + (high - low) * Fraction(generator.randint(1, 7), 8) for place in places}
        for share in (Fraction(1, 2), Fraction(1, 64), Fraction(0)):
            kinks = [Kink(*place, slopes[place], share * (high - low)) for place in places]
            try:
                yield landscape, at, radius, minorant(task_for(landscape, kinks), box((tuple(at),), radius))
            except (Refuted, Open):
                continue
            break


@pytest.mark.parametrize("activation", [RELU, LEAKY])
@pytest.mark.parametrize("widths", [[2, 2, 1], [2, 2, 2, 1], [1, 2, 2, 2, 1]])
def test_a_minorant_lies_below_the_loss(widths: list[int], activation: LayerActivation) -> None:
    """At random points of the box, in balls around exact values: also where kinks of two layers meet."""
    ctx.prec = 200
    tried, nested = 0, 0
    for landscape, at, radius, below in minorants(widths, activation, range(60)):
        generator = random.Random(tried)
        layers = {kink.layer for kink, _ in below.terms}
        nested += len(layers) > 1
        for _ in range(20):
            x = [entry + radius * Fraction(generator.randint(-64, 64), 64) for entry in at]
            frozen = FrozenRisk(landscape, point((tuple(x),)), below.frozen.slopes)
            phi, _ = below.value_and_gradient(frozen)
            exact = value(landscape, x)
            assert phi.is_finite()
            assert not phi > arb(exact.numerator) / exact.denominator
        tried += 1
    assert tried >= 3
    assert nested or len(widths) == 3


@pytest.mark.parametrize("widths", [[2, 2, 1], [2, 2, 2, 1], [1, 2, 2, 2, 1]])
def test_the_derivatives_of_a_unit_are_those_of_the_frozen_network(widths: list[int]) -> None:
    """Against difference quotients in exact arithmetic: z is a polynomial in t along a line."""
    ctx.prec = 200
    generator = random.Random(5)
    landscape = network(generator, widths, RELU)
    at, places = on_kinks(generator, landscape)
    slopes = [
        None if index == len(widths) - 2 else [[short(generator) for _ in range(layer.width)] for _ in range(3)]
        for index, layer in enumerate(landscape.network.layers)
    ]
    place = max(places)
    step = Fraction(1, 10**12)

    def z(x: Point) -> Fraction:
        frozen = FrozenRisk(landscape, point((tuple(x),)), slopes)
        low, high = ends(frozen.unit(*place).value)
        return (low + high) / 2

    unit = FrozenRisk(landscape, point((tuple(at),)), slopes).unit(*place)
    bound = FrozenRisk(landscape, point((tuple(at),)), slopes).curvature_of_unit(*place)
    for _ in range(10):
        direction = [short(generator) for _ in at]
        ahead = z([entry + step * d for entry, d in zip(at, direction, strict=True)])
        behind = z([entry - step * d for entry, d in zip(at, direction, strict=True)])
        slope = sum(
            (g * arb(d.numerator) / d.denominator for g, d in zip(unit.gradient, direction, strict=True)), arb(0)
        )
        quotient = (ahead - behind) / (2 * step)
        assert abs(slope - arb(quotient.numerator) / quotient.denominator) < arb(10) ** -12
        second = abs(ahead + behind - 2 * z(at)) / step**2
        square = sum(d * d for d in direction)
        assert second <= ends(bound)[1] * square + Fraction(1, 10**6)
    if place[0] == 0:
        assert bound.is_zero()


def valid(name: str) -> Any:
    return Certificate.read(parse(json.dumps(load(f"valid/{name}.json")).encode()))


@pytest.mark.parametrize("name", ["scale", "leaky", "linear", "rotations", "off"])
def test_the_loss_is_constant_along_the_fields_near_the_point(name: str) -> None:
    """The derivative along each field is exactly 0 at random points nearby, wherever kinks are not met."""
    certificate = valid(f"basin-{name}")
    landscape, (center,) = certificate.statement.landscape, certificate.statement.center
    generator = random.Random(1)
    ctx.prec = 300
    for symmetry in certificate.witness.symmetries:
        frozen = _frozen(certificate)
        field = prove_symmetry(symmetry, landscape, frozen)
        for _ in range(3):
            x = [c + certificate.statement.radius * Fraction(generator.randint(-8, 8), 64) for c in center]
            direction = tuple(ends(entry)[0] for entry in field.at(point((tuple(x),))[0]))
            _, slope = ExactRisk(landscape, (tuple(x),), (direction,), 1).value()
            assert abs(slope) < Fraction(1, 10**60), symmetry


def _frozen(certificate: Any) -> Frozen:
    statement = certificate.statement
    task = task_for(statement.landscape, list(certificate.witness.kinks))
    return minorant(task, box(statement.center, statement.radius)).frozen


@pytest.mark.parametrize(
    ("symmetry", "rates"),
    [
        (Symmetry("scale", 0, 0), {"weight_decay": Fraction(1)}),
        (Symmetry("scale", 0, 0), {"bias_decay": Fraction(1)}),
        (Symmetry("linear", 0, matrix=(Entry(0, 1, Fraction(1)),)), {"weight_decay": Fraction(1)}),
        (Symmetry("outgoing", 0, 0, 0), {"weight_decay": Fraction(1)}),
        (Symmetry("null", 0, 0, vector=(Fraction(1), Fraction(0))), {"weight_decay": Fraction(1)}),
        (Symmetry("shift", 0, 0), {"bias_decay": Fraction(1)}),
    ],
)
def test_what_decays_does_not_flow(symmetry: Symmetry, rates: dict[str, Fraction]) -> None:
    """A network that is off on all samples: without decay each of these is a symmetry, with it none."""
    for decay, raises in (({}, False), (rates, True)):
        landscape = network(random.Random(0), [1, 2, 1], RELU, **decay)
        frozen = Frozen([[[Fraction(0)] * 2] * 3, None], frozenset())
        if raises:
            with pytest.raises(Refuted, match=r"decay"):
                prove_symmetry(symmetry, landscape, frozen)
        else:
            assert prove_symmetry(symmetry, landscape, frozen).rates


def test_a_leaky_unit_is_never_off() -> None:
    """A leaky unit on the left of its kink on all samples has a slope: its weights are not free."""
    landscape = network(random.Random(0), [1, 2, 1], LEAKY)
    frozen = Frozen([[[Fraction(-1, 3)] * 2] * 3, None], frozenset())
    for symmetry in (Symmetry("outgoing", 0, 0, 0), Symmetry("null", 0, 0, vector=(Fraction(1), Fraction(0)))):
        with pytest.raises(Refuted):
            prove_symmetry(symmetry, landscape, frozen)


def test_a_field_of_an_indefinite_direction_does_not_make_a_minimum() -> None:
    """(wv - 2)^2 / 2 at (1, 1): the slice w + v = 2 has a strict minimum there, but the flow is tangent to it."""
    landscape = EmpiricalRiskLandscape(
        Network(1, (Layer(1, 1, IDENTITY, False, False), Layer(1, 1, IDENTITY, False, False))),
        "squares", Fraction(1, 2), Fraction(0), Fraction(0), ((Fraction(1),),), ((Fraction(2),),), (),
    )  # fmt: skip
    document = load("valid/basin-linear.json")
    statement = certificate_statement(landscape, document)
    verdict = prove(Certificate.read(parse(json.dumps(statement).encode())))
    assert not isinstance(verdict, Verified)


def claimed(risk: EmpiricalRisk, center: list[str], radius: str, kinks: list[Any], symmetries: list[Any]) -> Any:
    """The verdict on a local minimum there, with any loss."""
    document = load("valid/basin-linear.json")
    statement = {
        "landscape": risk.document,
        "property": "local-minimum-within",
        "region": {"shape": "ball", "center": [center], "radius": radius},
        "value": ["-100", "100"],
        "flat_directions": len(symmetries),
    }
    witness = {"precision": 128, "curvature": "1/2", "kinks": kinks, "symmetries": symmetries}
    sealed = seal({**document, "statement": statement, "witness": witness})
    return prove(Certificate.read(parse(json.dumps(sealed).encode())))


def test_the_center_must_not_lie_above_the_minorant() -> None:
    """F = (relu(w) + 5/2)^2 / 2 + w^2 / 2 falls from w = -3/2 to -1/2; its minorant with slope 1/2 is least at -1.

    There the minorant's gradient is 0 and it curves up by 5/4: only F(c) - Phi(c) = 9/8 tells that nothing follows.
    """
    given = {1: 0, 2: 1, 3: 1, 4: 0, 5: 10, 6: 1, 7: 0, 8: 0, 9: 1, 10: 0, 11: -10}
    layers = {"activation": ["identity", "relu"], "fixed": given}
    risk = EmpiricalRisk([1], [["-5/2", 0]], [1, 2, 2], **layers)  # w -> (relu(w), relu(w + 10) - 10)
    assert risk.value([-1.0]) == pytest.approx(0.5 * 2.5**2 + 0.5)
    verdict = claimed(risk, ["-1"], "1/2", [[1, 0, 0, "1/2", "0"]], [])
    assert isinstance(verdict, Rejected)
    assert "the ball is not deep enough for the point" in verdict.reason
    assert "|grad Phi(c)| r + F(c) - Phi(c) in [1.12" in verdict.reason


def test_flows_must_cross_the_slice_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """F = (w v + 1)^2 / 2 + 9 b^2 / 2 near 0, where it has a saddle and no minimum: on the slice w = v it has one.

    The scale field (w, -v) vanishes at 0. All other hypotheses hold, so that without this one it would be verified.
    """
    targets = [[-1, 0], *[[0, 0]] * 8]
    risk = EmpiricalRisk([1, *[0] * 8], targets, [1, 2], "identity", fixed={1: 0, 3: 0, 4: 0})
    center, scale = ["1/1000", "1/1000", "0"], [{"name": "scale", "layer": 0, "unit": 0}]
    verdict = claimed(risk, center, "1/8", [], scale)
    assert isinstance(verdict, Undecided)
    assert "were not proved independent on the region" in verdict.reason
    monkeypatch.setattr(basin, "prove_transversal", lambda *_: None)
    assert isinstance(claimed(risk, center, "1/8", [], scale), Verified)


def certificate_statement(landscape: EmpiricalRiskLandscape, document: Any) -> Any:
    return seal(
        {
            **document,
            "statement": {
                "landscape": write(EMPIRICAL_RISK, landscape),
                "property": "local-minimum-within",
                "region": {"shape": "ball", "center": [["1", "1"]], "radius": "1/100"},
                "value": ["0", "1"],
                "flat_directions": 1,
            },
            "witness": {
                "precision": 128,
                "curvature": "1/1000",
                "kinks": [],
                "symmetries": [{"name": "scale", "layer": 0, "unit": 0}],
            },
        }
    )


def test_a_field_that_is_tangent_to_the_slice_is_not_transversal() -> None:
    """T0 = (1, 1), T = (1, -1), so that T0^T T = 0."""
    with pytest.raises(Open, match="not proved independent"):
        prove_transversal(arb_mat([[1], [1]]), arb_mat([[1 + arb(0, 0.1)], [-1 + arb(0, 0.1)]]))


@pytest.mark.parametrize("seed", range(20))
def test_slopes_along_a_direction_are_enclosed(seed: int) -> None:
    """Difference quotients between random points of a box that has kinks in it."""
    ctx.prec = 120
    generator = random.Random(seed)
    landscape = network(generator, [2, 2, 2, 1], generator.choice([RELU, LEAKY]), weight_decay=Fraction(1, 10))
    at, _ = on_kinks(generator, landscape)
    direction = [short(generator) for _ in at]
    radius = Fraction(1, 64)
    slope = DirectionalRisk(landscape, box((tuple(at),), radius), direction).slope()
    low, high = ends(slope)
    for _ in range(10):
        x = [entry + radius * Fraction(generator.randint(-32, 32), 64) for entry in at]
        t = radius / 8 * Fraction(generator.randint(1, 8), 8)
        moved = [entry + t * d for entry, d in zip(x, direction, strict=True)]
        assert low <= (value(landscape, moved) - value(landscape, x)) / t <= high


def test_every_certified_minimum_is_below_its_surroundings() -> None:
    """Random exact points of the ball that are proved in all directions across the flat ones lie no lower than l."""
    for name in ("kinks", "deep", "scale", "leaky", "linear", "off", "rotations"):
        statement = valid(f"basin-{name}").statement
        generator = random.Random(2)
        (center,) = statement.center
        for _ in range(30):
            unit = [generator.gauss(0, 1) for _ in center]
            length = math.sqrt(sum(u * u for u in unit))
            x = [
                c + statement.radius * Fraction(u / length * generator.random())
                for c, u in zip(center, unit, strict=True)
            ]
            assert value(statement.landscape, x) >= statement.value[0]
