"""A data file that a statement is about: bound by its digest, and never named by a path."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verify.checker.core.reader import Field

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DataFile:
    """The file of this name beside the certificate, or any file with this content."""

    name: str
    sha256: str
    """64 hexadecimal digits: the digest of the file's bytes."""

    @classmethod
    def read(cls, field: Field) -> DataFile:
        """Read {"file": NAME, "sha256": DIGEST}."""
        parts = field.fields(["file", "sha256"])
        if not FILE_NAME.fullmatch(parts["file"].text()):
            parts["file"].fail("must be a plain file name in the certificate's folder")
        if not _SHA256.fullmatch(parts["sha256"].text()):
            parts["sha256"].fail("must be 64 hexadecimal digits in lower case")
        return cls(parts["file"].text(), parts["sha256"].text())
