"""Reading an .npz file that may be truncated, tampered with, or something else altogether."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Fields:
    """The arrays of an .npz file, each checked as it is taken out; a context manager.

    Raises OSError where the file cannot be opened, and otherwise ValueError with the file's and the field's name.
    No pickled object is ever loaded.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._file = self._path.open("rb")  # opened here: np.load leaves its own file open when it fails
        try:
            archive = np.load(self._file, allow_pickle=False)
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            self._file.close()
            raise ValueError(f"{self._path} is not an .npz file, or a damaged one") from error
        if not isinstance(archive, np.lib.npyio.NpzFile):
            self._file.close()
            raise ValueError(f"{self._path} is not an .npz file: it is a single array")
        self._archive = archive

    def __enter__(self) -> Fields:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()
        self._file.close()

    def error(self, name: str, message: str) -> ValueError:
        """The error to raise about the field `name`."""
        return ValueError(f"{self._path}: field {name!r} {message}")

    def require(self, name: str, holds: bool, message: str) -> None:
        """Raise unless the condition on the field `name` holds."""
        if not holds:
            raise self.error(name, message)

    def array(self, name: str, kind: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
        """The field as an array of the kind "f", "i", "U" or "b"; None in `shape` is any length."""
        try:
            value: NDArray[Any] = self._archive[name]
        except KeyError as error:
            raise self.error(name, "is missing") from error
        except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise self.error(name, f"cannot be read: {error}") from error
        if value.dtype.kind != kind:
            raise self.error(name, f"holds {value.dtype}, not the kind {kind!r}")
        fits = len(value.shape) == len(shape) and all(b in (None, a) for a, b in zip(value.shape, shape, strict=True))
        self.require(name, fits, f"has the shape {value.shape}, not {str(shape).replace('None', 'any')}")
        self.require(name, kind != "f" or bool(np.isfinite(value).all()), "holds a number that is not finite")
        return value

    def text(self, name: str) -> str:
        """The field as one string."""
        return str(self.array(name, "U", ()))

    def texts(self, name: str) -> tuple[str, ...]:
        """The field as a tuple of strings."""
        return tuple(str(text) for text in self.array(name, "U", (None,)))

    def whole(self, name: str) -> int:
        """The field as one integer >= 0."""
        value = int(self.array(name, "i", ()))
        self.require(name, value >= 0, "is negative")
        return value
