"""A descent goes down, ends where its start belongs, and says so when it does not end."""

import numpy as np
import pytest

from tests.campaigns import campaign
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search.backends import Backend
from verify.producer.search.descent import FAST, PAPER, Descent, Outcome, Protocol, descend
from verify.producer.search.polish import Newton
from verify.producer.search.starts import ansatz, random_start

EIGHT = ReLUTeacherStudent.orthonormal(8)


def random_starts(k, n, runs, seed=0):
    return [random_start(seed, run, n, k) for run in range(runs)]


def by_index(ends):
    return sorted(ends, key=lambda end: end.index)


def test_the_loss_falls_all_the_way():
    start = random_start(0, 3, 8, 8)
    losses = [float(EIGHT.value(start))]
    for limit in (50, 100, 150, 300, 600):
        (end,) = descend(EIGHT, [start], step_limit=limit)
        assert end.steps == limit
        losses.append(end.loss)
    assert losses == sorted(losses, reverse=True)


def test_a_critical_end_point_has_no_gradient_left_and_a_global_one_next_to_no_loss():
    ends = list(descend(EIGHT, random_starts(8, 8, 60)))
    critical = [end for end in ends if end.outcome is Outcome.CRITICAL]
    assert critical
    for end in critical:
        assert np.linalg.norm(EIGHT.gradient(end.student)) < 5e-15
        assert end.loss == EIGHT.value(end.student) > 1e-3
    assert all(end.loss < 1e-3 for end in ends if end.outcome is Outcome.GLOBAL)
    assert len(critical) < len(ends)


@campaign
def test_the_polish_only_shortens_the_descent():
    """Descending to the paper's stopping rule, without early polish, leads to the same points."""
    starts = random_starts(9, 9, 60)
    nine = ReLUTeacherStudent.orthonormal(9)
    early = by_index(descend(nine, starts, protocol=Protocol("polished", accelerate_below=0, polish_below=1e-3)))
    late = by_index(descend(nine, starts, protocol=PAPER))
    assert [end.outcome for end in early] == [end.outcome for end in late]
    critical = [(a, b) for a, b in zip(early, late, strict=True) if a.outcome is Outcome.CRITICAL]
    assert critical
    for a, b in critical:
        assert a.steps < b.steps
        np.testing.assert_allclose(a.student, b.student, rtol=0, atol=1e-9)


def test_momentum_shortens_it_five_times():
    starts = random_starts(9, 9, 60)
    nine = ReLUTeacherStudent.orthonormal(9)
    fast, plain = (list(descend(nine, starts, protocol=protocol)) for protocol in (FAST, PAPER))
    assert all(end.outcome is not Outcome.UNFINISHED for end in fast)
    assert 5 * sum(end.steps for end in fast) < sum(end.steps for end in plain)


def test_the_loss_never_rises_by_the_papers_protocol():
    """So a run below the loss that counts as global will stay there, and may stop."""
    seventeen = ReLUTeacherStudent.orthonormal(17)
    descent = Descent(seventeen, random_starts(17, 18, 8), protocol=PAPER, step_limit=3000)
    losses = {}
    for _ in descent.rounds():
        for run in descent.under_way():
            loss = float(seventeen.value(run.point))
            assert loss <= losses.get(run.index, np.inf)
            losses[run.index] = loss
    assert len(losses) == 8


def test_end_points_do_not_depend_on_the_batch():
    starts = random_starts(8, 8, 40)
    alone, together = (by_index(descend(EIGHT, starts, batch=batch)) for batch in (7, 40))
    assert [end.index for end in alone] == list(range(40))
    assert [(end.outcome, end.steps) for end in alone] == [(end.outcome, end.steps) for end in together]
    for a, b in zip(alone, together, strict=True):
        np.testing.assert_allclose(a.student, b.student, rtol=0, atol=1e-9)


def test_a_run_that_hits_the_step_limit_is_unfinished():
    ends = list(descend(EIGHT, random_starts(8, 8, 5), step_limit=50))
    assert [end.outcome for end in ends] == [Outcome.UNFINISHED] * 5


def test_a_zero_neuron_is_unfinished_and_does_not_disturb_its_neighbours():
    good, dead = random_starts(8, 8, 2)
    dead[0] = 0
    (alone,) = descend(EIGHT, [good])
    ends = by_index(descend(EIGHT, [dead, good]))
    assert ends[0].outcome is Outcome.UNFINISHED
    assert (ends[1].outcome, ends[1].steps) == (alone.outcome, alone.steps)
    np.testing.assert_allclose(ends[1].student, alone.student, rtol=0, atol=1e-9)


@pytest.mark.parametrize("n", [20, 60])
def test_no_run_diverges(n):
    """n large neurons all alike: the direction in which the loss is steepest."""
    two = ReLUTeacherStudent.orthonormal(2)
    start = np.full((n, 2), 100.0)
    start[:, 0] += np.linspace(0, 1, n)
    norms = [np.linalg.norm(start)]
    norms += [np.linalg.norm(next(iter(descend(two, [start], step_limit=limit))).student) for limit in (50, 100)]
    assert norms[2] <= norms[1] < norms[0] / 100


def test_no_starts_no_end_points():
    assert list(descend(EIGHT, [])) == []


def test_the_thresholds_scale_with_the_teacher():
    """F(sW) for the teacher sV is s^2 F(W) for V: a small teacher is no easier."""
    starts = random_starts(8, 8, 20)
    small = ReLUTeacherStudent(np.eye(8) / 64)
    ends = by_index(descend(EIGHT, starts))
    small_ends = by_index(descend(small, [W / 64 for W in starts]))
    assert [end.outcome for end in small_ends] == [end.outcome for end in ends]


def newton(landscape, start, only_minima=True):
    points, reached = Newton(landscape, Backend()).polish(start[None], np.array([only_minima]))
    return points[0] if reached[0] else None


class TestPolish:
    def test_reaches_a_nearby_minimum(self):
        (end,) = descend(EIGHT, [ansatz(8, 1)])
        W = newton(EIGHT, end.student + 1e-3)
        assert W is not None
        np.testing.assert_allclose(W, end.student, rtol=0, atol=1e-12)
        assert np.linalg.norm(EIGHT.gradient(W)) < 5e-15
        assert EIGHT.value(W) == pytest.approx(0.0215080371716, abs=1e-12)

    def test_refuses_to_go_far(self):
        assert newton(EIGHT, random_start(0, 0, 8, 8), only_minima=False) is None

    def test_refuses_a_saddle_unless_asked(self):
        five = ReLUTeacherStudent.orthonormal(5)
        (end,) = descend(five, [ansatz(5, 1)])
        near = end.student + 1e-6
        assert newton(five, near) is None
        W = newton(five, near, only_minima=False)
        assert W is not None
        np.testing.assert_allclose(W, end.student, rtol=0, atol=1e-12)

    def test_refuses_a_singular_hessian(self):
        """At n = k + 1 the global minima form a continuum: Newton's method has no single point to go to."""
        doubled = np.vstack([np.eye(8), np.eye(8)[-1]])
        doubled[-2:] /= 2
        assert newton(EIGHT, doubled) is None

    def test_is_of_each_point_alone(self):
        (end,) = descend(EIGHT, [ansatz(8, 1)])
        starts = np.stack([end.student + 1e-3, random_start(0, 0, 8, 8), end.student - 1e-3])
        points, reached = Newton(EIGHT, Backend()).polish(starts, np.ones(3, dtype=bool))
        assert reached.tolist() == [True, False, True]
        np.testing.assert_array_equal(points[0], newton(EIGHT, starts[0]))
        np.testing.assert_array_equal(points[1], starts[1])
