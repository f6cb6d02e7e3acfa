"""Wide networks in audits: the rank of a layer's features, and what follows for critical points and local minima."""

from __future__ import annotations

from fractions import Fraction

from verify.checker.public import Reason, Statement
from verify.checker.statements.feature_layers import Parameters, Point
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    CRITICAL,
    HERE,
    MINIMUM,
    AboutFeatures,
    DeadFeatures,
    FeatureRank,
    NetworkFeatures,
    WideNetwork,
)
from verify.producer.audit.claims import Claim
from verify.producer.audit.evidence import single
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.refine import NotCertified
from verify.producer.wide.features import certify_dead_features, certify_feature_rank, certify_wide_network
from verify.producer.wide.layers import Spec, add, dense, network

FAR = Fraction(1)
"""Minus the biases of a layer that is off; all weights are 0."""


def layers_of(claim: Claim, last: int) -> NetworkFeatures:
    """The samples, and the layers up to one: a residual layer as a fully connected one and a sum.

    Raises NotCertified where the layers' weights are not all trained by themselves, and no point is given.
    """
    landscape = claim.risk.exact
    if claim.point is None and (landscape.parameter_map is not None or landscape.fixed):
        told = "features of almost all parameters are of networks whose weights are all trained by themselves"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    layers = landscape.network.layers
    specs: list[Spec] = []
    for each in layers[:last]:
        before = len(specs)
        specs.append(dense(each.width, each.activation, biases=each.bias))
        if each.residual:
            specs.append(add([before + 1, before]))
    has_residual = any(each.residual for each in layers)
    return network(landscape.inputs, specs, channels=landscape.network.inputs if has_residual else 1)


def number_of(claim: Claim, layer: int) -> int:
    """The number that a layer of the claim has there."""
    return layer + sum(each.residual for each in claim.risk.exact.network.layers[:layer])


def point_of(claim: Claim, last: int) -> Point | None:
    """The given parameters of the layers up to one."""
    if claim.point is None:
        return None
    landscape = claim.risk.exact
    left = landscape.complete(claim.point, Fraction)
    found = []
    for layer in landscape.network.layers[:last]:
        weights = tuple(tuple(next(left) for _ in range(layer.inputs)) for _ in range(layer.width))
        found.append(Parameters(weights, tuple(next(left) for _ in range(layer.width * layer.bias))))
    return tuple(found)


def rank(claim: Claim) -> list[Certificate]:
    """At the given point, or for almost all parameters."""
    point, kind = point_of(claim, claim.layer), HERE if claim.point is not None else ALMOST_ALL
    return [certify_feature_rank(layers_of(claim, claim.layer), point=point, parameters=kind)]


def dead(claim: Claim) -> list[Certificate]:
    """Parameters near which the layer is off on all samples."""
    landscape, layers = layers_of(claim, claim.layer), claim.risk.exact.network.layers[: claim.layer]
    if not layers[-1].bias:
        raise NotCertified("the layer has no biases that switch it off", {}, Reason.NO_CANDIDATE)
    zero = Fraction(0)
    point = tuple(
        Parameters(
            ((zero,) * each.inputs,) * each.width, (-FAR if each is layers[-1] else zero,) * (each.width * each.bias)
        )
        for each in layers
    )
    return [certify_dead_features(landscape, point)]


def critical_points(claim: Claim) -> list[Certificate]:
    """For almost all parameters; without the column of ones, or with it."""
    landscape = claim.risk.exact
    if landscape.loss != "squares" or any(each.activation.has_kink for each in landscape.network.layers[claim.layer :]):
        told = "every critical point is global by a theorem for squares and activations without kinks above the layer"
        raise NotCertified(told, {}, Reason.NOT_MODELLED)
    return [_wide(claim, minima=False)]


def local_minima(claim: Claim) -> list[Certificate]:
    """Of every convex loss."""
    return [_wide(claim, minima=True)]


def _wide(claim: Claim, *, minima: bool) -> Certificate:
    landscape = claim.risk.exact
    if landscape.weight_decay or landscape.bias_decay:
        raise NotCertified("the theorem is about losses without weight decay", {}, Reason.NOT_MODELLED)
    layers = landscape.network.layers
    if claim.layer >= len(layers):
        raise NotCertified(f"there is no layer above layer {claim.layer}", {}, Reason.NOT_MODELLED)
    whole, parameters = layers_of(claim, len(layers)), "" if minima else ALMOST_ALL
    k = number_of(claim, claim.layer)
    try:
        return certify_wide_network(whole, k, minima=minima, parameters=parameters)
    except NotCertified:
        if not layers[claim.layer].bias:
            raise
        return certify_wide_network(whole, k, minima=minima, ones=True, parameters=parameters)


# What the statements say


def is_of_layers(found: Statement, claim: Claim) -> bool:
    """Whether a statement's landscape is the claim's samples and layers: all, or those up to the claim's layer."""
    if not isinstance(found, AboutFeatures):
        return False
    last = claim.layer if isinstance(found, FeatureRank | DeadFeatures) else len(claim.risk.exact.network.layers)
    return found.landscape == layers_of(claim, last)


@single
def has_rank(found: Statement, claim: Claim) -> bool:
    """As many dimensions as samples, where it is claimed."""
    if not isinstance(found, FeatureRank) or not is_of_layers(found, claim) or found.constant:
        return False
    here = found.within.parameters == HERE and found.within.point == point_of(claim, claim.layer)
    meant = here if claim.point is not None else found.within.parameters == ALMOST_ALL
    return meant and found.rank == found.landscape.count


@single
def is_dead(found: Statement, claim: Claim) -> bool:
    """The features are 0 on an open set: no rank for almost all parameters."""
    return isinstance(found, DeadFeatures) and is_of_layers(found, claim) and claim.point is None


@single
def no_bad_critical_point(found: Statement, claim: Claim) -> bool:
    """Outside of a null set."""
    return isinstance(found, WideNetwork) and _is_wide(found, claim, CRITICAL) and found.within.parameters == ALMOST_ALL


@single
def no_bad_local_minimum(found: Statement, claim: Claim) -> bool:
    """With features of full rank."""
    return _is_wide(found, claim, MINIMUM)


def _is_wide(found: Statement, claim: Claim, name: str) -> bool:
    landscape = claim.risk.exact
    return (
        isinstance(found, WideNetwork)
        and (found.property, found.layer) == (name, number_of(claim, claim.layer))
        and is_of_layers(found, claim)
        and not (landscape.weight_decay or landscape.bias_decay)
    )
