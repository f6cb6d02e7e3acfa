"""Landscapes of 3 and 4 trained parameters: which claims about a whole box `verify audit` decides, and in what time.

`python benchmarks/boxes.py` prints a table; `--write` puts it into docs/BENCHMARKS.md; `--only WORD` takes the rows
with that word. Of each landscape and box it claims what descents in floating point from 400 random points end at (the
number of local minima), one more than that, as many critical points as Newton's method from these points ends at, and
that there is no spurious minimum. A claim that is not what these searches find must not be proved.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from scipy.optimize import minimize, root
from sections import put_section

from verify import EmpiricalRisk
from verify.producer.audit.claims import Claim
from verify.producer.audit.judge import PROVED, Finding, judge

ROOT = Path(__file__).parents[1]
STARTS = 400
INSIDE = 1e-6
COUNT, LIST, NONE = "exact-count-of-minima", "critical-points-complete", "no-spurious-minimum-in-box"


@dataclass(frozen=True)
class Landscape:
    """A risk and a box of its parameters."""

    name: str
    risk: EmpiricalRisk
    box: tuple[tuple[Fraction, Fraction], ...]


def _landscape(name: str, box: str, **options: object) -> Landscape:
    """`box`: "low high" for all parameters alike, or for each."""
    risk = EmpiricalRisk(**options)  # type: ignore[arg-type]
    ends = [Fraction(word) for word in box.split()]
    sides = list(zip(ends[::2], ends[1::2], strict=True))
    return Landscape(name, risk, tuple(sides * risk.trained if len(sides) == 1 else sides))


LINE, FOUR = [[-1], [0], [1], [2]], [1, 0, 1, 0]
DECAY = {"weight_decay": "1/5", "bias_decay": "1/5"}


def landscapes() -> list[Landscape]:
    """Of one hidden unit: weight, bias, weight and bias of the output; with no output bias three parameters."""
    four = {"inputs": LINE, "targets": FOUR, "widths": [1, 1]}
    three = {**four, "biases": [True, False]}
    signs = {**four, "targets": [1, -1, 1, -1], "loss": "logistic"}
    both = {"inputs": [[-1], [0], [1]], "targets": [[1, 0], [0, 1], [1, 1]], "widths": [1, 2], "biases": False}
    return [
        _landscape("softplus, decay", "-1 1", activation="softplus", **four, **DECAY),
        _landscape("tanh, decay", "-1 1", activation="tanh", **four, **DECAY),
        _landscape("sigmoid, decay", "-1 1", activation="sigmoid", **four, **DECAY),
        _landscape("arctan, decay", "-1 1", activation="arctan", **four, **DECAY),
        _landscape("gelu (erf), decay", "-1 1", activation="gelu", **four, **DECAY),
        _landscape("square, decay", "-1 1", activation="square", **four, **DECAY),
        _landscape("tanh, no decay", "-1 1", activation="tanh", **four),
        _landscape("square, no decay", "1/4 2 -1 1 1/4 2 -1 1", activation="square", **four),
        _landscape("softplus, three, decay", "-2 2", activation="softplus", **three, **DECAY),
        _landscape("sigmoid, three, no decay", "1/4 2 -2 2 1/4 2", activation="sigmoid", **three),
        _landscape("tanh, three, decay", "-2 2", activation="tanh", **three, **DECAY),
        _landscape("logistic loss, tanh, decay", "-1 1", activation="tanh", **signs, **DECAY),
        _landscape("logistic loss, softplus, decay", "-1 1", activation="softplus", **signs, **DECAY),
        _landscape("two outputs, tanh, decay", "-2 2", activation="tanh", **both, **DECAY),
        _landscape("ReLU, decay, no kink", "1/4 2 9/4 4 -1 1 -1 1", activation="relu", **four, **DECAY),
        _landscape("ReLU, decay, kinks", "-1 1", activation="relu", **four, **DECAY),
        _landscape("a minimum on a side", "0 1 -1 1 -1 1", activation="tanh", **{**three, "targets": [0] * 4}, **DECAY),
        _landscape("a degenerate minimum", "-1 1", activation="square", **{**three, "targets": [0] * 4}),
    ]


def starts(landscape: Landscape) -> np.ndarray:
    """(400, trained): random points of the box."""
    low, high = ends_of(landscape)
    return np.random.default_rng(19).uniform(low, high, (STARTS, len(low)))


def ends_of(landscape: Landscape) -> tuple[np.ndarray, np.ndarray]:
    """The lower ends of the sides of the box, and the upper ones."""
    low, high = np.array([[float(end) for end in side] for side in landscape.box]).T
    return low, high


def different(landscape: Landscape, points: Iterable[np.ndarray]) -> list[np.ndarray]:
    """Those inside of the box at which the gradient is 0 to rounding, each once."""
    low, high = ends_of(landscape)
    found: list[np.ndarray] = []
    for x in points:
        inside = ((x > low + INSIDE) & (x < high - INSIDE)).all()
        if not inside or np.abs(landscape.risk.gradient(x)).max() > 1e-6:
            continue
        if not any(np.abs(x - other).max() < 1e-4 for other in found):
            found.append(x)
    return found


def minima(landscape: Landscape) -> list[np.ndarray]:
    """The different points within the box at which descents from random points of it end, and the loss is convex."""
    risk = landscape.risk

    def slope(x: np.ndarray) -> np.ndarray:
        return risk.gradient(x)[0]

    ends = (minimize(risk.value, x, jac=slope, method="BFGS", options={"gtol": 1e-9}).x for x in starts(landscape))
    return different(landscape, (x for x in ends if np.linalg.eigvalsh(risk.hessian(x))[0] >= 1e-6))


def critical_points(landscape: Landscape) -> list[np.ndarray]:
    """The different points within the box at which Newton's method from random points of it ends."""
    risk = landscape.risk
    ends = (root(lambda x: risk.gradient(x)[0], x, jac=risk.hessian, tol=1e-12).x for x in starts(landscape))
    return different(landscape, ends)


def claims(landscape: Landscape) -> list[tuple[str, Claim, bool]]:
    """What is claimed, and whether that is what descents end at."""
    ends, critical = minima(landscape), len(critical_points(landscape))
    values = [float(landscape.risk.value(end)) for end in ends]
    low, high = ends_of(landscape)
    least = min(float(landscape.risk.value(x)) for x in np.random.default_rng(2).uniform(low, high, (2_000, len(low))))
    one = len(ends) == 1 and values[0] <= least
    claim = Claim("claim", COUNT, landscape.risk, None, None, None, None, len(ends), landscape.box, 0, (), ())
    return [
        (f"{len(ends)} minima", claim, True),
        (f"{len(ends) + 1} minima", replace(claim, count=len(ends) + 1), False),
        (f"{critical} critical points", replace(claim, property=LIST, count=critical), True),
        ("no spurious", replace(claim, property=NONE, count=0), one),
    ]


def told(finding: Finding) -> str:
    """The verdict, with the reason where there is none."""
    return finding.verdict if finding.code is None else f"{finding.verdict} ({finding.code})"


def rows(only: str) -> list[list[str]]:
    """One for each claim."""
    found = []
    for landscape in landscapes():
        if only not in landscape.name:
            continue
        for words, claim, expected in claims(landscape):
            with tempfile.TemporaryDirectory() as folder:
                start = time.process_time()
                finding = judge(claim, Path(folder))
                seconds = time.process_time() - start
            if finding.verdict == PROVED and not expected:
                raise SystemExit(f"proved, and descents say otherwise: {landscape.name}, {words}")
            found.append([landscape.name, words, told(finding), f"{seconds:.1f}"])
            print(" | ".join([*found[-1], finding.reason[:300]]), file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rows with this word")
    parser.add_argument("--write", action="store_true", help="put the table into docs/BENCHMARKS.md")
    options = parser.parse_args()
    table = rows(options.only)
    lines = ["| landscape and box | claim | verdict | CPU s |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in table]
    print("\n".join(lines))
    if options.write:
        put_section(ROOT / "docs" / "BENCHMARKS.md", "Boxes of parameters", "\n".join(lines))


if __name__ == "__main__":
    main()
