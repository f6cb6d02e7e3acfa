"""A data file that a statement is about: bound by its digest, and never named by a path."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verify.checker.core.schema import Matching
from verify.checker.core.table import Row, Table

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DataFile:
    """The file of this name beside the certificate, or any file with this content."""

    name: str
    sha256: str
    """64 hexadecimal digits: the digest of the file's bytes."""


DATA_FILE = Table.of(
    DataFile,
    Row("file", Matching(FILE_NAME, "must be a plain file name in the certificate's folder"), into="name"),
    Row("sha256", Matching(_SHA256, "must be 64 hexadecimal digits in lower case")),
)
