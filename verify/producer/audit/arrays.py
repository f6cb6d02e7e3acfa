"""Arrays that a claims file names: as text in the file, or in a file beside it. Nothing is unpickled or executed."""

from __future__ import annotations

import csv
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from verify.checker.public import Matrix
from verify.producer.landscapes.empirical_risk import exact_rows
from verify.producer.prover.points import BadFile, read_arrays

MAX_CELLS = 2**20
MAX_ITEM_BYTES = 8


def read_rows(content: object, folder: Path) -> Matrix:
    """Rows of exact numbers, from a list or from {file = ..., variable = ..., header = ...}. Raises ValueError."""
    if isinstance(content, dict):
        return _from_file(inside(folder, content["file"]), content.get("variable"), content.get("header"))
    rows = exact_rows(content)  # type: ignore[arg-type]
    _same_length(rows)
    return rows


def inside(folder: Path, name: str) -> Path:
    """The path of a file in the folder. Raises BadFile if it would lie elsewhere."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadFile(f"{name}: lies outside the folder of the claims file; put it there")
    return path


def _from_file(path: Path, variable: str | None, header: bool | None) -> Matrix:
    is_csv = path.suffix == ".csv"
    if header is not None and not is_csv:
        raise BadFile(f"{path.name}: header = ... is for .csv files only; remove it")
    if variable is not None and is_csv:
        raise BadFile(f"{path.name}: a .csv file holds one array, without a name; remove variable = ...")
    arrays = read_arrays(path, variable, {".csv": partial(_read_csv, header), ".safetensors": _read_safetensors})
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
        if array.dtype.itemsize > MAX_ITEM_BYTES:
            raise BadFile(f"{path.name}: {name} is of {array.dtype}, which is not taken exactly; save it as float64")
        if not np.isfinite(array).all():
            raise BadFile(f"{path.name}: {name} has an entry that is not a finite number")
    elif not _are_numbers(array):
        raise BadFile(f"{path.name}: {name} must be a vector or a matrix of finite numbers")
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


def _are_numbers(rows: object) -> bool:
    """Whether the entries are numbers, or text; what text may say is looked at later."""
    if not isinstance(rows, list):
        return False
    entries = [entry for row in rows for entry in (row if isinstance(row, list) else [row])]
    return (
        len(entries) <= MAX_CELLS
        and all(
            isinstance(entry, int | str) or (isinstance(entry, float) and math.isfinite(entry)) for entry in entries
        )
        and not any(isinstance(entry, bool) for entry in entries)
    )


def _read_csv(header: bool | None, path: Path, variable: str | None) -> dict[str, Any]:
    """Numbers between commas, one row a line. With `header`, the first line is not looked at."""
    rows: list[tuple[int, list[str]]] = []
    widest = 0
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        for row in lines:
            if row:
                rows.append((lines.line_num, row))
                widest = max(widest, len(row))
            if len(rows) * widest > MAX_CELLS:
                raise BadFile(f"{path.name}: has more than {MAX_CELLS} entries")
    for line, row in rows[bool(header) :]:
        try:
            exact_rows([row])
        except ValueError as error:
            hint = "; if the first line is a header, say header = true" if line == rows[0][0] else ""
            raise BadFile(f"{path.name}: line {line}: {error}{hint}") from None
    return {path.stem: [row for _, row in rows[bool(header) :]]}


def _read_safetensors(path: Path, variable: str | None) -> dict[str, Any]:
    try:
        from safetensors.numpy import load_file
    except ImportError:
        raise BadFile(f"{path.name}: needs the package safetensors: pip install 'landscape-verify[audit]'") from None
    return dict(load_file(path))
