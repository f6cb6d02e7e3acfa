"""One layer of a network on all samples, in balls, and products with diagonal matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import euclidean_norm, maximum
from verify.checker.core.clock import look
from verify.checker.losses.layer_activations import Derivatives, derivatives
from verify.checker.statements.network import Layer
from verify.checker.statements.parameter_map import Affine, ParameterMap

Rows = list[list[arb]]


class Pass(NamedTuple):
    """One layer on all samples."""

    layer: Layer
    weights: arb_mat
    """(width, inputs)"""
    inputs: Rows
    """(samples, inputs): what the layer is given."""
    before: Rows
    """(samples, width): z."""
    first: Rows
    """(samples, width): sigma'(z)."""
    second: Rows
    """(samples, width): sigma''(z)."""
    start: int
    """The number of the layer's first parameter."""

    def extended(self) -> Rows:
        """(samples, inputs + 1): the inputs and the 1 that a bias is the weight of, if there is one."""
        return [[*row, arb(1)] for row in self.inputs] if self.layer.bias else self.inputs

    def extended_row(self, sample: int) -> list[arb]:
        """The row of `extended` of one sample."""
        return [*self.inputs[sample], arb(1)] if self.layer.bias else self.inputs[sample]

    def number(self, unit: int, source: int) -> int:
        """The number of the parameter that is the weight of a source, the bias being the last source."""
        return self.start + self.layer.place(unit, source)

    def back(self, gradients: Rows) -> tuple[Rows, Rows]:
        """The derivatives in z and in the layer's inputs of what has these in its outputs: a row for each sample.

        Or several of them: all samples, and all samples again.
        """
        slopes = self.first * (len(gradients) // len(self.first))
        deltas = [times(row, gradient) for row, gradient in zip(slopes, gradients, strict=True)]
        found: Rows = (arb_mat(deltas) * self.weights).tolist()
        if self.layer.residual:
            found = [plus(row, old) for row, old in zip(found, gradients, strict=True)]
        return deltas, found

    def bounds(self, sample: int, norm: arb, slope: arb, curvature: arb) -> tuple[arb, arb]:
        """Bounds of |D a'| and |D^2 a'| of the outputs on a sample, from those of the inputs: `frozen_risk`.

        `norm`: |W|.
        """
        of_z = norm * slope + euclidean_norm(self.extended_row(sample))
        bent = norm * curvature + slope
        s, c = maximum(map(abs, self.first[sample])), maximum(map(abs, self.second[sample]))
        kept = int(self.layer.residual)
        return s * of_z + kept * slope, s * bent + c * of_z * of_z + kept * curvature

    def rows_into(self, made: ParameterMap, unit: int) -> list[Affine]:
        """How the weights and the bias of a unit are made."""
        return [made.rows[self.number(unit, source)] for source in range(self.layer.inputs + self.layer.bias)]


def jets_of(layer: Layer, row: list[arb]) -> list[Derivatives]:
    """sigma and its derivatives at what each unit is given."""
    look()
    return [derivatives(layer.activation, z) for z in row]


def times(left: Sequence[arb], right: Sequence[arb]) -> list[arb]:
    """The entrywise product."""
    return [x * y for x, y in zip(left, right, strict=True)]


def plus(left: Sequence[arb], right: Sequence[arb]) -> list[arb]:
    """The sum."""
    return [x + y for x, y in zip(left, right, strict=True)]


def diagonal(entries: Sequence[arb]) -> arb_mat:
    """The diagonal matrix of these entries."""
    return arb_mat([[entry if i == j else arb(0) for j in range(len(entries))] for i, entry in enumerate(entries)])


def scale_rows(scales: Sequence[arb], matrix: arb_mat) -> arb_mat:
    """The product with the diagonal matrix of these scales on the left."""
    look()
    return arb_mat([[scale * entry for entry in row] for scale, row in zip(scales, matrix.tolist(), strict=True)])


def plus_diagonal(matrix: arb_mat, entries: Sequence[arb]) -> arb_mat:
    """The sum with the diagonal matrix of these entries."""
    rows = matrix.tolist()
    for index, entry in enumerate(entries):
        rows[index][index] += entry
    return arb_mat(rows)


def plus_identity(matrix: arb_mat) -> arb_mat:
    """A + I."""
    return plus_diagonal(matrix, [arb(1)] * matrix.nrows())
