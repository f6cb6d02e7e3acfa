"""The critical points of a deep linear network on given data: all values, and a point for each pattern of ranks.

Let S = X X^T be invertible, M = Y X^T, and let T = M S^(-1) M^T have distinct eigenvalues, none 0, with eigenvectors u.
At a critical point the product is P M S^(-1), with P the projection onto some of the u, at most as many as the least
width; its loss is (|Y|^2 - the sum of their eigenvalues) / 2 (docs/LINEAR.md, "Critical values", and how the layers
look then).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from flint import fmpq, fmpq_mat

from verify.checker.evaluators import Data, as_fraction
from verify.checker.public import Reason, Witness
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.linear_critical_values import PROPERTY, CriticalValues
from verify.producer.linear.certified import ONE, PRECISION, certified
from verify.producer.linear.critical import certify_critical_point
from verify.producer.linear.moves import exact_entries, product
from verify.producer.prover import Certificate, NotCertified

MOST_EIGENVALUES, MOST_PATTERNS = 8, 5000
Path = tuple[int, ...]
"""Layers, from 0, along which one basis vector goes: 0 is the input, H the output, and from there it goes on at 0."""


@dataclass(frozen=True, slots=True)
class Representative:
    """The eigenvalues that a point's product learns, the ranks of the layers' products, and what the point is."""

    learned: tuple[Fraction, ...]
    ranks: tuple[int, ...]
    """Of W_j ... W_i for i <= j, and then of W_(i-1) ... W_1 X Y^T W_H ... W_(j+1), where that is not of all layers."""
    certificate: Certificate


def certify_critical_values(network: DeepLinearNetwork) -> Certificate:
    """A certificate of all critical values. Raises NotCertified."""
    _, T = _energies(network)
    if T.rank() < T.nrows():
        raise NotCertified("an eigenvalue of M S^(-1) M^T is 0", {}, Reason.NOT_MODELLED)
    found: list[tuple[Fraction, Fraction]] = []
    sizes = np.linalg.eigvalsh(np.array([[float(as_fraction(x)) for x in row] for row in T.tolist()]))[::-1]
    rational = {as_fraction(root) for root in _rational_roots(T)}
    for place, size in enumerate(sizes):
        gaps = [abs(float(size) - float(other)) for n, other in enumerate(sizes) if n != place]
        near = Fraction(min([*gaps, float(size)]) / 4)
        middle = Fraction(float(size))
        exactly = [root for root in rational if abs(root - middle) < near]
        found.append((exactly[0],) * 2 if exactly else _short(middle - near / 2**20, middle + near / 2**20))
    statement = CriticalValues(network, PROPERTY, tuple(found))
    return certified(ONE, statement, Witness(PRECISION))


def representatives(network: DeepLinearNetwork) -> Iterator[Representative]:
    """A critical point for each set of eigenvalues and each pattern of ranks that there is with it.

    Raises NotCertified where S is singular, an eigenvalue is 0, multiple or irrational, or a point is not classified.
    """
    cross = Data(network).cross
    for learned, layers in critical_points(network):
        certificate = certify_critical_point(network, [exact_entries(layer) for layer in layers])
        yield Representative(learned, ranks(layers, cross), certificate)


def critical_points(network: DeepLinearNetwork) -> Iterator[tuple[tuple[Fraction, ...], list[fmpq_mat]]]:
    """The same, by what they learn: the layers alone. Raises NotCertified."""
    if len(network.shapes) < 2:
        raise NotCertified("there is one layer only", {}, Reason.NOT_MODELLED)
    solved, T = _energies(network)
    pairs, seen = _eigenvectors(T), 0
    for count in range(min(network.widths) + 1):
        for places in combinations(range(len(pairs)), count):
            learned = [pairs[place] for place in places]
            left = [pair for place, pair in enumerate(pairs) if place not in places]
            for paths in _patterns([width - count for width in network.widths]):
                seen += 1
                if seen > MOST_PATTERNS:
                    raise NotCertified(f"more than {MOST_PATTERNS} patterns of ranks", {}, Reason.TOO_LARGE)
                layers = _layers(network, [u for _, u in learned], [u for _, u in left], solved, paths)
                yield tuple(as_fraction(value) for value, _ in learned), layers


def ranks(layers: Sequence[fmpq_mat], cross: fmpq_mat) -> tuple[int, ...]:
    """Of all products of layers that follow each other, and of those that go on from the outputs by X Y^T."""
    H = len(layers)
    found = [product(layers[i : j + 1]).rank() for i in range(H) for j in range(i, H)]
    for i in range(H + 1):
        for j in range(max(i, 1), H + 1):
            through = cross.transpose() if j == H else cross.transpose() * product(layers[j:])
            found.append((through if i == 0 else product(layers[:i]) * through).rank())
    return tuple(found)


def _energies(network: DeepLinearNetwork) -> tuple[fmpq_mat, fmpq_mat]:
    """M S^(-1) and T."""
    data = Data(network)
    if data.gram.rank() < data.gram.nrows():
        raise NotCertified("X X^T is singular", {}, Reason.NOT_MODELLED)
    solved = data.cross * data.gram.inv()
    T = solved * data.cross.transpose()
    if T.nrows() > MOST_EIGENVALUES:
        raise NotCertified(f"more than {MOST_EIGENVALUES} outputs", {}, Reason.TOO_LARGE)
    return solved, T


def _rational_roots(T: fmpq_mat) -> list[fmpq]:
    """The simple ones of the characteristic polynomial."""
    _, factors = T.charpoly().factor()
    return [-factor[0] / factor[1] for factor, power in factors if factor.degree() == 1 and power == 1]


def _short(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """A slightly larger interval with short ends."""
    scale = Fraction(1, 2 ** max(0, 8 - (high - low).numerator.bit_length() + (high - low).denominator.bit_length()))
    return scale * (low // scale), scale * (-(-high // scale))


def _eigenvectors(T: fmpq_mat) -> list[tuple[fmpq, fmpq_mat]]:
    """The eigenvalues in falling order, with one vector each."""
    roots, order = _rational_roots(T), T.nrows()
    if len(roots) < order or 0 in roots:
        raise NotCertified("an eigenvalue of M S^(-1) M^T is 0, multiple or irrational", {}, Reason.NOT_MODELLED)
    one = fmpq_mat([[fmpq(int(i == j)) for j in range(order)] for i in range(order)])
    return [(root, *_kernel(T - root * one)) for root in sorted(roots, reverse=True)]


def _kernel(matrix: fmpq_mat) -> list[fmpq_mat]:
    """A basis, as columns."""
    reduced, rank = matrix.rref()
    rows, order = reduced.tolist()[:rank], matrix.ncols()
    pivots = [next(c for c, x in enumerate(row) if x) for row in rows]
    basis = []
    for free in (c for c in range(order) if c not in pivots):
        entries = [fmpq(0)] * order
        entries[free] = fmpq(1)
        for row, pivot in zip(rows, pivots, strict=True):
            entries[pivot] = -row[free]
        basis.append(fmpq_mat([[x] for x in entries]))
    return basis


def _patterns(sizes: Sequence[int]) -> Iterator[list[Path]]:
    """All ways to cut the spaces 0, ..., H of these sizes into paths of at most H spaces, none of which ends at H.

    Up to exchanging paths of one kind; a longer path would be a product in the gradient that is not 0.
    """
    H = len(sizes) - 1
    kinds = [
        tuple((start + step) % (H + 1) for step in range(length))
        for start in range(H + 1)
        for length in range(1, H + 1)
        if (start + length - 1) % (H + 1) != H
    ]

    def cut(kind: int, left: list[int]) -> Iterator[list[Path]]:
        if kind == len(kinds):
            if not any(left):
                yield []
            return
        path = kinds[kind]
        for many in range(min(left[node] for node in path) + 1):
            rest = [size - many * (node in path) for node, size in enumerate(left)]
            for others in cut(kind + 1, rest):
                yield [path] * many + others

    yield from cut(0, list(sizes))


def _layers(
    network: DeepLinearNetwork,
    learned: list[fmpq_mat],
    left: list[fmpq_mat],
    solved: fmpq_mat,
    paths: list[Path],
) -> list[fmpq_mat]:
    """W_1 has the rows u^T M S^(-1) / |u|^2 of what is learned, W_H the columns u; beside these the paths."""
    H, r = len(network.shapes), len(learned)
    top = [u.transpose() * solved / (u.transpose() * u)[0, 0] for u in learned]
    M = Data(network).cross
    inputs = _input_basis(network.widths[0], top, [M.transpose() * u for u in left])
    used = [len(left), *(r for _ in range(H - 1)), 0]  # basis vectors; of the inputs those that X Y^T does not reach
    layers = [fmpq_mat(rows, columns) for rows, columns in network.shapes]
    for i, row in enumerate(top):
        layers[0] = layers[0] + _unit(network.shapes[0][0], i) * row
        layers[-1] = layers[-1] + learned[i] * _unit(network.shapes[-1][1], i).transpose()
        for place in range(1, H - 1):
            layers[place][i, i] = fmpq(1)
    for path in paths:
        places: list[int] = []
        for node in path:
            if node == 0 and places:
                places.append(places[-1])  # as X Y^T has it
                continue
            places.append(used[node])
            used[node] += 1
        for (node, place), (after, where) in zip(
            zip(path, places, strict=True), zip(path[1:], places[1:], strict=True), strict=False
        ):
            if node == H:
                continue
            into = left[where] if after == H else _unit(network.shapes[node][0], where)
            out_of = inputs[place] if node == 0 else _unit(network.shapes[node][1], place).transpose()
            layers[node] = layers[node] + into * out_of
    return layers


def _unit(order: int, place: int) -> fmpq_mat:
    return fmpq_mat([[fmpq(int(i == place))] for i in range(order)])


def _input_basis(order: int, top: list[fmpq_mat], reached: list[fmpq_mat]) -> list[fmpq_mat]:
    """Functionals: dual to what X Y^T reaches, then to what completes it to the kernel of `top`."""
    rows = fmpq_mat([row.tolist()[0] for row in top]) if top else fmpq_mat(1, order)
    columns = list(reached)
    for vector in _kernel(rows):
        if _beside([*columns, vector]).rank() > len(columns):
            columns.append(vector)
    kept = len(columns)
    columns += [row.transpose() for row in top]
    return [fmpq_mat([row]) for row in _beside(columns).inv().tolist()[:kept]]


def _beside(columns: list[fmpq_mat]) -> fmpq_mat:
    return fmpq_mat([[x for column in columns for x in column.tolist()[i]] for i in range(columns[0].nrows())])
