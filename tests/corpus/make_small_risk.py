"""Certificates about all critical points of an empirical risk in a box: valid ones, and what a forger makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

from tests.corpus.forge import DELETE, Document
from tests.corpus.make_small import KNOWN, MEAN_VALUE, NEWTON, OWN, SIGN, with_code, written

LIST, COUNT, LEAST, NOTHING = "box-critical-points", "box-minima", "box-least", "box-nothing"
ATTRACTION = "box-attraction"
LANDSCAPE, COVER, SECOND = "statement.landscape", "witness.covers.0", "witness.covers.1"
BOX, POINTS = "statement.box", "statement.points"
Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """One of each property, and one of a box with nothing in it."""
    from verify.checker.statements import small_empirical_risk as statements
    from verify.producer.landscapes.empirical_risk import EmpiricalRisk
    from verify.producer.prover.covers.risk_in_box import certify_in_box

    def square(low: str, high: str) -> tuple[tuple[Fraction, Fraction], ...]:
        return ((Fraction(low), Fraction(high)),) * 2

    decay = {"weight_decay": "1/10"}
    product = EmpiricalRisk([1, 2, -1], [1, "1/2", -1], [1, 1], activation="tanh", biases=False, **decay)
    one = EmpiricalRisk([1, 2, -1], ["1/2", "3/4", "-1/4"], [1], output="tanh", bias_decay="1/4", weight_decay="1/4")
    relu = EmpiricalRisk([1, 2], [1, 1], [1, 1], activation="relu", biases=False, weight_decay="1/4")
    made = {
        LIST: certify_in_box(product, square("-2", "9/4"), statements.COMPLETE),
        COUNT: certify_in_box(product, square("-2", "9/4"), statements.COUNT),
        LEAST: certify_in_box(one, square("-2", "2"), statements.NO_SPURIOUS),
        ATTRACTION: certify_in_box(one, square("-2", "2"), statements.ATTRACTION),
        NOTHING: certify_in_box(relu, square("-3", "-1/8"), statements.COMPLETE),
    }
    return {name: json.loads(certificate.text()) for name, certificate in made.items()}


def without_point(document: Document) -> Changes:
    """The last zero is not named, and not listed."""
    zeros, points = document["witness"]["covers"][0]["zeros"], document["statement"]["points"]
    return {f"{COVER}.zeros": zeros[:-1], POINTS: points[:-1]}


def without_zero(document: Document) -> Changes:
    """The last zero is not named, but listed: fewer are proved than claimed, which proves nothing false."""
    return {f"{COVER}.zeros": document["witness"]["covers"][0]["zeros"][:-1]}


def one_point_more(document: Document) -> Changes:
    """A complete list, and a point more."""
    return {POINTS: [*document["statement"]["points"], document["statement"]["points"][-1]]}


def listed_twice(document: Document) -> Changes:
    """The first zero and point once more."""
    zeros, points = document["witness"]["covers"][0]["zeros"], document["statement"]["points"]
    return {f"{COVER}.zeros": [*zeros, zeros[0]], POINTS: [*points, points[0]]}


def as_attraction(document: Document) -> Changes:
    """One minimum of several as if the others were drawn to it."""
    zeros, points = document["witness"]["covers"][0]["zeros"], document["statement"]["points"]
    around = {**zeros[0], "radius": "1*2^-20"}
    return {"statement.property": "basin-of-attraction", POINTS: points[:1], f"{COVER}.zeros": [around]}


ANOTHER_LOSS: Changes = {f"{LANDSCAPE}.targets.0.0": "-1/2"}
"""One target of the other sign."""

INVALID: list[tuple[str, str, Changes | Callable[[Document], Changes], str]] = [
    ("rejected-box-cover", LIST, {f"{BOX}.0.1": "3"}, "the box of the cover is another one"),
    ("rejected-box-second-cover", LEAST, {f"{SECOND}.box.0.1": "1"}, "the second cover needs the statement's box"),
    ("rejected-box-points", COUNT, {f"{POINTS}.0": DELETE}, "points are claimed, and"),
    ("rejected-box-more", COUNT, one_point_more, "points are claimed, and"),
    ("undecided-box-more", COUNT, without_zero, "the test `known` does not prove it"),
    ("rejected-box-kind", LIST, {f"{POINTS}.0.kind": "negative-curvature"}, "point 0 is a strict-local-minimum, not"),
    ("undecided-box-center", LEAST, {f"{POINTS}.0.center.0.0": "0"}, "point 0 is not proved near the one given"),
    ("undecided-box-without-point", LIST, without_point, "the test `known` does not prove it"),
    ("undecided-box-twice", LIST, listed_twice, "is not proved different from point 0"),
    ("undecided-box-code", LIST, with_code(SIGN, OWN), "the test `own` does not prove it"),
    ("undecided-box-known", COUNT, with_code(SIGN, KNOWN), "the test `known` does not prove it"),
    ("undecided-box-least", LEAST, {f"{SECOND}.tree": written([OWN])}, "piece 0 of the cover"),
    ("undecided-box-least-newton", LEAST, {f"{SECOND}.tree": written([NEWTON])}, "the test `newton` does not prove it"),
    ("undecided-box-least-mean-value", LEAST, {f"{SECOND}.tree": written([MEAN_VALUE])}, "the test `mean-value`"),
    ("undecided-box-least-around", LEAST, {f"{SECOND}.zeros.0.center.0": "-1"}, "not proved convex on the box around"),
    ("rejected-attraction-box", ATTRACTION, {f"{COVER}.box.0.1": "1"}, "the cover needs the statement's box"),
    ("rejected-attraction-zeros", ATTRACTION, {f"{COVER}.zeros": []}, "the cover needs the statement's box, and one"),
    ("undecided-attraction-wide", ATTRACTION, {f"{COVER}.zeros.0.radius": "2"}, "not proved convex on the box around"),
    ("rejected-attraction-elsewhere", ATTRACTION, {f"{COVER}.zeros.0.center.0": "1/2"}, "there is no zero within"),
    (
        "undecided-attraction-told",
        ATTRACTION,
        {f"{POINTS}.0.center.0.0": "0"},
        "point 0 is not proved near the one given",
    ),
    ("undecided-attraction-code", ATTRACTION, with_code(OWN, KNOWN), "the test `known` does not prove it"),
    ("undecided-attraction-sign", ATTRACTION, with_code(OWN, SIGN), "the test `sign` does not prove it"),
    ("undecided-attraction-newton", ATTRACTION, with_code(OWN, NEWTON), "the test `newton` does not prove it"),
    ("undecided-attraction-one-piece", ATTRACTION, {f"{COVER}.tree": written([OWN])}, "the test `own` does not prove"),
    ("undecided-attraction-other-loss", ATTRACTION, ANOTHER_LOSS, "not proved convex on the box around"),
    ("undecided-attraction-two-minima", COUNT, as_attraction, "does not prove it"),
    ("undecided-box-kink", NOTHING, {f"{BOX}.0.1": "1/8", f"{COVER}.box.0.1": "1/8"}, "piece"),
]

MALFORMED: list[tuple[str, str, str, object, str]] = [
    ("box-property", LIST, "statement.property", "saddle", "'saddle' is not known; known: critical-points-complete"),
    ("box-points-of-a-count", COUNT, f"{POINTS}.0.kind", "negative-curvature", "'negative-curvature' is not known"),
    ("box-points-of-the-least", LEAST, POINTS, [], "has 0 entries instead of 1"),
    ("box-sides", LIST, f"{BOX}.1", DELETE, f"^{BOX}: has 1 entry instead of 2"),
    ("box-empty-side", LIST, f"{BOX}.1.0", "9/4", "^statement.box[1]: the lower end is not below the upper end"),
    ("attraction-points", ATTRACTION, POINTS, [], "has 0 entries instead of 1"),
    ("attraction-kind", ATTRACTION, f"{POINTS}.0.kind", "negative-curvature", "'negative-curvature' is not known"),
    ("attraction-covers", ATTRACTION, "witness.covers", [], "has 0 entries instead of 1"),
    ("box-covers", LEAST, SECOND, DELETE, "^witness.covers: has 1 entry instead of 2"),
]
