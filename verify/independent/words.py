"""Parts of a file, and exact numbers, as they may be printed."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

DIGITS = 12


def brief(x: Fraction) -> str:
    """The number, if it is short; its first digits and "..." if not."""
    if (text := _short(x)) is not None:
        return text
    digits, mark, exponent = _rounded(x, ROUND_DOWN).partition("e")
    return f"{digits}...{mark}{exponent}"


def at_least(x: Fraction) -> str:
    """The number, or a decimal <= x: what is at least x is at least that."""
    text = _short(x)
    return _rounded(x, ROUND_FLOOR) if text is None else text


def at_most(x: Fraction) -> str:
    """The number, or a decimal >= x."""
    text = _short(x)
    return _rounded(x, ROUND_CEILING) if text is None else text


def between(value: tuple[Fraction, Fraction]) -> str:
    """An interval, or one that contains it."""
    return f"[{at_least(value[0])}, {at_most(value[1])}]"


def _short(x: Fraction) -> str | None:
    if x.numerator.bit_length() + x.denominator.bit_length() >= 128:
        return None
    text = str(x)
    return text if len(text) <= 40 else None


def _rounded(x: Fraction, rounding: str) -> str:
    """The quotient is rounded once; its digits are few, whatever the numbers' are."""
    context = Context(prec=DIGITS, rounding=rounding, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return f"{context.divide(Decimal(x.numerator), Decimal(x.denominator)).normalize(context):g}"


def plain(text: str) -> str:
    """The text, without anything that a terminal would take for more than letters."""
    return text if text.isascii() and text.isprintable() else ascii(text)[1:-1]


def shown(value: object) -> str:
    """A part of the file as it may be printed."""
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."
