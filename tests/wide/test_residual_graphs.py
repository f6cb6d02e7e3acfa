"""Every way to wire a few layers above the wide one: what is verified, by both checkers, is what the theorem allows."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from random import Random

import pytest

from tests import second
from tests.wide.campaign import is_verified
from verify.checker.statements.feature_layers import Parameters
from verify.checker.statements.network_features import ALMOST_ALL, CRITICAL, MINIMUM, Extent, WideNetwork, WideWitness
from verify.producer.prover import Certificate
from verify.producer.wide import layers as builders
from verify.producer.wide.features import certify_feature_rank

SAMPLES = [[1, 0], [1, 2]]
POINT = (Parameters(((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))), (Fraction(0), Fraction(0))),)


def wirings(place: int) -> list[builders.Spec]:
    """Each layer of two units that can stand there: of one layer before it, or the sum of two."""
    one = [builders.of_layer(source, builders.dense(2, "tanh")) for source in range(place)]
    return one + [builders.add(pair, "softplus") for pair in combinations(range(place), 2)]


def is_allowed(specs: list[builders.Spec]) -> bool:
    """By reachability: what is above layer 1 and depends on layer 2 is only given to the layer right after it."""
    depends = {2}
    for place, spec in enumerate(specs[2:], start=3):
        read = set(spec["terms"]) if "terms" in spec else {spec.get("source", place - 1)}
        if read & depends != {place - 1}:
            return False
        depends.add(place)
    second = specs[1]
    return "terms" not in second and second["source"] == 1


@pytest.mark.parametrize("name", [CRITICAL, MINIMUM])
def test_what_is_verified_is_what_is_allowed(name: str, tmp_path: Path) -> None:
    random, verified = Random(name), 0
    every = list(product(wirings(2), wirings(3), wirings(4)))
    allowed = [middle for middle in every if is_allowed([{}, *middle])]
    for middle in allowed + random.sample(every, 30):
        specs = [builders.dense(2, "square"), *middle, builders.dense(1, "identity")]
        net = builders.network(SAMPLES, specs, channels=2)
        statement = WideNetwork(net, name, 1, False, False, Extent(ALMOST_ALL, True, None))
        witness = WideWitness(64, POINT, None, ())
        found = is_verified("network-features", statement, witness)
        assert found == is_allowed(specs), specs
        path = tmp_path / "certificate.json"
        Certificate.of("network-features", statement, witness, {}).save(path)
        assert second.check(str(path)).verdict == ("Verified" if found else "Rejected")
        verified += found
    assert verified >= len(allowed) == 9


def test_layers_that_nothing_uses_do_no_harm_to_a_rank() -> None:
    """They are evaluated and forgotten; the last layer is what is meant."""
    aside = [builders.of_layer(0, builders.dense(3, "relu")), builders.of_layer(0, builders.dense(1, "square"))]
    last = builders.of_layer(1, builders.dense(2, "tanh"))
    net = builders.network(SAMPLES, [builders.dense(2, "square"), *aside, last])
    assert "2 tanh units of layer 1" in certify_feature_rank(net).read().statement.sentence()
