"""Random statements about limiting Gram matrices against quadrature and runs of gradient descent."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np

from tests.wide import gram_oracle
from tests.wide.campaign import is_verified
from tests.wide.oracles import Array
from verify.checker.public import Witness
from verify.checker.statements.every_data_set import EVERY_DATA_SET, EveryDataSet, PositiveDefiniteForEveryDataSet
from verify.checker.statements.limiting_gram_matrix import (
    ARCHITECTURES,
    CONVOLUTIONAL,
    EIGENVALUE,
    FULLY_CONNECTED,
    KIND,
    ONE_HIDDEN,
    RESIDUAL,
    WHOLE,
    GramMatrix,
    SeriesWitness,
    SmallestEigenvalue,
)
from verify.checker.statements.network import LayerActivation
from verify.producer.prover import NotCertified
from verify.producer.wide.gram import certify_random_initialisation

NAMES = ("relu", "erf", "tanh", "sigmoid", "softplus", "arctan")
OFF = {"arctan": 1e-4, "tanh": 1e-6}
"""What the oracle is wrong by, relatively and of the largest entry; of the others 1e-8."""


def random_network(random: Random, name: str, architecture: str = "") -> GramMatrix:
    """A few samples, some of them parallel or antiparallel, in one of the architectures."""
    kind = architecture or random.choice(list(ARCHITECTURES))
    residual = kind in (RESIDUAL, CONVOLUTIONAL)
    depth = 1 if kind == ONE_HIDDEN else random.randint(1 + residual, 3)
    positions = random.randint(1, 3) if kind == CONVOLUTIONAL else 1
    channels = random.randint(1, 2) if kind == CONVOLUTIONAL else random.randint(1, 4)
    patches = (
        tuple(tuple(random.sample(range(positions), random.randint(1, positions))) for _ in range(positions))
        if kind == CONVOLUTIONAL
        else WHOLE
    )
    rows = [[random.choice((-3, -2, -1, 1, 2, 3)) for _ in range(positions * channels)]]
    for _ in range(random.randint(0, 3)):
        again = random.random() < 0.2
        rows.append(
            [random.choice((-1, 1, 2)) * x for x in rows[0]] if again else [random.randint(-3, 3) or 1 for _ in rows[0]]
        )
    scale = Fraction(random.randint(1, 9), 10) if residual else None
    inputs = tuple(tuple(map(Fraction, row)) for row in rows)
    return GramMatrix(kind, depth, name, scale, channels, patches, True, inputs)


def smallest_eigenvalue(random: Random) -> bool:
    """Bounds near the eigenvalue, true or false, with few or many coefficients."""
    name = random.choice(NAMES)
    of = random_network(random, name)
    matrix = gram_oracle.gram(of)
    found = float(np.linalg.eigvalsh(matrix)[0])
    wrong = OFF.get(name, 1e-8) * float(np.abs(matrix).max())
    low = Fraction(max(found, 1e-9) * random.choice((0.3, 0.9, 0.999, 1.001, 1.1)))
    high = random.choice((None, low * Fraction(random.choice((1.0001, 1.2, 4.0)))))
    statement = SmallestEigenvalue(of, EIGENVALUE, low, high)
    verified = is_verified(KIND, statement, SeriesWitness(96, random.choice((2, 8, 32, 64))))
    assert not verified or (low <= found + wrong and (high is None or high >= found - wrong)), (of, found, low, high)
    return verified


def positive_definite(random: Random) -> bool:
    """Polynomials are refused; otherwise samples that are not parallel have a positive definite matrix."""
    name = random.choice((*NAMES[2:], "relu", "polynomial", "identity"))
    sigma = {
        "relu": LayerActivation("piecewise-linear", (Fraction(0), Fraction(1))),
        "identity": LayerActivation("piecewise-linear", (Fraction(1), Fraction(1))),
        "polynomial": LayerActivation("polynomial", (Fraction(0), Fraction(1), Fraction(random.randint(0, 2)))),
    }.get(name, LayerActivation(name))
    architecture = random.choice((ONE_HIDDEN, FULLY_CONNECTED, RESIDUAL))
    statement = PositiveDefiniteForEveryDataSet(EveryDataSet(architecture, sigma), EVERY_DATA_SET)
    verified = is_verified(KIND, statement, Witness(64))
    assert verified == (name not in ("polynomial", "identity"))
    if not verified:
        return False
    of = random_network(random, name, architecture)
    X = np.array([[float(x) for x in row] for row in of.inputs])
    X = X / np.linalg.norm(X, axis=1)[:, None]
    apart = 1 - np.abs(X @ X.T - np.eye(len(X))).max(initial=0.0)
    if apart > 0.2:  # so that floats tell
        assert np.linalg.eigvalsh(gram_oracle.gram(of))[0] > 0, of
    return True


def random_initialisation(random: Random) -> bool:
    """A certified width: gradient descent from a draw, in floats, is as fast as is said."""
    name = random.choice(NAMES[1:])
    of = random_network(random, name, ONE_HIDDEN)
    targets = [Fraction(random.randint(-4, 4), 2) for _ in of.inputs]
    try:
        certificate = certify_random_initialisation(of, targets, failure_probability="1/1000000000")
    except NotCertified:
        return False
    statement = certificate.read().statement
    if statement.width > 50_000:
        return False  # more than a test needs
    X = np.array([[float(x) for x in row] for row in of.inputs])
    X = X / np.linalg.norm(X, axis=1)[:, None]
    losses = descend(name, X, np.array([float(y) for y in targets]), statement.width, float(statement.step), random)
    factor = 1 - float(statement.rate) * float(statement.step)
    for count, loss in enumerate(losses):
        assert loss <= factor**count * losses[0] * (1 + 1e-9) + 1e-20, (of, count)
    return True


def descend(name: str, X: Array, y: Array, width: int, step: float, random: Random) -> list[float]:
    """The losses of 40 steps from an antisymmetric draw."""
    sigma, slope = gram_oracle.SIGMA[name]
    half = np.random.default_rng(random.randint(0, 10**9)).standard_normal((width // 2, X.shape[1]))
    W = np.vstack([half, half])
    a = np.repeat([1.0, -1.0], width // 2) / np.sqrt(width)
    losses = []
    for _ in range(40):
        Z = X @ W.T
        e = sigma(Z) @ a - y
        losses.append(float(e @ e) / 2)
        W = W - step * ((slope(Z) * e[:, None]) * a).T @ X
    return losses


RULES = {
    "limiting-gram-matrix": smallest_eigenvalue,
    "positive-gram-matrices": positive_definite,
    "random-initialisation": random_initialisation,
}
