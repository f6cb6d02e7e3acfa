"""Finding a point at which features have full rank, and writing what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from verify.checker.public import Matrix, Reason, Statement, Verified, Witness
from verify.checker.statements.feature_layers import Convolution, FeatureLayer, Parameters, Point
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    CRITICAL,
    DEAD,
    HERE,
    MINIMUM,
    PATTERN,
    RANK,
    DeadFeatures,
    Extent,
    FeatureRank,
    FeatureWitness,
    NetworkFeatures,
    WideNetwork,
    WideWitness,
)
from verify.producer.prover import Certificate, NotCertified
from verify.producer.trust import verdict_on
from verify.producer.wide.layers import Array, activate, exact_rows, linear, without_weights

KIND, PRECISION = "network-features", 64
GRID, FINE = 2.0**-6, 2.0**-12
ATTEMPTS = 5


def certify_feature_rank(
    landscape: NetworkFeatures,
    *,
    point: Point | None = None,
    rank: int | None = None,
    ones: bool = False,
    parameters: str = "",
    wider: bool | None = None,
    attempts: int = ATTEMPTS,
) -> Certificate:
    """A certificate that the last layer's features have a rank; by default as many as samples, and as much as is true.

    `point`: the parameters, of the layers with weights; then the statement is about these, unless `parameters` says
    otherwise. Without it some are looked for, and the statement is about almost all parameters, or, where a layer is
    not analytic, almost all of a branch pattern. Raises NotCertified.
    """
    kind = parameters or (HERE if point is not None else _extent(landscape.layers))
    more = kind != HERE if wider is None else wider

    def written(found: Point, inputs: Matrix | None) -> tuple[Statement, Witness]:
        within = Extent(kind, more, None if kind == ALMOST_ALL else found)
        statement = FeatureRank(landscape, RANK, rank or landscape.count, ones, within)
        return statement, FeatureWitness(PRECISION, found if kind == ALMOST_ALL else None, inputs)

    return _first(landscape, landscape.layers, point, written, attempts)


def certify_wide_network(
    landscape: NetworkFeatures,
    layer: int,
    *,
    minima: bool = False,
    ones: bool = False,
    attained: bool = False,
    parameters: str = "",
    wider: bool = True,
    point: Point | None = None,
    attempts: int = ATTEMPTS,
) -> Certificate:
    """A certificate that critical points (or, with `minima`, local minima) with features of full rank are global.

    `layer`: k, whose features have full rank. `ones`: with a column of ones, for a layer k + 1 with biases.
    Raises NotCertified.
    """
    below, above = landscape.layers[:layer], landscape.layers[layer + 1 :]
    kind = parameters or _extent(below)
    random = np.random.default_rng(layer)
    later = tuple(
        Parameters(exact_rows(random.integers(-8, 9, each.weights)), ())
        for each in above
        if isinstance(each, Convolution) and each.weights is not None
    )

    def written(found: Point, inputs: Matrix | None) -> tuple[Statement, Witness]:
        within = Extent(kind, wider, None if kind == ALMOST_ALL else found)
        statement = WideNetwork(landscape, MINIMUM if minima else CRITICAL, layer, ones, attained, within)
        return statement, WideWitness(PRECISION, found if kind == ALMOST_ALL else None, inputs, later)

    return _first(landscape, below, point, written, attempts)


def certify_dead_features(landscape: NetworkFeatures, point: Point) -> Certificate:
    """A certificate that the last layer's features are 0 at and near a point. Raises NotCertified."""
    return certified(DeadFeatures(landscape, DEAD, point), Witness(PRECISION))


def certified(statement: Statement, witness: Witness, kind: str = KIND) -> Certificate:
    """The certificate, if the checker verifies it. Raises NotCertified with the checker's reason."""
    certificate = Certificate.of(kind, statement, witness, {"program": "verify.producer.wide"})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        reason = f"the checker does not verify the certificate: {getattr(verdict, 'reason', '')}"
        raise NotCertified(reason, {}, getattr(verdict, "code", Reason.NOT_PROVED))
    return certificate


def _extent(layers: Sequence[FeatureLayer]) -> str:
    return ALMOST_ALL if all(layer.is_analytic for layer in layers) else PATTERN


def _first(
    landscape: NetworkFeatures, layers: Sequence[FeatureLayer], point: Point | None, written: Any, attempts: int
) -> Certificate:
    """Of the given point, or of the first of some random ones that the checker accepts."""
    failure: NotCertified | None = None
    for seed in range(1 if point is not None else attempts):
        random = np.random.default_rng(seed)
        inputs = landscape.inputs
        if inputs is None:
            inputs = exact_rows(random.integers(-64, 65, (landscape.count, landscape.layers[0].inputs)) * GRID)
        found = point if point is not None else random_point(layers, inputs, seed)
        try:
            return certified(*written(found, inputs if landscape.inputs is None else None))
        except NotCertified as error:
            failure = error
            if error.code is Reason.HYPOTHESIS_FALSE and not layers:
                break
    raise failure or NotCertified("no attempt was made", {}, Reason.NO_CANDIDATE)


def random_point(layers: Sequence[FeatureLayer], inputs: Matrix, seed: int = 0) -> Point:
    """Weights on a coarse grid; the biases put each unit's z = 0 at one of the samples, hardly moved.

    So different units have their kink, or their steepest part, at different places among the samples. What the biases
    are moved by is different at each position of a filter, so that no maximum is attained twice.
    """
    random = np.random.default_rng(seed)
    features: list[Array] = [np.array(inputs, dtype=float)]
    point = []
    for place, layer in enumerate(layers, start=1):
        given = [features[source] for source in layer.sources(place)]
        if layer.weights is None:
            features.append(activate(layer.activation, without_weights(layer, given)))
            continue
        rows, shape = given[0], layer.weights
        scale = 1.0 if layer.activation.is_piecewise_linear else _scale(rows, shape[1])
        weights = random.integers(-8, 9, shape) * scale
        z = linear(layer, rows, weights)
        positions, channels = layer.shape
        biases = np.zeros(0)
        if layer.bias_count:
            chosen = -z[random.integers(0, len(z), layer.units), np.arange(layer.units)].reshape(positions, channels)
            moved = np.round(chosen / FINE) * FINE + (np.arange(positions)[:, None] + 0.5) * FINE * 2
            if layer.bias_count < layer.units:  # shared
                moved = moved[random.integers(0, positions, channels), np.arange(channels)][None, :]
            z = z + (np.tile(moved, (positions, 1)) if len(moved) < positions else moved).reshape(1, -1)
            biases = moved.reshape(-1)
        features.append(activate(layer.activation, z))
        point.append(Parameters(exact_rows(weights), tuple(Fraction(float(b)) for b in biases)))
    return tuple(point)


def _scale(rows: Array, fan_in: int) -> float:
    """A power of 2 with which sums of so many random products with the rows are of the size of 4."""
    size = max(float(np.abs(rows).max()), 1e-6) * max(fan_in, 1) ** 0.5 * 5
    return float(2.0 ** np.round(np.log2(4 / size)))
