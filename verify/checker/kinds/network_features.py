"""The kinds of statements about the features of a network, by property."""

from __future__ import annotations

from verify.checker.core.limits import ARB_UNKNOWNS, FEATURE_BALLS, FEATURE_ENTRIES, FEATURE_PRODUCTS, beyond
from verify.checker.kinds.kind import Kind
from verify.checker.losses.features import is_exact
from verify.checker.statements import network_feature_tables as tables
from verify.checker.statements.feature_layers import Convolution, FeatureLayer, Pool, Sum
from verify.checker.statements.network_features import CRITICAL, DEAD, MINIMUM, RANK, AboutFeatures, NetworkFeatures
from verify.checker.theorems.feature_rank import dead_features, feature_rank
from verify.checker.theorems.wide_network import wide_network


def _products(layer: FeatureLayer) -> int:
    """For each sample."""
    if isinstance(layer, Pool):
        return sum(map(len, layer.groups)) * layer.given[1]
    if isinstance(layer, Sum):
        return layer.units * len(layer.terms)
    rows, columns = layer.weights or (0, 0)
    return rows * columns * (len(layer.patches) if isinstance(layer, Convolution) else 1)


def _units(landscape: NetworkFeatures) -> int:
    """The most that are kept at a time, for each sample: of a layer, and of older ones that are needed later."""
    layers = landscape.layers
    units = [layers[0].inputs, *(layer.units for layer in layers)]
    last = {source: place for place, layer in enumerate(layers, start=1) for source in layer.sources(place)}
    return max(
        units[place] + sum(units[older] for older in range(place - 1) if last.get(older, 0) >= place)
        for place in range(1, len(units))
    )


def _too_large(statement: AboutFeatures) -> str | None:
    landscape = statement.landscape
    products = landscape.count * sum(map(_products, landscape.layers))
    exact = is_exact(landscape.layers)
    samples = 0 if exact else landscape.count
    units = landscape.count * _units(landscape)
    return beyond(
        ("samples x weights x positions = {} is", products, FEATURE_PRODUCTS),
        ("samples x units = {} is", units, FEATURE_ENTRIES if exact else FEATURE_BALLS),
        ("{} samples, with activations that are not piecewise linear, are", samples, ARB_UNKNOWNS),
    )


WIDE = Kind(tables.WIDE_STATEMENT, tables.WIDE_WITNESS, wide_network, too_large=_too_large)
NETWORK_FEATURES: dict[str, Kind] = {
    RANK: Kind(tables.RANK_STATEMENT, tables.RANK_WITNESS, feature_rank, too_large=_too_large),
    DEAD: Kind(tables.DEAD_STATEMENT, tables.DEAD_WITNESS, dead_features, too_large=_too_large),
    CRITICAL: WIDE,
    MINIMUM: WIDE,
}
