"""The kinds of statements about all critical points of an empirical risk in a box, by property."""

from __future__ import annotations

from verify.checker.kinds.empirical_risk import too_large, with_own_risks
from verify.checker.kinds.kind import Kind
from verify.checker.statements import small_empirical_risk as statements
from verify.checker.theorems.attraction import attraction
from verify.checker.theorems.risk_in_box import risk_in_box

SMALL_EMPIRICAL_RISK = with_own_risks(
    {
        name: Kind(statements.STATEMENT, statements.WITNESS, prove, too_large=too_large)
        for name in statements.PROPERTIES
        for prove in [attraction if name == statements.ATTRACTION else risk_in_box]
    }
)
