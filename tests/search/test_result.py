"""A result survives its file; a file that is not whole, or not one, is refused by name."""

import numpy as np
import pytest

from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search import SearchResult, search


@pytest.fixture(scope="module")
def result():
    return search(ReLUTeacherStudent.orthonormal(8), 8, runs=30, seed=7)


@pytest.fixture
def path(result, tmp_path):
    target = tmp_path / "candidates.npz"
    result.save(target)
    return target


def tamper(path, **changes):
    """Write the file again with fields changed; None removes one."""
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays.update(changes)
    with path.open("wb") as file:
        np.savez(file, **{name: value for name, value in arrays.items() if value is not None})


def refused(path, *words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        SearchResult.load(path)
    for word in (str(path), *words):
        assert word in str(caught.value)


def stored(path, name):
    with np.load(path) as archive:
        return archive[name]


class TestRoundTrip:
    def test_everything_comes_back(self, result, path):
        back = SearchResult.load(path)
        assert np.array_equal(back.students, result.students)
        assert np.array_equal(back.landscape.teacher, result.landscape.teacher)
        assert (back.directed, back.protocol, back.backend) == (True, "fast", "numpy on cpu")
        for name in ("neurons", "runs", "seed", "global_runs", "unfinished", "under_way", "unfinished_starts"):
            assert getattr(back, name) == getattr(result, name)
        for a, b in zip(back.candidates, result.candidates, strict=True):
            assert (a.count, a.starts) == (b.count, b.starts)
            assert a.loss == pytest.approx(b.loss, abs=1e-14)
            assert a.smallest_eigenvalue == pytest.approx(b.smallest_eigenvalue, abs=1e-12)

    def test_the_file_is_a_plain_stack_of_points_to_others(self, result, path):
        with np.load(path, allow_pickle=False) as archive:
            assert archive["students"].shape == (len(result.candidates), 8, 8)
            assert all(archive[name].dtype != object for name in archive.files)
            assert "numpy" in str(archive["versions"])

    def test_no_candidates_is_a_result_too(self, tmp_path):
        empty = search(ReLUTeacherStudent.orthonormal(3), 4, runs=2, step_limit=50)
        empty.save(tmp_path / "empty.npz")
        back = SearchResult.load(tmp_path / "empty.npz")
        assert back.students.shape == (0, 4, 3)
        assert back.unfinished == 2
        assert back.unfinished_starts == empty.unfinished_starts

    def test_saving_replaces_the_file_and_leaves_nothing_else(self, result, path):
        path.write_text("old")
        result.save(path)
        assert SearchResult.load(path).runs == 30
        assert [entry.name for entry in path.parent.iterdir()] == ["candidates.npz"]

    def test_a_failed_save_leaves_the_old_file(self, result, path, monkeypatch):
        def full_disk(*_args, **_arrays):
            raise OSError("no space left on device")

        monkeypatch.setattr(np, "savez_compressed", full_disk)
        with pytest.raises(OSError, match="no space"):
            result.save(path)
        assert SearchResult.load(path).runs == 30
        assert [entry.name for entry in path.parent.iterdir()] == ["candidates.npz"]


class TestRefusal:
    def test_something_else(self, path):
        path.write_text("not an archive")
        refused(path, "not an .npz file")

    def test_an_empty_file(self, path):
        path.write_bytes(b"")
        refused(path, "not an .npz file")

    def test_a_single_array(self, path):
        with path.open("wb") as file:
            np.save(file, np.eye(3))
        refused(path, "single array")

    def test_a_truncated_file(self, path):
        path.write_bytes(path.read_bytes()[:-200])
        refused(path)

    def test_a_flipped_byte(self, path):
        content = bytearray(path.read_bytes())
        content[content.index(b"students.npy") + 300] ^= 255
        path.write_bytes(content)
        refused(path, "students")

    def test_a_file_that_is_not_there_is_no_value_error(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            SearchResult.load(tmp_path / "none.npz")

    @pytest.mark.parametrize(
        "field",
        ["format", "activation", "k", "teacher", "neurons", "runs", "seed", "directed", "protocol", "backend",
         "global_runs", "unfinished", "under_way", "students", "unfinished_starts", "losses", "gradient_norms",
         "smallest_eigenvalues", "counts", "start_names", "starts"],
    )  # fmt: skip
    def test_a_missing_field(self, path, field):
        tamper(path, **{field: None})
        refused(path, repr(field), "missing")

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("format", "verify-search-1", "is not"),
            ("activation", "erf", "is not"),
            ("k", 7, "shape"),
            ("k", -8, "negative"),
            ("k", 8.0, "float64"),
            ("teacher", np.zeros((8, 8)), "zero row"),
            ("teacher", np.full((8, 8), np.nan), "not finite"),
            ("neurons", 9, "shape"),
            ("runs", 31, "is not 30"),
            ("global_runs", 0, "is not"),
            ("seed", "seven", "<U5"),
            ("students", np.array([{}], dtype=object), "cannot be read"),
            ("start_names", np.array(["random"]), "shape"),
        ],
    )
    def test_a_wrong_field(self, path, field, value, words):
        tamper(path, **{field: value})
        refused(path, "field", words)

    def test_a_point_that_was_moved(self, path):
        students = stored(path, "students")
        students[0, 0, 0] += 1e-3
        tamper(path, students=students)
        refused(path, "is not what the students give")

    def test_a_zero_neuron(self, path):
        students = stored(path, "students")
        students[0, 0] = 0
        tamper(path, students=students)
        refused(path, "'students'", "zero neuron")

    @pytest.mark.parametrize("field", ["losses", "gradient_norms", "smallest_eigenvalues"])
    def test_a_number_that_was_changed(self, path, field):
        values = stored(path, field)
        values[-1] += 1e-6
        tamper(path, **{field: values})
        refused(path, repr(field), "is not what the students give")

    def test_another_order(self, path):
        fields = ("students", "losses", "gradient_norms", "smallest_eigenvalues", "counts", "starts")
        tamper(path, **{field: stored(path, field)[::-1] for field in fields})
        refused(path, "'losses'", "order")

    def test_counts_that_are_negative(self, path):
        counts = stored(path, "counts")
        counts[:2] += np.array([5, -5])
        tamper(path, counts=counts)
        refused(path, "'counts'", "negative")
