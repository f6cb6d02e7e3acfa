"""A manifest binds many certificates to one theorem; its parts must cover the claim.

The theorem: for each pair (k, n) of a list, the landscape with an orthonormal teacher
of k neurons and n student neurons has the property, in every input dimension d >= k or
in d = k; or a property of all teachers in a region (`regions`). The manifest names its parts by file name (in its own
folder) and digest.
What a part proves is taken from the part's own verified statement, never from the manifest.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from verify.checker.core.codes import BEYOND_VERDICTS, Reason
from verify.checker.core.facts import Fact, maker
from verify.checker.core.limits import MAX_PARTS, MAX_UNKNOWNS
from verify.checker.core.reader import Field
from verify.checker.core.schema import Constant, Count, ListOf, Matching, Word, exactly, text, where
from verify.checker.core.statement import Statement
from verify.checker.core.table import Row, Table, Variants, values
from verify.checker.core.verdict import Malformed, Met, Rejected, Undecided, Verdict, Verified, verified
from verify.checker.front import regions
from verify.checker.front.certificate import MANIFEST_FORMAT, check_digest, read_envelope
from verify.checker.statements.critical_point import IMPLIES, KINDS, PROPERTIES, CriticalPoint
from verify.checker.statements.data_file import FILE_NAME
from verify.checker.statements.teacher_student import ACTIVATION, LOSS, Activation, TeacherStudentLandscape

RULE = "manifest"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Theorem(Statement):
    """What a manifest claims."""

    activation: Activation
    property: str
    every_dimension: bool
    pairs: tuple[Pair, ...]
    """(k, n): teacher neurons, student neurons."""
    SORT: ClassVar[str] = "of a critical point"

    @builtins.property
    def scope(self) -> str:
        """What the theorem covers."""
        dimension = "every input dimension d >= k" if self.every_dimension else "d = k"
        return f"{len(self.pairs)} pairs (k, n), {dimension}"

    @builtins.property
    def definition(self) -> str:
        """What the sentence's words stand for."""
        return LOSS.format(self.activation.describe())

    def sentence(self) -> str:
        """The theorem in words."""
        dimension = "every input dimension d >= k" if self.every_dimension else "input dimension d = k"
        listed = ", ".join(f"({k}, {n})" for k, n in self.pairs)
        student = f"n {self.activation.describe()} student neurons"
        return (
            f"For {dimension}, the population loss of {student} and a teacher of k orthonormal neurons has "
            f"{KINDS[self.property]}, for each of the {len(self.pairs)} pairs (k, n) = {listed}."
        )

    def is_a_part(self, statement: Statement) -> bool:
        """Whether a statement is of the sort of which this one is put together."""
        return isinstance(statement, CriticalPoint)

    def settled_by(self, statement: Statement) -> Pair | None:
        """The pair of this theorem that a proved statement settles, if it settles one."""
        if not isinstance(statement, CriticalPoint):
            return None
        landscape = statement.landscape
        if not isinstance(landscape, TeacherStudentLandscape):
            return None
        fits = (
            landscape.activation == self.activation
            and landscape.orthonormal
            and self.property in IMPLIES[statement.property]
            and (statement.every_dimension or not self.every_dimension)
        )
        pair = (len(landscape.teacher), landscape.neurons)
        return pair if fits and pair in self.pairs else None

    def missing(self, settled: Collection[Pair]) -> str | None:
        """What no part proves, in words; None if there is nothing."""
        missing = [pair for pair in self.pairs if pair not in settled]
        return f"no part proves the pairs (k, n) = {', '.join(map(str, missing[:10]))}" if missing else None

    def name_of(self, settled: Pair) -> str:
        """What a part settles, in words."""
        return f"the pair (k, n) = {settled}"


@dataclass(frozen=True, slots=True)
class EveryPart(Fact):
    """The parts of a manifest are proved."""

    statements: tuple[Statement, ...]

    def proves(self, statement: Statement) -> bool:
        """A theorem that has nothing which is not settled by a part, and that each part settles something of."""
        if not isinstance(statement, Theorem | regions.TheoremOfTeachers):
            return False
        settled: list[Any] = [statement.settled_by(part) for part in self.statements]
        return None not in settled and statement.missing(settled) is None


_every_part = maker(EveryPart)


@dataclass(frozen=True, slots=True)
class Part:
    """A certificate that a manifest names."""

    file: str
    digest: str


ABOUT = Table.of(
    values,
    Row("kind", Constant("population-teacher-student")),
    Row("activation", ACTIVATION),
    Row("teacher", Constant("orthonormal")),
)
PAIRS = where(
    ListOf(exactly(2, Count(1, MAX_UNKNOWNS)), 1, MAX_PARTS),
    lambda pairs: len(set(pairs)) == len(pairs),
    "a pair is listed more than once",
)
OF_PAIRS = Table.of(
    Theorem,
    Row("landscape", ABOUT),
    Row("property", text(*PROPERTIES)),
    Row("input_dimension", Word({"k": False, "at_least_k": True}), into="every_dimension"),
    Row("pairs", PAIRS),
)
THEOREM: Variants[Theorem | regions.TheoremOfTeachers] = Variants(
    "property", {**dict.fromkeys(PROPERTIES, OF_PAIRS), **regions.THEOREMS}
)
PART = Table.of(
    Part,
    Row("file", Matching(FILE_NAME, "must be a plain file name in the manifest's folder")),
    Row("digest", Matching(_DIGEST, "must be sha256: and 64 hexadecimal digits")),
)
PARTS = where(
    ListOf(PART, 1, MAX_PARTS),
    lambda parts: len({part.file for part in parts}) == len(parts),
    "a file is named more than once",
)
WITNESS = Table.of(values, Row("parts", PARTS))


@dataclass(frozen=True, slots=True)
class Manifest:
    """A theorem and the parts that are to prove it."""

    statement: Theorem | regions.TheoremOfTeachers
    parts: tuple[Part, ...]
    digest: str

    @classmethod
    def read(cls, root: Field) -> Manifest:
        """Read a manifest's tree."""
        envelope = read_envelope(root, MANIFEST_FORMAT)
        theorem = THEOREM.read(envelope["statement"], {})
        return cls(theorem, WITNESS.read(envelope["witness"], {})["parts"], check_digest(envelope))

    def judge(self, verdicts: Mapping[Part, Verdict | None]) -> Verdict:
        """Verified only if each part is verified with the digest named, settles something, and all is settled.

        The tiers of trust and the assumptions are those of the parts, together.
        """
        theorem = self.statement

        def rejected(reason: str) -> Rejected:
            return Rejected(reason, theorem, digest=self.digest, code=Reason.NOT_COVERED)

        settled: dict[Any, str] = {}
        proved: list[Verified] = []
        undecided: list[tuple[Part, Undecided]] = []
        for part in self.parts:
            verdict = verdicts[part]
            if verdict is None:
                return rejected(f"the part {part.file} is missing")
            if isinstance(verdict, Malformed | Rejected):
                return rejected(f"the part {part.file} is {verdict.name.lower()}: {verdict.reason}")
            if isinstance(verdict, Undecided) and verdict.statement is None:  # out of memory before it was read
                undecided.append((part, verdict))
                continue
            if verdict.digest != part.digest:
                return rejected(f"the part {part.file} is another certificate than the one named (its digest differs)")
            statement = verdict.statement if isinstance(verdict, Verified | Undecided) else None
            if statement is None or not theorem.is_a_part(statement):
                return rejected(f"the part {part.file} is no certificate {theorem.SORT}")
            settles = theorem.settled_by(statement)
            if settles is None:
                return rejected(f"the part {part.file} proves nothing that is claimed: {statement.sentence()}")
            if isinstance(verdict, Verified):
                settled[settles] = part.file
                proved.append(verdict)
            elif isinstance(verdict, Undecided):
                undecided.append((part, verdict))
        if undecided:
            codes = [verdict.code for _, verdict in undecided]
            code = next((code for code in codes if code in BEYOND_VERDICTS), codes[0])
            listed = "; ".join(f"{part.file}: {verdict.reason}" for part, verdict in undecided[:3])
            return Undecided(f"undecided parts: {listed}", theorem, digest=self.digest, code=code)
        if (missing := theorem.missing(settled.keys())) is not None:
            return rejected(missing)
        met = tuple(Met(RULE, theorem.name_of(found), file) for found, file in settled.items())
        trust = " and ".join(sorted({verdict.trust for verdict in proved}))
        assumptions = tuple(dict.fromkeys(line for verdict in proved for line in verdict.assumptions))
        parts = _every_part(tuple(verdict.statement for verdict in proved))
        return verified(parts, theorem, met, trust, assumptions, digest=self.digest)
