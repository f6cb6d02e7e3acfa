"""What can be proved of a point where training stopped: `verify.refine`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult, minimize

from verify.checker.public import Reason
from verify.checker.statements.basin import MinimumWithin
from verify.checker.statements.interpolation import ZeroLossWithin
from verify.formats.reasons import HELP
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_found
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.convex import certify_not_attained
from verify.producer.prover.interpolation import certify_interpolation
from verify.producer.prover.no_minimum import certify_no_local_minimum_nearby
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.strict_basin import as_strict
from verify.producer.search.active_set import KinkedMinimum, Progress, descend

Array = NDArray[np.float64]

SMALL = 1e-3
"""Below this part of the loss at the point 0, a point of loss 0 is looked for."""
STEPS = 500
"""Of the descent: those that come to rest do so in fewer, as a rule."""
SECONDS = 2.0
"""Between two lines that say how far the search is."""
ROUNDING = 1e-11
"""Relative: losses that differ by less are not told apart."""
DESCENTS = 2_000
"""Steps in which a point that separates the classes is looked for."""
TRIES, BESIDE = 3, 3e-3
"""How often a descent is begun again beside a point where nothing was proved, and how far: relative to the point."""


@dataclass(frozen=True, slots=True)
class Refined:
    """A point where training stopped, and the local minimum to which descent from it leads."""

    loss: float
    """At the given point."""
    theta: Array
    """(trained,), the point of `minimum`, rounded to float64; without one where the descent came to rest or ended."""
    refined_loss: float
    distance: float
    """Euclidean, from the given point to there."""
    kinks: int
    """Units that are on their kinks there, counted by sample."""
    minimum: Certificate | None
    """That a local minimum is there, a strict one where that is proved; None with `reason`."""
    nowhere_near: Certificate | None
    """That no local minimum is within a distance of the given point; None where that was not proved for any."""
    reason: str
    """Why there is no certificate of a minimum; empty if there is one."""
    code: Reason | None = None
    """That of the reason: `verify explain CODE` says what it means."""
    not_attained: Certificate | None = None
    """That the loss has no global minimum: at `theta` all samples are classified right, and nothing decays."""
    at_rest: bool = True
    """Whether the descent came to rest at `theta`."""
    again: bool = False
    """Whether nothing was proved where it came to rest first, and it was begun again beside that point."""

    @property
    def decided(self) -> bool:
        """Whether it was proved where a minimum is, or that none is near the given point, or that there is none."""
        return any(found is not None for found in (self.minimum, self.nowhere_near, self.not_attained))

    def __str__(self) -> str:
        nowhere = [] if self.nowhere_near is None else [self.nowhere_near.read().statement.sentence()]
        told = [] if self.minimum is not None else nowhere
        if self.not_attained is not None:
            beside = f"A point at a distance of {self.distance:.3g}" if self.distance else "The point"
            told.append(
                f"{beside} classifies all samples right, with the loss {self.refined_loss:.8g}. There: "
                f"{_there(self.not_attained)} No local minimum was looked for: {self.reason}."
            )
            return " ".join(told)
        change = (self.refined_loss - self.loss) / self.loss if self.loss else 0.0
        beside = f"{100 * abs(change):.2g} % {'larger' if change > 0 else 'smaller'}"
        if abs(change) < ROUNDING:
            beside = "as at the given point"
        came = "comes to rest" if self.at_rest else "had not come to rest when it was stopped"
        if self.minimum is not None and not self.at_rest:
            came = "was stopped before it came to rest; from where it was stopped, a minimum was found"
        elif self.again:
            came = "came to rest where no minimum was proved; begun again beside there, it comes to rest lower,"
        told.append(
            f"In floating point, descent from the given point {came} at a distance of {self.distance:.3g} with "
            f"{self.kinks} units on kinks, where the loss is {self.refined_loss:.8g}, {beside}."
        )
        if self.minimum is not None:
            told += [f"There: {_there(self.minimum)}", *(f"Nearer: {sentence}" for sentence in nowhere)]
        else:
            told.append(f"No local minimum was proved there: {self.reason}.")
        if self.code is not None:
            told.append(f"What to do ({self.code}): {HELP[self.code].do}")
        return " ".join(told)


def _there(certificate: Certificate) -> str:
    """Its sentence; the point given in it is not the one that was given."""
    return certificate.read().statement.sentence().replace("the given point", "that point")


class _Lines:
    """A line on standard error, whenever some seconds have passed."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, step: int, loss: float, kinks: int) -> None:
        """Say it."""
        if (now := time.monotonic()) - self._last >= SECONDS:
            self._last = now
            print(f"step {step}: loss {loss:.8g}, {kinks} units on kinks", file=sys.stderr, flush=True)


@np.errstate(all="ignore")
def refine(risk: EmpiricalRisk, theta: ArrayLike, progress: Progress | None = None, *, steps: int = STEPS) -> Refined:
    """Go from where training stopped to a local minimum, on kinks if it lies there, and prove what can be proved.

    `theta`: (trained,) or (1, trained). `progress` is called with the step's number, the loss and the number of kinks;
    without it a line is printed on standard error in every two seconds. `steps`: the most that are gone; more may help
    where the descent had not come to rest. Where the infimum 0 is not attained, as for a classifier without decay that
    classifies each sample right, there is nothing to go to: `not_attained` says that.
    Raises ValueError for a point of another size or with entries that are not finite.
    """
    _require_risk(risk)
    start = np.array(theta, dtype=np.float64).ravel()
    if start.size != risk.trained or not np.isfinite(start).all():
        raise ValueError(f"the point must have {risk.trained} finite numbers; it has {start.size}")
    if (interpolating := _interpolating(risk, start)) is not None:
        return interpolating
    if (separating := _separating(risk, start)) is not None:
        return separating
    progress = progress or _Lines()
    found = _descended(risk, start, progress, steps)
    if not found.converged and (separating := _unattained(risk, start, found.theta)) is not None:
        return separating
    minimum, failure = _attempt(lambda: certify_found(risk, found, progress))
    at_kink = failure is not None and failure.code is Reason.KINK
    lower = _beside(risk, found, progress, steps) if at_kink else None
    if lower is not None:
        (found, minimum), failure = lower, None
    if minimum is not None:
        strict, _ = _attempt(partial(as_strict, risk, minimum))
        minimum = strict or minimum
    theta = found.theta if minimum is None else _center(minimum)
    away = float(np.linalg.norm(theta - start))
    reason, code = ("", None) if failure is None else (str(failure), failure.code)
    return Refined(
        risk.value(start),
        theta,
        found.value if minimum is None else risk.value(theta),
        away,
        len(found.slopes),
        minimum,
        _nowhere_near(risk, start, away or np.inf),
        reason,
        code,
        at_rest=found.converged,
        again=lower is not None,
    )


def _beside(
    risk: EmpiricalRisk, ended: KinkedMinimum, progress: Progress, steps: int
) -> tuple[KinkedMinimum, Certificate] | None:
    """A lower minimum that is proved, to which descent leads from a point beside the one where it came to rest."""
    if not ended.converged:
        return None
    random = np.random.default_rng(0)
    size = BESIDE * float(np.linalg.norm(ended.theta)) / np.sqrt(len(ended.theta))
    for _ in range(TRIES):
        start = ended.theta + size * random.standard_normal(len(ended.theta))
        found = _descended(risk, start, progress, steps)
        if found.converged and found.value < (1 - ROUNDING) * ended.value:
            minimum, _ = _attempt(partial(certify_found, risk, found, progress))
            if minimum is not None:
                return found, minimum
    return None


def _center(minimum: Certificate) -> Array:
    """The point of a certificate, which need not be where the descent ended: units that are parts of others moved."""
    statement = minimum.read().statement
    if not isinstance(statement, MinimumWithin):
        raise TypeError(type(statement).__name__)
    return floats.vector(statement.center[0])


def _require_risk(given: object) -> None:
    """What people give in its place is their model."""
    if not isinstance(given, EmpiricalRisk):
        made = "EmpiricalRisk.from_torch, from_sklearn and from_onnx make one, and the point, of a model"
        raise TypeError(f"a {type(given).__name__} is not an EmpiricalRisk: {made}")


def _nowhere_near(risk: EmpiricalRisk, start: Array, below: float) -> Certificate | None:
    """That no local minimum is within a distance, the largest below that one for which it is proved."""
    exact = [Fraction(float(entry)) for entry in start]
    return _attempt(lambda: certify_no_local_minimum_nearby(risk, exact, below))[0]


def _descended(risk: EmpiricalRisk, start: Array, progress: Progress, steps: int) -> KinkedMinimum:
    """Where the descent ended, or where it broke down, the start."""
    try:
        return descend(risk, start, progress, steps)
    except np.linalg.LinAlgError:
        return KinkedMinimum(start, {}, risk.value(start), 0, np.inf, False, {})


def _separating(risk: EmpiricalRisk, start: Array) -> Refined | None:
    """A point at which all samples are classified right, where nothing decays, so that there is no global minimum."""
    if not _may_separate(risk):
        return None
    theta = _descended_until(risk, start, lambda at: _separates(risk, at))
    return None if theta is None else _unattained(risk, start, theta)


def _may_separate(risk: EmpiricalRisk) -> bool:
    landscape = risk.exact
    return landscape.loss in ("logistic", "cross-entropy") and not (landscape.weight_decay or landscape.bias_decay)


def _unattained(risk: EmpiricalRisk, start: Array, theta: Array) -> Refined | None:
    """That there is no global minimum, by a point that classifies all samples right."""
    if not _may_separate(risk) or not _separates(risk, theta):
        return None
    certificate, _ = _attempt(lambda: certify_not_attained(risk, [Fraction(float(entry)) for entry in theta]))
    if certificate is None:
        return None
    away = float(np.linalg.norm(theta - start))
    nowhere = _nowhere_near(risk, start, away or np.inf)
    why = "the loss falls for ever as the last layer grows"
    values = risk.value(start), risk.value(theta)
    return Refined(values[0], theta, values[1], away, 0, None, nowhere, why, None, certificate, at_rest=False)


def _separates(risk: EmpiricalRisk, theta: Array) -> bool:
    """Whether each sample is classified right, in floating point."""
    outputs, targets = risk.outputs(theta), floats.matrix(risk.exact.targets)
    if risk.exact.loss == "logistic":
        return bool((outputs * targets > 0).all())
    right = np.where(targets > 0, outputs, np.inf).min(axis=1)
    return bool((right > np.where(targets > 0, -np.inf, outputs).max(axis=1)).all())


def _descended_until(risk: EmpiricalRisk, start: Array, reached: Callable[[Array], bool]) -> Array | None:
    """The first point of a descent of which something holds."""
    if reached(start):
        return start
    found: list[Array] = []

    def look(intermediate_result: OptimizeResult) -> None:
        if reached(intermediate_result.x):
            found.append(np.array(intermediate_result.x))
            raise StopIteration

    minimize(
        lambda t: (risk.value(t), risk.gradient(t)[0]),
        start,
        jac=True,
        method="L-BFGS-B",
        callback=look,
        options={"maxiter": DESCENTS},
    )
    return found[0] if found else None


def _interpolating(risk: EmpiricalRisk, start: Array) -> Refined | None:
    """A point of loss 0 nearby, where the loss is small already."""
    if not risk.value(start) <= SMALL * risk.value(np.zeros_like(start)):
        return None
    certificate, _ = _attempt(lambda: certify_interpolation(risk, start))
    if certificate is None:
        return None
    statement = certificate.read().statement
    if not isinstance(statement, ZeroLossWithin):
        raise TypeError(type(statement).__name__)
    theta = floats.vector(statement.center[0])
    away = float(np.linalg.norm(theta - start))
    return Refined(risk.value(start), theta, risk.value(theta), away, 0, certificate, None, "")


def _attempt(make: Callable[[], Certificate]) -> tuple[Certificate | None, NotCertified | None]:
    try:
        return make(), None
    except NotCertified as error:
        return None, error
    except np.linalg.LinAlgError as error:
        return None, NotCertified(f"in floating point, {error}", {}, Reason.NOT_CONVERGED)
