"""Files that do not read as certificates, each with the field or the place that the message must name.

`NUMBERS`, `FIELDS` and `MANIFESTS` change a valid file and repair its digest, so that the digest is
not what is found; `TEXT` changes the text of a file; `RAW` is bytes.
"""

from __future__ import annotations

import gzip
import json
import pickle
import re
from hashlib import sha256

from tests.corpus.forge import DELETE, Document, changed, digest, forged, text
from tests.corpus.make_invalid_basin import MALFORMED as BASIN_FIELDS
from tests.corpus.make_invalid_degenerate import MALFORMED as DEGENERATE_FIELDS
from tests.corpus.make_malformed_risks import FIELDS as RISK_FIELDS
from tests.corpus.modules import MODULES

K1, K2, SADDLE, ROWS = "global-minimum-k1", "global-minimum-k2", "saddle-one-neuron-k3", "antiparallel-copy"
FAMILY = "family-type-a"
MANIFEST, PART, PLAIN = "manifest-strict", "witness.parts.0", "must be a plain file name in the manifest's folder"
RADIUS, CENTER, DIMENSION = "statement.region.radius", "statement.region.center", "statement.input_dimension"
ZEROS = "sha256:" + "0" * 64
SIGMA = "statement.landscape.activation"
TEACHER, NEURONS = "statement.landscape.teacher", "statement.landscape.neurons"

NOT_A_NUMBER = "is not an integer, p/q or m*2^e"
NUMBERS: list[tuple[str, str, str]] = [
    ("plus-sign", "+1", NOT_A_NUMBER),
    ("leading-zero", "01", NOT_A_NUMBER),
    ("leading-zero-after-sign", "-01", NOT_A_NUMBER),
    ("leading-zero-in-exponent", "1*2^-01", NOT_A_NUMBER),
    ("leading-zero-in-denominator", "1/02", NOT_A_NUMBER),
    ("negative-zero", "-0", NOT_A_NUMBER),
    ("negative-zero-exponent", "1*2^-0", NOT_A_NUMBER),
    ("zero-denominator", "1/0", NOT_A_NUMBER),
    ("negative-denominator", "1/-2", NOT_A_NUMBER),
    ("space-before", " 1", NOT_A_NUMBER),
    ("newline-after", "1\n", NOT_A_NUMBER),
    ("space-within", "1 / 2", NOT_A_NUMBER),
    ("nul-after", "1\0", NOT_A_NUMBER),
    ("underscore", "1_000", NOT_A_NUMBER),
    ("arabic-digits", "\u0661/\u0662", NOT_A_NUMBER),
    ("fullwidth-digit", "\uff11", NOT_A_NUMBER),
    ("minus-sign-of-typography", "\u22121", NOT_A_NUMBER),
    ("superscript", "1\u00b2", NOT_A_NUMBER),
    ("lone-surrogate", "1\ud800", NOT_A_NUMBER),
    ("decimal", "0.5", NOT_A_NUMBER),
    ("scientific", "1e-3", NOT_A_NUMBER),
    ("hexadecimal", "0x10", NOT_A_NUMBER),
    ("rational-and-dyadic", "1/3*2^4", NOT_A_NUMBER),
    ("other-base", "1*10^3", NOT_A_NUMBER),
    ("nan", "NaN", NOT_A_NUMBER),
    ("infinity", "Infinity", NOT_A_NUMBER),
    ("minus-only", "-", NOT_A_NUMBER),
    ("empty", "", NOT_A_NUMBER),
    ("code", "__import__('os').abort()", NOT_A_NUMBER),
    ("huge-exponent", "1*2^999999999", "exponent 999999999 is beyond 4096"),
    ("huge-negative-exponent", "1*2^-999999999", "exponent -999999999 is beyond 4096"),
    ("exponent-just-too-large", "1*2^4097", "exponent 4097 is beyond 4096"),
    ("exponent-of-500-digits", "1*2^" + "9" * 500, "exponent 99999999999999999999 is beyond"),
    ("641-digits", "1" * 641, "number of 641 characters, more than 640"),
    ("10000-digits", "1" * 10_000, "number of 10000 characters, more than 640"),
    ("10000-digits-below", "1/" + "3" * 10_000, "number of 10002 characters, more than 640"),
    ("zero", "0", "must be positive"),
    ("negative", "-1", "must be positive"),
]
"""What stands for the radius (as `number-NAME`), and the reason."""

Change = tuple[str, str, str, object, str]
FIELDS: list[Change] = [
    # The envelope
    ("format-missing", K1, "format", DELETE, "this field is missing"),
    ("format-unknown", K1, "format", "certificate", "'certificate' is not known; known: landscape-verify"),
    ("format-version", K1, "format", "landscape-verify-certificate/2", "'landscape-verify-certificate/2' is not known"),
    ("format-number", K1, "format", 1, "must be a string, not the number 1"),
    ("statement-missing", K1, "statement", DELETE, "this field is missing"),
    ("statement-list", K1, "statement", [], "must be an object, not a list"),
    ("statement-null", K1, "statement", None, "must be an object, not null"),
    ("witness-missing", K1, "witness", DELETE, "this field is missing"),
    ("witness-empty", K1, "witness", {}, ".precision: this field is missing"),
    ("unknown-field", K1, "comment", "", "unknown field"),
    ("unknown-field-in-statement", K1, "statement.tolerance", "1", "unknown field"),
    ("unknown-field-in-landscape", K1, "statement.landscape.loss", "0", "unknown field"),
    ("unknown-field-in-region", K1, "statement.region.norm", "2", "unknown field"),
    ("unknown-field-in-witness", K1, "witness.hessian", [], "unknown field"),
    # The landscape
    ("landscape-kind", K1, "statement.landscape.kind", "another-landscape", "'another-landscape' is not known"),
    ("activation-unknown", K1, SIGMA, "tanh", "'tanh' is not known; known: "),
    ("activation-without-slope", K1, SIGMA, "leaky-relu", "'leaky-relu' is not known"),
    ("activation-slope-float", K1, SIGMA, {"leaky-relu": 0.1}, ".leaky-relu: the float 0.1; write an exact number"),
    ("activation-slope-integer", K1, SIGMA, {"leaky-relu": 1}, ".leaky-relu: must be an exact number, written as a"),
    ("activation-other-object", K1, SIGMA, {"elu": "1"}, ".leaky-relu: this field is missing"),
    ("activation-two-slopes", K1, SIGMA, {"leaky-relu": "0", "positive": "1"}, ".positive: unknown field"),
    ("activation-null", K1, SIGMA, None, "must be a string, not null"),
    ("activation-list", K1, SIGMA, ["relu"], "must be a string, not a list"),
    ("neurons-zero", K1, NEURONS, 0, "0 is not between 1 and 16384"),
    ("neurons-negative", K1, NEURONS, -1, "-1 is not between 1 and 16384"),
    ("neurons-text", K1, NEURONS, "1", "must be an integer, not a string"),
    ("neurons-true", K1, NEURONS, True, "must be an integer, not a truth value"),
    ("neurons-null", K1, NEURONS, None, "must be an integer, not null"),
    ("neurons-float", K1, NEURONS, 1.0, "the float 1.0; write an exact number as a string"),
    ("neurons-nan", K1, NEURONS, float("nan"), "NaN is not a number"),
    ("neurons-infinity", K1, NEURONS, float("-inf"), "-Infinity is not a number"),
    ("neurons-billion", K1, NEURONS, 10**9, "an integer of 10 digits, more than 9"),
    ("neurons-many", K1, NEURONS, 10**9 - 1, "999999999 is not between 1 and 16384"),
    ("neurons-times-dimension", K2, NEURONS, 8_193, "8193 x 2 unknowns are more than 16384"),
    ("neurons-and-teacher", K2, NEURONS, 399, "399 student and 2 teacher neurons are more than 400"),
    ("teacher-billion", K1, TEACHER, {"orthonormal": 10**9}, ".orthonormal: an integer of 10 digits, more than 9"),
    ("teacher-too-large", K1, TEACHER, {"orthonormal": 129}, ".orthonormal: 129 x 129 unknowns are more than 16384"),
    ("teacher-both", ROWS, TEACHER + ".orthonormal", 2, "unknown field"),
    ("teacher-neither", K1, TEACHER, {}, ".orthonormal: this field is missing"),
    ("teacher-text", K1, TEACHER, "orthonormal", "must be an object, not a string"),
    ("teacher-no-rows", ROWS, TEACHER + ".rows", [], "has 0 entries instead of 1 to 16384"),
    ("teacher-no-columns", ROWS, TEACHER + ".rows", [[], []], "[0]: has 0 entries instead of 1 to 16384"),
    ("teacher-ragged", ROWS, TEACHER + ".rows.1", ["1"], "has 1 entry instead of 2"),
    ("teacher-zero-neuron", ROWS, TEACHER + ".rows.1", ["0", "0"], "a teacher neuron is zero"),
    # The statement
    ("property-unknown", K1, "statement.property", "global-minimum", "'global-minimum' is not known"),
    ("dimension-other", K2, DIMENSION, 3, "3 is not between 2 and 2"),
    ("dimension-below", K2, DIMENSION, {"at_least": 1}, ".at_least: 1 is not between 2 and 2"),
    ("dimension-text", K2, DIMENSION, "2", "must be an integer, not a string"),
    ("dimension-at-most", K2, DIMENSION, {"at_most": 2}, ".at_least: this field is missing"),
    ("dimension-range", K2, DIMENSION, {"at_least": 2, "at_most": 9}, ".at_most: unknown field"),
    ("region-shape", K1, "statement.region.shape", "box", "'box' is not known; known: ball"),
    ("region-shape-of-a-saddle", SADDLE, "statement.region.shape", "ball", "'ball' is not known; known: box"),
    ("center-too-few-rows", K2, CENTER, [["1", "0"]], "has 1 entry instead of 2"),
    ("center-too-many-rows", K1, CENTER, [["1"], ["1"]], "has 2 entries instead of 1"),
    ("center-ragged", K2, CENTER + ".1", ["1"], "has 1 entry instead of 2"),
    ("center-flat", K2, CENTER, ["1", "0"], "[0]: must be a list, not a string"),
    ("center-object", K1, CENTER, {"0": ["1"]}, "must be a list, not an object"),
    ("center-entry-null", K2, CENTER + ".1.1", None, "must be an exact number, written as a string, not null"),
    ("radius-integer", K1, RADIUS, 1, "must be an exact number, written as a string, not the number 1"),
    ("radius-true", K1, RADIUS, True, "must be an exact number, written as a string, not a truth value"),
    ("radius-list", K1, RADIUS, ["1"], "must be an exact number, written as a string, not a list"),
    ("radius-object", K1, RADIUS, {}, "must be an exact number, written as a string, not an object"),
    ("radius-float", K1, RADIUS, 0.5, "the float 0.5; write an exact number as a string"),
    ("value-reversed", K1, "statement.value", ["1", "0"], "the lower bound is above the upper bound"),
    ("value-one-bound", K1, "statement.value", ["0"], "has 1 entry instead of 2"),
    ("value-three-bounds", K1, "statement.value", ["0", "0", "1"], "has 3 entries instead of 2"),
    ("bound-zero", K1, "statement.hessian_lower_bound", "0", "must be positive"),
    ("bound-missing", K1, "statement.hessian_lower_bound", DELETE, "this field is missing"),
    ("bound-of-a-saddle", SADDLE, "statement.hessian_lower_bound", "1", "unknown field"),
    ("curvature-not-negative", SADDLE, "statement.negative_curvature", "1", "must be negative"),
    ("curvature-not-positive", SADDLE, "statement.positive_curvature", "0", "must be positive"),
    ("inertia-of-a-minimum", K1, "statement.inertia", [0, 1], "unknown field"),
    ("inertia-sum", SADDLE, "statement.inertia", [2, 2], "does not add up to the 3 unknowns"),
    ("inertia-none-negative", SADDLE, "statement.inertia", [0, 3], "[0]: 0 is not between 1 and 3"),
    ("inertia-null", SADDLE, "statement.inertia", None, "must be a list, not null"),
    # The witness
    ("precision-low", K1, "witness.precision", 52, "52 is not between 53 and 2048"),
    ("precision-high", K1, "witness.precision", 2049, "2049 is not between 53 and 2048"),
    ("precision-text", K1, "witness.precision", "128", "must be an integer, not a string"),
    ("better-point-not-wanted", K1, "witness.better_point", [["1"]], "unknown field"),
    ("better-point-shape", ROWS, "witness.better_point", [["1"]], "[0]: has 1 entry instead of 2"),
    ("better-point-null", ROWS, "witness.better_point", None, "must be a list, not null"),
    ("direction-zero", SADDLE, "witness.negative_direction", [["0"] * 3], "is zero"),
    ("direction-missing", SADDLE, "witness.positive_direction", DELETE, "this field is missing"),
    ("direction-shape", SADDLE, "witness.positive_direction", [["1"]] * 3, "has 3 entries instead of 1"),
    # Manifests
    *((f"manifest-part-{name}", MANIFEST, PART + ".file", file, PLAIN) for name, file in {
        "in-parent-folder": "../x.json", "absolute": "/etc/passwd", "in-subfolder": "a/b.json", "parent": "..",
        "backslash": "a\\b.json", "hidden": ".x.json", "drive": "C:x.json", "newline": "x.json\n",
        "nul": "x.json\0.txt", "unicode": "\u0455.json", "empty-name": "", "long-name": "x" * 129,
    }.items()),
    ("manifest-part-null", MANIFEST, PART + ".file", None, "must be a string, not null"),
    ("manifest-part-digest-short", MANIFEST, PART + ".digest", "sha256:00", "must be sha256: and 64 hexadec"),
    ("manifest-part-digest-newline", MANIFEST, PART + ".digest", ZEROS + "\n", "must be sha256: and 64 hexadec"),
    ("manifest-part-digest-capitals", MANIFEST, PART + ".digest", ZEROS[:-1] + "A", "must be sha256: and 64 hexadec"),
    ("manifest-part-digest-missing", MANIFEST, PART + ".digest", DELETE, "this field is missing"),
    ("manifest-part-unknown-field", MANIFEST, PART + ".verdict", "Verified", "unknown field"),
    ("manifest-part-named-twice", MANIFEST, PART + ".file", "type-ii-k6.json", "^witness.parts: a file is named"),
    ("manifest-no-parts", MANIFEST, "witness.parts", [], "has 0 entries instead of 1 to 10000"),
    ("manifest-parts-null", MANIFEST, "witness.parts", None, "must be a list, not null"),
    ("manifest-no-pairs", MANIFEST, "statement.pairs", [], "has 0 entries instead of 1 to 10000"),
    ("manifest-pair-repeated", MANIFEST, "statement.pairs", [[2, 2], [2, 2]], "a pair is listed more than once"),
    ("manifest-pair-of-three", MANIFEST, "statement.pairs.0", [2, 2, 2], "has 3 entries instead of 2"),
    ("manifest-pair-zero", MANIFEST, "statement.pairs.0.0", 0, "0 is not between 1 and 16384"),
    ("manifest-pair-billion", MANIFEST, "statement.pairs.0.1", 10**9, "an integer of 10 digits, more than 9"),
    ("manifest-dimension-number", MANIFEST, DIMENSION, 2, "must be a string, not the number 2"),
    ("manifest-dimension-unknown", MANIFEST, DIMENSION, "d", "'d' is not known; known: k, at_least_k"),
    ("manifest-property", MANIFEST, "statement.property", "minimum", "'minimum' is not known"),
    ("manifest-landscape-kind", MANIFEST, "statement.landscape.kind", "empirical", "'empirical' is not known; known: "),
    ("manifest-activation", MANIFEST, SIGMA, "sigmoid", "'sigmoid' is not known; known: "),
    ("manifest-teacher", MANIFEST, TEACHER, "any", "'any' is not known; known: orthonormal"),
    ("manifest-neurons", MANIFEST, NEURONS, 2, "unknown field"),
    # Found elsewhere than where the change is
    ("format-of-a-manifest", K1, "format", "landscape-verify-manifest/1", "^statement.pairs: this field is missing"),
    ("property-of-other-fields", K1, "statement.property", "saddle", "^statement.negative_curvature: this field"),
    ("control-characters-in-a-name", K1, "\x1b[2J\u202e", "", "^\\x1b[2J\\u202e: unknown field"),
    # Statements about every k.
    ("family-kind", FAMILY, "statement.landscape.kind", "population", "'population' is not known"),
    ("family-activation", FAMILY, SIGMA, "erf", "'erf' is not known; known: relu"),
    ("family-neurons", FAMILY, NEURONS, "k+2", "'k+2' is not known; known: k, k+1"),
    ("family-teacher-is-a-number", FAMILY, TEACHER + ".orthonormal", 6, "must be a string, not the number 6"),
    ("family-property", FAMILY, "statement.property", "saddle", "'saddle' is not known"),
    ("family-one-dimension", FAMILY, DIMENSION, 6, "must be an object, not the number 6"),
    ("family-symmetry", FAMILY, "statement.symmetry.fixed_coordinates", 3, "3 is not between 0 and 2"),
    ("family-other-symmetry", FAMILY, "statement.symmetry.fixed_coordinates", 1, "^witness.values: has 2 entries"),
    ("family-power", FAMILY, "statement.loss_power", 2, "2 is not between 0 and 1"),
    ("family-no-bounds", FAMILY, "statement.bounds", [], "has 0 entries instead of 1 to 10000"),
    ("family-small-k", FAMILY, "statement.bounds.0.k.0", 4, "4 is not between 5 and 1000000000"),
    ("family-bounds-gap", FAMILY, "statement.bounds.1.k.0", 25, "is 25, but the entry before ends with 23"),
    ("family-bounds-overlap", FAMILY, "statement.bounds.1.k.0", 23, "is 23, but the entry before ends with 23"),
    ("family-bounds-backwards", FAMILY, "statement.bounds.1.k.1", 23, "23 is not between 24 and 1000000000"),
    ("family-bounds-end", FAMILY, "statement.bounds.13.k.1", 10**6, "must be a string, not the number 1000000"),
    ("family-bounds-infinity-within", FAMILY, "statement.bounds.0.k.1", "infinity", "must be an integer, not a string"),
    ("family-loss-zero", FAMILY, "statement.bounds.0.loss.0", "0", "^statement.bounds[0].loss: must be two positive"),
    ("family-loss-backwards", FAMILY, "statement.bounds.0.loss.1", "1/1000", "^statement.bounds[0].loss: must be two"),
    ("family-eigenvalue-zero", FAMILY, "statement.bounds.0.smallest_eigenvalue.0", "0", "^statement.bounds[0].small"),
    ("family-terms", FAMILY, "witness.terms", 65, "65 is not between 4 and 64"),
    ("family-exponent", FAMILY, "witness.exponents.0", -1, "-1 is not between 0 and 16"),
    ("family-exponent-is-text", FAMILY, "witness.exponents.0", "4", "must be an integer, not a string"),
    ("family-polynomial-too-long", FAMILY, "witness.values.0", ["1"] * 65, "has 65 entries instead of 1 to 64"),
    ("family-polynomial-empty", FAMILY, "witness.values.0", [], "has 0 entries instead of 1 to 64"),
    ("family-radius-zero", FAMILY, "witness.radii.0", "0", "must be positive"),
    ("family-end-negative", FAMILY, "witness.end", "-1", "must be positive"),
    ("family-no-pieces", FAMILY, "witness.pieces", [], "has 0 entries instead of 1 to 10000"),
    ("family-piece-is-a-float", FAMILY, "witness.pieces.0.to", 0.5, "the float 0.5"),
    ("family-instance-values", FAMILY, "witness.instances.0.values", ["1"], "has 1 entry instead of 2"),
    ("family-instance-k", FAMILY, "witness.instances.0.k", 0, "0 is not between 1 and 1000000000"),
]  # fmt: skip
"""Name, source, the field changed, its new value, and what the message must say of this field.

The message begins with the field's name; `^` stands before a message about another field."""


DEEP = "[" * 32 + "]" * 32
TEXT: list[tuple[str, str, str, str]] = [
    ("repeated-statement", '"witness":', '"statement": 1, "witness":', "the file: the field 'statement' is given more"),
    ("repeated-radius", '"radius":', '"radius": "1", "radius":', "statement.region: the field 'radius' is given more"),
    ("repeated-behind-an-escape", '"radius":', r'"\u0072adius": "1", "radius":', "region: the field 'radius' is given"),
    ("repeated-precision", '"precision":', '"precision": 53, "precision":', "witness: the field 'precision' is given"),
    ("repeated-same-value", '"property":', '"property": "saddle", "property":', "statement: the field 'property' is"),
    ("exponent", '"neurons": 1', '"neurons": 1E0', "statement.landscape.neurons: the float 1E0"),
    ("overflow", '"neurons": 1', '"neurons": 1e999', "statement.landscape.neurons: the float 1e999"),
    ("integer-of-10000-digits", '"neurons": 1', '"neurons": ' + "1" * 10_000, "neurons: an integer of 10000 digits"),
    ("integer-with-leading-zero", '"neurons": 1', '"neurons": 01', "is not JSON"),
    ("integer-in-hexadecimal", '"neurons": 1', '"neurons": 0x1', "is not JSON"),
    ("comment", '"witness":', '/* hidden */ "witness":', "is not JSON"),
    ("trailing-comma", '"precision": 128', '"precision": 128,', "is not JSON"),
    ("single-quotes", '"format"', "'format'", "is not JSON"),
    ("control-character", "population-teacher", "population\x01teacher", "is not JSON: Invalid control character at"),
    ("two-documents", '"witness":', '"witness": {}}{"witness":', "is not JSON: Extra data"),
    ("nested-33-deep", '"witness":', '"provenance": ' + DEEP + ', "witness":', "is nested more than 32"),
    ("nested-below-a-repeat", '"witness":', '"provenance": {"a": ' + DEEP + ', "a": 1}, "witness":', "is nested more"),
    ("nested-1000-deep", '"witness":', '"provenance": ' + "[" * 999 + "]" * 999 + ', "witness":', "is nested more"),
]  # fmt: skip


def digests(valid: Document) -> dict[str, tuple[Document, str]]:
    """Digests that are not those of the content."""
    mismatch = "digest: does not match the content, whose digest is sha256:"
    easier = changed(valid, {"statement.hessian_lower_bound": "1/4"})
    plain = json.dumps({name: valid[name] for name in ("format", "statement", "witness")}, sort_keys=True)
    return {
        "easier-problem": (easier, mismatch),
        "of-zeros": ({**valid, "digest": ZEROS}, mismatch),
        "in-capitals": ({**valid, "digest": valid["digest"].upper()}, mismatch),
        "without-prefix": ({**valid, "digest": valid["digest"].removeprefix("sha256:")}, mismatch),
        "without-domain": ({**valid, "digest": "sha256:" + sha256(plain.encode()).hexdigest()}, mismatch),
        "of-statement-only": ({**valid, "digest": digest({"statement": valid["statement"]})}, mismatch),
        "with-space": ({**valid, "digest": valid["digest"] + " "}, mismatch),
        "null": ({**valid, "digest": None}, "digest: must be a string, not null"),
        "missing": (changed(valid, {"digest": DELETE}), "digest: this field is missing"),
    }


def raw(valid: str) -> dict[str, tuple[bytes, str]]:
    """Files that are no JSON object, or no text at all."""
    content = valid.encode()
    return {
        "empty": (b"", "is empty"),
        "blank": (b"\n \n", "is not JSON: Expecting value at line 3, column 1"),
        "truncated": (content[: len(content) // 2], "is not JSON"),
        "truncated-by-one": (content.rstrip()[:-1], "is not JSON: Expecting ',' delimiter"),
        "not-utf-8": (content.replace(b"relu", b"rel\xff"), "is not UTF-8 (byte 1"),
        "utf-8-overlong": (content.replace(b"relu", b"rel\xc1\xb5"), "is not UTF-8 (byte 1"),
        "utf-8-surrogate": (content.replace(b"relu", b"rel\xed\xa0\x80"), "is not UTF-8 (byte 1"),
        "utf-16": (valid.encode("utf-16"), "is not UTF-8 (byte 0)"),
        "byte-order-mark": (b"\xef\xbb\xbf" + content, "is not JSON: Unexpected UTF-8 BOM"),
        "nul-at-the-end": (content + b"\0", "is not JSON: Extra data"),
        "gzip": (gzip.compress(content, mtime=0), "is not UTF-8 (byte 1)"),
        "pickle": (pickle.dumps({"format": 1}, protocol=4), "is not UTF-8 (byte 0)"),
        "xml": (b"<certificate/>", "is not JSON: Expecting value at line 1, column 1"),
        "list": (b"[" + content + b"]", "the file: must be an object, not a list"),
        "string": (b'"verified"', "the file: must be an object, not a string"),
        "number": (b"0", "the file: must be an object, not the number 0"),
        "float": (b"1.5", "the file: the float 1.5"),
        "null": (b"null", "the file: must be an object, not null"),
        "true": (b"true", "the file: must be an object, not a truth value"),
        "nested-100000-deep": (b"[" * 100_000 + b"]" * 100_000, "is nested more than 32 deep"),
        "nested-objects": (b'{"a":' * 5_000 + b"0" + b"}" * 5_000, "is nested more than 32 deep"),
    }


def malformed_files(valid: dict[str, Document]) -> tuple[dict[str, bytes], dict[str, str]]:
    """All files, and what their messages must say."""
    bare = {name: without_provenance(document) for name, document in valid.items()}
    made: dict[str, tuple[bytes, str]] = {}
    for name, number, reason in NUMBERS:
        shown = f"{number[:40]!r} {reason}" if reason == NOT_A_NUMBER else reason
        made[f"number-{name}"] = text(forged(bare[K1], {RADIUS: number})).encode(), f"{RADIUS}: {shown}"
    tables = [*FIELDS, *RISK_FIELDS, *BASIN_FIELDS, *DEGENERATE_FIELDS]
    tables += [row for module in MODULES for row in module.MALFORMED]
    for name, source, path, value, reason in tables:
        assert name not in made, name
        made[name] = text(forged(bare[source], {path: value})).encode(), message(path, reason)
    for name, old, new, reason in TEXT:
        made[f"json-{name}"] = replaced(text(bare[K1]), old, new).encode(), reason
    for name, (document, reason) in digests(bare[K1]).items():
        made[f"digest-{name}"] = text(document).encode(), reason
    for name, (content, reason) in raw(text(bare[K1])).items():
        made[f"raw-{name}"] = content, reason
    return {name: content for name, (content, _) in made.items()}, {name: reason for name, (_, reason) in made.items()}


def without_provenance(document: Document) -> Document:
    """The members that matter."""
    return {name: value for name, value in document.items() if name != "provenance"}


def message(path: str, reason: str) -> str:
    """What the checker says of a field, which it calls `witness.parts[0].file`."""
    shown = re.sub(r"\.(\d+)", r"[\1]", path)
    if reason.startswith("^"):
        return reason[1:]
    return shown + (reason if reason[0] in ".[" else f": {reason}")


def replaced(content: str, old: str, new: str) -> str:
    """Replace what occurs exactly once."""
    before, after = content.split(old)
    return before + new + after
