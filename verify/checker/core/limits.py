"""Bounds on what a certificate may ask for, all enforced before anything is allocated.

A certificate comes from a stranger. The first group is part of the format
(docs/CERTIFICATE.md): a file beyond one of them is malformed. The second group is what
this checker takes on: a certificate beyond one of them is undecided.
"""

MAX_FILE_BYTES = 8 * 2**20
MAX_LARGE_FILE_BYTES = 32 * 2**20  # of a certificate about a semidefinite program
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
MAX_FEATURE_PARAMETERS = 262_144  # of layers whose features are proved to have full rank
MAX_FRACTIONS = 16  # of random teachers
MAX_ORDER = 32  # of a descent or ascent
MIN_PRECISION = 53
MAX_PRECISION = 2_048
MAX_PARTS = 10_000
MAX_POINTS = 10_000
MAX_GROUPS = 6
MAX_EXTRA_ROWS = 6
MAX_INPUT_DIMENSION = 999_999_999
MAX_VARIABLES = 10_000  # of a semidefinite program
MAX_BLOCKS = 10_000
MAX_TOTAL_ORDER = 10_000  # of all blocks of one
MAX_MATRIX_ORDER = 1_000  # of a matrix, and monomials of a Gram matrix
MAX_INDETERMINATES = 64
MAX_POLYNOMIAL_TERMS = 10_000
MAX_POLYNOMIAL_DEGREE = 128
MAX_DECIMAL_LENGTH = 800  # every float64 has a decimal of this length and exponent
MAX_DECIMAL_EXPONENT = 1_100
MAX_FIXED_COORDINATES = 2
MIN_TERMS = 4
MAX_TERMS = 64  # of a power series
MAX_EXPONENT_OF_S = 16
MAX_LINEAR_LAYERS = 1_000_000  # of a deep linear network in a statement for all its targets
MAX_QUADRATIC_SIZE = 1_000_000  # of networks with quadratic activation, in a statement for all sizes
MAX_WIDTH = 999_999_999  # of networks with a random start
MAX_HERMITE_TERMS = 512
MAX_STEPS = 999_999_999  # of gradient descent, in a statement that counts them
MAX_TRAJECTORY_STEPS = 1_000_000
MAX_TRAJECTORY_PRECISION = 16_384  # bits, of which a trajectory loses some in each step
MAX_TARGET_ORDER = 64  # of one target of a deep linear network
MAX_COVER_BYTES = 6 * 2**20  # of a tree, in base 64
MAX_COVER_DEPTH = 256
MAX_COVER_ZEROS = 64
MAX_TUBE_TERMS = 8  # of its polynomials, in each of two variables

ARB_UNKNOWNS = 1_024
AUTO_UNKNOWNS = 512
ARB_ORDER = 400  # of a matrix, or of a block of one
ARB_CONSTRAINTS = 1_024
AUTO_PROGRAM = 1_000_000  # the cubes of the orders of a program's blocks and of its number of variables, added up
LARGE_ORDER = 1_600  # of a block
LARGE_CONSTRAINTS = 4_000
FRAME_PRODUCTS = 10_000_000
EXACT_ORDER = 64  # of a matrix that is singular, or of which balls do not tell whether it is
ARB_PARAMETERS = 4_096
ARB_BLOCKS = 2_097_152
ARB_MAPPED = 33_554_432  # of a network whose parameters are made from others
FEATURE_PRODUCTS = 2_147_483_648  # samples x parameters, where each position of a convolution counts
FEATURE_ENTRIES = 8_388_608  # samples x units of a layer
FEATURE_LIMBS = 134_217_728  # words of 64 bits, of a layer's exact outputs
FEATURE_BALLS = 2_097_152  # the same, in balls
GRAM_ENTRIES = 4_194_304  # of the covariances of all layers and positions, N^2 each
EXACT_RANK_ORDER = 128  # of a matrix of which a prime does not tell the rank
ARB_RESPONSE = 1_048_576  # entries of the response of n x k neurons to the teacher, n k^3
EXACT_BITS = 100_000
ARB_LEAVES = 4_194_304  # of a cover
MAX_OPEN_KINKS = 8
ARB_TRAJECTORY = 17_179_869_184  # steps x layers x width^3 x bits
AUTO_DESCENT = 4_294_967_296  # in the unit of ARB_DESCENT, with MIN_PRECISION bits
ARB_DESCENT = 68_719_476_736  # steps x samples x parameters x bits, and a little more for each step
SPECTRAL_BOXES, SPECTRAL_STEPS = 16_384, 10_000  # of normal targets, whose gradient descent is followed
EXACT_POWER_BITS = 4_194_304  # of a product of powers of exact numbers
MATRIX_PRECISION = 128
EXACT_DENOMINATOR_BITS = 16_384  # of such a matrix's common denominator
MAX_FILES = 100_000
MAX_JOBS = 256
DEFAULT_TIME_LIMIT = 600.0


def beyond(*numbers: tuple[str, int, int]) -> str | None:
    """What to say of the first of some numbers that is above its limit: each with words, and the limit."""
    above = (
        f"{words.format(number)} more than this checker's {limit}" for words, number, limit in numbers if number > limit
    )
    return next(above, None)
