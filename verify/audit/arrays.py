"""Arrays that a claims file names: as text in the file, or in a file beside it. Nothing is unpickled or executed."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from verify.checker.exact import Matrix
from verify.landscapes.empirical_risk import exact_rows
from verify.prover.points import BadFile, read_arrays

MAX_CELLS = 2**20


def read_rows(content: object, folder: Path) -> Matrix:
    """Rows of exact numbers, from a list or from {file = ..., variable = ...}. Raises ValueError."""
    if isinstance(content, dict):
        return _from_file(inside(folder, content["file"]), content.get("variable"))
    rows = exact_rows(content)  # type: ignore[arg-type]
    _same_length(rows)
    return rows


def inside(folder: Path, name: str) -> Path:
    """The path of a file in the folder. Raises BadFile if it would lie elsewhere."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadFile(f"{name}: lies outside the folder of the claims file; put it there")
    return path


def _from_file(path: Path, variable: str | None) -> Matrix:
    arrays = read_arrays(path, variable, {".csv": _read_csv, ".safetensors": _read_safetensors})
    if variable is None and len(arrays) != 1:
        raise BadFile(f"{path.name}: name one of its arrays with variable = ...: {', '.join(arrays) or 'none'}")
    name = next(iter(arrays)) if variable is None else variable
    if name not in arrays:
        raise BadFile(f"{path.name}: has no array {name!r}; it has: {', '.join(arrays)}")
    array = arrays[name]
    if isinstance(array, np.ndarray):
        if array.dtype.kind not in "fiu" or array.ndim not in (1, 2) or not 0 < array.size <= MAX_CELLS:
            raise BadFile(
                f"{path.name}: {name} must be a vector or a matrix of numbers, not {array.dtype} {array.shape}"
            )
        if not np.isfinite(array).all():
            raise BadFile(f"{path.name}: {name} has an entry that is not a finite number")
    try:
        rows = exact_rows(array)
        _same_length(rows)
    except (TypeError, ValueError) as error:
        raise BadFile(f"{path.name}: {name}: {error}") from None
    return rows


def _same_length(rows: Matrix) -> None:
    if not rows or not rows[0]:
        raise ValueError("is empty")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"row {index} has {len(row)} entries, row 0 has {len(rows[0])}")


def _read_csv(path: Path, variable: str | None) -> dict[str, Any]:
    """Numbers between commas, one row a line; a first line that is not numbers is a header."""
    rows: list[list[str]] = []
    widest = 0
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            if row:
                rows.append(row)
                widest = max(widest, len(row))
            if len(rows) * widest > MAX_CELLS:
                raise BadFile(f"{path.name}: has more than {MAX_CELLS} entries")
    if len(rows) > 1:
        try:
            exact_rows(rows[:1])
        except ValueError:
            rows = rows[1:]
    return {path.stem: rows} if variable is None else {variable: rows}


def _read_safetensors(path: Path, variable: str | None) -> dict[str, Any]:
    try:
        from safetensors.numpy import load_file
    except ImportError:
        raise BadFile(f"{path.name}: needs the package safetensors: pip install 'landscape-verify[audit]'") from None
    return dict(load_file(path))
