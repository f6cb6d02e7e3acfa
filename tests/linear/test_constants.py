"""Constants of the theorems about linear networks, with more than two layers: on both sides of each threshold.

The oracle is exact rational arithmetic where there is one step, and a run in complex floating point where there are
many; a threshold is met at 99.9 % and missed at 100.1 %.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from random import Random
from types import SimpleNamespace

import pytest
from flint import acb, arb, fmpq, fmpq_mat

from tests.corpus.forge import Document, forged, load, text
from tests.corpus.make_linear import certificate, from_identity
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import prove
from verify.checker.public import Rejected, Verified, parse
from verify.checker.statements.linear_targets import NormalOffAxis
from verify.checker.theorems import normal_in_boxes as boxes
from verify.checker.theorems.linear_critical_point import hessian

UNDER, OVER = Fraction(999, 1000), Fraction(1001, 1000)
Complex = tuple[Fraction, Fraction]


# Normal targets in boxes: one step, exactly


def product(one: Complex, other: Complex) -> Complex:
    return one[0] * other[0] - one[1] * other[1], one[0] * other[1] + one[1] * other[0]


def power(number: Complex, exponent: int) -> Complex:
    result = (Fraction(1), Fraction(0))
    for _ in range(exponent):
        result = product(result, number)
    return result


def moved(theta: Complex, z: Complex, L: int, c: Fraction) -> Complex:
    """theta - c/L conj(theta)^(L-1) (theta^L - z)."""
    whole, pull = power(theta, L), power((theta[0], -theta[1]), L - 1)
    change = product(pull, (whole[0] - z[0], whole[1] - z[1]))
    return theta[0] - c / L * change[0], theta[1] - c / L * change[1]


def apart(one: Complex, other: Complex) -> Fraction:
    """The square of the distance."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def real(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))


def number(pair: Complex) -> acb:
    return acb(real(pair[0]), real(pair[1]))


def bound_after(theta: Complex, radius: Fraction, z: Complex, spread: Fraction, L: int, c: Fraction) -> Fraction:
    """The radius that the checker has after a step, as a rational number not below it."""
    given = number(theta), real(radius), number(z), real(spread), L
    after = boxes._next(given[0], given[1], boxes._bounds(*given), given[2], given[3], L, real(c))[1]
    return Fraction(float(after)) * (1 + Fraction(1, 2**50))


@pytest.mark.parametrize("L", [2, 3, 4, 6])
@pytest.mark.parametrize("off", [0, Fraction(1, 3), Fraction(-1, 3)])
def test_a_step_leaves_no_number_of_the_disc_outside_of_the_new_one(L: int, off: int | Fraction) -> None:
    """Real numbers, for which the bound is nearly reached: beside the limit (off = 0), above it and below."""
    c, radius = Fraction(1, 4), Fraction(1, 10**4)
    for size in (Fraction(1, 2), Fraction(4, 5), Fraction(1), Fraction(21, 20)):
        theta = (size, Fraction(0))
        z = (size**L * (1 + off), Fraction(0))
        if c * (size + radius) ** (2 * L - 2) > 1:
            continue
        for spread in (Fraction(0), Fraction(1, 10**4), Fraction(1, 100)):
            bound = bound_after(theta, radius, z, spread, L, c)
            for side in (-1, 1):
                other = moved((size + side * radius, Fraction(0)), (z[0] + side * spread, Fraction(0)), L, c)
                assert apart(moved(theta, z, L, c), other) <= bound**2


@pytest.mark.parametrize("L", [2, 3, 5])
def test_without_a_radius_a_step_adds_what_the_eigenvalues_differ_by_exactly(L: int) -> None:
    theta, z, spread = (Fraction(3, 5), Fraction(1, 5)), (Fraction(1, 10), Fraction(1, 2)), Fraction(1, 50)
    far = (z[0] + spread * Fraction(3, 5), z[1] + spread * Fraction(4, 5))
    true = apart(moved(theta, z, L, Fraction(1, 3)), moved(theta, far, L, Fraction(1, 3)))
    bound = bound_after(theta, Fraction(0), z, spread, L, Fraction(1, 3))
    assert true <= bound**2 <= true * (1 + Fraction(1, 10**9))


def test_random_numbers_of_a_disc_stay_within_the_new_one() -> None:
    random, moves = Random(8), 0
    for _ in range(200):
        L, c = random.randint(2, 6), Fraction(random.randint(1, 9), 10)
        theta = (Fraction(random.randint(3, 8), 9), Fraction(random.randint(-5, 5), 9))
        z = (Fraction(random.randint(-9, 9), 7), Fraction(random.randint(0, 9), 7))
        radius, spread = Fraction(random.randint(0, 9), 200), Fraction(random.randint(0, 9), 100)
        turns = [random.choice([(1, 0), (0, 1), (-1, 0), (0, -1)]) for _ in range(2)]
        turns = [(Fraction(x), Fraction(y)) for x, y in turns]
        if (apart(theta, (Fraction(0), Fraction(0))) > 1 - Fraction(1, 5)) or c > Fraction(1, 2):
            continue
        other = (theta[0] + radius * turns[0][0], theta[1] + radius * turns[0][1])
        far = (z[0] + spread * turns[1][0], z[1] + spread * turns[1][1])
        bound = bound_after(theta, radius, z, spread, L, c)
        moves += 1
        assert apart(moved(theta, z, L, c), moved(other, far, L, c)) <= bound**2
    assert moves > 40


@pytest.mark.parametrize("L", [2, 3, 5])
def test_the_largest_error_in_a_disc_is_bounded(L: int) -> None:
    """theta in [a - r, a + r], z in [b - s, b + s], real, with a^L > b: the largest is at a + r and b - s."""
    a, b, r, s = Fraction(9, 10), Fraction(1, 5), Fraction(1, 20), Fraction(1, 30)
    least, most, error = boxes._bounds(acb(real(a)), real(r), acb(real(b)), real(s), L)
    assert least.overlaps(real(a - r)) and most.overlaps(real(a + r))
    assert error >= real((a + r) ** L - (b - s))
    assert error <= real((a + r) ** L - (b - s) + L * (L - 1) * r * r)


def at(x: Fraction, y: Fraction = Fraction(0)) -> boxes.Box:
    """A box of one eigenvalue."""
    return x, x, y, y


def test_the_rate_at_the_limit_is_the_power_of_the_eigenvalue() -> None:
    """L = 4, z = 1/4, p = 3/2: 2 k <= z^p = 1/8, which only the numbers after T have."""
    assert boxes._steps(at(Fraction(1, 4)), 4, Fraction(1, 2), UNDER / 16) is not None
    assert boxes._steps(at(Fraction(1, 4)), 4, Fraction(1, 2), OVER / 16) is None


@pytest.mark.parametrize("L", [2, 3, 4, 6])
def test_the_rate_on_the_way_is_that_of_the_smallest_product(L: int) -> None:
    """The run to -1/2 + 7/8 i comes nearer to 0 than both of its ends."""
    z, c = complex(-0.5, 0.875), 0.1
    theta, sizes = 1 + 0j, []
    for _ in range(400):
        sizes.append(abs(theta) ** (2 * L - 2))
        theta -= c / L * theta.conjugate() ** (L - 1) * (theta**L - z)
    assert min(sizes) < 0.8 * min(sizes[0], sizes[-1])
    assert abs(theta**L - z) < 1e-6
    rate, box = Fraction(min(sizes)) / 2, at(Fraction(-1, 2), Fraction(7, 8))
    assert boxes._steps(box, L, Fraction(1, 10), rate * UNDER) is not None
    assert boxes._steps(box, L, Fraction(1, 10), rate * OVER) is None


def test_the_step_at_the_limit_is_bounded_by_the_power_of_the_eigenvalue() -> None:
    """L = 4, z = 4: c z^(3/2) <= 1."""
    assert boxes._steps(at(Fraction(4)), 4, UNDER / 8, Fraction(1, 100)) is not None
    assert boxes._steps(at(Fraction(4)), 4, OVER / 8, Fraction(1, 100)) is None


@pytest.mark.parametrize("L", [2, 4])
def test_the_first_step_is_bounded_by_the_first_error(L: int) -> None:
    """2 c |1 - z| <= 1."""
    c = Fraction(1 / (2 * abs(1 - complex(-0.5, 0.875))))
    assert boxes._steps(at(Fraction(-1, 2), Fraction(7, 8)), L, c * UNDER, Fraction(1, 100)) is not None
    assert boxes._steps(at(Fraction(-1, 2), Fraction(7, 8)), L, c * OVER, Fraction(1, 100)) is None


@pytest.mark.parametrize("L", [2, 4])
def test_the_numbers_after_the_last_step_are_those_of_all_eigenvalues_of_the_box(L: int) -> None:
    """T = 0, the middle 1 + h i, |z - middle| <= sqrt(2) h, |1 - z| <= h + sqrt(2) h."""
    h, p = Fraction(1, 10), 2 - 2 / L
    box, middle, spread = (1 - h, 1 + h, Fraction(0), 2 * h), (1 + 0.01) ** 0.5, 0.1 * 2**0.5
    rate = Fraction((middle - 2 * spread - 0.1) ** p / 2)
    assert boxes._steps(box, L, Fraction(1, 10), rate * UNDER) == 0
    assert boxes._steps(box, L, Fraction(1, 10), rate * OVER) != 0
    step = Fraction((middle + 2 * spread + 0.1) ** -p)
    assert boxes._steps(box, L, step * UNDER, Fraction(1, 10)) == 0
    assert boxes._steps(box, L, step * OVER, Fraction(1, 10)) != 0


@pytest.mark.parametrize(
    ("place", "threshold", "beyond"),
    [(0, (2 / 10) ** (1 / 6), UNDER), (1, 4 ** (1 / 6), OVER), (2, 1 / (2 / 4 * 1.2**2), OVER)],
)
def test_each_bound_of_a_step_is_asked_for_with_all_that_the_disc_has(
    place: int, threshold: float, beyond: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L = 4, c = 1/4, k = 1/10: c most^6 <= 1, 2 c most^2 error <= 1 and 2 k <= least^6, in the first of two steps."""
    for factor in (UNDER, OVER):
        first = [Fraction(99, 100), Fraction(6, 5), Fraction(0)]
        first[place] = Fraction(threshold) * factor
        bounds = iter([tuple(map(real, first)), (arb(1), arb(1), arb(0))])
        monkeypatch.setattr(boxes, "_bounds", lambda *given, bounds=bounds: next(bounds))
        found = boxes._steps(at(Fraction(1)), 4, Fraction(1, 4), Fraction(1, 10))
        assert (found is None) == (factor == beyond)


def test_every_eigenvalue_of_the_region_is_in_a_box_that_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[boxes.Box] = []

    def steps(box: boxes.Box, *given: object) -> int | None:
        if box[1] - box[0] > Fraction(1, 2):
            return None
        followed.append(box)
        return 0

    monkeypatch.setattr(boxes, "_steps", steps)
    layers = SimpleNamespace(at_least=3, at_most=3)
    statement = SimpleNamespace(
        landscape=SimpleNamespace(layers=layers), this_step_alone=True, step=Fraction(1, 9), rate=Fraction(1, 9)
    )
    targets = NormalOffAxis("normal-off-axis", Fraction(1, 5), Fraction(2), Fraction(3, 2))
    task = SimpleNamespace(statement=statement, record=lambda *given: None)
    boxes.prove_in_boxes(task, targets)  # type: ignore[arg-type]
    random, inside = Random(3), 0
    for _ in range(600):
        x, y = Fraction(random.randint(-150, 150), 100), Fraction(random.randint(0, 150), 100)
        if x + 2 * (y**2 - Fraction(1, 25)) >= Fraction(1, 5) and x**2 + y**2 <= Fraction(9, 4):
            inside += 1
            assert any(x0 <= x <= x1 and y0 <= y <= y1 for x0, x1, y0, y1 in followed)
    assert inside > 200


# Gradient descent from the identity


def verdict(document: Document) -> object:
    return prove(Certificate.read(parse(text(document).encode())))


def is_limit(L: int | None, targets: Document, step: Fraction, rate: Fraction, **more: object) -> None:
    """Assert that both numbers are the largest, each with the other a little smaller."""
    layers = {"at_least": 2} if L is None else {"at_least": L, "at_most": L}
    for c, kappa, kind in ((UNDER, UNDER, Verified), (OVER, UNDER, Rejected), (UNDER, OVER, Rejected)):
        found = verdict(from_identity(layers, targets, str(step * c), str(rate * kappa), **more))
        assert isinstance(found, kind), (c, kappa, found)


@pytest.mark.parametrize("L", [3, 4, 7])
def test_no_rate_is_above_1_and_no_step_of_small_eigenvalues_is(L: int) -> None:
    """m = min(1, a) and M = max(1, b), where both eigenvalues are above 1, and where both are below."""
    p = 2 - 2 / L
    is_limit(L, {"set": "symmetric", "eigenvalues": ["2", "3"]}, Fraction(3**-p), Fraction(1))
    is_limit(L, {"set": "symmetric", "eigenvalues": ["1/3", "1/2"]}, Fraction(1), Fraction(3**-p))


def test_normal_targets_off_the_axis_with_a_norm_below_1() -> None:
    """s = 1/5, R = 1/2, L = 4: M = 11/10, m = 1/10, and (3) is what bounds the step."""
    targets = {"set": "normal-off-axis", "distance": "1/5", "curvature": "1", "norm": "1/2"}
    is_limit(4, targets, Fraction(1 / (4 * 1.5 * 3.2 * 1.1**0.5)), Fraction(2 / 3 * 0.1**1.5))


def test_the_parabola_off_the_axis_has_its_largest_curvature() -> None:
    """s = 1/2, R = 3/2: r s^2 e^2 = (1 - s)^2 (R + s + r s^2) for r = 1/3."""
    for r, kind in ((UNDER, Verified), (OVER, Rejected)):
        targets = {"set": "normal-off-axis", "distance": "1/2", "curvature": str(r / 3), "norm": "3/2"}
        assert isinstance(verdict(from_identity({"at_least": 2}, targets, "1/99", "1/99")), kind)


def test_the_first_step_of_negative_targets_stops_before_their_roots() -> None:
    """L = 3, [-3/10, -1/4]: eta (1 + b) - 1 <= b^(1/3) bounds the step; with eta = 1, k <= (1/4)^4 the rate."""
    targets = {"set": "negative-definite", "eigenvalues": ["-3/10", "-1/4"]}
    layers, one = {"at_least": 3, "at_most": 3}, {"this_step_alone": True}
    step = Fraction(3 * (1 + 0.3 ** (1 / 3)) / 1.3)
    for c, kappa, kind in (
        (step * UNDER, Fraction(1, 10), Verified),
        (step * OVER, Fraction(1, 10), Rejected),
        (Fraction(3), UNDER / 256, Verified),
        (Fraction(3), OVER / 256, Rejected),
    ):
        assert isinstance(verdict(from_identity(layers, targets, str(c), str(kappa), **one)), kind)


def test_positive_targets_with_a_real_part_above_1() -> None:
    """g = 2, N = 5/2, e = 1, L = 2: m = 1, M = 7/2, and (3) is what bounds the step."""
    targets = {"set": "positive", "real_part": "2", "norm": "5/2", "distance": "1"}
    z = 2 / 7
    step = Fraction(1 / (3.5 * (1 + z + z * z)))
    is_limit(2, targets, step, Fraction(1, 2), algorithm="projected-gradient-descent")


@pytest.mark.parametrize(
    ("targets", "error", "more"),
    [
        ({"set": "symmetric", "eigenvalues": ["1/4", "1/2"]}, "3/4", {}),
        ({"set": "symmetric", "eigenvalues": ["3", "4"]}, "3", {}),
        ({"set": "normal", "real_part": "3/5", "norm": "2"}, "2", {}),
        ({"set": "normal-off-axis", "distance": "1/5", "curvature": "1", "norm": "1/2"}, "3/2", {}),
        ({"set": "near-identity", "distance": "1/5"}, "1/5", {}),
        ({"set": "negative-definite", "eigenvalues": ["-3/10", "-1/4"]}, "13/10", {"this_step_alone": True}),
        (
            {"set": "positive", "real_part": "1/2", "norm": "2", "distance": "1/2"},
            "1/2",
            {"algorithm": "projected-gradient-descent"},
        ),
    ],
)
def test_the_error_is_counted_from_that_of_the_identity(targets: Document, error: str, more: Document) -> None:
    """After 0 steps, and after 100: (1 - k c)^100 of it, but (1 - c)^100 for symmetric targets above 1."""
    step, rate = ("3", "1/1000") if "this_step_alone" in more else ("1/200", "1/1000")
    shrinks = 1 - Fraction(step) * (1 if "3" in targets.get("eigenvalues", "") else Fraction(rate))
    for steps in (0, 100):
        for factor, kind in ((OVER, Verified), (UNDER, Rejected)):
            claimed = Fraction(error) * Fraction(float(shrinks) ** steps) * factor
            accuracy = {"steps": steps, "error": str(claimed)}
            layers = {"at_least": 3, "at_most": 3}
            assert isinstance(verdict(from_identity(layers, targets, step, rate, accuracy=accuracy, **more)), kind)


@pytest.mark.parametrize(("real_part", "kind"), [("3/4", Verified), ("751/1000", Rejected), ("1", Rejected)])
def test_one_matrix_has_the_real_part_of_its_set(real_part: str, kind: type) -> None:
    within = {"set": "positive", "real_part": real_part, "norm": "1", "distance": "1/4"}
    matrix = {"set": "one-matrix", "matrix": [["3/4"]]}
    projected = {"algorithm": "projected-gradient-descent", "within": within}
    assert isinstance(verdict(from_identity({"at_least": 2}, matrix, "1/99", "1/99", **projected)), kind)


# Critical points

THREE = "valid/critical-degenerate.json"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"landscape.target": [["0"]], "loss": "0", "order": 6}, "another saddle an odd order"),
        ({"point": [[["1"]], [["1"]], [["2"]]], "loss": "0"}, "at an order below 3"),
        ({"order": 5}, "at an order below 5"),
    ],
)
def test_a_global_minimum_is_no_saddle_by_an_even_order_or_by_a_later_one(changes: Document, reason: str) -> None:
    """(w_1 w_2 w_3)^2 / 2 along (t, t, t); (w_1 w_2 w_3 - 2)^2 / 2 with t^2 before t^3, at 0 with t^3 before t^5."""
    places = {f"{'witness' if name == 'order' else 'statement'}.{name}": value for name, value in changes.items()}
    found = verdict(forged(load(THREE), places))
    assert isinstance(found, Rejected)
    assert reason in found.reason
    assert isinstance(verdict(load(THREE)), Verified)


def test_a_product_of_small_rank_that_is_not_critical_is_not_the_best() -> None:
    """W = P Phi with Phi = diag(3, 2) and P the projection onto (1, 1): P G = 0, and P T is not symmetric."""
    landscape = {"kind": "deep-linear-network", "widths": [2, 1, 2], "target": [["3", "0"], ["0", "2"]]}
    point = [[["3/2", "1"]], [["1"], ["1"]]]
    for threshold in ("4", "5", "9"):
        claim, witness = {"point": point, "loss": "13/4"}, {"threshold": threshold}
        found = verdict(certificate(landscape, "global-minimum", claim, witness))
        assert isinstance(found, Rejected)
        assert "P G is not 0, or P T is not T P" in found.reason
    best = {"point": [[["3", "0"]], [["1"], ["0"]]], "loss": "2"}
    assert isinstance(verdict(certificate(landscape, "global-minimum", best, {"threshold": "5"})), Verified)


@pytest.mark.parametrize("widths", [(2, 3, 2), (2, 1, 2, 3), (1, 2, 2, 1, 2)])
def test_the_hessian_is_what_two_entries_change_together(widths: tuple[int, ...]) -> None:
    """On data with X X^T other than I: with e^2 = f^2 = 0, the coefficient of e f of F(W + e E_i + f E_j), exactly."""
    random = Random(4)

    def drawn(rows: int, columns: int) -> fmpq_mat:
        return fmpq_mat([[fmpq(random.randint(-4, 4), 3) for _ in range(columns)] for _ in range(rows)])

    layers = [drawn(rows, columns) for columns, rows in pairwise(widths)]
    X, Y = drawn(widths[0], 3), drawn(widths[-1], 3)
    gram, cross = X * X.transpose(), Y * X.transpose()
    data = SimpleNamespace(gram=gram, cross=cross)
    places = [(k, c, d) for k, A in enumerate(layers) for c in range(A.nrows()) for d in range(A.ncols())]

    def changed(*which: tuple[int, int, int]) -> fmpq_mat:
        """The product, with the layers of these entries replaced by 1 there and 0 elsewhere; 0 for one layer twice."""
        if len({k for k, _, _ in which}) < len(which):
            return 0 * cross
        product = None
        for k, layer in enumerate(layers):
            at = next(((c, d) for place, c, d in which if place == k), None)
            if at is not None:
                layer = fmpq_mat([[int((c, d) == at) for d in range(layer.ncols())] for c in range(layer.nrows())])
            product = layer if product is None else layer * product
        return product

    def inner(one: fmpq_mat, other: fmpq_mat) -> fmpq:
        return sum((x * y for x, y in zip(one.entries(), other.entries(), strict=True)), fmpq(0))

    G = changed() * gram - cross
    found = hessian(layers, data, G)  # type: ignore[arg-type]
    for i, one in enumerate(places):
        for j, other in enumerate(places[: i + 1]):
            assert found[i][j] == inner(changed(one, other), G) + inner(changed(one) * gram, changed(other))


def test_a_move_that_changes_the_product_at_first_is_none() -> None:
    """w_2 w_1 at (1, 0): moving w_2 gives layer 1 a gradient, and changes the product."""
    landscape = {"kind": "matrix-products", "layer_widths": [1, 1, 1]}
    claim = {"point": [[["1"]], [["0"]]], "gradient": [["1"]]}
    for first, second, layer, kind in (("0", "1", 1, Rejected), ("1", "0", 2, Verified)):
        witness = {"curve": [[[[first]], [[second]]]], "layer": layer}
        assert isinstance(verdict(certificate(landscape, "neither-minimum-nor-maximum", claim, witness)), kind)
