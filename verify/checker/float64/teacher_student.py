"""The Hessian of a teacher-student landscape over a box of students, as a midpoint and bounds, in float64.

The kernels and their derivatives come as balls, from the one evaluation that both tiers
share (`losses/teacher_student.py`). Here they are rounded outward, and the blocks
h1 and h2 of docs/THEOREMS.md, "Smoothness", are assembled from the midpoints, in place.
For each block the error is bounded in the spectral norm; |E| is at most the largest row
sum of the n x n matrix of those bounds. docs/FLOAT64.md, "The Hessian", has the proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from flint import arb

from verify.checker.core.clock import look
from verify.checker.float64.bounds import TINY, Array, Bound, exactly, gamma, row_norms, size_of
from verify.checker.float64.conversion import midpoints_and_radii, upper_bounds
from verify.checker.float64.interval_matrix import Float64Matrix
from verify.checker.losses.dual_kernel import Jet, Parallel
from verify.checker.losses.teacher_student import TeacherStudent

ROWS = 1_024
"""Rows of a block that are made at a time: what is needed beside the matrix."""


class Numbers(NamedTuple):
    """Midpoints and bounds of the distance from them."""

    middle: Array
    radius: Bound

    @classmethod
    def of(cls, balls: Iterable[arb], *shape: int) -> Numbers:
        """Of balls in C order."""
        middle, radius = midpoints_and_radii(balls)
        return cls(middle.reshape(shape), radius.reshape(*shape))

    def times(self, power_of_two: int) -> Numbers:
        """Both times a small power of two."""
        return Numbers(power_of_two * self.middle, self.radius * exactly(power_of_two))

    def size(self) -> Bound:
        """Of the midpoints."""
        return size_of(self.middle)


class Neurons(NamedTuple):
    """Students and teachers, one a row: m = n + k."""

    middle: Array
    """(m, d)"""
    length: Bound
    """(m,), of each neuron of the box and of its midpoint."""
    distance: Bound
    """(m,), from the midpoint."""


def hessian(landscape: TeacherStudent) -> Float64Matrix:
    """The Hessian at every student of the landscape's box, unknowns ordered row by row."""
    with np.errstate(all="ignore"):
        neurons = _neurons(landscape)
        n, d = landscape.neurons, landscape.input_dimension
        matrix = np.zeros((n * d, n * d))  # what is never written to takes no memory
        diagonal = _fill_diagonal(matrix, landscape, neurons)
        below = np.tril(_fill_below(matrix, landscape, neurons).at_most, -1)
        errors = below + below.T
        errors[np.diag_indices(n)] = diagonal.at_most
        spread = Bound(errors).sum(axis=1).max()
        row_spread = spread * exactly(d).sqrt()
    return Float64Matrix(matrix, spread.value(), row_spread.value())


def _neurons(landscape: TeacherStudent) -> Neurons:
    rows = [*landscape.students, *landscape.teachers]
    middle, radius = Numbers.of((entry for row in rows for entry in row), len(rows), landscape.input_dimension)
    distance = (radius * radius).sum(axis=1).sqrt()
    return Neurons(middle, row_norms(middle) + distance, distance)


def _fill_diagonal(matrix: Array, landscape: TeacherStudent, neurons: Neurons) -> Bound:
    """Write the blocks s I + w y^T + y w^T + U^T f U, where y = h w + U^T g; return their errors' bounds, (n,)."""
    n, m, d = landscape.neurons, len(neurons.middle), landscape.input_dimension
    scalars, halves, spreads = [], [], []
    towards: list[arb] = []  # (n, m): 2 kappa_pq with the sign of the pair
    weights: list[arb] = []  # (n, m): kappa_qq with the sign of the pair
    zero = arb(0)
    for i in range(n):
        look()
        scalar, half, spread = landscape.input_dimension_matrix[i, i], landscape.alone(i).second, zero
        for j in range(m):
            pair, sign = _pair(landscape, i, j)
            if pair is None or isinstance(pair.second, Parallel):
                towards.append(zero)
                weights.append(zero)
                if pair is not None and isinstance(pair.second, Parallel):
                    spread += pair.second.own
                    scalar -= sign * 2 * pair.p
                continue
            half += sign * 2 * pair.second.pp
            towards.append(sign * 2 * pair.second.pq)
            weights.append(sign * pair.second.qq)
        scalars.append(scalar)
        halves.append(half)
        spreads.append(spread)
    s, h = Numbers.of(scalars, n), Numbers.of(halves, n)
    g, f = Numbers.of(towards, n, m), Numbers.of(weights, n, m)

    U = neurons.middle
    y = h.middle[:, None] * U[:n] + g.middle @ U
    for i in range(n):
        weighted = f.middle[i, :, None] * U
        for first in range(0, d, ROWS):  # in place, as one block may be the whole matrix
            look()
            rows = slice(first, min(first + ROWS, d))
            block = matrix[i * d + rows.start : i * d + rows.stop, i * d : (i + 1) * d]
            np.matmul(U.T[rows], weighted, out=block)
            block += np.outer(U[i, rows], y[i])
            block += np.outer(y[i, rows], U[i])
        matrix[range(i * d, (i + 1) * d), range(i * d, (i + 1) * d)] += s.middle[i]

    length, distance = neurons.length, neurons.distance
    own, own_distance = length[:n], distance[:n]
    # The balls' radii, the neurons' distances, and roundings: at most m + 5 for each term.
    of_radii = s.radius + h.radius.twice() * own * own + upper_bounds(spreads)
    of_radii += ((g.radius @ length) * own).twice() + f.radius @ (length * length)
    of_distances = (h.size() * own * own_distance).twice().twice()
    of_distances += ((g.size() @ distance) * own + (g.size() @ length) * own_distance).twice()
    of_distances += (f.size() @ (length * distance)).twice()
    terms = s.size() + (h.size() * own * own).twice() + ((g.size() @ length) * own).twice()
    terms += f.size() @ (length * length)
    underflow = exactly(8 * d * (m + 1) * TINY) * (length.sum() + exactly(1.0))
    return of_radii + of_distances + gamma(m + 5) * terms + underflow


def _fill_below(matrix: Array, landscape: TeacherStudent, neurons: Neurons) -> Bound:
    """Write the blocks q I + w x^T + v z^T below the diagonal; return their errors' bounds, (n, n).

    x = 2 kappa_pq w + 4 kappa_ps v and z = kappa_qq w + 2 kappa_qs v for the block's pair (w, v).
    """
    n, d = landscape.neurons, landscape.input_dimension
    zero = arb(0)
    identity, mixed = [], []
    second: list[list[arb]] = [[], [], [], []]
    for i in range(n):
        look()
        for j in range(n):
            pair = _pair(landscape, i, j)[0] if j < i else None
            derivatives = [zero] * 4
            spread = zero
            if pair is not None and isinstance(pair.second, Parallel):
                spread = pair.second.mixed
            elif pair is not None and not isinstance(pair.second, Parallel):
                _, pq, ps, qq, qs = pair.second
                derivatives = [pq, ps, qq, qs]
            identity.append(zero if pair is None else pair.q)
            mixed.append(spread)
            for values, derivative in zip(second, derivatives, strict=True):
                values.append(derivative)
    q = Numbers.of(identity, n, n)
    pq, ps, qq, qs = (Numbers.of(values, n, n) for values in second)
    a, b, c, e = pq.times(2), ps.times(4), qq, qs.times(2)

    W = neurons.middle[:n]
    entry = np.arange(d)
    for i in range(1, n):
        look()
        w, others = W[i], W[:i]
        x = a.middle[i, :i, None] * w + b.middle[i, :i, None] * others
        z = c.middle[i, :i, None] * w + e.middle[i, :i, None] * others
        rows = matrix[i * d : (i + 1) * d, : i * d].reshape(d, i, d)
        np.multiply(w[:, None, None], x, out=rows)
        rows += others.T[:, :, None] * z
        rows[entry, :, entry] += q.middle[i, :i]

    length, distance = neurons.length[:n], neurons.distance[:n]
    here, there = length[:, None], length[None, :]
    far, farther = distance[:, None], distance[None, :]
    of_radii = q.radius + upper_bounds(mixed).reshape(n, n)
    of_radii += a.radius * here * here + (b.radius + c.radius) * here * there + e.radius * there * there
    cross = b.size() + c.size()
    of_distances = (a.size() * here * far + e.size() * there * farther).twice()
    of_distances += cross * (here * farther + far * there)
    terms = q.size() + a.size() * here * here + cross * here * there + e.size() * there * there
    underflow = exactly(4 * d * TINY) * (here + there + exactly(1.0))
    return of_radii + of_distances + gamma(5) * terms + underflow


def _pair(landscape: TeacherStudent, i: int, j: int) -> tuple[Jet | None, int]:
    """The jet at student i and neuron j of all, with its sign; None for the student itself."""
    if j == i:
        return None, 0
    if j < landscape.neurons:
        return landscape.among_students[i, j], 1
    return landscape.with_teacher[i, j - landscape.neurons], -1
