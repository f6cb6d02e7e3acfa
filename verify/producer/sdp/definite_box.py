"""How far every entry of the teacher may move while a ReLU student's Hessian stays definite, by an LMI relaxation.

Theorem. Let H(V) be the Hessian at a fixed student as a function of the teacher V, B the box |V - V0|_pq <= rho, and
for each entry p of V let [G_p] enclose dH/dv_p on B. If symmetric X_p have X_p >= G and X_p >= -G for every symmetric
G in [G_p], and H(V0) - rho sum_p X_p > m I, then H(V) > m I on B.
Proof. By the mean value theorem for each entry of H, H(V) - H(V0) = sum_p (v_p - v0_p) G_p with G_p in [G_p] (the
integral of dH/dv_p along the segment; [G_p] is convex), and +-G_p <= X_p. QED

This is the matrix-cube relaxation (Ben-Tal & Nemirovski 2002). X_p is the absolute value of G_p in the metric of
H(V0) - m I, the exact optimum where the G_p commute in it, and the radii of [G_p] as a multiple of I.

For leaky ReLU only the pairs of a student w and a teacher neuron v move: with u the part of v orthogonal to w and P the
projection onto w's complement, h1(w, v) = C / (2 pi |w|) (|u| P + u u^T / |u|), C = (1 - slope)^2. Its derivative in
the direction e, with e replaced by P e, is C / (2 pi |w|) ((u.e) P + e u^T + u e^T - (u.e) u u^T / |u|^2) / |u|.

Everything is verified in balls with the checker's functions; no certificate is written.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat, ctx

from verify.checker.evaluators import TeacherStudent
from verify.checker.public import (
    Balls,
    Matrix,
    ball,
    box,
    euclidean_norm,
    is_positive_definite,
    point,
    row_sum_norm,
    shifted,
)
from verify.checker.statements.teacher_student import TeacherStudentLandscape
from verify.producer.sdp.instance import Array

PRECISION = 128
ROOM = 1e-11
"""Added to X_p, relatively, so that X_p - G_p is definite and not singular."""
HALVINGS = 12

Method = Callable[[TeacherStudentLandscape, Matrix, Fraction, Fraction], bool]


def by_balls(landscape: TeacherStudentLandscape, student: Matrix, bound: Fraction, radius: Fraction) -> bool:
    """Plain evaluation over the box. True only if proved: H(V) > bound for every teacher within the radius."""
    with ctx.workprec(PRECISION):
        hessian = TeacherStudent(landscape, point(student), teacher=box(landscape.teacher, radius)).hessian()
        return is_positive_definite(shifted(hessian, ball(bound)))


def by_lmi(landscape: TeacherStudentLandscape, student: Matrix, bound: Fraction, radius: Fraction) -> bool:
    """The theorem above. True only if proved: H(V) > bound for every teacher within the radius."""
    with ctx.workprec(PRECISION):
        center = shifted(TeacherStudent(landscape, point(student)).hessian(), ball(bound))
        if not is_positive_definite(center):
            return False
        size = center.nrows()
        lower = np.linalg.cholesky(_floats(center))
        inverse = np.linalg.inv(lower)
        total, rest = arb_mat(size, size), arb(0)
        for derivative in _derivatives(landscape, student, box(landscape.teacher, radius)):
            if not all(entry.is_finite() for entry in derivative.entries()):
                return False
            middle = _floats(derivative)
            values, vectors = np.linalg.eigh(inverse @ middle @ inverse.T)
            absolute = lower @ (vectors * np.abs(values)) @ vectors.T @ lower.T
            absolute = (absolute + absolute.T) / 2 + ROOM * np.abs(absolute).max() * np.eye(size)
            larger, exact = arb_mat(absolute.tolist()), arb_mat(middle.tolist())
            if not (is_positive_definite(larger - exact) and is_positive_definite(larger + exact)):
                return False
            total += larger
            rest += row_sum_norm(derivative - exact)
        reach = ball(radius)
        return is_positive_definite(shifted(center - total * reach, rest * reach))


def largest_radius(
    method: Method, landscape: TeacherStudentLandscape, student: Matrix, bound: Fraction = Fraction(0)
) -> Fraction:
    """The largest radius, to three digits, for which the method proves definiteness; 0 if for none."""
    radius = Fraction(1, 2)
    while not method(landscape, student, bound, radius):
        radius /= 2
        if radius < Fraction(1, 2**40):
            return Fraction(0)
    proved, open_ = radius, 2 * radius
    for _ in range(HALVINGS):
        middle = (proved + open_) / 2
        if method(landscape, student, bound, middle):
            proved = middle
        else:
            open_ = middle
    return proved


def _derivatives(landscape: TeacherStudentLandscape, student: Matrix, teacher: Balls) -> list[arb_mat]:
    """dH/dv_p for each entry p of the teacher, over a box of teachers: (n d, n d) each."""
    d, n = landscape.input_dimension, landscape.neurons
    constant = (1 - ball(landscape.activation.slope)) ** 2 / (2 * arb.pi())
    students = point(student)
    lengths = [euclidean_norm(w) for w in students]
    units = [[entry / length for entry in w] for w, length in zip(students, lengths, strict=True)]
    result = []
    for v in teacher:
        parts = [_orthogonal(v, unit) for unit in units]
        for p in range(d):
            rows = [[arb(0)] * (n * d) for _ in range(n * d)]
            direction = [arb(int(index == p)) for index in range(d)]
            for i, (unit, u) in enumerate(zip(units, parts, strict=True)):
                block = _derivative(unit, u, _orthogonal(direction, unit), constant / lengths[i])
                for a in range(d):
                    rows[i * d + a][i * d : (i + 1) * d] = block[a]
            result.append(arb_mat(rows))
    return result


def _derivative(unit: list[arb], u: list[arb], e: list[arb], factor: arb) -> Balls:
    """That of -h1 in the direction e, both u and e orthogonal to the unit vector."""
    length = euclidean_norm(u)
    along = sum((x * y for x, y in zip(u, e, strict=True)), arb(0)) / length
    direction = [x / length for x in u]
    size = range(len(u))
    return [
        [
            -factor
            * (
                along * (int(a == b) - unit[a] * unit[b])
                + e[a] * direction[b]
                + direction[a] * e[b]
                - along * direction[a] * direction[b]
            )
            for b in size
        ]
        for a in size
    ]


def _orthogonal(v: list[arb], unit: list[arb]) -> list[arb]:
    inner = sum((x * y for x, y in zip(v, unit, strict=True)), arb(0))
    return [x - inner * y for x, y in zip(v, unit, strict=True)]


def _floats(matrix: arb_mat) -> Array:
    """Midpoints, symmetric."""
    middle = np.array([[float(entry.mid()) for entry in row] for row in matrix.tolist()])
    symmetric: Array = (middle + middle.T) / 2
    return symmetric
