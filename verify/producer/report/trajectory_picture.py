"""A run of gradient descent as a picture: the loss against the steps, and the bounds of the statement."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.producer.landscapes.empirical_risk import EmpiricalRisk

MOST_STEPS, MOST_WORK = 50_000, 200_000_000
"""Steps, and steps times unknowns (and samples): a longer run is not drawn."""
BEYOND = 1.3
"""How far behind the last step the bound of a run that converges is drawn."""
BLUE, RED = "#3182ce", "#d64545"

Array = NDArray[np.float64]


def draw_run(statement: Reaches, word: str) -> Figure:
    """The picture of a run; `word` says what the statement's bounds are: "proved" or "claimed".

    The losses are computed in float64, and prove nothing. Raises ValueError for what is not drawn.
    """
    losses = _losses(statement)
    low, high = map(float, statement.value)
    figure = Figure(figsize=(7.6, 3.9), layout="constrained")
    axis = figure.subplots()
    steps = np.arange(len(losses))
    drawn = losses > 0  # a loss of 0 has no place on this axis
    marker = "o" if len(losses) < 40 else None
    axis.plot(steps[drawn], losses[drawn], color=BLUE, lw=1.4, marker=marker, ms=3, label="the loss, in float64")
    if high > 0:
        floor = low if low > 0 else float(losses[drawn].min(initial=high)) / 10
        axis.plot([statement.steps] * 2, [floor, high], color=RED, lw=4, alpha=0.5, label=f"{word} after the last step")
        if isinstance(statement, Converges) and statement.rate:
            more = np.arange(int(BEYOND * statement.steps) + 2 - statement.steps)
            axis.plot(
                statement.steps + more,
                high * float(statement.rate) ** more,
                color=RED,
                ls="--",
                label=f"{word} afterwards",
            )
    if drawn.any():
        axis.set_yscale("log")
    axis.set(xlabel="steps", ylabel="loss")
    axis.grid(alpha=0.3)
    axis.legend()
    figure.suptitle(f"{statement.property}; {word}: {statement.claim()}", fontsize=9, wrap=True)
    return figure


def _losses(statement: Reaches) -> Array:
    """After 0, 1, ..., T steps. Raises ValueError for what is not drawn."""
    landscape = statement.landscape
    if isinstance(landscape, DeepLinearNetwork):
        size, of = sum(rows * columns for rows, columns in landscape.shapes), _linear(landscape)
    elif isinstance(landscape, EmpiricalRiskLandscape):
        risk = EmpiricalRisk.of(landscape)
        size, of = risk.trained * len(landscape.inputs), lambda parts: (risk.value(parts[0]), [risk.gradient(parts[0])])
    else:
        raise ValueError("only runs on deep linear networks and on empirical risks have a picture")
    if statement.steps > MOST_STEPS or statement.steps * size > MOST_WORK:
        raise ValueError(f"a run of {statement.steps} steps of this size has no picture")
    rows = statement.start if isinstance(landscape, DeepLinearNetwork) else [statement.start]
    here = [_matrix(part) for part in rows]
    eta, beta, before = float(statement.step), float(statement.momentum), here
    losses = []
    with np.errstate(all="ignore"):
        for _ in range(statement.steps + 1):
            loss, slopes = of(here)
            losses.append(loss)
            moved = [
                part - eta * slope + beta * (part - last)
                for part, slope, last in zip(here, slopes, before, strict=True)
            ]
            before, here = here, moved
    return np.array(losses)


def _linear(landscape: DeepLinearNetwork) -> Callable[[list[Array]], tuple[float, list[Array]]]:
    """Loss and gradient as functions of the layers."""
    X = np.eye(landscape.widths[0]) if landscape.inputs is None else _matrix(landscape.inputs).T
    Y = _matrix(landscape.target) if landscape.targets is None else _matrix(landscape.targets).T

    def of(layers: list[Array]) -> tuple[float, list[Array]]:
        inner = [X]  # W_j ... W_1 X
        for layer in layers:
            inner.append(layer @ inner[-1])
        back = inner[-1] - Y
        loss, slopes = float((back**2).sum()) / 2, []
        for layer, given in zip(reversed(layers), reversed(inner[:-1]), strict=True):
            slopes.append(back @ given.T)
            back = layer.T @ back
        return loss, slopes[::-1]

    return of


def _matrix(rows: object) -> Array:
    return np.array(rows, dtype=np.float64)
