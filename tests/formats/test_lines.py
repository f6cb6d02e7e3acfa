"""The lines that findings are shown at: of claims in TOML, of fields in JSON, whatever else stands in the file."""

from __future__ import annotations

import json
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from verify.formats.lines import of_claims, of_reason

HOSTILE = ["[[claims]]", "# [[claims]]", '"""', "'''", "claims = [{", "]]", "{", "\\"]
words = st.text(st.sampled_from("ab[]{}#=,'\" \\"), max_size=12) | st.sampled_from(HOSTILE)


def quoted(text: str, style: int) -> str:
    """A TOML string with this content."""
    if style == 0 or "'" in text:
        return json.dumps(text)
    if style == 1:
        return f"'{text}'"
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(words, st.integers(0, 2), words), min_size=1, max_size=5), words)
def test_each_claim_is_found_whatever_its_strings_and_comments_hold(
    claims: list[tuple[str, int, str]], other: str
) -> None:
    rows = ["# head [[claims]]", "[landscapes.a]", f"note = {quoted(other, 0)}", "rows = [[1, 2],", "  [3]]"]
    expected = []
    for text, style, comment in claims:
        rows.append(f"  [[ claims ]] # {comment}" if style else "[[claims]]")
        expected.append(sum(row.count("\n") + 1 for row in rows))
        rows += [f"id = {quoted(text, style)}  # {comment}", "point = {layers = [{weights = [[1]]}]}"]
    document = "\n".join(rows)
    assert len(tomllib.loads(document)["claims"]) == len(expected)
    assert of_claims(document) == expected


def test_inline_claims_are_found() -> None:
    document = 'claims = [\n  {id = "a", point = {file = "x"}},\n  # {\n  {id = "b]"}, {id = "c"},\n]\n[landscapes.x]\n'
    assert of_claims(document) == [2, 4, 4]


def test_a_field_is_found_in_its_object() -> None:
    document = json.dumps(
        {"statement": {"a": [{"b": 1}, {"b": [2, 3]}], "b": "statement.a[1].b: {"}, "b": {"c": None}}, indent=1
    )
    lines = document.splitlines()
    for reason, content in {
        "statement.a[1].b[1]: is too large": "3",
        "statement.a[0].b: is wrong": '"b": 1',
        "statement.b: unknown field": '"b": "statement',
        "b.c: must not be null": '"c": null',
    }.items():
        assert lines[of_reason(document, reason) - 1].strip().startswith(content), reason


def test_a_field_that_is_missing_is_found_as_what_it_is_missing_in() -> None:
    document = '{\n"a": 1,\n"statement": {\n"x": 1}}'
    assert of_reason(document, "statement.y: this field is missing") == 3
    assert of_reason(document, "is empty") == 1
    assert of_reason(document, "is not JSON: Expecting value at line 3, column 2") == 3
    assert of_reason(document, "is not JSON: Expecting value at line 300, column 2") == 4


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text(st.sampled_from('[]{},:"a1\\\n'), max_size=60), st.text(max_size=20))
def test_what_is_no_json_gets_some_line_of_the_file(document: str, reason: str) -> None:
    for told in (reason, "a.b[0]: x", "a[1]: x"):
        assert 1 <= of_reason(document, told) <= document.count("\n") + 1
    assert all(1 <= line <= document.count("\n") + 1 for line in of_claims(document))
