"""What every statement can say of itself, and how its table begins.

The sentence is made from the structured statement, never read from the file.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from verify.checker.core.schema import Type, text
from verify.checker.core.table import Member, Row, Table


class Statement(ABC):
    """What a certificate or a manifest claims. Nothing in it is believed until it is proved."""

    __slots__ = ()

    property: str
    """The strongest property claimed."""

    @builtins.property
    @abstractmethod
    def scope(self) -> str:
        """What the proof covers: an instance, a region, a family, all sizes."""

    @builtins.property
    @abstractmethod
    def definition(self) -> str:
        """What the sentence's words stand for."""

    @abstractmethod
    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""


StatementT = TypeVar("StatementT", bound=Statement)


def statement_of(
    make: Callable[..., StatementT], landscape: Type[Any], names: str | Iterable[str], *own: Member
) -> Table[StatementT]:
    """The table of statements about such a landscape, with a property or one of several, and members of their own."""
    properties = text(names) if isinstance(names, str) else text(*names)
    return Table.of(make, Row("landscape", landscape), Row("property", properties), *own)
