"""Rule `width-bound`: each hypothesis once violated, and the bound against networks of every width found by descent."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from scipy.optimize import minimize

from verify.checker.core.balls import ball
from verify.checker.core.outcome import Open, Refuted
from verify.checker.public import Verified, prove
from verify.checker.statements.width_bound import BoundOfEveryWidth
from verify.checker.theorems import width_bound as rule
from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.width_bound import certify_width_bound

X = [[-2], [0], [1], [3], [2], [-1]]
Y = [1, -1, 1, 1, -1, -1]
DECAY: dict[str, Any] = {"weight_decay": "1/5", "bias_decay": "1/5", "scale": "mean"}


def trained(risk: EmpiricalRisk, seeds: range = range(3)) -> np.ndarray:
    """The best of a few runs of descent."""
    ends = [
        minimize(
            lambda t: (risk.value(t), risk.gradient(t)[0]),
            np.random.default_rng(seed).normal(size=risk.trained),
            jac=True,
            method="L-BFGS-B",
        )
        for seed in seeds
    ]
    return np.asarray(min(ends, key=lambda end: float(end.fun)).x)


def options(loss: str) -> dict[str, Any]:
    return {**DECAY, "loss": loss, **({"delta": "1/2"} if loss == "huber" else {})}


@pytest.mark.parametrize("loss", ["squares", "huber", "absolute", "hinge", "logistic"])
def test_no_width_is_better_than_the_bound(loss: str) -> None:
    """And it is near the best network found, where that is a global minimum."""
    risk = EmpiricalRisk(X, Y, [4, 1], "relu", **options(loss))
    at = trained(risk)
    certificate = certify_width_bound(risk, at)
    assert isinstance(prove(certificate.read()), Verified)
    statement = certificate.read().statement
    assert isinstance(statement, BoundOfEveryWidth)
    assert "for every number of hidden neurons" in statement.sentence()
    bound = float(statement.at_least)
    assert bound > (0.9 if loss in ("squares", "huber", "logistic") else 0.3) * risk.value(at)
    for width in (1, 6):
        other = EmpiricalRisk(X, Y, [width, 1], "relu", **options(loss))
        assert other.value(trained(other)) >= bound


def test_weights_of_samples_and_leaky_units() -> None:
    more = {**DECAY, "sample_weights": [1, "1/2", 2, 0, 1, 1]}
    for activation in ({"leaky-relu": "1/4"}, {"piecewise-linear": ["-1", "1"]}):
        risk = EmpiricalRisk(X, Y, [4, 1], activation, **more)
        at = trained(risk)
        bound = float(certify_width_bound(risk, at).read().statement.at_least)  # type: ignore[attr-defined]
        assert 0.9 * risk.value(at) < bound <= risk.value(at)


def test_an_undecayed_output_bias_needs_multipliers_that_add_up_to_0() -> None:
    """Without biases of neurons, so that only the output's is not decayed."""
    risk = EmpiricalRisk(X, Y, [4, 1], "relu", biases=[False, True], weight_decay="1/5", scale="mean")
    certificate = certify_width_bound(risk, trained(risk)).read()
    q = certificate.witness.slopes  # type: ignore[attr-defined]
    assert sum(q) == 0
    assert said(certificate, q) is True
    assert "do not add up to 0" in str(said(certificate, (q[0] + Fraction(1, 1000), *q[1:])))


def said(certificate: Any, multipliers: Any = None, **changes: Any) -> Any:
    """True, or why not, for other multipliers or another landscape."""
    statement = certificate.statement
    if "at_least" in changes:
        statement = replace(statement, at_least=changes.pop("at_least"))
    statement = replace(statement, landscape=replace(statement.landscape, **changes))
    witness = certificate.witness
    if multipliers is not None:
        witness = replace(witness, slopes=tuple(multipliers))
    found = prove(replace(certificate, statement=statement, witness=witness))
    return True if isinstance(found, Verified) else found.reason


@pytest.fixture(scope="module")
def squares() -> Any:
    risk = EmpiricalRisk(X, Y, [4, 1], "relu", **DECAY)
    return certify_width_bound(risk, trained(risk)).read()


def test_each_hypothesis_is_needed(squares: Any) -> None:
    q, bound = squares.witness.slopes, squares.statement.at_least
    assert said(squares) is True
    verdict = prove(squares)
    assert isinstance(verdict, Verified)
    assert [met.hypothesis for met in verdict.hypotheses if met.rule == "width-bound"] == [
        "all weights decay, and the biases of neurons",
        "no neuron gains more than its decay costs",
        "the loss is at least the bound",
    ]
    assert "not proved >=" in str(said(squares, at_least=bound * Fraction(1001, 1000)))
    assert "gains more than its decay costs" in str(said(squares, [Fraction(11, 10) * entry for entry in q]))
    assert "gains more" in str(said(squares, weight_decay=Fraction(1, 6)))
    assert "gains more" in str(said(squares, bias_decay=Fraction(1, 9)))
    assert "not proved >=" in str(said(squares, [entry / 2 for entry in q]))
    assert "needs decay" in str(said(squares, weight_decay=Fraction(0)))
    assert "needs decay" in str(said(squares, bias_decay=Fraction(0)))
    network = squares.statement.landscape.network
    smooth = replace(network.layers[0], activation=replace(network.layers[0].activation, name="tanh", parameters=()))
    assert "piecewise linear hidden layer" in str(
        said(squares, network=replace(network, layers=(smooth, network.layers[1])))
    )
    bent = replace(network.layers[1], activation=network.layers[0].activation)
    assert "linear output" in str(said(squares, network=replace(network, layers=(network.layers[0], bent))))
    wide = replace(network, layers=(replace(network.layers[0], bias=True), network.layers[1]))
    assert said(squares, network=wide) is True
    assert "all of it trained" in str(said(squares, fixed=((0, Fraction(1)),)))
    assert "not written for the loss" in str(said(squares, loss="cross-entropy"))


def test_it_is_about_one_hidden_layer_and_one_output(squares: Any) -> None:
    """One more linear layer or a residual connection makes the same outputs of smaller weights."""
    network = squares.statement.landscape.network
    hidden, output = network.layers
    narrow = replace(hidden, width=1)
    for layers in (
        (output,),
        (hidden, output, replace(output, inputs=1)),
        (hidden, replace(output, width=2)),
        (replace(narrow, residual=True), replace(output, inputs=1)),
        (narrow, replace(output, inputs=1, residual=True)),
    ):
        found = str(said(squares, network=replace(network, layers=layers)))
        assert found == "this rule needs one hidden layer and one output, all of it trained"


@pytest.mark.parametrize(
    ("loss", "multiplier"),
    [("absolute", "1/5"), ("hinge", "1/100"), ("hinge", "-1/5"), ("huber", "1/11"), ("logistic", "1/100")],
)
def test_multipliers_beyond_the_slopes_of_a_loss(squares: Any, loss: str, multiplier: str) -> None:
    """With factors of 1/6: |q| <= 1/6; -1/6 <= q y <= 0; |q| <= delta / 6; 0 <= -q / y <= 1/6."""
    q = (Fraction(multiplier), *[Fraction(0)] * 5)
    delta = Fraction(1, 2) if loss == "huber" else None
    assert "is beyond the slopes of its loss" in str(said(squares, q, loss=loss, delta=delta))


@pytest.mark.parametrize("loss", ["squares", "huber", "absolute", "hinge", "logistic"])
def test_conjugates(loss: str) -> None:
    """l*_n >= q f - l(f) on a grid, and nearly equal somewhere."""
    generator = random.Random(3)
    for _ in range(40):
        y = Fraction(generator.choice([1, -1])) if loss == "hinge" else Fraction(generator.randint(-6, 6), 2)
        c, q = Fraction(generator.randint(1, 6), 4), Fraction(generator.randint(-12, 12), 8)
        risk = EmpiricalRisk([[0]], [y], [1, 1], "relu", loss=loss, scale=c, delta=2 if loss == "huber" else None)
        with ctx.workprec(100):
            try:
                found = rule._conjugate(risk.exact, 0, c, y, q)
            except Refuted:
                grid = np.array([-1e4, 1e4])
                assert max(float(q) * grid - float(c) * losses(loss, grid, float(y))) > 100
                continue
        grid = np.linspace(-60, 60, 24001)
        gains = float(q) * grid - float(c) * losses(loss, grid, float(y))
        assert float(found) >= gains.max() - 1e-9
        assert float(found) <= gains.max() + 2e-2


def losses(loss: str, f: np.ndarray, y: float) -> np.ndarray:
    return {
        "squares": (f - y) ** 2,
        "absolute": np.abs(f - y),
        "hinge": np.maximum(0, 1 - y * f),
        "logistic": np.logaddexp(0, -y * f),
        "huber": np.where(np.abs(f - y) <= 2, (f - y) ** 2 / 2, 2 * (np.abs(f - y) - 1)),
    }[loss]


def test_lines_above_pieces() -> None:
    """Of slopes of all signs, on intervals on either side of 0 and around it."""
    generator = random.Random(5)
    for _ in range(300):
        left, right = (Fraction(generator.randint(-8, 8), 4) for _ in range(2))
        a = Fraction(generator.randint(-8, 7), 4)
        b = a + Fraction(generator.randint(1, 8), 4)
        slope, height = rule._above(ball(left), ball(right), right >= left, ball(a), ball(b))
        for part in range(9):
            t = a + (b - a) * part / 8
            assert slope * ball(t) + height >= ball(t * (right if t > 0 else left)) - arb(10) ** -12


def test_the_prover_says_where_it_has_no_bound() -> None:
    for more in ({"weight_decay": "1/5"}, {}):
        risk = EmpiricalRisk(X, Y, [2, 1], "relu", **more)
        with pytest.raises(NotCertified, match="weight decay"):
            certify_width_bound(risk, np.ones(risk.trained))
    four = EmpiricalRisk([[1, 2, 3, 4]], [1], [2, 1], "relu", **DECAY)
    with pytest.raises(NotCertified, match="at most 4 weights and biases"):
        certify_width_bound(four, np.ones(four.trained) / 10)
    with pytest.raises(Open):
        rule._rate_squared(EmpiricalRisk(X, Y, [2, 2, 1], "relu", **DECAY).exact)


def test_gains_that_are_said_to_be_small_are() -> None:
    """Random data, multipliers and slopes of any sign: never a kappa below what sampled directions gain."""
    generator = random.Random(11)
    taken = refused = 0
    for _ in range(40):
        samples, size = generator.randint(1, 5), generator.randint(1, 3)
        rows = [[Fraction(generator.randint(-4, 4), 2) for _ in range(size)] for _ in range(samples)]
        q = [Fraction(generator.randint(-4, 4), 4) for _ in range(samples)]
        slopes = sorted(Fraction(generator.randint(-2, 2)) for _ in range(2))
        if generator.random() < 0.3:
            slopes.reverse()
        u = np.random.default_rng(1).normal(size=(20_000, size))
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        t = u @ np.array(rows, dtype=float).T
        largest = float(
            np.abs(np.where(t > 0, float(slopes[1]), float(slopes[0])) * t @ np.array(q, dtype=float)).max()
        )
        for share in (Fraction(9, 10), Fraction(11, 10)):
            kappa = share * Fraction(largest) + Fraction(1, 1000) * (share > 1)
            gain = rule._Gain([[ball(x) for x in row] for row in rows], q, slopes, ball(kappa))
            waiting, small, seen = [*faces(size)], True, 0
            while waiting and small:
                box, seen = waiting.pop(), seen + 1
                small = not gain.at_the_middle(box) > 0 and seen < 400
                if small and not gain.is_small(box):
                    waiting += box.halves()
            assert share > 1 or not largest or not small
            taken, refused = taken + small, refused + (not small)
    assert min(taken, refused) > 15


def test_an_input_that_may_be_on_either_side_of_0_counts_with_both_slopes() -> None:
    """Up to 1/14 is put out by one slope, and 0 by the other."""
    gain = rule._Gain(
        [[ball(Fraction(1, 7)), ball(Fraction(-1, 7))]], [Fraction(1)], [Fraction(0), Fraction(1)], arb(0)
    )
    middle = rule._Box([arb(1), arb(1, 0.5)], [arb(0), arb(0)])
    found = gain.at_the_middle(middle)
    assert found.contains(0) and found.contains(arb(1) / 14)


def faces(size: int) -> Any:
    for face in range(size):
        for sign in (1, -1):
            middle = [arb(sign * (side == face)) for side in range(size)]
            yield rule._Box(middle, [arb(int(side != face)) for side in range(size)])
