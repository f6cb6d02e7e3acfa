"""Three ReLU neurons and three orthonormal teachers in R^3: the equations of critical points on boxes of directions.

The theory is in docs/COVERS.md, "Three neurons: an attempt". A direction is a point of a face of the cube [-1, 1]^3,
scaled to length 1: two unknowns, so six in all. With angles t, theta = pi - t, kernel K = sin t + theta cos t, norms r,
directions u and vectors e perpendicular to them, a critical point without zero neuron has
    pi r_i + sum_j r_j K_ij = sum_k K(u_i, v_k),   sum_j r_j theta_ij u_j.e = sum_k theta(u_i, v_k) v_k.e:
nine equations C r = b, linear in the norms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from taylor_models import Array, Model, embedded, inverse_square_root, narrowest, stacked

PAIRS = ((0, 1), (0, 2), (1, 2))
PAIR = {**{pair: i for i, pair in enumerate(PAIRS)}, **{pair[::-1]: i for i, pair in enumerate(PAIRS)}}
OTHERS = ((1, 2), (0, 2), (0, 1))


@dataclass(frozen=True)
class Boxes:
    """Products of three rectangles on faces of the cube: faces (3, boxes), middle and half sides (6, boxes).

    Face 2 a is x_a = 1, face 2 a + 1 is x_a = -1; the unknowns of a face are x_{a+1}, x_{a+2}, indices mod 3.
    """

    faces: np.ndarray
    middle: Array
    half: Array

    def __len__(self) -> int:
        return self.middle.shape[1]

    def __getitem__(self, some: slice | np.ndarray) -> Boxes:
        return Boxes(self.faces[:, some], self.middle[:, some], self.half[:, some])

    def halved(self, side: np.ndarray) -> Boxes:
        """Both halves of each box: all lower ones, then all upper ones."""
        half, lower, upper, rows = self.half.copy(), self.middle.copy(), self.middle.copy(), np.arange(len(self))
        half[side, rows] /= 2
        lower[side, rows] -= half[side, rows]
        upper[side, rows] += half[side, rows]
        return Boxes(*(np.concatenate(parts, axis=1) for parts in ((self.faces,) * 2, (lower, upper), (half,) * 2)))


class Kernels:
    """theta, sin t and K of angles t whose cosines are given."""

    @np.errstate(all="ignore")  # what is not finite is not chosen
    def __init__(self, cosine: Model) -> None:
        unknowns = len(cosine.slopes)
        low, high = (np.clip(cosine.center + sign * cosine.spread, -1, 1) for sign in (-1, 1))
        self.low, self.high = np.pi - np.arccos(low), np.pi - np.arccos(high)
        """Range of theta."""
        at, most = np.clip(cosine.center, -1, 1), np.maximum(np.abs(low), np.abs(high))
        sine, least = np.sqrt(1 - at * at), np.sqrt(1 - most * most)
        theta, ends = np.pi - np.arccos(at), (low, high)
        self.theta = narrowest(
            cosine.function(theta, 1 / sine, at / sine**3, (1 + 2 * most**2) / least**5),
            _where((low >= 0) | (high <= 0), cosine.chord(ends, _theta, lambda s: _turn(s, low))),
            Model.between(self.low, self.high, unknowns),
        )
        self.sine = narrowest(
            cosine.function(sine, -at / sine, -1 / sine**3, 3 * most / least**5),
            cosine.chord(ends, _sine, lambda s: -s / np.sqrt(1 + s * s)),
            Model.between(np.minimum(_sine(low), _sine(high)), largest_sine(self.low, self.high), unknowns),
        )
        self.kernel = narrowest(
            cosine.function(kernel(theta), theta, 1 / sine, most / least**3),
            cosine.chord(ends, lambda c: kernel(_theta(c)), lambda s: -np.cos(s)),
            Model.between(kernel(self.low), kernel(self.high), unknowns),
        )

    def embedded(self, places: list[tuple[int, ...]]) -> Kernels:
        """As functions of all unknowns."""
        new = object.__new__(Kernels)
        new.low, new.high = self.low, self.high
        new.theta, new.sine, new.kernel = (embedded(part, places) for part in (self.theta, self.sine, self.kernel))
        return new


def _where(usable: Array, model: Model) -> Model:
    return Model(model.center, model.slopes, model.bends, np.where(usable, model.error, np.inf))


def _theta(cosine: Array) -> Array:
    return np.pi - np.arccos(cosine)


def _sine(cosine: Array) -> Array:
    return np.sqrt(np.maximum(1 - cosine * cosine, 0))


def _turn(slope: Array, low: Array) -> Array:
    """Where theta has a slope as a function of the cosine, on the side where the range is."""
    return np.where(low >= 0, 1, -1) * np.sqrt(np.maximum(1 - 1 / np.maximum(slope, 1) ** 2, 0))


def kernel(theta: Array) -> Array:
    """2 pi kappa."""
    return np.sin(theta) - theta * np.cos(theta)


def largest_sine(low: Array, high: Array) -> Array:
    """Of angles in [low, high], a part of [0, pi]."""
    return np.where((low <= np.pi / 2) & (high >= np.pi / 2), 1.0, np.maximum(np.sin(low), np.sin(high)))


OWN = ((0, 1), (2, 3), (4, 5))
"""The unknowns of each student."""


class Equations:
    """The models of all that the tests use, on boxes."""

    def __init__(self, boxes: Boxes) -> None:
        count = len(boxes)
        direction, tangents = directions(boxes)
        teachers = Kernels(direction)
        self.right = embedded(teachers.kernel.sum(1), OWN)
        """sum_k K(u_i, v_k): (3,)."""
        self.sines = embedded(teachers.sine.sum(1), OWN)
        # of pairs, as functions of the four unknowns of both
        first, second = (
            embedded(direction[[pair[side] for pair in PAIRS]], [(2 * side, 2 * side + 1)] * 3, 4) for side in range(2)
        )
        pairs = Kernels((first * second).sum(1))
        self.pairs = pairs.embedded([OWN[a] + OWN[b] for a, b in PAIRS])
        self.left, self.right_side = Model.zero(9, 3, count), Model.zero(9, count)
        self.right_side[:3] = self.right
        self.right_side[3:] = _flat(embedded((teachers.theta[:, None] * tangents).sum(2), OWN))
        for i in range(3):
            self.left.center[i, i] = np.pi
        for number, pair in enumerate(PAIRS):
            for side, (i, j) in enumerate((pair, pair[::-1])):
                self.left[i, j] = self.pairs.kernel[number]
                other = (second, first)[side][number]
                turned = embedded(tangents[i : i + 1], [(2 * side, 2 * side + 1)], 4)[0]
                moved = ((turned * other[None]).sum(1) * pairs.theta[number][None])[None]
                self.left[3 + 2 * i : 5 + 2 * i, j] = embedded(moved, [OWN[pair[0]] + OWN[pair[1]]])[0]
        self.rounding = np.max(boxes.half, axis=0) ** 4
        """About the square of the errors."""

    @cached_property
    def at_center(self) -> tuple[Array, Array, Array, Array]:
        """C, its derivatives, b and its derivatives: (boxes, 9, 3), (.., 6), (boxes, 9), (.., 6)."""
        return (
            np.transpose(self.left.center, (2, 0, 1)),
            np.transpose(self.left.slopes, (3, 1, 2, 0)),
            self.right_side.center.T,
            np.transpose(self.right_side.slopes, (2, 1, 0)),
        )

    def part(self, some: np.ndarray) -> Equations:
        """On some of the boxes."""
        new = object.__new__(Equations)
        for name in ("right", "sines", "left", "right_side", "rounding"):
            setattr(new, name, getattr(self, name)[..., some])
        new.pairs = object.__new__(Kernels)
        for name, model in vars(self.pairs).items():
            setattr(new.pairs, name, model[..., some])
        return new

    def combined(self, weights: Array) -> tuple[Model, Model]:
        """y C and y b for weights y of shape (9, boxes)."""
        return self.left.weighted(weights), self.right_side.weighted(weights)


def _flat(model: Model) -> Model:
    """(3, 2, boxes) as (6, boxes)."""
    return stacked([model[i, a] for i in range(3) for a in range(2)])


def directions(boxes: Boxes) -> tuple[Model, Model]:
    """Of the students (3, 3), and two vectors perpendicular to each (3, 2, 3), in the student's own two unknowns."""
    count, every = len(boxes), np.arange(len(boxes))
    point, tangents = Model.zero(3, 3, count, unknowns=2), Model.zero(3, 2, 3, count, unknowns=2)
    squared, least = Model.zero(3, count, unknowns=2), np.ones((3, count))
    squared.center[...] = 1
    for i in range(3):
        axis, sign = boxes.faces[i] // 2, 1.0 - 2 * (boxes.faces[i] % 2)
        point.center[i, axis, every] = sign
        for a in range(2):
            x, half, other = boxes.middle[2 * i + a], boxes.half[2 * i + a], (axis + 1 + a) % 3
            point.center[i, other, every], point.slopes[a, i, other, every] = x, half
            tangents.center[i, a, axis, every], tangents.center[i, a, other, every] = -sign * x, 1
            tangents.slopes[a, i, a, axis, every] = -sign * half
            squared.center[i] += x * x
            squared.slopes[a, i] = 2 * x * half
            squared.bends[2 * a, i] = half**2
            least[i] += np.maximum(np.abs(x) - half, 0) ** 2
    return point * inverse_square_root(squared, least)[:, None], tangents
