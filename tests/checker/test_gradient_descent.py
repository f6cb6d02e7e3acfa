"""Gradient descent on networks: the constants, the bounds of the network, and runs by an independent program."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb

from tests.corpus.make_descent import INPUTS, TARGETS, start
from verify.checker.evaluators import DERIVATIVE_BOUNDS, Evaluated, OneHiddenLayer
from verify.checker.statements.risk_descent import DescentConverges
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.gradient_descent import certify_gradient_descent

Z = sympy.Symbol("z")
FORMULAS = {
    "tanh": sympy.tanh(Z),
    "sigmoid": 1 / (1 + sympy.exp(-Z)),
    "softplus": sympy.log(1 + sympy.exp(Z)),
    "arctan": sympy.atan(Z),
    "gelu": Z * (1 + sympy.erf(Z / sympy.sqrt(2))) / 2,
}
FUNCTIONS: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    name: sympy.lambdify(Z, formula, "mpmath") for name, formula in FORMULAS.items()
}
SLOPES: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    name: sympy.lambdify(Z, formula.diff(Z), "mpmath") for name, formula in FORMULAS.items()
}


# The constants

T = sympy.Symbol("t", real=True)
POLYNOMIALS = {
    "tanh": (sympy.tanh(Z), (-1, 1), (1 - T**2, -2 * T * (1 - T**2), (6 * T**2 - 2) * (1 - T**2))),
    "sigmoid": (
        FORMULAS["sigmoid"],
        (0, 1),
        (T * (1 - T), T * (1 - T) * (1 - 2 * T), T * (1 - T) * (1 - 6 * T + 6 * T**2)),
    ),
    "softplus": (FORMULAS["sigmoid"], (0, 1), (T, T * (1 - T), T * (1 - T) * (1 - 2 * T))),
    "arctan": (Z, (-1000, 1000), tuple(sympy.atan(T).diff(T, order) for order in (1, 2, 3))),
}
"""The derivatives as functions of another one, with its range; those of arctan fall beyond 1000."""


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("name", sorted(DERIVATIVE_BOUNDS))
def test_no_derivative_exceeds_its_bound(name: str, order: int) -> None:
    """At all points where its own derivative vanishes, and at the ends; and it comes near its bound somewhere."""
    if name == "gelu":
        sizes = [abs(FORMULAS[name].diff(Z, order).subs(Z, z).evalf(30)) for z in GELU[order]]
    else:
        inner, ends, derivatives = POLYNOMIALS[name]
        claimed = derivatives[order - 1].subs(T, inner)
        for z in map(sympy.Rational, ("-5/2", "-3/10", "7/10", "3")):
            assert abs((claimed - FORMULAS[name].diff(Z, order)).subs(Z, z).evalf(30)) < 1e-20
        derivative = derivatives[order - 1]
        numerator = sympy.Poly(sympy.fraction(sympy.together(derivative.diff(T)))[0], T)
        critical = (
            [root for root in sympy.real_roots(numerator) if ends[0] <= root <= ends[1]]
            if numerator.degree() > 0
            else []
        )
        sizes = [abs(derivative.subs(T, t).evalf(30)) for t in (*critical, *ends)]
    bound = DERIVATIVE_BOUNDS[name][order - 1]
    exact = sympy.Rational(bound.numerator, bound.denominator)
    assert sympy.Rational(97, 100) * exact < max(sizes) <= exact


GELU = {
    1: (sympy.sqrt(2), -sympy.sqrt(2), -40, 40),
    2: (0, 2, -2, -40, 40),
    3: tuple(sign * sympy.sqrt((7 + other * sympy.sqrt(33)) / 2) for sign in (1, -1) for other in (1, -1)),
}
"""Where the derivatives of GELU are extreme: their own are (2 - z^2) phi, (z^3 - 4 z) phi, -(z^4 - 7 z^2 + 4) phi."""


def test_the_derivatives_of_gelu_vanish_where_it_says() -> None:
    for order, factor in ((2, 2 - Z**2), (3, Z**3 - 4 * Z), (4, -(Z**4) + 7 * Z**2 - 4)):
        density = sympy.exp(-(Z**2) / 2) / sympy.sqrt(2 * sympy.pi)
        assert sympy.simplify(FORMULAS["gelu"].diff(Z, order) - factor * density) == 0


# The bounds of the network


def risks(seed: int, *, trains_output: bool) -> tuple[EmpiricalRisk, OneHiddenLayer, np.ndarray]:
    """A small network, and a point."""
    rng = np.random.default_rng(seed)
    samples, inputs, width = (int(rng.integers(2, 6)) for _ in range(3))
    biases = bool(seed % 2)
    name = sorted(DERIVATIVE_BOUNDS)[seed % 5]
    x, y = np.round(rng.normal(size=(samples, inputs)), 2), np.round(rng.normal(size=samples), 2)
    hidden, output = width * (inputs + biases), width + biases
    fixed = (
        None if trains_output else {hidden + i: str(round(float(v), 2)) for i, v in enumerate(rng.normal(size=output))}
    )
    risk = EmpiricalRisk(x, y, [width, 1], name, biases=biases, fixed=fixed)
    return risk, OneHiddenLayer(risk.exact), rng.normal(size=risk.trained)


def evaluated(loss: OneHiddenLayer, point: np.ndarray) -> Evaluated:
    return Evaluated(loss, loss.at([arb(float(entry)) for entry in point]))


def jacobian(risk: EmpiricalRisk, point: np.ndarray) -> np.ndarray:
    """By central differences: (samples, trained)"""
    step = 1e-6
    return np.stack(
        [(risk.outputs(point + e) - risk.outputs(point - e))[:, 0] / (2 * step) for e in step * np.eye(len(point))],
        axis=1,
    )


def residual_hessian(risk: EmpiricalRisk, point: np.ndarray) -> np.ndarray:
    """sum_i e_i Hess f_i = Hess Phi - J^T J."""
    J = jacobian(risk, point)
    return risk.hessian(point) - J.T @ J


@pytest.mark.parametrize("trains_output", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_the_bounds_hold_between_points(seed: int, trains_output: bool) -> None:
    risk, loss, here = risks(seed, trains_output=trains_output)
    rng = np.random.default_rng(seed)
    at = evaluated(loss, here)
    J = jacobian(risk, here)
    gram = np.array([[float(entry.mid()) for entry in row] for row in at.jacobian_gram().tolist()])
    assert np.allclose(gram, J @ J.T, atol=1e-6)
    assert float(at.jacobian_norm().upper()) >= np.linalg.norm(J, 2) - 1e-6
    assert float(at.curvature().upper()) >= np.linalg.norm(residual_hessian(risk, here), 2) - 1e-5
    for size in (0.01, 0.3, 1.0):
        there = here + size * rng.normal(size=here.shape)
        apart = float(np.linalg.norm(there - here))
        largest = at.largest_output() + (apart if trains_output else 0)
        L = float(loss.lipschitz(largest).upper())
        assert np.linalg.norm(jacobian(risk, there) - J, 2) <= L * apart + 1e-6
        error = np.linalg.norm(risk.outputs(here)[:, 0] - np.array([float(y) for (y,) in risk.exact.targets]))
        norm = np.linalg.norm(J, 2) + L * apart
        third = float(loss.third_derivatives(largest).upper())
        change = residual_hessian(risk, there) - residual_hessian(risk, here)
        assert np.linalg.norm(change, 2) <= (error * third + L * norm) * apart + 1e-5


def test_the_gradient_is_that_of_the_risk() -> None:
    for seed in range(10):
        risk, loss, here = risks(seed, trains_output=seed % 3 == 0)
        found = evaluated(loss, here).gradient()
        assert np.allclose(_flat(loss, found), risk.gradient(here)[0], atol=1e-12)


def _flat(loss: OneHiddenLayer, at: object) -> list[float]:
    """In the order of the parameters."""
    hidden, output = loss.landscape.network.layers
    rows = at.hidden.tolist()  # type: ignore[attr-defined]
    entries = [row[j] for row in rows for j in range(hidden.inputs)]
    entries += [row[-1] for row in rows] if hidden.bias else []
    if loss.trains_output:
        entries += at.output.entries()  # type: ignore[attr-defined]
        entries += [at.bias] if output.bias else []  # type: ignore[attr-defined]
    return [float(entry.mid()) for entry in entries]


# Runs, by a program that shares nothing with the checker


def run(statement: DescentConverges, steps: int) -> list[list[mpmath.mpf]]:
    """The points of gradient descent in 60 digits, straight from the formulas."""
    landscape = statement.landscape
    width, inputs = landscape.network.layers[0].width, landscape.network.inputs
    hidden_bias, output_bias = (layer.bias for layer in landscape.network.layers)
    name = landscape.network.layers[0].activation.name
    fixed = dict(landscape.fixed)

    def number(exact: Fraction) -> mpmath.mpf:
        return mpmath.mpf(exact.numerator) / exact.denominator

    rest = iter(statement.start[0])
    theta = [number(fixed[i] if i in fixed else next(rest)) for i in range(landscape.network.parameters)]
    points = [list(theta)]
    for _ in range(steps):
        gradient = [mpmath.mpf(0)] * len(theta)
        b, v = width * inputs, width * inputs + (width if hidden_bias else 0)
        for x, (y,) in zip(landscape.inputs, landscape.targets, strict=True):
            z = [
                sum(theta[r * inputs + j] * number(x[j]) for j in range(inputs)) + (theta[b + r] if hidden_bias else 0)
                for r in range(width)
            ]
            s = [FUNCTIONS[name](each) for each in z]
            f = sum(theta[v + r] * s[r] for r in range(width)) + (theta[v + width] if output_bias else 0)
            pull = 2 * number(landscape.factor) * (f - number(y))
            for r in range(width):
                back = pull * theta[v + r] * SLOPES[name](z[r])
                for j in range(inputs):
                    gradient[r * inputs + j] += back * number(x[j])
                if hidden_bias:
                    gradient[b + r] += back
                gradient[v + r] += pull * s[r]
            if output_bias:
                gradient[v + width] += pull
        theta = [
            t if i in fixed else t - number(statement.step) * g
            for i, (t, g) in enumerate(zip(theta, gradient, strict=True))
        ]
        points.append(list(theta))
    return [[t for i, t in enumerate(point) if i not in fixed] for point in points]


CASES = [
    ("tanh", True, True, "mean"),
    ("tanh", False, False, "half-sum"),
    ("sigmoid", True, True, "sum"),
    ("softplus", True, False, "mean"),
    ("arctan", False, True, "half-sum"),
    ("gelu", True, True, "mean"),
]


@pytest.mark.parametrize(("name", "biases", "trains_output", "scale"), CASES)
def test_an_independent_run_does_what_is_certified(name: str, biases: bool, trains_output: bool, scale: str) -> None:
    """The loss after T steps and its fall afterwards, the end point's distance; in 60 digits."""
    width, hidden = 5, 5 * (3 + biases)
    fixed = None if trains_output else {hidden + r: Fraction((-1) ** r, 3) for r in range(width)}
    if fixed and biases:
        fixed[hidden + width] = Fraction(1, 3)  # no dyadic number: it stays a ball in every step
    risk = EmpiricalRisk(INPUTS, TARGETS, [width, 1], name, biases=biases, scale=scale, fixed=fixed)
    generator = random.Random(name)
    end = [Fraction(generator.randint(-9, 9), 8) for _ in range(risk.trained)]
    certificate = certify_gradient_descent(risk, start(risk.trained), "1/16", end=end)
    statement = certificate.read().statement
    assert isinstance(statement, DescentConverges)
    with mpmath.workdps(60):
        points = run(statement, statement.steps + 30)
        losses = [risk.value([float(t) for t in point]) for point in points]
        low, high = map(float, statement.value)
        assert low * (1 - 1e-9) <= losses[statement.steps] <= high * (1 + 1e-9)
        apart = mpmath.norm(
            [t - mpmath.mpf(e.numerator) / e.denominator for t, e in zip(points[-31], end, strict=True)]
        )
        assert statement.end is not None
        assert apart <= mpmath.mpf(statement.end[1].numerator) / statement.end[1].denominator
    for before, after in zip(losses[statement.steps :], losses[statement.steps + 1 :], strict=False):
        assert after <= before * float(statement.rate) * (1 + 1e-6) + 1e-25


def test_numbers_that_are_fixed_are_not_rounded_away() -> None:
    """At 53 bits 1/3 is a ball: after the steps the output's weights must still contain it, and the distance not."""
    fixed = {15 + r: Fraction(1, 3) for r in range(5)}
    risk = EmpiricalRisk(INPUTS, TARGETS, [5, 1], "tanh", biases=False, fixed=fixed)
    loss = OneHiddenLayer(risk.exact)
    at = loss.at([arb(float(x)) for x in start(15)])
    moved, missed = at.minus(Evaluated(loss, at).gradient(), arb(1) / 8).rounded(output=loss.trains_output)
    assert all(weight.contains(arb(1) / 3) and weight.rad() > 0 for weight in moved.output.entries())
    assert all(weight.rad() == 0 for weight in moved.hidden.entries())
    assert missed > 0
