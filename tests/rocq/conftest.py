"""Rocq for the tests that need it: found once, and the library built once."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from verify.rocq import kernel
from verify.rocq.kernel import Coq
from verify.rocq.session import RocqSession


@pytest.hookimpl(tryfirst=True)  # before `-m` takes its choice
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs coqc takes a minute and a half of computing where it is installed: a campaign."""
    for item in items:
        if "rocq" in getattr(item, "fixturenames", ()):
            item.add_marker("campaign")


def why_not() -> str:
    """Why the tests with Rocq cannot run, if so."""
    try:
        coq = kernel.find()
    except kernel.MissingSoftwareError as error:
        return str(error)
    missing = [name for name in ("Interval", "Coquelicot") if not _has(coq.path, name)]
    return f"coqc has no library {' and '.join(missing)}" if missing else ""


def _has(coqc: str, name: str) -> bool:
    where = subprocess.run([coqc, "-where"], capture_output=True, text=True, check=False).stdout.strip()
    return (Path(where) / "user-contrib" / name).is_dir()


@pytest.fixture(scope="session")
def rocq() -> None:
    """Rocq and the libraries are installed; where they are not, the test is skipped and says what is missing."""
    reason = why_not()
    if reason:
        pytest.skip(f"nothing was tried in Rocq: {reason}")


@pytest.fixture(scope="session")
def session(rocq: None) -> Iterator[RocqSession]:
    """One session, so that the library is built once."""
    yield RocqSession(600)


@pytest.fixture(scope="session")
def built(session: RocqSession) -> tuple[Coq, Path]:
    """A coqc, and the folder with the library built."""
    return session.ready(time.monotonic() + 600)
