"""Networks as people train them, on seeds of your choice: how many local minima are proved, in how many CPU seconds.

    python benchmarks/networks.py --output docs/BENCHMARKS.md

Trains with scikit-learn and PyTorch, goes on down along kinks to a local minimum, certifies and checks it. Writes its
own section of the report, and keeps the others. `--first` and `--count` take other seeds, `--only` some of the rows;
`--each` prints a line for each run as it ends.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from sections import put_section
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler
from verify.proofs.trained_networks import Convolution, Training, prove, prove_convolution, prove_linear

from verify.checker.public import Verified
from verify.checker.public import prove as check
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.interpolation import certify_interpolation

HEADING = "Networks as people train them"
FROM, COUNT = 100, 10
Make = Callable[[int], Certificate]


@dataclass(frozen=True, slots=True)
class Floor:
    """A kind of network, trained from many seeds."""

    name: str
    make: Make
    most: float
    """CPU seconds allowed to train and certify."""
    seeds: int = COUNT


@dataclass(frozen=True, slots=True)
class Run:
    """What one seed came to."""

    seed: int
    prove: float
    check: float
    reason: str
    """Empty if the minimum was proved."""


def _trained(classifier: bool, hidden: tuple[int, ...], alpha: float, seed: int) -> Certificate:
    return prove(Training("benchmark", classifier, hidden, alpha, seed))


def _convolution(filters: int, decay: Fraction, seed: int) -> Certificate:
    return prove_convolution(Convolution("benchmark", filters, decay, seed))


def _fitted(samples: int, activation: str, seed: int) -> Certificate:
    """A wide network whose training has come near loss 0; the data: diabetes, all ten columns."""
    inputs, targets = load_diabetes(return_X_y=True)
    random = np.random.default_rng(seed)
    if samples > len(inputs):
        inputs, targets = random.normal(size=(samples, 10)), random.normal(size=samples)
    inputs = StandardScaler().fit_transform(inputs[:samples]).round(3)
    targets = ((targets[:samples] - targets[:samples].mean()) / targets[:samples].std()).round(3)
    width = samples // 5
    risk = EmpiricalRisk(inputs, targets, [width, 1], activation, scale="mean")
    weights = random.normal(size=(width, 10)) / np.sqrt(10)
    start = np.concatenate(
        [weights.ravel(), random.normal(size=width), random.normal(size=width) / np.sqrt(width), [0]]
    )
    return certify_interpolation(risk, start)


FLOORS = (
    *(
        Floor(f"MLPRegressor 8-16-1, alpha = {alpha:g}", partial(_trained, False, (16,), alpha), 10)
        for alpha in (0.0, 0.1, 1.0)
    ),
    *(
        Floor(f"MLPRegressor 8-8-8-1, alpha = {alpha:g}", partial(_trained, False, (8, 8), alpha), 10, 5)
        for alpha in (0.0, 0.1, 1.0)
    ),
    *(
        Floor(f"MLPClassifier 8-8-1, alpha = {alpha:g}", partial(_trained, True, (8,), alpha), 10, 5)
        for alpha in (0.1, 1.0)
    ),
    Floor("CNN, digits, 2 filters, decay 0.01", partial(_convolution, 2, Fraction(1, 100)), 30, 3),
    Floor("CNN, digits, 4 filters, decay 0.01", partial(_convolution, 4, Fraction(1, 100)), 120, 3),
    Floor("deep linear 10-6-6-3", lambda seed: prove_linear(), 2, 1),
    Floor("interpolation, N = 200, tanh", partial(_fitted, 200, "tanh"), 1, 3),
    Floor("interpolation, N = 500, tanh", partial(_fitted, 500, "tanh"), 5, 3),
    Floor("interpolation, N = 500, ReLU", partial(_fitted, 500, "relu"), 5, 3),
)


def timed(make: Callable[[], Certificate | object]) -> tuple[object, float]:
    """What it makes, and the CPU seconds."""
    start = time.process_time()
    made = make()
    return made, time.process_time() - start


def runs(floor: Floor, seeds: Iterable[int]) -> Iterator[Run]:
    """One after the other."""
    for seed in seeds:
        start = time.process_time()
        try:
            certificate = floor.make(seed)
        except NotCertified as error:
            yield Run(seed, time.process_time() - start, 0.0, f"{error.code}: {error.reason}")
            continue
        made = time.process_time() - start
        verdict, checked = timed(lambda certificate=certificate: check(certificate.read()))  # type: ignore[misc]
        yield Run(seed, made, checked, "" if isinstance(verdict, Verified) else f"not verified: {verdict}")


def row(floor: Floor, found: list[Run]) -> str:
    """Of the table."""
    proved = [run for run in found if not run.reason]
    seeds = f"{found[0].seed}-{found[-1].seed}" if len(found) > 1 else str(found[0].seed)
    most = max((run.prove for run in found), default=0.0), max((run.check for run in proved), default=0.0)
    undecided = "; ".join(f"{run.seed}: {run.reason}" for run in found if run.reason)
    return (
        f"| {floor.name} | {seeds} | {len(proved)} of {len(found)} | {most[0]:.1f} ({floor.most:g}) | "
        f"{most[1]:.1f} | {undecided} |"
    )


def report(first: int, count: int | None, only: str, *, each: bool) -> str:
    """The section."""
    lines = [
        "Made by `python benchmarks/networks.py --output docs/BENCHMARKS.md`. CPU seconds, the most of all seeds: to",
        "train, go down along kinks and certify (which includes a check), in brackets the floor; and to check once",
        "more, in balls.",
        "",
        "| network | seeds | proved | to prove | to check | undecided |",
        "|---|---|---|---|---|---|",
    ]
    for floor in FLOORS:
        if only not in floor.name:
            continue
        found = []
        for run in runs(floor, range(first, first + (count or floor.seeds))):
            found.append(run)
            if each:
                print(floor.name, run, flush=True)
        lines.append(row(floor, found))
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is written; without, it is printed")
    parser.add_argument("--first", type=int, default=FROM, help="the first seed")
    parser.add_argument("--count", type=int, help="how many seeds for each network")
    parser.add_argument("--only", default="", help="only networks whose name has this")
    parser.add_argument("--each", action="store_true", help="print each run as it ends")
    given = parser.parse_args()
    text = report(given.first, given.count, given.only, each=given.each)
    if given.output is None:
        print(text)
    else:
        put_section(given.output, HEADING, text)


if __name__ == "__main__":
    main()
