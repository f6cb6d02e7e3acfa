"""All teachers of a region at once: what docs/COVERS.md says of the searches by mean values."""

from __future__ import annotations

import numpy as np
import pytest

from tests.campaigns import campaign
from tests.proofs.exhaustive_mean_values import (
    SPURIOUS,
    Slopes,
    continued,
    g_at,
    no_spurious_minimum,
    one_spurious_minimum,
    search,
    teachers,
)
from tests.proofs.exhaustive_small_ratios import (
    HALF,
    SLICES,
    START,
    Scaled,
    interval,
    ratio_of_step,
    spurious_minima,
    value,
)


def test_the_ranges_hold_the_values_and_the_differences() -> None:
    generator, step = np.random.default_rng(1), 1e-6
    for _ in range(20):
        point = generator.uniform((-3, 0.3, 0.02), (3, 2.9, 0.5))
        reach = np.array([0.05, 0.05, 0.005]) * generator.uniform()
        center = Slopes(*(interval(each) for each in point))
        box = Slopes(*(interval(each - by, each + by) for each, by in zip(point, reach, strict=True)), center=center)
        inside = point + generator.uniform(-1, 1, 3) * reach
        for (low, high), each in zip(box.zero, g_at(inside[:2], inside[2]), strict=True):
            assert low[0] - 1e-9 < each < high[0] + 1e-9
        for side, column in enumerate(box.derivatives()):
            more, less = inside + step * np.eye(3)[side], inside - step * np.eye(3)[side]
            difference = (g_at(more[:2], more[2]) - g_at(less[:2], less[2])) / (2 * step)
            for (low, high), each in zip(column, difference, strict=True):
                assert low[0] - 1e-6 < each < high[0] + 1e-6


def test_the_ranges_with_the_ratio_divided_out_hold_the_values() -> None:
    generator, step = np.random.default_rng(2), 1e-5
    for _ in range(20):
        p, q, ratio = generator.uniform((1, 0.5, 1e-3), (1.3, 0.9, 1 / 64))
        here, point = Scaled(interval(p), interval(q), interval(ratio)), np.array([p, q])
        for (low, high), each in zip(here.zero, value(point, ratio), strict=True):
            assert low[0] - 1e-9 < each < high[0] + 1e-9
        for side, column in enumerate((here.in_p, here.in_q)):
            more, less = point + step * np.eye(2)[side], point - step * np.eye(2)[side]
            difference = (value(more, ratio) - value(less, ratio)) / (2 * step)
            for (low, high), each in zip(column, difference, strict=True):
                assert low[0] - 1e-5 < each < high[0] + 1e-5


@pytest.mark.parametrize("ratios", [(0.245, 0.25), (1 / 8, 0.1275), pytest.param((1 / 8, 1 / 4), marks=campaign)])
def test_no_minimum_but_the_teacher(ratios: tuple[float, float]) -> None:
    assert no_spurious_minimum(*ratios) > 512


@pytest.mark.parametrize(
    ("ratios", "angles"),
    [
        ((0.5, 1), (1.6, 1.7)),
        ((0.5, 1), (2.5, 2.6)),
        ((0.9, 1), (2, 2.1)),
        ((1 / 8, 0.18), (1.5, 1.6)),
        pytest.param((1 / 8, 1), (1.57, 1.58), marks=campaign),
        pytest.param((0.5, 1), (1, 2), marks=campaign),
        pytest.param((0.18, 0.5), (0.7, 0.8), marks=campaign),
    ],
)
def test_no_minimum_but_the_teacher_at_other_angles(ratios: tuple[float, float], angles: tuple[float, float]) -> None:
    left, _ = search(ratios, [teachers], 10_000_000, angles)
    assert not len(left)


def test_a_minimum_that_is_not_known_is_left() -> None:
    left, _ = search((1 / 16, 1 / 16), [teachers], 100_000)
    assert len(left)
    assert abs(left.mean(axis=2)[:, :2] - continued(SPURIOUS, 1 / 16)).max() < 1e-6
    left, _ = search((1 / 8, 1 / 8), [], 100_000)
    assert len(left)
    assert abs(left.mean(axis=2)[:, :2] - (0, np.pi / 2)).max() < 1e-6


@pytest.mark.parametrize("ratios", [(1 / 16 / 1.002, 1 / 16), pytest.param((1 / 64, 1 / 63), marks=campaign)])
def test_one_minimum_besides_the_teacher(ratios: tuple[float, float]) -> None:
    assert one_spurious_minimum(*ratios) > 512


def test_one_minimum_is_not_said_where_there_is_none() -> None:
    with pytest.raises(AssertionError):
        one_spurious_minimum(1 / 16, 1 / 8)


def test_a_spurious_minimum_down_to_the_ratio_0() -> None:
    """The slice that begins with 0, and the last one; all of them in the campaign."""
    assert spurious_minima(np.array([1 / 64 - 1e-4, 1 / 64])) < 1
    assert ratio_of_step(np.array([1.15480, 0.69377]), HALF, interval(0.0, SLICES[1])) < 1
    assert ratio_of_step(START + 2 * HALF, HALF, interval(1 / 64 - 1e-4, 1 / 64)) > 1


@campaign
def test_a_spurious_minimum_for_every_small_ratio() -> None:
    assert SLICES[0] == 0
    assert spurious_minima(SLICES) < 1
