"""Small empirical risks and points where provers are likeliest to trip: zeros, kinks, twins, huge and tiny numbers."""

from __future__ import annotations

import random
from fractions import Fraction

from verify.checker.core.reader import NotACertificate
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

ACTIVATIONS: tuple[object, ...] = (
    *("relu",) * 3, {"piecewise-linear": ["-1", "1"]}, {"piecewise-linear": ["-1", "0"]}, {"leaky-relu": "1/10"},
    "identity", "square", {"polynomial": ["0", "1", "0", "1/6"]}, {"elu": ["1", "1"]}, "selu", "sigmoid", "tanh",
    "arctan", "softplus", "gelu",
)  # fmt: skip
EXPONENTS = (0, 0, 0, 0, 0, 0, 3, -3, 40, -40, 600, -600, 1030, -1070, 3000, -3000)


def number(rng: random.Random, size: int) -> Fraction:
    """A small dyadic number times 2^size; often 0."""
    return Fraction(rng.choice((0, 0, 1, 1, -1, 2, -3, 5)), rng.choice((1, 1, 2, 4))) * Fraction(2) ** size


def written(value: Fraction) -> str:
    """As text, for the reader of exact numbers."""
    return (
        str(value.numerator) if value.denominator == 1 else f"{value.numerator}*2^-{value.denominator.bit_length() - 1}"
    )


def random_risk(rng: random.Random) -> EmpiricalRisk | None:
    """One, or None where the numbers drawn are no risk."""
    inputs, outputs = rng.choice((1, 1, 2, 3)), rng.choice((1, 1, 1, 2))
    widths = [*(rng.randint(1, 3) for _ in range(rng.choice((0, 1, 1, 1, 2)))), outputs]
    samples = rng.randint(1, 4)
    loss = rng.choice(("squares", "squares", "squares", "logistic", "cross-entropy"))
    at, to = rng.choice(EXPONENTS), rng.choice(EXPONENTS) if loss == "squares" else 0
    rows = [[written(number(rng, at)) for _ in range(inputs)] for _ in range(samples)]
    goals = [[written(number(rng, to)) for _ in range(outputs)] for _ in range(samples)]
    if loss == "logistic":
        goals = [[rng.choice(("1", "-1")) for _ in range(outputs)] for _ in range(samples)]
    elif loss == "cross-entropy":
        goals = [[rng.choice(("0", "1", "2")) for _ in range(outputs)] for _ in range(samples)]
    try:
        return EmpiricalRisk(
            rows, goals, widths, [rng.choice(ACTIVATIONS) for _ in widths[:-1]],
            output=rng.choice(("identity", "identity", "identity", "square", "sigmoid", "relu")),
            biases=rng.random() < 0.5, residual=rng.random() < 0.2, loss=loss,
            scale=rng.choice(("half-sum", "mean", "sum")), weight_decay=rng.choice((0, 0, 0, "1/2", "1*2^-40")),
            bias_decay=rng.choice((0, 0, "1/2")), fixed={0: written(number(rng, 0))} if rng.random() < 0.2 else None,
        )  # fmt: skip
    except (NotACertificate, ValueError):
        return None


def random_point(rng: random.Random, risk: EmpiricalRisk) -> list[Fraction]:
    """One; sometimes all zeros, sometimes with two equal halves."""
    size = rng.choice(EXPONENTS)
    point = [number(rng, size) for _ in range(risk.trained)]
    match rng.randint(0, 5):
        case 0:
            return [Fraction(0)] * len(point)
        case 1:
            half = point[: len(point) // 2]
            return (half + half + point)[: len(point)]
        case 2:
            return [Fraction(rng.gauss(0, 1)) for _ in point]
    return point
