"""A primal-dual interior-point method in float64, from any start: X and Y need not satisfy their equations.

With X_k = X(x), and mu > 0 that falls, Newton's method for X Y = mu I, linearised as HKM do: the Schur matrix is
B_ij = <F_i, X^-1 F_j Y>, and dY = mu X^-1 - Y - sym(X^-1 dX Y). Mehrotra's predictor and corrector. B's condition is
about that of X and not, as for the barrier of X alone, its square; so float64 suffices for most programs.
Source: Helmberg, Rendl, Vanderbei & Wolkowicz 1996; Kojima, Shindoh & Hara 1997; Monteiro 1997; as in SDPA and CSDP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg

from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Array
from verify.producer.sdp.schur import Iterate, schur_solver

SHORT = 0.95
"""Part of the way to the boundary that is gone."""
BY_EIGENVALUES = 100
"""Up to this order the way to the boundary is an eigenvalue; above, it is tried."""


@dataclass(frozen=True)
class Progress:
    """An iterate, and how far it is."""

    at: Iterate
    mu: float
    missing: float
    """The largest entry of sum x_i F_i - F_0 - X, and of E x - f."""
    defect: float
    """The largest of c_i - <F_i, Y>."""
    value: float
    dual_value: float


def start(program: FloatProgram) -> Iterate:
    """Multiples of the identity, as CSDP has them."""
    norms = np.full(program.variables, 1e-300)
    for rows in (*(stack.rows for stack in program.stacks), program.L):
        norms += np.asarray(rows.multiply(rows).sum(axis=0)).ravel()
    norms = np.sqrt(norms)
    constants = [program.l, *(stack.constant for stack in program.stacks)]
    of_constant = max(1.0, *(float(np.linalg.norm(constant)) for constant in constants))
    root = np.sqrt(program.order)
    a = 10 * max(1.0, (1 + max(float(norms.max()), of_constant)) / root)
    b = 10 * root * float(np.max((1 + np.abs(program.c)) / (1 + norms)))
    identities = [np.broadcast_to(np.eye(stack.order), stack.constant.shape) for stack in program.stacks]
    inequalities = np.ones(len(program.l))
    return Iterate(
        np.zeros(program.variables),
        [a * identity for identity in identities],
        [b * identity for identity in identities],
        a * inequalities,
        b * inequalities,
        np.zeros(len(program.f)),
    )


def lifted(program: FloatProgram, x: Array, dual: list[Array], value: float) -> Iterate:
    """Into the interior from what a solver said: eigenvalues of X and of Y are raised to where X Y is about mu."""
    Y, y, w = program.split(dual)
    X = [stack.combination(x) - stack.constant for stack in program.stacks]
    s = program.L @ x - program.l
    size_x = max([1e-300, *(float(np.abs(block).max()) for block in (*X, s) if block.size)])
    size_y = max([1e-300, *(float(np.abs(block).max()) for block in (*Y, y) if block.size)])
    mu = max(1e-8 * max(1.0, abs(value)) / program.order, 1e-13 * size_x * size_y)

    def raised(block: Array, other: Array, size: float, size_other: float) -> Array:
        values, vectors = np.linalg.eigh((block + block.swapaxes(-1, -2)) / 2)
        across = np.einsum("kij,kij->kj", vectors, other @ vectors)
        least = np.clip(mu / np.maximum(across, 1e-8 * size_other), 1e-14 * size, 1e-6 * size)
        found: Array = (vectors * np.maximum(values, least)[:, None, :]) @ vectors.swapaxes(-1, -2)
        return found

    X = [raised(block, other, size_x, size_y) for block, other in zip(X, Y, strict=True)]
    Y = [raised(block, other, size_y, size_x) for block, other in zip(Y, X, strict=True)]
    s = np.maximum(s, np.minimum(1e-6 * size_x, mu / np.maximum(y, 1e-8 * size_y)))
    y = np.maximum(y, np.minimum(1e-6 * size_y, mu / s))
    return Iterate(x, X, Y, s, y, w)


def iterate(program: FloatProgram, first: Iterate, goal: Callable[[float], float], steps: int) -> Iterator[Progress]:
    """The iterates, the first one included, until mu is `goal` of the value and the equations hold nearly.

    Ends early where no step can be made.
    """
    at = first
    factors = _factors(at)
    for _ in range(steps):
        if factors is None:
            return
        step = _Step(program, at, factors)
        found = Progress(at, at.mu(), step.missing(), step.defect(), float(program.c @ at.x), step.dual_value())
        yield found
        aim = goal(found.value)
        sizes = max([1.0, *(float(np.abs(X).max()) for X in at.X)])
        costs = 1 + float(np.abs(program.c).max())
        # X(x) differs from X by what is missing; X's least eigenvalue is about mu / |Y|.
        room = 0.1 * found.mu / max([1e-300, *(float(np.abs(Y).max()) for Y in (*at.Y, at.y) if Y.size)])
        if found.mu <= 1.5 * aim and found.missing <= max(1e-14 * sizes, room) and found.defect <= 1e-9 * costs:
            return
        near = found.missing <= 1e-7 * sizes and found.defect <= 1e-7 * costs
        try:
            moved = step.taken(aim, near)
        except (np.linalg.LinAlgError, ValueError):
            return
        if moved is None:
            return
        at, factors = moved


Factors = tuple[list[Array], list[Array]]
"""Cholesky's, of X and of Y, of each stack."""
Direction = tuple[Array, list[Array], Array, list[Array], Array, Array]
"""dx, dX, ds, dY, dy, dw."""


def _factors(at: Iterate) -> Factors | None:
    """None where X or Y is not definite."""
    if not ((at.s > 0).all() and (at.y > 0).all()):
        return None
    try:
        return [np.linalg.cholesky(X) for X in at.X], [np.linalg.cholesky(Y) for Y in at.Y]
    except np.linalg.LinAlgError:
        return None


class _Step:
    """What a step from an iterate needs."""

    def __init__(self, program: FloatProgram, at: Iterate, factors: Factors) -> None:
        self._program, self._at = program, at
        self._left = [inverse_factor(factor) for factor in factors[0]]
        self._right = [inverse_factor(factor) for factor in factors[1]]
        self._inverses = [factor.swapaxes(-1, -2) @ factor for factor in self._left]
        self._lacking = [
            stack.combination(at.x) - stack.constant - X for stack, X in zip(program.stacks, at.X, strict=True)
        ]
        self._lacking_s = program.L @ at.x - program.l - at.s
        self._lacking_w = program.E @ at.x - program.f
        self._residual = program.c - program.traces(at.Y, at.y, at.w)

    def missing(self) -> float:
        """As in `Progress`."""
        parts = (*self._lacking, self._lacking_s, self._lacking_w)
        return max((float(np.abs(part).max()) for part in parts if part.size), default=0.0)

    def defect(self) -> float:
        """As in `Progress`."""
        return float(np.abs(self._residual).max())

    def dual_value(self) -> float:
        """As in `Progress`."""
        return self._program.value(self._at.Y, self._at.y, self._at.w)

    def taken(self, aim: float, near: bool) -> tuple[Iterate, Factors] | None:
        """The iterate after a step, with its factors; None if none can be made."""
        at = self._at
        mu, self._solve = at.mu(), schur_solver(self._program, self._inverses, at)
        ahead = self._direction(0.0, None)
        a, b = (min(1.0, length) for length in self._lengths(ahead))
        after = replace(
            at,
            X=[X + a * dX for X, dX in zip(at.X, ahead[1], strict=True)],
            s=at.s + a * ahead[2],
            Y=[Y + b * dY for Y, dY in zip(at.Y, ahead[3], strict=True)],
            y=at.y + b * ahead[4],
        ).mu()
        share = min(1.0, max(after / mu, 0.0)) ** 2 if after < mu else 1.0
        share = max(share, 0.02 if near else 0.1) if min(a, b) > 0.3 else max(share, 0.4)
        direction = self._direction(max(share * mu, aim), ahead)
        a, b = self._lengths(direction)
        if min(a, b) < 0.1:
            direction = self._direction(max(0.5 * mu, aim) if min(a, b) > 1e-3 else mu, None)
            a, b = self._lengths(direction)
        return self._moved(direction, min(1.0, SHORT * a), min(1.0, SHORT * b))

    def _direction(self, mu: float, ahead: Direction | None) -> Direction:
        at, program = self._at, self._program
        targets, target = [], mu / at.s - self._lacking_s * at.y / at.s
        second = self._second_order(ahead)
        for index, (inverse, lacking, Y) in enumerate(zip(self._inverses, self._lacking, at.Y, strict=True)):
            whole = mu * inverse - _symmetric(inverse @ lacking @ Y)
            targets.append(whole if second is None else whole - second[0][index])
        if second is not None:
            target = target - second[1]
        right = program.traces(targets, target, at.w) - program.c
        dx, dw = self._solve(right, -self._lacking_w)
        dX = [lacking + stack.combination(dx) for lacking, stack in zip(self._lacking, program.stacks, strict=True)]
        ds = self._lacking_s + program.L @ dx
        dY = []
        for index, (inverse, change, Y) in enumerate(zip(self._inverses, dX, at.Y, strict=True)):
            whole = mu * inverse - Y - _symmetric(inverse @ change @ Y)
            dY.append(whole if second is None else whole - second[0][index])
        dy = mu / at.s - at.y - ds * at.y / at.s
        return dx, dX, ds, dY, dy if second is None else dy - second[1], dw

    def _second_order(self, ahead: Direction | None) -> tuple[list[Array], Array] | None:
        if ahead is None:
            return None
        _, dX, ds, dY, dy, _ = ahead
        products = zip(self._inverses, dX, dY, strict=True)
        return [_symmetric(inverse @ change @ dual) for inverse, change, dual in products], ds * dy / self._at.s

    def _lengths(self, direction: Direction) -> tuple[float, float]:
        """How far the direction stays in the interior, of X and of Y."""
        _, dX, ds, dY, dy, _ = direction
        at = self._at
        return (
            min([_length_of_entries(at.s, ds), *map(_length, self._left, dX)]),
            min([_length_of_entries(at.y, dy), *map(_length, self._right, dY)]),
        )

    def _moved(self, direction: Direction, a: float, b: float) -> tuple[Iterate, Factors] | None:
        dx, dX, ds, dY, dy, dw = direction
        at = self._at
        while max(a, b) > 1e-6:
            after = Iterate(
                at.x + a * dx,
                [X + a * change for X, change in zip(at.X, dX, strict=True)],
                [Y + b * change for Y, change in zip(at.Y, dY, strict=True)],
                at.s + a * ds,
                at.y + b * dy,
                at.w + b * dw,
            )
            factors = _factors(after)
            if factors is not None:
                return after, factors
            a, b = 0.8 * a, 0.8 * b
        return None


def inverse_factor(factor: Array) -> Array:
    """The inverses of lower triangular matrices, (k, n, n)."""
    if len(factor) == 1:
        found, _ = scipy.linalg.lapack.dtrtri(factor[0], lower=1)
        return np.asarray(found)[None]
    inverse: Array = np.linalg.inv(factor)
    return inverse


def _symmetric(blocks: Array) -> Array:
    half: Array = (blocks + blocks.swapaxes(-1, -2)) / 2
    return half


def _length(inverse: Array, change: Array) -> float:
    """How far X + a dX stays definite, where X = L L^T and L^-1 is given; for large ones tried later."""
    if inverse.shape[-1] > BY_EIGENVALUES:
        least = _least_eigenvalue(inverse[0] @ change[0] @ inverse[0].T)
    else:
        least = float(np.linalg.eigvalsh(_symmetric(inverse @ change @ inverse.swapaxes(-1, -2))).min())
    return np.inf if least >= 0 else -1 / least


def _least_eigenvalue(matrix: Array) -> float:
    from scipy.sparse.linalg import ArpackError, eigsh

    symmetric = (matrix + matrix.T) / 2
    try:
        least = eigsh(symmetric, k=1, which="SA", tol=1e-3, return_eigenvectors=False, maxiter=300)[0]
    except ArpackError:
        return float(np.linalg.eigvalsh(symmetric)[0])
    return float(least) * 1.002


def _length_of_entries(values: Array, change: Array) -> float:
    falling = change < 0
    return float(np.min(-values[falling] / change[falling], initial=np.inf))
