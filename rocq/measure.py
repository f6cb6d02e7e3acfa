"""Has Rocq check the parts of a manifest and its theorem over the pairs; writes times and assumptions to docs/ROCQ.md.

python rocq/measure.py certificates/safran-shamir-2018/theorem-1.json      (10 minutes)
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from pathlib import Path

from verify.rocq import kernel, library
from verify.rocq.files import files

DOCUMENT = Path(__file__).parent.parent / "docs" / "ROCQ.md"


def used() -> float:
    """CPU seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def put(name: str, content: str) -> None:
    """Replace what stands between the two comments of this name."""
    text = DOCUMENT.read_text(encoding="utf-8")
    block = f"<!-- {name} -->\n{content}\n<!-- end -->"
    DOCUMENT.write_text(
        re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )


def main(manifest: Path) -> None:
    """Measure and record."""
    coq = kernel.find()
    rows = ["| what | unknowns | CPU seconds | bytes |", "|---|--:|--:|--:|"]
    made_files, wanted = files(manifest)
    printed, everything = "", ""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        kernel.build_library(coq, folder, time.monotonic() + 600)
        total = begun = used()
        rows.append(f"| the library | | {total:.1f} | {sum(map(len, library.sources().values())):,} |")
        for name, text in made_files.items():
            (folder / library.OWN / name).write_text(text, encoding="ascii")
            printed = kernel.compile_file(coq, folder, f"{library.OWN}/{name}", time.monotonic() + 3600)
            everything += printed
            found = re.search(r"minimum_near (\d+) (\d+) (\d+) ", text)
            what = f"(k, n) = ({found[2]}, {found[1]})" if found else "the theorem over the pairs"
            unknowns = int(found[1]) * int(found[3]) if found else ""
            rows.append(f"| {what} | {unknowns} | {used() - begun:.1f} | {len(text):,} |")
            print(rows[-1], flush=True)
            begun = used()
    if " ".join(everything.split()).replace("( ", "(") != f"{wanted} {library.assumptions()}":
        raise SystemExit("another statement, or other assumptions")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    rows += [f"| all | | {used():.0f} | |", "", f"Largest memory of one process: {memory:.2f} GiB."]
    put("measured", "\n".join(rows))
    statement = printed[: printed.index("Axioms:")]
    put("pairs", f"```coq\n{statement.rstrip()}\n```")
    entries = re.split(r"\n(?=\S)", printed[printed.index("Axioms:") :].strip())[1:]
    axioms = [" ".join(entry.split()) for entry in entries]
    of_reals = [entry for entry in axioms if not entry.startswith(("Uint63.", "PrimInt63."))]
    others = [entry.split(" :")[0] for entry in axioms if entry not in of_reals]
    lines = [*of_reals, "", f"and {len(others)} of the 63-bit integers: {', '.join(others)}"]
    put("assumptions", "```text\n" + "\n".join(lines) + "\n```")


main(Path(sys.argv[1]))
