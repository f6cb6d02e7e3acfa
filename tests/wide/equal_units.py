"""Minima of all widths against floats: chains, the wide networks made from them, and whether the loss falls nearby."""

from __future__ import annotations

import warnings
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.layer_activations import derivatives
from verify.producer.prover.families import certify_all_widths
from verify.producer.prover.refine import NotCertified
from verify.producer.wide.layers import activation

Array = NDArray[np.float64]


def second_derivatives(sigma: str, p: Array, x: Array, depth: int) -> tuple[float, Array, Array, list[Array]]:
    """Of a chain's last hidden unit in p = (w_1, b_1, ...): value, gradient, Hessian, and d a_H / d a_l s'' x~ x~^T."""
    size, inputs, start = len(p), x, 0
    a, slope, bend = 0.0, np.zeros(size), np.zeros((size, size))
    steps = []
    for level in range(depth):
        given = np.append(inputs, 1.0)
        weights = p[start : start + len(given)]
        z = float(weights @ given)
        a, first, second = (float(value) for value in derivatives(activation(sigma), np.array(z)))
        unit = np.zeros(size)
        unit[start] = 1.0
        if level:
            bend = weights[0] * bend + np.outer(slope, unit) + np.outer(unit, slope)
            slope = weights[0] * slope
        slope[start : start + len(given)] += given
        bend, slope = first * bend + second * np.outer(slope, slope), first * slope
        steps.append((weights[0], first, second * np.outer(given, given)))
        inputs, start = np.array([a]), start + len(given)
    spreads, factor = [], 1.0
    for (w, first, _), (_, _, outer) in zip(steps[:0:-1], steps[-2::-1], strict=True):
        factor *= first * w
        spreads.append(factor * outer)
    return a, slope, bend, spreads[::-1]


def instance(random: Random) -> tuple[EmpiricalRisk, Array]:
    """A chain and data of which it is nearly a critical point; residuals that bend it upwards, if they were found."""
    d, depth, sigma = (
        random.choice((1, 1, 2)),
        random.randint(1, 2),
        random.choice(("gelu", "gelu", "softplus", "tanh")),
    )
    size = d + 1 + 2 * (depth - 1)
    samples = size + 2 + random.randint(3, 6) + 3 * depth
    draw = np.random.default_rng(random.randrange(2**30))
    X = np.round(draw.uniform(-3, 3, (samples, d)) * 8) / 8
    p = np.round(draw.normal(size=size) * 2 * 8) / 8
    parts = [second_derivatives(sigma, p, x, depth) for x in X]
    values = np.array([part[0] for part in parts])
    equations = np.vstack([values, *np.array([part[1] for part in parts]).T, np.ones(samples)])
    forms = [np.array([part[2] for part in parts])]
    forms += [np.array([part[3][level] for part in parts]) for level in range(depth - 1)]
    residuals = _upwards(equations, forms, random.choice((0.0, 0.01, 0.1, 1.0))) * random.choice((1.0, 4.0))
    targets = np.round((values - residuals) * 2**20) / 2**20
    risk = EmpiricalRisk(X.tolist(), targets.tolist(), [1] * depth + [1], sigma, scale="half-sum")
    return risk, np.concatenate([p, [1.0, 0.0]])


def _upwards(equations: Array, forms: list[Array], most: float) -> Array:
    """Residuals that solve the equations; the least eigenvalue of all forms is as large as asked, or as can be."""
    import cvxpy

    r, least = cvxpy.Variable(equations.shape[1]), cvxpy.Variable()
    bent = [sum(r[n] * matrix for n, matrix in enumerate(form)) for form in forms]
    bounds = [equations @ r == 0, cvxpy.norm(r, "inf") <= 1, least <= most]
    bounds += [(M + M.T) / 2 >> least * np.eye(M.shape[0]) for M in bent]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is inaccurate is not verified
        try:
            cvxpy.Problem(cvxpy.Maximize(least), bounds).solve(solver="CLARABEL")
        except cvxpy.error.SolverError:
            return np.zeros(equations.shape[1])
    return np.asarray(r.value, dtype=float)


def widened(theta: Array, d: int, widths: list[int], draw: np.random.Generator) -> Array:
    """The parameters of the wide network, with shares as they come."""
    parts, shares, start, inputs = [], None, 0, d
    for width in widths:
        w, b = theta[start : start + inputs], theta[start + inputs]
        row = w if shares is None else w[0] * shares
        parts += [np.tile(row, width), np.full(width, b)]
        start, inputs = start + inputs + 1, 1
        shares = draw.dirichlet(np.full(width, 2.0))
    return np.concatenate([*parts, theta[start] * np.asarray(shares), theta[start + 1 :]])


def fall(risk: EmpiricalRisk, theta: Array, widths: list[int], draw: np.random.Generator) -> float:
    """How far the loss of the wide network was seen to fall near the point, by steps and by short descents."""
    wide = EmpiricalRisk.of(risk.exact.with_hidden_widths(*widths))
    point = widened(theta, risk.exact.network.inputs, widths, draw)
    base = wide.value(point)
    assert np.abs(wide.gradient(point)).max() < 1e-6, "the wide network's point is critical"
    low = np.inf
    for size in (1e-2, 1e-3, 1e-4):
        for _ in range(20):
            low = min(low, wide.value(point + size * draw.normal(size=len(point))))
    lowest = np.linalg.eigh(wide.hessian(point))[1][:, 0]
    low = min(low, *(wide.value(point + size * lowest) for size in (-1e-2, 1e-2, -1e-3, 1e-3)))
    near = [(x - 1e-3, x + 1e-3) for x in point]
    for _ in range(3):
        started = point + 1e-4 * draw.normal(size=len(point))
        ended = minimize(wide.value, started, jac=lambda t: wide.gradient(t).ravel(), bounds=near, method="L-BFGS-B")
        low = min(low, float(ended.fun))
    return base - low


def polished(risk: EmpiricalRisk, theta: Array) -> Array:
    """The critical point nearby, by Newton's method."""
    for _ in range(20):
        theta = theta - np.linalg.lstsq(risk.hessian(theta), risk.gradient(theta).ravel(), rcond=None)[0]
    return theta


def all_widths(random: Random) -> bool:
    """Verified: neither on the data nor on data nearby does the loss of a wide network fall near its equal units."""
    risk, theta = instance(random)
    depth = len(risk.exact.network.layers) - 1
    try:
        certify_all_widths(risk, theta.tolist(), [1] * depth)
    except NotCertified:
        return False
    draw = np.random.default_rng(random.randrange(2**30))
    near = [
        [[float(x) + 1e-9 * draw.normal() for x in row] for row in rows]
        for rows in (risk.exact.inputs, risk.exact.targets)
    ]
    sigma = risk.exact.network.layers[0].activation.name
    for data in ((risk.exact.inputs, risk.exact.targets), near):
        shaken = EmpiricalRisk(*data, [1] * depth + [1], sigma, scale="half-sum")
        there = polished(shaken, theta)
        if np.linalg.norm(there - theta) > 1e-2:
            continue  # the neighbourhood of the data is smaller than this
        widths = [random.randint(1, 3) for _ in range(depth)]
        assert fall(shaken, there, widths, draw) <= 1e-12 * max(1.0, shaken.value(there)), (risk.exact, theta, widths)
    return True
