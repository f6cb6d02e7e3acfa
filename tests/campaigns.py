"""What the README's test command leaves out, so that it ends in three minutes: tests with the mark `campaign`.

`pytest -m campaign` runs those, `pytest -m ""` everything. docs/TESTING.md lists them with their times.
"""

import math
import os
from collections.abc import Iterable
from typing import Any

import pytest

campaign = pytest.mark.campaign
TIMES = float(os.environ.get("VERIFY_EXAMPLES", "0.5"))


def examples(count: int) -> int:
    """So many examples of a property that Hypothesis tries: half of `count`, or VERIFY_EXAMPLES times `count`."""
    return math.ceil(count * TIMES)


def sampled(values: Iterable[Any], every: int) -> list[Any]:
    """All of them as parameters of a test: the first of so many is tried by default, the others in campaigns."""
    return [pytest.param(value, marks=campaign if index % every else ()) for index, value in enumerate(values)]


def sampled_rows(rows: Iterable[Any], every: int) -> list[Any]:
    """The same of rows of several parameters, some of which may have marks already."""
    found = []
    for index, row in enumerate(rows):
        values, marks = (row.values, row.marks) if hasattr(row, "marks") else (row, ())
        found.append(pytest.param(*values, marks=[*marks, *([campaign] if index % every else [])]))
    return found


def campaigns_only(values: Iterable[Any], *, unless: Any) -> list[Any]:
    """All of them as parameters of a test; those for which `unless` does not hold are tried in campaigns only."""
    return [pytest.param(value, marks=() if unless(value) else campaign) for value in values]
