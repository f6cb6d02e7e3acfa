"""A statement about every k as a picture: what it encloses, against k."""

from __future__ import annotations

from fractions import Fraction

from matplotlib.figure import Figure

from verify.checker.statements.family import Family

BEYOND = 8
"""The last range, which has no end, is drawn up to this many times its beginning."""


def draw_family(statement: Family, word: str) -> Figure:
    """The picture of a statement's bounds; `word` says what they are: "proved" or "claimed"."""
    ranges = [(entry.first, (entry.last or BEYOND * entry.first) + 1) for entry in statement.bounds]
    loss = "k F" if statement.loss_power else "F"
    panels: list[tuple[str, list[tuple[Fraction, Fraction]]]] = [
        (f"{loss} at the minimum", [entry.loss for entry in statement.bounds]),
        ("smallest eigenvalue of the Hessian", [entry.eigenvalue for entry in statement.bounds]),
    ]
    figure = Figure(figsize=(9.5, 3.6), layout="constrained")
    for axis, (title, intervals) in zip(figure.subplots(1, 2), panels, strict=True):
        for (first, last), (low, high) in zip(ranges, intervals, strict=True):
            axis.fill_between([first, last], float(low), float(high), color="#3182ce", lw=1.2)
        axis.set(xscale="log", xlabel="k (the last range has no end)", title=title)
        axis.grid(alpha=0.3)
    figure.suptitle(f"{word} for every k >= {statement.least}")
    return figure
