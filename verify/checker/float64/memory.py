"""Refusal of what does not fit into memory, before anything is allocated."""

from __future__ import annotations

import os
from pathlib import Path

from verify.checker.float64.interval_matrix import MAX_EIGENVECTORS

_GIB = 2**30
_BESIDES = 2**28
"""What is needed beside the matrices."""
_MEMINFO = Path("/proc/meminfo")


def needed(unknowns: int, copies: int | None = None) -> int:
    """Bytes for a matrix of so many unknowns and for what is made of it: `copies`, or, for a Hessian:

    Large matrices are factorised in place; NumPy copies small ones, and the rules that
    use eigenvectors hold several.
    """
    matrices = copies or (10 if unknowns <= MAX_EIGENVECTORS else 1)
    return matrices * 8 * unknowns * unknowns + _BESIDES


def available() -> int | None:
    """Bytes that can be had without swapping, as the system estimates it; None if it does not say."""
    try:
        for line in _MEMINFO.read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def refusal(unknowns: int, what: str = "Hessian", copies: int | None = None) -> str | None:
    """Why a matrix of so many unknowns is not begun; None if it fits, or if that is not known."""
    need, have = needed(unknowns, copies), available()
    if have is None or need <= have:
        return None
    sizes = f"needs {need / _GIB:.2f} GiB of memory, {have / _GIB:.2f} GiB are available"
    return f"the {what} of {unknowns} unknowns {sizes}"
