"""One point for all its copies: end points are compared up to the landscape's permutations."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

TOLERANCE = 1e-6  # two points are one if a permutation brings every entry of one this close to the other's
LOSS_TOLERANCE = 1e-8  # more than the losses of two critical points that close can differ by
ATTEMPTS = 10_000


@dataclass
class Group:
    """End points that are one point up to permutation; `student`: (n, d) is one of them."""

    student: Array
    loss: float
    run: int  # the random run that `student` comes from; -1 for a directed start
    count: int = 0
    starts: list[str] = field(default_factory=list)


class Collection:
    """The distinct points among those added. Directed ones come first; the order of the random ones is free."""

    def __init__(self, *, permute_coordinates: bool) -> None:
        self.groups: list[Group] = []
        self._permute_coordinates = permute_coordinates

    def add(self, student: Array, loss: float, start: str, run: int = -1) -> None:
        """Count an end point; `start` says where it came from, `run` which random run it was, if one."""
        group = next((group for group in self.groups if self._same(group, student, loss)), None)
        if group is None:
            group = Group(student, loss, run)
            self.groups.append(group)
        elif run < group.run:  # the lowest run stands for all, whichever finished first
            group.student, group.loss, group.run = student, loss, run
        group.count += run >= 0
        if start not in group.starts:
            group.starts.append(start)

    def _same(self, group: Group, student: Array, loss: float) -> bool:
        if abs(group.loss - loss) > LOSS_TOLERANCE or not _invariants_agree(group.student, student):
            return False
        return find_permutation(group.student, student, permute_coordinates=self._permute_coordinates) is not None


def find_permutation(A: Array, B: Array, *, permute_coordinates: bool) -> tuple[Indices, Indices] | None:
    """Rows r and columns c with |A[r][:, c] - B| <= `TOLERANCE` in every entry, or None where none was found.

    A, B: (n, d), rows are neurons. Without `permute_coordinates`, c is the identity and the answer is exact.
    With it, columns are matched one after the other with those that hold the same numbers, as long as the
    rows can follow; the search goes back where they cannot. For block-symmetric points it never has to; it
    gives up after `ATTEMPTS` columns, which leaves a point listed twice rather than lost.
    """
    d = A.shape[1]
    identity = np.arange(d)
    if not permute_coordinates:
        rows = _matching(np.abs(A[None, :, :] - B[:, None, :]).max(axis=2) <= TOLERANCE)
        return None if rows is None else (rows, identity)

    alike = _same_numbers(B.T, A.T)  # (d, d): column j of B and column l of A
    order = np.argsort(alike.sum(axis=1), kind="stable")  # the least choice first
    columns = np.full(d, -1)
    attempts = 0

    def extend(depth: int, possible: NDArray[np.bool_]) -> Indices | None:
        """The rows, once all columns from `order[depth]` on have found partners; `possible`: (n, n), of B and A."""
        nonlocal attempts
        rows = _matching(possible)
        if rows is None or depth == d:
            return rows
        j = order[depth]
        for candidate in np.flatnonzero(alike[j]):
            if candidate in columns[order[:depth]]:
                continue
            attempts += 1
            if attempts > ATTEMPTS:
                return None
            columns[j] = candidate
            closer = possible & (np.abs(A[None, :, candidate] - B[:, None, j]) <= TOLERANCE)
            if (rows := extend(depth + 1, closer)) is not None:
                return rows
        return None

    rows = extend(0, _same_numbers(B, A))
    return None if rows is None else (rows, columns)


def _matching(possible: NDArray[np.bool_]) -> Indices | None:
    """A one-to-one choice of a possible column for each row, or None if there is none."""
    if not possible.any(axis=1).all():
        return None
    rows, columns = linear_sum_assignment(~possible)
    return np.asarray(columns) if possible[rows, columns].all() else None


def _same_numbers(A: Array, B: Array) -> NDArray[np.bool_]:
    """For each row of A and each of B: whether they hold the same numbers in some order, within `TOLERANCE`."""
    # Sorting does not enlarge the largest difference, so no true pair is lost.
    apart: Array = np.abs(np.sort(A, axis=1)[:, None, :] - np.sort(B, axis=1)[None, :, :]).max(axis=2)
    return apart <= TOLERANCE


def _invariants_agree(A: Array, B: Array) -> bool:
    """Whether neurons' lengths and singular values let A and B be one point. Cheap, and a no is always right."""
    lengths = np.sort(np.linalg.norm(A, axis=1)) - np.sort(np.linalg.norm(B, axis=1))
    if np.abs(lengths).max() > TOLERANCE * np.sqrt(A.shape[1]):
        return False
    values = np.linalg.svd(A, compute_uv=False) - np.linalg.svd(B, compute_uv=False)
    return bool(np.abs(values).max() <= TOLERANCE * np.sqrt(A.size))  # Weyl's inequality
