"""Residual linear networks: global minima near the identity, and where an inequality for the gradient is true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.linalg import schur

from verify.checker.public import Matrix, Witness
from verify.checker.statements.residual_linear import (
    CRITICAL,
    FAILS,
    INEQUALITY,
    NONE_NEAR,
    OPTIMA,
    OPTIMUM,
    CriticalPointsGlobal,
    Depths,
    FactorsWitness,
    GradientInequality,
    Inequality,
    InequalityFails,
    LeastEigenvalueWitness,
    NoOptimumNearIdentity,
    OptimaNearIdentity,
    OptimumNearIdentity,
    ResidualNetwork,
    ResidualNetworks,
)
from verify.producer.linear.above import Rows
from verify.producer.linear.above import exact as exact_rows
from verify.producer.linear.certified import PRECISION, certified
from verify.producer.prover import Certificate

Array = np.ndarray[Any, np.dtype[np.float64]]
ALL_NETWORKS, ONE_TARGET = "residual-linear-networks", "residual-linear-network"
EVERY = Depths(1, None)
BITS = 40
"""Of the factors' entries after the point."""


def sharp() -> Inequality:
    """|grad f|_F^2 >= 4 l (1 - tau)^(2 (l - 1)) s (f - C)."""
    return Inequality(Fraction(4), 2, 1)


def certify_gradient_inequality(
    inequality: Inequality, depths: Depths = EVERY, *, attained: bool = False
) -> Certificate:
    """A certificate that an inequality holds for all networks of these depths. Raises NotCertified."""
    statement = GradientInequality(ResidualNetworks(depths), INEQUALITY, inequality, attained)
    return certified(ALL_NETWORKS, statement, Witness(PRECISION))


def certify_inequality_fails(
    inequality: Inequality, target: Rows, covariance: Rows, point: Sequence[Rows], norm: object
) -> Certificate:
    """A certificate that it fails at a point with all |A_i| <= norm. `covariance`: (d, d). Raises NotCertified."""
    landscape = ResidualNetwork(Depths(len(point), len(point)), exact_rows(target))
    S = exact_rows(covariance)
    triangle = tuple(row[: i + 1] for i, row in enumerate(S))
    found = float(np.linalg.eigvalsh(np.array(S, dtype=float))[0])
    least = Fraction(found).limit_denominator(1000)
    if float(least) != found:
        least = Fraction(int(found * 2**30) - 1, 2**30)
    layers = tuple(map(exact_rows, point))
    statement = InequalityFails(landscape, FAILS, inequality, triangle, layers, Fraction(str(norm)))
    return certified(ONE_TARGET, statement, LeastEigenvalueWitness(PRECISION, least))


def certify_critical_points_global(depths: Depths = EVERY) -> Certificate:
    """A certificate that all critical points with all |A_i| < 1 are global minima."""
    statement = CriticalPointsGlobal(ResidualNetworks(depths), CRITICAL, Fraction(1))
    return certified(ALL_NETWORKS, statement, Witness(PRECISION))


def certify_optima(ratio: object = 3) -> Certificate:
    """A certificate of global minima near 0 for all R with det R > 0 and l >= ratio max |log sigma(R)|."""
    k = Fraction(str(ratio))
    growth = Fraction(math.ceil(1000 * float(k) * math.expm1(1 / float(k))), 1000)
    statement = OptimaNearIdentity(ResidualNetworks(EVERY), OPTIMA, k, (Fraction(22, 7), growth))
    return certified(ALL_NETWORKS, statement, Witness(PRECISION))


def certify_no_optimum(target: Rows, depths: Depths = EVERY) -> Certificate:
    """A certificate that R, with det R <= 0, is not learned with all |A_i| < 1. Raises NotCertified."""
    R = exact_rows(target)
    least = float(np.linalg.svd(np.array(R, dtype=float), compute_uv=False)[-1]) ** 2
    excess = Fraction(least).limit_denominator(1000)
    if abs(float(excess) - least) > 1e-12 * (1 + least):
        excess = Fraction(max(0, int(least * 10**9 * (1 - 1e-9)) - 1), 10**9)
    statement = NoOptimumNearIdentity(ResidualNetwork(depths, R), NONE_NEAR, excess)
    return certified(ONE_TARGET, statement, Witness(PRECISION))


def certify_optimum(target: Rows, layers: int) -> Certificate:
    """A certificate of a global minimum with small A_i, for R with det R > 0, and of how small. Raises NotCertified."""
    R = exact_rows(target)
    factors = [rounded(N) for N in partial_products(np.array(R, dtype=float), layers)]
    steps = [np.eye(len(R)), *(np.array(N, dtype=float) for N in (*factors, R))]
    norm = max(
        float(np.linalg.norm((after - before) @ np.linalg.inv(before), 2))
        for before, after in zip(steps, steps[1:], strict=False)
    )
    tau = Fraction(math.ceil((norm * (1 + 1e-9) + 1e-12) * 10**9), 10**9)
    statement = OptimumNearIdentity(ResidualNetwork(Depths(layers, layers), R), OPTIMUM, tau)
    return certified(ONE_TARGET, statement, FactorsWitness(PRECISION, tuple(factors)))


def partial_products(R: Array, layers: int) -> list[Array]:
    """N_j = Q^(j/l) P^(j/l) for j = 1, ..., l - 1, where R = Q P with P > 0 and a rotation Q. Raises ValueError."""
    U, sizes, V = np.linalg.svd(R)
    if np.linalg.det(U @ V) < 0 or sizes[-1] <= 0:
        raise ValueError("det R is not positive")
    block, basis = schur(U @ V, output="real")
    angles, planes, left = [], [], []
    i = 0
    while i < len(R):
        if i + 1 < len(R) and abs(block[i + 1, i]) > 1e-12:
            angles.append(math.atan2(block[i + 1, i], block[i, i]))
            planes.append((i, i + 1))
            i += 2
            continue
        if block[i, i] < 0:
            left.append(i)  # an eigenvalue -1: there is an even number of them, and two make a plane
        i += 1
    planes += zip(left[::2], left[1::2], strict=True)
    angles += [math.pi] * (len(left) // 2)
    found = []
    for j in range(1, layers):
        turned = np.eye(len(R))
        for (a, b), angle in zip(planes, angles, strict=True):
            c, s = math.cos(angle * j / layers), math.sin(angle * j / layers)
            turned[a, a], turned[a, b], turned[b, a], turned[b, b] = c, -s, s, c
        found.append(basis @ turned @ basis.T @ (V.T * sizes ** (j / layers)) @ V)
    return found


def rounded(matrix: Array) -> Matrix:
    """Short exact numbers near the entries."""
    return tuple(tuple(Fraction(round(float(x) * 2**BITS), 2**BITS) for x in row) for row in matrix)
