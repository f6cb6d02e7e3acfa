"""What an audit prints: a table, JSON, JUnit or Markdown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from verify.audit.judge import PROVED, REFUTED, UNDECIDED, Finding

FORMATS = ("text", "json", "junit", "markdown")


def exit_code(findings: Sequence[Finding]) -> int:
    """1 if a claim is refuted, else 3 if one is undecided, else 0."""
    words = {finding.verdict for finding in findings}
    return 1 if REFUTED in words else 3 if UNDECIDED in words else 0


def summary(findings: Sequence[Finding]) -> str:
    """How many claims got which verdict."""
    counts = Counter(finding.verdict for finding in findings)
    listed = ", ".join(f"{counts[word]} {word}" for word in (PROVED, REFUTED, UNDECIDED))
    return f"{len(findings)} claim{'s' * (len(findings) != 1)}: {listed}"


def evidence(finding: Finding) -> str:
    """The sentence, with the reason before it where the claim is not proved."""
    return (
        f"{finding.reason}: {finding.sentence}"
        if finding.sentence and finding.reason
        else (finding.sentence or finding.reason)
    )


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects, one per claim."""
    return json.dumps(
        [
            {
                "id": finding.id,
                "verdict": finding.verdict,
                "scope": finding.scope or None,
                "sentence": finding.sentence or None,
                "reason": finding.reason or None,
                "certificates": [str(path) for path in finding.certificates],
            }
            for finding in findings
        ],
        indent=2,
    )


def as_junit(findings: Sequence[Finding]) -> str:
    """A JUnit report: proved passes, refuted and undecided are failures."""
    failures = sum(finding.verdict != PROVED for finding in findings)
    suite = ElementTree.Element("testsuite", name="verify audit", tests=str(len(findings)), failures=str(failures))
    for finding in findings:
        case = ElementTree.SubElement(suite, "testcase", classname="claim", name=finding.id)
        if finding.verdict == PROVED:
            ElementTree.SubElement(case, "system-out").text = finding.sentence
        else:
            ElementTree.SubElement(case, "failure", type=finding.verdict, message=evidence(finding))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode")


def as_markdown(findings: Sequence[Finding]) -> str:
    """A table and the count."""
    rows = ["| claim | verdict | scope | evidence |", "|---|---|---|---|"]
    rows += [
        f"| {finding.id} | {finding.verdict} | {finding.scope} | {evidence(finding).replace('|', chr(92) + '|')} |"
        for finding in findings
    ]
    return "\n".join([*rows, "", f"{summary(findings)}."])
