"""The library of the tier: where its sources are, the order of building, and the page of definitions."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

NAME = "Landscape"
"""The library's logical name in Rocq, and the folder that it is built in."""
OWN = "Certificate"
"""The same for what is made from a certificate."""
STATEMENT_SHA256 = "85861aed4236c7c7f6dc362c9e086082616163af562a37ef9fbca0c024c2c5b9"
"""Of rocq/Statement.v, whose definitions the verdicts rest on. A test compares."""


class LibraryError(Exception):
    """The sources of the library are not there, or are others."""


@cache
def folder() -> Path:
    """The folder with the sources: rocq/ of the project, or its copy in an installed package. Raises LibraryError."""
    here = Path(__file__).resolve()
    roots = [parent for parent in here.parents if (parent / "pyproject.toml").is_file()]
    for candidate in (here.parent / "library", *(root / "rocq" for root in roots[:1])):
        if (candidate / "_CoqProject").is_file():
            return candidate
    raise LibraryError("the folder rocq/ with the library's sources is not there")


def sources() -> dict[str, bytes]:
    """The content of each source by its file name, in the order of building. Raises LibraryError."""
    try:
        lines = (folder() / "_CoqProject").read_text(encoding="ascii").split()
        files = {name: (folder() / name).read_bytes() for name in lines if name.endswith(".v")}
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"the library cannot be read: {error}") from None
    if sha256(files.get("Statement.v", b"")).hexdigest() != STATEMENT_SHA256:
        raise LibraryError("rocq/Statement.v is another one than this tier was made for")
    return files


def assumptions() -> str:
    """What Rocq must print as the theorem's assumptions, with single spaces. Raises LibraryError."""
    return " ".join(assumptions_text().split())


def assumptions_text() -> str:
    """The same as Rocq breaks it into lines. Raises LibraryError."""
    try:
        return (folder() / "Assumptions.txt").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"the list of assumptions cannot be read: {error}") from None
