"""The kind of statements about a family of minima, one for every k."""

from __future__ import annotations

from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind
from verify.checker.statements import family as family_statement
from verify.checker.theorems.family import family

FAMILY = Kind(
    statement=family_statement.STATEMENT,
    witness=family_statement.WITNESS,
    too_large=lambda statement: None,
    task=Task,
    prove=family,
)
