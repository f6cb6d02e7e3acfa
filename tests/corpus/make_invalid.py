"""Forgeries that read well: each breaks one hypothesis of one rule, or one demand of a manifest.

A file's name begins with the verdict that it deserves; those that begin with `verified`
or `malformed` are there to be parts of manifests. Each entry of a table is: name, the
valid file that it is made from, what is changed (or a function that tells), and what
the reason must say.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus import make_small, make_spurious
from tests.corpus.forge import DELETE, Document, forged, seal
from tests.corpus.make_invalid_basin import BASINS
from tests.corpus.make_invalid_degenerate import DEGENERATE
from tests.corpus.make_invalid_risks import RISKS
from tests.corpus.modules import MODULES

Changes = dict[str, object]
Forgery = tuple[str, str, Changes | Callable[[Document], Changes], str]

RADIUS, CENTER = "statement.region.radius", "statement.region.center"
VALUE, HESSIAN = "statement.value", "statement.hessian_lower_bound"
LEAST, MOST, INERTIA = "statement.negative_curvature", "statement.positive_curvature", "statement.inertia"
BETTER, DOWN, UP = "witness.better_point", "witness.negative_direction", "witness.positive_direction"


PARALLEL = [["1/4", "1/4"], ["8183098861837907/10000000000000000"] * 2]
"""On Tian's (2017) symmetric saddle: only the sum of the two neurons matters, so the Hessian is singular."""
ON_A_LINE: Changes = {
    "statement.landscape.teacher": {"orthonormal": 1},
    "statement.input_dimension": 1,
    CENTER: [["1/2"], ["1/2"]],
    DOWN: [["1"], ["-1"]],
    UP: [["1"], ["1"]],
    INERTIA: [1, 1],
}
"""Two neurons of the same sign on the line: the Hessian is [[1/2, 1/2], [1/2, 1/2]], exactly singular."""
LARGER_BOX: Changes = {
    RADIUS: "1*2^-12",
    VALUE: ["0", "1"],
    LEAST: "-1/1000",
    MOST: "1/2",
}
"""Over this box the curvatures are in [-0.0094, -0.0035] and [0.852, 0.862]."""
FLATTER, STEEPER = {**LARGER_BOX, LEAST: "-1/200"}, {**LARGER_BOX, MOST: "857/1000"}
NEAR_M: Changes = {HESSIAN: "3059/100000", RADIUS: "1*2^-12"}


def cut_off(document: Document) -> Changes:
    """End the claimed values in the middle of what is proved."""
    low, high = document["statement"]["value"]
    (low, exponent), (high, other) = low.split("*2^"), high.split("*2^")
    middle = int(low) * 2 ** (int(exponent) - int(other)) + int(high)
    return {VALUE + ".1": f"{middle}*2^{int(other) - 1}"}


def as_minimum(saddle: Document) -> Changes:
    """Call a saddle a minimum."""
    return {
        "statement.property": "strict-local-minimum",
        "statement.region.shape": "ball",
        HESSIAN: "1/1000",
        LEAST: DELETE,
        MOST: DELETE,
        INERTIA: DELETE,
        DOWN: DELETE,
        UP: DELETE,
    }


def as_saddle(minimum: Document) -> Changes:
    """Call a minimum a saddle."""
    ones = [["1"] * len(row) for row in minimum["statement"]["region"]["center"]]
    return {
        "statement.property": "saddle",
        "statement.region.shape": "box",
        LEAST: "-1/1000",
        MOST: "1/1000",
        HESSIAN: DELETE,
        DOWN: ones,
        UP: ones,
    }


def exchanged(saddle: Document) -> Changes:
    """Exchange the two directions of a saddle."""
    witness = saddle["witness"]
    return {DOWN: witness["positive_direction"], UP: witness["negative_direction"]}


STRICT_LOCAL_MINIMUM: list[Forgery] = [
    # (1) no neuron vanishes on the ball
    ("rejected-minimum-neuron-vanishes", "type-ii-k6", {RADIUS: "2"}, "student neuron 0 vanishes within the radius"),
    ("rejected-minimum-neuron-is-zero", "global-minimum-k2", {CENTER + ".1": ["0", "0"]}, "student neuron 1 vanishes"),
    ("rejected-minimum-neuron-is-reached", "global-minimum-k1", {RADIUS: "1"}, "student neuron 0 vanishes"),
    # (2) every eigenvalue of the Hessian is at least m
    ("rejected-minimum-bound-too-large", "type-ii-k6", {HESSIAN: "48/10000"}, "has an eigenvalue below 0.0048"),
    ("rejected-minimum-is-a-saddle", "saddle-type-ii-k5", as_minimum, "the Hessian has an eigenvalue below 0.001 at"),
    ("rejected-minimum-neurons-alike", "global-minimum-k2", {CENTER: [["1", "1"]] * 2}, "has an eigenvalue below"),
    ("undecided-minimum-ball-too-large", "type-ii-k6", {RADIUS: "1/100"}, "was not proved >= 0.00460625 over"),
    ("undecided-minimum-bound-is-the-limit", "antiparallel-copy", {HESSIAN: "1/2"}, "was not proved >= 0.5"),
    ("undecided-minimum-parallel-in-a-large-ball", "global-minimum-k3", {RADIUS: "1/100"}, "was not proved >="),
    # (3) the gradient is smaller than m r
    ("rejected-minimum-not-critical", "type-ii-k6", {CENTER + ".0.0": "1"}, "the gradient is too large for the radius"),
    ("rejected-minimum-radius-too-small", "type-ii-k6", {RADIUS: "1*2^-80"}, "the gradient is too large"),
    ("undecided-minimum-gradient-not-resolved", "rational-teacher", {RADIUS: "1*2^-70"}, "the gradient is too large"),
    # (4) the value lies within the bounds
    ("rejected-minimum-value-elsewhere", "type-ii-k6", {VALUE: ["1/50", "1/49"]}, "not within the claimed bounds"),
    ("undecided-minimum-value-is-a-point", "antiparallel-copy", {VALUE: ["1/4", "1/4"]}, "not within the claimed"),
    ("undecided-minimum-value-of-few-bits", "type-ii-k6", {"witness.precision": 53}, "not within the claimed bounds"),
]

EVERY_INPUT_DIMENSION: list[Forgery] = [
    # (1) M >= m. For ReLU and its kin this follows from the Hessian's bound; here H >= 0.0557 and M >= 0.03059.
    ("rejected-dimension-bound-too-large", "erf-zero-neuron", {HESSIAN: "1/20"}, "each new input coordinate has an"),
    ("undecided-dimension-bound-near-the-limit", "erf-zero-neuron", NEAR_M, "each new input coordinate was not proved"),
]

SPURIOUS_LOCAL_MINIMUM: list[Forgery] = [
    # (1) (a) a student with a smaller loss
    ("rejected-spurious-worse-point", "antiparallel-copy", {BETTER: [["1/10", "0"]]}, "has a loss in [0.2649"),
    ("rejected-spurious-same-point", "antiparallel-copy", {BETTER: [["-1/2", "0"]]}, "has a loss in [0.2499"),
    ("undecided-spurious-zero-neurons", "antiparallel-copy", {BETTER: [["0", "0"]]}, "is not evaluated"),
    # (1) (b) n >= k and the loss is above 0
    ("rejected-spurious-no-better-point", "antiparallel-copy", {BETTER: DELETE}, "cannot copy the 2 of the teacher"),
    ("rejected-spurious-bound-is-zero", "type-ii-k6", {VALUE + ".0": "0"}, "the loss is not above 0"),
    (
        "rejected-spurious-global-minimum",
        "global-minimum-k3",
        {"statement.property": "spurious-local-minimum"},
        "the loss is not above 0",
    ),
]

SADDLE: list[Forgery] = [
    # (1) no neuron vanishes on the box
    ("rejected-saddle-neuron-vanishes", "saddle-type-ii-k5", {RADIUS: "1"}, "vanishes within the radius"),
    # (2) the Krawczyk test
    ("rejected-saddle-not-critical", "saddle-type-ii-k5", {CENTER + ".0.0": "1"}, "there is no critical point within"),
    ("rejected-saddle-radius-too-small", "saddle-type-ii-k5", {RADIUS: "1*2^-80"}, "there is no critical point within"),
    ("undecided-saddle-box-too-large", "saddle-type-ii-k5", {RADIUS: "1/100"}, "no critical point was proved within"),
    ("undecided-saddle-neurons-parallel", "saddle-antiparallel-k2", {CENTER: PARALLEL}, "no critical point was proved"),
    ("undecided-saddle-singular-hessian", "saddle-antiparallel-k2", ON_A_LINE, "no critical point was proved"),
    # (3) a direction of negative curvature
    ("rejected-saddle-is-a-minimum", "type-ii-k6", as_saddle, "the negative direction's curvature is in"),
    ("rejected-saddle-negative-curvature", "saddle-type-ii-k5", {LEAST: "-1"}, "], claimed <= -1"),
    ("undecided-saddle-negative-curvature", "saddle-fewer-neurons-k3", FLATTER, "], claimed <= -0.005"),
    ("rejected-saddle-directions-exchanged", "saddle-type-ii-k5", exchanged, "the negative direction's curvature"),
    # (4) a direction of positive curvature
    ("rejected-saddle-positive-curvature", "saddle-type-ii-k5", {MOST: "2"}, "], claimed >= 2"),
    ("undecided-saddle-positive-curvature", "saddle-fewer-neurons-k3", STEEPER, "], claimed >= 0.857"),
    ("rejected-saddle-positive-direction", "saddle-one-neuron-k3", {UP: [["1", "-1", "0"]]}, "the positive direc"),
    # (5) the value
    ("rejected-saddle-value-elsewhere", "saddle-type-ii-k5", {VALUE: ["0", "1/100"]}, "not within the claimed bounds"),
    ("undecided-saddle-value-cut-off", "saddle-type-ii-k5", cut_off, "not within the claimed bounds"),
    # (6) the inertia
    ("rejected-saddle-inertia", "saddle-type-ii-k5", {INERTIA: [2, 23]}, "has at least 3 negative and 22"),
    ("rejected-saddle-inertia-exchanged", "saddle-antiparallel-k2", {INERTIA: [3, 1]}, "has at least 1 negative"),
    ("undecided-saddle-inertia", "saddle-fewer-neurons-k3", LARGER_BOX, "only 0 negative and 5 positive eigenvalues"),
]

BOUNDS, PIECES, INSTANCES = "statement.bounds", "witness.pieces", "witness.instances"
LAST = PIECES + ".11"
MORE = "family-one-neuron-more"
D, E, H = (f"witness.values.{i}" for i in (3, 4, 6))  # D s^2 and E s in the row that vanishes; the last one's -1 + H s
FAMILY: list[Forgery] = [
    # (1) every k is covered
    (
        "rejected-family-k-left-out",
        "family-type-a",
        {INSTANCES + ".1": DELETE},
        "k = 24 is no instance, and the pieces",
    ),
    ("rejected-family-first-k-left-out", "family-type-a", {INSTANCES + ".0": DELETE}, "k = 23 is no instance, and the"),
    ("rejected-family-no-instances", "family-type-a", {INSTANCES: []}, "k = 23 is no instance"),
    (
        "rejected-family-instance-twice",
        "family-type-a",
        {INSTANCES + ".1.k": 23},
        "not in increasing order from k = 23",
    ),
    (
        "rejected-family-instance-below",
        "family-type-a",
        {INSTANCES + ".0.k": 22},
        "not in increasing order from k = 23",
    ),
    ("rejected-family-gap", "family-type-a", {PIECES + ".5": DELETE}, "leave a gap between s = 1/12 and s = 1/10"),
    ("rejected-family-gap-within", "family-type-a", {PIECES + ".5.to": "11/120"}, "leave a gap between s = 11/120 and"),
    (
        "rejected-family-overlap",
        "family-type-a",
        {PIECES + ".5.from": "1/13"},
        "the pieces overlap, or are out of order",
    ),
    ("rejected-family-piece-backwards", "family-type-a", {PIECES + ".5.to": "1/12"}, "does not lie within [0, 1/5]"),
    (
        "rejected-family-begins-above-0",
        "family-type-a",
        {PIECES + ".0": DELETE},
        "leave a gap between s = 0 and s = 1/60",
    ),
    ("rejected-family-below-0", "family-type-a", {PIECES + ".0.from": "-1/60"}, "begins at s = -1/60, below 0"),
    ("rejected-family-past-the-end", "family-type-a", {LAST + ".to": "1/4"}, "does not lie within [0, 1/5]"),
    ("rejected-family-end-missed", "family-type-a", {LAST: DELETE}, "leave a gap between s = 11/60 and s = 1/5"),
    (
        "rejected-family-beyond-the-first-k",
        "family-type-a",
        {"witness.end": "1/4", LAST + ".to": "1/4"},
        "the pieces reach up to s = 1/4, beyond k = 23",
    ),
    # (2) no neuron vanishes
    (
        "undecided-family-neuron-vanishes",
        "family-type-a",
        {INSTANCES + ".0.radii": ["2", "2"]},
        "k = 23: perhaps a student neuron of class 0 vanishes",
    ),
    # (3) the Krawczyk test
    ("rejected-family-exponent-too-large", "family-type-a", {"witness.exponents.0": 5}, "so the exponents are wrong"),
    ("undecided-family-exponent-too-small", "family-type-a", {"witness.exponents.0": 3}, "the Hessian's standard"),
    (
        "rejected-family-wrong-limit",
        "family-type-a",
        {"witness.values.1.2": "15/8"},
        "entry 0 of the gradient has a term in s^",
    ),
    (
        "rejected-family-wrong-branch",
        "family-type-a",
        {"witness.values.1.4": "-1"},
        "there is no critical point in the box",
    ),
    (
        "rejected-family-wrong-instance",
        "family-type-a",
        {INSTANCES + ".1.values.0": "-91/100"},
        "k = 24: there is no critical point in the box",
    ),
    ("undecided-family-radius-too-large", "family-type-a", {"witness.radii.0": "1"}, "no critical point was proved in"),
    ("undecided-family-radius-too-small", "family-type-a", {"witness.radii.0": "1*2^-60"}, "critical point"),
    ("undecided-family-few-terms", "family-type-a", {"witness.terms": 5}, "no critical point was proved in"),
    # (4) to (6) the eigenvalues
    (
        "rejected-family-eigenvalue-bound-too-large",
        "family-type-a",
        {BOUNDS + ".0.smallest_eigenvalue": ["38/1000", "39/1000"]},
        "k = 23: the Hessian's antisymmetric block is not >= 0.038 over the box",
    ),
    (
        "rejected-family-eigenvalue-bound-too-small",
        "family-type-a",
        {BOUNDS + ".0.smallest_eigenvalue": ["36/1000", "37/1000"]},
        "k = 23: the smallest eigenvalue of the Hessian is not below 0.037",
    ),
    (
        "undecided-family-eigenvalue-bounds-too-tight",
        "family-type-a",
        {BOUNDS + ".13.smallest_eigenvalue.0": "9/100"},
        "perhaps s in [0, 1/60]",
    ),
    # (7) the loss
    (
        "rejected-family-loss-elsewhere",
        "family-type-a",
        {BOUNDS + ".0.loss": ["1/10", "21/200"]},
        "not within [0.1, 0.105]",
    ),
    (
        "rejected-family-loss-elsewhere-in-the-middle",
        "family-type-a",
        {BOUNDS + ".9.loss": ["1/10", "11/100"]},
        "s in [1/15, 1/12]: k^0 F is in",
    ),
    (
        "undecided-family-loss-cut-off",
        "family-type-a",
        {BOUNDS + ".13.loss.0": "18/100"},
        "s in [0, 1/60]: k^0 F is in",
    ),
    # what is claimed is not what the values show
    ("rejected-family-power", "family-type-a", {"statement.loss_power": 1}, "k^1 F is in"),
    # the same with n = k + 1, where one row tends to 0
    ("rejected-family-more-k-left-out", MORE, {INSTANCES + ".1": DELETE}, "k = 255 is no instance, and the pieces"),
    ("rejected-family-more-gap", MORE, {PIECES + ".5": DELETE}, "leave a gap between s = 1/64 and s = 3/160"),
    ("undecided-family-more-zero-row", MORE, {D: ["0"], E: ["0"]}, "a student neuron of class 1 vanishes in the box"),
    ("undecided-family-more-row-stays", MORE, {E + ".0": "1/8"}, "a student neuron of class 1 vanishes in the box"),
    ("undecided-family-more-row-turns", MORE, {H + ".1": "40"}, "a student neuron of class 2 vanishes in the box"),
    ("rejected-family-more-vanishes-faster", MORE, {"witness.exponents.4": 2}, "so the exponents are wrong"),
    (
        "undecided-family-more-vanishes-slower",
        MORE,
        {"witness.exponents.4": 0},
        "neuron of class 1 vanishes in the box",
    ),
    ("rejected-family-more-exponent-of-type-ii", MORE, {"witness.exponents.0": 4}, "so the exponents are wrong"),
    ("rejected-family-more-wrong-limit", MORE, {H + ".0": "-7/8"}, "entry 0 of the gradient has a term in s^0"),
    ("rejected-family-more-wrong-direction", MORE, {E + ".1": "-1"}, "there is no critical point in the box"),
    (
        "undecided-family-more-eigenvalue",
        MORE,
        {BOUNDS + ".21.smallest_eigenvalue.0": "9/2000"},
        "perhaps s in [0, 1/320]: the Hessian's block of invariant students is not >= 0.0045",
    ),
    (
        "rejected-family-more-loss",
        MORE,
        {BOUNDS + ".21.loss": ["29/100", "3/10"]},
        "s in [0, 1/320]: k^1 F is in [0.26724, 0.26727], not within [0.29, 0.3]",
    ),
]

PARTS = {
    "verified-k2": "global-minimum-k2",
    "verified-k6": "type-ii-k6",
    "verified-k6-one-dimension": "type-ii-k6-one-dimension",
    "verified-k6-not-called-spurious": "type-ii-k6-not-called-spurious",
    "verified-k7": "type-ii-k7",
    "verified-leaky-relu-k2": "leaky-relu-k2",
    "verified-saddle-k2": "saddle-antiparallel-k2",
    "verified-general-teacher": "rational-teacher",
    "verified-teachers": make_small.TEACHERS,
    "verified-teachers-more": make_small.MORE_TEACHERS,
    **make_spurious.VERIFIED,
}
"""Valid files, to lie beside the manifests that misuse them."""


def manifests(valid: dict[str, Document], invalid: dict[str, Document]) -> dict[str, tuple[Document, str]]:
    """Manifests whose parts do not cover the claim; each with what the reason must say."""
    spurious = seal(valid["manifest-spurious"])
    theorem = {"statement.pairs": [[6, 6], [7, 7]]}

    def claims(reason: str, *parts: str | tuple[str, str], **changes: object) -> tuple[Document, str]:
        """The theorem for k = 6 and 7; a part is a file, or a file and the one whose digest is given for it."""
        named = [part if isinstance(part, tuple) else (part, part) for part in parts]
        entries = [{"file": f"{file}.json", "digest": invalid[of]["digest"]} for file, of in named]
        renamed = {f"statement.{name}": value for name, value in changes.items()}
        return forged(spurious, {**theorem, "witness.parts": entries, **renamed}), reason

    return {
        "rejected-manifest-missing-pair": claims("no part proves the pairs (k, n) = (7, 7)", "verified-k6"),
        "rejected-manifest-missing-file": claims(
            "the part no-such-file.json is missing", "verified-k6", ("no-such-file", "verified-k7")
        ),
        "rejected-manifest-part-weaker-in-property": claims(
            "verified-k6-not-called-spurious.json proves nothing that is claimed",
            "verified-k6-not-called-spurious",
            "verified-k7",
        ),
        "rejected-manifest-part-weaker-in-dimension": claims(
            "verified-k6-one-dimension.json proves nothing that is claimed", "verified-k6-one-dimension", "verified-k7"
        ),
        "rejected-manifest-part-swapped": claims(
            "verified-k6-one-dimension.json is another certificate than the one named",
            ("verified-k6-one-dimension", "verified-k6"),
            "verified-k7",
        ),
        "rejected-manifest-parts-exchanged": claims(
            "is another certificate than the one named", ("verified-k6", "verified-k7"), ("verified-k7", "verified-k6")
        ),
        "rejected-manifest-part-easier": claims("proves nothing that is claimed", "verified-k2", "verified-k7"),
        "rejected-manifest-part-of-another-pair": claims(
            "proves nothing that is claimed", "verified-k6", "verified-k7", pairs=[[6, 6], [7, 8]]
        ),
        "rejected-manifest-part-unneeded": claims(
            "verified-k2.json proves nothing that is claimed", "verified-k6", "verified-k7", "verified-k2"
        ),
        "rejected-manifest-part-of-general-teacher": claims(
            "proves nothing that is claimed",
            "verified-general-teacher",
            pairs=[[2, 2]],
            property="strict-local-minimum",
        ),
        "rejected-manifest-part-of-another-activation": claims(
            "proves nothing that is claimed", "verified-k6", "verified-k7", **{"landscape.activation": "erf"}
        ),
        "rejected-manifest-part-of-another-slope": claims(
            "proves nothing that is claimed",
            "verified-leaky-relu-k2",
            pairs=[[2, 2]],
            property="strict-local-minimum",
            **{"landscape.activation": {"leaky-relu": "1/5"}},
        ),
        "rejected-manifest-saddle-for-minimum": claims(
            "proves nothing that is claimed", "verified-saddle-k2", pairs=[[2, 2]], property="strict-local-minimum"
        ),
        "rejected-manifest-minimum-for-saddle": claims(
            "proves nothing that is claimed", "verified-k6", "verified-k7", property="saddle"
        ),
        "rejected-manifest-part-rejected": claims(
            "rejected-minimum-bound-too-large.json is rejected", "rejected-minimum-bound-too-large", "verified-k7"
        ),
        "rejected-manifest-part-malformed": claims("malformed-part.json is malformed", "malformed-part", "verified-k7"),
        "undecided-manifest-part-undecided": claims(
            "undecided parts: undecided-minimum-ball-too-large.json", "undecided-minimum-ball-too-large", "verified-k7"
        ),
        "rejected-manifest-part-undecided-of-another-pair": claims(
            "undecided-minimum-ball-too-large.json proves nothing that is claimed",
            "undecided-minimum-ball-too-large",
            "verified-k7",
            pairs=[[7, 7]],
        ),
        "undecided-manifest-part-undecided-and-pair-missing": claims(
            "undecided parts: undecided-minimum-ball-too-large.json",
            "undecided-minimum-ball-too-large",
            "verified-k7",
            pairs=[[6, 6], [7, 7], [8, 8]],
        ),
        "rejected-manifest-names-itself": claims(
            "a manifest cannot be a part of a manifest", ("rejected-manifest-names-itself", "verified-k6")
        ),
        "rejected-manifest-of-manifests": claims("a manifest cannot be a part of a manifest", "verified-manifest"),
    }


def invalid_files(valid: dict[str, Document]) -> tuple[dict[str, Document], dict[str, str]]:
    """All files, and what their reasons must say."""
    files, reasons = {name: valid[source] for name, source in PARTS.items()}, {}
    dense = STRICT_LOCAL_MINIMUM + EVERY_INPUT_DIMENSION + SPURIOUS_LOCAL_MINIMUM + SADDLE
    tables = [*dense, *FAMILY, *RISKS, *BASINS, *DEGENERATE, *(row for module in MODULES for row in module.INVALID)]
    for name, source, changes, reason in tables:
        assert name not in files, name
        base = seal(valid[source])
        files[name], reasons[name] = forged(base, changes(base) if callable(changes) else changes), reason
    files["malformed-part"] = {**valid["type-ii-k6"], "comment": "an unknown field"}
    reasons["malformed-part"] = "comment: unknown field"
    parts = [{"file": "verified-k6.json", "digest": valid["type-ii-k6"]["digest"]}]
    files["verified-manifest"] = forged(
        valid["manifest-spurious"], {"statement.pairs": [[6, 6]], "witness.parts": parts}
    )
    made = manifests(valid, files) | make_small.manifests(valid, files) | make_spurious.manifests(valid, files)
    for name, (document, reason) in made.items():
        files[name], reasons[name] = document, reason
    return files, reasons
