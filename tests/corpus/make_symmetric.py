"""Forgeries of certificates of symmetric points: each breaks one hypothesis, or one demand of the format.

The tables have the shape of those in `make_invalid` and `make_malformed`, which take them up.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.forge import DELETE, Document, load

II, TWO, MORE = "symmetric-type-ii", "symmetric-two-groups", "symmetric-one-neuron-more"
GLOBAL, ERF = "symmetric-global-minimum", "symmetric-erf-zero-neuron"
FIRST = "statement.points.0"
"""Of symmetric-type-ii: the saddle of k = 5. The next point is the minimum of k = 6."""
SECOND = "statement.points.1"
EIGENVALUE = "has an eigenvalue below"

Changes = dict[str, object]
Forgery = tuple[str, str, Changes | Callable[[Document], Changes], str]
Change = tuple[str, str, str, object, str]


def as_minimum(saddle: Document) -> dict[str, object]:
    """Call the first point a minimum."""
    blocks = [[*block[:3], 0] for block in saddle["statement"]["points"][0]["blocks"]]
    return {
        f"{FIRST}.property": "strict-local-minimum",
        f"{FIRST}.negative_curvature": DELETE,
        f"{FIRST}.hessian_lower_bound": "1/1000",
        f"{FIRST}.blocks": blocks,
    }


def as_saddle(minimum: Document) -> dict[str, object]:
    """Call the second point a saddle."""
    return {
        f"{SECOND}.property": "saddle",
        f"{SECOND}.negative_curvature": "-1/1000",
        f"{SECOND}.hessian_lower_bound": DELETE,
        f"{SECOND}.blocks.1.3": 1,
        f"{SECOND}.splits": DELETE,
    }


INVALID: list[Forgery] = [
    # (1) no neuron vanishes on the box
    ("rejected-symmetric-neuron-vanishes", II, {f"{SECOND}.radius": "1"}, "student[0] vanishes within the radius"),
    ("undecided-symmetric-neuron-may-vanish", II, {f"{SECOND}.radius": "1/2"}, "perhaps student[0] vanishes"),
    # (2) the Krawczyk test
    ("rejected-symmetric-not-critical", II, {f"{SECOND}.student.0.0.0": "1"}, "there is no symmetric critical point"),
    ("rejected-symmetric-radius-too-small", II, {f"{SECOND}.radius": "1*2^-90"}, "there is no symmetric critical"),
    ("undecided-symmetric-box-too-large", II, {f"{SECOND}.radius": "1/500"}, "no critical point was proved within"),
    # (3) the value
    ("rejected-symmetric-value-elsewhere", II, {f"{SECOND}.value": ["1", "2"]}, "not within the claimed bounds"),
    ("undecided-symmetric-few-bits", II, {"witness.precision": 53}, "no critical point was proved within the radius"),
    # (4) the components
    (
        "rejected-symmetric-component-missing",
        II,
        {f"{SECOND}.blocks.2": DELETE},
        "points[1] (k = 6, n = 6, groups 5 + 1): blocks: the component 'symmetric 0' is not listed",
    ),
    (
        "rejected-symmetric-multiplicity",
        II,
        {f"{SECOND}.blocks.3.2": "5"},
        "'antisymmetric 0' of size 1 with multiplicity 5 is listed, it is 'antisymmetric 0' of size 1 with mult",
    ),
    ("rejected-symmetric-size", TWO, {f"{FIRST}.blocks.2.1": 5}, "'standard 1' of size 5 with multiplicity 1 is"),
    ("rejected-symmetric-groups", II, {f"{SECOND}.groups": [6, 1]}, "blocks: the component 'standard 0' of size 5"),
    # (5) of a minimum: the Hessian
    ("rejected-symmetric-bound-too-large", II, {f"{SECOND}.hessian_lower_bound": "1/200"}, EIGENVALUE),
    ("rejected-symmetric-minimum-is-a-saddle", II, as_minimum, EIGENVALUE),
    (
        "undecided-symmetric-bound-is-the-limit",
        GLOBAL,
        {f"{FIRST}.hessian_lower_bound": "1/2"},
        "the Hessian, component 'trivial', was not proved >= 0.5 over the box",
    ),
    # (6) of a minimum, on M, is violated in tests/checker/test_symmetric.py: no point was found that violates it alone
    # (7) of a minimum: spurious
    ("rejected-symmetric-spurious", GLOBAL, {f"{FIRST}.property": "spurious-local-minimum"}, "is not above 0"),
    # (8) splitting: M_ii is 0.5031 at the extra row of k = 8, n = 9
    ("rejected-symmetric-split", MORE, {f"{FIRST}.splits": [0, 1, 2]}, "M_ii of student[2] is in [0.503"),
    # (5) and (6) of a saddle
    ("rejected-symmetric-saddle-is-a-minimum", II, as_saddle, "at least 0 negative and 5 positive eigenvalues"),
    ("rejected-symmetric-inertia", II, {f"{FIRST}.blocks.1.3": 2}, "at least 1 negative and 4 positive eigenvalues"),
    ("rejected-symmetric-curvature", II, {f"{FIRST}.negative_curvature": "-1"}, "no eigenvalue of the Hessian at the"),
]

MALFORMED: list[Change] = [
    ("symmetric-no-points", II, "statement.points", [], "has 0 entries instead of 1 to 10000"),
    (
        "symmetric-point-twice",
        II,
        "statement.points",
        load(f"valid/{II}.json")["statement"]["points"][:1] * 2,
        "a point is given more than once",
    ),
    ("symmetric-teacher", II, "statement.landscape.teacher", {"orthonormal": 6}, "unknown field"),
    ("symmetric-activation", II, "statement.landscape.activation", "gelu", "'gelu' is not known; known: "),
    ("symmetric-witness", II, "witness.inverse", [], "unknown field"),
    ("symmetric-groups-none", II, f"{SECOND}.groups", [], "has 0 entries instead of 1 to 6"),
    ("symmetric-groups-many", II, f"{SECOND}.groups", [1] * 7, "has 7 entries instead of 1 to 6"),
    ("symmetric-group-empty", II, f"{SECOND}.groups.1", 0, "0 is not between 1 and 999999999"),
    ("symmetric-group-too-large", II, f"{SECOND}.groups.0", 10**9, "an integer of 10 digits, more than 9"),
    ("symmetric-groups-too-large", II, f"{SECOND}.groups", [10**9 - 1, 1], "add up to 1000000000, more than 999"),
    ("symmetric-extra-rows-negative", II, f"{SECOND}.extra_rows", -1, "-1 is not between 0 and 6"),
    ("symmetric-extra-row-missing", II, f"{SECOND}.extra_rows", 1, f"^{SECOND[:-2]}[1].student: has 2 entries instead"),
    ("symmetric-value-missing", II, f"{SECOND}.student.1", ["1"], "has 1 entry instead of 2"),
    ("symmetric-row-missing", II, f"{SECOND}.student.1", DELETE, "^student: has 1 entry instead of 2"),
    ("symmetric-diagonal-alone", II, f"{SECOND}.student.0.0", "1", "must be a list, not a string"),
    ("symmetric-diagonal-of-three", II, f"{SECOND}.student.0.0", ["1"] * 3, "has 3 entries instead of 2"),
    (
        "symmetric-square-of-one",
        II,
        f"{SECOND}.student.1.1",
        ["1", "1"],
        "must be an exact number, written as a string",
    ),
    ("symmetric-radius-zero", II, f"{SECOND}.radius", "0", "must be positive"),
    ("symmetric-value-reversed", II, f"{SECOND}.value", ["1", "0"], "the lower bound is above the upper bound"),
    ("symmetric-bound-zero", II, f"{SECOND}.hessian_lower_bound", "0", "must be positive"),
    ("symmetric-curvature-positive", II, f"{FIRST}.negative_curvature", "1", "must be negative"),
    ("symmetric-bound-of-a-saddle", II, f"{FIRST}.hessian_lower_bound", "1", "unknown field"),
    ("symmetric-property", II, f"{SECOND}.property", "minimum", "'minimum' is not known"),
    ("symmetric-dimension", II, f"{SECOND}.input_dimension", 6, "must be a string, not the number 6"),
    ("symmetric-blocks-none", II, f"{SECOND}.blocks", [], "has 0 entries instead of 1 to 4"),
    ("symmetric-block-unknown", II, f"{SECOND}.blocks.1.0", "standard 1", "'standard 1' is not known; known: trivial"),
    ("symmetric-block-twice", II, f"{SECOND}.blocks.1.0", "trivial", "^blocks: a component is listed more than once"),
    ("symmetric-block-of-three", II, f"{SECOND}.blocks.1", ["trivial", 5, "1"], "has 3 entries instead of 4"),
    ("symmetric-block-size", II, f"{SECOND}.blocks.1.1", 6, "6 is not between 1 and 5"),
    ("symmetric-multiplicity-none", II, f"{SECOND}.blocks.1.2", "0", "must be a positive integer"),
    ("symmetric-multiplicity-part", II, f"{SECOND}.blocks.1.2", "7/2", "must be a positive integer"),
    ("symmetric-multiplicity-integer", II, f"{SECOND}.blocks.1.2", 4, "must be an exact number, written as a string"),
    ("symmetric-minimum-with-negative", II, f"{SECOND}.blocks.1.3", 1, "1 is not between 0 and 0"),
    ("symmetric-negative-too-many", II, f"{FIRST}.blocks.1.3", 6, "6 is not between 0 and 5"),
    (
        "symmetric-saddle-without-negative",
        II,
        f"{FIRST}.blocks.1.3",
        0,
        "^blocks: a saddle needs a negative eigenvalue",
    ),
]
