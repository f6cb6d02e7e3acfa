"""Rule `matrix-products`: the critical points of a loss of a product of matrices are global minima or saddles.

Theorem 1. Let L(W_1, ..., W_H) = l(W_H ... W_1) with l differentiable and (1) d_j >= min(d_0, d_H) for 0 < j < H. Let
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

Theorem 2. Let l = 1/2 |W X - Y|^2 with S = X X^T invertible. With any widths every critical point is a global minimum,
or neither a local minimum nor a local maximum.
Proof. By Theorem 1 let p = d_b be the least width, 0 < b < H and p < min(d_0, d_H). Let U = W_H ... W_(b+1),
V = W_b ... W_1, M = Y X^T, G = W S - M, which is not 0 at a point that is not global. The chains of U and of V have no
bottleneck. If G V^T != 0, Theorem 1 is about the layers of U alone, with this gradient at U; if U^T G != 0, about those
of V. Let both be 0.
  rank W < p: then rank V < p (or rank U < p: transpose). For b <= i < H there is u_i != 0 with u_i^T W_i ... W_1 = 0,
as d_i >= p. Add t v_(i+1) u_i^T to the layers i + 1 > b, v_i = u_i for i < H, v_H^T G != 0. W stays, and U(t)^T G has
the coefficient |u_(b+1)|^2 ... |u_(H-1)|^2 u_b v_H^T G != 0 of t^(H-b). So near the point are points of the same loss
with U^T G != 0, which are not critical or of the case before: near them there are smaller and larger losses.
  rank W = p: U and V have the rank p, so that V = U^+ M S^(-1) and W = P M S^(-1), P = U U^+. By G V^T = 0 P commutes
with T = M S^(-1) M^T, and 2 F = tr (I - P) T + const. If all eigenvalues of T on the range of P are at least those on
its kernel, W is best of all matrices of rank p (Eckart & Young). Else turn an eigenvector in the range towards one of
a larger eigenvalue in the kernel, by an angle h: U(h) = R_h U, V(h) = U(h)^+ M S^(-1), and F falls by a multiple > 0
of sin(h)^2. The layers follow: U = W_H J with J injective, V = K W_1 with K surjective. And F is larger near by, as
it is convex in W_H and W != 0. QED

Source: 1, Yun, Sra & Jadbabaie 2019, Theorem 4; the construction is that of Laurent & von Brecht. 2: Kawaguchi 2016 and
Lu & Kawaguchi 2017 (recalled) have it with more hypotheses; this proof was put together here. docs/LINEAR.md.
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
    """Prove hypothesis (1) of the first theorem above; of the second the landscape has all that is needed."""
    landscape = task.statement.landscape
    if landscape.squared:
        task.record(RULE, "the squared loss, X X^T invertible", "of the statement")
        return _fact(task.statement)
    if landscape.has_bottleneck:
        raise Refuted("a hidden width is below min(d_0, d_H)")
    widths = "all that are meant" if landscape.widths is None else "-".join(map(str, landscape.widths))
    task.record(RULE, "every hidden width is at least min(d_0, d_H)", widths)
    return _fact(task.statement)
