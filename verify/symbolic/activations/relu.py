"""ReLU, sigma(z) = max(z, 0): the arc-cosine kernel of degree 1 of Cho & Saul 2009, and Safran & Shamir's Hessian."""

from __future__ import annotations

from sympy import Integer, cos, pi, sin, sqrt, symbols

from verify.symbolic.derivation import Derivation, Identity
from verify.symbolic.gram import FORMULAS, delta, derivation, p, s, v_a, v_b, w_a, w_b
from verify.symbolic.homogeneous import ANGLE, by_polar_coordinates, t, z

u_a, u_b, e_a, e_b, m_a, m_b, c_a, c_b, b_a, b_b, n_a, n_b = symbols("u_a u_b e_a e_b m_a m_b c_a c_b b_a b_b n_a n_b")


def derive() -> Derivation:
    """The derivation, with the gradient and the Hessian blocks as Safran & Shamir 2018 print them."""
    d = derivation(by_polar_coordinates("relu", degree=1, positive=z, negative=Integer(0)))
    return d
