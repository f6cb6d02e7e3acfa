"""Audits of limiting Gram matrices: the smallest eigenvalue of the samples, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.audit.test_linear_networks import one as audited
from tests.wide import gram_oracle
from verify.producer.audit import gram
from verify.producer.audit.claims import BadClaims, Claim, read_claims

INPUTS = "inputs = [[0, 1], [1, 0], [2, 1]]\ntargets = [1, 0, 1]"
PLAIN = f"{INPUTS}\nbiases = false"
LANDSCAPES = f"""
[landscapes.tanh]
{PLAIN}
widths = [64, 1]
[landscapes.softplus]
{PLAIN}
widths = [3, 7, 1]
activation = "softplus"
[landscapes.relu]
{PLAIN}
widths = [64, 1]
activation = "relu"
[landscapes.biases]
{INPUTS}
widths = [64, 1]
[landscapes.residual]
{PLAIN}
widths = [2, 1]
residual = true
[landscapes.mixed]
{PLAIN}
widths = [2, 1]
activation = "gelu"
[landscapes.outputs]
{PLAIN}
widths = [2, 1]
output = "tanh"
[landscapes.linear]
{PLAIN}
widths = [1]
[landscapes.fixed]
{PLAIN}
widths = [2, 1]
fixed = [[4, 1]]
[landscapes.parallel]
inputs = [[1, 2], [2, 4]]
targets = [1, 2]
biases = false
widths = [9, 1]
[landscapes.zero]
inputs = [[1, 2], [0, 0]]
targets = [1, 2]
biases = false
widths = [9, 1]
"""


@pytest.mark.parametrize(
    ("landscape", "eigenvalue", "verdict", "told"),
    [
        ("tanh", "'37/1000'", "proved", "at least 0.037"),
        ("tanh", "'38/1000'", "refuted", "the smallest eigenvalue is another one"),
        ("tanh", "['37/1000', '38/1000']", "proved", "and at most 0.038"),
        ("tanh", "['36/1000', '37/1000']", "refuted", "the smallest eigenvalue is another one"),
        ("softplus", "['1/1000', 1]", "proved", "2 hidden layers, softplus"),
        ("relu", "'9/100'", "proved", "ReLU"),
        ("relu", "1", "refuted", "at most 0.0925"),
        ("biases", "'1/100'", "undecided", "no biases or residual connections"),
        ("residual", "'1/100'", "undecided", "no biases or residual connections"),
        ("fixed", "'1/100'", "undecided", "no biases or residual connections"),
        ("outputs", "'1/100'", "undecided", "one linear output"),
        ("linear", "'1/100'", "undecided", "with hidden layers"),
        ("mixed", "'1/100'", "undecided", "known for one activation in all hidden layers"),
        ("parallel", "'1/100'", "undecided", "the smallest eigenvalue"),
        ("zero", "'1/100'", "undecided", "a sample is 0 and cannot be divided by its norm"),
    ],
)
def test_a_claim_has_its_verdict(
    landscape: str, eigenvalue: str, verdict: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.audit.test_linear_networks.LANDSCAPES", LANDSCAPES)
    found = audited(tmp_path, landscape, "limiting-gram-matrix", f"eigenvalue = {eigenvalue}")
    assert found["verdict"] == verdict, found
    assert told in f"{found['reason']} {found['sentence']}"


def claims(folder: Path, eigenvalue: str, landscape: str = "tanh") -> list[Claim]:
    path = folder / "claims.toml"
    path.write_text(
        f'{LANDSCAPES}[[claims]]\nid = "c"\nlandscape = "{landscape}"\nproperty = "limiting-gram-matrix"\n'
        f"eigenvalue = {eigenvalue}\n"
    )
    return read_claims(path)


@pytest.mark.parametrize("landscape", ["tanh", "softplus", "relu"])
def test_the_matrix_is_that_of_quadrature(landscape: str, tmp_path: Path) -> None:
    """At 99.9 % and 100.1 % of the eigenvalue that another program finds."""
    (claim,) = claims(tmp_path, "1", landscape)
    found = float(np.linalg.eigvalsh(gram_oracle.gram(gram.matrix_of(claim)))[0])
    (certificate,) = gram.as_it_is(claim)
    statements = [certificate.read().statement]
    within = [
        replace(claim, eigenvalue=(Fraction(found) * Fraction(low), None if high is None else Fraction(found * high)))
        for low, high in (("98/100", None), ("98/100", 1.02), ("102/100", None), ("1/10", 0.98))
    ]
    assert [gram.has_eigenvalue(statements, each) for each in within] == [True, True, False, False]
    assert [gram.has_another(statements, each) for each in within] == [False, False, True, True]


def test_a_statement_about_another_network_settles_nothing(tmp_path: Path) -> None:
    (claim,), (other,) = claims(tmp_path, "'1/100'"), claims(tmp_path, "'1/100'", "relu")
    (certificate,) = gram.as_claimed(other)
    found = certificate.read().statement
    assert not gram.is_of_samples(found, claim)
    assert not gram.has_eigenvalue([found], claim)
    assert not gram.has_another([found], replace(claim, eigenvalue=(Fraction(9), None)))


@pytest.mark.parametrize(
    ("eigenvalue", "told"),
    [
        ("0", "must be positive"),
        ("[1, '1/2']", "the lower bound is above the upper bound"),
        ("[1]", "claims[0].eigenvalue"),
        ("true", "claims[0].eigenvalue"),
    ],
)
def test_bounds_that_are_none(eigenvalue: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadClaims) as refused:
        claims(tmp_path, eigenvalue)
    assert told in str(refused.value)
