"""What a wide random layer does to a covariance: E sigma(u) sigma(v) and E sigma'(u) sigma'(v) for Gaussian u, v.

ReLU and erf by their closed forms (arc-cosine and arcsine kernels); tanh, sigmoid, softplus, arctan by Hermite series,
  E g(u) g(v) = sum_n a_n(s) a_n(t) rho^n,  u ~ N(0, s^2), v ~ N(0, t^2), correlation rho,  a_n(s) = E g(s z) h_n(z)
(Mehler). Each term is a positive semidefinite matrix D_n R^n D_n (powers entry by entry: Schur), so that a series cut
off is a lower bound in Loewner's order; and it grows with the covariance in that order. Proofs: docs/WIDE.md.

Covariances are lower triangles of balls. Variances are those of the samples, one alone where all are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol

from flint import arb, arb_poly

from verify.checker.core.balls import root
from verify.checker.core.clock import look
from verify.checker.losses.hermite import Expansion, Growth, expand
from verify.checker.losses.kernels import erf
from verify.checker.losses.layer_activations import derivatives, value
from verify.checker.losses.relu import area_and_obtuse
from verify.checker.statements.limiting_gram_matrix import CLOSED, SERIES
from verify.checker.statements.network import LayerActivation

Rows = list[list[arb]]


class Layer(NamedTuple):
    """E sigma(u_i), the variance of sigma(u_i), and the covariances of sigma(u_i) and sigma(u_j)."""

    means: list[arb]
    variances: list[arb]
    covariances: Rows


class LimitKernel(Protocol):
    """An activation, as far as Gram matrices know it."""

    def layer(self, covariance: Rows, variances: list[arb]) -> Layer:
        """Of sigma(u). Means and variances are enclosed; with a cut-off series the covariances are a lower bound."""

    def slopes(self, covariance: Rows, variances: list[arb]) -> Rows:
        """E sigma'(u_i) sigma'(u_j), or a lower bound likewise."""


def common(values: Sequence[arb], index: int) -> arb:
    """That of a sample, or of all."""
    return values[index] if len(values) > 1 else values[0]


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """kappa(p, q, s) = E sigma(u) sigma(v), its derivative in q, which is E sigma' sigma', and the two on p = q = s."""

    mean: Callable[[arb], arb]
    pair: Callable[[arb, arb, arb], tuple[arb, arb]]
    alone: Callable[[arb], tuple[arb, arb]]

    def layer(self, covariance: Rows, variances: list[arb]) -> Layer:
        """Enclosed from both sides."""
        means = [self.mean(p) for p in variances]
        own = [self.alone(p)[0] - mean * mean for p, mean in zip(variances, means, strict=True)]
        rows = self._rows(covariance, variances, 0)
        for i, row in enumerate(rows):
            for j in range(i + 1):
                row[j] -= common(means, i) * common(means, j)
        return Layer(means, own, rows)

    def slopes(self, covariance: Rows, variances: list[arb]) -> Rows:
        """Enclosed from both sides."""
        return self._rows(covariance, variances, 1)

    def _rows(self, covariance: Rows, variances: list[arb], which: int) -> Rows:
        found = []
        for i, row in enumerate(covariance):
            look()
            p = common(variances, i)
            new = [self.pair(p, q, common(variances, j))[which] for j, q in enumerate(row[:-1])]
            found.append([*new, self.alone(p)[which]])
        return found


def _relu_pair(p: arb, q: arb, s: arb) -> tuple[arb, arb]:
    area, obtuse = area_and_obtuse(p, q, s)
    turn = 2 * arb.pi()
    return (area + q * obtuse) / turn, obtuse / turn


def _erf_pair(p: arb, q: arb, s: arb) -> tuple[arb, arb]:
    jet = erf.pair(p, q, s)
    return jet.value, jet.q


CLOSED_FORMS = {
    "relu": ClosedForm(lambda p: (p / (2 * arb.pi())).sqrt(), _relu_pair, lambda p: (p / 2, arb(1) / 2)),
    "erf": ClosedForm(lambda p: arb(0), _erf_pair, lambda p: _erf_pair(p, p, p)),
}
GROWTH = {  # the strip, and a bound of |sigma'| there; sigma(0). docs/WIDE.md, "Strips"
    "tanh": (Fraction(3, 4), Fraction(2), Fraction(0)),
    "sigmoid": (Fraction(3, 2), Fraction(1, 2), Fraction(1, 2)),
    "softplus": (Fraction(3, 2), Fraction(1), Fraction(1)),
    "arctan": (Fraction(1, 2), Fraction(4, 3), Fraction(0)),
}


@dataclass(frozen=True, slots=True)
class HermiteSeries:
    """An activation by its first Hermite coefficients."""

    name: str
    terms: int
    enclosed: bool
    """Whether the rest of the series is added, in balls; else it is left out, and what is found is a lower bound."""

    def layer(self, covariance: Rows, variances: list[arb]) -> Layer:
        """The term n = 0 is the product of the means."""
        strip, slope, at_zero = GROWTH[self.name]
        sigma = LayerActivation(self.name)
        found = expand(lambda z: value(sigma, z), Growth(at_zero, slope, strip), _roots(variances), self.terms)
        means = [row[0] for row in found.coefficients]
        own = [(square - mean * mean).nonnegative_part() for square, mean in zip(found.squares, means, strict=True)]
        return Layer(means, own, self._sum(found, covariance, variances, 1))

    def slopes(self, covariance: Rows, variances: list[arb]) -> Rows:
        """sigma' is bounded in the strip."""
        strip, slope, _ = GROWTH[self.name]
        sigma = LayerActivation(self.name)
        growth = Growth(slope, Fraction(0), strip)
        found = expand(lambda z: derivatives(sigma, z).first, growth, _roots(variances), self.terms)
        return self._sum(found, covariance, variances, 0)

    def _sum(self, found: Expansion, covariance: Rows, variances: list[arb], first: int) -> Rows:
        """sum over first <= n < terms of a_n(s) a_n(t) (q / (s t))^n."""
        roots = _roots(variances)
        scaled = [_over_powers(row, scale, first) for row, scale in zip(found.coefficients, roots, strict=True)]
        rests = [
            root(square - sum((a * a for a in row), arb(0)))
            for row, square in zip(found.coefficients, found.squares, strict=True)
        ]
        alone = arb_poly([a * a for a in scaled[0]]) if len(scaled) == 1 else None
        sums = []
        for i, row in enumerate(covariance):
            look()
            new = []
            for j, q in enumerate(row):
                series = alone
                if series is None:
                    series = arb_poly([a * b for a, b in zip(scaled[i], scaled[j], strict=True)])
                entry = series(q)
                if self.enclosed:
                    size = common(roots, i) * common(roots, j)
                    cosine = (abs(q) / size).nonnegative_part().min(arb(1)) if size > 0 else arb(1)
                    rest = common(rests, i) * common(rests, j) * cosine**self.terms
                    entry += (-rest).union(rest)
                new.append(entry)
            sums.append(new)
        return sums


def _roots(variances: list[arb]) -> list[arb]:
    return [p.sqrt() for p in variances]


def _over_powers(coefficients: list[arb], scale: arb, first: int) -> list[arb]:
    """a_n / s^n, 0 before `first`; with s = 0, of a constant, 0 for n > 0, too."""
    if scale == 0:
        return [coefficients[0] if first == 0 else arb(0)] + [arb(0)] * (len(coefficients) - 1)
    power, found = arb(1), []
    for n, a in enumerate(coefficients):
        found.append(a / power if n >= first else arb(0))
        power *= scale
    return found


def limit_kernel(activation: str, terms: int, *, enclosed: bool) -> LimitKernel:
    """Of one of the activations of the format."""
    if activation in CLOSED:
        return CLOSED_FORMS[activation]
    if activation in SERIES:
        return HermiteSeries(activation, terms, enclosed)
    raise ValueError(f"no activation {activation!r}")


def normaliser(activation: str, terms: int) -> arb:
    """c = 1 / E sigma(z)^2 for z ~ N(0, 1)."""
    first = limit_kernel(activation, terms, enclosed=True).layer([], [arb(1)])
    return 1 / (first.variances[0] + first.means[0] * first.means[0])
