"""The run-time tests notice another rounding mode, and underflow to zero, in a process that is set so."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SET_MODE = """
import ctypes, sys
import numpy
from verify.checker.float64 import environment
assert environment.unavailable() is None
environment.unavailable.cache_clear()
libm = ctypes.CDLL("libm.so.6")
state = (ctypes.c_uint32 * 8)()  # the x87 environment, and MXCSR at its end
assert libm.fegetenv(state) == 0
state[7] |= int(sys.argv[1], 16)
assert libm.fesetenv(state) == 0
print(environment.unavailable())
"""
NEAREST, GRADUAL = "does not round to nearest", "does not underflow gradually"


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc",
    reason="sets the control register of x86-64 by way of glibc",
)
@pytest.mark.parametrize(
    ("bits", "words"),
    [
        ("2000", NEAREST),  # down
        ("4000", NEAREST),  # up
        ("6000", NEAREST),  # towards zero
        ("8000", GRADUAL),  # results below the normal range become zero
        ("0040", GRADUAL),  # so do arguments
        ("0000", "None"),
    ],
)
def test_another_mode_is_noticed(bits: str, words: str) -> None:
    command = [sys.executable, "-c", SET_MODE, bits]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert words in done.stdout, done.stderr
