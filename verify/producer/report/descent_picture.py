"""Gradient descent as a picture: loss against step, in float64 and in balls, with what is proved of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from verify.checker.public import Open, at_least, at_most
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.linear_targets import DeepLinearNetworks, OneTarget
from verify.checker.statements.stays_above import StaysAbove
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.trajectory import enclosed_losses, identity_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLUE, RED, GREEN = "#3182ce", "#d64545", "#2f855a"
MOST = 15_000
"""Steps that are drawn."""
LONG = 3_000
"""Steps that are drawn of a run without an end."""
LEAST = 1e-32
"""Smaller losses are drawn here."""


@dataclass(frozen=True)
class _Run:
    """What is followed."""

    landscape: Any
    start: Any
    step: Fraction
    momentum: Fraction
    steps: int


def draw_descent(statement: Reaches | StaysAbove | ConvergesFromIdentity, word: str) -> Figure:
    """The picture of a statement about one run, or about one target from the identity.

    The blue line is NumPy's run in float64, the green band the run in balls, as far as it is enclosed; what a statement
    says is red, and `word` says what it is: "proved" or "claimed". Raises ValueError for a set of targets.
    """
    run = _run_of(statement)
    enclosed = _enclosed(run)
    figure = Figure(figsize=(7.2, 4.2), layout="constrained")
    axes = figure.subplots()
    with np.errstate(all="ignore"):
        floats = np.maximum(_in_floats(run), LEAST)
    axes.plot(floats, color=BLUE, lw=1.2, label="float64 (NumPy)")
    times = np.arange(len(enclosed))
    axes.fill_between(times, enclosed[:, 0], enclosed[:, 1], color=GREEN, alpha=0.35, lw=0)
    axes.plot(times, enclosed[:, 1], color=GREEN, lw=1.2, ls="--", label="exact arithmetic, enclosed in balls")
    _bounds(axes, statement, run, word)
    axes.set(xlabel="step", ylabel="loss", yscale="log", title=f"gradient descent with step {run.step}")
    axes.legend(loc="best", frameon=False, fontsize="small")
    figure.suptitle(f"{statement.property}; {word}")
    return figure


def _run_of(statement: Reaches | StaysAbove | ConvergesFromIdentity) -> _Run:
    """The run; of all methods and depths the one with the step 1/(25 L), or the largest, and the fewest layers."""
    if isinstance(statement, Reaches):
        if statement.steps > MOST:
            raise ValueError(f"a run of more than {MOST} steps has no picture")
        after = statement.steps // 4 + 10 if isinstance(statement, Converges) else 0
        steps = min(MOST, statement.steps + after)
        return _Run(statement.landscape, statement.start, statement.step, statement.momentum, steps)
    networks: DeepLinearNetworks = statement.landscape
    if not isinstance(networks.targets, OneTarget):
        raise ValueError("is about a set of targets; of one target there is a picture")
    if isinstance(statement, ConvergesFromIdentity) and statement.projected:
        raise ValueError("is about projected gradient descent, of which there is no picture")
    depth = networks.layers.at_least
    depth += networks.layers.parity is not None and depth % 2 != (networks.layers.parity == "odd")
    Phi = networks.targets.matrix
    landscape = DeepLinearNetwork((len(Phi),) * (depth + 1), Phi, None, None)
    if isinstance(statement, StaysAbove):
        step, steps = statement.method.step or Fraction(1, 25 * depth), LONG
    else:
        step = statement.step / depth
        steps = int(min(LONG, 40 / float(statement.rate * statement.step) + 10))
    return _Run(landscape, identity_start(landscape), step, Fraction(0), steps)


def _enclosed(run: _Run) -> NDArray[np.float64]:
    """The least and the largest loss at each step, as far as they are near. Raises ValueError for a loss with kinks."""
    try:
        found = enclosed_losses(run.landscape, run.start, run.step, run.momentum, run.steps)
    except Open as error:
        raise ValueError(f"has no picture: {error}") from None
    return np.maximum(np.array(found, dtype=np.float64).reshape(-1, 2), np.float64(LEAST))


def _bounds(axes: Any, statement: Reaches | StaysAbove | ConvergesFromIdentity, run: _Run, word: str) -> None:
    """What the statement says of the losses."""
    if isinstance(statement, StaysAbove):
        low = float(statement.loss)
        axes.axhline(low, color=RED, lw=1.2, label=f"{word}: never below {at_least(statement.loss, 7)}")
        return
    if isinstance(statement, ConvergesFromIdentity):
        times = np.arange(run.steps + 1)
        d = range(len(run.landscape.target))
        first = sum(float(run.landscape.target[i][j] - (i == j)) ** 2 for i in d for j in d) / 2
        shrink = 1 - float(statement.rate * statement.step)
        axes.plot(times, np.maximum(first * shrink ** (2.0 * times), LEAST), color=RED, lw=1.2, label=f"{word}: below")
        return
    low, high = (max(float(end), LEAST) for end in statement.value)
    told = f"{word}: in [{at_least(statement.value[0], 4)}, {at_most(statement.value[1], 4)}] at {statement.steps}"
    if statement.steps <= run.steps:
        axes.vlines(statement.steps, low, high, color=RED, lw=2.5, label=told)
        axes.plot([statement.steps], [high], "v", color=RED, ms=5)
    if isinstance(statement, Converges) and statement.steps < run.steps:
        times = np.arange(statement.steps, run.steps + 1)
        bound = high * float(statement.rate) ** (times - statement.steps)
        axes.plot(times, np.maximum(bound, LEAST), color=RED, lw=1.2, label=f"{word}: below, for ever")


def _in_floats(run: _Run) -> NDArray[np.float64]:
    """The losses of NumPy's run, until one is not finite."""
    eta, beta = float(run.step), float(run.momentum)
    losses = []
    if isinstance(run.landscape, DeepLinearNetwork):
        Phi = np.array(run.landscape.target, dtype=float)
        where = [np.array(rows, dtype=float) for rows in run.start]

        def value(layers: list[Any]) -> float:
            return float(((_product(layers) - Phi) ** 2).sum()) / 2

        def slopes(layers: list[Any]) -> list[Any]:
            E = _product(layers) - Phi
            return [
                _product(layers[j + 1 :], len(Phi)).T @ E @ _product(layers[:j], Phi.shape[1]).T
                for j in range(len(layers))
            ]
    else:
        risk = EmpiricalRisk.of(run.landscape)
        where = [np.array(run.start[0], dtype=float)]

        def value(layers: list[Any]) -> float:
            return float(risk.value(layers[0]))

        def slopes(layers: list[Any]) -> list[Any]:
            return [np.asarray(risk.gradient(layers[0])).reshape(-1)]

    before = where
    for t in range(run.steps + 1):
        losses.append(value(where))
        if t == run.steps or not np.isfinite(losses[-1]):
            break
        moved = [
            part - eta * slope + beta * (part - old)
            for part, slope, old in zip(where, slopes(where), before, strict=True)
        ]
        before, where = where, moved
    return np.array(losses)


def _product(layers: list[Any], order: int = 0) -> Any:
    """W_k ... W_1; of none of them the identity."""
    result = layers[0] if layers else np.eye(order)
    for layer in layers[1:]:
        result = layer @ result
    return result
