"""Gradient descent from the identity: the largest step, the best rate and the steps that the theorems give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from verify.checker.public import Reason
from verify.checker.statements.identity_start import PROPERTY, Accuracy, ConvergesFromIdentity, TargetsWitness
from verify.checker.statements.linear_targets import (
    DeepLinearNetworks,
    Layers,
    NearIdentity,
    NegativeDefiniteTargets,
    NormalOffAxis,
    NormalTargets,
    OneTarget,
    PositiveTargets,
    SymmetricTargets,
    Targets,
)
from verify.producer.linear.above import Rows
from verify.producer.linear.certified import MANY, PRECISION, certified
from verify.producer.prover import Certificate, NotCertified

ONE, HALF = Fraction(1), Fraction(1, 2)
RUN_STEPS = 1000
BITS = 48
"""Of the steps and rates that are rounded."""


def symmetric(least: object, most: object) -> SymmetricTargets:
    """Symmetric targets with all eigenvalues from `least` > 0 to `most`."""
    return SymmetricTargets("symmetric", (_exact(least), _exact(most)))


def normal(real_part: object, norm: object) -> NormalTargets:
    """Normal targets with eigenvalues of real part at least `real_part` > 1/2 and modulus at most `norm`."""
    return NormalTargets("normal", _exact(real_part), _exact(norm))


def normal_off_axis(distance: object, curvature: object, norm: object) -> NormalOffAxis:
    """Normal targets with eigenvalues z, |z| <= R = `norm`, beside the parabola Re z + r ((Im z)^2 - s^2) = s.

    s: `distance`, between 0 and 1; r: `curvature`, the larger the nearer to the negative axis.
    """
    return NormalOffAxis("normal-off-axis", _exact(distance), _exact(curvature), _exact(norm))


def normal_around(matrix: Rows) -> NormalOffAxis:
    """A set for a normal matrix none of whose eigenvalues is 0 or negative, with s about as large as it can be."""
    values = np.linalg.eigvals(np.array([[float(_exact(x)) for x in row] for row in matrix]))
    R = Fraction(float(abs(values).max()) * (1 + 1e-9)).limit_denominator(10**4) + Fraction(1, 10**4)
    best = (0.0, 0.0)
    for r in [0.0, *np.geomspace(1e-2, 1e6, 200)]:
        s = np.linspace(1e-4, 1, 2000, endpoint=False)
        inside = (values.real[:, None] + r * (values.imag[:, None] ** 2 - s**2) >= s).all(axis=0)
        inside &= r * s**2 * (1 + float(R)) ** 2 <= (1 - s) ** 2 * (float(R) + s + r * s**2)
        if inside.any():
            best = max(best, (float(s[inside].max()), float(r)))
    s_best = Fraction(best[0] * (1 - 1e-3)).limit_denominator(10**5)
    if s_best <= 0:
        raise NotCertified("an eigenvalue is 0 or negative, or nearly so", {}, Reason.NO_CANDIDATE)
    return normal_off_axis(s_best, Fraction(best[1]).limit_denominator(10**4), R)


def negative_definite(least: object, most: object) -> NegativeDefiniteTargets:
    """Symmetric targets with all eigenvalues from `least` to `most` < 0."""
    return NegativeDefiniteTargets("negative-definite", (_exact(least), _exact(most)))


def near_identity(distance: object = "3/10") -> NearIdentity:
    """Targets with |Phi - I|_F <= `distance` <= 3/10."""
    return NearIdentity("near-identity", _exact(distance))


def positive(real_part: object, norm: object, distance: object) -> PositiveTargets:
    """Targets with (Phi + Phi^T)/2 >= `real_part` I, |Phi| <= `norm` and |Phi - I|_F <= `distance`."""
    return PositiveTargets("positive", _exact(real_part), _exact(norm), _exact(distance))


@dataclass(frozen=True, slots=True)
class Plan:
    """A step c/L and a rate, which the theorem for the targets allows, up to rounding."""

    step: Fraction
    """c."""
    rate: Fraction
    """kappa."""


def plan(targets: Targets, most_layers: int | None, step: Fraction | None = None) -> Plan:
    """The largest step (or the given one), and the best rate. `most_layers`: the largest L; None: there is no bound."""
    if isinstance(targets, NearIdentity):
        return Plan(step or Fraction(1, 10), Fraction(147, 1000))
    if isinstance(targets, NegativeDefiniteTargets):
        return _jumping(targets, most_layers or 1, step)
    root, square, cube = (most_layers, 2 * most_layers - 2, 3 * most_layers - 4) if most_layers else (1, 2, 3)
    match targets:
        case SymmetricTargets(eigenvalues=(a, b)):
            m, M, factor = min(ONE, a), max(ONE, b), ONE
        case NormalTargets(real_part=x, norm=R):
            m, M, factor = (2 * x - 1) / (2 * R), 2 * R, HALF
        case NormalOffAxis(distance=s, norm=R):
            m, M, factor = s / 2, max(ONE, R) + s / 2, Fraction(2, 3)
        case PositiveTargets(real_part=g, norm=N, distance=e):
            m, M, factor = min(ONE, g), max(ONE, N + e), HALF
        case _:
            raise ValueError(f"there is no rule for the targets {targets.set}")
    best = _power_below(m, square, root)
    most = _power_below(1 / M, square, root)
    if isinstance(targets, PositiveTargets) and targets.distance:
        e, z = targets.distance, targets.distance / (targets.norm + targets.distance)
        most = min(most, best * _power_below(1 / M, cube, root) / (e * (1 + z + z * z)))
    if isinstance(targets, NormalOffAxis):
        s, e = targets.distance, 1 + targets.norm
        less = most_layers - 2 if most_layers else 1
        most = min(most, 5 * s / (4 * e * (2 * e + s)) * _power_below(1 / M, less, root))
    return Plan(step or most, factor * best)


def _jumping(targets: NegativeDefiniteTargets, L: int, step: Fraction | None) -> Plan:
    """By the last theorem: the largest step that it allows, and the best rate."""
    a, b = -targets.eigenvalues[1], -targets.eigenvalues[0]
    over = min((_power_below(x, 1, L) + 1) / (1 + x) for x in (a, b))
    c = step or min(L * over, _power_below(1 / b, 2 * L - 2, L))
    first = max(c / L * (1 + a) - 1, Fraction(1, 2**BITS))
    return Plan(c, min(first ** (2 * L - 2), 1 / (c * (1 + b))))


def steps(targets: Targets, chosen: Plan, error: Fraction) -> int:
    """How many steps make |W_t - Phi| at most `error`, by the theorem for the targets."""
    match targets:
        case SymmetricTargets(eigenvalues=(a, b)):
            parts = [(1 - a, chosen.rate), (b - 1, ONE)]
        case NormalOffAxis(norm=R):
            parts = [(1 + R, chosen.rate)]
        case NegativeDefiniteTargets(eigenvalues=(low, _)):
            parts = [(1 - low, chosen.rate)]
        case NormalTargets(norm=start) | PositiveTargets(distance=start) | NearIdentity(distance=start):
            parts = [(start, chosen.rate)]
        case _:
            raise ValueError(f"there is no rule for the targets {targets.set}")
    return max(_count(start, rate * chosen.step, error) for start, rate in parts)


def certify_from_identity(
    targets: Targets,
    layers: tuple[int, int | None] = (1, None),
    *,
    matrix: object = None,
    step: Fraction | None = None,
    error: object = None,
) -> Certificate:
    """A certificate that gradient descent from the identity converges; for positive targets the projected algorithm.

    `layers`: the least and the largest L. `matrix`: one target in the set, (d, d) of exact numbers, about which the
    certificate then is. `step`: c, for the steps eta <= c/L; by default the largest that the theorem allows. `error`:
    then the certificate counts the steps to |W_t - Phi| <= error. Raises NotCertified.
    """
    chosen = plan(targets, layers[1], step)
    accuracy = None
    if error is not None:
        accuracy = Accuracy(steps(targets, chosen, _exact(error)), _exact(error))
    about: Targets = targets
    if matrix is not None:
        about = OneTarget("one-matrix", tuple(tuple(map(_exact, row)) for row in matrix))  # type: ignore[attr-defined]
    landscape = DeepLinearNetworks(Layers(*layers), about)
    projected = isinstance(targets, PositiveTargets)
    one = isinstance(targets, NegativeDefiniteTargets)
    statement = ConvergesFromIdentity(landscape, PROPERTY, projected, chosen.step, chosen.rate, accuracy, one)
    return certified(MANY, statement, TargetsWitness(PRECISION, targets if matrix is not None else None))


def certify_in_boxes(
    targets: NormalOffAxis,
    layers: int,
    step: object,
    *,
    matrix: object = None,
    rate: object = None,
) -> Certificate:
    """A certificate for one L and the one step c/L, larger than the theorem allows; `step`: c. Raises NotCertified.

    `rate`: kappa; by default a little less than runs in floating point have.
    """
    kappa = rate_of_runs(targets, layers, float(_exact(step))) if rate is None else _exact(rate)
    about: Targets = targets
    if matrix is not None:
        about = OneTarget("one-matrix", tuple(tuple(map(_exact, row)) for row in matrix))  # type: ignore[attr-defined]
    landscape = DeepLinearNetworks(Layers(layers, layers), about)
    statement = ConvergesFromIdentity(landscape, PROPERTY, False, _exact(step), kappa, None, True)
    return certified(MANY, statement, TargetsWitness(PRECISION, targets if matrix is not None else None, True))


@np.errstate(all="ignore")
def rate_of_runs(targets: NormalOffAxis, L: int, c: float) -> Fraction:
    """4/5 of the least |w|^(2 - 2/L) / 2 that is met, on a grid of eigenvalues."""
    s, r, R = (float(x) for x in (targets.distance, targets.curvature, targets.norm))
    x, y = np.meshgrid(np.linspace(-R, R, 161), np.linspace(0, R, 81))
    z = (x + 1j * y)[(np.hypot(x, y) <= R) & (x + r * (y**2 - s * s) >= s)]
    theta, least = np.ones_like(z), 1.0
    for _ in range(RUN_STEPS):
        least = min(least, float(abs(theta).min()))
        theta = theta - c / L * np.conj(theta) ** (L - 1) * (theta**L - z)
    if not least > 0:
        raise NotCertified("gradient descent with this step does not converge", {}, Reason.NO_CANDIDATE)
    return Fraction(0.4 * least ** (2 * L - 2)).limit_denominator(1000)


def _exact(number: object) -> Fraction:
    return Fraction(str(number)) if not isinstance(number, Fraction) else number


def _power_below(x: Fraction, power: int, root: int) -> Fraction:
    """A number that is at most x^(power/root), and hardly less; exactly that where it is rational and short."""
    if x in (0, 1) or power % root == 0:
        return x ** (power // root)
    size = math.exp(power / root * math.log(x))
    scale = Fraction(2) ** (BITS - math.frexp(size)[1])
    found = Fraction(math.floor(Fraction(size) * scale)) / scale
    while found**root > x**power:
        found -= 1 / scale
    return found


def _count(start: Fraction, shrinks: Fraction, error: Fraction) -> int:
    """The least T, or hardly more, with start (1 - shrinks)^T <= error."""
    if start <= error:
        return 0
    if shrinks == 1:
        return 1
    wanted = (math.log(start) - math.log(error)) / -math.log1p(-float(shrinks))
    return math.ceil(wanted * (1 + 1e-12) + 1e-9)
