"""Du & Lee 2018: wide enough networks with quadratic activation have no spurious local minima.

The theorem, for all data sets and almost every perturbation C, and its failure without C are statements about all sizes
(docs/WIDE.md). Beside them single data sets are settled: every end point of a local search is certified global, by a
dual point (docs/SDP.md, "Quadratic networks"); the origin is certified a strict saddle; and below the paper's width a
spurious local minimum is certified. Whether the literature holds these instances was not searched.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from verify.checker.core.codes import Reason
from verify.checker.core.statement import Statement
from verify.checker.statements.quadratic_network import (
    GlobalMinima,
    NegativeCurvature,
    QuadraticStatement,
    SpuriousMinimum,
)
from verify.checker.statements.quadratic_networks import (
    GLOBAL,
    NOT_GLOBAL,
    EveryLocalMinimumGlobal,
    LocalMinimumNotGlobal,
)
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified
from verify.producer.sdp.quadratic import QuadraticNetwork, certify_global, certify_negative_curvature, certify_spurious
from verify.producer.wide.every_size import (
    certify_every_local_minimum_global,
    certify_local_minimum_not_global,
    signed_pairs,
    squared_widths,
)

RUNS = 10
GAP = Fraction(1, 10**8)
"""Relative to 1 + the loss."""
SIZES = ((8, 6, 4), (18, 10, 6), (32, 12, 8))
"""(n, d, k) with k (k + 1) / 2 > n and k = (2 n)^(1/2)."""
SEEDS = (0, 1)
NARROW = (10, 3, 1)
"""k (k + 1) / 2 <= n."""
ON_GRID, FINE = 2.0**-10, 2.0**-20


def data_set(n: int, d: int, k: int, seed: int, decay: float = 2.0**-4) -> QuadraticNetwork:
    """Gaussian inputs, targets of a network of two neurons with noise, a small random C; all on a dyadic grid."""
    random = np.random.default_rng(seed)
    inputs = np.round(random.normal(size=(n, d)) / ON_GRID) * ON_GRID
    clean = ((inputs @ random.normal(size=(2, d)).T) ** 2).sum(axis=1) / d
    targets = np.round((clean + random.normal(size=n) / 2) / ON_GRID) * ON_GRID
    perturbation = random.normal(size=(d, d)) * 2.0**-8
    symmetric = np.round((perturbation + perturbation.T) / 2 / FINE) * FINE
    return QuadraticNetwork(inputs, targets, k, decay, symmetric)


def name_of(n: int, k: int, seed: int) -> str:
    """The file of a data set's certificate."""
    return f"global-n{n:02}-k{k:02}-seed{seed}.json"


ALL_SIZES = squared_widths(2)
PAIRS = signed_pairs(5, every_larger=True)
WITH_DECAY = signed_pairs(4, every_larger=False, offset="3/5", label=2, copies=0, last_label=0, decay="1/2")
OF_EVERY_SIZE: dict[str, tuple[Callable[[], Certificate], Statement]] = {
    "almost-every-perturbation.json": (
        lambda: certify_every_local_minimum_global(ALL_SIZES),
        EveryLocalMinimumGlobal(ALL_SIZES, GLOBAL, False),
    ),
    "without-perturbation.json": (
        lambda: certify_local_minimum_not_global(PAIRS, 2),
        LocalMinimumNotGlobal(PAIRS, NOT_GLOBAL, Fraction(1), Fraction(2)),
    ),
    "with-decay-only.json": (
        lambda: certify_local_minimum_not_global(WITH_DECAY, 2),
        LocalMinimumNotGlobal(WITH_DECAY, NOT_GLOBAL, Fraction(1), Fraction(2)),
    ),
}
"""How each is made, and what it says."""


def prove(name: str) -> Certificate:
    """One of the certificates, by its file's name. Raises NotCertified."""
    if name in OF_EVERY_SIZE:
        return OF_EVERY_SIZE[name][0]()
    if name == "saddle.json":
        network = data_set(*SIZES[0], SEEDS[0])
        return certify_negative_curvature(network, np.zeros((network.width, network.inputs.shape[1])))
    if name == "spurious.json":
        network = data_set(*NARROW, 0, decay=ON_GRID)
        points = sorted(network.train(3 * RUNS, 0), key=network.value)
        for point in points[:0:-1]:
            try:
                return certify_spurious(network, point, points[0])
            except NotCertified:
                continue
        raise NotCertified("the search met no spurious minimum", {"runs": 3 * RUNS}, Reason.NO_CANDIDATE)
    n, d, k, seed = NAMES[name]
    network = data_set(n, d, k, seed)
    return certify_global(network, list(network.train(RUNS, seed)))


NAMES = {name_of(n, k, seed): (n, d, k, seed) for n, d, k in SIZES for seed in SEEDS}
FILES = (*NAMES, "saddle.json", "spurious.json", *OF_EVERY_SIZE)


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """All certificates. Those already there are kept if they check."""
    parts = [Part(name, partial(prove, name), partial(settles, name)) for name in FILES]
    write_parts(parts, folder, progress, executor)


def settles(name: str, statement: Statement) -> bool:
    """Whether a proved statement is the one that the file of this name is to prove."""
    if name in OF_EVERY_SIZE:
        return statement == OF_EVERY_SIZE[name][1]
    if not isinstance(statement, QuadraticStatement):
        return False
    if name == "saddle.json":
        exact = _is_about(data_set(*SIZES[0], SEEDS[0]), statement)
        return exact and isinstance(statement, NegativeCurvature) and statement.gradient_bound == 0
    if name == "spurious.json":
        return _is_about(data_set(*NARROW, 0, decay=ON_GRID), statement) and isinstance(statement, SpuriousMinimum)
    low, high = statement.value if isinstance(statement, GlobalMinima) else (Fraction(0), Fraction(1))
    return (
        isinstance(statement, GlobalMinima)
        and _is_about(data_set(*NAMES[name]), statement)
        and len(statement.points) == RUNS
        and high - low <= GAP * (1 + abs(high))
    )


def _is_about(network: QuadraticNetwork, statement: QuadraticStatement) -> bool:
    stated = statement.landscape
    exact = tuple(tuple(Fraction(float(entry)) for entry in row) for row in network.inputs)
    targets = tuple(Fraction(float(entry)) for entry in network.targets)
    C = np.zeros(0) if network.perturbation is None else network.perturbation
    triangle = tuple(tuple(Fraction(float(entry)) for entry in row[: i + 1]) for i, row in enumerate(C))
    return (
        stated.inputs == exact
        and stated.targets == targets
        and stated.width == network.width
        and stated.decay == Fraction(network.decay)
        and stated.perturbation == triangle
    )


def _claim(name: str, title: str, statement: str, verdict: str = "proved") -> Claim:
    return Claim(
        name=title, statement=statement, file=name, settled_by=lambda proved: settles(name, proved), verdict=verdict
    )


PROOF = Proof(
    name="du-lee-2018",
    paper="Du & Lee 2018, On the Power of Over-parametrization in Neural Networks with Quadratic Activation",
    claims=(
        _claim(
            "almost-every-perturbation.json",
            "C4, the theorem",
            "For k >= sqrt(2 n) and almost every perturbation C, every local minimum of a network with quadratic "
            "activation is global, for every data set, every decay and all convex differentiable losses.",
        ),
        _claim(
            "without-perturbation.json",
            "C4, without a perturbation",
            "For k >= sqrt(2 n) every local minimum is global. (Refuted for every k >= 5, without decay and C: "
            "integer data, all labels 1.)",
            "refuted",
        ),
        _claim(
            "with-decay-only.json",
            "C4, with decay only",
            "For k >= sqrt(2 n) and weight decay every local minimum is global. (Refuted for k = 4, n = 8, without C.)",
            "refuted",
        ),
        *(
            _claim(
                name,
                f"C4, n = {n}, k = {k}, seed {seed}",
                f"On a data set of {n} points in {d} dimensions, each of the {RUNS} points given, the end points of as "
                f"many random runs with width {k}, is a global minimum up to 1e-8 (1 + loss).",
            )
            for name, (n, d, k, seed) in NAMES.items()
        ),
        _claim("saddle.json", "C4, strict saddle", "W = 0 is a strict saddle on the first of these data sets."),
        _claim(
            "spurious.json",
            "C4, below the width",
            "On a data set of 10 points in 3 dimensions, width 1 has a strict local minimum that is not global.",
        ),
    ),
    write=write,
)
