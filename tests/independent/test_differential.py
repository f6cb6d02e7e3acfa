"""The two checkers on the whole corpus, on mutants of it, and on texts that readers of JSON take differently.

A long run: python -m tests.independent --count 100000 --seed 7
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.campaigns import campaign, examples, sampled
from tests.fuzz.engine import repair, write
from tests.independent.differential import (
    CORPUS,
    EXACT,
    POPULATION,
    Differential,
    certificates,
    compare,
    originals,
    sample_of_points,
    symmetric_certificates,
)
from tests.independent.differential import is_left_out as has_no_rule
from verify.independent.checking import check as second_check
from verify.independent.intervals import Interval
from verify.independent.population import Loss

SOME_FAMILIES = ("family-type-a", "rejected-family-loss-elsewhere-in-the-middle", "undecided-family-radius-too-small")


def marks(path: Path, index: int) -> tuple[pytest.MarkDecorator, ...]:
    """By default: three statements for every k, which take seconds each, and every tenth of the other files."""
    left_out = path.stem not in SOME_FAMILIES if "family-" in path.stem else index % 10
    return (campaign,) if left_out else ()


FILES = [
    pytest.param(path, id=f"{path.parent.name}/{path.stem}", marks=marks(path, index))
    for folder in ("valid", "invalid", "malformed")
    for index, path in enumerate(sorted((CORPUS / folder).glob("*.json")))
]


LEFT_OUT = (
    "rule not supported",
    "more steps than this checker takes on",
    "trajectories are followed with a target only",
    "gradient descent is not followed for boxes of eigenvalues here",
)
"""What the second checker says of files that it has no rule for, or that are more work than it does."""


def is_left_out(path: Path) -> bool:
    reason = second_check(str(path)).reason
    return reason in LEFT_OUT


@pytest.mark.parametrize("path", FILES)
def test_corpus(path: Path) -> None:
    """Not only must they not contradict each other: the second decides what the first does."""
    first, second = compare(path)
    assert second == first or first == "Undecided" or is_left_out(path)


@pytest.mark.parametrize("path", sampled(certificates(unknowns=64), every=6), ids=lambda path: path.stem)
def test_committed_certificates(path: Path) -> None:
    first, second = compare(path)
    assert first == "Verified"
    assert second == "Verified" or is_left_out(path)


@pytest.mark.parametrize(
    "path", sampled(symmetric_certificates(), every=6), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_some_points_of_committed_certificates(path: Path, tmp_path: Path) -> None:
    """All of them: python -m verify.independent certificates."""
    sample = tmp_path / "sample.json"
    sample.write_bytes(write(sample_of_points(path, count=4, seed=3)))
    assert compare(sample) == ("Verified", "Verified")


@campaign
@pytest.mark.parametrize("name", ["type-a", "type-ii"])
def test_committed_certificates_of_every_k(name: str) -> None:
    path = CORPUS.parents[1] / "certificates" / "spurious-minima-for-every-k" / f"{name}.json"
    assert compare(path, seconds=600) == ("Verified", "Verified")


@campaign
@pytest.mark.parametrize("name", ["digits-10", "digits-20", "digits-20-all-layers", "digits-50"])
def test_committed_certificates_of_descent(name: str) -> None:
    """The second checker follows all but the largest."""
    path = CORPUS.parents[1] / "certificates" / "descent-from-initialisation" / f"{name}.json"
    first, second = compare(path, seconds=600)
    assert (first, second) == ("Verified", "Undecided" if name == "digits-50" else "Verified")


@pytest.mark.parametrize("count", [200, pytest.param(1_200, marks=campaign)])
def test_mutants_of_small_certificates(count: int, tmp_path: Path) -> None:
    tally = Differential(tmp_path, originals(unknowns=9, kinds=POPULATION)).run(count, seed=7)
    decided = {second for _, second in tally}
    assert decided == {"Verified", "Rejected", "Undecided", "Malformed"}
    assert tally["Verified", "Verified"] > count / 40
    assert tally["Rejected", "Rejected"] > count / 24
    assert sum(times for (first, second), times in tally.items() if first != second) < count / 15


@pytest.mark.parametrize(("count", "seed"), [(50, 2), pytest.param(250, 5, marks=campaign)])
def test_mutants_of_symmetric_points_and_of_every_k(count: int, seed: int, tmp_path: Path) -> None:
    kinds = ("symmetric-teacher-student", "population-teacher-student-family")
    documents = [one for one in originals() if one["statement"]["landscape"]["kind"] in kinds]
    assert len(documents) > 5
    tally = Differential(tmp_path, documents).run(count, seed)
    assert tally["Verified", "Verified"] > count / 31
    assert tally["Rejected", "Rejected"] > count / 25


@pytest.mark.parametrize("count", [400, pytest.param(1_500, marks=campaign)])
def test_mutants_of_exact_statements(count: int, tmp_path: Path) -> None:
    documents = [document for document in originals(kinds=EXACT) if not has_no_rule(document)]
    tally = Differential(tmp_path, documents).run(count, seed=13)
    assert tally["Verified", "Verified"] > count / 19
    assert tally["Rejected", "Rejected"] > count / 19
    assert sum(times for (first, second), times in tally.items() if first != second) < count / 50


def test_mutants_of_all_certificates(tmp_path: Path) -> None:
    assert Differential(tmp_path, originals()).run(100, seed=11).total() == 100


GOOD = (CORPUS / "valid" / "global-minimum-k1.json").read_text(encoding="utf-8")


def provenance(text: str) -> str:
    """A good certificate with this text as its provenance."""
    document = json.loads(GOOD)
    document.pop("provenance", None)
    return json.dumps(document)[:-1] + f', "provenance": {text}}}'


def statement(old: str, new: str) -> str:
    """A good certificate with another spelling in its text, the digest as it was."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


TEXTS: dict[str, str] = {
    "nan in the provenance": provenance("NaN"),
    "minus infinity in the provenance": provenance("[-Infinity, Infinity, 1e999, -0.0]"),
    "minus nan in the provenance": provenance("-NaN"),
    "a long integer in the provenance": provenance("9" * 5_000),
    "repeated names in the provenance": provenance('{"a": 1, "a": 2}'),
    "a lone surrogate in the provenance": provenance('"\\ud800"'),
    "a control character in the provenance": provenance('"\x01"'),
    "a tab in the provenance": provenance('"\t"'),
    "an escaped tab in the provenance": provenance('"\\t\\/\\b"'),
    "a wrong escape": provenance('"\\x41"'),
    "a short escape": provenance('"\\u12"'),
    "a vertical tab": provenance("\x0b1"),
    "a no-break space": provenance("\u00a01"),
    "a trailing comma": provenance("[1,]"),
    "a leading comma": provenance("[,1]"),
    "a missing comma": provenance("[1 2]"),
    "a name without quotes": provenance("{a: 1}"),
    "no name": provenance("{: 1}"),
    "a word that goes on": provenance("trueish"),
    "a capital word": provenance("True"),
    "a leading zero": provenance("01"),
    "a leading plus": provenance("+1"),
    "a point without digits": provenance("1."),
    "digits that are not ASCII": provenance("١"),
    "an exponent in the provenance": provenance("1E+400"),
    "level 32": provenance("[" * 31 + "]" * 31),
    "a scalar on level 32": provenance("[" * 30 + "1" + "]" * 30),
    "a scalar on level 33": provenance("[" * 31 + "1" + "]" * 31),
    "an empty list on level 33": provenance("[" * 32 + "]" * 32),
    "an empty object on level 33": provenance("[" * 31 + "{}" + "]" * 31),
    "an escape in a string": statement('"relu"', '"\\u0072elu"'),
    "an escape in a name": statement('"witness"', '"witn\\u0065ss"'),
    "provenance by an escape": provenance("1").replace('"provenance"', '"proven\\u0061nce"'),
    "provenance twice": provenance("1")[:-1] + ', "provenance": 2}',
    "provenance within the statement": statement('"property"', '"provenance": NaN, "property"'),
    "minus zero as an integer": statement('"neurons": 1', '"neurons": -0'),
    "a negative integer of nine digits": statement('"neurons": 1', '"neurons": -999999999'),
    "a float within the statement": statement('"neurons": 1', '"neurons": 1.0'),
    "an exponent within the statement": statement('"neurons": 1', '"neurons": 1e0'),
    "white space of all kinds": "\r\n\t " + GOOD + " \t\r\n",
    "a form feed at the end": GOOD + "\f",
    "a null byte at the end": GOOD + "\0",
    "a byte order mark": "\ufeff" + GOOD,
    "nothing but white space": " \n",
    "a comment": GOOD + "// end",
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(TEXTS[name].encode("utf-8", "surrogatepass"))
    compare(path)


PIECES = st.sampled_from(
    [*'[]{},:"\\ \n0123456789-+.eE\0é', "NaN", "Infinity", "null", "true", "\\u0041", "\\ud83d", '"a"', "1e5"]
)


@settings(max_examples=examples(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_as_provenance(tmp_path: Path, text: str) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(provenance(text), encoding="utf-8")
    compare(path)


NUMBERS = st.text("0123456789-/*^2 +.e", max_size=10) | st.from_regex(
    r"-?[0-9]{1,12}(/[0-9]{1,9}|\*2\^-?[0-9]{1,5})?", fullmatch=True
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(NUMBERS)
def test_any_text_as_a_number(tmp_path: Path, number: str) -> None:
    document = json.loads(GOOD)
    document["statement"]["value"][1] = number
    repair(document)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    compare(path)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=60))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    assert compare(path) == ("Malformed", "Malformed")


def _sizes(**changes: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        statement = document["statement"]
        statement["landscape"]["neurons"] = changes.get("n", 1)
        k, d = changes.get("k", 1), changes.get("d", 1)
        statement["landscape"]["teacher"] = changes.get("teacher", {"rows": [["1"] * d] * k})
        statement["input_dimension"] = d
        statement["region"]["center"] = [["1"] * d] * changes.get("n", 1)

    return change


@pytest.mark.parametrize(
    ("sizes", "well_formed"),
    [
        ({"n": 399}, True),
        ({"n": 400}, False),
        ({"k": 399}, True),
        ({"k": 400}, False),
        ({"d": 16_384}, True),
        ({"d": 16_385}, False),
        ({"n": 2, "d": 8_192}, True),
        ({"n": 2, "d": 8_193}, False),
        ({"k": 2, "d": 8_193}, False),
        ({"teacher": {"orthonormal": 128}, "d": 128}, True),
        ({"teacher": {"orthonormal": 129}, "d": 129}, False),
        ({"teacher": {"orthonormal": 2}, "d": 1}, False),
    ],
)
def test_sizes(sizes: dict[str, Any], well_formed: bool, tmp_path: Path) -> None:
    document = json.loads(GOOD)
    _sizes(**sizes)(document)
    repair(document)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert (compare(path, seconds=0.01)[0] != "Malformed") == well_formed


def test_a_disagreement_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second checker that takes a part of the Hessian for something else is caught by the corpus."""
    monkeypatch.setattr(Loss, "gradient", lambda self: [Interval.of(1, self.bits)] * 4)
    with pytest.raises(AssertionError, match="'Verified', 'Rejected'"):
        compare(CORPUS / "valid" / "global-minimum-k2.json")
