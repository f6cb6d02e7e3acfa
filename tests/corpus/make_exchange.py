"""Certificates with the symmetry `exchange`: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_exchange` writes the valid ones; by hand, as the points are found with LAPACK.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.corpus.forge import CORPUS, Document, text
from tests.corpus.make_invalid_basin import FLAT, SYMMETRIES, also
from tests.corpus.make_valid_basin import INPUTS, TARGETS, trained
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate
from verify.producer.prover.basin import certify_basin

ALIKE, THREE = "exchange-two-units", "exchange-three-units"
LAND = "statement.landscape"
Changes = dict[str, object]


def exchange(*changes: list[object], bias: str = "0", layer: int = 0) -> Document:
    """A symmetry."""
    return {"name": "exchange", "layer": layer, "changes": [*changes], "bias": [bias]}


def alone(change: Changes) -> Callable[[Document], Changes]:
    """A change, and the exchanges only."""

    def changes(document: Document) -> Changes:
        kept = [symmetry for symmetry in document["witness"]["symmetries"] if symmetry["name"] == "exchange"]
        return {**change, SYMMETRIES: kept, FLAT: len(kept)}

    return changes


CANCEL = "the changes do not cancel on sample"
INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    ("rejected-exchange-of-one-unit", ALIKE, also(exchange([0, 0, "1"])), CANCEL),
    ("rejected-exchange-of-unequal-changes", ALIKE, also(exchange([0, 0, "1"], [1, 0, "-2"])), CANCEL),
    ("rejected-exchange-with-a-bias", ALIKE, also(exchange([0, 0, "1"], [1, 0, "-1"], bias="1")), CANCEL),
    ("rejected-exchange-decays", ALIKE, alone({LAND + ".weight_decay.weights": "1/100"}), "decays or is not trained"),
    ("rejected-exchange-before-two-units", "basin-linear", also(exchange([0, 0, "1"], [1, 0, "-1"])), "one unit"),
    ("rejected-exchange-of-outputs", ALIKE, also(exchange([0, 0, "1"], layer=1)), "the next layer must have one unit"),
    (
        "rejected-exchange-residual",
        ALIKE,
        alone({LAND + ".layers.0.residual": True}),
        "its layer or the next one is residual",
    ),
    ("rejected-exchange-other-slopes", "basin-scale", also(exchange([0, 2, "1"], [1, 2, "-1"])), CANCEL),
    ("undecided-exchange-on-a-kink", "basin-scale", also(exchange([1, 2, "1"])), "may meet its kink on sample 1"),
    (
        "undecided-exchange-twice",
        ALIKE,
        lambda d: also(next(s for s in d["witness"]["symmetries"] if s["name"] == "exchange"))(d),
        "were not proved independent",
    ),
    (
        "undecided-exchange-in-a-map",
        "map-scaling",
        also(exchange([0, 0, "1"], [1, 1, "-1"])),
        "not known where parameters are made from others",
    ),
]
FIRST = SYMMETRIES + ".2"
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("exchange-source", ALIKE, FIRST + ".changes.0.1", 3, "3 is not between 0 and 2"),
    ("exchange-unit", ALIKE, FIRST + ".changes.0.0", 2, "2 is not between 0 and 1"),
    ("exchange-empty", ALIKE, FIRST + ".changes", [], "has 0 entries instead of 1 to"),
    ("exchange-two-biases", ALIKE, FIRST + ".bias", ["0", "0"], "has 2 entries instead of 1"),
    ("exchange-nan", ALIKE, FIRST + ".changes.0.2", "nan", "'nan' is not an integer, p/q or m*2^e"),
]


def certificates() -> dict[str, Certificate]:
    """Two units whose changes cancel on the data, and three."""
    two, three = (EmpiricalRisk(INPUTS, TARGETS, [width, 1], "relu", scale="mean") for width in (2, 3))
    return {ALIKE: certify_basin(two, trained(two, 2)), THREE: certify_basin(three, trained(three, 2))}


def main() -> None:
    """Write the valid ones."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
