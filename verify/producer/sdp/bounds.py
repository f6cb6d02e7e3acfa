"""From an approximate solution to rigorous bounds: certificates that the checker has verified."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log10
from operator import mul

import numpy as np
from flint import arb, arb_mat, ctx

from verify.checker.core.sdpa import Block, SemidefiniteProgram
from verify.producer.sdp.central_path import NoCenter, Step, Vector, follow
from verify.producer.sdp.certified import (
    PRECISION,
    Bounds,
    certify_dual,
    certify_exact_dual,
    certify_exact_point,
    certify_point,
)
from verify.producer.sdp.exact_barrier import Block as DualBlock
from verify.producer.sdp.exact_barrier import ExactBarrier, float_block
from verify.producer.sdp.faces import MOST_UNKNOWNS, exact_point
from verify.producer.sdp.float_barrier import FloatBarrier, is_definite
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.solver import DEFAULT, Hint, solve
from verify.producer.sdp.witness import exact_vector, exponent, floats

RELATIVE_GAP = 1e-9
"""What is aimed at: (upper - lower) / max(1, |value|)."""
WEIGHTS = (1e2, 1e5)
"""Of infeasibility against the objective in phase one, per unit of the objective, where no Y tells."""
RANGE = 100
"""Of the decimal exponents that are tried: Newton's method squares products of entries."""
RADIUS = 10
"""Of the cube in which an upper bound is sought where no Y is in the interior, relative to the point known."""
FLOAT_STEPS = 80
EXACT_STEPS = 80


def bound_instance(
    instance: Instance,
    solver: str = DEFAULT,
    box: Sequence[tuple[Fraction, Fraction]] | None = None,
    report: Callable[[str], None] = lambda what: None,
) -> Bounds:
    """Rigorous bounds of inf c.x, or infeasibility. Raises ValueError if the solver is not installed.

    box: (m,) intervals in which the variables are known to lie; used for a lower bound where there is none without.
    """
    if (entry := _beyond_float64(instance.program)) is not None:
        limits = f"1e-{RANGE} and 1e{RANGE}"
        why = f"not tried: the program has a number of about 1e{entry}; Newton's method needs them between {limits}"
        names = ("sdp-lower-bound", "sdp-upper-bound")
        return Bounds(instance, Hint(solver, "not asked", None, None, 0.0), reasons=dict.fromkeys(names, why))
    report(f"{instance.name}: solving by {solver}")
    hint = solve(instance, solver)
    start = time.perf_counter()
    bounds = Bounds(instance, hint)
    with ctx.workprec(PRECISION), np.errstate(all="ignore"):
        point = _interior(bounds, report)
        if point is None and bounds.infeasible is None:
            point = _on_boundary(bounds, report)
        if point is not None:
            value = hint.value if hint.value is not None else float(instance.objective @ floats(point))
            _bound(bounds, point, value, report, in_cube=box is None)
            gap = bounds.relative_gap
            if gap is not None and gap > 2 * RELATIVE_GAP and bounds.upper is not None:
                # The value was far from what the solver said.
                _bound(bounds, point, float(bounds.upper), report, in_cube=box is None)
        if bounds.lower is None and bounds.infeasible is None and hint.dual is not None:
            certify_exact_dual(bounds, "sdp-lower-bound", hint.dual, instance.program.objective)
        if box is not None and bounds.lower is None and bounds.infeasible is None:
            _bound_in_box(bounds, box)
        if hint.status.startswith("unbounded") or (bounds.upper is not None and bounds.lower is None):
            _prove_dual_infeasible(bounds, report)
    _complete_reasons(bounds)
    bounds.seconds = time.perf_counter() - start
    return bounds


def _complete_reasons(bounds: Bounds) -> None:
    """Why each bound that is missing is missing, and nothing else."""
    if bounds.upper is not None:
        bounds.reasons.pop("sdp-infeasible", None)
        bounds.reasons.pop("sdp-upper-bound", None)
    elif bounds.infeasible != "inequality":
        bounds.reasons.setdefault("sdp-upper-bound", "no feasible x was found")
    if bounds.lower is None and bounds.infeasible is None:
        bounds.reasons.setdefault("sdp-lower-bound", "no feasible Y was found")


def _beyond_float64(program: SemidefiniteProgram) -> int | None:
    """About log10 of a number whose powers float64 cannot hold, if the program has one."""
    entries = (value for each in program.matrices for block in each.values() for value in block.values())
    sizes = (round(exponent(value) * log10(2)) for value in (*entries, *program.objective) if value)
    return next((size for size in sizes if abs(size) > RANGE), None)


def _bound(bounds: Bounds, point: Vector, value: float, report: Callable[[str], None], *, in_cube: bool) -> None:
    """Both bounds from a strictly feasible point; `value` is about the program's.

    in_cube: whether points far away may be sought; not where the caller knows a box of the variables.
    """
    instance = bounds.instance
    goal = RELATIVE_GAP / 2 * max(1.0, abs(value)) / instance.order
    report(f"{instance.name}: centering")
    candidates = [point]
    try:
        x, mu, step, dual = _center(instance, point, goal)
        candidates.insert(0, x)
        certify_dual(bounds, "sdp-lower-bound", dual)
    except NoCenter as error:
        reason = f"no Y in the interior was found, so the side of the equalities seems ill-posed: {error}"
        bounds.reasons["sdp-lower-bound"] = reason
        candidates += [error.point, *(_center_in_cube(instance, point, goal) if in_cube else [])]
    near = [exact_vector(x) for x in candidates if np.abs(floats(x)).max() < 10.0**RANGE]
    for exact in sorted(near, key=lambda x: sum(map(mul, instance.program.objective, x), Fraction(0))):
        if certify_exact_point(bounds, "sdp-upper-bound", exact):
            return


def _center(instance: Instance, point: Vector, goal: float) -> tuple[Vector, float, Step, list[DualBlock]]:
    """Near the center for mu = goal: x, mu, the step there and Y. Raises NoCenter."""
    try:
        point, _, _ = follow(FloatBarrier(instance), point, goal, FLOAT_STEPS)
    except NoCenter as error:
        point = error.point
    barrier = ExactBarrier(instance)
    x, mu, step = follow(barrier, point, goal, EXACT_STEPS)
    return x, mu, step, barrier.dual(x, mu, step)


def _center_in_cube(instance: Instance, point: Vector, goal: float) -> list[Vector]:
    """A nearly optimal point among |x_i| <= R, or none: where no Y is in the interior, only these x have a center.

    Without the cube Newton's method drifts to infinity, and where it stops depends on the BLAS's rounding errors.
    """
    cube = instance.in_cube(Fraction(RADIUS * (1 + float(np.abs(point).max()))))
    try:
        return [_center(cube, point, goal)[0]]
    except NoCenter as error:
        return [error.point]


def _bound_in_box(bounds: Bounds, box: Sequence[tuple[Fraction, Fraction]]) -> None:
    """A lower bound from the solver's Y, made semidefinite: what its equations lack, the box pays for."""
    if bounds.hint.dual is None:
        return
    blocks: list[DualBlock] = []
    for index, y in enumerate(bounds.hint.dual):
        if y.ndim == 1:
            blocks.append([arb(float(entry)) for entry in (y if index in bounds.instance.zero_blocks else y.clip(0))])
        else:
            values, vectors = np.linalg.eigh(y)
            shifted = (vectors * values.clip(0)) @ vectors.T + 1e-14 * (1 + values[-1]) * np.eye(len(y))
            blocks.append(arb_mat(((shifted + shifted.T) / 2).tolist()))
    certify_dual(bounds, "sdp-lower-bound", blocks, box)


# Strictly feasible points, and rays


def _interior(bounds: Bounds, report: Callable[[str], None]) -> Vector | None:
    """A strictly feasible x near the solver's; where there is none, perhaps a proof of infeasibility."""
    instance, hint = bounds.instance, bounds.hint.point
    barrier = FloatBarrier(instance)
    if hint is not None:
        if barrier.is_interior(hint):
            return hint
        if (direction := _inward(instance)) is not None:
            for k in range(12):
                moved: Vector = hint + 10.0**k * 1e-10 * (1 + np.abs(hint).max()) * direction
                if barrier.is_interior(moved):
                    return moved
    report(f"{instance.name}: looking for a strictly feasible point")
    weights = [factor * (1 + float(np.abs(instance.objective).sum())) for factor in WEIGHTS]
    if bounds.hint.dual is not None:
        weights.insert(0, 1 + 10 * instance.trace(bounds.hint.dual))
    if bounds.hint.status.startswith("infeasible"):
        found, dual = _phase_one(instance, hint, None)
        if found is not None or _certify_infeasible(bounds, dual):
            return found
    for weight in weights:
        found, _ = _phase_one(instance, hint, weight)
        if found is not None:
            return found
    if not bounds.hint.status.startswith("infeasible"):
        found, dual = _phase_one(instance, hint, None)
        if found is not None or _certify_infeasible(bounds, dual):
            return found
    bounds.reasons["sdp-upper-bound"] = "no x in the interior was found, and no proof that there is none"
    return None


def _certify_infeasible(bounds: Bounds, dual: Sequence[DualBlock] | None) -> bool:
    """Whether phase one's Y proves that no x is feasible."""
    if dual is None or not certify_dual(bounds, "sdp-infeasible", dual[:-1]):
        return False
    bounds.infeasible = "inequality"
    bounds.reasons = {"sdp-upper-bound": "no x is feasible", "sdp-lower-bound": "no x is feasible"}
    return True


def _phase_one(
    instance: Instance, hint: Vector | None, weight: float | None
) -> tuple[Vector | None, list[DualBlock] | None]:
    """A strictly feasible x; where there seems to be none, Y of phase one: without a weight, one with <F_i, Y> = 0."""
    phase, start = phase_one(instance, hint, weight)
    barrier = FloatBarrier(instance)

    def enough(x: Vector) -> bool:
        return bool(float(x[-1]) < 0 and barrier.is_interior(floats(x[:-1])))

    goal = 1e-10 * instance.scale / phase.order
    try:
        found, _, _ = follow(FloatBarrier(phase), start, goal, FLOAT_STEPS, enough)
    except NoCenter as error:
        found = error.point
    if enough(found):
        return found[:-1], None
    exact = ExactBarrier(phase)
    try:
        found, mu, step = follow(exact, found, goal, EXACT_STEPS, enough)
    except NoCenter:
        return None, None
    return (found[:-1], None) if enough(found) else (None, exact.dual(found, mu, step))


def _on_boundary(bounds: Bounds, report: Callable[[str], None]) -> Vector | None:
    """Where no x in the interior was found: one in a cube, or a feasible x or a proof of infeasibility on a face."""
    instance = bounds.instance
    if instance.program.variables > MOST_UNKNOWNS:
        return None
    report(f"{instance.name}: looking for a feasible point on the boundary")
    phase, start = phase_one(instance, bounds.hint.point)
    cube = phase.in_cube(Fraction(RADIUS * (1 + float(np.abs(start).max()))))
    try:
        x, _, _, dual = _center(cube, start, 1e-10 * instance.scale / cube.order)
    except NoCenter:
        return None
    point = floats(x[:-1])
    if float(x[-1]) < 0 and FloatBarrier(instance).is_interior(point):
        return point
    near = [float_block(block) for block in dual[:-2]]
    if certify_exact_dual(bounds, "sdp-infeasible", near, [Fraction(0)] * len(point)):
        bounds.infeasible = "inequality"
        bounds.reasons = {"sdp-upper-bound": "no x is feasible", "sdp-lower-bound": "no x is feasible"}
        return None
    for candidate in (bounds.hint.point, point):
        exact = None if candidate is None else exact_point(instance, candidate)
        if exact is not None and certify_exact_point(bounds, "sdp-upper-bound", exact):
            break
    return None


def _inward(instance: Instance) -> Vector | None:
    """A direction d with sum d_i F_i positive definite, the nearest to the identity; None if that is none."""
    if instance.zero_blocks:
        return None
    m = instance.program.variables
    gram, right = np.zeros((m, m)), np.zeros(m)
    for rows, constant in instance.arrays:
        identity = np.ones(len(constant)) if constant.ndim == 1 else np.eye(len(constant)).ravel()
        gram += (rows.T @ rows).toarray()
        right += rows.T @ identity
    direction: Vector = np.linalg.lstsq(gram, right, rcond=None)[0]
    return direction if all(map(is_definite, instance.combination(direction))) else None


def phase_one(instance: Instance, hint: Vector | None, weight: float | None = None) -> tuple[Instance, Vector]:
    """inf t, or c.x + weight t, subject to X + t I >= 0 and t >= -scale; and a strictly feasible point (x, t) of it."""
    program = instance.program
    scale = Fraction(instance.scale)
    last = len(program.blocks)
    identity = {
        number: {(i, i): Fraction(1) for i in range(block.order)}
        for number, block in enumerate(program.blocks)
        if number not in instance.zero_blocks
    }
    matrices = ({**program.matrices[0], last: {(0, 0): -scale}}, *program.matrices[1:])
    extended = SemidefiniteProgram(
        (*(c if weight else Fraction(0) for c in program.objective), Fraction(weight or 1)),
        (*program.blocks, Block(1, diagonal=True)),
        (*matrices, {**identity, last: {(0, 0): Fraction(1)}}),
    )
    x = np.zeros(program.variables) if hint is None else hint
    blocks = (block for number, block in enumerate(instance.slack(x)) if number not in instance.zero_blocks)
    least = min(float(block.min() if block.ndim == 1 else np.linalg.eigvalsh(block)[0]) for block in blocks)
    start = np.append(x, max(0.0, -1.5 * least) + 1e-3 * instance.scale)
    return Instance("phase one", b"", extended, instance.zero_blocks), start


def _prove_dual_infeasible(bounds: Bounds, report: Callable[[str], None]) -> None:
    """A ray: x with sum x_i F_i positive definite and c.x < 0, if one is found."""
    instance = bounds.instance
    program, size = instance.program, float(instance.objective @ instance.objective)
    if not size:
        return
    report(f"{instance.name}: looking for a ray")
    last = len(program.blocks)
    level = {index: value for index, value in enumerate(program.objective) if value}
    matrices = [{last: {(0, 0): Fraction(-1)}}]
    matrices += [
        {**matrix, **({last: {(0, 0): level[index]}} if index in level else {})}
        for index, matrix in enumerate(program.matrices[1:])
    ]
    rays = SemidefiniteProgram(program.objective, (*program.blocks, Block(1, diagonal=True)), tuple(matrices))
    homogeneous = Instance("rays", b"", rays, instance.zero_blocks | {last})
    phase, start = phase_one(homogeneous, -instance.objective / size)
    barrier = FloatBarrier(homogeneous)

    def enough(x: Vector) -> bool:
        return bool(float(x[-1]) < 0 and barrier.is_interior(x[:-1]))

    try:
        found, _, _ = follow(FloatBarrier(phase), start, 1e-6 / phase.order, FLOAT_STEPS, enough)
    except NoCenter as error:
        found = error.point
    if enough(found) and certify_point(bounds, "sdp-infeasible", found[:-1]):
        bounds.infeasible = "equality"
        bounds.reasons["sdp-lower-bound"] = "no Y is feasible"
