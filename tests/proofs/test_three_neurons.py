"""The attempt at three neurons (`benchmarks/three_neurons.py`): its bounds hold, and it leaves no minimum out."""

from __future__ import annotations

import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import three_neuron_points as points  # noqa: E402
import three_neuron_tests as boxes_of  # noqa: E402
import three_neurons  # noqa: E402
from taylor_models import COLUMN, ROW, Model  # noqa: E402

COUNT = 60


def at(model: Model, place: Any) -> Any:
    """The polynomial's value at places (6, boxes)."""
    wide = place.reshape(6, *[1] * (model.center.ndim - 1), -1)
    linear = (model.slopes * wide).sum(axis=0)
    return model.center + linear + (model.bends * wide[ROW] * wide[COLUMN]).sum(axis=0)


def some_boxes(seed: int, size: float) -> boxes_of.Boxes:
    random = np.random.default_rng(seed)
    half = size * random.uniform(0.2, 1, (6, COUNT))
    middle = random.uniform(-1, 1, (6, COUNT)) * (1 - half)
    return boxes_of.Boxes(random.integers(0, 6, (3, COUNT)), middle, half)


@pytest.mark.parametrize("size", [0.5, 0.1, 0.01])
def test_models_enclose_the_equations(size: float) -> None:
    boxes = some_boxes(1, size)
    whole = boxes_of.Equations(boxes)
    random = np.random.default_rng(2)
    for _ in range(5):
        place = random.uniform(-1, 1, (6, COUNT))
        inner = boxes_of.Boxes(boxes.faces, boxes.middle + place * boxes.half, np.full((6, COUNT), 1e-14))
        there = boxes_of.Equations(inner)
        for name in ("left", "right_side", "sines"):
            model, exact = getattr(whole, name), getattr(there, name)
            assert (np.abs(at(model, place) - exact.center) <= model.error + exact.spread + 1e-9).all()
            low, high = model.bounds()
            assert ((low - 1e-9 <= exact.center) & (exact.center <= high + 1e-9)).all()


def chart(direction: Any) -> tuple[int, float, float]:
    """The face of a direction, and its two unknowns."""
    axis = int(np.argmax(np.abs(direction)))
    point = direction / abs(direction[axis])
    return 2 * axis + int(direction[axis] < 0), point[(axis + 1) % 3], point[(axis + 2) % 3]


def around(core: Any, random: Any, count: int) -> boxes_of.Boxes:
    """Boxes of many sizes with a critical point inside, its students in any order."""
    faces, middles, halves = [], [], []
    for _ in range(count):
        charts = [chart(core[i]) for i in random.permutation(3)]
        half = np.exp(random.uniform(np.log(1e-4), np.log(0.5))) * random.uniform(0.2, 1, 6)
        faces.append([face for face, *_ in charts])
        middles.append(np.array([x for _, *xs in charts for x in xs]) + 0.99 * half * random.uniform(-1, 1, 6))
        halves.append(half)
    return boxes_of.Boxes(np.array(faces).T, np.array(middles).T, np.array(halves).T)


@pytest.mark.parametrize("number", [0, 1])
def test_no_box_around_a_critical_point_with_m_positive_is_left_out(number: int) -> None:
    """The teacher, and the saddle with M > 0: but for boxes whose images under permutations are elsewhere."""
    boxes = around(points.CORES[number], np.random.default_rng(3), 400)
    codes, _ = boxes_of.judged(boxes)
    assert set(codes) <= {-1, boxes_of.ORDER}
    assert (codes == -1).sum() > 100


def test_each_triple_of_directions_has_an_image_in_a_root_that_is_in_order() -> None:
    random = np.random.default_rng(4)
    roots = {tuple(map(int, faces)) for faces in three_neurons.roots().faces.T}
    for _ in range(200):
        directions = random.normal(size=(3, 3))
        images = [
            [chart(directions[i][list(axes)]) for i in students]
            for axes in permutations(range(3))
            for students in permutations(range(3))
        ]
        images = [image for image in images if tuple(face for face, *_ in image) in roots]
        faces = np.array([[face for face, *_ in image] for image in images]).T
        middle = np.array([[x for _, *xs in image for x in xs] for image in images]).T
        there = boxes_of.Boxes(faces, middle, np.full(middle.shape, 1e-9))
        assert not np.any([*boxes_of._out_of_order(there)], axis=0).all()


def test_a_sample_ends_and_counts_its_boxes() -> None:
    table = three_neurons.sampled(40, 1)
    assert table[0, -1] == len(three_neurons.roots())
    for depth in range(1, len(table)):  # each box is left out, or cut into two
        assert table[depth].sum() == pytest.approx(2 * table[depth - 1, -1])
