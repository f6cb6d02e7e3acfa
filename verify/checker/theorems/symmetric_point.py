"""What the rules about symmetric critical points share.

Theorem. Let G = S_p1 x ... x S_pm act on the students of n = k + e rows and k columns as in
docs/SYMMETRY.md, let the teacher be e_1, ..., e_k, let c be a student that G leaves alone,
given by one value for each orbit of entries, r > 0, and X the box of all such students
whose values differ from those of c by at most r. If
  (1) no neuron vanishes on X (so the loss F is twice continuously differentiable near X),
  (2) with some matrix Y, |Y g(c)| + |I - Y J| r < r in the maximum norm, where g lists one
      entry of the gradient of F for each orbit, and the interval matrix J contains the
      derivative of g in the values everywhere on X,
then exactly one point x of X is a critical point of F, among all students. If moreover
  (3) the values of F on X lie within [l, u],
then l <= F(x) <= u. And if
  (4) the components of the list below are those of R^(n x k), with their multiplicities,
      and their dimensions add up to n k,
then in an adapted orthonormal basis, the same for all points of X, the Hessian is the direct
sum of the components' blocks, each as often as its multiplicity says.

Proof. Principle of symmetric criticality: F is invariant, so its gradient at an invariant
student is invariant; it vanishes if one entry for each orbit does. (2) is the Krawczyk
test, see `saddle`. (4) is Schur's lemma. The proofs stand in docs/SYMMETRY.md. QED
The point is the only critical one in the box of symmetric students; nothing is said of
students near it that are not symmetric, except by the blocks.

Source: Palais 1979 for the principle; Krawczyk 1969 for the test; Arjevani & Field 2020
for the use of Schur's lemma on these minima.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from flint import arb_mat

from verify.checker.core.balls import ball
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Fact, maker
from verify.checker.core.interval_matrix import newton
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.statement import Statement
from verify.checker.core.symmetry import Component
from verify.checker.core.task import Task, ends, lower, upper
from verify.checker.core.witness import Witness
from verify.checker.losses.isotypic import SymmetricTeacherStudent
from verify.checker.losses.teacher_student import kernel_of
from verify.checker.statements.symmetric import SymmetricPoint, SymmetricPoints
from verify.checker.theorems.krawczyk import prove_zero
from verify.checker.theorems.value import within

SymmetricTask = Task[SymmetricPoints, Witness]
FactT = TypeVar("FactT", bound=Fact)


@dataclass(frozen=True, slots=True)
class EverySymmetricPoint(Fact):
    """What is proved of some points, each by a fact of its own."""

    points: tuple[Fact, ...]

    def proves(self, statement: Statement) -> bool:
        """That of the same points, in order."""
        return (
            isinstance(statement, SymmetricPoints)
            and len(statement.points) == len(self.points)
            and all(
                fact.proves(SymmetricPoints(statement.activation, (point,)))
                for fact, point in zip(self.points, statement.points, strict=True)
            )
        )


_every_point = maker(EverySymmetricPoint)


def every_symmetric_point(facts: Mapping[int, Fact]) -> EverySymmetricPoint:
    """What is proved of each point, by its number."""
    return _every_point(tuple(facts[index] for index in sorted(facts)))


class PointTask:
    """One of a statement's points, to be proved."""

    def __init__(self, task: SymmetricTask, point: SymmetricPoint) -> None:
        self.activation, self.point = task.statement.activation, point
        self._kernel = kernel_of(self.activation)
        self.measured: list[str] = []

    def alone(self, point: SymmetricPoint) -> SymmetricPoints:
        """A statement about one point of this landscape."""
        return SymmetricPoints(self.activation, (point,))

    @cached_property
    def at_center(self) -> SymmetricTeacherStudent:
        """The landscape at the given student."""
        return SymmetricTeacherStudent(self._kernel, self.point.symmetry, list(map(ball, self.point.values)))

    @cached_property
    def region(self) -> SymmetricTeacherStudent:
        """The landscape over the box."""
        r = self.point.radius
        values = [ball(value - r).union(ball(value + r)) for value in self.point.values]
        return SymmetricTeacherStudent(self._kernel, self.point.symmetry, values)


def prove_points(
    task: SymmetricTask,
    rule: str,
    wanted: Callable[[SymmetricPoint], bool],
    prove: Callable[[int, PointTask], FactT],
) -> dict[int, FactT]:
    """Apply a rule to each point that is wanted, and record it; returns what is proved of it, by its number."""
    facts: dict[int, FactT] = {}
    for index, point in enumerate(task.statement.points):
        if not wanted(point):
            continue
        look()
        part = PointTask(task, point)
        with _named(index, point):
            facts[index] = prove(index, part)
        dimension = "every d >= k" if point.every_dimension else "d = k"
        task.record(rule, f"{point.name()}: {point.property} for {dimension}", "; ".join(part.measured))
    return facts


def prove_critical_point(part: PointTask) -> None:
    """Prove hypotheses (1) to (4)."""
    _prove_components(part)
    _prove_smooth(part)
    _prove_reduced_critical_point(part)
    value = part.region.value()
    found = f"the loss at the critical point is in [{lower(value)}, {upper(value)}]"
    proved = within(value, part.point.loss, f"{found}, which is not within the claimed bounds")
    part.measured.append(f"loss in [{at_least(proved[0], 8)}, {at_most(proved[1], 8)}]")


@contextmanager
def _named(index: int, point: SymmetricPoint) -> Iterator[None]:
    """Say in a refusal which point is meant."""
    try:
        yield
    except Refuted as refusal:
        raise Refuted(f"points[{index}] ({point.name()}): {refusal}") from None
    except Open as refusal:
        raise Open(f"points[{index}] ({point.name()}): {refusal}", refusal.code) from None


def _prove_components(part: PointTask) -> None:
    """(4), by counting in integers."""
    symmetry = part.point.symmetry
    listed = {block.component.name: block.component for block in part.point.blocks}
    for component in symmetry.components():
        if component.name not in listed:
            raise Refuted(f"blocks: the component {component.name!r} is not listed, so they do not cover the Hessian")
        if listed[component.name] != component:
            raise Refuted(
                f"blocks: the component {_shown(listed[component.name])} is listed, it is {_shown(component)}"
            )
    n, k = symmetry.rows, symmetry.columns
    for components, dimension in ((symmetry.components(), n * k), (symmetry.row_components(), n)):
        if sum(component.size * component.multiplicity for component in components) != dimension:
            raise Open(f"the components' dimensions do not add up to {dimension}")


def _shown(component: Component) -> str:
    return f"{component.name!r} of size {component.size} with multiplicity {component.multiplicity}"


def _prove_smooth(part: PointTask) -> None:
    """(1): every |w|^2 is positive on the box, or the activation is smooth."""
    if part.activation.is_smooth:
        return
    point = part.point
    for row, square in enumerate(part.region.squares):
        if not square > 0:
            name = f"student[{row}]"
            orbits = zip(point.symmetry.orbits, point.values, strict=True)
            if all(abs(value) <= point.radius for orbit, value in orbits if orbit.row == row):
                raise Refuted(f"{name} vanishes within the radius, where the loss need not be differentiable")
            raise Open(
                f"perhaps {name} vanishes within the radius, where the loss need not be differentiable", Reason.KINK
            )
    smallest = min(ends(square)[0] for square in part.region.squares)
    part.measured.append(f"min |w|^2 >= {at_least(smallest, 5)}")


def _prove_reduced_critical_point(part: PointTask) -> None:
    """(2)."""
    radius = ball(part.point.radius)
    gradient = arb_mat([[entry] for entry in part.at_center.gradient()])
    jacobian = part.region.jacobian()
    singular = "the derivative of the reduced gradient is not proved invertible"
    step, contraction = prove_zero(newton(jacobian, gradient), radius, singular, "symmetric critical point")
    part.measured.append(f"|Y g(c)| <= {upper(step)}, |I - Y J| <= {upper(contraction)}")
