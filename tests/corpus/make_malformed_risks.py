"""Certificates about empirical risks that do not read as such. See `make_malformed`, whose table this goes on."""

from __future__ import annotations

from tests.corpus.forge import DELETE

TANH, KINKS, COUNT, WIDTHS, OUTPUTS = (
    "risk-tanh", "risk-kinks-multipliers", "risk-count", "risk-every-width", "risk-constant-outputs",
)  # fmt: skip
FIXED, BAD, GLOBAL, NOWHERE = "risk-logistic-fixed", "risk-bad-saddle", "risk-global", "risk-no-critical-point"
LAND = "statement.landscape"
LAYERS, SIGMA = LAND + ".layers", LAND + ".layers.0.activation"

FIELDS: list[tuple[str, str, str, object, str]] = [
    ("risk-property", TANH, "statement.property", "minimum", "'minimum' is not known; known: strict-local-minimum"),
    ("risk-input-dimension", TANH, "statement.input_dimension", 2, "unknown field"),
    ("risk-layers-none", TANH, LAYERS, [], "has 0 entries instead of 1 to 64"),
    ("risk-layers-many", BAD, LAYERS, [{}] * 65, "has 65 entries instead of 1 to 64"),
    ("risk-width-zero", TANH, LAYERS + ".0.width", 0, "0 is not between 1 and 16384"),
    ("risk-width-billion", TANH, LAYERS + ".0.width", 10**9, "an integer of 10 digits, more than 9"),
    ("risk-width-large", TANH, LAYERS + ".0.width", 16_384, f"^{LAYERS}[0]: 49152 parameters are more than 16384"),
    ("risk-width-other", TANH, LAYERS + ".0.width", 3, "^statement.region.center[0]: has 9 entries instead of 13"),
    ("risk-bias-number", TANH, LAYERS + ".0.bias", 1, "must be true or false, not the number 1"),
    ("risk-bias-missing", TANH, LAYERS + ".0.bias", DELETE, "this field is missing"),
    ("risk-residual-width", TANH, LAYERS + ".1.residual", True, "needs as many outputs as inputs, not 1 and 2"),
    ("risk-activation", TANH, SIGMA, "sin", "'sin' is not known; known: sigmoid, tanh"),
    ("risk-activation-object", TANH, SIGMA, {"sin": "1"}, "'sin' is not known; known: leaky-relu"),
    ("risk-activation-two", TANH, SIGMA, {"elu": ["1", "1"], "leaky-relu": "0"}, "must have one member, the name"),
    ("risk-activation-none", TANH, SIGMA, {}, "must have one member, the name"),
    ("risk-activation-parameters", TANH, SIGMA, {"elu": ["1"]}, ".elu: has 1 entry instead of 2"),
    ("risk-activation-float", TANH, SIGMA, {"leaky-relu": 0.1}, ".leaky-relu: the float 0.1; write an exact number"),
    ("risk-activation-degree", TANH, SIGMA, {"polynomial": ["1"] * 18}, ".polynomial: has 18 entries instead of 1"),
    ("risk-loss", TANH, LAND + ".loss.kind", "hinge", "'hinge' is not known; known: squares, logistic, cross-entropy"),
    ("risk-factor-zero", TANH, LAND + ".loss.factor", "0", "must be positive"),
    ("risk-factor-negative", TANH, LAND + ".loss.factor", "-1", "must be positive"),
    ("risk-decay-negative", TANH, LAND + ".weight_decay.biases", "-1", f"^{LAND}.weight_decay: must not be negative"),
    ("risk-target-negative", "risk-deep-residual", LAND + ".targets.0.0", "-1", f"^{LAND}.targets: must not be negat"),
    ("risk-inputs-none", TANH, LAND + ".inputs", [], "has 0 entries instead of 1 to 16384"),
    ("risk-inputs-ragged", TANH, LAND + ".inputs.1", ["1"], "has 1 entry instead of 2"),
    ("risk-targets-fewer", TANH, LAND + ".targets.3", DELETE, f"^{LAND}.targets: has 3 samples, the inputs have 4"),
    ("risk-targets-wide", TANH, LAND + ".targets", [["0", "0"]] * 4, "has 2 columns, the last layer has 1 outputs"),
    ("risk-targets-nan", TANH, LAND + ".targets.0.0", "nan", "'nan' is not an integer, p/q or m*2^e"),
    ("risk-fixed-twice", FIXED, LAND + ".fixed", [[4, "0"], [4, "1"]], "[1][0]: 4 is not between 5 and 8"),
    ("risk-fixed-beyond", FIXED, LAND + ".fixed", [[4, "0"], [9, "1"]], "[1][0]: 9 is not between 5 and 8"),
    ("risk-fixed-all", FIXED, LAND + ".fixed", [[i, "0"] for i in range(9)], "has 9 entries instead of 1 to 8"),
    ("risk-global-value", GLOBAL, "statement.value", ["0", "1"], "must be 0 and 0 for a global minimum"),
    ("risk-value-reversed", GLOBAL, "statement.value", ["1", "0"], "the lower bound is above the upper bound"),
    ("risk-method", KINKS, "witness.method", "sampling", "'sampling' is not known; known: one-hidden-layer"),
    ("risk-method-other", KINKS, "witness.method", "orthogonal-residuals", "^witness.multipliers: unknown field"),
    ("risk-multipliers-float", KINKS, "witness.multipliers.0.0.0.0", 0.5, "the float 0.5; write an exact number"),
    ("risk-multipliers-many", KINKS, "witness.multipliers.0.0", [["0", "0"]] * 257, "has 257 entries instead of 1 to"),
    ("risk-direction-zero", BAD, "witness.descent.direction", [["0"] * 12], "is zero"),
    ("risk-direction-shape", BAD, "witness.descent.direction", [["1"]], "[0]: has 1 entry instead of 12"),
    ("risk-order-zero", BAD, "witness.descent.order", 0, "0 is not between 1 and 32"),
    ("risk-order-large", BAD, "witness.descent.order", 33, "33 is not between 1 and 32"),
    ("risk-nowhere-radius", NOWHERE, "statement.region.radius", "-1", "must not be negative"),
    ("risk-nowhere-direction", NOWHERE, "witness.direction", [["0"] * 9], "is zero"),
    ("risk-count-bias", COUNT, LAYERS + ".0.bias", True, f"^{LAND}: must be one layer with one output, no bias"),
    ("risk-count-inputs", COUNT, LAND + ".inputs.0.1", "1", f"^{LAND}: sample 0 has more than one input that is not"),
    ("risk-count-fraction", COUNT, "statement.at_least", "3/2", "must be a positive integer, as a string"),
    ("risk-count-zero", COUNT, "statement.at_least", "0", "must be a positive integer, as a string"),
    ("risk-count-weights", COUNT, "witness.intervals.1", DELETE, "^witness.intervals: has 1 entry instead of 2"),
    ("risk-count-empty", COUNT, "witness.intervals.1", [], "has 0 entries instead of 1 to 16384"),
    ("risk-count-reversed", COUNT, "witness.intervals.0.0", ["1", "0"], "the lower end is not below the upper end"),
    ("risk-widths-two", WIDTHS, LAYERS + ".0.width", 2, f"^{LAND}: the hidden layer must have one neuron"),
    ("risk-widths-decay", WIDTHS, LAND + ".weight_decay.weights", "1", f"^{LAND}: must have no fixed parameter and no"),
    ("risk-widths-output", WIDTHS, LAYERS + ".1.activation", "tanh", f"^{LAND}: must have the identity as the activ"),
    ("risk-widths-deep", WIDTHS, LAYERS + ".0.residual", True, f"^{LAND}: must have one hidden layer, one output and"),
    ("risk-widths-from", WIDTHS, "statement.widths_from", 3, "^witness.better_point[0]: has 8 entries instead of 6"),
    ("risk-outputs-data", OUTPUTS, LAND + ".inputs.2.0", "1", f"^{LAND}: must have the samples (1, 0), (0, 1), (1/2"),
    ("risk-outputs-bias", OUTPUTS, LAYERS + ".0.bias", True, f"^{LAND}: must have no biases"),
    ("risk-outputs-weights", OUTPUTS, "statement.output_weights", ["1", "1"], "has 2 entries instead of 1"),
]  # fmt: skip
