"""Safran & Shamir 2018, "Spurious Local Minima are Common in Two-Layer ReLU Neural Networks".

Theorem 1 (ICML 2018; in our terms): let x ~ N(0, I_d) and v_1, ..., v_k be orthonormal,
F(w_1, ..., w_n) = 1/2 E (sum_i relu(w_i.x) - sum_j relu(v_j.x))^2. For n = k in 6..20
and for (k, n) in (8, 9), (10, 11), (11, 12), ..., (19, 20), and every d >= k, F has a
local minimum that is not global.

What is proved here is more: the minima are strict (nondegenerate), they lie within a
stated distance of a given point, and the loss there is enclosed.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path

from verify.checker.core.codes import Reason
from verify.checker.front import manifest
from verify.checker.front.certificate import MANIFEST_FORMAT
from verify.checker.front.manifest import Pair, Theorem
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.teacher_student import RELU
from verify.producer import tables
from verify.producer.files import write_whole
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified, certify
from verify.producer.prover.certificate import pretty, seal
from verify.producer.search import search

from . import safran_shamir_2018_experiment

PAIRS: tuple[Pair, ...] = (
    *((k, k) for k in range(6, 21)),
    (8, 9),
    *((k, k + 1) for k in range(10, 20)),
)
THEOREM = Theorem(activation=RELU, property="spurious-local-minimum", every_dimension=True, pairs=PAIRS)
MANIFEST = "theorem-1.json"

RANDOM_RUNS = 16
SEED = 2018


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One certificate for each pair of Theorem 1, and the manifest that binds them.

    Certificates already there are kept if they check. Raises NotCertified, naming the
    pair, if the search brings no minimum that can be certified.
    """
    parts = [Part(f"k{k:02}-n{n:02}.json", partial(prove_pair, k, n), partial(settles, pair=(k, n))) for k, n in PAIRS]
    digests = write_parts(parts, folder, progress, executor)
    statement = tables.write(manifest.THEOREM, replace(THEOREM, pairs=PAIRS))
    named = [manifest.Part(part.file, digests[part.file]) for part in parts]
    witness = {"parts": tables.write(manifest.PARTS, named)}
    provenance = {"claim": "Safran & Shamir 2018, Theorem 1", "command": "verify prove safran-shamir-2018"}
    write_whole(folder / MANIFEST, pretty(seal(MANIFEST_FORMAT, statement, witness, provenance)) + "\n")


def prove_pair(k: int, n: int) -> Certificate:
    """A certificate of a spurious local minimum of n student and k teacher neurons, for every d >= k."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    found = search(landscape, n, runs=RANDOM_RUNS, seed=SEED)
    minima = [
        candidate for candidate in found.candidates if candidate.loss > 1e-3 and candidate.smallest_eigenvalue > 0
    ]
    for candidate in sorted(minima, key=lambda candidate: -candidate.smallest_eigenvalue):
        provenance = {"search": ", ".join(candidate.starts), "runs": RANDOM_RUNS, "seed": SEED}
        try:
            certificate = certify(landscape, candidate.student, provenance=provenance)
        except NotCertified:
            continue
        if settles(certificate.statement, (k, n)):
            return certificate
    raise NotCertified(
        f"no spurious minimum was certified for k = {k}, n = {n}", {"candidates": len(minima)}, Reason.NO_CANDIDATE
    )


def settles(statement: object, pair: Pair) -> bool:
    """Whether a proved statement is Theorem 1 for this pair."""
    return isinstance(statement, Minimum) and THEOREM.settled_by(statement) == pair


PROOF = Proof(
    name="safran-shamir-2018",
    paper="Safran & Shamir 2018, Spurious Local Minima are Common in Two-Layer ReLU Neural Networks",
    claims=(
        Claim(
            name="Theorem 1",
            statement=(
                "With an orthonormal teacher of k ReLU neurons, the population loss of n student neurons has a "
                "local minimum that is not global, for n = k in 6..20, for (k, n) = (8, 9) and (10, 11), ..., "
                "(19, 20), and for every input dimension d >= k."
            ),
            file=MANIFEST,
            settled_by=lambda statement: statement == THEOREM,
        ),
        Claim(
            name="Corollary 1",
            statement="In high dimension the same holds for nearly all teachers drawn uniformly from the sphere.",
            missing="settled with numbers, for each of the pairs of Theorem 1, by: verify prove nearly-all-teachers",
        ),
    ),
    write=write,
    experiment=safran_shamir_2018_experiment.run,
)
