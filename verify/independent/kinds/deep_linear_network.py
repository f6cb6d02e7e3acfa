"""The kind deep-linear-network."""

from __future__ import annotations

from ..claims import Claim
from ..fields import Field
from ..linear.critical import DEGENERATE, GLOBAL, STRICT, read_critical_point
from ..linear.trajectory import CONVERGES, REACHES, read_trajectory
from ..linear.values import read_critical_values

READERS = {
    REACHES: read_trajectory,
    CONVERGES: read_trajectory,
    "critical-values": read_critical_values,
    **dict.fromkeys((STRICT, DEGENERATE, GLOBAL), read_critical_point),
}


def read_deep_linear_network(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    name = statement.member("property").word(*READERS)
    return READERS[name](name, statement, witness)
