"""Helpers for proofs about finite data: a claim, how its certificate is made, and what settles it.

For packages that bring proofs, as `verify new-proof` writes them, and for those of this distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from verify.checker.public import Reason, Statement
from verify.checker.statements.given_point import GivenPoint
from verify.producer.audit.judge import search_better
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, exact_number
from verify.producer.parts import Part, write_parts
from verify.producer.proof import Claim, Progress, Proof, installed
from verify.producer.prover import Certificate, NotCertified

__all__ = ["Item", "Vector", "better", "proof", "says", "says_at", "vector"]

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One claim; without `make` it is undecided, and `missing` says why."""

    name: str
    claim: str
    """The paper's sentence, reworded in this project's terms; and the instance on which it is settled."""
    file: str = ""
    make: Callable[[], Certificate] | None = None
    settles: Callable[[Statement], bool] = lambda statement: False
    verdict: str = "proved"
    missing: str = ""


_ITEMS: dict[str, tuple[Item, ...]] = {}
"""Of the proofs that were imported in this process, by name."""


def proof(name: str, paper: str, items: Sequence[Item]) -> Proof:
    """The proof of a paper, from its items; `name` is that of its entry point."""
    _ITEMS[name] = tuple(items)

    def write(folder: Path, progress: Progress, executor: Executor | None = None) -> None:
        first = {item.file: item for item in reversed(items) if item.make is not None}  # several may share a file
        parts = [Part(file, partial(_made, name, file), _settles(items, file)) for file in first]
        write_parts(parts, folder, progress, executor)

    claims = tuple(
        Claim(item.name, item.claim, item.file, item.settles, verdict=item.verdict, missing=item.missing)
        for item in items
    )
    return Proof(name, paper, claims, write)


def _made(name: str, file: str) -> Certificate:
    """The certificate of a file, in whatever process this is: a proof's items need not be sent there."""
    if name not in _ITEMS:
        installed()[name]  # loads its module, of whatever package, which calls `proof`
    item = next(item for item in _ITEMS[name] if item.file == file and item.make is not None)
    assert item.make is not None  # noqa: S101 - it was chosen so
    certificate = item.make()
    if not _settles(_ITEMS[name], file)(certificate.read().statement):
        raise NotCertified(f"{item.name}: the certificate proves something else", {}, Reason.NOT_COVERED)
    return certificate


def _settles(items: Sequence[Item], file: str) -> Callable[[Statement], bool]:
    """Whether a statement settles every item whose certificate the file is."""
    of_file = [item for item in items if item.file == file]
    return lambda statement: bool(of_file) and all(item.settles(statement) for item in of_file)


def vector(*numbers: object) -> Vector:
    """Exact numbers."""
    return tuple(exact_number(entry) for entry in numbers)


def says(risk: EmpiricalRisk, name: str, **members: object) -> Callable[[Statement], bool]:
    """Whether a statement is about this risk, has this property, and these further members."""

    def fits(statement: Statement) -> bool:
        found: Any = statement
        return (
            getattr(found, "landscape", None) == risk.exact
            and found.property == name
            and all(getattr(found, member) == value for member, value in members.items())
        )

    return fits


def says_at(risk: EmpiricalRisk, name: str, point: Vector, loss: Fraction | None = None) -> Callable[[Statement], bool]:
    """Whether a statement is about this point of this risk, with exactly this loss where one is given."""

    def fits(statement: Statement) -> bool:
        return (
            isinstance(statement, GivenPoint)
            and says(risk, name, point=(point,))(statement)
            and (loss is None or statement.value == (loss, loss))
        )

    return fits


def better(risk: EmpiricalRisk, than: float) -> Vector:
    """A point with a smaller loss, found by descent."""
    found = search_better(risk, than)
    if found is None:
        raise NotCertified("no point of smaller loss was found", {"loss": than}, Reason.NO_CANDIDATE)
    return tuple(Fraction(float(entry)) for entry in found)
