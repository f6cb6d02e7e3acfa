"""Three ReLU neurons and three orthonormal teachers in R^3: tests that leave out boxes of directions, in float64.

The theory is in docs/COVERS.md, "Three neurons: an attempt". A direction is a point of a face of the cube [-1, 1]^3,
scaled to length 1: two unknowns, so six in all. With angles t, theta = pi - t, kernel K = sin t + theta cos t, norms r,
directions u and tangents e of the cube's face turned perpendicular to u, a critical point without zero neuron has
    pi r_i + sum_j r_j K_ij = sum_k K(u_i, v_k),   sum_j r_j theta_ij u_j.e = sum_k theta(u_i, v_k) v_k.e:
nine equations C r = b, linear in the norms. At a local minimum also M >= 0 (lemmas S and P, for every input dimension).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from taylor_models import Array, Model, inverse, inverse_square_root, narrowest, stacked

PAIRS = ((0, 1), (0, 2), (1, 2))
PAIR = {**{pair: i for i, pair in enumerate(PAIRS)}, **{pair[::-1]: i for i, pair in enumerate(PAIRS)}}
OTHERS = ((1, 2), (0, 2), (0, 1))
LARGEST_NORM = 1.99
"""Above 2 max sum_k kappa(u, v_k) = 1.98508... (lemma R)."""
MARGIN = 1e-9
"""What rounding may change, in numbers that are about 1."""
WEIGHTS = (1.0, 30.0)
"""Of the errors, relative to the fourth power of the half sides, in the choice of multipliers."""
LARGE = 50.0
"""An entry of M beyond which a multiplier is 0."""
UNBOUNDED = 99.0
ORDER, NORM, PARALLEL, CURVATURE, GRADIENT, BOTH, KNOWN = range(7)
TESTS = ("order", "norm", "parallel", "curvature", "gradient", "both", "known")


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
        low, high = (np.clip(cosine.center + sign * cosine.spread, -1, 1) for sign in (-1, 1))
        self.low, self.high = np.pi - np.arccos(low), np.pi - np.arccos(high)
        """Range of theta."""
        at, most = np.clip(cosine.center, -1, 1), np.maximum(np.abs(low), np.abs(high))
        sine, least = np.sqrt(1 - at * at), np.sqrt(1 - most * most)
        theta, ends = np.pi - np.arccos(at), (low, high)
        self.theta = narrowest(
            cosine.function(theta, 1 / sine, at / sine**3, (1 + 2 * most**2) / least**5),
            _where((low >= 0) | (high <= 0), cosine.chord(ends, _theta, lambda s: _turn(s, low))),
            Model.between(self.low, self.high),
        )
        self.sine = narrowest(
            cosine.function(sine, -at / sine, -1 / sine**3, 3 * most / least**5),
            cosine.chord(ends, _sine, lambda s: -s / np.sqrt(1 + s * s)),
            Model.between(np.minimum(_sine(low), _sine(high)), largest_sine(self.low, self.high)),
        )
        self.kernel = narrowest(
            cosine.function(kernel(theta), theta, 1 / sine, most / least**3),
            cosine.chord(ends, lambda c: kernel(_theta(c)), lambda s: -np.cos(s)),
            Model.between(kernel(self.low), kernel(self.high)),
        )


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


class Equations:
    """The models of all that the tests use, on boxes."""

    def __init__(self, boxes: Boxes) -> None:
        count = len(boxes)
        point, tangents, length = on_faces(boxes)
        self.direction = point * length[:, None]
        teachers = Kernels(self.direction)
        self.right = teachers.kernel.sum(1)
        """sum_k K(u_i, v_k): (3,)."""
        self.sines = teachers.sine.sum(1)
        first, second = np.array(PAIRS).T
        self.pairs = Kernels((self.direction[first] * self.direction[second]).sum(1))
        self.left, self.right_side = Model.zero(9, 3, count), Model.zero(9, count)
        self.right_side[:3] = self.right
        self.right_side[3:] = _flat((teachers.theta[:, None] * tangents).sum(2))
        for i in range(3):
            self.left.center[i, i] = np.pi
            for j in OTHERS[i]:
                pair = PAIR[i, j]
                self.left[i, j] = self.pairs.kernel[pair]
                along = (tangents[i] * self.direction[j][None]).sum(1)
                self.left[3 + 2 * i : 5 + 2 * i, j] = along * self.pairs.theta[pair][None]
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

    def combined(self, weights: Array) -> tuple[Model, Model]:
        """y C and y b for weights y of shape (9, boxes)."""
        return self.left.weighted(weights), self.right_side.weighted(weights)


def _flat(model: Model) -> Model:
    """(3, 2, boxes) as (6, boxes)."""
    return stacked([model[i, a] for i in range(3) for a in range(2)])


def on_faces(boxes: Boxes) -> tuple[Model, Model, Model]:
    """Points of the faces (3, 3), two vectors perpendicular to each (3, 2, 3), and 1 / length (3,)."""
    count, every = len(boxes), np.arange(len(boxes))
    point, tangents, squared = Model.zero(3, 3, count), Model.zero(3, 2, 3, count), Model.zero(3, count)
    squared.center[...] = 1
    least = np.ones((3, count))
    for i in range(3):
        axis, sign = boxes.faces[i] // 2, 1.0 - 2 * (boxes.faces[i] % 2)
        point.center[i, axis, every] = sign
        for a in range(2):
            x, half, other = boxes.middle[2 * i + a], boxes.half[2 * i + a], (axis + 1 + a) % 3
            point.center[i, other, every], point.slopes[2 * i + a, i, other, every] = x, half
            tangents.center[i, a, axis, every], tangents.center[i, a, other, every] = -sign * x, 1
            tangents.slopes[2 * i + a, i, a, axis, every] = -sign * half
            squared.center[i] += x * x
            squared.slopes[2 * i + a, i] = 2 * x * half
            squared.bends[_square(2 * i + a), i] = half**2
            least[i] += np.maximum(np.abs(x) - half, 0) ** 2
    return point, tangents, inverse_square_root(squared, least)


def _square(unknown: int) -> int:
    return int(sum(6 - i for i in range(unknown)))


@dataclass
class Norms:
    """Bounds of the norms at critical points in each box, empty ones noted."""

    low: Array
    high: Array
    empty: Array
    known: Model
    """(3,): models of the norms."""
    middle: Array
    """(boxes, 3)."""
    axes: Array
    """(boxes, 3, 3): columns are the axes of what is not known."""
    along: Model
    """(3,): the norms less `middle`, along the axes."""


@dataclass
class Radial:
    """What the three equations for the norms say in intervals; b over 2 pi, kappa for each pair."""

    low: Array
    high: Array
    empty: Array
    right: tuple[Array, Array]
    kappa: tuple[Array, Array]


def radial(equations: Equations) -> Radial:
    """r_i = 2 (b_i - sum_j kappa_ij r_j), and M_ii >= 0 from below, in turns."""
    pairs = equations.pairs
    low, high = np.zeros((3, len(equations.rounding))), np.full((3, len(equations.rounding)), LARGEST_NORM)
    right = tuple(bound / (2 * np.pi) for bound in equations.right.bounds())
    kappa = kernel(pairs.low) / (2 * np.pi), kernel(pairs.high) / (2 * np.pi)
    sines, sine = equations.sines.bounds()[0], largest_sine(pairs.low, pairs.high)
    empty = np.zeros(low.shape[1], dtype=bool)
    for _ in range(6):
        for i, (j, k) in enumerate(OTHERS):
            ij, ik = PAIR[i, j], PAIR[i, k]
            high[i] = np.minimum(high[i], 2 * (right[1][i] - kappa[0][ij] * low[j] - kappa[0][ik] * low[k]))
            low[i] = np.maximum(low[i], 2 * (right[0][i] - kappa[1][ij] * high[j] - kappa[1][ik] * high[k]))
            low[i] = np.maximum(low[i], (sines[i] - high[j] * sine[ij] - high[k] * sine[ik]) / np.pi)
        empty |= (high < low - MARGIN).any(axis=0)
        high = np.maximum(high, low)
    return Radial(low, high, empty, right, kappa)


def norms(equations: Equations, start: Radial) -> Norms:
    """Narrowed by all nine equations, in axes in which the errors are small."""
    matrix, slopes, right, right_slopes = equations.at_center
    low, high, empty = start.low.T.copy(), start.high.T.copy(), start.empty.copy()
    axes = shift = np.zeros(0)
    known = low, high
    for number in range(2):
        middle, half = (low + high) / 2, (high - low) / 2
        change = np.einsum("nriv,ni->nrv", slopes, middle) - right_slopes
        if number == 0:
            gram = _gram(equations, change, slopes * half[:, None, :, None])
            axes = np.linalg.eigh(np.transpose(matrix, (0, 2, 1)) @ np.linalg.solve(gram, matrix))[1]
        reach = np.einsum("nbu,nb->nu", np.abs(axes), half)
        least, most = -reach, reach
        if number:
            moved = np.einsum("nbu,nb->nu", axes, middle - shift)
            least, most = np.maximum(least, known[0] - moved), np.minimum(most, known[1] - moved)
            most = np.maximum(least, most)
        size = np.maximum(most, -least)
        gram = _gram(equations, change, np.einsum("nrbv,nbu->nruv", slopes, axes) * size[:, None, :, None])
        turned = matrix @ axes
        weighted = np.linalg.solve(gram, turned)
        solve = np.linalg.solve(
            np.transpose(turned, (0, 2, 1)) @ weighted + 1e-12 * np.eye(3), np.transpose(weighted, (0, 2, 1))
        )
        starts, rests = [], []
        for row in range(3):
            left, value = equations.combined(np.ascontiguousarray(solve[:, row].T))
            starts.append(value - left.weighted(middle.T))
            rest = rotated(left, axes)
            rest.center[row] -= 1
            rests.append(rest)
        value = stacked(starts)
        sizes = np.stack([rest.spread + np.abs(rest.center) for rest in rests])
        for _ in range(2):
            size = np.maximum(most, -least)
            least, most = _narrowed(least, most, empty, value, (sizes * size.T).sum(1))
        errors = (sizes * np.maximum(most, -least).T).sum(1)
        better = stacked([value[row] - (rests[row] * value).sum(0) for row in range(3)])
        along = narrowest(
            Model(better.center, better.slopes, better.bends, better.error + (sizes * errors).sum(1)),
            Model(value.center, value.slopes, value.bends, value.error + errors),
            Model.between(least.T, most.T),
        )
        least, most = _narrowed(least, most, empty, along, 0.0)
        ends = axes * least[:, None, :], axes * most[:, None, :]
        from_axes = middle + np.minimum(*ends).sum(axis=2), middle + np.maximum(*ends).sum(axis=2)
        empty |= ((from_axes[1] < low - MARGIN) | (from_axes[0] > high + MARGIN)).any(axis=1)
        low = np.maximum(low, np.minimum(from_axes[0], high))
        high = np.maximum(np.minimum(high, from_axes[1]), low)
        known, shift = (least, most), middle
    found = narrowest(rotated(along, np.transpose(axes, (0, 2, 1))) + middle.T, Model.between(low.T, high.T))
    return Norms(low.T, high.T, empty, found, middle, axes, along)


def rotated(model: Model, axes: Array) -> Model:
    """sum_b axes[:, b, u] model_b for each u."""
    return stacked([model.weighted(np.ascontiguousarray(axes[:, :, u].T)) for u in range(3)])


def _narrowed(least: Array, most: Array, empty: Array, model: Model, errors: Array | float) -> tuple[Array, Array]:
    low, high = (bound.T for bound in model.bounds())
    wide = np.broadcast_to(np.asarray(errors).T, low.shape)
    finite = np.isfinite(low - wide) & np.isfinite(high + wide)
    low, high = np.where(finite, low - wide, -UNBOUNDED), np.where(finite, high + wide, UNBOUNDED)
    empty |= ((high < least - MARGIN) | (low > most + MARGIN)).any(axis=1)
    least = np.maximum(least, np.minimum(low, most))
    return least, np.maximum(np.minimum(most, high), least)


def _gram(equations: Equations, change: Array, more: Array) -> Array:
    """J J^T of how the equations change over a box, and a little."""
    all_of_it = np.concatenate([change, more.reshape(len(change), 9, -1)], axis=2)
    return all_of_it @ np.transpose(all_of_it, (0, 2, 1)) + (equations.rounding + MARGIN)[:, None, None] * np.eye(9)


def judged(boxes: Boxes) -> tuple[np.ndarray, Array]:
    """For each box a test that leaves it out, or -1; and how much the best gradient test changes along each side."""
    codes = np.full(len(boxes), -1)

    def leave_out(where: Array, test: int) -> None:
        codes[np.asarray(where) & (codes < 0)] = test

    for out_of_order in _out_of_order(boxes):
        leave_out(out_of_order, ORDER)
    equations = Equations(boxes)
    start = radial(equations)
    found = norms(equations, start)
    leave_out(found.empty, NORM)
    for pair in PAIRS:
        leave_out(_parallel(equations, start, found, pair), PARALLEL)
    smallest = None
    for proved, smallest in _curvature(equations, found):  # noqa: B007
        leave_out(proved, CURVATURE)
    gradients, shares = _gradients(equations, found)
    for gradient in gradients:
        least, most = gradient.bounds()
        leave_out((least > MARGIN) | (most < -MARGIN), GRADIENT)
    for gradient in gradients:
        for factor in (0.25, 1.0):
            weight = factor * smallest.center / np.maximum(np.abs(gradient.center), MARGIN)
            both = smallest - gradient * (np.abs(weight) * np.sign(gradient.center))
            leave_out(both.bounds()[1] < -MARGIN, BOTH)
    return codes, shares


def _out_of_order(boxes: Boxes) -> Iterator[Array]:
    """Boxes whose images under permutations are elsewhere.

    Students on one face are sorted by their first unknown. If there is one on a face of each axis, a permutation of the
    axes with faces of one sign permutes the sums of both unknowns of their students: those are sorted.
    """
    axes, signs = boxes.faces // 2, boxes.faces % 2
    each_axis = (np.sort(axes, axis=0) == np.arange(3)[:, None]).all(axis=0)
    low, high = boxes.middle - boxes.half, boxes.middle + boxes.half
    for a, b in PAIRS:
        yield (boxes.faces[a] == boxes.faces[b]) & (low[2 * a] > high[2 * b])
        least, most = low[2 * a] + low[2 * a + 1], high[2 * b] + high[2 * b + 1]
        yield each_axis & (signs[a] == signs[b]) & (least > most + MARGIN)


def _parallel(equations: Equations, start: Radial, found: Norms, pair: tuple[int, int]) -> Array:
    """Lemma P with room: 2 (B - s sin t) > s t, where s = r_a + r_b and B <= sum_k sin t_ak - r_c sin t_ac."""
    a, b = pair
    ab, ac, bc = PAIR[pair], PAIR[a, 3 - a - b], PAIR[b, 3 - a - b]
    pairs, c = equations.pairs, 3 - a - b
    (right_low, right_high), (least, most) = start.right, start.kappa
    total = np.minimum(
        np.maximum(right_high[a], right_high[b]) / np.maximum(least[ab], 1e-3), found.high[a] + found.high[b]
    )
    from_below, third = np.zeros_like(total), found.high[c].copy()
    for _ in range(6):
        from_below = np.maximum(
            from_below, 2 * (np.maximum(right_low[a], right_low[b]) - np.maximum(most[ac], most[bc]) * third)
        )
        third = np.minimum(third, 2 * (right_high[c] - np.minimum(least[ac], least[bc]) * from_below))
    sine, sines = largest_sine(pairs.low, pairs.high), equations.sines.bounds()[0]
    room = np.minimum(*(sines[i] - np.maximum(third, 0) * sine[ic] for i, ic in ((a, ac), (b, bc))))
    curved = (room > MARGIN) & (2 * (room - total * sine[ab]) > total * (np.pi - pairs.low[ab]) + MARGIN)
    return np.asarray((third < -MARGIN) | curved)


def _curvature(equations: Equations, found: Norms) -> Iterator[tuple[Array, Model | None]]:
    """Whether M has a negative direction: by intervals, then by models; with the model of z^T M z, which is >= 0."""
    count, pairs = len(equations.rounding), equations.pairs
    upper, wide, centers, diagonal = np.zeros((count, 3, 3)), np.zeros((count, 3, 3)), np.zeros((count, 3, 3)), []
    low, high = np.maximum(found.low, MARGIN), np.maximum(found.high, MARGIN)
    for i, (j, k) in enumerate(OTHERS):
        rest = found.known[j] * pairs.sine[PAIR[i, j]] + found.known[k] * pairs.sine[PAIR[i, k]] - equations.sines[i]
        most = rest.bounds()[1]
        upper[:, i, i] = np.pi + np.where(most < 0, most / high[i], most / low[i])
        diagonal.append(rest * inverse(found.known[i], low[i], high[i]) + np.pi)
        centers[:, i, i] = np.clip(np.nan_to_num(diagonal[i].center), -LARGE, LARGE)
    for i, j in PAIRS:
        pair = PAIR[i, j]
        upper[:, i, j] = upper[:, j, i] = (pairs.low[pair] + pairs.high[pair]) / 2
        wide[:, i, j] = wide[:, j, i] = (pairs.high[pair] - pairs.low[pair]) / 2
        centers[:, i, j] = centers[:, j, i] = pairs.theta.center[pair]
    for i in range(3):
        yield upper[:, i, i] < -MARGIN, None
    own = np.einsum("nii->ni", upper)
    z = np.linalg.eigh(np.where(np.eye(3, dtype=bool), np.minimum(upper, LARGE), upper))[1][:, :, 0]
    z = np.where(own > LARGE, 0, z)
    yield np.einsum("ni,nij,nj->n", z, upper, z) + np.einsum("ni,nij,nj->n", abs(z), wide, abs(z)) < -MARGIN, None
    z = np.linalg.eigh(centers)[1][:, :, 0]
    value = Model.zero(count)
    for i in range(3):
        value = value + diagonal[i] * z[:, i] ** 2
    for i, j in PAIRS:
        value = value + pairs.theta[PAIR[i, j]] * (2 * z[:, i] * z[:, j])
    yield value.bounds()[1] < -MARGIN, value


def _gradients(equations: Equations, found: Norms) -> tuple[list[Model], Array]:
    """Models of y (C r - b), which is 0, for multipliers y with which it changes little; shares of the sides."""
    matrix, slopes, right, right_slopes = equations.at_center
    along, axes = found.along, found.axes
    middle = found.middle + np.einsum("nbu,nu->nb", axes, along.center.T)
    value = np.einsum("nri,ni->nr", matrix, middle) - right
    turned, size = matrix @ axes, along.error.T
    change = np.einsum("nriv,ni->nrv", slopes, middle) - right_slopes
    change = change + np.einsum("nru,nuv->nrv", turned, np.transpose(along.slopes, (2, 1, 0)))
    more = np.einsum("nrbv,nbu->nruv", slopes, axes) * size[:, None, :, None]
    parts = np.concatenate([change, turned * size[:, None, :], more.reshape(len(value), 9, -1)], axis=2)
    whole = parts @ np.transpose(parts, (0, 2, 1))
    models, best, shares = [], np.full(len(value), -np.inf), np.zeros((6, len(value)))
    for weight in WEIGHTS:
        little = (weight * equations.rounding + MARGIN)[:, None, None] * np.eye(9)
        multipliers = np.linalg.solve(whole + little, value[..., None])[..., 0]
        # once more with weights: from a sum of squares towards a sum of sizes
        sizes = np.abs(np.einsum("nr,nrv->nv", multipliers, parts))
        sizes /= np.maximum(sizes.max(axis=1, keepdims=True), np.finfo(float).tiny)
        scaled = parts / np.sqrt(np.maximum(sizes, 0.05))[:, None, :]
        again = scaled @ np.transpose(scaled, (0, 2, 1))
        ratio = np.trace(again, axis1=1, axis2=2) / np.trace(whole, axis1=1, axis2=2)
        multipliers = np.linalg.solve(again / ratio[:, None, None] + little, value[..., None])[..., 0]
        multipliers /= np.maximum(np.linalg.norm(multipliers, axis=1, keepdims=True), np.finfo(float).tiny)
        left, constant = equations.combined(np.ascontiguousarray(multipliers.T))
        model = left.weighted(found.middle.T) + (rotated(left, axes) * along).sum(0) - constant
        models.append(model)
        low, high = model.bounds()
        score = np.nan_to_num(np.maximum(low, -high) / (np.abs(model.center) + MARGIN), nan=-np.inf)
        change_of = np.abs(model.slopes) + _by_unknown(np.abs(model.bends))
        shares, best = np.where(score > best, np.nan_to_num(change_of), shares), np.maximum(score, best)
    return models, shares


def _by_unknown(bends: Array) -> Array:
    """Half of each quadratic term to both of its unknowns."""
    row, column = np.triu_indices(6)
    return np.stack([bends[(row == i) | (column == i)].sum(axis=0) / 2 for i in range(6)])
