"""Checking files: from a path to a verdict, with nothing opened but what was named."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import flint

from verify.checker import certificate as certificates
from verify.checker import manifest as manifests
from verify.checker.certificate import Certificate
from verify.checker.limits import DEFAULT_TIME_LIMIT, MAX_FILES
from verify.checker.manifest import Manifest, Part
from verify.checker.reader import Field, NotACertificate, parse, read_bytes
from verify.checker.rules import rules_for
from verify.checker.rules.proof import Open, Refuted, Task
from verify.checker.verdict import Malformed, Met, Rejected, Undecided, Verdict, Verified

TRUST = "arb"
ASSUMPTIONS = (
    f"the ball arithmetic of FLINT {flint.__FLINT_VERSION__} (python-flint {flint.__version__}) encloses what it says",
    f"the integers, fractions and JSON reader of Python {platform.python_version()} are right",
    "the theorems of docs/THEOREMS.md, which the rules apply",
)


class Session:
    """One run of the checker. A file that several manifests name is checked once."""

    def __init__(self, time_limit: float | None = DEFAULT_TIME_LIMIT) -> None:
        """`time_limit`: seconds per certificate; None for no limit."""
        self._seconds = math.inf if time_limit is None else time_limit
        self._verdicts: dict[Path, Verdict] = {}

    def check(self, path: Path, *, follow_links: bool = True) -> Verdict:
        """The verdict on a certificate or a manifest."""
        if path not in self._verdicts:
            self._verdicts[path] = self._check(path, follow_links)
        return self._verdicts[path]

    def expect(self, path: Path, checked: list[Verdict]) -> Verdict:
        """The verdict on a manifest whose parts are to be exactly the certificates just checked, wherever they lie."""
        try:
            root = _read(path, follow_links=True)
            if _format(root) != manifests.FORMAT:
                raise NotACertificate("format: --expect needs a manifest")
            manifest = Manifest.read(root)
        except NotACertificate as error:
            return Malformed(str(error))
        by_digest = {verdict.digest: verdict for verdict in checked if verdict.digest is not None}
        named = {part.digest for part in manifest.parts} | {manifest.digest}
        for verdict in checked:
            if verdict.digest not in named:
                shown = verdict.digest or verdict.name.lower()
                reason = f"a certificate was checked that the manifest does not name ({shown})"
                return Rejected(reason, manifest.statement, digest=manifest.digest)
        found = {part: by_digest.get(part.digest) for part in manifest.parts}
        return manifests.judge(manifest, found, TRUST, ASSUMPTIONS)

    def _check(self, path: Path, follow_links: bool) -> Verdict:
        try:
            root = _read(path, follow_links)
            if _format(root) == manifests.FORMAT:
                return self._check_manifest(Manifest.read(root), path.parent)
            certificate = Certificate.read(root)
        except NotACertificate as error:
            return Malformed(str(error))
        return prove(certificate, self._seconds)

    def _check_manifest(self, manifest: Manifest, folder: Path) -> Verdict:
        verdicts: dict[Part, Verdict | None] = {}
        for part in manifest.parts:
            path = folder / part.file
            try:
                if not path.is_symlink() and not path.exists():
                    verdicts[part] = None
                elif _format(_read(path, follow_links=False)) == manifests.FORMAT:
                    verdicts[part] = Malformed("a manifest cannot be a part of a manifest")
                else:
                    verdicts[part] = self.check(path, follow_links=False)
            except NotACertificate as error:
                verdicts[part] = Malformed(str(error))
        return manifests.judge(manifest, verdicts, TRUST, ASSUMPTIONS)


def prove(certificate: Certificate, seconds: float = math.inf) -> Verdict:
    """Apply the rules that the certificate's statement needs, in order."""
    statement, digest = certificate.statement, certificate.digest
    task = Task(statement, certificate.witness, deadline=time.monotonic() + seconds)
    with flint.ctx.workprec(certificate.witness.precision):
        try:
            for rule in rules_for(statement):
                rule(task)
        except Refuted as reason:
            return Rejected(str(reason), statement, digest=digest)
        except Open as reason:
            return Undecided(str(reason), statement, digest=digest)
        except MemoryError:
            return Undecided("out of memory", statement, digest=digest)
    met: tuple[Met, ...] = tuple(task.met)
    return Verified(statement, met, TRUST, ASSUMPTIONS, digest=digest)


def files_under(path: Path) -> Iterator[tuple[Path, bool]]:
    """The files that a path names, each with whether it may be a link: itself, or all *.json below a folder."""
    if not path.is_dir():
        yield path, True
        return
    found = sorted(file for file in path.rglob("*.json") if not file.is_dir())
    if len(found) > MAX_FILES:
        raise NotACertificate(f"the folder has {len(found)} files, more than {MAX_FILES}")
    if not found:
        raise NotACertificate("there is no .json file in this folder")
    for file in found:
        yield file, False


def _read(path: Path, follow_links: bool) -> Field:
    return parse(read_bytes(path, follow_links=follow_links))


def _format(root: Field) -> str:
    content = root.content.get("format") if isinstance(root.content, dict) else None
    if content is None:
        root.fields(["format"], ["statement", "witness", "digest", "provenance"])
    return Field("format", content).text(certificates.FORMAT, manifests.FORMAT)
