"""Rule `every-input-dimension`.

Theorem. Let a student W in R^(n x d) have the properties that `strict-local-minimum`
proves for a teacher V in R^(k x d), with the bound m, and let
  (1) every eigenvalue of the n x n matrix M(W) be at least m, everywhere on the ball, where
      M_ii  = 1/2 + sum_{i' != i} |w_i'| sin t(w_i, w_i') / (2 pi |w_i|) - sum_j |v_j| sin t(w_i, v_j) / (2 pi |w_i|),
      M_ii' = (pi - t(w_i, w_i')) / (2 pi).
Then for every D >= d the student padded with D - d zero columns is a strict local
minimum of the loss in input dimension D, where the teacher is padded likewise, with
the same value and with the same bound m of the Hessian's eigenvalues there.

Proof. F depends on Gram matrices only, so it is unchanged by x_j -> -x_j for a new
coordinate j applied to all neurons: the derivatives in the new column vanish at the
padded point, and so do the mixed ones between two different columns of which one is
new. (Uniqueness in the ball is not claimed there.) So the Hessian is the direct sum of the one in dimension d and, for each new
column, the matrix M of second derivatives in that column, whose entries are
2 kappa_p summed over the pairs of neuron i, and kappa_q. No neuron of the padded
student is zero, so F is C^2 near it. QED

A saddle needs no such condition: its critical point and its two directions lift as
they are. With an orthonormal teacher the loss is invariant under rotations, so that
e_1, ..., e_k stands for every orthonormal v_1, ..., v_k.

Source: derived here; docs/THEOREMS.md, "Every input dimension".
"""

from __future__ import annotations

from verify.checker.arithmetic import ball
from verify.checker.definiteness import is_positive_definite, negative_eigenvalues, shifted
from verify.checker.exact import at_least
from verify.checker.rules.proof import Open, Refuted, Task
from verify.checker.statement import Minimum
from verify.checker.witness import MinimumWitness

RULE = "every-input-dimension"


def every_input_dimension(task: Task[Minimum, MinimumWitness]) -> None:
    """Prove hypothesis (1); `strict-local-minimum` must have been proved for the same task."""
    m = task.statement.hessian_lower_bound
    if not is_positive_definite(shifted(task.region.input_dimension_matrix, ball(m))):
        if negative_eigenvalues(shifted(task.at_center.input_dimension_matrix, ball(m))):
            raise Refuted(f"a new input coordinate brings a Hessian eigenvalue below {at_least(m)} at the given point")
        raise Open(f"the Hessian's block of a new input coordinate was not proved >= {at_least(m)} over the ball")
    task.record(RULE, "the Hessian's block of each new input coordinate is >= m on the ball", f"m = {at_least(m)}")
