"""Angles of neurons over any arithmetic, kept so that what is rational, and what is small, stays so.

docs/EVERY_K.md, "The gradient at block-symmetric students" and "Angles relative to a teacher neuron".
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb

from verify.checker.core.dual import Scalar, arcsine, root, sign


class Angle(NamedTuple):
    """The angle t of a row w and a neuron v: |v| sin t = sine, pi - t = quarters pi/2 + rest.

    With a base, one of the row's cells, the angle is relative to the one of w and the teacher neuron e there:
    |v| sin t = sine + base.sine, pi - t = quarters pi/2 + rest + turn base.rest, w.v = turn w.e + inner.
    """

    sine: Scalar
    quarters: int
    rest: Scalar
    base: int | None = None
    turn: int = 0
    inner: Scalar = 0


def from_cosine(cosine: Scalar) -> Angle:
    """Of two vectors of norm 1."""
    return Angle(root(1 - cosine * cosine), 1, arcsine(cosine))


def change_of_angle(
    square: Scalar, along: Scalar, height: Scalar, inner: Scalar, excess: Scalar, length: Scalar
) -> tuple[Scalar, Scalar]:
    """|w| (|v| sin t - sin t') and t - t', where t is the angle of w and v = e + d, t' that of w and e, |e| = 1.

    Of |w|^2, w.e, |w| sin t', w.d, |v|^2 - 1 and |v|. The two are small if d is: nothing cancels in these formulas.
    """
    growth = square * excess - inner * (2 * along + inner)
    higher = root(height * height + growth)  # |w| |v| sin t
    rise = growth / (higher + height)
    cosine = along * (along + inner) + height * higher  # of t - t', times |w|^2 |v|, as is the sine
    sine = (along * rise - inner * height) / (square * length)
    return rise, arcsine(sine) if sign(cosine) == 1 else arb.nan()
