"""What is asked of the provers for a claim: each function here makes the certificates of one attempt.

They raise NotCertified where nothing is found. Whether what they make settles the claim is for `evidence.py` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from verify.checker.public import Reason
from verify.checker.statements.basin import LocalMinimumWithin
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.checker.statements.no_critical_point import NoCriticalPoint
from verify.checker.statements.small_empirical_risk import COUNT
from verify.producer.audit import nearby, regions
from verify.producer.audit.claims import Claim, Vector
from verify.producer.audit.evidence import contains, distance, furthest
from verify.producer.prover import basin, convex, families, no_minimum
from verify.producer.prover import given_point as prover
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.covers.risk_in_box import certify_in_box
from verify.producer.prover.covers.subdivide import Progress as PiecesLeft
from verify.producer.prover.flat_saddle import certify_flat_saddle
from verify.producer.prover.interpolation import certify_interpolation
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.strict_basin import as_strict
from verify.producer.search.active_set import Progress, at_kinks

MAX_SEPARATE = 16
"""Minima that are found one by one."""

Maker = Callable[[Claim], list[Certificate]]

_told: ContextVar[Progress] = ContextVar("told", default=lambda *_: None)
_left: ContextVar[PiecesLeft] = ContextVar("left", default=lambda *_: None)


@contextmanager
def telling(progress: Progress, pieces: PiecesLeft = lambda *_: None) -> Iterator[None]:
    """Within it, a long search calls `progress` with its step's number, the loss, and how many units are on kinks.

    The search for a cover calls `pieces` with how often it has cut, and how many pieces are left.
    """
    tokens = _told.set(progress), _left.set(pieces)
    try:
        yield
    finally:
        _told.reset(tokens[0])
        _left.reset(tokens[1])


class Elsewhere(NotCertified):
    """What is claimed was proved, but of a point further away."""

    def __init__(self, reason: str, away: float) -> None:
        super().__init__(reason, {}, Reason.NOT_CRITICAL)
        self.away = away

    def __reduce__(self) -> tuple[type[Elsewhere], tuple[str, float]]:  # type: ignore[override]
        return type(self), (self.reason, self.away)


def zero_loss(claim: Claim) -> list[Certificate]:
    """A point of loss 0 within reach: the given one, a simple one, or one with the last layer's equations solved."""
    risk, point = claim.risk, _point(claim)
    low, high = prover.value_bounds(risk, point)
    found = _zero(claim)
    if found is not None:
        return [prover.certify_global_minimum(risk, found)]
    known = "is not 0" if low > 0 else "was not proved to be 0"
    more = ", and no point of loss 0 was found within reach" if claim.reach else ""
    raise NotCertified(f"the loss at the given point {known}{more}", {"loss": float(high)}, Reason.NO_CANDIDATE)


def zero_loss_near(claim: Claim) -> list[Certificate]:
    """A point of loss 0 within reach, to which Newton's method for the outputs leads."""
    certificate = certify_interpolation(claim.risk, nearby.floats(_point(claim)))
    statement = certificate.read().statement
    if isinstance(statement, ZeroLossWithin) and furthest(statement, _point(claim)) > claim.reach:
        away = float(distance(statement.center[0], _point(claim)))
        told = f"a point of loss 0 lies at a distance of {away:.3g} from the given point"
        raise Elsewhere(told, away)
    return [certificate]


def convex_minimum(claim: Claim) -> list[Certificate]:
    """A global minimum of a convex risk: the given point, or the one minimum there is."""
    if not claim.reach:
        return [convex.certify_convex_point(claim.risk, _point(claim))]
    return [convex.certify_convex(claim.risk, _point(claim))]


def near_infimum(claim: Claim) -> list[Certificate]:
    """How far the loss at the given point is above the infimum, of a linear network."""
    return [convex.certify_near_infimum(claim.risk, _point(claim))]


def not_attained(claim: Claim) -> list[Certificate]:
    """The given point classifies each sample right, so that the loss has no global minimum."""
    return [convex.certify_not_attained(claim.risk, _point(claim))]


def exact_minimum(claim: Claim) -> list[Certificate]:
    """A minimum on kinks or a flat one: at the given point, or at one with short fractions within reach."""
    failures: list[NotCertified] = []
    for candidate in nearby.simple_points(claim.risk, _point(claim), claim.reach):
        better = _better(claim, candidate) if claim.property == "suboptimal-local-minimum" else None
        try:
            return [prover.certify_local_minimum(claim.risk, candidate, better)]
        except NotCertified as error:
            failures.append(error)
    raise failures[0]


def minimum_near(claim: Claim) -> list[Certificate]:
    """A strict minimum within reach, not global if that is claimed."""
    better = _better(claim, _point(claim)) if claim.property == "suboptimal-local-minimum" else None
    return [_critical(claim, Minimum, better)]


def minimum_on_kinks(claim: Claim) -> list[Certificate]:
    """A minimum within reach, on kinks or with flat directions, to which descent along kinks leads."""
    return [_on_kinks(claim)]


def strict_minimum_on_kinks(claim: Claim) -> list[Certificate]:
    """The same, if it is strict."""
    return [as_strict(claim.risk, _on_kinks(claim))]


def _on_kinks(claim: Claim) -> Certificate:
    """First on the kinks on which the point is, as where `verify.refine` ended: flat directions may lead away."""
    start = nearby.floats(_point(claim))
    if at_kinks(claim.risk, start):
        with suppress(NotCertified):  # what the descent without them meets is told
            certificate = basin.certify_basin(claim.risk, start, _told.get(), stays=True)
            if furthest(_ball(certificate), _point(claim)) <= claim.reach:
                return certificate
    certificate = basin.certify_basin(claim.risk, start, _told.get())
    statement = _ball(certificate)
    if furthest(statement, _point(claim)) > claim.reach:
        here, there = claim.risk.value(nearby.floats(_point(claim))), float(statement.value[1])
        away = float(distance(statement.center[0], _point(claim)))
        told = f"descent leads to a local minimum at a distance of {away:.3g}, where the loss is {there:.8g}"
        raise Elsewhere(f"{told} (at the given point {here:.8g})", away)
    return certificate


def _ball(certificate: Certificate) -> LocalMinimumWithin:
    statement = certificate.read().statement
    if not isinstance(statement, LocalMinimumWithin):
        raise TypeError(type(statement).__name__)
    return statement


def critical_near(claim: Claim) -> list[Certificate]:
    """A strict minimum or a saddle within reach."""
    return [_critical(claim, Saddle if claim.property == "saddle" else Minimum)]


def minimum_all_around(claim: Claim) -> list[Certificate]:
    """A strict minimum in a ball of strong convexity that has all points within reach."""
    better = _better(claim, _point(claim)) if claim.property == "global-minimum" else None
    certificate = regions.minimum_or_saddle(claim.risk, _point(claim), better)
    return [regions.enlarged(certificate, _point(claim), claim.reach)]


def ball_and_known_point(claim: Claim) -> list[Certificate]:
    """Strong convexity around an exact point, and that point a minimum."""
    ball = regions.minimum_or_saddle(claim.risk, _point(claim))
    zero = _zero(claim)
    if zero is not None and contains(ball.statement, zero):
        return [ball, prover.certify_global_minimum(claim.risk, zero)]
    return [ball, *exact_minimum(claim)]


def ball_and_zero(claim: Claim) -> list[Certificate]:
    """Strong convexity at all points within reach, and a point of loss 0."""
    return [*minimum_all_around(claim), *zero_loss(claim)]


def degenerate_saddle(claim: Claim) -> list[Certificate]:
    """The given point, or one with short fractions within reach, by directions of descent and ascent of any order."""
    failures: list[NotCertified] = []
    for candidate in nearby.simple_points(claim.risk, _point(claim), claim.reach):
        try:
            return [prover.certify_degenerate_saddle(claim.risk, candidate)]
        except NotCertified as error:
            failures.append(error)
    raise failures[0]


def flat_saddle(claim: Claim) -> list[Certificate]:
    """A saddle that symmetries move, within reach."""
    return [certify_flat_saddle(claim.risk, nearby.floats(_point(claim)))]


def no_critical_point(claim: Claim) -> list[Certificate]:
    """A direction along which the loss falls at all points within reach."""
    return [prover.certify_no_critical_point(claim.risk, _point(claim), claim.reach)]


def no_local_minimum_around(claim: Claim) -> list[Certificate]:
    """A direction along which the loss falls, on kinks too, or bends down, at all points within reach."""
    try:
        return [no_minimum.certify_no_local_minimum_within(claim.risk, _point(claim), claim.reach)]
    except NotCertified as error:
        try:
            return [prover.certify_bends_down(claim.risk, _point(claim), claim.reach)]
        except NotCertified:
            raise error from None


def radius_without_minimum(claim: Claim) -> Fraction | None:
    """One smaller than what was claimed, such that no local minimum is within it, as the checker verified.

    None where none was found, and where it is not looked for: where nothing has a kink, a point has a gradient to tell.
    """
    layers = claim.risk.exact.network.layers
    if claim.point is None or not any(layer.activation.has_kink for layer in layers):
        return None
    try:
        found = no_minimum.certify_no_local_minimum_nearby(claim.risk, claim.point, float(claim.reach))
    except (NotCertified, OverflowError, np.linalg.LinAlgError):
        return None
    statement = found.read().statement
    return statement.radius if isinstance(statement, NoCriticalPoint) else None


def no_strict_minimum(claim: Claim) -> list[Certificate]:
    """A symmetry that moves all points within reach."""
    return [no_minimum.certify_no_strict_minimum(claim.risk, _point(claim), claim.reach)]


def no_local_minimum(claim: Claim) -> list[Certificate]:
    """A direction of descent from the given point."""
    return [prover.certify_no_local_minimum(claim.risk, _point(claim))]


def better_point(claim: Claim) -> list[Certificate]:
    """A point of smaller loss than the given one."""
    return [prover.certify_worse_than(claim.risk, _point(claim), _better(claim, _point(claim)))]


def value(claim: Claim) -> list[Certificate]:
    """The loss at the given point."""
    return [prover.certify_value(claim.risk, _point(claim))]


def every_width(claim: Claim) -> list[Certificate]:
    """Minima of every width from the critical point of one neuron."""
    start = nearby.floats(_point(claim))
    return [families.certify_every_width(claim.risk, start, claim.widths_from, claim.better)]


def constant_outputs(claim: Claim) -> list[Certificate]:
    """The minimum at which the output is the same on three samples."""
    return [families.certify_constant_outputs(claim.risk, claim.pre_activations, claim.output_weights, claim.better)]


def product_of_minima(claim: Claim) -> list[Certificate]:
    """As many minima, weight by weight; if a point is named, a minimum there as well."""
    counted = families.certify_count(claim.risk, claim.count)
    return [counted] if claim.point is None else [counted, _critical(claim, Minimum)]


def separate_minima(claim: Claim) -> list[Certificate]:
    """As many minima, one by one; the first at the point, if one is named."""
    if claim.count > MAX_SEPARATE:
        raise NotCertified(f"more than {MAX_SEPARATE} minima are not looked for one by one", {}, Reason.TOO_LARGE)
    found = regions.separate_minima(claim.risk, claim.point, claim.count)
    if claim.point is not None:
        found[0] = regions.fitted(found[0], claim.risk, claim.point, claim.reach)
    return found


def in_box(claim: Claim) -> list[Certificate]:
    """All critical points, or local minima, of a box."""
    return [_listed(claim, claim.property)]


def minima_in_box(claim: Claim) -> list[Certificate]:
    """All local minima of a box, whatever is claimed of it."""
    return [_listed(claim, COUNT)]


class _Listed(NamedTuple):
    """What came of the last search for a cover."""

    claim: Claim
    name: str
    outcome: Certificate | NotCertified


_last: ContextVar[_Listed | None] = ContextVar("last", default=None)


def _listed(claim: Claim, name: str) -> Certificate:
    """A complete list; that of the last search, where a claim is first tried to be proved and then to be refuted."""
    last = _last.get()
    if last is None or (last.claim.risk, last.claim.box, last.name) != (claim.risk, claim.box, name):
        outcome: Certificate | NotCertified
        try:
            outcome = certify_in_box(claim.risk, claim.box, name, progress=_left.get())
        except NotCertified as failure:
            outcome = failure
        _last.set(last := _Listed(claim, name, outcome))
    if isinstance(last.outcome, NotCertified):
        raise last.outcome
    return last.outcome


def _point(claim: Claim) -> Vector:
    if claim.point is None:
        raise NotCertified("the claim names no point", {}, Reason.NO_CANDIDATE)
    return claim.point


def _better(claim: Claim, point: Vector) -> tuple[Fraction, ...]:
    return nearby.better_than(claim.risk, point, claim.better)


def _critical(claim: Claim, wanted: type[Minimum | Saddle], better: Vector | None = None) -> Certificate:
    """A critical point within reach, of the wanted kind where one is found."""
    other: Certificate | None = None
    failures: list[NotCertified] = []
    for start in nearby.critical_points(claim.risk, _point(claim), claim.reach):
        try:
            found = regions.minimum_or_saddle(claim.risk, start, better)
            found = regions.fitted(found, claim.risk, _point(claim), claim.reach)
        except NotCertified as error:
            failures.append(error)
            continue
        if isinstance(found.statement, wanted):
            return found
        other = other or found
    if other is None:
        raise failures[0]
    return other


def _zero(claim: Claim) -> Vector | None:
    candidates = nearby.points_of_loss_0(claim.risk, _point(claim), claim.reach)
    return next((point for point in candidates if not any(prover.value_bounds(claim.risk, point))), None)
