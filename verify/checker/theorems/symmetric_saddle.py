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

from dataclasses import dataclass
from fractions import Fraction

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import negative_eigenvalues, positive_eigenvalues
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.losses import isotypic
from verify.checker.statements.symmetric import Block, SymmetricPoints
from verify.checker.theorems.inertia import prove_inertia
from verify.checker.theorems.symmetric_point import (
    PointTask,
    SymmetricCriticalPoint,
    SymmetricTask,
    prove_critical_point,
    prove_points,
    scaled,
)

RULE = "symmetric-saddle"


@dataclass(frozen=True, slots=True)
class SymmetricSaddle(Fact):
    """The conclusion of the theorem above."""

    at: SymmetricCriticalPoint
    curvature: Fraction
    """The smallest eigenvalue of the Hessian is at most this."""
    blocks: tuple[Block, ...]
    """How many eigenvalues of each component's block are negative."""

    def proves(self, statement: Statement) -> bool:
        """A saddle there, with the same inertia and a bound of the curvature that is no stronger."""
        if not (isinstance(statement, SymmetricPoints) and self.at.is_at(statement)):
            return False
        [point] = statement.points
        return (
            point.property == "saddle"
            and point.blocks == self.blocks
            and self.curvature <= point.curvature < 0
            and any(block.negative < block.component.size for block in self.blocks)
            and not point.splits
        )


_fact = maker(SymmetricSaddle)


def symmetric_saddle(task: SymmetricTask) -> dict[int, SymmetricSaddle]:
    """Prove the hypotheses for each point of which a saddle is claimed."""
    return prove_points(task, RULE, lambda point: not point.is_minimum, _prove_point)


def _prove_point(_: int, part: PointTask) -> SymmetricSaddle:
    return _fact(prove_critical_point(part), *_prove_saddle(part))


def _prove_saddle(part: PointTask) -> tuple[Fraction, tuple[Block, ...]]:
    """(5) and (6); returns the curvature and the blocks."""
    blocks = _prove_inertia(part)
    return _prove_negative_curvature(part), blocks


def _prove_inertia(part: PointTask) -> tuple[Block, ...]:
    """(5)."""
    total = 0
    for block in part.point.blocks:
        part.check_time()
        name, size, multiplicity = block.component
        form, spread = isotypic.block(part.region, name), part.region.spread
        negative = negative_eigenvalues(scaled(form, -spread))
        positive = positive_eigenvalues(scaled(form, spread))
        counts = f"{negative} negative and {positive} positive eigenvalues"
        claimed = block.negative, size - block.negative
        false = f"blocks: {name!r} has at least {counts}, claimed are {claimed[0]} and {claimed[1]}"
        unknown = f"blocks: {name!r} has size {size}, and only {counts} were proved"
        prove_inertia((negative, positive), claimed, false, unknown)
        total += negative * multiplicity
    part.measured.append(f"{total} negative eigenvalues of {part.point.symmetry.rows * part.point.symmetry.columns}")
    return part.point.blocks


def _prove_negative_curvature(part: PointTask) -> Fraction:
    """(6)."""
    bound = ball(part.point.curvature)
    for block in part.point.blocks:
        if not block.negative:
            continue
        form = isotypic.block(part.region, block.component.name)
        if negative_eigenvalues(scaled(form, bound - part.region.spread)):
            part.measured.append(f"one below {at_most(part.point.curvature)} in {block.component.name!r}")
            return part.point.curvature
    at_center, spread = part.at_center, part.at_center.spread
    forms = [isotypic.block(at_center, block.component.name) for block in part.point.blocks]
    if all(positive_eigenvalues(scaled(form, bound + spread)) == form.norm.nrows() for form in forms):
        raise Refuted(f"no eigenvalue of the Hessian at the given point is <= {at_least(part.point.curvature)}")
    raise Open(f"no eigenvalue of the Hessian was proved <= {at_least(part.point.curvature)} over the box")
