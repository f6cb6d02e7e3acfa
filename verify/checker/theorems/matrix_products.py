"""Rule `matrix-products`: the critical points of a differentiable loss of a product of matrices, without a bottleneck.

Theorem. Let L(W_1, ..., W_H) = l(W_H ... W_1) with l differentiable and (1) d_j >= min(d_0, d_H) for 0 < j < H. Let
the point be critical, and G the gradient of l at the product. If G != 0, the point is neither a local minimum nor a
local maximum. If G = 0 and l is convex, it is a global minimum.
Proof. The second sentence is plain. Let G != 0 and d_0 <= d_H (else transpose). With A_j and B_j the products above and
below layer j, all A_j^T G B_j^T are 0. For j = H: G (W_(H-1) ... W_1)^T = 0, so W_(H-1) ... W_1 has a kernel. Let j be
the first layer with ker(W_j ... W_1) != 0; j < H. For j <= i < H the rank of W_i ... W_1 is below d_0 <= d_i by (1), so
there is u_i != 0 with u_i^T W_i ... W_1 = 0. Let v_i = u_i for i < H, and v_H with v_H^T G != 0. Add t v_(i+1) u_i^T to
the layers i + 1 > j: by induction all products W_i ... W_1 stay as they are, for every t. The gradient for layer j
becomes A_j(t)^T G B_j^T. Its coefficient of t^(H-j) is |u_(j+1)|^2 ... |u_(H-1)|^2 u_j (v_H^T G) B_j^T, which is not 0,
as B_j is injective. So for all small t != 0 there is a point near by with the same loss and a gradient that is not 0,
and near that one there are smaller and larger losses. QED

Source: Yun, Sra & Jadbabaie 2019, Theorem 4; the construction is that of Laurent & von Brecht. docs/LINEAR.md.
"""

from __future__ import annotations

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness
from verify.checker.statements.matrix_products import CriticalPointsOfProducts

RULE = "matrix-products"


class CriticalPointsAreGlobalOrSaddles(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(CriticalPointsAreGlobalOrSaddles)


def matrix_products(task: Task[CriticalPointsOfProducts, Witness]) -> CriticalPointsAreGlobalOrSaddles:
    """Prove hypothesis (1) of the theorem above."""
    landscape = task.statement.landscape
    if landscape.has_bottleneck:
        raise Refuted("a hidden width is below min(d_0, d_H)")
    widths = "all that are meant" if landscape.widths is None else "-".join(map(str, landscape.widths))
    task.record(RULE, "every hidden width is at least min(d_0, d_H)", widths)
    return _fact(task.statement)
