"""Rule `family`.

Theorem. Let n - k, the number f of fixed coordinates and k0 be given. Suppose that
  (1) each k >= k0 belongs to a part: an instance, or a piece [s1, s2] with s1 <= k^(-1/2) <= s2,
and that for each part and each k of it, with X the part's box of students of this symmetry,
  (2) no neuron vanishes on X,
  (3) with u the unknowns in the part's scales, H the gradient's entries, each divided by a power of s,
      and some matrix Y, |Y H(0)|_i + sum_j |I - Y DH|_ij r_j < r_i for every i, with DH over X,
  (4) the blocks of the Hessian over X are >= l > 0 (relative to the Euclidean form),
  (5) so are the blocks of the matrix M, which the Hessian has for each further input coordinate,
  (6) some block of the Hessian is nowhere on X >= h, and
  (7) F at the center of X, with the change that the gradient over X allows, lies within claimed bounds,
      which are positive.
Then for every k >= k0 and every input dimension d >= k, F has a strict local minimum that is invariant
under the permutations of all but f coordinates, is not global, has a loss within the bounds, and whose
Hessian has its smallest eigenvalue in [l, h).

Proof. docs/EVERY_K.md. In short: by (2) F is C^2 on X. By (3), which is Krawczyk's test, X has exactly one zero x of
the gradient's entries; the gradient at such a student has the symmetry too, so x is critical.
By (4), (5) and Schur's lemma the Hessian at x is >= l in every input dimension. The infimum of F is 0. QED

Source: derived here. For f = 1 and n = k it is the type II family of Arjevani & Field 2020-22.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, arb_mat

from verify.checker.core.balls import approximate_inverse, ball
from verify.checker.core.clock import look
from verify.checker.core.definiteness import is_positive_definite, negative_eigenvalues
from verify.checker.core.dual import Scalar, order, sign
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.series import Series
from verify.checker.core.task import Task, lower, upper
from verify.checker.statements.family import Family, FamilyWitness
from verify.checker.theorems.family_part import Part, branch_boxes, instance_part, piece_part
from verify.checker.theorems.inertia import prove_positive_definite
from verify.checker.theorems.krawczyk import has_none, has_zero
from verify.checker.theorems.value import NOT_ENCLOSED, within

RULE = "family"

FamilyTask = Task[Family, FamilyWitness]


class SpuriousMinimumForEveryK(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(SpuriousMinimumForEveryK)


def family(task: FamilyTask) -> SpuriousMinimumForEveryK:
    """Prove hypotheses (1) to (7) of the theorem above."""
    statement, witness = task.statement, task.witness
    _prove_cover(task)
    parts = [instance_part(instance, statement) for instance in witness.instances]
    boxes = branch_boxes(witness, statement)
    parts += [piece_part(piece, boxes) for piece in witness.pieces]
    for part in parts:
        if not part.bounds:
            continue  # a piece between two k
        look()
        _prove_smooth(part)
        _prove_critical_point(part)
        look()
        _prove_eigenvalues(part)
        _prove_loss(part)
    counts = f"{len(witness.instances)} instances and {len(witness.pieces)} pieces"
    ranges = f"{len(statement.bounds)} ranges of k"
    low = at_least(min(entry.eigenvalue[0] for entry in statement.bounds))
    task.record(RULE, "no neuron vanishes in a box, so the loss is C^2 there", counts)
    task.record(RULE, "Krawczyk test: exactly one critical point of this symmetry in each box", counts)
    task.record(RULE, "the Hessian's blocks, and M's for further input coordinates, are positive definite", f">= {low}")
    task.record(RULE, "the smallest eigenvalue of the Hessian is within its bounds", ranges)
    task.record(RULE, "the loss is within its bounds, which are positive, and its infimum is 0", ranges)
    sizes = statement.extra_neurons, statement.fixed_coordinates, statement.loss_power
    return _fact(Family("spurious-local-minimum", *sizes, statement.bounds))


def _prove_cover(task: FamilyTask) -> None:
    """Hypothesis (1)."""
    witness, least = task.witness, task.statement.least
    reached = Fraction(0)
    for piece in witness.pieces:
        if piece.start < 0:
            raise Refuted(f"a piece begins at s = {piece.start}, below 0")
        if piece.start != reached:
            what = "leave a gap between" if piece.start > reached else "overlap, or are out of order, at"
            raise Refuted(f"the pieces {what} s = {reached} and s = {piece.start}")
        if not piece.start < piece.end <= witness.end:
            raise Refuted(f"the piece from s = {piece.start} to {piece.end} does not lie within [0, {witness.end}]")
        reached = piece.end
    if reached != witness.end:
        raise Refuted(f"the pieces leave a gap between s = {reached} and s = {witness.end}")
    found = [instance.k for instance in witness.instances]
    if any(k >= after for k, after in zip([least - 1, *found], found, strict=False)):
        raise Refuted(f"the instances are not in increasing order from k = {least} on")
    if least * witness.end**2 > 1:
        raise Refuted(f"the pieces reach up to s = {witness.end}, beyond k = {least}")
    first = -(-(witness.end.denominator**2) // witness.end.numerator**2)  # the least k >= 1 / end^2
    expected = least
    for k in [*found, first]:
        if expected < k and expected < first:
            raise Refuted(f"k = {expected} is no instance, and the pieces reach down to k = {first}")
        expected = k + 1
    shown = f"instances k = {found[0]} to {found[-1]}, " if found else ""
    task.record(RULE, f"every k >= {least} is covered", f"{shown}pieces from k = {first} on")


def _prove_smooth(part: Part) -> None:
    """Hypothesis (2)."""
    for row, square in enumerate(part.boxes.student.squares):
        if sign(square) != 1:
            raise Open(f"{part.name}: perhaps a student neuron of class {row} vanishes in the box")


def _prove_critical_point(part: Part) -> None:
    """Hypothesis (3)."""
    steps, product = critical_point_step(part)
    every = range(len(steps))
    for i in every:
        size, radius = abs(steps[i]), part.boxes.radii[i]
        rest = sum((abs(product[i, j] - (i == j)) * part.boxes.radii[j] for j in every), arb(0))
        if not has_zero(size, rest, radius):
            numbers = f"value {i}: Newton step {upper(size)}, |I - Y DH| r {upper(rest)}, radius {lower(radius)}"
            if has_none(size, rest, radius):
                raise Refuted(f"{part.name}: there is no critical point in the box ({numbers})")
            raise Open(f"{part.name}: no critical point was proved in the box ({numbers})")


def critical_point_step(part: Part) -> tuple[list[arb], arb_mat]:
    """Y H(0) and Y DH over the box, where Y is about the inverse of DH."""
    down = [-power for power in _powers(part)]
    slopes = part.matrix(part.boxes.jacobian, down, [0] * len(down))
    values = arb_mat([[part.enclose(entry, power)] for entry, power in zip(part.boxes.gradient, down, strict=True)])
    inverse = approximate_inverse(slopes)
    if inverse is None:
        raise Open(f"{part.name}: the Jacobian over the box is not proved invertible")
    return [row[0] for row in (inverse * values).tolist()], inverse * slopes


def _powers(part: Part) -> list[int]:
    """The powers of s that the gradient's entries are divided by: those with which their derivatives begin."""
    rows = [[None if _is_zero(entry) else order(entry) for entry in row] for row in part.boxes.jacobian]
    powers = [min((power for power in row if power is not None), default=0) for row in rows]
    for index, (entry, power) in enumerate(zip(part.boxes.gradient, powers, strict=True)):
        if not _is_zero(entry) and order(entry) < power:
            message = f"{part.name}: entry {index} of the gradient has a term in s^{order(entry)}"
            refuted = isinstance(entry, Series) and entry[entry.low] != 0
            decide(False, refuted, f"{message}, below the s^{power} that the exponents allow")
    if (
        part.place is not None
        and part.place.contains(0)
        and not _has_matching([[entry == power for entry in row] for row, power in zip(rows, powers, strict=True)])
    ):
        raise Refuted(f"{part.name}: at s = 0 the Jacobian is singular, so the exponents are wrong")
    return powers


def _has_matching(pattern: list[list[bool]]) -> bool:
    """Whether some permutation meets no zero of a matrix; if none does, its determinant is 0. Augmenting paths."""
    row_at: dict[int, int] = {}  # by column

    def place(row: int, tried: set[int]) -> bool:
        for column, nonzero in enumerate(pattern[row]):
            if nonzero and column not in tried:
                tried.add(column)
                if column not in row_at or place(row_at[column], tried):
                    row_at[column] = row
                    return True
        return False

    return all(place(row, set()) for row in range(len(pattern)))


def _is_zero(number: Scalar) -> bool:
    return isinstance(number, Series) and number.is_zero


def _prove_eigenvalues(part: Part) -> None:
    """Hypotheses (4), (5) and (6)."""
    low, high = max(entry.eigenvalue[0] for entry in part.bounds), min(entry.eigenvalue[1] for entry in part.bounds)
    for block in part.blocks + part.input_dimension_blocks:
        message = f"{part.name}: the {block.name} is not >= {at_most(low)} over the box"
        prove_positive_definite(block.less(ball(low)), message, f"perhaps {message}")
    differences = [block.less(ball(high)) for block in part.blocks]
    if not any(map(negative_eigenvalues, differences)):
        refuted = all(map(is_positive_definite, differences))
        message = f"the smallest eigenvalue of the Hessian is {'' if refuted else 'perhaps '}not below {at_least(high)}"
        decide(False, refuted, f"{part.name}: {message}")


def _prove_loss(part: Part) -> None:
    """Hypothesis (7). That the bounds are positive is seen to where the statement is read."""
    low, high = max(entry.loss[0] for entry in part.bounds), min(entry.loss[1] for entry in part.bounds)
    value = f"k^{part.boxes.statement.loss_power} F is in [{lower(part.loss)}, {upper(part.loss)}]"
    message = f"{part.name}: {value}, not within [{at_most(low, 12)}, {at_least(high, 12)}]"
    within(part.loss, (low, high), message, f"{part.name}: {NOT_ENCLOSED} and number of terms")
