"""Writing by the tables of the checker: values as JSON, and types as JSON Schemas.

The checker only reads. What is written here is read back by whoever writes it, so a mistake here proves nothing.
A JSON Schema describes a superset: what depends on other members is left to the reader.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from fractions import Fraction
from functools import singledispatch
from typing import Any

from verify.checker.core.schema import (
    NUMBER,
    Choice,
    Constant,
    Converted,
    Count,
    Leaf,
    ListOf,
    Matching,
    Type,
    Unless,
    Word,
    text,
    vector,
)
from verify.checker.core.table import Listed, Row, Table, Variants, values
from verify.checker.evaluators import SMOOTH
from verify.checker.public import KINDS, Kind, Subdivision, exact, limits
from verify.checker.public import Block as ProgramBlock
from verify.checker.statements import network, symmetric
from verify.checker.statements.critical_point import CriticalPoint
from verify.checker.statements.family import MAX_K
from verify.checker.statements.polynomial import Polynomial
from verify.checker.statements.semidefinite_program import Diagonal
from verify.checker.statements.teacher_student import RELU, Activation, Teacher, TeacherStudentLandscape

Json = dict[str, Any]


def kind_named(name: str, property_: str) -> Kind:
    """The kind of statements with this `landscape.kind` and `property`."""
    found = KINDS[name]()
    return found if isinstance(found, Kind) else found[property_]


def number(value: Fraction) -> str:
    """An exact number in the shortest of its notations: an integer, `m*2^e`, or p/q."""
    if value.denominator == 1:
        return str(value.numerator)
    power = value.denominator.bit_length() - 1
    if value.denominator == 1 << power:
        return f"{value.numerator}*2^{-power}"
    return f"{value.numerator}/{value.denominator}"


def write(type_: Type[Any], value: Any) -> Any:
    """A value as JSON, as the type reads it."""
    if type(value) is Fraction and type_ is NUMBER:
        return number(value)
    spelled = spell(value)
    if spelled is not NotImplemented:
        return spelled
    match type_:
        case Leaf("last k"):
            return "infinity" if value is None else value
        case Leaf():
            return number(Fraction(value)) if type_ is NUMBER else value
        case Word(values):
            return next(word for word, each in values.items() if each == value)
        case Constant(word):
            return word
        case ListOf():
            return [write(type_.entry, entry) for entry in value]
        case Unless() | Converted():
            return write(type_.type, value)
        case Choice():
            first = next(each for each in type_.types.values() if _may_make(each, value))
            return write(first, value)
        case Variants():
            return write(type_.tables[getattr(value, type_.member)], value)
        case Listed():
            return [*_written(type_, value).values()]
        case Table():
            return _written(type_, value)
    return value


def is_required(row: Row) -> bool:
    """Whether every object has the member."""
    return not row.optional and row.needed is None


def is_part(type_: Type[Any]) -> bool:
    """An object whose members are values of the object around it."""
    return isinstance(type_, Table) and type_.make is values


def _may_make(type_: Type[Any], value: Any) -> bool:
    return not isinstance(type_, Table) or type_.make is type(value)


def _written(table: Table[Any], whole: Any) -> Json:
    """The members of an object that stands for `whole`."""
    written: Json = {}
    for place, row in enumerate(table.members):
        if isinstance(row.type, Constant) or is_part(row.type):
            written[row.name] = write(row.type, whole)
            continue
        value = whole[place] if type(whole) is tuple else member(whole, row.value_name)
        if is_required(row) or value != row.absent:
            written[row.name] = write(row.type, value)
    return written


@singledispatch
def spell(value: object) -> Any:
    """The JSON of values that are not written as they are kept; NotImplemented for all others."""
    return NotImplemented


@spell.register
def _(activation: Activation) -> object:
    if activation == RELU:
        return "relu"
    return activation.name if activation.is_smooth else {"leaky-relu": exact.written(activation.slope)}


@spell.register
def _(teacher: Teacher) -> object:
    rows = [[*map(number, row)] for row in teacher.neurons]
    return {"orthonormal": len(rows)} if teacher.orthonormal else {"rows": rows}


@spell.register
def _(activation: network.LayerActivation) -> object:
    """The shortest that reads as the function."""
    for name, function in network.SHORTHANDS.items():
        if (activation.name, activation.parameters) == function:
            return name
    numbers = [*map(number, activation.parameters)]
    if activation.name == "piecewise-linear" and activation.parameters[1] == 1:
        return {"leaky-relu": numbers[0]}
    return {activation.name: numbers} if numbers else activation.name


@spell.register
def _(layers: network.Network) -> object:
    return write(network.LAYERS, layers.layers)


@spell.register
def _(block: ProgramBlock) -> object:
    return -block.order if block.diagonal else block.order


@spell.register
def _(blocks: frozenset) -> object:  # type: ignore[type-arg]
    """Numbers of blocks, which files count from 1."""
    return [place + 1 for place in sorted(blocks)]


@spell.register
def _(block: Diagonal) -> object:
    return [*map(number, block.entries)]


@spell.register
def _(tree: Subdivision) -> object:
    return base64.b64encode(tree.packed).decode("ascii")


@singledispatch
def member(whole: object, name: str) -> Any:
    """What is written as a member of an object: the attribute of that name, or what it is made from."""
    return getattr(whole, name)


@member.register
def _(whole: TeacherStudentLandscape, name: str) -> Any:
    return Teacher(whole.teacher, whole.orthonormal) if name == "teacher" else getattr(whole, name)


@member.register
def _(whole: CriticalPoint, name: str) -> Any:
    if name != "every_dimension":
        return getattr(whole, name)
    dimension = whole.landscape.shape[1]
    return {"at_least": dimension} if whole.every_dimension else dimension


@member.register
def _(whole: symmetric.SymmetricPoint, name: str) -> Any:
    if name == "values":
        return _symmetric_student(whole)
    return getattr(whole.symmetry if name in ("groups", "extra_rows") else whole, name)


@member.register
def _(whole: symmetric.Block, name: str) -> Any:
    return getattr(whole if name == "negative" else whole.component, name)


@member.register
def _(whole: Polynomial, name: str) -> Any:
    if name != "terms":
        return getattr(whole, name)
    return [[[*exponents], number(coefficient)] for exponents, coefficient in whole.terms]


def _symmetric_student(point: symmetric.SymmetricPoint) -> list[list[Any]]:
    """A row for each class of rows, in it a number for each group; [diagonal, rest] where the two meet."""
    left = map(number, point.values)
    groups = range(len(point.symmetry.groups))
    return [
        [[next(left), next(left)] if column == row.home else next(left) for column in groups]
        for row in point.symmetry.classes
    ]


# JSON Schemas


def json_schema(type_: Type[Any]) -> Json:
    """What every member of this type satisfies."""
    match type_:
        case Leaf(name):
            return LEAVES[name]
        case Word(values):
            return {"enum": [*values]}
        case Constant(word):
            return {"const": word}
        case Matching(pattern):
            return {"type": "string", "pattern": f"^(?:{pattern.pattern})$"}
        case Count(least, most):
            return {"type": "integer", **_fixed(minimum=least, maximum=most)}
        case ListOf(entry, least, most):
            return {"type": "array", "items": json_schema(entry), **_fixed(minItems=least, maxItems=most)}
        case Unless() | Converted():
            return json_schema(type_.type)
        case Choice():
            return {"anyOf": _different(type_.types)}
        case Variants(_, tables):
            different = _different(tables)
            return different[0] if len(different) == 1 else {"oneOf": different}
        case Listed():
            entries = [json_schema(row.type) for row in type_.members]
            return {"type": "array", "prefixItems": entries, "minItems": len(entries), "maxItems": len(entries)}
        case Table():
            members = [*type_.members]
            return _object(
                {row.name: json_schema(row.type) for row in members}, [row.name for row in members if is_required(row)]
            )
    raise TypeError(f"{type_!r} has no JSON Schema")


def _different(types: Mapping[Any, Type[Any]]) -> list[Json]:
    return [*map(json_schema, {id(type_): type_ for type_ in types.values()}.values())]


def _fixed(**bounds: Any) -> Json:
    """The bounds that do not depend on other members."""
    return {name: bound for name, bound in bounds.items() if isinstance(bound, int)}


def _object(properties: Json, required: list[str]) -> Json:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(entries: Json, least: int, most: int) -> Json:
    return {"type": "array", "items": entries, "minItems": least, "maxItems": most}


_NUMBER = {"type": "string", "maxLength": limits.MAX_NUMBER_LENGTH, "pattern": f"^{exact.PATTERN}$"}
LEAVES: dict[str, Json] = {"number": _NUMBER, "true or false": {"type": "boolean"}, "string": {"type": "string"}}
"""By the names of the types that functions read."""
_EXPONENTS = ListOf(Count(0, limits.MAX_POLYNOMIAL_DEGREE), 1, limits.MAX_INDETERMINATES)
_TERM = Listed(values, (Row("exponents", _EXPONENTS), Row("coefficient", NUMBER)))
_DIMENSION = json_schema(Count(1, limits.MAX_UNKNOWNS))
LEAVES |= {
    "tree of a cover": {"type": "string", "maxLength": limits.MAX_COVER_BYTES, "pattern": "^[A-Za-z0-9+/]+={0,2}$"},
    "input dimension": {"oneOf": [_DIMENSION, _object({"at_least": _DIMENSION}, ["at_least"])]},
    "name of an activation": json_schema(text("relu", *SMOOTH)),
    "activation of a layer": {
        "oneOf": [
            json_schema(text(*network.SMOOTH, *network.SHORTHANDS)),
            *(_object({name: json_schema(each)}, [name]) for name, each in network.WITH_PARAMETERS.items()),
        ]
    },
    "rows of a teacher": _list(_list(_NUMBER, 1, limits.MAX_UNKNOWNS), 1, limits.MAX_UNKNOWNS),
    "last k": {"anyOf": [{"const": "infinity"}, json_schema(Count(1, MAX_K))]},
    "symmetric student": _list(
        _list({"anyOf": [_NUMBER, json_schema(vector(2))]}, 1, limits.MAX_GROUPS),
        1,
        limits.MAX_GROUPS + limits.MAX_EXTRA_ROWS,
    ),
    "terms": _list(json_schema(_TERM), 1, limits.MAX_POLYNOMIAL_TERMS),
}
