"""Verified float64 against its limit and its peers: definiteness, whole certificates, start-up.

    python benchmarks/definiteness.py --output docs/BENCHMARKS.md --plot docs/definiteness.png

Writes its own section of the report, and keeps the others. The matrix is the Hessian of the
minimum of type II with k = n = sqrt(N), plus diag(0, ..., 0.1) in equal steps, which makes its eigenvalues simple
(one of the peers needs that); each entry is an interval of radius 2^-45; asked is whether all
eigenvalues are above 0.02. Each method runs in a process of its own for each size, up to the size where
it passes two minutes. The ratio to dpotrf is taken within one process, where both run in turn.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from sections import put_section

from verify.checker.core.limits import ARB_UNKNOWNS

GIVE_UP = 120.0
SECONDS = 2.0
"""What runs faster is run again and again for so long; the least time counts."""
SIZES = (6, 10, 15, 20, 32, 50, 70, 100)
"""k = n; the matrix has N = k^2 rows."""
CERTIFICATES = (6, 10, 20, 32, 50, 100)
RADIUS = 2.0**-45
BOUND = Fraction(1, 50)
HEADING = "Verified float64"
FOLDERS = (Path("certificates/safran-shamir-2018"), Path("certificates/large-minima"))

Result = tuple[float, str, float]
"""Seconds, what came out, and the peak memory of the process while it ran, in MiB."""


# What is measured, each in a process of its own


def midpoint(k: int) -> np.ndarray:
    """The matrix, (N, N)."""
    from verify.proofs.large_minima import start

    from verify.producer.landscapes.teacher_student import ReLUTeacherStudent

    matrix = ReLUTeacherStudent.orthonormal(k).hessian(start(k))
    matrix[np.diag_indices(len(matrix))] += np.linspace(0, 0.1, len(matrix))
    return matrix


def dpotrf(k: int) -> Result:
    """The limit: one factorisation in place, which proves nothing."""
    from scipy.linalg.lapack import dpotrf as factorise

    matrix = midpoint(k)

    def run(copy: np.ndarray) -> str:
        return "ran" if factorise(copy.T, lower=0, clean=0, overwrite_a=1)[1] == 0 else "failed"

    return best(run, lambda: matrix.copy() if k < 100 else matrix)


def float64(k: int) -> Result:
    """This checker's test in the tier float64."""
    from verify.checker.float64.interval_matrix import Float64Matrix

    matrix = midpoint(k)
    spread = len(matrix) * RADIUS * (1 + 2.0**-40)

    def run(copy: np.ndarray) -> str:
        return "proved" if Float64Matrix(copy, spread, spread).is_at_least(BOUND) else "not proved"

    return best(run, lambda: matrix.copy() if k < 100 else matrix)


def both(k: int) -> Result:
    """How many times longer the tier float64 takes than dpotrf, in turn; at the largest size once each."""
    from scipy.linalg.lapack import dpotrf as factorise

    from verify.checker.float64.interval_matrix import Float64Matrix

    matrix = midpoint(k)
    spread = len(matrix) * RADIUS * (1 + 2.0**-40)
    times: list[list[float]] = [[], []]
    while len(times[0]) < 2 or sum(map(sum, times)) < SECONDS:
        for kind in (0, 1):
            copy = matrix.copy()
            start = time.perf_counter()
            if kind:
                assert Float64Matrix(copy, spread, spread).is_at_least(BOUND)
            else:
                assert factorise(copy.T, lower=0, clean=0, overwrite_a=1)[1] == 0
            times[kind].append(time.perf_counter() - start)
    return min(times[1]) / min(times[0]), "ratio", peak()


def balls(k: int) -> Result:
    """This checker's test in the tier arb: a float LDL^T and one product of ball matrices."""
    from verify.checker.core.interval_matrix import BallMatrix

    matrix = ball_matrix(k)
    return best(lambda _: "proved" if BallMatrix(matrix).is_at_least(BOUND) else "not proved", lambda: None, 1)


def ball_loop(k: int) -> Result:
    """LDL^T of balls, one at a time, in a Python loop."""
    from flint import arb

    rows = [row[: i + 1] for i, row in enumerate(ball_matrix(k).tolist())]
    for i, row in enumerate(rows):
        row[i] -= arb(BOUND.numerator) / BOUND.denominator
    return best(lambda _: "proved" if ldlt_is_positive(rows) else "not proved", lambda: None, 1)


def mpmath_intervals(k: int) -> Result:
    """LDL^T in mpmath's interval arithmetic, in a Python loop."""
    import mpmath

    iv = mpmath.iv
    iv.prec = 53
    matrix = midpoint(k)
    rows = [[iv.mpf([float(x) - RADIUS, float(x) + RADIUS]) for x in row[: i + 1]] for i, row in enumerate(matrix)]
    for i, row in enumerate(rows):
        row[i] -= iv.mpf(BOUND.numerator) / BOUND.denominator
    return best(lambda _: "proved" if ldlt_is_positive(rows) else "not proved", lambda: None, 1)


def acb_eig(k: int) -> Result:
    """All eigenvalues enclosed by python-flint's acb_mat.eig, at 128 bits."""
    import flint

    with flint.ctx.workprec(128):
        matrix = flint.acb_mat(ball_matrix(k))
        bound = flint.arb(BOUND.numerator) / BOUND.denominator

        def run(_: object) -> str:
            try:
                return "proved" if all(value.real > bound for value in matrix.eig()) else "not proved"
            except ValueError as error:
                return f"failed: {str(error).split(' (')[0]}"

        return best(run, lambda: None, 1)


METHODS: dict[str, Callable[[int], Result]] = {
    "plain `dpotrf`": dpotrf,
    "tier float64": float64,
    "tier arb": balls,
    "`acb_mat.eig`": acb_eig,
    "ball LDL^T, Python loop": ball_loop,
    "mpmath.iv LDL^T": mpmath_intervals,
}


def ball_matrix(k: int) -> object:
    """The matrix as balls."""
    from flint import arb, arb_mat

    return arb_mat([[arb(float(x), RADIUS) for x in row] for row in midpoint(k)])


def ldlt_is_positive(rows: list[list[object]]) -> bool:
    """Every pivot of LDL^T is proved positive. All are computed even where one fails, so that times compare."""
    positive = True
    for j in range(len(rows)):
        pivot = rows[j][j]
        positive = positive and bool(pivot > 0)
        for i in range(j + 1, len(rows)):
            factor = rows[i][j] / pivot
            for other in range(j + 1, i + 1):
                rows[i][other] -= factor * rows[other][j]
    return positive


def best(run: Callable[[object], str], prepare: Callable[[], object], times: int | None = None) -> Result:
    """The least time of several runs, the last outcome, and the peak memory."""
    found, outcome, spent = math.inf, "", 0.0
    forget_peak()
    while times != 0 and spent < SECONDS:
        argument = prepare()
        start = time.perf_counter()
        outcome = run(argument)
        found = min(found, time.perf_counter() - start)
        spent += time.perf_counter() - start
        times = None if times is None else times - 1
    return found, outcome, peak()


def forget_peak() -> None:
    """Let the peak memory begin anew, where the system knows how: the making of the matrix does not count."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """The process's peak memory in MiB."""
    with contextlib.suppress(OSError):
        return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


# Running and reporting


def child(arguments: list[str], limit: float | None = None) -> tuple[float, float, str, str]:
    """Seconds, peak memory in MiB, last line printed and fate ("", "failed" or "gave up") of a Python process."""
    code = "import resource, subprocess, sys, time\n"
    code += "start = time.perf_counter()\n"
    code += (
        "done = subprocess.run([sys.executable, *sys.argv[2:]], capture_output=True, text=True, timeout=eval_limit)\n"
    )
    code = code.replace("eval_limit", repr(limit))
    code += (
        "print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.returncode)\n"
    )
    code += "print((done.stdout.splitlines() or [''])[-1])\n"
    done = subprocess.run([sys.executable, "-c", code, "-", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        return math.inf, math.nan, "", "gave up" if "TimeoutExpired" in done.stderr else "failed"
    first, last = done.stdout.splitlines()
    seconds, kilobytes, code_of_child = first.split()
    size = float(kilobytes) / (1024**2 if sys.platform == "darwin" else 1024)
    return float(seconds), size, last, "" if code_of_child in ("0", "3") else "failed"


def measured(name: str, k: int) -> Result:
    """One method at one size."""
    _, memory, line, fate = child([__file__, "--measure", name, str(k)], GIVE_UP + 60)
    return (math.inf, fate, memory) if fate else tuple(json.loads(line))


def report(plot: Path | None) -> Iterator[str]:
    """The section, piece by piece."""
    yield f"Made by `python benchmarks/definiteness.py`: {machine()}.\n\n{ABOUT_DEFINITENESS}\n\n"
    yield f"| N | ratio | {' | '.join(METHODS)} |\n|---|---|{'---|' * len(METHODS)}\n"
    table: dict[str, dict[int, float]] = {name: {} for name in METHODS}
    stopped: set[str] = set()
    for k in SIZES:
        cells = []
        for name in METHODS:
            seconds, outcome, memory = (math.inf, "", 0.0) if name in stopped else measured(name, k)
            remark = "" if outcome in ("proved", "ran") else f", {outcome}"
            if seconds < GIVE_UP:
                table[name][k * k] = seconds
                cells.append(f"{seconds:.2g} ({memory:.0f}){remark}")
            else:
                cells.append("" if name in stopped else f"> {GIVE_UP:.0f}")
                stopped.add(name)
        yield f"| {k * k} | {measured('ratio', k)[0]:.2f} | {' | '.join(cells)} |\n"
    growth = (f"{name} {exponent(times):.1f}" for name, times in table.items() if len(times) > 1)
    yield f"\nGrowth with N, as the exponent between the last two sizes: {'; '.join(growth)}.\n\n"
    if plot is not None:
        draw(table, plot)
        yield f"![Seconds against N, both logarithmic]({plot.name})\n\n"
    yield f"{ABOUT_CERTIFICATES}\n\n"
    yield f"| k = n | N | check, float64 | check, arb | in process | by `dpotrf` | prove |\n|{'---|' * 7}\n"
    with tempfile.TemporaryDirectory() as folder:
        for k in CERTIFICATES:
            arb = "*Undecided*: too large" if k * k > ARB_UNKNOWNS else cell(checking("arb", certificate(k)))
            inside = measured("in process", k)[0]
            share = inside / table["plain `dpotrf`"].get(k * k, math.nan)
            prove = cell(child(["-c", PROVE, str(k), f"{folder}/{k}.json"]))
            float64_cell = cell(checking("float64", certificate(k)))
            yield f"| {k} | {k * k} | {float64_cell} | {arb} | {inside:.3f} | {share:.1f} | {prove} |\n"
    empty = min(child(["-c", "pass"])[0] for _ in range(5))
    arb, float64 = (min(checking(trust, certificate(6))[0] for _ in range(5)) for trust in ("arb", "float64"))
    yield f"\nStart-up: an empty Python {empty:.2f} s; one small file, k = n = 6, in the tier arb {arb:.2f} s, in the "
    yield f"tier float64 {float64:.2f} s. The 26 certificates of Safran & Shamir's theorem in one process, in the tier "
    yield f"float64: {measured('all', 0)[0]:.2f} s.\n"


ABOUT_DEFINITENESS = """\
Definiteness of an N x N interval matrix: seconds (peak memory of the process in MiB meanwhile), and what came out
where it was not *proved*. Each method runs up to the size where it passes two minutes. The ratio is that of the tier
float64 to `dpotrf`, which ran in turn in one process."""
ABOUT_CERTIFICATES = """\
Whole certificates, each in a process of its own, start-up included: seconds (MiB). `in process`: the check alone in
the tier float64, without the import of NumPy; `by dpotrf`: how many times as long as `dpotrf` of that size, above.
`prove`: the producer, from the symmetric start; it asks the checker too."""
PROVE = "import sys; from verify.proofs.large_minima import prove; prove(int(sys.argv[1])).save(sys.argv[2])"


def certificate(k: int) -> Path:
    """The committed certificate for k = n."""
    names = FOLDERS[0] / f"k{k:02}-n{k:02}.json", FOLDERS[1] / f"k{k:03}-n{k:03}.json"
    return next(path for path in names if path.exists())


def checking(trust: str, path: Path) -> tuple[float, float, str, str]:
    """The process that checks a file."""
    return child(["-P", "-m", "verify.checker", "--trust", trust, str(path)])


def machine() -> str:
    """What it runs on."""
    import flint
    import mpmath
    import scipy

    threads = os.environ.get("OMP_NUM_THREADS")
    return (
        f"{cpu()}, {os.cpu_count()} cores, {f'{threads} thread(s)' if threads else 'all threads'} for the BLAS; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
        f"FLINT {flint.__FLINT_VERSION__}, mpmath {mpmath.__version__}"
    )


def in_process(k: int) -> Result:
    """The check of a certificate by a session that has checked a file before."""
    from verify.checker.front.session import Session

    Session(trust="float64").check(certificate(6))
    path = certificate(k)
    return best(lambda _: Session(trust="float64").check(path).name, lambda: None, 1 if k >= 50 else None)


def all_certificates(_: int) -> Result:
    """The 26 certificates, and their manifest."""
    from verify.checker.front.session import Session, files_under

    session = Session(trust="float64")
    return best(lambda _: session_names(session, files_under(FOLDERS[0])), lambda: None, 1)


def session_names(session: object, files: Iterator[tuple[Path, bool]]) -> str:
    """The different verdicts on some files."""
    return " ".join({session.check(path).name for path, _ in files})


OTHERS = {"ratio": both, "in process": in_process, "all": all_certificates}


def cell(found: tuple[float, float, str, str]) -> str:
    """Seconds and memory of a process."""
    seconds, memory, _, fate = found
    return fate or f"{seconds:.2f} ({memory:.0f})"


def exponent(times: dict[int, float]) -> float:
    """p in time ~ N^p, from the last two sizes."""
    (n, a), (m, b) = list(times.items())[-2:]
    return math.log(b / a) / math.log(m / n)


def draw(table: dict[str, dict[int, float]], path: Path) -> None:
    """Seconds against N."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, times in table.items():
        axes.loglog(list(times), list(times.values()), marker="o", label=name.replace("`", ""))
    axes.set_xlabel("N, rows of the interval matrix")
    axes.set_ylabel("seconds")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120, metadata={"Software": None})


def cpu() -> str:
    """The processor's name."""
    info = Path("/proc/cpuinfo")
    if info.exists() and (match := re.search(r"^model name\s*:\s*(.*)$", info.read_text(), flags=re.MULTILINE)):
        return match[1]
    return platform.processor() or platform.machine()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="the report whose section is replaced [default: print only]")
    parser.add_argument("--plot", type=Path, help="a picture, beside the report")
    parser.add_argument("--measure", nargs=2, metavar=("METHOD", "K"), help="used by this program itself")
    options = parser.parse_args()
    if options.measure is not None:
        name, k = options.measure
        print(json.dumps((METHODS | OTHERS)[name](int(k))))
        return
    section = ""
    for piece in report(options.plot):
        print(piece, end="", flush=True)
        section += piece
    if options.output is not None:
        put_section(options.output, HEADING, section)


if __name__ == "__main__":
    main()
