"""Certificates that every teacher in a region has a spurious minimum: valid ones, and what a forger makes of them."""

from __future__ import annotations

import json
from fractions import Fraction

from tests.corpus.forge import DELETE, Document, forged, seal
from tests.corpus.make_small import ONE_SPURIOUS, written

FROM_ZERO, MORE, PARTS = "small-spurious-minima", "small-spurious-minima-more", "manifest-spurious-minima"
LANDSCAPE, TUBE, CELLS = "statement.landscape", "witness.tube", "witness.cells"
SIDES = "the students were not proved to be on their sides"
RATIOS = Fraction(0), Fraction(1, 128), Fraction(1, 96)
ANGLES = Fraction(15707, 10_000), Fraction(15709, 10_000)

Changes = dict[str, object]


def valid_files() -> dict[str, Document]:
    """From the ratio 0 on, and the ratios next to them."""
    from verify.producer.prover.covers.spurious_minima import certify_spurious_minima

    files = {
        name: json.loads(certify_spurious_minima(ratios, ANGLES).text())
        for name, ratios in ((FROM_ZERO, RATIOS[:2]), (MORE, RATIOS[1:]))
    }
    parts = [{"file": f"{name}.json", "digest": document["digest"]} for name, document in files.items()]
    first = files[FROM_ZERO]["statement"]
    landscape = {**first["landscape"], "ratios": ["0", str(RATIOS[2])]}
    whole = {"statement": {**first, "landscape": landscape}, "witness": {"parts": parts}}
    return {**files, PARTS: seal({"format": "landscape-verify-manifest/1", **whole})}


def at(*place: str, radius: str = "1*2^-14") -> Changes:
    """One point (a, b) for the norms 1 and 1/16 at right angles."""
    return {
        f"{LANDSCAPE}.ratios": ["1/16", "1/16"],
        f"{LANDSCAPE}.angles": ["157079633/100000000"] * 2,
        TUBE: {"center": [[[c]] for c in place], "radii": [radius] * 4},
        CELLS: written([4]),
    }


MINIMUM = "4128/65536", "50244/65536", "13930/65536", "-22901/65536"
SADDLE = "-7031342/4096000", "4346711/4096000", "8308937/4096000", "-2315012/4096000"
"""A zero of the equations that has no positive definite Hessian."""

INVALID: list[tuple[str, str, Changes, str]] = [
    ("undecided-spurious-minima-code", FROM_ZERO, {CELLS: written([4])}, "no zero was proved"),
    ("undecided-spurious-minima-ratios", FROM_ZERO, {f"{LANDSCAPE}.ratios.1": "1/4"}, "piece 0 of the region"),
    ("undecided-spurious-minima-angles", FROM_ZERO, {f"{LANDSCAPE}.angles.1": "3"}, "piece 0 of the region"),
    ("undecided-spurious-minima-beyond-pi", MORE, {f"{LANDSCAPE}.angles": ["4", "4"]}, SIDES),
    ("undecided-spurious-minima-teacher", MORE, at("0", "0", "0", "1"), SIDES),
    ("undecided-spurious-minima-other-side", MORE, at("1/16", "-3/4", "3/16", "-5/16"), SIDES),
    ("undecided-spurious-minima-above", MORE, at("1/16", "3/4", "3/16", "5/16"), SIDES),
    ("undecided-spurious-minima-backwards", MORE, at("-17", "3/4", "3/16", "-5/16"), SIDES),
    ("undecided-spurious-minima-elsewhere", MORE, at("1/8", "3/4", "3/16", "-5/16"), "no zero was proved"),
    ("undecided-spurious-minima-saddle", MORE, at(*SADDLE), "the Hessian was not proved positive definite"),
    ("undecided-spurious-minima-wide", MORE, at(*MINIMUM, radius="1/16"), "no zero was proved"),
    ("undecided-spurious-minima-steep", MORE, at("0", "10", "3/16", "-5/16"), "the equations cannot be evaluated"),
]


VERIFIED = {"verified-spurious-minima": FROM_ZERO, "verified-spurious-minima-more": MORE}
"""Valid files, to lie beside the manifests that misuse them."""


def manifests(valid: dict[str, Document], invalid: dict[str, Document]) -> dict[str, tuple[Document, str]]:
    """Manifests that claim more than their parts prove."""
    base = seal(valid[PARTS])
    both = [{"file": f"{name}.json", "digest": invalid[name]["digest"]} for name in VERIFIED]
    exactly = {"statement.property": "one-spurious-minimum", f"{LANDSCAPE}.ratios.0": "1/256"}
    return {
        "rejected-manifest-spurious-minima-gap": (
            forged(base, {"witness.parts": both[1:]}),
            "no part proves the ratios in [0, 1/128]",
        ),
        "rejected-manifest-spurious-minima-more": (
            forged(base, {"witness.parts": both, f"{LANDSCAPE}.ratios.1": "1/64"}),
            "no part proves the ratios in [1/96, 1/64]",
        ),
        "rejected-manifest-spurious-minima-property": (
            forged(base, {"witness.parts": both, **exactly}),
            "proves nothing that is claimed",
        ),
    }


MALFORMED: list[tuple[str, str, str, object, str]] = [
    (
        "spurious-minima-no-ratio",
        FROM_ZERO,
        f"{LANDSCAPE}.ratios.1",
        "0",
        f"^{LANDSCAPE}.ratios: must not be negative, and",
    ),
    (
        "spurious-minima-negative",
        FROM_ZERO,
        f"{LANDSCAPE}.ratios.0",
        "-1",
        f"^{LANDSCAPE}.ratios: must not be negative, and",
    ),
    ("spurious-minima-no-angle", FROM_ZERO, f"{LANDSCAPE}.angles.0", "0", f"^{LANDSCAPE}.angles: must be positive"),
    ("spurious-minima-unknowns", FROM_ZERO, f"{TUBE}.center.3", DELETE, "^witness.tube.center: has 3 entries instead"),
    ("spurious-minima-radius", FROM_ZERO, f"{TUBE}.radii.3", "0", "must be positive"),
    ("spurious-minima-tube", FROM_ZERO, TUBE, DELETE, "^witness.tube: this field is missing"),
    ("spurious-minima-covers", FROM_ZERO, "witness.covers", [], "unknown field"),
    ("spurious-minima-cells", FROM_ZERO, CELLS, written([0, 4]), "ends before its last leaf: 1 pieces are missing"),
    (
        "spurious-minima-exactly",
        FROM_ZERO,
        "statement.property",
        "one-spurious-minimum",
        f"^{LANDSCAPE}.ratios: must be",
    ),
    ("spurious-minima-from", ONE_SPURIOUS, "statement.property", "spurious-minimum", "^witness.covers: unknown field"),
]
