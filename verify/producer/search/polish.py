"""Newton's method, for many points at a time, from near a critical point to one in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from verify.producer.landscapes.landscape import Landscape
from verify.producer.search.backends import Backend, Host, padding

Flags = NDArray[np.bool_]

POLISH_STEPS = 12
MEMORY = 2**28
"""Bytes of Hessians made at a time; the temporaries take a few times as many."""


class Newton:
    """Newton's method on a landscape, compiled once."""

    def __init__(self, landscape: Landscape, backend: Backend) -> None:
        self._landscape, self._backend = landscape, backend
        self._most: int | None = None  # how many Hessians are made at a time
        self._derivatives = backend.compiled(lambda state: (landscape.hessian(state[0]), landscape.gradient(state[0])))

    def polish(self, starts: Host, only_minima: Flags) -> tuple[Host, Flags]:
        """The critical points that are reached from `starts`: (runs, n, d), and whether each is plainly the one that
        descent would reach; where it is not, the point stays where it was.

        Every step must be at most half of the one before; no neuron may move by more than a tenth of its length; the
        loss may not rise; and with `only_minima`: (runs,) the Hessian must be positive definite all the way.
        """
        W, value = starts.copy(), self._landscape.value
        runs = len(starts)
        before = np.full(runs, np.inf)
        lengths = np.linalg.norm(starts, axis=2)
        reached = np.zeros(runs, dtype=np.bool_)
        active = np.arange(runs)
        for _ in range(POLISH_STEPS):
            delta, positive = self._steps(W[active])
            W[active] -= delta
            sizes, norms = (np.linalg.norm(array.reshape(len(active), -1), axis=1) for array in (delta, W[active]))
            near = (np.linalg.norm(W[active] - starts[active], axis=2) <= lengths[active] / 10).all(axis=1)
            good = (sizes <= before[active] / 2) & near & (positive | ~only_minima[active])
            before[active] = sizes
            done = good & (sizes <= 1e-9 * norms)  # the next step would be of the order of the rounding errors
            for slot in active[done]:
                reached[slot] = value(W[slot]) <= value(starts[slot]) + 1e-12 * np.linalg.norm(W[slot]) ** 2
            active = active[good & ~done]
            if not len(active):
                break
        W[~reached] = starts[~reached]
        return W, reached

    def _steps(self, points: Host) -> tuple[Host, Flags]:
        """What to subtract from each point, (runs, n, d), and whether the Hessian there is positive definite."""
        runs, n, d = points.shape
        backend = self._backend
        if self._most is None:  # on a CPU the Hessians of several points only fill the cache
            fitting = max(1, MEMORY // (8 * (n * d) ** 2))
            self._most = 1 if backend.device == "cpu" else 1 << (fitting.bit_length() - 1)
        deltas, positive = [], []
        begin = 0
        while begin < runs:
            piece = points[begin : begin + self._most]
            count = len(piece)
            if backend.static:
                piece = np.concatenate([piece, np.repeat(piece[-1:], padding(count), axis=0)])
            try:
                H, gradient = self._derivatives((backend.put(piece),))
                definite = backend.positive(H)[:count]
                delta = backend.solve(H, backend.xp.reshape(gradient, (len(piece), n * d)))[:count]
            except Exception as error:
                if not backend.is_out_of_memory(error) or self._most == 1:
                    raise
                self._most //= 2
                continue
            positive.append(definite)
            deltas.append(delta)
            begin += count
        return np.concatenate(deltas).reshape(points.shape), np.concatenate(positive)
