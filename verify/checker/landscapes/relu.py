"""The dual kernel of ReLU, kappa = E relu(w.x) relu(v.x), and its derivatives, in balls.

Letters: p = |w|^2, q = w.v, s = |v|^2, area = sqrt(p s - q^2) = |w| |v| sin t,
t in [0, pi] the angle of w and v (Cho & Saul 2009). Written apart from
`verify.symbolic`, which derives the same formulas; the tests tie the two together.
"""

from __future__ import annotations

from flint import arb

from verify.checker.landscapes.dual_kernel import Parallel, Second


def area_and_obtuse(p: arb, q: arb, s: arb) -> tuple[arb, arb]:
    """|w| |v| sin t and pi - t. The branches are one function of (area, q), written for accuracy in each range."""
    area = (p * s - q * q).nonnegative_part().sqrt()
    if q > 0:
        return area, arb.pi() - (area / q).atan()
    if q < 0:
        return area, (area / -q).atan()
    return area, arb.pi() / 2 + (q / area).atan()


def value(q: arb, area: arb, obtuse: arb) -> arb:
    """kappa(w, v)."""
    return (area + obtuse * q) / (2 * arb.pi())


def first(p: arb, area: arb, obtuse: arb) -> tuple[arb, arb]:
    """The partial derivatives of kappa in p and in q."""
    return area / (4 * arb.pi() * p), obtuse / (2 * arb.pi())


def second(p: arb, q: arb, s: arb, area: arb) -> Second:
    """The second partial derivatives; needs area > 0."""
    c = 1 / (8 * arb.pi() * area)
    return Second(
        pp=c * (2 * q * q - p * s) / (p * p),
        pq=-2 * c * q / p,
        ps=c,
        qq=4 * c,
        qs=-2 * c * q / s,
    )


def parallel(p: arb, s: arb, area: arb) -> Parallel:
    """Bounds of the Hessian blocks at and near parallel or antiparallel neurons; needs p, s > 0 only."""
    return Parallel(own=area / (arb.pi() * p), mixed=area / (2 * arb.pi() * (p * s).sqrt()))
