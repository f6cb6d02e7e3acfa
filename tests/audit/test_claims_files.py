"""Claims files: what each key means, what is malformed, and that the table, the schema and the documents agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from verify.checker.core.codes import ExitCode
from verify.checker.statements.empirical_risk import EmpiricalRiskLandscape
from verify.producer.audit import BadClaims, read_claims
from verify.producer.audit.keys import CLAIM, COMMON, LANDSCAPE, LANDSCAPE_REQUIRED, NEEDS, PROPERTIES, RESERVED, TOP
from verify.producer.audit.properties import PROVE, REFUTE
from verify.producer.audit.schema import ACTIVATIONS, PARAMETRIC, schema
from verify.producer.cli import main

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "AUDIT.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "verify" / "producer" / "audit" / "example.toml").read_text(encoding="utf-8")
LINE = """
[landscapes.line]
inputs = [1, 2, 4]
targets = [2, 4, 8]
widths = [1]
biases = false
"""
VALUES: dict[str, str] = {
    "id": '"c"',
    "landscape": '"line"',
    "point": "[2]",
    "within": '"1/10"',
    "loss": "0",
    "better": "[3]",
    "count": "2",
    "box": "[[-1, 1]]",
    "widths_from": "2",
    "pre_activations": "[1, 2]",
    "output_weights": "[1]",
    "start": "[1]",
    "end": "[1]",
    "step_size": '"1/100"',
    "steps": "3",
    "momentum": '"1/2"',
    "layer": "1",
    "eigenvalue": "'1/10'",
}


def written(folder: Path, content: str) -> Path:
    path = folder / "claims.toml"
    path.write_text(content, encoding="utf-8")
    return path


def claims_with(name: str, keys: list[str], **values: str) -> str:
    shown = {**VALUES, "property": f'"{name}"', **values}
    return LINE + "[[claims]]\n" + "".join(f"{key} = {shown[key]}\n" for key in keys)


def audit(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["audit", str(path), *options])


# The one table


def test_every_property_is_in_every_table() -> None:
    assert [*PROVE] == [*REFUTE] == [*PROPERTIES]
    assert all(PROVE.values())
    assert {key for used in PROPERTIES.values() for key in used.keys} == {*CLAIM}
    assert not {*RESERVED} & {*CLAIM, *LANDSCAPE, *TOP}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_takes_the_keys_of_the_table_and_no_others(name: str, tmp_path: Path) -> None:
    used = PROPERTIES[name]
    keys = [*used.keys] if name != "degenerate-local-minimum-of-every-width" else [*COMMON, *used.required, "within"]
    assert len(read_claims(written(tmp_path, claims_with(name, keys)))) == 1
    for key in used.required:
        with pytest.raises(BadClaims, match=rf"claims\[0\].*'{key}'|{key}: says nothing without|{key}.*required"):
            read_claims(written(tmp_path, claims_with(name, [other for other in keys if other != key])))
    for key in {*CLAIM} - {*used.keys}:
        with pytest.raises(BadClaims, match=rf"claims\[0\].{key}: {name} does not use this key; remove it.*'c'"):
            read_claims(written(tmp_path, claims_with(name, [*keys, key])))


def test_the_schema_and_the_reader_take_the_same_keys() -> None:
    """On random claims: the schema alone, for editors, and the reader."""
    from verify.producer.audit.validate import keys_and_numbers

    random = Random(1)
    plain: dict[str, Any] = {
        "id": "c",
        "landscape": "line",
        "point": [2],
        "within": "1/10",
        "loss": 0,
        "better": [3],
        "count": 2,
        "box": [[-1, 1]],
        "widths_from": 2,
        "pre_activations": [1, 2],
        "output_weights": [1],
        "start": [1],
        "end": [1],
        "step_size": "1/100",
        "steps": 3,
        "momentum": "1/2",
        "layer": 1,
        "eigenvalue": ["1/10", 1],
    }
    landscapes = {"line": {"inputs": [1], "targets": [2], "widths": [1]}}
    validator = Draft202012Validator(schema())
    seen = {True: 0, False: 0}
    for _ in range(400):
        name = random.choice([*PROPERTIES])
        used = PROPERTIES[name]
        keys = {*used.keys} - {key for key in used.optional if random.random() < 0.5}
        for _ in range(random.choice((0, 0, 1, 2))):
            keys ^= {random.choice([*CLAIM])}
        claim = {
            **{key: plain[key] for key in keys - {"property"}},
            **({"property": name} if "property" in keys else {}),
        }
        document = {"landscapes": landscapes, "claims": [claim]}
        accepted = not list(keys_and_numbers(document))
        assert accepted == validator.is_valid(document), claim
        seen[accepted] += 1
    assert min(seen.values()) > 50


def test_the_guide_has_the_rows_of_the_table() -> None:
    for keys in (LANDSCAPE, CLAIM):
        for name, key in keys.items():
            assert f"| `{name}` | {key.meaning} | {key.default} |" in GUIDE
    for name, used in PROPERTIES.items():
        means = used.means.format(where="*there*")
        required, optional = (", ".join(f"`{key}`" for key in keys) for keys in (used.required, used.optional))
        assert f"| `{name}` | {means} | {required} | {optional} |" in GUIDE
    assert f"is malformed, and so is one of a version to come ({', '.join(f'`{key}`' for key in RESERVED)})." in GUIDE
    names = re.findall(r"`\{?([a-z-]+)", LANDSCAPE["activation"].meaning)
    assert {*names} == {*ACTIVATIONS, *PARAMETRIC}


def test_the_guide_and_the_help_have_the_exit_codes_in_order() -> None:
    stated = [int(code) for code in re.findall(r"^\| (\d+) \| ", GUIDE, flags=re.MULTILINE)]
    assert stated == [130, 74, 70, 2, 1, 3, 0]
    told = " ".join(CliRunner().invoke(main, ["audit", "--help"]).output.split())
    assert "the first of 130, 74, 70, 2, 1, 3, 0" in told
    assert all(str(code.value) in told for code in ExitCode)


def test_the_schema_describes_every_key() -> None:
    found = schema()
    Draft202012Validator.check_schema(found)
    assert {*found["$defs"]["landscape"]["properties"]} == {*LANDSCAPE}
    assert {*found["$defs"]["claim"]["properties"]} == {*CLAIM}
    assert found["$defs"]["landscape"]["else"] == {"required": [*LANDSCAPE_REQUIRED]}
    assert found["$defs"]["landscape"]["if"] == {"required": ["file"]}
    assert [*NEEDS] == ["within"]
    assert json.loads(CliRunner().invoke(main, ["audit", "--schema"]).stdout) == found


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_of_the_schema_is_read(activation: str, tmp_path: Path) -> None:
    (claim,) = read_claims(
        written(tmp_path, EXAMPLE.replace('"relu"', f'"{activation}"').split('[[claims]]\nid = "bad')[0])
    )
    assert isinstance(claim.risk.exact, EmpiricalRiskLandscape)


def test_the_example_uses_keys_of_the_table_and_states_the_default() -> None:
    keys = set(re.findall(r"^#? ?(\w+) = ", EXAMPLE, flags=re.MULTILINE))
    assert keys <= {*LANDSCAPE, *CLAIM, *TOP}
    assert "(default: 0 where all is rational)" in EXAMPLE


# What is malformed: one line, exit code 2, nothing written

VALUE = '[[claims]]\nid = "v"\nlandscape = "line"\nproperty = "value"\npoint = [2]\nloss = 0\n'
BAD = {
    "a typo of a required key": (VALUE.replace("property", "proprety"), ["'proprety' was unexpected", "'property'?"]),
    "a typo of an optional key": (
        VALUE.replace("loss", "los"),
        ["'los' was unexpected", "did you mean 'loss'?", "'v'"],
    ),
    "a typo of a property": (
        VALUE.replace('"value"', '"vlue"'),
        ["claims[0].property: 'vlue'", "did you mean 'value'?"],
    ),
    "a key of a later version": (VALUE + "boxes = [1]\n", ["'boxes'", "not supported yet"]),
    "an id with a newline": (VALUE.replace('"v"', '"v\\n"'), ["claims[0].id: 'v\\\\n' does not match"]),
    "an id that turns the text around": (VALUE.replace('"v"', '"\\u202Ev"'), ["'\\\\u202ev' does not match"]),
    "an id that is too long": (VALUE.replace('"v"', f'"{"v" * 101}"'), ["does not match"]),
    "an id that is a number": (VALUE.replace('"v"', "5"), ["claims[0].id: 5 is not of type string"]),
    "an id twice, but for its case": (VALUE + VALUE.replace('"v"', '"V"'), ["this id is used twice"]),
    "a landscape with a typo": (VALUE.replace('"line"', '"lime"'), ["no landscapes.lime", "did you mean 'line'?"]),
    "not a number": (VALUE.replace("loss = 0", "loss = nan"), ["claims[0].loss: 'nan' is not a number"]),
    "an infinite number": (VALUE.replace("[2]", "[-inf]"), ["claims[0].point[0]: '-inf' is not a number"]),
    "a huge exponent": (VALUE.replace("loss = 0", "loss = 1e400000"), ["'1e400000' is not a number"]),
    "a huge integer": (VALUE.replace("loss = 0", f"loss = 1{'0' * 700}"), ["more than 640 digits"]),
    "a larger integer": (VALUE.replace("loss = 0", f"loss = 1{'0' * 5000}"), ["thousands of digits"]),
    "a date": (VALUE.replace("loss = 0", "loss = 2020-01-01"), ["claims[0].loss: datetime.date"]),
    "a negative distance": (VALUE.replace('"value"', '"saddle"') + "within = -1\n", ["within: must not be negative"]),
    "bounds in the wrong order": (VALUE.replace("loss = 0", "loss = [1, 0]"), ["lower bound is above"]),
    "a landscape by a key's typo": (LINE.replace("widths", "width") + VALUE, ["'width' was unexpected", "'widths'?"]),
}
LANDSCAPES = {
    "scale = 0": "scale: must be positive",
    'scale = ""': "'' is not a number",
    "scale = -1": "scale: must be positive",
    "weight_decay = -1": "weight_decay: must not be negative",
    "fixed = [[0, 1], [0, 2]]": "fixed: parameter 0 is fixed twice",
    "fixed = [[0, nan]]": "fixed[0][1]: 'nan' is not a number",
    "boxes = [1]": "'boxes' (the boxes of a cover) is not supported yet",
    "sample_weights = [1]": "has 1 entries, there are 3 samples",
    "sample_weights = [1, -1, 1]": "sample_weights: must not be negative",
    "sample_weights = [0, 0, 0]": "sample_weights: must not all be 0",
    'loss = "huber"': "loss.delta: this field is missing",
    "delta = 1": "loss.delta: unknown field",
    'loss = "hinge"': "must be 1 or -1 for the hinge loss",
    "map = {trained = 1}": "map: 'entries' is a required property",
    "map = {trained = 1, entries = [[0, 0]]}": "map.entries[0]: has 2 entries instead of 3",
    "map = {trained = 1, entries = [[9, 0, 1]]}": "9 is not between 0 and",
    'output = "rleu"': "'rleu' is not known",
    "output = {polynomial = [[1]]}": "output.polynomial[0]: [1] is not of type number or string",
    "output = {polynomial = []}": "output.polynomial: has 0 entries instead of 1",
    "output = {elu = [1]}": "output.elu: has 1 entry instead of 2",
    "output = {leaky-relu = [1]}": "output.leaky-relu: [1] is not of type number or string",
    "output = {leaky-rlu = 1}": "did you mean 'leaky-relu'?",
    'output = {leaky-relu = "x"}': "'x' is not a number",
    "output = 3": "output: 3 is not of type string or object",
    'loss = "square"': "loss: 'square' is not one of",
}


def is_refused_in_one_line(content: str, folder: Path) -> str:
    path = written(folder, content)
    before = set(folder.iterdir())
    result = audit(path)
    assert result.exit_code == 2, result.output
    assert len(result.output.strip().splitlines()) == 1
    assert result.output.startswith(f"Malformed: {path}: ")
    assert set(folder.iterdir()) == before
    return result.output


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_one_line_with_the_place_and_the_fix(case: str, tmp_path: Path) -> None:
    content, wanted = BAD[case]
    output = is_refused_in_one_line(content if "landscapes" in content else LINE + content, tmp_path)
    assert [part for part in wanted if part.replace("\\\\", "\\") not in output.replace("\\\\", "\\")] == []


@pytest.mark.parametrize("line", LANDSCAPES)
def test_a_bad_landscape_is_refused_in_one_line(line: str, tmp_path: Path) -> None:
    assert LANDSCAPES[line] in is_refused_in_one_line(f"{LINE}{line}\n{VALUE}", tmp_path)


POINTS = {
    "{layer = [{weights = [[2]]}]}": "claims[0].point: the key 'layer' is not known; did you mean 'layers'?",
    "{layers = [{wieghts = [[2]]}]}": "point.layers[0]: the key 'wieghts' is not known; did you mean 'weights'?",
    "{layers = [{weights = [[2]], bias = [1]}]}": "point.layers[0].bias: must not be there: biases = false",
    "{layers = [{weights = [[2, 3]]}]}": "point.layers[0].weights: is 1 x 2, must be 1 x 1",
    "{layers = []}": "claims[0].point.layers: has 0 entries instead of at least 1",
    '{file = "x.csv", varible = "x"}': "the key 'varible' is not known; did you mean 'variable'?",
    "[[2]]": "claims[0].point[0]: [2] is not of type number or string",
    "[true]": "claims[0].point[0]: True is not of type number or string",
    "[2, 3]": "point: has 2 numbers; 1 parameters are trained",
    "2": "claims[0].point: 2 is not of type array or object",
}


@pytest.mark.parametrize("point", POINTS)
def test_a_bad_point_is_refused_in_one_line(point: str, tmp_path: Path) -> None:
    assert POINTS[point] in is_refused_in_one_line(LINE + VALUE.replace("[2]", point), tmp_path)


def test_several_errors_are_several_lines(tmp_path: Path) -> None:
    result = audit(written(tmp_path, LINE + VALUE.replace("loss", "los") + VALUE.replace("point", "pont")))
    assert len(result.output.strip().splitlines()) == 2


# Arrays in files

FILES = {
    "x.csv": ("1\n2\n4\n", "", None),
    "headed.csv": ("input\n1\n2\n4\n", ", header = true", None),
    "number-headed.csv": ("5\n1\n2\n4\n", ", header = true", None),
    "unsaid.csv": ("input\n1\n2\n4\n", "", "line 1: 'input' is not a number such as"),
    "typo.csv": ("1.o\n1\n2\n4\n", "", "if the first line is a header, say header = true"),
    "later.csv": ("1\n2\nx\n", "", "line 3: 'x' is not a number"),
    "nan.csv": ("1\nnan\n4\n", "", "line 2: 'nan' is not a number"),
    "named.csv": ("1\n2\n4\n", ', variable = "x"', "remove variable"),
    "true.json": ("[1, true, 4]", "", "must be a vector or a matrix of finite numbers"),
    "nan.json": ("[1, NaN, 4]", "", "must be a vector or a matrix of finite numbers"),
    "headed.json": ("[1, 2, 4]", ", header = true", "header = ... is for .csv files only"),
    "deep.json": ("[[[1]], [[2]], [[4]]]", "", "must be a vector or a matrix of finite numbers"),
}


@pytest.mark.parametrize("name", FILES)
def test_an_array_in_a_file_is_taken_as_said_or_refused(name: str, tmp_path: Path) -> None:
    content, more, wrong = FILES[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    text = LINE.replace("[1, 2, 4]", f'{{file = "{name}"{more}}}') + VALUE
    if wrong is not None:
        assert wrong in is_refused_in_one_line(text, tmp_path)
        return
    (claim,) = read_claims(written(tmp_path, text))
    assert [row[0] for row in claim.risk.exact.inputs] == [1, 2, 4]


def test_numbers_that_would_be_rounded_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([1, 2, 4], dtype=np.longdouble) / 3)
    text = LINE.replace("[1, 2, 4]", '{file = "x.npy"}') + VALUE
    assert "not taken exactly" in is_refused_in_one_line(text, tmp_path)
