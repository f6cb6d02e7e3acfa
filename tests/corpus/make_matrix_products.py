"""Points of all losses of a product of matrices: `python -m tests.corpus.make_matrix_products`."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, DELETE, Document, text
from tests.corpus.make_linear import certificate

NAME = "critical-points-are-global-or-saddles"
WIDTHS, LOSS, SQUARED = "statement.landscape.layer_widths", "statement.landscape.loss", {"loss": "squared"}


def products() -> dict[str, Document]:
    """Of all widths without a bottleneck, and of some."""
    land = {"kind": "matrix-products"}
    return {
        "products": certificate(land, NAME, {}, {}),
        "products-widths": certificate(land | {"layer_widths": [4, 2, 3, 2]}, NAME, {}, {}),
        "products-one-layer": certificate(land | {"layer_widths": [4, 2]}, NAME, {}, {}),
        "products-squared": certificate(land | SQUARED, NAME, {}, {}),
        "products-squared-bottleneck": certificate(land | SQUARED | {"layer_widths": [3, 1, 3]}, NAME, {}, {}),
        **no_extremum(),
    }


def no_extremum() -> dict[str, Document]:
    """The origin of three layers; a narrow layer; a point that is not critical.

    W(t) = (0, t, t) has the gradient t^2 g for the first layer. With widths 2-1-2, W_2 = 0 and W_1 = (1, 0) have
    G W_1^T = 0. Then W_2 = t (0, 1)^T would change the product, and W_1 = (1, t) does not.
    """
    zero, unit = [["0"]], [["1"]]
    return {
        "move": moved([1, 1, 1, 1], [zero] * 3, [["5"]], [[zero, unit, unit]], 1),
        "move-narrow": moved(
            [2, 1, 2],
            [[["1", "0"]], [["0"], ["0"]]],
            [["0", "0"], ["0", "3"]],
            [[[["0", "1"]], [["0"], ["0"]]]],
            2,
        ),
        "move-not-critical": moved([1, 1, 1], [unit, unit], [["2"]], [[zero, zero]], 2),
    }


def moved(widths: list[int], point: list[object], gradient: object, curve: list[object], layer: int) -> Document:
    """A statement about one point, with the move that proves it."""
    land = {"kind": "matrix-products", "layer_widths": widths}
    claim, witness = {"point": point, "gradient": gradient}, {"curve": curve, "layer": layer}
    return certificate(land, "neither-minimum-nor-maximum", claim, witness)


INVALID: list[tuple[str, str, Document, str]] = [
    (
        "rejected-products-bottleneck",
        "products-widths",
        {WIDTHS: [4, 2, 3, 3]},
        "a hidden width is below min(d_0, d_H)",
    ),
    (
        "rejected-products-not-squared",
        "products-squared-bottleneck",
        {LOSS: DELETE},
        "a hidden width is below min(d_0, d_H)",
    ),
    (
        "rejected-move-product",
        "move",
        {"witness.curve.0.0": [["1"]]},
        "the product of the layers is not the same along the curve",
    ),
    ("rejected-move-no-gradient", "move", {"witness.layer": 2}, "the gradient for layer 2 is 0 along the curve"),
    ("rejected-move-none", "move", {"witness.curve.0.2": [["0"]]}, "the gradient for layer 1 is 0 along the curve"),
    (
        "rejected-move-minimum",
        "move-narrow",
        {"statement.point": [[["0", "1"]], [["0"], ["1"]]], "statement.gradient": [["-2", "0"], ["0", "0"]]},
        "the product of the layers is not the same along the curve",
    ),
    ("rejected-products-one-unit", "products-widths", {WIDTHS: [2, 1, 2]}, "a hidden width is below min(d_0, d_H)"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("products-one-width", "products-widths", WIDTHS, [4], "has 1 entry instead of 2 to 64"),
    (
        "products-other-loss",
        "products-squared",
        "statement.landscape.loss",
        "cubed",
        "'cubed' is not known; known: squared",
    ),
    ("move-gradient-zero", "move", "statement.gradient", [["0"]], "is zero"),
    ("move-gradient-shape", "move-narrow", "statement.gradient", [["0", "1"]], "has 1 entry instead of 2"),
    ("move-layer", "move", "witness.layer", 4, "4 is not between 1 and 3"),
    ("move-no-curve", "move", "witness.curve", [], "has 0 entries instead of 1 to 32"),
    ("move-squared", "move", LOSS, "squared", "unknown field"),
    ("move-without-widths", "move", WIDTHS, DELETE, "this field is missing"),
    ("products-zero-width", "products-widths", WIDTHS + ".1", 0, "0 is not between 1 and 400"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in products().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
