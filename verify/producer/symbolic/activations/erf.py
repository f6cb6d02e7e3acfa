"""The error function: its kernel (Williams 1998) by Price's theorem, as the integral of its derivative in q."""

from __future__ import annotations

from sympy import Derivative, Expr, Function, Integer, Rational, asin, atan, erf, exp, oo, pi, sqrt, symbols

from verify.producer.symbolic.coordinates import COORDINATES, PROJECTION, c, density, h, plane, x_1, x_2
from verify.producer.symbolic.derivation import DefiniteIntegral, Derivation, Identity, Kernel, Section, Step, z
from verify.producer.symbolic.gram import derivation, p, q, s

R, A, k = symbols("R A k", positive=True)
_VARIANCE = 1 + 2 * h**2
_KERNEL = 2 / pi * atan(2 * q / sqrt((1 + 2 * p) * (1 + 2 * s) - 4 * q**2))
_WILLIAMS = 2 / pi * asin(2 * q / sqrt((1 + 2 * p) * (1 + 2 * s)))
_ALONE = 2 / pi * atan(2 * p / sqrt(1 + 4 * p))
_ROOT: dict[Expr, Expr] = {R: sqrt((1 + 2 * p) * (1 + 2 * s) - 4 * q**2), k: 4 / pi}
_SLOPE = 4 / (pi * R)

_PRICE = (
    "Let `w` and `v` not be parallel; then `f` is the density of `x = w.x` and `y = v.x`. Differentiate `kappa`, the "
    "integral of `sigma(x) sigma(y) f(x, y)`, in `q`: by the heat equation and two integrations by parts, at whose "
    "ends nothing remains because `sigma` and its derivative are bounded, it is `E sigma'(w.x) sigma'(v.x)`."
)
_INTEGRATED = (
    "For fixed norms `q` ranges over an interval around 0, on which `kappa` is continuous. So a function that has the "
    "same derivative inside it and the same value at 0 is `kappa`, at its ends (parallel vectors) too."
)
_LITERATURE = "`2/pi asin(2 q / sqrt((1 + 2 p) (1 + 2 s)))` is the same, for the same reasons."
_SELF_TERM = "The same way on its own, as the integral of its derivative in `p`, which starts at 0 for `p = 0`."


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks, at any w and v."""
    sections = (
        plane(),
        Section("Price's theorem", _price(), _PRICE),
        Section("The derivative in q", _slope()),
        Section("From q = 0 to q", _integrated(), _INTEGRATED),
        Section("The self term", _self_term(), _SELF_TERM),
        Section("The form of Williams 1998", _literature(), _LITERATURE),
    )
    return derivation(Kernel("erf", erf(z), sections, _KERNEL, _ALONE, _ROOT, "for all w and v"))


def _price() -> tuple[Step, ...]:
    x, y = symbols("x y", real=True)
    f = Function("f")(x, y)
    where = {f: exp(-(s * x**2 - 2 * q * x * y + p * y**2) / (2 * A**2)) / (2 * pi * A), A: sqrt(p * s - q**2)}
    return (
        Identity(
            title="The exponent of the density",
            reason="At `x = |w| x_1` and `y = c x_1 + h x_2` it is that of two standard Gaussians, but for `-1/2`.",
            lhs=(s * x**2 - 2 * q * x * y + p * y**2) / A**2,
            rhs=x_1**2 + x_2**2,
            where={x: sqrt(p) * x_1, y: PROJECTION, A: where[A], **COORDINATES},
        ),
        Identity(
            title="The area element",
            reason="`dx dy = |w| h dx_1 dx_2`, so the density of `x` and `y` has the factor `1/A`.",
            lhs=sqrt(p) * h,
            rhs=A,
            where={A: where[A], **COORDINATES},
        ),
        Identity(
            title="A heat equation",
            reason="The density, differentiated.",
            lhs=Derivative(f, q),
            rhs=Derivative(f, x, y),
            where=where,
        ),
    )


def _slope() -> tuple[Step, ...]:
    sigma = Function("sigma")(z)
    inner = exp(-(c**2) * x_1**2 / _VARIANCE) / sqrt(_VARIANCE)
    precision = 1 + 2 * p + 2 * c**2 / _VARIANCE
    expectation = 1 / sqrt((1 + 2 * p) * _VARIANCE + 2 * c**2)
    return (
        Identity(
            title="The derivative of sigma",
            reason="So `sigma'(w.x) sigma'(v.x) = (4/pi) exp(-(w.x)^2) exp(-(v.x)^2)`.",
            lhs=Derivative(sigma, z),
            rhs=2 * exp(-(z**2)) / sqrt(pi),
            where={sigma: erf(z)},
        ),
        DefiniteIntegral(
            title="The inner Gaussian integral",
            reason="`exp(-(v.x)^2)` times the density of `x_2`, for fixed `x_1`.",
            integrand=exp(-(PROJECTION**2)) * density(x_2),
            variable=x_2,
            lower=-oo,
            upper=oo,
            antiderivative=inner * erf((_VARIANCE * x_2 + 2 * c * h * x_1) / sqrt(2 * _VARIANCE)) / 2,
            value=inner,
        ),
        DefiniteIntegral(
            title="The outer Gaussian integral",
            reason="`exp(-(w.x)^2)` times the integral over `x_2` times the density of `x_1`.",
            integrand=exp(-p * x_1**2) * inner * density(x_1),
            variable=x_1,
            lower=-oo,
            upper=oo,
            antiderivative=erf(sqrt(precision / 2) * x_1) / (2 * sqrt(_VARIANCE) * sqrt(precision)),
            value=expectation,
        ),
        Identity(
            title="In the Gram entries",
            reason="The factor `4/pi` times the expectation.",
            lhs=4 / pi * expectation,
            rhs=_SLOPE,
            where={**COORDINATES, **_ROOT},
        ),
    )


def _integrated() -> tuple[Step, ...]:
    sigma, kappa = Function("sigma"), Function("kappa")(q)
    return (
        Identity(
            title="Oddness",
            reason="At `q = 0` the Gaussians `w.x` and `v.x` are independent, so `kappa = E sigma(w.x) E sigma(v.x)`, "
            "and each factor is 0 because `sigma` is odd.",
            lhs=sigma(-z),
            rhs=-sigma(z),
            where={sigma(-z): erf(-z), sigma(z): erf(z)},
        ),
        Identity(
            title="The closed form at q = 0",
            reason="It vanishes there, too.",
            lhs=_KERNEL,
            rhs=Integer(0),
            where={q: Integer(0)},
        ),
        Identity(
            title="The range",
            reason="By the Cauchy-Schwarz inequality `p s >= q^2`, so `R >= 1` and the closed form is differentiable.",
            lhs=R**2,
            rhs=1 + 2 * p + 2 * s + 4 * A**2,
            where={A: sqrt(p * s - q**2), **_ROOT},
        ),
        Identity(
            title="The derivative of the closed form",
            reason="It is that of `kappa`, as found above.",
            lhs=Derivative(kappa, q),
            rhs=_SLOPE,
            where={kappa: _KERNEL, **_ROOT},
        ),
    )


def _self_term() -> tuple[Step, ...]:
    sigma, phi = Function("sigma")(sqrt(p) * x_1), Function("phi")(p)
    slope = 2 * x_1 * exp(-p * x_1**2) * erf(sqrt(p) * x_1) / (sqrt(pi) * sqrt(p))
    half = p + Rational(1, 2)
    by_parts = sqrt(p / (p + half)) * erf(sqrt(p + half) * x_1) - exp(-half * x_1**2) * erf(sqrt(p) * x_1)
    value = 4 / (pi * (1 + 2 * p) * sqrt(1 + 4 * p))
    return (
        Identity(
            title="The derivative under the expectation",
            reason="`phi` is the expectation of `sigma(|w| x_1)^2`.",
            lhs=Derivative(sigma**2, p),
            rhs=slope,
            where={sigma: erf(sqrt(p) * x_1)},
        ),
        DefiniteIntegral(
            title="The derivative of the self term",
            reason="The antiderivative is by parts.",
            integrand=slope * density(x_1),
            variable=x_1,
            lower=-oo,
            upper=oo,
            antiderivative=sqrt(2) / (pi * sqrt(p) * 2 * half) * by_parts,
            value=value,
        ),
        Identity(
            title="The derivative of the closed form",
            reason="It is the same.",
            lhs=Derivative(phi, p),
            rhs=value,
            where={phi: _ALONE},
        ),
        Identity(
            title="The closed form at p = 0",
            reason="There `phi` is 0 as well, since `sigma(0) = 0`.",
            lhs=_ALONE,
            rhs=Integer(0),
            where={p: Integer(0)},
        ),
        Identity(
            title="The kernel of two vectors that coincide",
            reason="The self term, integrated on its own, is the kernel at `v = w`.",
            lhs=_KERNEL,
            rhs=_ALONE,
            where={q: p, s: p},
        ),
    )


def _literature() -> tuple[Step, ...]:
    kappa = Function("kappa")(q)
    a, b = 1 + 2 * p, 1 + 2 * s
    return (
        Identity(
            title="The argument of the arc sine",
            reason="Its square is less than 1, so the arc sine is differentiable.",
            lhs=(2 * q) ** 2 / (a * b),
            rhs=1 - R**2 / (a * b),
            where=_ROOT,
        ),
        Identity(
            title="The derivative of the arc sine",
            reason="It is that of `kappa`.",
            lhs=Derivative(kappa, q),
            rhs=_SLOPE,
            where={kappa: _WILLIAMS, **_ROOT},
        ),
        Identity(
            title="The arc sine at q = 0",
            reason="There both are 0.",
            lhs=_WILLIAMS,
            rhs=Integer(0),
            where={q: Integer(0)},
        ),
    )
