"""JUnit reports, as CI systems read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from verify.checker.front.output import printable


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: a file, or a claim."""

    name: str
    outcome: Literal["passed", "failure", "error"]
    told: str
    """The sentence, or why not."""
    type: str = ""
    """Of what is not passed: for programs."""
    text: str = ""
    seconds: float | None = None


def report(suite_name: str, class_name: str, cases: Iterable[Case], *, interrupted: bool) -> str:
    """The report; one that was interrupted ends with an error, so that it is never taken for a success."""
    every = list(cases)
    if interrupted:
        every.append(Case("interrupted", "error", "stopped: not everything was looked at", "interrupted"))
    counts = Counter(case.outcome for case in every)
    suite = ElementTree.Element(
        "testsuite",
        name=suite_name,
        tests=str(len(every)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
    )
    timed = [case.seconds for case in every if case.seconds is not None]
    if timed:
        suite.set("time", f"{sum(timed):.3f}")
    for case in every:
        element = ElementTree.SubElement(suite, "testcase", classname=class_name, name=printable(case.name))
        if case.seconds is not None:
            element.set("time", f"{case.seconds:.3f}")
        told = printable(case.told)
        if case.outcome == "passed":
            ElementTree.SubElement(element, "system-out").text = told
        else:
            ElementTree.SubElement(element, case.outcome, type=case.type, message=told).text = case.text or None
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode")
