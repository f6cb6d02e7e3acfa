"""The empirical risk along a half-line, exactly: F(theta + t u) for all small t >= 0, as a polynomial in t.

For networks whose activations are piecewise linear or polynomial, with a loss that is so too.
Everything is computed modulo t^(order + 1) in rational numbers. Where a pre-activation
z(t) = z_0 + z_1 t + ... meets the kink of a piecewise linear activation at t = 0, its sign for
small t > 0 is that of its first coefficient that is not 0, so that the piece is known; if all
coefficients up to `order` are 0, so are those of the activation's value; and so for the losses of residuals, of which
`huber` is the same to first order on both sides of its bends. With order 0 this is plain evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from verify.checker.core.clock import look
from verify.checker.core.exact import Matrix
from verify.checker.losses.mixed_series import Series, constant, plus, rational, scaled, side, times
from verify.checker.losses.mixed_series import total as mixed_total
from verify.checker.losses.network_series import NetworkSeries, line
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape


def is_exact(landscape: EmpiricalRiskLandscape) -> bool:
    """Whether the risk is evaluated here."""
    names = {layer.activation.name for layer in landscape.network.layers}
    return landscape.loss in ("squares", "absolute", "hinge", "huber") and names <= {"piecewise-linear", "polynomial"}


class ExactRisk(NetworkSeries):
    """The landscape at theta + t u for small t >= 0. Raises TooLarge where numbers grow out of bounds."""

    def __init__(
        self,
        landscape: EmpiricalRiskLandscape,
        point: Matrix,
        direction: Matrix | None = None,
        order: int = 0,
    ) -> None:
        """`point`, `direction`: (1, trained parameters)."""
        slopes = direction[0] if direction is not None else [Fraction(0)] * landscape.trained
        values = landscape.complete(point[0], Fraction)
        changes = landscape.complete(slopes, Fraction, shift=False)
        super().__init__(landscape, (line(pair, order) for pair in zip(values, changes, strict=True)), order)
        self._trained = [line(pair, order) for pair in zip(point[0], slopes, strict=True)]

    @cached_property
    def before_activation(self) -> list[list[list[list[Fraction]]]]:
        """z for each layer, sample and unit."""
        return [[[*map(rational, row)] for row in layer] for layer in self._forward[0]]

    @cached_property
    def outputs(self) -> list[list[list[Fraction]]]:
        """(samples, outputs)."""
        return [[*map(rational, row)] for row in self._forward[1]]

    def value(self) -> list[Fraction]:
        """F(theta + t u)."""
        landscape, terms = self._landscape, [constant(Fraction(0), self._length)]
        for outputs, target, factor in zip(self._forward[1], landscape.targets, landscape.factors, strict=True):
            look()
            for output, wanted in zip(outputs, target, strict=True):
                residual = plus(output, constant(-wanted, self._length))
                terms.append(scaled(factor, self._of_residual(residual, wanted)))
        for rate, theta in zip(landscape.decays(), self._trained, strict=True):
            if rate:
                terms.append(scaled(rate / 2, times(theta, theta)))
        return rational(plus(*terms))

    def _of_residual(self, residual: Series, target: Fraction) -> Series:
        """The loss of one output."""
        if self._landscape.loss == "squares":
            return times(residual, residual)
        sign = side(residual, "a residual")
        if (delta := self._landscape.delta) is None:
            return scaled((self._landscape.residual_slopes(target) or ())[sign > 0], residual)
        size = scaled(Fraction(sign), residual)
        if side(plus(size, constant(-delta, self._length)), "a residual") > 0:
            return scaled(delta, plus(size, constant(-delta / 2, self._length)))
        return scaled(Fraction(1, 2), times(residual, residual))


def total(terms: Iterable[Fraction]) -> Fraction:
    """The sum of many exact numbers. Raises TooLarge."""
    return rational([mixed_total([*terms])])[0]
