"""Both bounds by the primal-dual method in float64: from the solver's point, or from none; then by QR.

X(x) of a late iterate is definite as it stands. Its Y is moved onto <F_i, Y> = c_i by `refinement`; where that leaves
the definite matrices, because Y is too ill-conditioned, Y is taken from x by `qr_center`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from verify.checker.public import SemidefiniteProgram
from verify.producer.sdp.certified import Bounds, Framed, certify_pairs, certify_point
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.instance import Array, Instance
from verify.producer.sdp.primal_dual import Progress, iterate, lifted, start
from verify.producer.sdp.qr_center import NotCentered, center, is_small_enough
from verify.producer.sdp.refinement import Dual, Refinement, in_own_metric
from verify.producer.sdp.schur import Iterate

GOAL = 2.5e-10
"""What is aimed at: n mu / max(1, |value|). The gap comes out once to twice as large."""
GOOD = 5e-10
"""A gap that is not improved on."""
LARGE = 200
"""Order of a block from which on less is aimed at, so that the checker needs no balls to prove X and Y definite."""
GOAL_IF_LARGE, GOOD_IF_LARGE = 8e-10, 2e-9
WARM_STEPS, COLD_STEPS = 40, 80
STALLED, STALLED_NEAR = 10, 3
"""Steps in which nothing gets better are the last; the fewer ones where mu is as small as it should be, or the value
stays."""
LATE, TRIED = 5, 3
"""Iterates, from the end, that are tried: their X, and their Y."""


def bound_by_iterates(bounds: Bounds, refinement: Refinement) -> list[Progress]:
    """Certify what the iterates give; those of the last run."""
    program, hint = refinement.program, bounds.hint
    kept: list[Progress] = []
    if bounds.infeasible == "equality":  # a feasible x is all that is left to find
        kept = run(program, start(program), COLD_STEPS, lambda found: _is_definite(program, found.at.x, 1.0))
        _certify_point(bounds, program, kept)
        return kept
    if hint.point is not None and hint.dual is not None:
        value = float(program.c @ hint.point)
        first = _first_or_none(program, hint.point, hint.dual, value)
        if first is not None:
            kept = run(program, first, WARM_STEPS)
            _certify(bounds, refinement, kept)
    if not _is_good(bounds):
        kept = run(program, start(program), COLD_STEPS) or kept
        _certify(bounds, refinement, kept)
    return kept


def bound_below_by_iterates(bounds: Bounds, framed: Framed) -> bool:
    """Whether the iterates of a smaller program, from no start, give a lower bound, or a better one than there is."""
    refinement = Refinement(FloatProgram.of(Instance("smaller", b"", framed.program, bounds.instance.zero_blocks)))
    program, before = refinement.program, bounds.lower
    kept = run(program, start(program), COLD_STEPS)
    if not _certify_dual(bounds, refinement, kept, TRIED, framed):
        _certify_by_qr(bounds, refinement, kept, framed)
    return bounds.lower != before


def _is_good(bounds: Bounds) -> bool:
    gap = bounds.relative_gap
    return gap is not None and gap <= _tolerated(bounds)


def _tolerated(bounds: Bounds) -> float:
    return GOOD_IF_LARGE if _is_large(bounds.instance.program) else GOOD


def _is_large(program: SemidefiniteProgram) -> bool:
    return any(block.order >= LARGE for block in program.blocks if not block.diagonal)


def _goal(program: FloatProgram, value: float) -> float:
    """Of mu."""
    share = GOAL_IF_LARGE if _is_large(program.instance.program) else GOAL
    return share * max(1.0, abs(value)) / program.order


def _first_or_none(program: FloatProgram, x: Array, dual: list[Array], value: float) -> Iterate | None:
    try:
        return lifted(program, x, dual, value)
    except np.linalg.LinAlgError:
        return None


def run(
    program: FloatProgram,
    first: Iterate,
    steps: int,
    enough: Callable[[Progress], bool] = lambda found: False,
) -> list[Progress]:
    """The last iterates of at most so many, from a start; ends early where `enough` says so."""
    kept: list[Progress] = []
    for found in iterate(program, first, lambda value: _goal(program, value), steps):
        if not np.isfinite([found.mu, found.missing, found.defect, found.value]).all():
            break
        kept.append(found)
        near = found.mu <= 2 * _goal(program, found.value)
        if (
            enough(found)
            or _crawls(program, kept)
            or _is_stalled(kept, STALLED, 1e-7)
            or _is_stalled(kept, STALLED_NEAR, 1e-5 if near else 1e-9)
        ):
            break
    return kept[-2 * STALLED :]


def _crawls(program: FloatProgram, kept: list[Progress]) -> bool:
    """Whether mu falls slowly and Y's equations are met no better, where QR can go on from x."""
    if len(kept) <= STALLED_NEAR or not is_small_enough(program):
        return False
    now, then = kept[-1], kept[-1 - STALLED_NEAR]
    same = abs(now.value - then.value) <= 1e-7 * max(1.0, abs(now.value)) and now.missing <= 1e-9
    return same and now.defect > 0.5 * then.defect > 0 and now.mu > 0.05 * then.mu


def _is_stalled(kept: list[Progress], steps: int, tolerance: float) -> bool:
    """Whether in the last steps nothing got better by the factor 0.7, and the value stayed within the tolerance."""
    if len(kept) <= steps:
        return False
    now, then = kept[-1], kept[-1 - steps]
    same = abs(now.value - then.value) <= tolerance * max(1.0, abs(now.value))
    pairs = ((now.mu, then.mu), (now.missing, then.missing), (now.defect, then.defect))
    return same and all(later > 0.7 * before for later, before in pairs if before > 1e-13)


def _certify(bounds: Bounds, refinement: Refinement, kept: list[Progress]) -> None:
    by_qr = is_small_enough(refinement.program)
    if _certify_dual(bounds, refinement, kept, 1 if by_qr else TRIED):
        _certify_point(bounds, refinement.program, kept)
    if not _is_good(bounds) and by_qr:
        _certify_by_qr(bounds, refinement, kept)
    if not _is_good(bounds):
        _certify_point(bounds, refinement.program, kept)
        _certify_dual(bounds, refinement, kept, TRIED)


def _certify_point(bounds: Bounds, program: FloatProgram, kept: list[Progress]) -> None:
    late = [found for found in reversed(kept[-LATE:]) if _is_definite(program, found.at.x, 0.0)]
    if not late:
        return
    tolerated = late[0].value + _tolerated(bounds) / 4 * max(1.0, abs(late[0].value))
    safe = (found for found in late if found.value <= tolerated and _is_definite(program, found.at.x, 1.0))
    first = next(safe, late[0])
    for found in (first, *(other for other in late if other is not first)):
        if bounds.upper is not None and found.value >= bounds.upper:
            return
        if certify_point(bounds, "sdp-upper-bound", found.at.x):
            return


def _certify_dual(
    bounds: Bounds, refinement: Refinement, kept: list[Progress], tried: int, framed: Framed | None = None
) -> bool:
    """Whether one of the last iterates, so many of which are tried, gives a lower bound, or can give no better one."""
    late = list(reversed(kept[-TRIED:]))
    if late:  # one that the checker proves in float64 first, if it is as good as is asked for
        tolerated = late[0].dual_value - _tolerated(bounds) / 4 * max(1.0, abs(late[0].dual_value))
        late.sort(key=lambda found: not (found.dual_value >= tolerated and _is_safe(found)))
    for found in late[:tried]:
        if bounds.lower is not None and found.dual_value <= bounds.lower:
            return True
        dual = Dual.of(found.at)
        try:
            there = refinement.refined(dual, in_own_metric(refinement.program, found.at))
        except (np.linalg.LinAlgError, ValueError):
            continue
        if there and certify_refined(bounds, "sdp-lower-bound", refinement.program, dual, framed):
            return True
    return False


def _is_safe(found: Progress) -> bool:
    return all(is_definite(block, 1.0) for block in found.at.Y)


def _certify_by_qr(bounds: Bounds, refinement: Refinement, kept: list[Progress], framed: Framed | None = None) -> None:
    program = refinement.program
    for found in kept[: -1 - 2 * TRIED : -2]:
        if not _is_definite(program, found.at.x, 0.0):
            continue
        try:
            x, dual, correct = center(program, found.at.x, _goal(program, found.value))
            there = refinement.refined(dual, correct)
        except NotCentered:
            return
        except (np.linalg.LinAlgError, ValueError):
            continue
        value = program.value(dual.high[:-2], dual.high[-2], dual.high[-1])
        if there and (bounds.lower is None or value > bounds.lower):
            certify_refined(bounds, "sdp-lower-bound", program, dual, framed)
        if framed is None and (bounds.upper is None or float(program.c @ x) < bounds.upper):
            certify_point(bounds, "sdp-upper-bound", x)
        return


def certify_refined(bounds: Bounds, name: str, program: FloatProgram, dual: Dual, framed: Framed | None = None) -> bool:
    """A certificate for a refined Y, if it is definite and the checker verifies it."""
    if not all(is_definite(block, 0.0) for block in dual.high[:-2]) or not (dual.high[-2] >= 0).all():
        return False
    high = program.joined(dual.high[:-2], dual.high[-2], dual.high[-1])
    low = program.joined(dual.low[:-2], dual.low[-2], dual.low[-1])
    try:
        return certify_pairs(bounds, name, high, low, framed)
    except ValueError:  # a number that is not finite
        return False


def _is_definite(program: FloatProgram, x: Array, margin: float) -> bool:
    """Whether X(x) is, as far as float64 can tell."""
    if not (program.L @ x >= program.l).all():
        return False
    return all(is_definite(stack.combination(x) - stack.constant, margin) for stack in program.stacks)


def is_definite(blocks: Array, margin: float) -> bool:
    """Whether Cholesky's method takes the blocks, (k, n, n), scaled to diagonal 1.

    margin: of rounding errors that are allowed for; with 1 the checker will prove it in float64.
    """
    diagonal = np.diagonal(blocks, axis1=-2, axis2=-1)
    if not (np.isfinite(blocks).all() and (diagonal > 0).all()):
        return False
    n = blocks.shape[-1]
    scale = 1 / np.sqrt(diagonal)
    scaled = scale[:, :, None] * blocks * scale[:, None, :] - margin * 4e-16 * n * (n + 10) * np.eye(n)
    try:
        np.linalg.cholesky(scaled)
    except np.linalg.LinAlgError:
        return False
    return True
