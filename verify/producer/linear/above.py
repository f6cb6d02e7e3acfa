"""What methods from the identity never get below: the reflection, and the eigenvalues that are counted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from verify.checker.public import Matrix
from verify.checker.statements.linear_targets import DeepLinearNetworks, Layers, NegativeTargets, OneTarget, Targets
from verify.checker.statements.stays_above import PROPERTY, Method, ObstructionWitness, StaysAbove
from verify.producer.linear.certified import MANY, PRECISION, certified
from verify.producer.prover import Certificate

Rows = Sequence[Sequence[object]]
EVEN = Layers(2, None, "even")
FIRST_ORDER, SIGNS = Method("first-order"), Method("signs")
DIGITS = 10**9


def small_steps(step: object, regularization: object = 0) -> Method:
    """Gradient descent with steps up to `step`, and a regulariser up to `regularization`."""
    return Method("gradient-descent", Fraction(str(step)), Fraction(str(regularization)))


def exact(rows: Rows) -> Matrix:
    """A matrix of exact numbers."""
    return tuple(tuple(Fraction(str(entry)) for entry in row) for row in rows)


def reflection(Phi: Matrix) -> Matrix | None:
    """P with P^2 = r I and P Phi symmetric: the identity, or by the formula for 2 x 2 matrices; None: not known."""
    order = range(len(Phi))
    if all(Phi[i][j] == Phi[j][i] for i in order for j in order):
        return tuple(tuple(Fraction(int(i == j)) for j in order) for i in order)
    if len(Phi) != 2:
        return None
    p, q = Phi[0][0] - Phi[1][1], Phi[0][1] + Phi[1][0]
    if p == q == 0:
        p = Fraction(1)
    return (p, q), (q, -p)


def certify_stays_above(
    target: Rows, layers: Layers = EVEN, method: Method = FIRST_ORDER, *, mirror: Rows | None = None
) -> Certificate:
    """A certificate that F stays above a loss for ever, for one target.

    `mirror`: P, where it is not found: for matrices that are neither symmetric nor 2 x 2. Raises NotCertified, and
    ValueError where there is no P, or no eigenvalue that is counted.
    """
    Phi = exact(target)
    landscape = DeepLinearNetworks(layers, OneTarget("one-matrix", Phi))
    numbers = np.array(Phi, dtype=float)
    if method.step is not None:
        found = [_towards_zero(x) for x in np.linalg.eigvalsh(numbers) if x < -1e-9]
        if not found:
            raise ValueError("no negative eigenvalue was found")
        kept = [x for x in found if method.step * (1 - x) <= 1]
        if not kept:
            raise ValueError("the step is too large for every negative eigenvalue that was found")
        least = min(kept)
        statement = StaysAbove(landscape, PROPERTY, method, sum((x * x for x in kept), Fraction(0)) / 2)
        return certified(MANY, statement, ObstructionWitness(PRECISION, None, least, tuple(kept)))
    P = exact(mirror) if mirror is not None else reflection(Phi)
    if P is None:
        raise ValueError("no reflection P with P Phi symmetric is known: give `mirror`")
    r = sum((x * x for x in P[0]), Fraction(0))
    floats = np.array(P, dtype=float)
    values = np.linalg.eigvalsh(floats @ numbers)
    signs = np.linalg.eigvalsh(floats)
    positive, negative = values[values > 1e-9][::-1], values[values < -1e-9]
    excess = [*positive[int((signs > 0).sum()) :], *negative[int((signs < 0).sum()) :]]
    bounds = tuple(_towards_zero(x) for x in excess)
    if not bounds:
        raise ValueError("P Phi has no more eigenvalues of a sign than P")
    loss = sum((x * x for x in bounds), Fraction(0)) / (2 * r)
    statement = StaysAbove(landscape, PROPERTY, method, Fraction(int(loss * DIGITS), DIGITS))
    return certified(MANY, statement, ObstructionWitness(PRECISION, P, None, bounds))


def certify_all_stay_above(
    eigenvalue: tuple[object, object], layers: Layers = EVEN, method: Method = FIRST_ORDER
) -> Certificate:
    """The same for all symmetric targets with an eigenvalue between two negative numbers."""
    low, high = (Fraction(str(x)) for x in eigenvalue)
    targets: Targets = NegativeTargets("negative", (low, high))
    statement = StaysAbove(DeepLinearNetworks(layers, targets), PROPERTY, method, high * high / 2)
    return certified(MANY, statement, ObstructionWitness(PRECISION, None, None, ()))


def _towards_zero(x: float) -> Fraction:
    """A short number that is nearer to 0 than x, or x itself where it seems to be short."""
    short = Fraction(float(x)).limit_denominator(1000)
    if abs(float(short) - x) < 1e-13 * (1 + abs(x)):
        return short
    return Fraction(int(Fraction(float(x)) * DIGITS * (1 - Fraction(1, 10**8))), DIGITS)
