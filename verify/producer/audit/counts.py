"""What verified statements say of how many points there are: predicates as in `evidence`, True only if it follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from verify.checker.public import Statement
from verify.checker.statements.count_of_minima import CountOfMinima
from verify.checker.statements.critical_point import Minimum
from verify.checker.statements.small_empirical_risk import COMPLETE, COUNT, InBox
from verify.producer.audit.claims import Claim
from verify.producer.audit.evidence import is_inside, single, square_distance


def counted(found: Sequence[Statement], claim: Claim) -> bool:
    """There are as many strict minima; if a point is named, one of them is within reach."""
    if not found or not isinstance(found[0], CountOfMinima) or found[0].at_least < claim.count:
        return False
    return claim.point is None or any(isinstance(other, Minimum) and is_inside(other, claim) for other in found[1:])


@single
def listed_in_box(found: Statement, claim: Claim) -> bool:
    """All points of the box are listed, and there are as many as claimed; no number is claimed of the one least one."""
    return _lists(found, claim) and (claim.count == len(found.points) or claim.property not in (COMPLETE, COUNT))


@single
def other_number_in_box(found: Statement, claim: Claim) -> bool:
    """All points of the box are listed, and there are more or fewer."""
    return _lists(found, claim) and claim.count != len(found.points) and claim.property in (COMPLETE, COUNT)


@single
def not_one_in_box(found: Statement, claim: Claim) -> bool:
    """All local minima of the box are listed, and there is none or more than one."""
    return isinstance(found, InBox) and (found.property, found.box) == (COUNT, claim.box) and len(found.points) != 1


def disjoint_minima(found: Sequence[Statement], claim: Claim) -> bool:
    """As many strict minima in balls that do not meet; if a point is named, one of them is within reach."""
    balls = [statement for statement in found if isinstance(statement, Minimum)]
    return (
        len(balls) == len(found) >= claim.count
        and all(
            square_distance(a.center[0], b.center[0]) > (a.radius + b.radius) ** 2
            for index, a in enumerate(balls)
            for b in balls[:index]
        )
        and (claim.point is None or any(is_inside(ball, claim) for ball in balls))
    )


def _lists(found: Statement, claim: Claim) -> TypeGuard[InBox]:
    return isinstance(found, InBox) and (found.property, found.box) == (claim.property, claim.box)
