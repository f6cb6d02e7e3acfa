"""From a claim to a verdict: proved, refuted or undecided, each of the first two by a certificate.

What a claim means:
- With `within = r` the point in question may be anywhere within the Euclidean distance r of the
  given one; without it, r is 0 for networks that are evaluated in rational numbers, else 1/1000.
- A certificate counts only if the checker verifies the file as written, its landscape is the one that
  was read from the user's own input, and its statement implies the claim, or its negation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from pathlib import Path

import numpy as np

from verify.audit.claims import Claim, Vector
from verify.checker.exact import at_most
from verify.checker.landscapes.exact_risk import is_exact
from verify.checker.session import Session
from verify.checker.statements.constant_outputs import ConstantOutputs
from verify.checker.statements.count_of_minima import CountOfMinima
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.statements.every_width import EveryWidth
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.no_critical_point import NoCriticalPoint
from verify.checker.statements.statement import Statement
from verify.checker.verdict import Verified
from verify.landscapes.empirical_risk import EmpiricalRisk
from verify.prover import families
from verify.prover import given_point as prover
from verify.prover.certificate import Certificate
from verify.prover.decide import certify
from verify.prover.refine import NotCertified

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"
DEFAULT_WITHIN = Fraction(1, 1000)
SCALE = 2**64
STARTS = 40
"""Random points from which a better point is looked for, where the claim gives none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a claim, and what it rests on."""

    id: str
    verdict: str
    scope: str
    sentence: str
    """What was proved; empty if undecided."""
    reason: str
    """Why the claim is refuted or undecided; empty if proved."""
    certificates: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to settle a claim."""

    verdict: str
    make: Callable[[], Certificate]
    settles: Callable[[Statement], bool]
    """Whether what was verified implies the verdict; the landscape is compared apart from it."""
    reason: str = ""


def judge(claim: Claim, folder: Path) -> Finding:
    """Try to prove the claim, then to refute it; certificates are written into the folder."""
    path = folder / f"{claim.id}.json"
    reasons: list[str] = []
    for attempt in _attempts(claim):
        try:
            certificate = attempt.make()
        except (NotCertified, np.linalg.LinAlgError) as error:
            reasons.append(str(error))
            continue
        certificate.save(path)
        verdict = Session().check(path)
        statement = verdict.statement if isinstance(verdict, Verified) else None
        if statement is not None and _landscape(statement) == claim.risk.exact and attempt.settles(statement):
            sentence = statement.sentence() + _distance(statement, claim)
            return Finding(claim.id, attempt.verdict, statement.scope, sentence, attempt.reason, (path,))
        path.unlink(missing_ok=True)
        reasons.append(f"proved something else: {certificate.read().statement.summary()}")
    reason = "; ".join(dict.fromkeys(reasons)) or "there is no rule for this property of this network"
    return Finding(claim.id, UNDECIDED, "", "", f"{reason}. {_advice(claim)}", ())


def _advice(claim: Claim) -> str:
    if claim.point is None or claim.property == "degenerate-local-minimum-of-every-width":
        return "Try another point or a better one."
    norm = float(np.linalg.norm(claim.risk.gradient([float(entry) for entry in claim.point])))
    return (
        f"The gradient's norm at the given point is {norm:.3g} and within = {float(_reach(claim)):.3g}: "
        "train further, or raise within"
    )


def _attempts(claim: Claim) -> Iterator[_Attempt]:
    name = claim.property
    if name in ("local-minimum", "suboptimal-local-minimum", "strict-local-minimum"):
        yield from _minimum(claim)
    elif name == "degenerate-local-minimum-of-every-width":
        start = [float(entry) for entry in claim.point or ()]
        yield _Attempt(
            PROVED,
            lambda: families.certify_every_width(claim.risk, start, claim.widths_from, claim.better),
            lambda found: (
                isinstance(found, EveryWidth)
                and found.widths_from <= claim.widths_from
                and found.suboptimal >= (claim.better is not None)
                and _near(found.center[0], claim.point, _reach(claim), found.radius, in_box=True)
                and _fits_loss(found.value, claim)
            ),
        )
    elif name == "degenerate-local-minimum":
        yield _Attempt(
            PROVED,
            lambda: families.certify_constant_outputs(
                claim.risk, claim.pre_activations, claim.output_weights, claim.better
            ),
            lambda found: (
                isinstance(found, ConstantOutputs)
                and (found.pre_activations, found.output_weights) == (claim.pre_activations, claim.output_weights)
                and found.suboptimal >= (claim.better is not None)
                and _fits_loss((found.value, found.value), claim)
            ),
        )
    elif name == "count-of-strict-local-minima":
        yield _Attempt(
            PROVED,
            lambda: families.certify_count(claim.risk, claim.count),
            lambda found: isinstance(found, CountOfMinima) and found.at_least >= claim.count,
        )
    elif claim.point is not None:
        yield from _at_point(claim, claim.point)
    if claim.loss is not None and claim.point is not None and not _reach(claim):
        yield from _wrong_value(claim)


def _at_point(claim: Claim, point: Vector) -> Iterator[_Attempt]:
    """Claims about the given point itself, and saddles near it."""
    risk, name = claim.risk, claim.property
    if name == "global-minimum":
        yield _Attempt(PROVED, lambda: prover.certify_global_minimum(risk, point), _is(claim, "global-minimum"))
        reason = "another point has a smaller loss"
        yield _Attempt(REFUTED, lambda: _worse(claim, point), _is(claim, "not-a-global-minimum", False), reason)
    if name == "not-a-global-minimum":
        yield _Attempt(PROVED, lambda: _worse(claim, point), _is(claim, "not-a-global-minimum"))
        reason = "the loss is 0, the least there is"
        yield _Attempt(
            REFUTED, lambda: prover.certify_global_minimum(risk, point), _is(claim, "global-minimum", False), reason
        )
    if name == "not-a-local-minimum":
        yield _Attempt(PROVED, lambda: prover.certify_no_local_minimum(risk, point), _is(claim, "not-a-local-minimum"))
        if is_exact(risk.exact):
            reason = "the point is a local minimum"
            yield _Attempt(
                REFUTED, lambda: prover.certify_local_minimum(risk, point), _is(claim, "local-minimum", False), reason
            )
    if name == "no-critical-point":
        reach = _reach(claim)
        yield _Attempt(
            PROVED,
            lambda: prover.certify_no_critical_point(risk, point, reach),
            lambda found: _nowhere(found, point, reach),
        )
    if name == "saddle":
        if is_exact(risk.exact):
            yield _Attempt(
                PROVED, lambda: prover.certify_degenerate_saddle(risk, point), _is(claim, "degenerate-saddle")
            )
        yield _Attempt(
            PROVED,
            lambda: certify(risk, _floats(point)),
            lambda found: (
                isinstance(found, Saddle)
                and _near(found.center[0], point, _reach(claim), found.radius, in_box=True)
                and _fits_loss(found.value, claim)
            ),
        )
        yield from _none_near(claim, point)
    if name == "value":
        yield _Attempt(PROVED, lambda: prover.certify_value(risk, point), _is(claim, "value"))


def _minimum(claim: Claim) -> Iterator[_Attempt]:
    risk, point, name = claim.risk, claim.point, claim.property
    if point is None:
        return
    suboptimal = name == "suboptimal-local-minimum"
    if is_exact(risk.exact) and risk.exact.network.is_piecewise_linear and name != "strict-local-minimum":
        better = _better(claim, point) if suboptimal else None
        if better is not None or not suboptimal:
            yield _Attempt(PROVED, lambda: prover.certify_local_minimum(risk, point, better), _is(claim, name))
        if suboptimal and not _reach(claim):
            reason = "the loss is 0, the least there is"
            yield _Attempt(
                REFUTED, lambda: prover.certify_global_minimum(risk, point), _is(claim, "global-minimum", False), reason
            )
    if not _reach(claim):
        reason = "the loss is smaller arbitrarily near the point"
        yield _Attempt(
            REFUTED,
            lambda: prover.certify_no_local_minimum(risk, point),
            _is(claim, "not-a-local-minimum", False),
            reason,
        )
        return
    wanted = ("spurious-local-minimum",) if suboptimal else ("spurious-local-minimum", "strict-local-minimum")
    yield _Attempt(
        PROVED,
        lambda: certify(risk, _floats(point), better_point=_better_floats(claim, point) if suboptimal else None),
        lambda found: (
            isinstance(found, Minimum)
            and found.property in wanted
            and _near(found.center[0], point, _reach(claim), found.radius, in_box=False)
            and _fits_loss(found.value, claim)
        ),
    )
    yield from _none_near(claim, point)


def _none_near(claim: Claim, point: Vector) -> Iterator[_Attempt]:
    reach = _reach(claim)
    yield _Attempt(
        REFUTED,
        lambda: prover.certify_no_critical_point(claim.risk, point, reach),
        lambda found: _nowhere(found, point, reach),
        "there is no critical point that near",
    )


def _wrong_value(claim: Claim) -> Iterator[_Attempt]:
    """Refutes a claimed loss at the given point."""
    point = claim.point or ()

    def differs(found: Statement) -> bool:
        if not (isinstance(found, GivenPoint) and found.point == (point,) and claim.loss):
            return False
        return found.value[1] < claim.loss[0] or found.value[0] > claim.loss[1]

    yield _Attempt(REFUTED, lambda: prover.certify_value(claim.risk, point), differs, "the loss is not the claimed one")


def _is(claim: Claim, name: str, with_loss: bool = True) -> Callable[[Statement], bool]:
    """Whether a statement says this of the claim's own point, with the claimed loss if one is claimed."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, GivenPoint)
            and found.property == name
            and found.point == (claim.point,)
            and (not with_loss or _fits_loss(found.value, claim))
        )

    return fits


def _fits_loss(value: tuple[Fraction, Fraction], claim: Claim) -> bool:
    return claim.loss is None or (claim.loss[0] <= value[0] and value[1] <= claim.loss[1])


def _nowhere(found: Statement, point: Vector, reach: Fraction) -> bool:
    return isinstance(found, NoCriticalPoint) and found.center == (point,) and found.radius >= reach


def _reach(claim: Claim) -> Fraction:
    if claim.within is not None:
        return claim.within
    return Fraction(0) if is_exact(claim.risk.exact) and claim.property != "saddle" else DEFAULT_WITHIN


def _near(center: Vector, point: Vector | None, reach: Fraction, radius: Fraction, *, in_box: bool) -> bool:
    """Whether everything within the radius of the center (Euclidean, or in each entry) is within reach of the point."""
    if point is None or len(center) != len(point):
        return False
    gaps = [abs(c - p) + (radius if in_box else 0) for c, p in zip(center, point, strict=True)]
    rest = reach if in_box else reach - radius
    return rest >= 0 and sum((gap**2 for gap in gaps), Fraction(0)) <= rest**2


def _distance(statement: Statement, claim: Claim) -> str:
    """For a critical point near the given one: how far it is at most, rounded up."""
    if not isinstance(statement, Minimum | Saddle) or claim.point is None:
        return ""
    extra = statement.radius if isinstance(statement, Saddle) else Fraction(0)
    gaps = [abs(c - p) + extra for c, p in zip(statement.center[0], claim.point, strict=True)]
    square = sum((gap**2 for gap in gaps), Fraction(0))
    bound = Fraction(isqrt(int(square * SCALE**2)) + 1, SCALE) + (0 if extra else statement.radius)
    return f" It lies within {at_most(bound, 3)} of the claimed point."


def _landscape(statement: Statement) -> object:
    return getattr(statement, "landscape", None)


def _worse(claim: Claim, point: Vector) -> Certificate:
    better = _better(claim, point)
    if better is None:
        raise NotCertified("no point of smaller loss was found", {})
    return prover.certify_worse_than(claim.risk, point, better)


def _better(claim: Claim, point: Vector) -> Vector | None:
    """The claim's better point, or one that is found by descent; None if that fails."""
    if claim.better is not None:
        return claim.better
    found = search_better(claim.risk, claim.risk.value(_floats(point)))
    return None if found is None else tuple(Fraction(float(entry)) for entry in found)


def _better_floats(claim: Claim, point: Vector) -> Sequence[float]:
    better = _better(claim, point)
    if better is None:
        raise NotCertified("no point of smaller loss was found", {})
    return _floats(better)


def search_better(risk: EmpiricalRisk, than: float, starts: int = STARTS) -> np.ndarray | None:
    """A point with a smaller loss, by descent from random points."""
    from scipy.optimize import minimize

    random = np.random.default_rng(0)
    best, found = than - 1e-6 * max(1.0, abs(than)), None
    for scale in np.repeat([0.5, 1.0, 3.0, 10.0], max(1, starts // 4)):
        start = random.normal(size=risk.trained) * scale
        with np.errstate(all="ignore"):
            result = minimize(lambda t: (risk.value(t), risk.gradient(t)[0]), start, jac=True, method="BFGS")
        if np.isfinite(result.fun) and result.fun < best and np.isfinite(result.x).all():
            best, found = result.fun, result.x
    return found


def _floats(point: Sequence[Fraction]) -> list[float]:
    return [float(entry) for entry in point]
