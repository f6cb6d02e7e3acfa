"""A lower bound where every Y is singular: Y = V Z V^T with a rational V, and Z in the interior of a smaller program.

The kernel that the iterates' Y have in common is where their spectrum jumps; V's columns are orthogonal to it, once its
reduced echelon form is rounded. That is a guess: with a wrong V the reduced equations are inconsistent, which is found
here by their rank modulo a prime, and by the checker exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from flint import fmpq_mat, nmod_mat

from verify.checker.evaluators import rational, reduced, without_empty
from verify.checker.public import Matrix, Open, Refuted, SemidefiniteProgram
from verify.producer.sdp.certified import Bounds, Framed
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.interior import bound_below_by_iterates
from verify.producer.sdp.primal_dual import Progress
from verify.producer.sdp.rational import complement
from verify.producer.sdp.witness import to_fraction

JUMP = 100.0
"""Between two eigenvalues of Y, of which the smaller one may belong to the kernel."""
TOLERANCES = (1e-6, 1e-3, 3e-2)
"""Of the kernel's entries, rounded to small denominators."""
MOST_GUESSES = 6
PRIME = 2**31 - 1

Frame = tuple[Matrix, ...]


def lower_by_a_frame(bounds: Bounds, kept: list[Progress]) -> bool:
    """Whether a frame gives a lower bound."""
    instance = bounds.instance
    program = FloatProgram.of(instance)
    tried: set[Frame] = set()
    for kernel, number in _kernels(program, kept):
        for tolerance in TOLERANCES:
            frame = _frame(instance, number, complement(kernel, tolerance))
            if frame in tried or len(tried) >= MOST_GUESSES:
                continue
            tried.add(frame)
            smaller = _smaller(instance.program, frame)
            if smaller is not None and bound_below_by_iterates(bounds, Framed(frame, smaller)):
                return True
    return False


def _kernels(program: FloatProgram, kept: list[Progress]) -> Iterator[tuple[Array, int]]:
    """Nearly common kernels of the Y, and the blocks that have them; the smallest first."""
    found: dict[tuple[int, int], tuple[float, Array, int]] = {}
    for progress in kept:
        for stack, Y in zip(program.stacks, progress.at.Y, strict=True):
            for number, block in zip(stack.numbers, Y, strict=True):
                values, vectors = np.linalg.eigh(block)
                values = np.maximum(values, 1e-300)
                for index in np.flatnonzero(values[1:] > JUMP * values[:-1]).tolist():
                    jump = float(values[index + 1] / values[index])
                    if jump > found.get((index + 1, number), (0.0,))[0]:
                        found[index + 1, number] = jump, vectors[:, : index + 1], number
    for _, (_, kernel, number) in sorted(found.items()):
        yield kernel, number


def _frame(instance: Instance, number: int, columns: fmpq_mat) -> Frame:
    rows = tuple(tuple(map(to_fraction, row)) for row in columns.tolist())
    return tuple(rows if index == number else () for index in range(len(instance.program.blocks)))


def _smaller(program: SemidefiniteProgram, frame: Frame) -> SemidefiniteProgram | None:
    """The reduced program, if its equations look consistent: their matrices are independent modulo a prime."""
    try:
        found, _ = without_empty(reduced(program, frame), [rational(cost) for cost in program.objective])
    except (Open, Refuted):
        return None
    places = {
        place: index
        for index, place in enumerate(
            sorted({(number, *at) for matrix in found.matrices[1:] for number, e in matrix.items() for at in e})
        )
    }
    if len(places) < found.variables or not found.variables:
        return None
    rows = nmod_mat(found.variables, len(places), PRIME)
    for index, matrix in enumerate(found.matrices[1:]):
        for number, entries in matrix.items():
            for at, value in entries.items():
                if value.denominator % PRIME == 0:
                    return None
                residue = value.numerator % PRIME * pow(value.denominator, -1, PRIME) % PRIME
                rows[index, places[(number, *at)]] = residue
    return found if rows.rank() == found.variables else None
