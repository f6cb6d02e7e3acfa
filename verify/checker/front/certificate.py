"""A certificate as read: its statement, its witness and its digest."""

from __future__ import annotations

from dataclasses import dataclass

from verify.checker.core.reader import Field, digest
from verify.checker.core.statement import Statement
from verify.checker.core.witness import Witness
from verify.checker.kinds import kind_of
from verify.checker.kinds.kind import Kind

FORMAT = "landscape-verify-certificate/1"
MANIFEST_FORMAT = "landscape-verify-manifest/1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A statement and what makes it checkable. Nothing in it is believed yet."""

    kind: Kind
    statement: Statement
    witness: Witness
    digest: str

    @classmethod
    def read(cls, root: Field) -> Certificate:
        """Read a certificate's tree."""
        parts = read_envelope(root, FORMAT)
        kind = kind_of(parts["statement"])
        statement = kind.statement.read(parts["statement"], {})
        witness = kind.witness.read(parts["witness"], {"statement": statement})
        return cls(kind, statement, witness, check_digest(parts))


def read_envelope(root: Field, format_name: str) -> dict[str, Field]:
    """The members that certificates and manifests share."""
    parts = root.fields(["format", "statement", "witness", "digest"], ["provenance"])
    parts["format"].text(format_name)
    return parts


def check_digest(parts: dict[str, Field]) -> str:
    """The file's digest, which must be that of its content. To be called when all of the content has been read."""
    right = digest({name: parts[name].content for name in ("format", "statement", "witness")})
    if parts["digest"].text() != right:
        parts["digest"].fail(f"does not match the content, whose digest is {right}")
    return right
