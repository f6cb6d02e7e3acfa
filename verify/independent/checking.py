"""From a path to a verdict."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from .claims import Claim
from .documents import read
from .files import contents, files_below, is_folder
from .kinds.semidefinite_program import Program
from .manifests import Theorem
from .outcomes import Clock, MalformedError, Open, Refuted
from .verdicts import MALFORMED, REJECTED, UNDECIDED, VERIFIED, Outcome, Result, judge
from .words import plain, shown

TIME_LIMIT = 600.0
Data = Mapping[str, bytes]
NO_DATA: Data = {}
Known = Mapping[tuple[str, bool], Result]
NOTHING_KNOWN: Known = {}


def check(
    path: str, time_limit: float = TIME_LIMIT, *, follow: bool = True, part: bool = False, data: Data = NO_DATA,
    known: Known = NOTHING_KNOWN,
) -> Result:  # fmt: skip
    """The verdict on one file; `follow` a symbolic link; a `part` of a manifest must be a certificate.

    `known`: results of this run, by path and whether a link was followed. Parts among them are not proved again.
    """
    start, document = time.monotonic(), None
    try:
        document = read(contents(path, follow), False if part else None)
        outcome = prove(path, document.claim, time_limit, data, known)
    except MalformedError as error:
        outcome, document = Outcome(MALFORMED, str(error)), None
    except Refuted as error:
        outcome = Outcome(REJECTED, f"false: {error}")
    except Open as error:
        outcome = Outcome(UNDECIDED, str(error))
    except MemoryError:
        outcome = Outcome(UNDECIDED, "out of memory")
    except Exception as error:  # a bug must not stop the other files, nor pass for a proof
        what = f"{type(error).__name__} {shown(str(error))}"
        outcome = Outcome(UNDECIDED, f"internal error of the checker, please report it: {what}", failed=True)
    digest, claim = (document.digest, document.claim) if document else (None, None)
    outcome = outcome._replace(reason=plain(outcome.reason)[:1000])
    return Result(path, outcome, digest, claim, time.monotonic() - start)


def prove(path: str, claim: Claim | Theorem, time_limit: float, data: Data, known: Known) -> Outcome:
    """The outcome for a well-formed file; Refuted or Open if a certificate's statement is not proved."""
    folder = Path(path).parent
    if isinstance(claim, Theorem):
        return judge(claim, lambda name, _: _part(folder / name, time_limit, data, known))
    if isinstance(claim, Program):
        claim = replace(claim, content=_data_file(claim, folder, data))
    claim.prove(Clock(time_limit))
    return Outcome(VERIFIED, claim.sentence())


def _part(path: Path, time_limit: float, data: Data, known: Known) -> Result | None:
    found = known.get((str(path), False))
    if found is not None and not isinstance(found.claim, Theorem):
        return found
    return check(str(path), time_limit, follow=False, part=True, data=data) if os.path.lexists(path) else None


def read_data(path: str) -> Data:
    """A file that certificates may be about, by its SHA-256."""
    content = contents(path, follow=True)
    return {hashlib.sha256(content).hexdigest(): content}


def _data_file(claim: Program, folder: Path, data: Data) -> bytes:
    """The content with the digest that the statement names: of a file that was given, or of the one beside it."""
    if claim.sha256 in data:
        return data[claim.sha256]
    if not os.path.lexists(folder / claim.file):
        raise Open(f"the data file {claim.file} is neither given (--data FILE) nor beside the certificate")
    content = contents(str(folder / claim.file), follow=False)
    if hashlib.sha256(content).hexdigest() != claim.sha256:
        raise Refuted(f"the file {claim.file} is the one that the statement is about (its SHA-256 differs)")
    return content


def check_all(
    paths: Sequence[str], time_limit: float, expected: str | None, data_paths: Sequence[str]
) -> Iterable[Result]:
    """The verdict on each file, and on each file below each folder; then that on the manifest that was expected."""
    done: dict[str | None, Result | None] = {}
    known: dict[tuple[str, bool], Result] = {}
    data: Data = {}
    for path in data_paths:
        try:
            data = {**data, **read_data(path)}
        except MalformedError as error:
            done[None] = None
            yield Result(path, Outcome(MALFORMED, str(error)))
    for path in paths:
        named = not is_folder(path)
        try:
            files = [path] if named else files_below(path)
        except MalformedError as error:
            files = []
            done[None] = None
            yield Result(path, Outcome(MALFORMED, str(error)))
        for file in files:
            result = check(file, time_limit, follow=named, data=data, known=known)
            done[result.digest] = known[file, named] = result
            yield result
    if expected is not None:
        yield expectation(expected, done)


def expectation(expected: str, done: Mapping[str | None, Result | None]) -> Result:
    """The verdict on a manifest whose parts are to be exactly what was checked, by digest; None: it was malformed."""
    try:
        document = read(contents(expected, follow=True), manifest=True)
    except MalformedError as error:
        return Result(expected, Outcome(MALFORMED, str(error)))
    theorem = document.claim
    if not isinstance(theorem, Theorem):
        return Result(expected, Outcome(UNDECIDED, "rule not supported"), document.digest, theorem)
    wanted = {document.digest, *theorem.parts.values()}
    others = [digest for digest in done if digest not in wanted]
    if others:
        why = f"a certificate was checked that the manifest does not name ({others[0] or 'malformed'})"
        return Result(expected, Outcome(REJECTED, why), document.digest, theorem)
    return Result(expected, judge(theorem, lambda _, digest: done.get(digest)), document.digest, theorem)
