"""The time limit of a proof: every rule and every evaluator looks at the one clock, and nothing else stops them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb_mat, fmpq

from tests.corpus.forge import CORPUS
from verify.checker.core.balls import box, point, spectral_norm
from verify.checker.core.clock import look, until
from verify.checker.core.codes import Reason
from verify.checker.core.definiteness import first_pivot_not_positive, positive_eigenvalues
from verify.checker.core.exact_definiteness import negative_direction
from verify.checker.core.outcome import Open
from verify.checker.core.verdict import Undecided, Verified
from verify.checker.evaluators import (
    CurveRisk,
    EmpiricalRisk,
    ExactRisk,
    QuadraticLoss,
    Symmetries,
    TeacherStudent,
    frozen_off_kinks,
)
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import Session, read
from verify.checker.statements.basin import BasinWitness, LocalMinimumWithin

VALID = CORPUS / "valid"
FILES = [
    *("type-ii-k6", "saddle-type-ii-k5", "symmetric-type-ii", "family-type-a", "nearby-teachers-k6"),
    *("risk-tanh", "risk-relu-off-kinks", "risk-kinks", "risk-value-exact", "curve-tanh", "line-elu", "near-last"),
    *("basin-deep", "split-twice", "zero-loss-tanh", "map-strict", "wide-critical", "descent-hidden-layer"),
    *("quadratic-global", "quadratic-spurious", "matrix-singular", "sum-of-squares", "sdp-lower-exact"),
    *("features-relu", "features-elu", "gram-tanh", "run-converges", "risk-run-momentum"),
    *("small-two-neurons", "box-minima"),
]


@pytest.mark.parametrize("name", FILES)
def test_a_rule_gives_up_when_time_is_over(name: str) -> None:
    verdict = Session(time_limit=1e-9).check(VALID / f"{name}.json")
    assert isinstance(verdict, Undecided)
    assert verdict.code is Reason.TIME_LIMIT


def _landscape(name: str) -> Any:
    certificate = read(VALID / f"{name}.json")
    assert isinstance(certificate, Certificate)
    statement: Any = certificate.statement
    return statement.landscape


def _at(landscape: Any, number: Fraction = Fraction(1, 3)) -> tuple[tuple[Fraction, ...], ...]:
    rows, columns = landscape.shape
    return tuple(tuple(number + i + j for j in range(columns)) for i in range(rows))


STUDENT, RISK, RATIONAL, QUADRATIC = map(
    _landscape, ("type-ii-k6", "risk-tanh", "risk-value-exact", "quadratic-global")
)
EXCHANGED = read(VALID / "exchange-two-units.json")


def _symmetry(number: int) -> Callable[[], object]:
    """What is asked of one of the symmetries of a certificate, all else being known."""
    assert isinstance(EXCHANGED, Certificate)
    statement, witness = EXCHANGED.statement, EXCHANGED.witness
    assert isinstance(statement, LocalMinimumWithin) and isinstance(witness, BasinWitness)
    frozen = frozen_off_kinks(EmpiricalRisk(statement.landscape, box(statement.center, statement.radius)))
    known = Symmetries(statement.landscape, frozen)
    return lambda: known.field(witness.symmetries[number])


ONES = [[1, 0], [0, 1]]
STEPS: dict[str, Callable[[], object]] = {
    "teacher and student": lambda: TeacherStudent(STUDENT, point(_at(STUDENT))).value(),
    "its gradient": lambda: TeacherStudent(STUDENT, point(_at(STUDENT))).gradient(),
    "network": lambda: EmpiricalRisk(RISK, point(_at(RISK))).value(),
    "its Hessian": lambda: EmpiricalRisk(RISK, point(_at(RISK))).hessian(),
    "along a curve": lambda: CurveRisk(RISK, _at(RISK), [_at(RISK)], 2).change(),
    "along a line": lambda: ExactRisk(RATIONAL, _at(RATIONAL), _at(RATIONAL), 1).value(),
    "scaling a unit": _symmetry(0),
    "exchanging weights": _symmetry(2),
    "spectral norm": lambda: spectral_norm(arb_mat(ONES)),
    "quadratic network": lambda: QuadraticLoss(QUADRATIC, point(_at(QUADRATIC))).hessian(),
    "signs of eigenvalues": lambda: positive_eigenvalues(arb_mat(ONES)),
    "pivots": lambda: first_pivot_not_positive(arb_mat(ONES)),
    "exact pivots": lambda: negative_direction([[fmpq(1)], [fmpq(0), fmpq(1)]]),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_looks_by_itself(step: str) -> None:
    with until(time.monotonic() - 1), pytest.raises(Open, match="the time limit passed") as told:
        STEPS[step]()
    assert told.value.code is Reason.TIME_LIMIT
    STEPS[step]()  # outside of a proof there is no limit


def test_the_limit_is_that_of_the_innermost_proof() -> None:
    with until(math.inf):
        with until(0.0), pytest.raises(Open):
            look()
        look()
    look()


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    assert isinstance(Session(time_limit=3_600).check(VALID / "type-ii-k6.json"), Verified)
