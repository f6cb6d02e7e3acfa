"""A proof in parts: certificates that are made independently, in several processes if wanted, and kept once made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from verify.checker.public import Session, Statement, Verified
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
    session, digests = new_session(), {}
    missing = []
    for done, part in enumerate(parts):
        progress(f"looking for {part.file}", done, len(parts))
        digest = _kept(session, folder / part.file, part)
        if digest is None:
            missing.append(part)
        else:
            digests[part.file] = digest
    try:
        for index, certificate in completed(executor, [part.make for part in missing]):
            part = missing[index]
            certificate.save(folder / part.file)
            digests[part.file] = certificate.digest
            progress(part.file, len(digests), len(parts))
    except ExecutorError as error:
        there = f"{len(digests)} of {len(parts)} certificates are in {folder}"
        raise ExecutorError(f"{error}; {there}; run the command again to go on") from None
    return digests


def _kept(session: Session, path: Path, part: Part) -> str | None:
    if not path.is_file():
        return None
    verdict = session.check(path)
    return verdict.digest if isinstance(verdict, Verified) and part.settled_by(verdict.statement) else None
