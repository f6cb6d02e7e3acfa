"""Certificates about all students of small teachers: valid ones, and what a forger makes of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from fractions import Fraction

from tests.corpus.forge import DELETE, Document, forged, seal

LIST, NONE, LIST_16, SPHERES = "small-two-neurons", "small-no-spurious", "small-two-neurons-16", "small-spheres"
ONE, OPPOSITE, EQUAL = "small-one-neuron", "small-antiparallel", "small-equal-students"
OUT_OF_SPAN, ONE_SPURIOUS = "small-out-of-span", "small-one-spurious-minimum"
SYMMETRIC, SYMMETRIC_6 = "small-symmetric-students", "small-symmetric-students-6"
TEACHERS, MORE_TEACHERS, PARTS_OF_TEACHERS = "small-every-teacher", "small-every-teacher-more", "manifest-teachers"
COVER, SPACE, LANDSCAPE = "witness.covers.0", "witness.covers.1", "statement.landscape"
TREE, BOX, ZEROS = f"{COVER}.tree", f"{COVER}.box", f"{COVER}.zeros"
SIGN, MEAN_VALUE, NEWTON, OWN, KNOWN = range(4, 9)
SIDES = 4
"""Codes below this one cut a side."""

Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """One of each property, and more of the complete lists."""
    import numpy as np

    from verify.producer.prover.covers import two_neurons as prover
    from verify.producer.prover.covers.one_spurious_minimum import certify_one_spurious_minimum
    from verify.producer.prover.covers.out_of_span import certify_out_of_span
    from verify.producer.prover.covers.symmetric_students import certify_symmetric_students

    one, sixteenth = Fraction(1), Fraction(1, 16)
    made = {
        LIST: prover.certify_everywhere(),
        NONE: prover.certify_everywhere(complete=False),
        LIST_16: prover.certify_everywhere(((one, Fraction(0)), (Fraction(0), sixteenth))),
        SPHERES: prover.certify_on_spheres(),
        ONE: prover.certify_one_neuron(),
        OPPOSITE: prover.certify_antiparallel(((one,), (-2 * one,)), ((Fraction(-3, 4),), (Fraction(-5, 4),))),
        EQUAL: prover.certify_equal_students(3),
        SYMMETRIC: certify_symmetric_students(3),
        SYMMETRIC_6: certify_symmetric_students(6),
        TEACHERS: prover.certify_every_teacher(
            (Fraction(1, 2), Fraction(9, 16)), (Fraction(157, 100), Fraction(158, 100))
        ),
        MORE_TEACHERS: prover.certify_every_teacher(
            (Fraction(9, 16), Fraction(5, 8)), (Fraction(157, 100), Fraction(158, 100))
        ),
    }
    made[ONE_SPURIOUS] = certify_one_spurious_minimum(
        (Fraction(63, 1024), Fraction(1, 16)), (Fraction(15707, 10000), Fraction(15708, 10000))
    )
    made[OUT_OF_SPAN] = certify_out_of_span(
        ((one, 0 * one, 0 * one), (0 * one, one, 0 * one)),
        np.array([[0.52458, 0.52458, -0.40913], [0.52458, 0.52458, 0.40913]]),
    )
    return {name: json.loads(certificate.text()) for name, certificate in made.items()}


def manifest_of_teachers(files: dict[str, Document]) -> Document:
    """Two regions that have a side in common, and their union."""
    parts = [{"file": f"{name}.json", "digest": files[name]["digest"]} for name in (TEACHERS, MORE_TEACHERS)]
    (smallest, _), (_, largest) = (
        files[name]["statement"]["landscape"]["ratios"] for name in (TEACHERS, MORE_TEACHERS)
    )
    landscape = {**files[TEACHERS]["statement"]["landscape"], "ratios": [smallest, largest]}
    document = {
        "format": "landscape-verify-manifest/1",
        "statement": {**files[TEACHERS]["statement"], "landscape": landscape},
        "witness": {"parts": parts},
    }
    return seal(document)


def codes(document: Document, cover: int = 0) -> list[int]:
    """The nodes of a tree, written here again: four bits each, the upper ones first."""
    packed = base64.b64decode(document["witness"]["covers"][cover]["tree"])
    found = [half for byte in packed for half in (byte >> 4, byte & 15)]
    missing, count = 1, 0
    while missing:
        missing += 1 if found[count] < SIDES else -1
        count += 1
    return found[:count]


def written(nodes: list[int]) -> str:
    """The inverse."""
    even = [*nodes, 0] if len(nodes) % 2 else nodes
    return base64.b64encode(bytes(16 * high + low for high, low in zip(even[::2], even[1::2], strict=True))).decode()


def with_code(old: int, new: int, cover: int = 0) -> Callable[[Document], Changes]:
    """The first leaf of one code has another one."""

    def change(document: Document) -> Changes:
        nodes = codes(document, cover)
        nodes[nodes.index(old)] = new
        return {f"witness.covers.{cover}.tree": written(nodes)}

    return change


def without_zero(document: Document) -> Changes:
    """The last zero is not named, and not listed either: its pieces are `known` all the same."""
    return {f"{ZEROS}.1": DELETE, "statement.points.1": DELETE}


def points_without_zero(document: Document) -> Changes:
    """As before, but listed: two points are claimed, one is proved, and nothing says that the other is none."""
    return {f"{ZEROS}.1": DELETE}


def one_point_more(document: Document) -> Changes:
    """A complete list, and a point more."""
    points = document["statement"]["points"]
    return {"statement.points": [*points, points[-1]]}


def another_order(document: Document) -> Changes:
    """The points are those of the zeros, but the first two of different kinds are exchanged."""
    points = document["statement"]["points"]
    other = next(i for i, point in enumerate(points) if point["kind"] != points[0]["kind"])
    exchanged = {0: points[other], other: points[0]}
    return {"statement.points": [exchanged.get(i, point) for i, point in enumerate(points)]}


def without_space(document: Document) -> Changes:
    """The point out of the plane is left out, as lemma S would allow if students had any norm."""
    points = document["statement"]["points"]
    return {f"{SPACE}.zeros": [], "statement.points": points[:-1]}


def counted_twice(document: Document) -> Changes:
    """The first zero once more, turned around by exchanging the students; d is pi up to rounding."""
    zeros, points = document["witness"]["covers"][0]["zeros"], document["statement"]["points"]
    x, d = map(parsed, zeros[0]["center"])
    turn = 2 * Fraction(355, 113)
    other = {"center": [str(x + d - (turn if x > 0 else 0)), str(turn - d)], "radius": "1*2^-12"}
    return {ZEROS: [*zeros, other], "statement.points": [*points, points[0]]}


def turned_around(document: Document) -> Changes:
    """The first zero, equal students, also at the angle that is larger by about 2 pi; listed twice."""
    zeros, points = document["witness"]["covers"][0]["zeros"], document["statement"]["points"]
    (phi,) = map(parsed, zeros[0]["center"])
    turn = 2 * Fraction(355, 113)
    other = {"center": [str(phi + (turn if phi < 0 else -turn))], "radius": "1*2^-12"}
    return {ZEROS: [*zeros, other], "statement.points": [*points, points[0]]}


def parsed(number: str) -> Fraction:
    """An exact number of the format."""
    mantissa, _, exponent = number.partition("*2^")
    return Fraction(mantissa) * Fraction(2) ** int(exponent or 0)


def points_of_students() -> Iterator[tuple[str, str, Changes, str]]:
    """Students for antiparallel teachers that are none."""
    for name, students in {
        "sum": [["-3/4"], ["-1"]],
        "product": [["-1/4"], ["-7/4"]],
        "border": [["-21/50"], ["-79/50"]],
        "signs": [["1"], ["-3"]],
        "towards-the-shorter": [["1/2"], ["1/2"]],
    }.items():
        yield f"rejected-antiparallel-{name}", OPPOSITE, {"statement.point": students}, "the students do not add up"


THREE_ROWS = {"rows": [["1", "0", "0"], ["0", "1", "0"], ["0", "0", "1"]]}
ON_A_LINE = {"rows": [["1", "0"], ["-2", "0"]]}
RATIO = {"rows": [["1", "0"], ["0", "1/2"]]}

ALONE = {"center": ["0", "11/7", "1/2", "11/7"], "radius": "1/8"}

TUBE = "witness.tube"
AT_THE_TEACHER: Changes = {
    f"{TUBE}.center": [[["0"]], [["31415/20000", "1"]]],
    f"{TUBE}.radii": ["1*2^-20", "1*2^-20"],
}
"""One zero for each teacher, and it is the global minimum."""
AT_THE_SADDLE: Changes = {
    f"{TUBE}.center": [[["-4415/16384"]], [["1210/16384"]]],
    f"{TUBE}.radii": ["1*2^-13", "1*2^-15"],
}
"""Next to a saddle that all these teachers have."""
AS_ONE_SPURIOUS: Changes = {
    "statement.property": "one-spurious-minimum",
    "witness.tube": {"center": [[["-1"]], [["1/16"]]], "radii": ["1*2^-10", "1*2^-12"]},
    "witness.cells": written([4]),
}
"""Teachers that have none."""
BEYOND_THE_EQUATIONS: Changes = {
    "statement.property": "one-spurious-minimum",
    f"{LANDSCAPE}.ratios": ["17/32", "17/32"],
    f"{LANDSCAPE}.angles": ["63/40", "63/40"],
    "witness.tube": {
        "center": [[["3062075634579*2^-37"]], [["3080092040893*2^-37"]]],
        "radii": ["1*2^-30", "1*2^-30"],
    },
    "witness.cells": written([4]),
}
"""A teacher that has none; a zero at the angle 22 of what is written for kappa at angles up to 5 pi."""
CENTER, PERPENDICULAR = "statement.region.center", "witness.perpendicular.0"
NEARLY_IN_SPAN: Changes = {
    f"{CENTER}.0": ["1", "0", "1*2^-31"],
    f"{CENTER}.1": ["0", "1", "-1*2^-31"],
}
"""The global minimum up to rounding: a critical point in the span, in a box with points out of it."""

INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    # The lemmas.
    ("rejected-span-erf", LIST, {f"{LANDSCAPE}.activation": "erf"}, "out of the teacher's span are not excluded"),
    ("rejected-span-identity", NONE, {f"{LANDSCAPE}.activation": {"leaky-relu": "1"}}, "span are not excluded"),
    ("undecided-span-leaky", NONE, {f"{LANDSCAPE}.activation": {"leaky-relu": "1/10"}}, "known for ReLU only"),
    ("rejected-teachers-on-a-line", NONE, {f"{LANDSCAPE}.teacher": ON_A_LINE}, "are on one line"),
    ("undecided-three-students", NONE, {f"{LANDSCAPE}.neurons": 3}, "two students only"),
    ("undecided-three-teachers", NONE, {f"{LANDSCAPE}.teacher": {"orthonormal": 3}}, "covers are known for a teacher"),
    ("undecided-spheres-ratio", SPHERES, {f"{LANDSCAPE}.teacher": RATIO}, "on spheres covers are known for"),
    ("undecided-spheres-erf", SPHERES, {f"{LANDSCAPE}.activation": "erf"}, "on spheres covers are known for"),
    # The box has all angles.
    ("rejected-cover-misses-x", LIST, {f"{BOX}.0.0": "-25/8"}, "misses a part of all angles"),
    ("rejected-cover-misses-turn", NONE, {f"{BOX}.0.1": "157/50"}, "misses a part of all angles"),
    ("rejected-cover-misses-d", LIST, {f"{BOX}.1.1": "157/50"}, "misses a part of all angles"),
    ("rejected-cover-misses-parallel", SPHERES, {f"{BOX}.1.0": "1/1000"}, "misses a part of all angles"),
    ("rejected-cover-misses-rho", SPHERES, {f"{SPACE}.box.2.1": "31/8"}, "misses a part of [0, pi]"),
    ("rejected-cover-angles", NONE, {f"{BOX}.0.1": "9/2"}, "angles beyond 4"),
    ("rejected-one-neuron-misses", ONE, {f"{BOX}.0.1": "157/50"}, "misses a part of [0, pi]"),
    # Each piece.
    ("undecided-cover-code", LIST, with_code(OWN, MEAN_VALUE), "the test `mean-value` does not prove it"),
    ("undecided-cover-own", LIST, with_code(KNOWN, OWN), "the test `own` does not prove it"),
    ("undecided-cover-sign", SPHERES, with_code(MEAN_VALUE, SIGN), "the test `sign` does not prove it"),
    ("undecided-cover-newton", SPHERES, with_code(KNOWN, NEWTON), "the test `newton` does not prove it"),
    ("undecided-cover-unmatched", NONE, with_code(SIGN, KNOWN), "the test `known` does not prove it"),
    ("undecided-cover-without-zero", LIST, without_zero, "the test `known` does not prove it"),
    ("undecided-cover-points-without-zero", LIST, points_without_zero, "the test `known` does not prove it"),
    ("undecided-spheres-as-if-everywhere", SPHERES, without_space, "the test `known` does not prove it"),
    ("undecided-cover-not-finite", SPHERES, {f"{SPACE}.tree": written([NEWTON])}, "piece 0 of the cover"),
    ("undecided-one-neuron-code", ONE, with_code(OWN, SIGN), "the test `sign` does not prove it"),
    # Each zero is one, and counted once.
    ("undecided-zero-radius", LIST, {f"{ZEROS}.0.radius": "1/2"}, "was proved within the radius"),
    ("rejected-zero-elsewhere", LIST, {f"{ZEROS}.0.center.0": "1"}, "there is no zero within the radius"),
    ("undecided-zero-twice", LIST, counted_twice, "the zeros 0 and 2 are not proved different"),
    # What the points are.
    ("rejected-points-kind", LIST, {"statement.points.0.kind": "spurious-minimum"}, "is a negative-curvature, not a"),
    ("rejected-points-global", LIST_16, {"statement.points.1.kind": "global-minimum"}, "critical point 1 is a"),
    ("rejected-points-fewer", LIST, {"statement.points.1": DELETE}, "1 critical points are claimed, and 2 are proved"),
    ("rejected-points-more", LIST, one_point_more, "3 critical points are claimed, and 2 are proved"),
    ("undecided-points-order", LIST_16, another_order, "the list is not in the order of the zeros"),
    ("undecided-points-elsewhere", LIST, {"statement.points.0.center.0.0": "1"}, "is not proved near the one given"),
    ("undecided-points-on-spheres", SPHERES, {"statement.points.4.center.1.2": "0"}, "not proved near the one given"),
    (
        "rejected-spurious-hidden",
        LIST_16,
        {"statement.property": "no-spurious-minimum", "statement.points": DELETE},
        "there is a local minimum that is not global",
    ),
    # One neuron; teachers of opposite directions; equal students.
    ("rejected-one-neuron-two", ONE, {f"{LANDSCAPE}.neurons": 2}, "is about one ReLU student"),
    ("rejected-one-neuron-erf", ONE, {f"{LANDSCAPE}.activation": "erf"}, "is about one ReLU student"),
    (
        "rejected-one-neuron-left-out",
        ONE,
        {ZEROS: [{"center": ["1"], "radius": "1/8"}]},
        "no angle may be left out",
    ),
    *points_of_students(),
    ("rejected-antiparallel-direction", OPPOSITE, {f"{LANDSCAPE}.teacher.rows.1.0": "2"}, "have one direction"),
    ("rejected-antiparallel-shorter", OPPOSITE, {f"{LANDSCAPE}.teacher.rows.0.0": "3"}, "the students do not add up"),
    ("rejected-antiparallel-leaky", OPPOSITE, {f"{LANDSCAPE}.activation": {"leaky-relu": "1/2"}}, "two ReLU students"),
    ("rejected-equal-students-more", EQUAL, {f"{LANDSCAPE}.neurons": 4}, "as many ReLU students as orthonormal"),
    ("rejected-equal-students-rows", EQUAL, {f"{LANDSCAPE}.teacher": {"rows": [["1"], ["1"], ["1"]]}}, "as many ReLU"),
    # Students that all permutations leave alone.
    ("rejected-symmetric-students-erf", SYMMETRIC, {f"{LANDSCAPE}.activation": "erf"}, "as many ReLU students as"),
    ("rejected-symmetric-students-leaky", SYMMETRIC, {f"{LANDSCAPE}.activation": {"leaky-relu": "1/2"}}, "as many"),
    ("rejected-symmetric-students-more", SYMMETRIC, {f"{LANDSCAPE}.neurons": 4}, "as many ReLU students as"),
    ("rejected-symmetric-students-rows", SYMMETRIC, {f"{LANDSCAPE}.teacher": THREE_ROWS}, "as many ReLU students as"),
    ("rejected-symmetric-students-misses", SYMMETRIC, {f"{BOX}.0.1": "157/50"}, "misses a part of [-pi, pi]"),
    ("rejected-symmetric-students-angles", SYMMETRIC, {f"{BOX}.0.1": "9/2"}, "angles beyond 4"),
    ("rejected-symmetric-students-kind", SYMMETRIC, {"statement.points.1.kind": "spurious-minimum"}, "is a negative-"),
    ("rejected-symmetric-students-hidden", SYMMETRIC_6, {"statement.points.1.kind": "negative-curvature"}, "is a spur"),
    ("rejected-symmetric-students-fewer", SYMMETRIC_6, {"statement.points.1": DELETE}, "3 critical points are claimed"),
    ("undecided-symmetric-students-left-out", SYMMETRIC_6, without_zero, "the test `known` does not prove it"),
    ("undecided-symmetric-students-code", SYMMETRIC, with_code(KNOWN, NEWTON), "the test `newton` does not prove it"),
    ("undecided-symmetric-students-own", SYMMETRIC, with_code(SIGN, OWN), "the test `own` does not prove it"),
    ("undecided-symmetric-students-twice", SYMMETRIC, turned_around, "are not proved different mod 2 pi"),
    ("undecided-symmetric-students-elsewhere", SYMMETRIC, {"statement.points.1.center.0.0": "0"}, "not proved near"),
    (
        "rejected-symmetric-students-other-k",
        SYMMETRIC,
        {f"{LANDSCAPE}.neurons": 4, f"{LANDSCAPE}.teacher": {"orthonormal": 4}},
        "there is no zero within the radius",
    ),
    (
        "undecided-symmetric-students-two",
        SYMMETRIC,
        {f"{LANDSCAPE}.neurons": 2, f"{LANDSCAPE}.teacher": {"orthonormal": 2}},
        "known for three or more",
    ),
    # Out of the teacher's span.
    ("rejected-out-of-span-erf", OUT_OF_SPAN, {f"{LANDSCAPE}.activation": "erf"}, "span are not excluded for erf"),
    ("rejected-out-of-span-not-perpendicular", OUT_OF_SPAN, {PERPENDICULAR: "1"}, "not perpendicular to teacher 0"),
    ("rejected-out-of-span-elsewhere", OUT_OF_SPAN, {f"{CENTER}.0.2": "-1/2"}, "no critical point within the radius"),
    ("undecided-out-of-span-in-it", OUT_OF_SPAN, NEARLY_IN_SPAN, "no neuron is proved to be out of the teacher's span"),
    ("undecided-out-of-span-wide", OUT_OF_SPAN, {"statement.region.radius": "1/4"}, "is not proved invertible"),
    # Every teacher in a region.
    ("rejected-teachers-angle", TEACHERS, {f"{LANDSCAPE}.angles.1": "22/7"}, "an angle of pi"),
    ("rejected-teachers-ratio", TEACHERS, {f"{LANDSCAPE}.ratios.0": "1/4"}, "misses a part of the region of teachers"),
    ("rejected-teachers-region", TEACHERS, {f"{BOX}.3.1": "157/100"}, "misses a part of the region of teachers"),
    ("rejected-teachers-misses", TEACHERS, {f"{BOX}.0.1": "3"}, "misses a part of all angles"),
    ("rejected-teachers-left-out", TEACHERS, {ZEROS: [ALONE]}, "no point but the teacher may be left out"),
    ("undecided-teachers-code", TEACHERS, with_code(OWN, SIGN), "the test `sign` does not prove it"),
    # Exactly one spurious minimum.
    ("rejected-one-spurious-ratio", ONE_SPURIOUS, {f"{LANDSCAPE}.ratios.0": "1/17"}, "misses a part of the region"),
    ("rejected-one-spurious-zero", ONE_SPURIOUS, {ZEROS: [ALONE]}, "a zero of all teachers is a tube"),
    ("undecided-one-spurious-code", ONE_SPURIOUS, with_code(KNOWN, OWN), "the test `own` does not prove it"),
    ("undecided-one-spurious-known", ONE_SPURIOUS, with_code(OWN, KNOWN), "the test `known` does not prove it"),
    ("undecided-one-spurious-wide", ONE_SPURIOUS, {f"{TUBE}.radii": ["1/8", "1/8"]}, "no zero was proved"),
    ("undecided-one-spurious-elsewhere", ONE_SPURIOUS, {f"{TUBE}.center.1": [["1/4"]]}, "no zero was proved"),
    ("undecided-one-spurious-cells", ONE_SPURIOUS, {"witness.cells": written([4])}, "piece 0 of the region"),
    ("undecided-one-spurious-teacher", ONE_SPURIOUS, AT_THE_TEACHER, "piece 0 of the region"),
    ("undecided-one-spurious-saddle", ONE_SPURIOUS, AT_THE_SADDLE, "piece 0 of the region"),
    ("undecided-one-spurious-none", TEACHERS, AS_ONE_SPURIOUS, "piece 0 of the region"),
    ("undecided-one-spurious-beyond", TEACHERS, BEYOND_THE_EQUATIONS, "directions beyond 7 are not needed"),
    ("undecided-teachers-known", TEACHERS, with_code(SIGN, KNOWN), "the test `known` does not prove it"),
]  # fmt: skip


def manifests(valid: dict[str, Document], invalid: dict[str, Document]) -> dict[str, tuple[Document, str]]:
    """Manifests of regions that do not cover the one claimed, or are of something else."""
    base = seal(valid[PARTS_OF_TEACHERS])

    def claims(reason: str, parts: tuple[str, ...], **landscape: list[str]) -> tuple[Document, str]:
        named = [{"file": f"{name}.json", "digest": invalid[name]["digest"]} for name in parts]
        changes = {f"{LANDSCAPE}.{name}": sides for name, sides in landscape.items()}
        return forged(base, {"witness.parts": named, **changes}), reason

    one, other, region = "verified-teachers", "verified-teachers-more", "about a region of teachers"
    code, wide = "undecided-teachers-code", ["157/100", "159/100"]
    return {
        "rejected-manifest-teachers-gap": claims("no part proves the ratios in [9/16, 5/8] with angles next", (one,)),
        "rejected-manifest-teachers-ratio": claims(
            "no part proves the ratios in [5/8, 1]", (one, other), ratios=["1/2", "1"]
        ),
        "rejected-manifest-teachers-angle": claims(
            "no part proves the ratios in [1/2, 9/16] with angles next to 79/50", (one, other), angles=wide
        ),
        "rejected-manifest-teachers-elsewhere": claims(
            "verified-teachers-more.json proves nothing that is claimed", (one, other), ratios=["1/2", "11/20"]
        ),
        "rejected-manifest-teachers-other-kind": claims(region, (one, "verified-k6")),
        "undecided-manifest-teachers": claims(f"undecided parts: {code}", (code, other)),
    }  # fmt: skip


def _tree(*nodes: int) -> str:
    return written(list(nodes))


KNOWN_ONES, INPUTS = "'critical-points-complete' is not known", "^statement.input_dimension: this field is missing"

MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("small-property", LIST, "statement.property", "saddle", "'saddle' is not known; known: "),
    ("small-domain", NONE, "statement.domain", "sphere", "'sphere' is not known; known: everywhere, unit-spheres"),
    ("small-domain-other", NONE, "statement.domain", "unit-spheres", "^witness.covers: has 1 entry instead of 2"),
    ("small-spheres-everywhere", SPHERES, "statement.domain", "everywhere", "^statement.points[0].center[0]: has 3"),
    ("small-points-none", LIST, "statement.points", [], "has 0 entries instead of 1 to 64"),
    ("small-points-kind", LIST, "statement.points.0.kind", "saddle", "'saddle' is not known; known: global-minimum"),
    ("small-box", LIST, f"{BOX}.0", ["1", "0"], "the lower bound is above the upper bound"),
    ("small-box-sides", LIST, f"{BOX}.1", DELETE, f"^{COVER.replace('.0', '[0]')}.box: has 1 entry instead of 2"),
    ("small-zero-radius", LIST, f"{ZEROS}.0.radius", "0", "must be positive"),
    ("small-tree-number", LIST, TREE, 1, "must be a string, not the number 1"),
    ("small-tree-base64", LIST, TREE, "A*==", "is not written in base 64"),
    ("small-tree-letters", LIST, TREE, "\u00e4", "is not written in base 64"),
    ("small-tree-bits", LIST, TREE, "QQ==", "goes on after its last leaf"),
    ("small-tree-padding", LIST, TREE, "QR==", "is not written in base 64 as it should be"),
    ("small-tree-empty", LIST, TREE, "", "ends before its last leaf: 1 pieces are missing"),
    ("small-tree-leaf-removed", LIST, TREE, _tree(0, 4), "ends before its last leaf: 1 pieces are missing"),
    ("small-tree-leaf-more", LIST, TREE, _tree(0, 4, 4, 4), "goes on after its last leaf"),
    ("small-tree-byte-more", LIST, TREE, _tree(0, 4, 4, 0, 0, 0), "goes on after its last leaf"),
    ("small-tree-side", NONE, TREE, _tree(2, 4, 4), "node 0 has the code 2, which is not known here"),
    ("small-tree-test", NONE, TREE, _tree(0, 4, 9), "node 2 has the code 9, which is not known here"),
    ("small-tree-deep", NONE, TREE, _tree(*[0] * 257, *[4] * 258), "is more than 256 cuts deep"),
    ("small-one-neuron-tree", ONE, TREE, _tree(1, 4, 4), "node 0 has the code 1, which is not known here"),
    ("small-antiparallel-point", OPPOSITE, "statement.point.1", DELETE, "^statement.point: has 1 entry instead of 2"),
    ("small-teachers-property", TEACHERS, "statement.property", "saddle", "'saddle' is not known; known: no-spurious"),
    ("small-teachers-ratio", TEACHERS, f"{LANDSCAPE}.ratios.0", "0", f"^{LANDSCAPE}.ratios: must be positive"),
    ("small-teachers-sides", TEACHERS, f"{BOX}.3", DELETE, "^witness.covers[0].box: has 3 entries instead of 4"),
    ("manifest-teachers-pairs", PARTS_OF_TEACHERS, "statement.pairs", [[6, 6]], "unknown field"),
    ("manifest-teachers-property", PARTS_OF_TEACHERS, "statement.property", "critical-points-complete", KNOWN_ONES),
    ("manifest-teachers-saddle", PARTS_OF_TEACHERS, "statement.property", "saddle", INPUTS),
    ("small-tube-radius", ONE_SPURIOUS, f"{TUBE}.radii.0", "0", "must be positive"),
    ("small-tube-terms", ONE_SPURIOUS, f"{TUBE}.center.0", [["1"] * 9], "^witness.tube.center[0][0]: has 9"),
    ("small-tube-centers", ONE_SPURIOUS, f"{TUBE}.center.1", DELETE, "^witness.tube.center: has 1 entry instead"),
    ("small-tube-cells", ONE_SPURIOUS, "witness.cells", _tree(5), "node 0 has the code 5, which is not known here"),
    ("small-tube-cells-sides", ONE_SPURIOUS, "witness.cells", _tree(2, 4, 4), "node 0 has the code 2"),
    ("small-tube-of-none", TEACHERS, TUBE, {}, "unknown field"),
    ("small-out-of-span-shape", OUT_OF_SPAN, "statement.region.shape", "ball", "'ball'"),
    ("small-out-of-span-zero", OUT_OF_SPAN, "witness.perpendicular", ["0", "0", "0"], "is zero"),
    ("small-out-of-span-short", OUT_OF_SPAN, "witness.perpendicular", ["0", "1"], "has 2 entries instead of 3"),
    ("small-equal-witness", EQUAL, "witness.covers", [], "unknown field"),
    (
        "small-symmetric-center",
        SYMMETRIC,
        "statement.points.0.center.0.1",
        DELETE,
        "^statement.points[0].center[0]: has 1",
    ),
    ("small-symmetric-rows", SYMMETRIC, "statement.points.0.center", [["1", "0"], ["1", "0"]], "has 2 entries instead"),
    ("small-symmetric-domain", SYMMETRIC, "statement.domain", "everywhere", "unknown field"),
    ("small-symmetric-box", SYMMETRIC, f"{BOX}", [["0", "4"], ["0", "4"]], "has 2 entries instead of 1"),
]
