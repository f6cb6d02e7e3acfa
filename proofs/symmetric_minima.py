"""Block-symmetric critical points, type by type: findings of this project's own search, proved one by one.

For each k the named branches of `verify.producer.symmetry` are followed from type to type as far as
they go; each point found is certified as a minimum or a saddle. A type at which a branch
was not found is left out: nothing is claimed of it, nor that there are no other points.
docs/SYMMETRY.md has the tables and pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from verify.checker.core.statement import Statement
from verify.checker.statements.symmetric import SymmetricPoint, SymmetricPoints
from verify.checker.statements.teacher_student import RELU
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate
from verify.producer.symmetry import SymmetricStudent, certificate
from verify.producer.symmetry.certify import MARGIN
from verify.producer.symmetry.families import BRANCHES, Branch, follow
from verify.producer.symmetry.wider import AGAINST, SPLIT_ONE, SPLIT_TWO, TOWARDS, Seed

SIZES = range(6, 101)
FEW = 40
"""The largest k for which the types (p, q) at n = k + 1 are followed in q."""
WIDE = range(5, 201)
PUBLISHED = {(8, 9), *((k, k + 1) for k in range(10, 20))}
"""The pairs (k, k + 1) of Safran & Shamir 2018, Theorem 1."""

Makers = dict[str, Callable[[], list[SymmetricStudent]]]
"""What makes the points of a file; pickled to reach another process, so a function of a module or a partial of one."""

RANGES = ((6, 40), (41, 60), (61, 75), (76, 88), (89, 100))
"""Of k: each branch is followed within one range by itself, from its largest k down."""


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One file for each branch and range of sizes. Those already there are kept if they check."""
    makers: Makers = {
        f"{_slug(branch.name)}-k{least:03}-k{most:03}.json": partial(_square, branch, least, most)
        for branch in BRANCHES
        for least, most in RANGES
    }
    makers |= {f"wider-{_slug(seed.name)}.json": partial(_one_type, seed) for seed in (SPLIT_ONE, SPLIT_TWO)}
    makers |= {f"wider-{seed.name}.json": partial(_two_groups, seed) for seed in (AGAINST, TOWARDS)}
    write_parts(parts(makers, "verify prove symmetric-minima"), folder, progress, executor)


def parts(makers: Makers, command: str, margin: float = MARGIN) -> list[Part]:
    """A part for each file of symmetric points."""
    return [
        Part(name, partial(_certificate, make, command, margin), lambda statement: bool(points_of(statement)))
        for name, make in makers.items()
    ]


def _certificate(make: Callable[[], list[SymmetricStudent]], command: str, margin: float) -> Certificate:
    students = sorted(make(), key=lambda student: (student.symmetry.columns, student.symmetry.groups))
    return certificate(students, {"command": command}, margin)


def _square(branch: Branch, least: int, most: int) -> list[SymmetricStudent]:
    return [student for _, student in follow(branch, range(least, most + 1)) if student is not None]


def _one_type(seed: Seed) -> list[SymmetricStudent]:
    return list(seed.in_k(WIDE[0], WIDE[-1]).values())


def _two_groups(seed: Seed) -> list[SymmetricStudent]:
    points = seed.in_k(WIDE[0], WIDE[-1])
    few = [student for k, point in points.items() if k <= FEW for student in seed.in_q(point).values()]
    return few + [point for k, point in points.items() if k > FEW]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


# Claims


def points_of(statement: Statement) -> tuple[SymmetricPoint, ...]:
    """The points of a statement on symmetric points of ReLU networks; none of another."""
    fits = isinstance(statement, SymmetricPoints) and statement.activation == RELU
    return statement.points if fits and isinstance(statement, SymmetricPoints) else ()


def spurious(statement: Statement, extra_rows: int) -> set[int]:
    """The k at which a point is proved to be a spurious minimum for every d >= k."""
    return {
        point.symmetry.columns
        for point in points_of(statement)
        if point.property == "spurious-local-minimum"
        and point.every_dimension
        and point.symmetry.extra_rows == extra_rows
    }


def _has(extra_rows: int, sizes: Iterable[int]) -> Callable[[Statement], bool]:
    return lambda statement: set(sizes) <= spurious(statement, extra_rows)


def _types(parts: int, least: int, most: int) -> Callable[[Statement], bool]:
    """Whether a statement has points of so many groups for each k of a range."""

    def settles(statement: Statement) -> bool:
        found = {point.symmetry.columns for point in points_of(statement) if len(point.symmetry.groups) == parts}
        return found >= set(range(least, most + 1))

    return settles


def _claims() -> Sequence[Claim]:
    return [
        *(
            Claim(
                name=f"{branch.name}, k = {least}..{most}",
                statement=(
                    f"At n = k, the branch {branch.name} has, for each k from {least} to {most} and each type "
                    "(p, q) or (p, 1, q) in the file, a critical point that is the minimum or the saddle stated there."
                ),
                file=f"{_slug(branch.name)}-k{least:03}-k{most:03}.json",
                settled_by=_types(len(branch.spread), max(least, FIRST[branch.name]), most),
            )
            for branch in BRANCHES
            for least, most in RANGES
        ),
        Claim(
            name="n = k + 1",
            statement=(
                "For each k from 7 to 200 the loss of k + 1 neurons has a spurious local minimum, for every d >= k. "
                "(The pairs (7, 8), (9, 10) and (k, k + 1) for k >= 20 are not in Safran & Shamir's Theorem 1, the "
                "list that was compared with.)"
            ),
            file="wider-split-1.json",
            settled_by=_has(1, range(7, 201)),
        ),
        *(
            Claim(
                name=f"n = k + 1, S_p x S_q, {seed.name}",
                statement=(
                    f"For each k from {least} to 200 the branch '{seed.name}' of two groups and one extra neuron has a "
                    "spurious local minimum, for every d >= k."
                ),
                file=f"wider-{seed.name}.json",
                settled_by=_has(1, range(least, 201)),
            )
            for seed, least in ((AGAINST, 9), (TOWARDS, 14))
        ),
        Claim(
            name="n = k + 2",
            statement=(
                "For each k from 11 to 100 the loss of k + 2 neurons has a spurious local minimum, for every d >= k: "
                "two flipped neurons, each split in two. (From k = 101 to 200 the same branch is a saddle.)"
            ),
            file="wider-split-2.json",
            settled_by=_has(2, range(11, 101)),
        ),
    ]


FIRST = {"type II": 6, "type I": 6, "mixed": 12}
"""The least k at which a branch was found."""

PROOF = Proof(
    name="symmetric-minima",
    paper="this project's own search for block-symmetric minima, type by type",
    claims=tuple(_claims()),
    write=write,
)
