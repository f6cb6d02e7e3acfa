"""A cover as a picture: the pieces into which a box is cut, the test of each, and the zeros."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from verify.checker.public import Box
from verify.checker.statements.cover_witness import Cover, CoverWitness

MOST = 400_000
"""Pieces: a finer cover is not drawn."""
AS_SHAPES = 2000
"""Of more pieces an image is made, so that the page stays small."""
TESTS = ("sign", "mean-value", "newton", "own", "known")
"""By the number of a piece's test: docs/COVERS.md, "Rule `cover`"."""
COLOURS = ("#90cdf4", "#3182ce", "#2c5282", "#f6ad55", "#d64545")


def draw_cover(witness: CoverWitness, property_: str, word: str) -> Figure:
    """The first cover of at least two unknowns, or else the first; `word`: "proved" or "claimed".

    Of more than two unknowns the pieces are drawn that meet the plane through the middle of the others. Raises
    ValueError for a cover of too many pieces.
    """
    cover = next((each for each in witness.covers if len(each.box) > 1), witness.covers[0])
    if cover.tree.leaves > MOST:
        raise ValueError(f"a cover of {cover.tree.leaves} pieces is not drawn")
    pieces, words = _slice(cover)
    figure = Figure(figsize=(7.6, 4.6), layout="constrained")
    axis = figure.subplots()
    shapes = PolyCollection(
        pieces, facecolors=[COLOURS[number] for number in words], edgecolors="#000000", linewidths=0.15
    )
    shapes.set_rasterized(len(pieces) > AS_SHAPES)
    axis.add_collection(shapes)
    (left, right), (low, high) = _sides(cover.box)
    axis.set(xlim=(left, right), ylim=(low, high), xlabel="unknown 1")
    if len(cover.box) > 1:
        axis.set_ylabel("unknown 2")
    else:
        axis.set_yticks([])
    for number, zero in enumerate(cover.zeros):
        across = float(zero.center[0])
        up = float(zero.center[1]) if len(zero.center) > 1 else 0.5
        axis.plot(across, up, "x", color="#000000", ms=7)
        axis.annotate(f"zero {number}", (across, up), xytext=(4, 4), textcoords="offset points", fontsize=8)
    axis.legend(
        handles=[Patch(facecolor=COLOURS[each], label=TESTS[each]) for each in sorted({*words})],
        title="test",
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )
    others = ", ".join(
        f"unknown {number} = {float(_middle(side)):.3g}" for number, side in enumerate(cover.box[2:], start=3)
    )
    shown = f"{len(pieces)} of {cover.tree.leaves} pieces, at {others}" if others else f"{cover.tree.leaves} pieces"
    figure.suptitle(f"{property_}; {word}: a cover of {shown}", fontsize=10)
    return figure


def _slice(cover: Cover) -> tuple[list[np.ndarray], list[int]]:
    """The corners of the pieces that are drawn, (4, 2), and the number of each one's test."""
    middle = [_middle(side) for side in cover.box[2:]]
    shapes, words = [], []
    for piece, word in cover.tree.pieces(cover.box):
        if all(low <= where < high for (low, high), where in zip(piece[2:], middle, strict=True)):
            (left, right), (low, high) = _sides(piece)
            shapes.append(np.array([[left, low], [right, low], [right, high], [left, high]]))
            words.append(word)
    return shapes, words


def _sides(box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """The first two sides; of one unknown, a strip."""
    first, second = box[0], box[1] if len(box) > 1 else (Fraction(0), Fraction(1))
    return (float(first[0]), float(first[1])), (float(second[0]), float(second[1]))


def _middle(side: tuple[Fraction, Fraction]) -> Fraction:
    return (side[0] + side[1]) / 2
