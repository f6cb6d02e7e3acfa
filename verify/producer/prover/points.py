"""Points from the files that people have: .npy, .npz, .mat, .json; one student or a stack of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verify.producer.prover import unpacked

Array = NDArray[np.float64]

MAX_BYTES = 256 * 2**20
Reader = Callable[[Path, str | None], dict[str, Any]]
PREFERRED = "students"  # the stack of points in what `verify search` writes


class BadFile(ValueError):
    """A file of points cannot be used; the message names the file, the field and the fix."""


def read_points(path: Path, neurons: str = "rows", variable: str | None = None) -> Array:
    """The students in a file, as a stack (count, n, d) with neurons in rows.

    `neurons`: "rows" or "columns", which of the two the matrices in the file have neurons in.
    `variable`: the array's name, where the file holds several.
    A stack has its count first, except in MATLAB's files, where it is last.
    """
    array = _read(path, variable)
    if array.ndim == 2:
        array = array[None]
    elif path.suffix == ".mat":
        array = np.moveaxis(array, -1, 0)
    if neurons == "columns":
        array = array.swapaxes(1, 2)
    if not np.isfinite(array).all():
        raise BadFile(f"{path}: has entries that are not finite numbers")
    return array


def read_matrix(path: Path, neurons: str = "rows", variable: str | None = None) -> Array:
    """The one matrix in a file, neurons in rows."""
    points = read_points(path, neurons, variable)
    if len(points) != 1:
        raise BadFile(f"{path}: holds {len(points)} matrices; one is needed")
    matrix: Array = points[0]
    return matrix


def _read(path: Path, variable: str | None) -> Array:
    return _choose(path, read_arrays(path, variable), variable)


def read_arrays(path: Path, variable: str | None = None, more: Mapping[str, Reader] | None = None) -> dict[str, Any]:
    """The arrays in a file, by name; `more`: readers of other kinds of files. Raises BadFile."""
    readers = {".npy": _read_npy, ".npz": _read_npz, ".mat": _read_mat, ".json": _read_json, **(more or {})}
    reader = readers.get(path.suffix)
    if reader is None:
        raise BadFile(f"{path}: unknown kind of file; known: {', '.join(readers)}")
    if not path.is_file():
        raise BadFile(f"{path}: there is no such file")
    if path.stat().st_size > MAX_BYTES:
        raise BadFile(f"{path}: larger than {MAX_BYTES} bytes")
    try:
        return reader(path, variable)
    except BadFile:
        raise
    except unpacked.TooLarge as error:
        raise BadFile(f"{path}: {error}") from None
    except Exception as error:  # noqa: BLE001 - readers of foreign formats raise whatever they like on a broken file
        raise BadFile(f"{path}: cannot be read as {path.suffix}: {error}") from None


def _choose(path: Path, arrays: dict[str, Any], variable: str | None) -> Array:
    listed = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items()) or "none"
    if variable is None and PREFERRED in arrays:
        variable = PREFERRED
    if variable is None:
        if len(arrays) != 1:
            raise BadFile(f"{path}: name one of its arrays with --variable: {listed}")
        variable = next(iter(arrays))
    if variable not in arrays:
        raise BadFile(f"{path}: has no array {variable!r}; it has: {listed}")
    try:
        array = np.asarray(arrays[variable], dtype=np.float64)
    except (TypeError, ValueError):
        raise BadFile(f"{path}: {variable} is not an array of real numbers") from None
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise BadFile(f"{path}: {variable} has shape {array.shape}; a matrix or a stack of matrices is needed")
    return array


def _read_npy(path: Path, variable: str | None) -> dict[str, Any]:
    unpacked.check_npy(path, MAX_BYTES)
    return {path.stem: np.load(path, allow_pickle=False)}


def _read_npz(path: Path, variable: str | None) -> dict[str, Any]:
    unpacked.check_npz(path, MAX_BYTES)
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return {name: array for name, array in arrays.items() if name in (variable, PREFERRED) or array.ndim >= 2}


def _read_mat(path: Path, variable: str | None) -> dict[str, Any]:
    import warnings

    from scipy.io import loadmat

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # symbolic objects that only MATLAB reads
        names = unpacked.numeric_in_mat(path, MAX_BYTES)
        loaded = loadmat(path, variable_names=names if variable is None else [variable] if variable in names else [])
    return {
        name: array
        for name, array in loaded.items()
        if isinstance(array, np.ndarray) and array.dtype.kind in "fiu" and not name.startswith("__")
    }


def _read_json(path: Path, variable: str | None) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {path.stem: content}
