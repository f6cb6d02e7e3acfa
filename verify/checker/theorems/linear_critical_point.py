"""Rule `linear-critical-point`: an exact critical point of a deep linear network is global, a strict saddle or neither.

F = 1/2 |W_H ... W_1 X - Y|^2, S = X X^T, M = Y X^T, W = W_H ... W_1, G = W S - M. Theorem. Let F have the loss claimed
at the point, exactly.
  Global minimum: if (1) G = 0, the point is one. Proof. F is a convex quadratic function of W with gradient G. QED
    Where a layer is narrow, it is one too if (1) S is invertible, rank W = p = min d_j, and with the orthogonal
    projection P onto the range of W, T = M S^(-1) M^T and a number mu, (2) P G = 0, P T = T P, and (3) P T P - mu P
    and mu (I - P) - (I - P) T (I - P) have no negative eigenvalue. Proof. With V = W S^(1/2), N = M S^(-1/2),
    F = 1/2 |V - N|^2 + const, where V has a rank of at most p: by Eckart and Young |V - N|^2 is at least the sum of all
    eigenvalues of N N^T = T but the p largest. By (2) V = P N, so |V - N|^2 = tr T - tr P T, and by (3) P T has the p
    largest. QED
  Strict saddle: if (1) all A_j^T G B_j^T = 0 and (2) F(W + t C_1) - F = a t^2 + O(t^3) with a < 0, the point is
    critical and no local minimum, and the Hessian has a negative eigenvalue.
  Degenerate saddle: if (1) all A_j^T G B_j^T = 0, (2) the Hessian has no negative eigenvalue, by exact L D L^T, and
    (3) F(W(t)) - F = a t^k + O(t^(k+1)) for a polynomial curve W(t) through the point, with a != 0 and k odd, the point
    is critical, and neither a local minimum nor a local maximum: F falls for one sign of t and rises for the other.
Proofs. Immediate from the definitions. Everything is computed in rational numbers.

Source: the curves are those of Laurent & von Brecht and of Yun, Sra & Jadbabaie 2019, Theorem 4 (docs/LINEAR.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least
from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.limits import EXACT_ORDER
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.losses.deep_linear_network import (
    Data,
    Polynomial,
    as_fraction,
    exact,
    gradients,
    identity,
    multiplied,
    products,
    require_short,
    times,
    transposed,
    value,
)
from verify.checker.losses.semidefinite_program import rational
from verify.checker.statements.linear_critical_point import (
    GLOBAL,
    STRICT,
    CurveWitness,
    LinearCriticalPoint,
    ThresholdWitness,
)
from verify.checker.theorems.positive_semidefinite import prove_semidefinite

RULE = "linear-critical-point"


class CriticalPoint(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(CriticalPoint)


def linear_critical_point(task: Task[LinearCriticalPoint, Witness]) -> CriticalPoint:
    """Prove the hypotheses of the theorem for what the point is claimed to be."""
    statement, witness = task.statement, task.witness
    data, layers = Data(statement.landscape), [exact(rows) for rows in statement.point]
    W = products(layers)[2]
    loss = value(data, W)
    if loss != rational(statement.loss):
        raise Refuted(f"the loss at the point is another one: {at_least(as_fraction(loss), 12)} or a little more")
    task.record(RULE, "the loss at the point is as claimed", "exactly")
    G = W * data.gram - data.cross
    look()
    if statement.property == GLOBAL:
        if isinstance(witness, ThresholdWitness) and witness.threshold is not None:
            _best_of_its_rank(task, data, W, G, rational(witness.threshold))
            return _fact(statement)
        if any(G.entries()):
            raise Refuted("the gradient with respect to the product is not 0")
        task.record(RULE, "the gradient with respect to the product is 0", "exactly")
        return _fact(statement)
    if any(any(slope.entries()) for slope in gradients(layers, G)):
        raise Refuted("the point is not critical")
    task.record(RULE, "the gradient is 0", "exactly")
    if not isinstance(witness, CurveWitness):
        raise Refuted("no curve is given")
    curve = [[layer, *(exact(term[j]) for term in witness.curve)] for j, layer in enumerate(layers)]
    strict, order = statement.property == STRICT, witness.order
    if (len(witness.curve) > 1 or order != 2) if strict else order % 2 == 0:
        raise Refuted("a strict saddle needs a line and order 2, another saddle an odd order")
    change = _first_change(data, curve, order)
    if strict and change > 0:
        raise Refuted("the curvature along the line is positive")
    task.record(
        RULE, "the loss changes along the curve", f"by a t^{order}, |a| >= {at_least(abs(as_fraction(change)), 5)}"
    )
    if not strict:
        try:
            direction = negative_direction(hessian(layers, data, G))
        except OverflowError as error:
            raise Open(f"the Hessian has {error}", Reason.TOO_LARGE) from None
        if direction is not None:
            raise Refuted("the Hessian has a negative eigenvalue")
        task.record(RULE, "the Hessian has no negative eigenvalue", "L D L^T in exact arithmetic")
    return _fact(statement)


def _best_of_its_rank(
    task: Task[LinearCriticalPoint, Witness], data: Data, W: fmpq_mat, G: fmpq_mat, threshold: fmpq
) -> None:
    """Prove that W learns the largest eigenvalues that a product of its rank can. Raises Refuted, Open."""
    if max(task.statement.landscape.widths[0], W.nrows()) > EXACT_ORDER:
        raise Open(f"more than {EXACT_ORDER} inputs or outputs, and a narrow layer", Reason.TOO_LARGE)
    rank = W.rank()
    if rank != min(task.statement.landscape.widths) or data.gram.rank() < data.gram.nrows():
        raise Refuted("the rank of the product is not the least width, or X X^T is singular")
    reduced, _ = W.rref()
    pivots = [next(c for c, x in enumerate(row) if x) for row in reduced.tolist()[:rank]]
    U = fmpq_mat([[row[c] for c in pivots] for row in W.tolist()])
    P = U * (U.transpose() * U).inv() * U.transpose()
    T = data.cross * data.gram.inv() * data.cross.transpose()
    for matrix in (P, T):
        require_short(matrix)
    if any((P * G).entries()) or P * T != T * P:
        raise Refuted("P G is not 0, or P T is not T P")
    task.record(RULE, "S is invertible, W has the least width's rank, P G = 0 and P T = T P", "exactly")
    rest = identity(W.nrows()) - P
    for name, matrix in (("P T P - mu P", P * T - threshold * P), ("mu Q - Q T Q", threshold * rest - rest * T)):
        how = prove_semidefinite(name, matrix)
        task.record(RULE, f"{name} has no negative eigenvalue", how)


def _first_change(data: Data, curve: Sequence[Polynomial], order: int) -> fmpq:
    """The coefficient of t^order of the loss along the curve, before which all are 0 but the first. Raises Refuted."""
    W: Polynomial = curve[0]
    for layer in curve[1:]:
        W = multiplied(layer, W, order)
    W = [*W, *[0 * W[0]] * (order + 1 - len(W))]
    coefficients = []
    for k in range(1, order + 1):
        look()
        square = sum((_inner(W[i] * data.gram, W[k - i]) for i in range(k + 1)), fmpq(0))
        coefficients.append(square / 2 - _inner(W[k], data.cross))
    if any(coefficients[:-1]):
        raise Refuted(f"the loss changes along the curve at an order below {order}")
    if not coefficients[-1]:
        raise Refuted(f"the loss does not change along the curve at order {order}")
    return coefficients[-1]


def _inner(left: fmpq_mat, right: fmpq_mat) -> fmpq:
    return sum((x * y for x, y in zip(left.entries(), right.entries(), strict=True) if x and y), fmpq(0))


def hessian(layers: Sequence[fmpq_mat], data: Data, G: fmpq_mat) -> list[list[fmpq]]:
    """The lower triangle, unknowns layer by layer and row by row.

    The block of layers k >= j has (A_k^T A_j)[c, a] (B_k S B_j^T)[d, b], and for k > j moreover
    (A_k^T G B_j^T)[c, b] (W_(k-1) ... W_(j+1))[d, a], at row (c, d) and column (a, b).
    """
    left, right, W = products(layers)
    above = [identity(W.nrows()) if A is None else A for A in left]
    below = [identity(W.ncols()) if B is None else B for B in right]
    places = [(k, c, d) for k, layer in enumerate(layers) for c in range(layer.nrows()) for d in range(layer.ncols())]
    blocks = {}
    for k in range(len(layers)):
        between = None
        for j in range(k, -1, -1):
            look()
            first = (above[k].transpose() * above[j]).tolist(), (below[k] * data.gram * below[j].transpose()).tolist()
            second = None
            if j < k:
                mixed = times(times(transposed(above[k]), G), transposed(below[j]))
                middle = identity(layers[j].nrows()) if between is None else between
                second = mixed.tolist(), middle.tolist()
                between = times(between, layers[j])
            blocks[k, j] = (*first, second)
    rows = []
    for place, (k, c, d) in enumerate(places):
        look()
        row = []
        for j, a, b in places[: place + 1]:
            outer, inner, second = blocks[k, j]
            entry = outer[c][a] * inner[d][b]
            if second is not None:
                entry += second[0][c][b] * second[1][d][a]
            row.append(entry)
        rows.append(row)
    return rows
