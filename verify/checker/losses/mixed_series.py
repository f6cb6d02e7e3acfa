"""Power series f_0 + f_1 t + ... + f_m t^m + O(t^(m + 1)) for small t > 0, with rational coefficients where possible.

A coefficient is a `Fraction`, or a ball where a transcendental function entered. What is exactly 0 stays exactly 0: the
product of a rational 0 with a ball is a rational 0, and a function that takes a rational value at a rational argument,
as tanh at 0, is evaluated in rational numbers. So what vanishes by the network's structure is known to vanish.

Theorem. Let z(t) = z_0 + z_1 t + ... + O(t^(m + 1)) and y = s(z).
  (1) If s is C^(m + 1) near z_0, y has such an expansion, and its coefficients are those of the formal composition.
      Where s satisfies a differential equation they follow from it one by one:
          exp: y' = z' y,   tanh: y' = z' (1 - y^2),   arctan: y' = z' / (1 + z^2),
          softplus: y' = z' sigmoid(z),   the normal distribution function: y' = z' phi(z),
      with sigmoid(z) = (1 + tanh(z / 2)) / 2.
  (2) If s is linear on each side of 0, s(0) = 0, the sign of z(t) for small t > 0 is that of its first coefficient that
      is not 0; and if z_0, ..., z_m are 0, y is O(t^(m + 1)) as well.
Proof. (1) Taylor's theorem, and comparison of coefficients. (2) z(t) = z_k t^k (1 + O(t)). QED
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.limits import EXACT_BITS
from verify.checker.core.outcome import Open
from verify.checker.statements.network import LayerActivation

Number: TypeAlias = Fraction | arb
Series = list[Number]
"""Coefficients of t^0, ..., t^m."""

ZERO = Fraction(0)


class TooLarge(Open):
    """A number has more than EXACT_BITS bits."""

    def __init__(self) -> None:
        super().__init__(f"an exact number has more than {EXACT_BITS} bits", Reason.TOO_LARGE)


def in_ball(number: Number) -> arb:
    """A ball that contains the number."""
    return ball(number) if isinstance(number, Fraction) else number


def is_zero(number: Number) -> bool:
    """True only if the number is 0."""
    return not number if isinstance(number, Fraction) else bool(number.is_zero())


def product(x: Number, y: Number) -> Number:
    """x y; exactly where both are rational, or one is a rational 0."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return x * y
    return ZERO if any(isinstance(factor, Fraction) and not factor for factor in (x, y)) else in_ball(x) * in_ball(y)


def total(terms: Sequence[Number]) -> Number:
    """The sum; exactly where all terms are rational."""
    exact, rest = ZERO, arb(0)
    is_exact = True
    for term in terms:
        look()
        if isinstance(term, Fraction):
            exact = exact + term if exact else term
            _checked(exact)
        else:
            rest, is_exact = rest + term, False
    return _checked(exact if is_exact else ball(exact) + rest)


def _checked(number: Number) -> Number:
    """Raises Open where a number is too large to go on with, or not enclosed."""
    if isinstance(number, Fraction):
        if number.numerator.bit_length() + number.denominator.bit_length() > EXACT_BITS:
            raise TooLarge
    elif not number.is_finite():
        raise Open("a coefficient of the loss along the curve was not enclosed")
    return number


def plus(*series: Series) -> Series:
    """The sum."""
    return [total(terms) for terms in zip(*series, strict=True)]


def times(x: Series, y: Series) -> Series:
    """The product, to the order of both."""
    return inner([(x, y)], len(x))


def inner(pairs: Iterable[tuple[Series, Series]], length: int) -> Series:
    """The sum of products, to the order of all."""
    sums: list[list[Number]] = [[] for _ in range(length)]
    for x, y in pairs:
        others = [(j, b) for j, b in enumerate(y) if not isinstance(b, Fraction) or b]
        for i, a in enumerate(x):
            if isinstance(a, Fraction) and not a:
                continue
            for j, b in others:
                if i + j < length:
                    sums[i + j].append(product(a, b))
    return [total(terms) for terms in sums]


def scaled(factor: Number, x: Series) -> Series:
    """A multiple."""
    return [_checked(product(factor, entry)) for entry in x]


def constant(number: Number, length: int) -> Series:
    """The constant function."""
    return [number, *[ZERO] * (length - 1)]


def rational(x: Series) -> list[Fraction]:
    """The same, where all coefficients are rational. Raises TypeError where one is not."""
    found = [entry for entry in x if isinstance(entry, Fraction)]
    if len(found) < len(x):
        raise TypeError("a coefficient is not rational")
    return found


def inverse(x: Series) -> Series:
    """1 / x, where x_0 is not 0."""
    first = 1 / x[0]
    found: Series = [_checked(first)]
    for k in range(1, len(x)):
        found.append(_checked(product(-first, total([product(x[i], found[k - i]) for i in range(1, k + 1)]))))
    return found


def integral(start: Number, slope: Callable[[Series], Series], z: Series) -> Series:
    """The y with y' = z' slope(y) and the given value at 0: `slope` of the first k coefficients gives as many."""
    found: Series = [_checked(start)]
    for k in range(1, len(z)):
        rate = slope(found)
        found.append(
            _checked(product(Fraction(1, k), total([product(j * z[j], rate[k - j]) for j in range(1, k + 1)])))
        )
    return found


def along(start: Number, rate: Series, z: Series) -> Series:
    """The y with y' = z' rate and the given value at 0."""
    return integral(start, lambda _: rate, z)


def _at(z0: Number, value: Number, otherwise: Callable[[arb], arb]) -> Number:
    """The rational value at a rational 0, else a ball."""
    return value if isinstance(z0, Fraction) and not z0 else otherwise(in_ball(z0))


def exponential(z: Series) -> Series:
    """exp(z)."""
    return integral(_at(z[0], Fraction(1), lambda x: x.exp()), lambda y: y, z)


def _tanh(z: Series) -> Series:
    def slope(y: Series) -> Series:
        squares = times(y, y)
        return [1 - squares[0], *(-entry for entry in squares[1:])]

    return integral(_at(z[0], ZERO, lambda x: x.tanh()), slope, z)


def sigmoid(z: Series) -> Series:
    """1 / (1 + exp(-z))."""
    half = scaled(Fraction(1, 2), _tanh(scaled(Fraction(1, 2), z)))
    return [total([Fraction(1, 2), half[0]]), *half[1:]]


def softplus(z: Series) -> Series:
    """log(1 + exp(z)); the constant term is a ball."""
    rate = sigmoid(z)
    x = in_ball(z[0])
    start = (-x).exp().log1p() + x if x > 0 else x.exp().log1p()
    return along(start, rate, z)


def _arctan(z: Series) -> Series:
    squares = times(z, z)
    rate = inverse([1 + squares[0], *squares[1:]])
    return along(_at(z[0], ZERO, lambda x: x.atan()), rate, z)


def _gelu(z: Series) -> Series:
    bell = scaled(1 / (2 * arb.pi()).sqrt(), exponential(scaled(Fraction(-1, 2), times(z, z))))
    start = _at(z[0], Fraction(1, 2), lambda x: (1 + (x / arb(2).sqrt()).erf()) / 2)
    return times(z, along(start, bell, z))


def _polynomial(coefficients: Sequence[Fraction], z: Series) -> Series:
    found = constant(ZERO, len(z))
    for coefficient in reversed(coefficients):  # Horner's rule
        found = plus(times(found, z), constant(coefficient, len(z)))
    return found


_SMOOTH = {"tanh": _tanh, "sigmoid": sigmoid, "arctan": _arctan, "softplus": softplus, "gelu": _gelu}


def side(z: Series, unit: str) -> int:
    """The sign of z(t) for small t > 0; 0 if all coefficients are 0. `unit`: what is said to be on its kink."""
    for entry in z:
        if not is_zero(entry):
            if entry > 0:
                return 1
            if entry < 0:
                return -1
            raise Open(f"{unit} may meet a kink, and on which side of it the curve goes was not proved", Reason.KINK)
    return 0


def activated(activation: LayerActivation, z: Series, unit: str) -> Series:
    """The activation of z. Raises Open where the side of a kink is not known."""
    if activation.name in _SMOOTH:
        return _SMOOTH[activation.name](z)
    if activation.name == "polynomial":
        return _polynomial(activation.parameters, z)
    if activation.name == "piecewise-linear":
        low, high = activation.parameters
        return scaled(high if low == high or side(z, unit) > 0 else low, z)
    scale, alpha = activation.parameters
    if side(z, unit) >= 0:
        return scaled(scale, z)
    grown = exponential(z)
    return scaled(scale * alpha, [total([grown[0], Fraction(-1)]), *grown[1:]])
