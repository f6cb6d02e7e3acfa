"""Finding the numbers of certificates about limiting Gram matrices: eigenvalues, and widths for random starts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import ctx

from verify.checker.evaluators import derivative_bounds, gram_matrix
from verify.checker.public import Open, Reason, Witness, at_least, at_most, limits
from verify.checker.statements.every_data_set import EVERY_DATA_SET, EveryDataSet, PositiveDefiniteForEveryDataSet
from verify.checker.statements.feature_layers import Indices
from verify.checker.statements.limiting_gram_matrix import (
    CLOSED,
    CONVOLUTIONAL,
    EIGENVALUE,
    KIND,
    ONE_HIDDEN,
    WHOLE,
    GramMatrix,
    SeriesWitness,
    SmallestEigenvalue,
)
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.random_initialisation import RANDOM, ConvergesFromRandomInitialisation, WidthWitness
from verify.producer.landscapes.empirical_risk import exact_number
from verify.producer.prover import Certificate, NotCertified
from verify.producer.wide.features import certified
from verify.producer.wide.layers import Array, activation

PRECISION = 96
FEWEST, MOST = 16, 512
"""Hermite coefficients: so many are tried first, and then twice as many."""
ROUNDING = 2.0**-50
"""Eigenvalues that are smaller, compared to the trace, are taken for 0."""
SLACK = 1 / 256
"""By so much, relatively, are bounds claimed below or above what is computed."""
MORE_SLACK = (SLACK, 1 / 8, 1 / 2)
"""Of lower bounds: a small eigenvalue of a large matrix is proved with less."""
DIGITS = 4


def limiting_gram_matrix(
    inputs: Any,
    architecture: str = ONE_HIDDEN,
    activation: str = "relu",
    *,
    depth: int = 1,
    residual_scale: object = None,
    channels: int | None = None,
    patches: Indices = WHOLE,
    divided: bool = True,
) -> GramMatrix:
    """The landscape. `inputs`: (N, d), exact or floats; `divided`: by their norms, else these are 1.

    `channels`, `patches`: of the convolutional architecture; unit p C + c is channel c of position p.
    """
    rows = tuple(tuple(map(exact_number, row)) for row in inputs)
    wide = channels if architecture == CONVOLUTIONAL and channels else len(rows[0])
    scale = None if residual_scale is None else Fraction(str(residual_scale))
    return GramMatrix(architecture, depth, activation, scale, wide, tuple(map(tuple, patches)), divided, rows)


def smallest_eigenvalue(of: GramMatrix) -> tuple[float, int]:
    """In floats, of the matrix with a cut-off series; and the number of its coefficients. Raises NotCertified."""
    terms, last = FEWEST, 0.0
    while True:
        matrix = _floats(of, terms)
        found = float(np.linalg.eigvalsh(matrix)[0])
        if found <= ROUNDING * np.trace(matrix) and (of.activation in CLOSED or terms >= 8 * FEWEST):
            return 0.0, terms
        if of.activation in CLOSED or terms == MOST or abs(found - last) <= SLACK * found / 2:
            return found, terms
        terms, last = 2 * terms, found


def certify_smallest_eigenvalue(
    of: GramMatrix, *, least: object = None, most: object = None, above: bool = False, terms: int | None = None
) -> Certificate:
    """A certificate that the smallest eigenvalue is at least `least`; with `above` or `most`, also at most that.

    By default as much as is true, in four digits. Raises NotCertified.
    """
    found, enough = smallest_eigenvalue(of)
    if least is None and not found > 0:
        raise NotCertified("the smallest eigenvalue is not positive", {"found": found}, Reason.NO_CANDIDATE)
    lows = [_below(found * (1 - slack)) for slack in MORE_SLACK] if least is None else [Fraction(str(least))]
    high = None if most is None else Fraction(str(most))
    if above and high is None:
        high = _above(found * (1 + SLACK))
    failure: NotCertified | None = None
    for low in lows:
        try:
            statement = SmallestEigenvalue(of, EIGENVALUE, low, high)
            return certified(statement, SeriesWitness(PRECISION, terms or enough), KIND)
        except NotCertified as error:
            failure = failure or error
    raise failure or NotCertified("there is nothing to try", {}, Reason.NO_CANDIDATE)


def certify_random_initialisation(
    of: GramMatrix, targets: Sequence[object], *, failure_probability: object = "1/100", width: int | None = None
) -> Certificate:
    """A certificate of the least width that the theorem gives, or of `width`. Raises NotCertified."""
    found, terms = smallest_eigenvalue(of)
    bounds = derivative_bounds(of.activation)
    if bounds is None:
        raise NotCertified(f"{of.activation} has no bounded second derivative", {}, Reason.NOT_MODELLED)
    if not found > 0:
        raise NotCertified("the smallest eigenvalue is not positive", {"found": found}, Reason.NO_CANDIDATE)
    y = tuple(map(exact_number, targets))
    values = np.array([float(target) for target in y])
    matrix, rows = _floats(of, terms), np.array(of.inputs, dtype=float)
    rows = rows / np.linalg.norm(rows, axis=1)[:, None]
    least = _below(found * (1 - SLACK))
    square = _above(float(np.linalg.norm(rows, 2)) ** 2 * (1 + SLACK))
    try:
        energy = _above(max(float(values @ np.linalg.solve(matrix, values)), 1e-6) * (1 + SLACK))
    except np.linalg.LinAlgError:
        told = "the smallest eigenvalue is 0 up to rounding: are two samples parallel?"
        raise NotCertified(told, {"found": found}, Reason.NO_CANDIDATE) from None
    delta = Fraction(str(failure_probability))
    first, second = (float(bound) for bound in bounds)
    numbers = (float(least), float(square), float(energy), first, second, math.log(len(y) / float(delta)))
    kept, needed = min((needed_width(epsilon, *numbers), epsilon) for epsilon in np.linspace(0.01, 0.99, 981))[::-1]
    epsilon = Fraction(round(1000 * float(kept)), 1000)
    m = width or 2 * math.ceil(needed * (1 + 1e-6) / 2 + 1)
    if m > limits.MAX_WIDTH:
        raise NotCertified(f"a width of {m} is more than a certificate may say", {"width": m}, Reason.TOO_LARGE)
    curvature = first**2 * float(square) + second * math.sqrt(float(square) / m) * float(np.linalg.norm(values))
    rate = (1 - math.sqrt(0.5)) ** 2 * (1 - float(epsilon)) * float(least)
    statement = ConvergesFromRandomInitialisation(of, RANDOM, y, m, delta, _below(1 / curvature), _below(rate))
    return certified(statement, WidthWitness(PRECISION, terms, least, square, energy, epsilon), KIND)


def needed_width(
    epsilon: float, least: float, square: float, energy: float, first: float, second: float, log: float
) -> float:
    """The least m of the theorem, in floats, for one epsilon; `log`: of N / delta."""
    phi = epsilon + (1 - epsilon) * math.log(1 - epsilon)
    kantorovich = 64 / (6 * math.sqrt(2) - 7) ** 2
    return max(
        2 * first**2 * square * log / (least * phi),
        kantorovich * second**2 * square * energy / ((1 - epsilon) ** 2 * least),
    )


def certify_positive_definite(architecture: str, sigma: str | LayerActivation) -> Certificate:
    """For every data set without parallel samples, and every depth. Raises NotCertified."""
    networks = EveryDataSet(architecture, activation(sigma))
    return certified(PositiveDefiniteForEveryDataSet(networks, EVERY_DATA_SET), Witness(PRECISION), KIND)


def _floats(of: GramMatrix, terms: int) -> Array:
    """The matrix that the checker will look at, rounded. Raises NotCertified."""
    try:
        with ctx.workprec(PRECISION):
            balls = gram_matrix(of, terms, enclosed=False)
    except Open as error:
        raise NotCertified(str(error), {}, error.code) from error
    found: Array = np.array([[float(x) for x in row] for row in balls.tolist()])
    if not np.isfinite(found).all():
        raise NotCertified("the Gram matrix was not enclosed", {}, Reason.NO_CANDIDATE)
    return found


def _below(number: float) -> Fraction:
    """With few digits."""
    return Fraction(at_least(Fraction(number), DIGITS))


def _above(number: float) -> Fraction:
    return Fraction(at_most(Fraction(number), DIGITS))
