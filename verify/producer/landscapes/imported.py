"""Empirical risks and points from the libraries that people train with. Each is optional.

What is imported is only what is understood, by lists of exact types; and the risk must have the library's own outputs
and loss, and the gradient of that loss, computed by the library, at the point given and at three random ones.
A mismatch is an error.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from verify.checker.public import NotACertificate
from verify.checker.statements.sample_loss import LOSSES
from verify.producer.landscapes.empirical_risk import FACTORS, EmpiricalRisk, Number, Rows, exact_number

Array = NDArray[np.float64]

TOLERANCE = 1e-9
"""Of the comparison of two float64 evaluations of one loss, relative to 1 + |loss|."""
GRADIENT_TOLERANCE = 1e-7
"""Of the comparison of their gradients, relative to 1 + |loss| + the largest entry."""
DIFFERENCE_TOLERANCE = 1e-5
"""Of the comparison of a derivative with differences of the library's loss, in the same unit."""
STEPS = (1e-5, 1e-6, 1e-7)
DIRECTIONS = 3
RANDOM_POINTS = 3


class Own(NamedTuple):
    """What the library computes at a point."""

    loss: float
    outputs: Array
    """(samples, outputs)"""
    gradient: Array | None = None
    """(trained,), of the loss; None where the library gives no derivatives."""


def counted(sample_weight: Array | None, samples: int) -> Fraction:
    """What a mean over samples divides by: the sum of their weights. Raises ValueError for weights that are none."""
    if sample_weight is None:
        return Fraction(samples)
    if sample_weight.shape != (samples,) or not (np.isfinite(sample_weight).all() and (sample_weight >= 0).all()):
        raise ValueError(f"sample_weight must have the shape ({samples},), and numbers that are not negative")
    if not sample_weight.any():
        raise ValueError("sample_weight is 0 for all samples")
    return sum(map(exact_number, sample_weight.tolist()), Fraction(0))


class Read(NamedTuple):
    """A trained model, read: its risk and its point."""

    inputs: Rows
    """(samples, inputs)"""
    targets: Rows
    """(samples, outputs)"""
    widths: list[int]
    activation: object
    biases: bool | list[bool]
    terms: dict[str, Any]
    """loss, scale, weight_decay and bias_decay of what was minimised, as EmpiricalRisk takes them."""
    values: Array
    """(parameters,), as they were found."""
    trained: NDArray[np.bool_]
    """(parameters,), which of them the library trained."""
    own: Callable[[Array], Own]
    """What the library computes, from the trained parameters."""
    finish: Callable[[Array], Array]
    """What the library makes of the network's outputs."""
    nearer: Callable[[Array], Array] = lambda theta: theta
    """A point near by where the library computes its loss without clipping."""
    stationary: float | None = None
    """Where the library says that it has converged: how large the gradient is at most, beside that at the weights 0."""


def imported(
    read: Read, fixed: Mapping[int, Number] | None, replaced: Mapping[str, Any]
) -> tuple[EmpiricalRisk, Array]:
    """The risk that was minimised, compared with the library; then with the terms that the caller replaced."""

    def risk(more: dict[int, Number], terms: Mapping[str, Any]) -> EmpiricalRisk:
        options = {"biases": read.biases, "fixed": more, **read.terms, **terms}
        return built(read.inputs, read.targets, read.widths, read.activation, **options)

    minimised = risk(frozen(read.trained, read.values, None), {})
    points = [read.values[read.trained], *random_points(int(read.trained.sum()))]
    compare(minimised, [read.nearer(theta) for theta in points], read.own, read.finish)
    if read.stationary is not None:
        _refuse_other_fit(minimised, read.values[read.trained], read.stationary)
    terms = {name: value for name, value in replaced.items() if value is not None}
    everything = frozen(read.trained, read.values, fixed)
    kept = np.setdiff1d(np.arange(len(read.values)), list(everything))
    return (risk(everything, terms) if terms or fixed else minimised), read.values[kept]


def _refuse_other_fit(risk: EmpiricalRisk, point: Array, ratio: float) -> None:
    """Raise ValueError where the gradient is not small: of a fit to other data it is as large as anywhere."""
    found = float(np.abs(risk.gradient(point)).max())
    scale = float(np.abs(risk.gradient(0 * point)).max())
    if not found <= ratio * scale + TOLERANCE * (1 + abs(risk.value(0 * point))):
        raise ValueError(
            f"the gradient is {found:.2g} at the model's weights, and {scale:.2g} at 0: it was fitted to other data or "
            "parameters, or with other sample weights, or has not converged"
        )


def built(inputs: Rows, targets: Rows, widths: list[int], activation: object, **options: Any) -> EmpiricalRisk:
    """The risk. Raises ValueError for what a certificate cannot say of one."""
    try:
        return EmpiricalRisk(inputs, targets, widths, activation, **options)
    except NotACertificate as error:
        raise ValueError(str(error)) from None


def factor(scale: Number, samples: int) -> Fraction:
    """What `scale` of an EmpiricalRisk is as a number."""
    known = FACTORS.get(str(scale), scale)
    return Fraction(1, samples) if known is None else exact_number(known)


def frozen(trained: NDArray[np.bool_], values: Array, fixed: Mapping[int, Number] | None) -> dict[int, Number]:
    """The `fixed` of the risk: what the library does not train, and what the caller fixes.

    `trained`: (parameters,), booleans; `values`: (parameters,). Raises ValueError where the caller's value is not the
    imported one: the network would be another.
    """
    found: dict[int, Number] = {int(index): float(values[index]) for index in np.flatnonzero(~trained)}
    for index, value in (fixed or {}).items():
        if not isinstance(index, int | np.integer) or not 0 <= index < len(values):
            raise ValueError(f"fixed: there is no parameter {index!r} among {len(values)}")
        if exact_number(value) != Fraction(float(values[index])):
            raise ValueError(f"fixed: parameter {index} is {values[index]} where it was trained, not {value}")
        found[int(index)] = value
    if len(found) == len(values):
        raise ValueError("no parameter is trained")
    return found


def random_points(parameters: int) -> list[Array]:
    """Where, beside the point given, a risk is compared."""
    return list(np.random.default_rng(0).normal(scale=0.5, size=(RANDOM_POINTS, parameters)))


def compare(
    risk: EmpiricalRisk,
    points: list[Array],
    own: Callable[[Array], Own],
    finish: Callable[[Array], Array] = lambda outputs: outputs,
) -> None:
    """Raise ValueError unless the risk has the library's own loss, outputs and gradient at each point.

    `finish`: what the library's network does with the outputs of the risk's. The first point is the one given. It may
    lie on a kink, on either side of it by rounding: there, gradients are compared only where neither an activation nor
    the loss has kinks.
    """
    bends = risk.exact.loss not in LOSSES
    smooth = not bends and not any(layer.activation.has_kink for layer in risk.exact.network.layers)
    for number, theta in enumerate(points):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value, outputs, wanted = risk.value(theta), finish(risk.outputs(theta)), own(theta)
            _compare_values(value, wanted.loss, outputs, wanted.outputs)
            if smooth or number > 0:
                _compare_gradients(risk.gradient(theta)[0], theta, wanted, own)


def _compare_values(value: float, loss: float, outputs: Array, wanted: Array) -> None:
    if not agrees(value, loss):
        raise ValueError(f"the library's own loss is {loss} where the risk is {value}: this is not understood")
    if not close(outputs, wanted, TOLERANCE):
        raise ValueError("the library's own outputs are others than the network's: this is not understood")


def _compare_gradients(gradient: Array, theta: Array, wanted: Own, own: Callable[[Array], Own]) -> None:
    """With the library's gradient; or else with differences of its loss along random directions."""
    size = 1 + abs(wanted.loss) + float(np.abs(gradient).max(initial=0.0))
    if wanted.gradient is not None:
        right = close(gradient, wanted.gradient, GRADIENT_TOLERANCE * size)
    else:
        directions = np.random.default_rng(1).normal(size=(DIRECTIONS, len(theta))) / np.sqrt(len(theta))
        right = all(
            # A step may cross a kink: another one is shorter.
            any(
                abs((own(theta + step * u).loss - own(theta - step * u).loss) / (2 * step) - gradient @ u)
                <= DIFFERENCE_TOLERANCE * size
                for step in STEPS
            )
            for u in directions
        )
    if not right:
        raise ValueError("the gradient of the library's own loss is another than the risk's: this is not understood")


def close(found: Array, wanted: Array, tolerance: float) -> bool:
    """Whether two float64 evaluations may be of one array; no if they differ in shape, or one has a NaN."""
    bound = tolerance * (1 + np.abs(wanted).max(initial=0.0))
    return found.shape == wanted.shape and bool((np.abs(found - wanted) <= bound).all())


def agrees(value: float, wanted: float) -> bool:
    """Whether two float64 evaluations may be of one loss; no if one is a NaN."""
    return abs(value - wanted) <= TOLERANCE * (1 + abs(wanted))


def flat(pairs: list[tuple[Array, Array]]) -> Array:
    """A point: layer by layer, W row by row, then b."""
    return np.concatenate([np.concatenate([weights.ravel(), bias]) for weights, bias in pairs])
