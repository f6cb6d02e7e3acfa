"""Newton's method along the central path, in float64 and then in as many bits as it takes.

For mu > 0 the *center* minimises c.x / mu - log det X, X = sum x_i F_i - F_0, under the equations E x = f of the zero
blocks. With g_i = <F_i, X^-1> and H_ij = <F_i X^-1, X^-1 F_j> Newton's step dx solves

    H dx + E^T w = g - c / mu,   E dx = f - E x,

and  Y = mu (X^-1 - X^-1 (sum dx_i F_i) X^-1),  -mu w in the zero blocks,  has <F_i, Y> = c_i: exactly, up to the
arithmetic. Y is positive definite where the step's length (dx^T H dx)^(1/2) is below 1, and then <X, Y> is about n mu.
So one strictly feasible x, and centering, give both sides of the bound, whatever a solver said of either.
Source: Boyd & Vandenberghe 2004, sections 10.2 and 11.3; for Y, Benson, Ye & Zhang 2000.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

SHORTER = 1 / 20
"""mu falls by this factor once a center is near."""
NEAR = 0.5
"""A step shorter than this is taken in full."""
BACK = 0.6

Vector = NDArray[Any]
"""Of float64, or of arb (as objects)."""


class NoCenter(Exception):
    """Newton's method did not come near a center; `point` is where it was, strictly feasible."""

    def __init__(self, reason: str, point: Vector) -> None:
        super().__init__(reason)
        self.point = point


@dataclass(frozen=True, slots=True)
class Step:
    """Newton's step for every mu: dx = ahead - downhill / mu; and w likewise."""

    downhill: Vector
    """(m + number of equations,), the solution for the right-hand side (c, 0)."""
    ahead: Vector
    """(m + number of equations,), the solution for (g, f - E x)."""
    products: tuple[float, float, float]
    """h.Hh, h.Ha, a.Ha for h = downhill and a = ahead."""

    def __call__(self, mu: Any) -> Vector:
        """(dx, w) for mu."""
        direction: Vector = self.ahead - self.downhill / mu
        return direction

    def length(self, mu: float) -> float:
        """(dx^T H dx)^(1/2)."""
        with np.errstate(all="ignore"):
            hh, ha, aa = np.array(self.products)
            square = hh / mu / mu - 2 * ha / mu + aa
        return float(np.sqrt(max(square, 0.0))) if np.isfinite(square) else np.inf

    def nearest(self) -> float:
        """The mu whose center is nearest."""
        hh, ha, _ = np.array(self.products)
        with np.errstate(all="ignore"):
            return float(hh / ha) if ha > 0 else np.inf


class Barrier(Protocol):
    """-log det X in some arithmetic."""

    def start(self, point: Vector) -> Vector:
        """The point in this arithmetic."""

    def is_interior(self, point: Vector) -> bool:
        """Whether X is positive definite, as far as floats can tell."""

    def newton(self, point: Vector) -> Step:
        """Newton's step. Raises ArithmeticError or numpy.linalg.LinAlgError where none can be computed."""


def follow(
    barrier: Barrier,
    point: Vector,
    goal: float,
    steps: int,
    enough: Callable[[Vector], bool] = lambda point: False,
) -> tuple[Vector, float, Step]:
    """From a strictly feasible point to one near the center for mu = goal: the point, mu, and the step from it there.

    Ends early where `enough` says so. Raises NoCenter.
    """
    x = barrier.start(point)
    variables, mu = len(x), None
    for _ in range(steps):
        try:
            step = barrier.newton(x)
        except (ArithmeticError, np.linalg.LinAlgError) as error:
            raise NoCenter(f"Newton's method broke down: {error}", x) from None
        nearest = step.nearest()
        if mu is None:
            mu = max(goal, nearest) if np.isfinite(nearest) else goal * SHORTER**-4
        if step.length(goal) < NEAR:
            mu = goal
        if enough(x) or (mu == goal and step.length(mu) < NEAR):
            return x, mu, step
        if step.length(mu) < NEAR:
            mu = max(goal, mu * SHORTER)
        length, dx = step.length(mu), step(mu)[:variables]
        if not np.isfinite(length):
            raise NoCenter("Newton's step is not finite", x)
        x = _walk(barrier, x, dx, length)
    raise NoCenter(f"no center was reached within {steps} steps", x)


def _walk(barrier: Barrier, x: Vector, dx: Vector, length: float) -> Vector:
    """Along dx, in full where that is near, else nearly as far as X stays positive definite."""
    share, least = 1.0, 1 / (1 + length)
    if length >= NEAR:
        while share > least and not barrier.is_interior(x + share * dx):
            share *= BACK
        share = max(least, 0.9 * share) if share < 1 else 1.0
    while not barrier.is_interior(x + share * dx):
        share *= BACK
        if share < 1e-8:
            raise NoCenter("Newton's method cannot move", x)
    result: Vector = x + share * dx
    return result
