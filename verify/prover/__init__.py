"""The prover: from a candidate point to a certificate. Nothing in it is trusted."""

from verify.prover.certificate import Certificate
from verify.prover.decide import certify
from verify.prover.refine import NotCertified

__all__ = ["Certificate", "NotCertified", "certify"]
