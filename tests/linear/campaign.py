"""Random statements about deep linear networks against oracles: `python -m tests.linear.campaign --count 1000`.

Each statement that the checker verifies is looked at by runs in floating point or in high precision
(tests/fuzz/truth_linear.py). The suite has a small sample of it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random

from tests.corpus.make_linear import from_identity
from tests.fuzz.truth_linear import falsehood_about_linear_networks
from verify.checker import Verified
from verify.checker.core.reader import Field
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.checker.statements.linear_targets import SETS
from verify.producer.linear.from_identity import near_identity, normal, plan, positive, symmetric
from verify.producer.tables import write


def identity_instance(random: Random) -> Certificate:
    """A random set of targets with a step and a rate near the theorem's, smaller or larger by up to a tenth."""

    def number(low: float, high: float) -> Fraction:
        return Fraction(random.uniform(low, high)).limit_denominator(1000)

    x = number(0.51, 1.2)
    g = number(0.1, 1.2)
    targets = random.choice(
        (
            symmetric(a := number(0.01, 2), a + number(0, 4)),
            normal(x, x + number(0, 1)),
            near_identity(number(0.01, 0.31)),
            positive(g, g + number(0, 2), number(0, 1)),
        )
    )
    least = random.choice((1, 2, 2, 2, 3))
    most = random.choice((None, least, least + 1, least + random.randrange(12)))
    chosen = plan(targets, most)
    step, rate = (each * number(0.8, 1.05) for each in (chosen.step, chosen.rate))
    layers = {"at_least": least} | ({} if most is None else {"at_most": most})
    more = {"algorithm": "projected-gradient-descent"} if targets.set == "positive" else {}
    document = from_identity(layers, write(SETS[targets.set], targets), str(step), str(rate), **more)  # type: ignore[arg-type]
    return Certificate.read(Field("", document))


INSTANCES: dict[str, Callable[[Random], Certificate]] = {"identity": identity_instance}


def run(name: str, count: int, seed: int) -> Counter[str]:
    """How many got which verdict. Raises AssertionError on a false statement that is verified."""
    random, tally = Random(seed), Counter[str]()
    for index in range(count):
        certificate = INSTANCES[name](random)
        verdict = prove(certificate)
        tally[verdict.name] += 1
        if isinstance(verdict, Verified):
            found = falsehood_about_linear_networks(verdict.statement, seed + index)  # type: ignore[arg-type]
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
