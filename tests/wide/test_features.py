"""Ranks of features: what is proved, for whom, and what is refused; the evaluators against one another."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest
import sympy
from flint import fmpz

from tests.corpus.forge import CORPUS, forged, load
from tests.wide.oracles import exact_features, random_graph, random_parameters, random_specs, rank
from verify.checker.core.matrix_rank import PRIME, exact_rank, rank_at_least, rank_of_balls_at_least
from verify.checker.core.reader import Field
from verify.checker.evaluators import FeatureEnclosures as Enclosures
from verify.checker.evaluators import FeatureIntegers as Integers
from verify.checker.evaluators import feature_outputs as outputs
from verify.checker.front.certificate import Certificate as Read
from verify.checker.losses import feature_numbers
from verify.checker.public import Undecided, Verified, prove
from verify.checker.statements.feature_layers import Parameters
from verify.checker.statements.network import LayerActivation
from verify.checker.statements.network_features import Extent, FeatureRank, FeatureWitness, WideNetwork
from verify.checker.theorems.wide_network import _is_strictly_monotone, _never_flat
from verify.producer.prover import Certificate, NotCertified
from verify.producer.wide import layers as builders
from verify.producer.wide.features import certify_feature_rank, certify_wide_network, random_point

IMAGES = [[(3 * i * i + 5 * j * j + i * j) % 17 for j in range(16)] for i in range(12)]
PATCHES = builders.image_patches((4, 4), (2, 2))


def test_the_prime_is_one() -> None:
    """By the test of Lucas and Lehmer for 2^61 - 1."""
    s = 4
    for _ in range(59):
        s = (s * s - 2) % PRIME
    assert s == 0
    assert PRIME == 2**61 - 1


@pytest.mark.parametrize("seed", range(20))
def test_ranks_of_integer_matrices_are_lower_bounds(seed: int) -> None:
    random = Random(seed)
    rows, columns, r = random.randint(1, 6), random.randint(1, 6), random.randint(0, 4)
    left = [[random.randint(-3, 3) for _ in range(r)] for _ in range(rows)]
    right = [[random.randint(-3, 3) for _ in range(columns)] for _ in range(r)]
    matrix = [[fmpz(sum(x * right[k][j] for k, x in enumerate(row))) for j in range(columns)] for row in left]
    true = rank([[Fraction(int(x)) for x in row] for row in matrix])
    assert exact_rank(matrix) == true
    assert rank_at_least(matrix) <= true
    assert rank_at_least([[x * PRIME for x in row] for row in matrix]) == 0
    from flint import arb

    assert rank_of_balls_at_least([[arb(x) for x in row] for row in matrix]) <= true


@pytest.mark.parametrize("specs", [random_specs, random_graph])
@pytest.mark.parametrize("seed", range(30))
def test_both_evaluators_are_the_definition(seed: int, specs: Callable[..., list[builders.Spec]]) -> None:
    random = Random(seed)
    d = random.randint(1, 4)
    inputs = [[Fraction(random.randint(-3, 3), random.randint(1, 3)) for _ in range(d)] for _ in range(3)]
    net = builders.network(inputs, specs(random, d, smooth=False))
    point = random_parameters(random, net.layers)
    expected = exact_features(net.layers, point, inputs, False)
    found = outputs(Integers(), net.layers, net.inputs, point, branches=False).values
    assert [[Fraction(int(x), found.denominator) for x in row] for row in found.rows] == expected
    balls = outputs(Enclosures(), net.layers, net.inputs, point, branches=False).values.rows
    for row, exact in zip(balls, expected, strict=True):
        for ball, x in zip(row, exact, strict=True):
            assert (ball * x.denominator - x.numerator).contains(0)
    floats = builders.features(net.layers, np.array(inputs, dtype=float), point)
    assert np.allclose(floats, np.array(expected, dtype=float), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("slopes", [("0", "1/2"), ("1/2", "1/2"), ("0", "3"), ("-1/3", "1/3"), ("0", "1"), ("1", "1")])
def test_slopes_are_not_their_numerators(slopes: tuple[str, str]) -> None:
    """(0, 1/2) and (1/2, 1/2) have those of ReLU and of the identity."""
    negative, positive = map(Fraction, slopes)
    sigma = LayerActivation("piecewise-linear", (negative, positive))
    found = Integers().activate(sigma, Integers().start(((Fraction(3, 2), Fraction(-5, 7), Fraction(0)),)))
    expected = [positive * Fraction(3, 2), negative * Fraction(-5, 7), Fraction(0)]
    assert [Fraction(int(x), found.denominator) for x in found.rows[0]] == expected


@pytest.mark.parametrize("specs", [random_specs, random_graph])
@pytest.mark.parametrize("seed", range(10))
def test_balls_enclose_smooth_features(seed: int, specs: Callable[..., list[builders.Spec]]) -> None:
    random = Random(seed)
    d = random.randint(1, 3)
    inputs = [[Fraction(random.randint(-4, 4), 4) for _ in range(d)] for _ in range(3)]
    net = builders.network(inputs, specs(random, d, smooth=True))
    point = random_parameters(random, net.layers, 2)
    found = outputs(Enclosures(), net.layers, net.inputs, point, branches=False).values.rows
    floats = builders.features(net.layers, np.array(inputs, dtype=float), point)
    assert np.allclose([[float(x) for x in row] for row in found], floats, rtol=1e-8, atol=1e-8)


def test_a_network_of_images_by_a_branch_pattern() -> None:
    groups = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]
    specs = [
        builders.convolution(4, PATCHES, "identity"),
        builders.max_pool(groups, "relu"),
        builders.dense(16, "relu"),
    ]
    statement = certify_feature_rank(builders.network(IMAGES, specs)).read().statement
    assert isinstance(statement, FeatureRank)
    assert statement.rank == 12
    assert statement.extent() == "almost all parameters with the given point's branch pattern, all larger widths"


@pytest.mark.parametrize("sigma", ["sigmoid", "tanh", "softplus", "arctan", "gelu"])
def test_smooth_features_for_almost_all_parameters(sigma: str) -> None:
    net = builders.network(IMAGES, [builders.convolution(3, PATCHES, sigma)])
    assert certify_feature_rank(net).read().statement.extent() == "almost all parameters, all larger widths"


def test_almost_all_data() -> None:
    net = builders.network((6, 3), [builders.dense(6, "tanh")])
    assert "almost all sets of 6 samples in R^3" in certify_feature_rank(net).read().statement.sentence()


def test_given_parameters_and_too_few_features() -> None:
    net = builders.network(IMAGES, [builders.dense(12, "relu")])
    point = random_point(net.layers, net.inputs, 1)
    assert certify_feature_rank(net, point=point).read().statement.extent() == "one point"
    narrow = builders.network(IMAGES, [builders.dense(11, "relu")])
    with pytest.raises(NotCertified, match="the features have 11 columns"):
        certify_feature_rank(narrow)
    assert certify_feature_rank(narrow, ones=True).read().statement.rank == 12
    twice = builders.network([*IMAGES, IMAGES[0]], [builders.dense(20, "relu")])
    with pytest.raises(NotCertified, match="only 12 of the samples are different"):
        certify_feature_rank(twice)


def test_relu_is_not_for_almost_all_parameters() -> None:
    net = builders.network(IMAGES, [builders.dense(12, "relu")])
    with pytest.raises(NotCertified, match="layer 1 is not analytic"):
        certify_feature_rank(net, parameters="almost-all")


@pytest.mark.parametrize("ones", [False, True])
def test_wide_networks(ones: bool) -> None:
    specs = [builders.dense(12 - ones, "tanh"), builders.dense(3, "softplus"), builders.dense(2, "identity")]
    statement = certify_wide_network(builders.network(IMAGES, specs), 1, ones=ones, attained=True).read().statement
    assert isinstance(statement, WideNetwork)
    assert statement.attained
    leaky = [*specs[:1], builders.dense(3, builders.leaky_relu("1/2")), builders.dense(2, "identity")]
    certify_wide_network(builders.network(IMAGES, leaky), 1, ones=ones, minima=True)
    relu = [*specs[:1], builders.dense(3, "relu"), builders.dense(2, "identity")]
    with pytest.raises(NotCertified, match="ReLU, is not strictly monotone"):
        certify_wide_network(builders.network(IMAGES, relu), 1, ones=ones, minima=True)


def test_numbers_beyond_all_bounds_prove_nothing() -> None:
    from flint import arb

    for wild in (arb.nan(), arb.pos_inf(), arb("0 +/- inf")):
        assert rank_of_balls_at_least([[arb(1), arb(0)], [arb(0), wild]]) == 0
    assert rank_of_balls_at_least([[arb(1), arb(0)], [arb(0), arb(2)]]) == 2


def test_long_numbers_are_enclosed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 12 squares doubles the digits: the features are exact, and not written out."""
    specs = [builders.dense(4, "square") for _ in range(12)]
    random = Random(1)
    net = builders.network([[0], [1], [3]], specs)
    thirds = tuple(
        Parameters(
            tuple(tuple(Fraction(random.randint(-4, 4), 9) for _ in range(layer.inputs)) for _ in range(layer.units)),
            tuple(Fraction(random.randint(-4, 4), 7) for _ in range(layer.units)),
        )
        for layer in net.layers
    )
    statement = FeatureRank(net, "feature-rank", 1, False, Extent("this-point", False, thirds))
    certificate = Certificate.of("network-features", statement, FeatureWitness(64, None, None), {}).read()
    verdict = prove(certificate)
    assert isinstance(verdict, Verified)
    assert [met.measured for met in verdict.hypotheses][-1] == "rank >= 1, in balls"
    monkeypatch.setattr("verify.checker.theorems.feature_rank.FEATURE_BALLS", 1)
    refused = prove(certificate)
    assert isinstance(refused, Undecided)
    assert "the features have a common denominator of more than 16384 bits" in refused.reason


@pytest.mark.parametrize(("bits", "units", "fits"), [(50, 10, True), (50, 11, False), (70, 5, True), (70, 6, False)])
def test_the_words_of_a_layer_are_bounded_before_they_are_computed(
    monkeypatch: pytest.MonkeyPatch, bits: int, units: int, fits: bool
) -> None:
    """Ten words for one sample: one for each unit up to 63 bits, else two."""
    monkeypatch.setattr(feature_numbers, "FEATURE_LIMBS", 10)
    part = feature_numbers.Values([[fmpz(1)] * units], 1, bits)
    if fits:
        assert Integers().sum([part]).rows == part.rows
    else:
        with pytest.raises(feature_numbers.TooLong, match="more than 10 words of 64 bits"):
            Integers().sum([part])


def test_inputs_with_long_denominators_are_enclosed() -> None:
    """A file of some kB is not to take minutes and gigabytes: the common denominator would have 20,000 bits."""
    inputs = [[f"1/{10**500 + 7 * (i * 20 + j)}" if i != j else "1" for j in range(20)] for i in range(2)]
    original = load(CORPUS / "valid" / "wide-minimum-of-inputs.json")
    verdict = prove(Read.read(Field("", forged(original, {"statement.landscape.inputs": inputs}))))
    assert isinstance(verdict, Verified)
    assert "rank >= 2, in balls" in [met.measured for met in verdict.hypotheses]


def residual_specs(above: str = "tanh") -> list[builders.Spec]:
    """A block of convolutions with zeros outside, its mean over positions, a wide layer, and something above."""
    near = builders.image_patches((4, 4), (3, 3), padding=1)
    return [
        builders.convolution(2, near, "tanh", biases="shared"),
        builders.convolution(2, near, "identity", biases="shared"),
        builders.add([1, 2], "softplus"),
        builders.average_pool(builders.image_patches((4, 4), (2, 2), 2)),
        builders.dense(12, "tanh"),
        builders.dense(3, above),
        builders.dense(2, "identity"),
    ]


def test_a_residual_block_below_the_wide_layer() -> None:
    net = builders.network(IMAGES, residual_specs())
    sentence = certify_wide_network(net, 5, attained=True).read().statement.sentence()
    assert "sum of layer 1 and layer 2 (softplus)" in sentence
    assert "every network with more units in layers 1 to 5 (as many in layers that are added)" in sentence


@pytest.mark.parametrize("minima", [False, True])
def test_what_may_be_added_above_the_wide_layer(minima: bool) -> None:
    """Something computed before it, which does not depend on the wide layer's weights, and nothing else."""
    aside = builders.of_layer(4, builders.dense(3, "tanh"))
    *below, wide, hidden, last = residual_specs("identity")
    wide = builders.of_layer(4, wide)
    before = builders.network(IMAGES, [*below, aside, wide, hidden, builders.add([7, 5], "tanh"), last])
    certify_wide_network(before, 6, minima=minima)
    block = [builders.dense(3, "tanh"), builders.add([6, 7], "tanh")]
    inside = builders.network(IMAGES, [*residual_specs()[:6], *block, last])
    with pytest.raises(NotCertified, match="layer 8 adds layer 6, which is above layer 5: no theorem for that"):
        certify_wide_network(inside, 5, minima=minima)


def test_a_residual_connection_above_the_wide_layer_can_trap() -> None:
    """The network of the corpus's rejected-wide-residual-above has a local minimum of (f + 1)^2 / 2 with the value 1/2.

    In rational numbers: f >= 0 for all parameters near w = 0, v = -3/2, c = 1, and f = -1 somewhere else.
    """

    def leaky(z: Fraction) -> Fraction:
        return z if z > 0 else z / 2

    def f(w: Fraction, v: Fraction, c: Fraction) -> Fraction:
        return c * (w + leaky(v * w))

    random = Random(0)
    for _ in range(1000):
        w, v, c = (Fraction(random.randint(-(10**9), 10**9), 10**10) for _ in range(3))
        assert f(w, v - Fraction(3, 2), c + 1) >= 0
    assert f(Fraction(0), Fraction(-3, 2), Fraction(1)) == 0
    assert f(Fraction(1), Fraction(-3, 2), Fraction(-4)) == -1


def test_a_residual_connection_above_the_wide_layer_can_have_a_bad_critical_point() -> None:
    """That of rejected-wide-residual-above-critical: all derivatives of c (w + tanh(v w)) are 0 at (0, -1, 1)."""
    w, v, c = sympy.symbols("w v c", real=True)
    f = c * (w + sympy.tanh(v * w))
    there = {w: 0, v: -1, c: 1}
    assert [sympy.diff(f, each).subs(there) for each in (w, v, c)] == [0, 0, 0]
    assert f.subs(there) == 0
    assert f.subs({w: 1, v: 1, c: 1}) != 0


def test_the_examples_of_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "WIDE.md").read_text(encoding="utf-8")
    codes, outputs = (re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("python", "output"))
    for code, output in zip(codes, outputs, strict=True):
        exec(code, {})  # noqa: S102 - our own document
        assert capsys.readouterr().out == output


def test_the_inputs_themselves() -> None:
    inputs = [[1, 0, 0], [0, 1, 0], [1, 1, 1]]
    net = builders.network(inputs, [builders.dense(3, "tanh"), builders.dense(1, "identity")])
    statement = certify_wide_network(net, 0, wider=False).read().statement
    assert "at which the inputs have the rank 3" in statement.sentence()


@pytest.mark.parametrize(
    ("name", "numbers", "never_flat", "rising"),
    [
        ("elu", "2 1/2", True, True),
        ("elu", "-2 1", True, True),
        ("elu", "1 0", False, False),
        ("elu", "0 1", False, False),
        ("elu", "1 -1", True, False),
        ("piecewise-linear", "0 1", False, False),
        ("piecewise-linear", "1/2 2", True, True),
        ("piecewise-linear", "-1 -2", True, True),
        ("piecewise-linear", "-1 1", True, False),
        ("polynomial", "0 1 1", False, False),
        ("polynomial", "0 0 0 1", False, None),
        ("polynomial", "0 1 0 1", None, None),
        ("polynomial", "2 3 0", True, True),
        ("polynomial", "1", False, False),
        *((name, "", True, True) for name in ("sigmoid", "tanh", "arctan", "softplus")),
        ("gelu", "", False, False),
    ],
)
def test_where_activations_are_flat_and_whether_they_are_strictly_monotone(
    name: str, numbers: str, never_flat: bool | None, rising: bool | None
) -> None:
    """None: the answer is open. `rising` or falling; with the slope 0 on one side they are neither."""
    activation = LayerActivation(name, tuple(Fraction(number) for number in numbers.split()))
    assert (_never_flat(activation), _is_strictly_monotone(activation)) == (never_flat, rising)
