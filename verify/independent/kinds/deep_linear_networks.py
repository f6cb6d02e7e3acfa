"""The kind deep-linear-networks: gradient descent from the identity, for sets of targets."""

from __future__ import annotations

from ..claims import Claim
from ..fields import Field
from ..linear.identity import read_from_identity
from ..linear.obstruction import read_obstruction

READERS = {"gradient-descent-converges": read_from_identity, "gradient-descent-stays-above": read_obstruction}


def read_deep_linear_networks(statement: Field, witness: Field) -> Claim:
    """A statement of the kind deep-linear-networks."""
    name = statement.member("property").word(*READERS)
    return READERS[name](name, statement, witness)
