"""Directed starts: for minima that random descents find very rarely, or never."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from verify.producer.landscapes.teacher_student import ReLUTeacherStudent, TeacherStudent
from verify.producer.search.descent import EndPoint, Outcome, descend
from verify.producer.search.merge import Collection
from verify.producer.search.starts import ansatz, grow, split

Array = NDArray[np.float64]
Progress = Callable[[str, int, int], None]
Starts = list[tuple[str, Array]]

ANSATZ = "symmetric ansatz"
PARENT_SPECIAL = 3  # points with more special neurons are not split or grown: slow, and random runs find the rest


def directed_ends(
    landscape: TeacherStudent, neurons: int, step_limit: int, progress: Progress
) -> list[tuple[str, EndPoint]]:
    """Where the directed starts for the orthonormal teacher and `neurons` students end, with their names.

    For n = k, the symmetric ansatz; for n > k, splits of what that reaches for (k, k); for both, growth of what
    either reaches for (k - 1, n - 1). There are none for n < k and for n > 2 k.
    """
    k, n = len(landscape.teacher), neurons
    extra = n - k

    def run(k: int, n: int, starts: Starts) -> list[tuple[str, EndPoint]]:
        ends = []
        for end in descend(ReLUTeacherStudent.orthonormal(k), [W for _, W in starts], step_limit=step_limit):
            ends.append((starts[end.index][0], end))
            progress(f"directed starts for ({k}, {n})", len(ends), len(starts))
        return ends

    def reach(k: int, n: int) -> list[Array]:
        collection = Collection(permute_coordinates=True)
        for name, end in run(k, n, own_starts(k, n, max(PARENT_SPECIAL, extra))):
            if end.outcome is Outcome.CRITICAL:
                collection.add(end.student, end.loss, name)
        return [group.student for group in collection.groups]

    def own_starts(k: int, n: int, most_special: int) -> Starts:
        if n == k:
            return [(ANSATZ, ansatz(k, special)) for special in range(1, min(k, most_special) + 1)]
        return [(f"split from ({k}, {k})", W) for parent in reach(k, k) for W in split(parent, extra)]

    if not k <= n <= 2 * k:
        return []
    starts = own_starts(k, n, most_special=k)
    if k > 2:
        starts += [(f"growth from ({k - 1}, {n - 1})", grow(W)) for W in reach(k - 1, n - 1)]
    return run(k, n, starts)
