"""Second-order cones of CVXPY: the bounds are those of the problem, and what CVXPY would round is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import cvxpy as cp
import numpy as np
import pytest

from verify.producer.sdp import bound

A = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0], [2.0, 0.25, 1.0], [-1.0, 1.0, 0.5]])
B = np.array([1.0, -2.0, 0.5, 3.0])


def problems() -> dict[str, Callable[[], cp.Problem]]:
    def of(build: Callable[[cp.Variable], tuple[cp.Expression, list[cp.Constraint]]], sense: type) -> cp.Problem:
        objective, constraints = build(cp.Variable(3))
        return cp.Problem(sense(objective), constraints)

    def minimise(build: Callable[[cp.Variable], tuple[cp.Expression, list[cp.Constraint]]]) -> Callable[[], cp.Problem]:
        return lambda: of(build, cp.Minimize)

    def maximise(build: Callable[[cp.Variable], tuple[cp.Expression, list[cp.Constraint]]]) -> Callable[[], cp.Problem]:
        return lambda: of(build, cp.Maximize)

    return {
        "least squares": minimise(lambda x: (cp.sum_squares(A @ x - B), [cp.sum(x) == 1])),
        "norm": minimise(lambda x: (cp.norm(A @ x - B), [x >= -1])),
        "norms of columns": minimise(  # of a matrix of rank one
            lambda x: (
                cp.sum(cp.norm(cp.reshape(A[:3] @ x - 1, (3, 1), order="F") @ np.array([[1.0, 2.0]]), 2, axis=0)),
                [x >= 0],
            )
        ),
        "norms of rows": minimise(
            lambda x: (cp.sum(cp.norm(cp.vstack([A @ x - B, A @ x]), 2, axis=1)), [cp.sum(x) >= 1])
        ),
        "mixed norm": minimise(lambda x: (cp.mixed_norm(cp.vstack([A @ x - B, A @ x + 1]), 2, 1), [x <= 1])),
        "quadratic over linear": minimise(lambda x: (cp.quad_over_lin(x[:2] - 3, x[2]), [x[2] <= 2, x <= 2])),
        "square": minimise(lambda x: (cp.sum(cp.square(x - 1.5)) + x[0], [x[1] == 1])),
        "fourth power": minimise(lambda x: (cp.sum(cp.power(x, 4) + x**1), [x[0] >= 0.5])),
        "cube": minimise(lambda x: (cp.sum(cp.power(x, 3)), [x >= 0.5])),
        "inverse": minimise(lambda x: (cp.sum(cp.inv_pos(x)), [cp.sum(x) <= 2])),
        "huber": minimise(lambda x: (cp.sum(cp.huber(A @ x - B)), [x <= 0])),
        "second-order constraint": minimise(lambda x: (x[0] + x[1], [cp.SOC(1 + x[2], x[:2]), x[2] <= 0.5])),
        "geometric mean": maximise(lambda x: (cp.geo_mean(x), [cp.sum(x) <= 3, x[0] <= 0.5])),
        "root": maximise(lambda x: (cp.sum(cp.sqrt(x)) - x[0], [x <= 2])),
    }


@pytest.mark.parametrize("name", problems())
def test_the_bounds_are_those_of_the_problem(name: str) -> None:
    problem = problems()[name]()
    result = bound(problem)
    value = problem.solve(solver=cp.CLARABEL)
    assert result.lower is not None and result.upper is not None, result.bounds.reasons
    assert result.lower <= result.upper
    assert result.upper - result.lower <= Fraction(1, 10**6) * max(1, abs(result.upper))
    assert float(result.lower) - 1e-5 <= value <= float(result.upper) + 1e-5


@pytest.mark.parametrize("seed", range(4))
def test_random_cones_agree_with_cvxpy(seed: int) -> None:
    """With the parts of several cones in both orders."""
    random = np.random.default_rng(seed)
    X = cp.Variable((2, 3))
    C = random.integers(-3, 4, (2, 3)).astype(float)
    axis = seed % 2
    problem = cp.Problem(cp.Maximize(cp.sum(cp.multiply(C, X))), [cp.norm(X - 1, 2, axis=axis) <= 2, X[0, 0] <= 1.25])
    result = bound(problem)
    value = problem.solve(solver=cp.CLARABEL)
    assert result.lower is not None and result.upper is not None
    assert float(result.lower) - 1e-5 <= value <= float(result.upper) + 1e-5


def test_exponents_that_cvxpy_rounds_are_refused() -> None:
    x = cp.Variable(2)
    for expression in (cp.power(x[0], 3.1415926535), cp.pnorm(x, 2.5)):
        with pytest.raises(ValueError, match="is not known"):
            bound(cp.Problem(cp.Minimize(expression), [x >= 1]))
    with pytest.raises(ValueError, match="GeoMeanApprox is not known"):
        bound(cp.Problem(cp.Maximize(cp.geo_mean(x, p=[0.1234567, 1.0])), [x <= 1]))
