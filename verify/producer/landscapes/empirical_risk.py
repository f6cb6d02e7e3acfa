"""The empirical risk of a fully connected network, in float64, beside its exact description.

These evaluators serve the search and the prover's first guesses. Nothing that they
return is believed: the checker has ball evaluators of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from verify.checker.evaluators import SameFunctions
from verify.checker.public import Field
from verify.checker.statements.empirical_risk import EMPIRICAL_RISK, EmpiricalRiskLandscape
from verify.formats.notebook import card
from verify.producer.landscapes import floats
from verify.producer.landscapes.exact_numbers import NUMBER as NUMBER
from verify.producer.landscapes.exact_numbers import Number as Number
from verify.producer.landscapes.exact_numbers import Rows as Rows
from verify.producer.landscapes.exact_numbers import exact_number as exact_number
from verify.producer.landscapes.exact_numbers import exact_rows as exact_rows
from verify.producer.landscapes.exact_numbers import listed
from verify.producer.landscapes.forward import Step
from verify.producer.landscapes.layer_activations import derivatives
from verify.producer.landscapes.sample_losses import sample_loss
from verify.producer.landscapes.trained_derivatives import TrainedDerivatives, layouts
from verify.producer.tables import number, write

Array = NDArray[np.float64]
Place = tuple[int, int, int]
"""Layer, sample, unit."""

FACTORS = {"half-sum": Fraction(1, 2), "sum": Fraction(1), "mean": None}
SELU = {
    "elu": [
        "10507009873554804934193349852946/10000000000000000000000000000000",
        "16732632423543772848170429916717/10000000000000000000000000000000",
    ]
}
"""Klambauer et al. 2017, with the digits that deep learning libraries take."""


class EmpiricalRisk:
    """F(theta) = factor sum_n w_n l(f_theta(x_n), y_n) + weight decay, over the trained parameters theta.

    `inputs`: (samples, inputs), `targets`: (samples, outputs) or (samples,), taken exactly;
    entries may be integers, floats, Fractions, or text such as "13/3" or "0.1".
    `widths`: of the hidden layers and the output. `activation`, `output`: see docs/AUDIT.md,
    such as "tanh", {"leaky-relu": "1/10"}; one activation for all hidden layers, or one each.
    `biases`: whether the layers have them. `residual`: whether each hidden layer that has as many outputs as inputs
    adds them to its outputs. Either may be a list with one answer for each layer.
    `loss`: "squares", "logistic", "cross-entropy", "absolute", "hinge" (targets 1 and -1), or "huber" with `delta`;
    `sample_weights`: w, (samples,), not negative; all 1 where none are given.
    `scale`: "half-sum", "sum" or "mean" over samples, or a positive number.
    `weight_decay`, `bias_decay`: the rates of |.|^2 / 2.
    `fixed`: parameters that are not trained, by number, and their values.
    `parameter_map`: how the network's parameters are made from the trained ones, as a certificate's `map` has it.

    A point is a vector or a (1, trained) matrix: layer by layer, W row by row, then b.
    """

    def __init__(
        self,
        inputs: Rows,
        targets: Rows,
        widths: Sequence[int],
        activation: object = "tanh",
        *,
        output: object = "identity",
        biases: bool | Sequence[bool] = True,
        residual: bool | Sequence[bool] = False,
        loss: str = "squares",
        scale: Number = "half-sum",
        weight_decay: Number = 0,
        bias_decay: Number = 0,
        fixed: Mapping[int, Number] | None = None,
        sample_weights: Sequence[Number] | NDArray[Any] | None = None,
        delta: Number | None = None,
        parameter_map: Mapping[str, object] | None = None,
    ) -> None:
        hidden = activation if isinstance(activation, list | tuple) else [activation] * (len(widths) - 1)
        if len(hidden) != len(widths) - 1:
            raise ValueError(f"{len(hidden)} activations do not fit {len(widths) - 1} hidden layers")
        x, y = exact_rows(inputs), exact_rows(targets)
        each_bias = [biases] * len(widths) if isinstance(biases, bool) else biases
        same = [width == before for before, width in zip([len(x[0]), *widths], widths, strict=False)]
        skips = [residual and each for each in [*same[:-1], False]] if isinstance(residual, bool) else residual
        document: dict[str, object] = {
            "kind": "empirical-risk",
            "layers": [
                {
                    "width": width,
                    "activation": SELU if name == "selu" else name,
                    "bias": bias,
                    "residual": skip,
                }
                for width, name, bias, skip in zip(widths, [*hidden, output], each_bias, skips, strict=True)
            ],
            "loss": {"kind": loss, "factor": text(FACTORS.get(str(scale), scale) or Fraction(1, len(x)))},
            "weight_decay": {"weights": text(weight_decay), "biases": text(bias_decay)},
            "inputs": [[text(entry) for entry in row] for row in x],
            "targets": [[text(entry) for entry in row] for row in y],
        }
        if delta is not None:
            document["loss"] = {**dict(document["loss"]), "delta": text(delta)}  # type: ignore[call-overload]
        if sample_weights is not None:
            document["sample_weights"] = [text(entry) for entry in listed(sample_weights)]
        if parameter_map is not None:
            document["map"] = {**parameter_map}
        if fixed:
            document["fixed"] = [[index, text(value)] for index, value in sorted(fixed.items())]
        self._set(EMPIRICAL_RISK.read(Field("landscape", document), {}), document)

    def _set(self, exact: EmpiricalRiskLandscape, document: Mapping[str, object]) -> None:
        self.exact, self.document = exact, document
        self._x, self._y = floats.matrix(exact.inputs), floats.matrix(exact.targets)
        self._factors = floats.vector(exact.factors)
        self._rates = floats.vector(exact.decays())
        made = exact.as_map()
        places = [term.parameter for term in made.entries], [term.trained for term in made.entries]
        coefficients = floats.vector([term.coefficient for term in made.entries])
        self._map = csr_array((coefficients, places), shape=(made.parameters, made.trained))
        self._constants = np.zeros(made.parameters)
        for index, value in made.constants:
            self._constants[index] = floats.nearest(value)
        self._layouts = None if exact.parameter_map is None else layouts(exact.network, self._map)

    @classmethod
    def read(cls, document: Mapping[str, object]) -> EmpiricalRisk:
        """The landscape that a certificate's `landscape` describes. Raises NotACertificate."""
        risk = cls.__new__(cls)
        risk._set(EMPIRICAL_RISK.read(Field("landscape", dict(document)), {}), document)
        return risk

    @classmethod
    def of(cls, exact: EmpiricalRiskLandscape) -> EmpiricalRisk:
        """The landscape of a statement."""
        risk = cls.__new__(cls)
        risk._set(exact, write(EMPIRICAL_RISK, exact))
        return risk

    @staticmethod
    def from_torch(module: Any, x: Any, y: Any, **options: Any) -> tuple[EmpiricalRisk, Array]:
        """The risk of an nn.Sequential, and its parameters: `verify.producer.landscapes.imported_torch.from_torch`."""
        from verify.producer.landscapes.imported_torch import from_torch  # which needs torch

        return from_torch(module, x, y, **options)

    @staticmethod
    def from_sklearn(model: Any, x: Any, y: Any, **options: Any) -> tuple[EmpiricalRisk, Array]:
        """The risk of a fitted model, and its weights: `verify.producer.landscapes.imported_sklearn.from_sklearn`."""
        from verify.producer.landscapes.imported_sklearn import from_sklearn

        return from_sklearn(model, x, y, **options)

    @staticmethod
    def from_onnx(model: Any, x: Any, y: Any, **options: Any) -> tuple[EmpiricalRisk, Array]:
        """The risk of a network of ONNX, and its parameters: `verify.producer.landscapes.imported_onnx.from_onnx`."""
        from verify.producer.landscapes.imported_onnx import from_onnx  # which needs onnx

        return from_onnx(model, x, y, **options)

    def _repr_html_(self) -> str:
        """For notebooks."""
        return card("Empirical risk", {"Scope": self.exact.scope(every_dimension=False), "Loss": self.exact.definition})

    @property
    def trained(self) -> int:
        """How many parameters are trained."""
        return self.exact.trained

    @cached_property
    def same(self) -> dict[Place, tuple[Place, ...]]:
        """For each pair at a kinked activation those that are given the same function, the first in order first.

        None of them where it is 0 at all parameters. Without a map pairs are not compared.
        """
        network, made = self.exact.network, self.exact.parameter_map
        functions = None if made is None else SameFunctions(self.exact, made)
        groups: dict[tuple[object, Any], list[Place]] = defaultdict(list)
        for depth, width in enumerate([*network.widths[1:], network.widths[-1]]):
            if not self.has_kinks(depth):
                continue
            of_loss = depth == len(network.layers)
            activation = None if of_loss else network.layers[depth].activation
            for sample, unit in product(range(len(self.exact.inputs)), range(width)):
                place = depth, sample, unit
                form = place if functions is None or of_loss else functions.given(*place)
                groups[activation if form else None, form].append(place)
        return {place: tuple(places) if form else () for (_, form), places in groups.items() for place in places}

    def _forward(self, theta: Array) -> tuple[list[Step], Array]:
        everything = self._map @ np.asarray(theta, dtype=np.float64).ravel() + self._constants
        steps: list[Step] = []
        rows, network = self._x, self.exact.network
        for layer, start in zip(network.layers, network.starts, strict=True):
            end = start + layer.width * layer.inputs
            weights = everything[start:end].reshape(layer.width, layer.inputs)
            z = rows @ weights.T + (everything[end : end + layer.width] if layer.bias else 0.0)
            value, first, second = self._derivatives(len(steps), z)
            steps.append(Step(weights, rows, z, first, second, layer.residual, start, layer.bias))
            rows = value + rows if layer.residual else value
        return steps, rows

    def _derivatives(self, depth: int, z: Array) -> tuple[Array, Array, Array]:
        """The activation of a layer and its derivatives, each of the shape of z: (samples, width)."""
        return derivatives(self.exact.network.layers[depth].activation, z)

    def _losses(self, outputs: Array) -> tuple[Array, Array, Array]:
        """Of each sample, its factor apart: the loss, its gradient and its Hessian in the outputs."""
        return sample_loss(self.exact, outputs, self._y)

    def has_kinks(self, depth: int) -> bool:
        """Whether the units of a layer have kinks between half-lines; after the last layer comes the loss."""
        if depth == len(self.exact.network.layers):
            return self.exact.residual_slopes(Fraction(1)) is not None
        activation = self.exact.network.layers[depth].activation
        return activation.is_piecewise_linear and activation.has_kink

    def bends(self) -> bool:
        """Whether an activation or the loss has kinks between half-lines."""
        return any(map(self.has_kinks, range(len(self.exact.network.layers) + 1)))

    def outputs(self, theta: ArrayLike) -> Array:
        """(samples, outputs)."""
        return self._forward(np.asarray(theta))[1]

    def output_slopes(self, theta: ArrayLike) -> Array:
        """The derivatives of the samples' losses, factors included, in the outputs: (samples, outputs)."""
        slopes: Array = self._factors[:, None] * self._losses(self.outputs(theta))[1]
        return slopes

    def jacobian(self, theta: ArrayLike) -> Array:
        """Of the outputs, ordered by sample and then by output: (samples x outputs, trained)."""
        steps, outputs = self._forward(np.asarray(theta, dtype=np.float64).ravel())
        samples, count = outputs.shape
        found = np.zeros((samples, count, len(self._constants)))
        g = np.broadcast_to(np.eye(count), (samples, count, count))
        for step in reversed(steps):
            delta = g * step.first[:, None, :]
            entries = delta[:, :, :, None] * step.extended()[:, None, None, :]
            found[:, :, step.order().ravel()] = entries.reshape(samples, count, -1)
            g = delta @ step.weights + (g if step.residual else 0.0)
        jacobian: Array = found.reshape(samples * count, -1) @ self._map
        return jacobian

    def value(self, theta: ArrayLike) -> float:
        """F."""
        flat = np.asarray(theta, dtype=np.float64).ravel()
        loss = self._losses(self._forward(flat)[1])[0]
        return float(self._factors @ loss + (self._rates * flat**2).sum() / 2)

    def gradient(self, theta: ArrayLike) -> Array:
        """(1, trained)."""
        flat = np.asarray(theta, dtype=np.float64).ravel()
        steps, outputs = self._forward(flat)
        found = np.zeros(len(self._constants))
        for step, (_, delta) in zip(steps, self._backward(steps, outputs), strict=True):
            found[step.order()] = delta.T @ step.extended()
        gradient: Array = (found @ self._map + self._rates * flat)[None]
        return gradient

    def _backward(self, steps: list[Step], outputs: Array) -> list[tuple[Array, Array]]:
        """g and delta of each layer, (samples, width)."""
        g = self._factors[:, None] * self._losses(outputs)[1]
        found = []
        for step in reversed(steps):
            delta = step.first * g
            found.append((g, delta))
            g = delta @ step.weights + (g if step.residual else 0.0)
        return found[::-1]

    def hessian(self, theta: ArrayLike) -> Array:
        """(trained, trained)."""
        steps, outputs = self._forward(np.asarray(theta, dtype=np.float64).ravel())
        return self._hessian(steps, outputs, self._backward(steps, outputs), self._in_trained(steps))

    def _in_trained(self, steps: list[Step]) -> TrainedDerivatives | None:
        """The derivatives of all units in the trained parameters, where there is a map; without one there are many."""
        return None if self._layouts is None else TrainedDerivatives(steps, self._layouts, self.trained)

    def _hessian(
        self, steps: list[Step], outputs: Array, backward: list[tuple[Array, Array]], known: TrainedDerivatives | None
    ) -> Array:
        curvature = self._factors[:, None, None] * self._losses(outputs)[2]
        if known is not None:
            return known.hessian(backward, curvature) + np.diag(self._rates)
        found = np.zeros((len(self._constants),) * 2)
        for upper in reversed(range(len(steps))):
            high, (g, delta) = steps[upper], backward[upper]
            bent, through = high.second * g, high.derivative()
            own = high.first[:, :, None] * curvature * high.first[:, None, :]
            own[:, np.arange(own.shape[1]), np.arange(own.shape[1])] += bent
            self._put(found, high, high, own, None, delta)
            # The derivative of delta in the layer's inputs, and of those inputs in each lower layer's z.
            slope = bent[:, :, None] * high.weights + high.first[:, :, None] * (curvature @ through)
            down = np.broadcast_to(np.eye(high.weights.shape[1]), (len(g), *[high.weights.shape[1]] * 2))
            for lower in reversed(range(upper)):
                low = steps[lower]
                reach = down * low.first[:, None, :]
                self._put(found, low, high, slope @ reach, reach, delta)
                down = down @ low.derivative()
            curvature = through.swapaxes(1, 2) @ curvature @ through + high.weights.T @ (
                bent[:, :, None] * high.weights
            )
        trained = np.array(self.exact.trained_indices())
        hessian: Array = found[np.ix_(trained, trained)] + np.diag(self._rates)
        return hessian

    @staticmethod
    def _put(found: Array, low: Step, high: Step, mixed: Array, reach: Array | None, delta: Array) -> None:
        """The second derivatives in (unit i, source j) of `low` and (unit p, source q) of `high`."""
        left, right = low.extended(), high.extended()
        samples, (width, sources) = len(left), high.weights.shape
        products = (left[:, :, None] * right[:, None, :]).reshape(samples, -1)
        block = mixed.reshape(samples, -1).T @ products
        block = block.reshape(width, -1, left.shape[1], right.shape[1]).transpose(1, 2, 0, 3)
        if reach is not None:
            products = (delta[:, :, None] * left[:, None, :]).reshape(samples, -1)
            through = reach.reshape(samples, -1).T @ products
            block = block.copy()
            block[..., :sources] += through.reshape(sources, -1, width, left.shape[1]).transpose(1, 3, 2, 0)
        rows, columns = low.order().ravel(), high.order().ravel()
        flat = block.reshape(len(rows), len(columns))
        found[np.ix_(rows, columns)] = flat
        found[np.ix_(columns, rows)] = flat.T


def text(value: object) -> str:
    """A number in the notation of certificates."""
    return number(exact_number(value))
