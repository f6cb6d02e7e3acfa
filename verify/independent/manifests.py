"""Manifests: theorems about many pairs (k, n), proved by parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .claims import Claim
from .fields import FILE_NAME, MAX_PARTS, MAX_UNKNOWNS, PROPERTIES, Field, read_activation
from .kernels import Activation
from .kinds.population_teacher_student import CriticalPoint

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Theorem:
    """What a manifest claims: a property for each pair (k, n), and the digests of its parts by file name."""

    activation: Activation
    claimed: str
    lifted: bool
    pairs: list[tuple[int, int]]
    parts: dict[str, str]

    def sentence(self) -> str:
        """The statement, in words."""
        pairs = ", ".join(map(str, self.pairs))
        dimension = "every d >= k" if self.lifted else "d = k"
        return f"{self.claimed} ({dimension}; an orthonormal teacher, {self.activation.name}; (k, n) = {pairs})"

    def settled(self, claim: Claim | Theorem | None) -> tuple[int, int] | None:
        """The pair that a proved claim settles."""
        if not isinstance(claim, CriticalPoint):
            return None
        land, pair = claim.land, (claim.land.k, claim.land.n)
        implied = {claim.claimed} | ({"strict-local-minimum"} if claim.claimed == "spurious-local-minimum" else set())
        right = land.orthonormal and land.activation == self.activation and self.claimed in implied
        return pair if right and (claim.lifted or not self.lifted) and pair in self.pairs else None


def read_theorem(statement: Field, witness: Field) -> Theorem:
    """A manifest's statement and witness."""
    fields = statement.members("landscape", "property", "input_dimension", "pairs")
    landscape = fields["landscape"].members("kind", "activation", "teacher")
    landscape["kind"].word("population-teacher-student")
    landscape["teacher"].word("orthonormal")
    pairs = []
    for field in fields["pairs"].entries(1, MAX_PARTS):
        k, n = (entry.integer(1, MAX_UNKNOWNS) for entry in field.entries(2, 2))
        pairs.append((k, n))
    if len(set(pairs)) < len(pairs):
        fields["pairs"].fail("a pair is listed more than once")
    parts: dict[str, str] = {}
    for field in witness.members("parts")["parts"].entries(1, MAX_PARTS):
        part = field.members("file", "digest")
        name, digest = part["file"].word(), part["digest"].word()
        if not FILE_NAME.fullmatch(name):
            part["file"].fail("must be a plain file name in the manifest's folder")
        if not DIGEST.fullmatch(digest):
            part["digest"].fail("must be sha256: and 64 lower-case hexadecimal digits")
        if name in parts:
            field.fail("a file is named more than once")
        parts[name] = digest
    return Theorem(
        activation=read_activation(landscape["activation"]),
        claimed=fields["property"].word(*PROPERTIES),
        lifted=fields["input_dimension"].word("k", "at_least_k") == "at_least_k",
        pairs=pairs,
        parts=parts,
    )
