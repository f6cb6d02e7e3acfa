"""The kind of statements about symmetric critical points."""

from __future__ import annotations

from verify.checker.core.facts import Fact
from verify.checker.kinds.kind import Kind
from verify.checker.statements import symmetric
from verify.checker.theorems.symmetric_local_minimum import symmetric_local_minimum
from verify.checker.theorems.symmetric_point import SymmetricTask, every_symmetric_point
from verify.checker.theorems.symmetric_saddle import symmetric_saddle
from verify.checker.theorems.symmetric_splitting import symmetric_splitting


def _prove(task: SymmetricTask) -> Fact:
    minima = symmetric_local_minimum(task)
    return every_symmetric_point({**minima, **symmetric_saddle(task), **symmetric_splitting(task, minima)})


SYMMETRIC = Kind(symmetric.STATEMENT, symmetric.WITNESS, _prove)
