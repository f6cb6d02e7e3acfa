"""Rules `feature-rank` and `dead-features`: the rank of the features of a layer on given samples.

Theorem `feature-rank`. Let F(theta, X) be the matrix of the features of the last layer, a row for each of N samples,
perhaps with a column of ones beside it. If
  (1) r is at most the number of columns of F, and at most the number of different samples,
  (2) F(theta_0, X) has a rank of at least r, and if the claim is of
  (3) almost all parameters: every activation is analytic on all of R, and there is no max-pooling, or
      a branch pattern: no unit with a kink is on it at theta_0, and no maximum is attained twice, on any sample,
then F(theta, X) has a rank of at least r: at theta_0; for almost all theta; for almost all theta of the pattern; each
of the latter two also of wider networks (and with almost all X, if X was not given).

Proof. docs/WIDE.md, "Feature rank": a minor of order r is not 0 at theta_0, and is analytic in theta (and X) on a
connected set; with a pattern, the minor of the network whose branches are replaced by those used at theta_0. QED

Theorem `dead-features`. If sigma(z) = 0 for z <= 0 in the last layer, and all its z are negative at theta_0, on each
sample, then the features are 0 near theta_0. Proof. z is continuous in theta, and the samples are finitely many. QED

Source: Nguyen & Hein 2018 (the use of analyticity); patterns and wider networks derived here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import ARB_UNKNOWNS, EXACT_RANK_ORDER, FEATURE_BALLS
from verify.checker.core.matrix_rank import PRIME, exact_rank, rank_at_least, rank_of_balls_at_least
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.losses.feature_numbers import Enclosures, Integers, TooLong
from verify.checker.losses.features import is_exact, outputs
from verify.checker.statements.feature_layers import FeatureLayer, Point
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    DEAD,
    PATTERN,
    DeadFeatures,
    Extent,
    FeatureRank,
    FeatureWitness,
    NetworkFeatures,
)

RULE, DEAD_RULE = "feature-rank", "dead-features"


class RankOfFeatures(Conclusion):
    """The conclusion of the first theorem above."""

    __slots__ = ()


class FeaturesAreDead(Conclusion):
    """The conclusion of the second."""

    __slots__ = ()


_rank, _dead = maker(RankOfFeatures), maker(FeaturesAreDead)


def feature_rank(task: Task[FeatureRank, FeatureWitness]) -> RankOfFeatures:
    """Prove hypotheses (1) to (3)."""
    statement = task.statement
    landscape, r, constant, within = statement.landscape, statement.rank, statement.constant, statement.within
    prove_rank(task, landscape, len(landscape.layers), (r, constant), within)
    return _rank(FeatureRank(landscape, statement.property, r, constant, within))


def prove_rank(
    task: Task[Any, Any], landscape: NetworkFeatures, layer: int, claimed: tuple[int, bool], within: Extent
) -> None:
    """Hypotheses (1) to (3) for the features of a layer, counted from 0 for the inputs.

    `claimed`: the rank, and whether with a column of ones. The inputs and the point are the statement's, or the
    witness's where the statement is about almost all of them.
    """
    (rank, constant), layers = claimed, landscape.layers[:layer]
    witness: FeatureWitness = task.witness
    inputs = landscape.inputs if landscape.inputs is not None else witness.inputs
    point = within.point if within.parameters != ALMOST_ALL else witness.point
    if inputs is None or point is None:
        raise TypeError("the reader lets no such certificate pass")
    columns, different = landscape.features(layer, constant), len(set(inputs))
    if columns < rank:
        raise Refuted(f"the features have {columns} columns, so that no rank is above {columns}")
    if different < rank:
        raise Refuted(f"only {different} of the samples are different, so that no rank is above {different}")
    task.record(RULE, "there are as many columns and different samples", f"{columns} and {different} >= {rank}")
    if within.parameters == ALMOST_ALL:
        _prove_analytic(task, layers)
    found, how = _rank_at(task, (layers, inputs, point), claimed, within.parameters == PATTERN)
    decide(found >= rank, False, f"the features were proved to have a rank of {found} at the point, not {rank}")
    task.record(RULE, "the features have the rank at the point", f"rank >= {rank}, {how}")


def _prove_analytic(task: Task[Any, Any], layers: Sequence[FeatureLayer]) -> None:
    for place, layer in enumerate(layers, start=1):
        if not layer.is_analytic:
            raise Refuted(f"layer {place} is not analytic ({layer.describe()}); claim a branch pattern")
    task.record(RULE, "every layer is analytic on all of R", f"{len(layers)} layers")


def _rank_at(
    task: Task[Any, Any],
    where: tuple[Sequence[FeatureLayer], Matrix, Point],
    claimed: tuple[int, bool],
    branches: bool,
) -> tuple[int, str]:
    """A proved lower bound of the rank at the point, and how it was found. Refuted where the rank is smaller."""
    (layers, inputs, point), (rank, constant) = where, claimed
    if is_exact(layers):
        try:
            values = outputs(Integers(), layers, inputs, point, branches=branches).values
        except TooLong as reason:
            _may_be_enclosed(layers, inputs, reason)
        else:
            rows = [[*row, values.denominator] for row in values.rows] if constant else values.rows
            return _exact_rank_at(task, rows, rank)
    rows = outputs(Enclosures(), layers, inputs, point, branches=branches).values.rows
    return rank_of_balls_at_least([[*row, arb(1)] for row in rows] if constant else rows), "in balls"


def _may_be_enclosed(layers: Sequence[FeatureLayer], inputs: Matrix, reason: TooLong) -> None:
    """Raise the reason for exact numbers not to do, where balls would be too many."""
    if len(inputs) > ARB_UNKNOWNS or len(inputs) * max((layer.units for layer in layers), default=0) > FEATURE_BALLS:
        raise reason


def _exact_rank_at(task: Task[Any, Any], rows: list[list[Any]], rank: int) -> tuple[int, str]:
    """A lower bound of the rank of integers, and how it was found. Refuted where the rank is smaller."""
    look()
    found = rank_at_least(rows)
    if found < rank and max(len(rows), len(rows[0])) <= EXACT_RANK_ORDER:
        found = exact_rank(rows)
        decide(found >= rank, True, f"the features have rank {found} at the point, not {rank}")
        return found, "exact"
    return found, f"modulo {PRIME}"


def dead_features(task: Task[DeadFeatures, Witness]) -> FeaturesAreDead:
    """Prove the hypotheses of the second theorem."""
    landscape, point = task.statement.landscape, task.statement.point
    *_, last = landscape.layers
    activation = last.activation
    vanishes = activation.is_piecewise_linear and activation.parameters[0] == 0
    decide(vanishes, True, f"the last layer's activation is not 0 below 0 ({last.describe()})")
    if landscape.inputs is None:
        raise TypeError("the reader lets no such certificate pass")
    numbers = Integers() if is_exact(landscape.layers) else Enclosures()
    before = outputs(numbers, landscape.layers, landscape.inputs, point, branches=False).before
    for sample, row in enumerate(before):
        if not all(z < 0 for z in row):
            refuted = any(z >= 0 for z in row)
            raise (Refuted if refuted else Open)(f"a unit of the last layer is not proved to be off on sample {sample}")
    task.record(DEAD_RULE, "every unit of the last layer is off on every sample", f"{len(before)} x {last.units}")
    return _dead(DeadFeatures(landscape, DEAD, point))
