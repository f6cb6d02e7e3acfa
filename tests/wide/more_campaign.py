"""Random statements about wide networks against oracles, the rules that campaign.py leaves out; one function a rule."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

from tests.wide.campaign import is_verified
from tests.wide.oracles import exact_features, moved, random_parameters, random_specs, rank, sums, trace
from verify.checker.public import Witness
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    DEAD,
    RANK,
    DeadFeatures,
    Extent,
    FeatureRank,
    FeatureWitness,
)
from verify.checker.statements.networks_of_every_size import (
    KIND,
    NOT_ONTO,
    SINGULAR,
    Dependence,
    NeverOnto,
    Patches,
    SingularUpperHessian,
    WideLayer,
)
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.wide import layers as builders

POLYNOMIAL = ("square", "identity")


def _inputs(random: Random, count: int, size: int) -> list[list[Fraction]]:
    return [[Fraction(random.randint(-3, 3)) for _ in range(size)] for _ in range(count)]


def wider_networks(random: Random) -> bool:
    """Verified for almost all parameters and wider networks, or for almost all data: another such network has the rank.

    At random parameters far from the point of the witness, with more units, more filters, and other data.
    """
    N, d = random.randint(1, 5), random.choice((1, 2, 3))
    inputs = _inputs(random, N, d)
    specs = [spec for spec in random_specs(random, d, smooth=False) if spec["kind"] != "max-pool"]
    specs = [{**spec, "activation": builders.activation(random.choice(POLYNOMIAL))} for spec in specs]
    specs = _fitting(specs, d)
    if not specs:
        return False
    of_data = random.random() < 0.3
    net = builders.network((N, d) if of_data else inputs, specs)
    point = random_parameters(random, net.layers)
    claimed = max(1, min(N, rank(exact_features(net.layers, point, inputs, ones=False)) + random.choice((0, 0, 1))))
    statement = FeatureRank(net, RANK, claimed, False, Extent(ALMOST_ALL, True, None))
    witness = FeatureWitness(64, point, tuple(map(tuple, inputs)) if of_data else None)
    if not is_verified("network-features", statement, witness):
        return False
    size = {"fully-connected": "width", "convolution": "filters"}
    wider = builders.network(inputs, [{**s, size[s["kind"]]: s[size[s["kind"]]] + random.randint(0, 2)} for s in specs])
    there = moved(random, random_parameters(random, wider.layers), Fraction(1, 3))
    data = (
        [[x + Fraction(random.randint(-(2**20), 2**20), 2**20) for x in row] for row in inputs] if of_data else inputs
    )
    assert rank(exact_features(wider.layers, there, data, ones=False)) >= claimed, (net, claimed)
    return True


def _fitting(specs: list[Any], positions: int) -> list[Any]:
    """Those before the first convolution whose patches are of positions that are not there any more."""
    found = []
    for spec in specs:
        if spec["kind"] == "convolution" and max(map(max, spec["patches"])) >= positions:
            break
        found.append(spec)
        positions = len(spec["patches"]) if spec["kind"] == "convolution" else spec["positions"]
    return found


def dead_features(random: Random) -> bool:
    """Verified just where every unit of a ReLU layer is strictly below 0 on every sample; nearby too they are 0."""
    N, d = random.randint(1, 4), random.randint(1, 3)
    inputs, last = _inputs(random, N, d), random.choice(("relu", "relu", "relu", builders.leaky_relu("1/4"), "square"))
    before = (
        [builders.dense(random.randint(1, 3), random.choice(("identity", "relu")))] if random.random() < 0.6 else []
    )
    net = builders.network(inputs, [*before, builders.dense(random.randint(1, 3), last)])
    *others, point = random_parameters(random, net.layers)
    low = tuple(-abs(b) - random.choice((0, 1, 12, 40)) for b in point.biases)
    place = (*others, type(point)(point.weights, low))
    z = [sums(net.layers[-1], place[-1], trace(net.layers[:-1], place[:-1], x)[0] if others else x) for x in inputs]
    verified = is_verified("network-features", DeadFeatures(net, DEAD, place), Witness(64))
    assert verified == (last == "relu" and all(entry < 0 for row in z for entry in row)), (net, place)
    if verified:
        near = moved(random, place, Fraction(1, 10**6))
        assert not any(x for row in exact_features(net.layers, near, inputs, ones=False) for x in row)
    return verified


def singular_upper_hessians(random: Random) -> bool:
    """Verified: the Hessian in the layers above a wide one maps a direction to 0, at a random point."""
    excess, biases = random.randint(0, 2), random.random() < 0.5
    N, d, second = random.randint(1, 4), random.randint(1, 3), random.randint(1, 2)
    verified = is_verified(KIND, SingularUpperHessian(WideLayer(excess, biases), SINGULAR), Witness(64))
    assert verified == (excess + biases >= 1)
    draw = np.random.default_rng(random.randrange(2**30))
    X, Y, name = draw.normal(size=(N, d)), draw.normal(size=(N, 1)), random.choice(("tanh", "softplus", "sigmoid"))
    width = N + excess + random.randint(0, 1) * verified
    first = draw.normal(size=(width, d))
    features = np.tanh(X @ first.T)
    above = EmpiricalRisk(features, Y, [second, 1], name, biases=biases)
    sizes = np.abs(np.linalg.eigvalsh(above.hessian(draw.normal(size=above.trained))))
    assert not verified or sizes.min() < 1e-9 * sizes.max(), (excess, biases, sizes)
    return verified


def dependent_patches(random: Random) -> bool:
    """Verified: for random filters, the linear map has a rank of at most (P - 1) T, exactly."""
    positions, size = random.randint(2, 4), random.randint(1, 2)
    rows = [tuple(random.sample(range(positions), size)) for _ in range(random.randint(2, 6))]
    matrix = [[Fraction(patch[i] == q) for i in range(size) for q in range(positions)] for patch in rows]
    coefficients = _dependence(matrix) if random.random() < 0.8 else None
    given = tuple(coefficients or [Fraction(random.randint(-1, 1)) for _ in rows])
    if random.random() < 0.2:
        given = (given[0] + 1, *given[1:])
    verified = is_verified(KIND, NeverOnto(Patches(tuple(rows)), NOT_ONTO), Dependence(64, given))
    sums_ = [
        sum((c * row[k] for c, row in zip(given, matrix, strict=True)), Fraction(0)) for k in range(len(matrix[0]))
    ]
    assert verified == (any(given) and not any(sums_)), (rows, given)
    if verified:
        T = random.randint(1, 3)
        filters = [[Fraction(random.randint(-9, 9)) for _ in range(size)] for _ in range(T)]
        outputs = [
            [sum((w[i] for i in range(size) if patch[i] == q), Fraction(0)) for q in range(positions)]
            for patch in rows
            for w in filters
        ]
        assert rank(outputs) <= (len(rows) - 1) * T
    return verified


def _dependence(matrix: list[list[Fraction]]) -> list[Fraction] | None:
    """Coefficients, not all 0, with which the rows add up to 0, by elimination; None if there are none."""
    kept: list[tuple[list[Fraction], list[Fraction]]] = []
    for number, row in enumerate(matrix):
        row, how = list(row), [Fraction(i == number) for i in range(len(matrix))]
        for other, made in kept:
            place = next(i for i, x in enumerate(other) if x)
            factor = row[place] / other[place]
            row = [x - factor * y for x, y in zip(row, other, strict=True)]
            how = [x - factor * y for x, y in zip(how, made, strict=True)]
        if not any(row):
            return how
        kept.append((row, how))
    return None


RULES = {
    "feature-rank of wider networks and other data": wider_networks,
    "dead-features": dead_features,
    "singular-upper-hessian": singular_upper_hessians,
    "dependent-patches": dependent_patches,
}
