"""From a symmetric critical point to its part of a certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import ctx

from verify import __version__
from verify.checker.public import Reason, Rejected, Undecided, Verified, Witness, ends
from verify.checker.statements.symmetric import Block, SymmetricPoint, SymmetricPoints
from verify.producer.prover.certificate import Certificate
from verify.producer.prover.refine import NotCertified
from verify.producer.prover.rounding import ceil, floor
from verify.producer.symmetry.reduced import SymmetricStudent, precision_for, row_spectrum, spectrum
from verify.producer.trust import verdict_on

ROOM = 16
"""The radius is 2^ROOM steps of the grid: far above what is left to Newton's method, far below what moves a block."""
MARGIN = 0.02
"""Part of an eigenvalue that is given away by default, so that it can be proved over a box."""
DEGENERATE = 1e-9
"""An eigenvalue smaller than this is not told from 0."""
BOUND_DIGITS = 28
"""Significant bits of the bounds of eigenvalues."""
DIGITS = 40
"""Significant bits of the bounds of the loss."""


def certify_point(student: SymmetricStudent, margin: float = MARGIN) -> SymmetricPoint:
    """What the critical point near a student is.

    The strongest property wins: spurious-local-minimum, strict-local-minimum or saddle; for every
    input dimension where M allows it. `margin`: the part of an eigenvalue that is given away.
    Nothing is proved before the checker has read it.
    Raises NotCertified where an eigenvalue is not told from 0.
    """
    symmetry, eigenvalues = student.symmetry, spectrum(student)
    everything = np.concatenate(list(eigenvalues.values()))
    if np.abs(everything).min() < DEGENERATE:
        raise NotCertified(
            "the Hessian is singular to working precision",
            {"eigenvalue": float(everything.min())},
            Reason.SINGULAR_HESSIAN,
        )
    low, high = _loss(student)
    minimum = bool(everything.min() > 0)
    lifted = float(np.concatenate(list(row_spectrum(student).values())).min())
    every_dimension = not minimum or lifted > DEGENERATE
    if minimum:
        least = min(float(everything.min()), lifted) if every_dimension else float(everything.min())
        realisable = symmetry.rows == symmetry.columns or student.activation.vanishes_at_zero
        name = "spurious-local-minimum" if low > 0 and realisable else "strict-local-minimum"
        curvature = floor((1 - margin) * least, BOUND_DIGITS)
    else:
        name = "saddle"
        curvature = ceil((1 - margin) * float(everything.min()), BOUND_DIGITS)
    return SymmetricPoint(
        symmetry=symmetry,
        property=name,
        every_dimension=every_dimension,
        values=tuple(student.values),
        radius=_radius(student),
        loss=(low, high),
        curvature=curvature,
        blocks=tuple(Block(part, int((eigenvalues[part.name] < 0).sum())) for part in symmetry.components()),
        splits=_splits(student) if minimum else (),
    )


def certificate(
    students: Sequence[SymmetricStudent], provenance: Mapping[str, object], margin: float = MARGIN
) -> Certificate:
    """One certificate of the critical points near some students of one activation, accepted by the checker.

    Raises NotCertified with the checker's reason, or that of `certify_point`.
    """
    statement = SymmetricPoints(students[0].activation, tuple(certify_point(student, margin) for student in students))
    made_by = {"program": f"landscape-verify {__version__}", **provenance}
    precision = max(precision_for(point.symmetry.columns) for point in students)
    built = Certificate.of("symmetric-teacher-student", statement, Witness(precision), made_by)
    verdict = verdict_on(built.read())
    if isinstance(verdict, Rejected | Undecided):
        raise NotCertified(f"the checker does not verify the certificate tried: {verdict.reason}", {}, verdict.code)
    if not isinstance(verdict, Verified):
        raise TypeError(f"an unexpected verdict: {verdict.name}")
    return built


def _splits(student: SymmetricStudent) -> tuple[int, ...]:
    """The classes of rows whose neurons make a saddle when split."""
    if student.activation.is_smooth:
        return ()
    half = float(1 + student.activation.slope**2) / 2
    with ctx.workprec(student.precision):
        scalars = [float(scalar.mid()) for scalar in student.landscape().scalars]
    return tuple(row for row, scalar in enumerate(scalars) if scalar < half - DEGENERATE)


def _loss(student: SymmetricStudent) -> tuple[Fraction, Fraction]:
    """Bounds of the loss over the box."""
    with ctx.workprec(student.precision):
        low, high = ends(student.landscape(_radius(student)).value())
    return floor(low, DIGITS), ceil(high, DIGITS)


def _radius(student: SymmetricStudent) -> Fraction:
    return Fraction(2**ROOM, 2**student.bits)
