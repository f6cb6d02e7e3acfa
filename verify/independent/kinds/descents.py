"""Statements about gradient descent on a network: how they are read. This checker has no rule for them."""

from __future__ import annotations

from ..claims import Claim, NotSupported
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, interval, not_negative
from ..networks.risk import read_risk

REACHES, CONVERGES = "gradient-descent-reaches", "gradient-descent-converges"
PROPERTIES = (REACHES, CONVERGES)
MAX_STEPS = 1_000_000


def read_descent(statement: Field, witness: Field) -> Claim:
    """A statement of one of these properties with its witness."""
    name = statement.member("property").word(*PROPERTIES)
    more, hints = (("rate",), ("radius", "singular_value")) if name == CONVERGES else ((), ())
    members = ("landscape", "property", "arithmetic", "start", "step", "steps", "value", *more)
    fields = statement.members(*members, optional=("end",))
    given = witness.members("precision", *hints)
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    size = len(read_risk(fields["landscape"]).trained)
    fields["arithmetic"].word("exact")
    fields["start"].matrix(1, size)
    fields["step"].signed(1)
    fields["steps"].integer(0, MAX_STEPS)
    interval(fields["value"])
    if "end" in fields:
        end = fields["end"].members("point", "distance")
        end["point"].matrix(1, size)
        not_negative(end["distance"])
    if name == CONVERGES:
        if not_negative(fields["rate"]) >= 1:
            fields["rate"].fail("must be less than 1")
        for hint in hints:
            given[hint].signed(1)
    return NotSupported(name)
