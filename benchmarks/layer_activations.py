"""A network's activations: power series of one formula against the derivatives that the checker has.

    python benchmarks/layer_activations.py --output docs/BENCHMARKS.md

Writes its own section of the report, and keeps the others. One formula gives value and derivatives if it is evaluated
on the power series z + t modulo t^3, over a ball z. A ratio is that of the series to the checker: of the radii of
value, first and second derivative together, and of the time.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from flint import arb, arb_series, ctx
from sections import put_section
from timing import ratio_of_times

from verify.checker.losses.layer_activations import derivatives
from verify.checker.statements.network import SMOOTH, LayerActivation

HEADING = "Derivatives of a network's activations"
RADII = ("1e-8", "1e-3", "1e-1")
BALLS = 1_000

FORMULAS: dict[str, Callable[[arb_series], arb_series]] = {
    "sigmoid": lambda z: 1 / (1 + (-z).exp()),
    "tanh": lambda z: 2 / (1 + (-2 * z).exp()) - 1,
    "arctan": lambda z: z.atan(),
    "softplus": lambda z: (1 + z.exp()).log(),
    "gelu": lambda z: z * (1 + (z / arb(2).sqrt()).erf()) / 2,
}


def by_series(name: str, z: arb) -> list[arb]:
    """Value, first and second derivative."""
    series = FORMULAS[name](arb_series([z, 1]))
    return [series[0], series[1], 2 * series[2]]


def compared(name: str, radius: str) -> str:
    """A row of the table."""
    generator = random.Random(3)
    balls = [arb(generator.uniform(-4, 4), radius) for _ in range(BALLS)]
    activation = LayerActivation(name)
    ratios = []
    for z in balls:
        for hand, series in zip(derivatives(activation, z), by_series(name, z), strict=True):
            assert hand.overlaps(series)
            ratios.append(float(series.rad()) / float(hand.rad()))
    time = ratio_of_times(partial(derivatives, activation), partial(by_series, name), [(z,) for z in balls])
    return f"| {name} | {radius} | {median(ratios):.2f}, {max(ratios):.2f} | {time:.2f} |"


def main() -> None:
    """Measure, print the table, and write it if a report is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is to be replaced")
    options = parser.parse_args()
    ctx.prec, ctx.cap = 53, 3
    rows = ["| activation | radius of z | width (median, largest) | time |", "|---|---|---|---|"]
    rows += [compared(name, radius) for name in SMOOTH for radius in RADII]
    words = (
        "`benchmarks/layer_activations.py`: value and derivatives by a power series of one formula, over those that "
        "the checker has, as ratios."
    )
    text = "\n".join([words, "", *rows])
    print(text)
    if options.output:
        put_section(options.output, HEADING, text)


if __name__ == "__main__":
    main()
