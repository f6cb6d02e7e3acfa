"""Swirszcz, Czarnecki & Pascanu 2016: local minima of small ReLU networks on a handful of samples.

The sentences are taken as they were transcribed for this project; a sign may have been lost on the
way. A refutation here is of the transcribed sentence, and no statement about the authors.
The loss is the sum of squares of f(x) = sum_j v_j relu(w_j x + b_j) + c.
"""

from __future__ import annotations

import re
from fractions import Fraction

from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.given_point import (
    certify_global_minimum,
    certify_local_minimum,
    certify_no_local_minimum,
    certify_worse_than,
)

from .finite_samples import Item, Vector, better, proof, says_at, vector


def risk(data: list[tuple[int, int]], width: int) -> EmpiricalRisk:
    """The loss on pairs (x, y)."""
    return EmpiricalRisk([[x] for x, _ in data], [[y] for _, y in data], [width, 1], "relu", scale="sum")


FIRST = risk([(5, 2), (4, 1), (3, 0), (1, -3), (-1, 3)], 1)
SECOND = risk([(-1, 5), (0, 0), (1, -1), (10, -3), (11, -4), (12, -5)], 2)
THIRD = risk([(-1, 3), (0, 0), (1, -1), (10, -3), (11, -4), (12, -6)], 3)

# Points are w, then b, then v, then c.
FIRST_POINT = vector(1, -3, 1, 0)
GLOBAL_PRINTED = vector(-5, -1, 1, -8, 1, -1, -1)
GLOBAL = vector(-5, 1, 1, -8, 1, -1, -1)
LOCAL_PRINTED = vector(-3, -1, "13/3", -10, 1, -1, -3)
LOCAL = vector(-3, 1, "13/3", -10, 1, -1, -3)
THIRD_BETTER = vector("-3/2", "-3/2", "3/2", 1, 0, "-79/6", 1, 1, -1, -1)
THIRD_POINT = vector(-2, 1, 1, "11/3", -10, -11, 1, -1, -1, -3)


def _suboptimal(
    landscape: EmpiricalRisk, point: Vector, loss: Fraction, better_point: Vector | None, name: str
) -> Item:
    return Item(
        name=name,
        claim=f"The point is a local minimum that is not global, of loss {loss}.",
        file=f"{re.sub(r'[^a-z0-9]+', '-', name)}.json",
        make=lambda: certify_local_minimum(landscape, point, better_point or better(landscape, float(loss))),
        settles=says_at(landscape, "suboptimal-local-minimum", point, loss),
    )


PROOF = proof(
    "swirszcz-2016",
    "Swirszcz, Czarnecki & Pascanu 2016",
    (
        _suboptimal(FIRST, FIRST_POINT, Fraction(18), None, "proposition 1"),
        Item(
            name="proposition 2, global, as printed",
            claim="w = (-5, -1), b = (1, -8), v = (1, -1), c = -1 is a global minimum (zero loss). (Its loss is 29.)",
            file="proposition-2-global-printed.json",
            make=lambda: certify_worse_than(SECOND, GLOBAL_PRINTED, GLOBAL),
            settles=says_at(SECOND, "not-a-global-minimum", GLOBAL_PRINTED, Fraction(29)),
            verdict="refuted",
        ),
        Item(
            name="proposition 2, global, mended",
            claim="With w = (-5, 1) in its place it is a global minimum (zero loss).",
            file="proposition-2-global-mended.json",
            make=lambda: certify_global_minimum(SECOND, GLOBAL),
            settles=says_at(SECOND, "global-minimum", GLOBAL, Fraction(0)),
        ),
        Item(
            name="proposition 2, local, as printed",
            claim="w = (-3, -1), b = (13/3, -10), v = (1, -1), c = -3 is a sub-optimal local minimum.",
            file="proposition-2-local-printed.json",
            make=lambda: certify_no_local_minimum(SECOND, LOCAL_PRINTED),
            settles=says_at(SECOND, "not-a-local-minimum", LOCAL_PRINTED),
            verdict="refuted",
        ),
        _suboptimal(SECOND, LOCAL, Fraction(8, 3), GLOBAL, "proposition 2, local, mended to w = (-3, 1)"),
        _suboptimal(THIRD, THIRD_POINT, Fraction(2, 3), THIRD_BETTER, "proposition 3"),
    ),
)
