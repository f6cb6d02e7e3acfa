"""From a symmetric critical point to its part of a certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from flint import ctx

from verify import __version__
from verify.checker.rules.task import ends
from verify.checker.session import prove
from verify.checker.statements.symmetric import KIND
from verify.checker.statements.teacher_student import RELU, Activation
from verify.checker.symmetry import Symmetry
from verify.checker.verdict import Rejected, Undecided, Verified
from verify.prover.certificate import Certificate, number
from verify.prover.refine import NotCertified
from verify.prover.rounding import ceil, floor
from verify.symmetry.reduced import BITS, PRECISION, SymmetricStudent, row_spectrum, spectrum

RADIUS = Fraction(1, 2 ** (BITS - 16))
"""How far the values may be: far above the grid's step, far below what could move a block's eigenvalues."""
MARGIN = 0.02
"""Part of an eigenvalue that is given away, so that it can be proved over a box."""
DEGENERATE = 1e-9
"""An eigenvalue smaller than this is not told from 0."""
DIGITS = 40
"""Significant bits of the bounds of the loss."""

Document = dict[str, object]


def certify_point(student: SymmetricStudent) -> Document:
    """What the critical point near a student is: an entry of a certificate's `points`.

    The strongest property wins: spurious-local-minimum, strict-local-minimum or saddle; for every
    input dimension where M allows it. Nothing is proved before the checker has read it.
    Raises NotCertified where an eigenvalue is not told from 0.
    """
    symmetry, eigenvalues = student.symmetry, spectrum(student)
    everything = np.concatenate(list(eigenvalues.values()))
    if np.abs(everything).min() < DEGENERATE:
        raise NotCertified("the Hessian is singular to working precision", {"eigenvalue": float(everything.min())})
    low, high = _loss(student)
    minimum = bool(everything.min() > 0)
    lifted = float(np.concatenate(list(row_spectrum(student).values())).min())
    every_dimension = not minimum or lifted > DEGENERATE
    if minimum:
        least = min(float(everything.min()), lifted) if every_dimension else float(everything.min())
        name = "spurious-local-minimum" if low > 0 else "strict-local-minimum"
        bound: Document = {"hessian_lower_bound": number(floor((1 - MARGIN) * least, 12))}
    else:
        name = "saddle"
        bound = {"negative_curvature": number(ceil((1 - MARGIN) * float(everything.min()), 12))}
    blocks = [
        {
            "component": part.name,
            "size": part.size,
            "multiplicity": str(part.multiplicity),
            "negative": int((eigenvalues[part.name] < 0).sum()),
        }
        for part in symmetry.components()
    ]
    return {
        "groups": list(symmetry.groups),
        "extra_rows": symmetry.extra_rows,
        "property": name,
        "input_dimension": "at_least_k" if every_dimension else "k",
        "student": written(symmetry, student.values),
        "radius": number(RADIUS),
        "value": [number(low), number(high)],
        **bound,
        "blocks": blocks,
    }


def certificate(
    points: Sequence[Document], provenance: Mapping[str, object], activation: Activation = RELU
) -> Certificate:
    """A certificate of some points, accepted by the checker. Raises NotCertified with the checker's reason."""
    sigma: object = "erf" if activation.name == "erf" else {"leaky-relu": number(activation.slope)}
    statement = {
        "landscape": {"kind": KIND, "activation": "relu" if activation == RELU else sigma},
        "points": list(points),
    }
    made_by = {"program": f"landscape-verify {__version__}", **provenance}
    built = Certificate.build(statement, {"precision": PRECISION}, made_by)
    verdict = prove(built.read())
    if isinstance(verdict, Rejected | Undecided):
        raise NotCertified(verdict.reason, {})
    if not isinstance(verdict, Verified):
        raise TypeError(f"an unexpected verdict: {verdict.name}")
    return built


def written(symmetry: Symmetry, values: Sequence[Fraction]) -> list[list[object]]:
    """The values as a certificate writes them: a row for each class of rows, an entry for each group."""
    rows: list[list[object]] = [[] for _ in symmetry.classes]
    for orbit, value in zip(symmetry.orbits, values, strict=True):
        row = rows[orbit.row]
        if orbit.diagonal:
            row.append([number(value)])
        elif symmetry.classes[orbit.row].home == orbit.column:
            square = row[-1]
            if isinstance(square, list):
                square.append(number(value))
        else:
            row.append(number(value))
    return rows


def _loss(student: SymmetricStudent) -> tuple[Fraction, Fraction]:
    """Bounds of the loss over the box."""
    with ctx.workprec(PRECISION):
        low, high = ends(student.landscape(RADIUS).value())
    return floor(low, DIGITS), ceil(high, DIGITS)
