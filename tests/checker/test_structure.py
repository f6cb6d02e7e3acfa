"""Every member of every kind of certificate, changed in its structure: Malformed, and the member is named.

A member is left out, an unknown one put in, a list made longer, shorter or empty, a value replaced by one of
another type or out of range. Each member is tried in the first valid file that has it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import sampled
from tests.corpus.forge import CORPUS, DELETE, Document, forged, text
from verify.checker import Malformed, Rejected, Undecided, Verified, check

Place = tuple[str | int, ...]

RANDOM_TEACHERS = {("statement.random_teachers", how) for how in ("longer", "shorter", "empty")}
READABLE = {
    *RANDOM_TEACHERS,
    # What is changed is then another statement or witness, and a rule judges it.
    ("statement.inertia", "left out"),
    ("statement.landscape.perturbation", "left out"),
    ("statement.landscape.equalities", "left out"),
    ("witness.better_point", "left out"),
    ("statement.box", "left out"),
    ("statement.end", "left out"),
    ("statement.accuracy", "left out"),
    ("statement.momentum", "left out"),
    ("statement.landscape.layers.at_most", "left out"),
    ("statement.landscape.layers.parity", "left out"),
    ("statement.landscape.layer_widths", "left out"),
    ("statement.landscape.layer_widths", "longer"),
    ("statement.landscape.layer_widths", "shorter"),
    ("witness.threshold", "left out"),
    ("witness.eigenvalues", "longer"),
    ("witness.curve", "longer"),
    ("witness.descent.bends", "longer"),
    ("witness.descent.bends", "shorter"),
    ("witness.descent.both_sides", "left out"),
    ("witness.ascent.bends", "longer"),
    ("witness.ascent.bends", "shorter"),
    ("witness.ascent.both_sides", "left out"),
    ("witness.order", "left out"),
    ("witness.eigenvalues", "shorter"),
    ("statement.pairs", "shorter"),
    ("witness.parts", "shorter"),
    ("statement.landscape.teacher.rows", "longer"),
    ("statement.landscape.teacher.rows", "shorter"),
    ("statement.landscape.terms", "shorter"),
    ("statement.landscape.lower_triangle", "shorter"),
    ("statement.points", "longer"),
    ("statement.points.#.splits", "left out"),
    ("statement.points.#.splits", "shorter"),
    ("statement.landscape.indeterminates.#", "other text"),
    ("statement.landscape.data.file", "other text"),
    ("witness.parts.#.file", "other text"),
    ("statement.landscape.sample_weights", "left out"),  # another risk
    ("statement.points", "shorter"),
    ("statement.points", "empty"),
    *((f"witness.tube.center.#{deep}", how) for deep in ("", ".#") for how in ("longer", "shorter")),
    ("witness.covers.#.zeros", "longer"),
    ("witness.covers.#.zeros", "shorter"),
    ("witness.covers.#.zeros", "empty"),
    ("witness.values.#", "longer"),
    ("witness.values.#", "shorter"),
    ("witness.pieces", "longer"),
    ("witness.pieces", "shorter"),
    ("witness.instances", "longer"),
    ("witness.instances", "shorter"),
    ("witness.instances", "empty"),
    ("witness.kinks", "shorter"),
    ("witness.kinks", "empty"),
    ("witness.symmetries.#.rates", "longer"),
    ("witness.symmetries.#.rates", "shorter"),
    *(("witness.symmetries.#.changes", how) for how in ("longer", "shorter")),
    ("witness.splits", "longer"),
    ("witness.splits", "left out"),
    *((f"witness.splits.#.{which}", how) for which in ("first", "second") for how in ("longer", "shorter")),
    ("witness.symmetries.#.matrix", "longer"),
    ("witness.symmetries.#.matrix", "shorter"),
    ("witness.intervals.#", "longer"),
    ("witness.intervals.#", "shorter"),
    *((f"witness.multipliers{'.#' * depth}", how) for depth in range(4) for how in ("longer", "shorter", "empty")),
}
OF_KIND = {
    # Fewer or more samples or layers, another polynomial: another statement, which a rule judges.
    "network-features": {
        *(("statement.landscape.inputs", how) for how in ("longer", "shorter")),
        *(("statement.landscape.layers.#.activation.polynomial", how) for how in ("longer", "shorter")),
        ("statement.landscape.layers.#.patches.#.#", "negative"),  # a place outside, at which 0 is read
        ("statement.landscape.layers.#.groups.#.#", "negative"),
        *(("statement.landscape.layers.#.groups", how) for how in ("longer", "shorter")),
        *(("statement.landscape.layers.#.groups.#", how) for how in ("longer", "shorter")),
        *(("statement.landscape.layers.#.terms", how) for how in ("longer", "shorter")),
    },
    "limiting-gram-matrix": {
        *(("statement.landscape.inputs", how) for how in ("longer", "shorter")),
        *((f"statement.landscape.patches{entry}", how) for entry in ("", ".#") for how in ("longer", "shorter")),
        ("statement.at_most", "left out"),  # less is claimed
    },
    "deep-linear-network-critical-values": {("statement.landscape.widths", how) for how in ("longer", "shorter")},
    "deep-linear-networks-gradient-descent-converges": {
        ("statement.this_step_alone", "left out"),  # of shorter steps, too
        ("witness.in_boxes", "left out"),
    },
    "matrix-products": {("statement.landscape.loss", "left out")},  # every loss, which may have a bottleneck
    "network-features-every": {("statement.landscape.layers", how) for how in ("longer", "shorter")},
    "empirical-risk-saddle-on-a-surface": {("witness.symmetries", how) for how in ("longer", "shorter", "empty")},
    "empirical-risk-lower-bound": {
        *(("statement.landscape.layers", how) for how in ("longer", "shorter")),
        ("statement.landscape.sample_weights", "left out"),  # a bound of another risk, which may hold
    },
}
"""What is read in some kinds only."""
WITH_A_MAP = {
    ("statement.landscape.layers", "longer"): {"strict-local-minimum": False, "no-local-minimum": True},
    ("statement.landscape.map.entries", "shorter"): {
        "strict-local-minimum": False,
        "local-minimum-within": False,
        "strict-local-minimum-within": False,
        "no-local-minimum": True,
    },
}
"""Read where a map gives the parameters, by property whether it is still true. Those of one more layer are 0, so that
the risk is its weight decay and a number; and a trained number that no parameter is made of has its weight decay alone.
Neither has a critical point where that number is not 0."""
STILL_TRUE = {
    ("witness.descent.bends", "longer"),  # another curve of the same order, or the same one
    ("witness.descent.bends", "shorter"),
    ("witness.descent.both_sides", "left out"),
    ("witness.ascent.bends", "longer"),
    ("witness.ascent.bends", "shorter"),
    ("witness.ascent.both_sides", "left out"),
    *RANDOM_TEACHERS,  # one said twice, or not at all
    # A weaker statement, or the same one in other words.
    *((f"witness.tube.center.#{deep}", how) for deep in ("", ".#") for how in ("longer", "shorter")),
    ("witness.curve", "longer"),  # another curve of the same order
    ("statement.box", "left out"),
    ("statement.accuracy", "left out"),
    ("statement.end", "left out"),
    ("statement.inertia", "left out"),
    ("statement.landscape.equalities", "left out"),
    ("statement.landscape.layer_widths", "left out"),  # all widths without a bottleneck
    ("statement.landscape.layer_widths", "longer"),
    ("statement.landscape.indeterminates.#", "other text"),
    ("statement.landscape.lower_triangle", "shorter"),
    ("statement.points", "longer"),
    ("statement.points.#.splits", "left out"),
    ("statement.points.#.splits", "shorter"),
}
NAMED_ELSEWHERE = ("longer", "shorter", "empty", "negative")
"""Of two lists that do not fit, or a size and a list, the second is named."""
ANOTHER_IS_NAMED = {
    ("witness.frame", "left out"): "witness.dual[0]",  # of another order
    ("statement.landscape.teacher.rows", "left out"): "statement.landscape.teacher.orthonormal",
    ("statement.landscape.target", "left out"): "statement.landscape.inputs",
    ("statement.landscape.inputs", "left out"): "statement.landscape.",  # `samples` are asked for, of features
    ("statement.landscape.first", "another member"): "statement.landscape.first",
    ("statement.landscape.activation", "another member"): "statement.landscape.activation",
    ("statement.landscape.activation.elu", "left out"): "statement.landscape.activation",
    ("statement.landscape.first.elu", "left out"): "statement.landscape.first",
    ("statement.landscape.layers.#.activation.elu", "left out"): "statement.landscape.layers[0].activation",
    ("statement.landscape.layers.#.activation.polynomial", "left out"): "statement.landscape.layers[0].activation",
    (
        "statement.landscape.layers.#.activation.piecewise-linear",
        "left out",
    ): "statement.landscape.layers[0].activation",
    ("statement.landscape.fixed", "left out"): "statement.",  # now the point has too few entries
    ("statement.landscape.map", "left out"): "statement.",
    ("statement.landscape.layers.#.activation", "another member"): "statement.landscape.layers[0].activation",
    ("witness.descent.bends", "left out"): "witness.descent.both_sides",
    ("witness.ascent.bends", "left out"): "witness.ascent.both_sides",
    ("statement.landscape.layers.#.activation.leaky-relu", "left out"): "statement.landscape.layers[",
}

ELSEWHERE = {
    "statement.bounds.#.k.#": (6, 10**9),  # with a fixed coordinate
    "statement.landscape.width": (1, 1_000_000),  # of quadratic networks of every size
    "statement.landscape.neurons": (1, 400),  # with nearly orthonormal teachers
    "statement.region.center": (6, 6),
    "statement.point": (3, 3),  # of three layers
    "statement.landscape.fixed": (1, 17),  # of 18 parameters
    "witness.ascent.direction.#": (15, 15),
    "witness.terms": (1, 512),  # of Hermite polynomials
    "statement.widths_from": (2, 2),  # of two hidden layers
    "statement.flat_directions": (1, 12),  # of a saddle
    "witness.negative_direction.#": (12, 12),
    "witness.positive_direction.#": (12, 12),
    "statement.landscape.targets.#": (2, 2),  # of deep linear networks
    "witness.order": (2, 32),  # of a saddle of a linear network
    "witness.precision": (53, 16_384),  # of a run of gradient descent
    "witness.covers": (2, 2),  # on spheres
    "witness.covers.#.box": (4, 4),  # of every teacher in a region
    "witness.direction.#": (13, 13),
    # With one neuron more:
    "witness.exponents": (7, 7),
    "witness.instances.#.radii": (7, 7),
    "witness.instances.#.values": (7, 7),
    "witness.radii": (7, 7),
    "witness.values": (7, 7),
}
OF_NETWORK = {
    "statement.landscape.fixed": ((1, 6), (1, 8), (1, 15), (1, 17)),
    "witness.direction.#": ((7, 7),),  # of what a map makes the parameters from
}
"""By the network of the file."""
RANGES = {
    "statement.bounds": (1, 10000),
    "statement.bounds.#.k": (2, 2),
    "statement.bounds.#.k.#": (5, 10**9),
    "statement.bounds.#.loss": (2, 2),
    "statement.bounds.#.smallest_eigenvalue": (2, 2),
    "statement.box": (2, 2),
    "statement.box.#": (2, 2),
    "statement.flat_directions": (0, 15),
    "statement.inertia": (2, 2),
    "statement.inequality.power": (0, 8),
    "statement.inequality.shrinking": (0, 8),
    "statement.bound": (2, 2),
    "statement.landscape.layers.at_least": (1, 1000000),
    "statement.landscape.layer_widths": (2, 64),
    "statement.landscape.layer_widths.#": (1, 400),
    "statement.landscape.blocks": (1, 10000),
    "statement.landscape.equalities.#": (1, 2),
    "statement.landscape.fixed": (1, 8),
    "statement.dimension": (0, 16),
    "witness.order": (1, 2),
    "statement.landscape.map.entries": (1, 131_072),
    "statement.landscape.map.entries.#": (3, 3),
    "statement.landscape.map.constants": (0, 131_072),
    "witness.symmetries.#.rates.#": (3, 3),
    "statement.landscape.fixed.#": (2, 2),
    "statement.landscape.indeterminates": (1, 64),
    "statement.landscape.inputs": (1, 16384),
    "statement.landscape.layers": (1, 64),
    "statement.landscape.layers.#.width": (1, 16384),
    "statement.landscape.lower_triangle": (1, 1000),
    "statement.landscape.neurons": (1, 16384),
    "statement.landscape.perturbation": (3, 3),
    "statement.landscape.targets.#": (1, 16384),
    "statement.landscape.teacher.orthonormal": (1, 16384),
    "statement.landscape.teacher.rows": (1, 16384),
    "statement.landscape.teacher.rows.#": (1, 16384),
    "statement.landscape.terms": (1, 10000),
    "statement.landscape.terms.#": (2, 2),
    "statement.landscape.terms.#.#": (2, 2),
    "statement.landscape.terms.#.#.#": (0, 128),
    "statement.landscape.variables": (1, 10000),
    "statement.landscape.width": (1, 400),
    "statement.loss_power": (0, 1),
    "statement.pairs": (1, 10000),
    "statement.pairs.#": (2, 2),
    "statement.pairs.#.#": (1, 16384),
    "statement.point": (2, 2),
    "statement.points.#": (2, 2),
    "statement.points.#.blocks.#": (4, 4),
    "statement.points.#.blocks.#.#": (0, 0),
    "statement.points.#.extra_rows": (0, 6),
    "statement.points.#.groups.#": (1, 10**9 - 1),
    "statement.points.#.splits": (1, 3),
    "statement.points.#.splits.#": (0, 2),
    "statement.points.#.student": (2, 2),
    "statement.points.#.student.#.#": (2, 2),
    "statement.points.#.value": (2, 2),
    "statement.pre_activations": (2, 2),
    "statement.region.center": (2, 2),
    "statement.symmetry.fixed_coordinates": (0, 2),
    "statement.value": (2, 2),
    "statement.widths_from": (1, 5461),
    "witness.ascent.direction.#": (12, 12),
    "witness.ascent.order": (1, 32),
    "witness.basis": (1, 1000),
    "witness.basis.#": (2, 2),
    "witness.basis.#.#": (0, 128),
    "witness.descent.order": (1, 32),
    "witness.direction.#": (9, 9),
    "witness.dual": (2, 2),
    "witness.dual.#": (2, 2),
    "witness.exponents": (2, 2),
    "witness.exponents.#": (0, 16),
    "witness.instances.#.k": (1, 10**9),
    "witness.instances.#.radii": (2, 2),
    "witness.instances.#.values": (2, 2),
    "witness.intervals": (2, 2),
    "witness.intervals.#": (1, 16384),
    "witness.intervals.#.#": (2, 2),
    "witness.kinks.#": (5, 5),
    "witness.multipliers.#.#": (1, 256),
    "witness.negative_direction": (2, 2),
    "witness.negative_direction.#": (9, 9),
    "witness.covers": (1, 1),
    "witness.covers.#.box": (2, 2),
    "witness.covers.#.box.#": (2, 2),
    "witness.covers.#.zeros": (0, 64),
    "witness.covers.#.zeros.#.center": (2, 2),
    "witness.parts": (1, 10000),
    "witness.pieces": (1, 10000),
    "witness.point": (2, 2),
    "witness.positive_direction": (2, 2),
    "witness.positive_direction.#": (9, 9),
    "witness.precision": (53, 2048),
    "witness.radii": (2, 2),
    "witness.symmetries.#.matrix": (1, 16384),
    "witness.symmetries.#.vector": (3, 3),
    "witness.terms": (4, 64),
    "witness.values": (2, 2),
    "witness.values.#": (1, 64),
}
"""The least and the most, of a number or of entries: of the first valid file that has the member."""


def members(content: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every member, of lists the first and the last."""
    yield place, content
    if isinstance(content, dict):
        for name, value in content.items():
            yield from members(value, (*place, name))
    elif isinstance(content, list) and content:
        for index in sorted({0, len(content) - 1}):
            yield from members(content[index], (*place, index))


def changes(content: Any) -> dict[str, Any]:
    """What may be put instead of a value."""
    if isinstance(content, dict):
        return {"another member": {**content, "another": 1}, "a list": []}
    if isinstance(content, list):
        other = {"longer": [*content, content[-1]], "shorter": content[:-1]} if content else {}
        return {**other, **({"empty": []} if len(content) > 1 else {}), "an object": {}}
    if isinstance(content, bool):
        return {"0 or 1": int(content), "a text": str(content).lower()}
    if isinstance(content, int):
        return {"a text": str(content), "a truth value": True, "negative": -1, "huge": 10**9, "null": None}
    if isinstance(content, str):
        return {"other text": f"{content}X", "empty text": "", "an integer": 1, "null": None}
    return {"a text": "X"}


def shown(place: Place) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)[1:]


def general(place: Place) -> str:
    return ".".join("#" if isinstance(part, int) else part for part in place)


VALID = sorted((CORPUS / "valid").glob("*.json"))
VALID.sort(key=lambda path: path.stem.startswith("loss-"))  # those last: more members of the same landscapes


def named(document: Document) -> str:
    """Its kind and property."""
    statement = document["statement"]
    kind = statement["landscape"]["kind"] if "manifest" not in document["format"] else "manifest"
    return f"{kind}-{statement['property']}" if "property" in statement else kind


@cache
def forgeries() -> dict[str, list[tuple[Document, Place, str]]]:
    """By kind and property: the forged certificate, the place of the change, and what was changed."""
    seen: set[object] = set()
    found: dict[str, list[tuple[Document, Place, str]]] = {}
    for path in VALID:
        document = json.loads(path.read_bytes())
        of_kind = found.setdefault(named(document), [])
        for place, content in members({name: document[name] for name in ("statement", "witness")}):
            key = (id(of_kind), general(place), type(content))
            if not place or key in seen:
                continue
            seen.add(key)
            name = ".".join(map(str, place))
            of_kind += [(forged(document, {name: new}), place, how) for how, new in changes(content).items()]
            if isinstance(place[-1], str):
                of_kind.append((forged(document, {name: DELETE}), place, "left out"))
    return found


@pytest.mark.parametrize(
    "kind", sampled(dict.fromkeys(named(json.loads(path.read_bytes())) for path in VALID), every=9)
)
def test_a_change_of_structure_is_malformed_and_named(kind: str, tmp_path: Path) -> None:
    for path in (CORPUS / "valid").glob("*.dat-s"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "certificate.json"
    for document, place, how in forgeries()[kind]:
        path.write_text(text(document), encoding="utf-8")
        verdict = check(path)
        change = (general(place), how)
        if any(change in readable for of, readable in OF_KIND.items() if kind.startswith(of)):
            assert not (isinstance(verdict, Undecided) and "internal error" in verdict.reason), (change, verdict)
            continue
        if change in WITH_A_MAP and "map" in document["statement"]["landscape"]:
            still_true = WITH_A_MAP[change][document["statement"]["property"]]
            assert isinstance(verdict, Verified if still_true else Rejected | Undecided), (change, verdict)
            assert still_true or "internal error" not in verdict.reason, (change, verdict)
            continue
        if change in READABLE:
            assert isinstance(verdict, Verified) <= (change in STILL_TRUE), (change, verdict)
            assert not (isinstance(verdict, Undecided) and "internal error" in verdict.reason), (change, verdict)
            continue
        assert isinstance(verdict, Malformed), (change, verdict)
        named, _, why = verdict.reason.partition(": ")
        assert why, verdict
        if change in ANOTHER_IS_NAMED:
            assert named.startswith(ANOTHER_IS_NAMED[change]), (change, verdict)
        elif how not in NAMED_ELSEWHERE:
            name = shown((*place, "another")) if how == "another member" else shown(place)
            assert named == name or named.startswith((f"{name}.", f"{name}[")), (change, verdict)
            assert how != "left out" or why == "this field is missing"
        if how in ("negative", "empty") and general(place) in RANGES:
            limits = (RANGES[general(place)], ELSEWHERE.get(general(place)), *OF_NETWORK.get(general(place), ()))
            assert any(map(partial(says, why), limits)), verdict


def says(why: str, limits: tuple[int, int] | None) -> bool:
    if limits is None:
        return False
    least, most = limits
    bounds = f"{least} to {most}" if least < most else f"{least}"
    return f"not between {least} and {most}" in why or why == f"has 0 entries instead of {bounds}"


def test_the_exceptions_occur() -> None:
    tried = {(general(place), how) for of_kind in forgeries().values() for _, place, how in of_kind}
    assert len(READABLE - tried) <= 4, "empty lists of multipliers, of which none may have two entries"
    assert STILL_TRUE <= READABLE
    assert set(ANOTHER_IS_NAMED) <= tried
    with_a_map = {
        ((general(place), how), document["statement"]["property"])
        for of_kind in forgeries().values()
        for document, place, how in of_kind
        if (general(place), how) in WITH_A_MAP and "map" in document["statement"]["landscape"]
    }
    assert with_a_map == {(change, name) for change, names in WITH_A_MAP.items() for name in names}
