"""A claims file for a risk and a point of a program, such as those of an imported model: `verify.write_claims`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from verify.producer.audit.keys import PROPERTIES
from verify.producer.files import write_whole
from verify.producer.landscapes.empirical_risk import EmpiricalRisk, Number, exact_number, text
from verify.producer.prover.certificate import pretty

SAID = {"point", "within", "loss"}
"""The keys of a claim that can be written."""


def write_claims(
    path: str | os.PathLike[str],
    risk: EmpiricalRisk,
    point: ArrayLike | Sequence[Fraction],
    property: str = "local-minimum",
    *,
    name: str = "trained",
    overwrite: bool = False,
    **options: Number,
) -> None:
    """Write a claims file about a point of a risk, for `verify audit`, and its landscape and point in files beside it.

    `point`: (trained,) or (1, trained), taken exactly. `property`: what is claimed, one of docs/AUDIT.md that needs a
    point and no more than `loss`. `options`: `within` and `loss`, where the property uses them. `name`: the claim's id.
    Raises ValueError for what cannot be claimed, FileExistsError where the file is there, unless `overwrite`.
    """
    target = Path(path)
    if target.suffix != ".toml":
        raise ValueError(f"{target.name}: the name of a claims file ends in .toml")
    possible = [known for known, uses in PROPERTIES.items() if "point" in uses.required and {*uses.required} <= SAID]
    if property not in possible:
        raise ValueError(f"property {property!r} is not one of: {', '.join(possible)}")
    if unused := [key for key in options if key not in SAID or key not in PROPERTIES[property].keys]:
        raise ValueError(f"{property} does not use {', '.join(unused)}")
    if missing := [key for key in PROPERTIES[property].required if key != "point" and key not in options]:
        raise ValueError(f"{property} needs {', '.join(missing)}")
    numbers = [text(entry) for entry in np.asarray(point, dtype=object).ravel()]
    if len(numbers) != risk.trained:
        raise ValueError(f"the point must have {risk.trained} numbers; it has {len(numbers)}")
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target} exists; name another file, or say overwrite=True")
    landscape, place = (target.with_name(f"{target.stem}-{part}.json") for part in ("landscape", "point"))
    write_whole(landscape, pretty(dict(risk.document)) + "\n")
    write_whole(place, json.dumps(numbers, indent=0) + "\n")
    lines = [
        "# Numbers are taken exactly. To settle the claims:  verify audit FILE  (docs/AUDIT.md has all properties).",
        "",
        "[landscapes.network]",
        f"# {risk.exact.describe()}",
        f"file = {json.dumps(landscape.name)}",
        "",
        "[[claims]]",
        f"id = {json.dumps(name)}",
        'landscape = "network"',
        f"property = {json.dumps(property)}",
        f"point = {{file = {json.dumps(place.name)}}}",
        *(f"{key} = {json.dumps(text(exact_number(number)))}" for key, number in options.items()),
    ]
    write_whole(target, "\n".join(lines) + "\n")
