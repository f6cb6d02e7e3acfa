"""Types of members: what they read they write again, what they refuse names the member, and the JSON Schema agrees."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from verify.checker.core.reader import Field, NotACertificate
from verify.checker.core.schema import (
    BOUNDS,
    FLAG,
    NEGATIVE,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    Choice,
    Constant,
    Count,
    Known,
    Leaf,
    ListOf,
    Matching,
    Type,
    Word,
    matrix,
    text,
    triangle,
    whole,
)
from verify.checker.core.table import Derived, Listed, Refusal, Row, Table, Variants, values
from verify.producer.tables import json_schema, write


class Ball(NamedTuple):
    name: str
    order: int
    center: tuple[tuple[Fraction, ...], ...]
    radius: Fraction
    note: bool | None


REGION = Table(
    values,
    (
        Row("shape", Constant("ball")),
        Row("center", matrix(lambda known: (known["order"], 2))),
        Row("radius", POSITIVE),
    ),
)
BALL = Table(
    Ball,
    (
        Row("kind", text("ball", "sphere"), into="name"),
        Row("order", Count(1, 3)),
        Row("region", REGION),
        Refusal("order", lambda known: "must be at most the radius" if known["order"] > known["radius"] else None),
        Row("note", FLAG, optional=True),
    ),
)
GOOD: dict[str, Any] = {
    "kind": "ball",
    "order": 1,
    "region": {"shape": "ball", "center": [["1/3", "-5*2^-7"]], "radius": "3*2^-1"},
}


def refusal(type_: Type, content: object) -> str:
    with pytest.raises(NotACertificate) as refused:
        type_.read(Field("statement", content), {})
    return str(refused.value)


def is_valid(type_: Type, content: object) -> bool:
    return bool(Draft202012Validator(json_schema(type_)).is_valid(content))


@given(st.fractions())
def test_a_number_is_written_as_it_is_read(number: Fraction) -> None:
    written = write(NUMBER, number)
    assert NUMBER.read(Field("x", written), {}) == number
    assert is_valid(NUMBER, written)


def test_an_object_is_written_as_it_is_read() -> None:
    ball = BALL.read(Field("statement", GOOD), {})
    assert ball == Ball("ball", 1, ((Fraction(1, 3), Fraction(-5, 128)),), Fraction(3, 2), None)
    assert write(BALL, ball) == GOOD
    assert write(BALL, ball._replace(note=False)) == {**GOOD, "note": False}
    assert is_valid(BALL, GOOD)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "cube"}, "statement.kind: 'cube' is not known; known: ball, sphere"),
        ({"order": 4}, "statement.order: 4 is not between 1 and 3"),
        ({"order": True}, "statement.order: must be an integer, not a truth value"),
        ({"note": 1}, "statement.note: must be true or false, not the number 1"),
        ({"more": 1}, "statement.more: unknown field"),
        ({"region": {**GOOD["region"], "shape": "box"}}, "statement.region.shape: 'box' is not known; known: ball"),
        ({"region": {**GOOD["region"], "radius": "0"}}, "statement.region.radius: must be positive"),
        ({"region": {**GOOD["region"], "radius": 1}}, "statement.region.radius: must be an exact number"),
    ],
)
def test_a_refusal_names_the_member(changes: dict[str, object], reason: str) -> None:
    assert refusal(BALL, {**GOOD, **changes}).startswith(reason)
    assert is_valid(BALL, {**GOOD, **changes}) == reason.endswith("positive")  # conditions are the reader's


def test_a_missing_member_is_refused_and_an_optional_one_is_not() -> None:
    assert refusal(BALL, {name: value for name, value in GOOD.items() if name != "order"}).startswith("statement.order")
    assert not is_valid(BALL, {name: value for name, value in GOOD.items() if name != "order"})


def test_a_condition_on_several_members_names_one() -> None:
    region = {"shape": "ball", "center": [["0", "0"], ["0", "0"]], "radius": "1"}
    assert refusal(BALL, {**GOOD, "order": 2, "region": region}) == "statement.order: must be at most the radius"


def test_shapes_follow_from_what_is_known() -> None:
    region = {**GOOD["region"], "center": [["0", "0"], ["0", "0"]]}
    assert "has 2 entries instead of 1" in refusal(BALL, {**GOOD, "region": region})


@pytest.mark.parametrize(
    ("sign", "good", "bad"),
    [(POSITIVE, "1*2^-9", "0"), (NEGATIVE, "-1/9", "0"), (NOT_NEGATIVE, "0", "-1/9"), (BOUNDS, ["0", "0"], ["1", "0"])],
)
def test_conditions(sign: Type, good: object, bad: object) -> None:
    assert write(sign, sign.read(Field("x", good), {})) == good
    assert refusal(sign, bad)


def test_lists_have_bounds() -> None:
    some = ListOf(NUMBER, 1, 2)
    assert some.read(Field("x", ["1"]), {}) == (1,)
    for content in ([], ["1", "2", "3"]):
        assert "entries instead of 1 to 2" in refusal(some, content)
        assert not is_valid(some, content)


def test_variants_are_told_apart_by_a_member() -> None:
    sphere = Table(Ball, BALL.rows)
    either = Variants("name", {"ball": BALL, "sphere": sphere})
    assert "statement.name: this field is missing" in refusal(either, GOOD)
    assert len(json_schema(either)["oneOf"]) == 2


# Choices


class Sphere(NamedTuple):
    order: int


EITHER = Choice(
    {"number": Table(Sphere, (Row("order", Count(1, 9)),)), "word": Word({"ball": None, "line": True})},
    lambda field, known: "number" if isinstance(field.content, dict) else "word",
)


@pytest.mark.parametrize(("content", "value"), [({"order": 3}, Sphere(3)), ("ball", None), ("line", True)])
def test_a_choice_is_read_by_the_member_and_written_by_the_value(content: object, value: object) -> None:
    assert EITHER.read(Field("x", content), {}) == value
    assert write(EITHER, value) == content
    assert is_valid(EITHER, content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [({"order": 0}, "statement.order: 0 is not"), ("cube", "statement: 'cube' is not known"), ({}, "statement.order:")],
)
def test_a_choice_refuses_what_its_type_refuses(content: object, reason: str) -> None:
    assert refusal(EITHER, content).startswith(reason)
    assert not is_valid(EITHER, content)


def test_whole_numbers_may_have_more_digits_than_json_integers() -> None:
    number = whole(lambda known: 5, "must be an integer, at least {least}")
    assert number.read(Field("x", str(10**20)), {}) == 10**20
    assert write(number, 10**20) == str(10**20)
    for content in ("4", "11/2"):
        assert refusal(number, content) == "statement: must be an integer, at least 5"


def test_a_function_may_read_with_what_is_known() -> None:
    row = Row("side", Leaf("string", lambda field, known: field.text(*["a", "b"][: known["order"]])))
    sides = Table(lambda **values: values, (Row("order", Count(1, 2)), row))
    assert sides.read(Field("x", {"order": 2, "side": "b"}), {}) == {"order": 2, "side": "b"}
    assert refusal(sides, {"order": 1, "side": "b"}) == "statement.side: 'b' is not known; known: a"


def test_a_pattern_is_matched_as_a_whole() -> None:
    digits = Matching(re.compile("[0-9]{2}"), "must be two digits")
    assert digits.read(Field("x", "12"), {}) == "12"
    for content in ("1", "123", "a12"):
        assert refusal(digits, content) == "statement: must be two digits"
        assert not is_valid(digits, content)
    assert refusal(digits, 12) == "statement: must be a string, not the number 12"


class Range(NamedTuple):
    first: int
    last: int | None


def last(field: Field, known: Known) -> int | None:
    if len(known["before"]) + 1 < known["length"]:
        return field.count(known["first"], 9)
    field.text("infinity")
    return None


RANGE = Listed(
    Range,
    (
        Row("first", Count(0, 9)),
        Refusal("first", lambda known: "overlaps" if any(r.last >= known["first"] for r in known["before"]) else None),
        Row("last", Leaf("last k", last)),
    ),
)
RANGES = ListOf(RANGE, 1, 3)


def test_entries_of_a_list_in_order_know_those_before() -> None:
    assert RANGES.read(Field("x", [[0, 3], [4, "infinity"]]), {}) == (Range(0, 3), Range(4, None))
    assert write(RANGES, (Range(0, 3), Range(4, None))) == [[0, 3], [4, "infinity"]]
    assert is_valid(RANGES, [[0, 3], [4, "infinity"]])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([[0, 3], [3, "infinity"]], "statement[1][0]: overlaps"),
        ([[0, "infinity"], [3, "infinity"]], "statement[0][1]: must be an integer, not a string"),
        ([[4, 3], [5, "infinity"]], "statement[0][1]: 3 is not between 4 and 9"),
        ([[0, 3]], "statement[0][1]: must be a string, not the number 3"),
        ([[0]], "statement[0]: has 1 entry instead of 2"),
        ([], "statement: has 0 entries instead of 1 to 3"),
    ],
)
def test_a_refusal_names_the_entry(content: object, reason: str) -> None:
    assert refusal(RANGES, content) == reason


ORDER_AND_ROWS = Table(
    dict,
    (
        Row("rows", triangle(lambda known: known["order"])),
        Row("order", Count(1, 3)),
        Derived("entries", lambda known: sum(map(len, known["rows"]))),
        Row("note", FLAG, needed=lambda known, field: known["noted"]),
    ),
    read_first="order",
)


def test_what_depends_on_a_later_member_is_read_after_it_and_a_value_may_follow_from_others() -> None:
    content = {"rows": [["1"], ["0", "2"]], "order": 2}
    found = ORDER_AND_ROWS.read(Field("x", content), {"noted": False})
    assert found == {"order": 2, "rows": ((1,), (0, 2)), "entries": 3, "note": None}
    for rows, reason in (([["1"]], "x.rows: has 1 entry"), ([["1"], ["0"]], "has 1 entry instead of 2")):
        with pytest.raises(NotACertificate, match=reason):
            ORDER_AND_ROWS.read(Field("x", {**content, "rows": rows}), {"noted": False})


def test_a_member_that_is_not_needed_is_unknown_and_one_that_is_may_not_be_missing() -> None:
    content = {"rows": [["1"]], "order": 1}
    assert ORDER_AND_ROWS.read(Field("x", {**content, "note": True}), {"noted": True})["note"] is True
    with pytest.raises(NotACertificate, match="x.note: unknown field"):
        ORDER_AND_ROWS.read(Field("x", {**content, "note": True}), {"noted": False})
    with pytest.raises(NotACertificate, match="x.note: this field is missing"):
        ORDER_AND_ROWS.read(Field("x", content), {"noted": True})
