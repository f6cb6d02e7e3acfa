"""Rigorous enclosures of the integral that defines a dual kernel, by adaptive quadrature in balls.

This is a second way to the numbers, which shares no closed form with the derivation or the checker: the integrand is
sigma(w.x) sigma(v.x) times the Gaussian density, and FLINT's acb.integral (Johansson 2018, "Numerical integration in
arbitrary-precision ball arithmetic") encloses its integral over the part of the plane that is not in the tail.

`half_lines` is for activations with a kink or a jump at 0, `entire` for analytic ones.
"""
