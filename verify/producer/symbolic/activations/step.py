"""The step function, sigma(z) = 1 for z > 0, else 0: its kernel only, because its loss is not C^1."""

from __future__ import annotations

from sympy import Derivative, Function, Integer, pi

from verify.producer.symbolic.derivation import Derivation, Identity, Section, value_only
from verify.producer.symbolic.homogeneous import by_polar_coordinates, t


def derive() -> Derivation:
    """The kernel, and why no gradient and no Hessian follow."""
    kernel = by_polar_coordinates("step", degree=0, positive=Integer(1), negative=Integer(0))
    of_angle = Function("kappa")(t)
    kink = Identity(
        title="The slope in the angle",
        reason="Let `w` turn through the direction of `v`: `t` falls to 0 and rises again, so the slope of `kappa` "
        "jumps from `1 / (2 pi)` to its negative.",
        lhs=Derivative(of_angle, t),
        rhs=-1 / (2 * pi),
        where={of_angle: (pi - t) / (2 * pi)},
    )
    introduction = (
        "The derivatives of this kernel, and with them the gradient and the Hessian blocks, are not derived: at "
        "parallel neurons `kappa` has a kink, so the loss is not `C^1` there."
    )
    return value_only(kernel, Section("Why the value only", (kink,), introduction))
