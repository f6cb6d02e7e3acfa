"""The kinds of statements about the features of a network, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, FEATURE_BALLS, FEATURE_ENTRIES, FEATURE_PRODUCTS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.losses.features import is_exact
from verify.checker.statements import network_features as statements
from verify.checker.statements.feature_layers import Convolution
from verify.checker.statements.network_features import AboutFeatures
from verify.checker.theorems.feature_rank import dead_features, feature_rank
from verify.checker.theorems.wide_network import wide_network


def _too_large(statement: AboutFeatures) -> str | None:
    landscape = statement.landscape
    products = 0
    for layer in landscape.layers:
        rows, columns = layer.weights or (0, 0)
        positions = len(layer.patches) if isinstance(layer, Convolution) else 1
        products += landscape.count * positions * rows * columns
    exact = is_exact(landscape.layers)
    samples = 0 if exact else landscape.count
    units = landscape.count * max(layer.units for layer in landscape.layers)
    return beyond(
        ("samples x weights x positions = {} is", products, FEATURE_PRODUCTS),
        ("samples x units = {} is", units, FEATURE_ENTRIES if exact else FEATURE_BALLS),
        ("{} samples, with activations that are not piecewise linear, are", samples, ARB_UNKNOWNS),
    )


WIDE = Kind(statements.WIDE_STATEMENT, statements.WIDE_WITNESS, wide_network, too_large=_too_large)
NETWORK_FEATURES: dict[str, Kind] = {
    statements.RANK: Kind(statements.RANK_STATEMENT, statements.RANK_WITNESS, feature_rank, too_large=_too_large),
    statements.DEAD: Kind(statements.DEAD_STATEMENT, statements.DEAD_WITNESS, dead_features, too_large=_too_large),
    statements.CRITICAL: WIDE,
    statements.MINIMUM: WIDE,
}
