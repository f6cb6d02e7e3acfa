"""Arjevani & Field 2020-22, on the symmetry of critical points of two-layer ReLU networks.

With n = k and an orthonormal teacher: the families type II and type I, with the symmetry of
S_(k-1), and type A, with that of S_k; critical points with the symmetry of S_p x S_q; and the
Hessian's spectrum at the global minimum. Statements for k to infinity are not settled here.
"""

from __future__ import annotations

from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path

from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Symmetry
from verify.checker.statements.symmetric import SymmetricPoint
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.symmetry import SymmetricStudent, critical_point
from verify.producer.symmetry.families import TYPE_I, TYPE_II, type_a

from .symmetric_minima import Makers, parts, points_of, spurious

CHOSEN = (200, 500, 1000, 10_000, 100_000, 1_000_000, 999_999_999)
"""Sizes beyond 100, up to the largest that the format has."""
SIZES_AT_THE_GLOBAL_MINIMUM = (*range(2, 101), *CHOSEN[:-1])
"""Beyond 10^6 the test of definiteness, whose shift grows with k, does not prove so tight a bound."""
AT_SIX = (0.98670381888858, -0.050413403216809, 0.30801099147907, 0.22451580759948, -0.60151192356109)
"""The paper's type II at k = 6: diagonal, off-diagonal, last column, last row, corner."""
AT_FIVE = (0.9616, -0.0791, 0.3761, 0.2875, -0.5598)
LAST_DIGIT = Fraction(1, 10**13)
TIGHT = 1e-6
"""The part of the smallest eigenvalue that is given away at the global minimum."""
FLOOR = Fraction(9084, 100_000)
"""Below 1/4 - 1/(2 pi) = 0.0908450569..."""


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """One file for each family. Those already there are kept if they check."""
    makers: Makers = {
        "type-ii.json": _type_ii,
        "type-a.json": _type_a,
        "type-i.json": _type_i,
        "two-groups.json": _two_groups,
    }
    command = "verify prove arjevani-field"
    write_parts([*parts(makers, command), at_the_global_minimum(command)], folder, progress, executor)


def at_the_global_minimum(command: str) -> Part:
    """The file on the Hessian at W = V, whose bound is tight."""
    (part,) = parts({"global-minimum.json": global_minima}, command, TIGHT)
    return part


def _type_a() -> list[SymmetricStudent]:
    return [type_a(k) for k in (*range(6, 101), *CHOSEN)]


def global_minima() -> list[SymmetricStudent]:
    """The global minimum W = V of n = k, for each size."""
    return [identity(k) for k in (1, *SIZES_AT_THE_GLOBAL_MINIMUM)]


def _type_ii() -> list[SymmetricStudent]:
    small = [critical_point(Symmetry((k - 1, 1), 0), values) for k, values in ((5, AT_FIVE), (6, AT_SIX))]
    return small + [
        critical_point(Symmetry((k - 1, 1), 0), TYPE_II.start((k - 1, 1))) for k in (*range(7, 101), *CHOSEN)
    ]


def _type_i() -> list[SymmetricStudent]:
    sizes = (*range(6, 101), *CHOSEN)
    return [critical_point(Symmetry((1, k - 1), 0), TYPE_I.start((1, k - 1))) for k in sizes]


def _two_groups() -> list[SymmetricStudent]:
    """Type II with two flipped neurons, and type I with two that are not."""
    types = [(TYPE_II, (k - 2, 2)) for k in (*range(8, 101), *CHOSEN)]
    types += [(TYPE_I, (2, k - 2)) for k in (*range(10, 101), *CHOSEN)]
    return [critical_point(Symmetry(groups, 0), branch.start(groups)) for branch, groups in types]


def identity(k: int) -> SymmetricStudent:
    """W = V."""
    values = (Fraction(1), Fraction(0))[: 1 if k == 1 else 2]
    return SymmetricStudent(Symmetry((k,), 0), values)


def _type_ii_begins(statement: Statement) -> bool:
    """A saddle of k = 5, and a spurious minimum of k = 6 at the paper's five values."""
    at_five = [point for point in points_of(statement) if point.symmetry.groups == (4, 1)]
    at_six = [point for point in points_of(statement) if point.symmetry.groups == (5, 1)]
    return any(point.property == "saddle" for point in at_five) and any(
        point.property == "spurious-local-minimum" and _is_near(point, AT_SIX) for point in at_six
    )


def _is_near(point: SymmetricPoint, values: tuple[float, ...]) -> bool:
    pairs = zip(point.values, values, strict=True)
    return all(abs(value - Fraction(printed)) + point.radius <= LAST_DIGIT for value, printed in pairs)


def above_floor(statement: Statement) -> bool:
    """The global minimum's Hessian for each size, with the multiplicities of its blocks."""
    found = {
        point.symmetry.columns: point.curvature
        for point in points_of(statement)
        if point.is_minimum and point.values == identity(point.symmetry.columns).values
    }
    return all(found.get(k, 0) >= FLOOR for k in SIZES_AT_THE_GLOBAL_MINIMUM)


TO_A_MILLION = "k from 2 to 100, and k = 200, 500, 1000, 10^4, 10^5, 10^6"
SCOPE = "k from {} to 100, and k = 200, 500, 1000, 10^4, 10^5, 10^6, 10^9 - 1"

PROOF = Proof(
    name="arjevani-field",
    paper="Arjevani & Field 2020-22, Symmetry and critical points of shallow ReLU networks",
    claims=(
        Claim(
            name="type II, k = 5 and 6",
            statement=(
                "The type II critical point is a saddle at k = 5 and a spurious local minimum at k = 6, where its five "
                "values are, to 13 digits, 0.98670381888858, -0.050413403216809, 0.30801099147907, 0.22451580759948, "
                "-0.60151192356109."
            ),
            file="type-ii.json",
            settled_by=_type_ii_begins,
        ),
        Claim(
            name="type II",
            statement=f"The type II critical point is a spurious local minimum for every d >= k: {SCOPE.format(6)}.",
            file="type-ii.json",
            settled_by=lambda statement: spurious(statement, 0) >= {*range(6, 101), *CHOSEN},
        ),
        Claim(
            name="type A",
            statement=f"The type A critical point is a spurious local minimum for every d >= k: {SCOPE.format(6)}.",
            file="type-a.json",
            settled_by=lambda statement: spurious(statement, 0) >= {*range(6, 101), *CHOSEN},
        ),
        Claim(
            name="type I",
            statement=f"The type I critical point is a spurious local minimum for every d >= k: {SCOPE.format(7)}.",
            file="type-i.json",
            settled_by=lambda statement: spurious(statement, 0) >= {*range(7, 101), *CHOSEN},
        ),
        Claim(
            name="S_p x S_q",
            statement=(
                "There are critical points whose symmetry is S_(k-2) x S_2; they are spurious local minima for every "
                f"d >= k: {SCOPE.format(8)}. (More types are in the proof symmetric-minima.)"
            ),
            file="two-groups.json",
            settled_by=lambda statement: spurious(statement, 0) >= {*range(8, 101), *CHOSEN},
        ),
        Claim(
            name="spectrum at the global minimum, each k",
            statement=(
                "At the global minimum V every eigenvalue of the Hessian is at least 0.09084, where 1/4 - 1/(2 pi) = "
                "0.0908450..., with the multiplicities (k-1)(k-2)/2 and k(k-3)/2 of its two single numbers: "
                f"{TO_A_MILLION}."
            ),
            file="global-minimum.json",
            settled_by=above_floor,
        ),
        Claim(
            name="spectrum at the global minimum, every k",
            statement=(
                "At the global minimum V the Hessian's spectrum is 1/4 - 1/(2 pi), k(k-1)/2 times, 1/4 + 1/(2 pi), "
                "k(k-3)/2 times, and the rest in closed form, for every k."
            ),
            missing="docs/SYMMETRY.md has a proof by hand, and the rest; no rule of the checker states it",
        ),
    ),
    write=write,
)
