"""What is held of standard problems: the gap, the bounds, and that no step in many bits is made where float64 does."""

from __future__ import annotations

import pytest

from tests.campaigns import campaigns_only
from tests.shared_data import SHARED, needs
from verify.producer.sdp.bounds import bound_instance
from verify.producer.sdp.certified import Bounds
from verify.producer.sdp.exact_barrier import ExactBarrier
from verify.producer.sdp.instance import Instance

GAPS = {
    "truss1": 5e-10, "truss3": 5e-10, "control1": 5e-10, "mcp124-1": 5e-10, "mcp100": 5e-10, "theta1": 5e-10,
    "truss5": 5e-10, "control2": 5e-10, "control3": 5e-10, "truss6": 5e-10, "truss7": 5e-10, "arch0": 5e-10,
    "mcp250-1": 2e-9, "theta3": 5e-9, "theta4": 5e-9, "mcp500-1": 5e-9, "maxG11": 5e-9, "gpp100": 1e-7, "qap5": 0.0,
}  # fmt: skip
UPPER = {"hinf3": 57.0, "hinf5": 363.0, "hinf7": 391.0, "hinf8": 116.2, "hinf13": 44.5}
INFEASIBLE = {"infp1": "inequality", "infp2": "inequality", "infd1": "equality", "infd2": "equality"}
LONG = {"arch0", "mcp250-1", "theta3", "theta4", "mcp500-1", "maxG11", "gpp100", "hinf13", "qap5", "truss6", "truss7"}
"""More than half a second each: in campaigns."""


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs for which many bits were asked."""
    found: list[str] = []
    build = ExactBarrier.__init__

    def counted(self: ExactBarrier, instance: Instance, *more: float) -> None:
        found.append(instance.name)
        build(self, instance, *more)

    monkeypatch.setattr(ExactBarrier, "__init__", counted)
    return found


def bounded(name: str) -> Bounds:
    return bound_instance(Instance.load(SHARED / "sdplib" / f"{name}.dat-s"))


@needs("sdplib")
@pytest.mark.parametrize("name", campaigns_only(GAPS, unless=lambda name: name not in LONG))
def test_both_bounds_are_as_near_as_they_should_be_and_float64_does(name: str, entered: list[str]) -> None:
    found = bounded(name)
    assert found.relative_gap is not None and found.relative_gap <= GAPS[name], found.reasons
    assert set(found.certificates) == {"sdp-lower-bound", "sdp-upper-bound"}
    assert entered == [] and found.exact_steps == 0
    if name == "qap5":
        assert found.lower == -436


@needs("sdplib")
@pytest.mark.parametrize("name", INFEASIBLE)
def test_a_side_without_a_point_is_proved_by_the_solvers_own_certificate(name: str, entered: list[str]) -> None:
    found = bounded(name)
    assert found.infeasible == INFEASIBLE[name]
    assert entered == []


@needs("sdplib")
@pytest.mark.parametrize("name", campaigns_only(UPPER, unless=lambda name: name == "hinf3"))
def test_upper_bounds_of_ill_posed_programs(name: str, entered: list[str]) -> None:
    """Here alone the last resort is entered."""
    found = bounded(name)
    assert found.upper is not None and found.upper <= UPPER[name]
    assert entered
