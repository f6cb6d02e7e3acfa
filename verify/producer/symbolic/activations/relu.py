"""ReLU, sigma(z) = max(z, 0): the arc-cosine kernel of Cho & Saul 2009, the Hessian of Safran & Shamir 2018."""

from __future__ import annotations

from sympy import Expr, Integer, cos, pi, sin, sqrt, symbols

from verify.producer.symbolic.derivation import Derivation, z
from verify.producer.symbolic.gram import Form, delta, derivation, p, s, v_a, v_b, w_a, w_b
from verify.producer.symbolic.homogeneous import by_polar_coordinates, t

u, e, m, m_v, b, n = (symbols(f"{name}_a {name}_b", real=True) for name in ("u", "e", "m", "m'", "b", "n"))
"""Entries a and b of unit vectors: along w and v; m, m' orthogonal to w, v in their plane; along u + e and u - e."""


def derive() -> Derivation:
    """Kernel, derivatives, gradient and Hessian blocks, and the forms of these that papers print."""
    return derivation(by_polar_coordinates("relu", degree=1, positive=z, negative=Integer(0)), _literature())


def _literature() -> tuple[Form, ...]:
    where: dict[Expr, Expr] = {}
    for i in range(2):
        where[m[i]] = (e[i] - cos(t) * u[i]) / sin(t)
        where[m_v[i]] = (u[i] - cos(t) * e[i]) / sin(t)
        where[b[i]] = (u[i] + e[i]) / sqrt(2 + 2 * cos(t))
        where[n[i]] = (u[i] - e[i]) / sqrt(2 - 2 * cos(t))
    for i in range(2):
        where[u[i]] = (w_a, w_b)[i] / sqrt(p)
        where[e[i]] = (v_a, v_b)[i] / sqrt(s)
    return (
        Form(
            "w",
            "Safran & Shamir 2018: `(|v| sin t u + (pi - t) v) / (2 pi)`, `u = w/|w|`.",
            (sqrt(s) * sin(t) * u[0] + (pi - t) * v_a) / (2 * pi),
            where,
        ),
        Form(
            "ww",
            "`h_1` of Safran & Shamir 2018: `|v| sin t / (2 pi |w|) (I - u u^T + m m^T)`, `m` the unit vector along "
            "`e - cos t u`, `e = v/|v|`.",
            sqrt(s) * sin(t) / (2 * pi * sqrt(p)) * (delta - u[0] * u[1] + m[0] * m[1]),
            where,
        ),
        Form(
            "wv",
            "`h_2` of Safran & Shamir 2018: `((pi - t) I + m' e^T + m u^T) / (2 pi)`, `m'` the unit vector along "
            "`u - cos t e`.",
            ((pi - t) * delta + m_v[0] * e[1] + m[0] * u[1]) / (2 * pi),
            where,
        ),
        Form(
            "wv",
            "`h_2` without the quotient that becomes 0/0 at parallel vectors: "
            "`((pi - t) I + sin t (b b^T - n n^T)) / (2 pi)`, `b` and `n` the unit vectors along `u + e` and `u - e`.",
            ((pi - t) * delta + sin(t) * (b[0] * b[1] - n[0] * n[1])) / (2 * pi),
            where,
        ),
    )
