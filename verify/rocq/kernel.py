"""Running coqc: found, asked for its version, and called with limits of time and memory and without our environment.

A program named coqc could print anything. What is asked of it here excludes accidents (another version, no libraries,
a wrapper that always succeeds), not malice: who puts a program into PATH can deceive every check on this machine.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from verify.rocq import library

VERSIONS = ("8.16.1",)
"""Versions of Coq that the library was built with, and whose printed assumptions are recorded."""
PACKAGES = "coq 8.16.1, libcoq-interval 4.6.1 and libcoq-coquelicot 3.2.0 (Debian 12 has them)"
MEMORY = 6 * 2**30
"""Bytes of address space."""
COLLECTOR = "s=4M,o=1000"
"""Settings of OCaml's garbage collector, with which Coq needs less memory and less time than with its own."""
CONTROL = """(* False, proved in the way of Theorem.v: the kernel must find it out. *)
Lemma control : Nat.leb 1 0 = true.
Proof. vm_cast_no_check (eq_refl true). Qed.
"""
_OPTIONS = ("-q", "-w", "none", "-R", library.NAME, library.NAME, "-R", library.OWN, library.OWN)


class MissingSoftwareError(Exception):
    """coqc, a library, or a version of them is not there."""


class NotAcceptedError(Exception):
    """coqc ended with an error, which the message quotes."""


class TimeLimitError(Exception):
    """The time limit passed."""


class OutOfMemoryError(Exception):
    """The limit of memory was reached."""


@dataclass(frozen=True, slots=True)
class Coq:
    """A coqc that was found and has a version that is known."""

    path: str
    version: str


def find() -> Coq:
    """The coqc of PATH, whose folders must be absolute. Raises MissingSoftwareError."""
    folders = [part for part in os.environ.get("PATH", "").split(os.pathsep) if Path(part).is_absolute()]
    found = shutil.which("coqc", path=os.pathsep.join(folders)) if folders else None
    if found is None:
        raise MissingSoftwareError(f"coqc is not installed; this tier needs {PACKAGES}")
    try:
        done = subprocess.run(  # noqa: S603 - a program of that name, without arguments of a certificate
            [found, "--version"], capture_output=True, text=True, timeout=60, env=_environment(), check=False
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise MissingSoftwareError(f"{found} cannot be run: {error}") from None
    match = re.match(r"The (?:Coq Proof Assistant|Rocq Prover), version (\S+)\s", done.stdout)
    if done.returncode != 0 or match is None:
        raise MissingSoftwareError(f"{found} does not say which version of Coq it is")
    if match[1] not in VERSIONS:
        raise MissingSoftwareError(f"{found} is version {match[1]}; known to this tier: {', '.join(VERSIONS)}")
    return Coq(found, match[1])


def compile_file(coq: Coq, folder: Path, name: str, deadline: float) -> str:
    """What coqc prints on the file `name` in `folder`, which it accepts; `deadline`: of `time.monotonic()`.

    Raises NotAcceptedError, TimeLimitError, OutOfMemoryError, MissingSoftwareError.
    """
    seconds = min(deadline - time.monotonic(), 10_000_000.0)
    if seconds <= 0:
        raise TimeLimitError
    try:
        process = subprocess.Popen(  # noqa: S603 - fixed options and a file name of ours
            [coq.path, *_OPTIONS, name],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_limit_memory,  # noqa: PLW1509 - before coqc starts; this program has no other threads
        )
    except OSError as error:
        raise MissingSoftwareError(f"{coq.path} cannot be run: {error}") from None
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeLimitError from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        message = " ".join(errors.decode("utf-8", "replace").split())
        if "Out of memory" in message or process.returncode == -signal.SIGKILL:
            raise OutOfMemoryError
        if "Cannot find a physical path" in message or "Unable to locate library" in message:
            raise MissingSoftwareError(f"coqc does not find a library; this tier needs {PACKAGES}")
        raise NotAcceptedError(message[:4000] or f"exit code {process.returncode}")
    return output.decode("utf-8", "replace")


def build_library(coq: Coq, folder: Path, deadline: float) -> None:
    """Build the library from its sources in a new folder, and see that the kernel refuses a false proof.

    Raises as `compile_file` does, and LibraryError.
    """
    target = folder / library.NAME
    target.mkdir()
    for name, content in library.sources().items():
        (target / name).write_bytes(content)
        compile_file(coq, folder, f"{library.NAME}/{name}", deadline)
    (folder / library.OWN).mkdir()
    (folder / library.OWN / "Control.v").write_text(CONTROL, encoding="ascii")
    try:
        compile_file(coq, folder, f"{library.OWN}/Control.v", deadline)
    except NotAcceptedError:
        return
    raise MissingSoftwareError(f"{coq.path} accepts a proof of 1 <= 0: it is no Coq, or its kernel is broken")


def _environment() -> dict[str, str]:
    """Nothing of ours but PATH: variables such as COQPATH and COQLIB would choose other libraries."""
    path = os.environ.get("PATH", "")
    return {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "OCAMLRUNPARAM": COLLECTOR}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
