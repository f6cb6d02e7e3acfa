"""Whether a run of gradient descent on an empirical risk ends where a statement says: exactly, or in floats.

Squares with linear and polynomial activations, for a few steps: exactly, with numbers that carry a derivative in one
parameter. Others, and longer runs: in floating point, by central differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.checker.statements.risk_descent import DescentConverges
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

FEW, MOST, MORE = 4, 200, 20
SLACK, ROUNDING = 1e-5, 1e-9


class Dual(NamedTuple):
    """x + x' e with e^2 = 0."""

    x: Fraction
    slope: Fraction

    def __add__(self, other: Any) -> Dual:
        return Dual(self.x + other.x, self.slope + other.slope)

    def __mul__(self, other: Any) -> Dual:
        return Dual(self.x * other.x, self.x * other.slope + self.slope * other.x)


def constant(x: Fraction) -> Dual:
    """A number whose derivative is 0."""
    return Dual(x, Fraction(0))


def is_exact(landscape: EmpiricalRiskLandscape) -> bool:
    """Whether the risk is a polynomial."""
    kinds = [(each.activation.name, each.activation.parameters) for each in landscape.network.layers]
    return (
        landscape.parameter_map is None
        and landscape.loss == "squares"
        and all(
            name == "polynomial" or (name == "piecewise-linear" and slopes[0] == slopes[1]) for name, slopes in kinds
        )
    )


def exact_risk(landscape: EmpiricalRiskLandscape, parameters: Sequence[Dual]) -> Dual:
    """F of all parameters, fixed ones too."""
    total = constant(Fraction(0))
    for x, y in zip(landscape.inputs, landscape.targets, strict=True):
        left, values = iter(parameters), [constant(entry) for entry in x]
        for layer in landscape.network.layers:
            rows = [[next(left) for _ in range(layer.inputs)] for _ in range(layer.width)]
            biases = [next(left) if layer.bias else constant(Fraction(0)) for _ in range(layer.width)]
            z = [sum((w * a for w, a in zip(row, values, strict=True)), b) for row, b in zip(rows, biases, strict=True)]
            after = [_activated(layer.activation, each) for each in z]
            values = [a + b for a, b in zip(after, values, strict=True)] if layer.residual else after
        for out, target in zip(values, y, strict=True):
            r = out + constant(-target)
            total = total + constant(landscape.factor) * r * r
    frozen = {index for index, _ in landscape.fixed}
    for index, (theta, is_bias) in enumerate(zip(parameters, landscape.network.is_bias(), strict=True)):
        rate = landscape.bias_decay if is_bias else landscape.weight_decay
        if index not in frozen:
            total = total + constant(rate / 2) * theta * theta
    return total


def _activated(activation: Any, z: Dual) -> Dual:
    if activation.name == "piecewise-linear":
        return constant(activation.parameters[0]) * z
    total = constant(Fraction(0))
    for coefficient in reversed(activation.parameters):
        total = total * z + constant(coefficient)
    return total


def ends_elsewhere(statement: Reaches) -> str | None:
    """What is false about the loss after the steps."""
    landscape, theta = statement.landscape, [*statement.start[0]]
    low, high = statement.value
    if isinstance(statement, Converges):
        return _converges_elsewhere(statement) if statement.steps <= MOST else None
    if is_exact(landscape) and statement.steps <= FEW and len(theta) <= 12:
        loss = _followed(statement, theta, lambda where: _exact_slopes(landscape, where))
        at = exact_risk(landscape, [*landscape.complete([constant(x) for x in loss], constant)]).x
        return None if low <= at <= high else f"the loss after {statement.steps} steps is {float(at)}"
    if statement.steps > MOST:
        return None
    risk = EmpiricalRisk.of(landscape)
    with np.errstate(all="ignore"):
        where = _followed(statement, np.array(theta, dtype=float), lambda at: _slopes(risk, at))
        at = risk.value(where)
    slack = SLACK * (1 + abs(at)) * (1 + statement.steps)
    return None if not np.isfinite(at) or float(low) - slack <= at <= float(high) + slack else f"the loss is {at}"


def _slopes(risk: EmpiricalRisk, where: Any) -> Any:
    """By central differences."""
    step = 1e-6
    ends = [(risk.value(where + step * e), risk.value(where - step * e)) for e in np.eye(len(where))]
    return np.array([(ahead - behind) / (2 * step) for ahead, behind in ends])


@np.errstate(all="ignore")  # what overflows says nothing
def _converges_elsewhere(statement: Converges) -> str | None:
    """The run and some steps more: the loss after T steps, its rate from there, and the given end."""
    risk, start = EmpiricalRisk.of(statement.landscape), np.array([float(x) for x in statement.start[0]])
    low, high = map(float, statement.value)
    for n in (0, 1, MORE):
        where = _followed(statement, start, lambda at: _slopes(risk, at), statement.steps + n)
        at = risk.value(where)
        if not np.isfinite(at):
            return None
        if at > high * float(statement.rate) ** n * (1 + SLACK) + ROUNDING or (n == 0 and at < low * (1 - SLACK)):
            return f"the loss is {at} after {statement.steps + n} steps"
        if n == 0 and isinstance(statement, DescentConverges) and statement.end is not None:
            away = float(np.linalg.norm(where - np.array([float(x) for x in statement.end[0][0]])))
            if away > float(statement.end[1]) + SLACK:
                return f"the run is {away} away from the given end"
    return None


def _exact_slopes(landscape: EmpiricalRiskLandscape, where: Sequence[Fraction]) -> list[Fraction]:
    found = []
    for moved in range(len(where)):
        trained = [Dual(x, Fraction(int(i == moved))) for i, x in enumerate(where)]
        found.append(exact_risk(landscape, [*landscape.complete(trained, constant)]).slope)
    return found


def _followed(statement: Reaches, start: Any, slopes: Callable[[Any], Any], steps: int | None = None) -> Any:
    """The point after the steps, or so many, in the arithmetic of the start."""
    exact = isinstance(start, list)
    eta, beta = (x if exact else float(x) for x in (statement.step, statement.momentum))
    before = where = start
    for _ in range(statement.steps if steps is None else steps):
        moved = [x - eta * g + beta * (x - old) for x, g, old in zip(where, slopes(where), before, strict=True)]
        before, where = where, moved if exact else np.array(moved)
    return where
