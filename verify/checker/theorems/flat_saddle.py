"""Rule `flat-saddle`: a saddle near a point, where the Hessian is singular because symmetries move it.

Theorem. Let X be the box of all points whose entries differ from those of c by at most r > 0, T_1, ..., T_k vector
fields as in `symmetries`, T0 an (N, k) matrix. If
  (1) F is C^2 on X,
  (2) along the flow of each field F is constant near every point of X, and T0^T (T_1(x), ..., T_k(x)) is invertible for
      x in X,
  (3) the system grad F(x) + T0 s = 0, T0^T (x - c) = 0 has a zero with x in X,
  (4) u^T Hess F(x) u <= a |u|^2 on X with a < 0 for a vector u, and
  (5) v^T Hess F(x) v >= b |v|^2 on X with b > 0 for a vector v,
then x is a critical point, neither a local minimum nor a local maximum, and there is a k-dimensional surface through it
of critical points with the same loss and the same inertia of the Hessian. If moreover
  (6) F(c) +- r sum_i (|g_i| + r sum_j |H_ij|) with g = grad F(c) lies within [l, u], then l <= F(x) <= u.
Proof. F is constant along the flow of T_i through x, so that grad F(x) . T_i(x) = 0. By (3) 0 = T(x)^T (grad F(x) +
T0 s) = (T0^T T(x))^T s, so that s = 0 by (2), and grad F(x) = 0. (4), (5): the Hessian at x has an eigenvalue <= a and
one >= b. The points flow^1_{t_1} ... flow^k_{t_k}(x) make a surface, as T(x) has rank k by (2); F near them is F near
x, moved by a diffeomorphism. (6): `value`. QED

(3) is Krawczyk's test (`krawczyk`) for x and s, with the derivative ((Hess F, T0), (T0^T, 0)). Without fields this is
`saddle`, which asks for an invertible Hessian.
Source: derived here; docs/BASIN.md.
"""

from __future__ import annotations

from flint import arb, arb_mat

from verify.checker.core.balls import ball, box, matrix_precision, point
from verify.checker.core.clock import look
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task, upper
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.loss import Region
from verify.checker.statements.flat_saddle import FlatSaddle, FlatSaddleWitness
from verify.checker.theorems.flat_direction import frozen_off_kinks
from verify.checker.theorems.krawczyk import prove_zero
from verify.checker.theorems.saddle import prove_curvatures
from verify.checker.theorems.symmetries import Symmetries, fields_at, prove_transversal
from verify.checker.theorems.value import over_box, prove_value

RULE = "flat-saddle"
FlatSaddleTask = Task[FlatSaddle, FlatSaddleWitness]


class SurfaceOfSaddles(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(SurfaceOfSaddles)


def flat_saddle(task: FlatSaddleTask) -> SurfaceOfSaddles:
    """Prove hypotheses (1) to (6) of the theorem above."""
    statement = task.statement
    landscape, radius, given = statement.landscape, ball(statement.radius), len(task.witness.symmetries)
    if statement.flat_directions != given:
        raise Refuted(f"{statement.flat_directions} flat directions are claimed, and {given} symmetries given")
    over = EmpiricalRisk(landscape, box(statement.center, statement.radius))
    task.record(RULE, *over.smooth(Region(statement.center, statement.radius, euclidean=False)))
    with matrix_precision():
        across = _prove_flat(task, over)
    at = EmpiricalRisk(landscape, point(statement.center))
    gradient, value = arb_mat([[entry] for entry in at.gradient()[0]]), at.value()
    with matrix_precision():
        look()
        hessian = over.hessian()
        _prove_critical(task, hessian, across, gradient)
        whole = task.arithmetic.matrix(hessian)
        prove_curvatures(task, RULE, whole)
    prove_value(task, RULE, over_box(value, gradient, whole, radius), statement.value)
    return _fact(statement)


def _prove_flat(task: FlatSaddleTask, over: EmpiricalRisk) -> arb_mat:
    """Hypothesis (2); returns T0."""
    statement = task.statement
    known = Symmetries(statement.landscape, frozen_off_kinks(over))
    fields = [known.field(symmetry) for symmetry in task.witness.symmetries]
    across = fields_at(fields, point(statement.center)[0]).mid()
    prove_transversal(across, fields_at(fields, box(statement.center, statement.radius)[0]))
    names = ", ".join(sorted({symmetry.name for symmetry in task.witness.symmetries}))
    task.record(RULE, "the loss is constant along flows that cross the slice", f"{len(fields)} fields: {names}")
    return across


def _prove_critical(task: FlatSaddleTask, hessian: arb_mat, across: arb_mat, gradient: arb_mat) -> None:
    """Hypothesis (3)."""
    flat, beside = across.ncols(), across.tolist()
    rows = [row + beside[index] for index, row in enumerate(hessian.tolist())]
    rows += [row + [arb(0)] * flat for row in across.transpose().tolist()]
    values = arb_mat([[entry] for entry in gradient.entries()] + [[arb(0)]] * flat)
    newton = task.arithmetic.matrix(arb_mat(rows)).newton(values)
    look()
    singular = "the Hessian across the flat directions is not proved invertible over the box"
    step, contraction = prove_zero(newton, ball(task.statement.radius), singular)
    measured = f"|Y grad F(c)| <= {upper(step)}, |I - Y J| <= {upper(contraction)}"
    task.record(RULE, "Krawczyk test: a critical point on the slice in the box", measured)
