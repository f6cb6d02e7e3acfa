"""`text()` fits a terminal, `latex()` is a fragment whose environments, braces and dollars balance."""

import re
from functools import cache

import pytest

from tests.campaigns import sampled
from verify.producer.symbolic import ACTIVATIONS, derive


@cache
def text(name):
    return derive(name).text()


@cache
def latex(name):
    return derive(name).latex()


@pytest.fixture(params=sampled(ACTIVATIONS, every=3))
def name(request):
    return request.param


def test_the_text_fits_80_columns(name):
    assert max(map(len, text(name).splitlines())) <= 80


def test_every_step_is_shown_with_its_reason(name):
    for step in derive(name).steps:
        assert f"{step.title}  [{step.kind}]" in text(name)
        assert step.reason.split()[0].strip("`") in text(name)
        assert rf"\paragraph{{{step.title}}}" in latex(name)


def test_the_text_starts_with_the_result():
    head = text("relu")[:1500]
    assert "A + q⋅(π - t)" in head
    assert "E sigma(w.x) sigma(v.x)" in head
    assert "SymPy has checked each step" in " ".join(head.split())


def test_a_kernel_without_derivatives_does_not_announce_them():
    assert text("step").startswith("The dual kernel of step\n")
    assert text("erf").startswith("The dual kernel of erf and its derivatives\n")


def test_a_long_formula_is_broken_at_its_relation_and_signs():
    (block,) = re.findall(r"Hessian block \(w, v\)  \[identity\]\nThe partial.*?where", text("relu"), re.DOTALL)
    assert re.search(r"^ +=  *─+", block, re.MULTILINE)


def test_the_fragment_balances(name):
    fragment = latex(name)
    assert fragment.count(r"\begin{align*}") == fragment.count(r"\end{align*}") == len(derive(name).steps) + 1
    assert fragment.count("{") == fragment.count("}")
    assert fragment.count(r"\left") == fragment.count(r"\right")
    for paragraph in fragment.split("\n\n"):
        assert paragraph.count("$") % 2 == 0
    assert "`" not in fragment
    assert "`" not in text(name)


def test_every_row_has_one_alignment_mark(name):
    for environment in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", latex(name), re.DOTALL):
        outside_cases = re.sub(r"\\begin\{cases\}.*?\\end\{cases\}", "", environment)
        for row in outside_cases.split("\\\\\n"):
            assert row.count("&") == 1


def test_subscripts_and_powers_stand_in_formulas(name):
    sections, steps = derive(name).sections, derive(name).steps
    for title in [section.heading for section in sections] + [step.title for step in steps]:
        assert not set(title) & set("`_^\\")
    for prose in [section.introduction for section in sections] + [step.reason for step in steps]:
        assert not set("".join(prose.split("`")[::2])) & set("_^\\")


def test_prose_becomes_mathematics_between_backquotes_only():
    assert r"$\kappa = \mathbb{E} \sigma(w \cdot x) \sigma(v \cdot x)$" in latex("relu")
    assert r"Safran \& Shamir 2018" in latex("relu")
    assert r"$R \ge 1$" in latex("erf")
