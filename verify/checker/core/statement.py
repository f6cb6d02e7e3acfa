"""What every statement can say of itself.

The sentence is made from the structured statement, never read from the file.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod


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
