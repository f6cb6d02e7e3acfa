"""Safran, Yehudai & Shamir 2021, "The Effects of Mild Over-parameterization on the Optimization Landscape ...".

Their loss is printed without the factor 1/2, their Hessian with it; ours has it in both. With
n = k and an orthonormal teacher. What no certificate says here is said, and proved, in
docs/SYMMETRY.md.
"""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Symmetry
from verify.producer.parts import write_parts
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.symmetry import SymmetricStudent, critical_point
from verify.producer.symmetry.families import TYPE_I, TYPE_II, follow, type_a

from .arjevani_field import CHOSEN, SCOPE, TO_A_MILLION, above_floor, at_the_global_minimum
from .symmetric_minima import Makers, parts, points_of, spurious

LARGEST = 40
"""Of the sizes for which every type of every branch is split."""


def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
    """The global minimum for each size, and the minima that are split. Files already there are kept if they check."""
    command = "verify prove safran-yehudai-shamir-2021"
    makers: Makers = {"splitting-families.json": _families, "splitting-types.json": _types}
    write_parts([at_the_global_minimum(command), *parts(makers, command)], folder, progress, executor)


def _families() -> list[SymmetricStudent]:
    """Type II, type I and type A, wherever they are minima."""
    found = [type_a(k) for k in (*range(6, 101), *CHOSEN)]
    for k in (*range(7, 101), *CHOSEN):
        found.append(critical_point(Symmetry((k - 1, 1), 0), TYPE_II.start((k - 1, 1))))
        found.append(critical_point(Symmetry((1, k - 1), 0), TYPE_I.start((1, k - 1))))
    return found


def _types() -> list[SymmetricStudent]:
    """All types (p, q) of both branches."""
    found = [*follow(TYPE_II, range(8, LARGEST + 1)), *follow(TYPE_I, range(8, LARGEST + 1))]
    return [student for _, student in found if student is not None]


def _every_minimum_splits(statement: Statement) -> bool:
    """Each spurious minimum has neurons that make a saddle when split; there are minima for each size."""
    points = [point for point in points_of(statement) if point.property == "spurious-local-minimum"]
    return bool(points) and all(point.splits and point.every_dimension for point in points)


PROOF = Proof(
    name="safran-yehudai-shamir-2021",
    paper="Safran, Yehudai & Shamir 2021, The Effects of Mild Over-parameterization on the Optimization Landscape",
    claims=(
        Claim(
            name="Theorem 3, each k",
            statement=(
                "At n = k the Hessian at the global minimum V is >= 0.09084 I, where 1/4 - 1/(2 pi) = 0.0908450...: "
                f"{TO_A_MILLION}, and every d >= k."
            ),
            file="global-minimum.json",
            settled_by=above_floor,
        ),
        Claim(
            name="Theorem 3, every k",
            statement="At n = k the Hessian at every global minimum is >= (1/4 - 1/(2 pi)) I.",
            missing="docs/SYMMETRY.md has a proof by hand for V and its permutations; no rule of the checker states it",
        ),
        Claim(
            name="Theorems 14 and 16, type II, I and A",
            statement=(
                "At each of these spurious minima a neuron can be split, w -> (alpha w, (1 - alpha) w), so that the "
                f"result is a saddle, for every 0 < alpha < 1 and d >= k; {SCOPE.format(7)}."
            ),
            file="splitting-families.json",
            settled_by=lambda statement: (
                _every_minimum_splits(statement) and spurious(statement, 0) >= {*range(7, 101), *CHOSEN}
            ),
        ),
        Claim(
            name="Theorems 14 and 16, types (p, q)",
            statement=(
                "The same at each spurious minimum of the branches type II and type I at the types (p, q), "
                f"p + q = 8, ..., {LARGEST}."
            ),
            file="splitting-types.json",
            settled_by=lambda statement: (
                _every_minimum_splits(statement) and spurious(statement, 0) >= set(range(8, LARGEST + 1))
            ),
        ),
        Claim(
            name="experiment, n = k = 6..100",
            statement=(
                "Every end point of 500 runs for each k is block-symmetric, the spurious ones of type p + q or p + 1 + "
                "q, and a strict local minimum."
            ),
            missing=(
                "that there are no other end points; certified are the points of three branches at the types "
                "(p, q) and (p, 1, q), in the proof symmetric-minima"
            ),
        ),
        Claim(
            name="Theorems 7 and 9",
            statement=(
                "For n > k there is neither one-point strong convexity nor a Polyak-Lojasiewicz inequality in any "
                "neighbourhood of a global minimum."
            ),
            missing="a rule for statements about every neighbourhood of a point",
        ),
        Claim(
            name="Conjecture 12, as printed",
            statement=(
                "With n = m k and the global minimum w~_ij = v_i / m, (w - w~)^T H(w) (w - w~) >= 1/4 (|g|^2 + "
                "(1 - 2/pi) sum_i |g_i|^2) in a small neighbourhood of it."
            ),
            missing=(
                "docs/SYMMETRY.md refutes it by hand for every m >= 1 and k >= 2, and has the nearest true statement "
                "for m = 1; no rule of the checker states such an inequality"
            ),
        ),
    ),
    write=write,
)
