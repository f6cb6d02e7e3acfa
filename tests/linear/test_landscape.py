"""All critical values of a deep linear network on data, by representatives; the values by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from flint import fmpq_mat

from tests.linear.campaign import run
from verify.checker.evaluators import gradients
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.linear_critical_values import CriticalValues
from verify.checker.statements.matrix_products import NO_EXTREMUM
from verify.producer.linear.above import exact
from verify.producer.linear.critical import with_data
from verify.producer.linear.landscape import certify_critical_values, ranks, representatives
from verify.producer.linear.products import certify_no_extremum
from verify.producer.linear.trajectory import network
from verify.producer.prover import NotCertified


@pytest.mark.parametrize(("layers", "width"), [(2, 2), (3, 2), (3, 3), (4, 2)])
def test_the_values_are_the_sums_of_the_eigenvalues_that_are_not_learned(layers: int, width: int) -> None:
    """Phi = [[2, 1], [1, 2]]: T = Phi Phi^T has the eigenvalues 9 and 1."""
    land = network([[2, 1], [1, 2]], layers)
    land = type(land)((2, *[width] * (layers - 1), 2), land.target, None, None)
    found = [(each.learned, each.certificate.read().statement) for each in representatives(land)]
    assert {learned for learned, _ in found} == {
        learned for count in range(3) for learned in combinations((Fraction(9), Fraction(1)), count)
    }
    for learned, statement in found:
        assert statement.loss == (10 - sum(learned)) / 2  # type: ignore[attr-defined]
        assert (statement.property == "global-minimum") == (len(learned) == 2)
    assert all(statement.property == "strict-saddle" for learned, statement in found if learned == (Fraction(1),))
    assert any(statement.property == "degenerate-saddle" for _, statement in found) == (layers > 2)


@pytest.mark.parametrize(
    ("widths", "count"), [((2, 2, 2), 4), ((2, 2, 2, 2), 20), ((3, 2, 3), 7), ((2, 1, 2, 2), 11), ((2, 3, 1, 3, 2), 56)]
)
def test_there_is_one_point_for_each_pattern_of_ranks(widths: tuple[int, ...], count: int) -> None:
    """The ranks of all products of layers that follow each other, and on through X Y^T, tell the points apart."""
    target = [[(i + 2) * (i == j) for j in range(widths[0])] for i in range(widths[-1])]
    points = list(representatives(DeepLinearNetwork(widths, exact(target), None, None)))
    assert len({(each.learned, each.ranks) for each in points}) == len(points) == count


def test_two_layers_have_the_patterns_counted_by_hand() -> None:
    """Widths 3-2-1: the product is 0 with W_2 = 0, rank W_1 <= 2 and G W_1^T = 0; else W_1 has the rank 1 or 2."""
    points = list(representatives(DeepLinearNetwork((3, 2, 1), exact([[1, 0, 0]]), None, None)))
    assert sorted((len(each.learned), each.ranks[:3]) for each in points) == [
        (0, (0, 0, 0)),
        (0, (1, 0, 0)),
        (0, (2, 0, 0)),
        (1, (1, 1, 1)),
        (1, (2, 1, 1)),
    ]


def test_random_critical_points_have_a_pattern_of_the_list() -> None:
    """In random bases, added to by what keeps them critical: the form is derived, the points are made otherwise."""
    random = Random(3)
    land = network([[2, 0], [0, 3]], 3)
    listed = {each.ranks for each in representatives(land)}
    cross, seen = fmpq_mat(2, 2, [2, 0, 0, 3]), set()
    while len(seen) < 8:
        layers = [fmpq_mat(2, 2, [random.randrange(-1, 2) * random.randrange(2) for _ in range(4)]) for _ in range(3)]
        G = layers[2] * layers[1] * layers[0] - cross
        if any(any(slope.entries()) for slope in gradients(layers, G)):
            continue
        seen.add(ranks(layers, cross))
        assert ranks(layers, cross) in listed


def test_the_definition_has_each_layer_once() -> None:
    for layers, product in ((1, "|W_1 - Phi|"), (2, "|W_2 W_1 - Phi|"), (3, "|W_3 ... W_1 - Phi|")):
        assert product in network([[1]], layers).definition


def test_all_critical_values() -> None:
    """T = [[1, 1], [1, 2]] has (3 +- sqrt 5)/2; with a multiple eigenvalue, or 0, nothing is claimed."""
    statement = certify_critical_values(network([[1, 0], [1, 1]], 3)).read().statement
    assert isinstance(statement, CriticalValues)
    for (low, high), true in zip(statement.eigenvalues, ((3 + 5**0.5) / 2, (3 - 5**0.5) / 2), strict=True):
        assert low <= true <= high
        assert high - low < Fraction(1, 10**5)
    for target in ([[1, 0], [0, 1]], [[1, 0], [0, 0]]):
        with pytest.raises(NotCertified):
            certify_critical_values(network(target, 2))
    assert run("values", 6, 3) == {"Verified": 6}


def test_narrow_layers_and_what_moves() -> None:
    """A sample of `python -m tests.linear.campaign`."""
    assert run("pattern", 12, 5) == {"Verified": 12}
    assert run("move", 8, 5) == {"Verified": 8}


def test_no_move_is_known_from_a_minimum_through_a_narrow_layer() -> None:
    """(0, 1), (0, 1)^T: a local minimum of 2 (W_11 - 1)^2 + (W_22 - 1)^2 + 3 (W_12^2 + W_21^2), and not global."""
    point = [[[0, 1]], [[0], [1]]]
    with pytest.raises(NotCertified, match="no move is known"):
        certify_no_extremum(point, [[-4, 0], [0, 0]])
    assert certify_no_extremum([[[0, 1]], [[0], [0]]], [[-4, 0], [0, 0]]).read().statement.property == NO_EXTREMUM


def test_with_a_narrow_layer_the_largest_are_global() -> None:
    """diag(3, 2) through one neuron: 9 is learned, or 4, or nothing."""
    land = type(network([[1]], 1))((2, 1, 2), network([[3, 0], [0, 2]], 2).target, None, None)
    found = {each.learned: each.certificate.read().statement for each in representatives(land)}
    assert {learned: (each.property, each.loss) for learned, each in found.items()} == {  # type: ignore[attr-defined]
        (): ("strict-saddle", Fraction(13, 2)),
        (Fraction(9),): ("global-minimum", Fraction(2)),
        (Fraction(4),): ("strict-saddle", Fraction(9, 2)),
    }


def test_data_and_what_is_not_rational() -> None:
    """Three samples; X X^T = diag(1, 4), Y X^T = diag(2, 6): T = diag(4, 9), |Y|^2 = 4 + 9 + 1."""
    land = with_data([2, 2, 2], [[1, 0], [0, 2], [0, 0]], [[2, 0], [0, 3], [1, 0]])
    losses = {each.learned: each.certificate.read().statement.loss for each in representatives(land)}  # type: ignore[attr-defined]
    assert losses[Fraction(9), Fraction(4)] == Fraction(1, 2)
    assert losses[()] == 7
    for target in ([[1, 1], [0, 1]], [[1, 0], [0, 1]], [[1, 0], [0, 0]]):
        with pytest.raises(NotCertified, match="is 0, multiple or irrational"):
            list(representatives(network(target, 2)))
