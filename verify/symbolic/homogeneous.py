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

from verify.symbolic.algebra import abbreviated, tidy
from verify.symbolic.derivation import DefiniteIntegral, Identity, Kernel, Ordered, Section, Step
from verify.symbolic.gram import p, q, s

z, theta, t = symbols("z theta t", real=True)
r, A = symbols("r A", positive=True)

ANGLE = {t: acos(q / sqrt(p * s)), A: sqrt(p * s - q**2)}
"""The angle t of w and v, in [0, pi], and A = |w| |v| sin t, in the Gram entries."""

_COS_W, _COS_V = cos(theta), cos(theta - t)
_CUTS = (t - 3 * pi / 2, -pi / 2, t - pi / 2, pi / 2, t + pi / 2, 3 * pi / 2, t + 3 * pi / 2)
_SECTORS = tuple(pairwise(_CUTS[1:-1]))


def by_polar_coordinates(activation: str, *, degree: int, positive: Expr, negative: Expr) -> Kernel:
    """The kernel of sigma(z) = `positive` for z > 0 and `negative` for z < 0, expressions in the symbol z.

    sigma must be homogeneous of the given degree: sigma(r z) = r^degree sigma(z) for r > 0. Raises `StepNotProved`
    if it is not.
    """
    value, moment = _moment("sigma", degree, positive, negative)
    in_gram_entries = tidy(expand_trig(value).subs(ANGLE), q)
    self_value, self_term = _self_moment(degree, positive, negative)
    sections = [
        Section("To the plane of w and v", _plane()),
        Section("The integral in polar coordinates", moment),
        Section("In the Gram entries", _gram_entries(value, in_gram_entries)),
        Section(
            "The self term",
            (
                *self_term,
                Identity(
                    title="The kernel at angle 0",
                    reason="The self term, integrated on its own, is what the kernel of two vectors tends to.",
                    lhs=value,
                    rhs=self_value,
                    where={t: Integer(0), s: p},
                ),
            ),
        ),
    ]
    if degree:
        price, derived_moment = _moment("tau", degree - 1, diff(positive, z), diff(negative, z))
        kernel = Function("kappa")(p, q, s)
        comparison = Identity(
            title="Price's theorem",
            reason="The derivative of the kernel in q = w.v is E sigma'(w.x) sigma'(v.x), which was integrated on "
            "its own just now: a second way to the same function.",
            lhs=Derivative(kernel, q),
            rhs=price,
            where={kernel: in_gram_entries, **ANGLE},
        )
        sections.append(Section("The derivative in q a second time, with tau = sigma'", (*derived_moment, comparison)))
    return Kernel(activation, tuple(sections), in_gram_entries, self_value, ANGLE)


def _plane() -> tuple[Step, ...]:
    x1, x2 = r * cos(theta), r * sin(theta)
    return (
        Identity(
            title="The angle of w and v",
            reason="The standard Gaussian is invariant under rotations, so let w = |w| (1, 0) and v = |v| (cos t, sin t) "
            "in the plane that they span, with t in [0, pi]; the other coordinates of x integrate to 1.",
            lhs=sqrt(p) * sqrt(s) * cos(t),
            rhs=q,
            where=ANGLE,
        ),
        Identity(
            title="The projection on v",
            reason="For x = r (cos theta, sin theta) the projection on w is w.x = |w| r cos theta, and v.x is the "
            "left side here.",
            lhs=sqrt(s) * cos(t) * x1 + sqrt(s) * sin(t) * x2,
            rhs=sqrt(s) * r * _COS_V,
        ),
        Identity(
            title="The area element",
            reason="dx1 dx2 = r dr dtheta, so the Gaussian density times the area element is "
            "exp(-r^2/2) r / (2 pi) dr dtheta.",
            lhs=Derivative(x1, r) * Derivative(x2, theta) - Derivative(x1, theta) * Derivative(x2, r),
            rhs=r,
        ),
        Ordered(
            title="The sectors",
            reason="cos theta, the sign of w.x, changes at -pi/2, pi/2, 3 pi/2 only, and cos(theta - t), the sign of "
            "v.x, at t - 3 pi/2, t - pi/2, t + pi/2, t + 3 pi/2 only; in this order these angles cut the full "
            "turn from -pi/2 to 3 pi/2 into four sectors of constant signs.",
            points=_CUTS,
            variable=t,
            lower=Integer(0),
            upper=pi,
        ),
    )


def _moment(name: str, degree: int, positive: Expr, negative: Expr) -> tuple[Expr, tuple[Step, ...]]:
    """E f(w.x) f(v.x) in p, s and t for f of the given degree, and the steps that derive it."""
    f = Function(name)
    branches = {1: positive, -1: negative}
    homogeneity = tuple(
        Identity(
            title=f"{name} is homogeneous of degree {degree} on z {'>' if side > 0 else '<'} 0",
            reason=f"So {name}(w.x) {name}(v.x) is (|w| |v| r^2)^{degree} {name}(cos theta) {name}(cos(theta - t)): the "
            "radial and the angular integral separate.",
            lhs=f(r * z),
            rhs=r**degree * f(z),
            where={f(r * z): branch.subs(z, r * z), f(z): branch},
        )
        for side, branch in branches.items()
        if branch != 0
    )
    density = r ** (2 * degree + 1) * exp(-(r**2) / 2)
    radial = _integral(
        "The radial integral",
        f"It collects the powers of r: {2 * degree} from the activations, 1 from the area element.",
        density,
        r,
        Integer(0),
        oo,
    )
    angular = []
    for lower, upper in _SECTORS:
        # One value of t shows the signs for all, since no sector contains a zero of either cosine.
        middle = ((lower + upper) / 2).subs(t, pi / 2)
        sides = [int(sign(c.subs(t, pi / 2).subs(theta, middle))) for c in (_COS_W, _COS_V)]
        integrand = Mul(*(branches[side].subs(z, c) for side, c in zip(sides, (_COS_W, _COS_V), strict=True)))
        if integrand != 0:
            signs = " and ".join(f"{x}.x {'>' if side > 0 else '<'} 0" for x, side in zip("wv", sides, strict=True))
            angular.append(
                _integral(
                    f"The sector {signs}",
                    f"There {name}(cos theta) {name}(cos(theta - t)) is the integrand here.",
                    integrand,
                    theta,
                    lower,
                    upper,
                )
            )
    names = [Symbol(f"I_{i}") for i in range(len(angular) + 1)]
    scale = (sqrt(p) * sqrt(s)) ** degree / (2 * pi)
    value = tidy(scale * radial.value * sum(step.value for step in angular), cos(t))
    product = Identity(
        title="The product",
        reason=f"(|w| |v|)^{degree} / (2 pi) times the radial integral I_0 times the sum of the angular ones; on the "
        "other sectors the integrand is 0.",
        lhs=scale * names[0] * sum(names[1:]),
        rhs=value,
        where={name: step.value for name, step in zip(names, (radial, *angular), strict=True)},
    )
    return value, (*homogeneity, radial, *angular, product)


def _gram_entries(value: Expr, in_gram_entries: Expr) -> tuple[Step, ...]:
    return (
        Identity(
            title="The sine of the angle",
            reason="t lies in [0, pi], where the sine is not negative.",
            lhs=sqrt(p) * sqrt(s) * sin(t),
            rhs=A,
            where=ANGLE,
        ),
        Identity(
            title="The dual kernel",
            reason="The integral in p = |w|^2, q = w.v and s = |v|^2.",
            lhs=value,
            rhs=abbreviated(in_gram_entries, ANGLE),
            where=ANGLE,
        ),
    )


def _self_moment(degree: int, positive: Expr, negative: Expr) -> tuple[Expr, tuple[Step, ...]]:
    """E sigma(w.x)^2 in p, and the steps that derive it."""
    half = _integral(
        "Half of a moment of one Gaussian",
        "w.x is |w| times a standard Gaussian z; this is the part of its moment on z > 0, and on z < 0 it is the same.",
        z ** (2 * degree) * exp(-(z**2) / 2) / sqrt(2 * pi),
        z,
        Integer(0),
        oo,
    )
    weight = positive.subs(z, 1) ** 2 + negative.subs(z, -1) ** 2
    value = p**degree * weight * half.value
    moment = Symbol("I")
    product = Identity(
        title="The self term",
        reason="By homogeneity sigma(w.x)^2 is |w|^(2 degree) |z|^(2 degree) times sigma(1)^2 on one side and "
        "sigma(-1)^2 on the other.",
        lhs=sqrt(p) ** (2 * degree) * moment * weight,
        rhs=value,
        where={moment: half.value},
    )
    return value, (half, product)


def _integral(title: str, reason: str, integrand: Expr, variable: Symbol, lower: Expr, upper: Expr) -> DefiniteIntegral:
    """The step whose antiderivative SymPy finds; the step checks it."""
    antiderivative = integrate(TR8(expand(integrand)), variable)
    end = limit(antiderivative, variable, oo) if upper == oo else antiderivative.subs(variable, upper)
    return DefiniteIntegral(
        title=title,
        reason=reason,
        integrand=integrand,
        variable=variable,
        lower=lower,
        upper=upper,
        antiderivative=antiderivative,
        value=tidy(end - antiderivative.subs(variable, lower), cos(t)),
    )
