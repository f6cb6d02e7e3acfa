"""Random instances of each rule against its oracle: some by default, 500 as a campaign."""

from random import Random

import pytest

from tests.campaigns import campaign
from tests.wide import campaign as rules
from tests.wide import more_campaign

RULES = rules.RULES | more_campaign.RULES
SLOW = ("all-widths", "basin-of-attraction", "shadowing and polyak-lojasiewicz")
"""Each instance has a semidefinite program, or runs: five by default."""


@pytest.mark.parametrize("count", [40, pytest.param(500, marks=campaign)])
@pytest.mark.parametrize("rule", RULES)
def test_nothing_false_is_verified(rule: str, count: int) -> None:
    count = min(count, 5) if rule in SLOW and count < 500 else count
    verified = sum(RULES[rule](Random(f"{rule} {number}")) for number in range(count))
    assert verified >= count / 20, "hardly anything was verified"
