"""That gradient descent on a network converges: how the statements are read. From a ball of starts: without a rule."""

from __future__ import annotations

from fractions import Fraction

from ..claims import Claim, NotSupported
from ..fields import MAX_PRECISION, MIN_PRECISION, Field, interval, not_negative
from ..networks.convergence import CONVERGES, Convergence
from ..networks.risk import read_risk

NEARBY = "gradient-descent-converges-nearby"
MAX_STEPS = 1_000_000


def read_descent(statement: Field, witness: Field) -> Claim:
    """A statement of this property with its witness."""
    members = ("landscape", "property", "arithmetic", "start", "step", "steps", "value", "rate")
    fields = statement.members(*members, optional=("momentum", "end"))
    given = witness.members("precision", "radius", "singular_value")
    precision = given["precision"].integer(MIN_PRECISION, MAX_PRECISION)
    risk = read_risk(fields["landscape"])
    size, end = len(risk.trained), None
    fields["arithmetic"].word("exact")
    if "end" in fields:
        parts = fields["end"].members("point", "distance")
        end = parts["point"].matrix(1, size)[0], not_negative(parts["distance"])
    rate = not_negative(fields["rate"])
    if rate >= 1:
        fields["rate"].fail("must be less than 1")
    return Convergence(
        claimed=CONVERGES,
        risk=risk,
        start=fields["start"].matrix(1, size)[0],
        step=fields["step"].signed(1),
        momentum=not_negative(fields["momentum"]) if "momentum" in fields else Fraction(0),
        steps=fields["steps"].integer(0, MAX_STEPS),
        value=interval(fields["value"]),
        rate=rate,
        end=end,
        precision=precision,
        radius=given["radius"].signed(1),
        singular_value=given["singular_value"].signed(1),
    )


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
