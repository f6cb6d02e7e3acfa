"""The angle of two neurons, and ReLU's Hessian blocks at and near parallel ones: the limits, written by hand.

Letters: p = |w|^2, q = w.v, s = |v|^2, area = sqrt(p s - q^2) = |w| |v| sin t,
t in [0, pi] the angle of w and v. The proof is in docs/THEOREMS.md, "Forms of the angle" and
"Parallel neurons"; the formulas off the parallel limit are generated, see `kernels`.
"""

from __future__ import annotations

from flint import arb

from verify.checker.losses.dual_kernel import Parallel


def area_and_obtuse(p: arb, q: arb, s: arb) -> tuple[arb, arb]:
    """|w| |v| sin t and pi - t. The branches are one function of (area, q), written for accuracy in each range."""
    area = (p * s - q * q).nonnegative_part().sqrt()
    if q > 0:
        return area, arb.pi() - (area / q).atan()
    if q < 0:
        return area, (area / -q).atan()
    return area, arb.pi() / 2 + (q / area).atan()


def parallel(p: arb, s: arb, area: arb) -> Parallel:
    """Bounds of the Hessian blocks at and near parallel or antiparallel neurons; needs p, s > 0 only."""
    return Parallel(own=area / (arb.pi() * p), mixed=area / (2 * arb.pi() * (p * s).sqrt()))
