"""The second checker's features and their ranks: in intervals as in rational numbers, by three eliminations."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples
from verify.independent.intervals import Interval, ends
from verify.independent.kinds.network_features import monotone, never_flat
from verify.independent.networks.activations import Activation
from verify.independent.networks.feature_layers import FeatureLayer, Parameters
from verify.independent.networks.features import enclosures, outputs
from verify.independent.networks.ranks import enclosed_rank, exact_rank, integers, prove_rank, rank_at_least
from verify.independent.outcomes import Clock, Open, Refuted

CLOCK = Clock(float("inf"))
BITS = 128
RELU, SQUARE = (
    Activation("lines", (Fraction(0), Fraction(1))),
    Activation("polynomial", (Fraction(0),) * 2 + (Fraction(1),)),
)
ENTRIES = st.integers(-3, 3).map(lambda x: Fraction(x, 2))
SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 5))
MATRICES = SHAPES.flatmap(
    lambda s: st.lists(st.lists(ENTRIES, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0])
)


def of(rows: list[list[Fraction]], radius: Fraction = Fraction(0)) -> list[list[Interval]]:
    return [[Interval.of(x, BITS, radius) for x in row] for row in rows]


@settings(max_examples=examples(100), deadline=None)
@given(MATRICES)
def test_each_elimination_finds_the_rank(rows: list[list[Fraction]]) -> None:
    rank = sympy.Matrix(rows).rank()
    assert rank_at_least(rows, CLOCK) == exact_rank(integers(rows), CLOCK) == rank
    assert enclosed_rank(of(rows), CLOCK) <= rank
    prove_rank("the rows", rows, rank, CLOCK)
    with pytest.raises(Refuted, match="the rows have rank"):
        prove_rank("the rows", rows, rank + 1, CLOCK)


@settings(max_examples=examples(100), deadline=None)
@given(MATRICES, st.sampled_from([Fraction(1, 1000), Fraction(1, 8), Fraction(1, 2)]))
def test_the_rank_in_intervals_is_that_of_no_matrix_in_them_too_large(
    rows: list[list[Fraction]], radius: Fraction
) -> None:
    """The matrix of midpoints is moved to where the intervals reach, and is within them."""
    moved = [[x + radius * (-1) ** (i + j) for j, x in enumerate(row)] for i, row in enumerate(rows)]
    assert enclosed_rank(of(moved, radius), CLOCK) <= sympy.Matrix(rows).rank()


def test_the_rank_in_intervals_is_found_where_it_is_full() -> None:
    rows = [[Fraction(1, 3) ** (i * j) for j in range(6)] for i in range(6)]
    assert enclosed_rank(of(rows), CLOCK) == 6
    assert enclosed_rank(of([*rows, rows[0]]), CLOCK) == 6
    assert enclosed_rank(of([[Fraction(1), Fraction(2)]], Fraction(2)), CLOCK) == 0


def pooled(activation: Activation) -> list[FeatureLayer]:
    """Two patches of two positions each and two filters, the larger of the patches, and one unit of both channels."""
    one = Activation("lines", (Fraction(1), Fraction(1)))
    return [
        FeatureLayer("convolution", activation, (3, 1), (2, 2), [[0, 1], [1, 2]], "shared", (0,)),
        FeatureLayer("max-pool", one, (2, 2), (1, 2), [[0, 1]], "none", (1,)),
        FeatureLayer("fully-connected", SQUARE, (1, 2), (1, 1), [[0]], "per-unit", (2,)),
    ]


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(ENTRIES, min_size=12, max_size=12), st.sampled_from([RELU, SQUARE]))
def test_enclosed_features_hold_the_exact_ones(x: list[Fraction], activation: Activation) -> None:
    point = [Parameters([x[:2], x[2:4]], x[4:6]), Parameters([x[6:8]], x[8:9])]
    exact, boxes = (
        outputs(pooled(activation), [x[9:]], point, CLOCK, strict=False),
        enclosures(pooled(activation), [x[9:]], point, BITS, CLOCK, strict=False),
    )
    for rows, enclosed in zip(exact, boxes, strict=True):
        for value, box in zip(rows[0], enclosed[0], strict=True):
            low, high = ends(box)
            assert low <= value <= high
            assert high - low < Fraction(1, 2**100)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [(["0", "1", "2"], "off its kink"), (["1", "1", "1"], "attained once"), (["1", "2", "3"], "")],
)
def test_kinks_and_ties_are_open_in_intervals(inputs: list[str], reason: str) -> None:
    one, zero = Fraction(1), Fraction(0)
    point = [Parameters([[one, zero], [one, one]], [zero, zero]), Parameters([[one, one]], [zero])]
    row = [Fraction(x) for x in inputs]
    if not reason:
        assert enclosures(pooled(RELU), [row], point, BITS, CLOCK, strict=True)[0][0][0].lo > 0
        return
    with pytest.raises(Open, match=reason):
        enclosures(pooled(RELU), [row], point, BITS, CLOCK, strict=True)


@pytest.mark.parametrize(
    ("numbers", "flat", "rising"),
    [
        ("0 1 1", True, False),
        ("0 0 0 1", True, None),
        ("0 1 0 1", None, None),
        ("2 3 0", False, True),
        ("1", True, False),
    ],
)
def test_derivatives_of_polynomials(numbers: str, flat: bool | None, rising: bool | None) -> None:
    """None: the answer is open."""
    activation = Activation("polynomial", tuple(Fraction(x) for x in numbers.split()))
    for question, answer in ((never_flat, None if flat is None else not flat), (monotone, rising)):
        if answer is None:
            with pytest.raises(Open, match="higher degree"):
                question(activation)
        else:
            assert question(activation) is answer
