"""Bounds on what a certificate may ask for, all enforced before anything is allocated.

A certificate comes from a stranger. The first group is part of the format
(docs/CERTIFICATE.md): a file beyond one of them is malformed. The second group is what
this checker takes on: a certificate beyond one of them is undecided.
"""

MAX_FILE_BYTES = 8 * 2**20
MAX_DEPTH = 32
MAX_JSON_INTEGER_DIGITS = 9
MAX_NUMBER_LENGTH = 640  # also the least that Python's own limit on reading integers can be set to
MAX_EXPONENT = 4_096
MAX_UNKNOWNS = 16_384
MAX_NEURONS = 400
MIN_PRECISION = 53
MAX_PRECISION = 2_048
MAX_PARTS = 10_000
MAX_VARIABLES = 10_000  # of a semidefinite program
MAX_BLOCKS = 10_000
MAX_ORDER = 10_000  # of all blocks together
MAX_MATRIX_ORDER = 1_000  # of a matrix, and monomials of a Gram matrix
MAX_INDETERMINATES = 64
MAX_TERMS = 10_000
MAX_DEGREE = 128
MAX_DECIMAL_LENGTH = 800  # every float64 has a decimal of this length and exponent
MAX_DECIMAL_EXPONENT = 1_100

ARB_UNKNOWNS = 1_024
ARB_ORDER = 400  # of a matrix, or of a block of one
ARB_CONSTRAINTS = 1_024
EXACT_ORDER = 64  # of a matrix that is singular, or of which balls do not tell whether it is
MATRIX_PRECISION = 128
EXACT_BITS = 16_384  # of such a matrix's common denominator
MAX_FILES = 100_000
DEFAULT_TIME_LIMIT = 600.0
