"""The trusted part: reads a certificate, believes nothing in it, and re-proves its statement.

It imports the standard library and python-flint, and nothing else of this project; the tier
of trust `float64`, where it is used, NumPy, and SciPy for large matrices.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from verify.checker.core.limits import DEFAULT_TIME_LIMIT
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verdict, Verified
from verify.checker.front.session import Session
from verify.checker.front.trust import AUTO

__all__ = ["Malformed", "Rejected", "Undecided", "Verdict", "Verified", "check"]


def check(path: str | PathLike[str], *, time_limit: float | None = DEFAULT_TIME_LIMIT, trust: str = AUTO) -> Verdict:
    """The verdict on one certificate or manifest file.

    `time_limit`: seconds per certificate, checked between the steps of a proof; None for no limit.
    `trust`: the tier of trust: "arb", "float64" or "auto" (arb where that takes seconds, float64 for
    large matrices). The verdict's `trust` names the tier that was used.
    Returns Verified, Rejected, Undecided or Malformed; look at the class, a verdict has no truth value.
    """
    return Session(time_limit, trust).check(Path(path))
