"""Two ReLU students and a teacher of two neurons, of any norms: where there are spurious minima, and where none.

Not of a paper: these statements were not found in a short search (arXiv 2604.09412 is related). That spurious minima
begin at k = 6 (Safran & Shamir 2018) is about equal norms.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from verify.checker.core.exact import Matrix
from verify.checker.core.statement import Statement
from verify.checker.statements.antiparallel_teachers import SuboptimalStudents
from verify.checker.statements.teacher_student import identity
from verify.checker.statements.two_neuron_teachers import (
    NO_SPURIOUS,
    ONE_SPURIOUS,
    SPURIOUS,
    StatementOfTeachers,
    TwoNeuronTeachers,
)
from verify.checker.statements.two_neurons import (
    EVERYWHERE,
    GLOBAL,
    NEGATIVE,
    CoverStatement,
    CriticalPointsComplete,
    NoSpuriousMinimum,
)
from verify.checker.statements.two_neurons import SPURIOUS as SPURIOUS_POINT
from verify.producer.prover.covers.one_spurious_minimum import certify_one_spurious_minimum
from verify.producer.prover.covers.spurious_minima import certify_spurious_minima
from verify.producer.prover.covers.two_neurons import certify_antiparallel, certify_every_teacher, certify_everywhere

from .finite_samples import Item, proof

ANTIPARALLEL = ((Fraction(1),), (Fraction(-2),))
STUDENTS = ((Fraction(-1),), (Fraction(-1),))


REGIONS = (
    ("right-angles", (Fraction(1, 8), Fraction(1)), (Fraction(157, 100), Fraction(158, 100))),
    ("region", (Fraction(1, 2), Fraction(1)), (Fraction(1), Fraction(2))),
)
"""Names of files, ratios of norms, and angles."""
ONE = (Fraction(1, 20), Fraction(1, 16)), (Fraction(15707, 10_000), Fraction(15709, 10_000))
"""Ratios of norms and angles, the right one among them, with one spurious minimum each."""
EVERY = (Fraction(0), Fraction(1, 16)), ONE[1]
"""The same with one at least; 0 is the limit, and no ratio."""


def orthogonal(ratio: Fraction) -> Matrix:
    """A teacher of norms 1 and `ratio` at right angles."""
    return (Fraction(1), Fraction(0)), (Fraction(0), ratio)


def _settles(teacher: Matrix, kinds: list[str] | None, statement: Statement) -> bool:
    """`kinds`: of the critical points; None for the statement that none is spurious."""
    if not isinstance(statement, CoverStatement) or statement.domain != EVERYWHERE:
        return False
    if statement.landscape.teacher != teacher:
        return False
    if kinds is None:
        return isinstance(statement, NoSpuriousMinimum)
    return isinstance(statement, CriticalPointsComplete) and sorted(p.what for p in statement.points) == sorted(kinds)


def _of_antiparallel(statement: Statement) -> bool:
    return isinstance(statement, SuboptimalStudents) and statement.landscape.teacher == ANTIPARALLEL


def _of_teachers(landscape: TwoNeuronTeachers, what: str, statement: Statement) -> bool:
    return statement == StatementOfTeachers(landscape, what)


def _list(ratio: Fraction, kinds: list[str], claim: str) -> Item:
    teacher = orthogonal(ratio)
    name = "equal norms" if ratio == 1 else f"ratio {ratio}"
    return Item(
        name=f"{name}, the critical points",
        claim=claim,
        file=f"critical-points-{ratio.denominator}.json",
        make=partial(certify_everywhere, None if ratio == 1 else teacher),
        settles=partial(_settles, teacher, kinds),
    )


PROOF = proof(
    "two-neurons",
    "Two neurons (no paper)",
    (
        Item(
            name="equal norms, every d",
            claim="Two ReLU students of any norm, an orthonormal teacher of two: every local minimum is global.",
            file="no-spurious-minimum.json",
            make=partial(certify_everywhere, complete=False),
            settles=partial(_settles, identity(2), None),
        ),
        _list(Fraction(1), [GLOBAL, NEGATIVE], "In the plane one critical point beside the global minimum."),
        _list(Fraction(1, 2), [GLOBAL, NEGATIVE], "Teacher norms 1 and 1/2 at right angles: none is spurious."),
        _list(Fraction(1, 8), [GLOBAL, NEGATIVE], "Teacher norms 1 and 1/8 at right angles: none is spurious."),
        _list(
            Fraction(1, 16),
            [GLOBAL, SPURIOUS_POINT, NEGATIVE, NEGATIVE],
            "Teacher norms 1 and 1/16 at right angles: exactly one spurious minimum, up to exchanging the students.",
        ),
        *(
            Item(
                name=f"ratios in [{ratios[0]}, {ratios[1]}], angles in [{angles[0]}, {angles[1]}]",
                claim="No teacher of two neurons with such norms and angle has a spurious minimum, for every d.",
                file=f"{file}.json",
                make=partial(certify_every_teacher, ratios, angles),
                settles=partial(_of_teachers, TwoNeuronTeachers(ratios, angles), NO_SPURIOUS),
            )
            for file, ratios, angles in REGIONS
        ),
        Item(
            name=f"ratios in [{ONE[0][0]}, {ONE[0][1]}], right angles",
            claim="Each teacher of two neurons with such norms at right angles has exactly one spurious minimum.",
            file="one-spurious-minimum.json",
            make=partial(certify_one_spurious_minimum, *ONE),
            settles=partial(_of_teachers, TwoNeuronTeachers(*ONE), ONE_SPURIOUS),
        ),
        Item(
            name=f"ratios in (0, {EVERY[0][1]}], right angles",
            claim="Each teacher of two neurons with such norms at right angles has a strict spurious minimum.",
            file="spurious-minima.json",
            make=partial(certify_spurious_minima, *EVERY),
            settles=partial(_of_teachers, TwoNeuronTeachers(*EVERY), SPURIOUS),
        ),
        Item(
            name="antiparallel teachers",
            claim="Teachers v and -2 v: the students -v, -v are a local minimum, neither strict nor global.",
            file="antiparallel.json",
            make=partial(certify_antiparallel, ANTIPARALLEL, STUDENTS),
            settles=_of_antiparallel,
        ),
    ),
)
