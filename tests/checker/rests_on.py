"""The table of the trusted code that runs, by kind of statement and tier: `python -m tests.checker.rests_on --write`.

Each valid file of the corpus is checked in a process that has not loaded the checker, with a profiler that notes the
functions that begin. What counts are the lines of code (as in benchmarks/house.py) of those functions and of the
modules loaded outside of functions: that is what one reads, and it is the same for all versions of Python.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "verify"
VALID = ROOT / "tests" / "corpus" / "valid"
PAGE = ROOT / "docs" / "RESTS_ON.md"
HAS_FLOAT64 = re.compile(
    r'"(population-teacher-student|semidefinite-program|landscape-verify-manifest/1|gradient-descent-converges)"'
)
SCIPY_TOO = ("type-ii-k6.json", "saddle-type-ii-k5.json")
CODE_LINES: Any = runpy.run_path(str(ROOT / "benchmarks" / "house.py"))["code_lines"]
MANIFEST = "Theorem"
BOTH = "arb and float64"
"""The tier of a manifest with parts of each."""

Run = frozenset[tuple[str, int]]
"""The first lines of the functions that ran, by file; 0 for a module."""
Table = dict[str, dict[str, int]]
"""For each key the lines of code, by file."""

MEASURE = """
import contextlib, json, os, sys
import flint
package, scipy_too, arguments = sys.argv[1], sys.argv[2] == "scipy", sys.argv[3:]
with contextlib.suppress(ImportError):  # so that each process need not load them
    import numpy, scipy.linalg.lapack
seen = set()
def begins(frame, event, _):
    if event == "call":
        seen.add(frame.f_code)
def one(path, trust):
    sys.setprofile(begins)
    from verify.checker import __main__ as front
    verdicts = []
    front.exit_code = lambda found: verdicts.extend(found) or 0
    if scipy_too:
        from verify.checker.float64 import factorisation
        factorisation.SCIPY_FROM = 1
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        front.main([path, "--trust", trust])
    sys.setprofile(None)
    from verify.checker import Verified
    from verify.checker.front.rests_on import key
    (verdict,) = verdicts
    assert isinstance(verdict, Verified), path
    ran = {
        (code.co_filename[len(package):], 0 if code.co_name == "<module>" else code.co_firstlineno)
        for code in seen
        if code.co_filename.startswith(package) and (code.co_name == "<module>" or code.co_name[0] != "<")
    }
    return json.dumps([key(verdict), sorted(ran)])
for argument in arguments:
    path, trust = argument.rsplit("::", 1)
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        print(one(path, trust), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{path} in the tier {trust} could not be measured")
"""


def measured(files: Sequence[Path]) -> dict[str, Run]:
    """What runs when valid files of the corpus are checked, by key."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    in_float64 = [path for path in files if HAS_FLOAT64.search(path.read_text(encoding="utf-8"))]
    jobs = [("numpy", f"{path}::arb") for path in files]
    jobs += [("numpy", f"{path}::float64") for path in in_float64]
    jobs += [("scipy", f"{path}::float64") for path in in_float64 if path.name in SCIPY_TOO]
    for scipy_too in ("numpy", "scipy"):
        for name, ran in _run(scipy_too, [job for kind, job in jobs if kind == scipy_too]):
            found[name] |= {(file, line) for file, line in ran}
    kernels = _kernels()
    for ran in found.values():
        if any((file, 0) in kernels for file, _ in ran):
            ran |= kernels
    for name in [name for name in found if name.startswith(f"{MANIFEST} ") and name.endswith(" arb")]:
        other = f"{name.removesuffix(' arb')} float64"
        found[f"{name.removesuffix('arb')}{BOTH}"] = found[name] | found[other]
    return {name: frozenset(ran) for name, ran in sorted(found.items())}


def _kernels() -> Run:
    """All of the generated kernels: the corpus has not each activation with each kind, and they are alike."""
    files = sorted((PACKAGE / "checker" / "losses" / "kernels").glob("*.py"))
    names = {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in files if path.stem[0] != "_"
    }
    return frozenset(
        (name, first) for name, text in names.items() for first in {0, *lines_of_functions(text, code_lines_of(name))}
    )


def _run(scipy_too: str, jobs: list[str]) -> Iterable[tuple[str, list[tuple[str, int]]]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", MEASURE, f"{PACKAGE}{os.sep}", scipy_too, *jobs]
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, cwd=elsewhere, timeout=600
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    for line in done.stdout.splitlines():
        name, ran = json.loads(line)
        yield name, [(Path(file).as_posix(), first) for file, first in ran]


def lines_of_functions(text: str, code_lines: set[int]) -> dict[int, int]:
    """How many of a module's lines of code belong to each function, by its first line; 0 for those outside."""
    owner = dict.fromkeys(code_lines, 0)

    def walk(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
                for line in range(first, (child.end_lineno or first) + 1):
                    if line in owner:
                        owner[line] = first
            walk(child)

    walk(ast.parse(text))
    counts: dict[int, int] = defaultdict(int)
    for first in owner.values():
        counts[first] += 1
    return counts


def code_lines_of(file: str) -> set[int]:
    """The lines of code of a file of the package."""
    found: set[int] = CODE_LINES((PACKAGE / file).read_text(encoding="utf-8"))
    return found


def table(found: dict[str, Run]) -> Table:
    """The lines of code, by key and file."""
    counts: dict[str, dict[int, int]] = {}
    result: Table = {}
    for name, ran in found.items():
        of: dict[str, int] = defaultdict(int)
        for file, first in ran:
            if file not in counts:
                counts[file] = lines_of_functions((PACKAGE / file).read_text(encoding="utf-8"), code_lines_of(file))
            of[file] += counts[file].get(first, 0)
        result[name] = {file: count for file, count in sorted(of.items()) if count}
    return result


def packed(lines: Table) -> str:
    """The text of rests_on.json: the files, and for each key the lines in each of them."""
    files = sorted({file for of in lines.values() for file in of})
    rows = [f"{json.dumps(name)}: {json.dumps([of.get(file, 0) for file in files])}" for name, of in lines.items()]
    return f'{{"files": {json.dumps(files, indent=0)},\n"lines": {{\n' + ",\n".join(rows) + "\n}}\n"


def page(lines: Table) -> str:
    """The text of docs/RESTS_ON.md."""
    from verify.checker.front.rests_on import digest

    rows = []
    for name, of in lines.items():
        tier = BOTH if name.endswith(BOTH) else name.split()[-1]
        first_digits = digest(tuple(of)).removeprefix("sha256:")[:16]
        rows.append(f"| {name.removesuffix(tier)}| {tier} | {sum(of.values())} | {len(of)} | `{first_digits}` |")
    return "\n".join([*INTRODUCTION.splitlines(), *rows, ""])


INTRODUCTION = """\
# What a verdict rests on

`verify check -v` ends each verdict with the theorems used and the trusted code that proves statements of its kind: how
many lines of code, in how many files, and a digest of those files; `--format json` has it as `rests_on`. Nothing is
traced when a file is checked. The numbers come from a committed table, `verify/checker/front/rests_on.json`, which
`python -m tests.checker.rests_on --write` makes, with this page, and which a test measures again: it checks the valid
files of the corpus and notes the functions that begin. Counted are the lines of code of those functions, and of the
modules loaded what stands outside of functions; no docstrings, comments or imports. A file of one's own may run fewer
of them. Where one of the generated kernels of the population loss runs, all of them are counted, each activation's.

The digest is taken from the files as they are when a verdict is printed: SHA-256 over each file's name from `verify/`,
a space, its length in bytes, a newline, and its bytes, with newlines as line ends. If it is not the one of this page,
whose first 16 digits the table shows, then the checker is not the one measured here. A program that was changed can of
course print whatever it likes: to be sure, take the digest of the files yourself.

| statement, landscape, property | tier | lines | files | digest |
|---|---|---|---|---|"""


def theorems() -> dict[str, str]:
    """The page and the heading under which a document says `(rule `NAME`)` or `*Rules: `NAME`, ...*`, by rule."""
    found: dict[str, str] = {}
    for document in sorted((ROOT / "docs").glob("*.md")):
        for section in re.split(r"^(?=#+ )", document.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            heading, _, content = section.partition("\n")
            anchor = re.sub(r"[^\w -]", "", heading.lstrip("# ").lower()).replace(" ", "-")
            said = re.findall(r"\*\*Theorem\*\* \(rule (`[a-z-]+`)\)|^\*Rules?: (.*)\.\*$", content, flags=re.MULTILINE)
            for rule in re.findall(r"`([a-z-]+)`", " ".join(map("".join, said))):
                if rule in found:
                    raise ValueError(f"{rule} is in {found[rule]} and in {document.name}#{anchor}")
                found[rule] = f"docs/{document.name}#{anchor}"
    return dict(sorted(found.items()))


def main(arguments: list[str] | None = None) -> int:
    """Measure; write, or say whether what is committed is true."""
    from verify.checker.front.rests_on import TABLE, THEOREMS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table and the page")
    options = parser.parse_args(arguments)
    lines = table(measured(sorted(VALID.glob("*.json"))))
    texts = {TABLE: packed(lines), THEOREMS: json.dumps(theorems(), indent=1) + "\n", PAGE: page(lines)}
    if options.write:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    stale = [path.name for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    print(f"{len(lines)} rows; " + (f"not as measured: {', '.join(stale)}" if stale else "as measured"))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
