"""Writes the table of the tiers of trust into docs/ROCQ.md: lines of what must be right, and the time for k = n = 6.

python rocq/compare_tiers.py certificates/safran-shamir-2018/k06-n06.json
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import verify.checker
import verify.independent
from verify.rocq import library
from verify.rocq import theorem as theorem_module

DOCUMENT = Path(__file__).parent.parent / "docs" / "ROCQ.md"
TRUSTS = {
    "arb": "FLINT; Python's integers and fractions; `verify/checker`; the theorems of docs/",
    "float64": "as `arb`, and IEEE 754, NumPy, a BLAS and LAPACK",
    "independent": "Python's integers and fractions; `verify/independent`; the theorems of docs/",
    "rocq": "Coq's kernel and virtual machine; its axioms; `rocq/Statement.v`; the closed form of the dual kernel",
}


def lines(*paths: Path) -> int:
    """Lines of all Python files below folders, and of files."""
    files = [file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])]
    return sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)


def seconds(tier: str, path: str) -> float:
    """CPU seconds of `verify check`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "verify.producer.cli", "check", "--trust", tier, path], check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(path: str) -> None:
    """Count, measure, and replace what stands between the two comments."""
    checker = Path(verify.checker.__file__).parent
    float64 = lines(checker / "float64")
    statement, reader = lines(library.folder() / "Statement.v"), lines(Path(theorem_module.__file__))
    sizes = {
        "arb": f"{lines(checker) - float64:,}",
        "float64": f"{lines(checker):,}",
        "independent": f"{lines(Path(verify.independent.__file__).parent):,}",
        "rocq": f"{statement} of definitions, and {reader} that write the numbers down",
    }
    rows = ["| tier | what you believe | lines of ours | CPU seconds, k = n = 6 |", "|---|---|--:|--:|"]
    rows += [f"| `{tier}` | {TRUSTS[tier]} | {sizes[tier]} | {seconds(tier, path):.1f} |" for tier in TRUSTS]
    text = DOCUMENT.read_text(encoding="utf-8")
    block = "<!-- tiers -->\n" + "\n".join(rows) + "\n<!-- end -->"
    DOCUMENT.write_text(
        re.sub(r"<!-- tiers -->.*?<!-- end -->", lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )


main(sys.argv[1])
