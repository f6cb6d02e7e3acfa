"""Spurious local minima of large networks: k = n from 21 to 100, up to 10,000 unknowns.

The minima are of the type that Arjevani & Field call II: all but one student neuron lie
near a teacher neuron, the last one points against the last teacher. They are fixed by
the permutations of the first k - 1 coordinates together with neurons, so five numbers
describe one (W_ii, W_ij, the last column, the last row, the corner). The leading terms
in k^(-1/2) are the start; Newton's method on the five numbers, then on all, does the
rest. What is proved uses no symmetry: the certificates are dense.
"""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.checker.core.codes import Reason
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified, certify
from verify.producer.search.starts import ansatz

Array = NDArray[np.float64]

SIZES = (*range(21, 41), 45, 50, 60, 80, 100)
"""k = n."""

STEPS = 30
DIFFERENCE = 1e-6


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One certificate for each size. Those already there are kept if they check."""
    parts = [Part(name(k), partial(prove, k), partial(settles, k=k)) for k in SIZES]
    write_parts(parts, folder, progress, executor)


def prove(k: int) -> Certificate:
    """A certificate of a spurious local minimum of k student and k teacher neurons, for every d >= k."""
    certificate = certify(ReLUTeacherStudent.orthonormal(k), start(k), provenance={"start": "type II, five numbers"})
    if not settles(certificate.statement, k):
        raise NotCertified(f"k = n = {k}: what was proved is not what is claimed", {}, Reason.NOT_COVERED)
    return certificate


def start(k: int) -> Array:
    """A student near the critical point of type II."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    cells = _cells(k)

    def residual(values: Array) -> Array:
        gradient = landscape.gradient(values[cells])
        return np.array([gradient[cells == index].mean() for index in range(5)])

    values = np.array([ansatz(k, special=1)[cells == index][0] for index in range(5)])
    for _ in range(STEPS):
        here = residual(values)
        units = DIFFERENCE * np.eye(5)
        jacobian = np.array([residual(values + unit) - residual(values - unit) for unit in units]) / (2 * DIFFERENCE)
        step = np.linalg.solve(jacobian.T, -here)
        values = values + step
        if np.abs(step).max() < 1e-13:
            break
    return np.asarray(values[cells])


def name(k: int) -> str:
    """The file for k = n."""
    return f"k{k:03}-n{k:03}.json"


def settles(statement: object, k: int) -> bool:
    """Whether a proved statement is the claim for this size."""
    return (
        isinstance(statement, CriticalPoint)
        and isinstance(statement.landscape, TeacherStudentLandscape)
        and statement.property == "spurious-local-minimum"
        and statement.every_dimension
        and statement.landscape.orthonormal
        and statement.landscape.activation.describe() == "ReLU"
        and len(statement.landscape.teacher) == statement.landscape.neurons == k
    )


def _cells(k: int) -> NDArray[np.intp]:
    """(k, k): which of the five numbers stands in each entry."""
    cells = np.ones((k, k), dtype=np.intp)
    cells[np.diag_indices(k)] = 0
    cells[:, -1] = 2
    cells[-1] = 3
    cells[-1, -1] = 4
    return cells


PROOF = Proof(
    name="large-minima",
    paper="this project's own large instances of the minima of type II (Arjevani & Field 2020)",
    claims=tuple(
        Claim(
            name=f"k = n = {k}",
            statement=(
                f"With an orthonormal teacher of {k} ReLU neurons, the population loss of {k} student neurons has a "
                f"local minimum that is not global, for every input dimension d >= {k}."
            ),
            file=name(k),
            settled_by=partial(settles, k=k),
        )
        for k in SIZES
    ),
    write=write,
)
