"""What the rules about semidefinite programs share: the data file, a point, a dual matrix, definiteness of blocks.

Lemma (correction). Let A be a linear map from a Euclidean space onto R^p, b in R^p and z a point of the space.
If A A^T is invertible, then z' = z + A^T t with t = (A A^T)^-1 (b - A z) has A z' = b.
Proof. A z' = A z + A A^T t = b. QED

So a witness that misses linear equations by a little stands for the exact solution z' near it: t is enclosed by a
verified solve, which proves A A^T invertible, and what is proved of z' for every t in the enclosure holds for it.
Where z solves the equations exactly, z' = z, and nothing is solved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

from flint import arb, arb_mat, fmpq

from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import ARB_CONSTRAINTS
from verify.checker.core.outcome import Open, decide
from verify.checker.core.reader import NotACertificate
from verify.checker.core.sdpa import SemidefiniteProgram, read_sdpa
from verify.checker.core.task import Task, WitnessT, upper
from verify.checker.losses.semidefinite_program import (
    Blocks,
    Number,
    combination,
    given,
    gram,
    rational,
    trace,
    zero,
)
from verify.checker.statements.semidefinite_program import SemidefiniteStatement
from verify.checker.theorems.positive_semidefinite import prove_no_negative_eigenvalue, shown

ProgramT = TypeVar("ProgramT", bound=SemidefiniteStatement)


@dataclass
class SemidefiniteTask(Task[ProgramT, WitnessT]):
    """A statement about a semidefinite program, and the program that its data file gives."""

    program: SemidefiniteProgram = field(init=False)

    def __post_init__(self) -> None:
        """Read the data file, if it is the one that the statement is about. Raises NotACertificate."""
        stated = self.statement.landscape
        if sha256(self.data).hexdigest() != stated.data.sha256:
            raise NotACertificate("it is another one than the statement is about")
        self.program = read_sdpa(self.data)
        if (self.program.variables, self.program.blocks) != (stated.variables, stated.blocks):
            raise NotACertificate("its number of variables or its blocks are not those of the statement")


def solve_constraints(matrix: Callable[[], list[list[fmpq]]], defect: list[fmpq]) -> list[Number]:
    """t with matrix() t = defect: zeros if the defect is exactly 0, else balls. Raises Open."""
    if not any(defect):
        return [fmpq(0)] * len(defect)
    if len(defect) > ARB_CONSTRAINTS:
        raise Open(f"{len(defect)} equations are more than this checker's {ARB_CONSTRAINTS}", Reason.TOO_LARGE)
    try:
        solution = arb_mat(matrix()).solve(arb_mat([[entry] for entry in defect]))
    except ZeroDivisionError:
        raise Open("the constraints were not proved independent at this precision") from None
    return [row[0] for row in solution.tolist()]


def corrected_dual(
    task: SemidefiniteTask[ProgramT, WitnessT], rule: str, near: Sequence[Matrix], objective: Sequence[fmpq]
) -> Blocks:
    """Prove that some Y near the given one has <F_i, Y> = objective_i for all i, and enclose it."""
    program, dual = task.program, given(near)
    traces = [trace(program, matrix, dual) for matrix in program.matrices[1:]]
    defect = [wanted - found for wanted, found in zip(objective, traces, strict=True)]
    task.check_time()
    weights = solve_constraints(lambda: gram(program, task.check_time), defect)
    task.check_time()
    task.record(rule, "<F_i, Y> = c_i for a Y near the given one", _by_how_much(weights))
    return combination(program, dual, weights)


def corrected_point(
    task: SemidefiniteTask[ProgramT, WitnessT], rule: str, near: Sequence[Fraction], constant: int
) -> tuple[list[Number], Blocks]:
    """Prove that some x near the given one has sum x_i F_i + constant F_0 = 0 in the blocks that are to be zero.

    Returns x and that matrix. Without such blocks it is the given x itself.
    """
    program, zeros = task.program, sorted(task.statement.landscape.equalities)
    point: list[Number] = [rational(entry) for entry in near]
    fixed = combination(program, zero(program), [fmpq(constant)] + point, first=0)
    if zeros:
        rows = [(number, i) for number in zeros for i in range(program.blocks[number].order)]
        place = {row: index for index, row in enumerate(rows)}
        columns: list[dict[int, fmpq]] = [
            {place[number, i]: rational(value) for number in zeros for (i, _), value in matrix.get(number, {}).items()}
            for matrix in program.matrices[1:]
        ]
        defect = [-fixed[number][0][i] for number, i in rows]
        weights = solve_constraints(lambda: _products(columns, len(rows), task.check_time), defect)
        step = [sum((weights[row] * value for row, value in column.items()), fmpq(0)) for column in columns]
        point = [entry + change for entry, change in zip(point, step, strict=True)]
        fixed = combination(program, fixed, step)
        task.record(rule, "the blocks that are to be zero are, for an x near the given one", _by_how_much(weights))
    return point, fixed


def _products(columns: list[dict[int, fmpq]], size: int, check_time: Callable[[], None]) -> list[list[fmpq]]:
    """E E^T for the rows E of the blocks that are to be zero, given by columns."""
    products = [[fmpq(0)] * size for _ in range(size)]
    for column in columns:
        check_time()
        for left, value in column.items():
            for right, other in column.items():
                products[left][right] += value * other
    return products


def prove_semidefinite(task: SemidefiniteTask[ProgramT, WitnessT], rule: str, name: str, blocks: Blocks) -> None:
    """Prove each block that is not to be zero positive semidefinite, for every matrix in the balls."""
    for number, (block, rows) in enumerate(zip(task.program.blocks, blocks, strict=True)):
        if number in task.statement.landscape.equalities:
            continue
        where = f"block {number + 1} of {name}"
        if block.diagonal:
            for i, entry in enumerate(rows[0]):
                if not entry >= 0:  # asked first: there may be many
                    decide(False, entry < 0, f"{where} has the entry {i + 1} in {shown(entry)}, not >= 0")
            continue
        prove_no_negative_eigenvalue(where, rows, task.check_time)
    task.record(rule, f"{name} is positive semidefinite", "no pivot of L D L^T of a block is negative")


def _by_how_much(weights: Sequence[Number]) -> str:
    largest = max((abs(arb(weight)) for weight in weights), key=lambda size: float(size.upper()), default=arb(0))
    return f"multiples of the constraints' matrices, of at most {upper(largest)}" if weights else "exactly"
