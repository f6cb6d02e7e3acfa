"""What the proofs about finite data share: a claim, how its certificate is made, and what settles it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.checker.core.codes import Reason
from verify.checker.core.statement import Statement
from verify.checker.core.verdict import Verified
from verify.checker.front.session import Session
from verify.checker.statements.given_point import GivenPoint
from verify.producer.audit.judge import search_better
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, exact_number
from verify.producer.proof import Claim, Progress, Proof
from verify.producer.prover import Certificate, NotCertified

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


def proof(name: str, paper: str, items: Sequence[Item]) -> Proof:
    """The proof of a paper, from its items."""

    def write(folder: Path, progress: Progress, executor: object = None) -> None:
        for done, item in enumerate(items):
            if item.make is None:
                continue
            progress(item.name, done, len(items))
            verdict = Session().check(folder / item.file)
            if isinstance(verdict, Verified) and item.settles(verdict.statement):
                continue
            certificate = item.make()
            if not item.settles(certificate.read().statement):
                raise NotCertified(f"{item.name}: the certificate proves something else", {}, Reason.NOT_COVERED)
            certificate.save(folder / item.file)

    claims = tuple(
        Claim(item.name, item.claim, item.file, item.settles, verdict=item.verdict, missing=item.missing)
        for item in items
    )
    return Proof(name, paper, claims, write)


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
