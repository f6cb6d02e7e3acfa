"""The constants of docs/TEACHERS.md: each bound against the worst that float64 can find, and that it is not far off."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns import campaign
from verify.checker.core.balls import spectral_norm
from verify.checker.evaluators import NearbyTeachers, TeacherStudent, largest_change, own_norms
from verify.checker.statements.teacher_student import RELU, TeacherStudentLandscape, identity
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent

STEP = 1e-6
ROUNDING = 1e-4
"""Relative, of a difference quotient."""

Array = np.ndarray
seeds = st.integers(0, 2**32 - 1)


def h1(w: Array, v: Array) -> Array:
    """The second derivative of kappa(w, v) in w."""
    return np.eye(len(w)) / 2 - ReLUTeacherStudent(v[None]).hessian(w[None])


def h2(w: Array, v: Array) -> Array:
    """The mixed second derivative of kappa(w, v): for two students the corner of the Hessian."""
    d = len(w)
    return ReLUTeacherStudent(np.eye(d)).hessian(np.array([w, v]))[:d, d:]


def slope(f, x: Array, direction: Array) -> Array:
    """The derivative of a matrix in a direction."""
    return (f(x + STEP * direction) - f(x - STEP * direction)) / (2 * STEP)


def unit(x: Array) -> Array:
    return x / np.linalg.norm(x)


def largest_cubic(f, x: Array, random: np.random.Generator, starts: int = 8, turns: int = 30) -> float:
    """The largest |f'(x)[u](u, u)| over unit u that a power iteration finds; f' is a symmetric trilinear form."""
    best = 0.0
    for _ in range(starts):
        u = unit(random.normal(size=x.size))
        for _ in range(turns):
            image = slope(f, x, u.reshape(x.shape)) @ u
            best = max(best, abs(float(image @ u)))
            if not np.linalg.norm(image) > 1e-9:
                break
            u = unit(math.copysign(1, image @ u) * image + 0.3 * np.linalg.norm(image) * u)
    return best


def not_parallel(random: np.random.Generator, d: int) -> tuple[Array, Array]:
    """Two vectors of various lengths, at any angle: nearly parallel and antiparallel ones too."""
    w = random.normal(size=d)
    v = random.choice([-1, 1]) * w + 10 ** random.uniform(-3, 2) * random.normal(size=d)
    return w * 10 ** random.uniform(-1, 1) / np.linalg.norm(w), v * 10 ** random.uniform(-1, 1) / np.linalg.norm(v)


@given(seeds, st.integers(2, 4))
def test_the_third_derivatives_of_the_kernel(seed: int, d: int) -> None:
    """d^3 kappa / dw dw dv = S(m) / (2 pi |w|), and the formula for dw dw dw."""
    random = np.random.default_rng(seed)
    w, v = not_parallel(random, d)
    x, y, z = random.normal(size=(3, d))
    u = unit(w)
    m, P = unit(v - (u @ v) * u), np.eye(d) - np.outer(u, u)
    S = (m @ x) * (y @ P @ z) + (m @ y) * (x @ P @ z) + (m @ z) * (x @ P @ y) - (m @ x) * (m @ y) * (m @ z)
    W, H = np.linalg.norm(w), h1(w, v)
    scale = 1 / np.sin(np.arccos(np.clip(u @ unit(v), -1, 1))) ** 3  # of the fourth derivatives
    step = STEP * min(W, np.linalg.norm(v)) / scale
    mixed = (h1(w, v + step * z) - h1(w, v - step * z)) / (2 * step)
    own = (h1(w + step * z, v) - h1(w - step * z, v)) / (2 * step)
    sizes = np.linalg.norm(x) * np.linalg.norm(y) * np.linalg.norm(z)
    near = 1e-3 * scale * sizes
    assert abs(x @ mixed @ y - S / (2 * math.pi * W)) <= near / W
    symmetrised = (u @ x) * (y @ H @ z) + (u @ y) * (x @ H @ z) + (u @ z) * (x @ H @ y)
    expected = -(u @ v) * S / (2 * math.pi * W**2) - symmetrised / W
    assert abs(x @ own @ y - expected) <= near * np.linalg.norm(v) / W**2


@pytest.mark.parametrize("count", [20, pytest.param(60, marks=campaign)])
def test_the_norms_of_the_third_derivatives_are_attained(count: int) -> None:
    """|S(m)| <= 2 and 3 sqrt 3 / (4 pi): never more, and nearly reached, so neither constant is a slip of the pen."""
    random = np.random.default_rng(0)
    mixed, own = [], []
    for _ in range(count):
        angle, W, V = random.uniform(0.05, math.pi - 0.05), *10 ** random.uniform(-0.5, 0.5, size=2)
        w, v = W * np.array([1.0, 0, 0]), V * np.array([math.cos(angle), math.sin(angle), 0])
        u, other = random.normal(size=3), random.normal(size=3)
        for _ in range(40):  # alternate between the two arguments w, w and the third, v
            u, other = unit(slope(lambda v, w=w: h1(w, v), v, unit(other)) @ unit(u)), unit(u)
        u = unit(v - (v @ w) * w / W**2)
        mixed.append(np.linalg.norm(slope(lambda v, w=w: h1(w, v), v, u), 2) * math.pi * W)
        own.append(largest_cubic(lambda w, v=v: h1(w, v), w, random) * 4 * math.pi * W**2 / (3 * math.sqrt(3) * V))
    for found in (mixed, own):
        assert max(found) <= 1 + ROUNDING
    assert min(mixed) >= 1 - ROUNDING
    assert max(own) >= 0.98


@given(seeds, st.integers(2, 4))
def test_the_blocks_are_lipschitz_in_v_across_parallel_pairs(seed: int, d: int) -> None:
    """|h1(w, v) - h1(w, v')| <= |v - v'| / (pi |w|); |h2(w, v) - h2(w, v')| <= |v - v'| / (pi least |v|)."""
    random = np.random.default_rng(seed)
    w, v = not_parallel(random, d)
    other = 2 * (w @ v) * w / (w @ w) - v + 10 ** random.uniform(-6, 0) * random.normal(size=d)  # on the other side
    for far in (other, v + 10 ** random.uniform(-4, 1) * random.normal(size=d)):
        distance = np.linalg.norm(far - v)
        assert np.linalg.norm(h1(w, v) - h1(w, far), 2) <= distance / (math.pi * np.linalg.norm(w)) * (1 + ROUNDING)
        least = min(np.linalg.norm(v + s * (far - v)) for s in np.linspace(0, 1, 1001)) * 0.99
        assert np.linalg.norm(h2(w, v) - h2(w, far), 2) <= distance / (math.pi * least) * (1 + ROUNDING)


@given(seeds, st.integers(1, 6))
def test_the_spectral_norm_is_bounded_closely(seed: int, order: int) -> None:
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(order, order)) * 10 ** random.uniform(-6, 6)
    matrix = matrix + matrix.T
    norm, bound = np.linalg.norm(matrix, 2), spectral_norm(arb_mat(matrix.tolist()))
    assert bound >= norm * (1 - 1e-9)
    assert bound <= norm * order ** (1 / 32) * (1 + 1e-9)
    thick = arb_mat(order, order) * arb(0, 1e-30)
    assert spectral_norm(thick) < 1e-20  # not a NaN
    thick[0, order - 1] = arb.nan()
    assert spectral_norm(thick).is_nan()


@given(seeds, st.integers(2, 6), st.floats(0.001, 0.999))
def test_the_root_of_the_gram_matrix_is_near_the_identity(seed: int, k: int, distance: float) -> None:
    random = np.random.default_rng(seed)
    change = random.normal(size=(k, k)) if random.random() < 0.5 else np.outer(*random.normal(size=(2, 1, k)))
    change = change + change.T
    if random.random() < 0.5:
        change = -np.outer(x := random.normal(size=k), x)  # one eigenvalue, downwards: the worst
    values, vectors = np.linalg.eigh(np.eye(k) + distance * change / np.linalg.norm(change))
    root = vectors * np.sqrt(values) @ vectors.T
    assert np.linalg.norm(root - np.eye(k)) <= float(largest_change(arb(distance)).upper()) * (1 + 1e-9)


# The loss: bounds on a ball of students and teachers


class Instance:
    """A center, radii, and the bounds of the checker there."""

    def __init__(self, seed: int, n: int, k: int) -> None:
        self.random = np.random.default_rng(seed)
        aligned = np.eye(max(n, k))[:n, :k] * self.random.choice([-1, 1], size=(n, 1))
        self.center = self.random.choice([0, 1]) * aligned + 10 ** self.random.uniform(-2, 0.3) * self.random.normal(
            size=(n, k)
        )
        self.eta = 10 ** self.random.uniform(-4, -0.2)
        self.radius = 10 ** self.random.uniform(-4, -0.05) * np.linalg.norm(self.center, axis=1).min()
        self.bounds = NearbyTeachers(
            [[arb(entry) for entry in row] for row in self.center], arb(self.radius), arb(self.eta)
        )
        hessian = ReLUTeacherStudent.orthonormal(k).hessian(self.center)
        self.slope = float(self.bounds.student_slope(own_norms(arb_mat(hessian.tolist()), k)).upper())

    def teacher(self, size: float = 1.0) -> Array:
        k = self.center.shape[1]
        change = self.random.normal(size=(k, k))
        change = (change + change.T) * self.random.choice([0, 1], size=(k, k), p=[0.2, 0.8])
        change = np.tril(change) + np.tril(change, -1).T
        return np.eye(k) + size * self.eta * change / (np.linalg.norm(change) or 1)

    def student(self) -> Array:
        """In the ball; sometimes with a neuron that is nearly parallel to another or to the teacher's."""
        W = self.center + self.radius * unit(self.random.normal(size=self.center.shape))
        return W if self.random.random() < 0.5 else self.center + self.random.random() * (W - self.center)


instances = st.builds(Instance, seeds, st.integers(1, 4), st.integers(2, 4))


@given(instances)
def test_the_hessian_changes_with_the_student_no_faster_than_stated(instance: Instance) -> None:
    for _ in range(4):
        landscape = ReLUTeacherStudent(instance.teacher())
        W, other = instance.student(), instance.student()
        change = np.linalg.norm(landscape.hessian(W) - landscape.hessian(other), 2)
        assert change <= instance.slope * np.linalg.norm(W - other) * (1 + ROUNDING) + 1e-9


@given(instances)
def test_the_bound_from_below_is_one_for_each_choice_of_the_row_and_of_the_norms(instance: Instance) -> None:
    """With |H_ii - I/2| in floats for their bounds, at the point of a grid where the change is largest."""
    k = instance.center.shape[1]
    hessian = ReLUTeacherStudent.orthonormal(k).hessian(instance.center)
    blocks = [hessian[i : i + k, i : i + k] - np.eye(k) / 2 for i in range(0, len(hessian), k)]
    norms = [arb(float(np.linalg.norm(block, 2)) * (1 + 1e-9)) for block in blocks]
    least = instance.bounds.least_student_slope(own_norms(arb_mat(hessian.tolist()), k))
    grid = [arb(j) / 256 for j in range(257)]
    for special in range(len(norms)):
        rate = instance.bounds._rate(norms, special)
        assert float(least.lower()) <= max(float(rate(x, x).upper()) for x in grid)
    assert float(least.upper()) <= instance.slope
    assert instance.slope <= float(least.lower()) * 1.2 + 1e-9


@given(instances)
def test_the_steepest_change_of_the_hessian_is_bounded(instance: Instance) -> None:
    landscape = ReLUTeacherStudent(instance.teacher())
    W = instance.student()
    assert largest_cubic(landscape.hessian, W, instance.random, 3, 12) <= instance.slope * (1 + 1e-2)


@given(instances)
def test_gradient_and_hessian_change_with_the_teacher_no_faster_than_stated(instance: Instance) -> None:
    center, k = instance.center, instance.center.shape[1]
    least = np.linalg.norm(center, axis=1).min()
    identity = ReLUTeacherStudent.orthonormal(k)
    V = instance.teacher(instance.random.random())
    changed, D = ReLUTeacherStudent(V), V - np.eye(k)
    eta, bounds = np.linalg.norm(D), instance.bounds
    moved = np.linalg.norm(changed.hessian(center) - identity.hessian(center), 2)
    assert moved <= float(bounds.teacher_slope().upper()) * eta * (1 + ROUNDING) + 1e-9
    assert float(bounds.teacher_slope().upper()) <= math.sqrt(k) / (math.pi * least) * (1 + 1e-9)
    linear = np.array([sum(h2(w, e) @ delta for e, delta in zip(np.eye(k), D, strict=True)) for w in center])
    remainder = np.linalg.norm(changed.gradient(center) - identity.gradient(center) + linear)
    assert remainder <= float(bounds.gradient_remainder().upper()) * eta**2 * (1 + ROUNDING) + 1e-9


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_remainder_of_the_gradient_is_not_far_off(count: int) -> None:
    """Between two teachers that are exchanged in part: 0.7 of the bound, so that no smaller constant would do."""
    center, eta = np.array([[1.0, -1.0]] * count), 1e-3
    D = eta * np.array([[0.0, 1.0], [1.0, 0.0]]) / math.sqrt(2)
    bounds = NearbyTeachers([[arb(entry) for entry in row] for row in center], arb(0.1), arb(eta))
    changed, identity = ReLUTeacherStudent(np.eye(2) + D), ReLUTeacherStudent.orthonormal(2)
    linear = np.array([sum(h2(w, e) @ delta for e, delta in zip(np.eye(2), D, strict=True)) for w in center])
    remainder = np.linalg.norm(changed.gradient(center) - identity.gradient(center) + linear) / eta**2
    assert 0.7 * float(bounds.gradient_remainder()) < remainder < float(bounds.gradient_remainder())


def test_the_slope_is_not_far_off_at_a_known_minimum() -> None:
    """So that a bound that is merely huge does not pass: at type A of k = 6 the steepest change found is a third."""
    with ctx.workprec(64):
        instance = Instance(0, 6, 6)
        a, b = -0.697, 0.2997
        center = b + (a - b) * np.eye(6)
        hessian = ReLUTeacherStudent.orthonormal(6).hessian(center)
        balls = [[arb(entry) for entry in row] for row in center]
        bound = NearbyTeachers(balls, arb(1e-6), arb(1e-6)).student_slope(own_norms(arb_mat(hessian.tolist()), 6))
    found = largest_cubic(ReLUTeacherStudent.orthonormal(6).hessian, center, instance.random)
    assert found <= float(bound) <= 4 * found


@given(seeds, st.integers(1, 4), st.integers(2, 4))
def test_the_response_of_the_gradient_is_that_to_the_teacher(seed: int, n: int, k: int) -> None:
    """B of the checker against difference quotients of the gradient in the teacher's entries."""
    random = np.random.default_rng(seed)
    center, D = random.normal(size=(n, k)), random.normal(size=(k, k))
    balls = [[arb(entry) for entry in row] for row in center]
    B = TeacherStudent(TeacherStudentLandscape(RELU, identity(k), True, n), balls).with_teacher_hessian()
    floats = np.array([[float(entry) for entry in row] for row in B.tolist()])
    there, here = (ReLUTeacherStudent(np.eye(k) + step * D).gradient(center) for step in (STEP, -STEP))
    assert np.allclose(floats @ D.ravel(), -((there - here) / (2 * STEP)).ravel(), atol=1e-4)


@pytest.mark.parametrize("radius", [0.5, 1.0, 2.0])
def test_nothing_is_bounded_where_a_neuron_may_vanish(radius: float) -> None:
    """The divisor's ball reaches 0, or the bound is not used: the rule proves |c_i| > R beforehand."""
    bounds = NearbyTeachers([[arb(1), arb(0)], [arb(0), arb(1)]], arb(radius), arb(0))
    assert (bounds.shortest[0] > 0) is (radius < 1)
