"""From a claim to a verdict: proved, refuted or undecided, each of the first two by certificates.

A certificate counts only if the checker verifies the file as written, its landscape is the one that was read from
the user's own input, and its statement implies the claim, or its negation (`properties.py`, `evidence.py`).
A claim that rests on the default of `within` is never refuted: its user did not say how near the point must be.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from verify.checker.public import ExitCode, Reason, Session, Statement, Verified, at_most, shown, written
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.given_point import GivenPoint
from verify.checker.statements.small_empirical_risk import ATTRACTION, NO_SPURIOUS
from verify.formats.reasons import HELP
from verify.producer.audit import gram
from verify.producer.audit.claims import Claim
from verify.producer.audit.evidence import Ball, distance, furthest
from verify.producer.audit.keys import PROPERTIES
from verify.producer.audit.linear import is_about
from verify.producer.audit.makers import Elsewhere, radius_without_minimum
from verify.producer.audit.nearby import floats, search_better
from verify.producer.audit.properties import PROVE, REFUTE, Attempt
from verify.producer.audit.wide import is_of_layers
from verify.producer.prover.curves import is_exactly_critical
from verify.producer.prover.refine import NotCertified
from verify.producer.report.summaries import summary

__all__ = ["PROVED", "REFUTED", "UNDECIDED", "Finding", "claimed", "forget", "judge", "search_better"]

PROVED, REFUTED, UNDECIDED = "proved", "refuted", "undecided"
MORE = "+"
"""Before the number of a second certificate of a claim; no id has it."""
DRAFT = "the checker does not verify the certificate tried: "
"""What provers say before the checker's reason; among several attempts it says nothing."""
LONG = 40
"""A number of the claim with more characters is printed between decimals."""
SHOWN_ENTRIES = 8
"""A point of at most so many numbers is printed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on a claim, and what it rests on."""

    id: str
    property: str
    claim: str
    """What was claimed, in words, with the defaults."""
    verdict: str
    code: Reason | None
    """Why it is undecided, for programs."""
    scope: str
    sentence: str
    """What was proved; empty if undecided."""
    reason: str
    """Why the claim is refuted or undecided; empty if proved."""
    trust: str
    """The tier in which the checker verified the certificates; empty if undecided."""
    certificates: tuple[Path, ...]
    advice: str = ""
    """What to do, where it is undecided."""

    @builtins.property
    def exit_code(self) -> ExitCode:
        """That of an audit of this claim alone."""
        if self.code is Reason.INTERNAL_ERROR:
            return ExitCode.INTERNAL_ERROR
        return {PROVED: ExitCode.PROVED, REFUTED: ExitCode.REFUTED}.get(self.verdict, ExitCode.UNDECIDED)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why an attempt settled nothing."""

    reason: str
    code: Reason
    away: float = 0.0
    """How far a minimum was found, where it is further away than claimed."""
    leads: bool = False
    """Whether the attempt is the one that is mostly meant."""


def judge(claim: Claim, folder: Path) -> Finding:
    """Try to prove the claim, then to refute it; certificates are written into the folder. Raises OSError."""
    forget(claim, folder)
    failures: list[_Failure] = []
    for verdict, attempts in ((PROVED, PROVE), (REFUTED, REFUTE)):
        meant = claim if verdict == PROVED else _at_the_point(claim)
        for attempt in attempts[claim.property]:
            if not attempt.applies(meant):
                continue
            found = _settle(meant, attempt, verdict, folder)
            if isinstance(found, Finding) and verdict == REFUTED and meant.rests_on_default and not attempt.everywhere:
                forget(claim, folder)
                told = f"{attempt.says}, where within = {_said(claim.reach)} by default"
                found = _Failure(told, Reason.NOT_COVERED, leads=True)
            if isinstance(found, Finding):
                return found
            failures.append(replace(found, leads=found.leads or attempt.leads(meant)))
            if found.code is Reason.INTERNAL_ERROR:
                return _undecided(claim, [found])
    return _undecided(claim, failures)


def _at_the_point(claim: Claim) -> Claim:
    """What is meant where `within` is not given and the point is exactly critical: the point itself.

    Such a point is no rounding of another one.
    """
    if not claim.rests_on_default or claim.point is None:
        return claim
    return replace(claim, within=Fraction(0)) if is_exactly_critical(claim.risk, claim.point) else claim


def forget(claim: Claim, folder: Path) -> None:
    """Remove the certificates that an earlier audit wrote for a claim of this id."""
    more = re.compile(rf"{re.escape(claim.id + MORE)}[0-9]+\.json")
    for path in (folder / f"{claim.id}.json", *folder.glob(f"{claim.id}{MORE}*.json")):
        if path.name == f"{claim.id}.json" or more.fullmatch(path.name):
            path.unlink(missing_ok=True)


def claimed(claim: Claim) -> str:
    """What is claimed, in words: with the defaults that were taken."""
    where = "at the given point"
    if claim.reach:
        where = f"within {_said(claim.reach)}{' (the default)' * (claim.within is None)} of the given point"
    words = [PROPERTIES[claim.property].means.format(where=where)]
    if claim.box and claim.property not in (NO_SPURIOUS, ATTRACTION):
        words.append(f"exactly {claim.count}")
    elif claim.count:
        words.append(f"at least {claim.count}")
        if claim.point is not None:
            words.append(f"one of them {where}")
    if "layer" in PROPERTIES[claim.property].keys:
        words.append(f"the layer being number {claim.layer}")
    if claim.eigenvalue is not None:
        least, most = claim.eigenvalue
        words.append(f"at least {_said(least)}" if most is None else f"in [{_said(least)}, {_said(most)}]")
    if claim.widths_from:
        words.append(f"from width {claim.widths_from} on")
    if claim.step_size:
        words.append(f"with step {_said(claim.step_size)}")
    if "steps" in PROPERTIES[claim.property].keys:
        words.append(f"after {claim.steps} steps")
    if claim.momentum:
        words.append(f"with momentum {_said(claim.momentum)}")
    if claim.loss is not None:
        low, high = map(_said, claim.loss)
        words.append(f"with loss {low}" if low == high else f"with loss in [{low}, {high}]")
    if claim.better is not None:
        words.append("and the point given as better has a smaller loss")
    return ", ".join(words)


def _said(number: Fraction) -> str:
    text = written(number)
    return text if len(text) <= LONG else shown(number)


def _settle(claim: Claim, attempt: Attempt, verdict: str, folder: Path) -> Finding | _Failure:
    try:
        with np.errstate(all="ignore"):
            certificates = attempt.make(claim)
    except Elsewhere as error:
        return _Failure(str(error), error.code, error.away)
    except NotCertified as error:
        return _Failure(str(error), error.code)
    except np.linalg.LinAlgError as error:
        return _Failure(f"in floating point, {error}", Reason.NOT_CONVERGED)
    except OverflowError:
        return _Failure("a number is beyond the range of float64, in which candidates are looked for", Reason.TOO_LARGE)
    except MemoryError:
        return _Failure("there is too little memory here", Reason.OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001 - a bug of a prover is no verdict, and must not keep others from theirs
        reason = f"internal error, please report it: {type(error).__name__}: {error}"
        return _Failure(reason[:500], Reason.INTERNAL_ERROR)
    paths = [folder / f"{claim.id}{f'{MORE}{n}' if n > 1 else ''}.json" for n in range(1, len(certificates) + 1)]
    for path, certificate in zip(paths, certificates, strict=True):
        certificate.save(path)
    verdicts = [Session().check(path) for path in paths]
    verified = [verdict for verdict in verdicts if isinstance(verdict, Verified)]
    statements = [verdict.statement for verdict in verified]
    about_the_claim = all(
        is_about(found, claim) or is_of_layers(found, claim) or gram.is_of_samples(found, claim) for found in statements
    )
    if len(verified) == len(paths) and paths and about_the_claim and attempt.settles(statements, claim):
        return Finding(
            id=claim.id,
            property=claim.property,
            claim=claimed(claim),
            verdict=verdict,
            code=None,
            scope="; ".join(dict.fromkeys(statement.scope for statement in statements)),
            sentence=_sentence(claim, attempt, statements),
            reason="" if verdict == PROVED else attempt.says,
            trust=", ".join(dict.fromkeys(found.trust for found in verified)),
            certificates=tuple(paths),
        )
    forget(claim, folder)
    told = "; ".join(summary(statement) for statement in statements) or "nothing"
    return _Failure(f"what was proved does not settle the claim: {told}", Reason.NOT_COVERED)


def _sentence(claim: Claim, attempt: Attempt, statements: Sequence[Statement]) -> str:
    """What the certificates say, where their points are, and what follows from both."""
    told = [_of_its_own_point(statement, claim) + _distance(statement, claim) for statement in statements]
    if attempt.concludes:
        told.append(f"{attempt.says}.")
    return " ".join(told)


def _of_its_own_point(statement: Statement, claim: Claim) -> str:
    """A certificate's sentence; the point given in the certificate need not be the one given in the claim."""
    told = statement.sentence()
    where = getattr(statement, "point", (claim.point,))
    if isinstance(statement, CriticalPoint | Ball):
        where = statement.center
    if where == (claim.point,):
        return told
    return told.replace("the given point", "the certificate's point").replace("the given ones", "the certificate's")


def _distance(statement: Statement, claim: Claim) -> str:
    """How far the point of a statement is from the claimed one at most, rounded up."""
    if claim.point is None:
        return ""
    if isinstance(statement, CriticalPoint | Ball):
        return f" It lies within {at_most(furthest(statement, claim.point), 3)} of the claimed point."
    if not isinstance(statement, GivenPoint) or statement.point == (claim.point,):
        return ""
    (point,) = statement.point
    where = f" = ({', '.join(map(_said, point))})" if len(point) <= SHOWN_ENTRIES else ""
    away = at_most(distance(point, claim.point), 3)
    return f" The point of the certificate{where} lies within {away} of the claimed point."


def _undecided(claim: Claim, failures: Sequence[_Failure]) -> Finding:
    failures = sorted(failures, key=lambda failure: (not failure.away, failure.code not in TELLING, not failure.leads))
    reason, *others = dict.fromkeys(failure.reason for failure in failures) or ["there is no rule for this claim"]
    code = next((failure.code for failure in failures), Reason.NOT_MODELLED)
    away = max((failure.away for failure in failures), default=0.0)
    advice = _towards(away) if away else _advice(claim, code)
    if code is not Reason.INTERNAL_ERROR:
        told = [measured] if (measured := _measured(claim)) else []
        if claim.property in LOCAL and (radius := radius_without_minimum(claim)):
            told.append(f"The checker verified that no local minimum is within {written(radius)} of the given point.")
            advice += f" Claimed with within = {written(radius)}, it is refuted, with a certificate."
        if others:
            told.append(f"Other attempts: {'; '.join(other.replace(DRAFT, '') for other in others)}.")
        reason = ". ".join([reason, " ".join(told)]) if told else reason
    return Finding(claim.id, claim.property, claimed(claim), UNDECIDED, code, "", "", reason, "", (), advice)


LOCAL = ("local-minimum", "suboptimal-local-minimum", "strict-local-minimum")
"""Claims that are refuted where no local minimum is near."""
TELLING = (Reason.POOL_TIE, Reason.ZERO_UNIT, Reason.DUPLICATE_UNITS, Reason.FLAT_DIRECTION, Reason.CYCLING)
"""Of several reasons those that say most come first: why a minimum to which descent led was not proved."""
WITHIN_HELPS = (Reason.NOT_CRITICAL, Reason.NOT_CONVERGED, Reason.NO_CANDIDATE, Reason.NOT_COVERED)
"""Where a point is not found that near, one may lie further away."""


def _towards(away: float) -> str:
    """What to do where a minimum was found further away than claimed."""
    reach = at_most(Fraction(1.01 * away), 3)
    return (
        f"Claim it with within = {reach}, or of the point to which `verify.refine` leads in Python. That the given "
        "point itself is none is claimed by not-a-local-minimum."
    )


def _advice(claim: Claim, code: Reason) -> str:
    """What to do, by the reason's code, and by what the claim says."""
    told = HELP[code].do
    if code in WITHIN_HELPS and claim.point is not None and "within" in PROPERTIES[claim.property].keys:
        told += f" Or claim it of a larger within than {_said(claim.reach)}."
    return told


def _measured(claim: Claim) -> str:
    """Numbers that tell how far the claim is from being proved."""
    if claim.point is None:
        return ""
    told = []
    try:
        with np.errstate(all="ignore"):
            norm = float(np.linalg.norm(claim.risk.gradient(floats(claim.point))))
    except (OverflowError, ValueError):
        norm = np.inf
    if np.isfinite(norm):
        told.append(f"In floating point, the gradient's norm at the given point is {norm:.3g}.")
    if claim.rests_on_default:
        told.append("Without within = ..., the claim is about some point near the given one, and is never refuted.")
    return " ".join(told)
