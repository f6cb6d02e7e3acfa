"""Exact witnesses on the boundary: where a side of a program has no interior, a center's rounding is not semidefinite.

An approximate matrix whose small eigenvalues are forced to be 0 has a kernel that often is rational. It is rounded, the
matrix is sought among those that vanish there, and it is moved onto the equations in exact arithmetic (Peyrl & Parrilo
2008 do so for sums of squares). All of this guesses; the checker decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from verify.checker.evaluators import rational
from verify.checker.public import Entries, Matrix
from verify.producer.prover.rounding import on_grid
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.rational import complement, solutions
from verify.producer.sdp.witness import to_fraction

SINGULAR = 1e-5
"""An eigenvalue below this, relative to the largest of all blocks, is taken for 0."""
BITS = 40
MOST_COEFFICIENTS = 20_000
"""Of the equations of Y: their solution takes seconds beyond."""
MOST_UNKNOWNS = 400
"""Of the exact equations: their solution takes the cube of this in rational numbers."""


def exact_dual(
    instance: Instance, near: Sequence[Array], costs: Sequence[Fraction], singular: float = SINGULAR
) -> list[Matrix] | None:
    """Y with <F_i, Y> = costs_i exactly, on the face that Y near it suggests; None if there is none.

    near: per block (n, n), or (n,) if diagonal. Returned as witnesses have it: lower triangles, or one row.
    singular: an eigenvalue below it, relative to the largest of all blocks, is taken for 0.
    """
    program = instance.program
    size = max(float(np.abs(block).max()) for block in near) or 1.0
    frames = [_frame(instance, number, block, size, singular) for number, block in enumerate(near)]
    places = [
        (number, a, b)
        for number, (kind, frame) in enumerate(zip(program.blocks, frames, strict=True))
        for a in range(frame.ncols())
        for b in (range(a, a + 1) if kind.diagonal else range(a + 1))
    ]
    if not 0 < len(places) <= min(MOST_UNKNOWNS, MOST_COEFFICIENTS // program.variables):
        return None
    reduced = [
        {
            number: frames[number].transpose() * _whole(entries, program.blocks[number].order) * frames[number]
            for number, entries in matrix.items()
        }
        for matrix in program.matrices[1:]
    ]
    rows = [[form[n][a, b] * (1 if a == b else 2) if n in form else fmpq(0) for n, a, b in places] for form in reduced]
    guess = [_in_frame(block, frame) for block, frame in zip(near, frames, strict=True)]
    found = nearest(rows, [rational(cost) for cost in costs], [float(guess[n][a, b]) for n, a, b in places])
    if found is None:
        return None
    inside = [fmpq_mat(frame.ncols(), frame.ncols()) for frame in frames]
    for (number, a, b), entry in zip(places, found, strict=True):
        inside[number][a, b] = inside[number][b, a] = entry
    result: list[Matrix] = []
    for kind, frame, block in zip(program.blocks, frames, inside, strict=True):
        whole = (frame * block * frame.transpose()).tolist() if frame.ncols() else _nothing(kind.order)
        if kind.diagonal:
            result.append((tuple(to_fraction(whole[i][i]) for i in range(kind.order)),))
        else:
            result.append(tuple(tuple(map(to_fraction, row[: i + 1])) for i, row in enumerate(whole)))
    return result


def exact_point(instance: Instance, near: Array) -> list[Fraction] | None:
    """x near the given one at which X is exactly 0 in the zero blocks and on the kernel that it has there, nearly."""
    program = instance.program
    blocks = instance.slack(near)
    size = max((float(np.abs(b).max()) for n, b in enumerate(blocks) if n not in instance.zero_blocks), default=0.0)
    rows: list[list[fmpq]] = []
    wanted: list[fmpq] = []
    for number, block in enumerate(blocks):
        order = len(block)
        outside = _kernel(instance, number, block, size or 1.0)
        if not outside.ncols():
            continue
        images = [_whole(matrix.get(number, {}), order) * outside for matrix in program.matrices]
        for i in range(order):
            for j in range(outside.ncols()):
                rows.append([image[i, j] for image in images[1:]])
                wanted.append(images[0][i, j])
    if len(rows) > MOST_UNKNOWNS or len(near) > MOST_UNKNOWNS:
        return None
    found = nearest(rows, wanted, [float(entry) for entry in near])
    return None if found is None else [to_fraction(entry) for entry in found]


def nearest(rows: list[list[fmpq]], wanted: list[fmpq], near: list[float]) -> list[fmpq] | None:
    """The solution of rows . v = wanted nearest to a rounded vector."""
    if not all(map(np.isfinite, near)):
        return None
    rounded = [rational(on_grid(entry, BITS)) for entry in near]
    if not rows:
        return rounded
    matrix, column = fmpq_mat(rows), fmpq_mat([[entry] for entry in rounded])
    defect = fmpq_mat([[entry] for entry in wanted]) - matrix * column
    weights, _ = solutions(matrix * matrix.transpose(), defect.entries())
    if weights is None:
        return None
    found: list[fmpq] = (column + matrix.transpose() * fmpq_mat([[weight] for weight in weights])).entries()
    return found


def _frame(instance: Instance, number: int, block: Array, size: float, singular: float = SINGULAR) -> fmpq_mat:
    """Rational columns that span what the block does not vanish on; all of a zero block, whose Y is free."""
    order = len(block)
    if block.ndim == 1:
        kept = range(order) if number in instance.zero_blocks else np.flatnonzero(block > singular * size).tolist()
        return _columns(kept, order)
    values, vectors = np.linalg.eigh(block)
    kernel = vectors[:, values <= singular * size]
    if kernel.shape[1] in (0, order):
        return _columns(range(order) if not kernel.shape[1] else [], order)
    return complement(kernel)


def _kernel(instance: Instance, number: int, block: Array, size: float) -> fmpq_mat:
    """Rational columns on which the block nearly vanishes; all of a zero block."""
    frame = _frame(instance, number, block, size)
    if number in instance.zero_blocks:
        return frame
    if not frame.ncols():
        return _columns(range(len(block)), len(block))
    _, kernel = solutions(frame.transpose(), [fmpq(0)] * frame.ncols())
    return fmpq_mat(kernel).transpose() if kernel else fmpq_mat(len(block), 0)


def _columns(kept: Sequence[int], order: int) -> fmpq_mat:
    result = fmpq_mat(order, len(kept))
    for column, row in enumerate(kept):
        result[row, column] = fmpq(1)
    return result


def _in_frame(block: Array, frame: fmpq_mat) -> Array:
    """Q with V Q V^T near the block."""
    columns = np.array([[float(e.p) / float(e.q) for e in row] for row in frame.tolist()]).reshape(len(block), -1)
    inverse = np.linalg.pinv(columns)
    inside: Array = inverse @ (np.diag(block) if block.ndim == 1 else block) @ inverse.T
    return inside


def _whole(entries: Entries, order: int) -> fmpq_mat:
    result = fmpq_mat(order, order)
    for (i, j), value in entries.items():
        result[i, j] = result[j, i] = rational(value)
    return result


def _nothing(order: int) -> list[list[fmpq]]:
    return [[fmpq(0)] * order for _ in range(order)]
