"""From an approximate solution to rigorous bounds: certificates that the checker has verified.

In this order: what needs no numbers; an exact vertex of a linear program; the solver's rays; the primal-dual method in
float64; points and matrices on the boundary, with simple entries; and, for small programs, what is in `last_resort`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import log10

import numpy as np
from flint import arb, arb_mat, ctx

from verify.checker.public import SemidefiniteProgram
from verify.producer.sdp.certified import PRECISION, Bounds, certify_dual
from verify.producer.sdp.exact_barrier import Block as DualBlock
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.frames import lower_by_a_frame
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.interior import COLD_STEPS, bound_by_iterates, run
from verify.producer.sdp.last_resort import MOST_VARIABLES, RANGE, RELATIVE_GAP, LastResort
from verify.producer.sdp.primal_dual import Progress, start
from verify.producer.sdp.rays import (
    lower_on_a_face,
    prove_by_unused_variable,
    prove_no_x,
    prove_no_y,
    upper_by_rounding,
    zero_dual,
)
from verify.producer.sdp.refinement import Refinement
from verify.producer.sdp.solver import DEFAULT, Hint, solve
from verify.producer.sdp.vertices import prove_by_vertex
from verify.producer.sdp.witness import exponent

CLOSE = 1e-7
"""A relative gap that is not worth the last resort."""
FRAME_FIRST = 40
"""Order beyond which equations on a face take longer in exact arithmetic than a frame does."""


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
    bounds = Bounds(instance, solve(instance, solver))
    begin = time.perf_counter()
    with ctx.workprec(PRECISION), np.errstate(all="ignore"):
        _prove(bounds, box, report)
    _complete_reasons(bounds)
    bounds.seconds = time.perf_counter() - begin
    return bounds


def _prove(bounds: Bounds, box: Sequence[tuple[Fraction, Fraction]] | None, report: Callable[[str], None]) -> None:
    hint = bounds.hint
    refinement = Refinement(FloatProgram.of(bounds.instance))
    prove_by_unused_variable(bounds)
    zero_dual(bounds)
    if prove_by_vertex(bounds):
        return
    if hint.dual_ray is not None and prove_no_x(bounds, refinement, hint.dual_ray):
        return
    if hint.ray is not None and bounds.infeasible is None:
        prove_no_y(bounds, hint.ray)
    report(f"{bounds.instance.name}: Newton's method from both sides")
    kept = bound_by_iterates(bounds, refinement)
    if not _is_close(bounds):
        _on_the_boundary(bounds, refinement, kept)
    if bounds.infeasible == "inequality":
        return
    if not _is_close(bounds) and bounds.instance.program.variables <= MOST_VARIABLES:
        resort = LastResort(bounds, report, in_cube=box is None)
        resort.bound()
        if bounds.infeasible is None and bounds.lower is None:
            resort.prove_no_y()
        bounds.exact_steps = resort.steps
    if box is not None and bounds.lower is None:
        _bound_in_box(bounds, box)


def _is_close(bounds: Bounds) -> bool:
    if bounds.infeasible == "equality":  # there is no lower bound to have
        return bounds.upper is not None
    gap = bounds.relative_gap
    return gap is not None and gap <= max(CLOSE, 2 * RELATIVE_GAP)


def _on_the_boundary(bounds: Bounds, refinement: Refinement, kept: list[Progress]) -> None:
    """By rounding what the solver and the iterates have."""
    program = refinement.program
    points: list[Array] = [] if bounds.hint.point is None else [bounds.hint.point]
    duals: list[list[Array]] = [] if bounds.hint.dual is None else [bounds.hint.dual]
    if kept:
        last = kept[-1].at
        points.append(last.x)
        duals.append(program.joined(last.Y, last.y, last.w))
    points = [point for point in points if np.isfinite(point).all()]
    duals = [dual for dual in duals if all(np.isfinite(block).all() for block in dual)]
    if bounds.infeasible is None:
        orders = [block.order for block in bounds.instance.program.blocks if not block.diagonal]
        is_large = max(orders, default=0) > FRAME_FIRST
        if is_large:
            lower_by_a_frame(bounds, kept)
        if not (is_large and _is_close(bounds)):
            for dual in duals:
                lower_on_a_face(bounds, dual)
        if bounds.lower is None and not is_large:
            lower_by_a_frame(bounds, kept)
    for point in points:
        upper_by_rounding(bounds, point)
    if bounds.upper is None and any(prove_no_x(bounds, refinement, dual) for dual in duals):
        return
    if bounds.lower is None and bounds.infeasible is None:
        any(prove_no_y(bounds, point) for point in points)


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
    blocks = [list(block.values()) for each in program.matrices for block in each.values()]
    for values in (*blocks, list(program.objective)):
        sizes = [exponent(value) for value in values if value]
        for size in (max(sizes, default=0), min(sizes, default=0)):
            if abs(found := round(size * log10(2))) > RANGE:
                return found
    return None


def _bound_in_box(bounds: Bounds, box: Sequence[tuple[Fraction, Fraction]]) -> None:
    """The best lower bound that a Y of the program in the box gives: what its equations lack, the box pays for."""
    boxed = FloatProgram.of(bounds.instance.in_box(box))
    for found in run(boxed, start(boxed), COLD_STEPS)[-1:]:
        _certify_in_box(bounds, boxed.joined(found.at.Y, found.at.y, found.at.w)[:-1], box)
    if bounds.hint.dual is not None:
        _certify_in_box(bounds, bounds.hint.dual, box)


def _certify_in_box(bounds: Bounds, near: Sequence[Array], box: Sequence[tuple[Fraction, Fraction]]) -> None:
    """From a Y, made semidefinite."""
    blocks: list[DualBlock] = []
    for index, y in enumerate(near):
        if y.ndim == 1:
            blocks.append([arb(float(entry)) for entry in (y if index in bounds.instance.zero_blocks else y.clip(0))])
        else:
            values, vectors = np.linalg.eigh(y)
            shifted = (vectors * values.clip(0)) @ vectors.T + 1e-14 * (1 + values[-1]) * np.eye(len(y))
            blocks.append(arb_mat(((shifted + shifted.T) / 2).tolist()))
    certify_dual(bounds, "sdp-lower-bound", blocks, box)
