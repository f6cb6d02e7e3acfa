"""The dual kernel of a polynomial, by the moments of a Gaussian.

In the coordinates of `symbolic.coordinates` E sigma(w.x) sigma(v.x) is the expectation of a polynomial in two
independent standard Gaussians, taken in one of them after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from sympy import Expr, Function, Integer, Poly, Symbol, collect, erf, expand, factor, factorial2, oo, sqrt, symbols

from verify.producer.symbolic.algebra import vanishes
from verify.producer.symbolic.coordinates import COORDINATES, PROJECTION, c, density, h, plane, x_1, x_2
from verify.producer.symbolic.derivation import (
    DefiniteIntegral,
    Formula,
    Identity,
    Kernel,
    Section,
    Step,
    closed,
    definitions,
    z,
)
from verify.producer.symbolic.gram import p, q, s


@dataclass(frozen=True, kw_only=True)
class Mean(Step):
    """The expectation of `polynomial` in `variable`, a standard Gaussian independent of the others, is `value`.

    moments: the step that integrates the m-th power of a standard Gaussian, for m = 0, 1, ... up to the degree.
    """

    polynomial: Expr
    variable: Symbol
    value: Expr
    moments: tuple[DefiniteIntegral, ...]
    where: dict[Expr, Expr] = field(default_factory=dict)
    kind: ClassVar[str] = "mean"
    checked: ClassVar[str] = "each power of the variable becomes its moment, integrated before, and the sum the value"

    def failures(self) -> Iterator[str]:
        """A missing moment, or the difference."""
        polynomial = self.polynomial.xreplace(closed(self.where))
        if not polynomial.is_polynomial(self.variable):
            yield f"{polynomial} is not a polynomial in {self.variable}"
            return
        total = Integer(0)
        for (power,), coefficient in Poly(polynomial, self.variable).terms():
            if power >= len(self.moments) or not _is_moment(self.moments[power], power):
                yield f"no step integrates the moment {power}"
                return
            total += coefficient * self.moments[power].value
        if not vanishes(total - self.value):
            yield f"the expectation {total} is not {self.value}"

    def formulas(self) -> tuple[Formula, ...]:
        """The expectation and the definitions that it uses."""
        mean = Function(f"E_{self.variable.name[-1]}")(self.polynomial)
        return Formula((mean, self.value)), *definitions((mean,), self.where)


def by_moments(activation: str, sigma: Expr) -> Kernel:
    """The kernel of sigma, a polynomial in the symbol z."""
    f, m = Function("sigma"), Function("m")
    moments = tuple(_moment(power) for power in range(2 * Poly(sigma, z).degree() + 1))
    in_w, in_v = f(sqrt(p) * x_1), f(PROJECTION)
    sigma_w, sigma_v = sigma.subs(z, sqrt(p) * x_1), sigma.subs(z, PROJECTION)
    inner = Mean(
        title="The inner expectation",
        reason="`E_2` is the expectation in `x_2` for fixed `x_1`.",
        polynomial=in_v,
        variable=x_2,
        value=_collected(_mean(sigma_v, x_2), x_1),
        moments=moments,
        where={in_v: sigma_v},
    )
    outer = Mean(
        title="The outer expectation",
        reason="`E_1` is the expectation in `x_1`.",
        polynomial=in_w * m(x_1),
        variable=x_1,
        value=_collected(_mean(sigma_w * inner.value, x_1), c),
        moments=moments,
        where={in_w: sigma_w, m(x_1): inner.value},
    )
    value = _collected(outer.value.subs(COORDINATES), q)
    self_value = expand(_mean(sigma_w**2, x_1))
    kernel = Identity(
        title="The dual kernel",
        reason="The expectation in `p = |w|^2`, `q = w.v` and `s = |v|^2`.",
        lhs=outer.value,
        rhs=value,
        where=COORDINATES,
    )
    alone = Mean(
        title="The self term",
        reason="It needs `x_1` only.",
        polynomial=in_w**2,
        variable=x_1,
        value=self_value,
        moments=moments,
        where={in_w: sigma_w},
    )
    coincide = Identity(
        title="The kernel of two vectors that coincide",
        reason="The self term, computed on its own, is the kernel at `v = w`.",
        lhs=value,
        rhs=self_value,
        where={q: p, s: p},
    )
    sections = (
        plane(),
        Section("The moments of one Gaussian", moments),
        Section("The expectation", (inner, outer)),
        Section("In the Gram entries", (kernel,)),
        Section("The self term", (alone, coincide)),
    )
    return Kernel(activation, sigma, sections, value, self_value, {}, "for all w and v")


@cache
def _moment(power: int) -> DefiniteIntegral:
    """The step for E x^power, with the antiderivative that integration by parts gives."""
    x = symbols("x", real=True)
    polynomial, factors = Integer(0), Integer(1)
    for exponent in range(power - 1, -1, -2):
        polynomial += factors * x**exponent
        factors *= exponent
    return DefiniteIntegral(
        title=f"Moment {power}",
        reason=f"By parts: {power - 1} times the moment {power - 2}." if power > 1 else "It needs no other.",
        integrand=x**power * density(x),
        variable=x,
        lower=-oo,
        upper=oo,
        antiderivative=factors * erf(x / sqrt(2)) / 2 - polynomial * density(x),
        value=_moment_value(power),
    )


def _is_moment(step: DefiniteIntegral, power: int) -> bool:
    whole_line = (step.lower, step.upper) == (-oo, oo)
    return whole_line and vanishes(step.integrand - step.variable**power * density(step.variable))


def _mean(polynomial: Expr, variable: Symbol) -> Expr:
    terms = Poly(polynomial, variable).terms()
    return sum((coefficient * _moment_value(power) for (power,), coefficient in terms), Integer(0))


def _moment_value(power: int) -> Integer:
    return factorial2(power - 1) if power % 2 == 0 else Integer(0)


def _collected(polynomial: Expr, variable: Symbol) -> Expr:
    """The polynomial by powers of the variable; h occurs in even powers, as the odd moments vanish."""
    square = symbols("square")
    return collect(expand(polynomial.subs(h, sqrt(square))), variable, factor).subs(square, h**2)
