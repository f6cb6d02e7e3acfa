"""The kernel of an activation that is one monomial on each half line: ReLU and its kin, the step function.

The plane falls into four cones on which the integrand is analytic. x -> -x maps opposite cones to each other, and
v -> -v neighbouring ones, so one cone is enough:

    J(t) = integral of (u.x)^n (e.x)^n exp(-|x|^2 / 2) / (2 pi) over the cone u.x > 0, e.x > 0,

u = (1, 0) and e = (cos t, sin t) the unit vectors of w and v, n the degree, 0 or 1.

Coordinates. The reflection that swaps u and e fixes the bisector c = (cos(t/2), sin(t/2)) and halves the cone. One half
is spanned by c and f = (0, 1), at the acute angle (pi - t)/2. There x = a f + b c with a, b >= 0, and

    u.x = b C,    e.x = a sin t + b C,    dx = C da db,    |x|^2 = a^2 + b^2 + 2 a b S,

where C = cos(t/2), S = sin(t/2) and sin t = 2 S C: the integrand is entire in a and b, and none of its coefficients
exceeds 1, whatever t, so that near-parallel vectors are no harder than others.

Tail. The quadrature covers a, b <= R. As S >= 0, what it leaves out has |x| >= R, and there, as |u.x|, |e.x| <= |x|,

    the integral of |u.x|^n |e.x|^n over the density is at most that of r^(2n) over |x| >= R,
    which is the integral of r^(2n+1) exp(-r^2/2) over r >= R: exp(-R^2/2) for n = 0, (R^2 + 2) exp(-R^2/2) for n = 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import acb, arb, ctx

from verify.producer.symbolic.quadrature.gram_entries import Rational, exact, require_vectors
from verify.producer.symbolic.quadrature.iterated import integral

_PRECISION = 64
_RADIUS = 9  # a tail of less than 3e-16


@dataclass(frozen=True, slots=True)
class HalfLines:
    """The activation sigma(z) = positive * z^degree for z > 0 and negative * z^degree for z < 0, of degree 0 or 1."""

    positive: Rational
    negative: Rational
    degree: int = 1

    def __post_init__(self) -> None:
        if self.degree not in (0, 1):
            raise ValueError(f"the degree is 0 or 1, not {self.degree}: the bound of the tail is for these")


RELU = HalfLines(1, 0)
ABS = HalfLines(1, -1)
STEP = HalfLines(1, 0, degree=0)


def kernel(sigma: HalfLines, p: Rational, q: Rational, s: Rational) -> arb:
    """A ball that contains E sigma(w.x) sigma(v.x), x ~ N(0, I), for |w|^2 = p > 0, w.v = q, |v|^2 = s > 0.

    w and v may be parallel; E sigma(w.x)^2 is the case q = s = p. Raises ValueError if there are no such vectors.
    """
    require_vectors(p, q, s)
    with ctx.workprec(_PRECISION):
        norms = arb(exact(p) * exact(s)).sqrt()
        # sigma is `positive` and `left` times |z|^degree; the integrand is their product on the cones of unlike signs.
        positive, left = exact(sigma.positive), exact(sigma.negative) * (-1) ** sigma.degree
        total = arb(0)
        for weight, inner_product in ((positive**2 + left**2, q), (2 * positive * left, -q)):
            if weight != 0:
                total += weight * _cone(sigma.degree, p, inner_product, s)
        return norms**sigma.degree * total


def kernel_q(sigma: HalfLines, p: Rational, q: Rational, s: Rational) -> arb:
    """A ball that contains the derivative in q of the kernel for degree 1, as the integral E sigma'(w.x) sigma'(v.x).

    That they are equal is Price's theorem; for a Lipschitz sigma, if w and v are not parallel: the gradient in w is
    E sigma'(w.x) sigma(v.x) x, and differentiated in v it is E sigma'(w.x) sigma'(v.x) x x^T. Let n be a unit vector
    orthogonal to w and v (in one more dimension, which changes no kernel). By the chain rule the entry (n, n) of that
    block is the derivative in q; and n.x is independent of w.x and v.x, so it is E sigma'(w.x) sigma'(v.x) E (n.x)^2.
    """
    return kernel(HalfLines(sigma.positive, sigma.negative, degree=0), p, q, s)


def _cone(degree: int, p: Rational, q: Rational, s: Rational) -> arb:
    """J(t), twice the integral over half the cone, at the working precision of `kernel`."""
    cosine = exact(q) / arb(exact(p) * exact(s)).sqrt() if q * q < p * s else arb(1 if q > 0 else -1)
    C, S = (((1 + sign * cosine) / 2).nonnegative_part().sqrt() for sign in (1, -1))
    sine = 2 * S * C

    def integrand(b: acb) -> Callable[[acb], acb]:
        bC, bS, of_b = b * C, b * S, (-b * b / 2).exp()
        if degree == 0:
            return lambda a: of_b * (-a * (a / 2 + bS)).exp()
        return lambda a: of_b * bC * (a * sine + bC) * (-a * (a / 2 + bS)).exp()

    inside = integral(integrand, 0, _RADIUS) * C / arb.pi()
    tail = (_RADIUS**2 + 2 if degree else 1) * (-arb(_RADIUS**2) / 2).exp()
    return inside + arb(0, 1) * tail
