"""Tiers of trust: the arithmetic in which a statement is proved. The reader of a proof chooses.

arb      ball arithmetic (FLINT), at any precision; slow beyond a few hundred unknowns.
float64  verified floating point (NumPy, a BLAS, LAPACK) for large matrices; the special functions stay in balls.
         For the kinds of statements that have rules in it (`Kind.is_large`); all others are proved in arb.
auto     arb where that takes seconds, float64 beyond.
The verdict names the tier that was used and what it assumes.
"""

from __future__ import annotations

import platform

import flint

from verify.checker.core.interval_matrix import BALLS, Arithmetic

ARB, FLOAT64, AUTO = "arb", "float64", "auto"
TIERS = (ARB, FLOAT64)
CHOICES = (AUTO, *TIERS)

_ASSUMPTIONS = (
    f"the ball arithmetic of FLINT {flint.__FLINT_VERSION__} (python-flint {flint.__version__}) encloses what it says",
    f"the integers, fractions and JSON reader of Python {platform.python_version()} are right",
    "the theorems of docs/ (THEOREMS, SYMMETRY, EVERY_K, TEACHERS, AUDIT, BASIN, DEGENERATE, DESCENT, SDP, LINEAR, "
    "COVERS, WIDE), which the rules apply",
)


def assumptions(tier: str) -> tuple[str, ...]:
    """What a verdict of this tier rests on."""
    if tier == ARB:
        return _ASSUMPTIONS
    from verify.checker.float64.environment import assumptions as of_float64

    return _ASSUMPTIONS + of_float64()


def arithmetic(tier: str) -> Arithmetic:
    """What a tier that is available computes with."""
    if tier == ARB:
        return BALLS
    from verify.checker.float64.arithmetic import Float64Arithmetic

    return Float64Arithmetic()


def unavailable(tier: str) -> str | None:
    """Why the tier cannot be used on this machine, if so."""
    if tier == ARB:
        return None
    from verify.checker.float64.environment import unavailable as float64_unavailable

    return float64_unavailable()
