"""Rule `basin`: a local minimum near a point, on kinks and along flat directions too.

Theorem. Let B be the closed Euclidean ball of radius r > 0 around c, T_1, ..., T_k vector fields as in `symmetries`
(k may be 0), T0 an (N, k) matrix, Phi <= F on B a function that is C^2, mu > 0 (C^1 will do, if Hess Phi stands for a
set with the second derivatives of Phi along almost all points of each segment: the Huber loss at its bends). If
  (1) Phi is a minorant as in `minorant`, on a box that contains B,
  (2) along the flow of each field F is constant near B, and T0^T (T_1(x), ..., T_k(x)) is invertible for x in B,
  (3) Hess Phi(x) + T0 D T0^T - mu I is positive definite for x in B, for some diagonal D >= 0, and
  (4) mu r^2 / 2 > |grad Phi(c)| r + F(c) - Phi(c),
then F has a local minimum x with |x - c| < r, and Phi(c) - |grad Phi(c)|^2 / (2 mu) <= F(x) <= F(c). If k > 0, F is
constant on a k-dimensional surface through x. If moreover
  (5) that interval lies within [l, u],
then l <= F(x) <= u.
Proof. Let V be the kernel of T0^T, and x a point of B in c + V where F is least: F(x) <= F(c). For y in c + V with
|y - c| = r, Taylor's theorem along the segment, on which T0^T (y - c) = 0, gives
F(y) >= Phi(y) >= Phi(c) - |grad Phi(c)| r + mu r^2 / 2 > F(c). So x is inside of B, and a local minimum of F on c + V.
The map m(s, v) = flow^1_{s_1} ... flow^k_{s_k}(x + v), v in V, has the derivative (T(x), V) at 0, which is onto: a
combination of columns of T(x) in V is 0, as T0^T T(x) is invertible, and dim V = N - k for the same reason. So
the points m(s, v) fill a neighbourhood of x, and F(m(s, v)) = F(x + v) >= F(x). For v = 0 they make the surface, since
T(x) has rank k. The lower bound is the least of Phi(c) - |grad Phi(c)| t + mu t^2 / 2 over t. QED

The point need not be critical. With k = N the subspace V is {0}, and the statement is that of the flows alone.
Source: derived here; docs/BASIN.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flint import arb, arb_mat

from verify.checker.core.balls import ball, box, euclidean_norm, matrix_precision, point
from verify.checker.core.clock import look
from verify.checker.core.exact import at_least
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import lower, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.frozen_risk import FrozenRisk
from verify.checker.statements.basin import PROPERTY, LocalMinimumWithin
from verify.checker.theorems.minorant import BasinTask, MinimumT, MinimumTask, Minorant, minorant
from verify.checker.theorems.strong_convexity import minimum_value
from verify.checker.theorems.symmetries import Symmetries, fields_at, prove_transversal
from verify.checker.theorems.value import prove_value

RULE = "basin"


@dataclass(frozen=True, slots=True)
class Basin(Conclusion):
    """The conclusion of the theorem above."""


class AtCenter(NamedTuple):
    """Numbers at the center."""

    loss: arb
    """F(c)"""
    minorant: arb
    """Phi(c)"""
    norm: arb
    """|grad Phi(c)|"""
    frozen: FrozenRisk
    """F_a there."""


_fact = maker(Basin)


def basin(task: BasinTask) -> Basin:
    """Prove hypotheses (1) to (5) of the theorem above."""
    statement, witness = task.statement, task.witness
    if statement.flat_directions != len(witness.symmetries):
        given = len(witness.symmetries)
        raise Refuted(f"{statement.flat_directions} flat directions are claimed, and {given} symmetries given")
    region = box(statement.center, statement.radius)
    with matrix_precision():
        below = minorant(task, region)
        across = _prove_flat(task, below, region[0])
        look()
        matrix = below.hessian(below.over.hessian())
        if across is not None:
            matrix = matrix + _scaled_to(matrix, across)
        prove_curved(task, RULE, matrix, below, "across the flat directions")
    at = at_center(task, below)
    _prove_deep(task, at)
    prove_least(task, RULE, at)
    landscape, flat = statement.landscape, len(witness.symmetries)
    return _fact(LocalMinimumWithin(landscape, PROPERTY, statement.center, statement.radius, statement.value, flat))


def _prove_flat(task: BasinTask, below: Minorant, region: list[arb]) -> arb_mat | None:
    """Hypothesis (2); returns T0, or None without fields."""
    symmetries = task.witness.symmetries
    if not symmetries:
        return None
    known = Symmetries(task.statement.landscape, below.frozen)
    fields = [known.field(symmetry) for symmetry in symmetries]
    across = fields_at(fields, point(task.statement.center)[0]).mid()
    prove_transversal(across, fields_at(fields, region))
    names = sorted({symmetry.name for symmetry in symmetries})
    measured = f"{len(fields)} independent fields: {', '.join(names)}"
    task.record(RULE, "the loss is constant along flows that cross the slice", measured)
    return across


def prove_curved(task: MinimumTask[MinimumT], rule: str, matrix: arb_mat, below: Minorant, where: str) -> None:
    """Hypothesis (3), for the matrix without what the kinks' bending takes."""
    look()
    mu = task.witness.curvature
    if not task.arithmetic.matrix(matrix).is_at_least(mu + below.bend):
        raise Open(f"the minorant's Hessian {where} was not proved >= {at_least(mu)} on the region")
    task.record(rule, f"the minorant's Hessian {where} is >= mu > 0", f"mu >= {at_least(mu)}")


def _scaled_to(matrix: arb_mat, across: arb_mat) -> arb_mat:
    """T0 D T0^T, each column of T0 brought to the size of the matrix. Any D >= 0 will do."""
    size = matrix.nrows()
    typical = sum(abs(float(matrix[index, index])) for index in range(size)) / size
    columns = across.transpose().tolist()
    lengths = [float(sum((entry * entry for entry in column), arb(0))) for column in columns]
    scales = [arb(typical / length if length else 0.0) for length in lengths]
    scaled = [[scale * entry for entry in column] for scale, column in zip(scales, columns, strict=True)]
    return across * arb_mat(scaled)


def at_center(task: MinimumTask[MinimumT], below: Minorant) -> AtCenter:
    """F, Phi and the size of Phi's gradient at the center."""
    center = point(task.statement.center)
    here = EmpiricalRisk(task.statement.landscape, center).value()
    frozen = FrozenRisk(task.statement.landscape, center, below.frozen.slopes)
    value, gradient = below.value_and_gradient(frozen)
    return AtCenter(here, value, euclidean_norm(gradient), frozen)


def prove_least(task: MinimumTask[MinimumT], rule: str, at: AtCenter) -> None:
    """Hypothesis (5)."""
    enclosed = at.loss.union(minimum_value(at.minorant, at.norm, task.witness.curvature))
    prove_value(task, rule, enclosed, task.statement.value, "the minimum")


def _prove_deep(task: BasinTask, at: AtCenter) -> None:
    """Hypothesis (4)."""
    r = ball(task.statement.radius)
    depth, need = ball(task.witness.curvature) * r * r / 2, at.norm * r + at.loss - at.minorant
    found = f"mu r^2 / 2 = {upper(depth)}, |grad Phi(c)| r + F(c) - Phi(c) in [{lower(need)}, {upper(need)}]"
    decide(need < depth, need >= depth, f"the ball is not deep enough for the point: {found}")
    measured = f"|grad Phi(c)| <= {upper(at.norm)}, F(c) - Phi(c) <= {upper(at.loss - at.minorant)}"
    task.record(RULE, "the minorant rises above the loss at the center on the sphere", measured)
