"""The Hessian of a sum of sample losses in a network's weights and biases, layer by layer.

In the notation of `losses.empirical_risk`, a change of parameters of layer l is a change of z_l. With
T = M_{m-1} ... M_{l+1} s'_l for the derivative of a_{m-1} in z_l (m > l), the derivative of delta_m in z_l is
    P_ml = (diag(s'' g_m) W_m + s' G_m M_m) T,        P_ll = diag(s'' g_l) + s' G_l s',
and the second derivative in the weights (i, j) of layer l and (i', j') of layer m is the sum over samples of
    P_ml[i', i] a_{l-1}[j] a_{m-1}[j']  +  delta_m[i'] T[j', i] a_{l-1}[j]      (the second term for m > l);
a bias is the weight of an input that is always 1. docs/AUDIT.md derives all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, arb_mat

from verify.checker.core.clock import look
from verify.checker.losses.layer_pass import (
    Pass,
    Rows,
    diagonal,
    plus_diagonal,
    plus_identity,
    scale_rows,
    times,
)


class LayerHessian:
    """The sum above, put together by pairs of layers."""

    def __init__(
        self,
        trained: Sequence[int],
        passes: list[Pass],
        backward: list[tuple[Rows, Rows]],
    ) -> None:
        """`trained`: the numbers of the parameters in which it is. `passes`, `backward`: as in `SecondDerivatives`."""
        self._place = {index: row for row, index in enumerate(trained)}
        self._passes, self._backward = passes, backward

    def hessian(self, curvatures: list[arb_mat]) -> arb_mat:
        """(trained, trained); `curvatures`: G of the outputs for each sample."""
        return self._sum(curvatures, lambda mixed: mixed)

    def from_below(self, curvatures: list[arb_mat]) -> arb_mat:
        """For one layer, an exact matrix below all Hessians: docs/AUDIT.md, "One layer, from below"."""
        return self._sum(curvatures, _from_below)

    def _sum(self, curvatures: list[arb_mat], enclosed: Callable[[list[Rows]], list[Rows]]) -> arb_mat:
        """The Hessian, what is `enclosed` of the second derivatives P in z being taken for them."""
        rows = [[arb(0)] * len(self._place) for _ in self._place]
        passes = self._passes
        of_layers = self._curvatures(curvatures)
        for lower in range(len(passes)):
            reach = [diagonal(slopes) for slopes in passes[lower].first]
            for upper in range(lower, len(passes)):
                look()
                if upper > lower + 1:
                    reach = [_derivative(passes[upper - 1], n) * matrix for n, matrix in enumerate(reach)]
                down = reach if upper > lower else None
                mixed = self._mixed(upper, down, of_layers[upper])
                self._add_block(rows, lower, upper, enclosed(mixed), down)
        return arb_mat(rows)

    def _curvatures(self, current: list[arb_mat]) -> list[list[arb_mat]]:
        """For each layer and sample G, (width, width), from those of the outputs."""
        found = [current]
        for level in range(len(self._passes) - 1, 0, -1):
            look()
            step, gradients = self._passes[level], self._backward[level][0]
            across = step.weights.transpose()
            below = []
            for n, curvature in enumerate(current):
                through = _derivative(step, n)
                bent = scale_rows(times(step.second[n], gradients[n]), step.weights)
                below.append(through.transpose() * (curvature * through) + across * bent)
            current = below
            found.append(current)
        return found[::-1]

    def _mixed(self, upper: int, down: list[arb_mat] | None, curvatures: list[arb_mat]) -> list[Rows]:
        """For each sample P, (width of upper, width of lower). `down`: T, None for a layer with itself."""
        step, gradients = self._passes[upper], self._backward[upper][0]
        found = []
        for n, curvature in enumerate(curvatures):
            bent = times(step.second[n], gradients[n])
            if down is None:
                outer = scale_rows(step.first[n], curvature) * diagonal(step.first[n])
                found.append(plus_diagonal(outer, bent).tolist())
            else:
                through = scale_rows(step.first[n], curvature * _derivative(step, n))
                found.append(((scale_rows(bent, step.weights) + through) * down[n]).tolist())
        return found

    def _add_block(self, rows: Rows, lower: int, upper: int, mixed: list[Rows], reach: list[arb_mat] | None) -> None:
        """Put the second derivatives in the parameters of two layers where they belong."""
        low, high = self._passes[lower], self._passes[upper]
        deltas = self._backward[upper][1]
        down = None if reach is None else [matrix.tolist() for matrix in reach]
        left = arb_mat(low.extended()).transpose()
        sources = high.extended()
        for unit in range(low.layer.width):
            look()
            columns = []
            for n, source in enumerate(sources):
                look()
                row: list[arb] = []
                for other in range(high.layer.width):
                    slope = mixed[n][other][unit]
                    entries = [slope * entry for entry in source]
                    if down is not None:
                        delta = deltas[n][other]
                        for j in range(high.layer.inputs):
                            entries[j] += delta * down[n][j][unit]
                    row += entries
                columns.append(row)
            block = (left * arb_mat(columns)).tolist()
            for source_index, line in enumerate(block):
                here = self._place.get(low.number(unit, source_index))
                if here is None:
                    continue
                for position, entry in enumerate(line):
                    there = self._place.get(high.number(*divmod(position, len(sources[0]))))
                    if there is not None:
                        rows[here][there] = rows[there][here] = entry


def _derivative(step: Pass, n: int) -> arb_mat:
    """M of a layer at a sample, (width, inputs)."""
    through = scale_rows(step.first[n], step.weights)
    return plus_identity(through) if step.layer.residual else through


def _from_below(mixed: list[Rows]) -> list[Rows]:
    """For each symmetric matrix of balls an exact diagonal one that is below all in it (Gershgorin)."""
    return [diagonal([_least(row, index) for index, row in enumerate(matrix)]).tolist() for matrix in mixed]


def _least(row: list[arb], index: int) -> arb:
    """The lower end of the diagonal entry less the absolute values of the others."""
    others = (abs(entry) for place, entry in enumerate(row) if place != index)
    return (row[index] - sum(others, arb(0))).lower()
