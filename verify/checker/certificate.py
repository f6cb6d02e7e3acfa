"""A certificate as read: its statement, its witness and its digest."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.limits import MAX_PRECISION, MIN_PRECISION
from verify.checker.reader import Field, digest
from verify.checker.rules.proof import Witness
from verify.checker.statement import Statement

FORMAT = "landscape-verify-certificate/1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A statement and what makes it checkable. Nothing in it is believed yet."""

    statement: Statement
    witness: Witness
    digest: str

    @classmethod
    def read(cls, root: Field) -> Certificate:
        """Read a certificate's tree."""
        parts = read_envelope(root)
        statement = Statement.read(parts["statement"])
        return cls(statement, _read_witness(parts["witness"], statement), check_digest(parts))


def read_envelope(root: Field) -> dict[str, Field]:
    """The members that certificates and manifests share."""
    return root.fields(["format", "statement", "witness", "digest"], ["provenance"])


def check_digest(parts: dict[str, Field]) -> str:
    """The file's digest, which must be that of its content. To be called when all of the content has been read."""
    right = digest({name: parts[name].content for name in ("format", "statement", "witness")})
    if parts["digest"].text() != right:
        parts["digest"].fail(f"does not match the content, whose digest is {right}")
    return right


def _read_witness(field: Field, statement: Statement) -> Witness:
    shape = (statement.landscape.neurons, statement.landscape.input_dimension)
    if statement.property == "saddle":
        parts = field.fields(["precision", "negative_direction", "positive_direction"])
    else:
        parts = field.fields(["precision"], ["better_point"] if statement.property == "spurious-local-minimum" else [])
    directions = {name: part.matrix(*shape) for name, part in parts.items() if name != "precision"}
    for name in ("negative_direction", "positive_direction"):
        if name in directions and not any(any(row) for row in directions[name]):
            parts[name].fail("is zero")
    return Witness(precision=parts["precision"].count(MIN_PRECISION, MAX_PRECISION), **directions)
