"""Checking files: from a path to a verdict, with nothing opened but what was named."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import flint

from verify.checker.core import clock
from verify.checker.core.codes import Reason
from verify.checker.core.facts import NotCovered
from verify.checker.core.limits import DEFAULT_TIME_LIMIT, MAX_FILE_BYTES, MAX_FILES, MAX_LARGE_FILE_BYTES
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.reader import NotACertificate, parse, read_bytes
from verify.checker.core.verdict import Malformed, Rejected, Undecided, Verdict, not_covered, verified
from verify.checker.front import trust as tiers
from verify.checker.front.certificate import FORMAT, MANIFEST_FORMAT, Certificate
from verify.checker.kinds import kind_of

if TYPE_CHECKING:  # imported where a file is one: most processes check one small certificate
    from verify.checker.front.manifest import Manifest

_NESTED = "format: a manifest cannot be a part of a manifest"
LARGE_KIND = b'"semidefinite-program"'
"""What is in every certificate that may be larger than others."""
_FLINT = threading.Lock()  # FLINT's working precision is one for the whole process


class Checks(Protocol):
    """What gives the verdicts: a `Session`, or another checker that can be asked the same."""

    def add_data(self, path: Path) -> None:
        """As in `Session`."""

    def check(self, path: Path, *, follow_links: bool = True) -> Verdict:
        """As in `Session`."""

    def expect(self, path: Path, checked: list[Verdict]) -> Verdict:
        """As in `Session`."""

    def find(self, path: Path, follow_links: bool) -> Any:
        """As in `Session`; what is found goes from one process to another."""

    def keep(self, path: Path, follow_links: bool, found: Any) -> None:
        """As in `Session`."""

    def parts(self, path: Path) -> list[Path]:
        """As in `Session`."""


class Session:
    """One run of the checker. A file that several manifests name is checked once."""

    def __init__(self, time_limit: float | None = DEFAULT_TIME_LIMIT, trust: str = tiers.AUTO) -> None:
        """`time_limit`: seconds per certificate; None for no limit. `trust`: one of `trust.CHOICES`."""
        self._seconds = math.inf if time_limit is None else time_limit
        if not self._seconds > 0:
            raise ValueError(f"a time limit of {time_limit} seconds is not positive")
        if trust not in tiers.CHOICES:
            raise ValueError(f"the trust {trust!r} is not known; known: {', '.join(tiers.CHOICES)}")
        self._trust = trust
        self._verdicts: dict[tuple[Path, bool], Verdict] = {}  # by path and whether a link was followed
        self._manifests: set[tuple[Path, bool]] = set()  # of these
        self._data: dict[str, bytes] = {}  # by SHA-256

    def add_data(self, path: Path) -> None:
        """Read a data file that certificates may be about. One not given is looked for beside its certificate."""
        content = read_bytes(path)
        self._data[sha256(content).hexdigest()] = content

    def check(self, path: Path, *, follow_links: bool = True, as_part: bool = False) -> Verdict:
        """The verdict on a certificate, or on a manifest unless it is to be a part of one."""
        key = (path, follow_links)
        if key not in self._verdicts:
            content = _read(path, follow_links)
            if isinstance(content, Certificate):
                content = self._check_certificate(content, path.parent)
            elif not isinstance(content, Verdict):
                if as_part:
                    return Malformed(_NESTED)
                self._manifests.add(key)
                content = self._check_manifest(content, path.parent)
            self._verdicts[key] = content
        return Malformed(_NESTED) if as_part and key in self._manifests else self._verdicts[key]

    def find(self, path: Path, follow_links: bool) -> Verdict | None:
        """What to `keep` in another session with the same settings: a verdict, or None for a manifest, not judged."""
        self.check(path, follow_links=follow_links, as_part=True)
        return self._verdicts.get((path, follow_links))

    def keep(self, path: Path, follow_links: bool, found: Verdict | None) -> None:
        """Take over what another session found, so that this one need not check the file."""
        if found is not None:
            self._verdicts.setdefault((path, follow_links), found)

    def parts(self, path: Path) -> list[Path]:
        """The files that a manifest names and that exist; none if it cannot be read."""
        manifest = _read(path, follow_links=True)
        parts = () if isinstance(manifest, Certificate | Verdict) else manifest.parts
        return [file for part in parts if _exists(file := path.parent / part.file)]

    def expect(self, path: Path, checked: list[Verdict]) -> Verdict:
        """The verdict on a manifest whose parts are to be exactly the certificates just checked, wherever they lie."""
        manifest = _read(path, follow_links=True)
        if isinstance(manifest, Verdict):
            return manifest
        if isinstance(manifest, Certificate):
            return Malformed("format: --expect needs a manifest")
        by_digest = {verdict.digest: verdict for verdict in checked if verdict.digest is not None}
        named = {part.digest for part in manifest.parts} | {manifest.digest}
        for verdict in checked:
            if verdict.digest not in named:
                shown = verdict.digest or verdict.name.lower()
                reason = f"a certificate was checked that the manifest does not name ({shown})"
                return Rejected(reason, manifest.statement, digest=manifest.digest, code=Reason.NOT_COVERED)
        found = {part: by_digest.get(part.digest) for part in manifest.parts}
        return manifest.judge(found)

    def _check_certificate(self, certificate: Certificate, folder: Path) -> Verdict:
        if certificate.kind.data_file is None:
            return prove(certificate, self._seconds, self._trust)
        named = certificate.kind.data_file(certificate.statement)
        if named.sha256 in self._data:
            return prove(certificate, self._seconds, self._trust, self._data[named.sha256])
        path = folder / named.name
        if not _exists(path):
            reason = f"the data file {named.name} is neither given (--data FILE) nor beside the certificate"
            return Undecided(reason, certificate.statement, digest=certificate.digest, code=Reason.MISSING_DATA)
        try:
            content = read_bytes(path, follow_links=False)
        except NotACertificate as error:
            return Malformed(f"{named.name}: {error}")
        found = sha256(content).hexdigest()
        if found != named.sha256:
            reason = f"the file {named.name} is another one than the statement is about: its SHA-256 is {found}"
            return Rejected(reason, certificate.statement, digest=certificate.digest, code=Reason.OTHER_DATA)
        return prove(certificate, self._seconds, self._trust, content)

    def _check_manifest(self, manifest: Manifest, folder: Path) -> Verdict:
        verdicts = {part: self._check_part(folder / part.file) for part in manifest.parts}
        return manifest.judge(verdicts)

    def _check_part(self, path: Path) -> Verdict | None:
        """None where there is no such file."""
        return self.check(path, follow_links=False, as_part=True) if _exists(path) else None


def prove(certificate: Certificate, seconds: float = math.inf, trust: str = tiers.AUTO, data: bytes = b"") -> Verdict:
    """Prove a certificate's statement, in the arithmetic of a tier of `trust`; Verified only by a fact that proves it.

    `data`: the content of the data file that the statement is about, if it is about one.
    """
    kind, statement, digest = certificate.kind, certificate.statement, certificate.digest
    tier = _tier(certificate, trust)
    deadline = time.monotonic() + seconds
    with _FLINT, flint.ctx.workprec(certificate.witness.precision), clock.until(deadline):
        try:
            task = kind.task(statement, certificate.witness, data=data)  # reads the data
            if (reason := _cannot(certificate, tier)) is not None:
                code = Reason.TOO_LARGE if tier == tiers.ARB else Reason.MISSING_SOFTWARE
                return Undecided(reason, statement, digest=digest, code=code)
            if (reason := kind.not_modelled(statement)) is not None:
                return Undecided(reason, statement, digest=digest, code=Reason.NOT_MODELLED)
            task.arithmetic = tiers.arithmetic(tier)
            fact = kind.prove(task)
            return verified(fact, statement, tuple(task.met), tier, tiers.assumptions(tier), digest=digest)
        except NotACertificate as error:
            return Malformed(f"the data file: {error}")
        except Refuted as refuted:
            return Rejected(str(refuted), statement, digest=digest)
        except Open as undecided:
            return Undecided(str(undecided), statement, digest=digest, code=undecided.code)
        except MemoryError:
            return Undecided("out of memory", statement, digest=digest, code=Reason.OUT_OF_MEMORY)
        except NotCovered as bug:
            return not_covered(bug, statement, digest=digest)
        except Exception as error:  # noqa: BLE001 - a bug here must neither verify nor keep other files from being checked
            from verify.checker.front.output import internal_error

            reason = internal_error(error, " of the checker")
            return Undecided(reason, statement, digest=digest, code=Reason.INTERNAL_ERROR)


def _tier(certificate: Certificate, trust: str) -> str:
    """The tier to prove it in. A kind proved in balls only is so for everyone: float64 trusts those too, and more."""
    is_large = certificate.kind.is_large
    if is_large is None:
        return tiers.ARB
    if trust != tiers.AUTO:
        return trust
    if not is_large(certificate.statement):
        return tiers.ARB
    by_balls = certificate.kind.balls_will_do and certificate.kind.too_large(certificate.statement) is None
    return tiers.ARB if by_balls and tiers.unavailable(tiers.FLOAT64) is not None else tiers.FLOAT64


def _cannot(certificate: Certificate, tier: str) -> str | None:
    """Why the certificate is not proved in this tier, here, whatever it says."""
    return certificate.kind.too_large(certificate.statement) if tier == tiers.ARB else tiers.unavailable(tier)


def check_files(
    session: Checks, files: list[tuple[Path, bool]], jobs: int = 1
) -> Generator[tuple[Verdict, float], None, None]:
    """The verdict on each file, in order, and its seconds; `files`: with whether each may be a link."""
    if jobs > 1:
        from verify.checker.front.parallel import check_all

        yield from check_all(session, files, jobs)
        return
    for path, follow_links in files:
        start = time.perf_counter()
        yield session.check(path, follow_links=follow_links), time.perf_counter() - start


def files_under(path: Path) -> Iterator[tuple[Path, bool]]:
    """The files that a path names, each with whether it may be a link: itself, or all *.json below a folder.

    Links to folders are not followed. Raises NotACertificate or OSError.
    """
    if not path.is_dir():
        yield path, True
        return
    found: list[Path] = []
    for folder, _, names in os.walk(path, onerror=_refuse):
        found += [Path(folder, name) for name in names if name.lower().endswith(".json")]
        if len(found) > MAX_FILES:
            raise NotACertificate(f"the folder has more than {MAX_FILES} files")
    if not found:
        raise NotACertificate("there is no .json file in this folder")
    for file in sorted(found):
        yield file, False


def _refuse(error: OSError) -> None:
    raise error


def _exists(path: Path) -> bool:
    """Whether there is something of this name, be it a link that leads nowhere."""
    return path.is_symlink() or path.exists()


def _read(path: Path, follow_links: bool) -> Certificate | Manifest | Verdict:
    """What a file holds, or the verdict on one that cannot be read."""
    try:
        return read(path, follow_links=follow_links)
    except NotACertificate as error:
        return Malformed(str(error))
    except MemoryError:
        return Undecided("out of memory while reading", code=Reason.OUT_OF_MEMORY)


def read(path: Path, *, follow_links: bool = True) -> Certificate | Manifest:
    """Read a file without checking it. Raises NotACertificate."""
    content = read_bytes(path, follow_links=follow_links, most=MAX_LARGE_FILE_BYTES)
    if len(content) > MAX_FILE_BYTES and LARGE_KIND not in content:  # before a stranger's large file takes memory
        raise NotACertificate(f"has {len(content)} bytes, more than {MAX_FILE_BYTES}")
    root = parse(content)
    is_manifest = root.member("format").text(FORMAT, MANIFEST_FORMAT) == MANIFEST_FORMAT
    most = MAX_FILE_BYTES if is_manifest else kind_of(root.member("statement")).most_bytes
    if len(content) > most:
        raise NotACertificate(f"has {len(content)} bytes, more than {most}")
    if not is_manifest:
        return Certificate.read(root)
    from verify.checker.front.manifest import Manifest

    return Manifest.read(root)
