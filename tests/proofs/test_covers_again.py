"""The theorems of docs/COVERS.md once more, by `exhaustive`, by other certificates, and by searches that know nothing.

None of this is a proof. It shares no line with the covers, and would tell a point that they miss.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.campaigns import campaign
from tests.proofs.exhaustive import (
    PI,
    Array,
    Interval,
    beta,
    boxes_left,
    kappa,
    minus,
    no_critical_point,
    parallel_below,
    places,
    plus,
    slopes,
    times,
    without_zero,
)
from verify import TeacherStudent, certify
from verify.checker import Verified, check
from verify.checker.public import prove, read
from verify.checker.statements.two_neurons import CriticalPointsComplete
from verify.independent.checking import check as check_independently

FOLDER = Path(__file__).parents[2] / "certificates"
FINE = {1.0: 2**-10, 0.5: 2**-10, 1 / 8: 2**-12, 1 / 16: 2**-16}
"""How small boxes must be before those next to a saddle are told from it, by the ratio of the norms."""


def listed(name: str) -> CriticalPointsComplete:
    verdict = prove(read(FOLDER / name))  # type: ignore[arg-type]
    assert isinstance(verdict, Verified)
    assert isinstance(verdict.statement, CriticalPointsComplete)
    return verdict.statement


def landscape(ratio: float, psi: float, d: int = 2) -> TeacherStudent:
    teacher = np.zeros((2, d))
    teacher[0, 0], teacher[1, :2] = 1, (ratio * np.cos(psi), ratio * np.sin(psi))
    return TeacherStudent("relu", teacher)


def found(ratio: float, psi: float, smallest: float) -> list[Array]:
    """Critical points (x, d) of two directions, from Lemma P's angle on; one for boxes less than 0.1 apart."""
    sides = [(-PI, PI), (parallel_below(ratio, psi), PI)]
    left = boxes_left(sides, lambda box: no_critical_point(box[0], box[1], ratio, psi), smallest, 32)
    return places(left, 0.1)


def students(x: float, d: float, ratio: float, psi: float) -> Array:
    """At the norms at which the derivatives in them vanish."""
    angles = np.array([x, x + d])
    turned = np.abs(np.remainder(angles[:, None] - np.array([0, psi]) + PI, 2 * PI) - PI)
    b = kappa(turned) @ np.array([1, ratio])
    k = float(kappa(np.array(abs(d))))
    norms = np.linalg.solve(np.array([[0.5, k], [k, 0.5]]), b)
    return norms[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)


def refined(point: Array, ratio: float, psi: float) -> tuple[Array, float]:
    """By Newton's method on the loss, and the Hessian's smallest eigenvalue there."""
    W, loss = students(*point, ratio, psi), landscape(ratio, psi)
    for _ in range(60):
        step = np.linalg.lstsq(np.asarray(loss.hessian(W)), np.asarray(loss.gradient(W)).ravel(), rcond=1e-12)[0]
        W = W - step.reshape(2, 2)
    assert np.abs(np.asarray(loss.gradient(W))).max() < 1e-12
    return W, float(np.linalg.eigvalsh(np.asarray(loss.hessian(W)))[0])


def alike(W: Array, other: Array, within: float) -> bool:
    """Up to exchanging the students."""
    return bool(min(np.abs(W - other).max(), np.abs(W[::-1] - other).max()) < within)


@pytest.mark.parametrize("ratio", [1.0, 0.5, *(pytest.param(1 / each, marks=campaign) for each in (8, 16))])
def test_the_lists_of_critical_points_are_what_an_exhaustive_search_leaves(ratio: float) -> None:
    """Each point of the list is left, and nothing else: as points of the plane, with the kinds that are proved."""
    statement = listed(f"two-neurons/critical-points-{round(1 / ratio)}.json")
    points = [np.array([[float(x) for x in row] for row in p.center]) for p in statement.points]
    met = set()
    for place in found(ratio, PI / 2, FINE[ratio]):
        W, smallest = refined(place, ratio, PI / 2)
        (index,) = [i for i, point in enumerate(points) if alike(W, point, 1e-9)] or [None]
        assert index is not None, place
        assert (smallest < 0) == (statement.points[index].what == "negative-curvature")
        met.add(index)
    assert met == set(range(len(points)))


def minima(ratio: float, psi: float, smallest: float) -> list[Array]:
    """Those of the critical points left whose Hessian is not negative anywhere, up to exchanging the students."""
    different: list[Array] = []
    for place in found(ratio, psi, smallest):
        W, least = refined(place, ratio, psi)
        if least > -1e-9 and not any(alike(W, other, 1e-8) for other in different):
            different.append(W)
    return different


@pytest.mark.parametrize(
    ("ratios", "angles", "count", "smallest"),
    [
        ((1 / 8, 1), (1.57, 1.58), 1, 2**-12),
        ((1 / 2, 1), (1, 2), 1, 2**-11),
        pytest.param((1 / 20, 1 / 16), (1.5707, 1.5709), 2, 2**-16, marks=campaign),
    ],
)
def test_teachers_of_a_region_have_as_many_minima_as_is_proved(
    ratios: tuple[float, float], angles: tuple[float, float], count: int, smallest: float
) -> None:
    """At a corner and at random teachers."""
    random = np.random.default_rng(3)
    for ratio, psi in [(ratios[0], angles[1]), (random.uniform(*ratios), random.uniform(*angles))]:
        assert len(minima(ratio, psi, smallest)) == count, (ratio, psi)


@pytest.mark.parametrize("denominator", [16, 128, 1024])
def test_the_family_down_to_the_ratio_0_agrees_with_certificates_of_single_teachers(
    denominator: int, tmp_path: Path
) -> None:
    """By rule `spurious-local-minimum` at one teacher, for every d: other rules, other coordinates, both checkers."""
    r = 1 / denominator
    a, b = ((0.063, 0.7667), (0.2126, -0.3494)) if denominator == 16 else ((0.1353, 0.6937), (0.1353, -0.3063))
    W = np.array([[1 + r * a[0], r * a[1]], [r * b[0], r * b[1]]])
    path = tmp_path / "minimum.json"
    path.write_text(certify(TeacherStudent("relu", [[1, 0], [0, r]]), W).text(), encoding="utf-8")
    verdict = check(path)
    assert isinstance(verdict, Verified)
    assert verdict.statement.property == "spurious-local-minimum"
    assert verdict.statement.sentence().startswith("For every d >= 2, ")
    assert check_independently(str(path)).verdict == "Verified"


def left_on_spheres() -> Iterator[Array]:
    """In the plane, as (x, d)."""

    def excluded(box: list[Interval]) -> np.ndarray:
        x, d = box
        bend = slopes(d)
        bend = bend[0], np.minimum(bend[1], 0)
        at_x, at_y = beta(x, 1, PI / 2, slopes), beta(plus(x, d), 1, PI / 2, slopes)
        return without_zero(plus(minus(bend), minus(at_x))) | without_zero(plus(bend, minus(at_y)))

    yield from places(boxes_left([(-PI, PI), (0, PI)], excluded, 2**-12, 32), 0.05)


def test_on_spheres_the_plane_has_the_four_points_that_are_listed() -> None:
    statement = listed("wu-luo-lee-2018/critical-points.json")
    points = [np.array([[float(x) for x in row] for row in p.center]) for p in statement.points]
    flat = [point for point in points if np.abs(point[:, 2]).max() < 1e-9]
    met = set()
    for x, d in left_on_spheres():
        W = np.array([[np.cos(x), np.sin(x), 0], [np.cos(x + d), np.sin(x + d), 0]])
        near = [i for i, point in enumerate(flat) if alike(W, point, 0.01)]
        assert near, (x, d)
        met |= set(near)
    assert met == set(range(len(flat))) == set(range(4))


def cosines(angle: Interval) -> Interval:
    """For angles from 0 to pi, or a little more."""
    low, high = np.cos(angle[0]), np.cos(angle[1])
    return np.where((angle[0] <= PI) & (angle[1] >= PI), -1, np.minimum(low, high)), np.maximum(low, high)


def out_of_plane(box: list[Interval]) -> np.ndarray:
    """q_2 = rho^2 q_1 > 0 and tau (rho cos rho a_j + cos a_j) + rho a_j = 0, rho a_j <= pi."""
    *angles, rho = box
    turned = [times(rho, a) for a in angles]
    out = (turned[0][0] > PI) | (turned[1][0] > PI)
    turned = [(low, np.minimum(high, PI)) for low, high in turned]
    c, e = [cosines(a) for a in angles], [cosines(a) for a in turned]
    one = np.ones_like(rho[0])
    squares = [
        [
            (np.where(a[0] * a[1] < 0, 0, np.minimum(a[0] ** 2, a[1] ** 2)), np.maximum(a[0] ** 2, a[1] ** 2))
            for a in part
        ]
        for part in (c, e)
    ]
    q2, q1 = ((one - part[0][1] - part[1][1], one - part[0][0] - part[1][0]) for part in squares)
    out |= (q1[1] <= 0) | (q2[1] <= 0) | without_zero(plus(q2, minus(times(times(rho, rho), q1))))
    inner = plus(times(c[0], e[0]), times(c[1], e[1]), minus((q2[0] / rho[1], q2[1] / rho[0])))
    inner = np.clip(inner[0], -1, 1), np.clip(inner[1], -1, 1)
    tau = PI - np.arccos(inner[0]), PI - np.arccos(inner[1])
    for j in range(2):
        out |= without_zero(plus(times(tau, plus(times(rho, e[j]), c[j])), turned[j]))
    return np.asarray(out)


@campaign
def test_on_spheres_one_orbit_is_out_of_the_plane() -> None:
    (place,) = places(boxes_left([(0, PI), (0, PI), (1, 4)], out_of_plane, 2**-9), 0.2)
    assert place == pytest.approx([2.1834, 2.1834, 1], abs=0.02)


def test_one_neuron_is_drawn_to_its_teacher_from_everywhere() -> None:
    """<grad F, w - v> = r^2/2 - r B(t) + C(t) is not positive next to w = v, and to 0 opposite of v, at most."""

    def positive(box: list[Interval]) -> np.ndarray:
        r, t = box
        # B falls and C falls on [0, pi]: their derivatives are -(2 pi - t) sin t and -2 sin^2 t, over 2 pi.
        b = [(np.sin(a) + (2 * PI - a) * np.cos(a)) / (2 * PI) for a in t]
        c = [(PI - a + np.sin(a) * np.cos(a)) / (2 * PI) for a in t]
        most = np.maximum(r[0] * b[0], r[1] * b[0])
        return np.asarray(r[0] ** 2 / 2 - most + c[1] > 0)

    left = boxes_left([(0, 3), (0, PI)], positive, 2**-10, 16)
    centers = left.mean(axis=2)
    near = np.minimum(np.abs(centers - [1, 0]).max(axis=1), np.abs(centers - [0, PI]).max(axis=1))
    assert len(left)
    assert near.max() < 0.25


def by_angles(first: Array, second: Array) -> float:
    """E relu(first.x) relu(second.x), as a sum over directions of x in the plane of the two: no kernel, no angle."""
    plane = np.linalg.qr(np.stack([first, second], axis=1))[0]
    u, v = first @ plane, second @ plane
    return float((np.maximum(DIRECTIONS @ u, 0) * np.maximum(DIRECTIONS @ v, 0)).mean() * 2)


DIRECTIONS = np.stack([f(2 * PI * (np.arange(20_011) + 0.5) / 20_011) for f in (np.cos, np.sin)], axis=-1)


def loss_by_angles(W: Array, V: Array) -> float:
    rows, signs = np.concatenate([W, V]), [1] * len(W) + [-1] * len(V)
    return sum(
        signs[i] * signs[j] * by_angles(rows[i], rows[j]) / (2 if i == j else 1)
        for i in range(len(rows))
        for j in range(i + 1)
    )


@pytest.mark.parametrize("k", [2, 3, 10])
def test_equal_students_are_the_least_along_their_line_and_a_saddle_by_sums_over_directions(k: int) -> None:
    """x is where the parabola F(x 1 1^T) is least, no derivative is left there, and F falls where two students part."""
    printed = (np.sqrt(k - 1) - np.arccos(1 / np.sqrt(k)) + PI) / (k * PI)
    one, V, step = np.ones((k, k)), np.eye(k), 1e-3
    at = [k * k * by_angles(one[0], one[0]) / 2, k * k * by_angles(one[0], V[0]), k * (k - 1) * by_angles(V[0], V[1])]
    assert at[1] / (2 * at[0]) == pytest.approx(printed, abs=1e-7)
    assert at[0] > 0  # so that F rises along W on both sides
    W, here = printed * one, loss_by_angles(printed * one, V)
    assert here == pytest.approx(at[0] * printed**2 - at[1] * printed + at[2] / 2 + k / 4, abs=1e-6)
    part = np.zeros((k, k))
    part[0], part[1] = V[0], -V[0]
    ahead, back = loss_by_angles(W + step * part, V), loss_by_angles(W - step * part, V)
    assert max(ahead, back) < here - 1e-8
    for towards in (V[0], V[-1]):
        one_moves = np.zeros((k, k))
        one_moves[0] = towards
        slope = loss_by_angles(W + step * one_moves, V) - loss_by_angles(W - step * one_moves, V)
        assert abs(slope) / (2 * step) < 2e-5  # of terms about 1/2; the sums are off by 1e-8


@pytest.mark.parametrize("c", [2.0, *(pytest.param(each, marks=campaign) for each in (0.8, 1.2, 3.0))])
def test_antiparallel_teachers_by_sums_over_directions(c: float) -> None:
    """The least F over the sum of the students, for a given difference y across: F - 1/4 is about k |y|^3, of a sign
    that is decided by 2 (c + 1) r_1 r_2 - c^2: for some students on the segment a minimum, for others none."""
    V, y = np.array([[1.0, 0.0], [-c, 0.0]]), 0.04
    signs = set()
    for share in (0.5, 0.4, 0.25, 0.1):
        first, second = share * c, (1 - share) * c
        product = first * second
        predicted = (2 * (c + 1) * product - c * c) / (6 * PI * product**2)

        def lifted(s: Array, at: tuple[float, float] = (first, second)) -> float:
            return loss_by_angles(np.array([[s[0] - at[0], s[1] + y], [-at[1], -y]]), V)

        least = minimize(lifted, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-13}).fun
        found = (least - 0.25) / y**3
        if abs(predicted) > 0.02:
            assert (found > 0) == (predicted > 0), (share, found, predicted)
            signs.add(predicted > 0)
        if share == 0.5:
            assert found == pytest.approx(predicted, abs=0.02)
    assert signs == ({True, False} if c > 1 else {False})


@pytest.mark.parametrize("k", [2, 3, 10])
def test_equal_students_are_a_saddle(k: int) -> None:
    x = (np.sqrt(k - 1) - np.arccos(1 / np.sqrt(k)) + PI) / (k * PI)
    loss, W = TeacherStudent("relu", np.eye(k)), np.full((k, k), x)
    assert np.abs(np.asarray(loss.gradient(W))).max() < 1e-12
    eigenvalues = np.linalg.eigvalsh(np.asarray(loss.hessian(W)))
    assert eigenvalues[0] < -1e-3
    assert eigenvalues[-1] > 1e-3


@pytest.mark.parametrize("d", [2, 3])
def test_antiparallel_teachers_have_no_smaller_loss_near_the_students(d: int) -> None:
    """F > 1/4 at random students near -v, -v, for the teachers v and -2 v, and by the cubic term near them."""
    rng, e = np.random.default_rng(d), np.eye(d)[0]
    loss, W = TeacherStudent("relu", np.array([e, -2 * e])), np.array([-e, -e])
    assert float(loss.value(W)) == pytest.approx(0.25)
    for size in (1e-1, 1e-2, 1e-3):
        for _ in range(200):
            change = rng.normal(size=(2, d))
            assert float(loss.value(W + size * change / np.linalg.norm(change))) > 0.25 - 1e-15
    y = np.eye(d)[1] * 1e-2
    cubic = (float(loss.value(W + [y, -y])) - 0.25) / 1e-6
    assert cubic == pytest.approx(0.1061, abs=2e-3)
