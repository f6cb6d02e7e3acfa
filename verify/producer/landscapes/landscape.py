"""What the search asks of a loss."""

from __future__ import annotations

from typing import Protocol

from verify.producer.landscapes.arrays import Array


class Landscape(Protocol):
    """A loss of points (..., n, d), whose leading axes are a batch, for arrays of any library.

    It is bounded below by 0; a loss whose smallest value is another subtracts it.
    """

    @property
    def length(self) -> float:
        """The unit of length: losses scale with its square, gradients with it."""

    @property
    def gain(self) -> float:
        """How much larger the curvature may be than that of the ReLU network's loss: steps are divided by it."""

    def value(self, W: Array) -> Array:
        """The loss, shape (...)."""

    def gradient(self, W: Array) -> Array:
        """The gradient, shape (..., n, d)."""

    def hessian(self, W: Array) -> Array:
        """The Hessian, shape (..., n*d, n*d), unknowns ordered row by row."""
