"""Rules about quadratic networks at their borders: strict inequalities refuse equality, others accept it.

The loss is replaced by F(x) = f + g x + h x^2 / 2 with exact numbers, at the points that a rule asks for in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from flint import arb, arb_mat, fmpq

from tests.checker.conftest import certificate_of
from tests.corpus.forge import CORPUS
from verify.checker.core.outcome import Open, Refuted
from verify.checker.core.task import Task
from verify.checker.evaluators import rational

spurious, dual, saddle = (
    import_module(f"verify.checker.theorems.{name}")
    for name in ("quadratic_spurious_minimum", "quadratic_global_minimum", "negative_curvature")
)  # the package names the functions like their modules
SMALL = Fraction(1, 10**12)


@dataclass
class Quadratic:
    """Value, slope and Hessian at a point, or the Hessian over a box."""

    f: Fraction = Fraction(0)
    g: Fraction = Fraction(0)
    h: object = 1

    def value(self) -> fmpq:
        return rational(self.f)

    def gradient(self) -> list[list[fmpq]]:
        return [[rational(self.g)]]

    def hessian(self) -> arb_mat:
        return arb_mat([[arb(self.h)]])

    def curvature(self, direction: Any) -> fmpq:
        return rational(Fraction(self.h) * sum(entry * entry for row in direction for entry in row))  # type: ignore[arg-type]


def apply(
    module: Any,
    rule: Callable[[Any], None],
    name: str,
    losses: list[Quadratic],
    monkeypatch: pytest.MonkeyPatch,
    **changes: Any,
) -> None:
    """Apply a rule to a certificate whose statement is changed, and whose loss is another one."""
    found, asked = certificate_of(CORPUS / "valid" / f"{name}.json"), iter(losses)
    monkeypatch.setattr(module, "QuadraticLoss", lambda *given: next(asked))
    rule(Task(replace(found.statement, **changes), found.witness))  # type: ignore[type-var]
    assert next(asked, None) is None, "each was asked for"


# quadratic-spurious-minimum


@pytest.fixture
def minimum(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def prove(
        at: Quadratic | None = None, over: Quadratic | None = None, better: Fraction | int = -100, **changes: Any
    ) -> None:
        standard = {
            "radius": Fraction(8),
            "hessian_lower_bound": Fraction(1, 2),
            "value": (Fraction(-99), Fraction(99)),
        }
        losses = [at or Quadratic(), over or at or Quadratic(), Quadratic(f=Fraction(better))]
        name = "quadratic-spurious"
        apply(spurious, spurious.quadratic_spurious_minimum, name, losses, monkeypatch, **standard | changes)

    return prove


def test_the_gradient_is_less_than_m_r(minimum: Callable[..., None]) -> None:
    for slope in (4 - SMALL, SMALL - 4, Fraction(0)):
        minimum(Quadratic(g=slope))
    for slope in (Fraction(4), Fraction(-4), 4 + SMALL, Fraction(5)):
        with pytest.raises(Refuted, match="the gradient is too large for the radius"):
            minimum(Quadratic(g=slope))


def test_the_value_may_fall_by_the_square_of_the_gradient_over_2_m(minimum: Callable[..., None]) -> None:
    """F(c) = 0, |g|^2 / (2 m) = 4: the minimum is in [-4, 0]."""
    at = Quadratic(g=Fraction(2))
    minimum(at, value=(Fraction(-4), Fraction(0)))
    for low, high in (
        (SMALL - 4, Fraction(0)),
        (Fraction(-4), -SMALL),
        (Fraction(-9), Fraction(-5)),
        (Fraction(1), Fraction(2)),
    ):
        with pytest.raises(Refuted, match="not within the claimed bounds"):
            minimum(at, value=(low, high))


def test_the_better_point_is_below_the_lower_bound(minimum: Callable[..., None]) -> None:
    minimum(better=-99 - SMALL)
    for better in (Fraction(-99), SMALL - 99, Fraction(0), Fraction(100)):
        with pytest.raises(Refuted, match="the better point has a loss in"):
            minimum(better=better)


def test_the_hessian_is_asked_over_the_ball(minimum: Callable[..., None]) -> None:
    minimum(Quadratic(h=2), Quadratic(h=0.75))
    minimum(Quadratic(h=0.75), Quadratic(h=arb(0.75, 2.0**-10)))
    for over in (0.25, 0.5, -1, arb(0.75, 0.5), arb.nan()):
        with pytest.raises(Open, match="over the whole ball"):
            minimum(Quadratic(h=2), Quadratic(h=over))
    for at in (0.25, -1):
        with pytest.raises(Refuted, match="at the given point"):
            minimum(Quadratic(h=at), Quadratic(h=at))


# quadratic-global-minimum: the dual bound of the corpus's file is 5/8


@pytest.mark.parametrize(
    ("low", "high", "loss", "why"),
    [
        (Fraction(5, 8), Fraction(5, 8), Fraction(5, 8), None),
        (Fraction(0), Fraction(2), Fraction(2), None),
        (Fraction(5, 8) + SMALL, Fraction(2), Fraction(1), "the dual bound is at most 0.625, below"),
        (Fraction(5, 8), Fraction(1), 1 + SMALL, "the loss at point 0 is in"),
    ],
)
def test_the_infimum_is_between_dual_bound_and_loss(
    low: Fraction, high: Fraction, loss: Fraction, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prove() -> None:
        losses = [Quadratic(f=loss)]
        apply(dual, dual.quadratic_global_minimum, "quadratic-global-decay", losses, monkeypatch, value=(low, high))

    if why is None:
        prove()
        return
    with pytest.raises(Refuted, match=why):
        prove()


# negative-curvature


@pytest.mark.parametrize(
    ("slope", "curvature", "why"),
    [
        (Fraction(1, 3), Fraction(-2), None),
        (Fraction(-1, 3), Fraction(-3), None),
        (Fraction(1, 3) + SMALL, Fraction(-2), "above the square of the bound"),
        (-Fraction(1, 3) - SMALL, Fraction(-2), "above the square of the bound"),
        (Fraction(0), SMALL - 2, "the curvature in the direction is in"),
        (Fraction(0), Fraction(2), "the curvature in the direction is in"),
    ],
)
def test_gradient_and_curvature_reach_their_bounds(
    slope: Fraction, curvature: Fraction, why: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prove() -> None:
        losses, bounds = (
            [Quadratic(g=slope, h=curvature)],
            {"gradient_bound": Fraction(1, 3), "curvature": Fraction(-2)},
        )
        apply(saddle, saddle.negative_curvature, "quadratic-saddle", losses, monkeypatch, **bounds)

    if why is None:
        prove()
        return
    with pytest.raises(Refuted, match=why):
        prove()
