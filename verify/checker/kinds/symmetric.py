"""The kind of statements about symmetric critical points."""

from __future__ import annotations

from verify.checker.core.facts import Fact
from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind, ReadOnly
from verify.checker.statements import symmetric
from verify.checker.theorems.symmetric_local_minimum import symmetric_local_minimum
from verify.checker.theorems.symmetric_point import SymmetricTask, every_symmetric_point
from verify.checker.theorems.symmetric_saddle import symmetric_saddle
from verify.checker.theorems.symmetric_splitting import symmetric_splitting
from verify.checker.witnesses import symmetric as symmetric_witness


def _prove(task: SymmetricTask) -> Fact:
    minima = symmetric_local_minimum(task)
    return every_symmetric_point({**minima, **symmetric_saddle(task), **symmetric_splitting(task, minima)})


SYMMETRIC = Kind(
    statement=ReadOnly(lambda field, _: symmetric.read_statement(field)),
    witness=ReadOnly(symmetric_witness.read_witness),
    too_large=lambda statement: None,
    task=Task,
    prove=_prove,
)
