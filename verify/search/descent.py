"""Batched gradient descent with a Newton polish at the end, in float64."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from verify.landscapes.teacher_student import TeacherStudent

Array = NDArray[np.float64]

# Safran & Shamir 2018: step, stopping rule on max |2 pi grad F|, and the loss below which a point is not a bad one.
STEP = 0.1
STOP = 1e-9
GLOBAL_LOSS = 1e-3

STEP_LIMIT = 200_000
BATCH = 64  # the temporaries of a larger batch fall out of the cache: at 256 a step costs three times as much per run
STEPS_BETWEEN_CHECKS = 50
POLISH_BELOW = 1e-3  # the largest gradient entry (for unit teachers) at which the polish is first tried
POLISH_STEPS = 12


class Outcome(Enum):
    """How a descent ended."""

    CRITICAL = "critical"  # the gradient vanishes, to rounding
    GLOBAL = "global"  # the loss fell below `GLOBAL_LOSS`, and the run was stopped there
    UNFINISHED = "unfinished"  # the step limit was reached, or the point left the domain (a zero neuron)


@dataclass(frozen=True)
class EndPoint:
    """Where the descent from the start number `index` ended; `student`: (n, d)."""

    index: int
    outcome: Outcome
    student: Array
    loss: float
    steps: int


@dataclass
class _Run:
    index: int
    polish_below: float
    steps: int = 0


def descend(
    landscape: TeacherStudent, starts: Iterable[Array], *, batch: int = BATCH, step_limit: int = STEP_LIMIT
) -> Iterator[EndPoint]:
    """Descend from every start (n, d); yields the end points in the order in which they finish.

    At most `batch` runs are held at a time: a finished one makes room for the next start. The steps
    that a run takes do not depend on the runs beside it.

    The step is the paper's up to 20 neurons, and 2/n for more. So no run diverges, and the paper's halving of
    the step for it is not needed: with f, g the outputs of student and teacher, grad F . W = E (f - g) f by
    homogeneity and |grad F|^2 <= n/2 E (f - g)^2 by Bessel's inequality, so a step h <= 2/n changes |W|^2 by
    at most h (E g^2 - E f^2), which is negative once f is larger than g. That is for ReLU; other activations
    divide the step by their gain.
    """
    waiting = enumerate(starts)
    scale = float(np.sqrt((landscape.teacher**2).sum(1).mean()))  # the loss is homogeneous: so are the thresholds
    runs: list[_Run] = []
    points: list[Array] = []
    while True:
        for index, start in islice(waiting, batch - len(runs)):
            runs.append(_Run(index, POLISH_BELOW * scale))
            points.append(start)
        if not runs:
            return
        W = np.stack(points)
        step = min(STEP, 2 / W.shape[1]) / landscape.activation.gain
        with np.errstate(divide="ignore", invalid="ignore"):  # a zero neuron: reported as unfinished
            for _ in range(STEPS_BETWEEN_CHECKS):
                W = W - step * landscape.gradient(W)
            losses = landscape.value(W)
            slopes = np.abs(landscape.gradient(W)).max((1, 2))
        going = []
        points = []
        for run, point, loss, slope in zip(runs, W, losses, slopes, strict=True):
            run.steps += STEPS_BETWEEN_CHECKS
            critical = None
            bad = loss >= GLOBAL_LOSS * scale**2
            if bad and 2 * np.pi * slope <= STOP * scale:
                polished = polish(landscape, point, only_minima=False)
                critical = point if polished is None else polished
            elif bad and slope <= run.polish_below:
                critical = polish(landscape, point)
                run.polish_below = slope / 4
            end = point if critical is None else critical
            end_loss = loss if critical is None else landscape.value(critical)
            if end_loss < GLOBAL_LOSS * scale**2:
                outcome = Outcome.GLOBAL
            elif critical is not None:
                outcome = Outcome.CRITICAL
            elif run.steps >= step_limit or not np.isfinite([loss, slope]).all():
                outcome = Outcome.UNFINISHED
            else:
                going.append(run)
                points.append(point)
                continue
            yield EndPoint(run.index, outcome, end.copy(), float(end_loss), run.steps)
        runs = going


def polish(landscape: TeacherStudent, start: Array, *, only_minima: bool = True) -> Array | None:
    """The critical point that Newton's method reaches from `start`: (n, d), or None where it is not plainly
    the one that descent would reach.

    Every Newton step must be at most half of the one before; no neuron may move by more than a tenth of its
    length; the loss may not rise; and with `only_minima` the Hessian must be positive definite all the way.
    """
    W, before = start, np.inf
    lengths = np.linalg.norm(start, axis=1)
    for _ in range(POLISH_STEPS):
        H = landscape.hessian(W)
        try:
            if only_minima:
                np.linalg.cholesky(H)
            delta = np.linalg.solve(H, landscape.gradient(W).ravel()).reshape(W.shape)
        except np.linalg.LinAlgError:
            return None
        size = float(np.linalg.norm(delta))
        W = W - delta
        if not size <= before / 2 or not (np.linalg.norm(W - start, axis=1) <= lengths / 10).all():
            return None
        if size <= 1e-9 * np.linalg.norm(W):  # the next step would be of the order of the rounding errors
            tolerance = 1e-12 * np.linalg.norm(W) ** 2
            return W if landscape.value(W) <= landscape.value(start) + tolerance else None
        before = size
    return None
