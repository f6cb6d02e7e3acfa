"""The table of kinds in docs/INDEPENDENT.md: python -m tests.independent.kinds writes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.independent.package import FOLDER
from verify.independent.kinds import KINDS, LEFT_OUT

GUIDE = Path(__file__).parents[2] / "docs" / "INDEPENDENT.md"
START, END = "<!-- kinds -->\n", "<!-- end of kinds -->"
SHARED = frozenset({"reader", "fields", "claims", "words", "outcomes"})
ASSUMED = {  # the documents with the theorems
    "population-teacher-student": ("THEOREMS",),
    "population-teacher-student-family": ("THEOREMS", "SYMMETRY", "EVERY_K"),
    "symmetric-teacher-student": ("THEOREMS", "SYMMETRY"),
    "nearly-orthonormal-teachers": ("THEOREMS", "TEACHERS"),
    "empirical-risk": ("THEOREMS", "AUDIT"),
    "semidefinite-program": ("SDP",),
    "matrix": ("SDP",),
    "polynomial": ("SDP",),
    "quadratic-network": ("SDP",),
    "deep-linear-networks": ("LINEAR",),
    "deep-linear-network": ("LINEAR",),
    "matrix-products": ("LINEAR",),
    "residual-linear-networks": ("LINEAR",),
    "residual-linear-network": ("LINEAR",),
    "network-features": ("WIDE",),
    "networks-of-every-size": ("WIDE",),
    "quadratic-networks": ("WIDE",),
    "limiting-gram-matrix": ("WIDE",),
    "small-empirical-risk": ("AUDIT", "COVERS"),
    "small-teacher-student": ("THEOREMS", "COVERS"),
    "two-neuron-teachers": ("THEOREMS", "COVERS"),
}


def needed(source: Path) -> Iterator[Path]:
    """The files of the package that a file imports from."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            target = source.parents[node.level - 1].joinpath(*(node.module or "").split(".")).with_suffix(".py")
            if target.exists():
                yield target


def closure(source: Path) -> set[Path]:
    """A file and all that it needs, but for what all kinds share."""
    found, waiting = set(), [source]
    while waiting:
        path = waiting.pop()
        if path not in found and path.relative_to(FOLDER).with_suffix("").as_posix() not in SHARED:
            found.add(path)
            waiting.extend(needed(path))
    return found


def lines(source: Path) -> int:
    """Those of a file, with its comments and docstrings."""
    return len(source.read_text(encoding="utf-8").splitlines())


def table() -> str:
    """A row for each kind."""
    rows = ["| kind | known | its file | lines, with what it needs | assumed |", "|---|---|---|---|---|"]
    for kind in sorted({*KINDS, *LEFT_OUT}):
        source = FOLDER / "kinds" / f"{kind.replace('-', '_')}.py"
        known, count = "no", ""
        if kind in KINDS:
            known, count = "yes", f"{lines(source)}, {sum(map(lines, closure(source)))}"
        name = f"[{source.name}](../verify/independent/kinds/{source.name})" if kind in KINDS else ""
        assumed = ", ".join(f"[{document}.md]({document}.md)" for document in ASSUMED[kind])
        rows.append(f"| `{kind}` | {known} | {name} | {count} | {assumed} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the table into the guide."""
    before, rest = GUIDE.read_text(encoding="utf-8").split(START)
    GUIDE.write_text(before + START + table() + rest[rest.index(END) :], encoding="utf-8")


if __name__ == "__main__":
    main()
