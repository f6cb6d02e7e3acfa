"""No test of a cover leaves out a piece that has a point sought; and each test leaves out some piece that has none.

Points sought are found in floating point, by searches that know nothing of covers, and boxes are put around them at
random: of all sizes, and with the point near a side or a corner.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray
from scipy.optimize import minimize, root

from verify import EmpiricalRisk
from verify.checker import evaluators
from verify.checker.evaluators import (
    Attracted,
    CriticalPoints,
    EveryTeacher,
    LeastPoints,
    LocalMinima,
    MinimaOfTwoNeurons,
    System,
    TwoNeurons,
)
from verify.checker.public import Box
from verify.producer.prover.rounding import on_grid

Array = NDArray[np.float64]
SLACK = 1e-6
"""What the points are known up to."""
WORDS = ("sign", "mean-value", "newton", "own")
SPURIOUS = (-1.0243245614598, 1.0720172029631, 1 / 16, 1.5708)
"""x, d, ratio and angle of a minimum that is not global."""


def around(point: Array, generator: np.random.Generator, within: tuple[Array, Array] | None = None) -> list[arb]:
    """A box with the point in it, of a random size in each direction."""
    low, high = (point - 10.0 ** generator.uniform(-6, 0.4, len(point)) * generator.uniform(size=len(point))), point
    high = point + 10.0 ** generator.uniform(-6, 0.4, len(point)) * generator.choice([0, 0.01, 1], len(point))
    low, high = low - SLACK, high + SLACK
    if within is not None:
        low, high = np.maximum(low, within[0]), np.minimum(high, within[1])
    return [arb(float(a)).union(arb(float(b))) for a, b in zip(low, high, strict=True)]


def left_out(system: System, piece: list[arb]) -> list[str]:
    return [
        word
        for word, test in zip(WORDS, evaluators.tests_of(system, []), strict=False)
        if test(system.within_domain(piece))
    ]


def risks() -> Iterator[tuple[EmpiricalRisk, np.random.Generator]]:
    generator = np.random.default_rng(7)
    for activation in ("tanh", "sigmoid", "softplus", "arctan", "gelu", "square", "relu"):
        loss = str(generator.choice(["squares", "logistic"]))
        yield (
            EmpiricalRisk(
                inputs=[[-1], [0], [2]],
                targets=[[1], [-1], [1]],
                widths=[1, 1],
                activation=activation,
                biases=[True, False],
                loss=loss,
                weight_decay="1/5",
                bias_decay="1/10",
            ),
            generator,
        )


def critical_points(risk: EmpiricalRisk, generator: np.random.Generator) -> list[Array]:
    """Some that are not degenerate."""
    starts = generator.uniform(-2, 2, (8, risk.trained))
    with np.errstate(invalid="ignore", over="ignore"):  # where Newton's method runs away
        ends = [root(lambda x: risk.gradient(x)[0], start, jac=risk.hessian, tol=1e-13).x for start in starts]
    return [
        x
        for x in ends
        if np.abs(x).max() < 5
        and np.abs(risk.gradient(x)).max() < 1e-11
        and np.abs(np.linalg.eigvalsh(risk.hessian(x))).min() > 1e-3
    ]


def test_critical_points_and_minima_of_risks_are_in_no_piece_that_is_left_out() -> None:
    found: Counter[str] = Counter()
    for risk, generator in risks():
        points = critical_points(risk, generator)
        minima = [x for x in points if np.linalg.eigvalsh(risk.hessian(x))[0] > 0]
        for make, sought in ((CriticalPoints, points), (LocalMinima, minima)):
            system = make(risk.exact, narrow=True)
            for point in sought[:2]:
                for _ in range(6):
                    assert left_out(system, around(point, generator)) == []
                    found.update(left_out(system, around(generator.uniform(-2, 2, risk.trained), generator)))
    assert min(found[word] for word in WORDS) > 2, found


def test_least_points_of_a_box_are_in_no_piece_that_is_left_out() -> None:
    """They are mostly on its sides."""
    found: Counter[str] = Counter()
    for risk, generator in risks():
        low = generator.uniform(-1.5, 0.5, risk.trained)
        high = low + generator.uniform(0.2, 2, risk.trained)
        sides = list(zip(low, high, strict=True))
        starts = generator.uniform(low, high, (6, risk.trained))
        ends = [minimize(risk.value, start, jac=lambda x, r=risk: r.gradient(x)[0], bounds=sides) for start in starts]
        least = min(ends, key=lambda end: end.fun)
        box: Box = tuple((on_grid(a, 60), on_grid(b, 60)) for a, b in sides)
        system = LeastPoints(risk.exact, box, arb(float(least.fun)) + 1e-6, narrow=True)
        for _ in range(8):
            assert left_out(system, around(least.x, generator, (low, high))) == []
            found.update(left_out(system, around(generator.uniform(low, high), generator, (low, high))))
    assert found.keys() == {"own"}
    assert found["own"] > 8


def test_points_from_which_the_gradient_does_not_point_away_are_in_no_piece_that_is_left_out() -> None:
    found: Counter[str] = Counter()
    for risk, generator in risks():
        minima = [x for x in critical_points(risk, generator) if np.linalg.eigvalsh(risk.hessian(x))[0] > 0]
        for minimum in minima[:1]:
            system = Attracted(risk.exact, tuple(arb(float(x), SLACK) for x in minimum), narrow=True)
            for point in generator.uniform(-2, 2, (20, risk.trained)):
                away = float(risk.gradient(point)[0] @ (point - minimum))
                words = left_out(system, around(point, generator))
                assert away > -1e-6 or words == []
                found.update(words)
    assert found.keys() == {"own"}
    assert found["own"] > 8


@pytest.mark.parametrize("seed", range(3))
def test_minima_of_two_neurons_are_in_no_piece_that_is_left_out(seed: int) -> None:
    """The teacher for one teacher; a minimum that is not global for one teacher, and for all."""
    generator = np.random.default_rng(seed)
    ratio, psi = generator.uniform(0.05, 1), generator.uniform(0.2, 3)
    sought = [((0.0, psi), ratio, psi), (SPURIOUS[:2], *SPURIOUS[2:])]
    found: Counter[str] = Counter()
    for place, norm, angle in sought:
        teachers = (arb(1), arb(0)), (arb(norm), arb(angle))
        for system in (TwoNeurons(teachers, arb.pi()), MinimaOfTwoNeurons(teachers, arb.pi())):
            for _ in range(20):
                assert left_out(system, around(np.array(place), generator)) == []
                elsewhere = generator.uniform((-math.pi, 0), (math.pi, math.pi))
                found.update(left_out(system, around(elsewhere, generator)))
    for _ in range(20):
        assert left_out(EveryTeacher((), arb.pi()), around(np.array(SPURIOUS), generator)) == []
    assert min(found[word] for word in WORDS) > 0, found
