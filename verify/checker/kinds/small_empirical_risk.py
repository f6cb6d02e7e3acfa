"""The kinds of statements about all critical points of an empirical risk in a box, by property."""

from __future__ import annotations

from verify.checker.core.task import Task
from verify.checker.kinds.empirical_risk import too_large, with_own_risks
from verify.checker.kinds.kind import Kind
from verify.checker.statements import small_empirical_risk as statements
from verify.checker.theorems.risk_in_box import risk_in_box

IN_BOX = Kind(
    statement=statements.STATEMENT,
    witness=statements.WITNESS,
    too_large=too_large,
    task=Task,
    prove=risk_in_box,
)
SMALL_EMPIRICAL_RISK = with_own_risks(dict.fromkeys(statements.PROPERTIES, IN_BOX))
