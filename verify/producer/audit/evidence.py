"""What a verified statement says of a claim: predicates in exact arithmetic, each True only if it follows.

A point is a vector of the trained parameters; distances are Euclidean. `reach` is how far from the given point the
point in question may be. To prove that some point within reach has a property, one such point is enough; to refute it,
the statement must be about all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt

from verify.checker.public import Statement
from verify.checker.statements.basin import MinimumWithin, StrictMinimumWithin
from verify.checker.statements.constant_outputs import ConstantOutputs
from verify.checker.statements.convex import GlobalMinimumWithin
from verify.checker.statements.critical_point import CriticalPoint, Minimum, Saddle
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.flat_saddle import FlatSaddle
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.checker.statements.near_infimum import NearInfimum
from verify.checker.statements.no_critical_point import NO_STRICT, NoCriticalPoint
from verify.checker.statements.no_critical_point import PROPERTY as NO_CRITICAL_POINT
from verify.producer.audit.claims import Claim, Vector

SCALE = 2**128
GLOBAL = ("global-minimum", "convex-global-minimum")
"""What a point can be proved to be that makes it a global minimum: the loss is never negative."""
MINIMA = ("local-minimum", "suboptimal-local-minimum", *GLOBAL)
"""What a point can be proved to be that makes it a local minimum."""
Ball = MinimumWithin | ZeroLossWithin | GlobalMinimumWithin
"""A point of which a statement is lies in a Euclidean ball, as that of a `Minimum` does."""


def square_distance(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """|a - b|^2, exactly."""
    return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


def distance(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """A number >= |a - b|, and 0 if they are the same."""
    square = square_distance(a, b)
    return Fraction(isqrt(int(square * SCALE**2)) + 1, SCALE) if square else Fraction(0)


def is_near(point: Sequence[Fraction], claim: Claim) -> bool:
    """Whether a point is within reach of the given one."""
    return claim.point is not None and square_distance(point, claim.point) <= claim.reach**2


def fits_loss(value: tuple[Fraction, Fraction], claim: Claim) -> bool:
    """Whether a loss known up to bounds is as claimed."""
    return claim.loss is None or (claim.loss[0] <= value[0] and value[1] <= claim.loss[1])


def excludes_loss(value: tuple[Fraction, Fraction], claim: Claim) -> bool:
    """Whether a loss known up to bounds is not as claimed."""
    return claim.loss is not None and (value[1] < claim.loss[0] or value[0] > claim.loss[1])


def is_at_or_near(found: Statement, claim: Claim, *names: str) -> bool:
    """Whether a statement says one of these of a point within reach, with the claimed loss."""
    return (
        isinstance(found, GivenPoint)
        and found.property in names
        and is_near(found.point[0], claim)
        and fits_loss(found.value, claim)
    )


def is_inside(found: Statement, claim: Claim) -> bool:
    """Whether the critical point of a statement is within reach, with the claimed loss."""
    return (
        isinstance(found, CriticalPoint)
        and claim.point is not None
        and furthest(found, claim.point) <= claim.reach
        and fits_loss(found.value, claim)
    )


def furthest(found: CriticalPoint | FlatSaddle | Ball, point: Vector) -> Fraction:
    """A number >= the distance of the point that a statement is about from a point."""
    center = found.center[0]
    if isinstance(found, Minimum | Ball):
        return distance(center, point) + found.radius
    corner = [abs(c - p) + found.radius for c, p in zip(center, point, strict=True)]
    return distance(corner, [Fraction(0)] * len(corner))


def covers(found: Statement, claim: Claim) -> bool:
    """Whether every point within reach lies in a ball in which the loss is strongly convex."""
    if not isinstance(found, Minimum) or claim.point is None:
        return False
    return distance(found.center[0], claim.point) + claim.reach <= found.radius


def contains(found: Statement, point: Sequence[Fraction]) -> bool:
    """Whether a point lies in a ball in which the loss is strongly convex."""
    return isinstance(found, Minimum) and square_distance(found.center[0], point) <= found.radius**2


# Of all that an attempt made; each is True only if the verdict follows

Settles = Callable[[Sequence[Statement], Claim], bool]


def single(settles: Callable[[Statement, Claim], bool]) -> Settles:
    """Of one statement, and no more."""
    return lambda found, claim: len(found) == 1 and settles(found[0], claim)


def near(*names: str) -> Settles:
    """One of these is said of a point within reach, with the claimed loss."""
    return single(lambda found, claim: is_at_or_near(found, claim, *names))


def here(*names: str) -> Settles:
    """One of these is said of the given point itself, with the claimed loss."""
    return single(lambda found, claim: _is_here(found, claim) and is_at_or_near(found, claim, *names))


def here_whatever_the_loss(*names: str) -> Settles:
    """One of these is said of the given point itself."""
    return single(lambda found, claim: _is_here(found, claim) and found.property in names)


def minimum_inside(*names: str) -> Settles:
    """Such a strict minimum is within reach, with the claimed loss."""
    return single(
        lambda found, claim: isinstance(found, Minimum) and found.property in names and is_inside(found, claim)
    )


@single
def saddle_inside(found: Statement, claim: Claim) -> bool:
    """A saddle is within reach, with the claimed loss."""
    return isinstance(found, Saddle) and is_inside(found, claim)


@single
def flat_saddle_inside(found: Statement, claim: Claim) -> bool:
    """One of a surface of saddles is within reach, with the claimed loss."""
    return (
        isinstance(found, FlatSaddle)
        and claim.point is not None
        and furthest(found, claim.point) <= claim.reach
        and fits_loss(found.value, claim)
    )


@single
def nothing_within_reach(found: Statement, claim: Claim) -> bool:
    """No critical point is within reach, and the loss is C^1 there, so that no local minimum is either."""
    return no_minimum_within_reach([found], claim) and found.property == NO_CRITICAL_POINT


@single
def no_minimum_within_reach(found: Statement, claim: Claim) -> bool:
    """No local minimum is within reach; or no critical point, and the loss is C^1 there."""
    return no_strict_minimum_within_reach([found], claim) and found.property != NO_STRICT


@single
def no_strict_minimum_within_reach(found: Statement, claim: Claim) -> bool:
    """No strict local minimum is within reach, as no local minimum is, or no critical point."""
    return isinstance(found, NoCriticalPoint) and found.center == (claim.point,) and found.radius >= claim.reach


@single
def basin_inside(found: Statement, claim: Claim) -> bool:
    """A local minimum, strict or not, is within reach, with the claimed loss."""
    return (
        isinstance(found, MinimumWithin)
        and claim.point is not None
        and furthest(found, claim.point) <= claim.reach
        and fits_loss(found.value, claim)
    )


@single
def strict_basin_inside(found: Statement, claim: Claim) -> bool:
    """A strict local minimum is within reach, with the claimed loss."""
    return isinstance(found, StrictMinimumWithin) and basin_inside([found], claim)


@single
def convex_inside(found: Statement, claim: Claim) -> bool:
    """The one global minimum is within reach, with the claimed loss."""
    return (
        isinstance(found, GlobalMinimumWithin)
        and claim.point is not None
        and furthest(found, claim.point) <= claim.reach
        and fits_loss(found.value, claim)
    )


@single
def least_here(found: Statement, claim: Claim) -> bool:
    """The loss at the given point is the infimum, and as claimed."""
    return (
        isinstance(found, NearInfimum)
        and not found.gap
        and claim.point is not None
        and found.point[0] == tuple(claim.point)
        and fits_loss(found.value, claim)
    )


@single
def convex_minimum_elsewhere(found: Statement, claim: Claim) -> bool:
    """The loss is convex, and the one point at which it is least is not within reach."""
    if not isinstance(found, GlobalMinimumWithin) or claim.point is None:
        return False
    return square_distance(found.center[0], claim.point) > (found.radius + claim.reach) ** 2


@single
def convex(found: Statement, claim: Claim) -> bool:
    """The loss is convex, so that every critical point, and every local minimum, is a global one."""
    return isinstance(found, GlobalMinimumWithin) or (
        isinstance(found, GivenPoint) and found.property == "convex-global-minimum"
    )


@single
def not_attained(found: Statement, claim: Claim) -> bool:
    """There is no global minimum at all."""
    return isinstance(found, GivenPoint) and found.property == "no-global-minimum"


@single
def attained(found: Statement, claim: Claim) -> bool:
    """There is a global minimum."""
    return isinstance(found, GlobalMinimumWithin) or isinstance(found, GivenPoint) and found.property in GLOBAL


@single
def zero_loss_inside(found: Statement, claim: Claim) -> bool:
    """A point of loss 0 is within reach, and 0 is as claimed."""
    return (
        isinstance(found, ZeroLossWithin)
        and claim.point is not None
        and furthest(found, claim.point) <= claim.reach
        and fits_loss((Fraction(0), Fraction(0)), claim)
    )


@single
def only_zero_loss_around(found: Statement, claim: Claim) -> bool:
    """Every critical point within reach has the loss 0; and every local minimum is one, as the loss is C^2 there."""
    if not isinstance(found, ZeroLossWithin) or claim.point is None:
        return False
    return distance(found.center[0], claim.point) + claim.reach < found.critical_radius


@single
def only_flat_zero_loss_around(found: Statement, claim: Claim) -> bool:
    """Every critical point within reach lies on a surface of points of loss 0, so that no minimum is strict."""
    return isinstance(found, ZeroLossWithin) and found.dimension > 0 and only_zero_loss_around([found], claim)


@single
def critical_within_reach(found: Statement, claim: Claim) -> bool:
    """A critical point is within reach. A minimum at a kink is none."""
    if isinstance(found, Minimum | Saddle):
        return is_inside(found, claim)
    if isinstance(found, GlobalMinimumWithin):
        return convex_inside([found], claim)  # smooth in what is trained
    if isinstance(found, ZeroLossWithin):
        return zero_loss_inside([found], claim)
    smooth = not any(layer.activation.has_kink for layer in claim.risk.exact.network.layers)
    names = ("degenerate-saddle", *MINIMA) if smooth else ("degenerate-saddle",)
    return is_at_or_near(found, claim, *names)


def strict_at_known_point(found: Sequence[Statement], claim: Claim) -> bool:
    """A local minimum at a known point, in a ball in which the Hessian is positive definite, is strict."""
    if len(found) != 2:
        return False
    ball, at = found
    return is_at_or_near(at, claim, *MINIMA) and isinstance(at, GivenPoint) and contains(ball, at.point[0])


@single
def convex_all_around(found: Statement, claim: Claim) -> bool:
    """At every point within reach the Hessian is positive definite, so that none is a saddle."""
    return covers(found, claim)


@single
def only_minimum_is_not_global(found: Statement, claim: Claim) -> bool:
    """The one critical point of a ball that has all points within reach is a minimum, and not a global one."""
    return covers(found, claim) and found.property == "spurious-local-minimum"


@single
def only_minimum_has_another_loss(found: Statement, claim: Claim) -> bool:
    """The one critical point of a ball that has all points within reach has not the claimed loss."""
    return isinstance(found, Minimum) and covers(found, claim) and excludes_loss(found.value, claim)


def only_minimum_is_global(found: Sequence[Statement], claim: Claim) -> bool:
    """In a ball that has all points within reach, the one minimum has the loss 0."""
    if len(found) != 2:
        return False
    ball, zero = found
    return (
        covers(ball, claim)
        and isinstance(zero, GivenPoint)
        and zero.property == "global-minimum"
        and contains(ball, zero.point[0])
    )


@single
def another_loss_here(found: Statement, claim: Claim) -> bool:
    """The loss at the given point is not the claimed one."""
    return isinstance(found, GivenPoint) and _is_here(found, claim) and excludes_loss(found.value, claim)


@single
def least_loss_is_another(found: Statement, claim: Claim) -> bool:
    """The loss of every global minimum is 0, which is not the claimed one."""
    return isinstance(found, GivenPoint) and found.property == "global-minimum" and excludes_loss(found.value, claim)


@single
def every_width(found: Statement, claim: Claim) -> bool:
    """Minima of every claimed width come from a critical point within reach, with the claimed loss."""
    return (
        isinstance(found, EveryWidth)
        and found.widths_from <= claim.widths_from
        and found.suboptimal >= (claim.better is not None)
        and is_inside(found, claim)
    )


@single
def constant_outputs(found: Statement, claim: Claim) -> bool:
    """The claimed point is a minimum, with the claimed loss."""
    return (
        isinstance(found, ConstantOutputs)
        and _is_claimed(found, claim)
        and found.suboptimal >= (claim.better is not None)
        and fits_loss((found.value, found.value), claim)
    )


@single
def constant_outputs_with_another_loss(found: Statement, claim: Claim) -> bool:
    """The claimed point has not the claimed loss."""
    return (
        isinstance(found, ConstantOutputs)
        and _is_claimed(found, claim)
        and excludes_loss((found.value, found.value), claim)
    )


def _is_here(found: Statement, claim: Claim) -> bool:
    return isinstance(found, GivenPoint) and found.point == (claim.point,)


def _is_claimed(found: ConstantOutputs, claim: Claim) -> bool:
    return (found.pre_activations, found.output_weights) == (claim.pre_activations, claim.output_weights)
