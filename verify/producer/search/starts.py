"""Where descents start: at random, or at points near which minima are known to lie.

The directed starts are for the orthonormal teacher e_1, ..., e_k, whose minima are symmetric under
permutations of all but a few coordinates, the special ones (Arjevani & Field 2020).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def random_start(seed: int, run: int, neurons: int, dimension: int) -> Array:
    """Start number `run`, (n, d): entries N(0, 1/d) (Safran & Shamir 2018), a stream of its own for every run."""
    stream = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(run,)))
    start: Array = stream.standard_normal((neurons, dimension)) / np.sqrt(dimension)
    return start


def ansatz(k: int, special: int) -> Array:
    """A point (k, k) near the critical point with symmetry S_{k-q} x S_q, q = `special`; special neurons are last.

    For q = 1 these are the leading terms of the type II family for large k (corner: fitted); a further special
    neuron sees the others as it sees the ordinary ones. For q = k it is near type A.
    """
    s2 = 1 / k
    W = np.full((k, k), -4 / np.pi * s2**2)
    np.fill_diagonal(W, 1 + 8 / np.pi * s2**2)
    W[: k - special, k - special :] = 2 * s2
    W[k - special :, :] = 4 / np.pi * s2
    np.fill_diagonal(W[k - special :, k - special :], -1 + 5.3 * s2)
    return W


def split(W: Array, extra: int) -> list[Array]:
    """Two points (n + extra, d): the `extra` most special neurons of W, or the most ordinary ones, are cut in two.

    Equal halves give a saddle (Safran, Yehudai & Shamir 2021, Theorem 14). The difference between these halves
    respects the symmetry and, at the known minima, goes down from that saddle.
    """
    children = []
    for order in (np.argsort(W.min(axis=1)), np.argsort(-W.max(axis=1))):
        cut, kept = W[order[:extra]], np.delete(W, order[:extra], axis=0)
        shift = np.full_like(cut, 0.05)
        np.put_along_axis(shift, np.abs(cut).argmax(axis=1)[:, None], 0, axis=1)
        children.append(np.vstack([kept, cut / 2 + shift, cut / 2 - shift]))
    return children


def grow(W: Array) -> Array:
    """A point (n + 1, d + 1), for n, d > 1: the most ordinary neuron of W and its coordinate are repeated, in front.

    The two copies share with each other what that neuron shares with the next most ordinary one.
    """
    i, j = np.unravel_index(np.argmax(W), W.shape)
    others = W.copy()
    others[i, :] = others[:, j] = -np.inf
    shared = W[i, np.unravel_index(np.argmax(others), W.shape)[1]]
    wider = np.insert(W, 0, W[:, j], axis=1)
    neuron = np.insert(W[i], 0, W[i, j])
    wider[i, 0] = neuron[j + 1] = shared
    return np.vstack([neuron, wider])
