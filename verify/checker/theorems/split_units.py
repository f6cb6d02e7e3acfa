"""Rule `split-units`: units that are parts of one, with decay, at a local minimum.

Setting. Two sets of units of one hidden layer, matched as in `matched_units`, with parameters w, v and w', v'. F_1 is
the risk without the second set, w and v being those of the first; h is the layer's activation, of slopes s- <= s+.
For a unit u and a sample n: t = g . w what the unit is given, g = A_u^T (a_n, 1) with a_n what the layer is given;
B_u v the weights that leave the unit; d_n the derivative of the loss in what the next layer is given.

Theorem. Let x = (.., w, v) be a local minimum of F_1 in a ball B, a, b > 0, a^2 + b^2 = 1, and let
  (1) h be piecewise linear, and neither the layer nor the next one residual,
  (2) w and w' decay alike, and so do v and v',
  (3) for each unit of the first set and each sample, near B: the unit is off its kink; or it is given 0 at all
      parameters; or it is held by its kink as in `held_kinks`, and the loss rises with what it puts out, whatever
      slopes units on their kinks in later layers have (units that are given the same count together), and
  (4) near B, for all such d_n, some slopes of held units between s- and s+, and some c, c' > 0,
      (D_v + c v v^T, M; M^T, D_w + c' sum_held g g^T) is positive definite, M = sum_nu s_nu (B_u^T d_n) g^T, s_nu the
      slopes, and D_v, D_w diagonal with the decays of v and w.
Then the risk F has a local minimum at (.., a w, a v, b w, b v), of the same value; F is constant on the curve on which
a and b change.
Proof. For y = (.., w_1, v_1, w_2, v_2) near that point take the unit vector s = (s_1, s_2) near (a, b) along which
(v_1, v_2) is longest: v is not 0, so that s is continuous. Let u = (-s_2, s_1), v = s_1 v_1 + s_2 v_2,
q = u_1 v_1 + u_2 v_2, and likewise w, p of the w_i; then q is orthogonal to v. What the next layer is given at y is
what it is given at y' = (.., w, v) in the smaller network plus, for each unit, with t = g . w and r = g . p,
    B v e + B q k,    e = s_1 h(t_1) + s_2 h(t_2) - h(t),    k = u_1 h(t_1) + u_2 h(t_2),
where t_i = s_i t + u_i r is given to the two; s_1 t_1 + s_2 t_2 = t and u_1 t_1 + u_2 t_2 = r. As h is convex, e >= 0.
Where t_1, t_2 are on one side, of slope s, e = 0 and k = s r; and |t| >= s_1 s_2 |r|. Where they are not, and
h(z) = max(z, 0), say t_1 > 0 >= t_2: then e = s_2 |t_2| >= s_2 (s_1 |r| - s_2 |t|) for t >= 0, and
e = s_1 t_1 >= s_1 (s_2 |r| - s_1 |t|) for t < 0, so that e + |t| >= s_1 s_2 |r|; the other case is the same. As
h(z) = s- z + (s+ - s-) max(z, 0), in general |r| <= C (e + |t|) for kinks, and |k - s r| <= C (|t| + |r|) for any s. By
the theorem of `subgradients`, and as w_1, w_2, v_1, v_2 decay as w, p, v, q do by (2),
    F(y) - F_1(y') = sum <d_n, B_u v> e + sum <d_n, B_u q> (k - s r) + q^T M p + (q^T D_v q + p^T D_w p) / 2,
sums over units and samples. The last two terms are >= -c' sum_held r^2 / 2 by (4), as v . q = 0. Units that are off
their kinks have e = 0 and k = s r; those that are given 0 have t = r = 0. For held ones <d_n, B_u v> e and
F_1(y') - F_1(x), y' being near x, are >= c'' e and >= c'' |t| with some c'' > 0 by (3), and so their sum is more than
C |d_n| |B_u q| (|t| + |r|) + c' r^2 / 2 where q and r are small. So F(y) >= F_1(x), the value at the point. QED

Source: derived here. Such points are embeddings of a smaller network (Fukumizu & Amari 2000). docs/BASIN.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball, box, matrix_precision
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import lower, upper
from verify.checker.losses.same_functions import Form, SameFunctions
from verify.checker.losses.subgradients import Subgradients
from verify.checker.statements.basin import BasinWitness, LocalMinimumWithin, Split
from verify.checker.statements.parameter_map import Affine, ParameterMap
from verify.checker.theorems.basin import Basin, basin
from verify.checker.theorems.held_kinks import Place, prove_held
from verify.checker.theorems.matched_units import Parts, matched, without_second
from verify.checker.theorems.minorant import BasinTask

RULE = "split-units"
LOSSES = ("squares", "logistic", "cross-entropy")
"""Whose gradients are enclosed everywhere."""
ACROSS = 2**12
"""Times the largest decay, c and c' of hypothesis (4) for vectors of length 1. Any number will do."""
MARGIN = 2**10
"""The matrix of (4) is shown to be at least the least decay over this."""


@dataclass(frozen=True, slots=True)
class SplitUnits(Conclusion):
    """The conclusion of the theorem above."""


_fact = maker(SplitUnits)
Minimum = Basin | SplitUnits


class _Held(NamedTuple):
    """The first set's units, near the kinks that hold them."""

    slopes: arb_mat
    """s: (samples, width of the layer)."""
    gradients: list[list[arb]]
    """For each held unit, with those that are given the same, A_u^T (a_n, 1): (w,)."""


def local_minimum(task: BasinTask) -> Minimum:
    """By `basin`, for the network without the units that are split from others; and then with them, one by one."""
    if not task.witness.splits:
        return basin(task)
    look()
    split, statement = task.witness.splits[0], task.statement
    parts = matched(statement.landscape, split)
    smaller = _smaller(statement, task.witness, split, parts)
    inner = BasinTask(*smaller, task.arithmetic, task.data, task.met)
    return split_units(task, split, parts, inner.statement, local_minimum(inner))


def split_units(
    task: BasinTask, split: Split, parts: Parts, smaller: LocalMinimumWithin, minimum: Minimum
) -> SplitUnits:
    """Prove hypotheses (1) to (4) of the theorem above; `minimum`: that of the smaller network."""
    if not minimum.proves(smaller):
        raise Open("the minimum of the smaller network was not proved")
    landscape, statement = smaller.landscape, task.statement
    if landscape.loss not in LOSSES:
        raise Open(f"split units are not known with the loss {landscape.loss}", Reason.NOT_MODELLED)
    decays = statement.landscape.decays()
    for first, second in (*parts.w, *parts.v):
        if decays[first] != decays[second]:
            raise Refuted(f"parameters {first} and {second} do not decay alike")
    task.record(RULE, "two sets of units are made alike, and decay alike", f"{len(parts.w)} + {len(parts.v)} each")
    region = box(smaller.center, smaller.radius)
    with matrix_precision():
        risk = Subgradients(landscape, region)
        held = _prove_held(task, risk, split, parts, smaller, region)
        _prove_apart(task, risk, held, split, parts, region)
    return _fact(statement)


def _prove_held(
    task: BasinTask, risk: Subgradients, split: Split, parts: Parts, smaller: LocalMinimumWithin, region: Balls
) -> _Held:
    """Hypothesis (3)."""
    landscape, chosen = smaller.landscape, {(k.layer, k.sample, k.unit): k.slope for k in task.witness.kinks}
    if landscape.parameter_map is None:
        raise TypeError("the smaller network has a parameter map")
    functions = SameFunctions(landscape, landscape.parameter_map)
    layer, groups = risk.layer(split.layer), defaultdict[Form, list[Place]](list)
    slopes = [list(row) for row in layer.first]
    for sample, row in enumerate(layer.before):
        look()
        for unit in split.first:
            if not abs(row[unit]) > 0:
                place = split.layer, sample, unit
                slopes[sample][unit] = ball(chosen.get(place, Fraction(0)))
                if form := functions.given(*place):
                    groups[form].append(place)
    for group in groups.values():
        found = [risk.in_output(*place) for place in group]
        rise = sum(found[1:], found[0])
        told = f"the loss's slope in the output of split units is in [{lower(rise)}, {upper(rise)}]"
        decide(rise > 0, rise < 0, f"{told}, not proved > 0")
    made, places = task.statement.landscape.as_map(), [group[0] for group in groups.values()]
    rows = [
        (arb_mat([layer.extended_row(n)]) * _linear(layer.rows_into(made, unit), parts.w)).entries()
        for _, n, unit in places
    ]
    of_w = [dict(zip((first for first, _ in parts.w), row, strict=True)) for row in rows]
    kept = parts.kept(task.statement.landscape.trained)
    gradients = [[row.get(index, arb(0)) for index in kept] for row in of_w]
    prove_held(landscape, region, [*groups.values()], gradients)
    task.record(RULE, "split units that may meet their kinks are held there", f"{len(groups)} kinks")
    return _Held(arb_mat(slopes), rows)


def _prove_apart(task: BasinTask, risk: Subgradients, held: _Held, split: Split, parts: Parts, region: Balls) -> None:
    """Hypothesis (4)."""
    decays = task.statement.landscape.decays()
    rates = [decays[first] for first, _ in (*parts.v, *parts.w)]
    here = dict(zip(parts.kept(len(decays)), region[0], strict=True))
    least, v = min(rates), [here[first] for first, _ in parts.v]
    square = sum((entry * entry for entry in v), arb(0))
    if not least > 0:
        raise Open("all parameters of split units must decay", Reason.NOT_MODELLED)
    if not square > 0:
        raise Open("the weights that leave split units were not proved different from 0")
    mixed, size = _mixed(risk, held.slopes, split, parts, task.statement.landscape.as_map()), len(rates)
    rows = [[arb(0)] * size for _ in range(size)]
    for i, rate in enumerate(rates):
        rows[i][i] += ball(rate)
    for i, line in enumerate(mixed):
        for j, entry in enumerate(line, len(v)):
            rows[i][j] = rows[j][i] = entry
    whole = arb_mat(rows)
    for vector in (v + [arb(0)] * len(parts.w), *([arb(0)] * len(v) + row for row in held.gradients)):
        column = arb_mat([[entry] for entry in vector])
        length = (column.transpose() * column)[0, 0].mid()
        whole += column * column.transpose() * (ball(max(rates) * ACROSS) / length)
    look()
    if not task.arithmetic.matrix(whole).is_at_least(least / MARGIN):
        raise Open("the loss was not proved to rise where the parts of a split unit move apart")
    task.record(RULE, "the loss rises where the parts of a split unit move apart", f"{size} parameters")


def _mixed(risk: Subgradients, slopes: arb_mat, split: Split, parts: Parts, made: ParameterMap) -> list[list[arb]]:
    """M: (v, w)."""
    here, after = risk.layer(split.layer), risk.layer(split.layer + 1)
    total = arb_mat(len(parts.v), len(parts.w))
    deltas = arb_mat(risk.in_inputs(split.layer + 1))
    inputs = [here.extended_row(sample) for sample in range(deltas.nrows())]
    for unit in split.first:
        out = _linear([made.rows[after.number(p, unit)] for p in range(after.layer.width)], parts.v)
        into = _linear(here.rows_into(made, unit), parts.w)
        scaled = [[slopes[n, unit] * entry for entry in row] for n, row in enumerate(deltas.tolist())]
        total += out.transpose() * (arb_mat(scaled).transpose() * arb_mat(inputs)) * into
    found: list[list[arb]] = total.tolist()
    return found


def _linear(rows: Sequence[Affine], numbers: Sequence[tuple[int, int]]) -> arb_mat:
    """Rows of A, with columns for some trained parameters."""
    place = {first: column for column, (first, _) in enumerate(numbers)}
    found = arb_mat(len(rows), len(place))
    for index, row in enumerate(rows):
        for term in row.terms:
            found[index, place[term.trained]] = ball(term.coefficient)
    return found


def _smaller(
    statement: LocalMinimumWithin, witness: BasinWitness, split: Split, parts: Parts
) -> tuple[LocalMinimumWithin, BasinWitness]:
    """What is said of the network without the second set, and its witness."""
    a, b = split.shares
    if not (a > 0 and b > 0 and a * a + b * b == 1):
        raise Refuted("the shares of a split must be positive, and the sum of their squares 1")
    if statement.flat_directions == 0:
        raise Refuted("there is a flat direction for each split")
    center = list(statement.center[0])
    for first, second in (*parts.w, *parts.v):
        if b * center[first] != a * center[second]:
            raise Refuted(f"parameters {first} and {second} are not in the ratio of the shares")
        center[first] = a * center[first] + b * center[second]
    smaller = replace(
        statement,
        landscape=without_second(statement.landscape, parts),
        center=(tuple(center[index] for index in parts.kept(len(center))),),
        flat_directions=statement.flat_directions - 1,
    )
    return smaller, replace(witness, splits=witness.splits[1:])
