"""Rule `critical-values`: all critical values of the squared loss of a deep linear network.

F = 1/2 |W_H ... W_1 X - Y|^2, M = Y X^T, p = min d_j. Theorem. Let
  (1) H >= 2,
  (2) S = X X^T be invertible, and T = M S^(-1) M^T,
  (3) disjoint intervals of positive numbers, as many as T has rows, have an eigenvalue of T each: the characteristic
      polynomial is 0 at the one number of an interval, or has different signs at its ends.
Then the critical values of F are the numbers (|Y|^2 - s)/2, with s a sum of at most p different eigenvalues of T.
Proof. By (3) these are different, and not 0. Let N = M S^(-1/2), V = W S^(1/2), A = W_H ... W_2 and
B = W_(H-1) ... W_1 S^(1/2). At a critical point A^T (V - N) = 0 and (V - N) B^T = 0, for layers 1 and H, so that
V = P N for the projection P onto the range of A, and V = N Q for one Q. P T = V N^T = N Q N^T is symmetric, so P is
the projection onto the span of some eigenvectors of T, and as T is invertible, its rank is that of V, at most p. So
|V - N|^2 = tr (I - P) T, and 2 F = |Y|^2 - tr T + |V - N|^2. Conversely let W_1 have the rows u^T M S^(-1) for at most
p orthonormal eigenvectors u, W_H the columns u, and all between be the identity's first ones: all gradients are 0. QED

Source: for H = 2 Baldi & Hornik (recalled). docs/LINEAR.md.
"""

from __future__ import annotations

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_ORDER
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.losses.deep_linear_network import Data, require_short
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.linear_critical_values import CriticalValues

RULE = "critical-values"


class Values(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(Values)


def critical_values(task: Task[CriticalValues, Witness]) -> Values:
    """Prove the hypotheses of the theorem above, in rational numbers."""
    network, intervals = task.statement.landscape, task.statement.eigenvalues
    if len(network.shapes) < 2:
        raise Refuted("there is one layer only")
    if max(network.widths[0], network.widths[-1]) > EXACT_ORDER:
        raise Open(f"more than {EXACT_ORDER} inputs or outputs", Reason.TOO_LARGE)
    data = Data(network)
    if data.gram.rank() < data.gram.nrows():
        raise Refuted("X X^T is singular")
    task.record(RULE, "X X^T is invertible", "exactly")
    T = data.cross * data.gram.inv() * data.cross.transpose()
    require_short(T)
    look()
    polynomial = T.charpoly()
    if any(low <= high for (low, _), (_, high) in zip(intervals, intervals[1:], strict=False)):
        raise Refuted("the intervals are not disjoint, in falling order")
    for place, ends in enumerate(intervals):
        look()
        low, high = (polynomial(rational(end)) for end in ends)
        if not (low * high < 0 or (low == 0 and ends[0] == ends[1])):
            raise Refuted(f"interval {place} is not proved to have an eigenvalue")
    task.record(RULE, "T has one eigenvalue in each interval", f"{len(intervals)}, by signs of its polynomial")
    return _fact(task.statement)
