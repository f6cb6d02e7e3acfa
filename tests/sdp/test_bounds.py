"""Rigorous bounds: what is proved on standard problems, and what becomes of a solver that fails or lies."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import clarabel
import cvxpy as cp
import numpy as np
import pytest

from tests.corpus.make_valid_sdp import DATA
from tests.shared_data import SHARED, needs
from verify.checker import Verified, check
from verify.checker.core.reader import NotACertificate
from verify.checker.core.sdpa import read_sdpa
from verify.producer.sdp import bound
from verify.producer.sdp import bounds as bounds_module
from verify.producer.sdp import certified as certified_module
from verify.producer.sdp.bounds import bound_instance
from verify.producer.sdp.certified import Bounds
from verify.producer.sdp.exact_barrier import ExactBarrier
from verify.producer.sdp.float_program import FloatProgram
from verify.producer.sdp.frames import lower_by_a_frame
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.interior import run
from verify.producer.sdp.primal_dual import start
from verify.producer.sdp.solver import Hint

FLOOR = 1e-7
PUBLISHED = {
    "truss1": 1.7e-8,
    "truss3": 3.7e-9,
    "theta1": 1.3e-7,
    "mcp100": 3.3e-7,
    "control1": 1.0e-6,
    "control2": 3.0e-6,
}
"""Relative gaps published for VSDP."""
VALUES = {
    "truss1": -8.999996,
    "truss3": -9.109996,
    "theta1": 23.0,
    "mcp100": 226.1574,
    "control1": 17.78463,
    "control2": 8.3,
}
"""As SDPLIB prints them."""


@pytest.fixture
def two_blocks(tmp_path: Path) -> Path:
    path = tmp_path / "two-blocks.dat-s"
    path.write_text(DATA[path.name])
    return path


def instance(name: str) -> Instance:
    content = DATA[name].encode()
    return Instance(name, content, read_sdpa(content))


def test_a_small_program_is_bounded_from_both_sides(two_blocks: Path, tmp_path: Path) -> None:
    result = bound(two_blocks)
    assert result.lower is not None and result.upper is not None
    assert result.lower <= 2 <= result.upper
    assert result.upper - result.lower < Fraction(1, 10**8)
    paths = result.save(tmp_path / "out")
    assert len(paths) == 2
    assert all(isinstance(check(path), Verified) for path in paths)


@needs("sdplib")
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_gap_on_sdplib_is_below_the_floor_and_what_is_published(name: str, tmp_path: Path) -> None:
    result = bound(SHARED / "sdplib" / f"{name}.dat-s")
    assert result.relative_gap is not None
    assert result.relative_gap <= min(FLOOR, PUBLISHED[name])
    assert result.lower is not None and result.upper is not None
    slack = 2e-6 * abs(VALUES[name])
    assert VALUES[name] - slack <= result.lower <= result.upper <= VALUES[name] + slack
    for path in result.save(tmp_path):
        assert isinstance(check(path), Verified)


@needs("sdplib")
def test_the_solver_that_says_optimal_on_control1_is_not_believed() -> None:
    result = bound(SHARED / "sdplib" / "control1.dat-s")
    assert result.upper is not None and result.solver_value is not None
    assert result.upper < Fraction("17.7847")
    # CLARABEL said 18.056 when this was written; a better one would make no difference to what is proved.
    assert result.bounds.hint.status.startswith("optimal")


@needs("sdplib")
def test_an_ill_posed_problem_gets_one_bound_and_the_reason() -> None:
    result = bound(SHARED / "sdplib" / "hinf1.dat-s")
    assert result.lower is None
    assert result.upper is not None and Fraction("2.0326") < result.upper < Fraction("2.033")
    assert "ill-posed" in result.bounds.reasons["sdp-lower-bound"]


@needs("sdplib")
def test_known_bounds_of_the_variables_give_the_missing_one() -> None:
    result = bound(SHARED / "sdplib" / "hinf1.dat-s", box=10_000)
    assert result.lower is not None and Fraction("2.0325") < result.lower < Fraction("2.0327")


@needs("sdplib")
def test_infeasibility_is_proved(tmp_path: Path) -> None:
    result = bound(SHARED / "sdplib" / "infp1.dat-s")
    assert result.infeasible == "inequality"
    (path,) = result.save(tmp_path)
    verdict = check(path)
    assert isinstance(verdict, Verified) and "no x is feasible" in verdict.statement.sentence()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2\n1\n2\n1 0\n0 1 1 2 -1\n1 1 1 1 1\n2 1 2 2 1\n", 0),  # [[x, 1], [1, y]] >= 0: not attained
        ("2\n1\n2\n3 0\n1 1 1 1 1\n0 1 1 1 2\n2 1 2 2 1\n", 6),  # y is in no bound's way: Y is singular
        ("1\n1\n-2\n1\n1 1 1 1 1\n0 1 1 1 5\n1 1 2 2 -1\n0 1 2 2 -5\n", 5),  # x >= 5, x <= 5
        ("1\n1\n3\n1\n1 1 1 1 1\n1 1 2 2 1\n0 1 1 2 -1\n", 1),  # X is singular
    ],
)
def test_a_program_without_interior_is_bounded_on_its_boundary(text: str, value: int, tmp_path: Path) -> None:
    path = tmp_path / "flat.dat-s"
    path.write_text(text)
    result = bound(path)
    assert result.lower is not None and result.upper is not None, result.bounds.reasons
    assert result.lower <= value <= result.upper
    assert result.upper - result.lower < Fraction(1, 10**6)
    assert all(isinstance(check(saved), Verified) for saved in result.save(tmp_path / "out"))


def test_infeasibility_is_proved_where_no_y_is_in_the_interior(tmp_path: Path) -> None:
    path = tmp_path / "infeasible.dat-s"
    path.write_text("3\n2\n2 -1\n0 0 0\n1 1 1 1 1\n1 2 1 1 -1\n2 1 1 2 1\n3 1 2 2 1\n0 2 1 1 3\n")  # x_11 <= -3
    assert bound(path).infeasible == "inequality"


def test_a_gap_between_the_sides_is_not_closed(tmp_path: Path) -> None:
    """The value is 0; no Y proves more than -2."""
    path = tmp_path / "gap.dat-s"
    path.write_text("2\n1\n3\n1 0\n1 1 1 2 1\n1 1 3 3 1\n2 1 2 2 1\n0 1 3 3 -2\n")
    result = bound(path)
    assert result.upper == 0 and (result.lower is None or result.lower <= -2)


@pytest.mark.parametrize("number", ["1e308", "1e-300", "-1e200"])
def test_a_program_beyond_float64_gets_the_reason(number: str, tmp_path: Path) -> None:
    path = tmp_path / "large.dat-s"
    path.write_text(f"1\n1\n2\n1\n0 1 1 1 1\n0 1 1 2 {number}\n1 1 1 1 1\n1 1 2 2 1\n")
    result = bound(path)
    assert (result.lower, result.upper, result.bounds.certificates) == (None, None, {})
    assert all("not tried: the program has a number of about 1e" in why for why in result.bounds.reasons.values())
    assert set(result.bounds.reasons) == {"sdp-lower-bound", "sdp-upper-bound"}


# Solvers that fail or lie


def hints() -> dict[str, Hint]:
    def hint(status: str, value: float | None, point: list[float] | None) -> Hint:
        return Hint("LIAR", status, value, None if point is None else np.array(point), 0.0)

    return {
        "fails": hint("failed: SolverError", None, None),
        "says infeasible": hint("infeasible", None, None),
        "says unbounded": hint("unbounded", None, None),
        "says optimal elsewhere": hint("optimal", 3.0, [1.0, 2.0]),
        "says optimal and is infeasible": hint("optimal", 0.0, [0.0, 0.0]),
        "says optimal far away": hint("optimal", -1e6, [1e3, -1e6]),
    }


@pytest.mark.parametrize("name", hints())
def test_a_solver_that_fails_or_lies_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds_module, "solve", lambda instance, solver: hints()[name])
    found = bound_instance(instance("two-blocks.dat-s"))
    assert found.infeasible is None
    assert found.lower is not None and found.upper is not None, found.reasons
    assert found.lower <= 2 <= found.upper
    assert found.upper - found.lower < Fraction(1, 10**6)


def test_a_solver_that_panics_gives_no_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Solvers written in Rust raise what is no Exception."""

    class Panic(BaseException):
        pass

    def panic(*given: object, **options: object) -> None:
        raise Panic("index out of bounds")

    monkeypatch.setattr(clarabel, "DefaultSolver", panic)
    found = bound_instance(instance("two-blocks.dat-s"))
    assert found.hint.status.startswith("failed: Panic: index out of bounds") and found.hint.point is None
    assert found.lower is not None and found.upper is not None and found.lower <= 2 <= found.upper


def test_a_solver_that_is_not_installed_is_named() -> None:
    with pytest.raises(ValueError, match="'NONESUCH' is not installed; installed: .*CLARABEL"):
        bound_instance(instance("two-blocks.dat-s"), "NONESUCH")


def test_no_bound_is_claimed_where_the_checker_does_not_verify_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.checker.core.verdict import Undecided

    monkeypatch.setattr(certified_module, "verdict_on", lambda certificate, data: Undecided("not today"))
    found = bound_instance(instance("two-blocks.dat-s"))
    assert (found.lower, found.upper, found.certificates) == (None, None, {})
    assert set(found.reasons.values()) == {"not today"}


# Problems of CVXPY


def test_a_problem_with_every_kind_of_constraint_is_bounded() -> None:
    X, t = cp.Variable((3, 3), symmetric=True), cp.Variable()
    C = np.array([[1.0, 2, 3], [2, 5, 6], [3, 6, 9]])
    constraints = [X >> 0, cp.trace(X) == 1, X[0, 1] >= 0.1, t <= 3]
    problem = cp.Problem(cp.Maximize(-cp.trace(C @ X) + t + 5), constraints)
    result = bound(problem)
    value = problem.solve(solver=cp.CLARABEL)
    assert result.lower is not None and result.upper is not None
    assert result.lower <= result.upper
    assert float(result.lower) == pytest.approx(value, abs=1e-6)
    assert float(result.upper) == pytest.approx(value, abs=1e-6)


def test_a_matrix_that_is_not_symmetric_counts_by_its_symmetric_part() -> None:
    x = cp.Variable()
    # [[1, x], [0, 1]] >> 0 means |x| / 2 <= 1.
    problem = cp.Problem(cp.Maximize(x), [cp.bmat([[1, x], [0, 1]]) >> 0])
    result = bound(problem)
    assert result.lower is not None and result.upper is not None
    assert result.lower <= 2 <= result.upper
    assert result.upper - result.lower < Fraction(1, 10**7)


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (lambda x: cp.pnorm(x, 3) <= 1, "the function PnormApprox is not known"),
        (lambda x: cp.power(x[0], 1 / 3) >= 1, "the function PowerApprox is not known"),
        (
            lambda x: cp.quad_form(x, np.diag([1, -1e-13]), assume_PSD=True) <= 1,
            "not exactly semidefinite; write",
        ),
        (lambda x: cp.log(x[0]) >= 1, "a constraint of the kind ExpCone; only semidefinite, second-order and linear"),
        (lambda x: cp.sum(cp.exp(x)) <= 1, "a constraint of the kind ExpCone"),
        (lambda x: x[0] * x[1] >= 1, "not convex by CVXPY's rules"),
        (lambda x: x[0] >= cp.Parameter(value=1.0), "has parameters"),
    ],
)
def test_other_constraints_are_refused(constraint: object, message: str) -> None:
    x = cp.Variable(2)
    with pytest.raises(ValueError, match=message):
        bound(cp.Problem(cp.Minimize(x[0]), [constraint(x)]))  # type: ignore[operator]


def test_bad_arguments_are_named(two_blocks: Path) -> None:
    with pytest.raises(ValueError, match="the box has 1 intervals for 2 variables"):
        bound(two_blocks, box=[(0, 1)])
    two_blocks.write_text("2\n2\n2 -2\n1 1\n0 1 1 3 -1\n")
    with pytest.raises(NotACertificate, match="line 5: the index is 3"):
        bound(two_blocks)


@pytest.mark.skipif("SDPA" not in cp.installed_solvers(), reason="the optional extra sdpa is not installed")
def test_another_solver_will_do(two_blocks: Path) -> None:
    result = bound(two_blocks, solver="SDPA")
    assert result.relative_gap is not None and result.relative_gap < 1e-8


def test_the_checker_needs_no_solver(tmp_path: Path, two_blocks: Path) -> None:
    """In a process in which numpy, scipy and cvxpy cannot be imported."""
    import subprocess
    import sys

    paths = bound(two_blocks).save(tmp_path / "out")
    code = "import sys\nfor name in ('numpy', 'scipy', 'cvxpy', 'clarabel'): sys.modules[name] = None\n"
    code += "from verify.checker.__main__ import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, *map(str, paths)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(tmp_path / "out")


# Steps in many bits are the last resort


WELL_POSED = ("control2", "control3", "mcp100", "mcp124-1", "qap5", "theta1", "truss5", "truss6", "truss7")


@needs("sdplib")
@pytest.mark.parametrize("name", WELL_POSED)
def test_no_step_in_many_bits_is_needed_on_what_is_well_posed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(barrier: object, point: object) -> NoReturn:
        raise AssertionError("a step in many bits")

    monkeypatch.setattr(ExactBarrier, "newton", refused)
    found = bound_instance(Instance.load(SHARED / "sdplib" / f"{name}.dat-s"))
    assert found.exact_steps == 0
    assert found.relative_gap is not None and found.relative_gap <= 5e-10


def test_steps_in_many_bits_are_counted() -> None:
    """The value is 0; no Y proves more than -1, and no center is reached."""
    text = "2\n1\n3\n1 0\n1 1 1 2 1\n1 1 3 3 1\n2 1 2 2 1\n0 1 3 3 -1\n"
    found = bound_instance(Instance("gap.dat-s", text.encode(), read_sdpa(text.encode())))
    assert found.exact_steps > 0
    assert found.upper == 0 and (found.lower is None or found.lower <= -1)


@needs("sdplib")
@pytest.mark.parametrize(("name", "most"), [("hinf3", 57), ("hinf5", 363), ("hinf7", 391), ("hinf8", 117)])
def test_an_ill_posed_problem_has_an_upper_bound_near_its_value(name: str, most: int) -> None:
    found = bound_instance(Instance.load(SHARED / "sdplib" / f"{name}.dat-s"))
    assert found.upper is not None and found.upper <= most


@needs("sdplib")
@pytest.mark.parametrize(("name", "side"), [("infp2", "inequality"), ("infd1", "equality"), ("infd2", "equality")])
def test_a_solvers_certificate_that_a_side_is_infeasible_is_proved(name: str, side: str) -> None:
    found = bound_instance(Instance.load(SHARED / "sdplib" / f"{name}.dat-s"))
    assert found.infeasible == side and found.exact_steps == 0


@pytest.mark.parametrize(
    ("text", "lower", "upper", "infeasible"),
    [
        # x_11 <= -2 and X >= 0
        ("3\n2\n2 -1\n0 0 0\n1 1 1 1 1\n1 2 1 1 -1\n2 1 1 2 1\n3 1 2 2 1\n0 2 1 1 2\n", None, None, "inequality"),
        # x >= 2, x <= 0, y >= 0
        ("2\n1\n-3\n0 1\n1 1 1 1 1\n0 1 1 1 2\n1 1 2 2 -1\n2 1 3 3 1\n", None, None, "inequality"),
        # min 2 X_11 - X_22 over X >= 0
        ("3\n1\n2\n2 0 -1\n1 1 1 1 1\n2 1 1 2 1\n3 1 2 2 1\n", None, 0, "equality"),
        # y is in no constraint, and free of charge; and at a price
        ("2\n1\n-1\n1 0\n1 1 1 1 1\n0 1 1 1 3\n", 3, 3, None),
        ("2\n1\n-1\n1 1\n1 1 1 1 1\n0 1 1 1 3\n", None, 3, "equality"),
        # x >= 7, x <= 7
        ("1\n1\n-2\n1\n1 1 1 1 1\n0 1 1 1 7\n1 1 2 2 -1\n0 1 2 2 -7\n", 7, 7, None),
        # [[x, 2, .], [2, x, .], [., ., 0]] >= 0: no x is in the interior
        ("1\n1\n3\n1\n1 1 1 1 1\n1 1 2 2 1\n0 1 1 2 -2\n", 2, 2, None),
        # nothing to minimise
        ("1\n1\n-1\n0\n1 1 1 1 1\n0 1 1 1 1\n", 0, 0, None),
    ],
)
def test_small_programs_are_decided(text: str, lower: int | None, upper: int | None, infeasible: str | None) -> None:
    found = bound_instance(Instance("small.dat-s", text.encode(), read_sdpa(text.encode())))
    assert found.infeasible == infeasible
    if lower is None:
        assert found.lower is None
    else:
        assert found.lower is not None and lower - Fraction(1, 10**9) <= found.lower <= lower
    if upper is None:
        assert found.upper is None
    elif lower is not None:
        assert found.upper is not None and upper <= found.upper <= upper + Fraction(1, 10**9)


@needs("sdplib")
def test_a_program_whose_dual_matrices_are_all_singular_is_bounded_by_a_frame() -> None:
    found = bound_instance(Instance.load(SHARED / "sdplib" / "gpp100.dat-s"))
    assert found.relative_gap is not None and found.relative_gap <= 1e-7 and found.exact_steps == 0
    assert found.lower is not None and Fraction("-44.943551") < found.lower < Fraction("-44.94355")


def test_a_small_program_is_bounded_by_a_frame() -> None:
    """<11^T, Y> = 0 and Y_ii = 1: Y has the kernel (1, ..., 1); the value is that of F_0 there."""
    n = 12
    lines = [f"{n + 1}", "1", str(n), " ".join(["1"] * n + ["0"])]
    lines += [f"0 1 {i} {i + 1} {(-1) ** i * i}" for i in range(1, n)]
    lines += [f"{i} 1 {i} {i} 1" for i in range(1, n + 1)]
    lines += [f"{n + 1} 1 {i} {j} 1" for i in range(1, n + 1) for j in range(i, n + 1)]
    text = "\n".join(lines) + "\n"
    program = Instance("framed.dat-s", text.encode(), read_sdpa(text.encode()))
    bounds = Bounds(program, Hint("NONE", "not asked", None, None, 0.0))
    kept = run(FloatProgram.of(program), start(FloatProgram.of(program)), 60)
    assert lower_by_a_frame(bounds, kept)
    value = kept[-1].value
    assert bounds.lower is not None and float(bounds.lower) == pytest.approx(value, rel=1e-6)
    certificate = bounds.certificates["sdp-lower-bound"]
    assert "frame" in certificate.document["witness"]  # type: ignore[operator]


def test_dual_values_come_with_the_bounds() -> None:
    """min t with [[t, 1], [1, t]] >= 0: Y = [[1/2, -1/2], [-1/2, 1/2]]."""
    t = cp.Variable()
    result = bound(cp.Problem(cp.Minimize(t), [cp.bmat([[t, 1], [1, t]]) >> 0]))
    assert result.dual is not None
    assert np.allclose(result.dual[0], [[0.5, -0.5], [-0.5, 0.5]], atol=1e-6)
    unbounded = bound(cp.Problem(cp.Minimize(t), [t <= 1]))
    assert unbounded.dual is None and unbounded.infeasible == "equality"
