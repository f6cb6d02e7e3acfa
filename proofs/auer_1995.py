"""Auer, Herbster & Warmuth 1995: exponentially many local minima for single neurons.

One sigmoid neuron without bias, sum of squares. The data are of this project's making, in the spirit of
the paper's: on each axis five samples whose scales differ by 30, each with the target 3/4.
"""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.statement import Statement
from verify.checker.statements.small_empirical_risk import COUNT, InBox
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.covers.risk_in_box import certify_in_box
from verify.producer.prover.families import certify_count

from .finite_samples import Item, proof, says

LARGEST = Fraction(2_000)
"""Of the weights of the exact count."""

SCALES = ("1/900", "1/30", "1", "30", "900")


def risk(axes: int) -> EmpiricalRisk:
    """Five samples on each axis."""
    inputs = [[scale if axis == i else 0 for i in range(axes)] for axis in range(axes) for scale in SCALES]
    return EmpiricalRisk(inputs, [["3/4"] for _ in inputs], [1], output="sigmoid", biases=False, scale="sum")


def _item(axes: int, claim: str) -> Item:
    landscape, count = risk(axes), len(SCALES) ** axes
    return Item(
        name=f"n = {5 * axes}, d = {axes}",
        claim=claim,
        file=f"minima-{count}.json",
        make=lambda: certify_count(landscape, count),
        settles=says(landscape, "count-of-strict-local-minima", at_least=count),
    )


def _exactly(axes: int) -> Item:
    """All local minima of one axis, or two, in a box that has them."""
    landscape, box, count = risk(axes), ((-LARGEST, LARGEST),) * axes, len(SCALES) ** axes

    def settles(statement: Statement) -> bool:
        return (
            isinstance(statement, InBox)
            and (statement.landscape, statement.property, statement.box) == (landscape.exact, COUNT, box)
            and len(statement.points) == count
        )

    return Item(
        name=f"n = {5 * axes}, d = {axes}, exactly",
        claim=f"n = {5 * axes} samples in d = {axes}: exactly {count} local minima with weights in [-2000, 2000].",
        file=f"exactly-{count}.json",
        make=lambda: certify_in_box(landscape, box, COUNT),
        settles=settles,
    )


PROOF = proof(
    "auer-1995",
    "Auer, Herbster & Warmuth 1995",
    (
        _exactly(1),
        _exactly(2),
        _item(2, "floor(n/d)^d distinct local minima are possible: 25 for n = 10 samples in d = 2 dimensions."),
        _item(9, "floor(n/d)^d distinct local minima are possible: 1,953,125 for n = 45 samples in d = 9 dimensions."),
    ),
)
