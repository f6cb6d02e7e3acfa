"""NumPy's BLAS has one thread where the tier loads it, unless the environment says otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

ROOT = Path(__file__).parents[3]
COUNT = """
import os, verify.checker.float64.environment as environment
assert environment.unavailable() is None
print(len(os.listdir("/proc/self/task")), "OPENBLAS_NUM_THREADS" in os.environ)
"""
BLAS = str(numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"])
CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


@pytest.mark.skipif(CORES == 1 or "openblas" not in BLAS, reason="counts OpenBLAS's threads, on Linux")
@pytest.mark.parametrize(
    ("given", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2), ({"OMP_NUM_THREADS": "2"}, 2)]
)
def test_threads(given: dict[str, str], threads: int) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment = {**kept, "PYTHONPATH": str(ROOT), **given}
    command = [sys.executable, "-P", "-c", COUNT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(threads), str("OPENBLAS_NUM_THREADS" in given)]  # nothing is left behind
