"""What the theorems ask of a loss: everything holds at every point of the box that it stands for.

The two landscapes whose critical points are proved in all unknowns have one each (`registry`); those of symmetric
students are given by the values on orbits, and their Hessian by blocks (`symmetric`, `one_large_group`).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import ClassVar, NamedTuple, Protocol

from flint import arb, arb_mat

from verify.checker.core.balls import Balls
from verify.checker.core.exact import Matrix
from verify.checker.statements.landscape import Landscape

Tick = Callable[[], None]
"""Called between two steps; it may raise to give up."""


class Region(NamedTuple):
    """The points within a distance of a center."""

    center: Matrix
    radius: Fraction
    euclidean: bool
    """The distance: Euclidean, else in the maximum norm."""


class Realisation(NamedTuple):
    """What it takes that a student computes what the teacher does."""

    students: int
    teachers: int
    surplus_may_vanish: bool
    """A neuron can compute the zero function."""


class Loss(Protocol):
    """A landscape at all points of a box."""

    lifts: ClassVar[bool]
    """There are higher input dimensions, in which a point padded with zeros has the same loss."""

    def __init__(self, landscape: Landscape, where: Balls, tick: Tick) -> None:
        """Each loss takes a landscape of its own (`registry`)."""

    def value(self) -> arb:
        """F."""

    def gradient(self) -> Balls:
        """Of the shape of a point."""

    def hessian(self) -> arb_mat:
        """Unknowns ordered row by row of a point."""

    def hessian_from_below(self) -> arb_mat | None:
        """A matrix G with G <= Hessian everywhere, which may be much sharper than `hessian`; None if there is none."""

    def smooth(self, region: Region) -> tuple[str, str]:
        """Prove that F is C^2 on a region within the box: what does it, and what was measured.

        Raises Refuted where F may be no more than continuous for certain, Open where that is not excluded.
        """

    @property
    def input_dimension_matrix(self) -> arb_mat:
        """The Hessian's block for each further input coordinate. Raises Open for a loss that does not lift."""

    def at(self, where: Matrix) -> Loss:
        """The same landscape at an exact point, neurons that compute 0 left out; for its value."""

    def realisation(self) -> Realisation | None:
        """None where there is no teacher."""
