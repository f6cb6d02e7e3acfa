"""Whether statements about residual linear networks are true: the judge, by evaluation in floating point.

The loss is that of the definition, and its gradient by differences; nothing of the checker's is used.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.checker.core.exact import Matrix
from verify.checker.statements.residual_linear import (
    CriticalPointsGlobal,
    Depths,
    GradientInequality,
    InequalityFails,
    NoOptimumNearIdentity,
    OptimaNearIdentity,
    OptimumNearIdentity,
    ResidualNetwork,
    ResidualStatement,
)

Array = NDArray[np.float64]
SLACK, MOST_LAYERS = 1e-6, 6


def array(rows: Matrix) -> Array:
    """In floating point."""
    return np.array([[float(x) for x in row] for row in rows])


def loss(A: Array, R: Array, S: Array) -> float:
    """f - C."""
    W = np.eye(len(R))
    for each in A:
        W = (np.eye(len(R)) + each) @ W
    return float(np.trace((W - R) @ S @ (W - R).T))


def gradient(A: Array, R: Array, S: Array) -> Array:
    """By central differences, with a step at which the error is some 1e-9 of the size."""
    found, h = np.zeros_like(A), 1e-5
    for place in np.ndindex(A.shape):
        step = np.zeros_like(A)
        step[place] = h
        found[place] = (loss(A + step, R, S) - loss(A - step, R, S)) / (2 * h)
    return found


def of_norm(random: np.random.Generator, layers: int, d: int, size: float) -> Array:
    """Layers with all |A_i| equal to a number: a random direction, or its edge -size I."""
    if random.random() < 0.5:
        return np.stack([-size * np.eye(d)] * layers)
    A = random.normal(size=(layers, d, d))
    return np.stack([size * each / np.linalg.norm(each, 2) for each in A])


def depths(chosen: Depths) -> list[int]:
    """Some of the numbers of layers."""
    last = min(chosen.at_most or MOST_LAYERS, max(MOST_LAYERS, chosen.at_least))
    return sorted({chosen.at_least, last}) if chosen.at_least <= 40 else []


@np.errstate(all="ignore")  # what overflows says nothing
def falsehood_about_residual_networks(statement: ResidualStatement, seed: int = 0) -> str | None:
    """What is false about a statement; None where nothing was found."""
    try:
        return _falsehood(statement, np.random.default_rng(seed))
    except OverflowError:
        return None  # a number beyond float64: nothing to say


def _falsehood(statement: ResidualStatement, random: np.random.Generator) -> str | None:
    match statement:
        case GradientInequality():
            return _inequality(statement, random)
        case CriticalPointsGlobal():
            far = statement.norm > 1 and max(depths(statement.landscape.depths), default=1) > 1
            return "A_i = -I is critical and not global" if far else None
        case OptimaNearIdentity(ratio=k, bound=(a, b)):
            # R = e^g, l = k g; k expm1(1 / k) falls in k, so that a larger k asks for less.
            ratio = float(max(k, Fraction(1, 700))) if k < 10**15 else 1e15
            growth = ratio * float(np.expm1(1 / ratio))
            small = a < np.pi * (1 - 1e-9) or b < growth * (1 - 1e-9)
            return "a rotation by pi, or R = e^g, needs more than the proof has" if small else None
        case OptimumNearIdentity(landscape=ResidualNetwork(depths=Depths(at_least=layers), target=R)):
            return _too_near(array(R), layers, float(statement.norm))
        case NoOptimumNearIdentity(landscape=ResidualNetwork(depths=chosen, target=R)):
            return _learned(array(R), float(statement.excess), random, deep=chosen.at_most is None)
        case InequalityFails():
            return _holds(statement)
    raise TypeError(type(statement).__name__)


def _inequality(statement: GradientInequality, random: np.random.Generator) -> str | None:
    given = statement.inequality
    for layers in depths(statement.landscape.depths):
        for d in (1, 2, 3):
            for tau in (0.0, 0.5, 0.9, 0.99):
                root = random.normal(size=(d, d))
                S = root @ root.T * 10 ** random.uniform(-3, 3)
                A = of_norm(random, layers, d, tau)
                s, v = (each[..., 0] for each in np.linalg.eigh(S))
                u = random.normal(size=d)
                W = np.linalg.multi_dot([np.eye(d), *(np.eye(d) + each for each in A[::-1]), np.eye(d)])
                R = W - np.outer(u, v) if random.random() < 0.7 else random.normal(size=(d, d))
                left = float((gradient(A, R, S) ** 2).sum())
                right = float(given.factor) * layers * (1 - tau) ** (given.shrinking * (layers - 1)) * s**given.power
                right *= loss(A, R, S)
                if left < right * (1 - 1e-3) - 1e-9:
                    return f"{left} < {right} for l = {layers}, S = {S.tolist()}, R = {R.tolist()}, A = {A.tolist()}"
    return None


def _too_near(R: Array, layers: int, tau: float) -> str | None:
    """A lower bound of max |A_i|: (1 + tau)^l >= |R|, (1 - tau)^l <= sigma_min(R), and det R > 0."""
    sizes = np.linalg.svd(R, compute_uv=False)
    if np.linalg.det(R) <= 0 and tau < 1:
        return "det R is not positive"
    if (1 + tau) ** layers < sizes[0] * (1 - SLACK) or (tau < 1 and (1 - tau) ** layers > sizes[-1] * (1 + SLACK)):
        return "the product cannot have these singular values"
    turn = max((abs(np.angle(x)) for x in np.linalg.eigvals(R)), default=0.0) if np.allclose(R @ R.T, R.T @ R) else 0.0
    if tau < 1 and layers * np.arcsin(tau) < turn * (1 - SLACK) - SLACK:
        return "the product cannot turn so far"
    return None


def _learned(R: Array, excess: float, random: np.random.Generator, *, deep: bool) -> str | None:
    """Products of factors with |A_i| < 1; very many of them come near any singular matrix."""
    d = len(R)
    if np.linalg.det(R) > 1e-9:
        return "det R is positive"
    U, sizes, V = np.linalg.svd(R)
    nearest = U @ np.diag([*sizes[:-1], 0.0]) @ V
    if deep and sizes[-1] > SLACK and np.linalg.norm(nearest - R) ** 2 < excess * (1 - SLACK) - SLACK:
        return "f - C is smaller near the nearest singular matrix"
    for _ in range(20):
        A = of_norm(random, 3, d, 0.999)
        if loss(A, R, np.eye(d)) < excess * (1 - SLACK) - SLACK:
            return "f - C is smaller at a point"
    return None


def _holds(statement: InequalityFails) -> str | None:
    lower, R = statement.covariance, array(statement.landscape.target)
    order = range(len(lower))
    S = np.array([[float(lower[max(i, j)][min(i, j)]) for j in order] for i in order])
    A, tau = np.stack([array(rows) for rows in statement.point]), float(statement.norm)
    if max(np.linalg.norm(each, 2) for each in A) > tau * (1 + SLACK) + SLACK:
        return "some |A_i| is larger"
    given, s = statement.inequality, float(np.linalg.eigvalsh(S)[0])
    right = float(given.factor) * len(A) * (1 - tau) ** (given.shrinking * (len(A) - 1)) * s**given.power
    right *= loss(A, R, S)
    left = float((gradient(A, R, S) ** 2).sum())
    return None if left <= right * (1 + SLACK) + SLACK else f"the inequality holds there: {left} >= {right}"


def exact_sides(R: Fraction, S: Fraction, A: list[Fraction], c: Fraction, tau: Fraction) -> tuple[Fraction, Fraction]:
    """For d = 1: |grad f|^2, and c l (1 - tau)^(2 l - 2) S (f - C), by the product rule."""
    W = Fraction(1)
    for a in A:
        W *= 1 + a
    left = Fraction(0)
    for i in range(len(A)):
        rest = Fraction(1)
        for j, a in enumerate(A):
            rest *= 1 if j == i else 1 + a
        left += (2 * S * (W - R) * rest) ** 2
    return left, c * len(A) * (1 - tau) ** (2 * len(A) - 2) * S * S * (W - R) ** 2
