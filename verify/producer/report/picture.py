"""A critical point as a picture: the student as a heat map beside its Hessian spectrum."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from verify.checker.public import at_least, at_most
from verify.checker.statements.critical_point import CriticalPoint, Minimum, Saddle
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.producer.files import write_whole
from verify.producer.landscapes.exact import from_exact


def draw(statement: CriticalPoint, target: Path) -> None:
    """Write the picture of a statement's point to `target` (.png, .svg or .pdf).

    The heat map and the spectrum are float64 evaluations at the given point; the bound
    drawn in the spectrum is the statement's own. Raises ValueError for another landscape.
    """
    if not isinstance(statement.landscape, TeacherStudentLandscape):
        raise ValueError("only critical points of teacher-student landscapes have a picture")
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    student = np.array([[float(entry) for entry in row] for row in statement.center])
    landscape = from_exact(statement.landscape)
    spectrum = np.linalg.eigvalsh(landscape.hessian(student))

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
    limit = np.abs(student).max()
    image = left.imshow(student, cmap="RdBu_r", vmin=-limit, vmax=limit)
    left.set(xlabel="input coordinate", ylabel="student neuron", title=f"the student, n = {len(student)}")
    figure.colorbar(image, ax=left, shrink=0.85)

    right.plot(np.arange(1, len(spectrum) + 1), spectrum, ".", color="#1f4e79")
    if isinstance(statement, Minimum):
        bound, meaning = statement.hessian_lower_bound, "proved: all eigenvalues >= "
        right.axhline(float(bound), color="#b22222", lw=1, label=meaning + at_least(bound, 4))
    elif isinstance(statement, Saddle):
        bound, meaning = statement.negative_curvature, "proved: an eigenvalue <= "
        right.axhline(float(bound), color="#b22222", lw=1, label=meaning + at_most(bound, 4))
    right.set(xlabel="index", ylabel="eigenvalue of the Hessian", yscale="symlog", title="its Hessian spectrum")
    right.set_yscale("log" if spectrum[0] > 0 else "symlog")
    right.legend(loc="upper left", frameon=False)
    low, high = at_least(statement.value[0], 6), at_most(statement.value[1], 6)
    figure.suptitle(f"{statement.property}: loss in [{low}, {high}]")
    content = io.BytesIO()
    try:
        figure.savefig(content, format=target.suffix.removeprefix("."), dpi=130)
    finally:
        plt.close(figure)
    write_whole(target, content.getvalue())
