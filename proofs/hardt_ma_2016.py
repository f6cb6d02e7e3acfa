"""Hardt & Ma 2016: linear residual networks, f(A) = E |(I + A_l) ... (I + A_1) x - R x - xi|^2.

S = E x x^T with least eigenvalue s, C = E |xi|^2 = f_opt. The sentences are those of the transcription; a later version
of the paper has det R > 0 in Theorem 2.1. docs/LINEAR.md proves what is true, and says what was derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from verify.checker.core.statement import Statement
from verify.checker.statements.linear_critical_point import DEGENERATE, STRICT, LinearCriticalPoint
from verify.checker.statements.residual_linear import (
    CriticalPointsGlobal,
    Depths,
    GradientInequality,
    Inequality,
    InequalityFails,
    NoOptimumNearIdentity,
    OptimaNearIdentity,
    OptimumNearIdentity,
    ResidualNetwork,
    ResidualNetworks,
)
from verify.producer.linear.above import exact
from verify.producer.linear.critical import certify_critical_point
from verify.producer.linear.residual import (
    certify_critical_points_global,
    certify_gradient_inequality,
    certify_inequality_fails,
    certify_no_optimum,
    certify_optima,
    certify_optimum,
    sharp,
)
from verify.producer.linear.trajectory import network

from .finite_samples import Item, proof

ALL = ResidualNetworks(Depths(1, None))
PRINTED = Inequality(Fraction(4), 1, 2)
"""|grad f|^2 >= 4 l (1 - tau)^(l - 1) s^2 (f - C)."""
MINUS, TWO = [[-1]], [[2]]
HALF = [["-1/2"]]
ORDER, LAYERS = 10, 60
LARGE = [
    [(1 if i == j else -2 if j == (i + 1) % ORDER else (i * j) % 3 - 1) for j in range(ORDER)] for i in range(ORDER)
]
"""10 x 10, det R = 147, with a rotation by 3.046 of at most pi; the printed bound is 0.628."""


def same(*expected: Statement) -> Callable[[Statement], bool]:
    """Whether a statement is one of these."""
    return lambda found: found in expected


def fails(target: object, covariance: int, point: object, norm: Fraction) -> Callable[[Statement], bool]:
    """Whether a statement says that the printed inequality fails at this point, with this tau."""

    def settles(found: Statement) -> bool:
        return (
            isinstance(found, InequalityFails)
            and found.inequality == PRINTED
            and found.landscape.target == target
            and (found.covariance, found.point, found.norm) == (((Fraction(covariance),),), point, norm)
        )

    return settles


def every_target(found: Statement) -> bool:
    """Whether a statement gives the printed bound for all R with det R > 0 and l >= 3 g.

    2 (sqrt(pi) + sqrt(3 g))^2 >= 2 pi + 6 g, so that a <= 6 < 2 pi and b <= 6 are enough.
    """
    return (
        isinstance(found, OptimaNearIdentity) and found.landscape == ALL and found.ratio <= 3 and max(found.bound) <= 6
    )


def never_near(target: object, depths: Depths = ALL.depths) -> Callable[[Statement], bool]:
    """Whether a statement says that no A with all |A_i| < 1 is optimal for a target, of any depth."""
    return lambda found: isinstance(found, NoOptimumNearIdentity) and found.landscape == ResidualNetwork(depths, target)  # type: ignore[arg-type]


def large(found: Statement) -> bool:
    """Whether a statement is about the 10 x 10 matrix and 60 layers, with |A_i| below a tenth."""
    return (
        isinstance(found, OptimumNearIdentity)
        and found.landscape == ResidualNetwork(Depths(LAYERS, LAYERS), exact(LARGE))
        and found.norm < Fraction(1, 10)
    )


def zero_is_no_minimum(found: Statement) -> bool:
    """Whether a statement is about the product 0 of two layers, where the target is 1."""
    zero = exact([[0]])
    return (
        isinstance(found, LinearCriticalPoint)
        and found.property in (STRICT, DEGENERATE)
        and found.landscape == network([[1]], 2)
        and found.point == (zero, zero)
    )


PROOF = proof(
    "hardt-ma-2016",
    "Hardt & Ma 2016",
    (
        Item(
            name="theorem 2.1",
            claim=(
                "With g = max |log sigma(R)| and l >= 3 g there is a global optimum with max |A_i| <= "
                "2 (sqrt(pi) + sqrt(3 g))^2 / l. (Refuted for R = -1, S > 0, where g = 0: no A with max |A_i| < 1 is "
                "optimal, for any l, and the bound is below 1 from l = 7 on.)"
            ),
            file="determinant.json",
            make=lambda: certify_no_optimum(MINUS),
            settles=never_near(exact(MINUS)),
            verdict="refuted",
        ),
        Item(
            name="theorem 2.1, det R > 0",
            claim=(
                "The same where det R > 0: every d, S, R and l >= 3 g. (Proved with max |A_i| <= (22/7 + 1.187 g)/l, "
                "which is not much more than half of the printed bound, or less.)"
            ),
            file="optima.json",
            make=certify_optima,
            settles=every_target,
        ),
        Item(
            name="theorem 2.1, an instance",
            claim="For one 10 x 10 matrix R and l = 60 there is a global optimum with max |A_i| < 1/10, for every S.",
            file="optimum-10-60.json",
            make=lambda: certify_optimum(LARGE, LAYERS),
            settles=large,
        ),
        Item(
            name="small optima of deep networks",
            claim=(
                "There are global optima with max |A_i| -> 0 as l grows, for every R (as a lecture has it). (Refuted "
                "for R = -1, S > 0.)"
            ),
            file="determinant.json",
            make=lambda: certify_no_optimum(MINUS),
            settles=never_near(exact(MINUS)),
            verdict="refuted",
        ),
        Item(
            name="theorem 2.2",
            claim="Every critical point with max |A_i| < 1 is global (every l, d, R, and every S >= 0, singular too).",
            file="critical-points.json",
            make=certify_critical_points_global,
            settles=same(CriticalPointsGlobal(ALL, "critical-points-are-global", Fraction(1))),
        ),
        Item(
            name="theorem 2.2, max |A_i| = 1",
            claim=(
                "The same with max |A_i| <= 1. (Refuted for d = 1, l = 2, R = S = 1, A = (-1, -1): with Theta_i = "
                "1 + A_i the loss f - C is twice that of a deep linear network with target 1, of which 0 is a saddle. "
                "Not in the paper: its 1 is sharp.)"
            ),
            file="norm-one.json",
            make=lambda: certify_critical_point(network([[1]], 2), [[[0]], [[0]]]),
            settles=zero_is_no_minimum,
            verdict="refuted",
        ),
        Item(
            name="inequality (2.3)",
            claim=(
                "|grad f|^2 >= 4 l (1 - tau)^(l-1) sigma_min(S)^2 (f - f_opt) where max |A_i| <= tau. (Refuted for "
                "l = d = 1, S = 2, R = -1, A = 0, tau = 0: 16 < 32.)"
            ),
            file="inequality-one-layer.json",
            make=lambda: certify_inequality_fails(PRINTED, MINUS, TWO, [[[0]]], 0),
            settles=fails(exact(MINUS), 2, (exact([[0]]),), Fraction(0)),
            verdict="refuted",
        ),
        Item(
            name="inequality (2.3), S = I",
            claim=("The same for S = I. (Refuted for d = 1, l = 2, R = 2, A = (-1/2, -1/2), tau = 1/2: 49/8 < 49/4.)"),
            file="inequality-two-layers.json",
            make=lambda: certify_inequality_fails(PRINTED, TWO, [[1]], [HALF, HALF], "1/2"),
            settles=fails(exact(TWO), 1, (exact(HALF), exact(HALF)), Fraction(1, 2)),
            verdict="refuted",
        ),
        Item(
            name="inequality (2.3), corrected",
            claim=(
                "|grad f|^2 >= 4 l (1 - tau)^(2l-2) sigma_min(S) (f - f_opt) where max |A_i| <= tau, for every l, d, "
                "R, S >= 0 and 0 <= tau <= 1; and there is equality somewhere for every l, d, S and tau."
            ),
            file="inequality.json",
            make=lambda: certify_gradient_inequality(sharp(), attained=True),
            settles=same(GradientInequality(ALL, "gradient-inequality", sharp(), attained=True)),
        ),
    ),
)
