"""The second checker on statements about every k: the series of a box enclose the same box's numbers at single k."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns import sampled
from tests.independent.differential import CORPUS
from verify.independent.documents import read
from verify.independent.intervals import Interval
from verify.independent.kernels import RELU
from verify.independent.kinds.population_teacher_student_family import Box, Family, has_transversal
from verify.independent.outcomes import Clock, Open, Refuted
from verify.independent.series import Domain, Series
from verify.independent.symmetric.components import components, new_components
from verify.independent.symmetric.kernels import Difference
from verify.independent.symmetric.loss import SymmetricLoss
from verify.independent.symmetric.numbers import OWN

FOLDER = CORPUS.parents[1] / "certificates" / "spurious-minima-for-every-k"
BITS = 400
WIDER = 4096
CLOCK = Clock(36_000)
NAMES = ("type-a", "type-ii")


@cache
def family(path: Path) -> Family:
    claim = read(path.read_bytes()).claim
    assert isinstance(claim, Family)
    return claim


@cache
def series(name: str) -> Box:
    """What `Family._all` encloses, for all s up to 1/8; the box is WIDER, so that its width is tested."""
    claim = family(FOLDER / f"{name}.json")
    domain, radius = Domain(Interval.of(claim.end, BITS), claim.terms), WIDER * max(claim.radii)
    center = [domain.series(value) for value in claim.values]
    steps = [domain.series([1], exponent) for exponent in claim.exponents]
    around = domain.constant(Interval.of(0, BITS, radius))
    factor = domain.constant(RELU.factor(BITS))
    k = domain.series([1], -2)
    return Box(claim, k, center, steps, radius, lambda step: step * around, domain.constant, factor, CLOCK)


def single(name: str, s: Fraction, shifts: list[Fraction]) -> Box:
    """The same for one s, at a point of its box: in intervals, without any series."""
    claim, radius = family(FOLDER / f"{name}.json"), WIDER * max(family(FOLDER / f"{name}.json").radii)
    of = partial(Interval.of, bits=BITS)
    steps = [s**exponent for exponent in claim.exponents]
    values = [sum((c * s**j for j, c in enumerate(value)), Fraction(0)) for value in claim.values]
    moved = [value + shift * radius * step for value, shift, step in zip(values, shifts, steps, strict=True)]
    point = of(0)
    k = 1 / s**2
    size = int(k) if k.denominator == 1 else of(k)
    return Box(
        claim, size, list(map(of, moved)), list(map(of, steps)), Fraction(0), lambda step: step * point, of,
        RELU.factor(BITS), CLOCK,
    )  # fmt: skip


def contains(wide: Interval, narrow: Interval) -> bool:
    return wide.lo <= narrow.hi and narrow.lo <= wide.hi


@pytest.mark.parametrize("name", sampled(NAMES, every=2))
@pytest.mark.parametrize("s", [Fraction(1, 8), Fraction(1, 11), Fraction(1, 40), Fraction(1, 5_000)])
@pytest.mark.parametrize("corner", [(0, 0, 0, 0, 0), (1, -1, 1, 1, -1), (-1, -1, 1, -1, 1)])
def test_series_enclose_each_k(name: str, s: Fraction, corner: tuple[int, ...]) -> None:
    wide, count = series(name), len(family(FOLDER / f"{name}.json").values)
    point = single(name, s, [Fraction(x) for x in corner[:count]])
    pairs = list(zip(wide.blocks + wide.new, point.blocks + point.new, strict=True))
    numbers = [
        pair for a, b in pairs for rows in zip(a.second, b.second, strict=True) for pair in zip(*rows, strict=True)
    ]
    numbers += [pair for a, b in pairs for rows in zip(a.norm, b.norm, strict=True) for pair in zip(*rows, strict=True)]
    numbers += [(wide.loss, point.loss)]
    if not any(corner):
        numbers += zip(wide.gradient, point.gradient, strict=True)
    for enclosure, number in numbers:
        assert contains(enclosure.over((s, s)), number)
    loss = wide.loss.over((s, s))
    assert loss.hi - loss.lo < 1 << (BITS - 6)  # and they are not so wide that the test says nothing


@pytest.mark.parametrize("name", NAMES)
def test_what_must_cancel_is_exactly_0(name: str) -> None:
    """In the scaled variables every entry of the gradient is of order s^2, beside the count of its value."""
    box = series(name)
    claim = family(FOLDER / f"{name}.json")
    counts = [block.norm for block in box.blocks][0]
    for i, (slope, exponent) in enumerate(zip(box.gradient, claim.exponents, strict=True)):
        assert slope.low >= exponent + counts[i][i].low + 2


LIMITS = {  # powers and coefficients of values with one neuron more, a row of which tends to 0, another one to -e_k
    "from the limit": (
        [1, 0, 0, 0, 0, 0, -1],
        [(3, "-4/7"), (4, "-8/5"), (2, "9/4"), (2, "11/12"), (1, "-25/18"), (2, "2/3"), (1, "12/11")],
    ),
    "with a row that tends to e_k": (
        [-1, 0, 0, 0, 0, 0, 1],
        [(2, "1/3"), (2, "3/2"), (2, "-1"), (3, "2"), (2, "1/2"), (2, "1/2"), (2, "-5/4")],
    ),
}
RADIUS = Fraction(1, 1024)


def one_neuron_more(name: str, corner: int, s: Fraction | None = None) -> SymmetricLoss:
    """Series with wide boxes if `s` is None; else intervals for one s, at a corner of the box."""
    fixed, moving = LIMITS[name]
    domain, of = Domain(Interval.of(Fraction(1, 16), BITS), 20), partial(Interval.of, bits=BITS)
    if s is None:
        around = domain.constant(Interval.of(0, BITS, RADIUS))
        parts = [
            (domain.series([limit]), domain.series([1], power), Fraction(c))
            for limit, (power, c) in zip(fixed, moving, strict=True)
        ]
        values = [limit + scale * domain.constant(c) + scale * around for limit, scale, c in parts]
        k, factor = domain.series([1], -2), domain.constant(RELU.factor(BITS))
        return SymmetricLoss(RELU, [-1 + k, 1], 1, values, domain.constant, factor, CLOCK)
    signs = [1 if corner >> i & 1 else -1 for i in range(7)]
    numbers = [
        limit + s**power * (Fraction(c) + sign * RADIUS)
        for limit, (power, c), sign in zip(fixed, moving, signs, strict=True)
    ]
    return SymmetricLoss(RELU, [-1 + of(1 / s**2), 1], 1, list(map(of, numbers)), of, RELU.factor(BITS), CLOCK)


@pytest.mark.parametrize("name", sampled(LIMITS, every=2))
def test_differences_enclose_each_k(name: str) -> None:
    """Kernels at neurons that tend to one of the teacher, taken together with that of the teacher."""
    wide = one_neuron_more(name, 0)
    parts = [(make, place) for make in (components, new_components) for place in range(len(make([9, 1], 1)))]
    found = {}
    for make, place in parts:
        part = make(wide.groups, 1)[place]
        found[make, place] = wide.derivatives(part.partition, part.directions)
    assert sum(isinstance(kernel, Difference) for kernel in wide._kernels.values()) >= 3
    value = wide.value()
    for s, corner in ((Fraction(1, 16), 5), (Fraction(1, 30), 0), (Fraction(1, 30), 127), (Fraction(1, 999), 42)):
        point = one_neuron_more(name, corner, s)
        assert contains(value.over((s, s)), point.value())
        for make, place in parts:
            part = make(point.groups, 1)[place]
            narrow, series_ = point.derivatives(part.partition, part.directions), found[make, place]
            pairs = list(zip(series_.first, narrow.first, strict=True))
            for rows in zip(series_.second, narrow.second, strict=True):
                pairs += zip(*rows, strict=True)
            for enclosure, number in pairs:
                assert contains(enclosure.over((s, s)), number), (s, corner, part.name)


def test_only_what_tends_to_a_neuron_of_the_teacher_is_taken_with_it() -> None:
    """And each neuron of the teacher once: the pairs of a partition, with multiplicities, are those of the whole."""
    loss = one_neuron_more("from the limit", 0)
    for part in components(loss.groups, 1):
        pairs, plain = list(loss._pairs(part.partition)), list(part.partition.pairs())
        coupled = [pair for pair in pairs if pair[4] is not None]
        assert len(pairs) == len(plain) - len(coupled)
        assert coupled
        for count, row, other, same, near in coupled:
            home = other.home if near == OWN else near
            (teacher,) = [entry for entry in plain if entry[1] == row and entry[2].index < 0 and entry[2].home == home]
            total = count + teacher[0]
            assert total == 0 if isinstance(total, int) else total.zero
            assert not same


SMALL = CORPUS / "valid" / "family-type-a.json"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, None),
        ({"pieces": [(Fraction(0), Fraction(1, 90))]}, Refuted),
        ({"pieces": [(Fraction(1, 10**6), Fraction(1, 60))]}, Refuted),
        ({"radii": [Fraction(1, 2**70)] * 2}, Refuted),
        ({"radii": [Fraction(1, 8)] * 2}, Open),
        ({"exponents": [9, 9]}, Refuted),
        ({"power": 1}, Refuted),
        ({"values": [[Fraction(1)], [Fraction(0)]]}, (Open, Refuted)),
        ({"terms": 4}, Open),
    ],
)
def test_each_hypothesis_is_needed(change: dict[str, object], outcome: type[Exception] | None) -> None:
    claim = replace(family(SMALL), **change)  # type: ignore[arg-type]
    if outcome is None:
        claim.prove(CLOCK)
        return
    with pytest.raises(outcome):
        claim.prove(CLOCK)


@pytest.mark.parametrize(
    "looked_at", sampled(product(["loss", "eigenvalue"], [Fraction(9, 10), Fraction(11, 10)]), every=3)
)
def test_each_bound_is_looked_at(looked_at: tuple[str, Fraction]) -> None:
    """Of the range without end, which no instance has a part in."""
    bound, factor = looked_at
    claim = family(SMALL)
    *ranges, last = claim.ranges
    low, high = getattr(last, bound)
    for wrong in ((low, low * factor) if factor < 1 else (high * factor, high * 2), (high * 2, high * 3)):
        with pytest.raises((Refuted, Open)):
            replace(claim, ranges=[*ranges, replace(last, **{bound: tuple(sorted(wrong))})]).prove(CLOCK)


@pytest.mark.parametrize("bound", ["loss", "eigenvalue"])
@pytest.mark.parametrize("factor", [Fraction(1, 2), Fraction(2)])
@pytest.mark.parametrize("first", [True, False])
def test_what_two_ranges_claim_must_both_hold(
    bound: str, factor: Fraction, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a piece that meets two ranges; here the claims of one instance, with a second range beside them."""
    claim = family(SMALL)
    k, values, radii = claim.instances[0]
    (good,) = claim._claims(Fraction(k), Fraction(k))
    low, high = getattr(good, bound)
    bad = replace(good, **{bound: (low * factor, high * factor)})
    claims = [bad, good] if first else [good, bad]
    claim._one(Fraction(k), values, radii, CLOCK)
    monkeypatch.setattr(Family, "_claims", lambda self, least, most: claims)
    with pytest.raises((Open, Refuted)):
        claim._one(Fraction(k), values, radii, CLOCK)


def test_each_block_of_the_hessian_and_of_m_is_looked_at() -> None:
    """An instance's box with one block turned round is refuted, whichever it is."""
    claim = family(SMALL)
    k, values, radii = claim.instances[0]
    of, largest = partial(Interval.of, bits=BITS), max(radii)
    steps, around = [of(radius / largest) for radius in radii], of(0, radius=largest)
    box = Box(
        claim, k, [of(value) for value in values], steps, largest, lambda step: step * around, of,
        RELU.factor(BITS), CLOCK,
    )  # fmt: skip
    bounds = claim._claims(Fraction(k), Fraction(k))
    claim._box(box, lambda number, shift: number, bounds, CLOCK)
    for blocks in (box.blocks, box.new):
        for place, block in enumerate(blocks):
            blocks[place] = replace(block, second=[[-entry for entry in row] for row in block.second])
            with pytest.raises(Refuted, match="no eigenvalue below"):
                claim._box(box, lambda number, shift: number, bounds, CLOCK)
            blocks[place] = block


def test_a_k_between_the_instances_and_the_pieces_is_missed() -> None:
    document = json.loads(SMALL.read_bytes())
    ks = [instance["k"] for instance in document["witness"]["instances"]]
    claim = family(SMALL)
    for left_out in {ks[0], ks[-1]}:
        kept = [instance for instance in claim.instances if instance[0] != left_out]
        with pytest.raises(Refuted, match="instance"):
            replace(claim, instances=kept)._cover()


def test_pieces_between_two_k_need_no_proof() -> None:
    """Nothing is claimed of a real k between the last one of a range and the first one of the next."""
    claim = family(SMALL)
    first = claim.ranges[0]
    assert first.last is not None
    gap = Fraction(2 * first.last + 1, 2)
    assert claim._claims(gap, gap) == []
    assert claim._claims(gap, gap + 1) == [claim.ranges[1]]


@given(st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=5))
def test_transversals(rows: list[set[int]]) -> None:
    assert has_transversal(rows) == any(len(set(choice)) == len(rows) for choice in product(*rows))


def test_a_singular_limit_is_refuted() -> None:
    """Where one value's box shrinks faster than the other's, its column begins with higher powers of s in each row."""
    for exponents in ([5, 4], [4, 3]):
        with pytest.raises(Refuted, match="regular"):
            replace(family(SMALL), exponents=exponents)._all(CLOCK)


def test_a_series_longer_than_it_was_kept_is_refused() -> None:
    domain = Domain(Interval.of(1, 64), 4)
    inexact = Series(domain, 0, [Interval.of(1, 64)], Interval.of(0, 64, 1))
    with pytest.raises(RuntimeError):
        inexact.tail(2)
