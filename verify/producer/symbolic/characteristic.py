"""The dual kernel of sine and cosine, by the characteristic function of a Gaussian.

sigma(w.x) sigma(v.x) is half the sum or difference of cos((w - v).x) and cos((w + v).x), and the expectation of
cos(u.x) depends on the variance |u|^2 of u.x alone.
"""

from __future__ import annotations

from sympy import (
    Derivative,
    Expr,
    Function,
    Integer,
    cos,
    cosh,
    erf,
    exp,
    oo,
    sin,
    sinh,
    sqrt,
    symbols,
)

from verify.producer.symbolic.coordinates import density
from verify.producer.symbolic.derivation import DefiniteIntegral, Identity, Kernel, Section, Step, z
from verify.producer.symbolic.gram import p, q, s, v_a, v_b, w_a, w_b

x, y, r = symbols("x y r", real=True)
G = symbols("G", positive=True)

_GAUSSIAN = exp(-(r**2) / 2)
_ODE = (
    "Let `m(r) = E cos(r x)` for one standard Gaussian `x`. Differentiated under the expectation, `m'(r)` is "
    "`-E x sin(r x)`, by parts `-r m(r)`. A linear differential equation has one solution with a given value at 0."
)


def by_characteristic_function(activation: str, sigma: Expr) -> Kernel:
    """The kernel of sigma, which is sin(z) or cos(z). Raises `StepNotProved` for another one."""
    sign, hyperbolic = (Integer(-1), sinh) if sigma == sin(z) else (Integer(1), cosh)
    value = exp(-(p + s) / 2) * hyperbolic(q)
    self_value = (1 + sign * exp(-2 * p)) / 2
    sections = (
        Section("A product of waves is a sum of waves", _products(sigma, sign)),
        Section("The expectation of a wave", _expectation(), _ODE),
        Section("In the Gram entries", _gram_entries(sign, value)),
        Section("The self term", _self_term(sign, value, self_value)),
    )
    return Kernel(activation, sigma, sections, value, self_value, {G: exp(-(p + s) / 2)}, "for all w and v")


def _products(sigma: Expr, sign: Integer) -> tuple[Step, ...]:
    f = Function("sigma")
    return (
        Identity(
            title="The product",
            reason="At `x = w.x` and `y = v.x` the two cosines are those of `(w - v).x` and `(w + v).x`.",
            lhs=f(x) * f(y),
            rhs=(cos(x - y) + sign * cos(x + y)) / 2,
            where={f(x): sigma.subs(z, x), f(y): sigma.subs(z, y)},
        ),
    )


def _expectation() -> tuple[Step, ...]:
    m = Function("m")(r)
    return (
        DefiniteIntegral(
            title="By parts",
            reason="`r E cos(r x)` less `E x sin(r x)`: the integrand is a derivative.",
            integrand=(r * cos(r * x) - x * sin(r * x)) * density(x),
            variable=x,
            lower=-oo,
            upper=oo,
            antiderivative=sin(r * x) * density(x),
            value=Integer(0),
        ),
        DefiniteIntegral(
            title="At r = 0",
            reason="`m(0) = 1`.",
            integrand=density(x),
            variable=x,
            lower=-oo,
            upper=oo,
            antiderivative=erf(x / sqrt(2)) / 2,
            value=Integer(1),
        ),
        Identity(
            title="The solution's equation",
            reason="`exp(-r^2/2)` solves it.",
            lhs=Derivative(m, r),
            rhs=-r * m,
            where={m: _GAUSSIAN},
        ),
        Identity(
            title="The solution at r = 0",
            reason="It is 1 there, too, so it is `m`.",
            lhs=_GAUSSIAN,
            rhs=Integer(1),
            where={r: Integer(0)},
        ),
    )


def _gram_entries(sign: Integer, value: Expr) -> tuple[Step, ...]:
    gram = {p: w_a**2 + w_b**2, q: w_a * v_a + w_b * v_b, s: v_a**2 + v_b**2}
    variances = tuple(
        Identity(
            title=f"The variance of (w {word} v).x",
            reason="It is the sum of such terms over the coordinates, two of which are shown.",
            lhs=(w_a + turn * v_a) ** 2 + (w_b + turn * v_b) ** 2,
            rhs=p + 2 * turn * q + s,
            where=gram,
        )
        for word, turn in (("-", -1), ("+", 1))
    )
    kernel = Identity(
        title="The dual kernel",
        reason="`m(r)` at these variances `r^2`.",
        lhs=(exp(-(p - 2 * q + s) / 2) + sign * exp(-(p + 2 * q + s) / 2)) / 2,
        rhs=value,
    )
    return *variances, kernel


def _self_term(sign: Integer, value: Expr, self_value: Expr) -> tuple[Step, ...]:
    return (
        Identity(
            title="On its own",
            reason="`sigma(w.x)^2` is half of a constant and a wave, and the variance of `2 w.x` is `4 p`.",
            lhs=(1 + sign * _GAUSSIAN) / 2,
            rhs=self_value,
            where={r: 2 * sqrt(p)},
        ),
        Identity(
            title="The kernel of two vectors that coincide",
            reason="The self term is the kernel at `v = w`.",
            lhs=value,
            rhs=self_value,
            where={q: p, s: p},
        ),
    )
