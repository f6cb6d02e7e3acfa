"""What is wrong with a claims file's keys, numbers and shapes, each said once, with its place and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from verify.checker.public import MAX_NUMBER_LENGTH
from verify.producer.audit.keys import CLAIM, COMMON, LANDSCAPE, NEEDS, PROPERTIES, RESERVED, TOP
from verify.producer.audit.schema import ACTIVATIONS, ID, LANDSCAPE_NAME, PARAMETRIC, schema
from verify.producer.landscapes.empirical_risk import NUMBER

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _NotANumber:
    """What stands in the document for a float that is none, until it is refused with its place."""

    text: str


def read_float(written: str) -> Decimal | _NotANumber:
    """A float of the file, exactly; what is none, or too long, is refused later, with its place."""
    digits = written.replace("_", "")
    is_short = len(digits) <= MAX_NUMBER_LENGTH and NUMBER.fullmatch(digits)
    return Decimal(digits) if is_short else _NotANumber(written)


def keys_and_numbers(document: dict[str, Any]) -> Iterator[str]:
    """What the JSON Schema says badly, or not at all."""
    yield from _unknown("the file", document, TOP, "")
    landscapes, claims = document.get("landscapes"), document.get("claims")
    for name, table in landscapes.items() if isinstance(landscapes, dict) else ():
        if not re.fullmatch(LANDSCAPE_NAME, name):
            yield f"landscapes: the name {shown(name)!r} does not match {LANDSCAPE_NAME}"
        elif isinstance(table, dict):
            yield from _unknown(f"landscapes.{name}", table, LANDSCAPE, "")
            if "file" in table and (more := [key for key in table if key != "file" and key in LANDSCAPE]):
                yield f"landscapes.{name}.file: has the whole landscape; remove {', '.join(more)}"
            for key in ("activation", "output"):
                yield from _unknown_activation(f"landscapes.{name}.{key}", table.get(key))
    for index, table in enumerate(claims) if isinstance(claims, list) else ():
        if isinstance(table, dict):
            yield from _claim_keys(f"claims[{index}]", table)
    for place, found in _leaves(document, ()):
        if isinstance(found, _NotANumber):
            yield f"{_shown_path(place)}: {shown(found.text)!r} is not a number such as 3, 0.25 or 1e-3"
        elif isinstance(found, int) and abs(found) >= 10**MAX_NUMBER_LENGTH:
            yield f"{_shown_path(place)}: a number has more than {MAX_NUMBER_LENGTH} digits"


def _claim_keys(place: str, table: dict[str, Any]) -> Iterator[str]:
    named, name = table.get("id"), table.get("property")
    of = f" (claim {shown(named)!r})" if isinstance(named, str) else ""
    if isinstance(named, str) and not re.fullmatch(ID, named):
        yield f"{place}.id: {shown(named)!r} does not match {ID}, a name for a file"
        return
    unknown = list(_unknown(place, table, CLAIM, of))
    yield from unknown
    if "property" in table and not (isinstance(name, str) and name in PROPERTIES):
        if isinstance(name, str):
            known = ", ".join(PROPERTIES)
            yield f"{place}.property: {shown(name)!r} is not one of: {known}{hint(name, PROPERTIES)}{of}"
        return
    if unknown:
        return  # a missing key may be the one that is written wrongly
    keys, required = ((*CLAIM,), COMMON) if name is None else _used(str(name))
    yield from (f"{place}: {key!r} is a required property{of}" for key in required if key not in table)
    for key in table:
        if key not in keys:
            yield f"{place}.{key}: {name} does not use this key; remove it (it uses {', '.join(keys[3:])}){of}"
        elif key in NEEDS and NEEDS[key] not in table:
            yield f"{place}.{key}: says nothing without {NEEDS[key]!r}; remove it{of}"


def _used(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys that a property uses, and those that it needs."""
    found = PROPERTIES[name]
    return found.keys, (*COMMON, *found.required)


def _unknown(place: str, table: dict[str, Any], known: Mapping[str, object], of: str) -> Iterator[str]:
    for key in table:
        if key in RESERVED:
            yield f"{place}: the key {key!r} ({RESERVED[key]}) is not supported yet; remove it{of}"
        elif key not in known:
            missing = [name for name in known if name not in table]
            what = f"Additional properties are not allowed ({shown(key)!r} was unexpected)"
            yield f"{place}: {what}{hint(key, missing)}{of}"


def _unknown_activation(place: str, content: object) -> Iterator[str]:
    if isinstance(content, str) and content not in ACTIVATIONS:
        known = ", ".join((*ACTIVATIONS, *(f"{{{name} = ...}}" for name in PARAMETRIC)))
        yield f"{place}: {shown(content)!r} is not known; known: {known}{hint(content, (*ACTIVATIONS, *PARAMETRIC))}"
    for name in content if isinstance(content, dict) else ():
        if name not in PARAMETRIC:
            yield f"{place}: {shown(name)!r} is not known; known: {', '.join(PARAMETRIC)}{hint(name, PARAMETRIC)}"


def _leaves(node: object, place: Place) -> Iterator[tuple[Place, object]]:
    if isinstance(node, dict | list):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _leaves(child, (*place, key))
    else:
        yield place, node


def shapes(document: dict[str, Any]) -> list[str]:
    """What the JSON Schema says of a document whose keys are right."""
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(schema()).iter_errors(document), key=lambda error: list(map(str, error.path)))
    said: dict[str, str] = {}
    for error in sorted(errors, key=lambda error: error.validator != "additionalProperties"):
        said.setdefault(_shown_path(error.absolute_path), _said(error))  # a typo is unknown, and what is meant missing
    return [f"{place}: {what}" for place, what in said.items()]


def _said(error: Any) -> str:
    """What is wrong, without the whole of a long array."""
    wanted, found = error.validator_value, error.instance
    match error.validator:
        case "type":
            kinds = wanted if isinstance(wanted, str) else " or ".join(wanted)
            return f"{shown(repr(found))} is not of type {kinds}"
        case "minItems" | "maxItems":
            entries = "entry" if len(found) == 1 else "entries"
            least = "at least " if "maxItems" not in error.schema else ""
            return f"has {len(found)} {entries} instead of {least}{wanted}"
        case "additionalProperties":
            known = error.schema["properties"]
            extra = next(key for key in found if key not in known)
            meant = [key for key in (*known, *(["layers"] if "file" in known else [])) if key not in found]
            return f"the key {shown(extra)!r} is not known{hint(extra, meant)}"
        case "enum":
            near = hint(found, wanted) if isinstance(found, str) else ""
            return f"{shown(repr(found))} is not one of: {', '.join(wanted)}{near}"
    return str(error.message[:300])


def _shown_path(parts: Iterable[str | int]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in parts)
    return place.lstrip(".") or "the file"


def shown(text: str) -> str:
    """A user's text, short and without control characters."""
    return ascii(text[:60])[1:-1] + "..." * (len(text) > 60)


def hint(name: str, known: Iterable[str]) -> str:
    """The known name that may have been meant."""
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
