"""JSON Schemas, and tables for people, of the documents in `records.py`: made from their classes."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from verify.formats.records import DOCUMENTS, End

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


def name_of(document: type[Any]) -> str:
    """The schema's name and version, as in `landscape-verify-check/1`."""
    (name,) = get_args(get_type_hints(document)["schema"])
    return str(name)


def items_of(document: type[Any]) -> type[Any] | None:
    """The class of the items of `results`, if the document has those."""
    results = get_type_hints(document).get("results")
    return get_args(results)[0] if results is not None else None


def schema(document: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a document. Every member is required; later versions of the program may add others."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:{name_of(document).replace('/', ':')}",
        **_object(document, _first(document)),
    }


def line_schema(document: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a line of `--format jsonl`."""
    name, item = name_of(document), items_of(document) or document
    head = {"schema": {"const": name}, "type": {"const": "result"}}
    hints = [member for member in get_type_hints(item) if member not in (*envelope_members(), "schema")]
    shown = _object(item, hints)
    line = {
        "type": "object",
        "properties": {**head, **shown["properties"]},
        "required": [*head, *shown["required"]],
    }
    end = _object(End, ["schema", "type", "version", "exit_code", "finished", "count"])
    end["properties"]["schema"] = {"const": name}
    return {
        "$schema": DIALECT,
        "$id": f"urn:{name.replace('/', ':')}:line",
        "description": "A line of `--format jsonl`: an item, or at last how the command ended.",
        "oneOf": [line, end],
    }


def envelope_members() -> tuple[str, ...]:
    """Of every document."""
    return ("version", "exit_code", "finished")


def _first(document: type[Any]) -> list[str]:
    """The members in the order in which they are printed: the schema's name, the envelope, and the document's own."""
    hints = get_type_hints(document)
    head = ["schema", *envelope_members()]
    return [*head, *(name for name in hints if name not in head)]


def _object(class_: type[Any], members: list[str] | None = None) -> dict[str, Any]:
    hints = get_type_hints(class_, include_extras=True)
    order = members if members is not None else list(hints)
    return {
        "description": (class_.__doc__ or "").strip(),
        "type": "object",
        "properties": {name: _type(hints[name]) for name in order},
        "required": order,
    }


def _type(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is Annotated:
        inner, about = get_args(hint)
        return {"description": about, **_type(inner)}
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if is_typeddict(hint):
        return _object(hint)
    origin, given = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"const": given[0]} if len(given) == 1 else {"enum": list(given)}
    if origin in (UnionType, Union):
        return {"anyOf": [_type(each) for each in given]}
    if origin is list:
        return {"type": "array", "items": _type(given[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(given[1])}
    raise TypeError(f"there is no JSON Schema for {hint}")


# For people


def page() -> str:
    """docs/OUTPUT.md: every document, member by member."""
    parts = [_INTRODUCTION]
    for name, document in DOCUMENTS.items():
        parts.append(
            f"\n## {name}\n\n{_said(document)} Schema `{name_of(document)}`: [document](schemas/{name}-1.json)"
        )
        parts.append(f", [line](schemas/{name}-1.line.json).\n\n{_table(document, _own(document))}")
        item = items_of(document)
        if item is not None:
            parts.append(f"\nEach of `results`: {_said(item)[0].lower()}{_said(item)[1:]}\n\n{_table(item)}")
    return "".join(parts)


def _own(document: type[Any]) -> list[str]:
    return [name for name in _first(document) if name not in ("schema", *envelope_members())]


def _said(class_: type[Any]) -> str:
    return (class_.__doc__ or "").strip()


def _table(class_: type[Any], members: list[str] | None = None) -> str:
    hints = get_type_hints(class_, include_extras=True)
    rows = ["| member | type | |", "|---|---|---|"]
    for name in members if members is not None else list(hints):
        hint = hints[name]
        about = ""
        if get_origin(hint) is Annotated:
            hint, about = get_args(hint)
        rows.append(f"| `{name}` | {_words(hint)} | {about} |")
    return "\n".join(rows) + "\n"


def _words(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    origin, given = get_origin(hint), get_args(hint)
    if origin is Literal:
        return ", ".join(f"`{_constant(each)}`" for each in given)
    if origin in (UnionType, Union):
        return " or ".join(_words(each) for each in given)
    if origin is list:
        return f"list of {_words(given[0])}"
    if origin is dict:
        return f"object of {_words(given[1])}"
    if is_typeddict(hint):
        return f"object: {', '.join(f'`{name}`' for name in get_type_hints(hint))}"
    return {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}[hint]


def _constant(value: object) -> str:
    """As JSON has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


_INTRODUCTION = """\
# Output for programs

<!-- made from verify/formats/records.py by `python -m verify.producer.documents` -->

`--format json` prints one document, when the command ends. `--format jsonl` prints an object a line, each as soon as it
is known: the items of `results`, with `schema` and `type` (`result`) before their own members (of a document without
`results`: its own members), and at last a line of `type` `end` with `version`, `exit_code`, `finished` and `count`.
Where no line of type `end` came, the command was killed, and some items are missing.

Every document begins with

| member | type | |
|---|---|---|
| `schema` | string | the name and version of what follows, as in `landscape-verify-check/1` |
| `version` | string | of the program |
| `exit_code` | integer | that of the command ([EXIT_CODES.md](EXIT_CODES.md)) |
| `finished` | boolean | false where it was stopped (Ctrl-C, SIGTERM): what is there is right, some items are missing |

The schemas are JSON Schema 2020-12, in [schemas/](schemas/); the tests compare what every command prints with them.
Within a version members are only added; a program that reads them must pass over members that it does not know. What
is removed, or means something else, gets another version. Sentences and reasons are for people: their wording may
change. `code` and `verdict` are for programs.

A command that cannot be done (a wrong file, an option that does not fit) prints an [error](#error) document instead,
and its message on standard error. A command line that cannot be read prints its message alone.

Other forms, for the systems that read them:

- `--format junit` (`check`, `audit`): verified or proved passes; what cannot be read, and bugs, are errors; all else is
  a failure, whose `type` is the reason's code. A run that was stopped is written with what was done, and an error.
- `--format sarif` (`check`, `audit`): SARIF 2.1.0. What is *not* proved is a result: refuted, rejected and malformed
  with the level `error`, undecided with `warning`. The place is the file, of a claim its line in the claims file, of a
  malformed field its line. `ruleId` is the reason's code, or `refuted`; the rule brings what REASONS.md says, and a
  link: below `VERIFY_DOCS` if that is set in the environment, else to the checkout's documents. Proved claims are no
  results; every file that was looked at is in `artifacts`, with its verdict.
- `--format html` (`check`, `audit`; `verify report FOLDER` writes it to a file): one page for people.
- `--format markdown` (`check`, `audit`, `list`, `show`), `latex` (`show`).
"""
