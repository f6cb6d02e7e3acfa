"""A rational risk along a half-line, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..outcomes import Clock, Open
from ..rational import exact_sum
from .risk import Layer, Risk

Powers = list[Fraction]


class Expansion:
    """A rational risk at point + t direction for all small t >= 0, modulo t^(order + 1): lists of coefficients.

    The sign of a pre-activation for small t > 0 is that of its first coefficient that is not 0; if all kept ones are 0
    it is O(t^(order + 1)), as is then the output.
    """

    def __init__(
        self, risk: Risk, point: list[Fraction], clock: Clock, direction: list[Fraction] | None = None, order: int = 0
    ) -> None:
        if not risk.rational:
            raise Open("the risk is not rational: squares, with piecewise linear or polynomial activations")
        self.risk, self.clock, self.order = risk, clock, order
        rest = [Fraction(0)] * (order - 1)
        self.point = [[x, *([u, *rest] if order else [])] for x, u in zip(point, direction or point, strict=True)]
        self.layers = risk.layered(self.point, self._constant)
        self.zs: list[list[list[Powers]]] = []  # pre-activations by sample, layer and unit
        self.residuals = [self._residual(x, y) for x, y in zip(risk.inputs, risk.targets, strict=True)]

    def _constant(self, x: Fraction) -> Powers:
        return [x] + [Fraction(0)] * self.order

    def dot(self, first: Sequence[Powers], second: Sequence[Powers]) -> Powers:
        """The sum of the products."""
        return [
            exact_sum((x[i] * y[k - i] for x, y in zip(first, second, strict=True) for i in range(k + 1)), self.clock)
            for k in range(self.order + 1)
        ]

    def _residual(self, x: list[Fraction], y: list[Fraction]) -> list[Powers]:
        """f - y."""
        one, a = self._constant(Fraction(1)), [self._constant(entry) for entry in x]
        self.zs.append([])
        for layer, (rows, biases) in zip(self.risk.layers, self.layers, strict=True):
            z = [self.dot([*row, *biases[i : i + 1]], [*a, one] if biases else a) for i, row in enumerate(rows)]
            self.zs[-1].append(z)
            outputs = [self._activate(layer, entry) for entry in z]
            a = (
                [self.dot([new, old], [one, one]) for new, old in zip(outputs, a, strict=True)]
                if layer.residual
                else outputs
            )
        return [[f[0] - target, *f[1:]] for f, target in zip(a, y, strict=True)]

    def _activate(self, layer: Layer, z: Powers) -> Powers:
        numbers = layer.activation.numbers
        if layer.activation.name == "lines":
            return [numbers[next((c for c in z if c), 0) > 0] * c for c in z]
        value = self._constant(Fraction(0))
        for c in reversed(numbers):
            value = self.dot([value, self._constant(c)], [z, self._constant(Fraction(1))])
        return value

    def loss(self) -> Powers:
        """F."""
        flat = [entry for residual in self.residuals for entry in residual]
        decays = [[decay / 2 * c for c in theta] for decay, theta in zip(self.risk.decays, self.point, strict=True)]
        return self.dot([[self.risk.factor * c for c in entry] for entry in flat] + decays, flat + self.point)

    def on_a_kink(self, sample: int) -> bool:
        """Some unit with two slopes has the pre-activation 0 at t = 0."""
        pairs = zip(self.risk.layers, self.zs[sample], strict=True)
        return any(layer.kink and z[0] == 0 for layer, zs in pairs for z in zs)
