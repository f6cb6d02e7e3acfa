"""Gradient descent from initialisation: proved and checked, and the same run in extended precision beside it.

    python benchmarks/descent.py --output docs/BENCHMARKS.md

Writes its own section of the report, and keeps the others. Needs scikit-learn.
"""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import numpy as np
from sections import write_or_print
from verify.proofs.descent_from_initialisation import DESCENTS, Descent, started

from verify.checker.public import Verified, prove
from verify.checker.statements.risk_descent import DescentConverges
from verify.producer.prover.gradient_descent import certify_gradient_descent

HEADING = "Gradient descent from initialisation"
LARGER = (Descent(100, 300, Fraction(1, 16)),)
"""Its certificate is not committed."""
AFTERWARDS = 100
LONG = np.longdouble


def extended(statement: DescentConverges) -> list[Any]:
    """The losses of the run in extended precision, and of some steps more; straight from the formulas."""
    landscape = statement.landscape
    hidden, output = landscape.network.layers
    x = np.array([[LONG(float(entry)) for entry in row] for row in landscape.inputs])
    y = np.array([LONG(float(target)) for (target,) in landscape.targets])
    theta = [LONG(float(entry)) for entry in (*statement.start[0], *(value for _, value in landscape.fixed))]
    W = np.array(theta[: hidden.width * hidden.inputs]).reshape(hidden.width, hidden.inputs)
    rest = theta[hidden.width * hidden.inputs :]
    b = np.array(rest[: hidden.width]) if hidden.bias else np.zeros(hidden.width, LONG)
    rest = rest[hidden.width * hidden.bias :]
    v, c = np.array(rest[: hidden.width]), rest[-1] if output.bias else LONG(0)
    eta, factor = LONG(float(statement.step)), LONG(float(landscape.factor))
    losses = []
    for _ in range(statement.steps + AFTERWARDS):
        s = np.tanh(x @ W.T + b)
        e = s @ v + c - y
        losses.append(factor * (e @ e))
        pull = 2 * factor * e
        back = (pull[:, None] * v) * (1 - s * s)
        trains = not landscape.fixed
        W, b = W - eta * (back.T @ x), b - eta * back.sum(axis=0) * hidden.bias
        v, c = v - eta * (pull @ s) * trains, c - eta * pull.sum() * (trains and output.bias)
    return losses


def row(descent: Descent) -> str:
    """One line of the table."""
    risk, start = started(descent)
    began = time.process_time()
    certificate = certify_gradient_descent(risk, start, descent.step)
    proved = time.process_time() - began
    began = time.process_time()
    verdict = prove(certificate.read())
    checked = time.process_time() - began
    statement = certificate.read().statement
    if not isinstance(verdict, Verified) or not isinstance(statement, DescentConverges):
        raise SystemExit(f"{descent.name}: {verdict}")
    losses = extended(statement)
    low, high = map(float, statement.value)
    agrees = low <= losses[statement.steps] <= high
    pairs = zip(losses[statement.steps :], losses[statement.steps + 1 :], strict=False)
    largest = max(float(after / before) for before, after in pairs)
    falls = largest <= float(statement.rate)
    trained = "all" if descent.trains_output else "hidden"
    said = "yes" if agrees and falls else "NO"
    return (
        f"| {descent.samples} | {descent.width} | {trained} | {descent.step} | {statement.steps} | {high:.3g} | "
        f"{float(statement.rate):.6f} | {largest:.6f} | {said} | {verdict.trust} | {proved:.1f} | {checked:.1f} |"
    )


def report() -> str:
    """Measure."""
    lines = [
        "Handwritten digits, tanh, one random start each (`verify prove descent-from-initialisation`, and 100 digits).",
        "",
        "| digits | width | layers trained | step | T | loss after T steps | proved factor in a step | "
        f"factor in extended precision, worst of {AFTERWARDS} | agrees | tier | proved, CPU s | checked, CPU s |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        *map(row, (*DESCENTS, *LARGER)),
        "",
        "*Agrees*: the run in extended precision has a loss after T steps within the proved bounds, and then falls in "
        "each step at least by the proved factor.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    write_or_print(__doc__, HEADING, report)
