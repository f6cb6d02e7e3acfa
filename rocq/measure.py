"""Has Rocq check certificates and writes the table of times into docs/ROCQ.md.

python rocq/measure.py certificates/safran-shamir-2018/k*.json      (26 certificates: 10 minutes)
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from pathlib import Path

from verify.checker.certificate import Certificate
from verify.checker.session import read
from verify.rocq import kernel, library
from verify.rocq.theorem import theorem_of

DOCUMENT = Path(__file__).parent.parent / "docs" / "ROCQ.md"


def used() -> float:
    """CPU seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(paths: list[str]) -> None:
    """Measure, and replace what stands between the two comments."""
    coq = kernel.find()
    rows = ["| what | unknowns | CPU seconds | bytes of Data.v and Theorem.v |", "|---|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as made:
        folder, begun = Path(made), used()
        kernel.build_library(coq, folder, time.monotonic() + 600)
        total = used() - begun
        rows.append(f"| the library | | {total:.1f} | |")
        for path in paths:
            content = read(Path(path))
            if not isinstance(content, Certificate):
                raise SystemExit(f"{path} is a manifest")
            theorem = theorem_of(content.statement, content.witness.precision)
            size, begun = 0, used()
            for name, text in (("Data", theorem.data()), ("Theorem", theorem.proof())):
                (folder / library.OWN / f"{name}.v").write_text(text, encoding="ascii")
                printed = kernel.compile_file(coq, folder, f"{library.OWN}/{name}.v", time.monotonic() + 3600)
                size += len(text)
            if " ".join(printed.split()) != f"{theorem.printed()} {library.assumptions()}":
                raise SystemExit(f"{path}: another statement or other assumptions")
            seconds = used() - begun
            total += seconds
            unknowns = theorem.neurons * theorem.dimension
            rows.append(f"| (k, n) = ({theorem.teachers}, {theorem.neurons}) | {unknowns} | {seconds:.1f} | {size:,} |")
            print(rows[-1], flush=True)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    rows.append(f"| all | | {total:.0f} | |")
    rows.append("")
    rows.append(f"Largest memory of a process: {memory:.2f} GiB.")
    text = DOCUMENT.read_text(encoding="utf-8")
    block = "<!-- measured -->\n" + "\n".join(rows) + "\n<!-- end -->"
    DOCUMENT.write_text(re.sub(r"<!-- measured -->.*?<!-- end -->", block, text, flags=re.DOTALL), encoding="utf-8")


main(sys.argv[1:])
