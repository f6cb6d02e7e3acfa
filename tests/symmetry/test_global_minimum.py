"""docs/SYMMETRY.md: closed forms at the global minimum, and the counterexample to Conjecture 12."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from flint import arb, ctx
from verify.proofs.arjevani_field import identity

from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.symmetry.reduced import row_spectrum, spectrum

LOW, HIGH = 1 / 4 - 1 / (2 * pi), 1 / 4 + 1 / (2 * pi)


@pytest.mark.parametrize("k", [3, 4, 5, 9, 40, 1000])
def test_the_spectrum_in_closed_form(k: int) -> None:
    blocks = spectrum(identity(k))
    half = sqrt(LOW**2 + (k * k - 4) / 64)
    standard = sorted([LOW, 1 / 4 + k / 8 - half, 1 / 4 + k / 8 + half])
    np.testing.assert_allclose(blocks["standard 0"], standard, rtol=1e-9)
    middle, root = (k + 2) / 8 + k / (4 * pi), sqrt((k - 2) ** 2 / 4 * LOW**2 + (k - 1) / 16)
    np.testing.assert_allclose(blocks["trivial"], [middle - root, middle + root], rtol=1e-9)
    np.testing.assert_allclose(blocks["antisymmetric 0"], [LOW], rtol=1e-9)
    if k > 3:
        np.testing.assert_allclose(blocks["symmetric 0"], [HIGH], rtol=1e-9)
    times = {part.name: part.multiplicity for part in identity(k).symmetry.components()}
    assert times["antisymmetric 0"] + times["standard 0"] == k * (k - 1) // 2
    np.testing.assert_allclose(row_spectrum(identity(k))["standard 0"], [1 / 4], rtol=1e-9)
    np.testing.assert_allclose(row_spectrum(identity(k))["trivial"], [(k + 1) / 4], rtol=1e-9)


def test_two_neurons() -> None:
    blocks = spectrum(identity(2))
    assert set(blocks) == {"trivial", "standard 0"}
    np.testing.assert_allclose(blocks["standard 0"], [LOW, 1 / 4 + 1 / 4 + LOW], rtol=1e-9)


def second_derivative(a: arb) -> arb:
    return 1 + 1 / arb.pi() - (2 + 2 * a) / (arb.pi() * (1 + a * a) ** 2)


def test_the_counterexample_holds_in_balls() -> None:
    with ctx.workprec(100):
        for exponent in range(2, 40):
            a = arb(2) ** -exponent
            assert second_derivative(a) < 1 - 1 / arb.pi()
        assert second_derivative(arb(45) / 100) < 1 - 1 / arb.pi()
        assert second_derivative(arb(46) / 100) > 1 - 1 / arb.pi()


@pytest.mark.parametrize("pieces", [1, 2, 3])
@pytest.mark.parametrize("k", [2, 4])
def test_the_counterexample_is_the_loss(k: int, pieces: int) -> None:
    """The formula is the dense Hessian's form, with each neuron in `pieces` parallel ones."""
    a, change = 0.2, np.zeros((k, k))
    change[0, 1], change[1, 0] = 0.2, -0.2
    W = np.repeat((np.eye(k) + change) / pieces, pieces, axis=0)
    move = np.repeat(change / pieces, pieces, axis=0)
    landscape = ReLUTeacherStudent.orthonormal(k)
    step = 1e-4
    around = [float(landscape.value(W + t * move)) for t in (-step, 0.0, step)]
    left = (around[0] - 2 * around[1] + around[2]) / step**2
    assert left == pytest.approx(a * a * float(second_derivative(arb(a))), abs=1e-7)
    right = ((change.sum(axis=0) ** 2).sum() + (1 - 2 / pi) * (change**2).sum()) / 4
    assert right == pytest.approx(a * a * (1 - 1 / pi))
    assert left < right
