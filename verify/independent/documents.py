"""Certificates and manifests: the envelope, the canonical form and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from .claims import Claim, NotSupported
from .fields import Field
from .kinds import KINDS, LEFT_OUT
from .manifests import Theorem, read_theorem
from .outcomes import MalformedError
from .reader import MAX_FILE_BYTES, Text

CERTIFICATE, MANIFEST = "landscape-verify-certificate/1", "landscape-verify-manifest/1"
MANIFESTS, MANIFESTS_LEFT_OUT = ("population-teacher-student",), frozenset({"two-neuron-teachers"})
DOMAIN_PREFIX = b"landscape-verify digest 1\n"


def canonical(value: Any) -> str:
    """The canonical form of what a file consists of; no string of a well-formed certificate needs an escape."""
    if isinstance(value, dict):
        return "{" + ",".join(f'"{name}":{canonical(value[name])}' for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return {"True": "true", "False": "false", "None": "null"}.get(str(value), str(value))


@dataclass(frozen=True)
class Document:
    """A well-formed file."""

    digest: str
    claim: Claim | Theorem


def read(content: bytes, manifest: bool | None = None) -> Document:
    """The document that a file's content is; `manifest`: only this kind of document is wanted."""
    if not 0 < len(content) <= MAX_FILE_BYTES:
        raise MalformedError(f"has {len(content)} bytes instead of 1 to {MAX_FILE_BYTES}")
    tree = Text(content).tree
    whole = Field(tree, "")
    is_manifest = whole.member("format").word(CERTIFICATE, MANIFEST) == MANIFEST
    fields = whole.members("format", "statement", "witness", "digest", optional=("provenance",))
    if manifest is not None and manifest != is_manifest:
        fields["format"].fail("a manifest is wanted here" if manifest else "a manifest cannot be a part of a manifest")
    claim = (read_manifest if is_manifest else read_claim)(fields["statement"], fields["witness"])
    bound = canonical({name: tree[name] for name in ("format", "statement", "witness")})
    digest = "sha256:" + hashlib.sha256(DOMAIN_PREFIX + bound.encode("utf-8", "surrogatepass")).hexdigest()
    if fields["digest"].word() != digest:
        fields["digest"].fail(f"does not match the content, whose digest is {digest}")
    return Document(digest, claim)


def read_claim(statement: Field, witness: Field) -> Claim:
    """A certificate, by its kind of landscape."""
    kind = statement.member("landscape").member("kind").word(*KINDS, *sorted(LEFT_OUT))
    return NotSupported(kind) if kind in LEFT_OUT else KINDS[kind](statement, witness)


def read_manifest(statement: Field, witness: Field) -> Claim | Theorem:
    """A manifest, by the kind of landscape of its parts."""
    kind = statement.member("landscape").member("kind").word(*MANIFESTS, *sorted(MANIFESTS_LEFT_OUT))
    return NotSupported(kind) if kind in MANIFESTS_LEFT_OUT else read_theorem(statement, witness)
