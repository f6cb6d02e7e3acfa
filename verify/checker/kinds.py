"""The kinds of statements that the checker knows: how each is read, and which rules prove it.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md; about an
empirical risk there are several, by the property.
"""

from __future__ import annotations

from verify.checker.empirical_risk_kinds import EMPIRICAL_RISK
from verify.checker.kind import Kind, Rule
from verify.checker.limits import ARB_UNKNOWNS
from verify.checker.reader import Field
from verify.checker.rules.critical_point import CriticalPointTask
from verify.checker.rules.every_input_dimension import every_input_dimension
from verify.checker.rules.saddle import saddle
from verify.checker.rules.spurious_local_minimum import spurious_local_minimum
from verify.checker.rules.strict_local_minimum import strict_local_minimum
from verify.checker.statements import critical_point
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.witnesses import critical_point as critical_point_witness


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`."""
    name = statement.member("landscape").member("kind").text(*KINDS, "empirical-risk")
    if name == "empirical-risk":
        return EMPIRICAL_RISK[statement.member("property").text(*EMPIRICAL_RISK)]
    return KINDS[name]


def _critical_point_too_large(statement: Minimum | Saddle) -> str | None:
    rows, columns = statement.landscape.shape
    unknowns = rows * columns
    return f"{unknowns} unknowns are more than this checker's {ARB_UNKNOWNS}" if unknowns > ARB_UNKNOWNS else None


def _critical_point_rules(statement: Minimum | Saddle) -> list[Rule]:
    if isinstance(statement, Saddle):
        return [saddle]
    rules: list[Rule] = [strict_local_minimum]
    if statement.every_dimension:
        rules.append(every_input_dimension)
    if statement.property == "spurious-local-minimum":
        rules.append(spurious_local_minimum)
    return rules


KINDS = {
    "population-teacher-student": Kind(
        read_statement=critical_point.read_statement,
        read_witness=critical_point_witness.read_witness,
        too_large=_critical_point_too_large,
        task=CriticalPointTask,
        rules=_critical_point_rules,
    ),
}
