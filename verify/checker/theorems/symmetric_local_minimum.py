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

from collections.abc import Callable
from dataclasses import replace

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.definiteness import negative_eigenvalues, positive_eigenvalues_of_block
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.losses.isotypic import SymmetricTeacherStudent
from verify.checker.losses.loss import Block
from verify.checker.theorems.strong_convexity import not_at_least
from verify.checker.theorems.symmetric_point import (
    PointTask,
    SymmetricTask,
    prove_critical_point,
    prove_points,
)

RULE = "symmetric-local-minimum"


class SymmetricMinimum(Conclusion):
    """The conclusion of the theorem above, of one point."""

    __slots__ = ()


_fact = maker(SymmetricMinimum)


def symmetric_local_minimum(task: SymmetricTask) -> dict[int, SymmetricMinimum]:
    """Prove the hypotheses for each point of which a minimum is claimed."""
    return prove_points(task, RULE, lambda point: point.is_minimum, _prove_minimum)


def _prove_minimum(_: int, part: PointTask) -> SymmetricMinimum:
    point, symmetry = part.point, part.point.symmetry
    if point.curvature <= 0:
        raise Refuted("m is not above 0")
    prove_critical_point(part)
    _prove_bounded_below(part, "the Hessian", lambda at: at.blocks, part.region.spread)
    if point.every_dimension:
        name = "the Hessian's block of each new input coordinate"
        _prove_bounded_below(part, name, lambda at: at.input_dimension_blocks, arb(0))
    part.measured.append(f"all blocks >= m = {at_least(point.curvature)}")
    if point.property == "spurious-local-minimum":
        if point.loss[0] <= 0:
            raise Refuted("the lower bound of the loss is not above 0, the global minimum")
        if symmetry.rows != symmetry.columns and not part.activation.vanishes_at_zero:
            raise Open("the surplus student neurons cannot be zero, as sigma(0) is not 0")
    return _fact(
        part.alone(replace(point, blocks=tuple(replace(block, negative=0) for block in point.blocks), splits=()))
    )


def _prove_bounded_below(
    part: PointTask, name: str, blocks: Callable[[SymmetricTeacherStudent], list[Block]], spread: arb
) -> None:
    """(5) and (6)."""
    m = ball(part.point.curvature)
    for index, block in enumerate(blocks(part.region)):
        look()
        if positive_eigenvalues_of_block(block.less(m + spread)) != block.norm.nrows():
            at_center = blocks(part.at_center)[index].less(m - part.at_center.spread)
            below = negative_eigenvalues(at_center) > 0
            not_at_least(f"{name}, component {block.name!r},", part.point.curvature, below, "the box")
