"""What every landscape can say of itself, as far as statements about its points need it."""

from __future__ import annotations

from typing import Protocol


class Landscape(Protocol):
    """A loss as a mathematical function of a point."""

    @property
    def shape(self) -> tuple[int, int]:
        """Of a point, as a certificate writes it."""

    @property
    def definition(self) -> str:
        """The loss as a formula."""

    def subject(self, *, every_dimension: bool) -> str:
        """The beginning of a sentence about it, before the verb."""

    def setting(self, *, every_dimension: bool) -> str:
        """How large it is, in short."""

    def scope(self, *, every_dimension: bool) -> str:
        """What a proof about it covers."""
