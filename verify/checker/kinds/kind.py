"""What a kind of statements is to the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verify.checker.core.facts import Fact
from verify.checker.core.limits import MAX_FILE_BYTES
from verify.checker.core.schema import Type
from verify.checker.core.statement import Statement
from verify.checker.core.task import Task
from verify.checker.core.witness import Witness

if TYPE_CHECKING:  # most kinds are about no data file
    from verify.checker.statements.data_file import DataFile


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of statement. The functions are called with this kind's own statements, witnesses and tasks only."""

    statement: Type[Statement]
    witness: Type[Witness]
    """Read when the statement is known as "statement": the witness's shape follows from it."""
    prove: Callable[[Any], Fact]
    """Called with the task: applies the rules, and returns the fact that proves the statement."""
    task: type[Task[Any, Any]] = Task
    """What the rules are handed."""
    too_large: Callable[[Any], str | None] = lambda statement: None
    """Why a statement is beyond this checker's own limits for the arb tier, if it is."""
    not_modelled: Callable[[Any], str | None] = lambda statement: None
    """Why the rules are not written for what a statement is about, if they are not."""
    is_large: Callable[[Any], bool] | None = None
    """Whether `auto` takes the float64 tier for a statement; None for a kind that is proved in the arb tier only."""
    balls_will_do: bool = False
    """Where float64 cannot be had, `auto` proves a large statement of this kind in balls, if it is not too large."""
    data_file: Callable[[Any], DataFile] | None = None
    """The data file that a statement of this kind is about."""
    most_bytes: int = MAX_FILE_BYTES
    """Of a certificate."""
