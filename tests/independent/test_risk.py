"""The second checker's empirical risks: activations, value, gradient and Hessian, exact expansions; against mpmath."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.independent.test_intervals import contains, real
from verify.independent.intervals import Interval, ends
from verify.independent.networks.activations import Activation, activate
from verify.independent.networks.expansion import Expansion
from verify.independent.networks.risk import Layer, Risk
from verify.independent.networks.sampled import Sampled
from verify.independent.networks.values import lowest_and_highest
from verify.independent.outcomes import Clock, Open

Number = mpmath.mpf
BITS = 160
CLOCK = Clock(float("inf"))
ENTRIES = st.integers(-24, 24).map(lambda x: Fraction(x, 16))

NAMES: dict[str, tuple[Fraction, ...]] = {
    "lines": (Fraction(-1, 3), Fraction(2)),
    "elu": (Fraction(3, 2), Fraction(5, 4)),
    "polynomial": (Fraction(1, 3), Fraction(-2), Fraction(1, 5), Fraction(1)),
    **dict.fromkeys(("sigmoid", "tanh", "arctan", "softplus", "gelu"), ()),
}


@pytest.fixture(autouse=True)
def _precision() -> object:
    with mpmath.workprec(500):
        yield


def sigma(name: str, numbers: tuple[Fraction, ...], z: Number) -> Number:
    """By other formulas."""
    c = [real(x) for x in numbers]
    if name == "lines":
        return max(z, 0) * c[1] + min(z, 0) * c[0]
    if name == "elu":
        return c[0] * z if z >= 0 else c[0] * c[1] * mpmath.expm1(z)
    if name == "polynomial":
        return mpmath.polyval(c[::-1], z)
    return {
        "sigmoid": lambda: (1 + mpmath.tanh(z / 2)) / 2,
        "tanh": lambda: mpmath.tanh(z),
        "arctan": lambda: mpmath.atan(z),
        "softplus": lambda: mpmath.log1p(mpmath.exp(z)),
        "gelu": lambda: z * mpmath.ncdf(z),
    }[name]()


def derivatives(name: str, numbers: tuple[Fraction, ...], z: Number) -> list[Number]:
    """The value and two derivatives by differences of 500 bits: right to about 100 bits."""
    h = mpmath.mpf(2) ** -110
    low, here, high = (sigma(name, numbers, z + t) for t in (-h, 0, h))
    return [here, (high - low) / (2 * h), (high - 2 * here + low) / h**2]


def is_near(interval: Interval, value: Number) -> bool:
    """Within, up to the error of a difference quotient."""
    wide = Interval(interval.lo, interval.hi, interval.bits).at(60)
    return contains(Interval(wide.lo - 2, wide.hi + 2, 60), value)


@pytest.mark.parametrize("name", NAMES)
@given(
    z=st.fractions(-40, 40, max_denominator=10**6), r=st.sampled_from([Fraction(0), Fraction(1, 10**6), Fraction(1, 3)])
)
@settings(max_examples=examples(30), deadline=None)
def test_activations(name: str, z: Fraction, r: Fraction) -> None:
    if abs(z) <= r + Fraction(1, 1000):
        z = 1 + abs(z) if z > 0 else -1 - abs(z)
    found = activate(Activation(name, NAMES[name]), Interval.of(z, BITS, r))
    for at in (z - r, z, z + r / 3):
        for enclosure, exact in zip(found, derivatives(name, NAMES[name], real(at)), strict=True):
            assert is_near(enclosure, exact)
    if not r:
        assert all(
            enclosure.hi - enclosure.lo < 2 ** (BITS - 120) * (1 + abs(enclosure.hi >> BITS)) for enclosure in found
        )


@pytest.mark.parametrize("name", NAMES)
def test_values_on_an_interval_that_holds_0(name: str) -> None:
    found = activate(Activation(name, NAMES[name]), Interval.of(Fraction(1, 7), BITS, Fraction(1, 2)))[0]
    for at in range(-5, 10):
        assert contains(found, sigma(name, NAMES[name], real(Fraction(1, 7) + Fraction(at, 20))))


FAR: dict[str, Callable[[int], Fraction | int]] = {
    "sigmoid": lambda z: int(z > 0),
    "tanh": lambda z: 1 if z > 0 else -1,
    "softplus": lambda z: max(z, 0),
    "gelu": lambda z: max(z, 0),
    "elu": lambda z: Fraction(3, 2) * z if z > 0 else -Fraction(15, 8),
}


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("z", [-(10**9), -(10**4), 10**4, 10**9])
def test_far_away_an_activation_is_enclosed_at_once(name: str, z: int) -> None:
    low, high = ends(activate(Activation(name, NAMES[name]), Interval.of(z, BITS))[0])
    assert abs((low + high) / 2 - FAR[name](z)) < Fraction(1, 2**100)
    assert high - low < Fraction(1, 2**100)


def loss_of(kind: str, f: list[Number], y: list[Number]) -> Number:
    if kind == "squares":
        return mpmath.fsum((a - b) ** 2 for a, b in zip(f, y, strict=True))
    if kind == "logistic":
        return mpmath.fsum(mpmath.log(1 + mpmath.exp(-a * b)) for a, b in zip(f, y, strict=True))
    level = mpmath.log(mpmath.fsum(map(mpmath.exp, f)))
    return mpmath.fsum(b * (level - a) for a, b in zip(f, y, strict=True))


def value(risk: Risk, point: list[Number]) -> Number:
    """The loss, from its definition."""
    given_, flat = iter(point), []
    count = sum(layer.width * (layer.inputs + layer.bias) for layer in risk.layers)
    is_bias = [
        b for layer in risk.layers for b in [0] * (layer.width * layer.inputs) + [1] * (layer.width * layer.bias)
    ]
    decay = mpmath.mpf(0)
    for p in range(count):
        flat.append(real(risk.fixed[p]) if p in risk.fixed else next(given_))
        if p not in risk.fixed:
            decay += real(risk.decay[is_bias[p]]) * flat[-1] ** 2 / 2
    total = mpmath.mpf(0)
    for x, y in zip(risk.inputs, risk.targets, strict=True):
        a, at = [real(entry) for entry in x], 0
        for layer in risk.layers:
            size = layer.width * layer.inputs
            W = [flat[at + i * layer.inputs : at + (i + 1) * layer.inputs] for i in range(layer.width)]
            b = flat[at + size : at + size + layer.width] if layer.bias else [mpmath.mpf(0)] * layer.width
            at += layer.parameters
            z = [mpmath.fdot(row, a) + shift for row, shift in zip(W, b, strict=True)]
            new = [sigma(layer.activation.name, layer.activation.numbers, entry) for entry in z]
            a = [u + v for u, v in zip(new, a, strict=True)] if layer.residual else new
        total += loss_of(risk.loss, a, [real(entry) for entry in y])
    return real(risk.factor) * total + decay


@st.composite
def cases(draw: st.DrawFn, names: tuple[str, ...], losses: tuple[str, ...]) -> tuple[Risk, list[Fraction]]:
    samples, inputs, depth = draw(st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3)))
    layers: list[Layer] = []
    for _ in range(depth):
        before = layers[-1].width if layers else inputs
        width = draw(st.integers(1, 2))
        name = draw(st.sampled_from(names))
        residual = width == before and draw(st.booleans())
        layers.append(Layer(before, width, Activation(name, NAMES[name]), draw(st.booleans()), residual))
    outputs, kind = layers[-1].width, draw(st.sampled_from(losses))

    def rows(count: int, width: int) -> list[list[Fraction]]:
        return [[draw(ENTRIES) for _ in range(width)] for _ in range(count)]

    targets = [[abs(x) for x in row] for row in rows(samples, outputs)]
    count = sum(layer.parameters for layer in layers)
    fixed = {p: draw(ENTRIES) for p in range(count - 1) if draw(st.integers(0, 4)) == 0}
    decay = draw(st.sampled_from([(Fraction(0), Fraction(0)), (Fraction(1, 5), Fraction(1, 7))]))
    risk = Risk(layers, kind, Fraction(2, 3), decay, rows(samples, inputs), targets, fixed)
    return risk, [draw(ENTRIES) for _ in risk.trained]


SMOOTH = ("polynomial", "sigmoid", "tanh", "arctan", "softplus", "gelu")


@settings(max_examples=examples(20), deadline=None)
@given(cases((*SMOOTH, "lines", "elu"), ("squares", "logistic", "cross-entropy")))
def test_value_gradient_and_hessian(case: tuple[Risk, list[Fraction]]) -> None:
    risk, point = case
    here = [real(x) for x in point]
    low, high = lowest_and_highest(risk, point, 64, CLOCK)
    assert contains(Interval.of((low + high) / 2, 120, (high - low) / 2), value(risk, here))
    try:
        found = Sampled(risk, [Interval.of(x, BITS) for x in point], CLOCK)
    except Open:
        return  # on a kink
    assert is_near(found.value(), value(risk, here))
    h = mpmath.mpf(2) ** -90

    def shifted(*changes: tuple[int, int]) -> Number:
        moved = list(here)
        for seat, sign in changes:
            moved[seat] += sign * h
        return value(risk, moved)

    gradient, H = found.gradient(), found.hessian()
    for p in range(len(here)):
        assert is_near(gradient[p], (shifted((p, 1)) - shifted((p, -1))) / (2 * h))
        for q in range(p + 1):
            corners = [a * b * shifted((p, a), (q, b)) for a in (1, -1) for b in (1, -1)]
            assert is_near(H[p][q], mpmath.fsum(corners) / (4 * h * h))
            assert (H[p][q].lo, H[p][q].hi) == (H[q][p].lo, H[q][p].hi)


@settings(max_examples=examples(25), deadline=None)
@given(cases((*SMOOTH, "elu"), ("squares", "logistic", "cross-entropy")), st.integers(-8, 8))
def test_a_box_holds_the_derivatives_of_its_points(case: tuple[Risk, list[Fraction]], at: int) -> None:
    risk, point = case
    radius = Fraction(1, 50)
    other = [x + radius * (Fraction(at, 8) if seat % 2 else -Fraction(at, 8)) for seat, x in enumerate(point)]
    try:
        box = Sampled(risk, [Interval.of(x, BITS, radius) for x in point], CLOCK)
    except Open:
        return
    inner = Sampled(risk, [Interval.of(x, BITS) for x in other], CLOCK)
    pairs = [(box.value(), inner.value()), *zip(box.gradient(), inner.gradient(), strict=True)]
    pairs += [pair for rows in zip(box.hessian(), inner.hessian(), strict=True) for pair in zip(*rows, strict=True)]
    for wide, narrow in pairs:
        assert wide.lo <= narrow.hi
        assert narrow.lo <= wide.hi


@settings(max_examples=examples(30), deadline=None)
@given(cases(("lines", "polynomial"), ("squares",)), st.data(), st.integers(1, 4))
def test_expansions(case: tuple[Risk, list[Fraction]], data: st.DataObject, order: int) -> None:
    """For small t > 0 the exact loss differs from the series by O(t^(order + 1)), on kinks too."""
    risk, point = case
    direction = [data.draw(ENTRIES) for _ in point]
    series = Expansion(risk, point, CLOCK, direction, order).loss()
    assert len(series) == order + 1
    errors = []
    for power in (60, 70):
        t = Fraction(1, 2**power)
        exact = Expansion(risk, [x + t * u for x, u in zip(point, direction, strict=True)], CLOCK).loss()[0]
        errors.append(abs(exact - sum(c * t**k for k, c in enumerate(series))))
        assert errors[-1] <= Fraction(2**30) ** (order + 1) * t ** (order + 1)


@pytest.mark.parametrize("name", ["lines", "elu"])
def test_a_box_on_which_a_unit_may_meet_its_kink_has_no_derivatives(name: str) -> None:
    one, zero = Fraction(1), Fraction(0)
    bent = Layer(1, 1, Activation(name, NAMES[name]), False, False)
    risk = Risk([bent], "squares", one, (zero, zero), [[one], [Fraction(-2)]], [[zero], [zero]], {})
    for center, radius in ((Fraction(1, 4), Fraction(1, 4)), (zero, zero), (zero, one)):
        with pytest.raises(Open, match="kink"):
            Sampled(risk, [Interval.of(center, BITS, radius)], CLOCK)
    assert len(Sampled(risk, [Interval.of(one, BITS, Fraction(1, 4))], CLOCK).gradient()) == 1
