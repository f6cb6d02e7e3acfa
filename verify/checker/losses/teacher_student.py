"""F(W) = 1/2 E (sum_i sigma(w_i.x) - sum_j sigma(v_j.x))^2, its gradient and Hessian, over a box of students.

F is a sum of dual kernels kappa(p, q, s) of Gram entries, so the chain rule gives all:
with kappa_p, kappa_q, ... the partial derivatives at a pair of neurons (w, v),
    gradient in w      2 kappa_p w + kappa_q v
    block (w, w)  h1 = 2 kappa_p I + 4 kappa_pp w w^T + 2 kappa_pq (w v^T + v w^T) + kappa_qq v v^T
    block (w, v)  h2 = kappa_q I + 2 kappa_pq w w^T + 4 kappa_ps w v^T + kappa_qq v w^T + 2 kappa_qs v v^T.
and phi' w, phi' I + 2 phi'' w w^T for half of phi(|w|^2) = kappa(w, w). For ReLU and its
kin F is twice continuously differentiable wherever no w_i is zero (docs/THEOREMS.md;
Safran, Yehudai & Shamir 2021, Lemma 1). At parallel neurons the second derivatives of
kappa are infinite while h1 and h2 are not: there h1 and h2 are bounded as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from flint import arb, arb_mat

from verify.checker.core.balls import Balls, ball, euclidean_norm, point
from verify.checker.core.clock import look
from verify.checker.core.codes import Reason
from verify.checker.core.exact import Matrix
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import lower, upper
from verify.checker.losses.dual_kernel import DualKernel, Jet, Parallel, SelfJet
from verify.checker.losses.half_lines import HalfLines
from verify.checker.losses.kernels import smooth
from verify.checker.losses.loss import Realisation, Region
from verify.checker.statements.teacher_student import Activation, TeacherStudentLandscape


class TeacherStudent:
    """The landscape at all students of a box (or at a point, if the balls are thin)."""

    lifts: ClassVar[bool] = True

    def __init__(
        self,
        landscape: TeacherStudentLandscape,
        student: Balls,
        teacher: Balls | None = None,
    ) -> None:
        """`student`: (n, d), rows are neurons.

        `teacher`: (k, d), a box in the place of the landscape's own.
        """
        self._landscape = landscape
        self.students, self.teachers = student, point(landscape.teacher) if teacher is None else teacher
        self.neurons, self.input_dimension = landscape.neurons, landscape.input_dimension
        self._W, self._V = arb_mat(student), arb_mat(self.teachers)
        self._kernel = kernel_of(landscape.activation)

    @cached_property
    def _squares(self) -> tuple[list[arb], list[arb]]:
        return [sum((x * x for x in row), arb(0)) for row in self.students], [
            sum((x * x for x in row), arb(0)) for row in self.teachers
        ]

    @cached_property
    def among_students(self) -> dict[tuple[int, int], Jet]:
        """Jets at (w_i, w_j) for all i != j."""
        squares, _ = self._squares
        return self._jets(squares, self._W * self._W.transpose(), squares, lambda i, j: i != j)

    @cached_property
    def with_teacher(self) -> dict[tuple[int, int], Jet]:
        """Jets at (w_i, v_j)."""
        squares, teacher_squares = self._squares
        return self._jets(squares, self._W * self._V.transpose(), teacher_squares, lambda i, j: True)

    def _jets(
        self, p: list[arb], gram: arb_mat, s: list[arb], wanted: Callable[[int, int], bool]
    ) -> dict[tuple[int, int], Jet]:
        jets: dict[tuple[int, int], Jet] = {}
        for i, row in enumerate(gram.tolist()):
            look()
            jets |= {(i, j): self._kernel.pair(p[i], q, s[j]) for j, q in enumerate(row) if wanted(i, j)}
        return jets

    def value(self) -> arb:
        """F."""
        squares, teacher_squares = self._squares
        among_teachers = self._jets(
            teacher_squares, self._V * self._V.transpose(), teacher_squares, lambda i, j: i != j
        )
        alone = sum((self._kernel.alone(p).value for p in (*squares, *teacher_squares)), arb(0))
        twice = sum((jet.value for jet in (*self.among_students.values(), *among_teachers.values())), arb(0))
        return (alone + twice) / 2 - sum((jet.value for jet in self.with_teacher.values()), arb(0))

    def alone(self, i: int) -> SelfJet:
        """The kernel of w_i with itself."""
        return self._kernel.alone(self._squares[0][i])

    @cached_property
    def input_dimension_matrix(self) -> arb_mat:
        """M: (n, n), the Hessian's block for each input coordinate in which student and teacher vanish."""
        rows = [[arb(0)] * self.neurons for _ in range(self.neurons)]
        for i in range(self.neurons):
            rows[i][i] = self.alone(i).first
            for j in range(self.neurons):
                if i != j:
                    pair = self.among_students[i, j]
                    rows[i][i] += 2 * pair.p
                    rows[i][j] = pair.q
            for j in range(len(self.teachers)):
                rows[i][i] -= 2 * self.with_teacher[i, j].p
        return arb_mat(rows)

    def smooth(self, region: Region) -> tuple[str, str]:
        """Prove that F is C^2 on the region: by the activation, or because no neuron vanishes there.

        The theorem is in docs/THEOREMS.md, "Smoothness". In a Euclidean ball of radius r the neuron w_i can
        vanish if and only if |c_i| <= r, in a box of half-width r if and only if max |c_ij| <= r.
        """
        if self._landscape.activation.is_smooth:
            return "the loss is C^2", "everywhere, because the activation is smooth"
        radius, smallest = ball(region.radius), arb.pos_inf()
        for index, neuron in enumerate(region.center):
            size = euclidean_norm(map(ball, neuron)) if region.euclidean else ball(max(map(abs, neuron)))
            if not size > radius:
                vanishes = "vanishes within the radius, where the loss need not be differentiable"
                if size <= radius:
                    raise Refuted(f"student neuron {index} {vanishes}")
                raise Open(f"perhaps student neuron {index} {vanishes}", Reason.KINK)
            smallest = smallest.min(size)
        name = "|c_i|" if region.euclidean else "max_j |c_ij|"
        measured = f"min_i {name} >= {lower(smallest)}, r <= {upper(radius)}"
        return "no neuron vanishes within the radius, so the loss is C^2 there", measured

    def at(self, where: Matrix) -> TeacherStudent:
        """The same landscape at an exact student, whose neurons that compute 0 are left out. Raises Open if all do."""
        left_out = self._landscape.activation.vanishes_at_zero
        neurons = tuple(row for row in where if any(row) or not left_out)
        if not neurons:
            raise Open("a better point without a neuron that is not zero is not evaluated", Reason.KINK)
        return TeacherStudent(replace(self._landscape, neurons=len(neurons)), point(neurons))

    def realisation(self) -> Realisation:
        """A student copies the teacher's neurons, and its surplus ones are 0."""
        landscape = self._landscape
        return Realisation(landscape.neurons, len(landscape.teacher), landscape.activation.vanishes_at_zero)

    def gradient(self) -> Balls:
        """(n, d). With M as above it is M W - K V, where K_ij = kappa_q(w_i, v_j)."""
        K = arb_mat([[self.with_teacher[i, j].q for j in range(len(self.teachers))] for i in range(self.neurons)])
        gradient: Balls = (self.input_dimension_matrix * self._W - K * self._V).tolist()
        return gradient

    def hessian_from_below(self) -> arb_mat | None:
        """None: the enclosure is all there is."""
        return None

    def hessian(self) -> arb_mat:
        """(n d, n d), unknowns ordered row by row of W."""
        n, d = self.neurons, self.input_dimension
        blocks: list[list[Balls]] = [[[] for _ in range(n)] for _ in range(n)]
        diagonal = self.input_dimension_matrix
        for i in range(n):
            look()
            blocks[i][i] = self._own_block(i, diagonal[i, i])
            for j in range(i):
                block = self._mixed_block(self.among_students[i, j], self.students[i], self.students[j])
                blocks[i][j] = block
                blocks[j][i] = [list(column) for column in zip(*block, strict=True)]
        return arb_mat([[entry for j in range(n) for entry in blocks[i][j][a]] for i in range(n) for a in range(d)])

    def _own_block(self, i: int, scalar: arb) -> Balls:
        """scalar I + the rest of h1 summed over all pairs of neuron i, in the form U + w y^T + y w^T + x w w^T."""
        w, neighbours, weights = self.students[i], [], []
        on_w, spread = 2 * self.alone(i).second, arb(0)
        towards = [arb(0)] * self.input_dimension
        for v, pair, sign in self._pairs_of(i):
            if isinstance(pair.second, Parallel):
                spread += pair.second.own
                # h1 as a whole stands in `spread`: take out its part of `scalar`.
                scalar -= sign * 2 * pair.p
                continue
            on_w += sign * 4 * pair.second.pp
            mixed = sign * 2 * pair.second.pq
            towards = [entry + mixed * x for entry, x in zip(towards, v, strict=True)]
            neighbours.append(v)
            weights.append(sign * pair.second.qq)
        half = on_w / 2
        y = [entry + half * x for entry, x in zip(towards, w, strict=True)]
        left = [w, y, *neighbours]
        right = [y, w, *([weight * x for x in v] for weight, v in zip(weights, neighbours, strict=True))]
        return _add(scalar, spread, arb_mat(left).transpose() * arb_mat(right))

    def with_teacher_hessian(self) -> arb_mat:
        """(n d, k d): h2(w_i, v_j), the derivative of the student's gradient in the teacher, up to its sign."""
        n, k, d = self.neurons, len(self.teachers), self.input_dimension
        blocks: list[list[Balls]] = []
        for i in range(n):
            look()
            row = [(self.with_teacher[i, j], self.students[i], self.teachers[j]) for j in range(k)]
            blocks.append([self._mixed_block(*pair) for pair in row])
        return arb_mat([[entry for j in range(k) for entry in blocks[i][j][a]] for i in range(n) for a in range(d)])

    def _mixed_block(self, pair: Jet, w: list[arb], v: list[arb]) -> Balls:
        """h2 of the pair (w, v)."""
        if isinstance(pair.second, Parallel):
            return _add(pair.q, pair.second.mixed, arb_mat(self.input_dimension, self.input_dimension))
        _, pq, ps, qq, qs = pair.second
        right = [
            [2 * pq * x + 4 * ps * y for x, y in zip(w, v, strict=True)],
            [qq * x + 2 * qs * y for x, y in zip(w, v, strict=True)],
        ]
        return _add(pair.q, arb(0), arb_mat([w, v]).transpose() * arb_mat(right))

    def _pairs_of(self, i: int) -> list[tuple[list[arb], Jet, int]]:
        students = [(self.students[j], self.among_students[i, j], 1) for j in range(self.neurons) if j != i]
        return students + [(self.teachers[j], self.with_teacher[i, j], -1) for j in range(len(self.teachers))]


def kernel_of(activation: Activation) -> DualKernel:
    """The dual kernel of an activation."""
    return smooth(activation.name) if activation.is_smooth else HalfLines(ball(activation.slope))


def _add(scalar: arb, spread: arb, matrix: arb_mat) -> Balls:
    """scalar I + matrix + any symmetric matrix of spectral norm at most `spread`."""
    rows: Balls = matrix.tolist()
    if not spread.is_zero():
        anything = arb(0).union(spread).union(-spread)
        rows = [[entry + anything for entry in row] for row in rows]
    for index, row in enumerate(rows):
        row[index] += scalar
    return rows
