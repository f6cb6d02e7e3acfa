"""The house in numbers: how much is trusted, how it is divided, and what one check costs. `python benchmarks/house.py`

Code lines are lines with a token that is no comment, docstring (a string that stands alone) or import. Prints a
table in Markdown; the seconds are of this machine, the ratio to an empty Python was measured in the same run.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tokenize
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHECKER = ROOT / "verify" / "checker"
THEOREM_1 = ROOT / "certificates" / "safran-shamir-2018" / "k06-n06.json"
LONG = 300
NO_CODE = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)
INSIDE = re.compile(r"verify\.checker\.(theorems|losses)(\.|$)")
HIDDEN = re.compile(r"\._(?!_)")
TRACER = """
import inspect, json, sys
from pathlib import Path
folder, path = sys.argv[1], sys.argv[2]
every, within = {}, {}
def look(frame, event, argument):
    file, code = frame.f_code.co_filename, frame.f_code
    if not file.startswith(folder):
        return None
    if event == "line":
        every.setdefault(file, set()).add(frame.f_lineno)
        if code.co_flags & inspect.CO_OPTIMIZED:  # a function, not the body of a module or of a class
            within.setdefault(file, set()).add(frame.f_lineno)
    return look
sys.settrace(look)
from verify.checker import check
verdict = check(Path(path))
sys.settrace(None)
found = {file: [sorted(lines), sorted(within.get(file, ()))] for file, lines in every.items()}
print(json.dumps({"verdict": verdict.name, "lines": found}))
"""


def code_lines(text: str) -> set[int]:
    """The numbers, from 1, of the lines of a module that hold code: no docstrings, imports, comments or blanks.

    A string of several lines counts as the line on which it begins.
    """
    dropped: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        is_text = (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        )
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            dropped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] for token in tokens if token.type not in NO_CODE} - dropped


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """For each module below a folder, by its path from there: lines of code, and all lines."""
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    return {name: (len(code_lines(text)), len(text.splitlines())) for name, text in sorted(texts.items())}


def executed(path: Path, folder: Path = CHECKER) -> dict[str, tuple[int, int]]:
    """Distinct lines of code below a folder that one check of a certificate executes, module by module.

    All of them, and those inside of functions. A statement counts by the lines at which the interpreter stops.
    """
    answer = json.loads(_run([sys.executable, "-c", TRACER, f"{folder}{os.sep}", str(path)]))
    if answer["verdict"] != "Verified":
        raise ValueError(f"{path} is {answer['verdict']}")
    found = {}
    for file, (every, within) in answer["lines"].items():
        code = code_lines(Path(file).read_text(encoding="utf-8"))
        found[Path(file).relative_to(folder).as_posix()] = len(code & set(every)), len(code & set(within))
    return dict(sorted(found.items()))


def reaches_inside(text: str) -> bool:
    """Whether a test module imports theorems, losses, or names that begin with `_`, of the checker."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import) and any(INSIDE.match(alias.name) for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (module := node.module or ""):
            if not re.match(r"verify\.checker(\.|$)", module):
                continue
            names = [f"{module}.{alias.name}" for alias in node.names]
            if any(map(INSIDE.match, names)) or any(HIDDEN.search(name) for name in names):
                return True
    return False


def tests_that_reach_inside(folder: Path = ROOT / "tests") -> list[str]:
    """The test files, and what they share, that do."""
    paths = sorted(folder.rglob("*.py"))
    return [path.relative_to(folder).as_posix() for path in paths if reaches_inside(path.read_text(encoding="utf-8"))]


def disk_bytes(folder: Path) -> int:
    """What the files below a folder hold; a file with several names counts once."""
    found = {(status.st_dev, status.st_ino): status.st_size for status in _statuses(folder)}
    return sum(found.values())


def installed_bytes(what: str) -> int:
    """Bytes that `pip install` adds to an empty virtual environment. Needs a package index."""
    with tempfile.TemporaryDirectory() as place:
        environment = Path(place) / "environment"
        _run([sys.executable, "-m", "venv", str(environment)])
        empty = disk_bytes(environment)
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        _run([str(python), "-m", "pip", "install", "--quiet", "--no-compile", what])
        return disk_bytes(environment) - empty


def seconds(commands: dict[str, list[str]], repeats: int) -> dict[str, float]:
    """The median wall-clock time of each command, run in turn, so that a busy machine slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            start = time.perf_counter()
            _run(command)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def rows(repeats: int, install: str | None) -> list[tuple[str, str]]:
    """What is measured, and the measure."""
    found = sizes(CHECKER)
    without = {name: size for name, size in found.items() if not name.startswith("float64/")}
    longest = sorted(found, key=lambda name: -found[name][1])[:5]
    ran = executed(THEOREM_1)
    inside = tests_that_reach_inside()
    table = [
        ("trusted lines of code, without `float64`", f"{sum(code for code, _ in without.values()):,}"),
        ("trusted lines of code, all", f"{sum(code for code, _ in found.values()):,}"),
        ("trusted lines with docstrings, comments and imports", f"{sum(lines for _, lines in found.values()):,}"),
        ("trusted files", f"{len(found)}"),
        ("longest trusted files", ", ".join(f"`{name}` {found[name][1]}" for name in longest)),
        (f"trusted files over {LONG} lines", f"{sum(lines > LONG for _, lines in found.values())}"),
        (
            f"lines of code run by `{THEOREM_1.name}`",
            f"{sum(lines for lines, _ in ran.values()):,} in {len(ran)} files",
        ),
        ("of which inside of functions", f"{sum(within for _, within in ran.values()):,}"),
        ("test files that import insides of the checker", f"{len(inside)}"),
    ]
    if repeats:
        console = shutil.which("verify", path=str(Path(sys.executable).parent))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -m verify.checker": [sys.executable, "-m", "verify.checker", str(THEOREM_1)],
            "verify check": [
                *([console] if console else [sys.executable, "-m", "verify"]),
                "check",
                str(THEOREM_1),
            ],
        }
        times = seconds(commands, repeats)
        empty = times["python -c pass"]
        for name in list(commands)[1:]:
            table.append(
                (f"`{name}` of that file", f"{times[name]:.2f} s, {times[name] / empty:.1f} x an empty Python")
            )
    if install is not None:
        table.append((f"`pip install {Path(install).name}`", f"{installed_bytes(install) / 1e6:.0f} MB"))
    return table


def markdown(table: Iterable[tuple[str, str]]) -> str:
    """A table of two columns."""
    return "\n".join(["| measure | now |", "|---|---|", *(f"| {what} | {measure} |" for what, measure in table)])


def _run(command: list[str]) -> str:
    """The output of a command that must succeed, with this repository in front of what else is installed."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}
    )
    if done.returncode:
        raise RuntimeError(f"{command[:3]} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _statuses(folder: Path) -> Iterable[os.stat_result]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name).lstat()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9, help="runs of each command; 0 for no times (default: 9)")
    parser.add_argument(
        "--install",
        nargs="?",
        const=str(ROOT),
        metavar="WHAT",
        help="also install WHAT (default: this repository; `.[all]` with all extras) into an empty environment",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="name the files and tests that are counted")
    options = parser.parse_args()
    print(markdown(rows(options.repeats, options.install)))
    if options.verbose:
        print(
            "\nRun by the certificate:",
            *(f"  {name} {count[0]}" for name, count in executed(THEOREM_1).items()),
            sep="\n",
        )
        print("\nTests that import insides:", *(f"  {name}" for name in tests_that_reach_inside()), sep="\n")


if __name__ == "__main__":
    main()
