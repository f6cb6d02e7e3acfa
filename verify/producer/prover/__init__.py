"""The prover: from a candidate point to a certificate. Nothing in it is trusted."""

from verify.producer.prover.certificate import Certificate
from verify.producer.prover.decide import certify
from verify.producer.prover.refine import NotCertified

__all__ = ["Certificate", "NotCertified", "certify"]
