"""The second checker, for tests that ask both: only this file says where it stands."""

from verify.independent.check import KINDS, LEFT_OUT, check

__all__ = ["KINDS", "LEFT_OUT", "check"]
