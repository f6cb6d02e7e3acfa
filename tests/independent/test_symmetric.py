"""The second checker's loss of symmetric students, against its own dense loss, and against floats for the spectrum."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples, sampled
from tests.independent.differential import CORPUS
from tests.independent.test_loss import ACTIVATIONS
from verify.independent.documents import read
from verify.independent.intervals import Interval
from verify.independent.kernels import RELU, Activation, Erf
from verify.independent.outcomes import Clock, Open, Refuted
from verify.independent.population import Landscape, Loss
from verify.independent.symmetric.components import Component, components, multiplicity, new_components, pencil
from verify.independent.symmetric.loss import Derivatives, SymmetricLoss
from verify.independent.symmetric.numbers import OWN, Direction
from verify.independent.symmetric.partition import Partition, orbits

BITS = 160
CLOCK = Clock(3_600)
TYPES = [
    ([1], 0), ([2], 0), ([3], 1), ([4], 0), ([5], 0), ([6], 2), ([1, 1], 0), ([1, 3], 0), ([2, 1], 1), ([2, 2], 0),
    ([3, 2], 0), ([4, 3], 0), ([2, 1, 2], 0), ([1, 1, 2], 2), ([3, 1, 1], 2),
]  # fmt: skip
IDS = [f"{'+'.join(map(str, groups))} and {extra}" for groups, extra in TYPES]
Values = list[Fraction]


def at(
    activation: Activation, groups: list[int], extra: int, values: Values, radius: Fraction | int = 0
) -> SymmetricLoss:
    numbers = [Interval.of(value, BITS, Fraction(radius)) for value in values]
    return SymmetricLoss(
        activation, groups, extra, numbers, partial(Interval.of, bits=BITS), activation.factor(BITS), CLOCK
    )


def dense(groups: list[int], extra: int, entries: dict[tuple[int, int], Fraction]) -> list[list[Fraction]]:
    """The student whose rows of class a have the entry (a, b) in the columns of group b, but (a, OWN) at their own."""
    group = [a for a, size in enumerate(groups) for _ in range(size)]
    classes = [*group, *range(len(groups), len(groups) + extra)]
    k = len(group)
    return [
        [entries.get((a, OWN) if i == j and i < k else (a, group[j]), Fraction(0)) for j in range(k)]
        for i, a in enumerate(classes)
    ]


def some(groups: list[int], extra: int, seed: int = 5) -> Values:
    """Values of no special kind: no two neurons are parallel."""
    random = np.random.default_rng(seed)
    return [Fraction(int(value), 64) for value in random.integers(-90, 90, len(orbits(groups, extra)))]


def student(groups: list[int], extra: int, values: Values) -> list[list[Fraction]]:
    return dense(groups, extra, dict(zip(orbits(groups, extra), values, strict=True)))


def landscape(activation: Activation, k: int, n: int, new: int = 0) -> Landscape:
    return Landscape(activation, [[Fraction(i == j) for j in range(k + new)] for i in range(k)], True, n)


def direction(part: Component, groups: list[int], extra: int, which: int, new: int = 0) -> list[Fraction]:
    """A component's direction as a vector of all entries, row by row, from its partition's own blocks."""
    blocks = [size for size in part.partition.sizes if isinstance(size, int)][: len(part.partition.group)]
    k, n, step = sum(groups), sum(groups) + extra, part.directions[which]
    block = [b for b, size in enumerate(blocks) for _ in range(size)]
    rows = [*block, *range(len(blocks), len(blocks) + extra)]
    full = []
    for i in range(n):
        columns = [step.get((rows[i], OWN if i == j else block[j]), 0) for j in range(k)]
        full += [Fraction(x) for x in columns] + [Fraction(step.get((rows[i], part.partition.new), 0))] * new
    return full


def close(x: Interval, y: Interval, factor: int = 1) -> bool:
    slack = 1 << (BITS - 70)
    return x.lo - slack <= factor * y.hi and factor * y.lo <= x.hi + slack


@pytest.mark.parametrize("activation", sampled(ACTIVATIONS, every=2), ids=lambda activation: activation.name)
@pytest.mark.parametrize(("groups", "extra"), TYPES, ids=IDS)
def test_value_gradient_and_blocks_are_those_of_the_dense_loss(
    activation: Activation, groups: list[int], extra: int
) -> None:
    """Twice the dense form on each pair of directions of each component; with a new coordinate for M."""
    values = some(groups, extra)
    k, n = sum(groups), sum(groups) + extra
    loss = at(activation, groups, extra, values)
    for new, parts in ((0, components(groups, extra)), (1, new_components(groups, extra))):
        W = [
            [Interval.of(x, BITS) for x in row] + [Interval.of(0, BITS)] * new for row in student(groups, extra, values)
        ]
        whole = Loss(landscape(activation, k, n, new), W, BITS, 2, CLOCK)
        assert close(loss.value(), whole.value(), 2)
        H, gradient = whole.hessian(), whole.gradient()
        for part in parts:
            found = loss.derivatives(part.partition, part.directions)
            vectors = [direction(part, groups, extra, which, new) for which in range(len(part.directions))]
            for a, x in enumerate(vectors):
                x_sum = [(int(c), i) for i, c in enumerate(x) if c]
                slopes = [c * gradient[i] for c, i in x_sum]
                assert close(found.first[a], sum(slopes[1:], slopes[0]), 2)
                for b, y in enumerate(vectors):
                    terms = [c * int(y[j]) * H[i][j] for c, i in x_sum for j in range(len(y)) if y[j]]
                    assert close(found.second[a][b], sum(terms[1:], terms[0]), 2)
                    assert close(found.norm[a][b], Interval.of(sum(p * q for p, q in zip(x, y, strict=True)), BITS), 2)


@pytest.mark.parametrize(("groups", "extra"), TYPES, ids=IDS)
def test_the_blocks_have_the_whole_spectrum(groups: list[int], extra: int) -> None:
    """With the multiplicities; so the components are all, and none is taken twice."""
    values, activation = some(groups, extra), RELU
    k, n = sum(groups), sum(groups) + extra
    W = [[Interval.of(x, BITS) for x in row] for row in student(groups, extra, values)]
    H = Loss(landscape(activation, k, n), W, BITS, 2, CLOCK).hessian()
    expected = np.linalg.eigvalsh(np.array([[(x.lo + x.hi) / 2 ** (BITS + 1) for x in row] for row in H]))
    loss, found = at(activation, groups, extra, values), []
    for part in components(groups, extra):
        block = loss.derivatives(part.partition, part.directions)
        B, N = (
            np.array([[(x.lo + x.hi) / 2 ** (BITS + 1) for x in row] for row in m]) for m in (block.second, block.norm)
        )
        found += list(np.linalg.eigvals(np.linalg.solve(N, B)).real) * multiplicity(part.name, groups)
    assert len(found) == n * k
    assert np.allclose(sorted(found), expected, atol=1e-9)


@settings(max_examples=examples(20), deadline=None)
@given(
    st.sampled_from(TYPES),
    st.sampled_from(ACTIVATIONS),
    st.fractions(0, Fraction(1, 64), max_denominator=4096),
    st.data(),
)
def test_a_box_encloses_each_of_its_points(
    type_: tuple[list[int], int], activation: Activation, radius: Fraction, data: st.DataObject
) -> None:
    groups, extra = type_
    values = some(groups, extra, data.draw(st.integers(0, 99)))
    inside = [value + radius * data.draw(st.fractions(-1, 1, max_denominator=8)) for value in values]
    try:
        box, point = at(activation, groups, extra, values, radius), at(activation, groups, extra, inside)
        part = data.draw(st.sampled_from(components(groups, extra) + new_components(groups, extra)))
        wide, narrow = (loss.derivatives(part.partition, part.directions) for loss in (box, point))
    except Open:
        assert activation != Erf()  # a neuron may vanish
        return
    pairs = [(box.value(), point.value()), *zip(wide.first, narrow.first, strict=True)]
    for rows in zip(wide.second, narrow.second, strict=True):
        pairs += zip(*rows, strict=True)
    assert all(x.lo - 9 <= y.hi and y.lo <= x.hi + 9 for x, y in pairs)


@pytest.mark.parametrize("sign", [1, -1])
def test_parallel_neurons(sign: int) -> None:
    """At a student whose neurons are multiples of its teacher neurons: the limits, which the enclosures contain."""
    groups, values = [3, 2], [Fraction(sign), 0, 0, 0, Fraction(sign), 0]
    values = [Fraction(value) for value in values]
    loss = at(RELU, groups, 0, values, Fraction(1, 2**60))
    W = [[Interval.of(x, BITS) for x in row] for row in student(groups, 0, values)]
    H = Loss(landscape(RELU, 5, 5), W, BITS, 2, CLOCK).hessian()
    for part in components(groups, 0):
        found = loss.derivatives(part.partition, part.directions)
        vectors = [direction(part, groups, 0, which) for which in range(len(part.directions))]
        for a, x in enumerate(vectors):
            for b, y in enumerate(vectors):
                terms = [int(p * q) * H[i][j] for i, p in enumerate(x) if p for j, q in enumerate(y) if q]
                assert close(found.second[a][b], sum(terms[1:], terms[0]), 2)
                assert found.second[a][b].hi - found.second[a][b].lo < 1 << (BITS - 24)


def test_components_have_the_numbers_of_the_specification() -> None:
    for groups, extra in TYPES:
        m = len(groups)
        for part in components(groups, extra):
            kind, *places = part.name.split()
            p = groups[int(places[0])] if places else 0
            sizes = {"trivial": len(orbits(groups, extra)), "standard": 2 * m + 1 + extra - (p == 2), "pair": 2}
            assert len(part.directions) == sizes.get(kind, 1)
            assert multiplicity(part.name, groups) >= 1
        assert sum(len(c.directions) * multiplicity(c.name, groups) for c in new_components(groups, extra)) == (
            sum(groups) + extra
        )


def test_a_pencil_keeps_the_signs() -> None:
    """Rows are scaled by powers of 2; an eigenvalue of the pencil between two shifts is between them still."""
    values = some([4, 3], 0)
    loss = at(RELU, [4, 3], 0, values)
    for part in components([4, 3], 0):
        block = loss.derivatives(part.partition, part.directions)
        for shift in (Fraction(-1), Fraction(0), Fraction(1, 3)):
            B, N, scaled = (
                np.array([[float(Fraction(x.lo, 2**BITS)) for x in row] for row in m])
                for m in (block.second, block.norm, pencil(block.second, block.norm, shift))
            )
            signs = [Counter(np.sign(np.linalg.eigvalsh(m)).tolist()) for m in (B - float(shift) * N, scaled)]
            assert signs[0] == signs[1]


POINT = CORPUS / "valid" / "symmetric-two-groups.json"


@pytest.mark.parametrize(
    ("change", "outcome", "why"),
    [
        ({"bound": Fraction(1)}, Refuted, "the Hessian"),
        ({"value": (Fraction(1), Fraction(2))}, Refuted, "the loss"),
        ({"radius": Fraction(1, 2**400)}, Refuted, "Krawczyk"),
        ({"radius": Fraction(1, 8)}, Open, "not proved"),
        ({"blocks": {}}, Refuted, "component"),
    ],
)
def test_each_hypothesis_is_needed(change: dict[str, object], outcome: type[Exception], why: str) -> None:
    claim = read(POINT.read_bytes()).claim
    point = next(point for point in claim.points if point.claimed != "saddle")  # type: ignore[union-attr]
    point.prove(RELU, 128, CLOCK)
    for name, value in change.items():
        object.__setattr__(point, name, value)
    with pytest.raises(outcome, match=why):
        point.prove(RELU, 128, CLOCK)


def test_the_blocks_of_m_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """For leaky ReLU they follow from the Hessian's; they are proved nevertheless, as erf needs them."""
    claim = read(POINT.read_bytes()).claim
    point = next(point for point in claim.points if point.claimed != "saddle" and point.lifted)  # type: ignore[union-attr]
    real = SymmetricLoss.derivatives

    def turned(self: SymmetricLoss, partition: Partition, directions: list[Direction], order: int = 2) -> Derivatives:
        found = real(self, partition, directions, order)
        has_new = len(partition.sizes) > partition.new
        return replace(found, second=[[-entry for entry in row] for row in found.second]) if has_new else found

    monkeypatch.setattr(SymmetricLoss, "derivatives", turned)
    with pytest.raises(Refuted, match="new coordinate"):
        point.prove(RELU, 128, CLOCK)
