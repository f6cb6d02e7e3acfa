"""What every landscape can say of itself, as far as statements about its points need it, and how those are written."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Protocol, TypeVar

from verify.checker.core.schema import BOUNDS, POSITIVE, Constant, Known, Type, matrix, not_zero
from verify.checker.core.statement import Statement
from verify.checker.core.table import Row, Table, values


class Landscape(Protocol):
    """A loss as a mathematical function of a point."""

    @property
    def shape(self) -> tuple[int, int]:
        """Of a point, as a certificate writes it."""

    @property
    def definition(self) -> str:
        """The loss as a formula."""

    def subject(self, *, every_dimension: bool = False) -> str:
        """The beginning of a sentence about it, before the verb."""

    def setting(self, *, every_dimension: bool = False) -> str:
        """How large it is, in short."""

    def scope(self, *, every_dimension: bool = False) -> str:
        """What a proof about it covers."""


LandscapeT = TypeVar("LandscapeT", bound=Any)


@dataclass(frozen=True, slots=True)
class AboutLandscape(Statement, Generic[LandscapeT]):
    """A statement about one landscape, or about all of some."""

    landscape: LandscapeT
    property: str
    """The strongest property claimed."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return str(self.landscape.scope())

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return str(self.landscape.definition)

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return f"{self.landscape.subject()} {self.claim()}."

    def claim(self) -> str:
        """What is said of the landscape, after its `subject`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AboutEveryDimension(AboutLandscape[LandscapeT]):
    """A statement about one teacher and its students in every input dimension."""

    @builtins.property
    def scope(self) -> str:
        """What the proof covers."""
        return str(self.landscape.scope(every_dimension=True))

    def sentence(self) -> str:
        """The statement in words; every printed bound is rounded so that it stays true."""
        return f"{self.landscape.subject(every_dimension=True)} {self.claim()}."


def shape(known: Known) -> tuple[int, int]:
    """Of a point of the landscape that a statement is about."""
    rows, columns = known["landscape"].shape
    return rows, columns


def region(name: str, size: Callable[[Known], tuple[int, int]] = shape, radius: Type[Fraction] = POSITIVE) -> Row:
    """The ball or the box around the given point, whose size is known."""
    members = Row("shape", Constant(name)), Row("center", matrix(size)), Row("radius", radius)
    return Row("region", Table(values, members))


VALUE = Row("value", BOUNDS)
"""Encloses the loss."""
POINT = matrix(lambda known: known["statement"].landscape.shape)
"""Of a witness: a point of the landscape."""
DIRECTION = not_zero(POINT)
