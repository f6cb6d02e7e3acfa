"""Auer, Herbster & Warmuth 1995: exponentially many local minima for single neurons.

One sigmoid neuron without bias, sum of squares. The data are of this project's making, in the spirit of
the paper's: on each axis five samples whose scales differ by 30, each with the target 3/4.
"""

from __future__ import annotations

from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.families import certify_count

from .finite_samples import Item, proof, says

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


PROOF = proof(
    "auer-1995",
    "Auer, Herbster & Warmuth 1995",
    (
        _item(2, "floor(n/d)^d distinct local minima are possible: 25 for n = 10 samples in d = 2 dimensions."),
        _item(9, "floor(n/d)^d distinct local minima are possible: 1,953,125 for n = 45 samples in d = 9 dimensions."),
    ),
)
