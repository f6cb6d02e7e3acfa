"""One source, several libraries: the same numbers to rounding, and the same table."""

import sys

import array_api_strict
import numpy as np
import pytest

from verify import TeacherStudent
from verify.producer.landscapes.arrays import arccos
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search import search
from verify.producer.search.backends import Backend, BackendError, backend
from verify.producer.search.descent import FAST, PAPER, Descent, Outcome, descend
from verify.producer.search.polish import Newton
from verify.producer.search.starts import ansatz, random_start

STRICT = Backend("strict", namespace=array_api_strict)


@pytest.fixture(params=["strict", "jax", "torch"])
def other(request):
    if request.param == "strict":
        return STRICT
    pytest.importorskip(request.param)
    return backend(request.param)


@pytest.mark.parametrize("name", ["relu", "abs", "erf", "leaky-relu:1/10"])
def test_value_gradient_and_hessian_are_the_same_on_all(name, other):
    landscape = TeacherStudent(name, np.random.default_rng(1).normal(size=(3, 4)))
    W = np.random.default_rng(2).normal(size=(2, 5, 4))
    for function in (landscape.value, landscape.gradient, landscape.hessian):
        np.testing.assert_allclose(other.get(function(other.put(W))), function(W), rtol=1e-12, atol=1e-13)


def test_the_table_is_the_same_on_all(other):
    landscape = ReLUTeacherStudent.orthonormal(8)
    own, theirs = (search(landscape, 8, 24, 1, directed=False, backend=engine) for engine in (None, other))
    assert theirs.backend == f"{other.name} on cpu"
    assert (own.global_runs, own.unfinished) == (theirs.global_runs, theirs.unfinished)
    assert own.global_runs < 24
    assert [candidate.count for candidate in own.candidates] == [candidate.count for candidate in theirs.candidates]
    np.testing.assert_allclose(own.students, theirs.students, rtol=0, atol=1e-9)


def test_a_zero_neuron_is_unfinished_on_all(other):
    good, dead = (random_start(0, run, 8, 8) for run in range(2))
    dead[0] = 0
    ends = {end.index: end for end in descend(ReLUTeacherStudent.orthonormal(8), [dead, good], backend=other)}
    assert ends[0].outcome is Outcome.UNFINISHED
    assert ends[1].outcome is not Outcome.UNFINISHED


def test_the_arc_cosine_for_jax_is_exact_to_rounding():
    pytest.importorskip("jax")
    x = np.concatenate([np.linspace(-1, 1, 20001), 1 - np.logspace(-16, -1, 500), np.logspace(-300, -1, 500)])
    jax = backend("jax")
    np.testing.assert_allclose(jax.get(arccos(jax.put(x))), np.arccos(x), rtol=8e-16, atol=0)


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_one_that_is_not_installed_says_how_to_install_it(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BackendError, match=rf"not installed: pip install 'landscape-verify\[{name}\]'"):
        backend(name)


@pytest.mark.parametrize("name", ["numpy", "jax", "torch"])
def test_a_device_that_is_not_there_says_what_to_install(name):
    if name != "numpy":
        module = pytest.importorskip(name)
        there = module.cuda.is_available() if name == "torch" else any(d.platform == "gpu" for d in module.devices())
        if there:
            pytest.skip("there is a GPU")
    with pytest.raises(BackendError, match="pip install"):
        backend(name, "cuda")


def test_an_unknown_one_is_refused():
    with pytest.raises(BackendError, match="known: numpy, jax, torch"):
        backend("cupy")


class Small(Backend):
    """A device with memory for three runs."""

    def __init__(self):
        super().__init__()
        self.refused = 0

    def compiled(self, function):
        whole = super().compiled(function)

        def limited(state):
            if len(state[0]) > 3:
                self.refused += 1
                raise MemoryError
            return whole(state)

        return limited


def test_out_of_memory_the_batch_shrinks_and_the_runs_go_on():
    starts = [random_start(0, run, 8, 8) for run in range(10)]
    landscape = ReLUTeacherStudent.orthonormal(8)
    small = Small()
    descent = Descent(landscape, starts, backend=small, batch=8)
    ends = sorted((end for ended in descent.rounds() for end in ended), key=lambda end: end.index)
    assert small.refused == 2
    assert descent.batch == 2
    plain = sorted(descend(landscape, starts), key=lambda end: end.index)
    assert [(end.index, end.outcome, end.steps) for end in ends] == [
        (end.index, end.outcome, end.steps) for end in plain
    ]


class Roomy(Backend):
    """A device for which Hessians are made many at a time, with memory for those of two points."""

    def __init__(self):
        super().__init__(device="elsewhere")
        self.sizes = []

    def positive(self, matrices):
        self.sizes.append(len(matrices))
        if len(matrices) > 2:
            raise MemoryError
        return super().positive(matrices)


def test_out_of_memory_fewer_hessians_are_made_at_a_time():
    eight = ReLUTeacherStudent.orthonormal(8)
    (end,) = descend(eight, [ansatz(8, 1)])
    starts = np.stack([end.student + shift for shift in np.linspace(-1e-3, 1e-3, 5)])
    roomy = Roomy()
    points, reached = Newton(eight, roomy).polish(starts, np.ones(5, dtype=bool))
    assert roomy.sizes[:2] == [5, 5]
    assert max(roomy.sizes[-3:]) == 2
    assert reached.all()
    np.testing.assert_allclose(points, np.broadcast_to(end.student, (5, 8, 8)), rtol=0, atol=1e-12)


def test_one_run_that_does_not_fit_is_an_error():
    small = Small()
    small.compiled = lambda function: lambda state: (_ for _ in ()).throw(MemoryError())
    with pytest.raises(MemoryError):
        list(descend(ReLUTeacherStudent.orthonormal(8), [random_start(0, 0, 8, 8)], backend=small))


class Quartic:
    """Another landscape: sum (w_ij^2 - 1)^2 / 8 + 1/100, whose minima have entries +-1."""

    length = gain = 1.0

    def value(self, W):
        return ((W * W - 1) ** 2).sum((-1, -2)) / 8 + 0.01

    def gradient(self, W):
        return (W * W - 1) * W / 2

    def hessian(self, W):
        flat = W.reshape(*W.shape[:-2], -1)
        return (3 * flat * flat - 1)[..., None] / 2 * np.eye(flat.shape[-1])


@pytest.mark.parametrize("protocol", [PAPER, FAST])
def test_other_landscapes_plug_in(protocol):
    for end in descend(Quartic(), [random_start(0, run, 3, 2) for run in range(5)], protocol=protocol):
        assert end.outcome is Outcome.CRITICAL
        assert end.loss == pytest.approx(0.01, abs=1e-15)
        np.testing.assert_allclose(np.abs(end.student), 1, atol=1e-14)
