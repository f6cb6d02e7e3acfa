"""The checker's answers. None of them has a truth value: a caller must look at the class.

Verified   every hypothesis of the rules was proved, and the statement follows.
Rejected   the file reads as a certificate, and a hypothesis is proved false, or the parts do not cover the claim.
Undecided  neither proved nor disproved at this precision or within these limits.
Malformed  the file does not read as a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

from verify.checker.core.codes import BEYOND_VERDICTS, ExitCode, Reason, first_that_applies
from verify.checker.core.facts import Fact, NotCovered, Sealed, maker, require
from verify.checker.core.statement import Statement


@dataclass(frozen=True, slots=True)
class Met:
    """One hypothesis of a rule that was proved, and the numbers that met it."""

    rule: str
    hypothesis: str
    measured: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all verdicts share; every verdict is one of the four subclasses."""

    digest: str | None = field(default=None, kw_only=True)
    """The certificate's own digest, where it could be read and is right."""

    @property
    def name(self) -> str:
        """The class, as printed: Verified, Rejected, Undecided or Malformed."""
        return type(self).__name__

    def _repr_html_(self) -> str:
        """For notebooks: the answer, with what was proved, or why nothing was and what was claimed."""
        from html import escape

        statement: Statement | None = getattr(self, "statement", None)
        reason = getattr(self, "reason", None)
        rows = [] if reason is None else [("Reason", reason)]
        if statement is not None:
            rows.append(("Proved" if reason is None else "Claimed, not proved", statement.sentence()))
        rows.append(("Digest", self.digest or "none"))
        cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows)
        return f"<strong>{escape(self.name)}</strong><dl>{cells}</dl>"

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict has no truth value; compare its class: isinstance(verdict, Verified)")


@dataclass(frozen=True, slots=True)
class Verified(Sealed, Verdict):
    """The statement is proved, on the assumptions listed. Made by `verified` only."""

    statement: Statement
    hypotheses: tuple[Met, ...]
    trust: str
    assumptions: tuple[str, ...]

    def __reduce_ex__(self, protocol: object) -> Any:
        """How a worker process (`parallel.py`) hands over what it verified."""
        return _handed_over, (self.statement, self.hypotheses, self.trust, self.assumptions, self.digest)


_verified = maker(Verified)


def verified(
    fact: Fact,
    statement: Statement,
    hypotheses: tuple[Met, ...],
    trust: str,
    assumptions: tuple[str, ...],
    *,
    digest: str | None,
) -> Verified | Undecided:
    """The verdict on a statement for which there is a fact. That the fact does not prove it is a bug, and undecided."""
    try:
        require(fact, statement)
    except NotCovered as bug:
        return not_covered(bug, statement, digest=digest)
    return _verified(statement, hypotheses, trust, assumptions, digest=digest)


def not_covered(bug: NotCovered, statement: Statement, *, digest: str | None) -> Undecided:
    """The verdict where the facts do not give the statement."""
    reason = f"internal error of the checker, please report it: {bug}"
    return Undecided(reason, statement, digest=digest, code=Reason.NOT_COVERED)


def _handed_over(
    statement: Statement, hypotheses: tuple[Met, ...], trust: str, assumptions: tuple[str, ...], digest: str | None
) -> Verified:
    return _verified(statement, hypotheses, trust, assumptions, digest=digest)


@dataclass(frozen=True, slots=True)
class Rejected(Verdict):
    """A hypothesis is proved false, or the parts do not cover the claim. Says nothing of the statement itself."""

    reason: str
    statement: Statement | None = None
    code: Reason = field(default=Reason.HYPOTHESIS_FALSE, kw_only=True)


@dataclass(frozen=True, slots=True)
class Undecided(Verdict):
    """Neither proved nor disproved; the reason names what was missing."""

    reason: str
    statement: Statement | None = None
    code: Reason = field(default=Reason.NOT_PROVED, kw_only=True)


@dataclass(frozen=True, slots=True)
class Malformed(Verdict):
    """Not readable as a certificate; the reason names the field."""

    reason: str
    code: Reason = field(default=Reason.UNREADABLE, kw_only=True)


def exit_code(verdicts: list[Verdict]) -> ExitCode:
    """The first that applies, as in `codes.PRECEDENCE`; nothing to check is malformed."""
    return first_that_applies([*map(_exit_code, verdicts)] or [ExitCode.MALFORMED])


def _exit_code(verdict: Verdict) -> ExitCode:
    match verdict:
        case Verified():
            return ExitCode.PROVED
        case Rejected():
            return ExitCode.REFUTED
        case Malformed():
            return ExitCode.MALFORMED
        case Undecided(code=code):
            return BEYOND_VERDICTS.get(code, ExitCode.UNDECIDED)
    raise TypeError(f"{verdict.name} is no verdict")
