"""Exact gradient descent on a network's risk: where it is and that it converges, found by a run in float64.

What is looked for is a step count after which the theorem of convergence applies, and the bits with which the exact run
is followed that far. The checker follows it again; nothing of the run is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil as next_integer
from math import log2, sqrt
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from verify.checker.evaluators import Evaluated, OneHiddenLayer
from verify.checker.public import Open, Reason
from verify.checker.statements.risk_descent import CONVERGES, BallWitness, DescentConverges
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.given_point import written
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor

BITS = 64
SPARE_BITS = 24
"""More than rounding and growth of the errors take."""
LOSS_DIGITS, FEWER_DIGITS = 2.0**-20, 2.0**-10
"""How far, relatively, the exact run's loss is claimed from that in float64; if the checker follows it in float64."""
MARGIN = 1.05
SPACING = 12
"""The run is looked at again after a twelfth of its steps."""
HOPELESS = 1e-24
"""A loss so small that the theorem's hypotheses fail for another reason."""

Array = NDArray[np.float64]
Point = Sequence[Any] | NDArray[Any]
Progress = Callable[[int, float], object]


@dataclass(frozen=True, slots=True)
class _Ball:
    """The numbers of the theorem of convergence at a point, in float64."""

    radius: float
    singular_value: float
    rate: float


@dataclass(slots=True)
class _Run:
    """A run in float64."""

    risk: EmpiricalRisk
    loss: OneHiddenLayer
    step: float
    at: Array
    steps: int = 0
    growth: float = 0.0
    """About the sum of h N: errors grow by at most exp(growth)."""

    def advance(self, count: int, bend: float) -> None:
        """Some steps, on which the curvature is about `bend`. Raises NotCertified where the run diverges."""
        for _ in range(count):
            self.at = self.at - self.step * self.risk.gradient(self.at)[0]
        if not np.isfinite(self.at).all():
            raise NotCertified("the run diverges in float64", {"steps": float(self.steps)}, Reason.NOT_CONVERGED)
        self.steps += count
        self.growth += count * bend

    def evaluated(self) -> Evaluated:
        """The loss here, in balls."""
        return Evaluated(self.loss, self.loss.at([arb(float(entry)) for entry in self.at]))


@np.errstate(all="ignore")  # of a run that diverges nothing is claimed
def certify_gradient_descent(
    risk: EmpiricalRisk,
    start: Point,
    step: Number,
    *,
    steps: int | None = None,
    end: Point | None = None,
    most_steps: int = 20_000,
    progress: Progress = lambda steps, loss: None,
) -> Certificate:
    """A certificate about theta_(t+1) = theta_t - step grad F(theta_t) in exact arithmetic, from `start`.

    start, end: (trained,) or (1, trained); floats and Fractions are taken exactly. What is proved is the loss after T
    steps, and that they converge to a point of loss 0 from there; T is `steps`, or else the first found.
    end: a point whose distance from theta_T is bounded, such as where training in floating point ended.
    progress: called with the steps taken and the loss. Raises NotCertified.
    """
    begin = tuple(exact_number(entry) for entry in np.asarray(start, dtype=object).ravel())
    eta = exact_number(step)
    try:
        loss = OneHiddenLayer(risk.exact)
    except Open as error:
        raise NotCertified(str(error), {}, error.code) from None
    run = _Run(risk, loss, float(eta), np.array([float(entry) for entry in begin]))
    factor = 2 * float(eta * risk.exact.factor)
    found = None
    while True:
        with ctx.workprec(BITS):
            here = run.evaluated()
            bend = factor * float(here.curvature().mid())
            if steps is None or run.steps == steps:
                found = _closing(here, loss, factor)
        loss_here = risk.value(run.at)
        progress(run.steps, loss_here)
        last = steps if steps is not None else most_steps
        is_lost = steps is None and loss_here < HOPELESS
        if (found is not None and steps is None) or is_lost or run.steps >= last:
            break
        run.advance(min(max(5, run.steps // SPACING), last - run.steps), bend)
    if found is None:
        raise NotCertified(
            f"after {run.steps} steps the theorem of convergence does not apply: the loss or the step is too large",
            {"loss": risk.value(run.at), "steps": float(run.steps)},
            Reason.NOT_CONVERGED,
        )
    return _certificate(risk, (begin,), eta, run, found, end)


def _closing(here: Evaluated, loss: OneHiddenLayer, h: float) -> _Ball | None:
    """The ball of convergence around a point, if there is one."""
    gram = np.array([[float(entry.mid()) for entry in row] for row in here.jacobian_gram().tolist()])
    if not np.isfinite(gram).all():
        return None
    s = sqrt(max(0.0, float(np.linalg.eigvalsh(gram)[0]))) * (1 - 2.0**-20)
    E, norm, weight = float(here.error().mid()), float(here.jacobian_norm().mid()), here.largest_output()
    r = 0.0
    for _ in range(30):  # L grows with r where the output is trained
        L = float(loss.lipschitz(weight + r if loss.trains_output else weight).mid())
        c = 2 - h * ((norm + L * r) ** 2 + L * E)
        rest = s * s - 4 * MARGIN * L * E / c if c > 0 else -1.0
        if rest <= 0 or not L > 0:
            return None
        before, r = r, MARGIN * (s - sqrt(rest)) / L
        if abs(r - before) <= 1e-6 * r:
            break
    if not s - L * r > 0 or c / 2 * (s * r - L * r * r / 2) <= E:
        return None
    return _Ball(r, s, 1 - 0.99 * c * h * (s - L * r) ** 2)


def _certificate(
    risk: EmpiricalRisk,
    start: tuple[tuple[Fraction, ...], ...],
    eta: Fraction,
    run: _Run,
    found: _Ball,
    end: Point | None,
) -> Certificate:
    bits = BITS + SPARE_BITS + next_integer(run.growth / np.log(2) + log2(run.steps + 1))
    loss = risk.value(run.at)
    near = None
    if end is not None:
        point = tuple(exact_number(entry) for entry in np.asarray(end, dtype=object).ravel())
        apart = float(np.linalg.norm(np.array([float(entry) for entry in point]) - run.at))
        near = (point,), ceil(apart * MARGIN + 2.0**-30, 12)
    radius, singular_value, rate = ceil(found.radius, 20), floor(found.singular_value, 20), ceil(found.rate, 30)
    none = Fraction(0)
    for digits in (LOSS_DIGITS, FEWER_DIGITS):
        value = floor(loss * (1 - digits), 30), ceil(loss * (1 + digits), 30)
        statement = DescentConverges(risk.exact, CONVERGES, start, eta, none, run.steps, value, rate, near)
        try:
            return written(risk, statement, BallWitness(bits, radius, singular_value))
        except NotCertified as error:
            failure = error
    raise failure
