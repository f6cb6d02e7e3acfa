"""Kawaguchi 2016: the bad saddle of deep linear networks at the origin, on an instance."""

from __future__ import annotations

from fractions import Fraction

from verify.producer.landscapes.empirical_risk import EmpiricalRisk
from verify.producer.prover.given_point import certify_degenerate_saddle

from .finite_samples import Item, proof, says_at, vector

INPUTS = [[1, 0], [0, 1], [1, 1]]
TARGETS = [[1, 0], [0, 2], [1, 1]]
"""X X^T and X Y^T have full rank, and Y X^T (X X^T)^-1 X Y^T distinct eigenvalues."""
RISK = EmpiricalRisk(INPUTS, TARGETS, [2, 2, 2], "identity", biases=False)
ORIGIN = vector(*[0] * RISK.trained)

PROOF = proof(
    "kawaguchi-2016",
    "Kawaguchi 2016",
    (
        Item(
            name="bad saddle",
            claim=(
                "At W = 0 of a linear network with three factors and Y X^T != 0 the gradient vanishes and the point is "
                "no minimum (widths 2-2-2-2, three samples)."
            ),
            file="bad-saddle.json",
            make=lambda: certify_degenerate_saddle(RISK, ORIGIN),
            settles=says_at(RISK, "degenerate-saddle", ORIGIN, Fraction(7, 2)),
        ),
        Item(
            name="all local minima are global",
            claim="Every local minimum of a deep linear network is global, and every other critical point a saddle.",
            missing="a rule for all critical points of deep linear networks; the certificate settles one point only",
        ),
    ),
)
