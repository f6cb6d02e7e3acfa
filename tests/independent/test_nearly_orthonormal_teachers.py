"""The second checker on nearly orthonormal teachers: its bounds, and one file for each way to miss a hypothesis."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.campaigns import campaign, examples, sampled
from tests.fuzz.engine import Document, repair, write
from tests.independent.differential import CORPUS, Differential, compare, originals
from verify.independent.documents import read
from verify.independent.intervals import Interval, ends
from verify.independent.kernels import RELU
from verify.independent.kinds.nearly_orthonormal_teachers import (
    NearlyOrthonormalTeachers,
    RandomTeachers,
    prove_definite,
)
from verify.independent.outcomes import Clock, Open, Refuted
from verify.independent.population import Landscape, Loss
from verify.independent.signs import Symmetric, gram, inertia, is_positive_definite, spectral_norm
from verify.independent.slopes import Slopes, slopes
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent

BITS = 160
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink an example takes long
CLOCK = Clock(float("inf"))
CERTIFICATES = CORPUS.parents[1] / "certificates" / "nearly-all-teachers"
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def enclosed(matrix: Floats) -> list[list[Interval]]:
    return [[Interval.of(Fraction(x), BITS) for x in row] for row in np.atleast_2d(matrix).tolist()]


# The parts


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 7))
def test_a_matrix_is_definite_only_if_its_eigenvalues_are_positive(seed: int, order: int) -> None:
    """Shifted by a little more and a little less than its smallest eigenvalue, by 10^-9 of its norm."""
    random = np.random.default_rng(seed)
    A = random.normal(size=(order, order))
    A = A + A.T
    least, size = np.linalg.eigvalsh(A)[0], np.abs(A).max() + 1
    for shift, definite in ((1e-9, True), (-1e-9, False)):
        M = Symmetric.enclosing(enclosed(A + (shift * size - least) * np.eye(order)))
        assert is_positive_definite(M.bound(-1), BITS, CLOCK) is definite
        assert (inertia(M.bound(-1), BITS, CLOCK) == (0, order)) is definite


@pytest.mark.parametrize("A", [[[0]], [[-1]], [[1, 1], [1, 1]], [[2, 1], [1, 0]], [[1, 2], [2, 1]], [[0, 1], [1, 5]]])
def test_what_is_not_definite_is_not(A: list[list[int]]) -> None:
    """Singular and indefinite ones, in units that are far larger and far smaller than those of rounding."""
    for exponent in (0, 40, BITS, 3 * BITS):
        assert not is_positive_definite([[x << exponent for x in row] for row in A], BITS, CLOCK)


def test_the_smallest_definite_matrix_that_is_told_from_a_singular_one() -> None:
    """An error of the order of 2^-bits is all that rounding takes."""
    A = [[1 << BITS, 1 << BITS], [1 << BITS, (1 << BITS) + (1 << 10)]]
    assert is_positive_definite(A, BITS, CLOCK)
    A[1][1] -= 1 << 10
    assert not is_positive_definite(A, BITS, CLOCK)


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_the_spectral_norm_is_enclosed(seed: int, order: int) -> None:
    random = np.random.default_rng(seed)
    A = random.normal(size=(order, order)) * 10 ** random.uniform(-4, 4)
    A = (A + A.T) * random.choice([-1, 1])
    low, high = map(float, ends(spectral_norm(enclosed(A), CLOCK)))
    norm = np.linalg.norm(A, 2)
    assert low * (1 - 1e-9) <= norm <= high * (1 + 1e-9)
    assert high <= norm * (1 + 1e-3)
    assert low >= norm * (1 - 1e-3)


def test_the_spectral_norm_of_a_box_is_that_of_its_worst_member() -> None:
    box = [[Interval.of(0, BITS, Fraction(1, 10))] * 2] * 2
    low, high = ends(spectral_norm(box, CLOCK))
    assert low == 0
    assert Fraction(1, 5) <= high <= Fraction(1, 5) + Fraction(1, 10**9)
    assert ends(spectral_norm([[Interval.of(0, BITS)]], CLOCK)) == (0, 0)


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 5))
def test_inner_products_of_rows(seed: int, count: int, length: int) -> None:
    random = np.random.default_rng(seed)
    A = random.integers(-50, 50, size=(count, length))
    radius = Fraction(int(random.integers(0, 3)), 7)
    rows = [[Interval.of(int(x), BITS, radius) for x in row] for row in A]
    moved = [[Fraction(int(x)) + radius * int(random.integers(-1, 2)) for x in row] for row in A]
    for a, row in enumerate(gram(rows, CLOCK)):
        for b, entry in enumerate(row):
            low, high = ends(entry)
            exact = sum((x * y for x, y in zip(moved[a], moved[b], strict=True)), Fraction(0))
            assert low <= exact <= high
            if not radius:
                assert high - low <= Fraction(1, 2 ** (BITS - 2))


@settings(max_examples=examples(15), deadline=None, phases=PHASES)
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_the_largest_value_on_the_unit_interval_is_enclosed(seed: int, n: int) -> None:
    """L against the same function in floats on a fine grid, for each row taken apart."""
    random = np.random.default_rng(seed)
    t, g = random.uniform(0, 4, size=(2, n))
    found = Slopes(*(enclosed(row)[0] for row in (t, g)), Interval.of(1, BITS))
    a = np.linspace(0, 1, 20_001)
    values = []
    for z in range(n):
        others = [i for i in range(n) if i != z]
        g_others, t_others = (
            max((x[i] for i in others), default=0.0) for x in (g, [u - v for u, v in zip(t, g, strict=True)])
        )
        sum_ = (a + np.sqrt((n - 1) * (1 - a**2))) * (g_others + max(0, g[z] - g_others) * a**2)
        exact = (sum_ + max(0, t[z] - g[z]) * a**3 + max(0, t_others) * (1 - a**2) ** 1.5).max()
        low, high = map(float, ends(found.student(z, CLOCK)))
        assert low <= exact * (1 + 1e-5), "the grid misses a little"
        assert high - low <= low * 2**-15
        assert exact * (1 - 1e-12) <= high <= exact * (1 + 1e-4)
        values.append((low, high))
    low, high = map(float, ends(found.students(CLOCK)))
    assert (low, high) == (min(low for low, _ in values), min(high for _, high in values))


def root_of_gram(random: np.random.Generator, k: int, size: float) -> Floats:
    change = random.normal(size=(k, k))
    change = change + change.T
    values, vectors = np.linalg.eigh(np.eye(k) + size * change / np.linalg.norm(change))
    root: Floats = vectors * np.sqrt(values) @ vectors.T
    return root


@settings(max_examples=examples(15), deadline=None, phases=PHASES)
@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(2, 3))
def test_hessians_change_no_faster_than_stated(seed: int, n: int, k: int) -> None:
    """L and M, in floats that know nothing of either checker, at random students and teachers."""
    random = np.random.default_rng(seed)
    center = random.normal(size=(n, k))
    shortest = np.linalg.norm(center, axis=1).min()
    rho, R = 10 ** random.uniform(-3, -0.3), shortest * 10 ** random.uniform(-3, -0.2)
    eta = rho / (1 + math.sqrt(1 - rho))
    H = ReLUTeacherStudent.orthonormal(k).hessian(center)
    norms = [np.linalg.norm(H[i : i + k, i : i + k] - np.eye(k) / 2, 2) for i in range(0, n * k, k)]
    exact = [Interval.of(Fraction(x), BITS) for x in (R, eta)]
    found = slopes(enclosed(center), *exact, enclosed(np.array(norms) * (1 + 1e-9))[0], CLOCK)
    L, M = float(ends(found.students(CLOCK))[1]), float(ends(found.teacher)[1])
    teacher = root_of_gram(random, k, rho)
    changed = ReLUTeacherStudent(teacher)
    moved = np.linalg.norm(changed.hessian(center) - H, 2)
    assert moved <= M * np.linalg.norm(teacher - np.eye(k)) * (1 + 1e-7) + 1e-9
    for _ in range(3):
        first, second = (center + R * random.random() * x / np.linalg.norm(x) for x in random.normal(size=(2, n, k)))
        steep = np.linalg.norm(changed.hessian(first) - changed.hessian(second), 2)
        assert steep <= L * np.linalg.norm(first - second) * (1 + 1e-6) + 1e-9


def test_the_gradient_responds_to_the_teacher_by_minus_b() -> None:
    """By difference quotients in the second checker's own gradient, with teachers I + D and I - D."""
    random = np.random.default_rng(3)
    n, k, h = 3, 3, Fraction(1, 2**20)
    c = [[Interval.of(Fraction(int(x), 64), BITS) for x in row] for row in random.integers(-90, 90, size=(n, k))]
    D = [[Fraction(int(x), 8) for x in row] for row in random.integers(-8, 9, size=(k, k))]

    def gradient(step: Fraction) -> list[Fraction]:
        V = [[Fraction(i == j) + step * D[i][j] for j in range(k)] for i in range(k)]
        return [sum(ends(x)) / 2 for x in Loss(Landscape(RELU, V, False, n), c, BITS, 1, CLOCK).gradient()]

    at = Loss(Landscape(RELU, [[Fraction(i == j) for j in range(k)] for i in range(k)], True, n), c, BITS, 2, CLOCK)
    quotients = [(x - y) / (2 * h) for x, y in zip(gradient(h), gradient(-h), strict=True)]
    for i in range(n):
        blocks = [at.with_teacher(i, j) for j in range(k)]
        for b in range(k):
            response = sum(sum(ends(blocks[j][b][a])) / 2 * D[j][a] for j in range(k) for a in range(k))
            assert abs(response + quotients[i * k + b]) < 1e-9


# Committed certificates, the corpus and mutants


@pytest.mark.parametrize("name", ["k06-n06", "k07-n07", "k08-n09", "k10-n10"])
def test_committed_certificates(name: str) -> None:
    """All of them: python -m verify.independent certificates/nearly-all-teachers."""
    assert compare(CERTIFICATES / f"{name}.json", seconds=300) == ("Verified", "Verified")


def test_mutants(tmp_path: Path) -> None:
    documents = originals(kinds=("nearly-orthonormal-teachers",))
    assert len(documents) >= 3
    tally = Differential(tmp_path, documents).run(60, seed=21)
    assert tally["Verified", "Verified"] > 3
    assert tally["Rejected", "Rejected"] > 3
    assert tally["Malformed", "Malformed"] > 3


# One hypothesis missed at a time; the others hold


@cache
def good(name: str = "nearby-teachers-k6") -> NearlyOrthonormalTeachers:
    claim = read((CORPUS / "valid" / f"{name}.json").read_bytes()).claim
    assert isinstance(claim, NearlyOrthonormalTeachers)
    return claim


def proved(claim: NearlyOrthonormalTeachers) -> str:
    try:
        claim.prove(CLOCK)
    except Refuted as refuted:
        return f"refuted: {refuted}"
    except Open as open_:
        return f"open: {open_}"
    return "proved"


def border(make: Callable[[Fraction], NearlyOrthonormalTeachers], inside: Fraction, outside: Fraction) -> Fraction:
    """About the number from which on a claim is not proved, by bisection to 2^-11 of the two."""
    assert proved(make(inside)) == "proved"
    assert proved(make(outside)) != "proved"
    for _ in range(11):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if proved(make(middle)) == "proved" else (inside, middle)
    return (inside + outside) / 2


LIMITS: dict[str, tuple[str, Fraction, str]] = {
    # a field, a number of it that is far too much, and the hypothesis that it then breaks
    "2": ("eigenvalue", Fraction(1, 150), "the Hessian at the center, less lambda, is positive definite"),
    "3": ("response", Fraction(4), "c'^2 H^2 - B' B'^T is positive definite"),
    "4": ("hessian", Fraction(1, 500), "the Hessian is at least as large as claimed within the radius"),
    "5": ("radius", Fraction(1, 2_000), "a step of Newton's method stays within the radius"),
    "6": ("loss", Fraction(1, 30), "the loss is at least as large as claimed"),
}


@pytest.mark.parametrize("hypothesis", sampled(LIMITS, every=6))
def test_each_threshold_at_99_9_and_at_100_1_percent(hypothesis: str) -> None:
    """Which way is which is told by the border itself: the good number is on its good side."""
    field, outside, reason = LIMITS[hypothesis]
    claim = replace(good(), rho=good().rho * Fraction(9, 10), random=[])  # so that the others hold with room
    if field != "hessian":
        claim = replace(claim, hessian=claim.hessian / 2)
    number = getattr(claim, field)
    at = border(lambda x: replace(claim, **{field: x}), number, outside)
    near, far = (Fraction(999, 1000), Fraction(1001, 1000)) if outside > number else (
        Fraction(1001, 1000), Fraction(999, 1000),
    )  # fmt: skip
    assert proved(replace(claim, **{field: at * near})) == "proved"
    assert proved(replace(claim, **{field: at * far})) == f"refuted: {reason}"


@pytest.mark.parametrize(("factor", "vanishes"), [(Fraction(999, 1000), False), (Fraction(1001, 1000), True)])
def test_1_no_neuron_vanishes(factor: Fraction, vanishes: bool) -> None:
    length = Fraction(math.isqrt(int(sum(x * x for x in good().center[0]) * 4**60)), 2**60)
    answer = proved(replace(good(), radius=length * factor))
    assert answer.startswith("refuted")
    assert ("neuron 0 does not vanish" in answer) == vanishes


def test_1_is_decided_exactly() -> None:
    """A neuron of length 5 and a radius of 5: it may vanish; one of 5 + 10^-600 does not, and is taken further."""
    row = [Fraction(3), Fraction(4), *[Fraction(0)] * 4]
    claim = replace(good(), center=[row, *good().center[1:]], radius=Fraction(5))
    assert "neuron 0 does not vanish" in proved(claim)
    row[0] += Fraction(1, 10**600)
    assert "neuron 0" not in proved(replace(claim, center=[row, *good().center[1:]]))


def test_6_there_are_as_many_student_neurons_as_the_teacher_has() -> None:
    """Decided before anything is computed: k^2 columns of B would be far more than n k."""
    claim = replace(good(), k=390, center=[[Fraction(1)] * 390] * 2)
    assert proved(claim) == "refuted: there are as many student neurons as the teacher has"


def test_6_the_loss_is_positive_within_the_radius() -> None:
    """At the global minimum itself it is 0."""
    claim = replace(good(), center=[[Fraction(i == j) for j in range(6)] for i in range(6)])
    assert proved(claim) == "refuted: the loss is positive within the radius"


@pytest.mark.parametrize("delta", [Fraction(1, 100), Fraction(1, 10**30), Fraction(999, 1000)])
def test_random_teachers_at_99_9_and_at_100_1_percent(delta: Fraction) -> None:
    """The least dimension in floats, by Newton's method for x - 1 - log x = -2 log(delta) / q."""
    k, rho = 7, Fraction(1, 100)
    q = k * (k - 1) // 2
    x, wanted = 3.0, -2 * math.log(delta) / q
    for _ in range(60):
        x -= (x - 1 - math.log(x) - wanted) / (1 - 1 / x)
    least = Fraction(x) * 2 * (1 + rho) * q / rho**2
    RandomTeachers(delta, Fraction(math.ceil(least * Fraction(1001, 1000)))).prove(k, rho, 64)
    with pytest.raises(Refuted):
        RandomTeachers(delta, Fraction(math.floor(least * Fraction(999, 1000)))).prove(k, rho, 64)


def test_the_condition_on_xi_is_not_left_out() -> None:
    """For x below 1, x - 1 - log x is large as well: so a tiny dimension must be refused, whatever the fraction."""
    with pytest.raises(Refuted, match="is above 1"):
        RandomTeachers(Fraction(999, 1000), Fraction(7)).prove(7, Fraction(1, 100), 64)


def test_a_matrix_that_is_singular_is_neither_definite_nor_refuted() -> None:
    with pytest.raises(Open):
        prove_definite("A", enclosed(np.ones((2, 2))), CLOCK)
    with pytest.raises(Refuted):
        prove_definite("A", enclosed(np.array([[1.0, 2.0], [2.0, 1.0]])), CLOCK)


def test_what_only_a_larger_bound_makes_false_is_not_rejected(tmp_path: Path) -> None:
    """5 holds, but not with the first checker's bound of |H_ii - I/2|, which is too large by up to k^(1/64)."""
    document: Document = json.loads((CORPUS / "valid" / "nearby-teachers-k6.json").read_bytes())
    document["statement"]["region"]["center"][5][0] = "63195580666661*2^-48"
    repair(document)
    path = tmp_path / "certificate.json"
    path.write_bytes(write(document))
    assert compare(path) == ("Undecided", "Verified")


def test_more_unknowns_than_it_takes_on_are_undecided() -> None:
    claim = replace(good(), k=33, center=[[Fraction(1)] * 33] * 33)
    assert proved(claim) == "open: 1089 unknowns are more than this checker's 1024"


@pytest.mark.parametrize("exponent", [pytest.param(-4096, marks=campaign), 4096])
def test_extreme_numbers_are_decided_or_open_and_no_error(exponent: int) -> None:
    number = Fraction(2) ** exponent
    for field in ("radius", "hessian", "loss", "eigenvalue", "response"):
        with contextlib.suppress(Open, Refuted):
            replace(good(), **{field: number}, random=[]).prove(Clock(1))
    with pytest.raises(Refuted):
        RandomTeachers(Fraction(2) ** -4096, Fraction(7)).prove(7, Fraction(1, 2), 64)
