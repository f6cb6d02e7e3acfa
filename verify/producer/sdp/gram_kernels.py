"""Guesses of faces: rational frames orthogonal to what every Gram matrix of a polynomial vanishes on.

What a zero a of p tells is known to many digits: G z(a) = 0. What iterates of Newton's method tell, to a few. Either
way the frame is made of the integer vectors orthogonal to it: where the kernel is not rational, these span the smaller
face of the rational Gram matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat

from verify.checker.statements.polynomial import Exponents
from verify.producer.sdp.gram_face import Face
from verify.producer.sdp.instance import Array
from verify.producer.sdp.primal_dual import Progress
from verify.producer.sdp.rational import integer_relations, scaled_complement
from verify.producer.sdp.terms import Terms, evaluate, log2, sizes_at
from verify.producer.sdp.witness import to_fraction

JUMP = 20.0
"""Between two eigenvalues of Q of which the smaller one may be 0."""
TOLERANCES = (1e-10, 1e-7, 1e-4)
DIGITS = (4, 6, 8, 10, 12, 14)
"""Of a kernel's entries, that may be right."""
MOST_RELATIONS = 4
"""Of a kernel."""
MANY_DIGITS = (60, 25)
"""The same where they are a zero's."""
ZERO_BITS = 200
"""To which p must vanish at a zero."""


def frames_at_zeros(
    basis: Sequence[Exponents], zeros: Sequence[Sequence[Fraction]], face: Face
) -> Iterator[tuple[fmpq_mat, list[int]]]:
    """Frames orthogonal to z(a) for the zeros a: p(a) = z(a)^T G z(a) = 0 forces G z(a) = 0."""
    if not zeros:
        return
    columns = []
    for zero in zeros:
        column = [evaluate({exponents: Fraction(1)}, zero) for exponents in basis]
        unit = Fraction(2) ** -log2(max(map(abs, column)) or Fraction(1))
        columns.append([entry * unit for entry in column])
    rank = int(np.linalg.matrix_rank(np.array(columns, dtype=float), 1e-8))
    kernel = list(zip(*columns, strict=True))
    for digits in MANY_DIGITS:
        relations = integer_relations(kernel, rank, digits, face.lattice)
        if relations is not None and 0 < relations[1].ncols() < face.order:
            yield _normalised(relations[1])


def zeros_among(terms: Terms, near: Sequence[Sequence[Fraction]], powers: Sequence[int]) -> list[list[Fraction]]:
    """Of some points those at which p is 0 as far as their digits tell; in the scaled variables."""
    found = []
    for point in near:
        if abs(evaluate(terms, point)) <= sizes_at(terms, point) / 2**ZERO_BITS:
            found.append([entry / Fraction(2) ** k for entry, k in zip(point, powers, strict=True)])
    return found


def guessed_frames(kept: list[Progress], face: Face) -> Iterator[tuple[fmpq_mat, list[int]]]:
    """Frames of guessed faces: orthogonal to nearly common kernels of the iterates' Q, the clearest first."""
    kernels: list[tuple[float, Array]] = []
    for progress in kept:
        t = float(progress.at.w[0])
        Q, X = progress.at.Y[0][0], progress.at.X[0][0]
        for matrix, ascending in ((Q + t * np.eye(len(Q)), True), (X, False)):
            values, vectors = np.linalg.eigh(matrix)
            values = np.maximum(np.abs(values), 1e-300)
            for index in range(1, len(values)):
                jump = float(values[index] / values[index - 1])
                if jump > JUMP:
                    kernels.append((jump, vectors[:, :index] if ascending else vectors[:, index:]))
    kernels.sort(key=lambda each: -each[0])
    seen: set[int] = set()
    for _, kernel in kernels:
        if kernel.shape[1] not in seen:
            seen.add(kernel.shape[1])
            for columns in _orthogonal(kernel, face.lattice):
                if 0 < columns.ncols() < face.order:
                    yield _normalised(columns if face.frame is None else face.frame * columns)


def _normalised(columns: fmpq_mat) -> tuple[fmpq_mat, list[int]]:
    """Columns of length about 1, and the powers of 2 that they were divided by."""
    sizes = [sum((entry * entry for entry in column), fmpq(0)) for column in zip(*columns.tolist(), strict=True)]
    lattice = [log2(to_fraction(size)) // 2 for size in sizes]
    units = [fmpq(1, 2**k) if k >= 0 else fmpq(2**-k) for k in lattice]
    return fmpq_mat([[a * b for a, b in zip(row, units, strict=True)] for row in columns.tolist()]), lattice


def _orthogonal(kernel: Array, lattice: list[int]) -> Iterator[fmpq_mat]:
    """Rational columns that may span what is orthogonal to a kernel, or the part of it that is rational."""
    if kernel.shape[1] == len(kernel):
        return
    if not np.isfinite(kernel).all():
        return
    known = [lattice] if not any(lattice) else [lattice, [0] * len(lattice)]
    rows, rank = [[Fraction(entry) for entry in row] for row in kernel.tolist()], kernel.shape[1]
    found = [integer_relations(rows, rank, digits, each) for each in known for digits in DIGITS]
    relations = sorted((each for each in found if each is not None), key=lambda each: -each[0])
    yield from (columns for _, columns in relations[:MOST_RELATIONS])
    for tolerance in TOLERANCES:
        yield scaled_complement(kernel, tolerance, lattice)
