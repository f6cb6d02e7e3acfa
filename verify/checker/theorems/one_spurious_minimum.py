"""Rule `one-spurious-minimum`: two students have exactly one, for every teacher of two neurons in a region.

Theorem. Let 0 < a <= b, 0 < c <= e < pi, and let v_1, v_2 and F_d be as in `two-neuron-teachers`. Let z be polynomials
in the ratio and the angle p, and T(p) the box of directions (x, y) around z(p) with given radii; d = y - x. Let
  (1) X be a box with [-pi, pi] x [0, pi] x [a, b] x [c, e] inside, and `cover` hold for X and the equations G of
      `losses.two_neurons.EveryTeacher`, where a piece is `known` if no matrix whose rows are in G' is singular, on a
      box that has T(p) and the directions of the piece in it, for all p of the piece,
  (2) G(.; p) have exactly one zero in T(p) for each p of the region (`tube`, on pieces of the region), and there
  (3) 0 < d <= pi, both norms be > 0, x be neither 0 nor the angle of v_2 mod 2 pi, det G' < 0, h_yy > 0, M > 0.
Then for each of the teachers F_d has, up to exchanging the students, exactly one local minimum that is not global. It
is strict. Every other critical point without zero neuron that is not global has a negative eigenvalue of its Hessian.

Proof. A local minimum that is not global has no zero neuron, lies in the plane of the teacher, and has two directions
(`zero-neurons`, `span`, `every-dimension-by-span`, `parallel-pair`), or its Hessian has a negative eigenvalue. So after
exchanging the students it is a zero (x, d, p) in X with 0 < d <= pi, in a piece that is `known`. By the mean value
theorem G(.; p) has one zero at most on the box of (1), and by (2) one in T(p): so that is it, and its norms follow from
its directions. The same T(p) is meant in each piece, so that nothing is counted twice where pieces meet.

There is one. With the norms of `losses.two_neurons`, which are > 0, the zero in T(p) is critical for F_2. For
h(x, y), F at those norms, det h'' = -r_1 r_2 det G' / 2 (1 - 2 kappa(d)) > 0 and h_yy = r_2 / 2 (dG_2/dy / (1 - 2
kappa(d)) + dG_1/dy) > 0. So h'' > 0, and as F is a parabola with a positive second derivative in the norms, the Hessian
of F_2 is > 0. With M > 0 it is a strict local minimum for every d (`every-input-dimension`). It is not global: were
F = 0, the lines on which f_W and f_V have kinks would be the same and the jumps there too, so w_1 = +-v_1 or +-v_2, and
f_W - f_V would be the sum of the -v_j . x of those with a minus, which is 0 for none only, as v_1 and v_2 are linearly
independent. But then w_1 would have the direction of v_1 or v_2. QED

Source: derived here; docs/COVERS.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flint import arb

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.dual import Dual
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Refuted, decide
from verify.checker.core.subdivision import Box
from verify.checker.core.task import Task
from verify.checker.losses.conditions import Scalar, Truth
from verify.checker.losses.two_neurons import EveryTeacher, MinimaOfTwoNeurons, are_regular
from verify.checker.statements.two_neuron_teachers import (
    ONE_SPURIOUS,
    StatementOfTeachers,
    TubesWitness,
)
from verify.checker.theorems.cover import RULE as COVER
from verify.checker.theorems.cover import prove_cover, prove_not_too_many
from verify.checker.theorems.tube import CenteredTube, derivative, prove_zero_in_tube
from verify.checker.theorems.two_neuron_teachers import prove_contains_region

RULE = "one-spurious-minimum"


class OneSpurious(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(OneSpurious)


def one_spurious_minimum(task: Task[StatementOfTeachers, TubesWitness]) -> OneSpurious:
    """Prove hypotheses (1) to (3)."""
    landscape, witness = task.statement.landscape, task.witness
    cover = prove_contains_region(task, RULE)
    if cover.zeros:
        raise Refuted("a zero of all teachers is a tube")
    prove_not_too_many(witness.cells)
    tube = CenteredTube.of(witness.tube, landscape)
    for number, (region, _) in enumerate(witness.cells.pieces((landscape.ratios, landscape.angles))):
        look()
        prove_tube(tube, region, f"piece {number} of the region")
    task.record(RULE, "one strict minimum that is not global", f"{witness.cells.leaves} pieces of the region")
    prove_cover(EveryTeacher((), arb.pi()), cover, partial(is_alone, tube))
    task.record(COVER, "no local minimum but the teacher and one more is left", f"{cover.tree.leaves} pieces")
    return _fact(StatementOfTeachers(landscape, ONE_SPURIOUS))


def is_alone(tube: CenteredTube, piece: list[Scalar]) -> Truth:
    """Whether no zero of a piece is another one than that in the tube; for an array of pieces too."""
    x, d, ratio, psi = piece
    box = []
    center = tube.center(Dual(ratio, ()), Dual(psi, ()))
    for side, c, radius in zip((x, x + d), center, tube.tube.radii, strict=True):
        end = ball(radius)
        box.append(side.union(c.value - end).union(c.value + end))
    (a, b), (c, e) = derivative(EveryTeacher((), arb.pi()), box, (ratio, psi))
    return are_regular(a, b, c, e)


def prove_tube(tube: CenteredTube, region: Box, name: str) -> None:
    """Prove hypotheses (2) and (3) for one tube and the teachers in a piece of the region. Raises Open."""
    p = [ball(low).union(ball(high)) for low, high in region]
    _prove_minimum(prove_zero_in_tube(EveryTeacher((), arb.pi()), tube, p, name), p, name)


def _prove_minimum(zero: list[arb], p: Sequence[arb], name: str) -> None:
    """Hypothesis (3), at a zero that is enclosed."""
    (x, y), (ratio, psi), pi = zero, p, arb.pi()
    d = y - x
    (a, b), (c, e) = derivative(EveryTeacher((), pi), zero, p)
    determinant, inside = a * e - b * c, bool(d > 0 and d <= pi)
    system = MinimaOfTwoNeurons(((1, 0), (ratio, psi)), pi)
    first, second = system.norms(x, d)
    decide(bool(first > 0 and second > 0), False, f"{name}: the norms were not proved positive")
    of_first, of_second, product = system.blocks(x, d)
    h_yy = e / (1 - 2 * system.kappa(d).value) + b
    curved = inside and bool(determinant < 0 and h_yy > 0 and of_first > 0 and of_first * of_second > product)
    decide(curved, False, f"{name}: the zero was not proved to be a strict local minimum")
    other = [(angle / 2).sin() for angle in (x, x - psi)]
    decide(all(bool(s > 0 or s < 0) for s in other), False, f"{name}: the zero was not proved not to be the teacher")
