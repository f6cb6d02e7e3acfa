"""Krawczyk's test: a differentiable map has exactly one zero in a box.

Theorem. Let r_1, ..., r_N > 0, X the box of all x with |x_i - c_i| <= r_i, g continuously differentiable on X, J an
interval matrix that contains the derivative of g everywhere on X, and Y a matrix with
    |Y g(c)|_i + sum_j |I - Y J|_ij r_j < r_i      for each i.
Then g has exactly one zero in X, it lies in the interior, and Y and every matrix in J are invertible. If for some i
    |Y g(c)|_i > r_i + sum_j |I - Y J|_ij r_j
instead, then g has no zero in X.
With all radii equal to r, |Y g(c)| + |I - Y J| r < r in the maximum norm is enough.

Proof. By the mean value theorem, for x and y in X there is a matrix A in J (row by row; in the closed convex hull)
with g(x) - g(y) = A (x - y). The map x -> x - Y g(x) is a contraction in the maximum norm scaled by the radii, as
sum_j |I - Y J|_ij r_j < r_i, and maps X into its interior; so it has exactly one fixed point. |I - Y A| < 1 in that
norm for each A in J, so Y and A are invertible, and the fixed points are the zeros of g. For the second part, a zero
x would have |Y g(c)|_i = |Y A (c - x)|_i <= r_i + sum_j |I - Y A|_ij r_j. QED

Y is a hint: about the inverse of the midpoint of J, rounded and read as exact (or not computed at all: `newton` of
`float64.interval_matrix`). Source: Krawczyk 1969; Neumaier 1990, "Interval Methods for Systems of Equations", 5.1.8.
"""

from __future__ import annotations

from flint import arb

from verify.checker.core.interval_matrix import Newton
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import lower, upper


def prove_zero(newton: Newton | None, radius: arb, singular: str, zero: str = "critical point") -> Newton:
    """Prove the hypothesis for a box of one radius. `singular`: what is said where no approximate inverse was found."""
    if newton is None:
        raise Open(singular)
    step, contraction = newton
    rest = contraction * radius
    if has_none(step, rest, radius):
        raise Refuted(f"there is no {zero} within the radius: the Newton step is >= {lower(step)}")
    decide(has_zero(step, rest, radius), False, lambda: _not_proved(step, contraction, radius))
    return newton


def _not_proved(step: arb, contraction: arb, radius: arb) -> str:
    sizes = f"Newton step {upper(step)}, contraction {upper(contraction)}, radius {lower(radius)}"
    return f"no critical point was proved within the radius: {sizes}"


def has_zero(step: arb, rest: arb, radius: arb) -> bool:
    """One row of the hypothesis: |Y g(c)|_i, sum_j |I - Y J|_ij r_j and r_i."""
    return bool(step + rest < radius)


def has_none(step: arb, rest: arb, radius: arb) -> bool:
    """One row that proves that there is no zero."""
    return bool(step > radius + rest)
