"""The float64 evaluators agree with finite differences, with Monte Carlo estimates and with the balls."""

import numpy as np
import pytest
from flint import ctx
from scipy.special import erf

from verify import TeacherStudent
from verify.checker.core.balls import point
from verify.checker.evaluators import SMOOTH
from verify.checker.evaluators import TeacherStudent as BallTeacherStudent
from verify.producer.landscapes.activations import activation
from verify.producer.landscapes.exact import from_exact, to_exact
from verify.producer.prover.rounding import matrix_on_grid

SIGMA = {
    "relu": lambda z: np.maximum(z, 0),
    "abs": np.abs,
    "erf": erf,
    "leaky-relu:1/10": lambda z: np.where(z > 0, z, z / 10),
}
STEP = 1e-6


@pytest.fixture(params=sorted({*SIGMA, *SMOOTH}))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def landscape(name: str) -> TeacherStudent:
    return TeacherStudent(name, np.random.default_rng(1).normal(size=(3, 4)))


@pytest.fixture
def student() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(5, 4))


@pytest.mark.parametrize("name", SIGMA)
def test_value_is_the_expectation(name: str, landscape: TeacherStudent, student: np.ndarray) -> None:
    x = np.random.default_rng(3).normal(size=(200_000, 4))
    outputs = SIGMA[name](x @ student.T).sum(1), SIGMA[name](x @ landscape.teacher.T).sum(1)
    samples = (outputs[0] - outputs[1]) ** 2 / 2
    error = samples.std() / np.sqrt(len(samples))
    assert abs(landscape.value(student) - samples.mean()) < 5 * error
    assert error < 0.01 * samples.mean()


def test_gradient_and_hessian_are_derivatives(landscape: TeacherStudent, student: np.ndarray) -> None:
    directions = STEP * np.eye(20).reshape(20, 5, 4)
    slopes = (landscape.value(student + directions) - landscape.value(student - directions)) / (2 * STEP)
    assert np.allclose(slopes.reshape(5, 4), landscape.gradient(student), atol=1e-7)
    changes = (landscape.gradient(student + directions) - landscape.gradient(student - directions)) / (2 * STEP)
    assert np.allclose(changes.reshape(20, 20), landscape.hessian(student), atol=1e-7)


def test_a_new_coordinate_brings_the_input_dimension_matrix(name: str, student: np.ndarray) -> None:
    teacher = np.random.default_rng(1).normal(size=(3, 4))
    padded = TeacherStudent(name, np.hstack([teacher, np.zeros((3, 1))]))
    block = padded.hessian(np.hstack([student, np.zeros((5, 1))])).reshape(5, 5, 5, 5)[:, 4, :, 4]
    assert np.allclose(block, TeacherStudent(name, teacher).input_dimension_matrix(student), atol=1e-12)


def test_the_checkers_balls_contain_nearly_the_same_numbers(landscape: TeacherStudent, student: np.ndarray) -> None:
    exact = to_exact(landscape, 5)
    with ctx.workprec(128):
        balls = BallTeacherStudent(exact, point(tuple(map(tuple, matrix_on_grid(student, 60)))))
        value, gradient, hessian = balls.value(), balls.gradient(), balls.hessian().tolist()
    assert np.isclose(float(value.mid()), landscape.value(student), rtol=1e-14, atol=1e-12)
    assert np.allclose([[float(x.mid()) for x in row] for row in gradient], landscape.gradient(student), atol=1e-12)
    assert np.allclose([[float(x.mid()) for x in row] for row in hessian], landscape.hessian(student), atol=1e-11)


def test_a_batch_is_its_members(landscape: TeacherStudent, student: np.ndarray) -> None:
    batch = np.stack([student, 2 * student])
    assert np.allclose(landscape.value(batch), [landscape.value(W) for W in batch], atol=1e-14)
    assert np.allclose(landscape.gradient(batch), [landscape.gradient(W) for W in batch], atol=1e-14)


def test_there_and_back(landscape: TeacherStudent) -> None:
    back = from_exact(to_exact(landscape, 2))
    assert back.activation == landscape.activation
    assert (back.teacher == landscape.teacher).all()


def test_names_are_read_as_written(name: str) -> None:
    assert str(activation(name)) == name


@pytest.mark.parametrize("wrong", ["tanh", "leaky-relu", "leaky-relu:", "leaky-relu:1/0", "leaky-relu:x", "relu:1"])
def test_unknown_activations_are_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="activation"):
        activation(wrong)
