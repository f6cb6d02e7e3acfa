"""Whether statements about deep linear networks are true: the fuzzer's judge, by runs in floating point.

Gradient descent is followed for some hundreds of steps, on sample targets of a set. A run that misses what
is claimed by more than rounding refutes it; a claim that the runs meet may still be false. The errors of floating
point grow along some runs, which says nothing of exact gradient descent: what stays above a loss is judged in balls
in the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from tests.fuzz.truth_critical_values import is_no_critical_value
from tests.fuzz.truth_risk_run import ends_elsewhere
from verify.checker.core.exact import Matrix
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.linear_critical_point import LinearCriticalPoint
from verify.checker.statements.linear_critical_values import CriticalValues
from verify.checker.statements.linear_targets import (
    Layers,
    NearIdentity,
    NegativeDefiniteTargets,
    NegativeTargets,
    NormalOffAxis,
    NormalTargets,
    OneTarget,
    PositiveTargets,
    SymmetricTargets,
    Targets,
)
from verify.checker.statements.stays_above import StaysAbove

Array = NDArray[np.float64]
LinearStatement = ConvergesFromIdentity | StaysAbove | Reaches | LinearCriticalPoint | CriticalValues
STEPS, MOST_LAYERS = 200, 12
SLACK = 1e-9


def falsehood_about_linear_networks(statement: LinearStatement, seed: int = 0) -> str | None:
    """What is false about a statement; None where nothing was found."""
    if isinstance(statement, CriticalValues):
        return is_no_critical_value(statement, np.random.default_rng(seed))
    if isinstance(statement, LinearCriticalPoint):
        return _is_something_else(statement, np.random.default_rng(seed))
    if isinstance(statement, Reaches) and isinstance(statement.landscape, EmpiricalRiskLandscape):
        return ends_elsewhere(statement)
    if isinstance(statement, Reaches):
        return _run_ends_elsewhere(statement)
    random = np.random.default_rng(seed)
    for L in depths(statement.landscape.layers):
        for target in sample(statement.landscape.targets, random):
            found = (
                _gets_below(statement, L, target) if isinstance(statement, StaysAbove) else _run(statement, L, target)
            )
            if found is not None:
                return found
    return None


def _is_something_else(statement: LinearCriticalPoint, random: np.random.Generator) -> str | None:
    """The loss and its derivatives by differences, exactly, along random integer directions."""
    network = statement.landscape
    X, Y = network.inputs, network.targets
    if network.target is not None:
        d = network.widths[0]
        X = tuple(tuple(Fraction(int(i == j)) for j in range(d)) for i in range(d))
        Y = tuple(zip(*network.target, strict=True))
    layers = [np.array(rows, dtype=object) for rows in statement.point]

    def loss(point: list[NDArray[np.object_]]) -> Fraction:
        out = np.array(X, dtype=object).T
        for layer in point:
            out = layer @ out
        return Fraction(((out - np.array(Y, dtype=object).T) ** 2).sum()) / 2

    at = loss(layers)
    if at != statement.loss:
        return f"the loss is {at}"
    if statement.property == "global-minimum":
        best = np.linalg.lstsq(np.array(X, dtype=float), np.array(Y, dtype=float), rcond=None)[0]
        least = float(((np.array(X, dtype=float) @ best - np.array(Y, dtype=float)) ** 2).sum()) / 2
        wide = min(network.widths) >= min(network.widths[0], network.widths[-1])
        return f"least squares have the loss {least}" if wide and float(at) > least + 1e-9 * (1 + least) else None
    h, curvatures = Fraction(1, 10**12), []
    for _ in range(30):
        D = [np.vectorize(lambda x: Fraction(int(x)), otypes=[object])(random.integers(-2, 3, W.shape)) for W in layers]
        ahead, behind = (loss([W + s * h * E for W, E in zip(layers, D, strict=True)]) for s in (1, -1))
        if abs(ahead - behind) > h * h * 10**6:
            return "the gradient is not 0"
        curvatures.append((ahead + behind - 2 * at) / h**2)
    if statement.property == "degenerate-saddle" and min(curvatures) < -Fraction(1, 10**6):
        return "the Hessian has a negative direction"
    return None


def _run_ends_elsewhere(statement: Reaches) -> str | None:
    """The run again, in fixed-point integers of 4,096 bits: no matrix is larger than 4 x 4 here."""
    network, bits = statement.landscape, 4096
    if network.target is None or max(network.widths) > 4 or statement.steps > 500:
        return None

    def fixed(rows: Matrix) -> list[list[int]]:
        return [[int(entry * 2**bits) for entry in row] for row in rows]

    def times(A: list[list[int]], B: list[list[int]]) -> list[list[int]]:
        return [
            [sum(x * y for x, y in zip(row, column, strict=True)) >> bits for column in zip(*B, strict=True)]
            for row in A
        ]

    def flipped(A: list[list[int]]) -> list[list[int]]:
        return [list(row) for row in zip(*A, strict=True)]

    def error(layers: list[list[list[int]]]) -> list[list[int]]:
        W = layers[0]
        for layer in layers[1:]:
            W = times(layer, W)
        return [[w - phi for w, phi in zip(*rows, strict=True)] for rows in zip(W, target, strict=True)]

    target, layers = fixed(network.target), [fixed(rows) for rows in statement.start]
    before, losses, extra = layers, [], 20 if isinstance(statement, Converges) else 0
    for _ in range(statement.steps + extra + 1):
        E = error(layers)
        losses.append(sum(Fraction(x, 2**bits) ** 2 for row in E for x in row) / 2)
        moved = []
        for j, (layer, old) in enumerate(zip(layers, before, strict=True)):
            G = E
            for above in reversed(layers[j + 1 :]):
                G = times(flipped(above), G)
            for below in layers[:j]:  # G W_1^T W_2^T ...
                G = times(G, flipped(below))
            moved.append(
                [
                    [
                        w - int(statement.step * g) + int(statement.momentum * (w - o))
                        for w, g, o in zip(*rows, strict=True)
                    ]
                    for rows in zip(layer, G, old, strict=True)
                ]
            )
        before, layers = layers, moved
        if losses[-1] > 2**64:
            return None
    at, slack = losses[statement.steps], Fraction(1, 2**200)
    low, high = statement.value
    if not low - slack <= at <= high + slack:
        return f"the loss after {statement.steps} steps is {float(at)}"
    if isinstance(statement, Converges) and any(
        loss > high * statement.rate**n + slack for n, loss in enumerate(losses[statement.steps :])
    ):
        return "the loss does not fall at the rate claimed"
    return None


def depths(layers: Layers) -> Iterator[int]:
    """The least and the largest that are claimed, and are small enough."""
    last = min(layers.at_most or MOST_LAYERS, max(MOST_LAYERS, layers.at_least))
    fits = [L for L in range(layers.at_least, last + 1) if layers.parity in (None, ("even", "odd")[L % 2])]
    yield from sorted({fits[0], fits[-1]} if fits and fits[0] <= 10 * MOST_LAYERS else ())


def _gets_below(statement: StaysAbove, L: int, Phi: Array) -> str | None:
    """A run in floating point; where that gets below, its rounding errors may have grown: again with 3,000 bits."""
    t = _first_below(statement, L, Phi, np.eye(len(Phi)))
    if t is None:
        return None
    with ctx.workprec(3000):
        exact, one = (
            np.array([[arb(float(x)) for x in row] for row in A], dtype=object) for A in (Phi, np.eye(len(Phi)))
        )
        t = _first_below(statement, L, exact, one)
    return None if t is None else f"after {t} steps the loss is below, for L = {L} and {Phi.tolist()}"


def _first_below(statement: StaysAbove, L: int, Phi: NDArray[Any], one: NDArray[Any]) -> int | None:
    """The first step at which a run is below the loss; with free steps, one with small steps and momentum."""
    layers = before = np.stack([one] * L)
    method = statement.method
    step, kappa = float(method.step or 0.02 / L), float(method.regularization or 0)
    momentum = 0.0 if method.step is not None else 0.5
    for t in range(STEPS):
        E = product(layers, one) - Phi
        loss = (E * E).sum() / 2
        if not loss < 1e6:  # other eigenvalues may diverge
            return None
        if loss < float(statement.loss) * (1 - SLACK):  # of a ball: all of it
            return t
        moved = stepped(layers, Phi, step, one) - (layers - one) * (step * kappa) + (layers - before) * momentum
        layers, before = moved, layers
    return None


def sample(targets: Targets, random: np.random.Generator) -> Iterator[Array]:
    """Some matrices of a set, on its border for the most part."""
    match targets:
        case OneTarget(matrix=rows):
            yield np.array([[float(entry) for entry in row] for row in rows])
        case SymmetricTargets(eigenvalues=(a, b)) | NegativeDefiniteTargets(eigenvalues=(a, b)):
            yield np.diag([float(a), float(b)])
        case NegativeTargets(eigenvalue=(a, b)):
            yield np.diag([float(a), float(b), 1.0])
            yield np.diag([float(b), 0.5])
        case NormalTargets(real_part=x, norm=R):
            for angle in (0.0, float(np.arccos(min(1.0, float(x / R))))):
                z = float(R) * np.exp(1j * angle)
                yield np.array([[z.real, -z.imag], [z.imag, z.real]])
            yield np.array([[float(x)]])
        case NormalOffAxis(distance=s, curvature=r, norm=R):
            yield from off_axis(float(s), float(r), float(R), random)
        case NearIdentity(distance=r):
            for d in (1, 2, 3):
                for _ in range(3):
                    noise = random.normal(size=(d, d))
                    yield np.eye(d) + noise * float(r) / np.linalg.norm(noise)
            yield np.eye(1) * (1 - float(r))
        case PositiveTargets(real_part=g, norm=N, distance=e):
            for _ in range(4):
                noise = random.normal(size=(2, 2))
                Phi = np.eye(2) + noise * float(e) / np.linalg.norm(noise)
                if np.linalg.eigvalsh(Phi + Phi.T)[0] >= 2 * float(g) and np.linalg.norm(Phi, 2) <= float(N):
                    yield Phi


def off_axis(s: float, r: float, R: float, random: np.random.Generator) -> Iterator[Array]:
    """Rotations with eigenvalues on the parabola, or on the circle beside it."""
    for y in (0.0, R / 3, 2 * R / 3, random.uniform(0, R)):
        x = max(s - r * (y * y - s * s), -math.sqrt(R * R - y * y))
        if x * x + y * y <= R * R:
            yield np.array([[x, -y], [y, x]])


def _run(statement: ConvergesFromIdentity, L: int, Phi: Array) -> str | None:
    """One run with the largest step."""
    d = len(Phi)
    step, shrink = float(statement.step) / L, 1 - float(statement.rate * statement.step)
    if not 0 <= shrink <= 1:
        return "the rate times the step is not between 0 and 1"
    layers = np.stack([np.eye(d)] * L)
    first = float(np.linalg.norm(np.eye(d) - Phi))
    bound = float(next(iter(np.linalg.svd(Phi - np.eye(d), compute_uv=False))))
    for t in range(STEPS):
        error = float(np.linalg.norm(product(layers) - Phi))
        if not error <= first * shrink**t * (1 + SLACK) + SLACK * (1 + first):
            return f"after {t} steps the error is {error}, for L = {L} and {Phi.tolist()}"
        accuracy = statement.accuracy
        if accuracy is not None and accuracy.steps <= t:
            size = float(np.linalg.norm(product(layers) - Phi, 2))
            if not size <= float(accuracy.error) * (1 + SLACK) + SLACK * (1 + bound):
                return f"after {t} steps the error is still {size}, for L = {L} and {Phi.tolist()}"
        if statement.projected:
            layers = rebalanced(product(layers), float(_real_part(statement.landscape.targets)), L)
        layers = stepped(layers, Phi, step)
    return None


def _real_part(targets: Targets) -> float:
    """g; of one matrix, half of the smallest eigenvalue of Phi + Phi^T."""
    if isinstance(targets, PositiveTargets):
        return float(targets.real_part)
    [Phi] = sample(targets, np.random.default_rng(0))
    return float(np.linalg.eigvalsh(Phi + Phi.T)[0]) / 2


def product(layers: NDArray[Any], one: NDArray[Any] | None = None) -> NDArray[Any]:
    """Theta_L ... Theta_1. `one`: the identity, in the arithmetic of the layers."""
    result = np.eye(layers.shape[1]) if one is None else one
    for layer in layers:
        result = layer @ result
    return result


def stepped(layers: NDArray[Any], Phi: NDArray[Any], step: float, one: NDArray[Any] | None = None) -> NDArray[Any]:
    """One step of gradient descent."""
    L, d = len(layers), len(Phi)
    one = np.eye(d) if one is None else one
    below, above = [one], [one]
    for j in range(L - 1):
        below.append(layers[j] @ below[-1])
        above.append(above[-1] @ layers[L - 1 - j])
    error = product(layers, one) - Phi
    gradients = [above[L - 1 - j].T @ error @ below[j].T for j in range(L)]
    return layers - np.stack(gradients) * step


def rebalanced(W: Array, least: float, L: int) -> Array:
    """The balanced factors of the nearest matrix with (W + W^T)/2 >= least I."""
    values, vectors = np.linalg.eigh((W + W.T) / 2)
    W = (W - W.T) / 2 + (vectors * np.maximum(values, least)) @ vectors.T
    U, sizes, V = np.linalg.svd(W)
    P = (V.T * sizes ** (1 / L)) @ V
    angles, basis = np.linalg.eig(U @ V)
    inverse = np.linalg.inv(basis)

    def power(exponent: float) -> Array:
        return np.real((basis * np.exp(1j * np.angle(angles) * exponent)) @ inverse)

    return np.stack([power(j / L) @ P @ power(-(j - 1) / L) for j in range(1, L + 1)])
