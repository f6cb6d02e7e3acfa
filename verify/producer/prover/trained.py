"""What can be proved of a point where training stopped: `verify.refine`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verify.checker.statements.interpolation import ZeroLossWithin
from verify.producer.landscapes import floats
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.basin import certify_found
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.convex import certify_not_attained
from verify.producer.prover.interpolation import certify_interpolation
from verify.producer.prover.no_minimum import certify_no_local_minimum_nearby
from verify.producer.prover.refine import NotCertified
from verify.producer.search.active_set import KinkedMinimum, Progress, descend

Array = NDArray[np.float64]

SMALL = 1e-3
"""Below this part of the loss at the point 0, a point of loss 0 is looked for."""
STEPS = 500
"""Of the descent: those that come to rest do so in fewer, as a rule."""


@dataclass(frozen=True, slots=True)
class Refined:
    """A point where training stopped, and the local minimum to which descent from it leads."""

    loss: float
    """At the given point."""
    theta: Array
    """(trained,), where the descent came to rest, or as far as it came."""
    refined_loss: float
    distance: float
    """Euclidean, from the given point to there."""
    kinks: int
    """Units that are on their kinks there, counted by sample."""
    minimum: Certificate | None
    """That a local minimum is there; None with `reason`."""
    nowhere_near: Certificate | None
    """That no local minimum is within a distance of the given point, or that no global one exists; None where neither
    was proved."""
    reason: str
    """Why there is no certificate of a minimum; empty if there is one."""
    at_rest: bool
    """Whether the descent came to rest."""

    @property
    def decided(self) -> bool:
        """Whether it was proved where a minimum is, or that none is near the given point."""
        return self.minimum is not None or self.nowhere_near is not None

    def __str__(self) -> str:
        told = []
        if self.nowhere_near is not None:
            told.append(self.nowhere_near.read().statement.sentence())
        if self.distance:
            fall = 100 * (self.loss - self.refined_loss) / self.loss if self.loss else 0.0
            came = "comes to rest" if self.at_rest else "had not come to rest when it was stopped"
            told.append(
                f"In floating point, descent from it {came} at a distance of {self.distance:.3g} with {self.kinks} "
                f"units on kinks, where the loss is {self.refined_loss:.8g}, {fall:.2g} % smaller."
            )
        if self.minimum is not None:
            told.append(f"There: {self.minimum.read().statement.sentence()}")
        else:
            told.append(f"No local minimum was {'proved there' if self.distance else 'looked for'}: {self.reason}.")
        return " ".join(told)


@np.errstate(all="ignore")
def refine(
    risk: EmpiricalRisk, theta: ArrayLike, progress: Progress = lambda *_: None, *, steps: int = STEPS
) -> Refined:
    """Go from where training stopped to a local minimum, on kinks if it lies there, and prove what can be proved.

    `theta`: (trained,) or (1, trained). `progress` is called with the step's number, the loss and the number of kinks.
    `steps`: the most that are gone; more may help where the descent had not come to rest. Where the infimum 0 is not
    attained, as for a classifier without decay that classifies each sample right, there is nothing to go to:
    `nowhere_near` says that. Raises ValueError for a point of another size or with entries that are not finite.
    """
    start = np.array(theta, dtype=np.float64).ravel()
    if start.size != risk.trained or not np.isfinite(start).all():
        raise ValueError(f"the point must have {risk.trained} finite numbers; it has {start.size}")
    exact = [Fraction(float(entry)) for entry in start]
    if (interpolating := _interpolating(risk, start)) is not None:
        return interpolating
    value = risk.value(start)
    if _may_be_unattained(risk):
        unattained, _ = _attempt(lambda: certify_not_attained(risk, exact))
        if unattained is not None:
            why = "the loss falls for ever as the last layer grows"
            return Refined(value, start, value, 0.0, 0, None, unattained, why, False)
    found = _descended(risk, start, progress, steps)
    away = float(np.linalg.norm(found.theta - start))
    minimum, reason = _attempt(lambda: certify_found(risk, found))
    nowhere, _ = _attempt(lambda: certify_no_local_minimum_nearby(risk, exact, away or np.inf))
    kinks = len(found.slopes)
    return Refined(value, found.theta, found.value, away, kinks, minimum, nowhere, reason, found.converged)


def _descended(risk: EmpiricalRisk, start: Array, progress: Progress, steps: int) -> KinkedMinimum:
    """Where the descent ended, or where it broke down, the start."""
    try:
        return descend(risk, start, progress, steps)
    except np.linalg.LinAlgError:
        return KinkedMinimum(start, {}, risk.value(start), 0, np.inf, False, {})


def _may_be_unattained(risk: EmpiricalRisk) -> bool:
    landscape = risk.exact
    return landscape.loss in ("logistic", "cross-entropy") and not (landscape.weight_decay or landscape.bias_decay)


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
    return Refined(risk.value(start), theta, risk.value(theta), away, 0, certificate, None, "", True)


def _attempt(make: Callable[[], Certificate]) -> tuple[Certificate | None, str]:
    try:
        return make(), ""
    except NotCertified as error:
        return None, str(error)
    except np.linalg.LinAlgError as error:
        return None, f"in floating point, {error}"
