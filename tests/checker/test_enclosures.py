"""The balls contain what they say: value, gradient, Hessian and M, against the definition in 160 digits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import pytest
from flint import arb, arb_mat, ctx
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath.ctx_mp import MPContext

from tests.campaigns import examples
from tests.checker.oracle import ANALYTIC, AT_A_KINK, Oracle, Point, contains, relu_block_norms
from verify.checker.core.balls import box, euclidean_norm, maximum, point, row_sum_norm
from verify.checker.core.exact import Matrix
from verify.checker.core.task import ends
from verify.checker.losses import relu
from verify.checker.losses.dual_kernel import Jet, Parallel, SelfJet
from verify.checker.losses.teacher_student import TeacherStudent
from verify.checker.statements.teacher_student import RELU, Activation, TeacherStudentLandscape

FEW = settings(max_examples=examples(30))
BITS = st.sampled_from([53, 128, 220])
COORDINATES = st.integers(-32, 32).map(lambda m: Fraction(m, 16)) | st.sampled_from([Fraction(0), Fraction(1)])
FACTORS = st.sampled_from([Fraction(1), Fraction(-1), Fraction(2, 3), Fraction(-7, 2), Fraction(1, 100)])
SLOPES = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(-1), Fraction(1), Fraction(3)])
ACTIVATIONS = st.just(Activation("erf")) | SLOPES.map(lambda slope: Activation("leaky-relu", slope))
TINY = Fraction(1, 10**17)


@dataclass(frozen=True)
class Instance:
    """A student W and a teacher V of some activation."""

    W: Point
    V: Point
    sigma: Activation = RELU

    @property
    def oracle(self) -> Oracle:
        return Oracle("erf" if self.sigma.name == "erf" else self.sigma.slope)

    @property
    def landscape(self) -> TeacherStudentLandscape:
        return TeacherStudentLandscape(self.sigma, exact(self.V), orthonormal=False, neurons=len(self.W))

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.W), len(self.W[0])

    @property
    def error(self) -> Fraction:
        """Of the oracle: larger where two neurons, not both the teacher's, are linearly dependent."""
        pairs = [(w, v) for i, w in enumerate(self.W) for v in [*self.W[:i], *self.V]]
        return AT_A_KINK if self.sigma.name != "erf" and any(dependent(w, v) for w, v in pairs) else ANALYTIC

    def at(self) -> TeacherStudent:
        return TeacherStudent(self.landscape, point(exact(self.W)))

    def over(self, radius: Fraction) -> TeacherStudent:
        return TeacherStudent(self.landscape, box(exact(self.W), radius))

    def padded(self) -> Instance:
        return Instance([[*row, Fraction(0)] for row in self.W], [[*row, Fraction(0)] for row in self.V], self.sigma)


def exact(matrix: Point) -> Matrix:
    return tuple(tuple(row) for row in matrix)


def dependent(w: list[Fraction], v: list[Fraction]) -> bool:
    return all(w[a] * v[b] == w[b] * v[a] for a in range(len(w)) for b in range(a))


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
def instances(draw: st.DrawFn, activations: st.SearchStrategy[Activation] = ACTIVATIONS) -> Instance:
    """A student and a teacher, of small sizes, at general or at parallel points."""
    n, k, d = (draw(st.integers(1, 3)) for _ in range(3))
    special = draw(st.booleans())
    V = draw(neurons(k, d, [], special))
    return Instance(draw(neurons(n, d, V, special)), V, draw(activations))


# At a point


@given(instances(), BITS)
def test_value(case: Instance, bits: int) -> None:
    with ctx.workprec(bits):
        assert contains(case.at().value(), case.oracle.value(case.W, case.V))


@FEW
@given(instances(), BITS)
def test_gradient(case: Instance, bits: int) -> None:
    with ctx.workprec(bits):
        for a, entry in enumerate(entry for row in case.at().gradient() for entry in row):
            assert contains(entry, case.oracle.gradient_entry(case.W, case.V, a), case.error), a


@pytest.mark.parametrize("sigma", ["relu", "leaky-relu", "erf"])
@FEW
@given(data=st.data(), bits=BITS)
def test_hessian(sigma: str, bits: int, data: st.DataObject) -> None:
    leaky = SLOPES.map(lambda slope: Activation("leaky-relu", slope))
    activations = {"relu": st.just(RELU), "leaky-relu": leaky, "erf": st.just(Activation("erf"))}
    case = data.draw(instances(activations[sigma]))
    unknowns = st.integers(0, case.shape[0] * case.shape[1] - 1)
    with ctx.workprec(bits):
        H = case.at().hessian()
        for a, b in data.draw(st.lists(st.tuples(unknowns, unknowns), min_size=1, max_size=4)):
            assert contains(H[a, b], case.oracle.hessian_entry(case.W, case.V, a, b), case.error), (a, b)


@pytest.mark.parametrize("sigma", [RELU, Activation("leaky-relu", Fraction(1, 10)), Activation("erf")])
def test_balls_are_narrow_away_from_parallel_neurons(sigma: Activation) -> None:
    """Without it, balls that contain everything would pass all tests above."""
    W = [[Fraction(1), Fraction(2)], [Fraction(-1), Fraction(1, 3)]]
    V = [[Fraction(3, 4), Fraction(-1)], [Fraction(1, 7), Fraction(2)]]
    with ctx.workprec(128):
        there = Instance(W, V, sigma).at()
        balls = [there.value(), *(x for row in there.gradient() for x in row), *there.hessian().entries()]
        assert all(ball.rad() < 1e-34 for ball in balls)


@pytest.mark.parametrize("sigma", [RELU, Activation("leaky-relu", Fraction(1, 10)), Activation("erf")])
def test_every_entry_at_a_point_without_symmetry(sigma: Activation) -> None:
    """Obtuse and acute angles, all lengths different."""
    W, V = [[Fraction(1), Fraction(2)], [Fraction(-1), Fraction(1, 3)]], [[Fraction(3, 4), Fraction(-1)]]
    case = Instance(W, V, sigma)
    there, oracle = case.at(), case.oracle
    gradient, hessian = [entry for row in there.gradient() for entry in row], there.hessian()
    assert contains(there.value(), oracle.value(W, V))
    for a in range(4):
        assert contains(gradient[a], oracle.gradient_entry(W, V, a), ANALYTIC)
        for b in range(a + 1):
            assert contains(hessian[a, b], oracle.hessian_entry(W, V, a, b), ANALYTIC)
            assert hessian[b, a].overlaps(hessian[a, b])


def test_balls_shrink_to_the_limit_at_parallel_neurons() -> None:
    """The Hessian is continuous there: h1 -> 0; h2 -> I/2 at parallel and 0 at antiparallel neurons."""
    w = [Fraction(3, 5), Fraction(4, 7)]
    for factor, limit in ((Fraction(2), 0.5), (Fraction(-2), 0.0)):
        for bits, width in ((53, 1e-6), (200, 1e-28)):
            with ctx.workprec(bits):
                H = Instance([w, [factor * x for x in w]], [[factor * x for x in w]]).at().hessian()
                expected = [
                    [0.5 * (a == b) if a // 2 == b // 2 else limit * (a % 2 == b % 2) for b in range(4)]
                    for a in range(4)
                ]
                assert H.contains(arb_mat(expected))
                assert all(entry.rad() < width for entry in H.entries())


@given(neurons(2, 2, [], special=False), BITS)
def test_the_bounds_for_parallel_neurons_are_those_of_the_blocks(pair: Point, bits: int) -> None:
    """In the plane they are attained: h1 across w is `own`; h2 - kappa_q I is [[a, b], [b, -a]]."""
    w, v = pair
    assume(not dependent(w, v))
    with ctx.workprec(bits):
        p, q, s = (point(((Fraction(x[0] * y[0] + x[1] * y[1]),),))[0][0] for x, y in ((w, w), (w, v), (v, v)))
        bounds = relu.parallel(p, s, relu.area_and_obtuse(p, q, s)[0])
        own, mixed = relu_block_norms(w, v)
        assert contains(bounds.own, own, ANALYTIC)
        assert contains(bounds.mixed, mixed, ANALYTIC)


def test_zero_neuron_has_no_finite_gradient_unless_the_activation_is_smooth() -> None:
    W, V = [[Fraction(0), Fraction(0)]], [[Fraction(1), Fraction(0)]]
    assert not any(entry.is_finite() for row in Instance(W, V).at().gradient() for entry in row)
    smooth = Instance(W, V, Activation("erf"))
    assert contains(smooth.at().gradient()[0][0], smooth.oracle.gradient_entry(W, V, 0), ANALYTIC)
    assert contains(smooth.at().hessian()[0, 0], smooth.oracle.hessian_entry(W, V, 0, 0), ANALYTIC)


# Over a box


@FEW
@given(instances(), st.sampled_from([1, 10**3, 10**6, 10**12]), st.data())
def test_box_contains_its_points(case: Instance, inverse: int, data: st.DataObject) -> None:
    radius = Fraction(1, 10 * inverse)
    offsets = st.sampled_from([-radius, Fraction(0), radius]) | st.fractions(-radius, radius, max_denominator=10**15)
    inside = Instance([[x + data.draw(offsets) for x in row] for row in case.W], case.V, case.sigma)
    assume(all(max(map(abs, row)) > 2 * radius for row in case.W))
    (n, d), region, oracle = case.shape, case.over(radius), case.oracle
    a, b = (data.draw(st.integers(0, n * d - 1)) for _ in range(2))
    gradient, H = region.gradient(), region.hessian()
    assert holds(gradient[a // d][a % d], oracle.gradient_entry(inside.W, case.V, a), inside.error)
    assert holds(H[a, b], oracle.hessian_entry(inside.W, case.V, a, b), inside.error)
    assert holds(region.value(), oracle.value(inside.W, case.V))


def holds(ball: arb, number: object, slack: Fraction = Fraction(0)) -> bool:
    """A ball that is not finite proves nothing, so it lies about nothing."""
    return not ball.is_finite() or contains(ball, number, slack)


@pytest.mark.parametrize("r", [Fraction(1, 10**3), Fraction(1, 10**6)])
@pytest.mark.parametrize("who", ["student", "teacher"])
def test_nearly_parallel_neurons_over_a_box(who: str, r: Fraction) -> None:
    """(1, 0) and (1, 2 r): parallel for the size of the box, whose corners have areas of 0 to 4 r."""
    w, v, upright = [Fraction(1), Fraction(0)], [Fraction(1), 2 * r], [Fraction(0), Fraction(1)]
    case = Instance([w, v], [upright]) if who == "student" else Instance([w], [v])
    H, (n, _) = case.over(r).hessian(), case.shape
    for x, y in ((1, -1), (-1, -1), (-1, 1)):
        corner = [[w[0] + x * r, w[1] + y * r], [v[0] - x * r, v[1] - y * r]][:n]
        for a in range(2 * n):
            for b in range(a + 1):
                entry = case.oracle.hessian_entry(corner, case.V, a, b)
                assert contains(H[a, b], entry, ANALYTIC), (x, y, a, b)
                assert contains(H[b, a], entry, ANALYTIC)
    assert all(float(entry.rad()) < 2 * math.sqrt(r) for entry in H.entries())


@pytest.mark.parametrize("W", [[[Fraction(1), Fraction(0)]], [[Fraction(1), Fraction(0)], [Fraction(3), Fraction(0)]]])
def test_where_blocks_are_bounded_as_a_whole_nothing_of_the_pair_is_counted_twice(W: Point) -> None:
    """Whatever kappa_p is, the block (w, w) is phi' I plus or minus `own` for each pair: 1/2 I +- 1 or +- 2 here."""

    class Kernel:
        def pair(self, p: arb, q: arb, s: arb) -> Jet:
            return Jet(value=arb(0), p=arb(7), q=arb(0), second=Parallel(own=arb(1), mixed=arb(0)))

        def alone(self, p: arb) -> SelfJet:
            return SelfJet(value=arb(0), first=arb(0.5), second=arb(0))

    there = Instance(W, [[Fraction(2), Fraction(0)]]).at()
    there._kernel = Kernel()
    H = there.hessian()
    for a, b in ((0, 0), (1, 1), (0, 1), (1, 0)):
        low, high = ends(H[a, b])
        assert low <= Fraction(a == b) / 2 - len(W)
        assert high >= Fraction(a == b) / 2 + len(W)
        assert high - low < 2 * len(W) + Fraction(1, 10**6)


@given(instances(), st.sampled_from([10**3, 10**6]))
def test_balls_of_nested_boxes_overlap(case: Instance, inverse: int) -> None:
    """Not more: the bounds for nearly parallel neurons, which a larger box may call for, can be the narrower ones."""
    radius = Fraction(1, inverse)
    assume(all(max(map(abs, row)) > 4 * radius for row in case.W))
    inner, outer = case.over(radius / 2).hessian(), case.over(radius).hessian()
    for small, large in zip(inner.entries(), outer.entries(), strict=True):
        assert not (small.is_finite() and large.is_finite()) or large.overlaps(small)


@given(st.lists(st.fractions(-9, 9), min_size=1, max_size=4), st.fractions(0, 1))
def test_box_contains_the_euclidean_ball(center: list[Fraction], radius: Fraction) -> None:
    [row] = box((tuple(center),), radius)
    for entry, ball in zip(center, row, strict=True):
        low, high = ends(ball)
        assert low <= entry - radius
        assert entry + radius <= high


# Further input coordinates


@FEW
@given(instances(), BITS, st.data())
def test_input_dimension_matrix_is_the_hessian_of_a_new_coordinate(
    case: Instance, bits: int, data: st.DataObject
) -> None:
    (n, d), padded = case.shape, case.padded()
    i, j = (data.draw(st.integers(0, n - 1)) for _ in range(2))
    new_i, new_j = i * (d + 1) + d, j * (d + 1) + d
    with ctx.workprec(bits):
        M, H = case.at().input_dimension_matrix, padded.at().hessian()
        assert contains(M[i, j], case.oracle.hessian_entry(padded.W, padded.V, new_i, new_j), case.error)
        assert M[i, j].overlaps(H[new_i, new_j])
        assert H[new_i, j * (d + 1)].contains(0), "new and old coordinates do not mix"


@given(instances(SLOPES.map(lambda slope: Activation("leaky-relu", slope))), BITS)
def test_input_dimension_matrix_is_the_mean_of_the_blocks_diagonals(case: Instance, bits: int) -> None:
    """For ReLU and its kin, tr h1 and tr h2 are d times the entries of M.

    So M >= m wherever the Hessian is >= m: hypothesis (1) of `every-input-dimension`
    follows from (2) of `strict-local-minimum`. For erf it does not: see the corpus.
    """
    n, d = case.shape
    with ctx.workprec(bits):
        M, H = case.at().input_dimension_matrix, case.at().hessian()
        for i in range(n):
            for j in range(n):
                trace = sum((H[i * d + a, j * d + a] for a in range(d)), arb(0))
                assert trace.overlaps(d * M[i, j])


# Norms


def test_norms() -> None:
    """The largest is at least 0, so that of nothing is 0; NaN is never lost."""
    three, nan = arb(3), arb.nan()
    assert maximum([]) == maximum([arb(-2)]) == 0
    assert maximum([arb(1), three, arb(2)]) == 3
    assert all(maximum(entries).is_nan() for entries in ([nan], [nan, three], [three, nan]))
    assert row_sum_norm(arb_mat([[1, -3], [-3, 0.5]])) == 4
    assert euclidean_norm([three, arb(-4)]).contains(5)
    assert euclidean_norm([]) == 0


# Known values


@pytest.mark.parametrize("radius", [0.0, 1e-9, 1e-3])
@pytest.mark.parametrize("q", [-0.75, -1e-3, -1e-10, 0.0, 1e-10, 1e-3, 0.75])
def test_the_angle_in_each_quadrant_and_at_a_right_angle(q: float, radius: float) -> None:
    """Of unit vectors with the product q: pi - t = pi - acos(q), and the area is sin t."""
    with ctx.workprec(128):
        one, product = arb(1), arb(q, radius)
        area, obtuse = relu.area_and_obtuse(one, product, one)
        for x in (product.lower(), arb(q), product.upper()):
            exact = MPContext()
            exact.prec = 300
            t = exact.acos(exact.mpf(float(x)))
            assert contains(obtuse, exact.pi - t, Fraction(1, 10**15))
            assert contains(area, exact.sin(t), Fraction(1, 10**15))
        assert obtuse.rad() <= 9 * radius + 1e-30
        assert area.rad() <= 9 * radius + 1e-30


@pytest.mark.parametrize("k", [2, 3, 6])
def test_orthogonal_neurons(k: int) -> None:
    """kappa = 1/(2 pi) at a right angle, 1/2 with itself; so F(V) = 0, and by hand for W = -V:

    sum kappa(w, w') = sum kappa(v, v') = k/2 + k(k-1)/(2 pi); kappa(-v_i, v_i) = 0 and
    kappa(-v_i, v_j) = 1/(2 pi). So F = k/2 + k(k-1)/(2 pi) - k(k-1)/(2 pi) = k/2.
    """
    eye = [[Fraction(int(i == j)) for j in range(k)] for i in range(k)]
    minus = Instance([[-x for x in row] for row in eye], eye).at().value()
    assert Instance(eye, eye).at().value().contains(0)
    assert minus.contains(arb(k) / 2)
    assert minus.rad() < 1e-13


def test_opposite_neurons_do_not_see_each_other() -> None:
    """relu(x) and relu(-2x) are orthogonal: F = 1/2 (1/2 + 4/2) = 5/4, and the gradient is w/2."""
    there = Instance([[Fraction(-2)]], [[Fraction(1)]]).at()
    assert there.value().contains(1.25)
    assert there.gradient()[0][0].contains(-1)
    assert there.hessian()[0, 0].contains(0.5)


def test_a_linear_activation_sees_sums_only() -> None:
    """With the slope 1, F = 1/2 |w_1 + w_2 - v|^2: 1/2 |(2, 1)|^2 = 5/2, gradient (2, 1) twice, Hessian of ones."""
    W = [[Fraction(1), Fraction(2)], [Fraction(3), Fraction(-1)]]
    there = Instance(W, [[Fraction(2), Fraction(0)]], Activation("leaky-relu", Fraction(1))).at()
    assert there.value().contains(2.5)
    assert [[float(entry.mid()) for entry in row] for row in there.gradient()] == [[2, 1], [2, 1]]
    assert there.hessian().contains(arb_mat([[int(a % 2 == b % 2) for b in range(4)] for a in range(4)]))
