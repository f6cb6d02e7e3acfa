"""Two ReLU students and two teachers of which one is shorter, in coordinates that stay regular as it shrinks to 0.

In the plane let v_1 = (1, 0), v_2 = r (cos psi, sin psi), w_1 = (1 + r a_1, r a_2), w_2 = r b, and let G be the
gradient of F / r^2 in (a, b). Let
    a_2 > 0 > b_2,  1 + r a_1 > 0,  theta < psi < pi + phi,  r > 0
for the angles theta and phi of w_1 and b, so that -pi < phi < 0 < theta < pi/2. With q = a_2 / (1 + r a_1),
z = r q = tan theta, A(z) = arctan(z) / z, tau = q A(z) = theta / r, c = |b| and u = b / |b|,
    2 pi G_a = pi a + (tau - q / (1 + z^2), -r q^2 / (1 + z^2)) + (c sin(theta - phi) - sin(psi - theta)) w_1 / |w_1|
               + (pi - theta + phi) b - (pi - psi + theta) v_2 / r,
    2 pi G_b = pi b + ((a_2 b_1 - a_1 b_2) / c) u + (pi + phi - theta) a - (tau, 0)
               - sin(psi - phi) u - (pi - psi + phi) v_2 / r.

Proof. The gradient of F in w_i is w_i / 2 + g(w_i, w_i') - g(w_i, v_1) - g(w_i, v_2) with g(w, v) = (|v| sin t w / |w|
+ (pi - t) v) / 2 pi, and t is theta - phi, theta, psi - theta, -phi and psi - phi, each between 0 and pi. G_a is that
in w_1 divided by r, and w_1 / 2 - g(w_1, v_1) = (pi r a + theta (1, 0) - sin theta w_1 / |w_1|) / 2 pi with
w_1 / |w_1| = (cos theta, sin theta) and sin theta cos theta = z / (1 + z^2), sin^2 theta = z^2 / (1 + z^2). G_b is that
in w_2 divided by r, and |w_1| sin(theta - phi) - sin(-phi) = r (a_2 b_1 - a_1 b_2) / c, (pi - theta + phi) w_1 -
(pi + phi) (1, 0) = r (pi + phi - theta) a - theta (1, 0). QED

G' is the Hessian of F in (w_1, w_2). Nothing is divided by r here, so that r = 0 may be in a ball.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb

from verify.checker.core.dual import Dual

TERMS = 16


class ShrinkingTeacher:
    """The unknowns a_1, a_2, b_1, b_2, r and psi."""

    def equations(self, unknowns: list[Dual]) -> list[Dual]:
        """2 pi G, at points that are `inside`."""
        a1, a2, b1, b2, r, psi = unknowns
        pi, first = arb.pi(), 1 + r * a1
        q = a2 / first
        z = r * q
        square = 1 + z * z
        tau = q * arctangent_over(z)
        theta, phi = r * tau, angle(b1, b2)
        cosine, sine = cosine_and_sine(psi)
        along = (b1 * z - b2 - sine + z * cosine) / square  # of w_1, of which (1, z) is a multiple
        across = (a2 * b1 - a1 * b2 - sine * b1 + cosine * b2) / (b1 * b1 + b2 * b2)
        turn, of_w1, of_w2 = pi - theta + phi, pi - psi + theta, pi - psi + phi
        return [
            pi * a1 + tau - q / square + along + turn * b1 - of_w1 * cosine,
            pi * a2 - r * q * q / square + along * z + turn * b2 - of_w1 * sine,
            pi * b1 + across * b1 + turn * a1 - tau - of_w2 * cosine,
            pi * b2 + across * b2 + turn * a2 - of_w2 * sine,
        ]

    def inside(self, unknowns: Sequence[arb]) -> bool:
        """Whether all conditions but r > 0 hold, where r >= 0; True only if proved."""
        a1, a2, b1, b2, r, psi = unknowns
        first = 1 + r * a1
        if not (first > 0 and a2 > 0 and b2 < 0):
            return False
        theta, phi = (r * a2 / first).atan(), arb.atan2(b2, b1)
        return bool(theta < psi and psi < arb.pi() + phi)


def arctangent_over(z: Dual) -> Dual:
    """A(z) = arctan(z) / z, the alternating sum of z^2k / (2k + 1), for |z| <= 1/2; else NaN.

    What is left out after n terms is <= |z|^2n, and 2 |z|^(2n - 1) for the derivative, whose terms are <= |z|^(2k - 1).
    """
    at = arb(z.value)
    if not abs(at) <= arb(1) / 2:
        return z.chain(arb.nan(), arb.nan())
    square, value, slope = at * at, arb(0), arb(0)
    for k in reversed(range(1, TERMS)):
        term = arb((-1) ** k) / (2 * k + 1)
        value, slope = (value + term) * square, slope * square + 2 * k * term
    rest = arb(0, 1) * abs(at) ** (2 * TERMS - 1)
    return z.chain(1 + value + rest, slope * at + 2 * rest)


def angle(x: Dual, y: Dual) -> Dual:
    """The angle of the point (x, y) with y < 0, from -pi to 0."""
    square = x.value * x.value + y.value * y.value
    parts = zip(x.partials, y.partials, strict=True)
    return Dual(
        arb.atan2(y.value, x.value), tuple((x.value * towards - y.value * along) / square for along, towards in parts)
    )


def cosine_and_sine(psi: Dual) -> tuple[Dual, Dual]:
    """Of an angle."""
    sine, cosine = arb(psi.value).sin_cos()
    return psi.chain(cosine, -sine), psi.chain(sine, cosine)
