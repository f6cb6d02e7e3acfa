"""What tests run in other processes. Each of them imports this module, so it imports no more than it needs at once."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from verify.checker import Undecided, Verdict
from verify.checker.core.codes import Reason

if TYPE_CHECKING:
    from verify.producer.prover import Certificate


def square(number: int) -> int:
    return number * number


def fail(number: int) -> int:
    from verify.producer.prover import NotCertified

    raise NotCertified("no proof", {"gradient_norm": number})


def copy(source: Path) -> Certificate:
    from verify.producer.prover import Certificate

    return Certificate(json.loads(source.read_bytes()))


def copy_or_die(source: Path, marker: Path) -> Certificate:
    """Die where the marker lies."""
    if marker.exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return copy(source)


def whose(path: Path) -> Verdict:
    """Undecided, saying in which process it was looked at."""
    return Undecided(str(os.getpid()), code=Reason.TIME_LIMIT)
