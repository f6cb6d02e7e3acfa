"""The loss of a deep linear network and its gradients, in balls or in exact rational numbers.

F = 1/2 |W_H ... W_1 X - Y|^2. With A_j = W_H ... W_(j+1) and B_j = W_(j-1) ... W_1 the gradient of layer j is
A_j^T G B_j^T for G = W S - M, S = X X^T, M = Y X^T. With a target Phi, X is the identity and Y is Phi.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.limits import EXACT_BITS
from verify.checker.core.outcome import Open
from verify.checker.losses.semidefinite_program import Number, rational
from verify.checker.statements.deep_linear_network import DeepLinearNetwork

Polynomial = list[fmpq_mat]
"""Coefficients of t^0, t^1, ..."""
Block: TypeAlias = arb_mat | fmpq_mat
"""What is said of one holds for the other."""
Factor: TypeAlias = Block | None
"""None is the identity."""


def exact(rows: Matrix) -> fmpq_mat:
    """The same matrix, for exact arithmetic."""
    return fmpq_mat([[rational(entry) for entry in row] for row in rows])


def ball_matrix(rows: Matrix) -> arb_mat:
    """Balls around the entries."""
    return arb_mat([[arb(rational(entry)) for entry in row] for row in rows])


def identity(order: int) -> fmpq_mat:
    """I."""
    return fmpq_mat([[fmpq(int(i == j)) for j in range(order)] for i in range(order)])


class Data:
    """S, M and |Y|^2, exactly."""

    def __init__(self, network: DeepLinearNetwork) -> None:
        if network.target is not None:
            self.gram, self.cross = identity(network.widths[0]), exact(network.target)
            self.square = squared_norm(self.cross)
        else:
            X, Y = (exact(rows or ()) for rows in (network.inputs, network.targets))
            self.gram, self.cross, self.square = X.transpose() * X, Y.transpose() * X, squared_norm(Y)


def products(layers: Sequence[Block]) -> tuple[list[Factor], list[Factor], Block]:
    """A_j and B_j for each layer; and W."""
    below: list[Factor] = [None]
    for layer in layers[:-1]:
        below.append(times(layer, below[-1]))
    above: list[Factor] = [None]
    for layer in reversed(layers[1:]):
        above.append(times(above[-1], layer))
    return above[::-1], below, times(layers[-1], below[-1])


def times(left: Factor, right: Factor) -> Block:
    """The product; one of the two must not be None. Raises Open where its exact numbers are too long."""
    if left is None or right is None:
        return right if left is None else left
    look()
    product = left * right
    if isinstance(product, fmpq_mat):
        require_short(product)
    return product


def transposed(block: Factor) -> Factor:
    """The transpose."""
    return None if block is None else block.transpose()


def gradients(layers: Sequence[Block], outer: Block) -> list[Block]:
    """A_j^T G B_j^T for each layer. `outer`: G."""
    above, below, _ = products(layers)
    return [times(times(transposed(A), outer), transposed(B)) for A, B in zip(above, below, strict=True)]


def squared_norm(block: Block) -> Number:
    """The sum of the squares of the entries."""
    return sum((entry * entry for entry in block.entries()), fmpq(0))


def value(data: Data, W: fmpq_mat) -> fmpq:
    """F, exactly: <W S, W> / 2 - <W, M> + |Y|^2 / 2."""
    product = (W * data.gram / 2 - data.cross).entries()
    return sum((x * y for x, y in zip(product, W.entries(), strict=True)), data.square / 2)


def as_fraction(number: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(number.p), int(number.q))


def multiplied(left: Polynomial, right: Polynomial, order: int | None = None) -> Polynomial:
    """The product, up to t^order where that is given. Raises Open where its numbers are too long."""
    size = len(left) + len(right) - 1 if order is None else min(order + 1, len(left) + len(right) - 1)
    result: list[fmpq_mat | None] = [None] * size
    for i, A in enumerate(left):
        for j, B in enumerate(right[: max(0, size - i)]):
            look()
            product = A * B
            require_short(product)
            before = result[i + j]
            result[i + j] = product if before is None else before + product
    return [term for term in result if term is not None]


def require_short(matrix: fmpq_mat) -> None:
    """Go on only with numbers of a bounded length. Raises Open."""
    if any(int(x.p).bit_length() + int(x.q).bit_length() > EXACT_BITS for x in matrix.entries()):
        raise Open(f"an exact number has more than {EXACT_BITS} bits", Reason.TOO_LARGE)
