"""What gradient descent runs on: the loss and its gradient at a point in balls, where a point is a list of matrices.

A deep linear network's F = 1/2 |W_H ... W_1 - Phi|^2 has one matrix a layer; an empirical risk has one row, theta.
"""

from __future__ import annotations

from typing import Any, Protocol

from flint import arb, arb_mat

from verify.checker.core.balls import point
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.outcome import Open
from verify.checker.losses.deep_linear_network import ball_matrix, gradients, products, squared_norm
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.statements.deep_linear_network import DeepLinearNetwork, Layers
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape

Point = list[arb_mat]


class Descended(Protocol):
    """A loss that is C^1."""

    work: int
    """Of one evaluation, in products of numbers, roughly."""
    counted: str
    """What that is."""

    def start(self, where: Any) -> Point:
        """A point, as a statement has it."""

    def value(self, where: Point) -> arb:
        """F."""

    def slopes(self, where: Point) -> Point:
        """The gradient, in the shape of a point."""


class LinearNetwork:
    """A deep linear network with a target. Raises Open for one with data: an empirical risk says that, too."""

    counted = "layers x width^3"

    def __init__(self, network: DeepLinearNetwork) -> None:
        if network.target is None:
            raise Open("trajectories are followed with a target only", Reason.NOT_MODELLED)
        self._target = ball_matrix(network.target)
        self.work = (len(network.widths) - 1) * max(network.widths) ** 3

    def start(self, where: Layers) -> Point:
        """W_1, ..., W_H."""
        return [ball_matrix(rows) for rows in where]

    def value(self, where: Point) -> arb:
        """F."""
        return arb(squared_norm(products(where)[2] - self._target)) / 2

    def slopes(self, where: Point) -> Point:
        """A_j^T (W - Phi) B_j^T."""
        return gradients(where, products(where)[2] - self._target)


class SmoothRisk:
    """An empirical risk of a network without kinks. Raises Open for another."""

    counted = "samples x parameters"

    def __init__(self, landscape: EmpiricalRiskLandscape) -> None:
        if any(layer.activation.has_kink for layer in landscape.network.layers):
            raise Open("an activation has a kink, where the risk has no gradient", Reason.NOT_MODELLED)
        self._landscape = landscape
        self.work = len(landscape.inputs) * landscape.network.parameters

    def start(self, where: Matrix) -> Point:
        """theta."""
        return [arb_mat(point(where))]

    def value(self, where: Point) -> arb:
        """F."""
        return self._at(where).value()

    def slopes(self, where: Point) -> Point:
        """Its gradient."""
        return [arb_mat(self._at(where).gradient())]

    def _at(self, where: Point) -> EmpiricalRisk:
        return EmpiricalRisk(self._landscape, where[0].tolist())


def descended(landscape: DeepLinearNetwork | EmpiricalRiskLandscape) -> Descended:
    """The evaluator of a landscape."""
    return SmoothRisk(landscape) if isinstance(landscape, EmpiricalRiskLandscape) else LinearNetwork(landscape)
