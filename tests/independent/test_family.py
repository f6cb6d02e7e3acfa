"""The second checker on statements about every k: the series of a box enclose the same box's numbers at single k."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import pytest

from tests.independent.differential import CORPUS
from verify.independent import check
from verify.independent.check import Box, Clock, Domain, Family, Interval, Open, Refuted, read, strength

FOLDER = CORPUS.parents[1] / "certificates" / "spurious-minima-for-every-k"
BITS = 400
CLOCK = Clock(36_000)
NAMES = ("type-a", "type-ii")


@cache
def family(path: Path) -> Family:
    claim = read(path.read_bytes()).claim
    assert isinstance(claim, Family)
    return claim


@cache
def series(name: str) -> Box:
    """What `Family._all` encloses, for all s up to 1/8; the box is 2^10 times as wide, so that its width is tested."""
    claim = family(FOLDER / f"{name}.json")
    domain, radius = Domain(Interval.of(claim.end, BITS), claim.terms), 1024 * max(claim.radii)
    center = [domain.series(value) for value in claim.values]
    steps = [domain.series([1], exponent) for exponent in claim.exponents]
    around = domain.constant(Interval.of(0, BITS, radius))
    factor = domain.constant(strength(Fraction(0), BITS))
    k = domain.series([1], -2)
    return Box(claim, k, center, steps, radius, lambda step: step * around, domain.constant, factor, CLOCK)


def single(name: str, s: Fraction, shifts: list[Fraction]) -> Box:
    """The same for one s, at a point of its box: in intervals, without any series."""
    claim, radius = family(FOLDER / f"{name}.json"), 1024 * max(family(FOLDER / f"{name}.json").radii)
    of = partial(Interval.of, bits=BITS)
    steps = [s**exponent for exponent in claim.exponents]
    values = [sum((c * s**j for j, c in enumerate(value)), Fraction(0)) for value in claim.values]
    moved = [value + shift * radius * step for value, shift, step in zip(values, shifts, steps, strict=True)]
    point = of(0)
    k = 1 / s**2
    size = int(k) if k.denominator == 1 else of(k)
    return Box(
        claim, size, list(map(of, moved)), list(map(of, steps)), Fraction(0), lambda step: step * point, of,
        strength(Fraction(0), BITS), CLOCK,
    )  # fmt: skip


def contains(wide: Interval, narrow: Interval) -> bool:
    return wide.lo <= narrow.hi and narrow.lo <= wide.hi


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("s", [Fraction(1, 8), Fraction(1, 11), Fraction(1, 40), Fraction(1, 5_000)])
@pytest.mark.parametrize("corner", [(0, 0, 0, 0, 0), (1, -1, 1, 1, -1), (-1, -1, 1, -1, 1)])
def test_series_enclose_each_k(name: str, s: Fraction, corner: tuple[int, ...]) -> None:
    wide, count = series(name), len(family(FOLDER / f"{name}.json").values)
    point = single(name, s, [Fraction(x) for x in corner[:count]])
    piece = (s * Fraction(31, 32), min(s * Fraction(33, 32), Fraction(1, 8)))
    pairs = list(zip(wide.blocks + wide.new, point.blocks + point.new, strict=True))
    numbers = [
        pair for a, b in pairs for rows in zip(a.second, b.second, strict=True) for pair in zip(*rows, strict=True)
    ]
    numbers += [pair for a, b in pairs for rows in zip(a.norm, b.norm, strict=True) for pair in zip(*rows, strict=True)]
    numbers += [(wide.loss, point.loss)]
    if not any(corner):
        numbers += zip(wide.gradient, point.gradient, strict=True)
    for enclosure, number in numbers:
        assert contains(enclosure.over(piece), number)
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


@pytest.mark.parametrize("bound", ["loss", "eigenvalue"])
@pytest.mark.parametrize("factor", [Fraction(9, 10), Fraction(11, 10)])
def test_each_bound_is_looked_at(bound: str, factor: Fraction) -> None:
    """Of the range without end, which no instance has a part in."""
    claim = family(SMALL)
    *ranges, last = claim.ranges
    low, high = getattr(last, bound)
    for wrong in ((low, low * factor) if factor < 1 else (high * factor, high * 2), (high * 2, high * 3)):
        with pytest.raises((Refuted, Open)):
            replace(claim, ranges=[*ranges, replace(last, **{bound: tuple(sorted(wrong))})]).prove(CLOCK)


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


def test_a_series_longer_than_it_was_kept_is_refused() -> None:
    domain = Domain(Interval.of(1, 64), 4)
    inexact = check.Series(domain, 0, [Interval.of(1, 64)], Interval.of(0, 64, 1))
    with pytest.raises(RuntimeError):
        inexact.tail(2)
