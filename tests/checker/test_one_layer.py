"""The Hessian of a network with one layer, from below: docs/AUDIT.md, "One layer, from below"."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from verify import EmpiricalRisk
from verify.checker import Rejected, Undecided, Verified
from verify.checker.core.balls import ball, box
from verify.checker.core.definiteness import is_positive_definite, shifted
from verify.checker.evaluators import EmpiricalRisk as InBalls
from verify.checker.front.session import prove
from verify.checker.statements.critical_point import Minimum, MinimumWitness
from verify.producer.landscapes.exact import in_balls
from verify.producer.prover.certificate import Certificate

SIGMOID = EmpiricalRisk([[-8, 3], [0, -2], [-7, -8], [3, 2]], ["1/10", "1/10", "3/10", "9/10"], [1], output="sigmoid")
BAD = tuple(map(Fraction, ("-3.176640179591", "3.481092423362", "4.764960269375")))
"""Within 1e-12 of a strict local minimum that is not global; the Hessian's least eigenvalue there is about 0.0014."""


def verdict(radius: str, least: str) -> object:
    statement = Minimum(
        SIGMOID.exact,
        "strict-local-minimum",
        False,
        (BAD,),
        Fraction(radius),
        (Fraction(0), Fraction(1)),
        Fraction(least),
    )
    witness = MinimumWitness(256, None)
    return prove(Certificate.of("empirical-risk", statement, witness, {}, landscape=SIGMOID.document).read())


def test_a_large_ball_is_proved_where_the_enclosure_fails() -> None:
    region = InBalls(SIGMOID.exact, box((BAD,), Fraction("1/1000")))
    assert not is_positive_definite(region.hessian())
    assert isinstance(verdict("1/1000", "1/100000"), Verified)


@pytest.mark.parametrize(
    ("radius", "least", "kind"),
    [("1/1000", "1/500", Rejected), ("1/100", "1/750", Undecided), ("1", "1/100000", Undecided)],
)
def test_what_is_false_or_too_much_is_not(radius: str, least: str, kind: type) -> None:
    """At the center the least eigenvalue is between 1/750 and 1/500."""
    assert isinstance(verdict(radius, least), kind)


@pytest.mark.parametrize("loss", ["squares", "logistic", "cross-entropy"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_it_is_below_every_hessian_of_the_box(loss: str, outputs: int) -> None:
    """With a fixed parameter and weight decay; by the exact evaluation at random points, in balls."""
    random = Random(f"{loss} {outputs}")
    inputs = [[random.randint(-5, 5) for _ in range(2)] for _ in range(4)]
    targets = [[random.choice([1, -1] if loss == "logistic" else [0, 1]) for _ in range(outputs)] for _ in range(4)]
    output = "tanh" if loss == "squares" else "identity"
    risk = EmpiricalRisk(inputs, targets, [outputs], output=output, loss=loss, weight_decay="1/8", fixed={1: 2})
    center = tuple(Fraction(random.randint(-8, 8), 8) for _ in range(risk.trained))
    radius = Fraction(1, 16)
    least = InBalls(risk.exact, box((center,), radius)).hessian_from_below()
    assert least is not None
    for _ in range(20):
        point = tuple(entry + radius * Fraction(random.randint(-16, 16), 16) for entry in center)
        difference = in_balls(risk, (point,)).hessian() - least
        assert is_positive_definite(shifted(difference, ball(Fraction(-1, 10**9)))), "up to 1e-9, as it may be singular"


def test_networks_with_hidden_layers_have_none() -> None:
    risk = EmpiricalRisk([[1]], [[1]], [2, 1], activation="tanh")
    point = tuple(Fraction(0) for _ in range(risk.trained))
    assert InBalls(risk.exact, box((point,), Fraction(1, 8))).hessian_from_below() is None
