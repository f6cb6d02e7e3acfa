"""Newton's method, for many points at a time, from near a critical point to one in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from verify.landscapes.landscape import Landscape
from verify.search.backends import Backend, Host

POLISH_STEPS = 12
MEMORY = 2**28
"""Bytes of Hessians made at a time; the temporaries take a few times as many."""


def polish(
    landscape: Landscape, starts: Host, *, only_minima: NDArray[np.bool_], backend: Backend
) -> tuple[Host, NDArray[np.bool_]]:
    """The critical points that Newton's method reaches from `starts`: (runs, n, d), and whether each is plainly
    the one that descent would reach.

    Every Newton step must be at most half of the one before; no neuron may move by more than a tenth of its
    length; the loss may not rise; and with `only_minima` the Hessian must be positive definite all the way.
    """
    W = starts.copy()
    runs, n, d = starts.shape
    before = np.full(runs, np.inf)
    lengths = np.linalg.norm(starts, axis=2)
    reached = np.zeros(runs, dtype=np.bool_)
    active = np.arange(runs)
    for _ in range(POLISH_STEPS):
        delta, positive = _newton_steps(landscape, W[active], backend)
        sizes = np.linalg.norm(delta.reshape(len(active), -1), axis=1)
        W[active] -= delta
        near = (np.linalg.norm(W[active] - starts[active], axis=2) <= lengths[active] / 10).all(axis=1)
        good = (sizes <= before[active] / 2) & near & (positive | ~only_minima[active])
        before[active] = sizes
        # The next step would be of the order of the rounding errors.
        done = good & (sizes <= 1e-9 * np.linalg.norm(W[active].reshape(len(active), -1), axis=1))
        for slot in active[done]:
            tolerance = 1e-12 * np.linalg.norm(W[slot]) ** 2
            reached[slot] = landscape.value(W[slot]) <= landscape.value(starts[slot]) + tolerance
        active = active[good & ~done]
        if not len(active):
            break
    W[~reached] = starts[~reached]
    return W, reached


def _newton_steps(landscape: Landscape, points: Host, backend: Backend) -> tuple[Host, NDArray[np.bool_]]:
    """What to subtract from each point, (runs, n, d), and whether the Hessian there is positive definite."""
    runs, n, d = points.shape
    most = max(1, MEMORY // (8 * (n * d) ** 2)) if backend.static or backend.device != "cpu" else 1
    deltas, positive = [], []
    for begin in range(0, runs, most):
        piece = points[begin : begin + most]
        count = len(piece)
        if backend.static:
            piece = np.concatenate([piece, np.repeat(piece[-1:], (1 << (count - 1).bit_length()) - count, axis=0)])
        W = backend.put(piece)
        H = landscape.hessian(W)
        gradient = landscape.gradient(W)
        positive.append(backend.positive(H)[:count])
        deltas.append(backend.solve(H, backend.xp.reshape(gradient, (len(piece), n * d)))[:count])
    return np.concatenate(deltas).reshape(points.shape), np.concatenate(positive)
