"""That gradient descent on a network converges: how the statements are read. This checker has no rule for them."""

from __future__ import annotations

from ..claims import Claim, NotSupported
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, interval, not_negative
from ..networks.risk import read_risk

CONVERGES, NEARBY = "gradient-descent-converges", "gradient-descent-converges-nearby"
MAX_STEPS = 1_000_000


def read_descent(statement: Field, witness: Field) -> Claim:
    """A statement of this property with its witness."""
    members = ("landscape", "property", "arithmetic", "start", "step", "steps", "value", "rate")
    fields = statement.members(*members, optional=("momentum", "end"))
    given = witness.members("precision", "radius", "singular_value")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    size = len(read_risk(fields["landscape"]).trained)
    fields["arithmetic"].word("exact")
    fields["start"].matrix(1, size)
    fields["step"].signed(1)
    fields["steps"].integer(0, MAX_STEPS)
    interval(fields["value"])
    if "momentum" in fields:
        not_negative(fields["momentum"])
    if "end" in fields:
        end = fields["end"].members("point", "distance")
        end["point"].matrix(1, size)
        not_negative(end["distance"])
    if not_negative(fields["rate"]) >= 1:
        fields["rate"].fail("must be less than 1")
    for hint in ("radius", "singular_value"):
        given[hint].signed(1)
    return NotSupported(CONVERGES)


def read_nearby(statement: Field, witness: Field) -> Claim:
    """A statement about all starts in a ball with its witness."""
    members = ("landscape", "property", "arithmetic", "region", "step", "within", "decrease")
    fields = statement.members(*members)
    given = witness.members("precision", "singular_value", "zero_radius")
    given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    fields["arithmetic"].word("exact")
    region = fields["region"].members("shape", "center", "radius")
    region["shape"].word("ball")
    region["center"].matrix(1, len(read_risk(fields["landscape"]).trained))
    numbers = (region["radius"], *(fields[name] for name in members[4:]), given["singular_value"], given["zero_radius"])
    for number in numbers:
        number.signed(1)
    return NotSupported(NEARBY)
