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

from verify.checker.arithmetic import ball
from verify.checker.rules.symmetric_point import PointTask, SymmetricTask, prove_points
from verify.checker.rules.task import Open, Refuted, lower, upper

RULE = "symmetric-splitting"


def symmetric_splitting(task: SymmetricTask) -> None:
    """Prove hypothesis (8) for each point that claims splits; the points must have been proved to be minima."""
    slope = ball(task.statement.activation.slope)
    half = (1 + slope * slope) / 2

    def prove_splits(part: PointTask) -> None:
        for row in part.point.splits:
            scalar = part.region.scalars[row]
            if not scalar < half:
                message = f"splits: M_ii of student[{row}] is in [{lower(scalar)}, {upper(scalar)}]"
                raise (Refuted if scalar >= half else Open)(f"{message}, not below {upper(half)}")
            part.measured.append(f"M_ii of student[{row}] <= {upper(scalar)} < {lower(half)}")

    prove_points(task, RULE, lambda point: bool(point.splits), prove_splits)
