"""An enclosure of a double integral over a square: FLINT's one-dimensional quadrature, in itself."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb

_TOLERANCE = 2.0**-50
_EVALUATIONS = 50
"""Of an inner integral at a wide ball, which is wide whatever their number; elsewhere the limit is FLINT's own."""


def integral(integrand: Callable[[acb], Callable[[acb], acb]], lower: int, upper: int) -> arb:
    """A ball that contains the integral of integrand(a)(b) over a and b from `lower` to `upper`.

    The integrand must be entire in a and in b, real for real ones, and must return enclosures for balls. The inner
    quadrature then encloses an entire function of a, as the outer one needs: at thin balls narrowly, for the nodes; at
    wide complex ones, where the outer one asks for a bound, without effort beyond their width.
    """

    def over_b(a: acb, _: bool) -> acb:
        of_b = integrand(a)
        width = max(float(a.real.rad()), float(a.imag.rad()))
        tolerance, limit = (width, _EVALUATIONS) if width > _TOLERANCE / 8 else (_TOLERANCE / 8, 0)
        return acb.integral(lambda b, _: of_b(b), lower, upper, abs_tol=tolerance, rel_tol=tolerance, eval_limit=limit)

    return acb.integral(over_b, lower, upper, abs_tol=_TOLERANCE, rel_tol=_TOLERANCE).real
