"""Rigorous bounds on SDPLIB's problems: gaps, and times beside the solver's.

    python benchmarks/sdp.py ../shared/data/sdplib --output docs/BENCHMARKS.md

Replaces the section "Semidefinite programs" of the file, or adds it. Each problem is solved once, then bounded from
both sides (no further call of the solver), then both certificates are checked, all in one process.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import clarabel
import cvxpy
import flint
from sections import put_section

from verify.checker import Verified, check
from verify.checker.core.exact import at_least, at_most
from verify.checker.front.certificate import Certificate
from verify.checker.front.session import read
from verify.checker.statements.critical_point import Minimum
from verify.producer.sdp import bound
from verify.producer.sdp.definite_box import by_balls, by_lmi, largest_radius

HEADING = "Semidefinite programs"
PUBLISHED = {
    "truss1": "1.7e-8",
    "truss3": "3.7e-9",
    "theta1": "1.3e-7",
    "mcp100": "3.3e-7",
    "control1": "1.0e-6",
    "control2": "3.0e-6",
    "arch0": "8.0e-3",
}
"""Relative gaps published for VSDP."""
ROOT = Path(__file__).parents[1]
STUDENTS = (
    ROOT / "tests" / "corpus" / "valid" / "fewer-neurons-k3.json",
    ROOT / "certificates" / "safran-shamir-2018" / "k06-n06.json",
)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--solver", default="CLARABEL")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    put_section(options.output, HEADING, "".join(report(options.folder, options.solver)))


def report(folder: Path, solver: str) -> Iterator[str]:
    """The section, piece by piece; prints each row."""
    yield "Made by `python benchmarks/sdp.py ../shared/data/sdplib --output docs/BENCHMARKS.md`: "
    yield f"Python {platform.python_version()}, FLINT {flint.__FLINT_VERSION__}, CVXPY {cvxpy.__version__}, "
    yield f"Clarabel {clarabel.__version__}, {platform.machine()}, one thread.\n\n"
    yield f"The solver ({solver}, through CVXPY, its own tolerances) is called once; *bound* is all that the proof of "
    yield "both bounds takes after that, checking included, without a further solve; *check* is the checker alone, on "
    yield "both certificates. The relative gap is (upper - lower) / max(1, (|lower| + |upper|) / 2); beside it what is "
    yield "published for VSDP.\n\n"
    yield "| problem | solver's value | lower | upper | relative gap | VSDP | solve (s) | bound (s) | bound / solve | "
    yield "check (s) | no bound, because |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
    for path in sorted(folder.glob("*.dat-s")):
        row = measure(path, solver)
        print(row, end="", flush=True)
        yield row
    yield "\nThe largest box of teachers (every entry moves by at most the radius) for which the Hessian at a fixed "
    yield "student is proved definite: plain evaluation in balls, and by linear matrix inequalities.\n\n"
    yield "| student | unknowns | plain balls | by LMI | ratio | plain (s) | by LMI (s) |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for path in STUDENTS:
        row = measure_box(path)
        print(row, end="", flush=True)
        yield row


def measure_box(path: Path) -> str:
    """One row of the second table."""
    content = read(path)
    assert isinstance(content, Certificate) and isinstance(content.statement, Minimum)
    landscape, student = content.statement.landscape, content.statement.center
    radii, times = [], []
    for method in (by_balls, by_lmi):
        start = time.perf_counter()
        radii.append(largest_radius(method, landscape, student))
        times.append(time.perf_counter() - start)
    sizes = [at_least(radius, 3) for radius in radii]
    row = [path.stem, str(landscape.neurons * landscape.input_dimension), *sizes, f"{float(radii[1] / radii[0]):.0f}"]
    return f"| {' | '.join([*row, *(f'{seconds:.1f}' for seconds in times)])} |\n"


def measure(path: Path, solver: str) -> str:
    """One row."""
    result = bound(path, solver)
    with tempfile.TemporaryDirectory() as folder:
        paths = result.save(folder)
        start = time.perf_counter()
        for file in paths:
            if not isinstance(check(file), Verified):
                raise SystemExit(f"{file} is not verified")
        checking = time.perf_counter() - start
    solving, bounding = result.bounds.hint.seconds, result.bounds.seconds
    said = f"{result.solver_value:.10g}" if result.solver_value is not None else result.bounds.hint.status
    why = "no x is feasible: proved" if result.infeasible else "; ".join(result.bounds.reasons.values())
    name = path.name.removesuffix(".dat-s")
    gap = "" if result.relative_gap is None else f"{result.relative_gap:.1e}"
    shown = [_shown(result.lower, at_least), _shown(result.upper, at_most)]
    times = [f"{solving:.2f}", f"{bounding:.2f}", f"{bounding / solving:.1f}", f"{checking:.2f}"]
    return f"| {' | '.join([name, said, *shown, gap, PUBLISHED.get(name, ''), *times, why])} |\n"


def _shown(value: Fraction | None, rounding: object) -> str:
    return "" if value is None else rounding(value, 12)  # type: ignore[operator,no-any-return]


if __name__ == "__main__":
    main()
