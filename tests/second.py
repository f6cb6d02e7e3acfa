"""The second checker, for tests that ask both: only this file says where it stands."""

from verify.independent.checking import check
from verify.independent.kinds import KINDS, LEFT_OUT

__all__ = ["KINDS", "LEFT_OUT", "check"]
