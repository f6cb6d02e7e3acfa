"""Obstructions, runs and critical points, as the provers make them; the artefact of float64."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod
from random import Random
from time import process_time

import mpmath
import pytest

from tests.corpus.forge import forged, load, text
from tests.fuzz.truth_linear import falsehood_about_linear_networks
from tests.linear.campaign import run
from verify.checker.core.balls import ball
from verify.checker.core.task import ends
from verify.checker.public import Certificate, Rejected, Undecided, Verdict, Verified, parse, prove
from verify.checker.statements.gradient_descent import Converges
from verify.checker.statements.linear_critical_point import (
    DEGENERATE,
    GLOBAL,
    CurveWitness,
    LinearCriticalPoint,
    ThresholdWitness,
)
from verify.checker.statements.linear_targets import Layers
from verify.checker.statements.stays_above import StaysAbove
from verify.checker.theorems.trajectory import _higher_order
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.linear.above import certify_stays_above, reflection, small_steps
from verify.producer.linear.critical import certify_critical_point, with_data
from verify.producer.linear.trajectory import certify_run, certify_steps, network
from verify.producer.prover import NotCertified
from verify.producer.prover.certificate import Certificate as Written


def test_a_matrix_of_negative_determinant_is_not_learned_at_even_depth() -> None:
    """sigma_min^2 / 2 = 0.45243754: det = -1, |Phi|_F^2 = 2.01, so sigma_min^2 = (2.01 - (2.01^2 - 4)^(1/2)) / 2."""
    statement = certify_stays_above([[1, "1/10"], [0, -1]]).read().statement
    assert isinstance(statement, StaysAbove)
    exact = (2.01 - (2.01**2 - 4) ** 0.5) / 4
    assert float(statement.loss) == pytest.approx(exact, rel=1e-7)
    assert float(statement.loss) <= exact


def test_a_positive_definite_matrix_has_no_obstruction() -> None:
    for method in (small_steps("1/10"),):
        with pytest.raises(ValueError, match="no negative eigenvalue"):
            certify_stays_above([[2, 1], [1, 2]], Layers(3, None, "odd"), method)
    with pytest.raises(ValueError, match="no more eigenvalues"):
        certify_stays_above([[2, 1], [1, 2]])


def test_every_2_by_2_matrix_has_a_reflection() -> None:
    for entries in ((1, 2, 3, 4), (0, 1, -1, 0), (1, 0, 0, 1), (5, -2, 7, -3)):
        a, b, c, d = map(Fraction, entries)
        P = reflection(((a, b), (c, d)))
        assert P is not None
        left = P[0][0] * b + P[0][1] * d
        assert left == P[1][0] * a + P[1][1] * c
        assert P[0][1] == P[1][0]


def test_a_run_that_converges() -> None:
    certificate = certify_run([["1", "1/2"], ["-1/2", "1"]], 2, "1/10", converges=True)
    statement = certificate.read().statement
    assert isinstance(statement, Converges)
    assert statement.rate < 1


@pytest.mark.parametrize(
    ("place", "enough", "too_little", "reason"),
    [
        ("witness.distance", "13373/10000000", "13371/10000000", "the layers move by"),
        ("statement.rate", "27038/100000", "27036/100000", "the loss is multiplied by"),
        ("witness.least.1", "986251/1000000", "986252/1000000", "the least singular value of layer 2"),
        ("witness.most.0", "1006252/1000000", "1006251/1000000", "the norm of layer 1"),
    ],
)
def test_a_bound_of_the_terminal_theorem_is_taken_up_to_what_is_proved(
    place: str, enough: str, too_little: str, reason: str
) -> None:
    """Both layers come to w = 0.99625156 in two steps; tau is 1/100."""

    def verdict(bound: str) -> Verdict:
        document = forged(load("valid/run-converges.json"), {place: bound})
        return prove(Certificate.read(parse(text(document).encode())))

    assert isinstance(verdict(enough), Verified)
    assert isinstance(other := verdict(too_little), Rejected | Undecided)
    assert reason in other.reason


def test_the_numbers_of_the_terminal_theorem_are_those_of_40_digits() -> None:
    """Layers 1, 2 and 1/2 of one unit, and the target 101/100: no two numbers are alike."""
    least, most = ["7/10", "17/10", "1/5"], ["13/10", "23/10", "4/5"]
    start, eta, target, tau = (1, 2, Fraction(1, 2)), Fraction(1, 20), Fraction(101, 100), Fraction(1, 4)
    changes = {
        "statement.landscape.widths": [1] * 4,
        "statement.landscape.target": [[str(target)]],
        "statement.start": [[[str(entry)]] for entry in start],
        "statement.steps": 1,
        "statement.step": str(eta),
        "statement.value": ["0", "1"],
        "statement.rate": "99/100",
    }
    changes |= {"witness.least": least, "witness.most": most, "witness.distance": str(tau)}
    verdict = prove(Certificate.read(parse(text(forged(load("valid/run-converges.json"), changes)).encode())))
    assert isinstance(verdict, Verified)
    with mpmath.workdps(40):
        slopes = [(1 - target) / w for w in start]
        e = abs(exact(prod(w - eta * slope for w, slope in zip(start, slopes, strict=True)) - target))
        s, S = ([exact(Fraction(entry)) for entry in bounds] for bounds in (least, most))
        g = [e * mpmath.fprod(S[:j] + S[j + 1 :]) for j in range(3)]
        first_order = sum(g[j] ** 2 for j in range(3)) / e**2
        grown = mpmath.fprod(S[j] + exact(eta) * g[j] for j in range(3))
        higher = (grown - mpmath.fprod(S) - exact(eta) * e * first_order) / e
        mu = sum(mpmath.fprod(s[:j] + s[j + 1 :]) ** 2 for j in range(3))
        q = 1 - exact(eta) * mu + higher
        expected = {
            "eta Lambda <= 1": exact(eta) * first_order,
            "q < 1": q,
            "the layers move by at most tau from there on": exact(eta) * max(g) / (1 - q),
            "the loss is multiplied by at most r in a step": q**2,
        }
    measured = {met.hypothesis: met.measured for met in verdict.hypotheses}
    for hypothesis, number in expected.items():
        bound = float(measured[hypothesis].removeprefix("<= "))
        assert number * (1 - 1e-12) <= bound <= number * (1 + 1e-3)


def test_the_terms_of_higher_order_are_exact() -> None:
    """prod (S + t m) less its terms of degree 0 and 1, divided by t; the numbers are doubles, and so are the sums."""
    S, m, t = ([Fraction(entry) for entry in row] for row in (("5/4", 2, "3/4", 3), ("1/2", -1, "1/4", 2), ["3/8"]))
    for count in (2, 3, 4):
        grown = prod(a + t[0] * b for a, b in zip(S[:count], m[:count], strict=True))
        first = sum(m[j] * prod(S[:j] + S[j + 1 : count]) for j in range(count))
        found = _higher_order(list(map(ball, S[:count])), list(map(ball, m[:count])), ball(t[0]))
        assert ends(found) == ((grown - prod(S[:count])) / t[0] - first,) * 2
    assert _higher_order([ball(S[0])], [ball(m[0])], ball(t[0])) == 0, "one layer is linear"


def exact(number: Fraction) -> mpmath.mpf:
    return mpmath.mpf(number.numerator) / number.denominator


def test_the_work_of_a_run_is_counted() -> None:
    """A million steps, three layers of 1 x 1, 8192 bits."""
    changes = {"statement.steps": 10**6, "witness.precision": 8192, "statement.landscape.widths": [1] * 4}
    changes |= {"statement.start": [[["1"]]] * 3, "witness.least": ["98/100"] * 3, "witness.most": ["102/100"] * 3}
    verdict = prove(Certificate.read(parse(text(forged(load("valid/run-converges.json"), changes)).encode())))
    assert isinstance(verdict, Undecided)
    assert "= 24576000000 is more than this checker's" in verdict.reason


def test_the_origin_of_three_layers_is_degenerate_and_of_two_is_strict() -> None:
    """The origin's order is the number of layers; the second example is Kawaguchi's data."""
    zero = [[0, 0], [0, 0]]
    target = [[3, 0], [0, 1]]
    for layers, property_ in ((2, "strict-saddle"), (3, "degenerate-saddle")):
        statement = certify_critical_point(network(target, layers), [zero] * layers).read().statement
        assert statement.property == property_
    data = with_data([2, 2, 2, 2], [[1, 0], [0, 1], [1, 1]], [[1, 0], [0, 2], [1, 1]])
    assert certify_critical_point(data, [zero] * 3).read().statement.property == "degenerate-saddle"


def test_the_smallest_mismatch_of_a_rule_by_ranks() -> None:
    """At this point the Hessian is 0, though a rule by ranks that is nearly right calls it strict."""
    zero = [[0, 0], [0, 0]]
    point = [[[0, -2], [0, 0]], zero, zero, [[-1, -1], [0, 0]]]
    assert certify_critical_point(network([[5, 0], [0, 3]], 4), point).read().statement.property == "degenerate-saddle"


def test_what_is_not_critical_is_not_certified() -> None:
    with pytest.raises(NotCertified, match="the point is not critical"):
        certify_critical_point(network([[1]], 2), [[[1]], [[2]]])


def test_random_critical_points_are_decided() -> None:
    """A sample of `python -m tests.linear.campaign`."""
    assert run("critical", 40, 7) == {"Verified": 40}


def test_a_hessian_with_too_long_a_denominator_is_undecided_and_no_error() -> None:
    """A product of three 1 x 1 layers at 0, beside one that is learned from inputs 10 + 1/q for many long q."""

    def verdict(inputs: int) -> Verdict:
        values = [10 + Fraction(1, 10**300 + i) for i in range(inputs)]
        rows = [[int(i == j) * value for j in range(-1, inputs)] for i, value in enumerate(values)]
        land = with_data(
            [inputs + 1, 2, 2, 2], [[1] + [0] * inputs, *rows], [[2, 0], *([0, value] for value in values)]
        )
        layer, move = ((Fraction(0), Fraction(0)), (Fraction(0), Fraction(1))), ((1, 0), (0, 0))
        first = (Fraction(0),) * (inputs + 1), (Fraction(0), *[Fraction(1)] * inputs)
        statement = LinearCriticalPoint(land, DEGENERATE, (first, layer, layer), Fraction(2))
        along = ((1, *[0] * inputs), (0,) * (inputs + 1)), move, move
        witness = CurveWitness(128, (tuple(tuple(tuple(map(Fraction, row)) for row in rows) for rows in along),), 3)
        return prove(Written.of("deep-linear-network", statement, witness, {}).read())

    assert isinstance(verdict(3), Verified)
    assert isinstance(undecided := verdict(20), Undecided)
    assert "the Hessian has a common denominator of more than 16384 bits" in undecided.reason


def test_a_product_of_numbers_that_grow_too_long_is_left_early() -> None:
    """63 layers of 4 x 4 with 300 digits in each numerator and denominator took minutes, whatever the time limit."""
    random = Random(1)

    def layer() -> list[list[Fraction]]:
        return [
            [Fraction(random.randrange(10**300), random.randrange(10**300, 10**301)) for _ in range(4)]
            for _ in range(4)
        ]

    point = tuple(tuple(map(tuple, layer())) for _ in range(63))
    statement = LinearCriticalPoint(network([[0] * 4] * 4, 63), GLOBAL, point, Fraction(1))
    written = Written.of("deep-linear-network", statement, ThresholdWitness(128, None), {})
    begin = process_time()
    verdict = prove(written.read())
    assert isinstance(verdict, Undecided)
    assert "more than 100000 bits" in verdict.reason
    assert process_time() - begin < 10


def test_the_judge_is_not_misled_by_rounding_errors_that_grow() -> None:
    """In floating point this run is below the loss after 119 steps; with 3,000 bits it never is."""
    target = [["-5/4", 2], [2, "-5/4"]]
    statement = certify_stays_above(target, Layers(7, 7), small_steps("1/8", 1)).read().statement
    assert isinstance(statement, StaysAbove)
    assert falsehood_about_linear_networks(statement) is None
    more = replace(statement, loss=statement.loss * Fraction(11, 10))
    assert "the loss is below" in str(falsehood_about_linear_networks(more))


def test_the_judge_follows_a_run_whose_layers_do_not_commute() -> None:
    """NumPy, with all products written out: the losses after 30 and 31 steps are 1.4428e-5 and 9.9304e-6."""
    target = [["3/4", "-1/2"], ["3/2", "1/2"]]
    statement = certify_run(target, 3, "1/20", below="1/100000", converges=True).read().statement
    assert isinstance(statement, Converges)
    assert statement.steps == 31
    assert falsehood_about_linear_networks(statement) is None
    assert falsehood_about_linear_networks(replace(statement, steps=30))
    assert falsehood_about_linear_networks(replace(statement, value=(Fraction(0), Fraction(99, 10**7))))


def test_with_a_narrow_layer_the_largest_singular_value_is_a_global_minimum_and_the_other_a_saddle() -> None:
    """Phi = diag(3, 2) by a product of rank 1: learning 3 leaves the loss 2, learning 2 leaves 9/2."""
    for entries, property_, loss in (((3, 0), "global-minimum", 2), ((0, 2), "strict-saddle", Fraction(9, 2))):
        a, b = entries
        narrow = replace(network([[3, 0], [0, 2]], 2), widths=(2, 1, 2))
        found = certify_critical_point(narrow, [[[a, b]], [[int(a > 0)], [int(b > 0)]]]).read().statement
        assert (found.property, found.loss) == (property_, loss)  # type: ignore[attr-defined]


def test_of_equal_singular_values_any_is_global() -> None:
    narrow = replace(network([[3, 0], [0, 3]], 2), widths=(2, 1, 2))
    found = certify_critical_point(narrow, [[["9/5", "12/5"]], [["3/5"], ["4/5"]]]).read().statement
    assert (found.property, found.loss) == ("global-minimum", Fraction(9, 2))  # type: ignore[attr-defined]


def test_random_runs_on_empirical_risks() -> None:
    """A sample of `python -m tests.linear.campaign`: bounds that are moved by a thousandth are rejected."""
    tally = run("risk-run", 24, 4)
    assert tally["Verified"] > 6
    assert tally["Rejected"] > 4


def test_a_run_that_diverges_is_told_so() -> None:
    """(w x)^4 with w = x = 3 and step 1: beyond 2^1000 after four steps, too many digits for a certificate."""
    risk = EmpiricalRisk([3], [1], [1], "square", output="square", biases=False)
    with pytest.raises(NotCertified, match="grown beyond"):
        certify_steps(risk.exact, ((Fraction(3),),), 1, 4, most_bits=512)
