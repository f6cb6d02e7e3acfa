"""Audits of claims files: the public names of `verify.producer.audit`, whose help has the guide."""

from verify.producer.audit import BadClaims, Claim, Finding, forget, judge, read_claims

__all__ = ["BadClaims", "Claim", "Finding", "forget", "judge", "read_claims"]
