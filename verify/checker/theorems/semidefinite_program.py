"""What the rules about semidefinite programs share: the data file, a point, a dual matrix, definiteness of blocks.

Lemma (correction). Let A be a linear map from a Euclidean space onto R^p, b in R^p and z a point of the space.
If A A^T is invertible, then z' = z + A^T t with t = (A A^T)^-1 (b - A z) has A z' = b.
Proof. A z' = A z + A A^T t = b. QED

So a witness that misses linear equations by a little stands for the exact solution z' near it: t is enclosed by a
verified solve, which proves A A^T invertible, and what is proved of z' for every t in the enclosure holds for it.
Where z solves the equations exactly, z' = z, and nothing is solved. In the tier float64 z' is not enclosed but known to
be near: theorems/sdp_distance.py.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

from flint import arb, arb_mat, fmpq

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.interval_matrix import Form
from verify.checker.core.limits import ARB_CONSTRAINTS, ARB_ORDER
from verify.checker.core.outcome import Open, decide
from verify.checker.core.reader import NotACertificate
from verify.checker.core.sdpa import SemidefiniteProgram, read_sdpa
from verify.checker.core.task import Task, upper
from verify.checker.core.witness import WitnessT
from verify.checker.losses.semidefinite_program import (
    Blocks,
    Number,
    Traces,
    combination,
    given,
    rational,
    trace,
    zero,
)
from verify.checker.statements.semidefinite_program import DualWitness, SemidefiniteStatement
from verify.checker.theorems.positive_semidefinite import prove_no_negative_eigenvalue, shown
from verify.checker.theorems.sdp_distance import around, dual_rows, frobenius, is_asked, largest, within
from verify.checker.theorems.sdp_frame import reduced, without_empty

ProgramT = TypeVar("ProgramT", bound=SemidefiniteStatement)
ZERO_BLOCKS = "the blocks that are to be zero are, for an x near the given one"
PIVOTS = "no pivot of L D L^T of a block is negative"
program_of = lru_cache(maxsize=1)(read_sdpa)
"""The program of a file: both bounds of it are about one, which is read once."""


@dataclass
class SemidefiniteTask(Task[ProgramT, WitnessT]):
    """A statement about a semidefinite program, and the program that its data file gives."""

    program: SemidefiniteProgram = field(init=False)

    def __post_init__(self) -> None:
        """Read the data file, if it is the one that the statement is about. Raises NotACertificate."""
        stated = self.statement.landscape
        if sha256(self.data).hexdigest() != stated.data.sha256:
            raise NotACertificate("it is another one than the statement is about")
        self.program = program_of(self.data)
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


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A symmetric block-diagonal matrix: within the given balls, and then within a distance of them, by blocks."""

    blocks: Blocks
    radii: tuple[arb, ...]
    """Balls [0, e]: each block is within e of a matrix in the balls, in the Frobenius norm."""


def nearby_dual(
    task: SemidefiniteTask[ProgramT, WitnessT], rule: str, witness: DualWitness, objective: Sequence[fmpq]
) -> tuple[Enclosed, Number]:
    """Prove that some Y near the witness's has <F_i, Y> = objective_i for all i; encloses it, and <F_0, Y>.

    With a frame V, Y = V Z V^T, and Z is what is near the given one, and enclosed.
    """
    program, dual, radius = task.program, given(witness.dual), None
    if witness.frame:
        program = reduced(program, witness.frame)
        program, objective = without_empty(program, objective)
        task.record(rule, "Y = V Z V^T, and V^T F_i V is 0 only where c_i is", "V is the frame of the witness")
    traces = Traces(program)
    defect = [wanted - found for wanted, found in zip(objective, traces.of(dual), strict=True)]
    look()
    if is_asked(task.arithmetic, program.variables) and any(defect):
        size = largest(entry for block in dual for row in block for entry in row)
        radius = within(task.arithmetic, dual_rows(program), defect, size)
    if radius is None:
        weights = solve_constraints(traces.gram, defect)
        look()
        task.record(rule, "<F_i, Y> = c_i for a Y near the given one", _by_how_much(weights))
        dual = combination(program, dual, weights)
        return Enclosed(dual, (arb(0),) * len(program.blocks)), trace(program, 0, dual)
    task.record(rule, "<F_i, Y> = c_i for a Y near the given one", f"by less than {upper(radius)}")
    value = trace(program, 0, dual) + around(radius * frobenius(program.matrices[:1]))
    return Enclosed(dual, (radius,) * len(program.blocks)), value


def nearby_point(
    task: SemidefiniteTask[ProgramT, WitnessT], rule: str, near: Sequence[Fraction], constant: int
) -> tuple[Enclosed, Number]:
    """Prove that some x near the given one has sum x_i F_i + constant F_0 = 0 in the blocks that are to be zero.

    Encloses that matrix, and c.x. Without such blocks x is the given one itself.
    """
    program, radius = task.program, None
    zeros = sorted(task.statement.landscape.equalities)
    rows = [(number, i) for number in zeros for i in range(program.blocks[number].order)]
    point: list[Number] = [rational(entry) for entry in near]
    fixed = combination(program, zero(program), [fmpq(constant), *point], first=0)
    defect = [-fixed[number][0][i] for number, i in rows]
    if is_asked(task.arithmetic, len(rows)) and any(defect):
        radius = within(task.arithmetic, _equations(program, rows), defect, largest(point))
    if radius is not None:
        task.record(rule, ZERO_BLOCKS, f"by less than {upper(radius)}")
        radii = tuple(radius * frobenius(program.matrices[1:], number) for number in range(len(program.blocks)))
        costs = sum((arb(rational(c)) ** 2 for c in program.objective), arb(0)).sqrt()
        return Enclosed(fixed, radii), _paired(program, point) + around(radius * costs)
    if zeros:
        place = {row: index for index, row in enumerate(rows)}
        columns: list[dict[int, fmpq]] = [
            {place[number, i]: rational(value) for number in zeros for (i, _), value in matrix.get(number, {}).items()}
            for matrix in program.matrices[1:]
        ]
        weights = solve_constraints(lambda: _products(columns, len(rows)), defect)
        step = [sum((weights[row] * value for row, value in column.items()), fmpq(0)) for column in columns]
        point = [entry + change for entry, change in zip(point, step, strict=True)]
        fixed = combination(program, fixed, step)
        task.record(rule, ZERO_BLOCKS, _by_how_much(weights))
    return Enclosed(fixed, (arb(0),) * len(program.blocks)), _paired(program, point)


def _paired(program: SemidefiniteProgram, point: Sequence[Number]) -> Number:
    """c.x."""
    return sum((rational(c) * entry for c, entry in zip(program.objective, point, strict=True)), fmpq(0))


def _equations(program: SemidefiniteProgram, places: Sequence[tuple[int, int]]) -> list[Form]:
    """The rows of the blocks that are to be zero, as linear forms of x."""
    rows: list[dict[Hashable, tuple[Fraction, int]]] = [{} for _ in places]
    for row, (number, i) in zip(rows, places, strict=True):
        for index, matrix in enumerate(program.matrices[1:]):
            if (value := matrix.get(number, {}).get((i, i))) is not None:
                row[index] = value, 1
    return list(rows)


def _products(columns: list[dict[int, fmpq]], size: int) -> list[list[fmpq]]:
    """E E^T for the rows E of the blocks that are to be zero, given by columns."""
    products = [[fmpq(0)] * size for _ in range(size)]
    for column in columns:
        look()
        for left, value in column.items():
            for right, other in column.items():
                products[left][right] += value * other
    return products


def prove_semidefinite(task: SemidefiniteTask[ProgramT, WitnessT], rule: str, name: str, whole: Enclosed) -> None:
    """Prove each block that is not to be zero positive semidefinite, for every matrix enclosed."""
    hows: dict[str, None] = {}
    for number, (block, rows, radius) in enumerate(zip(task.program.blocks, whole.blocks, whole.radii, strict=True)):
        if number in task.statement.landscape.equalities:
            continue
        where = f"block {number + 1} of {name}"
        moved = around(radius) if radius.upper() > 0 else fmpq(0)
        if block.diagonal:
            for i, given_entry in enumerate(rows[0]):
                entry = given_entry + moved
                if not entry >= 0:  # asked first: there may be many
                    decide(False, entry < 0, f"{where} has the entry {i + 1} in {shown(entry)}, not >= 0")
            continue
        exact = all(isinstance(entry, fmpq) for row in rows for entry in row)
        if exact and task.arithmetic.is_definite(rows, radius):
            hows["Cholesky's factorisation in float64, or inverse factors in balls, prove a block definite"] = None
            continue
        if len(rows) > ARB_ORDER:
            what = f"{where} was not proved positive semidefinite in float64, and is larger than {ARB_ORDER}"
            raise Open(what, Reason.TOO_LARGE)
        if radius.upper() > 0:
            rows = [[arb(entry) + moved for entry in row] for row in rows]
        prove_no_negative_eigenvalue(where, rows)
        hows[PIVOTS] = None
    task.record(rule, f"{name} is positive semidefinite", "; ".join(hows) or PIVOTS)


def _by_how_much(weights: Sequence[Number]) -> str:
    largest = max((abs(arb(weight)) for weight in weights), key=lambda size: float(size.upper()), default=arb(0))
    return f"multiples of the constraints' matrices, of at most {upper(largest)}" if weights else "exactly"
