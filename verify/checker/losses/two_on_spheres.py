"""Two ReLU neurons of norm 1 and an orthonormal teacher v_1, v_2: the critical points on the product of two spheres.

With t the angle of w_1 and w_2, t_ij that of w_i and v_j, and kappa as in `two_neurons`, the loss is
F = kappa(t) - sum_ij kappa(t_ij) + constant. The derivative of kappa in w, along the sphere, is (pi - t) / 2 pi times
the part of the other vector that is perpendicular to w. So with tau = pi - t and alpha_ij = pi - t_ij a point is
critical if and only if, for some numbers lambda_i,
    tau w_2 - sum_j alpha_1j v_j = lambda_1 w_1,        tau w_1 - sum_j alpha_2j v_j = lambda_2 w_2.

In the plane of the teacher, with the angles x and x + d (`InPlane`):
    -kappa'(d) - beta'(x) = 0,        kappa'(d) - beta'(x + d) = 0.

Out of the plane (`OutOfPlane`). The parts z_i of w_i that are perpendicular to the plane satisfy tau z_2 = lambda_1 z_1
and tau z_1 = lambda_2 z_2. If tau = 0, then w_2 = -w_1, and no z_i is 0, so lambda_i = 0 and all alpha_1j = 0: but w_1
is not -v_1 and -v_2. So neither z_i is 0 and they are parallel: the point lies in three dimensions, where z_i is a
number other than 0, and lambda_1 = tau z_2 / z_1, lambda_2 = tau z_1 / z_2. The components along v_j give, with
rho = -z_2 / z_1, that alpha_1j = rho alpha_2j, from which rho > 0, as some alpha_2j > 0; exchanging the neurons, rho
>= 1. With a_j = alpha_2j, c_j = cos a_j and e_j = cos rho a_j, so that w_2j = -c_j and w_1j = -e_j, the conditions are
    q_2 = rho^2 q_1 with q_1 = 1 - sum e_j^2 > 0 and q_2 = 1 - sum c_j^2 > 0,
    tau (rho e_j + c_j) + rho a_j = 0, where tau = arccos(-cos t) and cos t = sum c_j e_j - q_2 / rho;
conversely such a_j in [0, pi] with rho a_j <= pi give a critical point. So rho e_j + c_j <= 0, its size is at least
rho a_j / pi, and (rho e_1 + c_1) a_2 = (rho e_2 + c_2) a_1. As the angle of -v_1 and -v_2 is pi/2, a_1 + a_2 >= pi/2,
so that rho <= 4.
Source: after Wu, Luo & Lee 2018, Lemma 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from verify.checker.losses.conditions import Conditions, Differentiable, Scalar, System
from verify.checker.losses.two_neurons import Circle, duals


class InPlane(Circle, System):
    """The points in the plane of the teacher."""

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """The two equations, and beta'(x) >= 0 >= beta'(x + d) for 0 <= d <= pi."""
        x, d = unknowns
        _, slope = duals(self.kappa(d.value), d)
        _, towards_x = duals(self.beta(x.value), x)
        y = x + d
        _, towards_y = duals(self.beta(y.value), y)
        return Conditions([-slope - towards_x, slope - towards_y], [towards_x, -towards_y])


@dataclass(frozen=True, slots=True)
class OutOfPlane(System):
    """The points out of it: a_1, a_2 from 0 to pi, and rho from 1 to 4."""

    pi: Scalar

    def conditions(self, unknowns: list[Differentiable]) -> Conditions:
        """The equations, and what follows from them."""
        *a, rho = unknowns
        rest = [rho * angle for angle in a]
        c, e = list(map(_cosine, a)), list(map(_cosine, rest))
        q_1, q_2 = 1 - e[0] * e[0] - e[1] * e[1], 1 - c[0] * c[0] - c[1] * c[1]
        tau = _arccosine(q_2 / rho - c[0] * e[0] - c[1] * e[1])
        sums = [rho * e[j] + c[j] for j in range(2)]
        crossed = sums[0] * a[1] - sums[1] * a[0]
        return Conditions(
            [q_2 - rho * rho * q_1, *(tau * sums[j] + rest[j] for j in range(2))],
            [
                *(q_1, q_2, crossed, -crossed, 2 * (a[0] + a[1]) - self.pi),
                *(-(self.pi * sums[j] + rest[j]) for j in range(2)),
                *(self.pi - angle for angle in rest),
            ],
        )

    def images(self, piece: list[Scalar]) -> list[list[Scalar]]:
        """Itself, and by exchanging the neurons."""
        first, second, rho = piece
        return [piece, [rho * first, rho * second, 1 / rho]]

    def students(self, unknowns: list[arb]) -> tuple[list[arb], list[arb]]:
        """w_1 and w_2, in three dimensions; a part is not finite unless q_1, q_2 >= 0."""
        *a, rho = unknowns
        w_1, w_2 = [-(rho * angle).cos() for angle in a], [-angle.cos() for angle in a]
        height = (1 - w_1[0] * w_1[0] - w_1[1] * w_1[1]).sqrt()
        return [*w_1, height], [*w_2, -rho * height]


def _cosine(angle: Differentiable) -> Differentiable:
    sine, cosine = angle.value.sin_cos()
    return angle.chain(cosine, -sine)


def _arccosine(cosine: Differentiable) -> Differentiable:
    """Where the cosine is one, from -1 to 1; it may be enclosed by more."""
    ends = [end.max(-1).min(1).acos() for end in (cosine.value.lower(), cosine.value.upper())]
    slope = -1 / (1 - cosine.value * cosine.value).sqrt()
    return cosine.chain(ends[0].union(ends[1]), slope)
