"""The dual kernel of a positively homogeneous activation, by polar coordinates.

E sigma(w.x) sigma(v.x) depends on the part of x in the plane of w and v only, which is standard Gaussian there. In
polar coordinates of that plane the integral is a radial one times an angular one, and the angular one is cut where
w.x or v.x changes sign.
"""

from __future__ import annotations

from itertools import pairwise

from sympy import (
    Derivative,
    Expr,
    Function,
    Integer,
    Mul,
    Piecewise,
    Symbol,
    acos,
    cos,
    diff,
    exp,
    expand,
    expand_trig,
    integrate,
    limit,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
)
from sympy.simplify.fu import TR8

from verify.producer.symbolic.algebra import abbreviated, tidy
from verify.producer.symbolic.derivation import DefiniteIntegral, Identity, Kernel, Ordered, Section, Step, z
from verify.producer.symbolic.gram import p, q, s

theta, t = symbols("theta t", real=True)
r, A = symbols("r A", positive=True)

ANGLE: dict[Expr, Expr] = {t: acos(q / sqrt(p * s)), A: sqrt(p * s - q**2)}
"""The angle t of w and v, in [0, pi], and A = |w| |v| sin t, in the Gram entries."""

_COS_W, _COS_V = cos(theta), cos(theta - t)
_CUTS = (t - 3 * pi / 2, -pi / 2, t - pi / 2, pi / 2, t + pi / 2, 3 * pi / 2, t + 3 * pi / 2)


def by_polar_coordinates(
    activation: str, *, degree: int, positive: Expr, negative: Expr, form: Expr | None = None
) -> Kernel:
    """The kernel of sigma(z) = `positive` for z > 0 and `negative` for z < 0, expressions in the symbol z.

    sigma must be homogeneous of the given degree: sigma(r z) = r^degree sigma(z) for r > 0. `form` is how to write the
    kernel, in p, q, s, t and A, where simplification does not find the best form. Raises `StepNotProved` if sigma is
    not homogeneous or the form is not the kernel.
    """
    polar, moment = _moment("sigma", degree, positive, negative)
    value = form.xreplace(ANGLE) if form is not None else tidy(expand_trig(polar).subs(ANGLE), q)
    self_value, self_term = _self_term(degree, positive, negative, polar)
    sections = [
        Section("To the plane of w and v", _plane()),
        Section("The integral in polar coordinates", moment),
        Section("In the Gram entries", _gram_entries(polar, value)),
        Section("The self term", self_term),
    ]
    if degree:
        sections.append(_second_way(degree, positive, negative, value))
    sigma = Piecewise((positive, z > 0), (negative, True))
    return Kernel(activation, sigma, tuple(sections), value, self_value, ANGLE, "for w and v not parallel")


def _plane() -> tuple[Step, ...]:
    x_1, x_2 = Function("x_1")(r, theta), Function("x_2")(r, theta)
    polar = {x_1: r * cos(theta), x_2: r * sin(theta)}
    return (
        Identity(
            title="The angle of w and v",
            reason="The standard Gaussian is invariant under rotations, so let `w = |w| (1, 0)` and "
            "`v = |v| (cos t, sin t)` in the plane that they span, with `t` in `[0, pi]`; the other coordinates of `x` "
            "integrate to 1.",
            lhs=sqrt(p) * sqrt(s) * cos(t),
            rhs=q,
            where=ANGLE,
        ),
        Identity(
            title="The projection on v",
            reason="In polar coordinates `w.x = |w| r cos theta`, and `v.x` is the left side here.",
            lhs=sqrt(s) * cos(t) * x_1 + sqrt(s) * sin(t) * x_2,
            rhs=sqrt(s) * r * _COS_V,
            where=polar,
        ),
        Identity(
            title="The area element",
            reason="`dx_1 dx_2 = r dr d theta`, so density times area element is `exp(-r^2/2) r / (2 pi) dr d theta`.",
            lhs=Derivative(x_1, r) * Derivative(x_2, theta) - Derivative(x_1, theta) * Derivative(x_2, r),
            rhs=r,
            where=polar,
        ),
        Ordered(
            title="The sectors",
            reason="`cos theta`, the sign of `w.x`, changes at `-pi/2`, `pi/2`, `3 pi/2` only, and `cos(theta - t)`, "
            "the sign of `v.x`, at `t - 3 pi/2`, `t - pi/2`, `t + pi/2`, `t + 3 pi/2` only; in this order these angles "
            "cut the turn from `-pi/2` to `3 pi/2` into four sectors of constant signs.",
            points=_CUTS,
            variable=t,
            lower=Integer(0),
            upper=pi,
        ),
    )


def _moment(name: str, degree: int, positive: Expr, negative: Expr) -> tuple[Expr, tuple[Step, ...]]:
    """E f(w.x) f(v.x) in p, s and t for f of the given name and degree, and the steps that derive it."""
    f = Function(name)
    homogeneity = tuple(
        Identity(
            title=f"Homogeneity for {side} z",
            reason=f"So `{name}(w.x) {name}(v.x) = (|w| |v| r^2)^n {name}(cos theta) {name}(cos(theta - t))` with "
            f"`n = {degree}`: the radial and the angular integral separate.",
            lhs=f(r * z),
            rhs=r**degree * f(z),
            where={f(r * z): branch.subs(z, r * z), f(z): branch},
        )
        for side, branch in (("positive", positive), ("negative", negative))
        if branch != 0
    )
    radial = _integral(
        "The radial integral",
        f"It collects the powers of `r`: {2 * degree} from the activations, 1 from the area element.",
        r ** (2 * degree + 1) * exp(-(r**2) / 2),
        (r, Integer(0), oo),
    )
    angular = _angular(name, positive, negative)
    names = [Symbol(f"I_{i}") for i in range(len(angular) + 1)]
    scale = (sqrt(p) * sqrt(s)) ** degree / (2 * pi)
    value = tidy(scale * radial.value * sum(step.value for step in angular), cos(t), sin(t), t)
    product = Identity(
        title="The product",
        reason=f"`(|w| |v|)^n / (2 pi)`, `n = {degree}`, times the radial integral `I_0` times the sum of the angular "
        "ones; on the other sectors the integrand is 0.",
        lhs=scale * names[0] * sum(names[1:]),
        rhs=value,
        where={name: step.value for name, step in zip(names, (radial, *angular), strict=True)},
    )
    return value, (*homogeneity, radial, *angular, product)


def _angular(name: str, positive: Expr, negative: Expr) -> list[DefiniteIntegral]:
    """The integral over each sector on which the integrand is not 0."""
    steps: list[DefiniteIntegral] = []
    for lower, upper in pairwise(_CUTS[1:-1]):
        # No sector contains a zero of either cosine, so the signs at one point of it, for one t, are the signs.
        point = {t: pi / 2, theta: ((lower + upper) / 2).subs(t, pi / 2)}
        w_side, v_side = (sign(c.subs(point)) > 0 for c in (_COS_W, _COS_V))
        factors = [(positive if side else negative).subs(z, c) for side, c in ((w_side, _COS_W), (v_side, _COS_V))]
        if 0 not in factors:
            signs = " and ".join(f"`{x}.x {'>' if side else '<'} 0`" for x, side in (("w", w_side), ("v", v_side)))
            steps.append(
                _integral(
                    f"Angular integral {len(steps) + 1}",
                    f"In this sector {signs}, and the integrand is `{name}(cos theta) {name}(cos(theta - t))`.",
                    Mul(*factors),
                    (theta, lower, upper),
                )
            )
    return steps


def _gram_entries(polar: Expr, value: Expr) -> tuple[Step, ...]:
    return (
        Identity(
            title="The sine of the angle",
            reason="`t` lies in `[0, pi]`, where the sine is not negative.",
            lhs=sqrt(p) * sqrt(s) * sin(t),
            rhs=A,
            where=ANGLE,
        ),
        Identity(
            title="The dual kernel",
            reason="The integral in `p = |w|^2`, `q = w.v` and `s = |v|^2`.",
            lhs=polar,
            rhs=abbreviated(value, ANGLE),
            where=ANGLE,
        ),
    )


def _self_term(degree: int, positive: Expr, negative: Expr, polar: Expr) -> tuple[Expr, tuple[Step, ...]]:
    """E sigma(w.x)^2 in p, and the steps that derive it."""
    half = _integral(
        "Half a moment of one Gaussian",
        "`w.x` is `|w|` times a standard Gaussian `z`; this is the part of its moment on either half line.",
        z ** (2 * degree) * exp(-(z**2) / 2) / sqrt(2 * pi),
        (z, Integer(0), oo),
    )
    moment = Symbol("I")
    weight = positive.subs(z, 1) ** 2 + negative.subs(z, -1) ** 2
    value = p**degree * weight * half.value
    product = Identity(
        title="The self term",
        reason=f"By homogeneity it is `(|w|^2)^n (sigma(1)^2 + sigma(-1)^2)`, `n = {degree}`, times half the moment.",
        lhs=p**degree * weight * moment,
        rhs=value,
        where={moment: half.value},
    )
    limit_of_pair = Identity(
        title="The kernel at angle 0",
        reason="The self term, integrated on its own, is the kernel of two vectors that coincide.",
        lhs=polar,
        rhs=value,
        where={t: Integer(0), s: p},
    )
    return value, (half, product, limit_of_pair)


def _second_way(degree: int, positive: Expr, negative: Expr, value: Expr) -> Section:
    moment, steps = _moment("tau", degree - 1, diff(positive, z), diff(negative, z))
    kernel = Function("kappa")(p, q, s)
    comparison = Identity(
        title="The two ways agree",
        reason="The left side differentiates the kernel found above, the right side is the integral found just now.",
        lhs=Derivative(kernel, q),
        rhs=moment,
        where={kernel: value, **ANGLE},
    )
    return Section(
        "The derivative in q a second way",
        (*steps, comparison),
        "By Price's theorem the derivative of the kernel in `q` is `E tau(w.x) tau(v.x)`, where `tau` is the "
        "derivative of `sigma`; this integral is of the same kind.",
    )


def _integral(title: str, reason: str, integrand: Expr, bounds: tuple[Symbol, Expr, Expr]) -> DefiniteIntegral:
    """The step, with the antiderivative that SymPy finds: the step itself checks it."""
    variable, lower, upper = bounds
    antiderivative = integrate(TR8(expand(integrand)), variable)
    increment = limit(antiderivative, variable, upper) - antiderivative.subs(variable, lower)
    return DefiniteIntegral(
        title=title,
        reason=reason,
        integrand=integrand,
        variable=variable,
        lower=lower,
        upper=upper,
        antiderivative=antiderivative,
        value=tidy(increment, cos(t), sin(t)),
    )
