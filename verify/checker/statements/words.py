"""Phrases that the sentences of several statements have in common."""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.exact import reach, within


def plural(count: int, noun: str) -> str:
    """So many of them: `1 sample`, `3 samples`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def near(radius: Fraction, loss: tuple[Fraction, Fraction]) -> str:
    """Where a point is, and with what loss; every printed bound is rounded so that it stays true."""
    return f"within {reach(radius)} of the given point, with loss in {within(loss, 8)}"


def surface(dimension: int) -> str:
    """One of this dimension, at least 1."""
    return f"a surface of dimension {dimension}" if dimension > 1 else "a curve"


def lowered(subject: str) -> str:
    """The beginning of a sentence, as it stands within one."""
    return subject[0].lower() + subject[1:]
