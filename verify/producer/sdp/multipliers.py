"""Multipliers of a CVXPY problem's own constraints, in float64: what its solvers give as dual values.

Of a cone it is Y of the lower bound's certificate. Y of the linear rows is about rows that are left of the given ones;
so the multipliers of those are the best that go with the cones' Y, by linear programming.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from scipy.optimize import linprog

from verify.producer.sdp.instance import Array


@dataclass(frozen=True, slots=True)
class Piece:
    """A constraint of the cone program: rows x + constants in its cone."""

    number: int
    """CVXPY's `id`, which the constraint that it comes from has too."""
    kind: str
    """Zero, NonNeg, PSD or SOC."""
    rows: Any
    """(size, m), sparse."""
    constants: Array
    first: int = 0
    """The first of its semidefinite blocks, counted from the first of all."""
    count: int = 0
    """Of its blocks."""
    by_rows: bool = False
    """Whether the x of a second-order cone are the rows of its matrix, which is listed by columns."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A constraint of the problem whose multipliers are asked for."""

    shape: tuple[int, ...]
    """Of the constraint; of a second-order cone, of its x."""
    by_rows: bool = False
    """As in `Piece`."""


def multipliers(
    pieces: Sequence[Piece], costs: Array, cones: Sequence[Array], asked: Mapping[int, Asked]
) -> dict[int, Array | list[Array]] | None:
    """By `id`: an array of the constraint's shape; of a second-order cone [t's, x's]. None where there are none.

    cones: Y of the semidefinite blocks. Signs are those of CVXPY.
    """
    rest = np.array(costs, dtype=float)
    found: dict[int, Array | list[Array]] = {}
    for piece in pieces:
        blocks = cones[piece.first : piece.first + piece.count]
        kept = asked.get(piece.number)
        if piece.kind == "PSD":
            rest -= piece.rows.T @ blocks[0].ravel()
            found[piece.number] = blocks[0]
        elif piece.kind == "SOC":
            t = np.array([np.trace(block) for block in blocks])
            x = np.array([2 * block[0, 1:] for block in blocks])
            rest -= piece.rows.T @ np.concatenate([t, (x.T if piece.by_rows else x).ravel()])
            if kept is not None:
                found[piece.number] = [t, np.reshape(x if kept.by_rows else x.T, kept.shape)]
    linear = [piece for piece in pieces if piece.kind in ("Zero", "NonNeg") and piece.rows.shape[0]]
    if linear:
        rows = scipy.sparse.vstack([piece.rows for piece in linear])
        constants = np.concatenate([piece.constants for piece in linear])
        free = [(None, None) if piece.kind == "Zero" else (0, None) for piece in linear for _ in piece.constants]
        solved = linprog(constants, A_eq=rows.T.toarray(), b_eq=rest, bounds=free, method="highs")
        if solved.x is None:
            return None
        at = 0
        for piece in linear:
            part = solved.x[at : at + len(piece.constants)] * (-1 if piece.kind == "Zero" else 1)
            at += len(part)
            if piece.number in asked:
                found[piece.number] = np.reshape(part, asked[piece.number].shape, order="F")
    return {number: value for number, value in found.items() if number in asked}
