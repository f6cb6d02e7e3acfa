"""Documents that are made from tables in the code.

The field tables of docs/CERTIFICATE.md and docs/kinds/, and docs/certificate.schema.json, from the checker's;
docs/OUTPUT.md, docs/schemas/ and docs/REASONS.md from those of `verify.formats`.

`python -m verify.producer.documents` rewrites them; with `--check` it only says whether they are as they would be made.
In a document a table stands between `<!-- fields: NAME -->` and `<!-- end -->`; NAME is one of FIELDS.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from verify.checker.core.schema import (
    NEGATIVE,
    NUMBER,
    POSITIVE,
    Choice,
    Constant,
    Converted,
    Count,
    Leaf,
    ListOf,
    Type,
    Unless,
    Word,
    text,
)
from verify.checker.core.table import Listed, Table, Variants
from verify.checker.public import FORMAT, KINDS, Kind, manifest
from verify.checker.statements import (
    cover_witness,
    critical_point,
    data_file,
    deep_linear_network,
    empirical_risk,
    family,
    gradient_descent,
    identity_start,
    limiting_gram_matrix,
    linear_critical_point,
    nearly_orthonormal_teachers,
    network_feature_tables,
    quadratic_networks,
    random_initialisation,
    semidefinite_program,
    small_empirical_risk,
    stays_above,
    symmetric,
    teacher_student,
    two_neuron_teachers,
    two_neurons,
)
from verify.formats import reasons
from verify.formats import schema as output
from verify.formats.records import DOCUMENTS
from verify.producer.field_notes import NOTES
from verify.producer.tables import Json, is_part, json_schema

DOCS = Path(__file__).parents[2] / "docs"
SPECIFICATION = (DOCS / "CERTIFICATE.md", *sorted((DOCS / "kinds").glob("*.md")))
"""What all certificates have in common, and a page for each kind."""
FIELDS: dict[str, Type[Any]] = {
    "population-teacher-student.landscape": teacher_student.LANDSCAPE,
    "population-teacher-student.statement": critical_point.STATEMENT,
    "population-teacher-student.witness": critical_point.WITNESS,
    "manifest.statement": manifest.OF_PAIRS,
    "manifest.part": manifest.PART,
    "symmetric-teacher-student.point": symmetric.POINT,
    "population-teacher-student-family.statement": family.STATEMENT,
    "population-teacher-student-family.range": family.BOUNDS,
    "population-teacher-student-family.witness": family.WITNESS,
    "nearly-orthonormal-teachers.statement": nearly_orthonormal_teachers.STATEMENT,
    "nearly-orthonormal-teachers.witness": nearly_orthonormal_teachers.WITNESS,
    "empirical-risk.landscape": empirical_risk.EMPIRICAL_RISK,
    "semidefinite-program.landscape": semidefinite_program.PROGRAM,
    "semidefinite-program.data": data_file.DATA_FILE,
    "deep-linear-networks.converges": identity_start.STATEMENT,
    "deep-linear-networks.above": stays_above.STATEMENT,
    "deep-linear-network.landscape": deep_linear_network.DEEP_LINEAR_NETWORK,
    "deep-linear-network.run": gradient_descent.CONVERGES_STATEMENT,
    "deep-linear-network.terminal": gradient_descent.CONVERGES_WITNESS,
    "deep-linear-network.critical": linear_critical_point.STATEMENT,
    "deep-linear-network.curve": linear_critical_point.WITH_CURVE,
    "small-teacher-student.statement": two_neurons.STATEMENT,
    "small-teacher-student.cover": cover_witness.cover(lambda known: 0),
    "small-empirical-risk.statement": small_empirical_risk.STATEMENT,
    "two-neuron-teachers.statement": two_neuron_teachers.STATEMENT,
    "network-features.landscape": network_feature_tables.LANDSCAPE,
    "network-features.rank": network_feature_tables.RANK_STATEMENT,
    "network-features.wide": network_feature_tables.WIDE_STATEMENT,
    "limiting-gram-matrix.landscape": limiting_gram_matrix.EIGENVALUE_LANDSCAPE,
    "limiting-gram-matrix.eigenvalue": limiting_gram_matrix.EIGENVALUE_STATEMENT,
    "limiting-gram-matrix.random": random_initialisation.RANDOM_STATEMENT,
    "limiting-gram-matrix.numbers": random_initialisation.RANDOM_WITNESS,
    "quadratic-networks.pairs": quadratic_networks.NOT_GLOBAL_STATEMENT,
    "quadratic-networks.landscape": quadratic_networks.PAIRS,
}
"""The types whose members the documents show."""
LEAVES = {
    "name of an activation": "string",
    "rows of a teacher": "matrix",
    "input dimension": "JSON integer or object",
    "symmetric student": "list",
    "tree of a cover": "string, base 64",
}
"""Types that functions read, in words, where their name is not what they are in JSON."""
_MARKED = re.compile(r"(<!-- fields: (\S+) -->\n).*?(?=<!-- end -->)", re.DOTALL)


class Line(NamedTuple):
    """A line of a table of fields."""

    member: str
    optional: bool
    type: str
    members: str
    """What is said of an object, where it has no note."""


def fields(name: str) -> str:
    """The members of a type in Markdown, those of objects within it after them."""
    type_, notes = FIELDS[name], NOTES[name]
    variants: Mapping[str, Type[Any]] = {"": type_}
    if isinstance(type_, Variants):
        variants = type_.tables
    elif isinstance(type_, Choice):
        variants = type_.types
    merged: dict[Line, list[str]] = {}
    order: list[Line] = []
    for variant_name, variant in variants.items():
        place, lines = 0, _lines(variant)
        if isinstance(type_, Variants):
            lines = [_named(line, type_) for line in lines]
        for line in lines:
            if line not in merged:
                while place < len(order) and order[place] not in lines:
                    place += 1
                order.insert(place, line)
            merged.setdefault(line, []).append(variant_name)
            place = order.index(line) + 1
    depends = len(variants) > 1
    shown = ["| member | when | type | |" if depends else "| member | type | |", "|---" * (3 + depends) + "|"]
    for line in order:
        when = "always" if len(merged[line]) == len(variants) else ", ".join(f"`{each}`" for each in merged[line])
        optional = ", optional" * line.optional
        cells = (
            [f"`{line.member}`", when + optional, line.type] if depends else [f"`{line.member}`", line.type + optional]
        )
        note = notes.get(line.member, line.members)
        shown.append(f"| {' | '.join(cells)} |{f' {note}' * bool(note)} |")
    return "\n".join(shown) + "\n"


def _named(line: Line, type_: Variants[Any]) -> Line:
    """The member that tells the variants apart is one line."""
    return line._replace(type=words(text(*type_.tables))) if line.member == type_.member else line


def _lines(type_: Type[Any], prefix: str = "") -> list[Line]:
    if not isinstance(type_, Table):
        return []
    found = []
    for row in type_.members:
        members = ", ".join(f"`{each.name}`" for each in row.type.members) if isinstance(row.type, Table) else ""
        found.append(Line(f"{prefix}{row.name}", row.optional, words(row.type), f"exactly {members}" * bool(members)))
        if is_part(row.type) and not isinstance(row.type, Listed):
            found += _lines(row.type, f"{prefix}{row.name}.")
    return found


def words(type_: Type[Any]) -> str:
    """A type in words."""
    if type_ is POSITIVE:
        return "number > 0"
    if type_ is NEGATIVE:
        return "number < 0"
    match type_:
        case Leaf(name):
            return LEAVES.get(name, name)
        case Word(values):
            *others, last = [f"`{word}`" for word in values]
            return f"{', '.join(others)} or {last}" if others else last
        case Constant(word):
            return f"`{word}`"
        case Count(int(least), int(most)):
            return f"JSON integer from {least} to {most}"
        case Count():
            return "JSON integer"
        case ListOf(ListOf(entry, short, long), _, _) if entry is NUMBER and callable(short) and callable(long):
            return "matrix"
        case ListOf(entry, least, most):
            count = f"{least} " if isinstance(least, int) and least == most else ""
            return f"list of {count}{_plural(entry)}"
        case Unless() | Converted():
            return words(type_.type)
        case Listed():
            return f"list of {len([*type_.members])}"
        case Table() | Variants():
            return "object"
        case Choice():
            found = dict.fromkeys(map(words, type_.types.values()))
            return " or ".join(found)
    return "string"


def _plural(type_: Type[Any]) -> str:
    if isinstance(type_, Unless | Converted):
        return _plural(type_.type)
    match type_:
        case Count():
            return "JSON integers"
        case Listed():
            return "lists"
        case ListOf():
            return words(type_).replace("list", "lists", 1)
    return f"{words(type_)}s"


def with_fields(document: str) -> str:
    """A document, each of its tables of fields as it is made."""
    return _MARKED.sub(lambda found: found[1] + fields(found[2]), document)


def schema() -> Json:
    """A JSON Schema of all certificates. It describes a superset: what depends on other members is the reader's."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "description": "Every certificate satisfies this schema; the converse is false. docs/CERTIFICATE.md is exact.",
        "$defs": {"number": json_schema(NUMBER)},
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "statement": {"type": "object"},
            "witness": {"type": "object"},
            "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
            "provenance": True,
        },
        "required": ["format", "statement", "witness", "digest"],
        "additionalProperties": False,
        "anyOf": [_of_kind(name, kind) for name in KINDS for kind in _kinds(name)],
    }


def _kinds(name: str) -> list[Kind]:
    found = KINDS[name]()
    return [found] if isinstance(found, Kind) else list({id(kind): kind for kind in found.values()}.values())


def _of_kind(name: str, kind: Kind) -> Json:
    named = {"properties": {"landscape": {"properties": {"kind": {"const": name}}}}}
    statement = {"allOf": [named, _with_references(json_schema(kind.statement))]}
    return {"properties": {"statement": statement, "witness": _with_references(json_schema(kind.witness))}}


def _with_references(content: Any) -> Any:
    """The schema of a number is written once."""
    if content == json_schema(NUMBER):
        return {"$ref": "#/$defs/number"}
    if isinstance(content, dict):
        return {name: _with_references(each) for name, each in content.items()}
    return [*map(_with_references, content)] if isinstance(content, list) else content


def made() -> dict[Path, str]:
    """The files as they are to be."""
    schemas = DOCS / "schemas"
    return {
        **{path: with_fields(path.read_text(encoding="utf-8")) for path in SPECIFICATION},
        DOCS / "certificate.schema.json": json.dumps(schema(), indent=1) + "\n",
        DOCS / "REASONS.md": reasons.page(),
        DOCS / "OUTPUT.md": output.page(),
        **{schemas / f"{name}-1.json": _text(output.schema(each)) for name, each in DOCUMENTS.items()},
        **{schemas / f"{name}-1.line.json": _text(output.line_schema(each)) for name, each in DOCUMENTS.items()},
    }


def _text(content: object) -> str:
    return json.dumps(content, indent=1) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or compare; 1 if a file differs."""
    parser = argparse.ArgumentParser(prog="python -m verify.producer.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which files differ")
    options = parser.parse_args(arguments)
    different = 0
    for path, content in made().items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            different += 1
            print(path.relative_to(DOCS.parent))
            if not options.check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8")
    return int(options.check and different > 0)


if __name__ == "__main__":
    sys.exit(main())
