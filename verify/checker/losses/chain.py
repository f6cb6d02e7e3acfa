"""The linearised risk of a chain: layers of one unit each, in which the residuals stay fixed.

With a_l = sigma_l(z_l), z_l = w_l a_(l-1) + b_l, a_0 = x and p = (w_1, b_1, ..., w_H, b_H), this is
    psi(p) = sum_n r_n a_H(x_n; p),     r_n the derivative of the risk in the output on sample n, held fixed.
Per sample, with g and G for gradient and Hessian in p, and e_k for the unit vectors,
    g z_l = w_l g a_(l-1) + sum_k (a_(l-1), 1)_k e_k,   g a_l = sigma' g z_l,
    G z_l = w_l G a_(l-1) + e_w (g a_(l-1))^T + (g a_(l-1)) e_w^T,   G a_l = sigma' G z_l + sigma'' (g z_l)(g z_l)^T,
the terms with a_(l-1) being 0 for l = 1, where it does not depend on p.
"""

from __future__ import annotations

from flint import arb_mat

from verify.checker.core.clock import look
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_pass import Pass


class Chain(EmpiricalRisk):
    """The risk of a chain with a linear output, over a box of parameters."""

    def curvature(self) -> arb_mat:
        """The Hessian of psi: (hidden parameters, hidden parameters)."""
        hidden = self._forward[0][:-1]
        size = sum(step.layer.parameters for step in hidden)
        total = arb_mat(size, size)
        for sample, (residual, *_) in enumerate(self._output_gradients):
            look()
            total += residual * _second_derivatives(hidden, sample, size)
        return total

    def spreads(self) -> list[arb_mat]:
        """Q_l = sum_n r_n (d a_H / d a_l) sigma_l'' x~ x~^T with x~ = (a_(l-1), 1), for each l < H."""
        hidden = self._forward[0][:-1]
        found = []
        for level, step in enumerate(hidden[:-1]):
            look()
            total = arb_mat(*(2 * [step.layer.parameters]))
            for sample, (residual, *_) in enumerate(self._output_gradients):
                weight = residual * step.second[sample][0]
                for later in hidden[level + 1 :]:
                    weight *= later.first[sample][0] * later.weights[0, 0]
                row = arb_mat([step.extended_row(sample)])
                total += weight * (row.transpose() * row)
            found.append(total)
        return found


def _second_derivatives(hidden: list[Pass], sample: int, size: int) -> arb_mat:
    """G a_H on one sample."""
    look()
    slope, bend = arb_mat(size, 1), arb_mat(size, size)
    for level, step in enumerate(hidden):
        before = slope
        if level:
            w = step.weights[0, 0]
            slope, bend = w * slope, w * bend
            for index in range(size):
                bend[index, step.start] += before[index, 0]
                bend[step.start, index] += before[index, 0]
        for place, entry in enumerate(step.extended_row(sample)):
            slope[step.start + place, 0] += entry
        first, second = step.first[sample][0], step.second[sample][0]
        bend = first * bend + second * (slope * slope.transpose())
        slope = first * slope
    return bend
