"""Certificates about all nearly orthonormal teachers: valid ones, and what a forger makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

from tests.corpus.forge import DELETE, Document

K6, K8 = "nearby-teachers-k6", "nearby-teachers-k8-n9"
DISTANCE, RADIUS, CENTER = "statement.landscape.teacher.distance", "statement.region.radius", "statement.region.center"
HESSIAN, LOSS, RANDOM = "statement.hessian_lower_bound", "statement.loss_lower_bound", "statement.random_teachers"
EIGENVALUE, RESPONSE = "witness.eigenvalue", "witness.response"

Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """Type II and type A at k = 6, and one neuron more than the teacher has."""
    from verify.proofs.nearly_all_teachers import minima

    from verify.producer.prover.nearby_teachers import Center, certify_nearly_orthonormal_teachers

    both, extra = minima((6, 6)), minima((8, 9))["split 1"]
    fractions = (Fraction(1, 100), Fraction(1, 10**6))

    def certified(center: Center, part: Fraction, *fractions: Fraction) -> Document:
        """For teachers within a part of the largest distance found."""
        distance = part * center.largest_distance()
        return json.loads(certify_nearly_orthonormal_teachers(center, distance, fractions).text())

    return {
        K6: certified(Center.at(both["type II"].dense()), Fraction(1), *fractions),
        "nearby-teachers-type-a": certified(Center.at(both["type A"].dense()), Fraction(1, 2), fractions[0]),
        K8: certified(Center.at(extra.dense()), Fraction(3, 4)),
    }


FEWER: Changes = {
    "statement.landscape.neurons": 2,
    "statement.landscape.teacher": {"neurons": 3, "distance": "1/4000"},
    "statement.input_dimension.at_least": 3,
    "statement.region": {
        "shape": "ball",
        "center": [
            ["-2437714122177/10000000000000", *["9463278194292/10000000000000"] * 2],
            ["1317912904974/1000000000000", *["89644930082/1000000000000"] * 2],
        ],
        "radius": "1/160",
    },
    HESSIAN: "1/1000",
    RANDOM: [],
    EIGENVALUE: "19/2000",
    RESPONSE: "24",
}
"""A strict minimum of two neurons, which cannot copy three: every other hypothesis holds."""
CLOSE = f"{4_700_354_703_587}/{10**15}"
"""The smallest eigenvalue at k = 6, to 15 digits."""


def identity(document: Document) -> Changes:
    """The global minimum in the place of a spurious one: every other hypothesis holds."""
    return {
        CENTER: [[str(int(i == j)) for j in range(6)] for i in range(6)],
        EIGENVALUE: "9/100",
        RESPONSE: "2",
        RADIUS: "1/1000",
        HESSIAN: "1/20",
    }


INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    # 1. No neuron vanishes.
    ("rejected-nearby-neuron-vanishes", K6, {RADIUS: "2"}, "student neuron 0 vanishes within the radius"),
    # 2. The Hessian for the orthonormal teacher.
    ("rejected-nearby-eigenvalue", K6, {EIGENVALUE: "1/200"}, "at least 0.005 is false"),
    ("rejected-nearby-saddle", K6, {CENTER + ".5.5": "3/5"}, "that the Hessian at the center is at least"),
    # 3. The response.
    ("rejected-nearby-response", K6, {RESPONSE: "8"}, "at most 8 times as far as the teacher, to first order, is"),
    # 4. The Hessian for all of them.
    ("rejected-nearby-curvature", K6, {HESSIAN: "1/250"}, "lambda - L R - M eta is in ["),
    ("rejected-nearby-radius-large", K6, {RADIUS: "1/500"}, "lambda - L R - M eta is in ["),
    # 5. The Newton step.
    ("rejected-nearby-distance", K6, {DISTANCE: "1/4000", HESSIAN: "1/2000"}, "a Newton step may leave the ball"),
    ("rejected-nearby-radius-small", K6, {RADIUS: "1/2000"}, "a Newton step may leave the ball"),
    ("rejected-nearby-center", K6, {CENTER + ".0.0": "127/128"}, "a Newton step may leave the ball"),
    # 6. Not global.
    ("rejected-nearby-loss", K6, {LOSS: "1/40"}, "that the loss is at least 0.025 for all these teachers"),
    ("rejected-nearby-global-minimum", K6, identity, "does not follow from the loss at the center"),
    ("rejected-nearby-fewer-neurons", K6, FEWER, "2 student neurons cannot copy the 3 of the teacher"),
    # 1 of `random-teachers`.
    ("rejected-nearby-dimension", K6, {RANDOM + ".1.input_dimension.at_least": "2000000000"}, "random_teachers[1]:"),
    ("rejected-nearby-dimension-small", K6, {RANDOM + ".0.input_dimension.at_least": "6"}, "d s / q is at most"),
    ("rejected-nearby-fraction", K6, {RANDOM + ".0.fraction": "1/1000"}, "random_teachers[0]: the exponent"),
    # Neither proved nor disproved.
    ("undecided-nearby-eigenvalue", K6, {EIGENVALUE: CLOSE}, "that the Hessian at the center is at least 0.0047003"),
]  # fmt: skip

TEACHER, NEURONS = "statement.landscape.teacher", "statement.landscape.neurons"
ACTIVATION, DIMENSION = "statement.landscape.activation", "statement.input_dimension"
FRACTION, FROM = RANDOM + ".0.fraction", RANDOM + ".0.input_dimension.at_least"

MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("nearby-property", K6, "statement.property", "saddle", "'saddle' is not known; known: spurious-local-minimum"),
    ("nearby-activation", K6, ACTIVATION, "erf", "'erf' is not known; known: relu"),
    ("nearby-activation-object", K6, ACTIVATION, {"leaky-relu": "0"}, "must be a string, not an object"),
    ("nearby-orthonormal", K6, TEACHER, {"orthonormal": 6}, ".neurons: this field is missing"),
    ("nearby-one-teacher", K6, TEACHER + ".neurons", 1, "1 is not between 2 and 400"),
    ("nearby-many-teachers", K6, TEACHER + ".neurons", 401, "401 is not between 2 and 400"),
    ("nearby-other-teachers", K6, TEACHER + ".neurons", 7, f"^{DIMENSION}.at_least: 6 is not between 7 and 7"),
    ("nearby-no-student", K6, NEURONS, 0, "0 is not between 1 and 400"),
    ("nearby-many-neurons", K6, NEURONS, 395, "395 student and 6 teacher neurons are more than 400"),
    ("nearby-distance-zero", K6, DISTANCE, "0", "must be positive"),
    ("nearby-distance-negative", K6, DISTANCE, "-1/1000", "must be positive"),
    ("nearby-distance-one", K6, DISTANCE, "1", "must be below 1"),
    ("nearby-dimension-given", K6, DIMENSION, 6, "must be an object, not the number 6"),
    ("nearby-dimension-other", K6, DIMENSION + ".at_least", 7, "7 is not between 6 and 6"),
    ("nearby-box", K6, "statement.region.shape", "box", "'box' is not known; known: ball"),
    ("nearby-center-rows", K6, CENTER + ".5", DELETE, f"^{CENTER}: has 5 entries instead of 6"),
    ("nearby-center-ragged", K6, CENTER + ".2.5", DELETE, f"^{CENTER}[2]: has 5 entries instead of 6"),
    ("nearby-radius-zero", K6, RADIUS, "0", "must be positive"),
    ("nearby-hessian-zero", K6, HESSIAN, "0", "must be positive"),
    ("nearby-loss-zero", K6, LOSS, "0", "must be positive"),
    ("nearby-loss-missing", K6, LOSS, DELETE, "this field is missing"),
    ("nearby-value", K6, "statement.value", ["0", "1"], "unknown field"),
    ("nearby-fraction-zero", K6, FRACTION, "0", "must be positive"),
    ("nearby-fraction-one", K6, FRACTION, "1", "must be below 1"),
    ("nearby-fraction-float", K6, FRACTION, 0.01, "the float 0.01; write an exact number as a string"),
    ("nearby-random-dimension-small", K6, FROM, "5", "must be an integer, at least 6"),
    ("nearby-random-dimension-half", K6, FROM, "13/2", "must be an integer, at least 6"),
    ("nearby-random-dimension-count", K6, FROM, 10, "must be an exact number, written as a string"),
    ("nearby-random-many", K6, RANDOM, [{}] * 17, "has 17 entries instead of 0 to 16"),
    ("nearby-random-extra", K6, RANDOM + ".0.neurons", 6, "unknown field"),
    ("nearby-eigenvalue-zero", K6, EIGENVALUE, "0", "must be positive"),
    ("nearby-response-negative", K6, RESPONSE, "-1", "must be positive"),
    ("nearby-precision", K6, "witness.precision", 52, "52 is not between 53 and 2048"),
]  # fmt: skip
