"""The balls contain what they say: value, gradient, Hessian and M, against the definition in 160 digits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, arb_mat, ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.checker import oracle
from tests.checker.oracle import ANALYTIC, AT_A_KINK, Point, contains
from verify.checker.arithmetic import box, point
from verify.checker.landscapes import relu
from verify.checker.landscapes.teacher_student import TeacherStudent
from verify.checker.rules.proof import ends
from verify.checker.statement import Matrix, TeacherStudentLandscape

FEW = settings(max_examples=80)
BITS = st.sampled_from([53, 128, 220])
COORDINATES = st.integers(-32, 32).map(lambda m: Fraction(m, 16)) | st.sampled_from([Fraction(0), Fraction(1)])
FACTORS = st.sampled_from([Fraction(1), Fraction(-1), Fraction(2, 3), Fraction(-7, 2), Fraction(1, 10**6)])
TINY = Fraction(1, 10**17)


@st.composite
def neurons(draw: st.DrawFn, count: int, d: int, like: Point, special: bool) -> Point:
    """Neurons, none zero; if `special`, some (anti)parallel to earlier ones, exactly or up to 1e-17."""
    rows: Point = []
    for _ in range(count):
        others = like + rows
        if special and others and draw(st.booleans()):
            factor, bend = draw(FACTORS), draw(st.sampled_from([Fraction(0), TINY, -TINY]))
            row = [factor * x for x in draw(st.sampled_from(others))]
            row[draw(st.integers(0, d - 1))] += bend
        else:
            row = draw(st.lists(COORDINATES, min_size=d, max_size=d))
        assume(any(row))
        rows.append(row)
    return rows


@st.composite
def instances(draw: st.DrawFn, special: bool = False) -> tuple[Point, Point]:
    """A student and a teacher, of small sizes."""
    n, k, d = (draw(st.integers(1, 3)) for _ in range(3))
    V = draw(neurons(k, d, [], special))
    return draw(neurons(n, d, V, special)), V


def exact(matrix: Point) -> Matrix:
    return tuple(tuple(row) for row in matrix)


def landscape(W: Point, V: Point) -> TeacherStudentLandscape:
    return TeacherStudentLandscape("relu", exact(V), orthonormal=False, neurons=len(W))


def at(W: Point, V: Point) -> TeacherStudent:
    return TeacherStudent(landscape(W, V), point(exact(W)))


def over(W: Point, V: Point, radius: Fraction) -> TeacherStudent:
    return TeacherStudent(landscape(W, V), box(exact(W), radius))


def parallel(W: Point, V: Point) -> bool:
    """Whether two different neurons, not both the teacher's, are linearly dependent."""
    pairs = [(w, v) for i, w in enumerate(W) for v in [*W[:i], *V]]
    indices = [(a, b) for a in range(len(W[0])) for b in range(a)]
    return any(all(w[a] * v[b] == w[b] * v[a] for a, b in indices) for w, v in pairs)


def error(W: Point, V: Point) -> Fraction:
    return AT_A_KINK if parallel(W, V) else ANALYTIC


def padded(matrix: Point) -> Point:
    return [[*row, Fraction(0)] for row in matrix]


# At a point


@given(instances(), BITS)
def test_value(instance: tuple[Point, Point], bits: int) -> None:
    with ctx.workprec(bits):
        assert contains(at(*instance).value(), oracle.value(*instance))


@given(instances(special=True), BITS)
def test_value_at_parallel_neurons(instance: tuple[Point, Point], bits: int) -> None:
    with ctx.workprec(bits):
        assert contains(at(*instance).value(), oracle.value(*instance))


@FEW
@given(instances(), BITS)
def test_gradient(instance: tuple[Point, Point], bits: int) -> None:
    check_gradient(*instance, bits)


@FEW
@given(instances(special=True), BITS)
def test_gradient_at_parallel_neurons(instance: tuple[Point, Point], bits: int) -> None:
    check_gradient(*instance, bits)


def check_gradient(W: Point, V: Point, bits: int) -> None:
    with ctx.workprec(bits):
        entries = [entry for row in at(W, V).gradient() for entry in row]
        for a, entry in enumerate(entries):
            assert contains(entry, oracle.gradient_entry(W, V, a), error(W, V)), a


@FEW
@given(instances(), BITS, st.data())
def test_hessian(instance: tuple[Point, Point], bits: int, data: st.DataObject) -> None:
    check_hessian(*instance, bits, data)


@FEW
@given(instances(special=True), BITS, st.data())
def test_hessian_at_parallel_neurons(instance: tuple[Point, Point], bits: int, data: st.DataObject) -> None:
    check_hessian(*instance, bits, data)


def check_hessian(W: Point, V: Point, bits: int, data: st.DataObject) -> None:
    unknowns = st.integers(0, len(W) * len(W[0]) - 1)
    with ctx.workprec(bits):
        H = at(W, V).hessian()
        for a, b in data.draw(st.lists(st.tuples(unknowns, unknowns), min_size=1, max_size=4)):
            assert contains(H[a, b], oracle.hessian_entry(W, V, a, b), error(W, V)), (a, b)


def test_balls_are_narrow_away_from_parallel_neurons() -> None:
    """Without it, balls that contain everything would pass all tests above."""
    W = [[Fraction(1), Fraction(2)], [Fraction(-1), Fraction(1, 3)]]
    V = [[Fraction(3, 4), Fraction(-1)], [Fraction(1, 7), Fraction(2)]]
    with ctx.workprec(128):
        there = at(W, V)
        balls = [there.value(), *(x for row in there.gradient() for x in row), *there.hessian().entries()]
        assert all(ball.rad() < 1e-34 for ball in balls)


def test_balls_shrink_to_the_limit_at_parallel_neurons() -> None:
    """The Hessian is continuous there: h1 -> 0; h2 -> I/2 at parallel and 0 at antiparallel neurons."""
    w = [Fraction(3, 5), Fraction(4, 7)]
    for factor, limit in ((Fraction(2), 0.5), (Fraction(-2), 0.0)):
        for bits, width in ((53, 1e-6), (200, 1e-28)):
            with ctx.workprec(bits):
                H = at([w, [factor * x for x in w]], [[factor * x for x in w]]).hessian()
                expected = [
                    [0.5 * (a == b) if a // 2 == b // 2 else limit * (a % 2 == b % 2) for b in range(4)]
                    for a in range(4)
                ]
                assert H.contains(arb_mat(expected))
                assert all(entry.rad() < width for entry in H.entries())


@given(instances(), BITS)
def test_the_bounds_for_parallel_neurons_are_those_of_the_blocks(instance: tuple[Point, Point], bits: int) -> None:
    """In the plane they are attained: h1 along the normal m of w is `own`; h2 - kappa_q I is [[a, b], [b, -a]]."""
    w, v = ([*row[:2], Fraction(1, 3)][:2] for row in (instance[0][0], instance[1][0]))
    assume(any(w) and any(v) and not parallel([w], [v]))
    with ctx.workprec(bits):
        p, q, s = (point(((Fraction(x[0] * y[0] + x[1] * y[1]),),))[0][0] for x, y in ((w, w), (w, v), (v, v)))
        bounds = relu.parallel(p, s, relu.area_and_obtuse(p, q, s)[0])
        own, mixed = oracle.block_norms(w, v)
        assert contains(bounds.own, own, ANALYTIC)
        assert contains(bounds.mixed, mixed, ANALYTIC)


def test_zero_neuron_has_no_finite_hessian() -> None:
    W, V = [[Fraction(0), Fraction(0)]], [[Fraction(1), Fraction(0)]]
    assert not any(entry.is_finite() for row in at(W, V).gradient() for entry in row)


# Over a box


@FEW
@given(instances(special=True), st.sampled_from([1, 10**3, 10**6, 10**12]), st.data())
def test_box_contains_its_points(instance: tuple[Point, Point], inverse: int, data: st.DataObject) -> None:
    W, V = instance
    radius = Fraction(1, 10 * inverse)
    offsets = st.sampled_from([-radius, Fraction(0), radius]) | st.fractions(-radius, radius, max_denominator=10**15)
    inside = [[x + data.draw(offsets) for x in row] for row in W]
    assume(all(max(map(abs, row)) > 2 * radius for row in W))
    region, a, b = over(W, V, radius), *(data.draw(st.integers(0, len(W) * len(W[0]) - 1)) for _ in range(2))
    d, slack = len(W[0]), error(inside, V)
    gradient, H = region.gradient(), region.hessian()
    assert holds(gradient[a // d][a % d], oracle.gradient_entry(inside, V, a), slack)
    assert holds(H[a, b], oracle.hessian_entry(inside, V, a, b), slack)
    assert holds(region.value(), oracle.value(inside, V))


def holds(ball: arb, number: object, slack: Fraction = Fraction(0)) -> bool:
    """A ball that is not finite proves nothing, so it lies about nothing."""
    return not ball.is_finite() or contains(ball, number, slack)


@given(instances(special=True), st.sampled_from([10**3, 10**6]))
def test_a_larger_box_has_larger_balls(instance: tuple[Point, Point], inverse: int) -> None:
    W, V = instance
    radius = Fraction(1, inverse)
    assume(all(max(map(abs, row)) > 4 * radius for row in W))
    smaller, larger = over(W, V, radius / 2), over(W, V, radius)
    for small, large in zip(smaller.hessian().entries(), larger.hessian().entries(), strict=True):
        assert not large.is_finite() or (small.is_finite() and large.rad() >= small.rad() and large.overlaps(small))


@given(st.lists(st.fractions(-9, 9), min_size=1, max_size=4), st.fractions(0, 1))
def test_box_contains_the_euclidean_ball(center: list[Fraction], radius: Fraction) -> None:
    [row] = box((tuple(center),), radius)
    for entry, ball in zip(center, row, strict=True):
        low, high = ends(ball)
        assert low <= entry - radius
        assert entry + radius <= high


# Further input coordinates


@FEW
@given(instances(special=True), BITS, st.data())
def test_input_dimension_matrix_is_the_hessian_of_a_new_coordinate(
    instance: tuple[Point, Point], bits: int, data: st.DataObject
) -> None:
    W, V = instance
    n, d = len(W), len(W[0])
    i, j = (data.draw(st.integers(0, n - 1)) for _ in range(2))
    with ctx.workprec(bits):
        M, H = at(W, V).input_dimension_matrix, at(padded(W), padded(V)).hessian()
        second = oracle.hessian_entry(padded(W), padded(V), i * (d + 1) + d, j * (d + 1) + d)
        assert contains(M[i, j], second, error(W, V))
        assert M[i, j].overlaps(H[i * (d + 1) + d, j * (d + 1) + d])
        assert H[i * (d + 1) + d, j * (d + 1)].contains(0), "new and old coordinates do not mix"


@given(instances(special=True), BITS)
def test_input_dimension_matrix_is_the_mean_of_the_blocks_diagonals(instance: tuple[Point, Point], bits: int) -> None:
    """tr h1 and tr h2 are d times the entries of M, so M >= m wherever the Hessian is >= m.

    So hypothesis (1) of `every-input-dimension` follows from (2) of `strict-local-minimum`.
    """
    W, V = instance
    n, d = len(W), len(W[0])
    with ctx.workprec(bits):
        M, H = at(W, V).input_dimension_matrix, at(W, V).hessian()
        for i in range(n):
            for j in range(n):
                trace = sum((H[i * d + a, j * d + a] for a in range(d)), arb(0))
                assert trace.overlaps(d * M[i, j])


# Known values


@pytest.mark.parametrize("k", [2, 3, 6])
def test_orthogonal_neurons(k: int) -> None:
    """kappa = 1/(2 pi) at a right angle, 1/2 with itself: F(V) = 0, F(-V) = k/2 - 0 + ... by hand.

    For W = -V: sum kappa(w, w') = sum kappa(v, v') = k/2 + k(k-1)/(2 pi); kappa(-v_i, v_i) = 0 and
    kappa(-v_i, v_j) = 1/(2 pi). So F = k/2 + k(k-1)/(2 pi) - k(k-1)/(2 pi) = k/2.
    """
    eye = [[Fraction(int(i == j)) for j in range(k)] for i in range(k)]
    minus = [[-x for x in row] for row in eye]
    assert at(eye, eye).value().contains(0)
    assert at(minus, eye).value().contains(arb(k) / 2)
    assert at(minus, eye).value().rad() < 1e-13


def test_opposite_neurons_do_not_see_each_other() -> None:
    """relu(x) and relu(-2x) are orthogonal: F = 1/2 (1/2 + 4/2) = 5/4, and the gradient is w/2."""
    there = at([[Fraction(-2)]], [[Fraction(1)]])
    assert there.value().contains(1.25)
    assert there.gradient()[0][0].contains(-1)
    assert there.hessian()[0, 0].contains(0.5)
