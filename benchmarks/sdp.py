"""Rigorous bounds on SDPLIB's problems: gaps, and times beside the solver's.

    python benchmarks/sdp.py ../shared/data/sdplib --output docs/BENCHMARKS.md

Replaces the section "Semidefinite programs" of the file, or adds it. Each problem is solved by CVXPY, which is what the
time is compared with, then bounded from both sides, then both certificates are checked, all in one process.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read by the BLAS when it is loaded

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
from verify.producer.sdp import bounds as bounds_module
from verify.producer.sdp.bounds import bound_instance
from verify.producer.sdp.certified import Bounds
from verify.producer.sdp.definite_box import by_balls, by_lmi, largest_radius
from verify.producer.sdp.instance import Instance
from verify.producer.sdp.last_resort import LastResort
from verify.producer.sdp.solver import Hint, ask, cvxpy_problem, solve

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
NOT_SOLVED = ("gpp100", "maxG11", "mcp500-1", "theta3", "theta4")
"""CVXPY takes minutes."""
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
    yield "Seconds are CPU seconds, in one process. *CVXPY* is one `solve()` with CLARABEL at its own tolerances, its "
    yield "second one in the process; *Clarabel* is the call that gives the hint (0: not asked, the program is large). "
    yield "*Bound* is all that the proof of both bounds takes beside that, checking included; *check* is the checker "
    yield "alone, on both files, reading them included. The relative gap is (upper - lower) / max(1, (|lower| + "
    yield "|upper|) / 2); beside it what is published for VSDP. *Steps* are those in 256 bits, the last resort.\n\n"
    columns = ["problem", "m", "largest block", "lower", "upper", "relative gap", "VSDP", "CVXPY (s)", "Clarabel (s)"]
    columns += ["bound (s)", "bound / CVXPY", "check (s)", "steps", "no bound, because"]
    yield f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|\n"
    warm_up(folder)
    entered = count_last_resorts()
    for path in sorted(folder.glob("*.dat-s"), key=lambda path: path.stat().st_size):
        row = measure(path, solver)
        print(row, end="", flush=True)
        yield row
    named = ", ".join(sorted({name.removesuffix(".dat-s") for name in entered}))
    yield f"\nThe last resort in many bits (`exact_barrier`) was entered {len(entered)} times: for {named}; "
    yield "for no other.\n"
    yield "\nThe largest box of teachers (every entry moves by at most the radius) for which the Hessian at a fixed "
    yield "student is proved definite: plain evaluation in balls, and by linear matrix inequalities.\n\n"
    yield "| student | unknowns | plain balls | by LMI | ratio | plain (s) | by LMI (s) |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for path in STUDENTS:
        row = measure_box(path)
        print(row, end="", flush=True)
        yield row


def count_last_resorts() -> list[str]:
    """A list to which the name of each program is added for which steps in many bits are prepared."""
    entered: list[str] = []
    build = LastResort.__init__

    def counted(self: LastResort, bounds: Bounds, *given: Any, **named: Any) -> None:
        entered.append(bounds.instance.name)
        build(self, bounds, *given, **named)

    LastResort.__init__ = counted  # type: ignore[method-assign]
    return entered


def warm_up(folder: Path) -> None:
    """Import what is imported at the first use; leave those objects out of collections, which would fall on anyone."""
    first = min(folder.glob("*.dat-s"), key=lambda path: path.stat().st_size)
    bound(first)
    _, _, problem = cvxpy_problem(Instance.load(first))
    ask(problem, "CLARABEL")
    forget()


def forget() -> None:
    """Leave what there is out of the collector's passes."""
    gc.collect()
    gc.freeze()


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
    name = path.name.removesuffix(".dat-s")
    instance = Instance.load(path)
    forget()
    solving = None if name in NOT_SOLVED else cvxpy_seconds(instance)
    asked = 0.0

    def timed(*given: Any) -> Hint:
        nonlocal asked
        start = time.process_time()
        hint = solve(*given)
        asked += time.process_time() - start
        return hint

    bounds_module.solve = timed
    start = time.process_time()
    result = bound_instance(instance, solver)
    bounding = time.process_time() - start - asked
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / instance.name).write_bytes(instance.content)
        start = time.process_time()
        for kind, certificate in result.certificates.items():
            certificate.save(Path(folder) / f"{kind}.json")
        saved = time.process_time()
        for kind in result.certificates:
            if not isinstance(check(Path(folder) / f"{kind}.json"), Verified):
                raise SystemExit(f"{name}: {kind} is not verified")
        checking = time.process_time() - saved
    why = {"inequality": "no x is feasible: proved", "equality": "no Y is feasible: proved"}.get(
        result.infeasible or "", "; ".join(result.reasons.values())
    )
    gap = "" if result.relative_gap is None else f"{result.relative_gap:.1e}"
    shown = [_shown(result.lower, at_least), _shown(result.upper, at_most)]
    sizes = [str(instance.program.variables), str(max(block.order for block in instance.program.blocks))]
    ratio = ["not run", f"{asked:.2f}", f"{bounding:.3f}", ""]
    if solving is not None:
        ratio = [f"{solving:.3f}", f"{asked:.3f}", f"{bounding:.3f}", f"{bounding / solving:.2f}"]
    cells = [
        name,
        *sizes,
        *shown,
        gap,
        PUBLISHED.get(name, ""),
        *ratio,
        f"{checking:.2f}",
        str(result.exact_steps),
        why,
    ]
    return f"| {' | '.join(cells)} |\n"


def cvxpy_seconds(instance: Instance) -> float:
    """Of `solve()`, on this thread's processor."""
    _, _, problem = cvxpy_problem(instance)
    start = time.process_time()
    with contextlib.suppress(cvxpy.error.SolverError):
        ask(problem, "CLARABEL")
    return time.process_time() - start


def _shown(value: Fraction | None, rounding: object) -> str:
    return "" if value is None else rounding(value, 12)  # type: ignore[operator,no-any-return]


if __name__ == "__main__":
    main()
