"""The box of teachers for which a student's Hessian stays definite: derivatives, soundness, and the gain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.corpus.forge import CORPUS
from verify.checker.core.balls import point
from verify.checker.front.session import read
from verify.producer.landscapes.exact import from_exact
from verify.producer.sdp.definite_box import _derivatives, by_balls, by_lmi, largest_radius

MINIMUM = read(CORPUS / "valid" / "fewer-neurons-k3.json").statement
LANDSCAPE, STUDENT = MINIMUM.landscape, MINIMUM.center
FLOATS = np.array([[float(entry) for entry in row] for row in STUDENT])


def hessian(teacher: np.ndarray) -> np.ndarray:
    exact = tuple(tuple(Fraction(float(entry)) for entry in row) for row in teacher)
    return from_exact(replace(LANDSCAPE, teacher=exact, orthonormal=False)).hessian(FLOATS)


def test_the_derivatives_are_those_of_the_hessian() -> None:
    V = np.array([[float(entry) for entry in row] for row in LANDSCAPE.teacher])
    found = _derivatives(LANDSCAPE, STUDENT, point(LANDSCAPE.teacher))
    assert len(found) == V.size
    for index, derivative in enumerate(found):
        step = np.zeros(V.size)
        step[index] = 1e-5
        change = (hessian(V + step.reshape(V.shape)) - hessian(V - step.reshape(V.shape))) / 2e-5
        exact = np.array([[float(entry.mid()) for entry in row] for row in derivative.tolist()])
        assert np.abs(change - exact).max() < 1e-7


def test_the_relaxation_reaches_further_and_stays_sound() -> None:
    plain, relaxed = (largest_radius(method, LANDSCAPE, STUDENT) for method in (by_balls, by_lmi))
    assert 0 < 5 * plain < relaxed
    V = np.array([[float(entry) for entry in row] for row in LANDSCAPE.teacher])
    random = np.random.default_rng(0)
    corners = (random.choice([-1.0, 1.0], size=V.shape) for _ in range(500))
    least = min(np.linalg.eigvalsh(hessian(V + float(relaxed) * corner))[0] for corner in corners)
    assert least > 0


@pytest.mark.parametrize("method", [by_balls, by_lmi])
def test_a_bound_that_is_false_is_not_proved(method: object) -> None:
    least = float(np.linalg.eigvalsh(hessian(np.array(LANDSCAPE.teacher, dtype=float)))[0])
    tiny = Fraction(1, 2**30)
    assert method(LANDSCAPE, STUDENT, Fraction(least * 0.99), tiny)  # type: ignore[operator]
    assert not method(LANDSCAPE, STUDENT, Fraction(least * 1.01), tiny)  # type: ignore[operator]
    # A box in which a student may be parallel to a teacher neuron, where the derivative is not bounded.
    assert not method(LANDSCAPE, STUDENT, Fraction(0), Fraction(2))  # type: ignore[operator]
