"""The kernel of an activation that is an entire function: erf, polynomials.

Coordinates. E f(w.x) g(v.x) depends on the part of x in a plane that contains w and v, where x = (a, b) is standard
Gaussian. With w along the first axis, p = |w|^2, q = w.v and s = |v|^2,

    w.x = sqrt(p) a,    v.x = c a + h b,    c = q / sqrt(p),    h = sqrt(s - q^2 / p),

and the integrand f(sqrt(p) a) g(c a + h b) exp(-(a^2 + b^2) / 2) / (2 pi) is entire in a and in b.

Tail. The quadrature covers |a|, |b| <= R, with R >= 1; what it leaves out has r = |x| > R. Each function comes with a
bound |f(z)| <= f_0 + f_1 |z| + ... + f_m |z|^m for real z, with coefficients >= 0. As |w.x| <= sqrt(p) r and
|v.x| <= sqrt(s) r, there |f(w.x) g(v.x)| <= sum_jk f_j g_k p^(j/2) s^(k/2) r^(j+k), and as r >= 1 the exponent j + k
may be raised by 1 where it is odd. In polar coordinates the integral of r^(2n) over the density and over r >= R is

    T_n = integral of r^(2n+1) exp(-r^2/2) over r >= R,    T_0 = exp(-R^2/2),    T_n = R^(2n) T_0 + 2 n T_(n-1),

the latter by parts: r^(2n+1) exp(-r^2/2) is r^(2n) times the derivative of -exp(-r^2/2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, ctx

from verify.producer.symbolic.quadrature.gram_entries import Rational, exact, require_vectors
from verify.producer.symbolic.quadrature.iterated import integral

_PRECISION = 64
_RADIUS = 12  # T_0 is less than 6e-32


@dataclass(frozen=True, slots=True)
class Entire:
    """An entire function that is real on the real line.

    at: its values on a ball; bound: coefficients (f_0, ..., f_m) with |f(z)| <= sum_j f_j |z|^j for real z.
    """

    at: Callable[[acb], acb]
    bound: tuple[Rational, ...]


def polynomial(*coefficients: Rational) -> Entire:
    """The polynomial sum_j coefficients[j] z^j; its bound is the triangle inequality."""

    def at(z: acb) -> acb:
        value = acb(0)
        for coefficient in reversed(coefficients):
            value = value * z + exact(coefficient)
        return value

    return Entire(at, tuple(abs(Fraction(coefficient)) for coefficient in coefficients))


ERF = Entire(acb.erf, (1,))


def kernel(sigma: Entire, p: Rational, q: Rational, s: Rational) -> arb:
    """A ball that contains E sigma(w.x) sigma(v.x), x ~ N(0, I), for |w|^2 = p > 0, w.v = q, |v|^2 = s > 0.

    w and v may be parallel; E sigma(w.x)^2 is the case q = s = p. Raises ValueError if there are no such vectors.
    """
    return mean(sigma, sigma, p, q, s)


def mean(f: Entire, g: Entire, p: Rational, q: Rational, s: Rational) -> arb:
    """A ball that contains E f(w.x) g(v.x) for the same w and v."""
    require_vectors(p, q, s)
    with ctx.workprec(_PRECISION):
        norm_w = arb(exact(p)).sqrt()
        c, h = exact(q) / norm_w, arb(exact(s) - exact(q) ** 2 / exact(p)).sqrt()

        def integrand(a: acb) -> Callable[[acb], acb]:
            ca, of_a = c * a, f.at(norm_w * a) * (-a * a / 2).exp()
            return lambda b: of_a * g.at(ca + h * b) * (-b * b / 2).exp()

        inside = integral(integrand, -_RADIUS, _RADIUS) / (2 * arb.pi())
        return inside + arb(0, 1) * _tail(f, g, norm_w, arb(exact(s)).sqrt())


def _tail(f: Entire, g: Entire, norm_w: arb, norm_v: arb) -> arb:
    """A bound of the integral over r > R."""
    total = arb(0)
    for j, f_j in enumerate(f.bound):
        for k, g_k in enumerate(g.bound):
            total += exact(f_j) * exact(g_k) * norm_w**j * norm_v**k * _radial_tail((j + k + 1) // 2)
    return total


def _radial_tail(n: int) -> arb:
    """T_n."""
    T_0 = (-arb(_RADIUS**2) / 2).exp()
    T = T_0
    for i in range(1, n + 1):
        T = _RADIUS ** (2 * i) * T_0 + 2 * i * T
    return T
