"""`verify check --trust rocq`: each certificate as a theorem that the kernel of Rocq must accept."""

from __future__ import annotations

import math
import shutil
import tempfile
import time
import weakref
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from verify.checker.core.codes import Reason
from verify.checker.core.facts import Fact, maker
from verify.checker.core.statement import Statement
from verify.checker.core.verdict import Met, Undecided, Verdict, verified
from verify.checker.front.certificate import Certificate
from verify.checker.front.output import internal_error
from verify.checker.front.session import Session
from verify.rocq import kernel, library
from verify.rocq.kernel import Coq, MissingSoftwareError, NotAcceptedError, OutOfMemoryError, TimeLimitError
from verify.rocq.library import STATEMENT_SHA256, LibraryError
from verify.rocq.theorem import NotModelledError, Theorem, theorem_of

TIER = "rocq"


@dataclass(frozen=True, slots=True)
class RocqAccepts(Fact):
    """The kernel accepted a theorem with these numbers, and printed it as it should."""

    theorem: Theorem

    def proves(self, statement: Statement) -> bool:
        """The statement whose theorem has the same numbers."""
        try:
            return theorem_of(statement, self.theorem.precision) == self.theorem
        except NotModelledError:
            return False


_accepted = maker(RocqAccepts)


class RocqSession(Session):
    """One run of the tier. The library is built once, from its sources, in a folder that is removed at the end."""

    def __init__(self, time_limit: float | None) -> None:
        """`time_limit`: seconds per certificate; the first one's include building the library."""
        super().__init__(time_limit)
        self._limit = math.inf if time_limit is None else time_limit
        self._ready: tuple[Coq, Path] | None = None

    def __getstate__(self) -> dict[str, object]:
        """For another process, which makes a folder of its own."""
        return {**self.__dict__, "_ready": None}

    def _check_certificate(self, certificate: Certificate, folder: Path) -> Verdict:  # noqa: ARG002 - no data files
        statement, digest = certificate.statement, certificate.digest

        def undecided(reason: str, code: Reason) -> Undecided:
            return Undecided(reason, statement, digest=digest, code=code)

        try:
            theorem = theorem_of(statement, certificate.witness.precision)
            coq, accepted = self._prove(theorem)
        except NotModelledError as error:
            return undecided(f"this tier has no theorem for it: {error}", Reason.NOT_MODELLED)
        except (MissingSoftwareError, LibraryError) as error:
            return undecided(str(error), Reason.MISSING_SOFTWARE)
        except TimeLimitError:
            return undecided("the time limit passed", Reason.TIME_LIMIT)
        except OutOfMemoryError:
            return undecided("coqc ran out of memory", Reason.OUT_OF_MEMORY)
        except NotAcceptedError as error:
            return undecided(f"coqc does not accept the theorem: {str(error)[:300]}", Reason.NOT_PROVED)
        except OSError as error:
            return undecided(f"no folder to work in: {error}", Reason.MISSING_SOFTWARE)
        except Exception as error:  # noqa: BLE001 - a bug here must neither verify nor keep other files from being checked
            return undecided(internal_error(error, " of the tier rocq"), Reason.INTERNAL_ERROR)
        met = Met(TIER, "the kernel accepts the theorem main, and prints it as", accepted.theorem.statement)
        return verified(accepted, statement, (met,), TIER, assumptions(coq), digest=digest)

    def _prove(self, theorem: Theorem) -> tuple[Coq, RocqAccepts]:
        """Have the theorem accepted, and see that what Rocq prints about it is exactly what is to be."""
        deadline = time.monotonic() + self._limit
        wanted = library.assumptions()
        coq, folder = self.ready(deadline)
        (folder / library.OWN / "Theorem.vo").unlink(missing_ok=True)
        (folder / library.OWN / "Theorem.v").write_text(theorem.proof(), encoding="ascii")
        printed = kernel.compile_file(coq, folder, f"{library.OWN}/Theorem.v", deadline)
        if " ".join(printed.split()) != f"{theorem.printed()} {wanted}":
            raise NotAcceptedError("it prints another statement or other assumptions than it should")
        if not (folder / library.OWN / "Theorem.vo").is_file():
            raise NotAcceptedError("it wrote no compiled theorem")
        return coq, _accepted(theorem)

    def ready(self, deadline: float) -> tuple[Coq, Path]:
        """A coqc, and the folder with the library built by it. Raises as `kernel.build_library` does."""
        if self._ready is None:
            coq = kernel.find()
            folder = Path(tempfile.mkdtemp(prefix="verify-rocq-"))  # readable and writable by this user only
            remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)  # at the latest when Python ends
            Finalize(None, shutil.rmtree, (folder, True), exitpriority=0)  # the same in a process of --jobs
            try:
                kernel.build_library(coq, folder, deadline)
            except BaseException:
                remove()
                raise
            self._ready = coq, folder
        return self._ready


def start(time_limit: float) -> RocqSession:
    """A session, for the command line."""
    return RocqSession(time_limit)


def assumptions(coq: Coq) -> tuple[str, ...]:
    """What a verdict of this tier rests on."""
    return (
        f"{coq.path} is Coq {coq.version}; its kernel with its virtual machine, and the compiled libraries installed "
        "with it (standard library, Flocq, Coquelicot, coq-interval), are right (coqchk, not run, checks these)",
        "the axioms that Rocq printed: classical logic, functional extensionality and Dedekind's real numbers (4), and "
        "that 63-bit machine integers compute as specified; their list is rocq/Assumptions.txt",
        f"the words of the theorem mean what rocq/Statement.v says (SHA-256 {STATEMENT_SHA256[:16]}), which defines"
        " the loss by the closed form of the dual kernel",
        "that closed form is the expectation, and the loss is twice continuously differentiable on the ball, so that "
        "its second derivatives along lines are those of its Hessian: docs/THEOREMS.md, The dual kernel and Smoothness",
        "the file was read, and its numbers were written for Rocq, rightly: verify/checker and theorem.py of "
        "verify/rocq",
    )
