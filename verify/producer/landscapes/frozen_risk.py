"""The risk of a frozen network in float64: units on kinks are linear, with slopes of their own (docs/BASIN.md).

So are the losses of residuals that are 0, where the loss has a kink there: they come after the last layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Place
from verify.producer.landscapes.forward import Step
from verify.producer.landscapes.layer_activations import derivatives
from verify.producer.landscapes.sample_losses import on_lines, residual_slopes
from verify.producer.landscapes.trained_derivatives import TrainedDerivatives

Array = NDArray[np.float64]

Slope = TypeVar("Slope")


class Frozen(NamedTuple):
    """The frozen network at a point."""

    value: float
    """The risk of the network itself."""
    gradient: Array
    """(trained,), of F_a."""
    hessian: Array
    """(trained, trained), of F_a."""
    before: list[Array]
    """For each layer z, (samples, width); at the end the residuals."""
    of_outputs: list[Array]
    """For each layer the derivative of F_a in its outputs, (samples, width); at the end in the losses of outputs."""
    rises: Array
    """(kinks,): the derivative of F_a in the outputs of the kinked units, of all that are given the same."""
    units: Array
    """(kinks, trained): the gradients of z at the kinks."""


class FrozenRisk(EmpiricalRisk):
    """F_a: every unit with a kink is linear, on the side where it is, or with a slope given.

    A slope is given to all pairs that are given the same function (`EmpiricalRisk.same`).
    """

    def __init__(self, risk: EmpiricalRisk, slopes: Mapping[Place, float]) -> None:
        vars(self).update(vars(risk))  # nothing in it changes, and it is made at each step of a search
        self._risk = risk
        self._slopes = spread(risk, slopes)

    def _derivatives(self, depth: int, z: Array) -> tuple[Array, Array, Array]:
        activation = self.exact.network.layers[depth].activation
        if not self.has_kinks(depth):
            return derivatives(activation, z)
        low, high = map(float, activation.parameters)
        slope = np.where(z > 0, high, low)
        for (layer, sample, unit), chosen in self._slopes.items():
            if layer == depth:
                slope[sample, unit] = chosen
        return slope * z, slope, np.zeros_like(z)

    def _losses(self, outputs: Array) -> tuple[Array, Array, Array]:
        slopes = residual_slopes(self.exact)
        if slopes is None:
            return super()._losses(outputs)
        residuals = outputs - self._y
        chosen = np.where(residuals > 0, slopes[1], slopes[0])
        for (layer, sample, output), slope in self._slopes.items():
            if layer == len(self.exact.network.layers):
                chosen[sample, output] = slope
        return on_lines(residuals, chosen)

    def levels(self, theta: ArrayLike) -> list[Array]:
        """For each layer z, (samples, width); at the end the residuals."""
        steps, outputs = self._forward(np.asarray(theta, dtype=np.float64).ravel())
        return [*(step.before for step in steps), outputs - self._y]

    def at(self, theta: ArrayLike, kinks: Sequence[Place]) -> Frozen:
        """Everything at a point."""
        flat = np.asarray(theta, dtype=np.float64).ravel()
        steps, outputs = self._forward(flat)
        backward = self._backward(steps, outputs)
        gradient = np.zeros(len(self._constants))
        for step, (_, delta) in zip(steps, backward, strict=True):
            gradient[step.order()] = delta.T @ step.extended()
        known = self._in_trained(steps)
        of_outputs = [*(g for g, _ in backward), np.broadcast_to(self._factors[:, None], outputs.shape)]
        return Frozen(
            self._risk.value(flat),
            gradient @ self._map + self._rates * flat,
            self._hessian(steps, outputs, backward, known),
            [*(step.before for step in steps), outputs - self._y],
            of_outputs,
            np.array([sum(of_outputs[at][n, i] for at, n, i in self._risk.same[place]) for place in kinks]),
            self._units(steps, kinks, known),
        )

    def units(self, theta: ArrayLike, kinks: Sequence[Place]) -> Array:
        """(kinks, trained): the gradients of z, or of the residuals."""
        steps, _ = self._forward(np.asarray(theta, dtype=np.float64).ravel())
        return self._units(steps, kinks, self._in_trained(steps))

    def _units(self, steps: list[Step], kinks: Sequence[Place], known: TrainedDerivatives | None) -> Array:
        if known is not None:
            return known.of_units(kinks)
        units = np.zeros((len(kinks), len(self._constants)))
        for row, (layer, sample, unit) in enumerate(kinks):
            if layer == len(steps):
                through = np.eye(len(steps[-1].weights))[unit]
            else:
                here = steps[layer]
                units[row, here.order()[unit]] = here.extended()[sample]
                through = here.weights[unit]
            for step in reversed(steps[:layer]):
                delta = step.first[sample] * through
                units[row, step.order()] = np.outer(delta, step.extended()[sample])
                through = delta @ step.weights + (through if step.residual else 0.0)
        trained: Array = units @ self._map
        return trained


def spread(risk: EmpiricalRisk, slopes: Mapping[Place, Slope]) -> dict[Place, Slope]:
    """The slopes of all pairs that are given the same function as one of those with a slope."""
    return {other: slope for place, slope in slopes.items() for other in risk.same[place]}
