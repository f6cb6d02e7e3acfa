"""What evaluators and rules ask that know no parameters but the network's own, or no weights of samples."""

from __future__ import annotations

from verify.checker.core.codes import Reason
from verify.checker.core.outcome import Open
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape


def require_own_parameters(landscape: EmpiricalRiskLandscape) -> None:
    """Go on where each of the network's parameters is trained by itself, or fixed. Raises Open."""
    if landscape.parameter_map is not None:
        raise Open("this rule needs each of the network's parameters to be trained by itself", Reason.NOT_MODELLED)


def require_equal_samples(landscape: EmpiricalRiskLandscape) -> None:
    """Go on where the losses of all samples count alike. Raises Open."""
    _ = landscape.factor
