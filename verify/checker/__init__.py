"""The trusted part: reads a certificate, believes nothing in it, and re-proves its statement.

It imports the standard library and python-flint, and nothing else of this project.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from verify.checker.limits import DEFAULT_TIME_LIMIT
from verify.checker.session import Session
from verify.checker.verdict import Malformed, Rejected, Undecided, Verdict, Verified

__all__ = ["Malformed", "Rejected", "Undecided", "Verdict", "Verified", "check"]


def check(path: str | PathLike[str], *, time_limit: float | None = DEFAULT_TIME_LIMIT) -> Verdict:
    """The verdict on one certificate or manifest file.

    `time_limit`: seconds per certificate, checked between the steps of a proof; None for no limit.
    Returns Verified, Rejected, Undecided or Malformed; look at the class, a verdict has no truth value.
    """
    return Session(time_limit).check(Path(path))
