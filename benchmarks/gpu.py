"""The pre-search on a GPU, beside NumPy on its machine's CPU: a prepared run of ten minutes at most.

    pip install -e '.[jax,torch]'   # with the builds of JAX and PyTorch for the device
    python benchmarks/gpu.py --output docs/BENCHMARKS.md

Replaces the section "Pre-search on a GPU" of the file, after each table, so that a run that is cut off leaves what it
measured. Nothing is begun for which no time is left; what was left out is said. `--device cpu` tries the script itself
where there is no GPU, and says so in the section.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from sections import put_section

from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search.backends import Backend, BackendError, backend
from verify.producer.search.descent import (
    FAST,
    GLOBAL_LOSS,
    PAPER,
    STEPS_BETWEEN_CHECKS,
    Descent,
    Outcome,
)
from verify.producer.search.starts import random_start

HEADING = "Pre-search on a GPU"
SIZES = (20, 50, 100)
BATCHES = {20: (4096, 16384, 65536), 50: (1024, 4096, 16384), 100: (256, 1024, 4096)}
RUNS = {20: 16384, 50: 2048, 100: 256}
FEW = 64
"""Runs of NumPy."""
REPEATS = 3
MOST = 25.0
"""Seconds of one measurement of whole runs."""


class Clock:
    """The time that is left."""

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes
        self.left_out: list[str] = []

    def left(self) -> float:
        """In seconds."""
        return self._end - time.monotonic()

    def begins(self, what: str, seconds: float) -> bool:
        """Whether there is time for it; notes it if not."""
        if self.left() < seconds:
            self.left_out.append(what)
            return False
        return True


def main() -> int:
    """Run from the command line; 1 where there is no library for the device."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--minutes", type=float, default=9.5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="K")
    parser.add_argument("--batches", type=int, nargs="+", metavar="RUNS", help="instead of those for the size")
    parser.add_argument("--runs", type=int, help="whole runs, instead of those for the size")
    options = parser.parse_args()
    clock, engines = Clock(options.minutes), found(options.device)
    if options.device == "cuda" and not engines:
        print("neither JAX nor PyTorch finds a CUDA device: nothing is measured, nothing written", file=sys.stderr)
        return 1
    text = ""
    for part in report(options, clock, engines):
        text += part
        print(part, end="", flush=True)
        put_section(options.output, HEADING, text)
    return 0


def found(device: str) -> list[Backend]:
    """The libraries that find the device."""
    engines = []
    for name in ("jax", "torch"):
        try:
            engines.append(backend(name, device))
        except BackendError as error:
            print(f"left out: {error}")
    return engines


def report(options: argparse.Namespace, clock: Clock, engines: list[Backend]) -> Iterator[str]:
    """The section, piece by piece."""
    yield f"Made by `python benchmarks/gpu.py --output docs/BENCHMARKS.md --device {options.device}` on "
    yield f"{device_named(options.device)}; {os.cpu_count()} CPU cores, {platform.machine()}, NumPy {np.__version__}"
    yield (
        "".join(f", {each.name} {__import__(each.name).__version__}" for each in engines) + ". float64 throughout.\n\n"
    )
    yield "One step of gradient descent of one run, in microseconds; ratio: NumPy's time on the CPU over it.\n\n"
    yield "| k = n | what | batch | microseconds | ratio |\n|---|---|---|---|---|\n"
    for k in options.sizes:
        yield from steps(k, options.batches or BATCHES.get(k, (256,)), engines, clock)
    yield "\nWhole runs from random starts, to the stopping rule or a loss below "
    yield f"{GLOBAL_LOSS:g}, compilation counted; a measurement stops after {MOST:g} s.\n\n"
    yield "| k = n | what | protocol | ended | runs per second | global |\n|---|---|---|---|---|---|\n"
    for k in options.sizes:
        yield from whole(k, options.runs or RUNS.get(k, FEW), engines, clock)
    if clock.left_out:
        yield f"\nLeft out, since the time was up: {', '.join(clock.left_out)}.\n"


def device_named(device: str) -> str:
    """The GPU's name; that there was none."""
    if device == "cpu":
        return "a CPU, where there was no GPU: a trial of the script, not a measurement of one"
    query = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "a CUDA device whose name nvidia-smi does not tell"


def steps(k: int, batches: tuple[int, ...], engines: list[Backend], clock: Clock) -> Iterator[str]:
    """Rows: NumPy, then each library with each batch."""
    landscape, base = ReLUTeacherStudent.orthonormal(k), np.inf
    plain = Backend()
    for engine, held in [(plain, plain.batch(k, 2 * k)), *((each, batch) for each in engines for batch in batches)]:
        what = f"a step at k = n = {k} by {engine} with {held} runs"
        if not clock.begins(what, 5):
            continue
        starts = [random_start(0, run, k, k) for run in range(held)]
        try:
            advance = partial(next, Descent(landscape, starts, protocol=PAPER, backend=engine, batch=held).rounds())
            advance()  # compiles
            seconds = min(timed(advance) for _ in range(REPEATS)) / STEPS_BETWEEN_CHECKS / held
        except StopIteration:
            clock.left_out.append(f"{what} (all had ended)")
            continue
        except Exception as error:
            if not engine.is_out_of_memory(error):
                raise
            clock.left_out.append(f"{what} (out of memory)")
            continue
        base = min(base, seconds) if engine is plain else base
        yield f"| {k} | {engine} | {held} | {1e6 * seconds:.3g} | {base / seconds:.3g} |\n"


def timed(call: partial[object]) -> float:
    """Seconds; a round ends with what the host needs to know, so the device has finished."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def whole(k: int, runs: int, engines: list[Backend], clock: Clock) -> Iterator[str]:
    """Rows of whole runs."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    for engine, count in [(Backend(), min(runs, FEW)), *((each, runs) for each in engines)]:
        for protocol in (FAST, PAPER):
            if not clock.begins(f"whole runs at k = n = {k} by {engine}, {protocol.name}", 10):
                continue
            starts = (random_start(0, run, k, k) for run in range(count))
            stop = time.monotonic() + min(MOST, clock.left())
            ended = good = 0
            begin = time.perf_counter()
            for ends in Descent(landscape, starts, protocol=protocol, backend=engine).rounds():
                ended += len(ends)
                good += sum(end.outcome is Outcome.GLOBAL for end in ends)
                if time.monotonic() > stop:
                    break
            rate = ended / (time.perf_counter() - begin)
            yield f"| {k} | {engine} | {protocol.name} | {ended} of {count} | {rate:.3g} | {good} |\n"


if __name__ == "__main__":
    sys.exit(main())
