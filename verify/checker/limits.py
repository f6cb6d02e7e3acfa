"""Bounds on what a certificate may ask for, all enforced before anything is allocated.

A certificate comes from a stranger. These numbers are part of the format
(docs/CERTIFICATE.md); a file beyond one of them is malformed.
"""

MAX_FILE_BYTES = 16 * 2**20
MAX_DEPTH = 32
MAX_JSON_INTEGER_DIGITS = 9
MAX_NUMBER_LENGTH = 1_000
MAX_EXPONENT = 4_096
MAX_UNKNOWNS = 1_600
MAX_NEURONS = 200
MIN_PRECISION = 53
MAX_PRECISION = 2_048
MAX_PARTS = 10_000
MAX_FILES = 100_000
DEFAULT_TIME_LIMIT = 600.0
