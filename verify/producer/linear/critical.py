"""What an exact critical point of a deep linear network is: a global minimum, a strict saddle or a degenerate one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq_mat

from verify.checker.evaluators import (
    Data,
    as_fraction,
    exact,
    gradients,
    hessian,
    products,
    value,
)
from verify.checker.public import Reason as Why
from verify.checker.public import negative_direction
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
from verify.producer.linear.moves import escape_curve, exact_entries
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
    triangle = hessian(exactly, data, G)
    try:
        direction = negative_direction(triangle)
    except OverflowError as error:
        raise NotCertified(f"the Hessian has {error}", {}, Why.TOO_LARGE) from None
    if direction is None:
        curve = escape_curve(exactly, G)
        if curve is None:
            raise NotCertified("no escape curve is known: a hidden layer is narrow", {}, Why.NOT_MODELLED)
        terms, order = curve
        witness = CurveWitness(PRECISION, tuple(tuple(map(exact_entries, term)) for term in terms), order)
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


def _layered(entries: Sequence[Fraction], network: DeepLinearNetwork) -> Layers:
    left = iter(entries)
    return tuple(
        tuple(tuple(next(left) for _ in range(columns)) for _ in range(rows)) for rows, columns in network.shapes
    )
