"""Y from a strictly feasible x by Newton's step of the barrier -log det X, by QR instead of normal equations.

With X = L L^T and the rows M_i = svec(L^-1 F_i L^-T), the barrier's Hessian is M M^T and its gradient M svec(I). The QR
factorisation of M^T has the root of the Hessian's condition, so float64 suffices where the Hessian's own does not.
Newton's step for mu gives Y = mu L^-T (I + mat(M^T t)) L^-1 with t = H^-1 (c / mu - g), which has <F_i, Y> = c_i and is
definite where |M^T t| < 1. Source: Benson, Ye & Zhang 2000; for the equations, corrected seminormal ones, Bjorck 1987.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy.linalg

from verify.producer.sdp.float_program import FloatProgram, Stack
from verify.producer.sdp.instance import Array
from verify.producer.sdp.primal_dual import inverse_factor
from verify.producer.sdp.refinement import Dual

NEAR = 0.6
"""Of the step's length; below 1 Y is definite."""
PATIENCE, FAR = 8, 10.0
"""After so many steps without a center, a step this long is the last: there is none."""
FALL = (0.1, 0.2, 0.4, 0.7)
MOST_NUMBERS = 30_000_000
"""In M."""


class NotCentered(Exception):
    """No center was reached."""


class Frame:
    """M at a strictly feasible x. Raises numpy.linalg.LinAlgError if it is none."""

    def __init__(self, program: FloatProgram, x: Array, directions: Array | None) -> None:
        """`directions`: columns that span the x with E x = 0; None for all."""
        self._program, self._directions = program, directions
        slack = [stack.combination(x) - stack.constant for stack in program.stacks]
        self._left = [inverse_factor(np.linalg.cholesky(block)) for block in slack]
        self._s = program.L @ x - program.l
        if not (self._s > 0).all():
            raise np.linalg.LinAlgError("an inequality is not strict")
        parts = [_scaled(stack, left) for stack, left in zip(program.stacks, self._left, strict=True)]
        if len(self._s):
            parts.append(program.L.multiply(1 / self._s[:, None]).toarray())
        M = np.vstack(parts)
        self._M: Array = M if directions is None else M @ directions
        """M^T."""
        ones = [np.tile(_identity(stack.order), stack.count) for stack in program.stacks]
        self.one: Array = np.concatenate([*ones, np.ones(len(self._s))])
        sizes = np.sqrt((self._M**2).sum(axis=0))
        self._scale = 1 / np.where(sizes > 0, sizes, 1.0)
        (self._R,) = scipy.linalg.qr(self._M * self._scale, mode="r", overwrite_a=True, check_finite=False)
        self._R = self._R[: self._M.shape[1]]
        self._R[np.diag_indices(len(self._R))] += 1e-300 * (self._R.diagonal() == 0)

    def solve(self, right: Array) -> Array:
        """t with M M^T t = right; in the coordinates of the directions."""
        t = self._seminormal(right)
        for _ in range(2):
            t = t + self._seminormal(right - self._M.T @ (self._M @ t))
        return t

    def inside(self, values: Array) -> Array:
        """In the coordinates of the directions."""
        return values if self._directions is None else self._directions.T @ values

    def outside(self, t: Array) -> Array:
        """As x."""
        return t if self._directions is None else self._directions @ t

    def image(self, t: Array) -> Array:
        """M^T t."""
        found: Array = self._M @ t
        return found

    def gradient(self) -> Array:
        """M svec(I)."""
        found: Array = self._M.T @ self.one
        return found

    def blocks(self, values: Array) -> list[Array]:
        """L^-T mat(values) L^-1, with 0 for the equations."""
        result, at = [], 0
        for stack, left in zip(self._program.stacks, self._left, strict=True):
            n, k = stack.order, stack.count
            i, j = np.tril_indices(n)
            weights = np.where(i == j, 1.0, 1 / math.sqrt(2))
            part = values[at : at + k * len(i)].reshape(k, len(i)) * weights
            at += k * len(i)
            whole = np.zeros((k, n, n))
            whole[:, i, j] = whole[:, j, i] = part
            whole = left.swapaxes(-1, -2) @ whole @ left
            result.append((whole + whole.swapaxes(-1, -2)) / 2)
        return [*result, values[at:] / self._s, np.zeros(len(self._program.f))]

    def stretch(self, values: Array) -> Array:
        """The eigenvalues of L^-1 F(dx) L^-T, from their entries M^T dx."""
        result, at = [], 0
        for stack in self._program.stacks:
            n, k = stack.order, stack.count
            i, j = np.tril_indices(n)
            part = values[at : at + k * len(i)].reshape(k, len(i)) * np.where(i == j, 1.0, 1 / math.sqrt(2))
            at += k * len(i)
            whole = np.zeros((k, n, n))
            whole[:, i, j] = whole[:, j, i] = part
            result.append(np.linalg.eigvalsh(whole).ravel())
        return np.concatenate([*result, values[at:]])

    def _seminormal(self, right: Array) -> Array:
        inner = scipy.linalg.solve_triangular(self._R, self._scale * right, trans="T", check_finite=False)
        found: Array = self._scale * scipy.linalg.solve_triangular(self._R, inner, check_finite=False)
        return found


def center(
    program: FloatProgram, x: Array, goal: float, steps: int = 25
) -> tuple[Array, Dual, Callable[[Array], list[Array]]]:
    """From a strictly feasible x, near the center for mu = goal or as near as it comes: x, Y, and Y's correction.

    Raises NotCentered, numpy.linalg.LinAlgError.
    """
    if not is_small_enough(program):
        raise NotCentered("too large for QR, or with too few rows")
    directions = scipy.linalg.null_space(program.E.toarray()) if len(program.f) else None
    best: tuple[Array, Frame, float, Array] | None = None
    for step_number in range(steps):
        frame = Frame(program, x, directions)
        down, ahead = frame.solve(frame.inside(program.c)), frame.solve(frame.gradient())
        image_down, image_ahead = frame.image(down), frame.image(ahead)
        products = (
            float(image_down @ image_down),
            float(image_down @ image_ahead),
            float(image_ahead @ image_ahead),
        )
        mu = _smallest(products, goal)
        if _length(products, mu) < NEAR:
            if best is not None and mu > 0.95 * best[2]:
                break
            best = x, frame, mu, image_down / mu - image_ahead
            if mu <= 1.2 * goal:
                break
        target = max(goal, 0.1 * mu) if _length(products, mu) < NEAR else mu
        length = _length(products, target)
        if not np.isfinite(length) or (best is None and step_number >= PATIENCE and length > FAR):
            break
        step = -frame.outside(down / target - ahead)
        stretch = frame.stretch(image_ahead - image_down / target)
        x = x + _share(stretch, float(program.c @ step) / target, length) * step
    if best is None:
        raise NotCentered("no center was reached")
    x, frame, mu, values = best
    dual = Dual(frame.blocks(mu * (frame.one + values)))

    def correct(missing: Array) -> list[Array]:
        change = frame.blocks(mu * frame.image(frame.solve(frame.inside(missing) / mu)))
        if len(program.f):
            rest = missing - program.traces(change[:-2], change[-2], change[-1])
            change[-1] = np.linalg.lstsq(program.E.T.toarray(), rest, rcond=None)[0]
        return change

    return x, dual, correct


def is_small_enough(program: FloatProgram) -> bool:
    """Whether M has not too many numbers, and not fewer columns than rows."""
    columns = sum(stack.count * stack.order * (stack.order + 1) // 2 for stack in program.stacks) + len(program.l)
    return program.variables <= columns <= MOST_NUMBERS // program.variables


def _smallest(products: tuple[float, float, float], goal: float) -> float:
    """The mu from `goal` up, whose center is near; or the one whose center is nearest."""
    if _length(products, goal) < NEAR:
        return goal
    hh, ha, _ = products
    nearest = max(goal, hh / ha) if ha > 0 else goal
    if _length(products, nearest) >= NEAR:
        return nearest
    shares = (share for share in FALL if share * nearest >= goal and _length(products, share * nearest) < NEAR)
    return nearest * next(shares, 1.0)


def _length(products: tuple[float, float, float], mu: float) -> float:
    """Of Newton's step for mu, in the metric of the Hessian."""
    hh, ha, aa = products
    square = hh / mu / mu - 2 * ha / mu + aa
    return math.sqrt(max(square, 0.0)) if math.isfinite(square) else math.inf


def _share(stretch: Array, slope: float, length: float) -> float:
    """How much of a step is taken: the t where t slope - sum log(1 + t l_i), the barrier on the ray, is least."""
    if length < NEAR:
        return 1.0
    least = float(stretch.min(initial=0.0))
    low, high = 0.0, 0.999 / -least if least < 0 else 10.0
    for _ in range(60):  # the derivative rises
        middle = (low + high) / 2
        if slope - float((stretch / (1 + middle * stretch)).sum()) < 0:
            low = middle
        else:
            high = middle
    return max(low, 1e-3 / (1 + length))


def _scaled(stack: Stack, left: Array) -> Array:
    """Columns svec(L^-1 F_i L^-T), one under another for the blocks: (k n (n + 1) / 2, m)."""
    k, n = stack.count, stack.order
    i, j = np.tril_indices(n)
    weights = np.where(i == j, 1.0, math.sqrt(2))
    parts = []
    for index in range(k):
        rows = stack.rows[index * n * n : (index + 1) * n * n].toarray().T.reshape(-1, n, n)
        used = np.flatnonzero(rows.any(axis=(1, 2)))
        part = np.zeros((len(i), rows.shape[0]))
        image = left[index] @ rows[used] @ left[index].T
        part[:, used] = (image[:, i, j] * weights).T
        parts.append(part)
    return np.vstack(parts)


def _identity(order: int) -> Array:
    i, j = np.tril_indices(order)
    return np.where(i == j, 1.0, 0.0)
