"""The JSON Schema of claims files, made from the table of keys."""

from __future__ import annotations

from typing import Any

from verify.checker.public import MAX_DEGREE, limits
from verify.checker.statements.network import SHORTHANDS, SMOOTH
from verify.checker.statements.sample_loss import EACH_LOSS
from verify.producer.audit.keys import CLAIM, COMMON, LANDSCAPE, LANDSCAPE_REQUIRED, NEEDS, PROPERTIES, TOP, Key

Schema = dict[str, Any]

ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
LANDSCAPE_NAME = "[A-Za-z0-9_-]{1,100}"
ACTIVATIONS = (*SMOOTH, *SHORTHANDS, "selu")
PARAMETRIC = {"leaky-relu": 1, "piecewise-linear": 2, "elu": 2, "polynomial": MAX_DEGREE + 1}
"""Activations with parameters, and how many at most; those of a polynomial may be fewer."""

NUMBER: Schema = {"$ref": "#/$defs/number"}
NUMBERS: Schema = {"$ref": "#/$defs/numbers"}
MATRIX: Schema = {"$ref": "#/$defs/matrix"}
ACTIVATION: Schema = {"$ref": "#/$defs/activation"}
POINT: Schema = {"$ref": "#/$defs/point"}
NAME: Schema = {"type": "string", "pattern": f"^{ID}$", "maxLength": 100}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
INDEX: Schema = {"type": "integer", "minimum": 0}


def _tuple_of(*items: Schema) -> Schema:
    return {"type": "array", "minItems": len(items), "maxItems": len(items), "prefixItems": [*items]}


DEFINITIONS: Schema = {
    "number": {"description": 'Taken exactly: 3, 0.25, "13/3", "5*2^-7".', "type": ["number", "string"]},
    "numbers": {"type": "array", "minItems": 1, "items": NUMBER},
    "file": {
        "description": "A file in the folder of the claims file; the name of its array if it holds several; whether "
        "the first line of a .csv file is a header.",
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": {"type": "string"}, "variable": {"type": "string"}, "header": {"type": "boolean"}},
    },
    "matrix": {
        "description": 'Rows, or numbers; or {file = "x.csv"}: .csv, .npy, .npz, .mat, .json, .safetensors.',
        "type": ["array", "object"],
        "if": {"type": "object"},
        "then": {"$ref": "#/$defs/file"},
        "else": {"minItems": 1, "items": {"type": ["number", "string", "array"], "items": NUMBER}},
    },
    "activation": {
        "description": f"{', '.join(ACTIVATIONS)}; or one of {', '.join(PARAMETRIC)} with its parameters.",
        "type": ["string", "object"],
        "maxProperties": 1,
        "minProperties": 1,
        "properties": {
            name: NUMBER
            if most == 1
            else {"type": "array", "minItems": 1 if name == "polynomial" else most, "maxItems": most, "items": NUMBER}
            for name, most in PARAMETRIC.items()
        },
    },
    "point": {
        "type": ["array", "object"],
        "if": {"type": "array"},
        "then": NUMBERS,
        "else": {
            "if": {"required": ["layers"]},
            "then": {
                "additionalProperties": False,
                "properties": {
                    "layers": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["weights"],
                            "additionalProperties": False,
                            "properties": {"weights": MATRIX, "bias": MATRIX},
                        },
                    }
                },
            },
            "else": {"$ref": "#/$defs/file"},
        },
    },
}

BOUNDS: Schema = {"type": ["number", "string", "array"], "minItems": 2, "maxItems": 2, "items": NUMBER}
"""One number, or two."""
SHAPES: dict[str, Schema] = {
    "title": {"type": "string"},
    "inputs": MATRIX,
    "targets": MATRIX,
    "widths": {"type": "array", "minItems": 1, "items": POSITIVE},
    "activation": ACTIVATION,
    "output": ACTIVATION,
    "biases": {"type": "boolean"},
    "residual": {"type": "boolean"},
    "delta": NUMBER,
    "sample_weights": NUMBERS,
    "map": {
        "type": "object",
        "required": ["trained", "entries"],
        "additionalProperties": False,
        "properties": {
            "trained": POSITIVE,
            "entries": {"type": "array", "minItems": 1, "items": _tuple_of(INDEX, INDEX, NUMBER)},
            "constants": {"type": "array", "items": _tuple_of(INDEX, NUMBER)},
        },
    },
    "scale": NUMBER,
    "weight_decay": NUMBER,
    "bias_decay": NUMBER,
    "fixed": {
        "type": "array",
        "items": _tuple_of(INDEX, NUMBER),
    },
    "id": NAME,
    "landscape": {"type": "string"},
    "property": {"enum": [*PROPERTIES]},
    "point": POINT,
    "better": POINT,
    "within": NUMBER,
    "count": {"type": "integer", "minimum": 0},
    "box": {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": NUMBER}},
    "widths_from": POSITIVE,
    "pre_activations": NUMBERS,
    "output_weights": {"type": "array", "items": NUMBER},
    "start": POINT,
    "end": POINT,
    "step_size": NUMBER,
    "steps": {"type": "integer", "minimum": 0, "maximum": limits.MAX_TRAJECTORY_STEPS},
    "momentum": NUMBER,
    "layer": {"type": "integer", "minimum": 0},
    "eigenvalue": BOUNDS,
    "file": {"type": "string"},
}
"""What the value of a key looks like; `loss` has one form in a landscape and another in a claim."""
KIND_OF_LOSS: Schema = {"enum": [*EACH_LOSS]}


def schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a claims file."""
    listed = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/claim"}}
    landscapes = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"type": "string", "pattern": f"^{LANDSCAPE_NAME}$", "maxLength": 100},
        "additionalProperties": {"$ref": "#/$defs/landscape"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Claims about empirical risks, for verify audit (as TOML)",
        **_table(TOP, ["landscapes", "claims"], {**SHAPES, "landscapes": landscapes, "claims": listed}),
        "$defs": {
            **DEFINITIONS,
            "landscape": {
                **_table(LANDSCAPE, (), {**SHAPES, "loss": KIND_OF_LOSS}),
                "if": {"required": ["file"]},
                "then": {"maxProperties": 1},
                "else": {"required": [*LANDSCAPE_REQUIRED]},
            },
            "claim": {
                **_table(CLAIM, COMMON, {**SHAPES, "loss": BOUNDS}),
                "dependentRequired": {key: [other] for key, other in NEEDS.items()},
                "allOf": [
                    {
                        "if": {"required": ["property"], "properties": {"property": {"const": name}}},
                        "then": {"required": [*used.required], "propertyNames": {"enum": [*used.keys]}},
                    }
                    for name, used in PROPERTIES.items()
                ],
            },
        },
    }


def _table(keys: dict[str, Key], required: tuple[str, ...] | list[str], shapes: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": [*required],
        "additionalProperties": False,
        "properties": {
            name: {
                **shapes[name],
                "description": f"{key.meaning}{f' [default: {key.default}]' if key.default else ''}",
            }
            for name, key in keys.items()
        },
    }
