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
MAX_LAYERS = 64
MAX_DEGREE = 16
MAX_SAMPLES = 16_384
MAX_DATA = 131_072
MAX_ORDER = 32
MIN_PRECISION = 53
MAX_PRECISION = 2_048
MAX_PARTS = 10_000

ARB_UNKNOWNS = 1_024
ARB_PARAMETERS = 4_096
ARB_BLOCKS = 2_097_152
EXACT_BITS = 100_000
MAX_OPEN_KINKS = 8
MATRIX_PRECISION = 128
MAX_FILES = 100_000
DEFAULT_TIME_LIMIT = 600.0
