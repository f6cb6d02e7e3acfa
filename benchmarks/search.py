"""The pre-search against a plain loop, and against PyTorch's autograd with LBFGS.

    python benchmarks/search.py --output docs/BENCHMARKS.md [--device cuda]

Replaces the section "Pre-search" of the file. The plain loop takes one run at a time and
evaluates value and gradient in NumPy straight from the formulas; LBFGS is PyTorch's, with
its strong Wolfe line search, one run at a time. Backends that are not installed are left
out. Times are wall clock, the least of several, taken in turn.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from sections import put_section
from verify.proofs.safran_shamir_2018 import PAIRS, RANDOM_RUNS, SEED

from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.search import search
from verify.producer.search.backends import Backend, BackendError, backend
from verify.producer.search.descent import (
    FAST,
    GLOBAL_LOSS,
    PAPER,
    STEPS_BETWEEN_CHECKS,
    STOP,
    Descent,
    Protocol,
    descend,
)
from verify.producer.search.starts import random_start

HEADING = "Pre-search"
REPEATS = 5
SIZES = (6, 12, 20)
RUNS = 48
LBFGS_STEPS = 2000
BATCHES = {"cpu": (None, 64, 256), "cuda": (1024, 4096, 16384)}
PLAIN, LBFGS = "plain loop, NumPy", "PyTorch autograd, LBFGS"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    options = parser.parse_args()
    put_section(options.output, HEADING, "".join(report(options.device)))


def backends(device: str) -> list[Backend]:
    """NumPy, and what else is installed."""
    found = [Backend()]
    for name in ("jax", "torch"):
        try:
            found.append(backend(name, device))
        except BackendError as error:
            print(f"left out: {error}")
    return found


def report(device: str) -> Iterator[str]:
    """The section, piece by piece; prints each row."""
    engines = backends(device)
    versions = [f"NumPy {np.__version__}"]
    versions += [f"{engine.name} {__import__(engine.name).__version__}" for engine in engines[1:]]
    yield f"Made by `python benchmarks/search.py --output docs/BENCHMARKS.md --device {device}`: Python "
    yield f"{platform.python_version()}, {', '.join(versions)}, {platform.machine()}, {os.cpu_count()} CPU cores, "
    yield f"OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'not set')}. float64 throughout.\n\n"
    yield "One step of gradient descent of one run, in microseconds, and how many times as fast as the plain loop:\n\n"
    yield "| k = n | what | batch | microseconds | ratio |\n|---|---|---|---|---|\n"
    for k in SIZES:
        for what, batch, seconds, ratio in steps(k, engines, device):
            row = f"| {k} | {what} | {batch} | {1e6 * seconds:.2f} | {ratio:.1f} |\n"
            print(row, end="", flush=True)
            yield row
    yield f"\nWhole runs at k = n = {SIZES[-1]}, {RUNS} random starts (compilation not counted), to the paper's "
    yield f"stopping rule or a loss below {GLOBAL_LOSS:g}; of the plain loop and LBFGS, the first {RUNS // 6}. "
    yield f"LBFGS gives up after {LBFGS_STEPS} steps; PyTorch works in one thread, which is faster at this size.\n\n"
    yield "| what | protocol | runs per second | ratio | at a loss of 1e-3 or more |\n|---|---|---|---|---|\n"
    slowest = None
    for what, protocol, seconds, bad, runs in whole_runs(SIZES[-1], engines):
        slowest = slowest or seconds / runs
        row = f"| {what} | {protocol} | {runs / seconds:.3g} | {slowest * runs / seconds:.1f} | {bad} of {runs} |\n"
        print(row, end="", flush=True)
        yield row
    begin = time.perf_counter()
    found = sum(has_minimum(k, n) for k, n in PAIRS)
    seconds = time.perf_counter() - begin
    yield f"\nA candidate of a spurious minimum for {found} of the {len(PAIRS)} pairs of Safran & Shamir's Theorem 1, "
    yield f"with directed starts and {RANDOM_RUNS} random ones each, NumPy: {seconds:.0f} s.\n"
    if device == "cpu":
        yield "\nOn a GPU: `benchmarks/gpu.py`, a prepared run of ten minutes; not run yet, as none was at hand.\n"


def steps(k: int, engines: list[Backend], device: str) -> Iterator[tuple[str, int, float, float]]:
    """What, its batch, seconds for a step of a run, and the ratio to the plain loop's."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    calls: list[tuple[str, int, Callable[[], object]]] = []
    start = random_start(0, 0, k, k)

    def plain() -> None:
        W = start
        for _ in range(STEPS_BETWEEN_CHECKS):
            W = W - 0.1 * straight(W, landscape.teacher)[1]

    calls.append((PLAIN, 1, plain))
    for engine in engines:
        for batch in BATCHES[engine.device] if engine.name != "numpy" else (None,):
            held = batch or engine.batch(k, 2 * k)
            if batch is not None and held == engine.batch(k, 2 * k):
                continue
            starts = [random_start(0, run, k, k) for run in range(held)]
            rounds = Descent(landscape, starts, protocol=PAPER, backend=engine, batch=held).rounds()
            calls.append((str(engine), held, partial(next, rounds)))
    best = dict.fromkeys(range(len(calls)), np.inf)
    for _, _, call in calls:
        call()  # compiles
    for _ in range(REPEATS):
        for index, (_, held, call) in enumerate(calls):
            begin = time.perf_counter()
            call()
            best[index] = min(best[index], (time.perf_counter() - begin) / STEPS_BETWEEN_CHECKS / held)
    for index, (what, held, _) in enumerate(calls):
        yield what, held, best[index], best[0] / best[index]


def whole_runs(k: int, engines: list[Backend]) -> Iterator[tuple[str, str, float, int, int]]:
    """What, by which protocol, seconds, how many runs ended at a bad point, and of how many."""
    landscape = ReLUTeacherStudent.orthonormal(k)
    starts = [random_start(0, run, k, k) for run in range(RUNS)]
    few = starts[: RUNS // 6]
    yield PLAIN, "paper", *timed(lambda: [plain_run(W, landscape.teacher) for W in few]), len(few)
    if any(engine.name == "torch" for engine in engines):
        import torch

        torch.set_num_threads(1)
        yield LBFGS, "-", *timed(lambda: [lbfgs_run(W, landscape.teacher) for W in few]), len(few)
    for engine in engines:
        for protocol in (PAPER, FAST):
            if engine.static:
                run_all(landscape, starts, engine, protocol)  # compiles
            yield (
                str(engine),
                protocol.name,
                *timed(lambda e=engine, p=protocol: run_all(landscape, starts, e, p)),
                RUNS,
            )


def has_minimum(k: int, n: int) -> bool:
    """Whether the search for the theorem finds a point that may be a spurious minimum."""
    found = search(ReLUTeacherStudent.orthonormal(k), n, runs=RANDOM_RUNS, seed=SEED)
    return any(point.smallest_eigenvalue > 0 and point.loss >= GLOBAL_LOSS for point in found.candidates)


def timed(call: Callable[[], list[float]]) -> tuple[float, int]:
    """Seconds, and how many of the losses returned are bad."""
    begin = time.perf_counter()
    losses = call()
    return time.perf_counter() - begin, sum(loss >= GLOBAL_LOSS for loss in losses)


def run_all(
    landscape: ReLUTeacherStudent, starts: list[np.ndarray], engine: Backend, protocol: Protocol
) -> list[float]:
    """The losses at the ends."""
    return [end.loss for end in descend(landscape, starts, backend=engine, protocol=protocol)]


def straight(W: np.ndarray, V: np.ndarray) -> tuple[float, np.ndarray]:
    """Value and gradient as the paper prints them (Brutzkus & Globerson 2017), without a thought for speed."""
    norms, taught = np.linalg.norm(W, axis=1), np.linalg.norm(V, axis=1)
    value, gradient = 0.0, W / 2
    for others, lengths, sign in ((W, norms, 1.0), (V, taught, -1.0)):
        products = np.outer(norms, lengths)
        angles = np.arccos(np.clip(W @ others.T / products, -1, 1))
        kernel = products * (np.sin(angles) + (np.pi - angles) * np.cos(angles)) / (2 * np.pi)
        value += kernel.sum() * (0.5 if sign > 0 else -1.0)
        away = 1 - np.eye(len(W)) if sign > 0 else np.ones_like(angles)
        along = (away * np.sin(angles) * lengths).sum(1) / norms
        gradient = gradient + sign / (2 * np.pi) * (along[:, None] * W + (away * (np.pi - angles)) @ others)
    products = np.outer(taught, taught)
    angles = np.arccos(np.clip(V @ V.T / products, -1, 1))
    value += (products * (np.sin(angles) + (np.pi - angles) * np.cos(angles))).sum() / (4 * np.pi)
    return value, gradient


def plain_run(W: np.ndarray, V: np.ndarray) -> float:
    """Gradient descent of one run to the paper's stopping rule; the loss there."""
    while True:
        value, gradient = straight(W, V)
        if value < GLOBAL_LOSS or 2 * np.pi * np.abs(gradient).max() <= STOP:
            return value
        W = W - 0.1 * gradient


def lbfgs_run(start: np.ndarray, teacher: np.ndarray) -> float:
    """PyTorch's LBFGS on the value alone, its gradient by autograd; the loss at the end."""
    import torch

    V = torch.tensor(teacher)
    W = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [W], max_iter=50, tolerance_grad=STOP / (2 * np.pi), tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def kernel(A: torch.Tensor, B: torch.Tensor) -> torch.Tensor:
        products = A.norm(dim=1)[:, None] * B.norm(dim=1)
        cosine = (A @ B.T / products).clamp(-1 + 1e-15, 1 - 1e-15)
        angle = torch.arccos(cosine)
        return (products * (torch.sqrt((1 - cosine) * (1 + cosine)) + (np.pi - angle) * cosine)).sum() / (2 * np.pi)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = kernel(W, W) / 2 - kernel(W, V) + kernel(V, V) / 2
        loss.backward()
        return loss

    last = np.inf
    for _ in range(LBFGS_STEPS // 50):
        loss = float(optimizer.step(closure).detach())
        slope = float(W.grad.abs().max())
        if loss < GLOBAL_LOSS or 2 * np.pi * slope <= STOP or loss == last:
            break
        last = loss
    return float(closure().detach())


if __name__ == "__main__":
    main()
