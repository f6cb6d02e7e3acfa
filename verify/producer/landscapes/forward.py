"""What a network computes on all samples, layer by layer, in float64."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Step(NamedTuple):
    """One layer on all samples; M and so on as in docs/AUDIT.md."""

    weights: Array
    inputs: Array
    before: Array
    first: Array
    second: Array
    residual: bool
    start: int
    bias: bool

    def extended(self) -> Array:
        """What the layer is given, and 1 where it has biases: (samples, sources)."""
        return np.hstack([self.inputs, np.ones((len(self.inputs), 1))]) if self.bias else self.inputs

    def order(self) -> NDArray[np.intp]:
        """The numbers of the parameters (unit, source), the bias being the last source."""
        width, sources = self.weights.shape
        numbers = self.start + np.arange(width * sources).reshape(width, sources)
        if not self.bias:
            return numbers
        return np.hstack([numbers, self.start + width * sources + np.arange(width)[:, None]])

    def derivative(self) -> Array:
        """M: (samples, width, inputs)."""
        through = self.first[:, :, None] * self.weights
        return through + np.eye(self.weights.shape[0]) if self.residual else through
