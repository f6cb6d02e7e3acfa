"""The map from the parameters to all outputs on all samples: the Gram matrix of its Jacobian, and how fast that turns.

Write f for the vector of the outputs of all samples, and J for its derivative in the trained parameters. With delta
for the derivative of an output in what the units of a layer are given, and (a, 1) for the layer's inputs, the
derivative in the weight (i, j) is delta_i a_j. So the inner product of two rows of J is the sum over layers of
    (delta . delta') ((a, 1) . (a', 1)),
less the products of the entries of parameters that are not trained.

Theorem (how fast J turns). Let H_n bound the second derivative of the outputs on sample n, as in `frozen_risk`, on a
convex set. Then |J(x) - J(y)| <= (sum_n H_n^2)^(1/2) |x - y| there, in the spectral norm.
Proof. For a unit vector u of outputs <u, D^2 f_n> is a symmetric form, so |D^2 f_n(d, d')| <= H_n |d| |d'|, and the
rows of sample n change by at most H_n |x - y| in the spectral norm; stacked blocks add up in squares. QED
"""

from __future__ import annotations

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball, euclidean_norm
from verify.checker.core.clock import look
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_pass import Pass, Rows, times
from verify.checker.losses.own_parameters import require_equal_samples, require_own_parameters
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape


class OutputMap(EmpiricalRisk):
    """All outputs on all samples, at all parameters of a box (or at a point, if the balls are thin)."""

    def __init__(self, landscape: EmpiricalRiskLandscape, where: Balls) -> None:
        """`where`: (1, trained parameters)."""
        require_own_parameters(landscape)
        require_equal_samples(landscape)
        super().__init__(landscape, where)

    def distance(self) -> arb:
        """|f - y|."""
        pairs = zip(self._forward[1], self._landscape.targets, strict=True)
        return euclidean_norm(f - ball(y) for row, wanted in pairs for f, y in zip(row, wanted, strict=True))

    def gram(self) -> arb_mat:
        """J J^T: (samples x outputs, samples x outputs), ordered by output and then by sample."""
        passes, outputs = self._forward[0], self._landscape.network.widths[-1]
        deltas = self._deltas(outputs)
        frozen = {index for index, _ in self._landscape.fixed}
        found = arb_mat(self._samples * outputs, self._samples * outputs)
        for step, rows in zip(passes, deltas, strict=True):
            look()
            inputs = arb_mat(step.extended() * outputs)
            of_inputs, of_deltas = inputs * inputs.transpose(), arb_mat(rows) * arb_mat(rows).transpose()
            look()
            found += arb_mat(*(2 * [self._samples * outputs]), times(of_inputs.entries(), of_deltas.entries()))
            columns = self._columns(step, rows, step.extended() * outputs, frozen)
            if columns:
                kept = arb_mat(columns)
                found -= kept.transpose() * kept
        return found

    @staticmethod
    def _columns(step: Pass, rows: Rows, inputs: Rows, frozen: set[int]) -> Rows:
        """The columns of J of the layer's parameters that are not trained."""
        return [
            [delta[unit] * a[source] for delta, a in zip(rows, inputs, strict=True)]
            for unit in range(step.layer.width)
            for source in range(len(inputs[0]))
            if step.number(unit, source) in frozen
        ]

    def _deltas(self, outputs: int) -> list[Rows]:
        """For each layer the derivatives of each output on each sample in z: (samples x outputs, width)."""
        passes = self._forward[0]
        zero, one = arb(0), arb(1)
        gradients: Rows = [
            [one if o == p else zero for p in range(outputs)] for o in range(outputs) for _ in passes[0].inputs
        ]
        found = []
        for step in reversed(passes):
            look()
            deltas, gradients = step.back(gradients)
            found.append(deltas)
        return found[::-1]

    def turning(self) -> arb:
        """(sum_n H_n^2)^(1/2)."""
        norms = [euclidean_norm(step.weights.entries()) for step in self._forward[0]]
        return euclidean_norm(self._bend(sample, norms) for sample in range(self._samples))

    def _bend(self, sample: int, norms: list[arb]) -> arb:
        """H_n: `frozen_risk` proves the recursion."""
        slope = curvature = arb(0)
        for step, norm in zip(self._forward[0], norms, strict=True):
            look()
            slope, curvature = step.bounds(sample, norm, slope, curvature)
        return curvature
