"""The time of one function over that of another, measured so that a busy machine disturbs it least."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

ROUNDS, PART = 15, 50


def ratio_of_times(
    first: Callable[..., object], second: Callable[..., object], given: Sequence[tuple[Any, ...]]
) -> float:
    """Second over first, on all of the arguments given: the sums over small parts of the best time of each part."""
    total = [0.0, 0.0]
    gc.disable()
    for start in range(0, len(given), PART):
        best = [float("inf")] * 2
        for _ in range(ROUNDS):
            for index, evaluate in enumerate((first, second)):
                began = time.perf_counter()
                for arguments in given[start : start + PART]:
                    evaluate(*arguments)
                best[index] = min(best[index], time.perf_counter() - began)
        total = [so_far + part for so_far, part in zip(total, best, strict=True)]
    gc.enable()
    return total[1] / total[0]
