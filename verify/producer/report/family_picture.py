"""A statement about every k as a picture: what it encloses, against k."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

from verify.checker.statements.family import Family
from verify.producer.files import write_whole

BEYOND = 8
"""The last range, which has no end, is drawn up to this many times its beginning."""


def draw_family(statement: Family, target: Path) -> None:
    """Write the picture of a statement's bounds to `target` (.png, .svg or .pdf)."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    ranges = [(entry.first, (entry.last or BEYOND * entry.first) + 1) for entry in statement.bounds]
    loss = "k F" if statement.loss_power else "F"
    panels: list[tuple[str, list[tuple[Fraction, Fraction]]]] = [
        (f"{loss} at the minimum", [entry.loss for entry in statement.bounds]),
        ("smallest eigenvalue of the Hessian", [entry.eigenvalue for entry in statement.bounds]),
    ]
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
    for axis, (title, intervals) in zip(axes, panels, strict=True):
        for (first, last), (low, high) in zip(ranges, intervals, strict=True):
            axis.fill_between([first, last], float(low), float(high), color="#1f4e79", lw=1.2)
        axis.set(xscale="log", xlabel="k (the last range has no end)", title=title)
        axis.grid(alpha=0.3)
    figure.suptitle(f"proved for every k >= {statement.least}")
    content = io.BytesIO()
    try:
        figure.savefig(content, format=target.suffix.removeprefix("."), dpi=130)
    finally:
        plt.close(figure)
    write_whole(target, content.getvalue())
