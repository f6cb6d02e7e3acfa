"""Steps of gradient descent on one hidden layer of tanh in float64, with a bound of what each of them misses.

docs/FLOAT64.md, "Descent", has the theorem and its proof. Numbers of the file must be doubles here: nothing is rounded
before the first step. All errors are bounds of entries, or of norms.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import factorial
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat

from verify.checker.core.clock import look
from verify.checker.core.outcome import Open
from verify.checker.float64.bounds import Array, Bound, exactly, frobenius, gamma, row_norms, size_of
from verify.checker.float64.conversion import midpoints_and_radii, upper_bounds
from verify.checker.losses.one_hidden_layer import OneHiddenLayer, Parameters

HALVINGS, TERMS, LARGEST = 6, 8, 20.0
TANH = gamma(72)
"""More than the error of `tanh`."""
UNDERFLOWS = exactly(2.0**-900)
"""More than all errors by underflow of one line, of numbers up to MOST_SIZE and sums of up to MOST_TERMS."""
MOST_SIZE, MOST_TERMS = 2.0**40, 2**24


class Run(NamedTuple):
    """Where exact descent is."""

    center: Parameters
    distance: arb
    """At most so far from there."""
    growth: arb
    """The sum of h N."""


def tanh(z: Array) -> Array:
    """With an error of at most TANH: quotient of two Taylor series at z / 64, and six doublings."""
    w = np.minimum(np.abs(z), LARGEST) / 2**HALVINGS
    y = w * w
    odd, even = np.zeros_like(y), np.zeros_like(y)
    for k in reversed(range(TERMS)):
        odd, even = odd * y + 1 / factorial(2 * k + 1), even * y + 1 / factorial(2 * k)
    t = w * odd / even
    for _ in range(HALVINGS):
        t = 2 * t / (1 + t * t)
    found: Array = np.copysign(np.minimum(t, 1.0), z)
    return found


def follow(loss: OneHiddenLayer, start: Parameters, step: arb, steps: int) -> Run | None:
    """The conclusion of `shadowing` for `steps` steps; None where that is not for this tier. Raises Open."""
    if loss.activation.name != "tanh" or loss.trains_output:
        return None
    shape = start.hidden.nrows(), start.hidden.ncols()
    rows = _doubles(loss.inputs.entries())
    inputs = None if rows is None else rows.reshape(-1, shape[1])
    W, v, rest = (_doubles(part) for part in (start.hidden.entries(), start.output.entries(), [start.bias, step]))
    y = _doubles(loss.targets)
    if (
        inputs is None
        or W is None
        or v is None
        or rest is None
        or y is None
        or W.size > MOST_TERMS
        or y.size > MOST_TERMS
    ):
        return None
    network = _Network(loss, inputs, v, (float(rest[0]), float(rest[1])), y)
    if not network.step_is_short():
        return None
    center, distance, growth = W.reshape(shape), exactly(0.0), exactly(0.0)
    for count in range(steps):
        look()
        center, grown, missed = network.step(center, distance)
        distance, growth = distance + grown * distance + missed, growth + grown
        if not distance.value() < 1:
            raise Open(f"the errors of the steps in float64 have grown to {distance.value():.3g} at step {count}")
    hidden = arb_mat(*shape, [arb(float(entry)) for entry in center.ravel()])
    return Run(Parameters(hidden, start.output, start.bias), arb(distance.value()), arb(growth.value()))


def _doubles(balls: Iterable[arb]) -> Array | None:
    """The numbers, if all are doubles of moderate size."""
    entries = list(balls)
    found = np.array([float(entry) for entry in entries])
    same = all(entry.is_exact() and entry == arb(number) for entry, number in zip(entries, found.tolist(), strict=True))
    return found if same and np.abs(found).max(initial=0.0) <= MOST_SIZE else None


class _Network:
    """What stays the same in all steps."""

    def __init__(
        self, loss: OneHiddenLayer, inputs: Array, output: Array, others: tuple[float, float], y: Array
    ) -> None:
        """X: (samples, inputs); v; the output's bias and h; the targets."""
        self.inputs, self.output, (self.bias, self.h), self.targets = inputs, output, others, y
        largest = arb(float(np.abs(output).max()))
        self.squares, radii = midpoints_and_radii(loss.gram_squared.entries())
        self.squares = self.squares.reshape(len(y), -1)
        self.spread = radii.max()
        bounds = (loss.largest_gram, loss.lipschitz(largest), loss.third_derivatives(largest))
        gram, self.lipschitz, self.third = (upper_bounds([number])[0] for number in bounds)
        self.longest, self.root = row_norms(inputs).max(), gram.sqrt()
        self.v, self.v_sum = size_of(output).max(), size_of(output).sum()
        self.jacobian = self.root * row_norms(output[None])[0]
        """B, everywhere: |s'| <= 1."""

    def step_is_short(self) -> bool:
        """h B^2 <= 2."""
        return self.h > 0 and bool((exactly(self.h) * self.jacobian * self.jacobian).value() <= 2)

    def step(self, W: Array, distance: Bound) -> tuple[Array, Bound, Bound]:
        """The next point, h N, and what it misses of the exact step."""
        (n, d), m = self.inputs.shape, len(W)
        small, h, two = UNDERFLOWS, exactly(self.h), exactly(2.0)
        T = tanh(self.inputs @ W.T)
        a = TANH + gamma(d) * self.longest * row_norms(W).max() + small  # of T
        S = 1 - T * T
        b = two * a + gamma(3)  # of S
        e = T @ self.output + self.bias - self.targets
        largest = size_of(e).max()
        c = self.v_sum * a + gamma(m + 2) * (self.v_sum + exactly(abs(self.bias)) + largest) + small  # of e
        most = largest + c
        P = (e[:, None] * self.output) * S
        p = self.v * (c + most * b + gamma(3) * most) + small
        slope = P.T @ self.inputs
        wrong = (
            (gamma(n) * frobenius(P) * frobenius(self.inputs)) + p * exactly(float(n * m)).sqrt() * self.root + small
        )
        moved = W - self.h * slope
        missed = h * wrong + gamma(2) * (h * frobenius(slope) + frobenius(moved)) + small
        if not (np.isfinite(moved).all() and most.value() <= MOST_SIZE and np.abs(moved).max() <= MOST_SIZE):
            raise Open("a number of the run is too large for float64")
        N = self._curvature(2 * (T * S) * e[:, None], two * (most * (a + b + gamma(3)) + c) + small)
        error = row_norms(e[None])[0] + c * exactly(float(n)).sqrt()
        N = N + (error * self.third + self.lipschitz * (self.jacobian + self.lipschitz * distance)) * distance
        return moved, h * N, missed

    def _curvature(self, Q: Array, wrong: Bound) -> Bound:
        """max_r |v_r| sqrt(q_r^T (G o G) q_r) for q with entries within `wrong` of those of Q: (samples, neurons)."""
        n, sizes = len(Q), row_norms(Q.T)
        forms = np.maximum(np.sum((self.squares @ Q) * Q, axis=0), 0.0)
        square = self.longest * self.longest
        part = gamma(3 * n) * (square * square + self.spread) + self.spread
        form = exactly(forms) + part * exactly(float(n)) * sizes * sizes + UNDERFLOWS
        weighted = (form.sqrt() * size_of(self.output)).max()
        return weighted + self.v * self.root * self.longest * exactly(float(n)).sqrt() * wrong
