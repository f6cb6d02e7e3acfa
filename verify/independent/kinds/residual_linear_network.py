"""The kind residual-linear-network."""

from __future__ import annotations

from ..claims import Claim
from ..fields import Field
from ..linear.residual import ONE, read_residual


def read_residual_linear_network(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    return read_residual(statement.member("property").word(*ONE), statement, witness)
