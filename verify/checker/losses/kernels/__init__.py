"""Dual kernels in balls, generated from their derivations by `verify derive NAME --code`: none is typed by hand.

A kernel that is smooth for all w and v is an activation of the population loss by being here: one file, one activation.
`leaky_relu` has a slope, and formulas that are singular at parallel neurons: `half_lines` puts it together.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from verify.checker.losses.dual_kernel import Dual

SMOOTH: tuple[str, ...] = tuple(
    sorted(module.name.replace("_", "-") for module in iter_modules(__path__) if module.name != "leaky_relu")
)
"""The names of the activations whose loss is smooth everywhere, zero neurons included."""


@cache
def smooth(name: str) -> Dual:
    """The kernel of one of them."""
    if name not in SMOOTH:
        raise ValueError(f"no smooth kernel {name!r}")
    kernel: Dual = import_module(f"{__name__}.{name.replace('-', '_')}").KERNEL
    return kernel
