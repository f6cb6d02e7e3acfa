"""Many symmetric points as a picture: a diagram of types, or a family's values, loss and blocks as functions of k."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from verify.checker.statements.symmetric import SymmetricPoint, SymmetricPoints
from verify.producer.symmetry.reduced import SymmetricStudent, spectrum

COLOURS = {"spurious-local-minimum": "#3182ce", "strict-local-minimum": "#2e8b57", "saddle": "#d9822b"}
LEGIBLE = 8
"""Curves that a legend can tell apart."""
NAMES = {
    "spurious-local-minimum": "minimum, not global",
    "strict-local-minimum": "strict local minimum",
    "saddle": "saddle",
}


def draw_points(statement: SymmetricPoints, word: str) -> Figure:
    """The picture of a statement's points; `word` says what its bounds are: "proved" or "claimed".

    Values, loss and bounds are the statement's own (the bars of the loss are its bounds);
    the blocks' eigenvalues are float64 evaluations at the given points.
    """
    sizes = [point.symmetry.columns for point in statement.points]
    family = len(set(sizes)) == len(sizes)
    figure = Figure(figsize=(13 if family else 10, 4.2), layout="constrained")
    axes = figure.subplots(1, 3 if family else 2)
    if family:
        _draw_values(axes[0], statement.points)
        _draw_blocks(axes[2], statement, word)
    else:
        _draw_types(axes[0], statement.points)
    _draw_loss(axes[1], statement.points)
    figure.suptitle(statement.scope)
    return figure


def _draw_types(axes: Any, points: tuple[SymmetricPoint, ...]) -> None:
    for name in NAMES:
        of_kind = [point.symmetry for point in points if point.property == name]
        if of_kind:
            columns, last = [s.columns for s in of_kind], [s.groups[-1] for s in of_kind]
            axes.plot(columns, last, "s", ms=2.2, color=COLOURS[name], label=NAMES[name])
    axes.set(xlabel="k", ylabel="size q of the last group", title="which types are minima")
    axes.legend(frameon=False, loc="upper left")


def _draw_loss(axes: Any, points: tuple[SymmetricPoint, ...]) -> None:
    for name in NAMES:
        of_kind = [point for point in points if point.property == name]
        if of_kind:
            k = [point.symmetry.columns for point in of_kind]
            ends = np.array([[float(bound) for bound in point.loss] for point in of_kind])
            middle = ends.mean(axis=1)
            bars = np.stack([middle - ends[:, 0], ends[:, 1] - middle])
            axes.errorbar(k, middle, bars, fmt=".", ms=4, color=COLOURS[name], label=NAMES[name])
    axes.set(xlabel="k", ylabel="loss", title="loss, within the claimed bounds")
    _log_if_wide(axes, [point.symmetry.columns for point in points])
    axes.legend(frameon=False)


def _draw_values(axes: Any, points: tuple[SymmetricPoint, ...]) -> None:
    ordered = sorted(points, key=lambda point: point.symmetry.columns)
    most = max(len(point.values) for point in ordered)
    k = [point.symmetry.columns for point in ordered]
    for index in range(most):
        values = [float(point.values[index]) if index < len(point.values) else np.nan for point in ordered]
        orbit = next(point.symmetry.orbits[index] for point in ordered if index < len(point.values))
        place = f"row {orbit.row}, group {orbit.column}{', diagonal' if orbit.diagonal else ''}"
        axes.plot(k, values, ".-", ms=3, lw=0.8, label=place)
    axes.set(xlabel="k", ylabel="value of the orbit", title="the student")
    _log_if_wide(axes, k)
    if most <= LEGIBLE:
        axes.legend(frameon=False, fontsize="small")


def _draw_blocks(axes: Any, statement: SymmetricPoints, word: str) -> None:
    ordered = sorted(statement.points, key=lambda point: point.symmetry.columns)
    least: dict[str, list[tuple[int, float]]] = {}
    for point in ordered:
        student = SymmetricStudent(point.symmetry, point.values, statement.activation)
        for name, eigenvalues in spectrum(student).items():
            least.setdefault(name, []).append((point.symmetry.columns, float(eigenvalues[0])))
    for name, series in least.items():
        axes.plot(*zip(*series, strict=True), lw=0.9, label=name)
    bounds = [(point.symmetry.columns, float(point.curvature)) for point in ordered if point.is_minimum]
    if bounds:
        axes.plot(*zip(*bounds, strict=True), "k--", lw=0.9, label=f"{word}: all are above")
    axes.axhline(0, color="grey", lw=0.6)
    axes.set(xlabel="k", ylabel="smallest eigenvalue", title="the blocks of the Hessian")
    _log_if_wide(axes, [point.symmetry.columns for point in ordered])
    axes.legend(frameon=False, fontsize="small")


def _log_if_wide(axes: Any, sizes: list[int]) -> None:
    if max(sizes) > 1000:
        axes.set_xscale("log")
