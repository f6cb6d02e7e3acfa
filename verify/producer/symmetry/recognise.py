"""Which permutations leave a student alone: its isotropy group, found and named."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from verify.checker.public import Symmetry
from verify.checker.statements.teacher_student import RELU, Activation
from verify.producer.symmetry.reduced import SymmetricStudent

Array = NDArray[np.float64]

TOLERANCE = 1e-6
"""Entries that are this close are taken for one number."""


@dataclass(frozen=True)
class Isotropy:
    """The permutations of an orthonormal teacher's coordinates that, with some order of the rows, change nothing."""

    groups: tuple[tuple[int, ...], ...]
    """The coordinates that may be exchanged, largest group first."""
    rows: tuple[int, ...] | None
    """The rows in an order in which the first k belong to the coordinates, group by group; None if there is none."""
    extra_rows: int

    @property
    def name(self) -> str:
        """`S_6 x S_1`, `S_6 x S_1 + 1` with an extra row, `S_2 (not row by row)` where a coordinate has not one row."""
        product = " x ".join(f"S_{len(group)}" for group in self.groups)
        if self.rows is None:
            return f"{product} (not row by row)"
        return f"{product} + {self.extra_rows}" if self.extra_rows else product

    @property
    def symmetry(self) -> Symmetry | None:
        """As certificates write it."""
        return None if self.rows is None else Symmetry(tuple(map(len, self.groups)), self.extra_rows)


def isotropy(student: Array) -> Isotropy:
    """The isotropy group of a student, (n, k) with n >= k, for the teacher e_1, ..., e_k.

    Two coordinates may be exchanged if some order of the rows undoes it; that is an
    equivalence, whose classes are the groups.
    """
    n, k = student.shape
    groups: list[list[int]] = []
    for j in range(k):
        home = next((group for group in groups if _moved_rows(student, group[0], j) is not None), None)
        if home is None:
            groups.append([j])
        else:
            home.append(j)
    groups.sort(key=lambda group: -len(group))
    named = tuple(map(tuple, groups))
    return Isotropy(named, _rows(student, named), n - k)


def as_symmetric(student: Array, found: Isotropy, activation: Activation = RELU) -> SymmetricStudent:
    """The student by one value for each orbit, its rows and columns in the order that was found."""
    symmetry = found.symmetry
    if symmetry is None or found.rows is None:
        raise ValueError(f"{found.name} is not of the form that certificates have")
    columns = [j for group in found.groups for j in group]
    W = student[np.array(found.rows)][:, columns]
    starts = np.cumsum([0, *symmetry.groups])
    first_rows = [*starts[:-1], *range(symmetry.columns, symmetry.rows)]
    values = []
    for orbit in symmetry.orbits:
        i, j = first_rows[orbit.row], int(starts[orbit.column])
        same = symmetry.classes[orbit.row].home == orbit.column
        values.append(Fraction(float(W[i, j + (same and not orbit.diagonal)])))
    return SymmetricStudent(symmetry, tuple(values), activation)


def _moved_rows(student: Array, j: int, other: int) -> dict[int, int] | None:
    """Which rows exchange places when two coordinates do; None if no order of the rows undoes it."""
    moved = np.flatnonzero(np.abs(student[:, j] - student[:, other]) > TOLERANCE)
    if not len(moved):
        return {}
    exchanged = student[moved].copy()
    exchanged[:, [j, other]] = exchanged[:, [other, j]]
    apart = np.abs(exchanged[:, None, :] - student[moved][None, :, :]).max(axis=2)
    places, partners = linear_sum_assignment(apart)
    if apart[places, partners].max() > TOLERANCE:
        return None
    return dict(zip(moved[places].tolist(), moved[partners].tolist(), strict=True))


def _rows(student: Array, groups: tuple[tuple[int, ...], ...]) -> tuple[int, ...] | None:
    """The row of each coordinate, group by group, then the rest."""
    n, k = student.shape
    if n < k:
        return None
    belongs: dict[int, int] = {}
    for group in groups:
        for place, j in enumerate(group):
            if len(group) > 1:
                moved = _moved_rows(student, group[place - 1], j)
                if moved is None or len(moved) != 2:
                    return None
                other = group[place - 1]
                # Of the two rows that change places, the one of j is left alone by exchanges within the rest.
                if len(group) > 2:
                    third = next(x for x in group if x not in (j, other))
                    with_third = _moved_rows(student, j, third) or {}
                    shared = set(moved) & set(with_third)
                    if len(shared) != 1:
                        return None
                    belongs[j] = shared.pop()
                elif j not in belongs:
                    belongs[other], belongs[j] = sorted(moved)
    if len(set(belongs.values())) != len(belongs):
        return None
    free = [i for i in range(n) if i not in belongs.values()]
    alone = [j for group in groups if len(group) == 1 for j in group]
    if alone:
        rows, columns = linear_sum_assignment(-np.abs(student[np.ix_(free, alone)]))
        for i, j in zip(rows, columns, strict=True):
            belongs[alone[j]] = free[i]
    ordered = [belongs[j] for group in groups for j in group]
    return (*ordered, *(i for i in range(n) if i not in ordered))
