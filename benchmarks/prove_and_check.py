"""Time and memory to prove and to check, and the Hessian test against mpmath's intervals.

    python benchmarks/prove_and_check.py --output docs/BENCHMARKS.md

Replaces the section "Prove and check" of the file. Each certificate of Safran & Shamir's
theorem is proved from nothing and checked, each in a process of its own. The named peer
does the heart of the check, positive definiteness of the same interval Hessian, by LDL^T
in mpmath's interval arithmetic (mpmath.iv), written as a textbook would, up to the size
where that passes two minutes. The theorem ends at k = 20; beyond, the type II minimum is
found by Newton's method from its ansatz.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import flint
import mpmath
from flint import arb_mat
from sections import put_section
from verify.proofs.large_minima import start
from verify.proofs.safran_shamir_2018 import PAIRS

from verify.checker.core.balls import ball, box
from verify.checker.core.definiteness import is_positive_definite, shifted
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.checker.losses.teacher_student import TeacherStudent
from verify.producer.landscapes.teacher_student import ReLUTeacherStudent
from verify.producer.prover import Certificate as Proved
from verify.producer.prover import certify

GIVE_UP = 120.0
SMALLER = 2**20
"""The certificate's ball is too large for the peer's LDL^T, whose intervals grow; it gets one so many times smaller."""
PROVE = "import sys; from verify.proofs.safran_shamir_2018 import prove_pair; "
PROVE += "k, n = map(int, sys.argv[1:3]); prove_pair(k, n).save(sys.argv[3])"
HEADING = "Prove and check"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        put_section(options.output, HEADING, "".join(report(Path(folder))))


def report(folder: Path) -> Iterator[str]:
    """The section, piece by piece; prints each row."""
    yield "Made by `python benchmarks/prove_and_check.py --output docs/BENCHMARKS.md`: "
    yield f"Python {platform.python_version()}, FLINT {flint.__FLINT_VERSION__}, mpmath {mpmath.__version__}, "
    yield f"{platform.machine()}, one thread.\n\n"
    yield "Seconds are CPU seconds.\n\n"
    yield "Whole processes, start-up included; `prove` searches, certifies and checks once.\n\n"
    yield "| k | n | unknowns | prove (s) | prove (MiB) | check (s) | check (MiB) |\n|---|---|---|---|---|---|---|\n"
    for k, n in sorted(PAIRS):
        path = folder / f"{k}-{n}.json"
        prove = measure(["-c", PROVE, str(k), str(n), str(path)])
        check = measure(["-P", "-m", "verify.checker", str(path)])
        row = f"| {k} | {n} | {n * k} | {prove[0]:.2f} | {prove[1]:.0f} | {check[0]:.2f} | {check[1]:.0f} |\n"
        print(row, end="", flush=True)
        yield row
    yield f"\nPositive definiteness of the interval Hessian, minus its bound, over a ball {SMALLER} times smaller than "
    yield "the certificate's: over the certificate's own, the peer's intervals grow too wide to decide.\n\n"
    yield "| k = n | unknowns | this checker (s) | mpmath.iv LDL^T (s) | by mpmath.iv | ratio |\n"
    yield "|---|---|---|---|---|---|\n"
    theirs, sizes = 0.0, count(min(k for k, n in PAIRS if k == n))
    while theirs <= GIVE_UP:
        k = next(sizes)
        path = folder / f"{k}-{k}.json"
        if not path.exists():
            type_two(k).save(path)
        content = read(path)
        assert isinstance(content, Certificate)
        ours, theirs, proved = definiteness(content)
        outcome = "proved" if proved else "not proved"
        row = f"| {k} | {k * k} | {ours:.3f} | {theirs:.1f} | {outcome} | {theirs / ours:.0f} |\n"
        print(row, end="", flush=True)
        yield row
    yield '\n"Not proved" is a failure of the peer: the interval of a pivot reached 0 or below, so that it says '
    yield "nothing of a matrix that this checker proves positive definite. Its time is that of all pivots, even so.\n"


def type_two(k: int) -> Proved:
    """A certificate of the type II minimum of n = k neurons."""
    return certify(ReLUTeacherStudent.orthonormal(k), start(k))


def measure(arguments: list[str]) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of a Python process."""
    code = "import resource, subprocess, sys\n"
    code += "subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)\n"
    code += "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    code += "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    seconds, kilobytes = map(float, done.stdout.split())
    return seconds, kilobytes / (1024**2 if sys.platform == "darwin" else 1024)


def definiteness(certificate: Certificate) -> tuple[float, float, bool]:
    """CPU seconds of this checker's test and of the peer's, on one matrix, and whether the peer proved it too."""
    statement = certificate.statement
    with flint.ctx.workprec(certificate.witness.precision):
        hessian = TeacherStudent(statement.landscape, box(statement.center, statement.radius / SMALLER)).hessian()
        matrix = shifted(hessian, ball(statement.hessian_lower_bound))
        start = time.process_time()
        assert is_positive_definite(matrix)
        ours = time.process_time() - start
    start = time.process_time()
    proved = interval_ldlt_is_positive(matrix)
    return ours, time.process_time() - start, proved


def interval_ldlt_is_positive(matrix: arb_mat) -> bool:
    """The peer: every pivot of LDL^T in mpmath's interval arithmetic is positive.

    All pivots are computed even where one fails, so that times compare.
    """
    iv = mpmath.iv
    iv.prec = 53
    rows = [
        [iv.mpf([float(entry.lower()), float(entry.upper())]) for entry in row[: index + 1]]
        for index, row in enumerate(matrix.tolist())
    ]
    positive = True
    for j in range(len(rows)):
        pivot = rows[j][j]
        positive = positive and pivot.a > 0
        for i in range(j + 1, len(rows)):
            factor = rows[i][j] / pivot
            for other in range(j + 1, i + 1):
                rows[i][other] -= factor * rows[other][j]
    return bool(positive)


if __name__ == "__main__":
    main()
