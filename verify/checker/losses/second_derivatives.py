"""The Hessian of a sum of sample losses in the parameters from which a network's weights and biases are made.

Let theta = A phi + c. On one sample a layer maps a to a' = sigma(z) + r a, z = W a + b. Write J for the derivative of z
in phi, D for that of a, g for the gradient and G for the Hessian of the sample's loss in the last layer's outputs, and
delta = s' g at each layer, as in `losses.empirical_risk`. With (i, j) for the weight of unit i and source j, whose row
of A is A_ij, and a bias as the weight of a source that is always 1,
    J_i = sum_j A_ij a_j + (W D)_i,    D' = s' J + r D,
and the second derivative of the sum of losses is, by the chain rule from the last layer down,
    D^T G D at the outputs  +  sum over layers of  J^T diag(s'' g) J + sum_ij delta_i (A_ij D_j^T + D_j A_ij^T).
Only the columns of parameters that have entered so far are kept, and nothing as large as theta is squared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.losses.layer_pass import Pass, Rows, plus, times
from verify.checker.statements.parameter_map import ParameterMap


class _Own(NamedTuple):
    """How a trained parameter enters a layer."""

    unit: int
    source: int
    trained: int
    coefficient: arb


class SecondDerivatives:
    """The sum above, put together layer by layer."""

    def __init__(self, made: ParameterMap, passes: list[Pass], backward: list[tuple[Rows, Rows]]) -> None:
        """`passes` and `backward`: forwards, and of each layer g and delta, (samples, width)."""
        self._made, self._passes, self._backward = made, passes, backward
        self._columns: list[int] = []
        """The parameters that have entered so far, in the order of the columns of J and D."""
        self._sum: list[list[arb]] = [[arb(0)] * made.trained for _ in range(made.trained)]

    def hessian(self, curvatures: list[arb_mat]) -> arb_mat:
        """(trained, trained); `curvatures`: G for each sample."""
        first = self._passes[0]
        down: list[Rows] = [[[] for _ in range(first.layer.inputs)] for _ in first.inputs]
        for step, (gradients, deltas) in zip(self._passes, self._backward, strict=True):
            look()
            own = list(self._own(step))
            if self._columns:
                self._add_mixed(step, own, down, deltas)
            across = self._through(step, own, down)
            bent = [times(curved, row) for curved, row in zip(step.second, gradients, strict=True)]
            if any(not entry.is_zero() for row in bent for entry in row):
                self._add_squares(across, [times_rows(row, rows) for row, rows in zip(bent, across, strict=True)])
            down = self._outputs(step, across, down)
        look()
        bowed = [(curvature * arb_mat(rows)).tolist() for curvature, rows in zip(curvatures, down, strict=True)]
        self._add_squares(down, bowed)
        return arb_mat(self._sum)

    def _own(self, step: Pass) -> Iterator[_Own]:
        """The entries of A in a layer's rows."""
        rows = self._made.rows
        for unit in range(step.layer.width):
            for source in range(step.layer.inputs + step.layer.bias):
                for _, index, coefficient in rows[step.number(unit, source)].terms:
                    yield _Own(unit, source, index, ball(coefficient))

    def _through(self, step: Pass, own: list[_Own], down: list[Rows]) -> list[Rows]:
        """J of a layer on each sample, with columns for the parameters that enter there too."""
        known = set(self._columns)
        self._columns += sorted({entry.trained for entry in own} - known)
        place = {index: column for column, index in enumerate(self._columns)}
        width, found = step.layer.width, []
        for sample, before in enumerate(down):
            look()
            carried = (step.weights * arb_mat(before)).tolist() if known else [[] for _ in range(width)]
            rows = [row + [arb(0)] * (len(self._columns) - len(known)) for row in carried]
            inputs = step.extended_row(sample)
            for unit, source, index, coefficient in own:
                if not inputs[source].is_zero():
                    rows[unit][place[index]] += coefficient * inputs[source]
            found.append(rows)
        return found

    def _outputs(self, step: Pass, across: list[Rows], down: list[Rows]) -> list[Rows]:
        """D of a layer's outputs on each sample."""
        found = []
        for slopes, rows, before in zip(step.first, across, down, strict=True):
            look()
            after = times_rows(slopes, rows)
            if step.layer.residual:
                more = [arb(0)] * (len(self._columns) - len(before[0]))
                after = [plus(new, old + more) for new, old in zip(after, before, strict=True)]
            found.append(after)
        return found

    def _add_mixed(self, step: Pass, own: list[_Own], down: list[Rows], deltas: Rows) -> None:
        """sum_ij delta_i (A_ij D_j^T + D_j A_ij^T); `down` has columns for the parameters of the layers before."""
        by_source: dict[int, list[_Own]] = defaultdict(list)
        for entry in own:
            by_source[entry.source].append(entry)
        by_source.pop(step.layer.inputs, None)  # the bias's: its D is 0
        back = arb_mat(deltas).transpose()
        for source, entries in by_source.items():
            look()
            sums = (back * arb_mat([rows[source] for rows in down])).tolist()
            for unit, _, index, coefficient in entries:
                for column, entry in zip(self._columns, sums[unit], strict=True):
                    change = coefficient * entry
                    self._sum[index][column] += change
                    self._sum[column][index] += change

    def _add_squares(self, left: list[Rows], right: list[Rows]) -> None:
        """The sum over samples of left^T right."""
        rows = arb_mat([row for sample in left for row in sample])
        found = (rows.transpose() * arb_mat([row for sample in right for row in sample])).tolist()
        for index, line in zip(self._columns, found, strict=True):
            for column, entry in zip(self._columns, line, strict=True):
                self._sum[index][column] += entry


def times_rows(scales: list[arb], rows: Rows) -> Rows:
    """The product with the diagonal matrix of these scales on the left."""
    return [[scale * entry for entry in row] for scale, row in zip(scales, rows, strict=True)]
