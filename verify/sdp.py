"""Semidefinite programs and sums of squares: the public names of `verify.producer.sdp`, whose help has the guide."""

from verify.producer.sdp import Result, bound, global_minimum, positive_semidefinite, sum_of_squares

__all__ = ["Result", "bound", "global_minimum", "positive_semidefinite", "sum_of_squares"]
