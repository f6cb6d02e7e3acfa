"""Rule `symmetric-local-minimum`.

Theorem. Let x be the critical point in the box X that (1) to (4) of `symmetric_point` give,
E as there the part of the Hessian that is bounded by sigma >= |E| on X, and m > 0. If
  (5) each block B of a component, with the Gram matrix N of its unknowns, has B - (m + sigma) N >= 0,
      everywhere on X,
then every eigenvalue of the Hessian of F is at least m, everywhere on X, and x is a strict
local minimum of F, among all students. If moreover
  (6) each block of the matrix M of `every-input-dimension` has B - m N >= 0, everywhere on X,
then x padded with D - k zero columns is a strict local minimum in every input dimension
D >= k, with the same value and the same bound m. And if
  (7) l > 0, where l bounds the loss at x from below,
and n = k or sigma(0) = 0, then x is not a global minimum, in k or in any D >= k: n >= k, so the
student (V, 0, ..., 0) has the loss 0.

Proof. By Schur's lemma the eigenvalues of the Hessian less E are those of the pencils
(B, N), each as often as its multiplicity says, and the list is complete by (4); E moves none by
more than sigma. F is C^2 near x, so the sufficient conditions of the second order hold there.
(6), (7): see `every-input-dimension` and `spurious-local-minimum`. QED

Source: docs/SYMMETRY.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import is_positive_definite
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Component
from verify.checker.losses import isotypic
from verify.checker.losses.isotypic import Form
from verify.checker.losses.symmetric import SymmetricTeacherStudent
from verify.checker.statements.critical_point import MINIMA
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.theorems.strong_convexity import not_at_least
from verify.checker.theorems.symmetric_point import (
    PointTask,
    SymmetricCriticalPoint,
    SymmetricTask,
    certainly_below,
    prove_critical_point,
    prove_points,
    scaled,
)

RULE = "symmetric-local-minimum"


@dataclass(frozen=True, slots=True)
class SymmetricMinimum(Fact):
    """The conclusion of the theorem above."""

    at: SymmetricCriticalPoint
    hessian_lower_bound: Fraction
    every_dimension: bool
    not_global: bool

    def proves(self, statement: Statement) -> bool:
        """A minimum there, with bounds that are no stronger, in no more dimensions."""
        if not (isinstance(statement, SymmetricPoints) and self.at.is_at(statement)):
            return False
        [point] = statement.points
        strict, spurious = MINIMA
        return (
            (point.property == strict or (point.property == spurious and self.not_global))
            and (self.every_dimension or not point.every_dimension)
            and 0 < point.curvature <= self.hessian_lower_bound
            and not any(block.negative for block in point.blocks)
            and not point.splits
        )


_fact = maker(SymmetricMinimum)


def symmetric_local_minimum(task: SymmetricTask) -> dict[int, SymmetricMinimum]:
    """Prove the hypotheses for each point of which a minimum is claimed."""
    return prove_points(task, RULE, lambda point: point.is_minimum, _prove_minimum)


def _prove_minimum(_: int, part: PointTask) -> SymmetricMinimum:
    critical_point = prove_critical_point(part)
    symmetry = part.point.symmetry
    _prove_bounded_below(part, "the Hessian", symmetry.components(), isotypic.block, part.region.spread)
    if part.point.every_dimension:
        name = "the Hessian's block of each new input coordinate"
        _prove_bounded_below(part, name, symmetry.row_components(), isotypic.row_block, arb(0))
    part.measured.append(f"all blocks >= m = {at_least(part.point.curvature)}")
    realisable = symmetry.rows == symmetry.columns or part.vanishes_at_zero
    if part.point.property == "spurious-local-minimum":
        if part.point.loss[0] <= 0:
            raise Refuted("the lower bound of the loss is not above 0, the global minimum")
        if not realisable:
            raise Open("the surplus student neurons cannot be zero, as sigma(0) is not 0")
    not_global = realisable and critical_point.loss[0] > 0
    return _fact(critical_point, part.point.curvature, part.point.every_dimension, not_global)


def _prove_bounded_below(
    part: PointTask,
    name: str,
    components: Iterable[Component],
    block: Callable[[SymmetricTeacherStudent, str], Form],
    spread: arb,
) -> None:
    """(5) and (6)."""
    m = ball(part.point.curvature)
    for component in components:
        part.check_time()
        if not is_positive_definite(scaled(block(part.region, component.name), m + spread)):
            below = certainly_below(block(part.at_center, component.name), m - part.at_center.spread)
            not_at_least(f"{name}, component {component.name!r},", part.point.curvature, below, "the box")
