"""Audits: from a file of claims about empirical risks to verdicts, with certificates."""

from verify.producer.audit.claims import BadClaims, Claim, read_claims
from verify.producer.audit.judge import Finding, forget, judge

__all__ = ["BadClaims", "Claim", "Finding", "forget", "judge", "read_claims"]
