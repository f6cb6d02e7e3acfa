"""Curves along which the loss falls, or rises, from a point where its gradient vanishes: candidates for the checker.

Second order: an eigenvector. Fourth order: for u with H u = 0 and third order 0, F(p + t u + t^2 w) - F(p) is
t^4 (D4[u, u, u, u] / 24 + D3[u, u, w] / 2 + w.H w / 2) + O(t^5), which is least for H w = -D3[u, u, .] / 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from flint import ctx, fmpq, fmpq_mat
from numpy.typing import NDArray

from verify.checker.evaluators import CurveRisk, is_zero
from verify.checker.public import Open, Reason
from verify.checker.statements.given_point import Line
from verify.checker.statements.sample_loss import LOSSES
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import on_grid

Array = NDArray[np.float64]
Point = Sequence[Fraction]

BITS = 20
STEP = 1e-2
"""Of differences of Hessians."""
FLAT = 1e-9
"""An eigenvalue smaller than this, relative to the largest, is taken for 0."""
GUESSES = 200
STARTS = 3
STEPS = 120
DENOMINATORS = (1, 2, 4, 8, 16, 64)
MOST_SEARCHED = 2000
"""Trained parameters times samples of a risk for which curves of higher order are looked for."""
ORDERS = 6
"""Of t, along straight lines."""
PRECISION = 128


def curves(risk: EmpiricalRisk, point: Point, falls: bool) -> Iterator[Line]:
    """Curves along which the loss may fall, or rise, on both sides of the point taken together."""
    at = floats.vector(point)
    is_flat = float(np.abs(risk.gradient(at)[0]).max(initial=0.0)) <= FLAT
    if risk.exact.loss not in LOSSES or not is_flat:
        return  # first order decides
    hessian = risk.hessian(at)
    if not np.isfinite(hessian).all():
        return
    sign = 1.0 if falls else -1.0
    try:
        values, vectors = np.linalg.eigh(sign * hessian)
    except np.linalg.LinAlgError:
        return
    size = float(np.abs(values).max())
    if values[0] < -FLAT * (size or 1.0):
        yield _line(vectors[:, 0] / np.abs(vectors[:, 0]).max(), 2, ())
    if risk.trained * len(risk.exact.inputs) <= MOST_SEARCHED:
        yield from _straight(risk, point, sign)
        yield from _of_fourth_order(risk, at, sign, hessian)


def _straight(risk: EmpiricalRisk, point: Point, sign: float) -> Iterator[Line]:
    """Lines with short entries along which the loss changes at any order, where its coefficients are rational."""
    random = np.random.default_rng(1)
    for _ in range(GUESSES // 2):
        direction = tuple(Fraction(int(entry)) for entry in random.integers(-2, 3, size=risk.trained))
        with ctx.workprec(PRECISION):
            try:
                changes = CurveRisk(risk.exact, (tuple(point),), [(direction,)], ORDERS).change()
            except Open:
                return
        order = next((k for k, c in enumerate(changes, start=1) if not is_zero(c)), 0)
        rises = order and (changes[order - 1] > 0) - (changes[order - 1] < 0)
        if not rises or (order % 2 == 0 and rises == sign):
            continue
        turned = tuple(-entry for entry in direction) if rises == sign else direction
        yield Line((turned,), order, ())


def _line(direction: Array, order: int, bends: tuple[Array, ...]) -> Line:
    exact = [tuple(on_grid(float(entry), BITS) for entry in vector) for vector in (direction, *bends)]
    return Line((exact[0],), order, tuple((bend,) for bend in exact[1:]), both_sides=True)


def _of_fourth_order(risk: EmpiricalRisk, at: Array, sign: float, hessian: Array) -> Iterator[Line]:
    kernel = _rational_kernel(hessian)
    if kernel is None or not kernel.shape[1]:
        return
    inverse = np.linalg.pinv(hessian, rcond=FLAT) if np.abs(hessian).max() else np.zeros_like(hessian)

    def along(u: Array) -> tuple[Array, float]:
        """D3[u, u, .] and D4[u, u, u, u]."""
        ahead, back = risk.hessian(at + STEP * u), risk.hessian(at - STEP * u)
        return (ahead - back) @ u / (2 * STEP), float(u @ (ahead - 2 * hessian + back) @ u) / STEP**2

    def bend_of(u: Array) -> Array:
        third, _ = along(u)
        flat = third - hessian @ (inverse @ third)
        return -inverse @ third / 2 - sign * 4 * flat

    def height(y: Array) -> float:
        u = kernel @ (y / np.linalg.norm(y))
        third, fourth = along(u)
        w = bend_of(u)
        return sign * float(fourth / 24 + third @ w / 2 + w @ hessian @ w / 2)

    random = np.random.default_rng(0)
    tried = [random.integers(-1, 2, size=kernel.shape[1]).astype(float) for _ in range(GUESSES)]
    heights = sorted((height(y), index) for index, y in enumerate(tried) if y.any())
    for _, index in [(value, index) for value, index in heights[:8] if value < 0]:
        u = kernel @ tried[index]
        yield _line(u, 4, (bend_of(u),))
    for _, index in heights[:STARTS]:
        lowest = _descended(height, tried[index], random)
        if height(lowest) < 0:
            for denominator in DENOMINATORS:
                short = np.round(denominator * lowest / np.abs(lowest).max()) / denominator
                if short.any():
                    u = kernel @ short
                    yield _line(u, 4, (bend_of(u),))


def _descended(height: Callable[[Array], float], start: Array, random: np.random.Generator) -> Array:
    """A lower point, by random steps."""
    y, best, size = start / np.linalg.norm(start), height(start), 0.5
    for _ in range(STEPS):
        other = y + size * random.normal(size=len(y))
        other /= np.linalg.norm(other)
        if (value := height(other)) < best:
            y, best = other, value
        else:
            size *= 0.95
    return y


def _rational_kernel(hessian: Array) -> Array | None:
    """Columns that span the kernel of the matrix whose entries are the simple fractions near those given."""
    size = float(np.abs(hessian).max())
    rounded = [
        [Fraction(0) if abs(x) <= FLAT * size else Fraction(x).limit_denominator(10**4) for x in row]
        for row in hessian.tolist()
    ]
    basis = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rounded])
    reduced, rank = basis.rref()
    pivots = [next(j for j in range(reduced.ncols()) if reduced[i, j] != 0) for i in range(rank)]
    free = [j for j in range(reduced.ncols()) if j not in pivots]
    kernel = np.zeros((len(hessian), len(free)))
    for column, j in enumerate(free):
        kernel[j, column] = 1.0
        for i, pivot in enumerate(pivots):
            kernel[pivot, column] = -float(reduced[i, j].p) / float(reduced[i, j].q)
    return kernel if np.abs(hessian @ kernel).max(initial=0.0) <= 1e-6 * (size or 1.0) else None


def is_exactly_critical(risk: EmpiricalRisk, point: Point) -> bool:
    """Whether the gradient is 0 without any rounding error, and no unit is on a kink."""
    size, gradient = risk.trained, risk.gradient(floats.vector(point))[0]
    if not float(np.abs(gradient).max(initial=0.0)) <= FLAT or size * len(risk.exact.inputs) > MOST_SEARCHED:
        return False
    axes = [(tuple(Fraction(int(i == j)) for i in range(size)),) for j in range(size)]
    at = (tuple(point),)
    with ctx.workprec(PRECISION):
        try:
            slopes = [CurveRisk(risk.exact, at, [axis], 1).change()[0] for axis in axes]
            return all(map(is_zero, slopes)) and CurveRisk(risk.exact, at).on_a_kink() is None
        except Open:
            return False


def nothing_found(falls: bool) -> NotCertified:
    """That no curve was proved."""
    way = "falls" if falls else "rises"
    return NotCertified(f"no curve was found along which the loss {way}", {}, Reason.NO_CANDIDATE)
