"""Rule `every-input-dimension`.

Theorem. Let a student W in R^(n x d) have the properties that `strict-local-minimum`
proves for a teacher V in R^(k x d), with the bound m, and let
  (1) every eigenvalue of the n x n matrix M(W) be at least m, everywhere on the ball, where
      M_ii  = phi'(|w_i|^2) + sum_{i' != i} 2 kappa_p(w_i, w_i') - sum_j 2 kappa_p(w_i, v_j),
      M_ii' = kappa_q(w_i, w_i').
Then for every D >= d the student padded with D - d zero columns is a strict local
minimum of the loss in input dimension D, where the teacher is padded likewise, with
the same value and with the same bound m of the Hessian's eigenvalues there.

Proof. F depends on Gram matrices only, so it is unchanged by x_j -> -x_j for a new
coordinate j applied to all neurons: the derivatives in the new column vanish at the
padded point, and so do the mixed ones between two different columns of which one is
new. So the Hessian is the direct sum of the one in dimension d and, for each new
column, the matrix M of second derivatives in that column, whose entries are
2 kappa_p summed over the pairs of neuron i, and kappa_q. No neuron of the padded
student is zero (or the activation is smooth), so F is C^2 near it. QED
Uniqueness in the ball is said of the given dimension alone.

For ReLU and its kin M is the Hessian's partial trace divided by d, so that (1) follows
from the bound of the Hessian; for erf it does not. It is proved in both cases.
A saddle needs no such condition: its critical point and its two directions lift as
they are. With an orthonormal teacher the loss is invariant under rotations, so that
e_1, ..., e_k stands for every orthonormal v_1, ..., v_k.

Source: derived here; docs/THEOREMS.md, "Every input dimension".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from verify.checker.core.balls import matrix_precision
from verify.checker.core.facts import Fact, maker, require
from verify.checker.core.statement import Statement
from verify.checker.statements.critical_point import Minimum, MinimumWitness
from verify.checker.theorems.critical_point import CriticalPointTask
from verify.checker.theorems.strict_local_minimum import StrictMinimum, prove_bounded_below

RULE = "every-input-dimension"


@dataclass(frozen=True, slots=True)
class EveryInputDimension(Fact):
    """A minimum, padded with zeros, is one in every higher input dimension."""

    minimum: StrictMinimum
    hessian_lower_bound: Fraction
    """Of the blocks of the new coordinates."""

    def proves(self, statement: Statement) -> bool:
        """What the minimum proves, in every input dimension."""
        return (
            isinstance(statement, Minimum)
            and statement.every_dimension
            and statement.hessian_lower_bound <= self.hessian_lower_bound
            and self.minimum.proves(replace(statement, every_dimension=False))
        )


_fact = maker(EveryInputDimension)


def every_input_dimension(
    task: CriticalPointTask[Minimum, MinimumWitness], minimum: StrictMinimum
) -> EveryInputDimension:
    """Prove hypothesis (1), for a minimum that `strict-local-minimum` has proved."""
    require(minimum, replace(task.statement, property="strict-local-minimum", every_dimension=False))
    with matrix_precision():
        name = "the Hessian's block of each new input coordinate"
        return _fact(
            minimum,
            prove_bounded_below(task, RULE, name, lambda loss: task.arithmetic.matrix(loss.input_dimension_matrix)),
        )
