"""The bridge from the front door to the second checker, which is asked and printed as the first one is.

`verify check --trust independent`. It stands between the two checkers, and neither imports it.
"""

from __future__ import annotations

import builtins
import platform
from dataclasses import dataclass
from pathlib import Path

from verify.checker.core.codes import Reason
from verify.checker.core.facts import Fact, maker
from verify.checker.core.reader import NotACertificate
from verify.checker.core.statement import Statement
from verify.checker.core.verdict import Malformed, Met, Rejected, Undecided, Verdict, verified
from verify.independent import checking, verdicts
from verify.independent.claims import NotSupported
from verify.independent.outcomes import MalformedError
from verify.independent.verdicts import Result

TIER = "independent"
_MET = (Met(TIER, "each hypothesis that docs/CERTIFICATE.md lists", "proved where docs/INDEPENDENT.md says"),)
_ASSUMPTIONS = (
    "verify/independent proves what docs/CERTIFICATE.md asks for",
    f"the integers, fractions, strings and SHA-256 of Python {platform.python_version()} are right",
    "the theorems of docs/ (THEOREMS, SYMMETRY, EVERY_K, TEACHERS, AUDIT, SDP, LINEAR, COVERS, WIDE), which the rules "
    "apply",
)


@dataclass(frozen=True, slots=True)
class Told(Statement):
    """A statement as the second checker tells it."""

    property: str
    told: str

    @builtins.property
    def scope(self) -> str:
        """It has one sentence only."""
        return "what the sentence names"

    @builtins.property
    def definition(self) -> str:
        """Where the words are defined."""
        return "the words and the numbers of the file mean what docs/CERTIFICATE.md says"

    def sentence(self) -> str:
        """The second checker's."""
        return self.told


@dataclass(frozen=True, slots=True)
class SecondCheckerSaysSo(Fact):
    """The second checker verified a file, and tells its statement so."""

    told: Told

    def proves(self, statement: Statement) -> bool:
        """What it told."""
        return statement == self.told


_says_so = maker(SecondCheckerSaysSo)


class IndependentSession:
    """One run of the second checker; the names are those of `verify.checker.front.session.Session`."""

    def __init__(self, time_limit: float) -> None:
        self._seconds = time_limit
        self._data: dict[str, bytes] = {}
        self._found: dict[tuple[str, bool], Result] = {}
        self._done: dict[str | None, Result] = {}  # by digest

    def add_data(self, path: Path) -> None:
        """Read a data file that certificates may be about. Raises NotACertificate."""
        try:
            self._data |= checking.read_data(str(path))
        except MalformedError as error:
            raise NotACertificate(str(error)) from None

    def check(self, path: Path, *, follow_links: bool = True) -> Verdict:
        """The verdict on a file."""
        if (str(path), follow_links) not in self._found:
            self.keep(path, follow_links, self.find(path, follow_links))
        return _verdict(self._found[str(path), follow_links])

    def find(self, path: Path, follow_links: bool) -> Result:
        """What to `keep` in another session with the same settings; of a manifest too."""
        return checking.check(str(path), self._seconds, follow=follow_links, data=self._data, known=self._found)

    def keep(self, path: Path, follow_links: bool, found: Result) -> None:
        """Take over what another session found."""
        self._found[str(path), follow_links] = self._done[found.digest] = found

    def parts(self, path: Path) -> list[Path]:  # noqa: ARG002 - a manifest is checked whole
        """None need be checked before."""
        return []

    def expect(self, path: Path, checked: list[Verdict]) -> Verdict:
        """The verdict on a manifest whose parts are to be exactly what was checked."""
        done = {verdict.digest: self._done.get(verdict.digest) for verdict in checked}
        return _verdict(checking.expectation(str(path), done))


def _verdict(result: Result) -> Verdict:
    claim = result.claim
    statement = Told(claim.claimed, claim.sentence()) if claim is not None else None
    match result.verdict:
        case verdicts.VERIFIED if statement is not None:
            return verified(_says_so(statement), statement, _MET, TIER, _ASSUMPTIONS, digest=result.digest)
        case verdicts.REJECTED:
            return Rejected(result.reason, statement, digest=result.digest)
        case verdicts.UNDECIDED:
            unknown = Reason.UNKNOWN_RULE if isinstance(claim, NotSupported) else Reason.NOT_PROVED
            code = Reason.INTERNAL_ERROR if result.outcome.failed else unknown
            return Undecided(result.reason, statement, digest=result.digest, code=code)
        case _:
            return Malformed(result.reason)
