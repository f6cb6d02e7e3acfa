"""Rule `risk-in-box`: all critical points, or all local minima, of an empirical risk in a box of parameters.

Theorem. Let F be an empirical risk of p <= 4 trained parameters, X a box of them, and let
  (1) `cover` hold for X, grad F = 0 and boxes B_1, ..., B_m, with one zero each (`krawczyk`),
  (2) each zero lie in X, or none of it, and those in X be different,
  (3) at each zero in X the Hessian be > 0, a strict local minimum, or have a negative eigenvalue.
Then those zeros are all critical points of F in X. If for (1) also pieces are left out on which the Hessian has a
negative eigenvalue, the strict minima among the zeros are all local minima of F in X. Let moreover
  (4) x be the only local minimum in X, `cover` hold for X, the points where F is least on X, and a box C with x in
      it, and the Hessian be > 0 on all of C.
Then F(x) is the least value of F on X.

Proof. No unit meets a kink on a piece whose test passes, so F is C^2 there, and where a local minimum lies the
gradient is 0 and no eigenvalue of the Hessian is negative. (4): a least point z exists, and F(z) <= F(x). It is
in no piece with F > F(x), and in none on which F falls along a parameter towards points of X. So z is in C and in X,
a convex set on which F is strictly convex, where the critical point x is the only least point. QED
Source: interval global optimisation; Moore 1966, Hansen 1980; docs/COVERS.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import first_pivot_not_positive, has_negative_minor, is_positive_definite
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task
from verify.checker.losses.risk_in_box import CriticalPoints, LeastPoints, LocalMinima
from verify.checker.statements.cover_witness import Cover, CoverWitness, Zero
from verify.checker.statements.small_empirical_risk import (
    COMPLETE,
    MINIMUM,
    NEGATIVE,
    NO_SPURIOUS,
    InBox,
)
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import box_of, lies_within, prove_cover, prove_one_zero
from verify.checker.theorems.two_neurons import Classified, enclosed, prove_list

RULE = "risk-in-box"
Found = tuple[str, list[arb]]
"""What a critical point is, and where."""


class AllInBox(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(AllInBox)


def risk_in_box(task: Task[InBox, CoverWitness]) -> AllInBox:
    """Prove hypotheses (1) to (3), and (4) where no spurious minimum is claimed."""
    statement = task.statement
    cover, *rest = task.witness.covers
    if cover.box != statement.box:
        raise Refuted("the box of the cover is another one than that of the statement")
    complete = statement.property == COMPLETE
    system = (CriticalPoints if complete else LocalMinima)(statement.landscape)
    found = points_in_box(system, cover)
    told = [point for point in found if complete or point[0] == MINIMUM]
    if len(statement.points) < len(told):  # they are different, and that suffices; that there are no more does not
        raise Refuted(f"{len(statement.points)} points are claimed, and {len(told)} are proved")
    prove_cover(replace(system, narrow=True), cover)
    prove_told(statement, told)
    task.record(COVER, "all points sought in the box are among the zeros", f"{cover.tree.leaves} pieces")
    task.record(RULE, "the zeros in the box are different and decided", ", ".join(kind for kind, _ in found) or "none")
    if statement.property == NO_SPURIOUS:
        _prove_least(task, told[0][1], rest[0])
    return _fact(statement)


def points_in_box(system: CriticalPoints, cover: Cover) -> list[Found]:
    """Prove hypotheses (2) and (3): the zeros in the box, and what they are."""
    found: list[Found] = []
    for number, zero in enumerate(cover.zeros):
        point = prove_one_zero(system, zero)
        name = f"zero {number}"
        inside = [ball(low) <= x and x <= ball(high) for x, (low, high) in zip(point, cover.box, strict=True)]
        if any(x < ball(low) or x > ball(high) for x, (low, high) in zip(point, cover.box, strict=True)):
            continue
        decide(all(inside), False, f"{name} is not proved to lie in the box")
        for before, (_, other) in enumerate(found):
            different = any(abs(x - y) > 0 for x, y in zip(point, other, strict=True))
            decide(different, False, f"{name} is not proved different from point {before}")
        found.append((_kind(system, point, name), point))
    return found


def _kind(system: CriticalPoints, point: list[arb], name: str) -> str:
    loss = system.at(point)
    if loss is not None:
        hessian = loss.hessian()
        if first_pivot_not_positive(hessian) is None:
            return MINIMUM
        if has_negative_minor(hessian):
            return NEGATIVE
    raise Open(f"{name}: the Hessian is neither proved positive definite nor to have a negative eigenvalue")


def prove_told(statement: InBox, found: Sequence[Found]) -> None:
    """That these are the points of the statement's list, which is complete."""
    prove_list(statement.points, [Classified(kind, enclosed([where])) for kind, where in found], "point")


def is_convex(critical: CriticalPoints, around: Zero) -> bool:
    """True only if the Hessian is proved positive definite everywhere in a box."""
    on = critical.at(box_of(around))
    return on is not None and is_positive_definite(on.hessian())


def _prove_least(task: Task[InBox, CoverWitness], minimum: list[arb], cover: Cover) -> None:
    """Hypothesis (4)."""
    statement = task.statement
    if cover.box != statement.box or len(cover.zeros) != 1:
        raise Refuted("the second cover needs the statement's box, and one box around the minimum")
    (around,) = cover.zeros
    critical = CriticalPoints(statement.landscape)
    convex = is_convex(critical, around) and lies_within(minimum, around)
    decide(convex, False, "the loss was not proved convex on the box around the minimum")
    at = critical.at(minimum)
    value = arb.nan() if at is None else at.value()
    prove_cover(LeastPoints(statement.landscape, statement.box, value.upper(), narrow=True), cover)
    task.record(RULE, "the loss is nowhere smaller in the box", f"{cover.tree.leaves} pieces")
