"""Problems of CVXPY: their bounds are those of the problem, with every attribute of its variables, or it is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from fractions import Fraction
from random import Random

import cvxpy as cp
import numpy as np
import pytest
from cvxpy.transforms.indicator import indicator
from cvxpy.transforms.partial_optimize import partial_optimize
from cvxpy.transforms.suppfunc import SuppFunc

from verify.producer.sdp import bound
from verify.producer.sdp.linear_rows import Row, without_redundant
from verify.producer.sdp.quadratic_forms import independent
from verify.producer.sdp.understood import ATTRIBUTES

REFUSED = {"complex", "imag", "hermitian", "boolean", "integer"}
ON_MATRICES = {"symmetric", "diag", "PSD", "NSD", "sparsity"}
TOLERANCE = 1e-5
"""Of the solver with which the bounds are compared, relative to 1 + |value|."""


def solved(problem: cp.Problem) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(problem.solve(solver=cp.CLARABEL))


def assert_encloses(problem: cp.Problem, value: float, *, both: bool = True) -> None:
    found = bound(problem)
    slack = TOLERANCE * (1 + abs(value))
    if both:
        assert found.lower is not None and found.upper is not None, found.bounds.reasons
    assert found.lower is None or float(found.lower) <= value + slack
    assert found.upper is None or float(found.upper) >= value - slack
    if found.lower is not None and found.upper is not None:
        assert float(found.upper - found.lower) <= slack


def test_every_attribute_of_cvxpy_is_either_reduced_or_refused() -> None:
    """A new one fails here, and is refused until someone has decided."""
    assert set(cp.Variable().attributes) == ATTRIBUTES | REFUSED


def random_attributes(random: Random) -> tuple[tuple[int, ...], dict[str, object]]:
    """A shape, and one or two attributes that CVXPY takes together."""
    while True:
        names = random.sample(sorted(ATTRIBUTES | REFUSED), random.choice([1, 1, 2]))
        shape: tuple[int, ...] = (
            (2, 2) if set(names) & (ON_MATRICES | {"hermitian"}) else random.choice([(), (2,), (2, 2)])
        )
        values: dict[str, object] = dict.fromkeys(names, True)
        if "sparsity" in names:
            values["sparsity"] = [(0, 0, 1), (0, 1, 1)]
        if "bounds" in names:
            low, width = random.randint(-4, 1), random.randint(1, 4)
            array = np.full(shape, low, dtype=float)
            values["bounds"] = random.choice([[low, low + width], [None, low + width], [array, array + width]])
        if random.random() < 0.5 and {"boolean", "integer"} & set(names) and shape == (2,):
            values = {name: [(1,)] if name in REFUSED else value for name, value in values.items()}
        try:
            cp.Variable(shape, **values)
        except ValueError:
            continue
        return shape, values


@pytest.mark.parametrize("seed", range(60))
def test_a_random_problem_with_random_attributes_is_bounded_or_refused(seed: int) -> None:
    random = Random(seed)
    shape, attributes = random_attributes(random)
    x, other = cp.Variable(shape, **attributes), cp.Variable(2, nonneg=True)
    size = int(np.prod(shape))
    weights = np.array([random.randint(-3, 3) for _ in range(size)], dtype=float).reshape(shape)
    objective = cp.sum(cp.multiply(weights, cp.real(x) if x.is_complex() else x)) + random.randint(-3, 3) * other[0]
    constraints = [other <= 2, other[0] + other[1] >= random.choice([0, 1])]
    constraints += [cp.abs(x) <= 3] if x.is_complex() else [x <= 3, x >= -3]
    make = random.choice([cp.Minimize, cp.Maximize])
    problem = cp.Problem(make(objective + random.randint(-5, 5)), constraints)
    if refused := set(attributes) & REFUSED:
        with pytest.raises(ValueError, match=f"the variable {x.name()} has the attribute ({'|'.join(refused)})"):
            bound(problem)
        return
    # Semidefinite, and of the other sign: its diagonal is 0, and no point is in the interior.
    flat = {"PSD", "NSD"} & set(attributes) and {"nonneg", "nonpos", "pos", "neg", "bounds"} & set(attributes)
    assert_encloses(problem, solved(problem), both=not flat)


C = np.array([[2.0, 1, 0], [1, 3, 1], [0, 1, 1]])
A = np.array([[1.0, 2, -1], [0, 1, 1], [2, -1, 0], [1, 1, 1]])
b = np.array([1.0, -2, 3, 0])
FUNCTIONS: dict[str, Callable[[cp.Variable], cp.Expression]] = {
    "abs": lambda x: cp.sum(cp.abs(A @ x - b)),
    "norm1": lambda x: cp.norm(A @ x - b, 1),
    "norm_inf": lambda x: cp.norm(A @ x - b, "inf"),
    "max": lambda x: cp.max(A @ x - b),
    "maximum": lambda x: cp.sum(cp.maximum(A @ x - b, x[0])),
    "minimum": lambda x: -cp.sum(cp.minimum(x, A[:3] @ x)),
    "min": lambda x: -cp.min(A @ x),
    "sum_largest": lambda x: cp.sum_largest(A @ x - b, 2),
    "cummax": lambda x: cp.sum(cp.cummax(A @ x - b)),
    "cumsum": lambda x: cp.sum(cp.cumsum(x)),
    "total variation": lambda x: cp.tv(x) + cp.sum(x),
    "lambda_max": lambda x: cp.lambda_max(C + cp.diag(x)),
    "lambda_sum_largest": lambda x: cp.lambda_sum_largest(C + cp.diag(x), 2),
    "sigma_max": lambda x: cp.sigma_max(C + cp.diag(x)),
    "nuclear norm": lambda x: cp.norm(C + cp.diag(x), "nuc"),
    "matrix_frac": lambda x: cp.matrix_frac(x - np.array([1, 4, 1]), C + cp.diag(x + 3.5)),
    "tr_inv": lambda x: cp.tr_inv(C + cp.diag(x + 4)) + cp.sum(x),
    "kron": lambda x: cp.trace(cp.kron(C[:2, :2], cp.diag(x[:2]))),
    "convolve": lambda x: cp.sum(cp.convolve(np.array([1.0, 2]), x)),
    "upper_tri": lambda x: cp.sum(cp.upper_tri(cp.reshape(cp.hstack([x, x, x]), (3, 3), order="F"))),
    "blocks": lambda x: cp.trace(cp.bmat([[x[0:1], x[1:2]], [x[1:2], x[2:3]]])),
    "a constant function of numbers": lambda x: cp.sqrt(4.0) * x[0] + cp.exp(0.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_with_a_linear_or_semidefinite_epigraph_is_understood(name: str) -> None:
    x = cp.Variable(3)
    problem = cp.Problem(cp.Minimize(FUNCTIONS[name](x)), [x <= 2, x >= -3])
    assert_encloses(problem, solved(problem))


inner = cp.Variable()
OTHERS: dict[str, tuple[Callable[[cp.Variable], cp.Expression], str]] = {
    "a quadratic form that is indefinite": (
        lambda x: cp.quad_form(x, np.diag([1.0, -1e-13, 1]), assume_PSD=True),
        "a quadratic form whose matrix is not exactly semidefinite",
    ),
    "a large quadratic form": (
        lambda x: cp.quad_form(cp.hstack([x] * 34), np.eye(102)),
        "a quadratic form of order 102, above 100",
    ),
    "a rounded power": (lambda x: cp.sum(cp.power(x, 1.1)), "the function PowerApprox is not known"),
    "a logarithm": (lambda x: -cp.log(x[0]), "kind ExpCone"),
    "an asserted sign": (lambda x: cp.abs(cp.atoms.affine.wraps.nonneg_wrap(x[0])), "nonneg_wrap is not known"),
    "an asserted definiteness": (
        lambda x: cp.lambda_max(cp.psd_wrap(cp.diag(x))),
        "psd_wrap is not known",
    ),
    "an indicator": (lambda x: x[0] + indicator([x[1] >= 1]), "indicator is not known"),
    "a perspective": (
        lambda x: cp.perspective(cp.abs(inner), cp.Variable(nonneg=True)) + x[0],
        "perspective is not known",
    ),
    "a support function": (lambda x: SuppFunc(inner, [inner <= 1, inner >= -2])(x[0]), "SuppFuncAtom is not known"),
    "a partial minimum": (
        lambda x: partial_optimize(cp.Problem(cp.Minimize(inner), [inner >= x[0]]), [inner], [x]),
        "PartialProblem is not known",
    ),
    "a complex number": (lambda x: cp.real(1j * x[0]), "has complex numbers"),
    "a number that is none": (lambda x: np.nan * x[0], "not finite"),
    "a parameter": (lambda x: cp.Parameter(value=1.0) * x[0], "has parameters"),
    "a product": (lambda x: x[0] * x[1], "not convex"),
    "a ratio": (lambda x: x[0] / x[1], "not convex"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_functions_are_refused(name: str) -> None:
    x = cp.Variable(3)
    function, message = OTHERS[name]
    with pytest.raises(ValueError, match=message), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bound(cp.Problem(cp.Minimize(function(x)), [x <= 2, x >= -3]))


y, z = cp.Variable(), cp.Variable(3)
CONSTRAINTS: dict[str, tuple[Callable[[], object], str]] = {
    "exponential cone": (lambda: cp.ExpCone(y, y, y + 1), "kind ExpCone"),
    "power cone": (lambda: cp.PowCone3D(y, y, y, 0.5), "kind PowCone3D"),
    "finite set": (lambda: cp.FiniteSet(y, [1.0, 2]), "kind FiniteSet"),
    "relative entropy": (lambda: cp.RelEntrConeQuad(y, y, y, 3, 3), "kind RelEntrConeQuad"),
    "a batch of matrices": (lambda: cp.Variable((2, 2, 2)) >> 0, "a batch of matrices"),
    "infinity": (lambda: y <= np.inf, "not finite"),
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_other_constraints_are_refused(name: str) -> None:
    """CVXPY's own reduction to matrices drops a kind that it does not know, such as FiniteSet, without a word."""
    constraint, message = CONSTRAINTS[name]
    with pytest.raises(ValueError, match=message):
        bound(cp.Problem(cp.Maximize(y), [constraint(), y <= 3, y >= 0]))  # type: ignore[list-item]


@pytest.mark.filterwarnings("ignore::cvxpy.utilities.warn.CvxpyDeprecationWarning")
@pytest.mark.parametrize(
    "make", [lambda e: cp.NonPos(e - 1), lambda e: cp.NonNeg(1 - e), lambda e: cp.Zero(e - 1), lambda e: e == 1]
)
def test_constraints_given_as_cones(make: Callable[[cp.Expression], object]) -> None:
    x = cp.Variable()
    assert_encloses(cp.Problem(cp.Maximize(x), [make(x), x <= 3, x >= 0]), 1.0)  # type: ignore[list-item]


def test_bounds_may_be_expressions_and_partly_infinite() -> None:
    x = cp.Variable(2, bounds=[np.array([-1, -np.inf]), np.array([np.inf, 3])])
    assert_encloses(cp.Problem(cp.Maximize(x[1] - x[0]), [x <= 5, x >= -9]), 4.0)
    x = cp.Variable(2, bounds=[cp.Constant(1), None])
    assert_encloses(cp.Problem(cp.Minimize(x[0] + x[1]), [x <= 5]), 2.0)
    x = cp.Variable(2, bounds=[cp.Parameter(value=1), None])
    with pytest.raises(ValueError, match="has parameters"):
        bound(cp.Problem(cp.Minimize(x[0] + x[1]), [x <= 5]))


def test_constraints_that_follow_from_others_take_no_interior() -> None:
    x, pair = cp.Variable(), cp.Variable(2)
    assert_encloses(cp.Problem(cp.Minimize(x), [x >= 1, x <= 1]), 1.0)
    assert_encloses(cp.Problem(cp.Minimize(x), [x == 1]), 1.0)
    total = [pair[0] + pair[1] == 1, 2 * pair[0] + 2 * pair[1] == 2]
    assert_encloses(cp.Problem(cp.Minimize(pair[0]), [*total, pair >= 0]), 0.0)
    assert_encloses(cp.Problem(cp.Minimize(pair[0]), [*total, pair[0] >= 0, -3 * pair[0] >= 0]), 0.0)
    diagonal = cp.Variable((3, 3), diag=True)
    assert_encloses(cp.Problem(cp.Minimize(cp.trace(diagonal)), [diagonal <= 2, diagonal >= -3]), -9.0)


def test_contradictions_stay() -> None:
    x, pair = cp.Variable(), cp.Variable(2)
    assert bound(cp.Problem(cp.Minimize(x), [x >= 1, x <= 0])).infeasible == "inequality"
    assert bound(cp.Problem(cp.Minimize(x), [x >= 1, cp.Constant(-1) >= 0])).upper is None
    both = [pair[0] + pair[1] == 1, 2 * pair[0] + 2 * pair[1] == 3]
    assert bound(cp.Problem(cp.Minimize(pair[0]), [*both, pair >= 0])).upper is None


def rows(*given: tuple[dict[int, int], int]) -> list[Row]:
    return [({i: Fraction(value) for i, value in a.items()}, Fraction(b)) for a, b in given]


def test_what_is_left_out_follows_exactly() -> None:
    equations, inequalities = without_redundant(
        rows(({0: 1, 1: 1}, -1), ({0: 2, 1: 2}, -2)), rows(({0: 1}, 0), ({0: 2}, 5), ({}, 3), ({1: 1}, 0), ({1: -1}, 2))
    )
    assert equations == rows(({0: 1, 1: 1}, -1))
    assert inequalities == rows(({0: 1}, 0), ({1: 1}, 0), ({1: -1}, 2))


def test_what_does_not_hold_or_is_not_exactly_met_is_kept() -> None:
    almost = [({0: Fraction(1)}, Fraction(-1)), ({0: Fraction(-1)}, 1 + Fraction(1, 10**30))]
    assert without_redundant([], almost) == ([], almost)
    assert without_redundant([], rows(({}, -1))) == ([], rows(({}, -1)))
    inconsistent = rows(({0: 1}, -1), ({0: 1}, -2))
    assert without_redundant(inconsistent, [])[0] == inconsistent


def test_a_variable_of_another_class_is_refused() -> None:
    class Own(cp.Variable):  # type: ignore[misc]
        pass

    x = Own()
    with pytest.raises(ValueError, match="is a Own, which is not known"):
        bound(cp.Problem(cp.Minimize(x), [x >= 1]))


def test_problems_without_variables_or_constraints_are_refused() -> None:
    x = cp.Variable()
    for problem, message in (
        (cp.Problem(cp.Minimize(x)), "has no constraints"),
        (cp.Problem(cp.Minimize(3)), "has no constraints"),
        (cp.Problem(cp.Minimize(3), [cp.Constant(1) >= 0]), "has no variables"),
    ):
        with pytest.raises(ValueError, match=message):
            bound(problem)


def test_infeasible_and_unbounded_problems_get_no_bound_that_is_false() -> None:
    x = cp.Variable(nonneg=True)
    found = bound(cp.Problem(cp.Minimize(x), [x <= -1]))
    assert found.upper is None and found.infeasible == "inequality"
    found = bound(cp.Problem(cp.Maximize(x), [x >= 1]))
    assert found.upper is None and found.infeasible != "inequality"


def test_the_constant_of_an_objective_counts_in_both_directions() -> None:
    x = cp.Variable(nonneg=True)
    assert_encloses(cp.Problem(cp.Minimize(x + 7), [x <= 2]), 7.0)
    assert_encloses(cp.Problem(cp.Maximize(x + 7), [x <= 2]), 9.0)


# Every attribute by itself, where it alone makes the value


def test_each_attribute_that_is_understood_makes_the_value() -> None:
    """Without the attribute each of these problems has another value, or none."""
    pattern = [(0, 0, 1), (0, 1, 1)]
    box = [np.array([-1.0, -np.inf]), np.array([2.0, 5.0])]
    problems = {
        "nonneg": (lambda x: (cp.Minimize(cp.sum(x)), [x <= 9]), (2,), True, 0),
        "pos": (lambda x: (cp.Minimize(cp.sum(x) + 1), [x <= 9]), (2,), True, 1),
        "nonpos": (lambda x: (cp.Maximize(cp.sum(x)), [x >= -9]), (2,), True, 0),
        "neg": (lambda x: (cp.Maximize(x[0] - 2), [x >= -9]), (2,), True, -2),
        "bounds": (lambda x: (cp.Minimize(x[0] - x[1]), []), (2,), box, -6),
        "symmetric": (lambda X: (cp.Minimize(X[0, 1]), [X[1, 0] >= 3, X <= 9]), (2, 2), True, 3),
        "diag": (lambda X: (cp.Minimize(cp.sum(X)), [X >= -1, X <= 9]), (2, 2), True, -2),
        "PSD": (lambda X: (cp.Minimize(X[0, 1]), [X[0, 0] == 1, X[1, 1] == 4]), (2, 2), True, -2),
        "NSD": (lambda X: (cp.Maximize(X[0, 1]), [X[0, 0] == -1, X[1, 1] == -4]), (2, 2), True, 2),
        "sparsity": (lambda X: (cp.Minimize(cp.sum(X)), [X >= -1, X <= 9]), (2, 2), pattern, -3),
    }
    assert set(problems) == ATTRIBUTES
    for name, (build, shape, given, value) in problems.items():
        objective, constraints = build(cp.Variable(shape, **{name: given}))
        assert_encloses(cp.Problem(objective, constraints), float(value))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_each_attribute_that_is_not_understood_is_named(name: str) -> None:
    x = cp.Variable((2, 2) if name == "hermitian" else 2, **{name: True})
    part = cp.real(x) if x.is_complex() else x
    with pytest.raises(ValueError, match=f"has the attribute {name}, which is not supported") as caught:
        bound(cp.Problem(cp.Minimize(cp.sum(part)), [part >= 0]))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nonneg", "nonpos", "symmetric", "PSD", "diag", "integer"])
def test_parameters_of_every_attribute_are_refused_also_with_a_value(name: str) -> None:
    shape = (2, 2) if name in ON_MATRICES else (2,)
    value = {"nonpos": -np.ones(shape)}.get(name, np.eye(2) if len(shape) == 2 else np.ones(2))
    for parameter in (cp.Parameter(shape, **{name: True}), cp.Parameter(shape, value=value, **{name: True})):
        x = cp.Variable(shape)
        for problem in (
            cp.Problem(cp.Minimize(cp.sum(x)), [x >= parameter]),
            cp.Problem(cp.Minimize(cp.sum(cp.multiply(parameter, x))), [x >= 0]),
        ):
            with pytest.raises(ValueError, match="the problem has parameters"):
                bound(problem)


@pytest.mark.parametrize(
    "make", [lambda y: cp.exp(y), lambda y: -cp.log(y), lambda y: cp.logistic(y), lambda y: -cp.entr(y),
             lambda y: cp.kl_div(y, 1), lambda y: cp.log_sum_exp(cp.hstack([y, 1])), lambda y: cp.xexp(cp.pos(y)),
             lambda y: -cp.log_det(cp.diag(cp.hstack([y, 1])))]
)  # fmt: skip
def test_exponential_cones_are_refused_in_one_line(make: Callable[[cp.Variable], cp.Expression]) -> None:
    scalar = cp.Variable(nonneg=True)
    with pytest.raises(ValueError, match="ExpCone|is not known|not convex") as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bound(cp.Problem(cp.Minimize(make(scalar)), [scalar >= 1, scalar <= 2]))
    assert "\n" not in str(caught.value)


# Linear programs


def test_linear_programs_have_an_exact_vertex() -> None:
    """Also where a row is no finite decimal once its first number is 1."""
    x = cp.Variable(2)
    for problem, value in (
        (cp.Problem(cp.Minimize(x[0] + 2 * x[1]), [x >= 1, x[0] + 3 * x[1] >= 5]), Fraction(11, 3)),
        (cp.Problem(cp.Maximize(x[0] + 2 * x[1]), [x >= 0, 3 * x[0] + 7 * x[1] == 1]), Fraction(1, 3)),
        (cp.Problem(cp.Minimize(x[0]), [3 * x[0] >= 1, x[1] == 2]), Fraction(1, 3)),
        (cp.Problem(cp.Minimize(x[1]), [3 * x[0] == 1, x[0] + x[1] >= 1]), Fraction(2, 3)),
        (cp.Problem(cp.Minimize(x[0] + x[1]), [x[0] + x[1] >= 1]), Fraction(1)),
        (cp.Problem(cp.Minimize(cp.norm(x - np.array([1, 2]), 1)), [3 * x[0] == 4 * x[1]]), Fraction(5, 4)),
        (cp.Problem(cp.Minimize(0), [x >= 1]), Fraction(0)),
    ):
        found = bound(problem)
        assert found.lower == found.upper == value


@pytest.mark.parametrize("seed", range(6))
def test_random_linear_programs_are_as_a_solver_has_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 8))
    x = cp.Variable(n)
    rows, right = random.integers(-3, 4, (2 * n, n)).astype(float), random.integers(-4, 3, 2 * n).astype(float)
    problem = cp.Problem(cp.Minimize(random.integers(-3, 4, n) @ x), [rows @ x >= right, x <= 3, x >= -4])
    found, value = bound(problem), solved(problem)
    if np.isfinite(value):
        assert found.lower == found.upper and abs(float(found.lower) - value) <= TOLERANCE * (1 + abs(value))
    else:
        assert found.infeasible == "inequality"


# Quadratic forms


P = np.array([[2.0, 1, 0], [1, 3, 1], [0, 1, 1]])
SINGULAR_P = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 0]])
FORMS: dict[str, Callable[[cp.Variable], tuple[object, list[object]]]] = {
    "in the objective": lambda x: (cp.Minimize(cp.quad_form(x, P) + x[0]), [cp.sum(x) == 1]),
    "alone": lambda x: (cp.Minimize(cp.quad_form(x, P) + x[0]), []),
    "halved": lambda x: (cp.Minimize(0.5 * cp.quad_form(x, P) - x[1]), [x >= 0, x <= 1]),
    "of a singular matrix": lambda x: (cp.Minimize(cp.quad_form(x, SINGULAR_P) + cp.norm(x - 1)), [x <= 2]),
    "concave": lambda x: (cp.Maximize(cp.quad_form(x, -P) + x[0]), [x <= 2]),
    "in a constraint": lambda x: (cp.Minimize(cp.sum(x)), [cp.quad_form(x, P) <= 1]),
    "in a square": lambda x: (cp.Minimize(cp.square(cp.quad_form(x, P)) + x[0]), [x <= 2]),
    "twice": lambda x: (cp.Minimize(cp.quad_form(x, P) + 2 * cp.quad_form(x - 1, P)), [x <= 2]),
    "in a maximum": lambda x: (cp.Minimize(cp.maximum(cp.quad_form(x, P), cp.quad_form(x - 1, P))), [x <= 2]),
    "of the zero matrix": lambda x: (cp.Minimize(cp.quad_form(x, 0 * P) + x[0]), [x >= 1]),
    "least squares, alone": lambda x: (cp.Minimize(cp.sum_squares(P @ x - 1) + cp.norm(x, 1)), []),
}


@pytest.mark.parametrize("name", FORMS)
def test_quadratic_forms_are_exact(name: str) -> None:
    objective, constraints = FORMS[name](cp.Variable(3))
    problem = cp.Problem(objective, constraints)
    assert_encloses(problem, solved(problem))


@pytest.mark.parametrize("seed", range(20))
def test_independent_rows_of_a_semidefinite_matrix(seed: int) -> None:
    """By the rank of exact integers; a matrix with a negative eigenvalue has none."""
    random = np.random.default_rng(seed)
    factor = random.integers(-2, 3, (int(random.integers(1, 4)), 4)).astype(float)
    semidefinite = factor.T @ factor
    chosen = independent(semidefinite)
    assert chosen is not None and len(chosen) == np.linalg.matrix_rank(factor)
    assert np.linalg.matrix_rank(semidefinite[np.ix_(chosen, chosen)]) == len(chosen)
    lower = semidefinite - np.diag(np.eye(4)[seed % 4])
    assert (independent(lower) is None) == (np.linalg.eigvalsh(lower)[0] < -1e-9)


# Dual values


def test_dual_values_are_those_of_cvxpy() -> None:
    """Of equations, inequalities, also such as follow from others, of semidefinite and second-order constraints."""
    x, X = cp.Variable(2), cp.Variable((2, 2), symmetric=True)
    constraints = [
        2 * x[0] + x[1] == 3,
        x <= np.array([1.0, 5.0]),
        x <= np.array([4.0, 9.0]),
        X >> np.array([[1.0, 0.5], [0.5, 2.0]]),
        X[0, 1] == 1,
        cp.SOC(x[1] + X[0, 0], cp.hstack([x[0], X[1, 1]])),
        cp.norm(x) <= 3,
    ]
    for objective in (cp.Minimize(3 * x[1] + cp.trace(X)), cp.Maximize(-3 * x[1] - cp.trace(X))):
        problem = cp.Problem(objective, constraints)
        found = bound(problem).dual_values
        assert found is not None
        solved(problem)
        assert set(found) == {constraint.id for constraint in constraints}
        for constraint in constraints:
            value, expected = found[constraint.id], constraint.dual_value
            if isinstance(value, list):
                value, expected = np.hstack([*map(np.ravel, value)]), np.hstack([*map(np.ravel, expected)])
            assert np.allclose(value, expected, atol=1e-3), constraint


def test_dual_values_of_quadratic_forms_and_of_cones_by_rows() -> None:
    for axis in (0, 1):
        Z = cp.Variable((2, 3))
        t = cp.Variable(3 if axis == 0 else 2)
        constraints = [cp.SOC(t, Z - np.arange(6.0).reshape(2, 3), axis=axis), cp.sum(Z, axis=axis) == 1]
        problem = cp.Problem(cp.Minimize(cp.quad_form(t, np.eye(t.size)) + cp.sum(t)), constraints)
        found = bound(problem).dual_values
        assert found is not None and set(found) == {constraint.id for constraint in constraints}
        solved(problem)
        assert np.allclose(found[constraints[1].id], constraints[1].dual_value, atol=1e-4)
        for part, expected in zip(found[constraints[0].id], constraints[0].dual_value, strict=True):
            assert np.allclose(np.reshape(part, np.shape(expected)), expected, atol=1e-4)


def test_there_are_no_dual_values_without_a_lower_bound_or_of_a_file() -> None:
    x = cp.Variable()
    assert bound(cp.Problem(cp.Minimize(x), [x <= 1])).dual_values is None
