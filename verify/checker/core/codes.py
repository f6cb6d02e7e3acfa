"""The table of exit codes and the enumeration of reasons: what a program reads, of all commands.

A person reads a verdict's sentence and its reason in words; a program reads the exit code and the reason's code.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """What every command of this project ends with."""

    PROVED = 0
    """Everything asked for was proved, or verified, or done."""
    REFUTED = 1
    """A claim is refuted, or a certificate is rejected."""
    MALFORMED = 2
    """Something cannot be read as what it should be, or the command line is wrong."""
    UNDECIDED = 3
    """Neither proved nor refuted."""
    INTERNAL_ERROR = 70
    """A bug of this project, please report it; no verdict."""
    INFRASTRUCTURE = 74
    """A file cannot be written, memory ran out, or workers cannot be had or were lost."""
    INTERRUPTED = 130
    """Stopped from outside (Ctrl-C, SIGTERM)."""


PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.INFRASTRUCTURE,
    ExitCode.INTERNAL_ERROR,
    ExitCode.MALFORMED,
    ExitCode.REFUTED,
    ExitCode.UNDECIDED,
    ExitCode.PROVED,
)
"""Of many items, the command's exit code is the first of these that an item has."""


def first_that_applies(codes: Iterable[ExitCode]) -> ExitCode:
    """The exit code for many items. There must be at least one: to have proved nothing is not to have proved."""
    return min(codes, key=PRECEDENCE.index)


class Reason(StrEnum):
    """Why something is not proved, for programs. The words beside it are for people, and may change."""

    UNREADABLE = "unreadable"
    """Not readable as a certificate: syntax, fields, shapes, digest."""
    HYPOTHESIS_FALSE = "hypothesis-false"
    """A hypothesis of the theorem is proved false."""
    NOT_COVERED = "not-covered"
    """The parts, or the facts, do not give the statement."""
    OTHER_DATA = "other-data"
    """The data file is another one than the statement is about."""
    NOT_PROVED = "not-proved"
    """A hypothesis was neither proved nor disproved at this precision."""
    TIME_LIMIT = "time-limit"
    """The time limit passed."""
    OUT_OF_MEMORY = "out-of-memory"
    """There is too little memory here."""
    TOO_LARGE = "too-large"
    """Beyond the limits of size of what would have to prove it."""
    MISSING_DATA = "missing-data"
    """The data file that the statement is about is not there."""
    MISSING_SOFTWARE = "missing-software"
    """A package that this needs is not installed, or not fit for it."""
    UNKNOWN_RULE = "unknown-rule"
    """This checker has no rule for this kind of statement."""
    NO_CANDIDATE = "no-candidate"
    """The search, which may miss one, came upon nothing to prove."""
    KINK = "kink"
    """The loss need not be differentiable there: a pre-activation or a neuron may be 0."""
    NOT_CRITICAL = "not-critical"
    """No critical point was found near the given point."""
    SINGULAR_HESSIAN = "singular-hessian"
    """The Hessian is singular to working precision, so that second order does not decide."""
    NOT_CONVERGED = "not-converged"
    """A numerical method of the prover did not converge."""
    CYCLING = "cycling"
    """The search for a minimum lists and drops the same units at kinks, and does not come to rest."""
    FLAT_DIRECTION = "flat-direction"
    """The loss is flat along a direction that comes from no symmetry that is known."""
    DUPLICATE_UNITS = "duplicate-units"
    """Units point the same way, so that the loss is flat where they stay parallel, and not near there."""
    ZERO_UNIT = "zero-unit"
    """All weights and biases of a unit are 0 and decay, and it is on its kink on all samples."""
    POOL_TIE = "pool-tie"
    """Neighbours under a maximum may be equal."""
    NOT_MODELLED = "not-modelled"
    """There is no rule or prover for such a claim about such a landscape."""
    PROCESS_LOST = "process-lost"
    """A process at work on it died: killed, or out of memory."""
    INTERNAL_ERROR = "internal-error"
    """A bug of this project, please report it."""


BEYOND_VERDICTS = {
    Reason.INTERNAL_ERROR: ExitCode.INTERNAL_ERROR,
    Reason.NOT_COVERED: ExitCode.INTERNAL_ERROR,  # of an undecided item: the facts do not give the statement
    Reason.PROCESS_LOST: ExitCode.INFRASTRUCTURE,
}
"""The reasons for which an undecided item ends with another code than `ExitCode.UNDECIDED`."""
