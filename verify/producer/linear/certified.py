"""A certificate of this package, if the checker verifies it."""

from __future__ import annotations

from collections.abc import Mapping

from verify.checker.public import Reason, Statement, Verified, Witness
from verify.producer.prover import Certificate, NotCertified
from verify.producer.trust import verdict_on

PRECISION = 128
ONE, MANY, RISK = "deep-linear-network", "deep-linear-networks", "empirical-risk"
"""The kinds: one network, or all with targets of a set; or a network with data."""


def certified(
    kind: str, statement: Statement, witness: Witness, measured: Mapping[str, float] | None = None
) -> Certificate:
    """The certificate. Raises NotCertified with the checker's reason, and with what was measured."""
    certificate = Certificate.of(kind, statement, witness, {"program": "verify.producer.linear"})
    verdict = verdict_on(certificate.read())
    if not isinstance(verdict, Verified):
        reason = f"the checker does not verify the certificate: {getattr(verdict, 'reason', '')}"
        raise NotCertified(reason, dict(measured or {}), getattr(verdict, "code", Reason.NOT_PROVED))
    return certificate
