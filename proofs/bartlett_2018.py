"""Bartlett, Helmbold & Long 2018: gradient descent with identity initialisation on deep linear networks.

Only the abstract was at hand. The sentences are those of its transcription, for F = 1/2 |Theta_L ... Theta_1 - Phi|_F^2
from Theta_j = I; docs/LINEAR.md has the theorems, and says which of them were derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from verify.checker.core.statement import Statement
from verify.checker.statements.deep_linear_network import DeepLinearNetwork
from verify.checker.statements.gradient_descent import Converges, Reaches
from verify.checker.statements.identity_start import ConvergesFromIdentity
from verify.checker.statements.linear_targets import DeepLinearNetworks, Layers, Targets
from verify.checker.statements.stays_above import Method, StaysAbove
from verify.producer.linear.above import (
    EVEN,
    FIRST_ORDER,
    certify_all_stay_above,
    certify_stays_above,
    exact,
    small_steps,
)
from verify.producer.linear.from_identity import (
    certify_from_identity,
    certify_in_boxes,
    near_identity,
    negative_definite,
    normal_off_axis,
    positive,
    symmetric,
)
from verify.producer.linear.trajectory import certify_run, identity_start, network

from .finite_samples import Item, proof

ALL, TWO_OR_MORE, THREE = Layers(1, None), Layers(2, None), Layers(3, 3)
SPECTRUM, NEAR, POSITIVE = symmetric("1/10", 10), near_identity(), positive("1/2", 2, 1)
BESIDE = normal_off_axis("1/5", 3, 2)
OFF_AXIS, JUMP = normal_off_axis("1/10", 3, 2), negative_definite("-1/2", "-2/5")
EIGENVALUE = (Fraction(-1000), Fraction(-1, 10))
ARTEFACT = (("1", "1/10"), ("0", "-1"))
"""det < 0; in float64, NumPy reports a loss below 1e-10 at step 2,395 for L = 2 and the step 1/50."""
ESCAPES = (
    (("1", "1/2", "-1/4"), ("0", "5/4", "1/8"), ("1/4", "0", "-1")),
    (("3/4", "1/4", "1/2"), ("-1/8", "1", "0"), ("1/2", "1/8", "-3/4")),
    (("5/4", "-1/4", "1/8"), ("1/2", "3/4", "1/4"), ("0", "1/4", "-5/4")),
    (("1", "1/8", "1/2"), ("1/4", "3/2", "-1/4"), ("-1/8", "1/2", "-1")),
)
"""3 x 3, det < 0."""


def converges(targets: Targets, layers: Layers, *, projected: bool = False) -> Callable[[Statement], bool]:
    """Whether a statement says that of all these targets and depths."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, ConvergesFromIdentity)
            and found.landscape == DeepLinearNetworks(layers, targets)
            and found.projected is projected
        )

    return fits


def from_identity(targets: Targets, layers: Layers, *, projected: bool = False) -> dict[str, Any]:
    """How a claim that all these targets are reached is proved, and what settles it."""
    make = partial(certify_from_identity, targets, (layers.at_least, layers.at_most))
    return {"make": make, "settles": converges(targets, layers, projected=projected)}


def above(layers: Layers, method: Method, loss: Fraction, target: object = None) -> Callable[[Statement], bool]:
    """Whether a statement says that the loss stays above this, for all targets of the kind or for one."""

    def fits(found: Statement) -> bool:
        if not isinstance(found, StaysAbove) or found.landscape.layers != layers:
            return False
        targets = found.landscape.targets
        about = getattr(targets, "matrix", None) == target and (
            target or getattr(targets, "eigenvalue", 0) == EIGENVALUE
        )
        return bool(about) and found.method == method and found.loss >= loss

    return fits


def reaches(
    landscape: DeepLinearNetwork, step: str, below: Fraction, momentum: str = "0", kind: type[Statement] = Reaches
) -> Callable[[Statement], bool]:
    """Whether a statement says that a run from the identity gets below a loss."""

    def fits(found: Statement) -> bool:
        return (
            isinstance(found, kind)
            and isinstance(found, Reaches)
            and found.landscape == landscape
            and found.start == identity_start(landscape)
            and (found.step, found.momentum) == (Fraction(step), Fraction(momentum))
            and found.value[1] <= below
        )

    return fits


SMALL = small_steps("1/1001", "1")
TENTH = Fraction(1, 10**10)
PROOF = proof(
    "bartlett-2018",
    "Bartlett, Helmbold & Long 2018",
    (
        Item(
            name="positive definite targets",
            claim=(
                "Gradient descent from the identity reaches every symmetric positive definite Phi in polynomially"
                " many steps, if the step is small enough (eigenvalues in [1/10, 10]; every d, L and step up to a"
                " limit)."
            ),
            file="positive-definite.json",
            **from_identity(SPECTRUM, ALL),
        ),
        Item(
            name="close to the identity",
            claim=(
                "If the excess loss of the identity is below a small constant, it takes polynomially many steps "
                "for any Phi (|Phi - I|_F <= 3/10; every d and L, every step up to 1/(10 L))."
            ),
            file="near-identity.json",
            **from_identity(NEAR, ALL),
        ),
        Item(
            name="a negative eigenvalue, L even",
            claim=(
                "If symmetric Phi has a negative eigenvalue, gradient descent never gets below a positive loss (L"
                " even: for all steps and with momentum; an eigenvalue in [-1000, -1/10])."
            ),
            file="negative-even.json",
            make=lambda: certify_all_stay_above(EIGENVALUE),
            settles=above(EVEN, FIRST_ORDER, Fraction(1, 200)),
        ),
        Item(
            name="a negative eigenvalue, small steps",
            claim=(
                "The same for every L >= 2 with small steps, also with regularisation toward the identity, which "
                "does not help (an eigenvalue in [-1000, -1/10], steps up to 1/1001)."
            ),
            file="negative-small-steps.json",
            make=lambda: certify_all_stay_above(EIGENVALUE, TWO_OR_MORE, SMALL),
            settles=above(TWO_OR_MORE, SMALL, Fraction(1, 200)),
        ),
        Item(
            name="a negative eigenvalue, any step",
            claim=(
                "If symmetric Phi has a negative eigenvalue, gradient descent with any step fails. (Refuted for L"
                " = 3, Phi = diag(1, -1), step 1: loss 0 after one step.)"
            ),
            file="one-step.json",
            make=lambda: certify_run([[1, 0], [0, -1]], 3, 1, below=0),
            settles=reaches(network([[1, 0], [0, -1]], 3), "1", Fraction(0)),
            verdict="refuted",
        ),
        Item(
            name="negative eigenvalues, a large step",
            claim=(
                "The same, for a set of targets. (Refuted for L = 3 and every symmetric Phi with all eigenvalues in "
                "[-1/2, -2/5]: one step beyond 0, then convergence at a rate.)"
            ),
            file="negative-definite.json",
            **from_identity(JUMP, THREE),
            verdict="refuted",
        ),
        Item(
            name="normal targets",
            claim=(
                "Gradient descent from the identity reaches every normal Phi with no eigenvalue near the negative axis "
                "(Re z + 3 ((Im z)^2 - 1/100) >= 1/10, |z| <= 2; every L >= 2; not in the abstract)."
            ),
            file="normal-off-axis.json",
            **from_identity(OFF_AXIS, TWO_OR_MORE),
        ),
        Item(
            name="normal targets, a larger step",
            claim=(
                "The same for L = 2 and the step 1/20, with Re z + 3 ((Im z)^2 - 1/25) >= 1/5, |z| <= 2: followed for "
                "boxes of eigenvalues (not in the abstract)."
            ),
            file="normal-in-boxes.json",
            make=lambda: certify_in_boxes(BESIDE, 2, "1/10"),
            settles=converges(BESIDE, Layers(2, 2)),
        ),
        Item(
            name="a negative eigenvalue, momentum",
            claim=(
                "With a small step it fails with momentum too, for odd L. (Refuted for L = 3, Phi = -1, step "
                "1/100, momentum 9/10; the abstract speaks of gradient descent only.)"
            ),
            file="heavy-ball.json",
            make=lambda: certify_run([[-1]], 3, "1/100", momentum="9/10"),
            settles=reaches(network([[-1]], 3), "1/100", TENTH, "9/10"),
            verdict="refuted",
        ),
        Item(
            name="failure at a larger distance",
            claim=(
                "Some Phi at a larger constant distance from the identity is not reached (Phi = -1, at distance "
                "2; L even)."
            ),
            file="distance-2.json",
            make=lambda: certify_stays_above([[-1]]),
            settles=above(EVEN, FIRST_ORDER, Fraction(1, 2), exact([[-1]])),
        ),
        Item(
            name="two regularisers",
            claim=(
                "An algorithm with regularisers for positivity and balance succeeds where u^T Phi u > 0 (a "
                "reconstruction of it; (Phi + Phi^T)/2 >= I/2, |Phi| <= 2, |Phi - I|_F <= 1, every L >= 2)."
            ),
            file="projected.json",
            **from_identity(POSITIVE, TWO_OR_MORE, projected=True),
        ),
        Item(
            name="a 2 x 2 target of negative determinant, L even",
            claim=(
                "For Phi = [[1, 1/10], [0, -1]] no first-order method of even depth from the identity gets below "
                "the loss 0.4524 (not in the abstract; in float64 it seems to)."
            ),
            file="negative-determinant.json",
            make=lambda: certify_stays_above(ARTEFACT),
            settles=above(EVEN, FIRST_ORDER, Fraction(4524, 10000), exact(ARTEFACT)),
        ),
        Item(
            name="a 2 x 2 target of negative determinant, L = 3",
            claim=(
                "Where gradient flow from the identity fails because det Phi < 0, gradient descent fails. "
                "(Refuted for this Phi, L = 3, step 1/50; not in the abstract.)"
            ),
            file="escape.json",
            make=lambda: certify_run(ARTEFACT, 3, "1/50", converges=True),
            settles=reaches(network(ARTEFACT, 3), "1/50", TENTH, kind=Converges),
            verdict="refuted",
        ),
        *(
            Item(
                name=f"a 3 x 3 target of negative determinant, {number}",
                claim=("The same for a 3 x 3 target, L = 2, step 1/20. (Refuted; not in the abstract.)"),
                file=f"escape-3-{number}.json",
                make=lambda target=target: certify_run(target, 2, "1/20"),  # type: ignore[misc]
                settles=reaches(network(target, 2), "1/20", TENTH),
                verdict="refuted",
            )
            for number, target in enumerate(ESCAPES, start=1)
        ),
    ),
)
