"""What holds at the points that a cover is about, over a box of unknowns."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeAlias

Scalar: TypeAlias = Any
"""A ball, or an array of them in the search."""
Differentiable: TypeAlias = Any
"""A `Dual` number of such scalars."""
Truth = Any
"""A truth value, or an array of them in an arithmetic of arrays."""


class Conditions(NamedTuple):
    """Continuously differentiable functions of the unknowns; at each point sought all of this holds."""

    zeros: list[Differentiable]
    """At most as many as unknowns: these vanish."""
    not_negative: list[Differentiable]
    """These are >= 0."""


class System(Protocol):
    """The points sought, as those where conditions hold."""

    __slots__ = ()

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """On a box; a part that is not finite says nothing."""

    def within_domain(self, piece: list[Scalar]) -> list[Scalar]:
        """A box that has all points sought of a piece: all of it, unless a system says otherwise."""
        return piece

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """The piece itself, and others that symmetries, which map points sought to points sought, map it into."""
        return [piece]

    def excludes(self, piece: list[Scalar]) -> Truth:
        """The system's own test, if it has one: True only if it is proved that a piece has no point sought."""
        return False
