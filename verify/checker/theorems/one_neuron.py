"""Rule `one-neuron`: one ReLU neuron descends to its teacher from everywhere.

Theorem. Let F(w) = 1/2 E (relu(w.x) - relu(v.x))^2 for x ~ N(0, I_d) with v other than 0, d >= 1. Let
  (1) X be an interval with [0, pi] inside, and `cover` hold for X and the angles of `losses.one_neuron`, without any
B_i. Then <grad F(w), w - v> > 0 at every w other than 0 and v. So no other w is critical; v is the only local
minimum; and the gradient flow from every w_0 that is not v times a number <= 0 converges to v.

Proof. By scaling |v| = 1. The inequality is that of `losses.one_neuron`; at t = 0 it is (r - 1)^2 / 2 > 0 for w other
than v. w = 0 is no local minimum, by `zero-neurons`. Along the flow r' = -r / 2 + kappa(t) and t' <= 0, and kappa
decreases in t, so that t <= t_0 < pi and r >= min(r_0, 2 kappa(t_0)) > 0; |w - v| decreases. On the compact set of all
such w with |w - v| <= |w_0 - v| the derivative of |w - v|^2 is negative but at v, so w converges to v (LaSalle). QED

Source: Tian 2017 for |w - v| < |v|; that the flow converges is in Yehudai & Shamir 2020; the inequality everywhere was
not found in a short search; docs/COVERS.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from verify.checker.core.facts import Fact, maker
from verify.checker.core.outcome import Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.losses.one_neuron import OneNeuron
from verify.checker.statements.cover_witness import CoverWitness
from verify.checker.statements.one_neuron import PROPERTY, OnePointMonotone
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import prove_contains, prove_cover
from verify.checker.theorems.zero_neurons import NoZeroNeuron, zero_neurons

RULE = "one-neuron"


@dataclass(frozen=True, slots=True)
class Descends(Fact):
    """The conclusion of the theorem above."""

    landscape: TeacherStudentLandscape
    zero: NoZeroNeuron

    def proves(self, statement: Statement) -> bool:
        """Of the same landscape."""
        return self.zero.landscape == self.landscape and statement == OnePointMonotone(self.landscape, PROPERTY)


_fact = maker(Descends)


def one_neuron(task: Task[OnePointMonotone, CoverWitness]) -> Descends:
    """Prove hypothesis (1), for one ReLU student and one teacher."""
    landscape = task.statement.landscape
    if landscape.activation != RELU or landscape.neurons != 1 or len(landscape.teacher) != 1:
        raise Refuted("the theorem is about one ReLU student and a teacher of one neuron")
    zero = zero_neurons(task, landscape)
    (cover,) = task.witness.covers
    prove_contains(cover, [(arb(0), arb.pi())], "the interval of the cover misses a part of [0, pi]")
    if cover.zeros:
        raise Refuted("no angle may be left out")
    prove_cover(OneNeuron(arb.pi()), cover)
    ((low, high),) = cover.box
    task.record(COVER, "no angle contradicts the inequality", f"{cover.tree.leaves} pieces of [{low}, {high}]")
    task.record(RULE, "<grad F(w), w - v> > 0 at every w other than 0 and v", "at t = 0 it is (r - 1)^2 / 2")
    return _fact(landscape, zero)
