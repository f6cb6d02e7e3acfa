"""What a search finds, and that it finds it again."""

import numpy as np
import pytest

from tests.campaigns import campaign
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search import search
from verify.producer.search.merge import find_permutation


def minima(result):
    return [
        candidate
        for candidate in result.candidates
        if candidate.smallest_eigenvalue > 0
        and np.linalg.eigvalsh(result.landscape.input_dimension_matrix(candidate.student))[0] > 0
    ]


def same(a, b):
    """The same result, up to what the order of floating-point operations can change."""
    assert (a.runs, a.global_runs, a.unfinished) == (b.runs, b.global_runs, b.unfinished)
    assert [(c.count, c.starts) for c in a.candidates] == [(c.count, c.starts) for c in b.candidates]
    np.testing.assert_allclose(a.students, b.students, rtol=0, atol=1e-9)


@pytest.fixture(scope="module")
def eight():
    return search(ReLUTeacherStudent.orthonormal(8), 8, runs=60, seed=1)


class TestRandomRuns:
    def test_are_reproducible_from_the_seed(self, eight):
        again = search(eight.landscape, 8, runs=60, seed=1)
        assert np.array_equal(again.students, eight.students)
        same(again, eight)

    def test_do_not_depend_on_the_batch(self, eight):
        same(search(eight.landscape, 8, runs=60, seed=1, batch=13), eight)

    def test_depend_on_the_seed(self):
        nine = ReLUTeacherStudent.orthonormal(9)
        first, second = (search(nine, 9, runs=10, seed=seed, directed=False) for seed in (1, 2))
        assert first.students.shape != second.students.shape or not np.allclose(first.students, second.students)

    def test_begin_alike_whatever_their_number(self):
        nine = ReLUTeacherStudent.orthonormal(9)
        few, more = (search(nine, 9, runs=runs, directed=False) for runs in (10, 20))
        (minimum,) = few.candidates
        (again,) = [candidate for candidate in more.candidates if abs(candidate.loss - minimum.loss) < 1e-9]
        np.testing.assert_allclose(again.student, minimum.student, rtol=0, atol=1e-9)

    def test_are_all_accounted_for(self, eight):
        assert sum(candidate.count for candidate in eight.candidates) + eight.global_runs + eight.unfinished == 60
        assert eight.unfinished == 0

    def test_that_do_not_finish_are_reported(self):
        result = search(ReLUTeacherStudent.orthonormal(8), 8, runs=6, step_limit=100)
        assert result.unfinished == 6
        assert result.global_runs == 0
        assert "symmetric ansatz" in result.unfinished_starts

    def test_end_at_bad_minima_about_as_often_as_in_the_paper(self):
        """Safran & Shamir 2018, n = k = 10: 34.6 percent of 1000 runs; three standard deviations of 120 runs are 13."""
        result = search(ReLUTeacherStudent.orthonormal(10), 10, runs=120, directed=False)
        assert result.unfinished == 0
        assert 0.216 < 1 - result.global_runs / 120 < 0.476


class TestCandidates:
    def test_are_sorted_and_critical(self, eight):
        losses = [candidate.loss for candidate in eight.candidates]
        assert losses == sorted(losses)
        assert losses[0] > 1e-3
        assert all(candidate.gradient_norm < 5e-15 for candidate in eight.candidates)

    def test_are_pairwise_different(self, eight):
        for i, a in enumerate(eight.students):
            for b in eight.students[:i]:
                assert find_permutation(a, b, permute_coordinates=True) is None

    def test_merge_random_and_directed_ends_at_one_point(self, eight):
        best = eight.candidates[0]
        assert best.loss == pytest.approx(0.02150803717, abs=1e-10)
        assert best.starts == ("growth from (7, 7)", "random", "symmetric ansatz")
        assert best.count > 1

    def test_two_minima_at_nine_stay_two(self):
        result = search(ReLUTeacherStudent.orthonormal(9), 9, runs=0)
        assert [round(c.loss, 5) for c in minima(result)][:2] == [0.02001, 0.03749]

    def test_include_saddles(self):
        """Type II at k = 5 is a saddle (Arjevani & Field 2020); nothing is a minimum there."""
        result = search(ReLUTeacherStudent.orthonormal(5), 5, runs=0)
        (saddle,) = [c for c in result.candidates if abs(c.loss - 0.0269704695) < 1e-9]
        assert saddle.smallest_eigenvalue == pytest.approx(-0.0077015, abs=1e-7)
        assert minima(result) == []


class TestDirectedStarts:
    @pytest.mark.parametrize("k", [6, 8, pytest.param(7, marks=campaign), 12, pytest.param(20, marks=campaign)])
    def test_find_the_type_ii_minimum(self, k):
        result = search(ReLUTeacherStudent.orthonormal(k), k, runs=0)
        best = minima(result)[0]
        W = best.student
        assert "symmetric ansatz" in best.starts
        assert best.count == 0
        assert W[-1, -1] < -0.5
        np.testing.assert_allclose(W[:-1, :-1], W[0, 1] + (W[0, 0] - W[0, 1]) * np.eye(k - 1), rtol=0, atol=1e-12)

    def test_find_the_published_values_at_six(self):
        result = search(ReLUTeacherStudent.orthonormal(6), 6, runs=0)
        W = minima(result)[0].student
        found = [W[0, 0], W[0, 1], W[0, -1], W[-1, 0], W[-1, -1]]
        published = [0.98670381888858, -0.050413403216809, 0.30801099147907, 0.22451580759948, -0.60151192356109]
        np.testing.assert_allclose(found, published, rtol=0, atol=1e-13)

    @pytest.mark.parametrize(("k", "loss"), [(8, 0.0205607918), pytest.param(19, 0.0111799359, marks=campaign)])
    def test_find_minima_with_one_neuron_more(self, k, loss):
        result = search(ReLUTeacherStudent.orthonormal(k), k + 1, runs=0)
        best = minima(result)[0]
        assert best.loss == pytest.approx(loss, abs=1e-9)
        assert best.starts == (f"growth from ({k - 1}, {k})", f"split from ({k}, {k})")

    def test_find_a_minimum_with_two_neurons_more(self):
        (best,) = minima(search(ReLUTeacherStudent.orthonormal(12), 14, runs=0))
        assert best.loss == pytest.approx(0.0291536631, abs=1e-9)
        assert best.smallest_eigenvalue == pytest.approx(0.00196, abs=1e-5)

    def test_can_be_left_out(self):
        result = search(ReLUTeacherStudent.orthonormal(8), 8, runs=3, directed=False)
        assert all(candidate.starts == ("random",) for candidate in result.candidates)

    @pytest.mark.parametrize("n", [1, 3, 9])
    def test_there_are_none_for_too_few_or_too_many_neurons(self, n):
        assert search(ReLUTeacherStudent.orthonormal(4), n, runs=0).candidates == ()

    def test_there_are_none_for_a_general_teacher(self):
        result = search(ReLUTeacherStudent([[1, 0, 0], [1, 1, 0]]), 1, runs=8)
        (best,) = result.candidates  # one neuron for two has one minimum, in the teachers' plane
        assert (best.count, best.starts) == (8, ("random",))
        assert abs(best.student[0, 2]) < 1e-15


def test_progress_is_reported_as_runs_end():
    calls = []
    result = search(ReLUTeacherStudent.orthonormal(6), 6, runs=5, progress=lambda *call: calls.append(call))
    rounds = [call for call in calls if call[0].startswith("random runs")]
    assert rounds[-1] == (f"random runs, {len(result.candidates)} end points", 5, 5)
    assert [done for _, done, _ in rounds] == sorted(done for _, done, _ in rounds)
    directed = [call for call in calls if call[0] == "directed starts for (6, 6)"]
    assert directed[-1][1] == directed[-1][2] == len(directed)


@pytest.mark.parametrize(
    "arguments", [{"neurons": 0, "runs": 1}, {"neurons": 3, "runs": -1}, {"neurons": 3, "runs": 1, "seed": -1},
                  {"neurons": 3, "runs": 1, "seed": 2**63}, {"neurons": 3, "runs": 1, "batch": 0}],
)  # fmt: skip
def test_senseless_arguments_are_refused(arguments):
    with pytest.raises(ValueError, match="needs"):
        search(ReLUTeacherStudent.orthonormal(3), **arguments)
