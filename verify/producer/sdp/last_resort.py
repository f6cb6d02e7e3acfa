"""The last resort, for small programs: strictly feasible points, and Newton's method in as many bits as it takes.

What the primal-dual method in float64 leaves open: programs whose centers are too ill-conditioned for it, and those
that have none. There is a budget; how many steps were taken is counted in `Bounds.exact_steps`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import mul

import numpy as np

from verify.checker.public import Block, SemidefiniteProgram
from verify.producer.sdp.central_path import NoCenter, Step, Vector, follow
from verify.producer.sdp.certified import (
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
from verify.producer.sdp.phase_one import phase_one
from verify.producer.sdp.witness import exact_vector, floats

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
MOST_VARIABLES, MOST_SECONDS = 64, 5.0
"""Of programs for which steps in many bits are made, and for all of them together."""


class LastResort:
    """One program, and what is left of the budget."""

    def __init__(self, bounds: Bounds, report: Callable[[str], None], *, in_cube: bool) -> None:
        """`in_cube`: whether points far away may be sought; not where the caller knows a box of the variables."""
        self._bounds, self._instance, self._report, self._in_cube = bounds, bounds.instance, report, in_cube
        self._deadline = time.monotonic() + MOST_SECONDS
        self._barriers: list[ExactBarrier] = []

    @property
    def steps(self) -> int:
        """In many bits."""
        return sum(barrier.steps for barrier in self._barriers)

    def bound(self) -> None:
        """Certify what can be, where it is better than what there is."""
        bounds = self._bounds
        point = self._interior() if bounds.point == () else floats(np.array(bounds.point, dtype=object))
        if point is not None and not FloatBarrier(self._instance).is_interior(floats(point)):
            point = self._interior()
        if point is None and bounds.infeasible is None and bounds.upper is None:
            point = self._on_boundary()
        if point is not None:
            value = (
                bounds.hint.value if bounds.hint.value is not None else float(self._instance.objective @ floats(point))
            )
            self._by_center(point, value)
            gap = bounds.relative_gap
            if gap is not None and gap > 2 * RELATIVE_GAP and bounds.upper is not None:
                self._by_center(point, float(bounds.upper))  # the value was far from what the solver said

    def _by_center(self, point: Vector, value: float) -> None:
        """Both bounds from a strictly feasible point; `value` is about the program's."""
        bounds, instance = self._bounds, self._instance
        goal = RELATIVE_GAP / 2 * max(1.0, abs(value)) / instance.order
        self._report(f"{instance.name}: centering")
        candidates = [point]
        try:
            x, mu, step, dual = self._center(instance, point, goal)
            candidates.insert(0, x)
            certify_dual(bounds, "sdp-lower-bound", dual)
        except NoCenter as error:
            reason = f"no Y in the interior was found, so the side of the equalities seems ill-posed: {error}"
            bounds.reasons["sdp-lower-bound"] = reason
            candidates += [error.point, *(self._center_in_cube(point, goal) if self._in_cube else [])]
        near = [exact_vector(x) for x in candidates if np.abs(floats(x)).max() < 10.0**RANGE]
        for exact in sorted(near, key=lambda x: sum(map(mul, instance.program.objective, x), Fraction(0))):
            if certify_exact_point(bounds, "sdp-upper-bound", exact):
                return

    def _center(self, instance: Instance, point: Vector, goal: float) -> tuple[Vector, float, Step, list[DualBlock]]:
        """Near the center for mu = goal: x, mu, the step there and Y. Raises NoCenter."""
        try:
            point, _, _ = follow(FloatBarrier(instance), point, goal, FLOAT_STEPS)
        except NoCenter as error:
            point = error.point
        barrier = self._many_bits(instance)
        x, mu, step = follow(barrier, point, goal, EXACT_STEPS)
        return x, mu, step, barrier.dual(x, mu, step)

    def _center_in_cube(self, point: Vector, goal: float) -> list[Vector]:
        """A nearly optimal point among |x_i| <= R, or none: where no Y is in the interior, only these x have a center.

        Without the cube Newton's method drifts to infinity, and where it stops depends on the BLAS's rounding errors.
        """
        cube = self._instance.in_cube(Fraction(RADIUS * (1 + float(np.abs(point).max()))))
        try:
            return [self._center(cube, point, goal)[0]]
        except NoCenter as error:
            return [error.point]

    def _interior(self) -> Vector | None:
        """A strictly feasible x near the solver's; where there is none, perhaps a proof of infeasibility."""
        bounds, instance, hint = self._bounds, self._instance, self._bounds.hint.point
        barrier = FloatBarrier(instance)
        if hint is not None:
            if barrier.is_interior(hint):
                return hint
            if (direction := _inward(instance)) is not None:
                for k in range(12):
                    moved: Vector = hint + 10.0**k * 1e-10 * (1 + np.abs(hint).max()) * direction
                    if barrier.is_interior(moved):
                        return moved
        self._report(f"{instance.name}: looking for a strictly feasible point")
        weights = [factor * (1 + float(np.abs(instance.objective).sum())) for factor in WEIGHTS]
        if bounds.hint.dual is not None:
            weights.insert(0, 1 + 10 * instance.trace(bounds.hint.dual))
        if bounds.hint.status.startswith("infeasible"):
            found, dual = self._phase_one(hint, None)
            if found is not None or self._certify_infeasible(dual):
                return found
        for weight in weights:
            found, _ = self._phase_one(hint, weight)
            if found is not None:
                return found
        if not bounds.hint.status.startswith("infeasible"):
            found, dual = self._phase_one(hint, None)
            if found is not None or self._certify_infeasible(dual):
                return found
        bounds.reasons["sdp-upper-bound"] = "no x in the interior was found, and no proof that there is none"
        return None

    def _certify_infeasible(self, dual: Sequence[DualBlock] | None) -> bool:
        """Whether phase one's Y proves that no x is feasible."""
        if dual is None or not certify_dual(self._bounds, "sdp-infeasible", dual[:-1]):
            return False
        self._bounds.infeasible = "inequality"
        self._bounds.reasons = {"sdp-upper-bound": "no x is feasible", "sdp-lower-bound": "no x is feasible"}
        return True

    def _phase_one(self, hint: Vector | None, weight: float | None) -> tuple[Vector | None, list[DualBlock] | None]:
        """A strictly feasible x; where there is none, Y of phase one: with no weight, one with <F_i, Y> = 0."""
        instance = self._instance
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
        exact = self._many_bits(phase)
        try:
            found, mu, step = follow(exact, found, goal, EXACT_STEPS, enough)
        except NoCenter:
            return None, None
        return (found[:-1], None) if enough(found) else (None, exact.dual(found, mu, step))

    def _on_boundary(self) -> Vector | None:
        """Where no x in the interior was found: one in a cube, or a feasible x or a proof of infeasibility."""
        bounds, instance = self._bounds, self._instance
        if instance.program.variables > MOST_UNKNOWNS:
            return None
        self._report(f"{instance.name}: looking for a feasible point on the boundary")
        phase, start = phase_one(instance, bounds.hint.point)
        cube = phase.in_cube(Fraction(RADIUS * (1 + float(np.abs(start).max()))))
        try:
            x, _, _, dual = self._center(cube, start, 1e-10 * instance.scale / cube.order)
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

    def prove_no_y(self) -> None:
        """A ray: x with sum x_i F_i positive definite and c.x < 0, if one is found."""
        bounds, instance = self._bounds, self._instance
        program, size = instance.program, float(instance.objective @ instance.objective)
        if not size:
            return
        self._report(f"{instance.name}: looking for a ray")
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

    def _many_bits(self, instance: Instance) -> ExactBarrier:
        barrier = ExactBarrier(instance, self._deadline)
        self._barriers.append(barrier)
        return barrier


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
