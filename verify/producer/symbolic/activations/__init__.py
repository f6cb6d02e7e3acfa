"""One module per activation: its name is the activation's, with hyphens, its `derive()` the derivation.

Adding a file adds one.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.producer.symbolic.derivation import Derivation

ACTIVATIONS: tuple[str, ...] = tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


class UnknownActivation(ValueError):
    """There is no derivation for an activation of this name; the message lists those there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no derivation for the activation {name!r}; there is one for: {', '.join(ACTIVATIONS)}")


@cache
def derive(name: str) -> Derivation:
    """The derivation for the activation, every step checked; raises `UnknownActivation`."""
    if name not in ACTIVATIONS:
        raise UnknownActivation(name)
    derivation: Derivation = import_module(f"{__name__}.{name.replace('-', '_')}").derive()
    return derivation
