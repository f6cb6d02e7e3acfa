"""What is understood of CVXPY: lists of attributes, functions, constraints and cones; all else is refused, by its name.

So what a later CVXPY adds is refused, not dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import cvxpy

ATTRIBUTES = frozenset(
    {"nonneg", "nonpos", "pos", "neg", "symmetric", "diag", "PSD", "NSD", "sparsity", "bounds"}
)  # fmt: skip
"""Of a variable: CVXPY's CvxAttr2Constr replaces each by linear or semidefinite constraints, or by fewer entries."""
AFFINE = frozenset(
    {
        "AddExpression", "NegExpression", "MulExpression", "multiply", "DivExpression", "index", "special_index",
        "reshape", "Sum", "transpose", "Trace", "Vstack", "Hstack", "Concatenate", "Promote", "broadcast_to",
        "kron", "conv", "convolve", "cumsum", "diag_vec", "diag_mat", "upper_tri"
    }
)  # fmt: skip
CONVEX = frozenset(
    {
        "abs", "maximum", "minimum", "max", "min", "norm1", "norm_inf", "sum_largest", "dotsort", "cummax",
        "lambda_max", "lambda_sum_largest", "sigma_max", "normNuc", "MatrixFrac", "tr_inv", "quad_over_lin", "huber"
    }
)  # fmt: skip
"""CVXPY writes the epigraph of each exactly, by linear, second-order and semidefinite constraints."""
CONSTRAINTS = frozenset({"Equality", "Inequality", "Zero", "NonNeg", "NonPos", "PSD", "SOC"})
CONES = frozenset({"Zero", "NonNeg", "PSD", "SOC"})


def refuse_leaves(problem: cvxpy.Problem) -> None:
    """Parameters, complex numbers, unknown attributes, numbers that are not finite."""
    import cvxpy as cp

    if type(problem.objective) not in (cp.Minimize, cp.Maximize):
        raise ValueError(
            f"an objective of the kind {type(problem.objective).__name__}; Minimize and Maximize are known"
        )
    variables = problem.variables()
    bounds = [bound for variable in variables for bound in variable.attributes.get("bounds") or ()]
    expressions = [bound for bound in bounds if isinstance(bound, cp.Expression)]
    if problem.parameters() or any(bound.parameters() for bound in expressions):
        raise ValueError("the problem has parameters; put numbers in their place")
    for variable in variables:
        if type(variable) is not cp.Variable:
            raise ValueError(f"the variable {variable.name()} is a {type(variable).__name__}, which is not known")
    refuse_attributes(variables, ATTRIBUTES)
    for constant in [*problem.constants(), *(part for bound in expressions for part in bound.constants())]:
        if constant.is_complex():
            raise ValueError("the problem has complex numbers")
        value = constant.value
        if not np.isfinite(getattr(value, "data", value) if hasattr(value, "tocsr") else value).all():
            raise ValueError("the problem has numbers that are not finite")


def refuse_attributes(variables: list[cvxpy.Variable], known: frozenset[str]) -> None:
    """A variable with an attribute that is not in the list."""
    for variable in variables:
        if unknown := sorted(set(attributes_of(variable)) - known):
            raise ValueError(f"the variable {variable.name()} has the attribute {unknown[0]}, which is not supported")


def attributes_of(variable: cvxpy.Variable) -> Iterator[str]:
    """The attributes that a variable has: those with a value other than False and None, and not an empty list."""
    for name, value in variable.attributes.items():
        if value is not None and value is not False and not (isinstance(value, list | tuple) and not len(value)):
            yield name


def refuse_kind(kind: str, known: frozenset[str]) -> None:
    """A constraint of a kind that is not in the list."""
    if kind not in known:
        raise ValueError(f"a constraint of the kind {kind}; only semidefinite, second-order and linear ones are known")


def refuse_functions(expression: cvxpy.Expression) -> None:
    """All but variables, constants (the numbers that CVXPY has for them), and the functions of the lists."""
    import cvxpy as cp

    if isinstance(expression, cp.Variable) or expression.is_constant():
        return
    refuse_function(expression)
    for part in expression.args:
        refuse_functions(part)


def refuse_function(expression: cvxpy.Expression) -> None:
    """One that is not in the lists; its arguments are not looked at."""
    kind = type(expression).__name__
    # A wrapper like nonneg_wrap asserts what CVXPY then relies on.
    known = kind in AFFINE | CONVEX or is_exact(expression)
    if not type(expression).__module__.startswith("cvxpy.atoms.") or not known:
        raise ValueError(f"the function {kind} is not known")
    if kind == "tr_inv" and not expression.args[0].is_symmetric():
        raise ValueError("tr_inv of a matrix that is not symmetric by CVXPY's rules")


def is_exact(expression: Any) -> bool:
    """A norm, power or geometric mean whose exponents CVXPY does not round: its second-order cones are exact."""
    match type(expression).__name__:
        case "PnormApprox" | "Pnorm":
            return bool(expression.p == 2)
        case "PowerApprox":
            given = expression._p_orig
            return type(given) in (int, float, Fraction) and Fraction(given) == Fraction(expression.p_used)
        case "GeoMeanApprox":
            weights = [Fraction(float(weight)) for weight in np.atleast_1d(expression.p)]
            return all(w * sum(weights) == weight for w, weight in zip(expression.w, weights, strict=True))
    return False
