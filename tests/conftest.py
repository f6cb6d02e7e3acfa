"""What all tests share."""

import gc
import os

# Before NumPy is loaded, here or in a worker: on a few cores the threads of BLAS mostly wait for each other, and that
# takes three times the computing. Whoever sets these has tests on many threads (.github/workflows/nightly.yml does).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Collecting makes millions of objects that stay. To look through them for garbage again and again took more than half
# of its time; so that is done rarely, and what was collected is set aside.
USUAL = gc.get_threshold()
gc.set_threshold(100_000, 50, 50)

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from tests.campaigns import TIMES, examples  # noqa: E402

# Ball arithmetic and mpmath are slow the first time. The examples are the same in each run, but in long campaigns.
settings.register_profile("verify", deadline=None, derandomize=TIMES < 10, max_examples=examples(50))
settings.load_profile("verify")


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*USUAL)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed into a pipe is as wide as a line, unless a test says otherwise."""
    monkeypatch.delenv("COLUMNS", raising=False)
