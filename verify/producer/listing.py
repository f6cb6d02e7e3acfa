"""What `verify list` knows of each claim: from the verdicts recorded before, or proved again now.

A verdict that is recorded is never shown as one of now: an entry says which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.checker.public import Line, NotACertificate, Reason, Session, Verdict, check_files, read, record
from verify.formats.reasons import link
from verify.formats.records import Listed
from verify.producer.proof import (
    SOMETHING_ELSE,
    BrokenProof,
    Claim,
    Installed,
    Proof,
    judged,
    without_verdict,
)
from verify.producer.recorded import Recorded, Records, code_digest

NOT_CHECKED = "no verdict on this file is recorded here"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim that is to be listed; without a proof, one that cannot be loaded."""

    name: str
    proof: Proof | None
    claim: Claim | None
    broken: str = ""

    def matches(self, words: Sequence[str]) -> bool:
        """Whether the names of proof and claim have all words in them; letter case does not count."""
        told = f"{self.name} {self.claim.name if self.claim else ''}".casefold()
        return all(word.casefold() in told for word in words)


def wanted(proofs: Installed, words: Sequence[str]) -> list[Wanted]:
    """The claims of all proofs whose names have these words in them."""
    found: list[Wanted] = []
    for name in proofs:
        try:
            proof = proofs[name]
        except BrokenProof as error:
            found.append(Wanted(name, None, None, str(error)))
            continue
        found += [Wanted(name, proof, claim) for claim in proof.claims]
    return [each for each in found if each.matches(words)]


def recorded(each: Wanted, folder: Path, records: Records, ours: bool) -> Listed:
    """What is recorded of a claim; nothing is proved. `ours`: the proof comes with this distribution."""
    if each.proof is None or each.claim is None:
        return _listed(each, "broken", reason=each.broken)
    if (status := without_verdict(each.proof, each.claim, folder)) is not None:
        return _listed(each, status.word, reason=status.scope)
    path = folder / each.claim.file
    found = records.find(path)
    if found is None:
        return _listed(each, "not-checked", file=path, reason=NOT_CHECKED)
    return _of_record(each, path, found, records, ours)


def checked(
    every: Sequence[Wanted], root: Path, jobs: int, records: Records, report: Callable[[str, int, int], None]
) -> Iterable[Listed]:
    """Prove each claim's file again, several at a time, and record the verdicts."""
    files = {
        root / each.name / each.claim.file: None
        for each in every
        if each.proof and each.claim and without_verdict(each.proof, each.claim, root / each.name) is None
    }
    keys = {path: records.key(path) for path in files}
    verdicts: dict[Path, tuple[Verdict, float]] = {}
    done = 0

    def check_up_to(path: Path) -> None:
        nonlocal done
        while path not in verdicts:
            file = order[done]
            report(str(file), done, len(order))
            verdicts[file] = next(answers)
            done += 1
            records.keep(file, *verdicts[file], keys[file])

    order = list(files)
    answers = check_files(Session(), [(path, True) for path in order], jobs)
    for each in every:
        if each.proof is None or each.claim is None:
            yield _listed(each, "broken", reason=each.broken)
            continue
        folder = root / each.name
        if (status := without_verdict(each.proof, each.claim, folder)) is not None:
            yield _listed(each, status.word, reason=status.scope)
            continue
        path = folder / each.claim.file
        check_up_to(path)
        verdict, seconds = verdicts[path]
        status = judged(each.claim, verdict)
        records.keep_settled(path, _name(each), status.word in ("proved", "refuted"))
        line = record(Line(str(path), verdict, seconds))
        if status.word == "undecided" and line["verdict"] == "Verified":
            yield _listed(each, "undecided", file=path, checked="now", reason=SOMETHING_ELSE, code=Reason.NOT_COVERED)
        else:
            yield _of_line(each, status.word, path, line, checked="now")


def _of_record(each: Wanted, path: Path, found: Recorded, records: Records, ours: bool) -> Listed:
    assert each.claim is not None  # noqa: S101 - the caller looked
    how = {"checked": "recorded", "recorded": {"checker": found.checker, "on": found.on, "code_digest": code_digest()}}
    if not found.verified:
        return _of_line(each, "undecided", path, found.line, **how)
    settled = found.settles.get(_name(each)) if ours else None  # of another package's claims, the code may have changed
    if settled is None:
        try:
            settled = bool(each.claim.settled_by(read(path).statement))
        except NotACertificate as error:  # it has changed since it was looked for
            return _listed(each, "not-checked", file=path, reason=str(error))
        records.keep_settled(path, _name(each), settled)
    if settled:
        return _of_line(each, each.claim.verdict, path, found.line, **how)
    return _listed(each, "undecided", file=path, reason=SOMETHING_ELSE, code=Reason.NOT_COVERED, **how)


def _of_line(each: Wanted, status: str, path: Path, line: dict[str, Any], **how: Any) -> Listed:
    settled = status in ("proved", "refuted")
    members = {name: line[name] for name in ("digest", "trust", "scope", "code")}
    members |= {"sentence": line["sentence"] if settled else None, "reason": None if settled else line["reason"]}
    return _listed(each, status, file=path, **members, **how)


def _listed(each: Wanted, status: str, **members: Any) -> Listed:
    code = members.get("code")
    whole: dict[str, Any] = {
        "proof": each.name,
        "paper": each.proof.paper if each.proof else None,
        "claim": each.claim.name if each.claim else "",
        "statement": each.claim.statement if each.claim else "",
        "status": status,
        "checked": None,
        "recorded": None,
        "file": None,
        "digest": None,
        "trust": None,
        "scope": None,
        "sentence": None,
        "reason": None,
        "code": None,
        **members,
        "help": link(code) if code else None,
    }
    whole["file"] = str(whole["file"]) if whole["file"] is not None else None
    return whole  # type: ignore[return-value]


def _name(each: Wanted) -> str:
    assert each.claim is not None  # noqa: S101 - the caller looked
    return f"{each.name}/{each.claim.name}"
