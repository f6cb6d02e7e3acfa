"""Certificates about networks whose parameters are made from others: valid ones, and what a forger makes of them.

`python -m tests.corpus.make_map` writes the valid ones; by hand, as the points are found with LAPACK. Two of the
forgeries are of networks for which sentences that look like the theorems are false (docs/BASIN.md, "False friends").
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_valid_basin import trained
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover import Certificate, certify
from verify.producer.prover.basin import certify_basin
from verify.producer.prover.no_minimum import certify_no_local_minimum_within

KINKS, TIED, STRICT, NOWHERE = "map-kinks", "map-scaling", "map-strict", "map-no-local-minimum"
MAP, LAND = "statement.landscape.map", "statement.landscape"
ENTRIES, CONSTANTS, SYMMETRIES = MAP + ".entries", MAP + ".constants", "witness.symmetries"
RELU = "relu"
LARGE = {"width": 16_384, "activation": "tanh", "bias": True, "residual": False}
Changes = dict[str, object]


def landscape(layers: list[Document], entries: list[object], constants: list[object], trained: int) -> Document:
    """A network on one sample x = 1, all parameters of which are given by the map."""
    return {
        "kind": "empirical-risk",
        "layers": [{"bias": True, "residual": False, "activation": RELU, **layer} for layer in layers],
        "loss": {"kind": "squares", "factor": "1/2"},
        "weight_decay": {"weights": "0", "biases": "0"},
        "inputs": [["1"]],
        "targets": [["0"]],
        "map": {"trained": trained, "entries": entries, "constants": constants},
    }


def written(number: Fraction) -> str:
    """As certificates write numbers."""
    return str(number)


def bending() -> Changes:
    """A kink of the second layer whose square bends down more than its gradient's square bends up.

    t in [-1, 1]. Layer 1: A = t + 2. Layer 2: K = -t A + 3 t = t - t^2, on its kink at 0; B = t A - 2 t + 14.
    Layer 3: C = (c1 t + c0) B + c2 t + 5, and K + 1. Output: t C + (m / Y)(K + 1) + o1 t + o0, target -Y.
    The frozen risk is T(t) + T(t)^2 / (2 Y^2) + Y^2 / 2 with T' (0) = -1.98 and T'' = 4.01 - 2 N z'^2, z = t - t^2, so
    that with 2 N z'^2 added, and without 2 N z z'', every hypothesis holds; and the risk falls on all of [-1, 1].
    """
    q = Fraction
    y, slope, rise = q(10_000), q(1, 2), q(98, 25)
    weight = rise * q(1, 2) / 2 * q(99, 100)  # nu / Z with Z = 2
    # T'' = 401/100 - 2 weight (1 - 2 t)^2, and the path without the kink's own part rise slope (t - t^2).
    bend = [q(401, 100) - 2 * weight, 8 * weight, -8 * weight]
    path = [q(0), -q(99, 50), bend[0] / 2, bend[1] / 6, bend[2] / 12]
    path[1] -= rise * slope
    path[2] += rise * slope
    d = [coefficient / y for coefficient in path]
    c1, c0, c3 = d[4], d[3], q(5)
    c2 = d[2] - 14 * c1
    o1, o0 = d[1] - (14 * c0 + c3), d[0] - rise / y
    # Numbers: layer 1: 0 w, 1 b. Layer 2 (2 units): 2, 3 w; 4, 5 b. Layer 3 (2): 6..9 w; 10, 11 b. Output: 12, 13; 14.
    entries = [[0, 0, "1"], [2, 0, "-1"], [3, 0, "1"], [4, 0, "3"], [5, 0, "-2"]]
    constants = [[1, "2"], [5, "14"]]
    entries += [[7, 0, written(c1)], [10, 0, written(c2)]]
    constants += [[7, written(c0)], [8, "1"], [10, written(c3)], [11, "1"]]
    entries += [[12, 0, "1"], [14, 0, written(o1)]]
    constants += [[13, written(rise / y)], [14, written(o0)]]
    layers = [{"width": 1}, {"width": 2}, {"width": 2}, {"width": 1, "activation": "identity"}]
    land = {**landscape(layers, entries, constants, 1), "targets": [[written(-y)]]}
    return {
        LAND: land,
        "statement.region.center": [["0"]],
        "statement.region.radius": "1",
        "statement.value": [written(y * y / 2 - 10), written(y * y / 2)],
        "statement.flat_directions": 0,
        "witness.curvature": "4",
        "witness.kinks": [[1, 0, 0, "1/2", written(weight * 2)]],
        SYMMETRIES: [],
    }


def nested() -> Changes:
    """A strict minimum of nested kinks, of which a sum of slopes that depends on the choice of slopes is negative.

    g(s, t) = relu(relu(s) + t) - relu(s) / 4 - t / 2 + relu(-s) / 10 >= 0, and the loss is (Y + g / Y)^2 / 2.
    Layer 1: s and -s, tied. Layer 2: relu(s) + t, relu(s) + 1, 1 - t, relu(-s) + 1.
    """
    y = Fraction(1_000)
    # Layer 1 (2 units): 0, 1 w; 2, 3 b. Layer 2 (4 units): 4 + 2 i + j w; 12..15 b. Output: 16..19 w; 20 b.
    entries = [[2, 0, "1"], [3, 0, "-1"], [12, 1, "1"], [14, 1, "-1"]]
    constants: list[list[object]] = [[4, "1"], [6, "1"], [11, "1"], [13, "1"], [14, "1"], [15, "1"]]
    shares = [Fraction(1), Fraction(-1, 4), Fraction(1, 2), Fraction(1, 10)]
    constants += [[16 + i, written(share / y)] for i, share in enumerate(shares)]
    constants += [[20, written((Fraction(1, 4) - Fraction(1, 2) - Fraction(1, 10)) / y)]]
    layers = [{"width": 2}, {"width": 4}, {"width": 1, "activation": "identity"}]
    land = {**landscape(layers, entries, constants, 2), "targets": [[written(-y)]]}
    return {
        LAND: land,
        "statement.region.center": [["0", "0"]],
        "statement.region.radius": "0",
        "witness.direction": [["1", "-1/2"]],
    }


def also(symmetry: Document) -> Callable[[Document], Changes]:
    """One symmetry more."""

    def changes(document: Document) -> Changes:
        symmetries = [*document["witness"]["symmetries"], symmetry]
        return {SYMMETRIES: symmetries, "statement.flat_directions": len(symmetries)}

    return changes


def again(document: Document) -> Changes:
    """The first symmetry a second time."""
    return also(document["witness"]["symmetries"][0])(document)


def with_slope_of_one(document: Document) -> Changes:
    """Another slope of one of the pairs that are given the same function."""
    kinks = [list(kink) for kink in document["witness"]["kinks"]]
    kinks[0][3] = "1/64"
    kinks[0][4] = "0"
    return {"witness.kinks": kinks}


def without_first(document: Document) -> Changes:
    """A kink is not listed."""
    return {"witness.kinks": document["witness"]["kinks"][1:]}


def untied(document: Document) -> Changes:
    """The map's first number is another one."""
    entries = [list(entry) for entry in document["statement"]["landscape"]["map"]["entries"]]
    entries[0][2] = "2"
    return {ENTRIES: entries}


def shifted(document: Document) -> Changes:
    """A constant more: the network is another one."""
    return {CONSTANTS: [*document["statement"]["landscape"]["map"]["constants"], [12, "5"]]}


def _rates(document: Document) -> list[list[object]]:
    rates: list[list[object]] = document["witness"]["symmetries"][0]["rates"]
    return rates


INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    ("undecided-map-bending-left-out", KINKS, bending(), "the minorant's Hessian across the flat directions was not"),
    ("undecided-map-nested-kinks", NOWHERE, nested(), "not proved negative"),
    ("rejected-map-scale-of-a-tied-unit", TIED, also({"name": "scale", "layer": 0, "unit": 0}), "is tied to others"),
    ("rejected-map-shift-of-a-tied-unit", TIED, also({"name": "shift", "layer": 0, "unit": 0}), "one slope on all"),
    (
        "rejected-map-scaling-of-some-positions",
        TIED,
        lambda d: {SYMMETRIES + ".0.rates": _rates(d)[:-1]},
        "is tied to others",
    ),
    (
        "rejected-map-scaling-of-an-output",
        TIED,
        lambda d: {SYMMETRIES + ".0.rates": [*_rates(d), [1, 0, "1"]]},
        "an output is not scaled",
    ),
    (
        "rejected-map-scaling-twice",
        TIED,
        lambda d: {SYMMETRIES + ".0.rates": [*_rates(d), _rates(d)[0]]},
        "a unit stands twice",
    ),
    ("rejected-map-scaling-decays", TIED, {LAND + ".weight_decay.weights": "1/100"}, "decays"),
    ("undecided-map-scaling-again", TIED, again, "were not proved independent"),
    ("undecided-map-kink-not-listed", KINKS, without_first, "may meet its kink within the radius, and is not listed"),
    ("rejected-map-other-network", KINKS, untied, "of a rise of"),
    ("rejected-map-shifted", KINKS, shifted, "of a rise of"),
    ("rejected-map-other-slope-in-a-group", KINKS, with_slope_of_one, "is in [-0.05"),
    ("rejected-map-strict-other-network", STRICT, untied, "has an eigenvalue below"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("map-entries-none", STRICT, ENTRIES, [], "has 0 entries instead of 1 to 131072"),
    ("map-entry-twice", STRICT, ENTRIES, [[0, 0, "1"], [0, 0, "1"]], "must be in growing order of parameter and"),
    ("map-entry-zero", STRICT, ENTRIES + ".0.2", "0", f"^{ENTRIES}: an entry is 0"),
    ("map-parameter-beyond", STRICT, ENTRIES + ".0.0", 99_999, "99999 is not between 0 and"),
    ("map-parameter-huge", STRICT, ENTRIES + ".0.0", 10**12, "an integer of 13 digits, more than 9"),
    ("map-trained-beyond", STRICT, ENTRIES + ".0.1", 99, "99 is not between 0 and"),
    ("map-trained-negative", STRICT, ENTRIES + ".0.1", -1, "-1 is not between 0 and"),
    ("map-coefficient-nan", STRICT, ENTRIES + ".0.2", "nan", "'nan' is not an integer, p/q or m*2^e"),
    ("map-coefficient-float", STRICT, ENTRIES + ".0.2", 0.5, "the float 0.5; write an exact number"),
    ("map-trained-none", STRICT, MAP + ".trained", 0, "0 is not between 1 and 16384"),
    ("map-trained-many", STRICT, MAP + ".trained", 20_000, "20000 is not between 1 and 16384"),
    ("map-constant-zero", STRICT, CONSTANTS, [[0, "0"]], "an entry is 0"),
    ("map-constant-twice", STRICT, CONSTANTS, [[0, "1"], [0, "2"]], "must be in growing order of parameter; each once"),
    ("map-constants-missing", STRICT, CONSTANTS, DELETE, "this field is missing"),
    ("map-more", STRICT, MAP + ".decay", "1", "unknown field"),
    ("map-and-fixed", STRICT, LAND + ".fixed", [[0, "1"]], f"^{MAP}: says which parameters are fixed: there must be"),
    ("map-layers-large", STRICT, LAND + ".layers", [LARGE, LARGE], f"^{LAND}.layers[1]: 268533760 parameters are more"),
    ("map-scaling-empty", TIED, SYMMETRIES + ".0.rates", [], "has 0 entries instead of 1 to"),
    ("map-scaling-layer", TIED, SYMMETRIES + ".0.rates.0.0", 9, "9 is not between 0 and 1"),
    ("map-scaling-unit", TIED, SYMMETRIES + ".0.rates.0.1", 9, "9 is not between 0 and 2"),
    ("map-scaling-of-a-layer", TIED, SYMMETRIES + ".0.layer", 0, "unknown field"),
]


def certificates() -> dict[str, Certificate]:
    """Small convolutions: with kinks that are one, with a filter that is scaled, smooth; and a point of descent."""
    random = np.random.default_rng(3)
    x = [[str(entry) for entry in row] for row in random.integers(0, 3, size=(10, 4))]
    y = [f"{round(100 * entry)}/100" for entry in random.normal(size=10)]
    kinks, plain = convolution(x, y, RELU, "1/50"), convolution(x, y, RELU, "0")
    smooth = convolution(x, y, "tanh", "1/50")
    return {
        KINKS: certify_basin(kinks, trained(kinks, 0)),
        TIED: certify_basin(plain, trained(plain, 3)),
        STRICT: certify(smooth, trained(smooth, 0)),
        NOWHERE: certify_no_local_minimum_within(kinks, [Fraction(1)] * 7, Fraction(1, 1000)),
    }


def convolution(x: list[list[str]], y: list[str], activation: str, decay: str) -> EmpiricalRisk:
    """A filter of two numbers and a bias on four inputs, and an output of its three positions."""
    entries: list[list[object]] = []
    for position in range(3):
        entries += [[4 * position + position, 0, "1"], [4 * position + position + 1, 1, "1"], [12 + position, 2, "1"]]
    entries += [[15 + position, 3 + position, "1"] for position in range(3)] + [[18, 6, "1"]]
    layers = [{"width": 3, "activation": activation}, {"width": 1, "activation": "identity"}]
    return EmpiricalRisk.read(
        {
            **landscape(layers, sorted(entries, key=lambda entry: entry[:2]), [], 7),
            "loss": {"kind": "squares", "factor": "1/10"},
            "weight_decay": {"weights": decay, "biases": decay},
            "inputs": x,
            "targets": [[entry] for entry in y],
        }
    )


def main() -> None:
    """Write the valid ones."""
    for name, certificate in certificates().items():
        document = json.loads(certificate.text())
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
