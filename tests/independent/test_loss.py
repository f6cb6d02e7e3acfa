"""The second checker's kernels, value, gradient, Hessian and M, against numbers that share nothing with it."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from tests.independent.test_intervals import contains
from verify.independent.intervals import Interval
from verify.independent.kernels import RELU, Activation, Erf, LeakyReLU
from verify.independent.outcomes import Clock
from verify.independent.population import Landscape, Loss

BITS = 160
ACTIVATIONS = (*(LeakyReLU(Fraction(slope)) for slope in (0, Fraction(1, 10), -1, 1)), Erf())
ENTRIES = st.integers(-40, 40).map(lambda x: Fraction(x, 16))
Rows = list[list[Fraction]]


@pytest.fixture(autouse=True)
def _precision() -> object:
    with mpmath.workdps(60):
        yield


def kernel(activation: Activation, w: list[mpmath.mpf], v: list[mpmath.mpf]) -> mpmath.mpf:
    """E sigma(w.x) sigma(v.x), by other formulas: polar coordinates, and the arcsine."""
    p, s = (mpmath.fsum(x * x for x in row) for row in (w, v))
    q = mpmath.fsum(x * y for x, y in zip(w, v, strict=True))
    if isinstance(activation, Erf):
        return 2 / mpmath.pi * mpmath.asin(2 * q / mpmath.sqrt((1 + 2 * p) * (1 + 2 * s)))
    if not p or not s:
        return mpmath.mpf(0)
    t = mpmath.acos(max(-1, min(1, q / mpmath.sqrt(p * s))))
    relu = mpmath.sqrt(p * s) * (mpmath.sin(t) + (mpmath.pi - t) * mpmath.cos(t)) / (2 * mpmath.pi)
    slope = mpmath.mpf(activation.slope.numerator) / activation.slope.denominator
    return (1 - slope) ** 2 * relu + slope * q


def loss(activation: Activation, W: list[list[mpmath.mpf]], V: list[list[mpmath.mpf]]) -> mpmath.mpf:
    signed = [(1, w) for w in W] + [(-1, v) for v in V]
    return mpmath.fsum(a * b * kernel(activation, x, y) for (a, x), (b, y) in product(signed, repeat=2)) / 2


def matrices(draw: st.DrawFn, n: int, d: int) -> Rows:
    row = st.lists(ENTRIES, min_size=d, max_size=d).filter(any)
    return draw(st.lists(row, min_size=n, max_size=n))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Landscape, Rows]:
    n, k, d = draw(st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3)))
    return Landscape(draw(st.sampled_from(ACTIVATIONS)), matrices(draw, k, d), False, n), matrices(draw, n, d)


def numbers(rows: Rows) -> list[list[mpmath.mpf]]:
    return [[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in rows]


def at(land: Landscape, W: Rows, radius: Fraction | int = 0) -> Loss:
    return Loss(land, [[Interval.of(x, BITS, radius) for x in row] for row in W], BITS, 2, Clock(60))


def near(interval: Interval, value: mpmath.mpf, error: float) -> bool:
    wide = Interval.of(Fraction(error), interval.bits)
    return contains(Interval(interval.lo - wide.hi, interval.hi + wide.hi, interval.bits), value)


def is_parallel(x: list[Fraction], y: list[Fraction]) -> bool:
    return all(x[a] * y[b] == x[b] * y[a] for a in range(len(x)) for b in range(a))


@settings(max_examples=examples(30), deadline=None)
@given(cases())
def test_value(case: tuple[Landscape, Rows]) -> None:
    land, W = case
    value = at(land, W).value()
    assert near(value, loss(land.activation, numbers(W), numbers(land.teacher)), 1e-24)
    assert value.hi - value.lo < 2 ** (BITS - 60)


@settings(max_examples=examples(30), deadline=None)
@given(cases(), st.data())
def test_gradient_hessian_and_new_coordinate_are_difference_quotients(
    case: tuple[Landscape, Rows], data: st.DataObject
) -> None:
    """In each direction, also of a new input coordinate; parallel neurons of leaky ReLU have a test of their own."""
    land, W = case
    neurons = W + land.teacher
    if land.activation not in (Erf(), LeakyReLU(Fraction(1))) and land.d > 1:
        pairs = [(x, y) for i, x in enumerate(neurons) for y in neurons[:i] if x in W]
        if any(is_parallel(x, y) for x, y in pairs):
            return
    n, d = land.n, land.d
    teacher, start = numbers([[*row, Fraction(0)] for row in land.teacher]), numbers([[*row, Fraction(0)] for row in W])
    point = at(land, W)
    gradient, H, M = point.gradient(), point.hessian(), point.new_coordinate()
    i, j = (data.draw(st.integers(0, n - 1)) for _ in range(2))
    a, b = (data.draw(st.integers(0, d)) for _ in range(2))

    def along(s: mpmath.mpf, t: mpmath.mpf) -> mpmath.mpf:
        moved = [row[:] for row in start]
        moved[i][a] += s
        moved[j][b] += t
        return loss(land.activation, moved, teacher)

    h = mpmath.mpf(10) ** -12
    first = (along(h, 0) - along(-h, 0)) / (2 * h)
    mixed = (along(h, h) - along(h, -h) - along(-h, h) + along(-h, -h)) / (4 * h * h)
    assert near(gradient[i * d + a] if a < d else Interval(0, 0, BITS), first, 1e-12)
    if a < d and b < d:
        assert near(H[i * d + a][j * d + b], mixed, 1e-10)
    elif a == b == d and d > 1:
        assert near(M[i][j], mixed, 1e-10)
    elif d > 1:
        assert abs(mixed) < 1e-10


@settings(max_examples=examples(30), deadline=None)
@given(cases(), st.fractions(0, Fraction(1, 8)), st.data())
def test_a_box_encloses_each_of_its_points(case: tuple[Landscape, Rows], radius: Fraction, data: st.DataObject) -> None:
    land, W = case
    if land.activation != Erf() and any(max(map(abs, row)) <= radius for row in W):
        return
    shift = st.fractions(-1, 1).map(lambda x: x * radius)
    inside = [[x + data.draw(shift) for x in row] for row in W]
    box, point = at(land, W, radius), at(land, inside)
    pairs = [
        (box.value(), point.value()),
        *zip(box.gradient(), point.gradient(), strict=True),
        *((x, y) for rows in zip(box.hessian(), point.hessian(), strict=True) for x, y in zip(*rows, strict=True)),
        *(
            (x, y)
            for rows in zip(box.new_coordinate(), point.new_coordinate(), strict=True)
            for x, y in zip(*rows, strict=True)
        ),
    ]
    for whole, part in pairs:
        assert whole.lo <= part.hi
        assert part.lo <= whole.hi


@pytest.mark.parametrize("slope", [Fraction(0), Fraction(1, 10), Fraction(-1)])
@pytest.mark.parametrize("sign", [1, -1])
def test_parallel_neurons_have_the_limits_of_the_specification(slope: Fraction, sign: int) -> None:
    """h1 = 0, h2 = kappa_q I with kappa_q = (1 + slope^2)/2 or slope, and phi' = (1 + slope^2)/2."""
    w, v = [Fraction(3), Fraction(4)], [Fraction(6 * sign), Fraction(8 * sign)]
    H = at(Landscape(LeakyReLU(slope), [[Fraction(1), Fraction(0)]], False, 2), [w, v]).hessian()
    mixed = (1 + slope**2) / 2 if sign > 0 else slope
    for a in range(2):
        for b in range(2):
            assert contains(H[a][2 + b], mixed if a == b else Fraction(0))
            assert H[a][2 + b].hi - H[a][2 + b].lo < 2 ** (BITS // 2 + 8)


def test_the_hessian_tends_to_its_limit_at_parallel_neurons() -> None:
    """Enclosures with and without second derivatives meet, for boxes that shrink to a parallel pair."""
    land = Landscape(RELU, [[Fraction(1), Fraction(0)]], False, 1)
    for radius in (Fraction(1, 2**m) for m in range(2, 40, 3)):
        entry = at(land, [[Fraction(1), radius]], radius / 3).hessian()[0][0]
        assert contains(entry, Fraction(1, 2)) or abs(entry.hi - 2 ** (BITS - 1)) < 8 * radius * 2**BITS
