"""The critical points of a deep linear network on given data: one of each product, and of some ranks of the layers.

Let S = X X^T be invertible, M = Y X^T, and let T = M S^(-1) M^T have distinct eigenvalues, none 0, with eigenvectors u.
At a critical point the product is P M S^(-1), with P the projection onto some of the u, at most as many as the least
width; its loss is (|Y|^2 - the sum of their eigenvalues) / 2 (docs/LINEAR.md). All must be rational.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from flint import fmpq, fmpq_mat

from verify.checker.evaluators import Data, as_fraction
from verify.checker.public import Reason
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.producer.linear.critical import certify_critical_point
from verify.producer.prover import Certificate, NotCertified

MOST_EIGENVALUES = 8


@dataclass(frozen=True, slots=True)
class Representative:
    """The eigenvalues that a point's product learns, whether layers between have larger ranks, what the point is."""

    learned: tuple[Fraction, ...]
    wider: bool
    certificate: Certificate


def representatives(network: DeepLinearNetwork) -> Iterator[Representative]:
    """A critical point for each set of eigenvalues; where there are layers between, also one with these of full rank.

    Raises NotCertified where S is singular, an eigenvalue is 0, multiple or irrational, or a point is not classified.
    """
    data = Data(network)
    if data.gram.rank() < data.gram.nrows():
        raise NotCertified("X X^T is singular", {}, Reason.NOT_MODELLED)
    solved = data.cross * data.gram.inv()
    T = solved * data.cross.transpose()
    if T.nrows() > MOST_EIGENVALUES:
        raise NotCertified(f"more than {MOST_EIGENVALUES} outputs", {}, Reason.TOO_LARGE)
    pairs = _eigenvectors(T)
    for count in range(min(network.widths) + 1):
        for chosen in combinations(pairs, count):
            for wider in (False, True)[: 1 + (len(network.shapes) > 2 and count < min(network.widths[1:-1]))]:
                layers = _layers(network, [u for _, u in chosen], solved, wider=wider)
                learned = tuple(as_fraction(value) for value, _ in chosen)
                yield Representative(learned, wider, certify_critical_point(network, layers))


def _eigenvectors(T: fmpq_mat) -> list[tuple[fmpq, fmpq_mat]]:
    """The eigenvalues in falling order, with one vector each."""
    _, factors = T.charpoly().factor()
    roots = [-factor[0] / factor[1] for factor, power in factors if factor.degree() == 1 and power == 1]
    if len(roots) < T.nrows() or 0 in roots:
        raise NotCertified("an eigenvalue of M S^(-1) M^T is 0, multiple or irrational", {}, Reason.NOT_MODELLED)
    order = T.nrows()
    found = []
    for root in sorted(roots, reverse=True):
        shifted = T - root * fmpq_mat([[fmpq(int(i == j)) for j in range(order)] for i in range(order)])
        reduced, rank = shifted.rref()
        rows = reduced.tolist()[:rank]
        pivots = [next(c for c, x in enumerate(row) if x) for row in rows]
        (free,) = (c for c in range(order) if c not in pivots)
        entries = [fmpq(0)] * order
        entries[free] = fmpq(1)
        for row, pivot in zip(rows, pivots, strict=True):
            entries[pivot] = -row[free]
        found.append((root, fmpq_mat([[x] for x in entries])))
    return found


def _layers(
    network: DeepLinearNetwork, vectors: list[fmpq_mat], solved: fmpq_mat, *, wider: bool
) -> list[list[list[object]]]:
    """W_1 has the rows u^T M S^(-1) / |u|^2, W_H the columns u, and between are the identity's first ones or more."""
    H = len(network.shapes)
    layers: list[list[list[object]]] = []
    for place, (rows, columns) in enumerate(network.shapes):
        if H == 1:
            total = fmpq_mat(rows, columns)
            for u in vectors:
                total += u * (u.transpose() * solved) / (u.transpose() * u)[0, 0]
            return [[[str(x) for x in row] for row in total.tolist()]]
        ones = len(vectors) if not wider else min(rows, columns)
        layer: list[list[object]] = [[int(i == j and i < ones) for j in range(columns)] for i in range(rows)]
        if place == 0:
            layer = [[0] * columns for _ in range(rows)]
            for i, u in enumerate(vectors):
                row = u.transpose() * solved / (u.transpose() * u)[0, 0]
                layer[i] = [str(x) for x in row.tolist()[0]]
        elif place == H - 1:
            layer = [[str(u[i, 0]) for u in vectors] + [0] * (columns - len(vectors)) for i in range(rows)]
        layers.append(layer)
    return layers
