"""A critical point as a picture: the student as a heat map, its Hessian spectrum, and the loss along one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from verify.checker.public import at_least, at_most
from verify.checker.statements.critical_point import CriticalPoint, Minimum, Saddle
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.exact import from_exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 1200
"""Unknowns: of a larger Hessian no spectrum is drawn."""
STEPS = 161
BLUE, RED = "#3182ce", "#d64545"


def draw_point(statement: CriticalPoint, word: str) -> Figure:
    """The picture of a statement's point.

    Heat map, spectrum and section are float64 evaluations at the given point; the bound drawn in the spectrum is the
    statement's own, and `word` says what it is: "proved" or "claimed". Raises ValueError for another landscape.
    """
    landscape: Any
    exact = statement.landscape
    if not isinstance(statement, Minimum | Saddle):
        raise ValueError("only minima and saddles have a picture")
    point = np.array([[float(entry) for entry in row] for row in statement.center])
    if isinstance(exact, TeacherStudentLandscape):
        landscape = from_exact(exact)
    elif isinstance(exact, EmpiricalRiskLandscape):
        landscape, point = EmpiricalRisk.of(exact), point[0]
    else:
        raise ValueError("only critical points of teacher-student landscapes and of empirical risks have a picture")
    is_matrix, is_small = point.ndim == 2, point.size <= LARGEST
    panels = is_matrix + 2 * is_small
    if not panels:
        raise ValueError(f"a network of more than {LARGEST} parameters has no picture")
    figure = Figure(figsize=(4.4 * panels + 0.6, 3.9), layout="constrained")
    axes = list(np.ravel(figure.subplots(1, panels)))
    if is_matrix:
        _heat_map(figure, axes.pop(0), point)
    if is_small:
        with np.errstate(all="ignore"):
            values, vectors = np.linalg.eigh(landscape.hessian(point))
            _spectrum(axes.pop(0), statement, values, word)
            _section(axes.pop(0), landscape, point, vectors[:, 0].reshape(point.shape))
    low, high = at_least(statement.value[0], 6), at_most(statement.value[1], 6)
    figure.suptitle(f"{statement.property}; {word}: loss in [{low}, {high}]")
    return figure


def _heat_map(figure: Figure, axes: Any, student: NDArray[np.float64]) -> None:
    limit = np.abs(student).max()
    image = axes.imshow(student, cmap="RdBu_r", vmin=-limit, vmax=limit)
    axes.set(xlabel="input coordinate", ylabel="student neuron", title=f"the student, n = {len(student)}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    figure.colorbar(image, ax=axes, shrink=0.85)


def _spectrum(axes: Any, statement: Minimum | Saddle, values: NDArray[np.float64], word: str) -> None:
    axes.plot(np.arange(1, len(values) + 1), values, ".", color=BLUE)
    if isinstance(statement, Minimum):
        bound = statement.hessian_lower_bound
        meaning = f"{word}: all eigenvalues >= {at_least(bound, 4)}"
    else:
        bound = statement.negative_curvature
        meaning = f"{word}: an eigenvalue <= {at_most(bound, 4)}"
    axes.axhline(float(bound), color=RED, lw=1, label=meaning)
    axes.set(xlabel="index", ylabel="eigenvalue of the Hessian", title="its Hessian spectrum")
    axes.set_yscale("log" if values[0] > 0 else "symlog")
    axes.legend(loc="upper left", frameon=False, fontsize="small")


def _section(axes: Any, landscape: Any, point: NDArray[np.float64], direction: NDArray[np.float64]) -> None:
    reach = 0.5 * max(1.0, float(np.abs(point).max()))
    steps = np.linspace(-reach, reach, STEPS)
    losses = [float(landscape.value(point + step * direction)) for step in steps]
    axes.plot(steps, losses, color=BLUE, lw=1.2)
    axes.plot([0], [float(landscape.value(point))], "o", ms=4, color=RED)
    axes.set(xlabel="step along the eigenvector of the smallest eigenvalue", ylabel="loss", title="a section")
