"""Du, Lee, Li, Wang & Zhai 2019, and Du, Zhai, Poczos & Singh 2019: gradient descent on very wide networks.

Of the first paper the full text was read (arXiv 1811.03804), of the second none. Their widths hide constants, so that
nothing can be checked literally; no rule encloses Gram matrices yet. Each sentence is undecided, with what is missing.
"""

from __future__ import annotations

from .finite_samples import Item, proof

MISSING = "enclosures of Gram matrices of infinitely wide networks, and an explicit width"
PROOF = proof(
    "du-2019",
    "Du, Lee, Li, Wang & Zhai 2019; Du, Zhai, Poczos & Singh 2019",
    (
        Item(
            name="two layers, ReLU",
            claim=(
                "lambda_min(H^inf) > 0 if no two samples are parallel; from a width on gradient descent has a linear "
                "rate."
            ),
            missing=MISSING,
        ),
        Item(
            name="deep networks, theorem 5.1",
            claim="From a width on, gradient descent on a deep fully connected network has a linear rate to loss 0.",
            missing=f"{MISSING}; K^(H) is printed with A^(H-1), the proof uses A^(H)",
        ),
        Item(
            name="residual networks, theorems 6.1 and 7.1",
            claim="The same for residual networks, convolutional or not, with a width polynomial in the depth.",
            missing=MISSING,
        ),
    ),
)
