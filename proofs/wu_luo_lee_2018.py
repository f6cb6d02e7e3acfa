"""Wu, Luo & Lee 2018: no spurious local minima in a two hidden unit ReLU network.

Students of norm 1, an orthonormal teacher of two, every input dimension. The paper lists the critical points in the
plane; the certificate lists those out of it too, of which there is one up to symmetry.
"""

from __future__ import annotations

from functools import partial

from verify.checker.core.statement import Statement
from verify.checker.statements.two_neurons import (
    GLOBAL,
    NEGATIVE,
    SPHERES,
    CoverStatement,
    CriticalPointsComplete,
    NoSpuriousMinimum,
)
from verify.producer.prover.covers.two_neurons import certify_on_spheres

from .finite_samples import Item, proof

KINDS = [GLOBAL, *[NEGATIVE] * 4]


def _settles(complete: bool, statement: Statement) -> bool:
    if not isinstance(statement, CoverStatement) or statement.domain != SPHERES:
        return False
    if not complete:
        return isinstance(statement, NoSpuriousMinimum)
    return isinstance(statement, CriticalPointsComplete) and sorted(p.what for p in statement.points) == KINDS


PROOF = proof(
    "wu-luo-lee-2018",
    "Wu, Luo & Lee 2018",
    (
        Item(
            name="no spurious minimum",
            claim="K = 2, students of norm 1: no spurious local minimum; all other critical points curve down.",
            file="no-spurious-minimum.json",
            make=partial(certify_on_spheres, complete=False),
            settles=partial(_settles, False),
        ),
        Item(
            name="the critical points",
            claim=(
                "In the plane the critical angles are, up to exchanging the neurons, (0, pi/2), (pi/4, pi/4), "
                "(pi/4, 5 pi/4) and (5 pi/4, 5 pi/4); out of it there is one more orbit (not in the paper)."
            ),
            file="critical-points.json",
            make=certify_on_spheres,
            settles=partial(_settles, True),
        ),
    ),
)
