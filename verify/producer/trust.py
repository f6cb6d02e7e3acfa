"""The tier of trust in which the producer asks the checker: one for all that a command makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from verify.checker.public import Certificate, Session, Verdict, prove, trust

Result = TypeVar("Result")
AUTO = trust.AUTO

_ASKED: ContextVar[str] = ContextVar("trust", default=AUTO)


def asked() -> str:
    """The tier that is asked."""
    return _ASKED.get()


@contextmanager
def asking(tier: str) -> Iterator[None]:
    """Ask this tier meanwhile, one of the checker's `trust.CHOICES`. Raises ValueError for another one."""
    if tier not in trust.CHOICES:
        raise ValueError(f"the trust {tier!r} is not known; known: {', '.join(trust.CHOICES)}")
    before = _ASKED.set(tier)
    try:
        yield
    finally:
        _ASKED.reset(before)


def verdict_on(certificate: Certificate, data: bytes = b"") -> Verdict:
    """The checker's verdict in the tier that is asked. `data`: as in `prove`."""
    return prove(certificate, trust=asked(), data=data)


def session() -> Session:
    """A run of the checker in the tier that is asked."""
    return Session(trust=asked())


def elsewhere(call: Callable[[], Result]) -> Callable[[], Result]:
    """The call as another process is to make it: in the tier that is asked here."""
    return partial(_asking, asked(), call)


def _asking(tier: str, call: Callable[[], Result]) -> Result:
    with asking(tier):
        return call()
