"""An empirical risk of few parameters over a box: what holds at its critical points, and where it is least."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import arb, arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.definiteness import has_negative_minor
from verify.checker.core.dual import Dual
from verify.checker.core.subdivision import Box
from verify.checker.losses.activation_ranges import ranges, sigmoid_slope, softplus_range
from verify.checker.losses.conditions import Conditions, Differentiable, System
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.layer_activations import Derivatives, sigmoid
from verify.checker.losses.sample_losses import SampleLoss, of_each
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import Layer


class RiskOnBox(EmpiricalRisk):
    """The risk, with activations and logistic losses no wider than their values on a wide box."""

    def _jets(self, depth: int, layer: Layer, before: list[list[arb]]) -> list[list[Derivatives]]:
        return [[ranges(layer.activation, z) for z in row] for row in before]

    def _sample_loss(self, sample: int, outputs: list[arb]) -> SampleLoss:
        if self._landscape.loss != "logistic":
            return super()._sample_loss(sample, outputs)
        targets = map(ball, self._landscape.targets[sample])
        return of_each([_logistic(y, y * f) for f, y in zip(outputs, targets, strict=True)])


def _logistic(target: arb, along: arb) -> tuple[arb, arb, arb]:
    """log(1 + exp(-y f)) and its derivatives in f; `along`: y f."""
    return softplus_range(-along), -target * sigmoid(-along), target * target * sigmoid_slope(along)


@dataclass(frozen=True, slots=True)
class PointsInBox(System):
    """Points of a risk; where a unit may meet a kink nothing is said."""

    landscape: EmpiricalRiskLandscape
    narrow: bool = field(default=False, kw_only=True)
    """Whether to take more time for narrower enclosures: for the pieces of a cover."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """None, unless they are critical points."""
        return Conditions([], [])

    def at(self, piece: list[arb]) -> EmpiricalRisk | None:
        """The loss on a box; None if it was not proved to be C^2 there."""
        loss = (RiskOnBox if self.narrow else EmpiricalRisk)(self.landscape, [piece])
        return loss if loss.near_a_kink() is None else None


class CriticalPoints(PointsInBox):
    """The points at which the gradient vanishes."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """The gradient is 0; its derivative is the Hessian."""
        loss = self.at([unknown.value for unknown in unknowns])
        if loss is None:
            return Conditions([Dual(arb.nan(), (arb.nan(),) * len(unknowns)) for _ in unknowns], [])
        rows = loss.hessian().tolist() if unknowns[0].partials else [()] * len(unknowns)
        return Conditions([Dual(f, tuple(row)) for f, row in zip(loss.gradient()[0], rows, strict=True)], [])


class LocalMinima(CriticalPoints):
    """The local minima among them."""

    def excludes(self, piece: list[arb]) -> bool:
        """Where the Hessian has a negative eigenvalue."""
        loss = self.at(piece)
        return loss is not None and has_negative_minor(loss.hessian())


@dataclass(frozen=True, slots=True)
class LeastPoints(PointsInBox):
    """The points of a box at which the loss is least on it, which is at most a known value."""

    box: Box
    most: arb

    def excludes(self, piece: list[arb]) -> bool:
        """Where the loss is larger than `most`, or falls along one parameter towards points that are in the box."""
        on, at = self.at(piece), self.at([side.mid() for side in piece])
        if on is None or at is None:
            return False
        slopes = on.gradient()[0]
        change = sum((slope * (side - side.mid()) for slope, side in zip(slopes, piece, strict=True)), arb(0))
        return at.value() + change > self.most or any(
            (slope > 0 and side > ball(low)) or (slope < 0 and side < ball(high))
            for slope, side, (low, high) in zip(slopes, piece, self.box, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Attracted(PointsInBox):
    """The points w at which <grad F(w), w - x> is not positive, for a critical point x; x is one of them."""

    minimum: tuple[arb, ...]
    """x, enclosed."""

    def excludes(self, piece: list[arb]) -> bool:
        """By the gradient's enclosure, or by mean values: the derivative is grad F(w) + F''(w) (w - x)."""
        middle = [side.mid() for side in piece]
        on, at = self.at(piece), self.at(middle)
        if on is None or at is None:
            return False
        away = arb_mat([[side - x] for side, x in zip(piece, self.minimum, strict=True)])
        slopes, hessian = arb_mat([[slope] for slope in on.gradient()[0]]), on.hessian()
        if not all(entry.is_finite() for part in (away, slopes, hessian) for entry in part.entries()):
            return False  # a product of matrices may lose a NaN times an exact zero
        if (slopes.transpose() * away)[0, 0] > 0:
            return True
        change = arb_mat([[side - m for side, m in zip(piece, middle, strict=True)]])
        there = sum(
            (slope * (m - x) for slope, m, x in zip(at.gradient()[0], middle, self.minimum, strict=True)), arb(0)
        )
        return bool(there + (change * (slopes + hessian * away))[0, 0] > 0)
