"""Rule `flat-direction`: no local minimum in a region is strict, because the loss is constant along a flow.

Theorem. Let B be the closed Euclidean ball of radius r >= 0 around c, and T a vector field as in `symmetries`. If
  (1) along the flow of T F is constant near every point of B, and
  (2) T is not 0 at any point of B,
then F has no strict local minimum in B.
Proof. The flow through a point x of B stays where F is F(x) for small times, and by (2) its points differ from x and
tend to it. QED

Units that may be on their kinks have no slope here: (1) asks nothing of them, or is not proved.
Source: standard; docs/BASIN.md.
"""

from __future__ import annotations

from verify.checker.core.balls import box
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.no_critical_point import NO_STRICT, NoCriticalPoint, NoCriticalPointWitness
from verify.checker.theorems.minorant import Frozen, freeze
from verify.checker.theorems.symmetries import prove_symmetry

RULE = "flat-direction"


class NoStrictMinimum(Conclusion):
    """There is no strict local minimum in a ball."""

    __slots__ = ()


_fact = maker(NoStrictMinimum)


def flat_direction(task: Task[NoCriticalPoint, NoCriticalPointWitness]) -> NoStrictMinimum:
    """Prove hypotheses (1) and (2) of the theorem above."""
    statement, symmetry = task.statement, task.witness.symmetry
    if symmetry is None:
        raise Refuted("no flow is given")
    landscape, region = statement.landscape, box(statement.center, statement.radius)
    field = prove_symmetry(symmetry, landscape, frozen_off_kinks(EmpiricalRisk(landscape, region)))
    task.record(RULE, "the loss is constant along a flow near the region", f"`{symmetry.name}`")
    if not any(entry > 0 or entry < 0 for entry in field.at(region[0])):
        raise Open("no component of the flow was proved not to vanish on the region")
    task.record(RULE, "the flow moves every point of the region", f"within {at_least(statement.radius)}")
    return _fact(NoCriticalPoint(landscape, NO_STRICT, statement.center, statement.radius))


def frozen_off_kinks(risk: EmpiricalRisk) -> Frozen:
    """The slopes of the units that are off their kinks on the whole region; the others count as on them."""
    slopes, near = freeze(risk, {})
    return Frozen(slopes, frozenset(near))
