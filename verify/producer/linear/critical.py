"""What an exact critical point of a deep linear network is: a global minimum, a strict saddle or a degenerate one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from verify.checker.evaluators import (
    Data,
    as_fraction,
    exact,
    gradients,
    hessian,
    products,
    times,
    transposed,
    value,
)
from verify.checker.public import Matrix, negative_direction
from verify.checker.public import Reason as Why
from verify.checker.statements.deep_linear_network import DeepLinearNetwork, Layers
from verify.checker.statements.linear_critical_point import (
    DEGENERATE,
    GLOBAL,
    STRICT,
    CurveWitness,
    LinearCriticalPoint,
    ThresholdWitness,
)
from verify.producer.linear.above import Rows
from verify.producer.linear.above import exact as exact_rows
from verify.producer.linear.certified import ONE, PRECISION, certified
from verify.producer.prover import Certificate, NotCertified

ROUNDINGS = (8, 64, 10**4, 10**8)
"""Denominators up to which a direction of negative curvature is rounded."""


def with_data(widths: Sequence[int], inputs: Rows, targets: Rows) -> DeepLinearNetwork:
    """The network on samples; rows are samples."""
    return DeepLinearNetwork(tuple(widths), None, exact_rows(inputs), exact_rows(targets))


def certify_critical_point(network: DeepLinearNetwork, point: Sequence[Rows]) -> Certificate:
    """A certificate of what an exact critical point is. Raises NotCertified, where it is not critical too."""
    layers = tuple(exact_rows(rows) for rows in point)
    exactly = [exact(rows) for rows in layers]
    data = Data(network)
    W = products(exactly)[2]
    G = W * data.gram - data.cross
    loss = as_fraction(value(data, W))
    if not any(G.entries()):
        statement = LinearCriticalPoint(network, GLOBAL, layers, loss)
        return certified(ONE, statement, ThresholdWitness(PRECISION, None))
    if any(any(slope.entries()) for slope in gradients(exactly, G)):
        raise NotCertified("the point is not critical", {}, Why.NO_CANDIDATE)
    if (best := _best_of_its_rank(network, layers, loss, data, W)) is not None:
        return best
    triangle = hessian(exactly, data, G, lambda: None)
    if negative_direction(triangle) is None:
        curve = escape_curve(exactly, G)
        if curve is None:
            raise NotCertified("no escape curve is known: a hidden layer is narrow", {}, Why.NOT_MODELLED)
        terms, order = curve
        witness = CurveWitness(PRECISION, tuple(tuple(map(_rows, term)) for term in terms), order)
        return certified(ONE, LinearCriticalPoint(network, DEGENERATE, layers, loss), witness)
    statement = LinearCriticalPoint(network, STRICT, layers, loss)
    full = np.array(
        [[float(Fraction(int(x.p), int(x.q))) for x in row] + [0.0] * (len(triangle) - len(row)) for row in triangle]
    )
    vector = np.linalg.eigh(full + np.tril(full, -1).T)[1][:, 0]
    failure = NotCertified("no direction of negative curvature was found", {}, Why.NO_CANDIDATE)
    for denominator in ROUNDINGS:
        entries = [Fraction(float(x) / float(np.abs(vector).max())).limit_denominator(denominator) for x in vector]
        try:
            return certified(ONE, statement, CurveWitness(PRECISION, (_layered(entries, network),), 2))
        except NotCertified as error:
            failure = error
    raise failure


def _best_of_its_rank(
    network: DeepLinearNetwork, layers: Layers, loss: Fraction, data: Data, W: fmpq_mat
) -> Certificate | None:
    """Of a network with a narrow layer: whether the point is a global minimum although G is not 0."""
    least = min(network.widths)
    if W.rank() < least or data.gram.rank() < data.gram.nrows():
        return None
    T = data.cross * data.gram.inv() * data.cross.transpose()
    values = np.linalg.eigvalsh(np.array([[float(Fraction(int(x.p), int(x.q))) for x in row] for row in T.tolist()]))
    kept, other = values[len(values) - least], values[len(values) - least - 1]
    statement = LinearCriticalPoint(network, GLOBAL, layers, loss)
    for denominator in ROUNDINGS:
        threshold = Fraction(float(kept + other) / 2).limit_denominator(denominator)
        try:
            return certified(ONE, statement, ThresholdWitness(PRECISION, threshold))
        except NotCertified:
            continue
    return None


def escape_curve(layers: Sequence[fmpq_mat], G: fmpq_mat) -> tuple[list[list[fmpq_mat]], int] | None:
    """C_1, C_2, ... and the odd order at which the loss first changes along W + C_1 t + ...; None: a layer is narrow.

    docs/LINEAR.md, "Escape curves": the product is kept while u_i^T W_i ... W_1 = 0, until layer j has a gradient.
    """
    inputs, outputs = layers[0].ncols(), layers[-1].nrows()
    if inputs > outputs:
        found = escape_curve([layer.transpose() for layer in reversed(layers)], G.transpose())
        return found and ([[block.transpose() for block in reversed(term)] for term in found[0]], found[1])
    H = len(layers)
    below: list[fmpq_mat] = []  # W_i ... W_1
    for layer in layers:
        below.append(times(layer, below[-1] if below else None))
    first = next((i for i in range(H - 1) if below[i].rank() < inputs), None)
    if first is None or any(layer.nrows() < inputs for layer in layers[first : H - 1]):
        return None
    u = {i: _left_null(below[i]) for i in range(first, H - 1)}
    row = next(r for r, entries in enumerate(G.tolist()) if any(entries))
    v_last = fmpq_mat([[fmpq(int(i == row))] for i in range(outputs)])
    zero = [0 * layer for layer in layers]
    linear = list(zero)
    for i in range(first, H - 1):
        linear[i + 1] = (v_last if i + 1 == H - 1 else u[i + 1]) * u[i].transpose()
    # A_j(t), as a list of coefficients
    A: list[Any] = [None]
    for i in range(H - 1, first, -1):
        kept, raised = [times(term, layers[i]) for term in A], [times(term, linear[i]) for term in A]
        A = [kept[0], *map(_sum, kept[1:], raised[:-1]), raised[-1]]
    B = below[first - 1] if first else None
    slopes = [times(times(transposed(term), G), transposed(B)) for term in A]
    q = next(k for k, slope in enumerate(slopes) if any(slope.entries()))
    terms = [list(zero) for _ in range(q + 1)]
    terms[0] = linear
    terms[q][first] = terms[q][first] - slopes[q]
    return terms, 2 * q + 1


def _sum(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    return left + right


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


def _rows(block: fmpq_mat) -> Matrix:
    return tuple(tuple(as_fraction(x) for x in row) for row in block.tolist())


def _layered(entries: Sequence[Fraction], network: DeepLinearNetwork) -> Layers:
    left = iter(entries)
    return tuple(
        tuple(tuple(next(left) for _ in range(columns)) for _ in range(rows)) for rows, columns in network.shapes
    )
