"""Du, Lee, Li, Wang & Zhai 2019, and Du, Zhai, Poczos & Singh 2019: gradient descent on very wide networks.

Of the first paper the full text was read (arXiv 1811.03804), of the second none. Their widths hide constants: the
theorems on convergence cannot be checked as printed. What they rest on, the smallest eigenvalue of Gram matrices of
infinitely wide networks, is proved positive for every data set, and enclosed for given ones; and with one smooth hidden
layer convergence is proved from an explicit width on. docs/WIDE.md has the theorems. The images are of this project's
making: 12 of 4 x 4 pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.every_data_set import PositiveDefiniteForEveryDataSet
from verify.checker.statements.limiting_gram_matrix import (
    CONVOLUTIONAL,
    FULLY_CONNECTED,
    ONE_HIDDEN,
    RESIDUAL,
    GramMatrix,
    SmallestEigenvalue,
)
from verify.checker.statements.random_initialisation import ConvergesFromRandomInitialisation
from verify.producer.wide.gram import (
    certify_positive_definite,
    certify_random_initialisation,
    certify_smallest_eigenvalue,
    limiting_gram_matrix,
)
from verify.producer.wide.layers import activation

from .finite_samples import Item, proof

IMAGES = [[(3 * i * i + 5 * j * j + i * j) % 17 - 8 for j in range(16)] for i in range(12)]
LABELS = tuple(Fraction(1 if i % 2 else -1) for i in range(12))
AXES = [[1, 0], [0, 1]]
PATCHES = tuple(
    tuple(4 * (row + i) + column + j for i in (0, 1) for j in (0, 1) if row + i < 4 and column + j < 4)
    for row in range(4)
    for column in range(4)
)
"""2 x 2, from each pixel to the right and down; less at the border."""
HALF = "1/2"
TWO_LAYERS = limiting_gram_matrix(AXES, FULLY_CONNECTED, "relu", depth=2)
HIDDEN_RELU = limiting_gram_matrix(IMAGES)
HIDDEN_TANH = limiting_gram_matrix(IMAGES, activation="tanh")
SOFTPLUS = {depth: limiting_gram_matrix(IMAGES, FULLY_CONNECTED, "softplus", depth=depth) for depth in (2, 8)}
RESIDUALS = {
    depth: limiting_gram_matrix(IMAGES, RESIDUAL, "softplus", depth=depth, residual_scale=HALF) for depth in (2, 8)
}
TANH = {depth: limiting_gram_matrix(IMAGES, FULLY_CONNECTED, "tanh", depth=depth) for depth in (2, 8)}
CONVOLVED = limiting_gram_matrix(
    IMAGES, CONVOLUTIONAL, "erf", depth=3, residual_scale=HALF, channels=1, patches=PATCHES
)


def positive(architecture: str, sigma: str) -> Callable[[Statement], bool]:
    """Whether a statement says it of every data set."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, PositiveDefiniteForEveryDataSet)
            and found.landscape.architecture == architecture
            and found.landscape.activation == activation(sigma)
        )

    return fits


def bounded(of: GramMatrix, *, above: str = "0", below: str | None = None) -> Callable[[Statement], bool]:
    """Whether a statement has the smallest eigenvalue of a matrix above one number, and below another."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, SmallestEigenvalue)
            and found.landscape == of
            and found.at_least > Fraction(above)
            and (below is None or (found.at_most is not None and found.at_most < Fraction(below)))
        )

    return fits


def bound(
    name: str,
    claim: str,
    file: str,
    of: GramMatrix,
    *,
    above: str = "0",
    below: str | None = None,
    verdict: str = "proved",
) -> Item:
    """A claim that the smallest eigenvalue of a matrix is above one number, or below another."""
    make = partial(certify_smallest_eigenvalue, of, above=below is not None)
    return Item(name, claim, file, make, bounded(of, above=above, below=below), verdict)


def positive_definite(name: str, claim: str, file: str, architecture: str, sigma: str) -> Item:
    """A claim that a matrix is positive definite for every data set."""
    make = partial(certify_positive_definite, architecture, sigma)
    return Item(name, claim, file, make, positive(architecture, sigma))


def converges(found: Statement) -> bool:
    """Whether a statement is about the images, with a width that the item names."""
    return (
        isinstance(found, ConvergesFromRandomInitialisation)
        and found.landscape == HIDDEN_TANH
        and found.targets == LABELS
        and found.width <= WIDTH
        and found.failure_probability <= Fraction(1, 100)
    )


WIDTH = 20_000
HIDDEN = "the constants that Omega and O hide; as printed there is nothing to check"
PROOF = proof(
    "du-2019",
    "Du, Lee, Li, Wang & Zhai 2019; Du, Zhai, Poczos & Singh 2019",
    (
        positive_definite(
            "two layers, ReLU, the Gram matrix",
            "lambda_min(H^inf) > 0 if no two samples are parallel (ReLU, every data set).",
            "one-hidden-layer.json",
            ONE_HIDDEN,
            "relu",
        ),
        Item(
            name="two layers, ReLU, an instance",
            claim="H^inf of 12 images, divided by their norms, has a smallest eigenvalue above 1/5.",
            file="one-hidden-layer-images.json",
            make=partial(certify_smallest_eigenvalue, HIDDEN_RELU, above=True),
            settles=bounded(HIDDEN_RELU, above="1/5"),
        ),
        Item(
            name="two layers, ReLU, convergence",
            claim="From m = Omega(n^6 / (lambda^4 delta^3)) on, gradient descent has a linear rate to loss 0 (ReLU).",
            missing=f"{HIDDEN}; with ReLU no explicit width is proved here: its derivative is not Lipschitz",
        ),
        Item(
            name="two layers, what is true with an explicit width",
            claim=(
                f"With tanh and 12 images, for every even width from {WIDTH} on, gradient descent on the first layer "
                "converges to loss 0 at a linear rate with probability at least 0.99 over the Gaussian start."
            ),
            file="random-start.json",
            make=partial(certify_random_initialisation, HIDDEN_TANH, LABELS, failure_probability="1/100"),
            settles=converges,
        ),
        Item(
            name="definition 5.1 as printed",
            claim=(
                "K^(H) with E sigma' sigma' over A^(H-1) is the Gram matrix of the proof: with ReLU, H = 2 and two "
                "orthogonal samples its smallest eigenvalue is 1 - 1/(2 pi) > 21/25. (Refuted: it is below 81/100, "
                "with A^(H), as the proof has it; for H = 1 A^(0) does not exist.)"
            ),
            file="as-printed.json",
            make=partial(certify_smallest_eigenvalue, TWO_LAYERS, most="809/1000"),
            settles=bounded(TWO_LAYERS, below="81/100"),
            verdict="refuted",
        ),
        positive_definite(
            "fully connected networks, the Gram matrix",
            "lambda_min(K^(H)) > 0 for an analytic activation that is no polynomial, if no two samples are parallel "
            "(softplus, every depth, every data set).",
            "fully-connected.json",
            FULLY_CONNECTED,
            "softplus",
        ),
        positive_definite(
            "residual networks, the Gram matrix",
            "The same for residual networks of every depth (softplus, every data set).",
            "residual.json",
            RESIDUAL,
            "softplus",
        ),
        bound(
            "convolutional residual networks, the Gram matrix, an instance",
            "lambda_min(K^(H)) > 0 for the convolutional residual network of 3 hidden layers on 12 images, erf and "
            "patches of 2 x 2 pixels.",
            "convolutional.json",
            CONVOLVED,
        ),
        Item(
            name="convolutional residual networks, the Gram matrix",
            claim="lambda_min(K^(H)) > 0 for convolutional residual networks, if no two samples have parallel patches.",
            missing="a statement for all data with a condition on their patches; each data set has its certificate",
        ),
        bound(
            "depth, fully connected, softplus: 2 layers",
            "Fully connected, softplus, 2 hidden layers, 12 images: lambda_min(K^(2)) > 1/60.",
            "fully-connected-2.json",
            SOFTPLUS[2],
            above="1/60",
        ),
        bound(
            "depth, fully connected, softplus: 8 layers",
            "The same with 8 hidden layers: lambda_min(K^(8)) < 1/50000, an 800th of that or less.",
            "fully-connected-8.json",
            SOFTPLUS[8],
            below="1/50000",
        ),
        bound(
            "depth, residual, softplus: 2 layers",
            "Residual, softplus, 2 hidden layers, c_res = 1/2, 12 images: lambda_min(K^(2)) < 1/900.",
            "residual-2.json",
            RESIDUALS[2],
            below="1/900",
        ),
        bound(
            "depth, residual, softplus: 8 layers",
            "The same with 8 hidden layers: lambda_min(K^(8)) > 1/15000, a 17th of that or more.",
            "residual-8.json",
            RESIDUALS[8],
            above="1/15000",
        ),
        bound(
            "depth, fully connected, tanh: 2 layers",
            "Fully connected, tanh, 2 hidden layers, 12 images: lambda_min(K^(2)) < 2/5.",
            "tanh-2.json",
            TANH[2],
            below="2/5",
        ),
        bound(
            "depth, fully connected, tanh: 8 layers",
            "Whatever the activation, lambda_min(K^(H)) of fully connected networks falls with the depth: with tanh "
            "lambda_min(K^(8)) <= 2/5. (Refuted; the paper claims this of its bound only.)",
            "tanh-8.json",
            TANH[8],
            above="2/5",
            verdict="refuted",
        ),
        Item(
            name="deep networks, theorem 5.1",
            claim="From a width on, gradient descent on a deep fully connected network has a linear rate to loss 0.",
            missing=f"{HIDDEN}; and an explicit width for more than one hidden layer",
        ),
        Item(
            name="residual networks, theorems 6.1 and 7.1",
            claim="The same for residual networks, convolutional or not, with a width polynomial in the depth.",
            missing=f"{HIDDEN}; and an explicit width for residual networks",
        ),
    ),
)
