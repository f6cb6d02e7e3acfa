"""Block-symmetric critical points: found in the space of one value per orbit, certified at any size."""

from verify.producer.symmetry.certify import certificate, certify_point
from verify.producer.symmetry.reduced import SymmetricStudent, critical_point

__all__ = ["SymmetricStudent", "certificate", "certify_point", "critical_point"]
