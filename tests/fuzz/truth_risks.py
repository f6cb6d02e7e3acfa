"""Whether a statement about an empirical risk is true, as far as float64 can tell. See `truth`.

Float64 derivatives of the producer's own; nothing of the checker's evaluators or rules.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from scipy.optimize import minimize

from tests.wide.descents import missed
from tests.wide.equal_units import fall, polished
from verify.checker.statements.all_widths import AllWidths
from verify.checker.statements.basin import MinimumWithin
from verify.checker.statements.constant_outputs import ConstantOutputs
from verify.checker.statements.convex import GlobalMinimumWithin
from verify.checker.statements.count_of_minima import CountOfMinima
from verify.checker.statements.descent_nearby import ConvergesNearby
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.flat_saddle import FlatSaddle
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.checker.statements.near_infimum import NearInfimum
from verify.checker.statements.no_critical_point import PROPERTY, NoCriticalPoint
from verify.checker.statements.small_empirical_risk import InBox
from verify.checker.statements.width_bound import BoundOfEveryWidth
from verify.producer.audit.judge import search_better
from verify.producer.audit.nearby import descents
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.landscapes.frozen_risk import FrozenRisk
from verify.producer.landscapes.layer_activations import derivatives

SLACK = 1e-7
LARGE = 1e9
NEARBY, FINER = (1e-3, 1e-4), (1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-15)
RiskStatement = (
    GivenPoint
    | InBox
    | MinimumWithin
    | NoCriticalPoint
    | EveryWidth
    | ConstantOutputs
    | CountOfMinima
    | GlobalMinimumWithin
    | ZeroLossWithin
    | AllWidths
    | ConvergesNearby
    | BoundOfEveryWidth
    | FlatSaddle
    | NearInfimum
)


@np.errstate(all="ignore")  # what overflows says nothing
def falsehood(statement: RiskStatement) -> str | None:
    """What is false about a statement; None where nothing was found."""
    try:
        risk = EmpiricalRisk.of(statement.landscape)
        return _falsehood(statement, risk)
    except OverflowError:
        return None  # a number beyond float64: nothing to say


def _falsehood(statement: RiskStatement, risk: EmpiricalRisk) -> str | None:
    match statement:
        case GivenPoint():
            return _given_point(statement, risk)
        case NoCriticalPoint():
            return _nowhere(statement, risk) if statement.property == PROPERTY else None
        case InBox():
            return None  # looked for by other means: tests/audit/test_boxes.py
        case MinimumWithin():
            return _within(statement, risk)
        case EveryWidth():
            return _every_width(statement, risk)
        case ConstantOutputs():
            return _constant_outputs(statement, risk)
        case CountOfMinima():
            return _count(statement, risk)
        case GlobalMinimumWithin():
            return _one_minimum(statement, risk)
        case ZeroLossWithin():
            return _fits(statement, risk)
        case AllWidths():
            return _all_widths(statement, risk)
        case BoundOfEveryWidth():
            return _bounded(statement, risk)
        case FlatSaddle():
            return _flat_saddle(statement, risk)
        case NearInfimum():
            return _near_infimum(statement, risk)
        case ConvergesNearby():
            return missed(risk, statement, np.random.default_rng(0))
    raise TypeError(type(statement).__name__)


def _flat_saddle(statement: FlatSaddle, risk: EmpiricalRisk) -> str | None:
    """Where Newton's method ends, with steps across the flat directions; the curvatures there."""
    center = np.array([float(entry) for entry in statement.center[0]])
    point = polished(risk, center)
    if np.abs(risk.gradient(point)).max() > SLACK or np.abs(point - center).max() - SLACK > statement.radius:
        return f"the critical point is {point}"
    value, (low, high) = risk.value(point), statement.value
    size = SLACK * max(1.0, abs(value))
    if value + size < low or value - size > high:
        return f"the loss is {value}"
    curvatures = np.linalg.eigvalsh(risk.hessian(point))
    size = SLACK * max(1.0, float(np.abs(curvatures).max()))
    if curvatures[0] - size > statement.negative_curvature or curvatures[-1] + size < statement.positive_curvature:
        return f"the curvatures are between {curvatures[0]} and {curvatures[-1]}"
    flat = int((np.abs(curvatures) < size).sum())
    return f"only {flat} directions are flat" if flat < statement.flat_directions else None


def _near_infimum(statement: NearInfimum, risk: EmpiricalRisk) -> str | None:
    """Where descent from the point ends, and from a few random starts."""
    point = np.array([float(entry) for entry in statement.point[0]])
    value, (low, high) = risk.value(point), statement.value
    if not np.isfinite(value):
        return None
    size = SLACK * max(1.0, abs(value))
    if value + size < low or value - size > high:
        return f"the loss is {value}"
    descended = minimize(risk.value, point, jac=lambda at: risk.gradient(at)[0]).fun
    lowest = min([descended, *(found for found, _ in descents(risk, starts=8))])
    return f"the loss {lowest} is found" if lowest < value - float(statement.gap) - size else None


def _bounded(statement: BoundOfEveryWidth, risk: EmpiricalRisk) -> str | None:
    """A network of the width given with a smaller loss, by descent from a few random starts."""
    lowest = min((value for value, _ in descents(risk, starts=8)), default=np.inf)
    if lowest < float(statement.at_least) - SLACK * max(1.0, lowest):
        return f"the loss {lowest} is found"
    return None


def _given_point(statement: GivenPoint, risk: EmpiricalRisk) -> str | None:
    point = np.array([float(entry) for entry in statement.point[0]])
    value, name = risk.value(point), statement.property
    if not np.isfinite(value):
        return None
    size = SLACK * max(1.0, abs(value), float(np.abs(point).max()) ** 2)
    low, high = statement.value
    if value + size < low or value - size > high:
        return f"the loss is {value}"
    if "local-minimum" in name:
        near = tuple(min(size, _to_a_kink(risk, point) / 10) for size in NEARBY)  # beyond a kink it may well fall
        drop = lowest_nearby(risk, point, FINER if name == "not-a-local-minimum" else near) - value
        if name != "not-a-local-minimum" and drop < -1e-10 * max(1.0, abs(value)):
            return f"the loss falls by {-drop} nearby"
        seen = float(np.abs(point).max()) < LARGE  # with larger weights the loss falls within less than any step
        if name == "not-a-local-minimum" and seen and drop >= 0 and not _goes(-1, risk, point, value):
            return "the loss was not seen to fall nearby"
    if name in ("suboptimal-local-minimum", "not-a-global-minimum"):
        return not_beaten(statement.landscape, value)
    if name == "degenerate-saddle":
        gradient = np.abs(risk.gradient(point)).max()
        if gradient > size:
            return f"the gradient is {gradient}"
        if not all(_goes(sign, risk, point, value) for sign in (-1, 1)):
            return "the loss does not both rise and fall nearby"
    return None


def _goes(sign: int, risk: EmpiricalRisk, point: np.ndarray, value: float) -> bool:
    """Whether the loss is seen to fall, or rise, nearby: at random points, or after a descent from some of them."""
    around = steps(len(point), 0.1)
    if any(sign * (risk.value(point + step) - value) > 0 for step in around):
        return True
    box = [(x - 0.1, x + 0.1) for x in point]
    return any(
        minimize(lambda at: -sign * risk.value(at), point + step, bounds=box).fun < -sign * value - 1e-12 * abs(value)
        for step in around[:20]
    )


def _to_a_kink(risk: EmpiricalRisk, point: np.ndarray) -> float:
    """The smallest pre-activation that is not 0 of a unit with a kink; 1 if there is none smaller."""
    levels = FrozenRisk(risk, {}).levels(point)[:-1]  # the last ones are the residuals
    kinked = [z for z, layer in zip(levels, risk.exact.network.layers, strict=True) if layer.activation.has_kink]
    sizes = np.concatenate([np.abs(z).ravel() for z in kinked]) if kinked else np.ones(1)
    return float(min(sizes[sizes > 0].min(initial=1.0), 1.0))


def _within(statement: MinimumWithin, risk: EmpiricalRisk) -> str | None:
    """The loss at the center is an upper bound; the lower bound must not be above what is found in the ball."""
    center = np.array([float(entry) for entry in statement.center[0]])
    value, radius = risk.value(center), float(statement.radius)
    size = SLACK * max(1.0, abs(value))
    low, high = statement.value
    if not np.isfinite(value):
        return None
    if radius < 1e-3 and not (low - size <= value <= high + size):
        return f"the loss at the center is {value}"
    return None


def _nowhere(statement: NoCriticalPoint, risk: EmpiricalRisk) -> str | None:
    center = np.array([float(entry) for entry in statement.center[0]])
    point = center
    for _ in range(30):
        step = np.linalg.lstsq(risk.hessian(point), -risk.gradient(point).ravel(), rcond=None)[0]
        point = point + step
        if np.linalg.norm(point - center) > 2 * float(statement.radius) + 1e-6:
            return None
    gradient = np.abs(risk.gradient(point)).max()
    return f"there is a critical point: {point}" if gradient < 1e-9 else None


def _every_width(statement: EveryWidth, risk: EmpiricalRisk) -> str | None:
    center = np.array([float(entry) for entry in statement.center[0]])
    point = center
    for _ in range(30):
        point = point + np.linalg.lstsq(risk.hessian(point), -risk.gradient(point).ravel(), rcond=None)[0]
    if np.abs(point - center).max() - SLACK > statement.radius:
        return f"the critical point is {point}"
    value = risk.value(point)
    low, high = statement.value
    if value + SLACK < low or value - SLACK > high:
        return f"the loss is {value}"
    # Two neurons that share the weight vector, with half the output weight each.
    hidden = statement.landscape.network.layers[0]
    d = hidden.inputs
    w, bias, rest = point[:d], point[d : hidden.parameters], point[hidden.parameters :]
    twice = np.concatenate([w, w, bias, bias, [rest[0] / 2] * 2, rest[1:]])
    two = EmpiricalRisk.of(statement.landscape.with_hidden_widths(2))
    drop = lowest_nearby(two, twice) - value
    if drop < -1e-8 * max(1.0, abs(value)):
        return f"the loss of two neurons falls by {-drop} nearby"
    if statement.suboptimal:
        return not_beaten(statement.landscape.with_hidden_widths(statement.widths_from), value)
    return None


def _all_widths(statement: AllWidths, risk: EmpiricalRisk) -> str | None:
    center = np.array([float(entry) for entry in statement.center[0]])
    point, draw = polished(risk, center), np.random.default_rng(0)
    if np.abs(point - center).max() - SLACK > statement.radius:
        return f"the critical point is {point}"
    value = risk.value(point)
    low, high = statement.value
    if value + SLACK < low or value - SLACK > high:
        return f"the loss is {value}"
    drop = fall(risk, point, [2] * len(statement.widths_from), draw)
    if drop > 1e-8 * max(1.0, abs(value)):
        return f"the loss of two units in each layer falls by {drop} nearby"
    return not_beaten(statement.wide(), value) if statement.suboptimal else None


def _constant_outputs(statement: ConstantOutputs, risk: EmpiricalRisk) -> str | None:
    activation = statement.landscape.network.layers[0].activation
    before = np.array([float(v) for v in statement.pre_activations])
    values = derivatives(activation, before)[0]
    weights = np.array([float(u) for u in statement.output_weights])
    last = (1 / 3 - weights @ values[:-1]) / values[-1]
    point = np.concatenate([np.repeat(before, 2), weights, [last]])
    value = risk.value(point)
    if abs(value - float(statement.value)) > SLACK * max(1.0, abs(last), abs(value)):
        return f"the loss is {value}"
    drop = lowest_nearby(risk, point) - value
    if drop < -1e-10 * max(1.0, abs(last) ** 2, abs(value)):
        return f"the loss falls by {-drop} nearby"
    return not_beaten(statement.landscape, value) if statement.suboptimal else None


def _one_minimum(statement: GlobalMinimumWithin, risk: EmpiricalRisk) -> str | None:
    """Negative curvature somewhere, and where descent from the center ends."""
    center = np.array([float(entry) for entry in statement.center[0]])
    for step in steps(len(center), 1.0, 20):
        values = np.linalg.eigvalsh(risk.hessian(center + step))
        if values[0] < -SLACK * max(1.0, np.abs(values).max()):
            return f"the curvature {values[0]} is negative at {center + step}"
    found = minimize(risk.value, center, jac=lambda at: risk.gradient(at)[0], options={"gtol": 1e-11}).x
    if np.abs(risk.gradient(found)).max() > 1e-8:
        return None  # descent did not end
    size = SLACK * max(1.0, float(np.abs(found).max()))
    away, value, (low, high) = float(np.linalg.norm(found - center)), risk.value(found), statement.value
    if away > statement.radius + Fraction(10 * size):
        return f"the minimum is {away} away"
    return None if low - Fraction(size) <= value <= high + Fraction(size) else f"the least loss is {value}"


def _fits(statement: ZeroLossWithin, risk: EmpiricalRisk) -> str | None:
    """Where the Gauss-Newton method ends from the center, the rank there, and critical points around."""
    center, targets = (
        np.array([[float(entry) for entry in row] for row in rows])
        for rows in (statement.center, statement.landscape.targets)
    )
    if statement.dimension != risk.trained - targets.size:
        return "the dimension is not the parameters less the equations"
    point = center[0]
    if statement.radius < 1e-3:
        for _ in range(10):
            residuals = (risk.outputs(point) - targets).ravel()
            point = point - np.linalg.lstsq(risk.jacobian(point), residuals, rcond=None)[0]
        away, value = float(np.linalg.norm(point - center[0])), risk.value(point)
        if value > SLACK:
            return f"the loss near the center is {value}"
        if away > statement.radius + Fraction(SLACK):
            return f"the nearest point of loss 0 is {away} away"
        if np.linalg.matrix_rank(risk.jacobian(point), 1e-12) < targets.size:
            return "the derivative of the outputs is not onto"
    reach = float(min(statement.critical_radius, Fraction(1000)))
    for step in steps(len(point), reach, 20):
        point = center[0] + step
        for _ in range(30):
            point = point - np.linalg.lstsq(risk.hessian(point), risk.gradient(point).ravel(), rcond=None)[0]
            if not np.linalg.norm(point - center[0]) < 2 * reach:
                break
        near = np.linalg.norm(point - center[0]) < reach * (1 - SLACK)
        if near and np.abs(risk.gradient(point)).max() < 1e-9 and risk.value(point) > SLACK:
            return f"there is a critical point with the loss {risk.value(point)}: {point}"
    return None


def _count(statement: CountOfMinima, risk: EmpiricalRisk) -> str | None:
    """Changes of sign of the slope in each weight, on a fine grid."""
    grid = np.concatenate([-np.geomspace(1e6, 1e-6, 4000), np.geomspace(1e-6, 1e6, 4000)])
    found = 1
    for weight in range(risk.trained):
        slopes = []
        for w in grid:
            theta = np.zeros(risk.trained)
            theta[weight] = w
            slopes.append(risk.gradient(theta)[0, weight])
        signs = np.sign(slopes)
        found *= int(((signs[:-1] < 0) & (signs[1:] > 0)).sum())
    return f"only {found} minima were found" if found < statement.at_least else None


def steps(size: int, length: float, count: int = 400) -> np.ndarray:
    """Random steps, half of them in few coordinates."""
    random = np.random.default_rng(0)
    found = random.normal(size=(count, size))
    found[::2] *= random.random((len(found[::2]), size)) < 2 / size
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return length * found / np.where(norms > 0, norms, 1)


def lowest_nearby(risk: EmpiricalRisk, point: np.ndarray, lengths: tuple[float, ...] = NEARBY) -> float:
    """The smallest loss seen very near a point; where it is a minimum, rounding apart the loss there."""
    scale = max(1.0, float(np.abs(point).max()))
    return min(risk.value(point + step) for length in lengths for step in steps(len(point), length * scale))


@cache
def _best(landscape: EmpiricalRiskLandscape) -> float:
    risk = EmpiricalRisk.of(landscape)
    found = search_better(risk, 1e300, starts=24)
    return np.inf if found is None else risk.value(found)


def not_beaten(landscape: EmpiricalRiskLandscape, value: float) -> str | None:
    """Whether descent finds nothing below a value."""
    return None if _best(landscape) < value + SLACK else f"no point was found with a loss below {value}"
