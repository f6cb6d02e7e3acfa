"""A proof in parts: certificates that are made independently, in several processes if wanted, and kept once made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from verify.checker.public import Statement, Verdict, Verified
from verify.producer.executors import ExecutorError, completed
from verify.producer.proof import Progress
from verify.producer.prover import Certificate
from verify.producer.trust import session as new_session


@dataclass(frozen=True, slots=True)
class Part:
    """One certificate of a proof."""

    file: str
    """The file's name in the proof's folder."""
    make: Callable[[], Certificate]
    """Makes the certificate; it is pickled to reach another process, so a function of a module or a partial of one."""
    settled_by: Callable[[Statement], bool]
    """Whether what a file is verified to prove is what this part is to prove."""


def write_parts(
    parts: Sequence[Part], folder: Path, progress: Progress, executor: Executor | None = None
) -> dict[str, str]:
    """Write each part's certificate as soon as it is made; returns the digests by file name.

    Files already there are kept if they check and settle their part, so that a run that was
    interrupted goes on where it stopped. Raises what a part's `make` raises, and ExecutorError.
    """
    digests: dict[str, str] = {}
    try:
        for part, digest in _kept(parts, folder, progress, executor):
            digests[part.file] = digest
        missing = [part for part in parts if part.file not in digests]
        for index, certificate in completed(executor, [part.make for part in missing]):
            part = missing[index]
            certificate.save(folder / part.file)
            digests[part.file] = certificate.digest
            progress(part.file, len(digests), len(parts))
    except ExecutorError as error:
        there = f"{len(digests)} of {len(parts)} certificates are in {folder}"
        raise ExecutorError(f"{error}; {there}; run the command again to go on") from None
    return digests


def _kept(
    parts: Sequence[Part], folder: Path, progress: Progress, executor: Executor | None
) -> Iterator[tuple[Part, str]]:
    """The parts whose files are there and still prove them, and the digests."""
    there = [part for part in parts if (folder / part.file).is_file()]
    local = executor if isinstance(executor, ProcessPoolExecutor) else None  # a cluster does not see this folder
    check = _checked if local else new_session().check
    calls = [partial(check, folder / part.file) for part in there]
    if not there:
        return
    progress("looking at what is there", 0, len(there))
    for done, (index, verdict) in enumerate(completed(local, calls), start=1):
        part = there[index]
        progress(f"looked at {part.file}", done, len(there))
        if isinstance(verdict, Verified) and verdict.digest and part.settled_by(verdict.statement):
            yield part, verdict.digest


def _checked(path: Path) -> Verdict:
    """In whatever process this is."""
    return new_session().check(path)
