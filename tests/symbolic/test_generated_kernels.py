"""The kernels that the checker runs are what `verify derive NAME --code` writes: exact code in balls."""

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner
from sympy import Integer, Rational, atan, exp, log, pi, sinh, sqrt, symbols

from tests.symbolic.on_symbols import Symbolic
from verify.checker.landscapes import kernels
from verify.checker.landscapes.kernels import SMOOTH, smooth
from verify.cli import main
from verify.symbolic import ACTIVATIONS, code, derive
from verify.symbolic.activations.leaky_relu import alpha
from verify.symbolic.algebra import is_entire, vanishes
from verify.symbolic.gram import p, q, s

COMMITTED = {path.stem.replace("_", "-"): path for path in Path(kernels.__path__[0]).glob("[!_]*.py")}


def test_every_file_is_an_activation_of_the_checker():
    assert set(COMMITTED) == {*SMOOTH, "leaky-relu"} <= set(ACTIVATIONS)


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_is_generated(name):
    printed = CliRunner().invoke(main, ["derive", name, "--code"])
    assert printed.exit_code == 0
    assert printed.stdout == COMMITTED[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMITTED)
def test_it_computes_in_balls_only(name):
    """No float constant, no quotient or power of two integers, no name from elsewhere."""
    for node in ast.walk(ast.parse(COMMITTED[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            assert type(node.value) in (int, str, bool)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            assert not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant))
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("__future__", "flint", "verify.checker.landscapes.dual_kernel")
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


@pytest.mark.parametrize(("name", "reason"), [("step", "the loss is not C^1")])
def test_an_activation_without_a_kernel_for_the_checker(name, reason):
    refused = CliRunner().invoke(main, ["derive", name, "--code"])
    assert refused.exit_code == 1
    assert reason in refused.output


@pytest.mark.parametrize("name", ["relu", "erf ", "../erf", "leaky-relu", "leaky_relu", "step", ""])
def test_no_other_name_is_a_smooth_kernel(name):
    with pytest.raises(ValueError, match="no smooth kernel"):
        smooth(name)


x, y = symbols("x y", real=True)
IN_CODE = {
    x - y: "x - y",
    -x - y: "-x - y",
    Rational(1, 3): "arb(1) / 3",
    x / 3 + Rational(1, 2): "x / 3 + arb(1) / 2",
    -Rational(2, 3) * x * y: "-2 * x * y / 3",
    x**2 / (y**3 * pi): "x * x / (pi * y**3)",
    (x - 1) ** 2: "(x - 1) ** 2",
    1 / sqrt(x**2 + 1): "1 / (x * x + 1).sqrt()",
    (x**2 + 1) ** Rational(-3, 2): "1 / (x * x + 1).sqrt() ** 3",
    exp(-x / 2) * sinh(y): "(-x / 2).exp() * y.sinh()",
    2 * atan(x / y) / pi: "2 * (x / y).atan() / pi",
    x * (y + 1) * (x - y): "x * (x - y) * (y + 1)",
    Integer(-2): "-2",
    x ** (-Integer(2)) - 1: "1 / (x * x) - 1",
}


@pytest.mark.parametrize("expression", IN_CODE, ids=str)
def test_an_expression_in_code_is_that_expression(expression):
    text, _ = code.python(expression)
    assert text == IN_CODE[expression]
    names = {"x": Symbolic(x), "y": Symbolic(y), "pi": Symbolic(pi), "arb": Symbolic}
    assert vanishes(Symbolic(eval(text, names)).expression - expression)  # noqa: S307 - the text above


def test_what_has_no_form_in_balls_is_refused():
    with pytest.raises(code.NoCode, match="has no form in balls"):
        code.python(log(x) + 1)
    with pytest.raises(code.NoCode, match="has no form in balls"):
        code.python(x**alpha)
