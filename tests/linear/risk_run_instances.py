"""Random runs on small risks: linear, polynomial and smooth networks, with decay, momentum and fixed weights."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from verify.checker.front.certificate import Certificate
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.trajectory import certify_steps
from verify.producer.prover import NotCertified

ACTIVATIONS: tuple[object, ...] = ("identity", "square", {"polynomial": ["1/2", "1", "0", "-1/3"]}, "tanh", "sigmoid")


def risk_run_instance(random: Random) -> Certificate:
    """A run of a few steps, or of some tens; its bounds as they are, or moved by a thousandth of the loss."""

    def number() -> str:
        return str(Fraction(random.randrange(-6, 7), 4))

    while True:
        size, samples = random.choice((1, 2)), random.randrange(1, 4)
        widths = random.choice(([1], [2], [1, 1], [2, 1], [1, 2, 1]))
        risk = EmpiricalRisk(
            [[number() for _ in range(size)] for _ in range(samples)],
            [[number() for _ in range(widths[-1])] for _ in range(samples)],
            widths,
            random.choice(ACTIVATIONS),
            output=random.choice(("identity", "identity", "square", "tanh")),
            biases=random.random() < 0.5,
            residual=random.random() < 0.2,
            scale=random.choice(("half-sum", "sum", "mean")),
            weight_decay=random.choice((0, 0, "1/10")),
            bias_decay=random.choice((0, "1/5")),
            fixed={0: number()} if random.random() < 0.2 and widths != [1] else None,
        )
        start = (tuple(Fraction(number()) for _ in range(risk.trained)),)
        steps, momentum = random.choice((0, 1, 2, 3, 30)), random.choice((0, 0, "1/2"))
        try:
            found = certify_steps(risk.exact, start, "1/50", steps, momentum, most_bits=512).read()
        except NotCertified:
            continue
        statement: Any = found.statement
        low, high = statement.value
        moved = random.choice((Fraction(0), Fraction(0), Fraction(1, 1000), Fraction(-1, 1000))) * high
        return replace(found, statement=replace(statement, value=(low + moved, high + moved)))
