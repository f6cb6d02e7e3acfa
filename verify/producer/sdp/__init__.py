"""Semidefinite programs: rigorous bounds, exact sums of squares, certificates. Nothing here is trusted.

    bound(problem)                 a cvxpy.Problem with semidefinite and linear constraints, or the path of an SDPA file
    sum_of_squares(polynomial)     a SymPy polynomial over Q
    global_minimum(polynomial)     the same: a lower bound by a sum of squares, and a point that attains it
    positive_semidefinite(matrix)  a symmetric matrix of rational numbers, singular or not

docs/SDP.md has the conventions, the theorems and their proofs.
"""

from verify.producer.sdp.api import Result, bound, positive_semidefinite
from verify.producer.sdp.polynomials import global_minimum, sum_of_squares

__all__ = ["Result", "bound", "global_minimum", "positive_semidefinite", "sum_of_squares"]
