"""Rule `product-preserving-move`: a point from which layers move while the product stays is no extremum.

Theorem. Let L(W_1, ..., W_H) = l(W_H ... W_1) with l differentiable, and G its gradient at the product of the point W.
Let W(t) be a polynomial curve with W(0) = W, and A(t), B(t) the products of its layers above and below layer j. If
  (1) W_H(t) ... W_1(t) is the same matrix for all t, and
  (2) A(t)^T G B(t)^T is not 0 for all t,
then W is neither a local minimum nor a local maximum of L.
Proof. At all W(t) the loss is l(W_H ... W_1), and the gradient of l is G, by (1). The gradient for layer j is the
polynomial of (2), so it is not 0 for all small t != 0: near W(t) there are smaller and larger losses. QED
The point need not be critical, and the layers may be narrow.

Source: Laurent & von Brecht; Yun, Sra & Jadbabaie 2019, Theorem 4. docs/LINEAR.md.
"""

from __future__ import annotations

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.task import Task
from verify.checker.losses.deep_linear_network import Polynomial, exact, multiplied
from verify.checker.statements.matrix_products import MoveWitness, NeitherMinimumNorMaximum

RULE = "product-preserving-move"


class NoExtremum(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(NoExtremum)


def product_preserving_move(task: Task[NeitherMinimumNorMaximum, MoveWitness]) -> NoExtremum:
    """Prove the hypotheses of the theorem above, in rational numbers."""
    statement, witness = task.statement, task.witness
    curve: list[Polynomial] = [
        [exact(rows), *(exact(term[place]) for term in witness.curve)] for place, rows in enumerate(statement.point)
    ]
    below, above = curve[: witness.layer - 1], curve[witness.layer :]
    slope: Polynomial = [exact(statement.gradient)]
    for layer in reversed(above):
        slope = multiplied([term.transpose() for term in layer], slope)
    for layer in below:
        slope = multiplied(slope, [term.transpose() for term in layer])
    product = curve[0]
    for layer in curve[1:]:
        product = multiplied(layer, product)
    if any(any(term.entries()) for term in product[1:]):
        raise Refuted("the product of the layers is not the same along the curve")
    task.record(RULE, "the product is the same along the curve", f"{len(witness.curve)} terms, exactly")
    if not any(any(term.entries()) for term in slope):
        raise Refuted(f"the gradient for layer {witness.layer} is 0 along the curve")
    task.record(RULE, f"the gradient for layer {witness.layer} is not 0 along the curve", "exactly")
    return _fact(statement)
