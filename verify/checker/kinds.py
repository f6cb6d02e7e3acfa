"""The kinds of statements that the checker knows: how each is read, and which rules prove it.

A statement's kind is its `landscape.kind`, in the words of docs/CERTIFICATE.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.checker.limits import ARB_UNKNOWNS
from verify.checker.reader import Field
from verify.checker.rules.critical_point import CriticalPointTask
from verify.checker.rules.every_input_dimension import every_input_dimension
from verify.checker.rules.family import family
from verify.checker.rules.saddle import saddle
from verify.checker.rules.spurious_local_minimum import spurious_local_minimum
from verify.checker.rules.strict_local_minimum import strict_local_minimum
from verify.checker.rules.task import Task
from verify.checker.statements import critical_point
from verify.checker.statements import family as family_statement
from verify.checker.statements.critical_point import Minimum, Saddle
from verify.checker.statements.statement import Statement
from verify.checker.witnesses import critical_point as critical_point_witness
from verify.checker.witnesses import family as family_witness
from verify.checker.witnesses.witness import Witness

Rule = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement. The functions are called with this kind's own statements, witnesses and tasks only."""

    read_statement: Callable[[Field], Statement]
    read_witness: Callable[[Field, Any], Witness]
    """Called with the statement too: the witness's shape follows from it."""
    too_large: Callable[[Any], str | None]
    """Why a statement is beyond this checker's own limits, if it is."""
    task: type[Task[Any, Any]]
    """What the rules are handed."""
    rules: Callable[[Any], list[Rule]]
    """The rules whose theorems together give the statement, in the order in which they build on each other."""


def kind_of(statement: Field) -> Kind:
    """The kind of a certificate's `statement`."""
    return KINDS[statement.member("landscape").member("kind").text(*KINDS)]


def _critical_point_too_large(statement: Minimum | Saddle) -> str | None:
    unknowns = statement.landscape.neurons * statement.landscape.input_dimension
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
    family_statement.KIND: Kind(
        read_statement=family_statement.read_statement,
        read_witness=family_witness.read_witness,
        too_large=lambda statement: None,
        task=Task,
        rules=lambda statement: [family],
    ),
}
