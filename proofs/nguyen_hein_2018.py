"""Nguyen & Hein 2018, deep convolutional networks: features of full rank and global minima, sentence by sentence.

The text read is that of the ICLR 2018 submission, "The loss surface and expressivity of deep convolutional neural
networks"; of the ICML 2018 paper the abstract only. A refutation is of that copy. docs/WIDE.md has the theorems. The
images are of this project's making: 12 of 4 x 4 pixels, some with patches in common.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from verify.checker.core.statement import Statement
from verify.checker.statements.feature_layers import Parameters, Point
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    CRITICAL,
    HERE,
    MINIMUM,
    PATTERN,
    DeadFeatures,
    FeatureRank,
    NetworkFeatures,
    WideNetwork,
)
from verify.checker.statements.networks_of_every_size import NeverOnto, Patches
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.given_point import certify_degenerate_saddle
from verify.producer.wide.every_size import certify_convolution_never_onto
from verify.producer.wide.features import certify_dead_features, certify_feature_rank, certify_wide_network
from verify.producer.wide.layers import convolution, dense, image_patches, leaky_relu, max_pool, network

from .finite_samples import Item, proof, says_at, vector

IMAGES = [[(3 * i * i + 5 * j * j + i * j) % 17 if (i + j) % 3 else 0 for j in range(16)] for i in range(12)]
PATCHES = image_patches((4, 4), (2, 2))
GROUPS = ((0, 1, 3, 4), (1, 2, 4, 5), (3, 4, 6, 7), (4, 5, 7, 8))
SOFTPLUS = network(IMAGES, [convolution(3, PATCHES, "softplus")])
RELU = network(IMAGES, [convolution(4, PATCHES, "identity"), max_pool(GROUPS, "relu"), dense(16, "relu")])
ONE_LAYER = network(IMAGES, [convolution(3, PATCHES, "relu", biases="shared")])
DEAD: Point = (Parameters(tuple((Fraction(0),) * 4 for _ in range(3)), (Fraction(-1),) * 3),)
CROSSED = ((0, 2), (0, 3), (1, 2), (1, 3))
ABOVE = [dense(4, "tanh"), dense(3, "sigmoid"), dense(2, "identity")]
SMOOTH = network(IMAGES, [convolution(3, PATCHES, "softplus"), *ABOVE])
LEAKY = [dense(4, leaky_relu("1/10")), dense(3, "sigmoid"), dense(2, "identity")]
KINKS = network(IMAGES, [convolution(3, PATCHES, "softplus"), *LEAKY])

TWO = [[0], [1]]
TWO_FEATURES = network(TWO, [dense(2, "relu")])
AT_TWO: Point = (Parameters(((Fraction(1),), (Fraction(-1),)), (Fraction(-1, 2), Fraction(1, 2))),)
CUBE = EmpiricalRisk(
    TWO, [[1, 0], [0, 1]], [2, 2, 2], ["relu", {"polynomial": ["0", "0", "0", "1"]}], biases=True, scale=Fraction(1, 2)
)
FLAT = vector(1, -1, "-1/2", "1/2", *[0] * 4, 0, 0, 1, 0, 0, 1, "1/2", "1/2")
"""W_1, b_1 as in AT_TWO; W_2 = 0, b_2 = 0; W_3 = I, b_3 = (1/2, 1/2)."""


def ranks(landscape: NetworkFeatures, parameters: str, point: Point | None = None) -> Callable[[Statement], bool]:
    """Whether a statement gives full rank for these parameters."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, FeatureRank)
            and found.landscape == landscape
            and found.rank == landscape.count
            and not found.constant
            and found.within.parameters == parameters
            and (point is None or found.within.point == point)
        )

    return fits


def wide(landscape: NetworkFeatures, name: str, *, attained: bool = False) -> Callable[[Statement], bool]:
    """Whether a statement is about all critical points, or all local minima, with features of full rank."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, WideNetwork)
            and found.landscape == landscape
            and (found.property, found.layer, found.constant, found.attained) == (name, 1, False, attained)
            and (found.within.parameters, found.within.wider) == (ALMOST_ALL, True)
        )

    return fits


def full_rank(landscape: NetworkFeatures, parameters: str, point: Point | None = None) -> dict[str, Any]:
    """How a claim of full rank is proved, and what settles it."""
    make = partial(certify_feature_rank, landscape, point=point)
    return {"make": make, "settles": ranks(landscape, parameters, point)}


def all_global(landscape: NetworkFeatures, name: str, *, attained: bool = False) -> dict[str, Any]:
    """How a claim about all critical points or all local minima is proved, and what settles it."""
    make = partial(certify_wide_network, landscape, 1, minima=name == MINIMUM, attained=attained)
    return {"make": make, "settles": wide(landscape, name, attained=attained)}


def is_about(kind: type[Statement], landscape: Any) -> Callable[[Statement], bool]:
    """Whether a statement is of a kind, and of a landscape."""
    return lambda found: isinstance(found, kind) and getattr(found, "landscape", None) == landscape


PROOF = proof(
    "nguyen-hein-2018",
    "Nguyen & Hein 2018, The loss surface and expressivity of deep convolutional neural networks (ICLR 2018 "
    "submission)",
    (
        Item(
            name="theorem 3.5, an instance",
            claim=(
                "With an analytic activation, no pooling and n_k >= N the features of layer k have rank N for almost "
                "all parameters (softplus, 3 filters on 9 patches, 12 images, and all larger numbers of filters)."
            ),
            file="softplus.json",
            **full_rank(SOFTPLUS, ALMOST_ALL),
        ),
        Item(
            name="theorem 3.5 for ReLU",
            claim=(
                "Open question of the submission: does the same hold for ReLU? (Refuted: on an open set all features "
                "are 0.)"
            ),
            file="relu-dead.json",
            make=lambda: certify_dead_features(ONE_LAYER, DEAD),
            settles=is_about(DeadFeatures, ONE_LAYER),
            verdict="refuted",
        ),
        Item(
            name="theorem 3.5 for ReLU, what is true",
            claim=(
                "With ReLU and max-pooling the features have rank N for almost all parameters with the branch pattern "
                "of one exact point (convolution, pooling, 16 units; 12 images)."
            ),
            file="relu-pattern.json",
            **full_rank(RELU, PATTERN),
        ),
        Item(
            name="assumption 2.4",
            claim=(
                "If every neuron belongs to a patch and no two patches are identical, some filters give a matrix U_k "
                "of full rank. (Refuted: 4 neurons, patches 13, 14, 23, 24; for every number of filters.)"
            ),
            file="patches.json",
            make=lambda: certify_convolution_never_onto(CROSSED),
            settles=is_about(NeverOnto, Patches(CROSSED)),
            verdict="refuted",
        ),
        Item(
            name="theorem 4.5, its hypothesis at a point",
            claim="At W_1 = (1, -1), b_1 = (-1/2, 1/2), on x = 0, 1, the ReLU features of layer 1 have rank 2.",
            file="two-features.json",
            **full_rank(TWO_FEATURES, HERE, AT_TWO),
        ),
        Item(
            name="theorem 4.5, critical points",
            claim=(
                "With strictly monotone and differentiable activations above layer k every critical point with "
                "features of rank N and matrices of full rank has loss 0. (Refuted with t^3 in layer 2, W_2 = 0, W_3 = "
                "I and the features of the claim before: critical, loss 1/2. sigmoid(t^3), which is bounded, has the "
                "same: docs/WIDE.md.)"
            ),
            file="flat-point.json",
            make=lambda: certify_degenerate_saddle(CUBE, FLAT),
            settles=says_at(CUBE, "degenerate-saddle", FLAT, Fraction(1, 2)),
            verdict="refuted",
        ),
        Item(
            name="theorem 4.5, what is true of critical points",
            claim=(
                "If no derivative of the activations above layer k is 0, every critical point outside a null set has "
                "loss 0, for all targets, and such points exist (softplus, tanh, sigmoid; 12 images)."
            ),
            file="critical-points.json",
            **all_global(SMOOTH, CRITICAL, attained=True),
        ),
        Item(
            name="theorem 4.5 and corollary 4.6, local minima",
            claim=(
                "Every local minimum with features of rank N and matrices of full rank is global, for every convex "
                "loss, with strictly monotone activations, differentiable or not (softplus, leaky ReLU, sigmoid; 12 "
                "images)."
            ),
            file="local-minima.json",
            **all_global(KINKS, MINIMUM),
        ),
        Item(
            name="theorems 3.4 and 3.5",
            claim=(
                "With n_k >= N and no patch in common between two samples, features of full rank exist, for all data."
            ),
            missing="a statement for all data with a condition on their patches; each data set has its certificate",
        ),
        Item(
            name="lemma 4.3",
            claim="sigma_min(F_k) prod sigma_min(U_(l+1)) min |sigma'| |F_L - Y| <= |grad_(U_(k+1)) Phi|.",
            missing=(
                "a statement with singular values of layers; needs n_k >= N and n_l >= n_(l+1), as the paper has it"
            ),
        ),
    ),
)
