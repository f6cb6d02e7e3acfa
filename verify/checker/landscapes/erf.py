"""The error function, sigma(z) = erf(z): kappa = (2 / pi) asin(2 q / sqrt((1 + 2 p) (1 + 2 s))) (Williams 1998).

With A = 1 + 2 p, B = 1 + 2 s and R = sqrt(A B - 4 q^2), where R >= 1 because p s >= q^2,
every derivative is a polynomial in p, q, s over powers of A, B and R: the loss is
smooth everywhere, parallel and zero neurons included.
"""

from __future__ import annotations

from flint import arb

from verify.checker.landscapes.dual_kernel import Jet, Second, SelfJet


class Erf:
    """The dual kernel of erf."""

    def pair(self, p: arb, q: arb, s: arb) -> Jet:
        """The kernel at two different neurons."""
        a, b, c = 1 + 2 * p, 1 + 2 * s, 4 / arb.pi()
        r = (a * b - 4 * q * q).sqrt()
        cube = r * r * r
        return Jet(
            value=c / 2 * (2 * q / r).atan(),
            p=-c * q / (a * r),
            q=c / r,
            second=Second(
                pp=c * q * (2 * r * r + a * b) / (a * a * cube),
                pq=-c * b / cube,
                ps=c * q / cube,
                qq=4 * c * q / cube,
                qs=-c * a / cube,
            ),
        )

    def alone(self, p: arb) -> SelfJet:
        """The kernel of a neuron with itself."""
        a, root, c = 1 + 2 * p, (1 + 4 * p).sqrt(), 4 / arb.pi()
        return SelfJet(
            value=c / 2 * (2 * p / root).atan(),
            first=c / (a * root),
            second=-4 * c * (1 + 3 * p) / (a * a * root * root * root),
        )
