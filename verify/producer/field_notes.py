"""What the members of certificates mean, in the last column of the tables of docs/CERTIFICATE.md and docs/kinds/.

By the table's name there, and the member's. A member without a note needs none. Bounds come from the checker's limits.
"""

from __future__ import annotations

from collections.abc import Mapping

from verify.checker.public import limits
from verify.checker.statements.data_file import FILE_NAME

_BOUNDS = "l, u with l <= u"
_POSITIVE_BOUNDS = "l, u with 0 < l <= u"
_PRECISION = "bits of the arithmetic"

NOTES: Mapping[str, Mapping[str, str]] = {
    "population-teacher-student.landscape": {
        "activation": '`"relu"`, `{"leaky-relu": slope}`, the slope an exact number, or the name of a '
        '[smooth one](#smooth-activations), such as `"erf"`',
        "teacher": '`{"orthonormal": k}` or `{"rows": matrix}`',
        "neurons": "n",
    },
    "population-teacher-student.statement": {
        "landscape": "[above](#the-landscape); fixes n, k, d",
        "input_dimension": 'd, or `{"at_least": d}` with this same d',
        "region.center": "c, n rows and d columns",
        "region.radius": "r > 0",
        "value": _BOUNDS,
        "hessian_lower_bound": "m > 0",
        "negative_curvature": "a < 0",
        "positive_curvature": "b > 0",
        "inertia": "N-, N+ >= 1 with N- + N+ = n d",
    },
    "population-teacher-student.witness": {
        "precision": _PRECISION,
        "better_point": "W', n rows and d columns",
        "negative_direction": "z, n rows and d columns, not zero",
        "positive_direction": "z', n rows and d columns, not zero",
    },
    "manifest.statement": {
        "landscape.activation": "as in a certificate",
        "input_dimension": "`k` (in d = k) or `at_least_k` (in every d >= k)",
        "pairs": f"1 to {limits.MAX_PARTS:,} lists `[k, n]` of two JSON integers from 1 to {limits.MAX_UNKNOWNS}; "
        "no pair twice",
    },
    "manifest.part": {
        "file": f"a plain file name, `{FILE_NAME.pattern}`; no file twice",
        "digest": "`sha256:` and 64 lower-case hexadecimal digits",
    },
    "symmetric-teacher-student.point": {
        "groups": f"p_1, ..., p_m, 1 to {limits.MAX_GROUPS} of them, each from 1, their sum k at most "
        f"{limits.MAX_INPUT_DIMENSION:,}",
        "extra_rows": "e; n = k + e",
        "input_dimension": "in d = k, or in every d >= k",
        "student": "m + e rows of m entries, see below",
        "radius": "r > 0",
        "value": _BOUNDS,
        "hessian_lower_bound": "m > 0",
        "negative_curvature": "a < 0",
        "blocks": "a list `[component, size, multiplicity, negative]` for each component",
        "splits": "not for a smooth activation; one or more row indices of `student`, from 0, each larger than the one "
        "before",
    },
    "population-teacher-student-family.statement": {
        "landscape.neurons": "n",
        "symmetry.fixed_coordinates": "f",
        "loss_power": "p",
        "bounds": f"1 to {limits.MAX_PARTS} ranges of k",
    },
    "population-teacher-student-family.range": {
        "k": "the first k of the range, and the last, or `infinity`",
        "loss": _POSITIVE_BOUNDS,
        "smallest_eigenvalue": _POSITIVE_BOUNDS,
    },
    "population-teacher-student-family.witness": {
        "precision": _PRECISION,
        "terms": "how many terms of a series in s are kept: a hint",
        "values": f"for each value the coefficients, 1 to {limits.MAX_TERMS} of them, of a polynomial c_i in s, "
        "from s^0 on",
        "radii": "for each value r_i > 0",
        "exponents": f"for each value an exponent from 0 to {limits.MAX_EXPONENT_OF_S}",
        "end": "s0 > 0",
        "pieces": f"1 to {limits.MAX_PARTS}, each exactly `from` and `to`, numbers",
        "instances": f"0 to {limits.MAX_PARTS}, each exactly `k` (a JSON integer from 1), `values` (one number each), "
        "`radii` (one positive number each)",
    },
    "nearly-orthonormal-teachers.statement": {
        "landscape.teacher.neurons": "k",
        "landscape.teacher.distance": "rho, 0 < rho < 1",
        "landscape.neurons": f"n; n + k <= {limits.MAX_NEURONS}, n k <= {limits.MAX_UNKNOWNS}",
        "input_dimension.at_least": "k",
        "region.center": "c, n rows and k columns",
        "region.radius": "R > 0",
        "hessian_lower_bound": "m > 0",
        "loss_lower_bound": "l > 0",
        "random_teachers": f"0 to {limits.MAX_FRACTIONS}, each exactly `fraction`, a number delta with 0 < delta < 1, "
        "and `input_dimension`, exactly `at_least`, a *number* that is an integer D >= k",
    },
    "nearly-orthonormal-teachers.witness": {
        "precision": _PRECISION,
        "eigenvalue": "lambda > 0",
        "response": "c' > 0",
    },
    "empirical-risk.landscape": {
        "layers": f"1 to {limits.MAX_LAYERS}, each exactly `width` (JSON integer from 1 to {limits.MAX_UNKNOWNS}), "
        "`activation`, `bias` and `residual` (`true` or `false`)",
        "loss": "exactly `kind` and `factor`; for `huber` also `delta`",
        "weight_decay": "exactly `weights`, `biases`, neither negative",
        "inputs": f"1 to {limits.MAX_SAMPLES} rows, one a sample",
        "targets": "as many rows; a column for each output; for cross-entropy not negative, for hinge 1 or -1",
        "sample_weights": "one for each sample, none negative, not all 0",
        "fixed": "1 to all but one of the parameters: pairs of a JSON integer and a number, the integers growing",
        "map": "how the parameters are made from the trained ones (below); not beside `fixed`",
    },
    "semidefinite-program.landscape": {
        "variables": "m",
        "blocks": f"orders, negative for a diagonal block; not 0; absolute values add up to at most "
        f"{limits.MAX_TOTAL_ORDER}",
        "equalities": "one or more numbers, from 1, of different diagonal blocks: the *zero blocks*",
    },
    "semidefinite-program.data": {
        "file": f"a plain file name `{FILE_NAME.pattern}`",
        "sha256": "the 64 lower-case hexadecimal digits of the SHA-256 of the data file's bytes",
    },
    "deep-linear-networks.converges": {
        "step": "c: every step 0 < eta <= c/L",
        "rate": "kappa",
        "accuracy": "`steps`: T, from 0 to `MAX_STEPS`; `error`: > 0",
        "this_step_alone": "with the step eta = c/L, and nothing is said of smaller ones (absent: `false`)",
    },
    "deep-linear-networks.above": {
        "method": "`name`: `first-order`, `signs` or `gradient-descent`; for the last also `step`, > 0, and "
        "`regularization`, >= 0",
        "loss": "l",
    },
    "deep-linear-network.landscape": {
        "widths": "d_0, ..., d_H: 2 to `MAX_LAYERS` JSON integers, 1 to `MAX_NEURONS`",
        "target": "Phi, d_H x d_0; if there are no data",
        "inputs": "rows are the x_n; with `targets`, in the place of `target`",
        "targets": "rows are the y_n",
    },
    "deep-linear-network.run": {
        "start": "W_1, ..., W_H",
        "step": "eta",
        "momentum": "beta (absent: 0)",
        "steps": "T, from 0 to `MAX_TRAJECTORY_STEPS`",
        "value": "l, u with l <= u",
        "rate": "r with 0 <= r < 1; of `gradient-descent-converges`",
    },
    "deep-linear-network.terminal": {
        "precision": "bits of the arithmetic, up to `MAX_TRAJECTORY_PRECISION`",
        "distance": "tau; this and the next of `gradient-descent-converges`",
        "least": "s_1, ..., s_H",
        "most": "S_1, ..., S_H",
    },
    "deep-linear-network.critical": {"point": "W_1, ..., W_H", "loss": "F at the point, exactly"},
    "deep-linear-network.curve": {
        "precision": _PRECISION,
        "curve": "C_1, C_2, ...: lists like `point`; not of `global-minimum`, nor the next",
        "order": "k",
    },
    "small-teacher-student.statement": {
        "domain": "all students, or those of norm 1",
        "points": "objects with exactly `kind`, `center`, `radius`; up to exchanging the students",
    },
    "small-teacher-student.cover": {
        "box": "the least and the largest value of each unknown",
        "zeros": "objects with exactly `center` and `radius`: boxes with exactly one zero",
        "tree": "the pieces and their tests, see [rule `cover`](../COVERS.md#rule-cover)",
    },
    "small-empirical-risk.statement": {
        "box": "the least and the largest value of each trained parameter",
        "points": "objects with exactly `kind`, `center`, `radius`; one for `no-spurious-minimum-in-box` and "
        "`basin-of-attraction`",
    },
    "two-neuron-teachers.statement": {
        "landscape": "`kind` (`two-neuron-teachers`), `activation` (`relu`), `ratios` of the norms and `angles` in "
        "radians, each the least and the largest, positive but for a least ratio of 0 (below)",
    },
    "network-features.landscape": {
        "inputs": "N rows, one a sample",
        "samples": "N; this and the next where there are no `inputs`",
        "dimension": "entries of a sample",
        "channels": "of each position of the inputs",
        "layers": f"1 to {limits.MAX_LAYERS}; see below",
    },
    "network-features.rank": {
        "rank": "r, from 1 to N",
        "column_of_ones": "whether there is one beside the features",
        "for": "which parameters, see below",
    },
    "network-features.wide": {
        "layer": "k, from 0 to L - 1",
        "column_of_ones": "whether the rank is that of the features with a column of ones",
        "attained": "whether a loss of 0 is claimed to be attained",
        "for": "which parameters, see below",
    },
    "limiting-gram-matrix.landscape": {
        "depth": "H, the number of hidden layers; not for `one-hidden-layer`, for residual ones from 2",
        "residual_scale": "r < 1, of residual networks only",
        "samples": "whether the samples have norm 1 or are divided by their norms",
        "inputs": "N rows, one a sample",
        "channels": "of each position of the inputs; this and the next of convolutional networks only",
        "patches": "for each position the different positions of its patch, from 0",
    },
    "limiting-gram-matrix.eigenvalue": {"at_least": "l", "at_most": "u, at least l"},
    "limiting-gram-matrix.random": {
        "landscape": "as before, with `architecture` `one-hidden-layer`",
        "targets": "y, N numbers",
        "width": "m, even",
        "failure_probability": "delta < 1",
        "step": "h, the largest step",
        "rate": "r",
    },
    "limiting-gram-matrix.numbers": {
        "terms": "Hermite coefficients, where the activation has no closed form",
        "least_eigenvalue": "l",
        "largest_square": "X2",
        "energy": "Q",
        "loss_of_eigenvalue": "e < 1",
    },
    "quadratic-networks.pairs": {"scale": "s", "per_sample": "c"},
    "quadratic-networks.landscape": {
        "offset": "a",
        "label": "y",
        "copies": "m",
        "last_label": "y'",
        "decay": "lambda, not negative",
        "width": "k",
        "every_larger": "whether every larger width is meant, too",
    },
}
