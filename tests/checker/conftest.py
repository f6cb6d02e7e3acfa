"""What the tests of the checker share."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.corpus.forge import CORPUS, Document, text, valid
from verify.checker import Verdict, check
from verify.checker.__main__ import main
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def verdict_on(tmp_path: Path) -> Callable[[Document], Verdict]:
    """Write a document to a file and check it."""

    def write_and_check(document: Document) -> Verdict:
        path = tmp_path / "certificate.json"
        path.write_text(text(document), encoding="utf-8")
        return check(path)

    return write_and_check


@pytest.fixture
def five_seconds() -> Iterator[None]:
    """Fail instead of waiting for ever."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError("the checker waits")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(5)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command: its exit code, standard output and standard error."""

    def with_arguments(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return with_arguments


def certificate_of(path: Path) -> Certificate:
    """A certificate, read but not checked."""
    content = read(path)
    assert isinstance(content, Certificate)
    return content


CRITICAL_POINTS = [CORPUS / "valid" / f"{name}.json" for name in valid("population-teacher-student")]
