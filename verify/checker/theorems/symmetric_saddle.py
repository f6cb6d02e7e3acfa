"""Rule `symmetric-saddle`.

Theorem. Let x be the critical point in the box X that (1) to (4) of `symmetric_point` give,
E as there the part of the Hessian that is bounded by sigma >= |E| on X, and a < 0. If
  (5) each block B of a component, with the Gram matrix N of its unknowns, has as many negative
      eigenvalues of B + sigma N, and as many positive ones of B - sigma N, as are claimed,
      and the two numbers add up to its size, everywhere on X,
  (6) some block has a negative eigenvalue of B + (sigma - a) N, everywhere on X,
then the Hessian of F at x is invertible, its negative eigenvalues are as many as the
claimed ones times the multiplicities, and the smallest one is below a. As some are negative
and some positive, x is neither a local minimum nor a local maximum.
In every higher input dimension, x padded with zeros is a critical point of the same value
with these two curvatures; the count of negative eigenvalues is said of d = k alone.

Proof. Schur's lemma, as for `symmetric-local-minimum`; B + E' lies between B - sigma N and B +
sigma N for the block E' of E; Courant-Fischer and Sylvester. For the lift see `saddle`. QED

Source: docs/SYMMETRY.md.
"""

from __future__ import annotations

from dataclasses import replace

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.definiteness import (
    negative_eigenvalues_of_block,
    positive_eigenvalues,
    positive_eigenvalues_of_block,
)
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.theorems.inertia import prove_inertia
from verify.checker.theorems.symmetric_point import (
    PointTask,
    SymmetricTask,
    prove_critical_point,
    prove_points,
)

RULE = "symmetric-saddle"


class SymmetricSaddle(Conclusion):
    """The conclusion of the theorem above, of one point."""

    __slots__ = ()


_fact = maker(SymmetricSaddle)


def symmetric_saddle(task: SymmetricTask) -> dict[int, SymmetricSaddle]:
    """Prove the hypotheses for each point of which a saddle is claimed."""
    return prove_points(task, RULE, lambda point: not point.is_minimum, _prove_point)


def _prove_point(_: int, part: PointTask) -> SymmetricSaddle:
    if part.point.curvature >= 0:
        raise Refuted("the curvature is not below 0")
    prove_critical_point(part)
    _prove_inertia(part)
    _prove_negative_curvature(part)
    return _fact(part.alone(replace(part.point, property="saddle", splits=())))


def _prove_inertia(part: PointTask) -> None:
    """(5)."""
    if all(block.negative == block.component.size for block in part.point.blocks):
        raise Refuted("blocks: a saddle needs a positive eigenvalue")
    total = 0
    for block in part.point.blocks:
        look()
        name, size, multiplicity = block.component
        found, spread = part.region.block(name), part.region.spread
        negative = negative_eigenvalues_of_block(found.less(-spread))
        positive = positive_eigenvalues_of_block(found.less(spread))
        counts = f"{negative} negative and {positive} positive eigenvalues"
        claimed = block.negative, size - block.negative
        false = f"blocks: {name!r} has at least {counts}, claimed are {claimed[0]} and {claimed[1]}"
        unknown = f"blocks: {name!r} has size {size}, and only {counts} were proved"
        prove_inertia((negative, positive), claimed, false, unknown)
        total += negative * multiplicity
    part.measured.append(f"{total} negative eigenvalues of {part.point.symmetry.rows * part.point.symmetry.columns}")


def _prove_negative_curvature(part: PointTask) -> None:
    """(6)."""
    bound = ball(part.point.curvature)
    for block in part.point.blocks:
        if not block.negative:
            continue
        if negative_eigenvalues_of_block(part.region.block(block.component.name).less(bound - part.region.spread)):
            part.measured.append(f"one below {at_most(part.point.curvature)} in {block.component.name!r}")
            return
    least = bound + part.at_center.spread
    if all(positive_eigenvalues(block.less(least)) == block.norm.nrows() for block in part.at_center.blocks):
        raise Refuted(f"no eigenvalue of the Hessian at the given point is <= {at_least(part.point.curvature)}")
    raise Open(f"no eigenvalue of the Hessian was proved <= {at_least(part.point.curvature)} over the box")
