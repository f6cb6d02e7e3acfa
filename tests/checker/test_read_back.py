"""Printed sentences follow from what was proved, number by number and direction by direction.

Each sentence is read back into a certificate, which the checker must verify. With a number as tight as the checker
verifies it, the sentence as it is printed is verified still, and with the number rounded the other way it is not.
"""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import verify.checker.manifest
import verify.checker.statements
from tests.checker.read_back import KINDS, as_printed, exact, numbers, polynomial, put, value_at
from tests.corpus.forge import CORPUS, Document, changed, load, seal, text
from verify.checker import Verified, check
from verify.checker.certificate import Certificate
from verify.checker.exact import at_least, at_most, exactly, parse, reach, written
from verify.checker.reader import Field, NotACertificate
from verify.checker.session import prove, read
from verify.checker.statements.network import Network
from verify.checker.statements.statement import Statement
from verify.independent import check as independent

VALID = CORPUS / "valid"
CERTIFICATES = CORPUS.parents[1] / "certificates"
CHEAP = ("auer-1995", "ding-2019", "du-lee-2018", "kawaguchi-2016", "other-activations", "swirszcz-2016", "yun-2019")
COMMITTED = [path for folder in CHEAP for path in sorted((CERTIFICATES / folder).glob("*.json"))]
COMMITTED += [
    path for pair in ("k06-n06", "k07-n07", "k08-n09") for path in sorted(CERTIFICATES.glob(f"*/{pair}.json"))
]
ALL = [*sorted(VALID.glob("*.json")), *COMMITTED]
SINGLE = [path for path in ALL if "manifest" not in json.loads(path.read_bytes())["format"]]


def verdict_on(document: Document, folder: Path = VALID) -> object:
    """Of the checker, on a document whose digest is repaired."""
    certificate = Certificate.read(Field("", seal(document)))
    data = document["statement"]["landscape"].get("data")
    content = b"" if data is None else (folder / data["file"]).read_bytes()
    return prove(certificate, data=content)


def is_verified(document: Document) -> bool:
    """False also where the document is malformed: beyond what may be claimed."""
    try:
        return isinstance(verdict_on(document), Verified)
    except NotACertificate:
        return False


def statement_of(document: Document) -> Statement:
    return Certificate.read(Field("", seal(document))).statement


def concrete() -> set[str]:
    """Every class of statements that has a sentence of its own."""
    for module in pkgutil.iter_modules(verify.checker.statements.__path__):
        importlib.import_module(f"verify.checker.statements.{module.name}")
    found, level = set(), [Statement]
    while level:
        level = [child for parent in level for child in parent.__subclasses__()]
        found |= set(level)
    abstract = {"CriticalPoint", "QuadraticStatement", "SemidefiniteStatement"}
    return {kind.__name__ for kind in found if kind.__module__.startswith("verify.")} - abstract


def test_every_kind_of_statement_is_read_back() -> None:
    assert set(KINDS) == concrete()
    assert {type(read(path).statement).__name__ for path in ALL} == concrete()


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sentence_read_back_is_verified(path: Path) -> None:
    document = json.loads(path.read_bytes())
    statement = read(path).statement
    printed = as_printed(document, statement)
    assert isinstance(verdict := verdict_on(printed, path.parent), Verified), (statement.sentence(), verdict)


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_number_of_a_sentence_is_left_unread(path: Path) -> None:
    """Whatever has a point or an exponent is a claim or says which landscape is meant."""
    document, statement = json.loads(path.read_bytes()), read(path).statement
    printed = re.findall(
        r"(?<![\w.^-])-?\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)", re.sub(r"SHA-256 \w+", "", statement.sentence())
    )
    found = [word for _, _, word in numbers(document, statement)]
    if "data" in document["statement"]["landscape"] or "polynomial" in document["statement"]["landscape"]["kind"]:
        return  # of boxes and polynomials there are tests of their own
    assert set(printed) <= set(found)


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sentence_names_what_the_landscape_is_made_of(path: Path) -> None:
    document, statement = json.loads(path.read_bytes()), read(path).statement
    land, said = document["statement"]["landscape"], statement.sentence()
    names = {place: number for place, number, _ in numbers(document, statement)}
    for place, member in (("loss.factor", land.get("loss")), ("activation.leaky-relu", land.get("activation"))):
        if isinstance(member, dict):
            number = exact(value_at(document, f"statement.landscape.{place}"))
            assert names.get(f"statement.landscape.{place}", Fraction(0)) == number
    decay = land.get("weight_decay", {})
    if isinstance(decay, dict):
        for kind, number in decay.items():
            assert names.get(f"statement.landscape.weight_decay.{kind}", Fraction(0)) == exact(number)
    else:
        assert names.get("statement.landscape.weight_decay", Fraction(0)) == exact(decay)
    assert ("fixed at given values" in said) == bool(land.get("fixed"))
    if "layers" in land:
        biases = [layer["bias"] for layer in land["layers"]]
        assert ("no biases" in said or "without biases" in said) == (not any(biases))
        assert ("residual" in said) == any(layer["residual"] for layer in land["layers"])
    if "perturbation" in land:
        assert ("a perturbation C" in said) == any(exact(entry) for row in land["perturbation"] for entry in row)


# Tight claims

TIGHT = [
    ("global-minimum-k2", "region.radius", -1),
    ("global-minimum-k2", "value.0", 1),
    ("type-ii-k6", "value.1", -1),
    ("type-ii-k6", "hessian_lower_bound", 1),
    ("saddle-antiparallel-k2", "region.radius", -1),
    ("saddle-antiparallel-k2", "value.0", 1),
    ("saddle-antiparallel-k2", "value.1", -1),
    ("saddle-antiparallel-k2", "negative_curvature", -1),
    ("saddle-antiparallel-k2", "positive_curvature", 1),
    ("risk-tanh", "region.radius", -1),
    ("risk-tanh", "value.0", 1),
    ("risk-tanh", "value.1", -1),
    ("risk-tanh", "hessian_lower_bound", 1),
    ("risk-saddle", "negative_curvature", -1),
    ("risk-every-width", "region.radius", -1),
    ("risk-every-width", "value.0", 1),
    ("risk-every-width", "value.1", -1),
    ("risk-value", "value.0", 1),
    ("risk-value", "value.1", -1),
    ("risk-no-critical-point", "region.radius", 1),
    ("nearby-teachers-k6", "region.radius", -1),
    ("nearby-teachers-k6", "loss_lower_bound", 1),
    ("nearby-teachers-k6", "hessian_lower_bound", 1),
    ("nearby-teachers-k6", "random_teachers.0.input_dimension.at_least", -1),
    ("nearby-teachers-k6", "random_teachers.0.fraction", -1),
    ("symmetric-type-ii", "points.0.radius", -1),
    ("symmetric-type-ii", "points.0.value.0", 1),
    ("symmetric-type-ii", "points.0.value.1", -1),
    ("symmetric-one-neuron-more", "points.0.hessian_lower_bound", 1),
    ("global-minimum-of-a-polynomial", "value.1", -1),
    ("global-minimum-of-a-polynomial", "value.0", 1),
    ("sdp-lower-exact", "bound", 1),
    ("sdp-lower-in-a-box", "bound", 1),
    ("sdp-upper-exact", "bound", -1),
    ("quadratic-global", "value.0", 1),
    ("quadratic-global", "value.1", -1),
    ("quadratic-saddle", "negative_curvature", -1),
    ("quadratic-spurious", "region.radius", -1),
    ("quadratic-spurious", "value.0", 1),
    ("quadratic-spurious", "value.1", -1),
    ("quadratic-spurious", "hessian_lower_bound", 1),
]


def with_number(document: Document, path: str, number: Fraction) -> Document:
    result = copy.deepcopy(document)
    put(result, path, number)
    return result


def tight(document: Document, path: str, sign: int) -> Fraction:
    """About the strongest number of a place that the checker verifies: to 10 digits, from the document's own on."""

    def holds(number: Fraction) -> bool:
        return is_verified(with_number(document, path, number))

    start = exact(value_at(document, path))
    whole = isinstance(value_at(document, path), int) or path.endswith("at_least")
    step = sign * (abs(start) / 64 or Fraction(1, 10**12))
    good = start
    while holds(good + step):
        good, step = good + step, 2 * step
        assert abs(step) < 10**30, "there is no end"
    bad = good + step
    for _ in range(160):
        if abs(bad - good) <= max(abs(good) / 10**14, Fraction(int(whole))):
            break
        middle = (good + bad) / 2
        middle = Fraction(round(middle) if whole else f"{float(middle):.16e}")
        good, bad = (middle, bad) if holds(middle) else (good, middle)
    simple = good.limit_denominator(10**6)  # the limit itself, where it is reached
    return simple if (simple - good) * sign > 0 and holds(simple) else good


def other_way(printed: str, sign: int) -> Fraction:
    """One unit of the last printed digit farther on, to the strong side."""
    decimal = Decimal(printed)
    return Fraction(decimal + sign * Decimal((0, (1,), decimal.as_tuple().exponent)))


@pytest.mark.parametrize(("name", "place", "sign"), TIGHT)
def test_a_tight_claim_is_printed_to_the_side_on_which_it_is_true(name: str, place: str, sign: int) -> None:
    path = f"statement.{place}"
    document = load(f"valid/{name}.json")
    claim = with_number(document, path, tight(document, path, sign))
    statement = statement_of(claim)
    [printed, *_] = [word for where, _, word in numbers(claim, statement) if where == path]
    number, claimed = Fraction(printed), exact(value_at(claim, path))
    assert (claimed - number) * sign >= 0
    alone = with_number(claim, path, number)
    assert is_verified(alone)
    if number != claimed:  # else it is printed as it is
        assert not is_verified(with_number(claim, path, other_way(printed, sign)))


@pytest.mark.parametrize(("name", "sign"), [("loss", 1), ("smallest_eigenvalue", 1)])
def test_the_bounds_of_a_family_are_not_verified_much_tighter(name: str, sign: int) -> None:
    path = f"statement.bounds.0.{name}.0"
    document = load("valid/family-type-a.json")
    assert not is_verified(with_number(document, path, exact(value_at(document, path)) * (1 + sign * Fraction(1, 50))))


# What no number tells


@pytest.mark.parametrize("path", sorted(VALID.glob("manifest-*.json")), ids=lambda path: path.stem)
def test_a_theorem_read_back_is_the_manifests(path: Path, tmp_path: Path) -> None:
    """Its pairs; and one more is not proved."""
    document = json.loads(path.read_bytes())
    said = read(path).statement.sentence()
    pairs = [[int(k), int(n)] for k, n in re.findall(r"\((\d+), (\d+)\)", said)]
    assert pairs == document["statement"]["pairs"]
    assert f"each of the {len(pairs)} pairs" in said
    assert ("every input dimension d >= k" in said) == (document["statement"]["input_dimension"] == "at_least_k")
    for part in document["witness"]["parts"]:
        shutil.copy(VALID / part["file"], tmp_path)
    document["statement"]["pairs"].append([k + 1 for k in max(pairs)])
    (tmp_path / "manifest.json").write_text(text(seal(document)), encoding="utf-8")
    assert not isinstance(check(tmp_path / "manifest.json"), Verified)


@pytest.mark.parametrize("path", [path for path in SINGLE if path.stem.startswith(("sum-of", "global-minimum-of"))])
def test_a_polynomial_read_back_is_the_certificates(path: Path) -> None:
    document, statement = json.loads(path.read_bytes()), read(path).statement
    found = polynomial(statement.sentence())
    assert found is not None
    land = document["statement"]["landscape"]
    symbols = sympy.symbols(land["indeterminates"])
    terms = (
        sympy.Rational(coefficient) * sympy.prod(x**e for x, e in zip(symbols, exponents, strict=True))
        for exponents, coefficient in land["terms"]
    )
    assert sympy.expand(found[1] - sympy.Add(*terms)) == 0


def test_the_name_of_a_polynomial_is_no_indeterminate() -> None:
    document = load("valid/sum-of-squares.json")
    document["statement"]["landscape"]["indeterminates"] = ["p", "p0"]
    said = statement_of(document).sentence()
    assert said.startswith("With p1 = ")
    assert ": p1 is a sum of squares" in said


BOXES = [
    ([["-10", "10"]] * 2, ["-10", "10"], "|x_i| <= 10 for every i"),
    ([["-1/3", "1/3"]] * 2, ["-1/3", "1/3"], "|x_i| <= 1/3 for every i"),
    ([["0", "4"], ["1/4", "4"]], ["0", "4"], "0 <= x_1 <= 4 and 1/4 <= x_2 <= 4"),
    ([["1*2^-100", "1"]] * 2, ["1*2^-100", "1"], "1*2^-100 <= x_i <= 1 for every i"),
]


@pytest.mark.parametrize(("box", "first", "words"), BOXES)
def test_a_box_is_a_part_of_the_sentence(box: list[list[str]], first: list[str], words: str) -> None:
    document = load("valid/sdp-lower-in-a-box.json")
    document["statement"]["box"] = box
    said = statement_of(document).sentence()
    assert f"for every feasible x among those with {words}." in said
    assert statement_of(document).box[0] == tuple(map(exact, first))  # type: ignore[attr-defined]
    document["statement"].pop("box")
    assert "among" not in statement_of(document).sentence()


def test_a_long_bound_of_a_box_is_rounded_inwards() -> None:
    """The claim is about no more than the box."""
    document = load("valid/sdp-lower-in-a-box.json")
    third = f"{10**30 + 1}/{3 * 10**30}"
    document["statement"]["box"] = [["0", third], [f"-{third}", third]]
    said = statement_of(document).sentence()
    assert "0 <= x_1 <= 0.333333333333 and |x_2| <= 0.333333333333." in said


RANDOM = "is larger than {} with probability at most 0.01."


def test_the_distance_of_teachers_is_used_in_both_directions() -> None:
    """For every teacher within it; and few are farther off. A short one is printed as it is, a long one twice."""
    document = load("valid/nearby-teachers-k6.json")
    for distance, low, high in (
        ("100000999/1000000000000", "0.000100000999", "0.000100000999"),
        ("1/3", "0.333333", "0.333334"),
        ("2*2^-13", "0.000244140625", "0.000244140625"),
    ):
        said = statement_of(with_number(document, "statement.landscape.teacher.distance", exact(distance))).sentence()
        assert f"|G - I|_F <= {low}, the population" in said
        assert RANDOM.format(high) in said


def test_a_probability_near_1_is_not_rounded_to_1() -> None:
    document = load("valid/nearby-teachers-k6.json")
    path = "statement.random_teachers.0.fraction"
    said = statement_of(with_number(document, path, Fraction(99999999, 10**8))).sentence()
    assert "with probability at most 0.99999999." in said


@pytest.mark.parametrize("slope", ["1/3", "-1/7", "1*2^-80", "12345678901234567890123/98765432109876543210989"])
def test_which_function_is_meant_is_said_exactly(slope: str) -> None:
    """A rounded slope would name another network."""
    document = load("valid/leaky-relu-k2.json")
    document["statement"]["landscape"]["activation"] = {"leaky-relu": slope}
    said = statement_of(document)
    assert f"leaky ReLU (slope {slope})" in said.sentence()
    assert f"leaky ReLU (slope {slope})" in said.definition
    risk = load("valid/risk-tanh.json")
    risk["statement"]["landscape"]["layers"][0]["activation"] = {"leaky-relu": slope}
    risk["statement"]["landscape"]["loss"]["factor"] = slope.lstrip("-")
    said = statement_of(risk)
    assert f"piecewise-linear ({slope}, 1)" in said.sentence()
    assert f"factor {slope.lstrip('-')}" in said.sentence()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"layers.0.bias": False}, "biases in layer 2 alone"),
        ({"layers.0.activation": "relu"}, "(ReLU, biases)"),
        ({"layers.1.activation": "sigmoid"}, "(tanh, output sigmoid, biases)"),
    ],
)
def test_the_layers_are_told_apart(changes: dict[str, object], words: str) -> None:
    document = load("valid/risk-value.json")
    document = changed(document, {f"statement.landscape.{place}": value for place, value in changes.items()})
    if "layers.0.bias" in changes:
        document["statement"]["point"][0] = document["statement"]["point"][0][:-2]
    assert words in statement_of(document).sentence()


def test_activations_are_listed_layer_by_layer() -> None:
    layer = {"width": 2, "activation": "tanh", "bias": False, "residual": True}
    layers = [layer, {**layer, "activation": "relu"}, {**layer, "residual": False}, layer]
    said = Network.read(2, Field("layers", layers)).describe()
    assert said == (
        "fully connected network 2-2-2-2-2 "
        "(tanh/ReLU/tanh, output tanh, no biases, residual connections in layers 1, 2, 4 alone)"
    )


@pytest.mark.parametrize("exponent", [300, 1200])
def test_numbers_of_any_size_are_printed_to_their_side(exponent: int) -> None:
    for number in (Fraction(10**20, 3 * 10**exponent), Fraction(10**exponent, 3), Fraction(-1, 3 * 10**exponent)):
        assert Fraction(at_least(number)) < number < Fraction(at_most(number))
        assert number < Fraction(reach(number))
        assert exactly(number) is None
    assert Fraction(at_least(Fraction(0))) == 0 == Fraction(at_most(Fraction(0)))


@given(st.fractions(), st.integers(-4000, 4000))
def test_a_number_is_written_as_it_is(number: Fraction, exponent: int) -> None:
    scaled = number.numerator * Fraction(2) ** exponent
    assert parse(written(scaled)) == scaled
    assert parse(written(number)) == number
    exact_text = exactly(number)
    assert exact_text is None or Fraction(exact_text) == number


# The second checker says the same


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_second_checkers_numbers_are_the_certificates_own(path: Path) -> None:
    """It prints exact numbers, or none; so whatever it prints is claimed, or a size."""
    result = independent.check(str(path))
    if result.reason == "rule not supported":
        return
    said = re.sub(r"SHA-256 \w+|\S+\.dat-s", "", result.reason)
    own = {"1/3"} | {str(number) for number in leaves(json.loads(path.read_bytes())["statement"])}
    printed = re.findall(r"-?\d+/\d+", said)
    family = "every k" in said
    assert printed or "/" not in said
    assert family or set(printed) <= own | {f"-{number}" for number in own}


def leaves(node: object) -> Iterator[Fraction]:
    if isinstance(node, dict):
        for child in node.values():
            yield from leaves(child)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, str) and re.fullmatch(r"-?\d+(/\d+|\*2\^-?\d+)?", node):
        yield exact(node)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("risk-logistic-fixed", ("factor 1/4", "weight decay 1/5, of biases 0", "2 of its parameters fixed")),
        ("risk-value", ("factor 1/2", "2 layers with biases")),
        ("risk-saddle", ("in each entry", "one Hessian eigenvalue <=", "and one >=")),
        ("sdp-lower-in-a-box", ("among the x with 0 <= x_1 <= 4 and 1/4 <= x_2 <= 4",)),
        ("sdp-lower-equality", ("of X zero",)),
        ("quadratic-global", ("n = ", "d = ", "k = ")),
    ],
)
def test_the_second_checker_names_what_the_landscape_is_made_of(name: str, words: tuple[str, ...]) -> None:
    said = independent.check(str(VALID / f"{name}.json")).reason
    for word in words:
        assert word in said
