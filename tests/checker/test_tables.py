"""Statements and witnesses are written as they were read, and satisfy the JSON Schema of their tables.

Of every committed certificate, manifests among them, and every valid file of the corpus.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.campaigns import sampled
from tests.corpus.forge import CORPUS, Document
from verify.checker.core import exact
from verify.checker.core.reader import Field
from verify.checker.front import manifest
from verify.checker.front.certificate import Certificate
from verify.checker.front.manifest import Manifest
from verify.checker.kinds import KINDS, kind_of
from verify.checker.statements.network import LAYER_ACTIVATION, LayerActivation
from verify.producer.tables import json_schema, write


def is_committed(path: Path) -> bool:
    return path.parent.parent.name == "certificates"


FOLDERS = [CORPUS / "valid", *sorted((CORPUS.parents[1] / "certificates").iterdir())]


FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.json"))]
MANIFESTS = [path for path in FILES if "manifest" in json.loads(path.read_bytes())["format"]]
EVERY = [path for path in FILES if path not in MANIFESTS]
SHORT = [path for path in EVERY if path.stat().st_size < 100_000]
"""Of the longer ones the JSON Schema takes minutes; they are of the same kinds."""
LONG = [path for path in EVERY if path not in SHORT]
COMMITTED = [*filter(is_committed, SHORT), *sampled(filter(is_committed, LONG), every=24)]


def numbers(content: Any) -> Any:
    """With every exact number read: its spelling is free. So is that of an activation that has a short name."""
    if isinstance(content, dict):
        if content == {"leaky-relu": "0"}:
            return LAYER_ACTIVATION.read(Field("", "relu"), {})
        if len(content) == 1 and next(iter(content)) in ("leaky-relu", "piecewise-linear", "polynomial"):
            return LAYER_ACTIVATION.read(Field("", content), {})
        return {name: numbers(each) for name, each in content.items()}
    if isinstance(content, list):
        return [numbers(each) for each in content]
    if content in ("relu", "identity", "square"):
        return LAYER_ACTIVATION.read(Field("", content), {})
    try:
        return exact.parse(content) if isinstance(content, str) else content
    except ValueError:
        return content


def test_there_are_files_of_each_kind() -> None:
    kinds = [json.loads(path.read_bytes())["statement"]["landscape"]["kind"] for path in EVERY]
    assert set(kinds) == set(KINDS)
    assert min(map(kinds.count, KINDS)) >= 3
    assert len(MANIFESTS) >= 3


@pytest.mark.parametrize(
    "path", sampled(SHORT, every=10) + sampled(LONG, every=24), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_what_is_read_is_written_and_satisfies_the_schema(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    certificate = Certificate.read(Field("", document))
    kind = certificate.kind
    for name, type_, value in (
        ("statement", kind.statement, certificate.statement),
        ("witness", kind.witness, certificate.witness),
    ):
        written = write(type_, value)
        assert numbers(written) == numbers(document[name])
        assert type_.read(Field(name, written), {"statement": certificate.statement}) == value


@pytest.mark.parametrize("path", sampled(SHORT, every=10), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_read_satisfies_the_schema(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    kind = Certificate.read(Field("", document)).kind
    for name, type_ in (("statement", kind.statement), ("witness", kind.witness)):
        schema = Draft202012Validator(json_schema(type_))
        assert schema.is_valid(document[name])
        assert not schema.is_valid({**document[name], "more": "1"})


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_committed_files_are_written_letter_by_letter(path: Path) -> None:
    """But for a network, which the provers write in the words in which it was given."""
    document: Document = json.loads(path.read_bytes())
    certificate = Certificate.read(Field("", document))
    kind = certificate.kind
    statement, witness = write(kind.statement, certificate.statement), write(kind.witness, certificate.witness)
    assert isinstance(statement, dict)
    if document["statement"]["landscape"]["kind"] == "empirical-risk":
        statement["landscape"] = document["statement"]["landscape"]
    assert json.dumps([statement, witness]) == json.dumps([document["statement"], document["witness"]])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_a_schema(kind: str) -> None:
    statement = next(
        Field("statement", document["statement"])
        for document in map(json.loads, (path.read_bytes() for path in EVERY))
        if document["statement"]["landscape"]["kind"] == kind
    )
    for type_ in (kind_of(statement).statement, kind_of(statement).witness):
        Draft202012Validator.check_schema(json_schema(type_))


def test_the_spelling_of_numbers_is_all_that_is_free() -> None:
    assert numbers(["2/4", {"a": "1*2^-1"}]) == [Fraction(1, 2), {"a": Fraction(1, 2)}]
    assert numbers(["1/2"]) != numbers(["1/3"])
    assert numbers("relu") == numbers({"leaky-relu": "0"}) != numbers({"leaky-relu": "1"})
    assert numbers("relu") == numbers({"piecewise-linear": ["0", "1"]}) != numbers({"piecewise-linear": ["0", "2"]})


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_manifest_is_written_as_it_is_read(path: Path) -> None:
    document: Document = json.loads(path.read_bytes())
    found = Manifest.read(Field("", document))
    assert json.dumps(write(manifest.WITNESS, found)) == json.dumps(document["witness"])
    assert json.dumps(write(manifest.THEOREM, found.statement)) == json.dumps(document["statement"])
    assert Draft202012Validator(json_schema(manifest.WITNESS)).is_valid(document["witness"])
    assert Draft202012Validator(json_schema(manifest.THEOREM)).is_valid(document["statement"])


@pytest.mark.parametrize(
    ("spelling", "shortest"),
    [
        ("tanh", "tanh"),
        ({"piecewise-linear": ["0", "1"]}, "relu"),
        ({"piecewise-linear": ["1", "1"]}, "identity"),
        ({"leaky-relu": "2/20"}, {"leaky-relu": "1/10"}),
        ({"piecewise-linear": ["1/10", "1"]}, {"leaky-relu": "1/10"}),
        ({"piecewise-linear": ["1", "2"]}, {"piecewise-linear": ["1", "2"]}),
        ({"polynomial": ["0", "0", "1"]}, "square"),
        ({"polynomial": ["3"]}, {"polynomial": ["3"]}),
        ({"elu": ["1", "3"]}, {"elu": ["1", "3"]}),
    ],
)
def test_an_activation_is_written_in_its_shortest_spelling(spelling: object, shortest: object) -> None:
    activation = LAYER_ACTIVATION.read(Field("", spelling), {})
    assert isinstance(activation, LayerActivation)
    assert write(LAYER_ACTIVATION, activation) == shortest
    assert LAYER_ACTIVATION.read(Field("", shortest), {}) == activation
    for content in (spelling, shortest):
        assert Draft202012Validator(json_schema(LAYER_ACTIVATION)).is_valid(content)


@pytest.mark.parametrize("content", ["gelu-2", {}, {"elu": ["1"]}, {"leaky-relu": ["1"]}, {"elu": ["1", "3"], "x": 1}])
def test_the_schema_of_activations_refuses_what_is_none(content: object) -> None:
    assert not Draft202012Validator(json_schema(LAYER_ACTIVATION)).is_valid(content)
