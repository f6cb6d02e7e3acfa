"""Critical points of all losses of a product of matrices: `python -m tests.corpus.make_matrix_products`."""

from __future__ import annotations

from tests.corpus.forge import CORPUS, Document, text
from tests.corpus.make_linear import certificate

NAME = "critical-points-are-global-or-saddles"
WIDTHS = "statement.landscape.layer_widths"


def products() -> dict[str, Document]:
    """Of all widths without a bottleneck, and of some."""
    land = {"kind": "matrix-products"}
    return {
        "products": certificate(land, NAME, {}, {}),
        "products-widths": certificate(land | {"layer_widths": [4, 2, 3, 2]}, NAME, {}, {}),
        "products-one-layer": certificate(land | {"layer_widths": [4, 2]}, NAME, {}, {}),
    }


INVALID: list[tuple[str, str, Document, str]] = [
    (
        "rejected-products-bottleneck",
        "products-widths",
        {WIDTHS: [4, 2, 3, 3]},
        "a hidden width is below min(d_0, d_H)",
    ),
    ("rejected-products-one-unit", "products-widths", {WIDTHS: [2, 1, 2]}, "a hidden width is below min(d_0, d_H)"),
]
MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("products-one-width", "products-widths", WIDTHS, [4], "has 1 entry instead of 2 to 64"),
    ("products-zero-width", "products-widths", WIDTHS + ".1", 0, "0 is not between 1 and 400"),
]


def main() -> None:
    """Write the valid ones."""
    for name, document in products().items():
        (CORPUS / "valid" / f"{name}.json").write_text(text(document), encoding="utf-8")


if __name__ == "__main__":
    main()
