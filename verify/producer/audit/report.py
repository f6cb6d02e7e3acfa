"""What an audit prints: a table, JSON, JUnit, SARIF or Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from verify.checker.public import ExitCode, NotACertificate, Reason, first_that_applies, read_bytes
from verify.formats import junit, sarif
from verify.formats.cite import in_markdown
from verify.formats.lines import of_claims
from verify.formats.reasons import link
from verify.formats.records import Judged
from verify.producer.audit.judge import PROVED, REFUTED, UNDECIDED, Finding

_NUMBER = re.compile(r": claims\[(\d+)\]")
_AT = re.compile(r"\bat line (\d+)")


def exit_code(findings: Sequence[Finding]) -> ExitCode:
    """The first that applies to the claims, as in `verify.checker.core.codes.PRECEDENCE`."""
    return first_that_applies(finding.exit_code for finding in findings)


def summary(findings: Sequence[Finding]) -> str:
    """How many claims got which verdict."""
    counts = Counter(finding.verdict for finding in findings)
    listed = ", ".join(f"{counts[word]} {word}" for word in (PROVED, REFUTED, UNDECIDED))
    bugs = sum(finding.code is Reason.INTERNAL_ERROR for finding in findings)
    of_them = f" ({bugs} by an internal error)" if bugs else ""
    return f"{len(findings)} claim{'s' * (len(findings) != 1)}: {listed}{of_them}"


def evidence(finding: Finding) -> str:
    """The sentence, with the reason before it where the claim is not proved."""
    return (
        f"{finding.reason}: {finding.sentence}"
        if finding.sentence and finding.reason
        else (finding.sentence or finding.reason)
    )


def rests_on(finding: Finding) -> str:
    """The certificates' files and the tier of trust."""
    names = ", ".join(path.name for path in finding.certificates)
    return f"{names} (trust {finding.trust})" if names else ""


def claim_lines(path: Path) -> list[int]:
    """The line of each claim of a claims file that could be read."""
    try:
        return of_claims(read_bytes(path).decode("utf-8"))
    except (NotACertificate, OSError, ValueError):
        return []


def record(finding: Finding, path: Path, line: int) -> Judged:
    """A claim's verdict, for programs."""
    return {
        "id": finding.id,
        "property": finding.property,
        "claim": finding.claim,
        "verdict": finding.verdict,  # type: ignore[typeddict-item]
        "code": finding.code,
        "help": link(finding.code) if finding.code else None,
        "advice": finding.advice or None,
        "scope": finding.scope or None,
        "sentence": finding.sentence or None,
        "reason": finding.reason or None,
        "trust": finding.trust or None,
        "certificates": [str(certificate) for certificate in finding.certificates],
        "file": str(path),
        "line": line,
    }


def as_junit(findings: Sequence[Finding], *, interrupted: bool = False) -> str:
    """A JUnit report: proved passes, refuted and undecided are failures, an internal error is an error."""
    return junit.report("verify audit", "claim", [*map(_case, findings)], interrupted=interrupted)


def _case(finding: Finding) -> junit.Case:
    told = f"Claimed: {finding.claim}. {evidence(finding)} {rests_on(finding)}".rstrip()
    if finding.verdict == PROVED:
        return junit.Case(finding.id, "passed", told)
    kind = f"{finding.verdict} {finding.code}" if finding.code else finding.verdict
    return junit.Case(finding.id, "error" if finding.code is Reason.INTERNAL_ERROR else "failure", told, kind)


def malformed_as_junit(path: Path, message: str) -> str:
    """The report of a claims file that cannot be used."""
    case = junit.Case(str(path), "error", message, Reason.UNREADABLE, "Malformed")
    return junit.report("verify audit", "claim", [case], interrupted=False)


def as_sarif(findings: Sequence[Finding], path: Path, lines: Sequence[int], code: ExitCode) -> str:
    """A SARIF log: the claims that are refuted or undecided, at their lines."""
    results = []
    for finding, line in zip(findings, lines, strict=True):
        if finding.verdict == PROVED:
            continue
        rule = finding.code or sarif.REFUTED
        verdict = finding.verdict if finding.code is None else f"{finding.verdict} ({finding.code})"
        message = f"{verdict}: {finding.id}: claimed: {finding.claim}. {evidence(finding)}"
        more = {"certificates": [str(certificate) for certificate in finding.certificates]}
        results.append(
            sarif.Result(
                rule=rule,
                verdict=finding.verdict,
                message=" ".join(f"{message} {finding.advice}".split()),
                place=sarif.Place(str(path), line),
                is_error=finding.verdict == REFUTED,
                name=finding.id,
                more=more,
            )
        )
    return sarif.log(results, [sarif.Looked(str(path), summary(findings))], code, "verify audit")


def malformed_as_sarif(path: Path, message: str) -> str:
    """The log of a claims file that cannot be used: an error at the line that the message names."""
    at, number = _AT.search(message), _NUMBER.search(message)
    line = 1
    if at is not None:
        line = int(at[1])
    elif number is not None:
        line = dict(enumerate(claim_lines(path))).get(int(number[1]), 1)
    place = sarif.Place(str(path), line)
    result = sarif.Result(Reason.UNREADABLE, "Malformed", f"Malformed: {message}", place, is_error=True)
    return sarif.log([result], [sarif.Looked(str(path), "Malformed")], ExitCode.MALFORMED, "verify audit")


def as_markdown(findings: Sequence[Finding]) -> str:
    """A table and the count."""
    rows = ["| claim | verdict | claimed | scope | evidence | certificates |", "|---|---|---|---|---|---|"]
    for finding in findings:
        told = evidence(finding) + (f" What to do ({finding.code}): {finding.advice}" if finding.advice else "")
        cells = [finding.id, finding.verdict, finding.claim, finding.scope, told, rests_on(finding)]
        rows.append(f"| {' | '.join(map(in_markdown, cells))} |")
    return "\n".join([*rows, "", f"{summary(findings)}."])
