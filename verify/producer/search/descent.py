"""Batched gradient descent, accelerated if wanted, with a Newton polish at the end, in float64."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from array_api_compat import array_namespace

from verify.producer.landscapes.landscape import Landscape
from verify.producer.search.backends import Backend, Host, State, padding
from verify.producer.search.polish import Flags, Newton

# Safran & Shamir 2018: step, stopping rule on max |2 pi grad F|, and the loss below which a point is not a bad one.
STEP = 0.1
STOP = 1e-9
GLOBAL_LOSS = 1e-3

STEP_LIMIT = 200_000
STEPS_BETWEEN_CHECKS = 50


@dataclass(frozen=True, slots=True)
class Protocol:
    """How to descend. Thresholds are on the largest entry of the gradient, for unit teachers."""

    name: str
    accelerate_below: float
    """Where gradient descent goes on with Nesterov's momentum, which is dropped whenever it points uphill. That takes
    a fifth of the steps, and leads some runs to another critical point than descent."""
    polish_below: float
    """Where Newton's method is first tried; it must plainly reach what the descent would reach."""


PAPER = Protocol("paper", accelerate_below=0.0, polish_below=0.0)
FAST = Protocol("fast", accelerate_below=1e-2, polish_below=1e-4)
PROTOCOLS = {protocol.name: protocol for protocol in (PAPER, FAST)}


class Outcome(Enum):
    """How a descent ended."""

    CRITICAL = "critical"  # the gradient vanishes, to rounding
    GLOBAL = "global"  # the loss fell below `GLOBAL_LOSS`, and the run was stopped there
    UNFINISHED = "unfinished"  # the step limit was reached, or the point left the domain (a zero neuron)


@dataclass(frozen=True, slots=True)
class EndPoint:
    """Where the descent from the start number `index` ended; `student`: (n, d)."""

    index: int
    outcome: Outcome
    student: Host
    loss: float
    steps: int


@dataclass(slots=True)
class Run:
    """A descent under way: its number and steps, the gradient below which it is polished next, and its state.

    `point`, `previous`: (n, d), where it is and was; `age`: steps since momentum was dropped, -1 for plain descent.
    """

    index: int
    point: Host
    previous: Host
    age: float = -1.0
    steps: int = 0
    polish_below: float = np.inf


class Descent:
    """Descends from every start (n, d), with at most `batch` runs under way: one that ends makes room for the next.

    The steps that a run takes do not depend on the runs beside it. `resumed` are runs to go on with, and `first`
    is the number of the first start.

    The step is the paper's up to 20 neurons, and 2/n for more. So no run diverges, and the paper's halving of
    the step for it is not needed: with f, g the outputs of student and teacher, grad F . W = E (f - g) f by
    homogeneity and |grad F|^2 <= n/2 E (f - g)^2 by Bessel's inequality, so a step h <= 2/n changes |W|^2 by
    at most h (E g^2 - E f^2), which is negative once f is larger than g. That is for ReLU; other activations
    divide the step by their gain.
    """

    def __init__(
        self,
        landscape: Landscape,
        starts: Iterable[Host],
        *,
        protocol: Protocol = FAST,
        backend: Backend | None = None,
        batch: int | None = None,
        step_limit: int = STEP_LIMIT,
        resumed: Sequence[Run] = (),
        first: int = 0,
    ) -> None:
        self._landscape, self._protocol, self._step_limit = landscape, protocol, step_limit
        self._backend = backend or Backend()
        self._batch = batch
        self._waiting = enumerate(starts, start=first)
        self._queue = deque(resumed)
        self._runs: list[Run] = []
        self._state: State = ()
        self._advance = self._backend.compiled(self._round)
        self._newton = Newton(landscape, self._backend)

    def rounds(self) -> Iterator[list[EndPoint]]:
        """The end points of each round of `STEPS_BETWEEN_CHECKS` steps, in no particular order."""
        while self._enter():
            try:
                *arrays, losses, slopes = self._advance(self._state)
                measured = [self._backend.get(array)[: len(self._runs)] for array in (losses, slopes)]
            except Exception as error:
                if not self._backend.is_out_of_memory(error) or len(self._runs) == 1:
                    raise
                self._shrink()
                continue
            self._state = tuple(arrays)
            for run in self._runs:
                run.steps += STEPS_BETWEEN_CHECKS
            yield self._leave(*measured)

    def under_way(self) -> list[Run]:
        """The runs that have begun and not ended, as they are between two rounds."""
        self._bring_home(self._runs)
        return [*self._runs, *self._queue]

    @property
    def batch(self) -> int | None:
        """How many runs are held at a time; None before the first."""
        return self._batch

    def _round(self, state: State) -> State:
        """Some steps from the state; also each run's loss and largest gradient entry there."""
        n = state[0].shape[1]
        size = min(STEP, 2 / n) / self._landscape.gain
        steps = self._backend.repeated(lambda current: self._step(current, size), STEPS_BETWEEN_CHECKS)
        W, previous, age = steps(state)
        xp = array_namespace(W)
        slopes = xp.max(xp.abs(self._landscape.gradient(W)), axis=(1, 2))
        return W, previous, age, self._landscape.value(W), slopes

    def _step(self, state: State, size: float) -> State:
        """One step of every run. Momentum grows with its age (Nesterov) and is dropped where it goes uphill."""
        W, previous, age = state  # age: (runs, 1, 1)
        xp = array_namespace(W)
        beta = xp.where(age > 0, age / (age + 3), xp.zeros_like(age))
        ahead = W + beta * (W - previous)
        gradient = self._landscape.gradient(ahead)
        new = ahead - size * gradient
        uphill = xp.sum(gradient * (new - W), axis=(1, 2), keepdims=True) > 0
        older = xp.where(uphill, xp.zeros_like(age), age + 1)
        return new, W, xp.where(age < 0, age, older)

    def _enter(self) -> bool:
        """Fill the batch; whether any run is under way."""
        new: list[Run] = []
        while self._batch is None or len(self._runs) + len(new) < self._batch:
            run = self._queue.popleft() if self._queue else None
            if run is None:
                index, start = next(self._waiting, (-1, None))
                if start is None:
                    break
                run = Run(index, start, start)
            if self._batch is None:
                n, d = run.point.shape
                self._batch = self._backend.batch(n, n + d)
            new.append(run)
        if new:
            self._rebuild(list(range(len(self._runs))), new)
        return bool(self._runs)

    def _leave(self, losses: Host, slopes: Host) -> list[EndPoint]:
        """Take out the runs that have ended, and give momentum to those that are to have it."""
        scale = self._landscape.length
        low, stop = GLOBAL_LOSS * scale**2, STOP * scale / (2 * np.pi)
        bad = losses >= low
        stopped = bad & (slopes <= stop)
        first_try = self._protocol.polish_below * scale
        trial = [min(run.polish_below, first_try) for run in self._runs]
        near = stopped | (bad & (slopes <= trial))
        end_points = self._polished(near, stopped)
        ended, going = [], []
        for slot, run in enumerate(self._runs):
            if near[slot]:
                run.polish_below = slopes[slot] / 4
            end = end_points.get(slot)
            loss = float(losses[slot]) if end is None else end[1]
            if loss < low:
                outcome = Outcome.GLOBAL
            elif end is not None:
                outcome = Outcome.CRITICAL
            elif run.steps >= self._step_limit or not np.isfinite([losses[slot], slopes[slot]]).all():
                outcome = Outcome.UNFINISHED
            else:
                going.append(slot)
                continue
            student = self._point(slot) if end is None else end[0]
            ended.append(EndPoint(run.index, outcome, student, loss, run.steps))
        gentle = slopes <= self._protocol.accelerate_below * scale
        faster = [run for run, found in zip(self._runs, gentle, strict=True) if found and run.age < 0]
        for run in faster:
            run.age = 0.0
        if faster:
            self._set_ages()
        if ended:
            self._rebuild(going, [])
        return ended

    def _polished(self, near: Flags, stopped: Flags) -> dict[int, tuple[Host, float]]:
        """The critical points that the runs in the slots `near` go to, where that is plain, and the losses there."""
        slots = np.flatnonzero(near)
        if not len(slots):
            return {}
        starts = np.stack([self._point(int(slot)) for slot in slots])
        points, reached = self._newton.polish(starts, ~stopped[slots])
        return {
            int(slot): (point, float(self._landscape.value(point)))
            for slot, point, found in zip(slots, points, reached | stopped[slots], strict=True)
            if found
        }

    def _point(self, slot: int) -> Host:
        return np.array(self._backend.get(self._state[0][slot, ...]))

    def _rebuild(self, kept: list[int], new: list[Run]) -> None:
        """The state of the runs in the slots `kept`, and of new ones behind them, padded if shapes should be few."""
        backend, xp = self._backend, self._backend.xp
        self._runs = [self._runs[slot] for slot in kept] + new
        if not self._runs:
            self._state = ()
            return
        held = self._state[0].shape[0] if self._state else 0
        indices = kept + [held + number for number in range(len(new))]
        state = self._state
        if new:
            filled = new + [new[-1]] * padding(len(new)) if backend.static else new
            arrays = [
                np.stack([run.point for run in filled]),
                np.stack([run.previous for run in filled]),
                np.array([run.age for run in filled])[:, None, None],
            ]
            entering = tuple(backend.put(array) for array in arrays)
            state = tuple(xp.concat([a, b], axis=0) for a, b in zip(state, entering, strict=True)) if held else entering
        if backend.static:
            indices += [indices[-1]] * padding(len(indices))
        chosen = backend.put(np.array(indices, dtype=np.int64))
        self._state = tuple(xp.take(array, chosen, axis=0) for array in state)

    def _set_ages(self) -> None:
        """Give the device the runs' ages: 0 for those that begin to be accelerated."""
        W, previous, age = self._state
        ages = np.array(self._backend.get(age))
        for slot, run in enumerate(self._runs):
            if ages[slot, 0, 0] < 0 <= run.age:
                ages[slot] = run.age
        self._state = W, previous, self._backend.put(ages)

    def _bring_home(self, runs: list[Run]) -> None:
        if runs:
            points, before, ages = (np.array(self._backend.get(array)) for array in self._state)
            for slot, run in enumerate(runs):
                run.point, run.previous, run.age = points[slot], before[slot], float(ages[slot, 0, 0])

    def _shrink(self) -> None:
        """Out of memory: half of the runs wait."""
        self._bring_home(self._runs)
        self._batch = len(self._runs) // 2
        runs, self._runs, self._state = self._runs, [], ()
        self._queue.extendleft(reversed(runs))


def descend(landscape: Landscape, starts: Iterable[Host], **options: Any) -> Iterator[EndPoint]:
    """Descend from every start (n, d), see `Descent`; yields the end points in the order in which they finish."""
    for ended in Descent(landscape, starts, **options).rounds():
        yield from ended
