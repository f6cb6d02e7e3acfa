"""How the layers of a linear network move while their product stays, until one has a gradient: docs/LINEAR.md.

G is the gradient with respect to the product. From the first layer below which something is lost, layer i + 1 is moved
by t u_(i+1) u_i^T with u_i^T W_i ... W_1 = 0. With a bottleneck, first the layers on one side of it are moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from flint import fmpq, fmpq_mat

from verify.checker.evaluators import Polynomial, as_fraction, gradients, multiplied
from verify.checker.public import Matrix

Terms = list[list[fmpq_mat]]
"""C_1, C_2, ...: for each power of t one matrix a layer."""
Move = tuple[Terms, int]
"""And the layer, from 0, that has a gradient along the curve."""
MOST_SCALES = 8


def escape_curve(layers: Sequence[fmpq_mat], G: fmpq_mat) -> tuple[Terms, int] | None:
    """A curve W + C_1 t + ... and the odd order at which the loss first changes along it; None where none is known."""
    move = preserving_move(layers, G)
    if move is None:
        return None
    terms, j = move
    slopes = slope(layers, G, terms, j)
    q = next(k for k, term in enumerate(slopes) if any(term.entries()))
    terms = [*terms, *([0 * layer for layer in layers] for _ in range(q + 1 - len(terms)))]
    terms[q][j] = terms[q][j] - slopes[q]
    return terms, 2 * q + 1


def preserving_move(layers: Sequence[fmpq_mat], G: fmpq_mat) -> Move | None:
    """With G != 0; None where a layer is narrow and the product has its rank."""
    widths = [layers[0].ncols(), *(layer.nrows() for layer in layers)]
    b = min(range(len(widths)), key=widths.__getitem__)
    if widths[b] == min(widths[0], widths[-1]):
        return _wide(layers, G)
    lower, upper = list(layers[:b]), list(layers[b:])
    V, U = product(lower), product(upper)
    zero = [[0 * layer for layer in layers]]
    if any((G * V.transpose()).entries()):
        found = _wide(upper, G * V.transpose())
        return found and ([[*zero[0][:b], *term] for term in found[0]], found[1] + b)
    if any((U.transpose() * G).entries()):
        found = _wide(lower, U.transpose() * G)
        return found and ([[*term, *zero[0][b:]] for term in found[0]], found[1])
    if V.rank() < widths[b]:
        return _two_sided(layers, G, b)
    if U.rank() < widths[b]:
        return _flipped(_two_sided(_transposed(layers), G.transpose(), len(layers) - b))
    return None


def slope(layers: Sequence[fmpq_mat], G: fmpq_mat, terms: Terms, j: int) -> Polynomial:
    """A_j(t)^T G B_j(t)^T."""
    flipped = [[block.transpose() for block in (layer, *(term[i] for term in terms))] for i, layer in enumerate(layers)]
    found: Polynomial = [G]
    for layer in reversed(flipped[j + 1 :]):
        found = multiplied(layer, found)
    for layer in flipped[:j]:
        found = multiplied(found, layer)
    return found


def product(layers: Sequence[fmpq_mat]) -> fmpq_mat:
    """W_H ... W_1."""
    return reduce(lambda below, layer: layer * below, layers)


def exact_entries(block: fmpq_mat) -> Matrix:
    """As a certificate has them."""
    return tuple(tuple(as_fraction(x) for x in row) for row in block.tolist())


def _wide(layers: Sequence[fmpq_mat], G: fmpq_mat) -> Move | None:
    """Where no hidden layer is narrower than the first and the last. No move, where a layer has a gradient already."""
    inputs, H = layers[0].ncols(), len(layers)
    for j, found in enumerate(gradients(layers, G)):
        if any(found.entries()):
            return [[0 * layer for layer in layers]], j
    if inputs > layers[-1].nrows():
        return _flipped(_wide(_transposed(layers), G.transpose()))
    first = next((i for i in range(H - 1) if product(layers[: i + 1]).rank() < inputs), None)
    if first is None:
        return None
    return [_moved_above(layers, G, first)], first


def _moved_above(layers: Sequence[fmpq_mat], G: fmpq_mat, first: int) -> list[fmpq_mat]:
    """The layers above `first`, each by u_(i+1) u_i^T."""
    H = len(layers)
    u = [_left_null(product(layers[: i + 1])) for i in range(first, H - 1)]
    row = next(r for r, entries in enumerate(G.tolist()) if any(entries))
    u.append(fmpq_mat([[fmpq(int(i == row))] for i in range(G.nrows())]))
    moved = [0 * layer for layer in layers]
    for i in range(first, H - 1):
        moved[i + 1] = u[i + 1 - first] * u[i - first].transpose()
    return moved


def _two_sided(layers: Sequence[fmpq_mat], G: fmpq_mat, b: int) -> Move | None:
    """W_b ... W_1 has not full rank: the layers above are moved until it has a gradient, and then those below."""
    above = _moved_above(layers, G, b - 1)
    upper = [above[b:]]
    to_bottleneck: Polynomial = [G]
    for layer, moved in zip(reversed(layers[b:]), reversed(upper[0]), strict=True):
        to_bottleneck = multiplied([layer.transpose(), moved.transpose()], to_bottleneck)
    outer = next(term for term in to_bottleneck if any(term.entries()))
    below = _wide(layers[:b], outer)
    if below is None:
        return None
    zero = [0 * layer for layer in layers]
    for scale in range(1, MOST_SCALES + 1):
        terms = [list(zero) for _ in range(scale)]
        terms[0][b:] = above[b:]
        terms[scale - 1][:b] = below[0][0]
        if any(any(term.entries()) for term in slope(layers, G, terms, below[1])):
            return terms, below[1]
    return None


def _transposed(layers: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    return [layer.transpose() for layer in reversed(layers)]


def _flipped(move: Move | None) -> Move | None:
    return move and ([_transposed(term) for term in move[0]], len(move[0][0]) - 1 - move[1])


def _left_null(matrix: fmpq_mat) -> fmpq_mat:
    """A column u other than 0 with u^T A = 0, of a matrix with dependent rows."""
    reduced, rank = matrix.transpose().rref()
    rows = reduced.tolist()
    pivots = [next(c for c, x in enumerate(row) if x) for row in rows[:rank]]
    free = next(c for c in range(matrix.nrows()) if c not in pivots)
    u = [fmpq(0)] * matrix.nrows()
    u[free] = fmpq(1)
    for row, pivot in zip(rows, pivots, strict=False):
        u[pivot] = -row[free]
    return fmpq_mat([[x] for x in u])
