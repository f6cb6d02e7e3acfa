"""Random statements about wide networks against oracles, one function a rule; the suite has a sample of each.

Each function looks at one random instance: it raises AssertionError where the checker verifies something false, and
says whether the checker verified it. tests/wide/test_campaign.py runs 500 of each as a campaign.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np

from tests.fuzz.truth_wide import pairs_falsehood, quadratic_loss
from tests.wide import descents
from tests.wide.equal_units import all_widths
from tests.wide.oracles import (
    Array,
    exact_features,
    moved,
    random_graph,
    random_parameters,
    random_specs,
    rank,
    slope,
    trace,
)
from verify.checker import Verified
from verify.checker.public import NotACertificate, Witness, prove
from verify.checker.statements.feature_layers import Parameters, weighted
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.network_features import (
    ALMOST_ALL,
    CRITICAL,
    HERE,
    MINIMUM,
    PATTERN,
    RANK,
    Extent,
    FeatureRank,
    FeatureWitness,
    WideNetwork,
    WideWitness,
)
from verify.checker.statements.networks_of_every_size import BAD, BadMinimumOfEverySize, BentAndSteep, Chain
from verify.checker.statements.quadratic_networks import (
    GLOBAL,
    NOT_GLOBAL,
    BetterSquare,
    EveryLocalMinimumGlobal,
    LocalMinimumNotGlobal,
    SignedPairs,
    WidthsFrom,
)
from verify.producer.prover import Certificate
from verify.producer.wide import layers as builders

RATIONAL = ("piecewise-linear", "polynomial")


def is_verified(kind: str, statement: Any, witness: Any) -> bool:
    """By the checker; what cannot be read is not."""
    try:
        return isinstance(prove(Certificate.of(kind, statement, witness, {}).read()), Verified)
    except NotACertificate:
        return False


def feature_rank(random: Random) -> bool:
    """The rank at the point, and at random points of the extent; and what is not verified."""
    return _rank(random, random_specs)


def residual_features(random: Random) -> bool:
    """The same, of networks with residual connections, means and zeros outside."""
    return _rank(random, random_graph)


def _rank(random: Random, specs: Callable[..., list[builders.Spec]]) -> bool:
    N, d = random.randint(1, 6), random.choice((1, 2, 3, 4))
    inputs = [[Fraction(random.randint(-3, 3)) for _ in range(d)] for _ in range(N)]
    parameters = random.choice((HERE, ALMOST_ALL, PATTERN))
    net = builders.network(inputs, specs(random, d, smooth=False))
    point, ones, claimed = random_parameters(random, net.layers), random.random() < 0.3, random.randint(1, N)
    if random.random() < 0.7:
        claimed = max(1, min(N, rank(exact_features(net.layers, point, inputs, ones)) + random.choice((0, 0, 0, 1))))
    within = Extent(parameters, parameters != HERE, None if parameters == ALMOST_ALL else point)
    witness = FeatureWitness(64, point if parameters == ALMOST_ALL else None, None)
    verified = is_verified("network-features", FeatureRank(net, RANK, claimed, ones, within), witness)
    at_point = rank(exact_features(net.layers, point, inputs, ones))
    patterns = [trace(net.layers, point, x)[1] for x in inputs]
    strict = all(p not in (0,) and (isinstance(p, int) or len(p) == 1) for row in patterns for p in row)
    analytic = all(layer.is_analytic for layer in net.layers)
    allowed = parameters == HERE or (analytic if parameters == ALMOST_ALL else strict)
    assert verified == (at_point >= claimed and allowed), (net, point, claimed)
    if not verified or parameters == HERE:
        return verified
    for _ in range(3):
        other = moved(random, point, Fraction(1, random.choice((1, 10, 1000))))
        same = parameters == ALMOST_ALL or [trace(net.layers, other, x)[1] for x in inputs] == patterns
        assert not same or rank(exact_features(net.layers, other, inputs, ones)) >= claimed
    return True


def residual_networks(random: Random) -> bool:
    """Verified: the outputs' derivative in the weights of layer k + 1 is onto at the point, in rational numbers.

    Of networks with sums of what is below and above the wide layer, with piecewise linear activations above it.
    """
    N, d = random.randint(1, 3), random.randint(1, 3)
    inputs = [[Fraction(random.randint(-3, 3)) for _ in range(d)] for _ in range(N)]
    specs, k = _residual_specs(random, N, d)
    net = builders.network(inputs, specs)
    point = random_parameters(random, net.layers)
    below, above = point[: len(weighted(net.layers[:k]))], point[len(weighted(net.layers[: k + 1])) :]
    parameters = ALMOST_ALL if all(layer.is_analytic for layer in net.layers[:k]) else PATTERN
    extent = Extent(parameters, True, None if parameters == ALMOST_ALL else below)
    witness = WideWitness(64, below if parameters == ALMOST_ALL else None, None, ())
    names = (CRITICAL, MINIMUM)
    if not all(is_verified("network-features", WideNetwork(net, n, k, False, False, extent), witness) for n in names):
        return False
    onto = all(rank(each.weights) == len(each.weights) for each in above)
    rows: list[list[Fraction]] = []
    for x in inputs:
        features = trace(net.layers[:k], point, x)[0]
        outputs, pattern = trace(net.layers, point, x)
        onto = onto and 0 not in pattern
        first, columns = len(below), []
        for unit in range(net.layers[k].units):  # piecewise linear in its bias: a difference is the derivative
            step = Fraction(1, 2**100)
            biases = tuple(b + step * (i == unit) for i, b in enumerate(point[first].biases))
            moved_ = (*point[:first], Parameters(point[first].weights, biases), *point[first + 1 :])
            columns.append([(y - z) / step for y, z in zip(trace(net.layers, moved_, x)[0], outputs, strict=True)])
        rows += [[c[o] * f for c in columns for f in features] for o in range(len(outputs))]
    assert not onto or rank(rows) == len(rows), (net, k, point)
    return True


def _residual_specs(random: Random, N: int, d: int) -> tuple[list[builders.Spec], int]:
    """Some layers, a wide one, of which the number is told, and then some more, many of them sums."""
    names = ("identity", "square", builders.leaky_relu("1/4"))
    specs: list[builders.Spec] = []
    shapes = [(d, 1)]

    def put(spec: builders.Spec, shape: tuple[int, int]) -> None:
        specs.append(spec)
        shapes.append(shape)

    for _ in range(random.randint(0, 2)):
        width = random.randint(1, 3)
        put(builders.of_layer(random.randint(0, len(specs)), builders.dense(width, random.choice(names))), (1, width))
    width, source = N + random.randint(0, 1), random.randint(0, len(specs))
    put(builders.of_layer(source, builders.dense(width, random.choice(names))), (1, width))
    wide = len(specs)
    for number in range(random.randint(1, 4)):
        before = len(specs)
        same = [place for place, shape in enumerate(shapes[:-1]) if shape == shapes[-1]]
        sigma = random.choice(("identity", builders.leaky_relu("1/4"), builders.leaky_relu("3")))
        if number and same and random.random() < 0.6:
            put(builders.add([before, random.choice(same)], sigma), shapes[-1])
        elif number and random.random() < 0.2:
            P, C = shapes[-1]
            put(builders.average_pool(tuple((p, -1) for p in range(P)), sigma), (P, C))
        else:
            width = random.randint(1, 3)
            put(builders.dense(width, sigma), (1, width))
    put(builders.dense(random.randint(1, shapes[-1][1]), "identity"), (1, 1))
    return specs, wide


def _smooth_above(random: Random, N: int, d: int, names: tuple[Any, ...]) -> Any:
    """A network with pyramidal layers above a first one that is wide enough, or nearly."""
    first = builders.dense(random.choice((N, N, N + 2, N - 1 or 1)), random.choice(("square", "tanh", "softplus")))
    widths = sorted((random.randint(1, 4) for _ in range(random.randint(1, 3))), reverse=random.random() < 0.9)
    inputs = [[Fraction(random.randint(-8, 8), 4) for _ in range(d)] for _ in range(N)]
    biases = random.random() < 0.8
    above = [builders.dense(width, random.choice(names), biases=biases) for width in widths[:-1]]
    return builders.network(inputs, [first, *above, builders.dense(widths[-1], "identity", biases=biases)])


def _floats(net: Any, seed: int) -> list[tuple[Array, Array]]:
    random = np.random.default_rng(seed)
    return [
        (random.normal(size=layer.weights) / layer.weights[1] ** 0.5, random.normal(size=layer.bias_count))
        for layer in net.layers
    ]


def _forward(net: Any, parameters: list[tuple[Array, Array]]) -> tuple[list[Array], list[Array]]:
    """Features F_0, F_1, ... and G_1, G_2, ..."""
    features, before = [np.array(net.inputs, dtype=float)], []
    for layer, (W, b) in zip(net.layers, parameters, strict=True):
        before.append(features[-1] @ W.T + (b if len(b) else 0))
        features.append(builders.activate(layer.activation, before[-1]))
    return features, before


def critical_points(random: Random) -> bool:
    """Verified: at random parameters the outputs' derivative in layer k + 1 is onto: no critical point is bad."""
    N, d = random.randint(1, 4), random.randint(1, 3)
    names = (
        "tanh",
        "sigmoid",
        "softplus",
        "arctan",
        builders.leaky_relu("1/4"),
        LayerActivation("elu", (1, 1)),
        "relu",
    )
    net = _smooth_above(random, N, d, names)
    ones, attained = random.random() < 0.3, random.random() < 0.3
    point = random_parameters(random, net.layers[:1])
    statement = WideNetwork(net, CRITICAL, 1, ones, attained, Extent(ALMOST_ALL, True, None))
    if not is_verified("network-features", statement, WideWitness(64, point, None, ())):
        return False
    parameters = _floats(net, random.randrange(2**30))
    features, before = _forward(net, parameters)
    first = np.hstack([features[1], np.ones((N, int(ones)))])
    rows = []
    for n in range(N):
        J = np.eye(net.layers[1].units)  # d G_2 / d G_2
        for layer, z, (W, _) in zip(net.layers[1:], before[1:], [*parameters[2:], (None, None)], strict=True):
            J = slope(layer.activation.name, layer.activation.parameters, z[n])[:, None] * J
            J = J if W is None else W @ J
        rows.append(np.hstack([np.kron(first[n], J[o])[None, :] for o in range(len(J))]).reshape(len(J), -1))
    size = np.linalg.svd(np.vstack(rows), compute_uv=False)
    assert len(size) == N * net.layers[-1].units
    assert size[-1] > 1e-12 * size[0], (net, size)
    return True


def local_minima(random: Random) -> bool:
    """Verified: outputs near those of a random point are attained near it, by a lift through the layers."""
    N, d = random.randint(1, 4), random.randint(1, 3)
    names = ("tanh", "sigmoid", builders.leaky_relu("1/4"), LayerActivation("elu", (2, 1)), "relu", "identity")
    net = _smooth_above(random, N, d, names)
    point = random_parameters(random, net.layers[:1])
    statement = WideNetwork(net, MINIMUM, 1, False, False, Extent(ALMOST_ALL, False, None))
    if not is_verified("network-features", statement, WideWitness(64, point, None, ())):
        return False
    parameters = _floats(net, random.randrange(2**30))
    W, b = parameters[1]
    features, before = _forward(net, parameters)
    if random.random() < 0.5 and len(b):  # a unit on its kink, on one sample
        b -= before[1][random.randrange(N)]
        features, before = _forward(net, parameters)
    direction = np.random.default_rng(random.randrange(2**30)).normal(size=before[-1].shape)
    moves = []
    for size in (1e-5, 1e-7):
        target = before[-1] + size * direction
        for index in range(len(net.layers) - 1, 1, -1):
            wanted = features[index] + (target - before[index]) @ np.linalg.pinv(parameters[index][0].T)
            target = _inverse(net.layers[index - 1].activation, wanted, before[index - 1])
        change = np.linalg.pinv(features[1]) @ (target - before[1])
        parameters[1] = (W + change.T, b)
        if np.abs(change).max() > 0.1:
            return True  # too badly conditioned for floats: the lift is short for shorter changes only
        reached = _forward(net, parameters)[1][-1]
        assert np.allclose(reached - before[-1], size * direction, rtol=1e-2, atol=1e-2 * size), net
        moves.append(np.abs(change).max())
    assert moves[1] <= moves[0] / 10
    return True


def _inverse(sigma: LayerActivation, y: Array, near: Array) -> Array:
    """z with sigma(z) = y, by Newton's method from nearby, with bisection where it leaves a bracket."""
    low, high = near - 10, near + 10
    z = near.copy()
    for _ in range(200):
        value = builders.activate(sigma, z)
        low, high = np.where(value < y, z, low), np.where(value > y, z, high)
        step = z - (value - y) / np.maximum(slope(sigma.name, sigma.parameters, z), 1e-300)
        z = np.where((step > low) & (step < high), step, (low + high) / 2)
    return z


def signed_pairs(random: Random) -> bool:
    """Verified: no point near W_0 has a smaller loss, in rational numbers, and another has."""
    k, m = random.randint(1, 5), random.choice((0, 1, 1, 1, 2))
    a, s, D = Fraction(random.randint(1, 8), 4), Fraction(random.randint(1, 8), 4), Fraction(random.randint(0, 4), 8)
    y, n = s * s + D, 2 * k + m
    last = Fraction(random.randint(-4, 8), 2)
    if m and random.random() < 0.7:  # at the threshold of (2), and beyond
        last = (
            (8 * a**2 * s**2 - 4 * k * D * a**2 + 4 * D)
            / (2 * m)
            * random.choice((Fraction(9, 10), Fraction(999, 1000), Fraction(1), Fraction(1001, 1000)))
        )
    decay = 4 * D / n * random.choice((1, 1, 1, Fraction(11, 10)))
    larger = D == 0 and random.random() < 0.5
    best = (4 * k * a**2 * y + 2 * m * last - 4 * D) / (4 * k * a**4 + 2 * m)
    q = y / a**2 if larger else best if best > 0 and random.random() < 0.9 else Fraction(random.randint(1, 16), 4)
    data = SignedPairs(a, y, m, last, decay, k, larger)
    c = Fraction(k * k, n) * random.choice((1, 1, Fraction(1001, 1000)))
    verified = is_verified("quadratic-networks", LocalMinimumNotGlobal(data, NOT_GLOBAL, s, c), BetterSquare(64, q))
    if not verified:
        return False
    assert pairs_falsehood(LocalMinimumNotGlobal(data, NOT_GLOBAL, s, c), random) is None, (data, s)
    width = k + random.randint(0, 2) * larger
    unit = [[Fraction(i == j) for j in range(width + 1)] for i in range(width)]
    there = quadratic_loss([[s * x for x in row] for row in unit], _samples(data, width), decay)
    # the better point has a row sqrt(q) e_d: its outputs are a^2 q on pairs, and q
    better = 2 * width * (a * a * q - y) ** 2 + m * (q - last) ** 2 + (2 * width + m) * decay * q
    assert better < there
    return True


def _samples(data: SignedPairs, width: int) -> list[tuple[list[Fraction], Fraction]]:
    unit = [[Fraction(i == j) for j in range(width + 1)] for i in range(width + 1)]
    pairs = [([x + sign * data.offset * z for x, z in zip(unit[j], unit[width], strict=True)], data.label)
             for j in range(width) for sign in (1, -1)]  # fmt: skip
    return pairs + [(unit[width], data.last_label)] * data.copies


def perturbations(random: Random) -> bool:
    """Verified: local search from random points ends where the multiplier matrix is positive semidefinite: global."""
    k, n, d = random.randint(1, 4), random.randint(1, 9), random.randint(1, 5)
    statement = EveryLocalMinimumGlobal(WidthsFrom("from", k, n), GLOBAL, False)
    if not is_verified("quadratic-networks", statement, Witness(64)):
        assert k * (k + 1) // 2 <= n
        return False
    from scipy.optimize import minimize

    draw = np.random.default_rng(random.randrange(2**30))
    X, y, C = draw.normal(size=(n, d)), draw.normal(size=n) * 3, draw.normal(size=(d, d)) * 0.1
    C, decay = (C + C.T) / 2 + 0.3 * np.eye(d), 0.1

    def value(flat: Array) -> tuple[float, Array]:
        W = flat.reshape(k, d)
        r = ((X @ W.T) ** 2).sum(axis=1) - y
        S = (X.T * r) @ X / n + decay / 2 * np.eye(d) + C
        return float((r @ r) / (2 * n) + decay / 2 * (W**2).sum() + np.sum(C * (W.T @ W))), (2 * W @ S).ravel()

    found = minimize(value, draw.normal(size=k * d), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    W = found.x.reshape(k, d)
    r = ((X @ W.T) ** 2).sum(axis=1) - y
    S = (X.T * r) @ X / n + decay / 2 * np.eye(d) + C
    if np.abs(found.jac).max() > 1e-6:
        return True  # the search did not end
    assert np.linalg.eigvalsh(S)[0] > -1e-4 * (1 + np.abs(S).max()), (X, y, C)
    return True


BENT = ("sigmoid", "tanh", "softplus", "arctan", "gelu", "square", LayerActivation("elu", (1, 1)), "relu", "identity")


def constant_first_layers(random: Random) -> bool:
    """Verified: the network of the proof has no smaller risk near the point, but one with flipped signs."""
    first, later = (builders.activation(random.choice(BENT)) for _ in range(2))
    t, u = (Fraction(random.randint(-12, 12), 8) for _ in range(2))
    statement = BadMinimumOfEverySize(Chain(first, (later,)), BAD)
    if not is_verified("networks-of-every-size", statement, BentAndSteep(64, t, (u,))):
        return False
    d, widths = random.randint(1, 3), [random.randint(1, 3) for _ in range(random.randint(1, 3))]
    draw = np.random.default_rng(random.randrange(2**30))
    curve = _second(first, float(t))
    for _ in range(len(widths) - 1):
        curve *= float(slope(later.name, later.parameters, np.array(float(u))) if later.name != "gelu" else _gelu(u))
    if abs(curve) < 1e-3:
        return True  # what is smaller is lost in floats
    eps = min(0.02, abs(curve) / 16)  # "small" in the proof: beside the curvature of the first layer
    X = np.vstack([np.eye(d), -np.eye(d), np.zeros((1, d))])
    y = np.array([0.0] * (2 * d) + [1.0])
    sigmas = [first] + [later] * (len(widths) - 1)
    W, b = [np.zeros((widths[0], d))], [np.full(widths[0], float(t))]
    a = builders.activate(first, b[0])
    for count, (before, after) in enumerate(pairwise(widths)):
        A = draw.uniform(0.5, 1.5, (after, before)) * (eps if count == 0 else 1)
        W.append(A)
        b.append(float(u) - A @ a)
        a = builders.activate(later, b[-1] + A @ a)
    V = np.sign(curve) * draw.uniform(0.5, 1.5, widths[-1])

    def risk(W: list[Array], b: list[Array], V: Array, c: float) -> float:
        features = X
        for A, bias, sigma in zip(W, b, sigmas, strict=True):
            features = builders.activate(sigma, features @ A.T + bias)
        return float(((features @ V + c - y) ** 2).sum() / 2)

    c = 1 / (2 * d + 1) - float(V @ a)
    base = risk(W, b, V, c)
    assert abs(base - d / (2 * d + 1)) < 1e-9
    for _ in range(5):
        by = 10.0 ** -random.randint(3, 6)
        shaken = (
            [A + by * eps**2 * draw.normal(size=A.shape) for A in W],
            [v + by * eps**2 * draw.normal(size=v.shape) for v in b],
        )
        assert risk(*shaken, V + by * eps**2 * draw.normal(size=V.shape), c + by * draw.normal()) >= base - 1e-12
    tau = draw.normal(size=W[0].shape)
    lower = [
        risk([size * tau, *W[1:]], b, -by * V, 1 / (2 * d + 1) + by * float(V @ a))
        for size in (0.3, 0.1, 0.03)
        for by in (0.1, 0.01, 0.001, 0.0001)
    ]
    assert min(lower) < base - 1e-14, (statement, t, u, widths)
    return True


def _gelu(z: Fraction) -> float:
    h = 1e-6
    sigma = LayerActivation("gelu")
    return float(
        builders.activate(sigma, np.array(float(z) + h)) - builders.activate(sigma, np.array(float(z) - h))
    ) / (2 * h)


def _second(sigma: LayerActivation, z: float, h: float = 1e-4) -> float:
    values = [float(builders.activate(sigma, np.array(z + e))) for e in (-h, 0, h)]
    return (values[0] - 2 * values[1] + values[2]) / h**2


RULES = {
    "feature-rank": feature_rank,
    "feature-rank with residual connections": residual_features,
    "wide networks with residual connections": residual_networks,
    "every-critical-point-global": critical_points,
    "every-full-rank-local-minimum-global": local_minima,
    "signed-pairs": signed_pairs,
    "almost-every-perturbation": perturbations,
    "constant-first-layer": constant_first_layers,
    "all-widths": all_widths,
    "basin-of-attraction": descents.nearby,
    "shadowing and polyak-lojasiewicz": descents.followed,
}
