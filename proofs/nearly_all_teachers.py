"""Nearly all teachers: the corollary of Safran & Shamir 2018, with numbers.

Their corollary: in high dimension the population loss has a spurious local minimum for nearly all teachers whose
neurons are drawn independently and uniformly from the unit sphere, because those are nearly orthonormal.

What is proved here, for each pair (k, n) of their Theorem 1: a distance rho such that for every teacher with
|G - I|_F <= rho, in every input dimension, there is a strict local minimum that is not global; and dimensions from
which all but one in a hundred, and all but one in a million, random teachers are within that distance.
docs/TEACHERS.md has the theorems and a table.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import suppress
from fractions import Fraction
from functools import partial
from pathlib import Path

from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Symmetry
from verify.checker.front.manifest import Pair
from verify.checker.statements.nearly_orthonormal_teachers import NearlyOrthonormalTeachers
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified
from verify.producer.prover.nearby_teachers import Center, certify_nearly_orthonormal_teachers
from verify.producer.symmetry.families import TYPE_II, type_a
from verify.producer.symmetry.reduced import SymmetricStudent, critical_point
from verify.producer.symmetry.wider import AGAINST, SPLIT_ONE, TOWARDS

from .safran_shamir_2018 import PAIRS

FRACTIONS = (Fraction(1, 100), Fraction(1, 10**6))


def name(pair: Pair) -> str:
    """The file of the certificate for k teacher and n student neurons."""
    return "k{:02}-n{:02}.json".format(*pair)


def minima(pair: Pair) -> dict[str, SymmetricStudent]:
    """The minima tried: Arjevani & Field's type II and type A; for n = k + 1 those of `symmetry.wider`."""
    k, n = pair
    if n == k:
        return {"type II": critical_point(Symmetry((k - 1, 1), 0), TYPE_II.start((k - 1, 1))), "type A": type_a(k)}
    found = {SPLIT_ONE.name: SPLIT_ONE.in_k(k, k)[k]}
    for seed in (AGAINST, TOWARDS):
        if (student := seed.in_k(k, k).get(k)) is not None:
            found |= {f"{seed.name} {p} + {q}": student for (p, q), student in seed.in_q(student).items()}
    return found


def prove(pair: Pair) -> Certificate:
    """The certificate for a pair (k, n), around the minimum that allows the largest distance. Raises NotCertified."""
    centers = {}
    for family, student in minima(pair).items():
        with suppress(NotCertified):  # a saddle, or the global minimum
            centers[family] = Center.at(student.dense())
    distances = {family: center.largest_distance() for family, center in centers.items()}
    family = max(distances, key=lambda family: distances[family])
    return certify_nearly_orthonormal_teachers(centers[family], distances[family], FRACTIONS, {"family": family})


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One certificate for each pair. Those already there are kept if they check."""
    parts = [Part(name(pair), partial(prove, pair), partial(settles, pair)) for pair in PAIRS]
    write_parts(parts, folder, progress, executor)


def settles(pair: Pair, statement: Statement) -> bool:
    """Whether a proved statement is about this pair (k, n) and these fractions of random teachers."""
    return (
        isinstance(statement, NearlyOrthonormalTeachers)
        and (statement.teachers, statement.neurons) == pair
        and tuple(near.fraction for near in statement.random_teachers) == FRACTIONS
    )


PROOF = Proof(
    name="nearly-all-teachers",
    paper="nearly all teachers: the corollary of Safran & Shamir 2018, with numbers",
    claims=tuple(
        Claim(
            name=f"Corollary 1, k = {k}, n = {n}",
            statement=(
                f"For all teachers of {k} nearly orthonormal neurons, and so in high dimension for nearly all teachers "
                f"drawn uniformly from the sphere, the loss of {n} student neurons has a local minimum that is not "
                "global, for every d >= k."
            ),
            file=name((k, n)),
            settled_by=partial(settles, (k, n)),
        )
        for k, n in PAIRS
    ),
    write=write,
)
