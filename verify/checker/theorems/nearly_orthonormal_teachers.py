"""Rule `nearly-orthonormal-teachers`.

Theorem. Let F_V be the ReLU loss of n students and a teacher V of k >= 2 neurons, c in R^(n x k), 0 < rho < 1, R > 0,
eta = rho / (1 + sqrt(1 - rho)), lambda, c', m > 0; H and g the Hessian and the gradient of F_I at c; B the n k x k^2
matrix of the blocks h2(c_i, e_j), and B' = B restricted to symmetric matrices. L and M are those of
`landscapes.nearby_teachers`. If
  (1) |c_i| > R for each i,
  (2) H >= lambda I,
  (3) B' B'^T <= c'^2 H^2, that is, |H^-1 B D| <= c' |D|_F for all symmetric D,
  (4) lambda - L R - M eta >= m,
  (5) |g| + eta^2 sqrt(n) / (2 pi (1 - eta)) + lambda c' eta + (L R / 2 + M eta) R < lambda R,
  (6) n >= k, sqrt(2 F_I(c)) > sqrt(n) R + sqrt(k) eta, and half the square of the difference is at least l > 0,
then for every d >= k and every V in R^(k x d) with |V V^T - I|_F <= rho there are orthonormal coordinates in which
V = (G^(1/2), 0), and in these F_V has exactly one critical point x among the students (W, 0) with |W - c| <= R. It is
a strict local minimum among all students, F_V(x) >= l, and it is not global. All Hessian eigenvalues are at least m
at all these students.
Proof. |G^(1/2) - I|_F <= eta. By (2) to (5), W -> W - H^-1 grad F_V(W) maps the ball into its interior and is a
contraction there: Newton and Kantorovich. QED

Source: derived here; docs/TEACHERS.md. That a corollary of this kind holds is Safran & Shamir 2018.
"""

from __future__ import annotations

from flint import arb, arb_mat

from verify.checker.core.balls import ball, euclidean_norm, matrix_precision, point, root
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.definiteness import shifted
from verify.checker.core.exact import at_least, at_most
from verify.checker.core.facts import Conclusion, maker
from verify.checker.core.outcome import Open, Refuted, decide
from verify.checker.core.task import Task, ends, lower, upper
from verify.checker.losses.nearby_teachers import NearbyTeachers, own_norms
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.nearly_orthonormal_teachers import NearbyWitness, NearlyOrthonormalTeachers
from verify.checker.theorems.inertia import prove_positive_definite

RULE = "nearly-orthonormal-teachers"
NearbyTask = Task[NearlyOrthonormalTeachers, NearbyWitness]


class MinimumForNearbyTeachers(Conclusion):
    """The conclusion of the theorem above."""

    __slots__ = ()


_fact = maker(MinimumForNearbyTeachers)


def nearly_orthonormal_teachers(task: NearbyTask) -> MinimumForNearbyTeachers:
    """Prove hypotheses (1) to (6) of the theorem above."""
    statement = task.statement
    n, k = statement.neurons, statement.teachers
    if n < k:  # before anything is allocated: the matrix B has n k x k^2 entries
        raise Refuted(f"{n} student neurons cannot copy the {k} of the teacher")
    landscape = TeacherStudent(statement.orthonormal, point(statement.center))
    bounds = NearbyTeachers(landscape.students, ball(statement.radius), largest_change(ball(statement.distance)))
    _prove_smooth(task, bounds)
    with matrix_precision():
        hessian = landscape.hessian()
        _prove_definite(task, hessian)
        _prove_response(task, hessian, landscape.with_teacher_hessian())
        norms = own_norms(hessian, statement.teachers)
    _prove_minimum(task, bounds, norms, euclidean_norm(entry for row in landscape.gradient() for entry in row))
    _prove_not_global(task, bounds, landscape.value())
    least = statement.hessian_lower_bound, statement.loss_lower_bound
    return _fact(NearlyOrthonormalTeachers(statement.center, statement.radius, statement.distance, *least, ()))


def largest_change(distance: arb) -> arb:
    """eta: |G^(1/2) - I|_F is at most this if |G - I|_F <= distance < 1."""
    return distance / (1 + (1 - distance).sqrt())


def _prove_smooth(task: NearbyTask, bounds: NearbyTeachers) -> None:
    """(1)."""
    for index, shortest in enumerate(bounds.shortest):
        if not shortest > 0:
            message = f"student neuron {index} vanishes within the radius"
            raise Refuted(message) if shortest <= 0 else Open(f"perhaps {message}", Reason.KINK)
    smallest = min(ends(shortest)[0] for shortest in bounds.shortest)
    task.record(RULE, "no neuron vanishes within the radius", f"min_i |c_i| - R >= {at_least(smallest, 5)}")


def _prove_definite(task: NearbyTask, hessian: arb_mat) -> None:
    """(2)."""
    look()
    least = task.witness.eigenvalue
    message = f"that the Hessian at the center is at least {at_most(least)}"
    prove_positive_definite(shifted(hessian, ball(least)), f"{message} is false", f"{message} was not proved")
    task.record(RULE, "the Hessian for the orthonormal teacher is >= lambda", f"lambda >= {at_least(least)}")


def _prove_response(task: NearbyTask, hessian: arb_mat, mixed: arb_mat) -> None:
    """(3)."""
    look()
    if not all(map(arb.is_finite, mixed.entries())):  # FLINT's products may lose a NaN times an exact zero
        raise Open("the response of the gradient to the teacher was not enclosed at this precision")
    rows, k = mixed.tolist(), task.statement.teachers
    pairs = [(j * k + a, a * k + j) for j in range(k) for a in range(j)]
    # |B D| for symmetric D: by the orthonormal basis of the e_j e_j^T and the (e_j e_a^T + e_a e_j^T) / sqrt(2).
    diagonal = arb_mat([row[:: k + 1] for row in rows])
    beside = arb_mat([[row[one] + row[other] for one, other in pairs] for row in rows])
    look()
    response = task.witness.response
    moved = diagonal * diagonal.transpose() + beside * beside.transpose() / 2
    remainder = hessian * hessian * ball(response) ** 2 - moved
    look()
    message = f"that the minimum moves at most {at_least(response)} times as far as the teacher, to first order,"
    prove_positive_definite(remainder, f"{message} is false", f"{message} was not proved")
    task.record(RULE, "|H^-1 B D| <= c' |D|_F for all symmetric D", f"c' <= {at_most(response)}")


def _prove_minimum(task: NearbyTask, bounds: NearbyTeachers, norms: list[arb], gradient: arb) -> None:
    """(4) and (5). L is a bound from above: what is false with it is refuted only if it is with one from below."""
    R, eta, L = bounds.radius, bounds.change, bounds.student_slope(norms)
    least, response, m = ball(task.witness.eigenvalue), ball(task.witness.response), task.statement.hessian_lower_bound
    turned = bounds.teacher_slope() * eta
    smallest = least - L * R - turned
    if not smallest >= ball(m):
        is_false = least - bounds.least_student_slope(norms) * R - turned < ball(m)
        message = f"lambda - L R - M eta is in [{lower(smallest)}, {upper(smallest)}]"
        decide(False, is_false, f"{message}, not at least {at_most(m)} by proof")
    measured = f"lambda - L R - M eta >= {lower(smallest)}, L <= {upper(L)}"
    task.record(RULE, "the Hessian is >= m > 0 on the ball, for all these teachers", measured)
    remainder = gradient + eta**2 * bounds.gradient_remainder()
    fixed, available = remainder + least * response * eta + turned * R, least * R
    used = fixed + L * R**2 / 2
    if not used < available:
        is_false = fixed + bounds.least_student_slope(norms) * R**2 / 2 >= available
        decide(
            False, is_false, f"a Newton step may leave the ball: {upper(used)} against lambda R = {lower(available)}"
        )
    slack = f"smaller by {lower(available - used)} at least, eta <= {upper(eta)}"
    task.record(RULE, "a Newton step stays in the ball: (5) less than lambda R", slack)


def _prove_not_global(task: NearbyTask, bounds: NearbyTeachers, value: arb) -> None:
    """(6)."""
    n, k, least = task.statement.neurons, task.statement.teachers, task.statement.loss_lower_bound
    difference = root(2 * value) - arb(n).sqrt() * bounds.radius - arb(k).sqrt() * bounds.change
    loss = difference**2 / 2
    message = f"that the loss is at least {at_most(least)} for all these teachers"
    holds, is_false = difference > 0 and loss >= ball(least), difference <= 0 or loss < ball(least)
    decide(holds, is_false, f"{message} does not follow from the loss at the center, {lower(value)}")
    task.record(RULE, "the loss is above the global minimum, 0", f"n = {n} >= k = {k}, loss >= {lower(loss)}")
