"""The expectation of a polynomial is proved from moments that are integrated, or not at all."""

import dataclasses
from functools import cache

import pytest
from sympy import Function, Integer, Symbol, sin, symbols

from verify.producer.symbolic import derive
from verify.producer.symbolic.derivation import StepNotProved
from verify.producer.symbolic.moments import Mean

x, y = symbols("x y", real=True)


@cache
def known():
    """The moments up to the fourth."""
    return derive("square").sections[1].steps


def mean(polynomial, value, moments=None, where=None):
    return Mean(
        title="An expectation",
        reason="",
        polynomial=polynomial,
        variable=x,
        value=value,
        moments=known() if moments is None else moments,
        where=where or {},
    )


def test_holds():
    mean((x + y) ** 4, y**4 + 6 * y**2 + 3)


def test_with_another_value():
    with pytest.raises(StepNotProved, match=r"the expectation y\*\*2 \+ 1 is not y\*\*2"):
        mean((x + y) ** 2, y**2)


def test_of_a_name_that_is_defined():
    f = Function("f")(x)
    step = mean(f**2, Integer(3), where={f: x**2, Symbol("a"): y})
    assert [formula.label for formula in step.formulas()] == ["", "where"]


def test_without_the_moment_that_it_needs():
    with pytest.raises(StepNotProved, match="no step integrates the moment 2"):
        mean(x**2, Integer(1), moments=known()[:2])


def test_with_another_moment_in_its_place():
    with pytest.raises(StepNotProved, match="no step integrates the moment 2"):
        mean(x**2, Integer(3), moments=(*known()[:2], known()[4]))


def test_with_a_moment_of_half_the_line():
    half = dataclasses.replace(known()[2], lower=Integer(0), value=Integer(1) / 2)
    with pytest.raises(StepNotProved, match="no step integrates the moment 2"):
        mean(x**2, Integer(1) / 2, moments=(*known()[:2], half))


def test_of_what_is_no_polynomial():
    with pytest.raises(StepNotProved, match="is not a polynomial in x"):
        mean(sin(x), Integer(0))
