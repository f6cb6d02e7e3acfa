"""What an audit prints: a table, JSON, JUnit or Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from verify.checker.public import ExitCode, Reason, first_that_applies
from verify.producer.audit.judge import PROVED, REFUTED, UNDECIDED, Finding

FORMATS = ("text", "json", "junit", "markdown")


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


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects, one per claim."""
    return json.dumps(
        [
            {
                "id": finding.id,
                "property": finding.property,
                "claim": finding.claim,
                "verdict": finding.verdict,
                "code": finding.code,
                "scope": finding.scope or None,
                "sentence": finding.sentence or None,
                "reason": finding.reason or None,
                "trust": finding.trust or None,
                "certificates": [str(path) for path in finding.certificates],
            }
            for finding in findings
        ],
        indent=2,
    )


def as_junit(findings: Sequence[Finding]) -> str:
    """A JUnit report: proved passes, refuted and undecided are failures, an internal error is an error."""
    bugs = sum(finding.code is Reason.INTERNAL_ERROR for finding in findings)
    failures = sum(finding.verdict != PROVED for finding in findings) - bugs
    suite = ElementTree.Element(
        "testsuite", name="verify audit", tests=str(len(findings)), failures=str(failures), errors=str(bugs)
    )
    for finding in findings:
        case = ElementTree.SubElement(suite, "testcase", classname="claim", name=finding.id)
        told = f"Claimed: {finding.claim}. {evidence(finding)} {rests_on(finding)}".rstrip()
        if finding.verdict == PROVED:
            ElementTree.SubElement(case, "system-out").text = told
            continue
        kind = f"{finding.verdict} {finding.code}" if finding.code else finding.verdict
        name = "error" if finding.code is Reason.INTERNAL_ERROR else "failure"
        ElementTree.SubElement(case, name, type=kind, message=told)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode")


def as_markdown(findings: Sequence[Finding]) -> str:
    """A table and the count."""
    rows = ["| claim | verdict | claimed | scope | evidence | certificates |", "|---|---|---|---|---|---|"]
    for finding in findings:
        cells = [finding.id, finding.verdict, finding.claim, finding.scope, evidence(finding), rests_on(finding)]
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join([*rows, "", f"{summary(findings)}."])
