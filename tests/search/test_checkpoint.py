"""A search goes on from its checkpoint as if it had never stopped; a damaged one is refused, and left alone."""

import numpy as np
import pytest

from tests.search.test_search import same
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search import search
from verify.producer.search.descent import PAPER

NINE = ReLUTeacherStudent.orthonormal(9)
RUNS = 30


def searched(path=None, seconds=None, **changes):
    options = {"runs": RUNS, "seed": 5, "directed": False, "batch": 8, **changes}
    return search(NINE, 9, checkpoint=path, seconds=seconds, **options)


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "nine.checkpoint.npz"
    partial = searched(target, seconds=0)
    assert partial.under_way == 8
    return target


def test_stopped_again_and_again_it_ends_as_if_it_had_not_been(tmp_path):
    target, stops = tmp_path / "nine.checkpoint.npz", 0
    found = searched(target, seconds=0)
    while found.under_way:
        stops += 1
        assert found.runs == found.global_runs + found.under_way + sum(c.count for c in found.candidates)
        found = searched(target, seconds=0)
    assert stops > 5
    whole = searched()
    same(found, whole)
    assert np.array_equal(found.students, whole.students)


def test_directed_starts_are_kept(tmp_path):
    target = tmp_path / "nine.checkpoint.npz"
    first = searched(target, seconds=0, directed=True)
    assert first.candidates
    same(searched(target, directed=True), searched(directed=True))


def test_a_finished_one_gives_its_result_at_once_and_more_runs_go_on(tmp_path):
    target = tmp_path / "nine.checkpoint.npz"
    whole = searched(target)
    same(searched(target), whole)
    same(searched(target, runs=RUNS + 10), searched(runs=RUNS + 10))


def refused(path, *words, **changes):
    before = path.read_bytes()
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        searched(path, **changes)
    for word in (str(path), *words):
        assert word in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"seed": 6}, "seed"), ({"protocol": PAPER}, "protocol"), ({"directed": True}, "directed"),
     ({"step_limit": 70}, "step_limit"), ({"runs": 3}, "begun")],
)  # fmt: skip
def test_of_another_search(path, changes, field):
    refused(path, repr(field), **changes)


def test_truncated(path):
    path.write_bytes(path.read_bytes()[:-300])
    refused(path)


def test_not_one_at_all(path):
    path.write_text("something else")
    refused(path, "not an .npz file")


def test_a_flipped_byte(path):
    content = bytearray(path.read_bytes())
    content[content.index(b"points.npy") + 400] ^= 255
    path.write_bytes(content)
    refused(path, "points")


@pytest.mark.parametrize(
    ("field", "value"),
    [("format", "verify-search-2"), ("begun", 9), ("begun", None), ("counts", np.array([-1])), ("ages", np.zeros(7)),
     ("indices", np.zeros(8, dtype=np.int64)), ("indices", np.arange(23, 31)), ("points", np.full((8, 9, 9), np.nan))],
)  # fmt: skip
def test_a_wrong_field(path, field, value):
    with np.load(path) as archive:
        arrays = {**archive, field: value}
    with path.open("wb") as file:
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    refused(path, field)
