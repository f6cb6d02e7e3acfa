"""The kinds of statements about gradient descent on deep linear networks, for sets of targets, by property."""

from __future__ import annotations

from verify.checker.kinds.kind import Kind
from verify.checker.statements import identity_start
from verify.checker.statements import stays_above as above
from verify.checker.theorems.identity_start import converges_from_identity
from verify.checker.theorems.stays_above import stays_above

CONVERGES = Kind(identity_start.STATEMENT, identity_start.WITNESS, converges_from_identity)
STAYS_ABOVE = Kind(above.STATEMENT, above.WITNESS, stays_above)
DEEP_LINEAR_NETWORKS: dict[str, Kind] = {identity_start.PROPERTY: CONVERGES, above.PROPERTY: STAYS_ABOVE}
