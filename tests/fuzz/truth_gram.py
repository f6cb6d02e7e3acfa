"""What is false about statements on limiting Gram matrices, by quadrature in floats."""

from __future__ import annotations

import math

import numpy as np

from tests.wide import gram_oracle
from tests.wide.gram_campaign import OFF
from verify.checker.evaluators import derivative_bounds
from verify.checker.statements.every_data_set import PositiveDefiniteForEveryDataSet
from verify.checker.statements.limiting_gram_matrix import SmallestEigenvalue
from verify.checker.statements.random_initialisation import ConvergesFromRandomInitialisation
from verify.producer.wide.gram import needed_width

GramStatement = SmallestEigenvalue | ConvergesFromRandomInitialisation | PositiveDefiniteForEveryDataSet
LARGEST = 200
"""N^2 times layers and positions: more takes too long."""


def falsehood_about_gram_matrices(statement: GramStatement) -> str | None:
    """What is false; None where nothing was found, or nothing can be told."""
    if isinstance(statement, PositiveDefiniteForEveryDataSet):
        return "the activation is linear" if statement.landscape.activation.describe() == "identity" else None
    of = statement.landscape
    if len(of.inputs) ** 2 * of.depth * of.positions > LARGEST:
        return None
    norms = np.array([math.sqrt(sum(float(x) ** 2 for x in row)) for row in of.inputs])
    if not of.divided and np.abs(norms - 1).max() > 1e-9:
        return "a sample has another norm"
    matrix = gram_oracle.gram(of)
    if not np.isfinite(matrix).all():
        return None
    found, off = float(np.linalg.eigvalsh(matrix)[0]), OFF.get(of.activation, 1e-7) * float(np.abs(matrix).max())
    if isinstance(statement, SmallestEigenvalue):
        if statement.at_least > found + off:
            return f"the smallest eigenvalue is {found}"
        above = statement.at_most is not None and statement.at_most < found - off
        return f"the smallest eigenvalue is {found}" if above else None
    X, y = np.array([[float(x) for x in row] for row in of.inputs]) / norms[:, None], statement.targets
    first, second = (float(bound) for bound in derivative_bounds(of.activation) or (math.inf, math.inf))
    square, values = float(np.linalg.norm(X, 2)) ** 2, np.array([float(target) for target in y])
    energy = float(values @ np.linalg.solve(matrix, values))
    log = math.log(len(y) / statement.failure_probability)
    least = min(needed_width(e, found, square, energy, first, second, log) for e in np.linspace(0.01, 0.99, 99))
    curvature = first**2 * square
    if statement.width < least * 0.9 or statement.step > 1.0001 / curvature or statement.rate > 0.0859 * found + off:
        return f"the theorem needs a width of {least}, a step below {1 / curvature} and a rate below {0.0858 * found}"
    return None
