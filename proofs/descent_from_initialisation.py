"""Gradient descent from a random initialisation reaches loss 0: proved for one start, one width, one step.

`verify prove descent-from-initialisation` takes the first handwritten digits that come with scikit-learn (centred, of
length 1, rounded to multiples of 2^-16; constant pixels left out), even and odd ones with the targets 1 and -1, and a
tanh network of width 256 whose output weights are +-1/16 and stay as they are: neurons in pairs with opposite output
weights, so that the network starts as 0. And one of width 30 of which all layers are trained. Initial weights are
normal, rounded to multiples of 2^-10. In float64 they are found to converge; here exact descent is followed until a
theorem says that it converges: in balls, or, for 50 digits, in doubles with bounds of their errors, which is faster.
Checking needs no scikit-learn.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from verify.checker.public import Reason, Statement
from verify.checker.statements.risk_descent import DescentConverges
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.gradient_descent import certify_gradient_descent

SEED = 0


@dataclass(frozen=True, slots=True)
class Descent:
    """One run."""

    samples: int
    width: int
    step: Fraction
    """On half the sum of squares."""
    trains_output: bool = False

    @property
    def name(self) -> str:
        """Its claim's, and its file's."""
        return f"digits-{self.samples}" + ("-all-layers" if self.trains_output else "")

    @property
    def file(self) -> str:
        """Its certificate's."""
        return f"{self.name}.json"


DESCENTS = (
    Descent(10, 256, Fraction(1, 4)),
    Descent(20, 256, Fraction(1, 4)),
    Descent(20, 30, Fraction(1, 64), trains_output=True),
    Descent(50, 256, Fraction(1, 8)),
)


def digits(samples: int) -> tuple[Any, Any]:
    """Inputs (samples, pixels) and targets (samples,). Raises NotCertified without scikit-learn."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise NotCertified(
            "the data come with scikit-learn: pip install 'landscape-verify[scikit-learn]'", {}, Reason.MISSING_SOFTWARE
        ) from None
    pixels, digit = load_digits(return_X_y=True)
    rows = pixels[:samples, np.ptp(pixels[:samples], axis=0) > 0]
    rows = rows - rows.mean(axis=0)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.round(rows * 2**16) / 2**16, np.where(digit[:samples] % 2, -1, 1)


def started(descent: Descent) -> tuple[EmpiricalRisk, Any]:
    """The risk, and the initial parameters."""
    inputs, targets = digits(descent.samples)
    rng = np.random.default_rng(SEED)
    pixels = inputs.shape[1]
    if descent.trains_output:
        risk = EmpiricalRisk(inputs, targets, [descent.width, 1], "tanh")
        output = rng.normal(size=descent.width) / np.sqrt(descent.width)
        hidden = rng.normal(size=descent.width * pixels)
        start = np.concatenate([hidden, np.zeros(descent.width), output, [0.0]])
    else:
        half = rng.normal(size=(descent.width // 2, pixels))
        signs = np.repeat([1, -1], descent.width // 2)
        fixed = {descent.width * pixels + r: Fraction(int(sign), 16) for r, sign in enumerate(signs)}
        risk = EmpiricalRisk(inputs, targets, [descent.width, 1], "tanh", biases=False, fixed=fixed)
        start = np.concatenate([half, half]).ravel()
    return risk, np.round(start * 2**10) / 2**10


def prove(descent: Descent) -> Certificate:
    """That exact gradient descent from this start converges to loss 0."""
    risk, start = started(descent)
    return certify_gradient_descent(risk, start, descent.step)


def settles(descent: Descent) -> Callable[[Statement], bool]:
    """Whether a statement is that gradient descent of such a network converges, with this step."""

    def is_meant(statement: Statement) -> bool:
        if not isinstance(statement, DescentConverges):
            return False
        landscape = statement.landscape
        return (
            landscape.network.widths[1:] == (descent.width, 1)
            and landscape.network.layers[0].activation.describe() == "tanh"
            and len(landscape.inputs) == descent.samples
            and landscape.factor == Fraction(1, 2)
            and statement.step == descent.step
            and bool(landscape.fixed) != descent.trains_output
        )

    return is_meant


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """The certificates, unless they are there and check."""
    parts = [Part(descent.file, partial(prove, descent), settles(descent)) for descent in DESCENTS]
    write_parts(parts, folder, progress, executor)


def _said(descent: Descent) -> str:
    trained = "all layers are" if descent.trains_output else "the hidden layer is"
    return (
        f"Exact gradient descent with step {descent.step} on a tanh network of width {descent.width}, of which "
        f"{trained} trained, and the first {descent.samples} handwritten digits, even or odd, converges to loss 0 from "
        "one random start."
    )


PROOF = Proof(
    name="descent-from-initialisation",
    paper="this project's own runs, after Du, Zhai, Poczos & Singh 2019",
    claims=tuple(
        Claim(name=descent.name, statement=_said(descent), file=descent.file, settled_by=settles(descent))
        for descent in DESCENTS
    ),
    write=write,
)
