"""The empirical risk in balls: it encloses the exact value, gradient and Hessian, and knows its kinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.campaigns import examples, sampled
from tests.corpus.forge import CORPUS, Document, forged, load
from tests.fuzz.truth import falsehood
from verify.checker import Verdict, Verified
from verify.checker.core.balls import ball, box, point
from verify.checker.core.exact import parse
from verify.checker.front.session import read
from verify.checker.losses import mixed_series
from verify.checker.losses.empirical_risk import EmpiricalRisk
from verify.checker.losses.exact_risk import ExactRisk
from verify.checker.losses.layer_activations import derivatives
from verify.checker.losses.mixed_series import TooLarge
from verify.checker.losses.sample_losses import sample_loss
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.checker.statements.network import SHORTHANDS, Layer, LayerActivation, Network
from verify.checker.statements.sample_loss import LOSSES

small = st.fractions(min_value=-2, max_value=2, max_denominator=16)
ORACLES = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "arctan": mpmath.atan,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
}
ACTIVATIONS = {
    **{name: LayerActivation(name) for name in ORACLES},
    **{name: LayerActivation(*SHORTHANDS[name]) for name in SHORTHANDS},
    "leaky": LayerActivation("piecewise-linear", (Fraction(1, 10), Fraction(2))),
    "elu": LayerActivation("elu", (Fraction(3, 2), Fraction(1, 3))),
    "cubic": LayerActivation("polynomial", (Fraction(1), Fraction(-1, 2), Fraction(1, 3), Fraction(2))),
}


def oracle(activation: LayerActivation, z: mpmath.mpf) -> mpmath.mpf:
    """sigma(z), written apart from the checker."""
    p = [mpmath.mpf(entry.numerator) / entry.denominator for entry in activation.parameters]
    match activation.name:
        case "piecewise-linear":
            return p[1] * z if z > 0 else p[0] * z
        case "elu":
            return p[0] * z if z > 0 else p[0] * p[1] * (mpmath.exp(z) - 1)
        case "polynomial":
            return sum(c * z**i for i, c in enumerate(p))
    return ORACLES[activation.name](z)


def contains(number: arb, exact: mpmath.mpf) -> bool:
    """Whether a ball of 100 bits contains a number known to 60 digits, rounding of the latter apart."""
    slack = mpmath.mpf(10) ** -50
    low, high = (mpmath.mpf(end.mid().str(70, radius=False)) for end in (number.lower(), number.upper()))
    return low - slack <= exact <= high + slack


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=examples(20))
@given(z=small, reach=st.sampled_from([Fraction(0), Fraction(1, 1000), Fraction(1, 3)]), share=st.integers(-8, 8))
def test_activations_enclose_their_derivatives(name: str, z: Fraction, reach: Fraction, share: int) -> None:
    activation = ACTIVATIONS[name]
    inside = z + reach * share / 8
    with ctx.workprec(100), mpmath.workdps(60):
        jet = derivatives(activation, ball(z - reach).union(ball(z + reach)))
        at = mpmath.mpf(inside.numerator) / inside.denominator
        assert contains(jet.value, oracle(activation, at))
        if activation.has_kink and abs(z) <= reach:
            assert jet.first.is_nan()
            assert jet.second.is_nan()
            return
        for order, found in ((1, jet.first), (2, jet.second)):
            if not activation.has_kink:
                exact = mpmath.diff(lambda t: oracle(activation, t), at, order)
            elif activation.name == "elu" and at < 0:
                exact = mpmath.exp(at) / 2  # scale alpha = 1/2
            else:
                exact = (activation.parameters[0 if at < 0 or activation.name == "elu" else 1]) * (order == 1)
            low, high = (float(end.mid()) for end in (found.lower(), found.upper()))
            assert low - 1e-12 <= float(exact) <= high + 1e-12


def network(widths: list[int], names: list[str], residual: bool = False) -> Network:
    layers = [
        Layer(before, after, ACTIVATIONS[name], bias=True, residual=residual and before == after)
        for before, after, name in zip(widths[:-1], widths[1:], names, strict=True)
    ]
    return Network(widths[0], tuple(layers))


def landscape(
    loss: str, net: Network, rows: int = 3, fixed: tuple[tuple[int, Fraction], ...] = ()
) -> EmpiricalRiskLandscape:
    inputs = tuple(tuple(Fraction(3 * n - 2 * i, 4) for i in range(net.inputs)) for n in range(rows))
    targets = tuple(tuple(Fraction(n + o, 3) for o in range(net.widths[-1])) for n in range(rows))
    return EmpiricalRiskLandscape(net, loss, Fraction(1, 2), Fraction(1, 7), Fraction(1, 9), inputs, targets, fixed)


NETS = {
    "shallow": network([2, 3, 1], ["tanh", "identity"]),
    "deep": network([2, 2, 3, 2], ["gelu", "sigmoid", "identity"], residual=True),
    "all residual": network([2, 2, 2, 2], ["softplus", "arctan", "cubic"], residual=True),
    "off kinks": network([2, 2, 1], ["leaky", "identity"]),
    "elu": network([2, 2, 2], ["elu", "square"]),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", NETS)
def test_gradient_and_hessian_are_derivatives_of_the_value(name: str, loss: str) -> None:
    """Central differences at 600 bits, for each parameter: of the value, and of the gradient."""
    risk = landscape(loss, NETS[name], fixed=((1, Fraction(1, 5)), (4, Fraction(-1, 3))))
    center = [Fraction((7 * i) % 11 - 5, 6) for i in range(risk.trained)]
    step = Fraction(1, 2**90)
    with ctx.workprec(600):
        at = EmpiricalRisk(risk, point((tuple(center),)))
        gradient, hessian = at.gradient()[0], at.hessian()
        for i in range(risk.trained):
            ends = [
                EmpiricalRisk(risk, point((tuple(c + s * step * (j == i) for j, c in enumerate(center)),)))
                for s in (1, -1)
            ]
            slope = (ends[0].value() - ends[1].value()) / ball(2 * step)
            assert abs(slope - gradient[i]).upper() < 1e-45
            for j, (up, down) in enumerate(zip(ends[0].gradient()[0], ends[1].gradient()[0], strict=True)):
                assert abs((up - down) / ball(2 * step) - hessian[i, j]).upper() < 1e-45


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", NETS)
@settings(max_examples=examples(10))
@given(data=st.data())
def test_a_box_encloses_its_points(name: str, loss: str, data: st.DataObject) -> None:
    risk = landscape(loss, NETS[name])
    center = tuple(data.draw(st.lists(small, min_size=risk.trained, max_size=risk.trained)))
    radius = data.draw(st.sampled_from([Fraction(1, 2**30), Fraction(1, 100)]))
    inside = tuple(c + radius * data.draw(st.integers(-4, 4)) / 4 for c in center)
    with ctx.workprec(100):
        region = EmpiricalRisk(risk, box((center,), radius))
        at = EmpiricalRisk(risk, point((inside,)))
        assert region.value().overlaps(at.value())
        if region.near_a_kink() is not None:
            return
        for there, here in zip(region.gradient()[0], at.gradient()[0], strict=True):
            assert there.overlaps(here)
        for there, here in zip(region.hessian().entries(), at.hessian().entries(), strict=True):
            assert there.overlaps(here)


def test_a_kink_in_the_box_is_noticed_even_if_its_weight_is_zero() -> None:
    """A product of matrices may drop a NaN where the other factor is 0, so the question is asked of z itself."""
    risk = landscape("squares", network([2, 2, 1], ["relu", "identity"]))
    dead = (Fraction(0),) * 6 + (Fraction(0),) * 3
    assert EmpiricalRisk(risk, point((dead,))).near_a_kink() == "unit 0 of layer 0 on sample 0"
    alive = (Fraction(0),) * 4 + (Fraction(1), Fraction(-1)) + (Fraction(0),) * 3
    assert EmpiricalRisk(risk, point((alive,))).near_a_kink() is None
    assert EmpiricalRisk(risk, box((alive,), Fraction(1))).near_a_kink() is not None


@pytest.mark.parametrize("loss", LOSSES)
@given(outputs=st.lists(small, min_size=3, max_size=3), target=st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_sample_losses(loss: str, outputs: list[Fraction], target: list[int]) -> None:
    with ctx.workprec(100), mpmath.workdps(60):
        targets = (tuple(map(Fraction, target)),) * 2
        risk = replace(landscape(loss, network([2, 3], ["identity"])), targets=targets)
        found = sample_loss(risk, 0, list(map(ball, outputs)))
        f = [mpmath.mpf(entry.numerator) / entry.denominator for entry in outputs]
        exact = {
            "squares": sum((a - y) ** 2 for a, y in zip(f, target, strict=True)),
            "logistic": sum(mpmath.log(1 + mpmath.exp(-y * a)) for a, y in zip(f, target, strict=True)),
            "cross-entropy": sum(y * (mpmath.log(sum(map(mpmath.exp, f))) - a) for a, y in zip(f, target, strict=True)),
        }[loss]
        assert contains(found.value, exact)
        assert all(entry.is_finite() for entry in found.hessian.entries())


@given(
    theta=st.lists(small, min_size=9, max_size=9),
    direction=st.lists(
        st.sampled_from([Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2)]), min_size=9, max_size=9
    ),
)
def test_the_exact_expansion_is_the_loss_along_the_half_line(theta: list[Fraction], direction: list[Fraction]) -> None:
    """F(theta + t u) at small t > 0 is the polynomial, with kinks at the start; exactly, since no term is missing."""
    risk = landscape("squares", network([2, 2, 1], ["leaky", "identity"]))
    series = ExactRisk(risk, (tuple(theta),), (tuple(direction),), order=4).value()
    for t in (Fraction(0), Fraction(1, 10**9), Fraction(1, 10**12)):
        moved = tuple(a + t * u for a, u in zip(theta, direction, strict=True))
        exact = ExactRisk(risk, (moved,)).value()[0]
        assert exact == sum(c * t**k for k, c in enumerate(series))
        with ctx.workprec(200):
            assert EmpiricalRisk(risk, point((moved,))).value().overlaps(ball(exact))


def test_numbers_that_grow_are_refused() -> None:
    risk = landscape("squares", network([1, *[1] * 16, 1], ["cubic"] * 16 + ["identity"]))
    with pytest.raises(TooLarge):
        ExactRisk(risk, ((Fraction(1, 10**50),) * risk.trained,)).value()


@pytest.mark.parametrize(("number", "bits"), [(Fraction(255, 1024), 19), (Fraction(-255, 1024), 19), (Fraction(8), 5)])
def test_the_bits_of_numerator_and_denominator_count_together(
    number: Fraction, bits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output w x + b at x = 0 is b; all other numbers are shorter."""
    risk = landscape("squares", Network(2, (Layer(2, 1, ACTIVATIONS["identity"], bias=True, residual=False),)), rows=1)
    where = ((Fraction(0), Fraction(0), number),)
    monkeypatch.setattr(mixed_series, "EXACT_BITS", bits)
    assert ExactRisk(risk, where).outputs[0][0][0] == number
    monkeypatch.setattr(mixed_series, "EXACT_BITS", bits - 1)
    with pytest.raises(TooLarge, match=f"an exact number has more than {bits - 1} bits"):
        assert ExactRisk(risk, where).outputs


@given(st.lists(st.tuples(*[st.lists(small, min_size=4, max_size=4)] * 2), max_size=3), st.integers(0, 3))
def test_sums_of_products_of_series(pairs: list[tuple[list[Fraction], list[Fraction]]], place: int) -> None:
    """Coefficient by coefficient; with balls in one place the sums enclose those in rational numbers."""
    exact = [sum((x[i] * y[k - i] for x, y in pairs for i in range(k + 1)), Fraction(0)) for k in range(4)]
    assert mixed_series.rational(mixed_series.inner(pairs, 4)) == exact
    blurred = [([ball(c) if i == place else c for i, c in enumerate(x)], y) for x, y in pairs]
    found = mixed_series.inner(blurred, 4)
    assert all(mixed_series.in_ball(entry).overlaps(ball(e)) for entry, e in zip(found, exact, strict=True))


def test_a_ball_is_not_rational() -> None:
    with pytest.raises(TypeError, match="not rational"):
        mixed_series.rational([Fraction(1), ball(Fraction(1))])


@pytest.mark.parametrize("scale", [Fraction(-1), Fraction(1, 4), Fraction(-1, 4), Fraction(-4)])
def test_neurons_of_every_width_may_have_either_sign_and_any_size(
    scale: Fraction, verdict_on: Callable[[Document], Verdict]
) -> None:
    """Targets and output weight times c: the same minimum, with c^2 times the loss."""
    document = load("valid/risk-every-width.json")
    scaled = {
        f"statement.landscape.targets.{n}.0": str(Fraction(y) * scale)
        for n, (y,) in enumerate(document["statement"]["landscape"]["targets"])
    }
    weight, V = (parse(entry) for entry in document["statement"]["region"]["center"][0])
    low, high = (parse(entry) * scale**2 for entry in document["statement"]["value"])
    better = [parse(entry) for entry in document["witness"]["better_point"][0]]
    scaled |= {
        "statement.region.center.0": [str(weight), str(V * scale)],
        "statement.region.radius": "1*2^-35",
        "statement.value": [str(low - Fraction(1, 10**6)), str(high + Fraction(1, 10**6))],
        "witness.better_point.0": [str(w) for w in better[:4]] + [str(v * scale) for v in better[4:]],
    }
    verdict = verdict_on(forged(document, scaled))
    assert isinstance(verdict, Verified), verdict
    [sign] = [met.measured for met in verdict.hypotheses if "keeps its sign" in met.hypothesis]
    assert sign == ("positive" if V * scale > 0 else "negative")


RISKS = [
    path
    for path in sorted((CORPUS / "valid").glob("*.json"))
    if path.stem.startswith(("risk-", "convex-", "zero-loss-", "descent-", "curve-", "line-"))
]


@pytest.mark.parametrize("name", sampled([path.stem for path in RISKS], every=3))
def test_float64_finds_nothing_false_in_the_corpus(name: str) -> None:
    """The fuzzer's judge, which shares nothing with the checker's evaluators and rules."""
    assert falsehood(read(CORPUS / "valid" / f"{name}.json").statement) is None
