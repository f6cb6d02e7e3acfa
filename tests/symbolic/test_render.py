"""`text()` fits a terminal, `latex()` is a fragment whose environments, braces and dollars balance."""

import re

import pytest

from verify.symbolic import derive


@pytest.fixture(scope="module")
def relu():
    return derive("relu")


def test_the_text_fits_80_columns(relu):
    assert max(map(len, relu.text().splitlines())) <= 80


def test_every_step_is_shown_with_its_reason(relu):
    text, latex = relu.text(), relu.latex()
    for step in relu.steps:
        assert f"{step.title}  [{step.kind}]" in text
        assert step.reason.split()[0].strip("`") in text
        assert rf"\paragraph{{{step.title}}}" in latex


def test_the_text_starts_with_the_result(relu):
    head = relu.text()[:1500]
    assert "A + q⋅(π - t)" in head
    assert "E sigma(w.x) sigma(v.x)" in head
    assert "SymPy has checked each step" in " ".join(head.split())


def test_a_long_formula_is_broken_at_its_relation_and_signs(relu):
    (block,) = re.findall(r"Hessian block \(w, v\)  \[identity\]\nThe partial.*?where", relu.text(), re.DOTALL)
    assert re.search(r"^ +=  *─+", block, re.MULTILINE)


def test_the_fragment_balances(relu):
    latex = relu.latex()
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}") == len(relu.steps) + 1
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    for paragraph in latex.split("\n\n"):
        assert paragraph.count("$") % 2 == 0
    assert "`" not in latex
    assert "`" not in relu.text()


def test_every_row_has_one_alignment_mark(relu):
    for environment in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", relu.latex(), re.DOTALL):
        outside_cases = re.sub(r"\\begin\{cases\}.*?\\end\{cases\}", "", environment)
        for row in outside_cases.split("\\\\\n"):
            assert row.count("&") == 1


def test_prose_becomes_mathematics_between_backquotes_only(relu):
    latex = relu.latex()
    assert r"$\kappa = \mathbb{E} \sigma(w \cdot x) \sigma(v \cdot x)$" in latex
    assert r"Safran \& Shamir 2018" in latex
