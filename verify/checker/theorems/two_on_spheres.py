"""Rule `two-on-spheres`: all critical points of two ReLU students of norm 1 and two orthonormal teachers.

Theorem. Let d >= 2, v_1, v_2 in R^d orthonormal, and F_d the loss on the product of the unit spheres of R^d. Let
  (1) X be a box with [-pi, pi] x [0, pi] inside, and `cover` hold for X, the equations in the plane of
      `losses.two_on_spheres`, and boxes B_1, ..., B_l; and Y be a box with [0, pi]^2 x [1, 4] inside, and `cover` hold
      for Y, the equations out of the plane, and boxes B_(l+1), ..., B_m,
  (2) B_1, ..., B_m have one zero each (`krawczyk`), those out of the plane in the domain, and no two of these points be
      the same up to exchanging the students,
  (3) each of them be (V, exchanged or not), a global minimum, or have a negative eigenvalue of the Hessian along the
      spheres: in the plane, or for the others in three dimensions.
Then, up to exchanging the students and orthogonal maps that leave the teacher as it is, these m points are all critical
points of F_d, those out of the plane for d >= 3.

Proof. F_d is C^2: kappa is a C^2 function of two unit vectors, parallel or not, as it is pi - t cubed, or t squared and
cubed, to leading orders. That no other point is critical is proved in `losses.two_on_spheres`; exchanging the students
maps rho to 1 / rho. A negative eigenvalue in R^2 or R^3 is one in R^d. QED

The Hessian in the plane, in the two angles, is [[k - beta''(x), -k], [-k, k - beta''(x + d)]] with k = kappa''(d). Out
of it, where no angle is 0 or pi, along xi_i perpendicular to w_i it is, with c the cosine of the angle t of two
vectors, k'(c) = (pi - t) / 2 pi and k''(c) = 1 / (2 pi sin t),
    k''(c) (xi_1.w_2 + xi_2.w_1)^2 + k'(c) (2 xi_1.xi_2 - c |xi_1|^2 - c |xi_2|^2)
    - sum_ij [k''(c_ij) (xi_i.v_j)^2 - k'(c_ij) c_ij |xi_i|^2].
Source: after Wu, Luo & Lee 2018, who list the points in the plane; docs/COVERS.md.
"""

from __future__ import annotations

from flint import arb, arb_mat

from verify.checker.core.definiteness import negative_eigenvalues
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, decide
from verify.checker.core.task import Task
from verify.checker.losses.two_on_spheres import InPlane, OutOfPlane
from verify.checker.statements.cover_witness import Cover, CoverWitness
from verify.checker.statements.teacher_student import RELU
from verify.checker.statements.two_neurons import GLOBAL, NEGATIVE, SPHERES, CoverStatement
from verify.checker.theorems.cover import prove_contains, prove_cover, prove_one_zero
from verify.checker.theorems.norms import units
from verify.checker.theorems.two_neurons import (
    Classified,
    claim,
    enclosed,
    has_teacher,
    prove_contains_torus,
    prove_different,
    record,
    teachers,
    told,
    unordered,
)

RULE = "two-on-spheres"


class AllOnSpheres(Conclusion):
    """The conclusion of the theorem above: the list, or that none is spurious."""

    __slots__ = ()


_fact = maker(AllOnSpheres)


def two_on_spheres(task: Task[CoverStatement, CoverWitness]) -> AllOnSpheres:
    """Prove hypotheses (1) to (3) of the theorem above."""
    landscape = task.statement.landscape
    known = landscape.activation == RELU and landscape.neurons == 2 and len(landscape.teacher) == 2
    if not (known and landscape.orthonormal):
        raise Open("on spheres covers are known for two ReLU students and two orthonormal teachers only")
    plane, space = task.witness.covers
    prove_contains_torus(plane)
    prove_contains_rest(space)
    pi = arb.pi()
    in_plane, out_of_plane = InPlane(teachers(landscape), pi), OutOfPlane(pi)
    points = [*points_in_plane(in_plane, plane), *points_out_of_plane(out_of_plane, space)]
    prove_cover(in_plane, plane)
    prove_cover(out_of_plane, space)
    record(task, RULE, points, plane, space)
    return _fact(claim(landscape, SPHERES, told(task, points)))


def prove_contains_rest(cover: Cover) -> None:
    """Prove that the box of a cover contains what there is out of the plane."""
    angles = (arb(0), arb.pi())
    rest = [angles, angles, (arb(1), arb(4))]
    prove_contains(cover, rest, "the box of the cover misses a part of [0, pi] x [0, pi] x [1, 4]")


def points_in_plane(system: InPlane, cover: Cover) -> list[Classified]:
    """Prove hypotheses (2) and (3) in the plane: the points at the zeros of a cover, and what they are."""
    zeros = [prove_one_zero(system, zero) for zero in cover.zeros]
    prove_different([unordered(zero) for zero in zeros])
    points = []
    for number, (x, d) in enumerate(zeros):
        students = enclosed([*unit, arb(0)] for unit in units([x, d]))
        if has_teacher(system, cover, number):
            points.append(Classified(GLOBAL, students))
            continue
        k = system.kappa(d).second
        hessian = arb_mat([[k - system.beta(x).second, -k], [-k, k - system.beta(x + d).second]])
        _prove_negative(hessian, f"zero {number} in the plane")
        points.append(Classified(NEGATIVE, students))
    return points


def points_out_of_plane(system: OutOfPlane, cover: Cover) -> list[Classified]:
    """The same out of the plane."""
    zeros = [prove_one_zero(system, zero) for zero in cover.zeros]
    images = [system.images(zero) for zero in zeros]
    prove_different([(one, other) for one, other in images])
    points = []
    for number, zero in enumerate(zeros):
        name = f"zero {number} out of the plane"
        *a, rho = zero
        inside = all(0 < angle < arb.pi() and 0 < rho * angle < arb.pi() for angle in a) and rho > 0
        students = system.students(zero)
        decide(inside and students[0][2] > 0, False, f"{name} is not proved to be in the domain")
        _prove_negative(hessian_along_spheres(*students), name)
        points.append(Classified(NEGATIVE, enclosed(students)))
    return points


def _prove_negative(hessian: arb_mat, name: str) -> None:
    if not negative_eigenvalues(hessian):
        raise Open(f"{name}: the Hessian was not proved to have a negative eigenvalue")


def hessian_along_spheres(w_1: list[arb], w_2: list[arb]) -> arb_mat:
    """(6, 6): the Hessian's form of (z_1, z_2), with xi_i the part of z_i that is perpendicular to w_i."""
    students, identity = (_column(w_1), _column(w_2)), _identity(3)
    first, second, cosine = _kernel(students[0], students[1])
    mixed = second * (students[1] * students[0].transpose()) + first * identity
    own = []
    for w, other in (students, students[::-1]):
        form = second * (other * other.transpose()) - first * cosine * identity
        for teacher in (_column([arb(1), arb(0), arb(0)]), _column([arb(0), arb(1), arb(0)])):
            towards, bend, c = _kernel(w, teacher)
            form = form - bend * (teacher * teacher.transpose()) + towards * c * identity
        own.append(form)
    left, right = (identity - w * w.transpose() for w in students)
    rows = [[left * own[0] * left, left * mixed * right], [right * mixed.transpose() * left, right * own[1] * right]]
    return arb_mat([[rows[i // 3][j // 3][i % 3, j % 3] for j in range(6)] for i in range(6)])


def _kernel(w: arb_mat, v: arb_mat) -> tuple[arb, arb, arb]:
    """k'(c), k''(c) and c; not finite where c is not proved to be between -1 and 1."""
    c = (w.transpose() * v)[0, 0]
    angle = c.acos()
    twice = 2 * arb.pi()
    return (arb.pi() - angle) / twice, 1 / (twice * angle.sin()), c


def _column(vector: list[arb]) -> arb_mat:
    return arb_mat([[entry] for entry in vector])


def _identity(order: int) -> arb_mat:
    return arb_mat([[arb(int(i == j)) for j in range(order)] for i in range(order)])
