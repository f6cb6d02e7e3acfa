"""Rule `symmetric-splitting`.

Theorem. Let sigma be ReLU or leaky ReLU of slope lambda, let x be a critical point for which
`symmetric-local-minimum` has been proved, w_i one of its neurons, and
  (8) M_ii < (1 + lambda^2) / 2, for the matrix M of `every-input-dimension`, everywhere on the box.
Then for every 0 < alpha < 1 the student of n + 1 neurons that has alpha w_i and (1 - alpha) w_i
in the place of w_i is a saddle of the loss of n + 1 neurons, of the same value: a
critical point with directions of negative and of positive curvature. So it is in every
input dimension D >= k.

Proof. The two pieces compute what w_i did, for sigma is positively homogeneous, and the
derivative of the loss in a neuron does not change when the neuron is scaled, so the
gradient vanishes. Along (u, -u) in the two pieces the second derivative is
(1/alpha + 1/(1 - alpha)) u^T H' u, H' = H_ii - phi' I with phi' = (1 + lambda^2) / 2; and the
trace of H' is k (M_ii - phi') < 0. Moving the pieces by alpha u and (1 - alpha) u has the
curvature u^T H_ii u > 0. docs/SYMMETRY.md has the details. QED

Source: Safran, Yehudai & Shamir 2021, Theorem 16, for the second derivative; the test by M_ii
is derived here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from verify.checker.core.balls import ball
from verify.checker.core.facts import Fact, maker, require
from verify.checker.core.outcome import decide
from verify.checker.core.statement import Statement
from verify.checker.core.task import lower, upper
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.theorems.symmetric_local_minimum import SymmetricMinimum
from verify.checker.theorems.symmetric_point import PointTask, SymmetricTask, prove_points

RULE = "symmetric-splitting"


@dataclass(frozen=True, slots=True)
class SplitsToSaddles(Fact):
    """A minimum, any of whose neurons of these rows, split in two, makes a saddle."""

    minimum: SymmetricMinimum
    rows: tuple[int, ...]

    def proves(self, statement: Statement) -> bool:
        """What the minimum proves, and the splits of these rows."""
        if not (isinstance(statement, SymmetricPoints) and len(statement.points) == 1):
            return False
        [point] = statement.points
        minimum = replace(statement, points=(replace(point, splits=()),))
        return point.splits == self.rows and self.minimum.proves(minimum)


_fact = maker(SplitsToSaddles)


def symmetric_splitting(task: SymmetricTask, minima: Mapping[int, SymmetricMinimum]) -> dict[int, SplitsToSaddles]:
    """Prove hypothesis (8) for each point that claims splits, and that is proved to be a minimum."""
    slope = ball(task.statement.activation.slope)
    half = (1 + slope * slope) / 2
    least = lower(half)

    def prove_splits(index: int, part: PointTask) -> SplitsToSaddles:
        minimum = minima[index]
        require(minimum, replace(task.statement, points=(replace(part.point, splits=()),)))
        for row in part.point.splits:
            scalar, name = part.region.scalars[row], f"M_ii of student[{row}]"
            otherwise = f"splits: {name} is in [{lower(scalar)}, {upper(scalar)}], not below {upper(half)}"
            decide(scalar < half, scalar >= half, otherwise)
            part.measured.append(f"{name} <= {upper(scalar)} < {least}")
        return _fact(minimum, part.point.splits)

    return prove_points(task, RULE, lambda point: bool(point.splits), prove_splits)
