"""Rule `attraction`: gradient flow in a box is drawn to its one minimum.

Theorem. Let F be an empirical risk of p <= 4 trained parameters, X a box of them, and let
  (1) x be a zero of grad F in X (`krawczyk`), in a box C on which the Hessian is > 0, and
  (2) `cover` hold for X, the points w other than x with <grad F(w), w - x> <= 0, and C.
Then <grad F(w), w - x> > 0 at every point w of X other than x: x is the only critical point in X, a strict local
minimum, and gradient flow from every point of a closed ball around x within X converges to x.

Proof. On a piece that is left out the inequality holds. On C, which is convex, grad F(w) is the integral of
F''(x + s (w - x)) (w - x) over s in [0, 1], so that <grad F(w), w - x> > 0 for w other than x. Along the flow |w - x|^2
has the derivative -2 <grad F(w), w - x>. So it stays in the ball, where no unit meets a kink, and its limit points, at
which the derivative must vanish, are x alone. QED
Source: derived here, as for one neuron (`one-neuron`); Lyapunov's second method; docs/COVERS.md.
"""

from __future__ import annotations

from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.task import Task
from verify.checker.losses.risk_in_box import Attracted, CriticalPoints
from verify.checker.statements.cover_witness import CoverWitness
from verify.checker.statements.small_empirical_risk import InBox
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import prove_cover
from verify.checker.theorems.risk_in_box import is_convex, points_in_box, prove_told

RULE = "attraction"


class AttractedToOne(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(AttractedToOne)


def attraction(task: Task[InBox, CoverWitness]) -> AttractedToOne:
    """Prove hypotheses (1) and (2), and that x is near the point that is told."""
    statement, (cover,) = task.statement, task.witness.covers
    if cover.box != statement.box or len(cover.zeros) != 1:
        raise Refuted("the cover needs the statement's box, and one box around the minimum")
    critical, (around,) = CriticalPoints(statement.landscape), cover.zeros
    decide(is_convex(critical, around), False, "the loss was not proved convex on the box around the minimum")
    found = points_in_box(critical, cover)
    prove_told(statement, found)
    task.record(RULE, "the loss is convex around its critical point", f"within {around.radius}")
    ((_, minimum),) = found
    prove_cover(Attracted(statement.landscape, tuple(minimum), narrow=True), cover)
    task.record(COVER, "everywhere else it falls towards that point", f"{cover.tree.leaves} pieces")
    return _fact(statement)
