"""Rule `product-of-minima` (after Auer, Herbster & Warmuth 1995).

Theorem. Let F(w) = factor sum_n l(sigma(w.x_n), y_n) + decay with one output, no bias, and every x_n with at
most one entry that is not 0. If for each weight i there are k_i intervals [a, b] such that
  (1) they are disjoint, up to ends,
  (2) F is C^2 in w_i there, with F_i'' > 0, F_i being F as a function of w_i alone, and
  (3) F_i'(a) < 0 < F_i'(b),
then F has at least k_1 ... k_d pairwise distinct strict local minima.

Proof. F(w) = sum_i F_i(w_i) + constant, since a sample enters only the F_i of its one entry. By (2) and (3) F_i
has one critical point inside each interval, a strict local minimum, and different ones for different intervals
by (1). A point whose coordinates are such minima is a strict local minimum of F. QED

Source: Auer, Herbster & Warmuth 1995; docs/AUDIT.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import prod

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.count_of_minima import PROPERTY, CountOfMinima, CountWitness, Interval
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

RULE = "product-of-minima"


@dataclass(frozen=True, slots=True)
class ManyMinima(Fact):
    """There are at least so many strict local minima, pairwise distinct."""

    landscape: EmpiricalRiskLandscape
    count: int

    def proves(self, statement: Statement) -> bool:
        """So many, or fewer."""
        if not isinstance(statement, CountOfMinima):
            return False
        return statement == CountOfMinima(self.landscape, PROPERTY, statement.at_least) and (
            statement.at_least <= self.count
        )


_fact = maker(ManyMinima)


def product_of_minima(task: Task[CountOfMinima, CountWitness]) -> ManyMinima:
    """Prove hypotheses (1) to (3) of the theorem above."""
    statement = task.statement
    for weight, intervals in enumerate(task.witness.intervals):
        for before, after in pairwise(intervals):
            if before[1] > after[0]:
                raise Refuted(f"two intervals of weight {weight} overlap, or are not in order")
        alone = _of_one_weight(statement.landscape, weight)
        for index, interval in enumerate(intervals):
            look()
            _prove_minimum(alone, interval, f"interval {index} of weight {weight}")
    counts = [len(intervals) for intervals in task.witness.intervals]
    if prod(counts) < statement.at_least:
        raise Refuted(f"the intervals give {prod(counts)} minima, fewer than {statement.at_least}")
    shown = " x ".join(map(str, counts)) if len(counts) <= 20 else f"{len(counts)} factors"
    task.record(RULE, "each interval has one strict local minimum in its weight", f"{shown} = {prod(counts)}")
    return _fact(statement.landscape, prod(counts))


def _of_one_weight(landscape: EmpiricalRiskLandscape, weight: int) -> EmpiricalRiskLandscape | None:
    """The risk as a function of one weight alone, up to a constant; None where no sample has that input."""
    kept = [n for n, row in enumerate(landscape.inputs) if row[weight]]
    if not kept:
        return None
    network = landscape.network
    return replace(
        landscape,
        network=replace(network, inputs=1, layers=(replace(network.layers[0], inputs=1),)),
        inputs=tuple((landscape.inputs[n][weight],) for n in kept),
        targets=tuple(landscape.targets[n] for n in kept),
    )


def _prove_minimum(alone: EmpiricalRiskLandscape | None, interval: Interval, name: str) -> None:
    if alone is None:
        raise Open(f"{name}: no sample has this input")
    region = EmpiricalRisk(alone, [[ball(interval[0]).union(ball(interval[1]))]])
    if (unit := region.near_a_kink()) is not None:
        raise Open(f"{name}: {unit} may meet a kink", Reason.KINK)
    curvature = region.hessian()[0, 0]
    decide(curvature > 0, curvature <= 0, f"{name}: the loss was not proved convex there")
    falling, rising = (_slope(alone, end) for end in interval)
    message = f"{name}: the loss was not proved to fall at the lower and rise at the upper end"
    decide(falling < 0 and rising > 0, falling >= 0 or rising <= 0, message)


def _slope(alone: EmpiricalRiskLandscape, where: Fraction) -> arb:
    return EmpiricalRisk(alone, [[ball(where)]]).gradient()[0][0]
