"""Coordinates of the plane of w and v for activations that are analytic: the first one along w."""

from __future__ import annotations

from sympy import Expr, exp, pi, sqrt, symbols

from verify.producer.symbolic.derivation import Identity, Section
from verify.producer.symbolic.gram import p, q, s

x_1, x_2, c = symbols("x_1 x_2 c", real=True)
h = symbols("h", nonnegative=True)

PROJECTION = c * x_1 + h * x_2
"""v.x; and w.x is sqrt(p) x_1."""

COORDINATES: dict[Expr, Expr] = {c: q / sqrt(p), h: sqrt(p * s - q**2) / sqrt(p)}
"""v = (c, h), in the Gram entries."""


def density(x: Expr) -> Expr:
    """The density of one standard Gaussian."""
    return exp(-(x**2) / 2) / sqrt(2 * pi)


def plane() -> Section:
    """The reduction of E f(w.x, v.x) to two independent standard Gaussians."""
    return Section(
        "To the plane of w and v",
        (
            Identity(
                title="The covariance of w.x and v.x",
                reason="It is `w.v`, and `w.x` has the variance `p`.",
                lhs=sqrt(p) * c,
                rhs=q,
                where=COORDINATES,
            ),
            Identity(
                title="The variance of v.x",
                reason="It is `|v|^2`.",
                lhs=c**2 + h**2,
                rhs=s,
                where=COORDINATES,
            ),
        ),
        "The standard Gaussian is invariant under rotations, so let `w = |w| (1, 0)` and `v = (c, h)` with `h >= 0` in "
        "a plane that contains both; the other coordinates of `x` integrate to 1. There `x_1` and `x_2` are "
        "independent standard Gaussians, `w.x = |w| x_1` and `v.x = c x_1 + h x_2`. Let `w` not be 0: `kappa` is "
        "continuous in `w`, so that is enough.",
    )
