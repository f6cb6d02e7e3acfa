"""Quadratic forms of CVXPY, exactly: t >= x^T P x as a semidefinite constraint.

Theorem. Let P be symmetric and semidefinite of rank r, and P_JJ a nonsingular principal submatrix of order r. Then
t >= x^T P x if and only if [[P_JJ, P_J x], [(P_J x)^T, t]] is semidefinite, where P_J are the rows J.
Proof. The rows outside J are combinations of those in J, so P = P_J^T P_JJ^-1 P_J, and t - (P_J x)^T P_JJ^-1 (P_J x) is
the Schur complement of P_JJ, which is positive definite. QED

CVXPY factorises P in floating point instead, so that the problem would be another one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import scipy.sparse

from verify.checker.evaluators import rational

MOST = 100
"""Order of P: its elimination is in exact arithmetic."""


def with_epigraphs(problem: Any, refuse: Callable[[Any], None]) -> Any:
    """The problem with a variable, and a constraint, for each quadratic form. Raises ValueError for an indefinite one.

    refuse: raises ValueError for a function around one that is not known to keep the meaning of its arguments.
    """
    import cvxpy as cp

    constraints: list[Any] = []
    known: dict[int, Any] = {}

    def replaced(expression: Any) -> Any:
        if cp.QuadForm not in expression.atoms() or expression.is_constant():
            return expression
        if id(expression) not in known:
            if type(expression).__name__ == "QuadForm":
                known[id(expression)] = _bounded(expression, replaced(expression.args[0]), constraints), expression
            else:
                refuse(expression)
                parts = [replaced(part) for part in expression.args]
                same = all(a is b for a, b in zip(parts, expression.args, strict=True))
                known[id(expression)] = expression if same else expression.copy(parts), expression
        return known[id(expression)][0]

    objective = type(problem.objective)(replaced(problem.objective.expr))
    others = []
    for constraint in problem.constraints:
        parts = [replaced(part) for part in constraint.args]
        same = all(a is b for a, b in zip(parts, constraint.args, strict=True))
        others.append(constraint if same else constraint.copy(parts))
    return cp.Problem(objective, [*others, *constraints]) if known else problem


def _bounded(form: Any, x: Any, constraints: list[Any]) -> Any:
    """A variable that may be anything from the form up, or down; adds the constraint."""
    import cvxpy as cp

    value = form.args[1].value
    P = np.asarray(value.toarray() if scipy.sparse.issparse(value) else value, dtype=float)
    if P.ndim != 2 or not np.isfinite(P).all() or not (P == P.T).all():
        raise ValueError("a quadratic form whose matrix is not symmetric, or has numbers that are not finite")
    if len(P) > MOST:
        raise ValueError(f"a quadratic form of order {len(P)}, above {MOST}; write x^T A^T A x as sum_squares(A @ x)")
    sign = 1 if form.is_convex() else -1
    chosen = independent(sign * P)
    if chosen is None:
        raise ValueError("a quadratic form whose matrix is not exactly semidefinite; write sum_squares(A @ x)")
    t = cp.Variable(nonneg=sign > 0, nonpos=sign < 0)
    if chosen:
        rows = sign * P[chosen]
        image = cp.reshape(rows @ cp.vec(x, order="F"), (len(chosen), 1), order="F")
        corner = cp.reshape(sign * t, (1, 1), order="F")
        constraints.append(cp.bmat([[rows[:, chosen], image], [image.T, corner]]) >> 0)
    return t


def independent(P: Any) -> list[int] | None:
    """J, by elimination with positive pivots; None if the matrix is not semidefinite. Exact."""
    n = len(P)
    rows = [[rational(Fraction(entry)) for entry in row] for row in P.tolist()]
    left, chosen = list(range(n)), []
    while left:
        pivot = max(left, key=lambda i: rows[i][i])
        value = rows[pivot][pivot]
        if value < 0 or (not value and any(rows[i][j] for i in left for j in left)):
            return None
        if not value:
            break
        if any(rows[i][i] < 0 for i in left):
            return None
        chosen.append(pivot)
        left.remove(pivot)
        for i in left:
            share = rows[i][pivot] / value
            if share:
                for j in left:
                    rows[i][j] -= share * rows[pivot][j]
    return sorted(chosen)
