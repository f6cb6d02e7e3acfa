"""Minima of all widths for open sets of data: copies of two certificates, and forgeries of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

from tests.corpus.forge import CORPUS, DELETE, Document, text
from verify.checker.core.exact import parse

DEEP, ONE = "all-widths-gelu", "all-widths-tanh"
LAND = "statement.landscape"
LAYERS, CENTER, RADIUS = LAND + ".layers", "statement.region.center", "statement.region.radius"
Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """As `verify prove ding-2019` wrote them."""
    folder = CORPUS.parents[1] / "certificates" / "ding-2019"
    return {
        DEEP: json.loads((folder / "open-gelu.json").read_text()),
        ONE: json.loads((folder / "open-tanh.json").read_text()),
    }


def reflected(document: Document) -> Changes:
    """Residuals of the other sign: nearly the same critical point, with the curvatures reversed."""
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk

    landscape = document["statement"]["landscape"]
    risk = EmpiricalRisk.read(landscape)
    outputs = risk.outputs([float(parse(x)) for x in document["statement"]["region"]["center"][0]])
    doubled = [Fraction(round(2 * float(f) * 2**30), 2**30) for (f,) in outputs]
    targets = [[str(twice - parse(y))] for twice, (y,) in zip(doubled, landscape["targets"], strict=True)]
    return {LAND + ".targets": targets, RADIUS: "1/1000000", "statement.value": ["0", "9"]}


UNEQUAL: Changes = {
    LAND + ".inputs": [[f"{x}/4"] for x in (-8, 9, 12, 0, -2, 2, 7, -3, 3, -11, -4, -5)],
    LAND + ".targets": [
        [f"{y}*2^-24"]
        for y in (
            *(185585928, -3806700, 608178, -1665217, 43391754, -4361685),
            *(1394411, 54958897, 2960327, 248836773, 106941210, 104138052),
        )
    ],
    CENTER + ".0": [
        f"{x}*2^-50"
        for x in (
            *(-1266637316759511, 562949942715818, 5207287334640598),
            *(-1970324825890893, 1125899912017876, -8865296),
        )
    ],
}
"""Data for which the chain's own curvatures are all right, but not those in the differences of units."""

INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    (
        "undecided-all-widths-kink",
        ONE,
        {LAYERS + ".0.activation": {"elu": ["1", "1"]}, RADIUS: "1"},
        "may meet a kink within the radius",
    ),
    ("rejected-all-widths-not-critical", DEEP, {CENTER + ".0.0": "-5/4"}, "there is no critical point"),
    ("undecided-all-widths-box", DEEP, {RADIUS: "1/4"}, "no critical point was proved within the radius"),
    ("rejected-all-widths-curvature", DEEP, reflected, "the linearised risk of the chain has a direction of the wrong"),
    (
        "rejected-all-widths-spread",
        DEEP,
        UNEQUAL,
        "in the differences of units of layer 1 has a",
    ),
    ("rejected-all-widths-value", DEEP, {"statement.value": ["2", "5/2"]}, "not within the claimed bounds"),
    ("rejected-all-widths-better", DEEP, {"witness.better_point.0.0": "9"}, "the better point has a loss in"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("all-widths-two-units", DEEP, LAYERS + ".0.width", 2, "^statement.landscape: must have hidden layers of one unit"),
    ("all-widths-no-bias", DEEP, LAYERS + ".1.bias", False, "^statement.landscape: must have biases in its hidden"),
    ("all-widths-residual", DEEP, LAYERS + ".1.residual", True, "^statement.landscape: must have biases in its hidden"),
    ("all-widths-output", DEEP, LAYERS + ".2.activation", "tanh", "^statement.landscape: must have the identity as"),
    ("all-widths-loss", DEEP, LAND + ".loss.kind", "logistic", "^statement.landscape: must have squares as its loss"),
    ("all-widths-decay", DEEP, LAND + ".weight_decay.weights", "1/9", "^statement.landscape: must have no fixed"),
    ("all-widths-fixed", DEEP, LAND + ".fixed", [[0, "1"]], "^statement.landscape: must have no fixed parameter"),
    ("all-widths-one-width", DEEP, "statement.widths_from", [2], "has 1 entry instead of 2"),
    ("all-widths-no-width", DEEP, "statement.widths_from.0", 0, "0 is not between 1 and"),
    (
        "all-widths-wide",
        DEEP,
        "statement.widths_from",
        [9999, 9999],
        "^statement.widths_from: 100019998 param",
    ),
    ("all-widths-better", DEEP, "witness.better_point", DELETE, "this field is missing"),
    (
        "all-widths-better-shape",
        DEEP,
        "statement.widths_from.0",
        3,
        "^witness.better_point[0]: has 13 entries instead of 17",
    ),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in valid_files().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
