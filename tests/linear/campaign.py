"""Random statements about deep linear networks against oracles: `python -m tests.linear.campaign --count 1000`.

Each statement that the checker verifies is looked at by runs in floating point or in high precision
(tests/fuzz/truth_linear.py, tests/fuzz/truth_residual.py). The suite has a small sample of it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

from flint import fmpq, fmpq_mat

from tests.corpus.make_linear import from_identity
from tests.corpus.make_linear_targets import boxed
from tests.fuzz.truth_linear import falsehood_about_linear_networks
from tests.fuzz.truth_moves import is_an_extremum
from tests.fuzz.truth_residual import falsehood_about_residual_networks
from tests.linear.residual_instances import residual_instance
from tests.linear.risk_run_instances import risk_run_instance
from verify.checker import Verified
from verify.checker.core.reader import Field
from verify.checker.core.statement import Statement
from verify.checker.evaluators import rational
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.linear_critical_point import LinearCriticalPoint
from verify.checker.statements.linear_targets import SETS, Layers
from verify.checker.statements.matrix_products import NeitherMinimumNorMaximum
from verify.checker.statements.residual_linear import ResidualStatement
from verify.producer.linear.above import certify_stays_above, exact, small_steps
from verify.producer.linear.critical import certify_critical_point, with_data
from verify.producer.linear.from_identity import (
    near_identity,
    negative_definite,
    normal,
    normal_off_axis,
    plan,
    positive,
    rate_of_runs,
    symmetric,
)
from verify.producer.linear.landscape import certify_critical_values, critical_points
from verify.producer.linear.products import certify_no_extremum
from verify.producer.linear.trajectory import certify_run
from verify.producer.prover import NotCertified
from verify.producer.tables import write


def identity_instance(random: Random) -> Certificate:
    """A random set of targets with a step and a rate near the theorem's, smaller or larger by up to a tenth."""

    def number(low: float, high: float) -> Fraction:
        return Fraction(random.uniform(low, high)).limit_denominator(1000)

    x = number(0.51, 1.2)
    g = number(0.1, 1.2)
    b = number(0.05, 0.6)
    targets = random.choice(
        (
            symmetric(a := number(0.01, 2), a + number(0, 4)),
            normal(x, x + number(0, 1)),
            normal_off_axis(number(0.02, 0.5), random.choice((Fraction(0), number(0, 4))), number(0.5, 3)),
            negative_definite(-b, -b * number(0.8, 1)),
            near_identity(number(0.01, 0.31)),
            positive(g, g + number(0, 2), number(0, 1)),
        )
    )
    least = random.choice((1, 2, 2, 2, 3))
    most = random.choice((None, least, least + 1, least + random.randrange(12)))
    if jumps := targets.set == "negative-definite":
        least = most = random.choice((3, 3, 3, 5, 4))
    chosen = plan(targets, most)
    step, rate = (each * number(0.8, 1.05) for each in (chosen.step, chosen.rate))
    layers = {"at_least": least} | ({} if most is None else {"at_most": most})
    more = {"algorithm": "projected-gradient-descent"} if targets.set == "positive" else {}
    more |= {"this_step_alone": True} if jumps else {}
    document = from_identity(layers, write(SETS[targets.set], targets), str(step), str(rate), **more)  # type: ignore[arg-type]
    return Certificate.read(Field("", document))


def critical_instance(random: Random) -> Certificate:
    """A critical point that learns some of the target's singular values, in random bases of the hidden layers."""
    inputs, outputs, H = random.randrange(1, 4), random.randrange(1, 4), random.randrange(2, 5)
    least = min(inputs, outputs)
    widths = [inputs, *(max(least, 2) + random.randrange(2) for _ in range(H - 1)), outputs]
    target = [[(i + 2) * (i == j) for j in range(inputs)] for i in range(outputs)]
    learned = [i for i in range(least) if random.random() < 0.4]
    layers = []
    for place, (rows, columns) in enumerate(zip(widths[1:], widths, strict=False)):
        layer = [[0] * columns for _ in range(rows)]
        for n, i in enumerate(learned):
            layer[i if place == H - 1 else n][i if place == 0 else n] = i + 2 if place == 0 else 1
        layers.append(fmpq_mat(rows, columns, [entry for row in layer for entry in row]))
    layers = in_other_bases(random, layers)
    point = [[[str(entry) for entry in row] for row in layer.tolist()] for layer in layers]
    return certify_critical_point(DeepLinearNetwork(tuple(widths), exact(target), None, None), point).read()


def in_other_bases(random: Random, layers: list[fmpq_mat]) -> list[fmpq_mat]:
    """The same product, with random triangular changes of the hidden layers."""
    layers = list(layers)
    for place in range(len(layers) - 1):
        order = layers[place].nrows()
        base = fmpq_mat(
            [[fmpq(int(i == j) or random.randrange(-1, 2) * (i < j)) for j in range(order)] for i in range(order)]
        )
        layers[place], layers[place + 1] = base * layers[place], layers[place + 1] * base.inv()
    return layers


def above_instance(random: Random) -> Certificate:
    """A random 2 x 2 or symmetric 3 x 3 target that even depth, or small steps, do not learn."""
    while True:
        d = random.choice((2, 3))
        target = [[Fraction(random.randrange(-8, 9), 4) for _ in range(d)] for _ in range(d)]
        small = random.random() < 0.5
        if small or d == 3:
            target = [[target[max(i, j)][min(i, j)] for j in range(d)] for i in range(d)]
        try:
            if small:
                return certify_stays_above(target, Layers(2, 7), small_steps("1/8", random.choice((0, 1, 8)))).read()
            return certify_stays_above(target).read()
        except (ValueError, NotCertified):
            continue


def run_instance(random: Random) -> Certificate:
    """A random target that a run reaches."""
    while True:
        d, L = random.choice((1, 2)), random.choice((1, 2, 3))
        target = [[Fraction(random.randrange(-6, 7), 4) for _ in range(d)] for _ in range(d)]
        momentum = random.choice(("0", "0", "1/2"))
        try:
            return certify_run(
                target, L, "1/20", below="1/100000", momentum=momentum, most_steps=400, converges=momentum == "0"
            ).read()
        except NotCertified:
            continue


def values_instance(random: Random) -> Certificate:
    """All critical values of two or three layers on random data or for a random target."""
    while True:
        widths = [random.randrange(1, 4) for _ in range(random.choice((3, 4)))]
        if random.random() < 0.5:
            target = [[Fraction(random.randrange(-6, 7), 2) for _ in range(widths[0])] for _ in range(widths[-1])]
            network = DeepLinearNetwork(tuple(widths), exact(target), None, None)
        else:
            samples = [[[random.randrange(-3, 4) for _ in range(d)] for _ in range(5)] for d in (widths[0], widths[-1])]
            network = with_data(widths, *samples)
        try:
            return certify_critical_values(network).read()
        except NotCertified:
            continue


def pattern_instance(random: Random) -> Certificate:
    """A critical point with a random pattern of ranks, in random bases of the hidden layers; narrow layers, too."""
    widths = [random.randrange(1, 4) for _ in range(random.choice((3, 4, 5)))]
    widths[-1] = random.randrange(1, min(widths[0], 2) + 1)
    target = [[(i + 2) * (i == j) for j in range(widths[0])] for i in range(widths[-1])]
    network = DeepLinearNetwork(tuple(widths), exact(target), None, None)
    points = list(critical_points(network))
    layers = in_other_bases(random, [fmpq_mat(layer) for layer in random.choice(points)[1]])
    point = [[[str(entry) for entry in row] for row in layer.tolist()] for layer in layers]
    return certify_critical_point(network, point).read()


def move_instance(random: Random) -> Certificate:
    """Such a point, for every loss with the squared loss's gradient there."""
    while True:
        certificate = pattern_instance(random)
        statement = certificate.statement
        assert isinstance(statement, LinearCriticalPoint)
        assert statement.landscape.target is not None
        layers = [fmpq_mat([[rational(x) for x in row] for row in rows]) for rows in statement.point]
        W = layers[0]
        for layer in layers[1:]:
            W = layer * W
        Phi = fmpq_mat([[rational(x) for x in row] for row in statement.landscape.target])
        try:
            return certify_no_extremum(statement.point, [[str(x) for x in row] for row in (W - Phi).tolist()]).read()
        except NotCertified:
            continue


def boxes_instance(random: Random) -> Certificate:
    """Normal targets with one step, followed in boxes; a rate around that of runs, by up to a fifth."""
    while True:
        s, r, R = (Fraction(random.uniform(*ends)).limit_denominator(50) for ends in ((0.1, 0.6), (0, 4), (0.6, 2)))
        L, c = random.choice((2, 2, 3, 5)), Fraction(random.uniform(0.02, 0.4)).limit_denominator(100)
        if s + r * s * s > R:
            continue
        try:
            kappa = rate_of_runs(normal_off_axis(s, r, R), L, float(c)) * Fraction(random.randrange(10, 32), 20)
        except NotCertified:
            continue
        land = {"set": "normal-off-axis", "distance": str(s), "curvature": str(r), "norm": str(R)}
        layers = {"at_least": L, "at_most": L}
        return Certificate.read(Field("", boxed(from_identity(layers, land, str(c), str(kappa), this_step_alone=True))))


INSTANCES: dict[str, Callable[[Random], Certificate]] = {
    "identity": identity_instance,
    "boxes": boxes_instance,
    "above": above_instance,
    "run": run_instance,
    "critical": critical_instance,
    "values": values_instance,
    "pattern": pattern_instance,
    "move": move_instance,
    "residual": residual_instance,
    "risk-run": risk_run_instance,
}


def judged(statement: Statement, seed: int) -> str | None:
    """What is false about a statement, where an oracle finds something."""
    if isinstance(statement, ResidualStatement):
        return falsehood_about_residual_networks(statement, seed)
    if isinstance(statement, NeitherMinimumNorMaximum):
        return is_an_extremum(statement, seed)
    return falsehood_about_linear_networks(statement, seed)  # type: ignore[arg-type]


def run(name: str, count: int, seed: int) -> Counter[str]:
    """How many got which verdict. Raises AssertionError on a false statement that is verified."""
    random, tally = Random(seed), Counter[str]()
    for index in range(count):
        certificate = INSTANCES[name](random)
        verdict = prove(certificate)
        tally[verdict.name] += 1
        if isinstance(verdict, Verified):
            found = judged(verdict.statement, seed + index)
            assert found is None, (found, certificate)
    return tally


def main() -> int:
    """Run them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.linear.campaign", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=[*INSTANCES])
    options = parser.parse_args()
    for name in [options.only] if options.only else INSTANCES:
        print(name, dict(run(name, options.count, options.seed)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
