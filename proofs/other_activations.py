"""Spurious local minima of networks with other activations: findings of this project's own search.

Whether the literature holds such instances was not searched; nothing here is called new.

- Leaky ReLU with slope 1/10, n = k = 8, orthonormal teacher: the minimum that the search
  finds in about one of ten random runs.
- erf, n = k = 4, d = 2: with an orthonormal teacher the search found global minima only
  (200 random runs each for n = k = 2, 3, 4, 6, 8); with the teacher below it finds a
  minimum of positive loss in about one of five.
"""

from __future__ import annotations

from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import numpy as np

from verify.checker.core.codes import Reason
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import CriticalPoint
from verify.producer.landscapes.exact import to_exact
from verify.producer.landscapes.teacher_student import TeacherStudent
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified, certify
from verify.producer.search import search

RUNS = 40
SEED = 2

LANDSCAPES = {
    "erf-k04-n04.json": (TeacherStudent("erf", np.array([[1, 0], [-1, 0.5], [0, 1], [0.5, -1]])), 4),
    "leaky-relu-k08-n08.json": (TeacherStudent("leaky-relu:1/10", np.eye(8)), 8),
}


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One certificate for each landscape. Those already there are kept if they check."""
    parts = [Part(name, partial(prove, name), partial(settles, name)) for name in LANDSCAPES]
    write_parts(parts, folder, progress, executor)


def prove(name: str) -> Certificate:
    """A certificate of a spurious local minimum of one of LANDSCAPES."""
    landscape, neurons = LANDSCAPES[name]
    found = search(landscape, neurons, runs=RUNS, seed=SEED)
    for candidate in found.candidates:
        if candidate.smallest_eigenvalue > 0:
            certificate = certify(landscape, candidate.student, provenance={"runs": RUNS, "seed": SEED})
            if settles(name, certificate.statement):
                return certificate
    raise NotCertified(
        f"no spurious minimum was found for {name}", {"candidates": len(found.candidates)}, Reason.NO_CANDIDATE
    )


def settles(name: str, statement: Statement) -> bool:
    """Whether a proved statement is a spurious minimum, in every input dimension, of the landscape meant."""
    landscape, neurons = LANDSCAPES[name]
    return (
        isinstance(statement, CriticalPoint)
        and statement.property == "spurious-local-minimum"
        and statement.every_dimension
        and statement.landscape == to_exact(landscape, neurons)
    )


PROOF = Proof(
    name="other-activations",
    paper="this project's own search for spurious minima beyond ReLU",
    claims=(
        Claim(
            name="erf",
            statement=(
                "The population loss of 4 erf student neurons has a spurious local minimum for the teacher "
                "(1, 0), (-1, 1/2), (0, 1), (1/2, -1), in every input dimension d >= 2."
            ),
            file="erf-k04-n04.json",
            settled_by=lambda statement: settles("erf-k04-n04.json", statement),
        ),
        Claim(
            name="leaky ReLU",
            statement=(
                "The population loss of 8 leaky ReLU student neurons of slope 1/10 has a spurious local minimum for "
                "an orthonormal teacher of 8, in every input dimension d >= 8."
            ),
            file="leaky-relu-k08-n08.json",
            settled_by=lambda statement: settles("leaky-relu-k08-n08.json", statement),
        ),
    ),
    write=write,
)
