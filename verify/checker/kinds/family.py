"""The kind of statements about a family of minima, one for every k."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import family as family_statement
from verify.checker.theorems.family import family

FAMILY = Kind(family_statement.STATEMENT, family_statement.WITNESS, family)
