"""The kind residual-linear-networks."""

from __future__ import annotations

from ..claims import Claim
from ..fields import Field
from ..linear.residual import ALL, read_residual


def read_residual_linear_networks(statement: Field, witness: Field) -> Claim:
    """A statement of this kind."""
    return read_residual(statement.member("property").word(*ALL), statement, witness)
