"""Verdicts of before, kept in this user's cache folder, so that `verify list` need not prove everything again.

A verdict is found again only for the very same bytes (the certificate, and a manifest's parts or its data file), the
very same trusted code, and the same versions of what that computes with. It proves nothing now: whoever shows one says
that it is recorded, by which version, and when. Nothing is read from the folder of the certificates: a stranger can
write there; and nothing from a cache folder that others can write in.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from verify import proofs
from verify.checker.public import Line, NotACertificate, Reason, Undecided, Verdict, read_bytes, record
from verify.formats.documents import version as own_version
from verify.producer.files import write_whole

SCHEMA = "landscape-verify-recorded/1"
PACKAGE = Path(__file__).parents[1]
CHECKER = PACKAGE / "checker"
COMPUTES = ("python-flint", "numpy", "scipy")
"""Whose versions count, beside Python's: a verdict is theirs too."""
_PASSING = (
    Reason.TIME_LIMIT,
    Reason.OUT_OF_MEMORY,
    Reason.MISSING_DATA,
    Reason.MISSING_SOFTWARE,
    Reason.PROCESS_LOST,
    Reason.INTERNAL_ERROR,
    Reason.NOT_COVERED,
)
"""What may be different the next time, with the same files."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A verdict of before."""

    line: dict[str, Any]
    """The file's record, as `verify check --format json` had it."""
    checker: str
    on: str
    """UTC."""
    settles: dict[str, bool]
    """By claim: whether what was verified is the claim, as the code that is installed now decides."""

    @property
    def verified(self) -> bool:
        """Whether the verdict was *Verified*."""
        return bool(self.line["verdict"] == "Verified")


class Records:
    """The recorded verdicts of this user, for the code that is installed now."""

    def __init__(self) -> None:
        self._folder = _folder()
        self._hashes: dict[Path, str] = {}

    def find(self, path: Path) -> Recorded | None:
        """The verdict recorded for what is in the file now; None where there is none."""
        if self._folder is None or (key := self._key(path)) is None:
            return None
        found = self._read(key)
        if found is None:
            return None
        settles = found["settles"] if found["settles_code"] == _all_code() else {}
        return Recorded(found["line"], found["checker"], found["on"], settles)

    def keep(self, path: Path, verdict: Verdict, seconds: float, checked: str | None) -> None:
        """Record a verdict that was given now; `checked`: the key of before it was (a file may change meanwhile)."""
        self._hashes.clear()
        key = self._key(path)
        if self._folder is None or key is None or key != checked:
            return
        if isinstance(verdict, Undecided) and verdict.code in _PASSING:
            return
        if _digest_now(CHECKER) != code_digest():  # the package was changed while this was running
            return
        self._write(
            key,
            {
                "schema": SCHEMA,
                "line": record(Line(str(path), verdict, seconds)),
                "checker": own_version(),
                "on": datetime.now(UTC).isoformat(timespec="seconds"),
                "settles": {},
                "settles_code": _all_code(),
            },
        )

    def keep_settled(self, path: Path, claim: str, settled: bool) -> None:
        """Record whether what was verified is a claim; the verdict must have been recorded."""
        key = self._key(path)
        if self._folder is None or key is None or (found := self._read(key)) is None:
            return
        if found["settles_code"] != _all_code():
            found["settles"], found["settles_code"] = {}, _all_code()
        found["settles"][claim] = settled
        self._write(key, found)

    def key(self, path: Path) -> str | None:
        """What the verdict on a file depends on, as it is now; None where it cannot be read."""
        self._hashes.clear()
        return self._key(path)

    def _key(self, path: Path) -> str | None:
        try:
            files = [path, *self._also(path)]
            parts = [self._hash(file) for file in files]
        except (NotACertificate, OSError):
            return None
        return sha256(json.dumps([SCHEMA, code_digest(), _versions(), parts]).encode()).hexdigest()

    def _also(self, path: Path) -> Iterable[Path]:
        """The other files that the verdict depends on: parts of a manifest, the data file of a certificate."""
        content = read_bytes(path)
        if b"landscape-verify-manifest/1" not in content and b'"data"' not in content:
            return []
        try:
            root = json.loads(content)
            if root["format"] == "landscape-verify-manifest/1":
                names = [part["file"] for part in root["witness"]["parts"]]
            else:
                landscape = root["statement"]["landscape"]
                names = [landscape["data"]["file"]] if "data" in landscape else []
            return [path.parent / name for name in names if Path(name).name == name]
        except (KeyError, TypeError, ValueError, RecursionError):
            return []  # malformed: its own bytes are all

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            there = path.is_symlink() or path.exists()
            self._hashes[path] = sha256(read_bytes(path)).hexdigest() if there else "not there"
        return self._hashes[path]

    def _read(self, key: str) -> dict[str, Any] | None:
        """A whole record, or None: what cannot be read, or was written by another version, is not there."""
        assert self._folder is not None  # noqa: S101 - callers looked
        try:
            found = json.loads((self._folder / f"{key}.json").read_bytes())
            whole = (
                found["schema"] == SCHEMA
                and isinstance(found["line"]["verdict"], str)
                and all(isinstance(found[name], str) for name in ("checker", "on", "settles_code"))
                and isinstance(found["settles"], dict)
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return found if whole else None

    def _write(self, key: str, content: dict[str, Any]) -> None:
        assert self._folder is not None  # noqa: S101 - callers looked
        try:
            write_whole(self._folder / f"{key}.json", json.dumps(content))
        except OSError:
            return  # a cache that cannot be written is none


def code_digest() -> str:
    """SHA-256 of the names and contents of the trusted code: all of the checker."""
    return _digest(CHECKER)


def _all_code() -> str:
    """Likewise of the package and the bundled proofs: what a claim is, and what settles it."""
    return _digest(PACKAGE, *map(Path, proofs.__path__))


@cache
def _digest(*folders: Path) -> str:
    """As it was when it was first asked for in this process."""
    return _digest_now(*folders)


def _digest_now(*folders: Path) -> str:
    found = sha256()
    for folder in folders:
        for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.json"))):
            content = path.read_bytes()
            found.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return f"sha256:{found.hexdigest()}"


def _versions() -> list[str]:
    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "none"

    return [platform.python_version(), platform.machine(), *map(of, COMPUTES)]


def _folder() -> Path | None:
    """This user's own folder for records; None where others can write in it, or it cannot be made."""
    from platformdirs import user_cache_path

    folder = user_cache_path("landscape-verify", appauthor=False) / "verdicts"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.stat()
    except OSError:
        return None
    if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None
    return folder
