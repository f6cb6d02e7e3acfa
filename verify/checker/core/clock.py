"""The time limit of a proof.

A proof runs within `until`; `look` between two of its steps gives up once the time is over. Outside of a proof, as in
a prover's own use of the same arithmetic, there is no limit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from verify.checker.core.codes import Reason
from verify.checker.core.outcome import Open

_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """Limit what is done within the block; `deadline`: on the clock of time.monotonic()."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def look() -> None:
    """Give up between two steps when the time limit has passed. Raises Open."""
    if time.monotonic() > _deadline.get():
        raise Open("the time limit passed; raise --time-limit", Reason.TIME_LIMIT)
