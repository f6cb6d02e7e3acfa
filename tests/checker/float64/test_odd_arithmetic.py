"""Each thing that is wrong with the floating point of a machine is noticed, alone.

NumPy is replaced by one whose arrays do a single operation otherwise: one rounding, one underflow, or the product
of matrices by an algorithm of Strassen's kind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from verify.checker.float64 import environment, factorisation

Array = np.ndarray[Any, np.dtype[np.float64]]
Odd = Callable[[str, tuple[Array, ...], Array], Array]
"""From the name of an operation, what it is applied to and its right result to the odd machine's result."""

UNIT = 2.0**-52
NEAREST, GRADUAL = "does not round to nearest", "does not underflow gradually"
PRODUCTS = "does not multiply matrices"


def unavailable(odd: Odd, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of a machine."""

    class Arrays(np.ndarray):  # type: ignore[type-arg]
        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
            plain = tuple(np.asarray(entry) for entry in inputs)
            result = getattr(ufunc, method)(*plain, **options)
            return np.asarray(odd(ufunc.__name__, plain, result)).view(Arrays) if method == "__call__" else result

    class Imitation(ModuleType):
        def __getattr__(self, name: str) -> Any:
            found = getattr(np, name)
            if name not in ("array", "zeros", "full", "where", "repeat", "arange", "ascontiguousarray", "tile"):
                return found
            return lambda *given, **options: found(*given, **options).view(Arrays)

    monkeypatch.setitem(sys.modules, "numpy", Imitation("numpy"))
    return str(environment.unavailable.__wrapped__())


def instead(operation: str, right: float, wrong: float) -> Odd:
    """One result of one operation is wrong."""

    def odd(name: str, given: tuple[Array, ...], result: Array) -> Array:
        return np.where(result == right, wrong, result) if name == operation else result

    return odd


def test_nothing_is_said_of_a_machine_that_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unavailable(lambda name, given, result: result, monkeypatch) == "None"


@pytest.mark.parametrize(
    ("operation", "right", "wrong"),
    [
        *(("add", 1 + j * UNIT, 1 + (j + s) * UNIT) for j, s in [(0, 1), (1, -1), (1, 1), (2, -1), (2, 1)]),
        *(("subtract", -1 - j * UNIT, -1 - (j + s) * UNIT) for j, s in [(0, 1), (1, -1), (1, 1), (2, -1), (2, 1)]),
        *(("matmul", 1 + j * UNIT, 1 + (j + s) * UNIT) for j, s in [(0, 1), (1, -1), (1, 1), (2, -1), (2, 1)]),
        *(("matmul", -1 - j * UNIT, -1 - (j + s) * UNIT) for j, s in [(0, 1), (1, -1), (1, 1), (2, -1), (2, 1)]),
        *(("sqrt", 1 + UNIT, 1 + j * UNIT) for j in (0, 2)),
        *(("divide", 1 / 3, float(np.nextafter(1 / 3, way))) for way in (0, 1)),
    ],
)
def test_each_rounding(operation: str, right: float, wrong: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert NEAREST in unavailable(instead(operation, right, wrong), monkeypatch)


@pytest.mark.parametrize("rows", [slice(0, 1), slice(100, 101), slice(-1, None)])
@pytest.mark.parametrize("columns", [slice(0, 4), slice(96, 100), slice(-4, None)])
def test_a_rounding_in_a_corner_of_a_product(rows: slice, columns: slice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A BLAS treats the borders apart."""

    def odd(name: str, given: tuple[Array, ...], result: Array) -> Array:
        if name == "matmul":
            result[rows, columns] = np.where(result[rows, columns] == 1 + UNIT, 1.0, result[rows, columns])
        return result

    assert NEAREST in unavailable(odd, monkeypatch)


@pytest.mark.parametrize(
    ("operation", "right"), [("matmul", 2.0**-1074), ("subtract", 2.0**-1023), ("multiply", 2.0**-474)]
)
def test_each_underflow(operation: str, right: float, monkeypatch: pytest.MonkeyPatch) -> None:
    assert GRADUAL in unavailable(instead(operation, right, 0.0), monkeypatch)


def strassen(left: Array, right: Array, first: Array, second: Array) -> Array:
    """The product by seven products of blocks: indices in `first` and in `second`."""
    (a, b), (c, d) = ([left[np.ix_(i, j)] for j in (first, second)] for i in (first, second))
    (e, f), (g, h) = ([right[np.ix_(i, j)] for j in (first, second)] for i in (first, second))
    p1, p2, p3, p4 = a @ (f - h), (a + b) @ h, (c + d) @ e, d @ (g - e)
    p5, p6, p7 = (a + d) @ (e + h), (b - d) @ (g + h), (a - c) @ (e + f)
    result = np.empty((len(left), right.shape[1]))
    result[np.ix_(first, first)], result[np.ix_(first, second)] = p5 + p4 - p2 + p6, p1 + p2
    result[np.ix_(second, first)], result[np.ix_(second, second)] = p3 + p4, p1 + p5 - p3 - p7
    return result


@pytest.mark.parametrize("blocks", ["halves", "even and odd"])
@pytest.mark.parametrize("symmetric", [False, True])
def test_strassen_s_algorithm(blocks: str, symmetric: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy has A @ A.T done by another routine than other products; either may be of this kind."""
    every = np.arange(environment.SIZE)
    parts = np.split(every, 2) if blocks == "halves" else (every[::2], every[1::2])

    def odd(name: str, given: tuple[Array, ...], result: Array) -> Array:
        if name != "matmul" or np.shares_memory(*given) is not symmetric or not 1e-99 < result.min() < 1e-9:
            return result
        return strassen(*given, *parts)

    assert PRODUCTS in unavailable(odd, monkeypatch)


# Cholesky factors


def by_inverses_of_blocks(rows: int) -> Callable[[Array], Array]:
    """A right-looking factorisation that multiplies by the inverses of diagonal blocks."""

    def factorise(matrix: Array) -> Array:
        rest, factor = matrix.copy(), np.zeros_like(matrix)
        for start in range(0, len(matrix), rows):
            block, below = slice(start, start + rows), slice(start + rows, None)
            factor[block, block] = by_columns(rest[block, block])
            factor[below, block] = rest[below, block] @ inverse(factor[block, block]).T
            rest[below, below] -= factor[below, block] @ factor[below, block].T
        return factor

    return factorise


def inverse(triangle: Array) -> Array:
    """Of a lower triangle, row by row."""
    result = np.eye(len(triangle))
    for i, row in enumerate(triangle):
        result[i] = (result[i] - row[:i] @ result[:i]) / row[i]
    return result


def by_columns(matrix: Array) -> Array:
    """Left-looking, with rounded reciprocals of the diagonal; what is under a root may be negative."""
    factor = np.zeros_like(matrix)
    for j in range(len(matrix)):
        column = matrix[j:, j] - factor[j:, :j] @ factor[j, :j]
        factor[j, j] = np.sqrt(np.abs(column[0]))
        factor[j + 1 :, j] = column[1:] * (1 / factor[j, j])
    return factor


@pytest.mark.parametrize("rows", [4, 8, 32, 96])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_inverses_of_diagonal_blocks_are_noticed(rows: int) -> None:
    assert environment._factors_fail(by_inverses_of_blocks(rows))


@pytest.mark.parametrize("factorise", [by_columns, by_inverses_of_blocks(1), factorisation.by_scipy])
def test_substitution_in_other_orders_is_not(factorise: Callable[[Array], Array]) -> None:
    assert not environment._factors_fail(factorise)


def test_the_lapack_of_each_library_is_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, test in (("NumPy", environment.unavailable), ("SciPy", lambda: environment.unavailable_for(2_001))):
        for cached in (environment.unavailable, environment._scipy_unavailable):
            cached.cache_clear()
        with monkeypatch.context() as odd:
            odd.setattr(factorisation, f"by_{name.lower()}", by_inverses_of_blocks(4))
            assert test() == f"the LAPACK of this {name} does not factorise matrices as the float64 tier assumes"
        for cached in (environment.unavailable, environment._scipy_unavailable):
            cached.cache_clear()
        assert test() is None
