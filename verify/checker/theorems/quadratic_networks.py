"""Rules `almost-every-perturbation` and `signed-pairs`: networks with quadratic activation of every size.

Theorem `almost-every-perturbation` (after Du & Lee 2018). Let k (k + 1) / 2 > n or k >= d. There is a set Z of
symmetric d x d matrices of measure zero, empty if k >= d, that depends on x_1, ..., x_n in R^d, the decay and k only,
such that for C not in Z and all convex C^1 losses l_i every local minimum of L is global. Checked: that each of the
sizes meets
  (1) k (k + 1) / 2 > n, or k >= d; with every C claimed, the latter.

Theorem `signed-pairs` (derived here). Let d = k + 1, a > 0, s > 0 and the samples be e_j +- a e_d with label y for j
<= k, and m times e_d with label y'; n = 2k + m, D = y - s^2. If
  (1) n decay = 4 D,
  (2) 8 a^2 s^2 - 4 k D a^2 + 4 D - 2 m y' > 0,
  (3) 2k (a^2 q - y)^2 + m (q - y')^2 + 4 D q < k (2 D^2 + 4 D s^2) + m y'^2 for some q >= 0, and
  (4) k^2 >= c n,
then W_0 = (s I, 0) is a local minimum that is not global, and k^2 >= c n. For every k from one on at once: if decay =
0, q = y / a^2, and (4) holds for the first k.

Proofs: docs/WIDE.md, "Almost every perturbation" and "Signed pairs".
"""

from __future__ import annotations

from verify.checker.core.exact import shown
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.statements.quadratic_networks import (
    AsWideAsInputs,
    BetterSquare,
    EveryLocalMinimumGlobal,
    LocalMinimumNotGlobal,
    SquaredWidths,
    WidthsFrom,
)

RULE, PAIRS = "almost-every-perturbation", "signed-pairs"


class NoBadMinimum(Conclusion):
    """The conclusion of the first theorem."""

    __slots__ = ()


class BadMinimum(Conclusion):
    """The conclusion of the second."""

    __slots__ = ()


_none, _bad = maker(NoBadMinimum), maker(BadMinimum)


def almost_every_perturbation(task: Task[EveryLocalMinimumGlobal, Witness]) -> NoBadMinimum:
    """Prove the hypothesis of the first theorem for all of the sizes."""
    statement, sizes = task.statement, task.statement.landscape
    if isinstance(sizes, AsWideAsInputs):
        task.record(RULE, "k >= d", "for all sizes claimed")
        return _none(EveryLocalMinimumGlobal(sizes, statement.property, statement.every_perturbation))
    if statement.every_perturbation:
        raise Refuted("a width below d is among those claimed, and then not every C will do")
    match sizes:
        case SquaredWidths(per_sample=c):
            # k^2 >= c n gives k (k + 1) / 2 >= c n / 2 + k / 2, which is above n for c >= 2; for a smaller c
            # it fails for some k: the largest n <= k^2 / c is then beyond k (k + 1) / 2 if k is large.
            decide(c >= 2, True, f"k^2 >= {shown(c)} n does not give k (k + 1) / 2 > n for all k and n")
            task.record(RULE, "k (k + 1) / 2 > n for all sizes claimed", f"k (k + 1) / 2 >= ({shown(c)}/2) n + k/2")
        case WidthsFrom(width=k, samples=n):
            pairs = k * (k + 1) // 2
            decide(pairs > n, True, f"k (k + 1) / 2 = {pairs} is not above n = {n}")
            task.record(RULE, "k (k + 1) / 2 > n for all sizes claimed", f"{pairs} > {n}")
        case _:
            raise TypeError(f"no sizes {sizes!r}")
    return _none(EveryLocalMinimumGlobal(sizes, statement.property, False))


def signed_pairs(task: Task[LocalMinimumNotGlobal, BetterSquare]) -> BadMinimum:
    """Prove hypotheses (1) to (4) of the second theorem."""
    statement, data, q = task.statement, task.statement.landscape, task.witness.square
    a, y, m, last, k, s, c = (
        data.offset,
        data.label,
        data.copies,
        data.last_label,
        data.width,
        statement.scale,
        statement.per_sample,
    )
    n, D = 2 * k + m, y - s * s
    decide(n * data.decay == 4 * D, True, f"n decay = {shown(n * data.decay)} is not 4 (y - s^2) = {shown(4 * D)}")
    task.record(PAIRS, "W_0 is critical: n decay = 4 (y - s^2)", shown(4 * D))
    curvature = 8 * a**2 * s**2 - 4 * k * D * a**2 + 4 * D - 2 * m * last
    decide(curvature > 0, True, f"8 a^2 s^2 - 4 k D a^2 + 4 D - 2 m y' = {shown(curvature)} is not positive")
    task.record(PAIRS, "8 a^2 s^2 - 4 k D a^2 + 4 D - 2 m y' > 0", shown(curvature))
    if data.every_larger:
        decide(D == 0, True, "for every larger width there may be no decay")
        decide(q * a**2 == y, True, "for every larger width q must be y / a^2, where the first term is 0")
    better = 2 * k * (a**2 * q - y) ** 2 + m * (q - last) ** 2 + 4 * D * q
    there = k * (2 * D**2 + 4 * D * s**2) + m * last**2
    decide(better < there, True, f"the better point has 2 n L = {shown(better)}, not less than {shown(there)} at W_0")
    task.record(PAIRS, "another W has a smaller loss", f"2 n L = {shown(better)} < {shown(there)}")
    decide(k * k >= c * n, True, f"k^2 = {k * k} is below c n = {shown(c * n)}")
    task.record(PAIRS, "k^2 >= c n", f"{k * k} >= {shown(c * n)}")
    return _bad(LocalMinimumNotGlobal(data, statement.property, s, c))
