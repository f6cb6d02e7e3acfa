"""What the theorems ask of a loss: everything holds at every point of the box that it stands for.

The two landscapes whose critical points are proved in all unknowns have one each (`registry`); those of symmetric
students are given by the values on orbits, and their Hessian by blocks (`symmetric`, `one_large_group`).
"""

from __future__ import annotations

from fractions import Fraction
from math import frexp
from typing import ClassVar, NamedTuple, Protocol

from flint import arb, arb_mat

from verify.checker.core.balls import Balls
from verify.checker.core.exact import Matrix
from verify.checker.statements.landscape import Landscape


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


class Block(NamedTuple):
    """A part of the Hessian, in a basis that is adapted to a symmetry: the Hessian is the direct sum of such."""

    name: str
    form: arb_mat
    """The quadratic form of some unknowns."""
    norm: arb_mat
    """The square of the change that they stand for."""

    def less(self, bound: arb) -> arb_mat:
        """The form less `bound` times the norm, with each unknown scaled by a power of 2 to about unit norm.

        The form is >= bound times the norm if and only if this matrix has no negative eigenvalue, and
        the two have as many eigenvalues of each sign (Sylvester).
        """
        form = self.form - bound * self.norm
        powers = [max(frexp(float(self.norm[index, index]))[1], 0) // 2 for index in range(form.nrows())]
        if not any(powers):
            return form
        scales = [arb(2.0**-power) for power in powers]
        rows = zip(scales, form.tolist(), strict=True)
        return arb_mat([[a * b * x for b, x in zip(scales, row, strict=True)] for a, row in rows])


class Loss(Protocol):
    """A landscape at all points of a box."""

    lifts: ClassVar[bool]
    """There are higher input dimensions, in which a point padded with zeros has the same loss."""

    def __init__(self, landscape: Landscape, where: Balls) -> None:
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
