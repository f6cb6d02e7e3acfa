"""All critical values of a deep linear network on data, by representatives; the values by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from verify.producer.linear.critical import with_data
from verify.producer.linear.landscape import representatives
from verify.producer.linear.trajectory import network
from verify.producer.prover import NotCertified


@pytest.mark.parametrize(("layers", "width"), [(2, 2), (3, 2), (3, 3), (4, 3)])
def test_the_values_are_the_sums_of_the_eigenvalues_that_are_not_learned(layers: int, width: int) -> None:
    """Phi = [[2, 1], [1, 2]]: T = Phi Phi^T has the eigenvalues 9 and 1."""
    land = network([[2, 1], [1, 2]], layers)
    land = type(land)((2, *[width] * (layers - 1), 2), land.target, None, None)
    found = {(each.learned, each.wider): each.certificate.read().statement for each in representatives(land)}
    for count in range(3):
        for learned in combinations((Fraction(9), Fraction(1)), count):
            statement = found[learned, False]
            assert statement.loss == (10 - sum(learned)) / 2  # type: ignore[attr-defined]
            assert (statement.property == "global-minimum") == (count == 2)
    if layers > 2:
        assert found[(), False].property == "degenerate-saddle"
        assert found[(Fraction(9),), True].property == "strict-saddle"
    assert found[(Fraction(1),), False].property == "strict-saddle"


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
