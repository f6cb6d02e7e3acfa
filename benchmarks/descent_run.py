"""A certified run of gradient descent again, on integers with 128 bits after the point, by a program of its own.

    python benchmarks/descent_run.py certificates/descent-from-initialisation/digits-50.json

Takes the network, the data, the start and the step from the file, and nothing from the checker or the prover. Prints
the loss after the T steps with its bounds in the file, and how much it falls in each of 100 steps more; exit code 1 if
one of these is not as the file says. Each operation is wrong by a few units of 2^-128, and over such runs descent does
not make that much larger (the rule `shadowing` bounds by how much), so that about 30 digits are right. For tanh and
squares, as in the committed certificates: 50 digits take about 50 CPU seconds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from mpmath.libmp.libelefun import exp_fixed

BITS = 128
ONE = 1 << BITS
AFTERWARDS = 100


def number(text: str) -> Fraction:
    """A number of the file: p, p/q or m*2^e."""
    if "*2^" in text:
        mantissa, exponent = text.split("*2^")
        return int(mantissa) * Fraction(2) ** int(exponent)
    return Fraction(text)


def fixed(x: Fraction) -> int:
    """In units of 2^-128, rounded down."""
    return x.numerator * ONE // x.denominator


def tanh(z: int) -> int:
    """(1 - q) / (1 + q) for q = exp(-2 |z|)."""
    q = int(exp_fixed(-2 * abs(z), BITS))
    found = (ONE - q) * ONE // (ONE + q)
    return found if z >= 0 else -found


TANH: Callable[[Any], Any] = np.frompyfunc(tanh, 1, 1)


@dataclass
class Run:
    """The losses after T, T + 1, ... steps, and what is claimed of them."""

    losses: list[Fraction]
    low: Fraction
    high: Fraction
    rate: Fraction

    def factors(self) -> list[Fraction]:
        """By how much the loss is multiplied in each step after the T."""
        return [after / before for before, after in zip(self.losses, self.losses[1:], strict=False)]

    def agrees(self) -> bool:
        """The loss is within its bounds, and then falls at least at the rate."""
        return self.low <= self.losses[0] <= self.high and max(self.factors()) <= self.rate


def run(statement: dict[str, Any], afterwards: int = AFTERWARDS) -> Run:
    """Follow it: W is (neurons, inputs), X is (samples, inputs)."""
    land = statement["landscape"]
    hidden, output = land["layers"]
    if hidden["activation"] != "tanh" or land["loss"]["kind"] != "squares":
        raise SystemExit("for squares and tanh only")
    X = np.array([[fixed(number(x)) for x in row] for row in land["inputs"]], dtype=object)
    y = np.array([fixed(number(target)) for (target,) in land["targets"]], dtype=object)
    size, inputs = hidden["width"], X.shape[1]
    given = {place: fixed(number(value)) for place, value in land.get("fixed", [])}
    trained = iter([fixed(number(x)) for x in statement["start"][0]])
    count = size * (inputs + hidden["bias"] + 1) + output["bias"]
    theta = np.array([given[place] if place in given else next(trained) for place in range(count)], dtype=object)
    W, rest = theta[: size * inputs].reshape(size, inputs), theta[size * inputs :]
    b = rest[:size] if hidden["bias"] else np.zeros(size, dtype=object)
    rest = rest[size * hidden["bias"] :]
    v, c = rest[:size], rest[size] if output["bias"] else 0
    factor = fixed(number(land["loss"]["factor"]))
    pull = 2 * factor * fixed(number(statement["step"])) >> BITS  # the step on the risk, times the loss's slope in e
    low, high = map(number, statement["value"])
    losses: list[Fraction] = []
    for count in range(statement["steps"] + afterwards + 1):
        s = TANH((X @ W.T >> BITS) + b)
        e = (s @ v >> BITS) + c - y
        if count >= statement["steps"]:
            losses.append(Fraction(int(factor * int(e @ e)), ONE**3))
        shift = pull * e >> BITS
        back = ((shift[:, None] * v >> BITS) * (ONE - (s * s >> BITS))) >> BITS
        W = W - (back.T @ X >> BITS)
        b = b - (back.sum(axis=0) if hidden["bias"] else 0)
        if not given:
            v, c = v - (shift @ s >> BITS), c - (int(shift.sum()) if output["bias"] else 0)
    return Run(losses, low, high, number(statement["rate"]))


def main() -> None:
    """Compare one file with its run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--afterwards", type=int, default=AFTERWARDS, help="steps after the T of the file")
    given = parser.parse_args()
    statement = json.loads(given.file.read_bytes())["statement"]
    found = run(statement, given.afterwards)
    print(f"loss after {statement['steps']} steps: {float(found.losses[0]):.17g}")
    print(f"in the file: [{float(found.low):.17g}, {float(found.high):.17g}]")
    print(f"largest factor of {given.afterwards} steps more: {float(max(found.factors())):.12f}")
    print(f"in the file: {float(found.rate):.12f}")
    print(f"loss after these: {float(found.losses[-1]):.6g}")
    print("agrees" if found.agrees() else "DOES NOT AGREE")
    raise SystemExit(0 if found.agrees() else 1)


if __name__ == "__main__":
    main()
