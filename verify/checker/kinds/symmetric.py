"""The kind of statements about symmetric critical points."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind, Rule
from verify.checker.rules.symmetric_local_minimum import symmetric_local_minimum
from verify.checker.rules.symmetric_saddle import symmetric_saddle
from verify.checker.rules.symmetric_splitting import symmetric_splitting
from verify.checker.rules.task import Task
from verify.checker.statements import symmetric
from verify.checker.statements.symmetric import SymmetricPoints
from verify.checker.witnesses import symmetric as symmetric_witness


def _rules(statement: SymmetricPoints) -> list[Rule]:
    minima = {point.is_minimum for point in statement.points}
    rules: list[Rule] = [symmetric_local_minimum] * (True in minima)
    rules += [symmetric_saddle] * (False in minima)
    return rules + [symmetric_splitting] * any(point.splits for point in statement.points)


SYMMETRIC = Kind(
    read_statement=symmetric.read_statement,
    read_witness=symmetric_witness.read_witness,
    too_large=lambda statement: None,
    task=Task,
    rules=_rules,
)
