"""XOR with two hidden sigmoid neurons: what the plateau at which all outputs are one half is, point by point.

The network of Rumelhart, Hinton & Williams 1986 (2-2-1, all units sigmoid, biases, squares) has points at which all
four outputs are 1/2 and the gradient vanishes. Whether they are local minima was argued from 1989 on (Blum 1989;
Lisboa & Perantonis 1991; Hamey 1995, 1998; Sprinkhuizen-Kuyper & Boers 1996, 1999; from memory, the papers were not
at hand). Here each is decided by a certificate: at a point of the plateau no local minimum, by a curve of the order
given; around one that has a direction of negative curvature none within a distance; and the network fits XOR as well
as one likes without attaining it, which for the logistic loss is a theorem. With decay of all parameters there is a
best network: two ReLU neurons that are as good as any number of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from verify.checker.public import Statement
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.convex import certify_not_attained
from verify.producer.prover.given_point import certify_bends_down, certify_degenerate_saddle, certify_no_local_minimum
from verify.producer.prover.width_bound import certify_width_bound

from .finite_samples import Item, proof, says, says_at, vector

CORNERS, XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
SIGNED = [[-1, -1], [-1, 1], [1, -1], [1, 1]]

CLASSICAL = EmpiricalRisk(CORNERS, XOR, [2, 1], "sigmoid", output="sigmoid")
CENTRED = EmpiricalRisk(SIGNED, [-1, 1, 1, -1], [2, 1], "tanh")
LOGISTIC = EmpiricalRisk(SIGNED, [-1, 1, 1, -1], [2, 1], "relu", loss="logistic")
DECAYED = EmpiricalRisk(CORNERS, XOR, [2, 1], "relu", scale="mean", weight_decay="1/10", bias_decay="1/10")
THREE = EmpiricalRisk(CORNERS, XOR, [3, 1], "sigmoid", output="sigmoid")

OPPOSITE = [2, -2, -1, 1, 0, 0, 0, 0, 0]
POINTS: dict[str, tuple[EmpiricalRisk, Sequence[object]]] = {
    "origin": (CLASSICAL, [0] * 9),
    "equal-neurons": (CLASSICAL, [0, 0, 0, 0, 0, 0, 2, -2, 0]),
    "opposite-neurons": (CLASSICAL, OPPOSITE),
    "origin-of-tanh": (CENTRED, [0] * 9),
    "origin-of-three": (THREE, [0] * 13),
}
"""By name: the risk, and a point of the plateau: (w_1, w_2, b, v, c)."""
SEPARATING = [1, 1, -1, -1, 0, 0, -2, -2, 2]
"""-2 relu(x_1 + x_2) - 2 relu(-x_1 - x_2) + 2, on corners of signs."""

NEAR_THE_BEST = [0.8, -0.8, -0.8, 0.8, 0, 0, 1, 1, 0]
"""relu(x_1 - x_2) + relu(x_2 - x_1), about."""
LEAST, MOST = Fraction(206479, 10**6), Fraction(206480, 10**6)
"""Between which the least loss with decay lies."""


def _is_the_best(statement: Statement) -> bool:
    """Whether it is a local minimum of the network with decay, of about that loss."""
    found: Any = statement
    if not (found.property.endswith("local-minimum-within") and found.landscape == DECAYED.exact):
        return False
    return bool(found.value[0] >= LEAST and found.value[1] <= MOST)


def _bounds_every_width(statement: Statement) -> bool:
    found: Any = statement
    return says(DECAYED, "lower-bound-of-every-width")(statement) and bool(found.at_least >= LEAST)


def _at_the_best() -> Any:
    center = certify_basin(DECAYED, NEAR_THE_BEST).read().statement
    return certify_width_bound(DECAYED, np.array([float(entry) for entry in center.center[0]]))  # type: ignore[attr-defined]


def _no_minimum(name: str, claim: str) -> Item:
    risk, entries = POINTS[name]
    return Item(
        name=f"{name}: no minimum",
        claim=claim,
        file=f"{name}.json",
        make=lambda: certify_no_local_minimum(risk, vector(*entries)),
        settles=says_at(risk, "not-a-local-minimum", vector(*entries)),
    )


PROOF = proof(
    "xor-plateau",
    "the plateau of XOR",
    (
        _no_minimum("origin", "All weights 0: no local minimum; the loss falls along a curve at the fourth order."),
        _no_minimum("equal-neurons", "Output weights 2, -2 and all else 0: no local minimum."),
        _no_minimum("opposite-neurons", "w = (2, -2), (-1, 1), output weights 0: no local minimum, by second order."),
        _no_minimum("origin-of-tanh", "The same network with tanh and a linear output, at 0: no local minimum."),
        _no_minimum("origin-of-three", "Three hidden neurons, all weights 0: no local minimum."),
        Item(
            name="opposite-neurons: nothing near",
            claim="Around that point no local minimum lies within 1/1000.",
            file="opposite-neurons-around.json",
            make=lambda: certify_bends_down(CLASSICAL, vector(*OPPOSITE), Fraction(1, 1000)),
            settles=says(CLASSICAL, "no-local-minimum", radius=Fraction(1, 1000)),
        ),
        Item(
            name="origin-of-tanh: a saddle",
            claim="The origin of the tanh network is a critical point, neither a local minimum nor a maximum.",
            file="origin-of-tanh-saddle.json",
            make=lambda: certify_degenerate_saddle(CENTRED, vector(*[0] * 9)),
            settles=says_at(CENTRED, "degenerate-saddle", vector(*[0] * 9)),
        ),
        Item(
            name="logistic: not attained",
            claim="With ReLU and the logistic loss XOR is fitted arbitrarily well, and by no point best.",
            file="logistic-not-attained.json",
            make=lambda: certify_not_attained(LOGISTIC, vector(*SEPARATING)),
            settles=says_at(LOGISTIC, "no-global-minimum", vector(*SEPARATING)),
        ),
        Item(
            name="decay: a minimum",
            claim="With two ReLU neurons and decay 1/10 a local minimum has a loss between 0.206479 and 0.20648.",
            file="decay-minimum.json",
            make=lambda: certify_basin(DECAYED, NEAR_THE_BEST),
            settles=_is_the_best,
        ),
        Item(
            name="decay: every width",
            claim="No number of ReLU neurons with that decay has a loss below 0.206479: two are enough.",
            file="decay-every-width.json",
            make=_at_the_best,
            settles=_bounds_every_width,
        ),
    ),
)
