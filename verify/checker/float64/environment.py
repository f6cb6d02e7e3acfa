"""Whether this machine's floating point is what docs/FLOAT64.md assumes, as far as that can be tested."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

_INSTALL = "pip install 'landscape-verify[float64]'"
SIZE = 192
"""Of the test matrices: large enough for a BLAS to cut them up and to share them out."""


@functools.cache
def unavailable() -> str | None:
    """Why the tier cannot be used here; None if it can."""
    try:
        import numpy as np
    except ImportError:
        return f"the float64 tier needs NumPy, which is not installed: {_INSTALL}, or use --trust arb"
    with np.errstate(all="ignore"):
        for fails, what in ((_rounding_fails, "round to nearest"), (_underflow_fails, "underflow gradually")):
            if fails():
                return f"the floating point of this machine does not {what}, which the float64 tier assumes"
        if _products_fail():
            return "the BLAS of this NumPy does not multiply matrices as the float64 tier assumes"
        from verify.checker.float64.factorisation import by_numpy

        if _factors_fail(by_numpy):
            return "the LAPACK of this NumPy does not factorise matrices as the float64 tier assumes"
    return None


def unavailable_for(unknowns: int) -> str | None:
    """Why the tier, which can be used here, cannot be used for a Hessian of so many unknowns."""
    from verify.checker.float64.factorisation import SCIPY_FROM

    return _scipy_unavailable() if unknowns > SCIPY_FROM else None


@functools.cache
def _scipy_unavailable() -> str | None:
    try:
        import scipy.linalg.lapack  # noqa: F401 - whether there is one
    except ImportError:
        return f"a Hessian of this size needs SciPy in the float64 tier, which is not installed: {_INSTALL}"
    from verify.checker.float64.factorisation import by_scipy

    if _factors_fail(by_scipy):
        return "the LAPACK of this SciPy does not factorise matrices as the float64 tier assumes"
    return None


def _rounding_fails() -> bool:
    import numpy as np

    # 1 + x for x around half a unit in the last place, up to sign: the nearest, and the even one of two.
    unit = 2.0**-52
    small = np.array([0.5 * unit, 0.75 * unit, 0.25 * unit, 1.5 * unit])
    right = np.array([1.0, 1 + unit, 1.0, 1 + 2 * unit])
    return any(
        not (np.asarray(left) == want).all()
        for left, want in (
            (1 + small, right),
            (-1 - small, -right),
            (_product_of_two(1, small), np.broadcast_to(right, (SIZE, SIZE // 4, 4))),
            (_product_of_two(-1, -small), -np.broadcast_to(right, (SIZE, SIZE // 4, 4))),
            (np.sqrt(np.array([1 + 2 * unit])), np.array([1 + unit])),
            (np.array([1.0]) / np.array([3.0]), np.array([6004799503160661 * 2.0**-54])),
        )
    )


def _product_of_two(first: float, second: object) -> object:
    """first + second, as a matrix product with two terms that are not zero."""
    import numpy as np

    left, right = np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE))
    left[:, 3] = left[:, -2] = 1
    right[3] = first
    right[-2] = np.tile(np.asarray(second), SIZE // 4)
    return (left @ right).reshape(SIZE, SIZE // 4, 4)


def _underflow_fails() -> bool:
    import numpy as np

    tiny = 2.0**-1074
    halves = np.full((SIZE, SIZE), 0.0)
    halves[:, 5] = 2.0**-537
    products = halves @ halves.T
    down = np.array([2.0**-1022 * 1.5]) - np.array([2.0**-1022])
    up = np.array([tiny]) * 2.0**600
    return not ((products == tiny).all() and (down == 2.0**-1023).all() and (up == 2.0**-474).all())


def _products_fail() -> bool:
    """Algorithms of Strassen's kind add large and small entries, and lose the small ones; sums of products do not."""
    import numpy as np

    scales = np.where(np.arange(SIZE) % 2, 2.0**-80, 1.0)
    half = np.where(np.arange(SIZE) < SIZE // 2, 2.0**-80, 1.0)
    for scale in (scales, half):
        left = np.repeat(scale[:, None], SIZE, axis=1)
        if not (left @ left.T == SIZE * np.outer(scale, scale)).all():
            return True
        if not (left @ np.ascontiguousarray(left.T) == SIZE * np.outer(scale, scale)).all():
            return True
    return False


def _factors_fail(factorise: Callable[[Any], Any]) -> bool:
    """Whether a factor L of integers is not found exactly, as sums in any order find it.

    All numbers that occur are integers below 2^53, and 1 is what is divided by. An inverse of a block of b rows of
    the diagonal has entries like 2^(24 (b - 1)), so that whoever multiplies by it rounds, if b > 3.
    """
    import numpy as np

    row, column = np.arange(SIZE)[:, None], np.arange(SIZE)[None, :]
    right = np.where(row > column, (7 * row + 3 * column) % 5 - 2.0, 0.0)
    right = np.where(row == column, 1.0, np.where(row == column + 1, 2.0**24, right))
    found = factorise(right @ right.T)
    return found is None or not bool((np.tril(found) == right).all())


def assumptions() -> tuple[str, ...]:
    """What a verdict of this tier rests on besides the ball arithmetic. Names SciPy if its LAPACK has been used."""
    import numpy as np

    libraries = [_library("NumPy", np.__version__, np.show_config(mode="dicts"))]
    if "scipy.linalg.lapack" in sys.modules:
        import scipy

        libraries.append(_library("SciPy", scipy.__version__, scipy.show_config(mode="dicts")))
    return (
        "this machine's float64 arithmetic is that of IEEE 754: to nearest, with gradual underflow (tested before)",
        f"the BLAS and LAPACK of {' and of '.join(libraries)} compute products and Cholesky factors by the usual sums, "
        "in any order, with or without fused multiply-adds, by no method of Strassen's kind, and solve triangular "
        "systems by substitution, not by inverses of diagonal blocks",
        "the theorems of docs/FLOAT64.md",
    )


def _library(name: str, version: str, configuration: object) -> str:
    found: list[str] = []
    if isinstance(configuration, dict):
        parts = configuration.get("Build Dependencies", {})
        for part in ("blas", "lapack"):
            of = parts.get(part, {})
            shown = f"{of.get('name', 'unknown')} {of.get('version', 'unknown')}"
            if shown not in found:
                found.append(shown)
    return f"{name} {version} ({', '.join(found) or 'of unknown name'})"
