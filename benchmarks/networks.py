"""Networks as people train them, on seeds of your choice: what is proved of where training stopped, in CPU seconds.

    python benchmarks/networks.py --first 300 --runs runs.jsonl --output docs/BENCHMARKS.md

Trains with scikit-learn and PyTorch, goes on down along kinks to a local minimum, and certifies what can be proved:
that a local minimum is there, or that none is near where training stopped. Writes its own section of the report, and
keeps the others. `--first` and `--count` take other seeds, `--only` some of the rows; `--runs` names a file with a
line for each run as it ends: runs that stand there are not made again, so that a table can be made in several goes;
with `--stored` it is made of them alone.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does: more threads only wait for each other
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from sections import put_section
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler
from verify.proofs.trained_networks import Convolution, Training, risk_of, risk_of_convolution, risk_of_linear

from verify.checker.public import Verified
from verify.checker.public import prove as check
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.interpolation import certify_interpolation
from verify.producer.prover.trained import refine

HEADING = "Networks as people train them"
FROM, COUNT = 300, 10
MINIMUM, NOWHERE, ZERO, UNDECIDED = "minimum", "none near", "loss 0", "undecided"
Point = tuple[EmpiricalRisk, NDArray[np.float64]]
Decision = tuple[str, str, list[Certificate]]
"""Of what was proved the name and the words, and what proves it."""


def refined(risk: EmpiricalRisk, theta: NDArray[np.float64]) -> Decision:
    """What `verify.refine` proves."""
    found = refine(risk, theta)
    certificates = [each for each in (found.minimum, found.nowhere_near, found.not_attained) if each is not None]
    where = f"loss {found.loss:.6g}, {found.refined_loss:.6g} at a distance of {found.distance:.3g}"
    if found.minimum is not None:
        return MINIMUM, where, certificates[:1]
    if found.not_attained is not None:
        return NOWHERE, f"the infimum is not attained; {where}", certificates
    if found.nowhere_near is not None:
        statement = found.nowhere_near.read().statement
        within = f"none within {float(getattr(statement, 'radius', 0)):.0e}"
        return NOWHERE, f"{within}; {where}; {found.reason}", certificates
    return UNDECIDED, f"{where}; {found.reason}", []


def interpolated(risk: EmpiricalRisk, theta: NDArray[np.float64]) -> Decision:
    """That a point of loss 0 is near."""
    try:
        return ZERO, "", [certify_interpolation(risk, theta)]
    except NotCertified as error:
        return UNDECIDED, error.reason, []


@dataclass(frozen=True, slots=True)
class Floor:
    """A kind of network, trained from many seeds."""

    name: str
    train: Callable[[int], Point]
    most: float
    """CPU seconds allowed to prove."""
    seeds: int = COUNT
    decide: Callable[[EmpiricalRisk, NDArray[np.float64]], Decision] = refined


@dataclass(frozen=True, slots=True)
class Run:
    """What one seed came to."""

    name: str
    seed: int
    train: float
    prove: float
    check: float
    decision: str
    words: str


def _mlp(classifier: bool, hidden: tuple[int, ...], alpha: float, seed: int) -> Point:
    return risk_of(Training("benchmark", classifier, hidden, alpha, seed))


def _convolution(filters: int, decay: Fraction, seed: int) -> Point:
    return risk_of_convolution(Convolution("benchmark", filters, decay, seed))


def _wide(samples: int, activation: str, seed: int) -> Point:
    """A wide network at random, from which Newton's method reaches loss 0; the data: diabetes, all ten columns."""
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
    return risk, start


FLOORS = (
    *(
        Floor(f"MLPRegressor 8-16-1, alpha = {alpha:g}", partial(_mlp, False, (16,), alpha), 10)
        for alpha in (0.0, 0.1, 1.0)
    ),
    *(
        Floor(f"MLPRegressor 8-8-8-1, alpha = {alpha:g}", partial(_mlp, False, (8, 8), alpha), 10)
        for alpha in (0.0, 0.1, 1.0)
    ),
    *(Floor(f"MLPClassifier 8-8-1, alpha = {alpha:g}", partial(_mlp, True, (8,), alpha), 10) for alpha in (0.1, 1.0)),
    Floor("CNN, digits, 2 filters, decay 0.01", partial(_convolution, 2, Fraction(1, 100)), 30, 5),
    Floor("CNN, digits, 4 filters, decay 0.01", partial(_convolution, 4, Fraction(1, 100)), 120, 5),
    Floor("deep linear 10-6-6-3", risk_of_linear, 2, 3),
    Floor("interpolation, N = 200, tanh", partial(_wide, 200, "tanh"), 1, 3, interpolated),
    Floor("interpolation, N = 500, tanh", partial(_wide, 500, "tanh"), 5, 3, interpolated),
    Floor("interpolation, N = 500, ReLU", partial(_wide, 500, "relu"), 5, 3, interpolated),
)


def run(floor: Floor, seed: int) -> Run:
    """One network, trained, decided, and what was proved checked once more."""
    times = [time.process_time()]
    point = floor.train(seed)
    times.append(time.process_time())
    decision, words, certificates = floor.decide(*point)
    times.append(time.process_time())
    verdicts = [check(certificate.read()) for certificate in certificates]
    times.append(time.process_time())
    if not all(isinstance(verdict, Verified) for verdict in verdicts):
        decision, words = UNDECIDED, f"not verified again: {verdicts}"
    spent = [round(end - start, 3) for start, end in zip(times, times[1:], strict=False)]
    return Run(floor.name, seed, *spent, decision, words)


def row(floor: Floor, found: list[Run]) -> str:
    """Of the table."""
    decided = [each for each in found if each.decision != UNDECIDED]
    counts = [sum(each.decision in names for each in found) for names in ((MINIMUM, ZERO), (NOWHERE,))]
    seeds = f"{found[0].seed}-{found[-1].seed}" if len(found) > 1 else str(found[0].seed)
    proving = sorted(each.prove for each in found)
    most = f"{proving[len(proving) // 2]:.1f}, {proving[-1]:.1f} ({floor.most:g})"
    checked, trained = max((each.check for each in decided), default=0.0), max(each.train for each in found)
    return (
        f"| {floor.name} | {seeds} | {len(decided)} of {len(found)} | {counts[0]} | {counts[1]} | {most} | "
        f"{checked:.1f} | {trained:.1f} |"
    )


def report(first: int, count: int | None, only: str, runs: Path | None, *, stored: bool = False) -> str:
    """The section; with `stored`, of the runs that stand in the file, and no others."""
    known = _known(runs)
    lines = [
        "Made by `python benchmarks/networks.py --output docs/BENCHMARKS.md` on a busy machine, with seeds that",
        "the prover was not tuned on. *Decided*: a local minimum is proved where descent along kinks comes to",
        "rest, or a point of loss 0; or else that no local minimum is within some distance of where training",
        "stopped (the lowest point that descent reached is then told in floating point). CPU seconds on one",
        "thread: to go down and certify, which includes a check (the median and the most",
        "of all seeds, in brackets the floor); to check once more, in balls (the most); to train (the most).",
        "",
        "| network | seeds | decided | a minimum | none near | to prove | to check | to train |",
        "|---|---|---|---|---|---|---|---|",
    ]
    others = []
    for floor in FLOORS:
        if only not in floor.name:
            continue
        seeds = [*range(first, first + (count or floor.seeds))]
        if stored:
            seeds = [seed for seed in seeds if (floor.name, seed) in known]
        found = [known.get((floor.name, seed)) or _stored(run(floor, seed), runs) for seed in seeds]
        if not found:
            continue
        lines.append(row(floor, found))
        others += [each for each in found if each.decision in (NOWHERE, UNDECIDED)]
    if others:
        lines += ["", "Where no minimum was proved:", ""]
        lines += [f"- {each.name}, seed {each.seed}: {each.decision}: {each.words}." for each in others]
    return "\n".join(lines)


def _known(runs: Path | None) -> dict[tuple[str, int], Run]:
    """Those that stand in the file."""
    if runs is None or not runs.exists():
        return {}
    found = [Run(**json.loads(line)) for line in runs.read_text(encoding="utf-8").splitlines()]
    return {(each.name, each.seed): each for each in found}


def _stored(made: Run, runs: Path | None) -> Run:
    """The run, added to the file."""
    if runs is not None:
        with runs.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(made)) + "\n")
    return made


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is written; without, it is printed")
    parser.add_argument("--first", type=int, default=FROM, help="the first seed")
    parser.add_argument("--count", type=int, help="how many seeds for each network")
    parser.add_argument("--only", default="", help="only networks whose name has this")
    parser.add_argument("--runs", type=Path, help="a file to which each run is added as it ends, and from which taken")
    parser.add_argument("--stored", action="store_true", help="make no runs: the table of those that stand in the file")
    given = parser.parse_args()
    text = report(given.first, given.count, given.only, given.runs, stored=given.stored)
    if given.output is None:
        print(text)
    else:
        put_section(given.output, HEADING, text)


if __name__ == "__main__":
    main()
