"""The losses of one sample with outputs f and target y, which an empirical risk adds up."""

from __future__ import annotations

from fractions import Fraction

from verify.checker.core.exact import Matrix
from verify.checker.core.schema import POSITIVE, text
from verify.checker.core.table import Row, Table, values

FORMULAS = {
    "squares": "sum_o (f_o - y_o)^2",
    "logistic": "sum_o log(1 + exp(-y_o f_o))",
    "cross-entropy": "sum_o y_o (log(sum_p exp f_p) - f_o)",
}
"""Convex in f (for `cross-entropy`, y_o >= 0)."""
LOSSES = tuple(FORMULAS)
"""Those that are C^2."""
KINKED = {
    "absolute": "sum_o |f_o - y_o|",
    "hinge": "sum_o max(0, 1 - y_o f_o)",
    "huber": "sum_o h(f_o - y_o), h(r) = r^2/2 where |r| <= {delta} and {delta} (|r| - {delta}/2) beyond",
}
"""Convex in f, and they bend at single residuals f - y; for `hinge`, y_o is 1 or -1."""
EACH_LOSS = FORMULAS | KINKED


def slopes_beside_0(loss: str, target: Fraction) -> tuple[Fraction, Fraction] | None:
    """The slopes of a loss that is linear on each side of the residual 0, where it is 0; None for others."""
    one, none = Fraction(1), Fraction(0)
    if loss == "hinge":
        return (-one, none) if target > 0 else (none, one)
    return (-one, one) if loss == "absolute" else None


def targets_refused(loss: str, targets: Matrix) -> str | None:
    """Why a loss cannot have such targets, if it cannot."""
    if loss == "cross-entropy" and any(entry < 0 for row in targets for entry in row):
        return "must not be negative for cross-entropy"
    if loss == "hinge" and any(abs(entry) != 1 for row in targets for entry in row):
        return "must be 1 or -1 for the hinge loss"
    return None


LOSS = Row(
    "loss",
    Table.of(
        values,
        Row("kind", text(*EACH_LOSS), into="loss"),
        Row("factor", POSITIVE, into="scale"),
        Row("delta", POSITIVE, needed=lambda known, loss: loss.member("kind").content == "huber"),
    ),
)
