"""The kernels that the checker runs are what `verify derive NAME --code` writes: exact code in balls."""

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flint import arb, ctx
from sympy import Integer, Rational, atan, exp, log, pi, sinh, sqrt, symbols
from sympy.parsing.sympy_parser import convert_xor, implicit_multiplication, parse_expr, standard_transformations

from tests.campaigns import sampled
from tests.specification import CERTIFICATE
from tests.symbolic.on_symbols import Symbolic
from verify.checker import evaluators
from verify.checker.core.codes import ExitCode
from verify.checker.evaluators import SMOOTH, smooth
from verify.producer.cli import main
from verify.producer.symbolic import ACTIVATIONS, code, derive
from verify.producer.symbolic.activations.leaky_relu import alpha
from verify.producer.symbolic.algebra import is_entire, vanishes
from verify.producer.symbolic.derivation import z
from verify.producer.symbolic.gram import p, q, s

KERNELS = Path(evaluators.__file__).parent / "losses" / "kernels"
COMMITTED = {path.stem.replace("_", "-"): path for path in KERNELS.glob("[!_]*.py")}


def test_every_file_is_an_activation_of_the_checker():
    assert set(COMMITTED) == {*SMOOTH, "leaky-relu"} <= set(ACTIVATIONS)


@pytest.mark.parametrize("name", sampled(sorted(COMMITTED), every=2))
def test_committed_is_generated(name):
    printed = CliRunner().invoke(main, ["derive", name, "--code"])
    assert printed.exit_code == 0
    assert printed.stdout == COMMITTED[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_are_those_of_the_value(name):
    """By central differences with 300 bits; and what a neuron has alone is what a pair of equal ones has."""
    at, h = {"p": arb(7) / 8, "q": arb(2) / 4, "s": arb(9) / 8}, arb(2) ** -40

    def difference(entry, variable):
        ends = (smooth(name).pair(**(at | {variable: at[variable] + sign * h})) for sign in (1, -1))
        high, low = map(entry, ends)
        return (high - low) / (2 * h)

    with ctx.workprec(300):
        jet = smooth(name).pair(**at)
        pairs = [(getattr(jet, x), difference(lambda j: j.value, x)) for x in "pq"]
        pairs += [(getattr(jet.second, f"p{x}"), difference(lambda j: j.p, x)) for x in "pqs"]
        pairs += [(getattr(jet.second, f"q{x}"), difference(lambda j: j.q, x)) for x in "qs"]
        one, (above, below) = smooth(name).alone(at["p"]), (smooth(name).alone(at["p"] + sign * h) for sign in (1, -1))
        pairs.append((one.value, smooth(name).pair(at["p"], at["p"], at["p"]).value))
        pairs.append((one.first, (above.value - below.value) / (2 * h)))
        pairs.append((one.second, (above.first - below.first) / (2 * h)))
        assert all(abs(found - expected) < 1e-15 for found, expected in pairs)


@pytest.mark.parametrize("name", COMMITTED)
def test_it_computes_in_balls_only(name):
    """No float constant, no quotient or power of two integers, no name from elsewhere."""
    for node in ast.walk(ast.parse(COMMITTED[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            assert type(node.value) in (int, str, bool)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            assert not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("__future__", "flint", "verify.checker.losses.dual_kernel")
        assert not isinstance(node, ast.Import)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_loss_is_smooth_everywhere(name):
    """So that `Activation.is_smooth` is true, at zero neurons and at parallel ones."""
    derived = derive(name)
    if name == "erf":  # in every entry that occurs 1 + 2 p and R are at least 1: a step of the derivation
        assert "The range" in [step.title for step in derived.steps]
        return
    assert all(is_entire(derived.kernel, variable) for variable in (p, q, s))
    assert is_entire(derived.self_kernel, p)


ROW = re.compile(r"^\| `([a-z0-9-]+)` \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", flags=re.MULTILINE)
DOCUMENTED = {name: formulas for name, *formulas in ROW.findall(CERTIFICATE)}


@pytest.mark.parametrize("name", SMOOTH)
def test_the_table_of_the_format_has_the_derived_formulas(name):
    """A function's argument without parentheses ends at the next space or sign: none is written so."""
    derived = derive(name)
    read = {"z": z, "p": p, "q": q, "s": s}
    sigma, kappa, phi = (
        parse_expr(text, read, transformations=(*standard_transformations, implicit_multiplication, convert_xor))
        for text in DOCUMENTED[name]
    )
    assert sigma == derived.sigma
    assert vanishes(kappa - derived.kernel)
    assert vanishes(phi - derived.self_kernel)


def test_the_table_of_the_format_has_no_other_rows():
    assert set(DOCUMENTED) == set(SMOOTH)


@pytest.mark.parametrize(("name", "reason"), [("step", "the loss is not C^1")])
def test_an_activation_without_a_kernel_for_the_checker(name, reason):
    refused = CliRunner().invoke(main, ["derive", name, "--code"])
    assert refused.exit_code == ExitCode.MALFORMED
    assert reason in refused.output


@pytest.mark.parametrize("name", ["relu", "erf ", "../erf", "leaky-relu", "leaky_relu", "step", ""])
def test_no_other_name_is_a_smooth_kernel(name):
    with pytest.raises(ValueError, match="no smooth kernel"):
        smooth(name)


u, v = symbols("u v", real=True)
IN_CODE = {
    u - v: "u - v",
    -u - v: "-u - v",
    Rational(1, 3): "arb(1) / 3",
    u / 3 + Rational(1, 2): "(2 * u + 3) / 6",
    -Rational(2, 3) * u * v: "-2 * u * v / 3",
    u**2 / (v**3 * pi): "u * u / (pi * v**3)",
    (u - 1) ** 2: "(u - 1) ** 2",
    1 / sqrt(u**2 + 1): "1 / (u * u + 1).sqrt()",
    (u**2 + 1) ** Rational(-3, 2): "1 / (u * u + 1).sqrt() ** 3",
    exp(-u / 2) * sinh(v): "(-u / 2).exp() * v.sinh()",
    2 * atan(u / v) / pi: "2 * (u / v).atan() / pi",
    u * (v + 1) * (u - v): "u * (u - v) * (v + 1)",
    Integer(-2): "-2",
    u ** (-Integer(2)) - 1: "1 / (u * u) - 1",
}


@pytest.mark.parametrize("expression", IN_CODE, ids=str)
def test_an_expression_in_code_is_that_expression(expression):
    text, _ = code.python(expression)
    assert text == IN_CODE[expression]
    names = {"u": Symbolic(u), "v": Symbolic(v), "pi": Symbolic(pi), "arb": Symbolic}
    assert vanishes(Symbolic(eval(text, names)).expression - expression)  # noqa: S307 - the text above


def test_what_has_no_form_in_balls_is_refused():
    with pytest.raises(code.NoCode, match="has no form in balls"):
        code.python(log(u) + 1)
    with pytest.raises(code.NoCode, match="has no form in balls"):
        code.python(u**alpha)
