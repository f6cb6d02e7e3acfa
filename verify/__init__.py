"""Machine-checkable proofs about the loss landscapes of neural networks.

This module runs before the checker does, so it counts as trusted: it resolves the
public names on first use (PEP 562) and imports nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verify.checker import Malformed, Rejected, Undecided, Verified, check
    from verify.producer.audit.written import write_claims
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk
    from verify.producer.landscapes.teacher_student import ReLUTeacherStudent, TeacherStudent
    from verify.producer.prover import Certificate, NotCertified, certify
    from verify.producer.prover.gradient_descent import certify_gradient_descent
    from verify.producer.prover.trained import refine

__version__ = "0.2.0"
__all__ = [
    "Certificate",
    "EmpiricalRisk",
    "Malformed",
    "NotCertified",
    "ReLUTeacherStudent",
    "Rejected",
    "TeacherStudent",
    "Undecided",
    "Verified",
    "certify",
    "certify_gradient_descent",
    "check",
    "refine",
    "write_claims",
]

_HOME = {
    "Certificate": "verify.producer.prover",
    "EmpiricalRisk": "verify.producer.landscapes.empirical_risk",
    "Malformed": "verify.checker",
    "NotCertified": "verify.producer.prover",
    "ReLUTeacherStudent": "verify.producer.landscapes.teacher_student",
    "Rejected": "verify.checker",
    "TeacherStudent": "verify.producer.landscapes.teacher_student",
    "Undecided": "verify.checker",
    "Verified": "verify.checker",
    "certify": "verify.producer.prover",
    "certify_gradient_descent": "verify.producer.prover.gradient_descent",
    "check": "verify.checker",
    "refine": "verify.producer.prover.trained",
    "write_claims": "verify.producer.audit.written",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'verify' has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as error:
        from verify.extras import without_producer

        raise without_producer(f"verify.{name}", error) from error
