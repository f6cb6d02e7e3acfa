"""Exact gradient descent against runs in floats: random networks, starts on the border of the ball."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray

from verify.checker.statements.descent_nearby import ConvergesNearby
from verify.checker.statements.risk_descent import DescentConverges
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.descent_nearby import certify_convergence_nearby
from verify.producer.prover.gradient_descent import certify_gradient_descent
from verify.producer.prover.refine import NotCertified

Array = NDArray[np.float64]
SLACK = 1e-9
"""Relatively, of what floats compute."""


def _risk(random: Random, *, deep: bool) -> tuple[EmpiricalRisk, np.random.Generator]:
    draw = np.random.default_rng(random.randrange(2**30))
    samples, inputs = random.randint(1, 4), random.randint(1, 3)
    if deep:
        widths = [random.randint(2, 6) for _ in range(random.randint(0, 2))] + [random.randint(1, 2)]
    else:
        widths = [random.randint(3, 10), 1]
    name = random.choice(("tanh", "sigmoid", "softplus", "arctan", "gelu", *(("relu", "square") if deep else ())))
    x = np.round(draw.normal(size=(samples, inputs)) * 8) / 8
    y = np.round(draw.normal(size=(samples, widths[-1])) * 8) / 8
    scale, biases = random.choice(("half-sum", "mean", "sum")), random.random() < 0.7
    return EmpiricalRisk(x, y, widths, name, scale=scale, biases=biases), draw


def nearby(random: Random) -> bool:
    """Verified: from the border of the ball, along the weakest direction too, descent stays and has its rate."""
    risk, draw = _risk(random, deep=True)
    try:
        certificate = certify_convergence_nearby(risk, draw.normal(size=risk.trained))
        if random.random() < 0.5:
            found = certificate.read().statement
            longer = found.step * random.choice((1, 3, 7)) / random.choice((4, 2))
            certificate = certify_convergence_nearby(risk, draw.normal(size=risk.trained), longer)
    except NotCertified:
        return False
    statement = certificate.read().statement
    assert isinstance(statement, ConvergesNearby)
    follow(risk, statement, draw)
    return True


def follow(risk: EmpiricalRisk, statement: ConvergesNearby, draw: np.random.Generator) -> None:
    """Runs in floats from the border of the ball do what is claimed."""
    assert missed(risk, statement, draw) is None, (risk.exact, statement)


def missed(risk: EmpiricalRisk, statement: ConvergesNearby, draw: np.random.Generator, steps: int = 200) -> str | None:
    """What a run in floats from the border of the ball does otherwise than claimed."""
    center = np.array([float(entry) for entry in statement.center[0]])
    jacobian = risk.jacobian(center)
    weakest = np.linalg.svd(jacobian)[2][len(jacobian) - 1] if len(jacobian) <= len(center) else center + 1
    for way in (weakest, -weakest, *draw.normal(size=(3, len(center)))):
        eta = float(statement.step) * draw.choice([1.0, 1.0, 0.3])
        theta = center + float(statement.radius) * way / np.linalg.norm(way)
        factor, loss = 1 - float(statement.decrease) * eta, risk.value(theta)
        for _ in range(steps):
            theta = theta - eta * risk.gradient(theta).ravel()
            before, loss = loss, risk.value(theta)
            if not np.linalg.norm(theta - center) <= float(statement.within) * (1 + SLACK):
                return "a run leaves the ball"
            if before < 1e-22:
                break
            if not loss <= before * (factor + SLACK):
                return f"the loss is multiplied by {loss / before}"
    return None


def followed(random: Random) -> bool:
    """Verified: the run in floats has the claimed loss after T steps, and then falls as claimed."""
    risk, draw = _risk(random, deep=False)
    start, step = np.round(draw.normal(size=risk.trained) * 64) / 64, random.choice(("1/4", "1/16", "1/64"))
    try:
        statement = certify_gradient_descent(risk, start, step, most_steps=400).read().statement
    except NotCertified:
        return False
    assert isinstance(statement, DescentConverges)
    theta, eta = start, float(statement.step)
    for _ in range(statement.steps):
        theta = theta - eta * risk.gradient(theta).ravel()
    loss, (low, high) = risk.value(theta), statement.value
    assert float(low) * (1 - SLACK) <= loss <= float(high) * (1 + SLACK)
    for _ in range(100):
        theta = theta - eta * risk.gradient(theta).ravel()
        before, loss = loss, risk.value(theta)
        assert before < 1e-22 or loss <= before * (float(statement.rate) + SLACK), (risk.exact, statement)
    return True
