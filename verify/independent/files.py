"""Which files are read, and how."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from .outcomes import MalformedError
from .reader import MAX_FILE_BYTES

MAX_FILES = 100_000


def contents(path: str, follow: bool) -> bytes:
    """The bytes of a regular file of bounded size; a pipe or a device is not opened."""
    try:
        mode = Path(path).stat(follow_symlinks=follow).st_mode
        if stat.S_ISLNK(mode):
            raise MalformedError("is a symbolic link; name the file itself")
        if not stat.S_ISREG(mode):
            raise MalformedError("is not a regular file")
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise MalformedError("is not a regular file")
            size = os.fstat(file.fileno()).st_size
            content = file.read(MAX_FILE_BYTES + 1) if size <= MAX_FILE_BYTES else b""
    except FileNotFoundError:
        raise MalformedError("there is no such file") from None
    except (OSError, ValueError) as error:
        raise MalformedError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if size > MAX_FILE_BYTES or len(content) > MAX_FILE_BYTES:
        raise MalformedError(f"has more than {MAX_FILE_BYTES} bytes")
    if not content:
        raise MalformedError("is empty")
    return content


def is_folder(path: str) -> bool:
    """Whether it is one, or a link to one; the empty path is none."""
    try:
        return path != "" and stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def files_below(folder: str) -> list[str]:
    """All .json files below a folder, sorted; links are named, not followed."""
    found: list[str] = []

    def stop(error: OSError) -> NoReturn:
        raise MalformedError(f"cannot be read: {error.strerror}")

    for place, _, names in os.walk(folder, onerror=stop):
        found += [str(Path(place) / name) for name in names if name.lower().endswith(".json")]
        if len(found) > MAX_FILES:
            raise MalformedError(f"there are more than {MAX_FILES} .json files in this folder")
    if not found:
        raise MalformedError("there is no .json file in this folder")
    return sorted(found)
