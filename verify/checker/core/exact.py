"""Exact numbers: how a certificate writes them, and how they are shown.

A number is a string: an integer `-12`, a rational `13/3`, or a dyadic `5*2^-7`.
There is no other notation, so there is nothing to round and nothing to guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import lcm

from verify.checker.core.limits import EXACT_DENOMINATOR_BITS, MAX_EXPONENT, MAX_NUMBER_LENGTH

Matrix = tuple[tuple[Fraction, ...], ...]
_LONGEST = 13_000
"""Bits of a numerator or denominator that Python turns into digits in any case."""
SHOWN_DIGITS = 20
"""Characters of a value that is printed as it is."""
KEPT_DIGITS = 15
"""Of a decimal of so many digits each float64 next to it can be rounded back to it."""

_INTEGER = r"(?:0|-?[1-9][0-9]*)"
PATTERN = rf"({_INTEGER})(?:/([1-9][0-9]*)|\*2\^({_INTEGER}))?"
_NUMBER = re.compile(PATTERN, re.ASCII)


def parse(text: str) -> Fraction:
    """The number that `text` writes. Raises ValueError with the reason if it writes none."""
    if len(text) > MAX_NUMBER_LENGTH:
        raise ValueError(f"number of {len(text)} characters, more than {MAX_NUMBER_LENGTH}")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is not an integer, p/q or m*2^e")
    numerator, denominator, exponent = match.groups()
    if exponent is not None:
        power = int(exponent)
        if abs(power) > MAX_EXPONENT:
            raise ValueError(f"exponent {exponent[:20]} is beyond {MAX_EXPONENT} in size")
        return Fraction(int(numerator), 1 << -power) if power < 0 else Fraction(int(numerator) << power)
    return Fraction(int(numerator), int(denominator or 1))


def common_denominator(entries: Iterable[Fraction]) -> int | None:
    """Of all entries; None where it has more than EXACT_DENOMINATOR_BITS, which is noticed before it is computed."""
    found = 1
    for denominator in {entry.denominator for entry in entries}:
        found = lcm(found, denominator)
        if found.bit_length() > EXACT_DENOMINATOR_BITS:
            return None
    return found


def at_least(number: Fraction, digits: int = 6) -> str:
    """A decimal <= `number`, so that "at least ..." is true as printed."""
    return _decimal(number, Context(prec=digits, rounding=ROUND_FLOOR))


def at_most(number: Fraction, digits: int = 6) -> str:
    """A decimal >= `number`, so that "at most ..." is true as printed."""
    return _decimal(number, Context(prec=digits, rounding=ROUND_CEILING))


def exactly(number: Fraction, digits: int = 12) -> str | None:
    """The decimal that is `number`, if it has at most `digits` significant digits: true in both directions."""
    decimal = _decimal(number, Context(prec=digits, rounding=ROUND_FLOOR))
    return decimal if Fraction(decimal) == number else None


def reach(radius: Fraction) -> str:
    """A decimal >= `radius`, so that "somewhere within ..." is true as printed.

    What is claimed of the whole region holds at the point; of a larger region it need not hold, so that more digits
    are printed than of any bound: a certificate as printed, with these bounds, is hardly larger.
    """
    return at_most(radius, 12)


def written(number: Fraction) -> str:
    """The number itself, as a certificate may write it: for what says which landscape is meant.

    One that was computed may be longer than any of a certificate: of that, bounds.
    """
    if _is_long(number):
        return f"in {within((number, number))}"
    plain = str(number)
    if number.denominator & (number.denominator - 1) == 0 and number:
        power = (number.numerator & -number.numerator).bit_length() - number.denominator.bit_length()
        return min(plain, f"{number / Fraction(2) ** power}*2^{power}", key=len)
    return plain


def recognised(number: Fraction) -> str:
    """The number itself, and of a long m*2^e that was a short decimal before it became a float64, that too.

    What is added is true of any number: the decimal is the number, rounded to as many digits as a float64 keeps of one.
    """
    text = written(number)
    if "*2^" not in text or len(text) <= SHOWN_DIGITS:
        return text
    decimal = _decimal(number, Context(prec=KEPT_DIGITS, rounding=ROUND_HALF_EVEN))
    return f"{text} ({decimal} to {KEPT_DIGITS} digits)" if len(decimal) < KEPT_DIGITS else text


def shown(number: Fraction, digits: int = 6) -> str:
    """A short number as it is, a long one between decimals, after `in`: for a value that is claimed."""
    text = "" if _is_long(number) else str(number)
    return text if 0 < len(text) <= SHOWN_DIGITS else f"in {within((number, number), digits)}"


def _is_long(number: Fraction) -> bool:
    """Whether Python might refuse to write its digits."""
    return max(abs(number.numerator), number.denominator).bit_length() > _LONGEST


def within(ends: tuple[Fraction, Fraction], digits: int = 6) -> str:
    """An interval of decimals that contains the one given, so that "in [l, u]" is true as printed."""
    return f"[{at_least(ends[0], digits)}, {at_most(ends[1], digits)}]"


def _decimal(number: Fraction, context: Context) -> str:
    top, bottom = number.numerator, number.denominator
    if _is_long(number):  # rounded to so many bits first, to the same side: a decimal of a million digits takes minutes
        power = _LONGEST + bottom.bit_length() - top.bit_length()
        top, bottom = top << max(power, 0), bottom << max(-power, 0)
        whole = top // bottom if context.rounding == ROUND_FLOOR else -(-top // bottom)
        top, bottom = whole << max(-power, 0), 1 << max(power, 0)
    return f"{context.divide(Decimal(top), Decimal(bottom)).normalize(context):g}"
