"""Parts of a file, and exact numbers, as they may be printed."""

from __future__ import annotations

from fractions import Fraction


def brief(x: Fraction) -> str:
    """The number, if it is short."""
    text = str(x) if x.numerator.bit_length() + x.denominator.bit_length() < 128 else ""
    return text if 0 < len(text) <= 40 else "(a number of the file)"


def plain(text: str) -> str:
    """The text, without anything that a terminal would take for more than letters."""
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def shown(value: object) -> str:
    """A part of the file as it may be printed."""
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."


def between(value: tuple[Fraction, Fraction]) -> str:
    """An interval."""
    return f"[{brief(value[0])}, {brief(value[1])}]"
