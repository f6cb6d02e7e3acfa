"""Copies of one point are one point; different points stay apart."""

import numpy as np
import pytest

from verify.producer.search.merge import TOLERANCE, Collection, find_permutation
from verify.producer.search.starts import ansatz


def shuffled(W, rng, coordinates=True):
    rows = rng.permutation(W.shape[0])
    columns = rng.permutation(W.shape[1]) if coordinates else np.arange(W.shape[1])
    return W[rows][:, columns]


RNG = np.random.default_rng(5)
POINTS = {
    "no symmetry": RNG.standard_normal((6, 5)),
    "more coordinates than neurons": RNG.standard_normal((3, 7)),
    "type II": ansatz(9, 1),
    "two special neurons": ansatz(9, 2),
    "type A": ansatz(9, 9),
    "one neuron more": np.vstack([ansatz(9, 1), RNG.standard_normal(9)]),
    "every row and column holds the same numbers": np.array([np.roll(np.arange(7.0), i) for i in range(7)]),
}


@pytest.mark.parametrize("W", POINTS.values(), ids=POINTS.keys())
def test_a_shuffled_copy_is_recognised(W):
    rng = np.random.default_rng(0)
    for _ in range(20):
        copy = shuffled(W, rng) + rng.uniform(-TOLERANCE / 4, TOLERANCE / 4, W.shape)
        found = find_permutation(W, copy, permute_coordinates=True)
        assert found is not None
        rows, columns = found
        assert sorted(rows) == list(range(W.shape[0]))
        assert sorted(columns) == list(range(W.shape[1]))
        assert np.abs(W[rows][:, columns] - copy).max() <= TOLERANCE


@pytest.mark.parametrize("W", POINTS.values(), ids=POINTS.keys())
def test_a_changed_entry_is_noticed(W):
    copy = shuffled(W, np.random.default_rng(1))
    copy[0, 0] += 3 * TOLERANCE
    assert find_permutation(W, copy, permute_coordinates=True) is None


def test_equal_numbers_in_another_arrangement_are_not_a_copy():
    """Rows and columns hold the same numbers, and no permutation matches: one 6-cycle against two 3-cycles."""
    step = np.eye(6)[[1, 2, 3, 4, 5, 0]]
    two = np.eye(6)[[1, 2, 0, 4, 5, 3]]
    assert find_permutation(np.eye(6) * 2 + step, np.eye(6) * 2 + two, permute_coordinates=True) is None


def test_coordinates_of_a_general_teacher_are_not_exchanged():
    rng = np.random.default_rng(2)
    W = rng.standard_normal((4, 5))
    assert find_permutation(W, shuffled(W, rng, coordinates=False), permute_coordinates=False) is not None
    moved = W[:, [1, 0, 2, 3, 4]]
    assert find_permutation(W, moved, permute_coordinates=False) is None
    assert find_permutation(W, moved, permute_coordinates=True) is not None


class TestCollection:
    def test_counts_runs_and_names_starts(self):
        rng = np.random.default_rng(3)
        W = ansatz(8, 1)
        collection = Collection(permute_coordinates=True)
        collection.add(W, 0.5, "symmetric ansatz")
        for run in (4, 2, 9):
            collection.add(shuffled(W, rng), 0.5, "random", run)
        (group,) = collection.groups
        assert (group.count, group.starts) == (3, ["symmetric ansatz", "random"])
        assert group.student is W  # the directed start's copy is the tidy one

    def test_keeps_apart_what_differs_in_the_loss_only(self):
        collection = Collection(permute_coordinates=True)
        collection.add(ansatz(8, 1), 0.5, "random", 0)
        collection.add(ansatz(8, 1), 0.5 + 1e-6, "random", 1)
        assert len(collection.groups) == 2

    def test_the_lowest_run_stands_for_all_in_whatever_order_they_finish(self):
        rng = np.random.default_rng(4)
        copies = [shuffled(ansatz(8, 1), rng) for _ in range(5)]
        for order in ([0, 1, 2, 3, 4], [3, 1, 4, 0, 2]):
            collection = Collection(permute_coordinates=True)
            for run in order:
                collection.add(copies[run], 0.5, "random", run)
            assert collection.groups[0].student is copies[0]
