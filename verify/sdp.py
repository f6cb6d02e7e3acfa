"""Semidefinite programs and sums of squares: the public names of `verify.producer.sdp`, whose help has the guide."""

from verify.extras import without_producer

try:
    from verify.producer.sdp import Result, bound, global_minimum, positive_semidefinite, sum_of_squares
except ModuleNotFoundError as error:
    raise without_producer("verify.sdp", error) from error

__all__ = ["Result", "bound", "global_minimum", "positive_semidefinite", "sum_of_squares"]
