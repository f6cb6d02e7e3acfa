"""The kind of statements about a family of minima, one for every k."""

from __future__ import annotations

from verify.checker.core.task import Task
from verify.checker.kinds.kind import Kind, ReadOnly
from verify.checker.statements import family as family_statement
from verify.checker.theorems.family import family
from verify.checker.witnesses import family as family_witness

FAMILY = Kind(
    statement=ReadOnly(lambda field, _: family_statement.read_statement(field)),
    witness=ReadOnly(family_witness.read_witness),
    too_large=lambda statement: None,
    task=Task,
    prove=family,
)
