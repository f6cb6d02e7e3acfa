"""Audits of claims files: the public names of `verify.producer.audit`, whose help has the guide."""

from verify.extras import without_producer

try:
    from verify.producer.audit import BadClaims, Claim, Finding, forget, judge, read_claims
except ModuleNotFoundError as error:
    raise without_producer("verify.audit", error) from error

__all__ = ["BadClaims", "Claim", "Finding", "forget", "judge", "read_claims"]
